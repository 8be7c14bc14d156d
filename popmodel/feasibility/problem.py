"""The question: a reference projection, the targets that it is held against, and the years still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.demography.fixed_stock import EXCHANGE
from popmodel.feasibility.schedules import migrant_schedules
from popmodel.indicators.catalogue import measure
from popmodel.projection.project import project
from popmodel.scenario.limits import CLASSES, Classes, Limits, check_classes, check_limits_of
from popmodel.schema import SchemaError, convert, named, near
from popmodel.scoring.assessment import met_ahead
from popmodel.scoring.outcome import Request
from popmodel.scoring.records import Line, Point
from popmodel.scoring.scorecard import cases_of

Array = npt.NDArray[np.float64]
LEFT = (
    *("population", "births", "deaths", "net_migration", "migrant_counts", "migration_adjustment"),
    *("registered_population", "registered_births", "registered_deaths", EXCHANGE),
)
"""What does not ride along: results, and migrants as counts, which are given anew."""
REGISTER = "户籍"
"""Basis of the indicators of the household register: people enter it by transfer, not by moving in."""
RATES = ("fertility_rate", "survival_ratio", "sex_ratio_at_birth")
BY_RATE = ("departure_rate", "move_rate")
ENTRIES, ENTRIES_BY_AGE = "registered_net_entries", "registered_net_entries_by_age"
CELLS = ("period", "district", "sex", "age")


ABOUT = (
    "number", "target", "indicator", "name_zh", "name_en", "year", "text", "operator", "value", "unit", "decimals",
)  # fmt: skip
"""What tables say of a target."""


def names_of(limits: Limits) -> dict[Any, Any]:
    """Return the names of a set of limits, as tables carry them."""
    return {"limits": limits.name, "limits_zh": limits.zh or limits.name, "limits_en": limits.en or limits.name}


class Row(NamedTuple):
    """A target that migration may move: what is asked, and the unit in which the projection measures it."""

    request: Request
    unit: str
    factor: float
    """From the projection's unit to the target's."""
    label: str
    """Name of the target in tables: indicator and year; with the plan's version where it stands in several."""

    @property
    def about(self) -> dict[str, Any]:
        """What tables say of the target."""
        target = self.request.target
        return {
            "number": target.number, "target": self.label, "indicator": target.indicator, "name_zh": target.name_zh,
            "name_en": target.name_en, "year": target.year, "text": target.text, "operator": target.operator,
            "value": target.value, "unit": target.unit, "decimals": target.decimals,
        }  # fmt: skip

    @property
    def key(self) -> tuple[str, int]:
        """Indicator and year."""
        return self.request.target.indicator, self.request.target.year


class Case(NamedTuple):
    """A target, or a group of them: its name and rows."""

    name: str
    rows: tuple[Row, ...]

    @property
    def year(self) -> int:
        """The last milestone."""
        return max(row.key[1] for row in self.rows)


@dataclass(frozen=True)
class Problem:
    """A plan's targets against a scenario whose migration is open from `start` + 1 on.

    Attributes
    ----------
    scenario : str
        The reference.
    start : int
        The last year given; nothing before is decided.
    reference : xarray.Dataset
        The reference projection, without a scenario dim.
    area : str
        Code of the city in the indicators.
    rows : tuple of Row
        Targets whose indicator the projection gives, not assumes.
    not_modelled : mapping of str to str
        Targets left out → why: `not_projected`, `assumed`, `register`, `past`,
        `no_number`.
    register : tuple of Row
        Targets of the household register, which entries move, not migrants.
    schedules : xarray.DataArray (schedule, district, sex, age)
        Who one migrant more would be; shares.
    limits : tuple of Limits
        Sets of limits, each asked apart.
    classes : mapping
        Classes of age among the migrants decided.
    districts : bool
        Whether districts are decided apart.
    members : tuple of Problem
        Variants that one path has to serve, this one included; empty if there is one only.
    ensemble : xarray.Dataset or None
        The reference with its draws, if it has any; `reference` is the first.
    """

    scenario: str
    start: int
    reference: xr.Dataset
    area: str
    rows: tuple[Row, ...]
    not_modelled: Mapping[tuple[str, int], str]
    register: tuple[Row, ...]
    schedules: xr.DataArray
    limits: tuple[Limits, ...] = ()
    classes: Classes = field(default_factory=lambda: CLASSES)
    districts: bool = True
    members: "tuple[Problem, ...]" = ()
    ensemble: xr.Dataset | None = None
    memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    """What was worked out once for this problem."""

    @property
    def years(self) -> list[int]:
        """The open years."""
        return [int(year) for year in self.reference["period"].to_numpy() if int(year) > self.start]


def plan_problem(
    projection: xr.Dataset,
    targets: pd.DataFrame,
    *,
    scenario: str | Sequence[str] | None = None,
    start: int,
    limits: Limits | Mapping[str, Limits] | None = None,
    classes: Classes | None = None,
    districts: bool = True,
    schedule: xr.DataArray | None = None,
) -> Problem:
    """State the question of what a plan's targets take.

    Parameters
    ----------
    projection : xarray.Dataset
        From `project`, with everything kept. With a `draw` dim `required_migration` answers for every draw; all else
        is of the first.
    targets : pandas.DataFrame
        From `read_targets`.
    scenario : str or sequence of str, optional
        The reference; the first one if not given. Of several, one path has to serve all: they are taken with the
        migration of the first.
    start : int
        The last published year; nothing up to it is decided.
    limits : Limits or mapping of str to Limits, optional
        From `read_limits`: one set, or several, each asked apart. Without any, only required migration can be told.
    classes : mapping of str to tuple of int, optional
        Classes of age among the migrants, from the first age to below the second; `CLASSES` if not given.
    districts : bool
        Whether each district's migrants are decided, or the city's, shared out by the schedule.
    schedule : xarray.DataArray (district, sex, age), optional
        Who one migrant more is; if not given, as the base says that rides along in the projection
        (`migration_response` or `migration_schedule`).

    Returns
    -------
    Problem

    Raises
    ------
    SchemaError
        If the scenario is not there, no year after `start` is projected, or classes and limits do not fit.

    Examples
    --------
    >>> limits = pm.read_limits(ev.city)
    >>> problem = pm.plan_problem(ev.projection, ev.targets, start=2023, limits=limits["peers"])
    >>> problem.years[0]
    2024
    """
    names = [str(name) for name in projection["scenario"].to_numpy()]
    chosen = names[:1] if scenario is None else [scenario] if isinstance(scenario, str) else list(scenario)
    unknown = [name for name in chosen if name not in names]
    if unknown or not chosen or len(set(chosen)) < len(chosen):
        asked = repr(unknown[0]) if unknown else f"{chosen}"
        raise SchemaError(f"scenario {asked} is not among {named(names)}.{near(unknown, names)} Name each once.")
    periods = [int(period) for period in projection["period"].to_numpy()]
    if start < periods[0] - 1 or start >= periods[-1]:
        raise SchemaError(
            f"start {start}: the projection runs from {periods[0] - 1} to {periods[-1]}. Choose a year from "
            f"{periods[0] - 1} to {periods[-1] - 1}."
        )
    spans = CLASSES if classes is None else classes
    sets = () if limits is None else (limits,) if isinstance(limits, Limits) else tuple(limits.values())
    check_classes(spans)
    for each in sets:
        check_limits_of(each, spans)
    ensemble = projection.sel(scenario=chosen[0]) if "draw" in projection.dims else None
    one = projection if ensemble is None else projection.isel(draw=0, drop=True)
    terms = {
        "start": start, "limits": sets, "classes": MappingProxyType(dict(spans)), "districts": districts,
        "ensemble": ensemble,
    }  # fmt: skip
    first = _stated(one.sel(scenario=[chosen[0]]), targets, schedule, terms)
    if len(chosen) == 1:
        return first
    others = [_stated(_with_migrants(first, one.sel(scenario=[name])), targets, schedule, terms) for name in chosen[1:]]
    return Problem(**{**vars(first), "members": (first, *others), "memo": {}})


def _stated(
    reference: xr.Dataset, targets: pd.DataFrame, schedule: xr.DataArray | None, terms: dict[str, Any]
) -> Problem:
    values = measure(reference)
    rows, register, left = _rows(targets, values, terms["start"], int(reference["period"].to_numpy()[-1]))
    one = reference.isel(scenario=0)
    stock = one["population"].sel(year=terms["start"])
    if float(stock.sum()) <= 0:
        raise SchemaError(f"start {terms['start']}: the projection has nobody. Choose a year with residents.")
    who = migrant_schedules(one, stock, flows=one["net_migration"].sel(period=slice(terms["start"] + 1, None)))
    if schedule is not None:
        who = migrant_schedules(one, stock, given=schedule)
    area = str(values["area"].to_numpy()[0])
    return Problem(str(one["scenario"].item()), reference=one, area=area, rows=tuple(rows), not_modelled=left,
                   register=tuple(register), schedules=who, **terms)  # fmt: skip


def _with_migrants(first: Problem, other: xr.Dataset) -> xr.Dataset:
    """Return another scenario with the migrants of the first, from the start on."""
    one = other.isel(scenario=0)
    cells = counts_of(one).copy()
    cells.loc[{"period": first.years}] = counts_of(first.reference).sel(period=first.years).to_numpy()
    run = _run(one, cells.expand_dims(scenario=[str(one["scenario"].item())]))
    names = [name for name in ("scenario_zh", "scenario_en", "total_fertility_basis") if name in one.coords]
    return run.assign_coords({name: ("scenario", [str(one[name].item())]) for name in names})


def _rows(
    targets: pd.DataFrame, values: xr.Dataset, start: int, end: int
) -> tuple[list[Row], list[Row], dict[tuple[str, int], str]]:
    rows: list[Row] = []
    register: list[Row] = []
    left: dict[tuple[str, int], str] = {}
    cases = cases_of(targets, observed=None, projected=values, year=start)
    twice = [(case.request.target.indicator, case.request.target.year) for case in cases]
    for case in cases:
        target = case.request.target
        key = target.indicator, target.year
        why = _why_not(target.indicator, values)
        if why and why != "register":
            left[key] = why
        elif not start < target.year <= end:
            left[key] = "past"
        elif target.operator in ("cumulative", "relative", "qualitative"):
            left[key] = "no_number"
        else:
            unit = str(values[target.indicator].attrs["unit"])
            factor = float(convert(1.0, unit, target.unit, what=target.indicator))
            label = " ".join(str(part) for part in (*key, *[target.version] * (twice.count(key) > 1)))
            (register if why else rows).append(Row(case.request, unit, factor, label))
            left |= {key: why} if why else {}
    return rows, register, left


def _why_not(indicator: str, values: xr.Dataset) -> str:
    if indicator not in values:
        return "not_projected"
    if values[indicator].attrs.get("assumption"):
        return "assumed"
    if values[indicator].attrs.get("basis") == REGISTER:
        return "register"
    return "no_number" if bool(values[indicator].isel(area=0).isnull().any()) else ""


def counts_of(reference: xr.Dataset) -> xr.DataArray:
    """Return the migrants that were given to a projection as counts, an adjustment at the end of the year not among
    them (period, district, sex, age). [persons]
    """
    cells = reference["migrant_counts" if "migrant_counts" in reference else "net_migration"]
    if "migrant_counts" not in reference and "migration_adjustment" in reference:
        cells = cells - reference["migration_adjustment"]
    if "migrant_counts" not in reference and EXCHANGE in reference:
        cells = cells - reference[EXCHANGE]  # who keeps a fixed stock as it is comes and goes by itself
    lead = [dim for dim in cells.dims if dim not in CELLS]
    cells = cells.transpose(*lead, *CELLS)
    return cells.drop_vars([name for name in cells.coords if name not in cells.dims])


def _run(
    reference: xr.Dataset,
    counts: xr.DataArray,
    entries: xr.DataArray | None = None,
    centre_share: xr.DataArray | None = None,
) -> xr.Dataset:
    ride = [str(name) for name in reference.data_vars if name not in LEFT]
    if "migration_adjustment" in reference:
        ride.append("migration_adjustment")
    rates = reference[ride].drop_vars(["scenario", "scenario_zh", "scenario_en"], errors="ignore")
    stock = reference["population"].isel(year=0).drop_vars(["scenario"], errors="ignore")
    rates["net_migration"] = counts
    if entries is not None:
        more = entries - plain(rates[ENTRIES])
        rates[ENTRIES_BY_AGE] = plain(rates[ENTRIES_BY_AGE]) + more * entry_ages(reference)
        rates[ENTRIES] = entries
    if centre_share is not None:
        rates["centre_share"] = centre_share
    lacking = [name for name in RATES if name not in rates]
    if lacking:
        raise SchemaError(f"the projection has no {named(lacking)}. Pass what project() returns with everything kept.")
    return project(stock, rates, timing=reference.attrs.get("timing", "even"))


def plain(data: xr.DataArray) -> xr.DataArray:
    """Return data without labels beside its dims."""
    return data.drop_vars([name for name in data.coords if name not in data.dims])


def entry_ages(reference: xr.Dataset) -> xr.DataArray:
    """Return who one more is that enters the register: as the reference's entries are, else as the registered are.

    Returns
    -------
    xarray.DataArray (sex, age)
        Shares.
    """
    given = plain(reference[ENTRIES_BY_AGE]).clip(min=0.0).sum("period")
    people = given if float(given.sum()) > 0 else plain(reference["registered_start"])
    return people / people.sum()


def projected_with(
    problem: Problem,
    counts: xr.DataArray,
    *,
    entries: xr.DataArray | None = None,
    centre_share: xr.DataArray | None = None,
) -> xr.Dataset:
    """Project the reference with other migrants; returns everything that `measure` needs.

    Parameters
    ----------
    problem : Problem
        The reference.
    counts : xarray.DataArray (scenario, period, district, sex, age)
        Net migrants as counts. Where the reference has people leave or move at rates, they go on doing so. [persons]
    entries : xarray.DataArray (period,) or (scenario, period), optional
        Net entries into the register; the reference's if not given. [persons]
    centre_share : xarray.DataArray (year, district, centre), optional
        Districts' shares in their centres; the reference's if not given.

    Returns
    -------
    xarray.Dataset
        As `project` returns it.
    """
    return _run(problem.reference, counts, entries, centre_share)


def holds_on(row: Row, path: Mapping[int, float]) -> bool | None:
    """Tell by the scorer's own rule whether a target holds on a path of values in the projection's unit."""
    target = row.request.target
    points = {
        year: Point(float(f"{value * row.factor:.12g}"), target.decimals, "projected", unit=target.unit)
        for year, value in path.items()
    }
    return met_ahead(row.request, Line({}, points))
