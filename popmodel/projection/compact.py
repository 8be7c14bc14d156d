"""Draws from compact drivers: labelled drivers to what the compiled loop takes, its sums to indicators."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.fixed_stock import FIXED
from popmodel.indicators.catalogue import attributes, catalogue_by_id, computed
from popmodel.indicators.people import BANDS, areas_of, other_parts
from popmodel.indicators.sums import Flows, people_of_sums
from popmodel.kernel import KernelError
from popmodel.kernel.draws import DrawError, Drivers, Prepared, prepare_draws, project_draws
from popmodel.schema import SchemaError, check_labels, named, near, unlabelled

Array = npt.NDArray[np.float64]
MARK = "survival_grid"
"""The variable by which compact drivers are told from rates."""
REGISTER = "registered_population"
NEEDED = (
    "total_fertility", "fertility_level", "fertility_pattern", "life_expectancy", MARK, "sex_ratio_at_birth",
    "migration_schedule",
)  # fmt: skip
FORMS = {
    "total_fertility": ("draw", "period"),
    "fertility_level": ("period", "district"),
    "fertility_pattern": ("period", "age"),
    "life_expectancy": ("draw", "period"),
    "life_expectancy_difference": ("district",),
    MARK: ("table", "sex", "age"),
    "sex_ratio_at_birth": ("draw", "period"),
    "net_migration_rate": ("draw", "period"),
    "district_deviation": ("draw", "period", "district"),
    "net_migration_total": ("draw", "period", "district"),
    "published_stock": ("draw", "period", "district"),
    "migration_schedule": ("sex", "age"),
    "migration_turnover": ("district", "sex", "age"),
    "migration_own_residual": ("district", "sex", "age"),
    "migration_response": ("sex", "age"),
    "own_weight": ("draw", "district"),
    "schedule_score": ("draw", "district", "component"),
    "schedule_component": ("component", "sex", "age"),
    REGISTER: ("draw", "year"),
}
"""Axes of compact drivers; one that a variable lacks does not differ along it."""


class RefusedDrawError(SchemaError):
    """A draw that cannot be run; the message names draw, period, district, sex and age.

    `cells` are the numbers of draw and district of all draws of the block that cannot be.
    """

    cells: frozenset[tuple[int, int]] = frozenset()


class Run(NamedTuple):
    """Compact drivers, ready to be run block by block."""

    prepared: Prepared
    draws: npt.NDArray[np.generic]
    parts: Mapping[str, Array]
    years: tuple[int, ...]
    edges: tuple[int, ...]
    areas: list[str]
    keep: npt.NDArray[np.int_]
    coords: Mapping[str, Any]
    districts: list[str]
    indicators: list[str]
    there: Mapping[str, npt.NDArray[np.bool_]]


def is_compact(rates: xr.Dataset) -> bool:
    """Return whether a Dataset holds compact drivers, not rates by age."""
    return MARK in rates


def prepare(
    population: xr.DataArray,
    drivers: xr.Dataset,
    *,
    indicators: Sequence[str] | None,
    areas: Sequence[str] | None = None,
    timing: Literal["even", "end"] = "even",
) -> Run:
    """Check compact drivers once, for all blocks.

    Raises
    ------
    SchemaError
        If variables, labels or figures are missing or do not fit, or an indicator or area is unknown.
    """
    _check(population, drivers)
    size = drivers.sizes.get("draw", 1)
    numbers = drivers["draw"].to_numpy() if "draw" in drivers.coords else np.arange(size)
    periods = [int(period) for period in drivers["period"].to_numpy()]
    years = (periods[0] - 1, *periods)
    edges = tuple(edge for edge in BANDS if edge < population.sizes["age"])
    try:
        prepared = prepare_draws(_arrays(population, drivers), draws=size, bands=edges, timing=timing)
    except KernelError as error:
        raise SchemaError(f"compact drivers: {error}") from error
    name = str(drivers["scenario"].item()) if "scenario" in drivers.coords else "projection"
    lead = {"scenario": np.array([name]), "draw": numbers}
    labelled = drivers.assign_coords(population.drop_vars("year", errors="ignore").coords)
    codes, names = areas_of(labelled)
    chosen = list(codes if areas is None else areas)
    unknown = [area for area in chosen if area not in codes]
    if unknown:
        raise SchemaError(
            f"project_indicators: area {named(unknown)} is not among {named(codes)}.{near(unknown, codes)}"
        )
    keep = np.array([codes.index(area) for area in chosen])
    places = {key: ("area", [labels[i] for i in keep]) for key, labels in names.items()}
    run = Run(
        prepared, numbers, _parts(labelled, lead, list(years)), years, edges, codes, keep,
        {"scenario": [name], "year": list(years), "area": chosen, **places},
        codes[1:], [], {},
    )  # fmt: skip
    given, first = _given(run, indicators)
    return run._replace(indicators=given, there={name: ~np.isnan(first[name][0, 0][:, keep]) for name in given})


def _given(run: Run, wanted: Sequence[str] | None) -> tuple[list[str], dict[str, Array]]:
    """Ids of the indicators to keep, those that cannot be given being refused, and the first draw's values."""
    found, missing = _computed(run, 0, 1, None)
    given = list(found)
    lacking = [name for name in wanted or () if name not in found]
    if lacking:
        why = "; ".join(f"{name}: {missing[name]}" for name in lacking if name in missing)
        raise SchemaError(
            f"project_indicators: {named(lacking)} is not given by this projection{f' ({why})' if why else ''}; it "
            f"gives {named(given, most=60)}.{near(lacking, given)}"
        )
    return given if wanted is None else list(wanted), found


def block_values(run: Run, first: int, last: int) -> dict[str, Array]:
    """Return the indicators (draw, year, area) of the draws `first` to below `last`, of the areas that are kept.

    Raises
    ------
    SchemaError
        If a draw cannot be run: draw, district, sex, age and period are named.
    """
    found, _ = _computed(run, first, last, run.indicators)
    return {name: found[name][0][..., run.keep] for name in run.indicators}


def _computed(run: Run, first: int, last: int, names: Sequence[str] | None) -> tuple[dict[str, Array], dict[str, str]]:
    try:
        sums = project_draws(run.prepared, first, last)
    except DrawError as error:
        found = RefusedDrawError(_refused(error, run))
        found.cells = error.cells
        raise found from error
    size = len(run.draws)
    parts = {
        name: value[:, first:last] if value.ndim > 1 and value.shape[1] == size > 1 else value
        for name, value in run.parts.items()
    }
    people = people_of_sums(
        sums.bands, sums.middle, Flows(sums.births, sums.deaths, sums.net_migration), parts,
        edges=run.edges, years=run.years,
    )  # fmt: skip
    return computed(people, names)


def labelled(run: Run, values: Mapping[str, Array], lead: Mapping[str, Any]) -> xr.Dataset:
    """Put labels to indicators (lead…, year, area), with an axis of scenarios before or after the first of `lead`."""
    known = catalogue_by_id()
    dims = (*lead, "year", "area")
    return xr.Dataset(
        {name: (dims, value, attributes(known[name])) for name, value in values.items()},
        coords={**run.coords, **lead},
        attrs={"not_given": {}, "city": run.areas[0]},
    )


def _refused(error: DrawError, run: Run) -> str:
    labels = [
        f"draw {run.draws[error.index[0]]}",
        f"period {run.years[1 + error.index[1]]}",
        f"district {run.districts[error.index[2]]}",
    ]
    if len(error.index) > 3:
        labels += [f"sex {('female', 'male')[error.index[3]]}", f"age {error.index[4]}"]
    return f"{', '.join(labels)}: {error}"


def _check(population: xr.DataArray, drivers: xr.Dataset) -> None:
    absent = [name for name in NEEDED if name not in drivers]
    if absent:
        raise SchemaError(f"compact drivers lack {named(absent)}. Use drivers_of_draws, or add them.")
    if FIXED in drivers:
        raise SchemaError(f"compact drivers do not hold a {FIXED} apart. Use rates_of_draws.")
    if set(population.dims) != {"district", "sex", "age"}:
        raise SchemaError(
            f"population has dims {population.dims}; with compact drivers it has district, sex and age: one stock for "
            "all draws. Select one."
        )
    check_labels(population, what="population")
    check_labels(drivers, what="compact drivers")  # type: ignore[arg-type]  # labels are asked of both alike
    for name, dims in FORMS.items():
        stray = [str(dim) for dim in drivers[name].dims if dim not in dims] if name in drivers else []
        if stray:
            raise SchemaError(f"compact drivers: {name} has dims {named(stray)} besides {named(dims)}. Drop them.")
    codes, theirs = (
        data["district"].to_numpy().tolist() if "district" in data.coords else [] for data in (population, drivers)
    )
    if codes != theirs:
        raise SchemaError(
            f"population and compact drivers differ in district: {named(codes, most=12)} against "
            f"{named(theirs, most=12)}. Use the same labels in the same order."
        )
    periods = drivers["period"].to_numpy().tolist() if "period" in drivers.coords else []
    start = int(population["year"]) if "year" in population.coords else (periods[0] - 1 if periods else 0)
    if not periods or periods != list(range(start + 1, start + 1 + len(periods))):
        raise SchemaError(
            f"compact drivers: periods {named(periods) or '(none)'} must be consecutive and follow the stock of "
            f"{start}. Fill the gap, or choose the stock."
        )


def _grid(drivers: xr.Dataset) -> tuple[float, float]:
    """First life expectancy of the grid of tables, and its step."""
    at = drivers["table"].to_numpy().astype(float) if "table" in drivers.coords else np.zeros(0)
    steps = np.diff(at)
    if len(at) < 2 or not (steps > 0).all() or np.abs(steps - steps.mean()).max() > 1e-9:
        raise SchemaError(
            "compact drivers: the coord table of survival_grid must hold two or more life expectancies in even steps. "
            "Make the tables anew."
        )
    return float(at[0]), float((at[-1] - at[0]) / (len(at) - 1))


def _arrays(population: xr.DataArray, drivers: xr.Dataset) -> Drivers:
    """Drop the labels."""

    def of(name: str, otherwise: Array | None = None) -> Any:
        if name in drivers:
            return unlabelled(drivers[name], FORMS[name])
        return otherwise

    none = np.zeros((1, 1, 1))
    rate, deviation = of("net_migration_rate", none[0]), of("district_deviation", none)
    total, stock = of("net_migration_total", none), of("published_stock", np.full((1, 1, 1), np.nan))
    turnover, response = of("migration_turnover"), of("migration_response")
    if (turnover is None) != (response is None):
        raise SchemaError("compact drivers: migration_turnover and migration_response go together. Give both, or none.")
    A = population.sizes["age"]
    return Drivers(
        population=unlabelled(population, ("district", "sex", "age")),
        **{name: of(name) for name in ("total_fertility", "fertility_level", "fertility_pattern", "life_expectancy")},
        life_expectancy_difference=of("life_expectancy_difference", np.zeros(1)),
        survival_grid=of(MARK),
        sex_ratio_at_birth=of("sex_ratio_at_birth"),
        net_migration_rate=rate,
        migration_deviation=deviation,
        net_migration=total,
        stock=stock,
        shares=of("migration_schedule"),
        turnover=turnover,
        own_residual=of("migration_own_residual"),
        own_weight=of("own_weight", none[0]),
        score=of("schedule_score", np.zeros((1, 1, 0))),
        component=of("schedule_component", np.zeros((0, 2, A))),
        response=response,
        centred="net_migration_rate" in drivers,
        grid_first=_grid(drivers)[0],
        grid_step=_grid(drivers)[1],
    )


def _parts(labelled: xr.Dataset, lead: Mapping[str, Any], years: list[int]) -> dict[str, Array]:
    """What rides along; the registered population without sex and age, as it was carried on beside the residents."""
    parts = other_parts(labelled.drop_vars(REGISTER, errors="ignore"), lead, years)
    if REGISTER in labelled:
        parts[REGISTER] = unlabelled(labelled[REGISTER], (*lead, "year"))
    return parts
