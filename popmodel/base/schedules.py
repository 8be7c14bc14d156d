"""Migration by age and sex: learned from small areas in two censuses, and applied to the districts of a city."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography import migration_learning as learning
from popmodel.demography.lifetable import life_table
from popmodel.demography.migration_learning import REACHED, STARTING, Learned
from popmodel.schema import OPEN_AGE, SEXES, SchemaError

from .county_cells import by_groups, county_cells, features_of, hazard_of
from .migration import census_survival
from .register import learned_response
from .structure import Ages, census_date, single_ages, standard_death_rate

Array = npt.NDArray[np.float64]
PERSISTENCE = 0.5
"""Share of what is peculiar to a district that lasts a second decade [1]; assumed: two censuses cannot say."""
FEATURES = (
    *(f"{sex}_{low}" + (f"-{low + 4}" if low < STARTING[-1] else "+") for sex in SEXES for low in STARTING),
    "urban_share",
)
"""What describes a unit: its age-sex groups and the urban share."""


def estimate_migration_schedules(
    counties: xr.Dataset, *, reference: xr.Dataset | None = None, changed_area: float = learning.CHANGED_AREA
) -> xr.Dataset:
    """Learn from small areas in two censuses how migration by age and sex depends on a unit's total and structure.

    Parameters
    ----------
    counties : xarray.Dataset
        From `read_counties`, two censuses ten years apart.
    reference : xarray.Dataset, optional
        Reference schedules; those that the counties carry if not given.
    changed_area : float
        Units whose cohort of 45-64 departs from the median by more are left out. [log]

    Returns
    -------
    xarray.Dataset
        Ten-year log rates by (sex, age_reached): `learned_response` to the log rate of the whole unit as counted,
        `learned_moved` to that of people who moved, `learned_intercept` and `learned_coefficient` (migration_feature)
        of the turnover at a total of zero; `learned_total` and `learned_total_coefficient` (migration_feature), what
        the structure says of the total; `feature_mean` and `feature_deviation` (feature_census, migration_feature); of
        the errors in units that were not learned from, principal components `error_component`, `error_deviation`,
        `error_explained` and the correlation within prefectures `error_correlation` (component); `error_variance` of a
        cell, the part common to all sizes and the part to be divided by residents (error_part). Units and provinces
        counted in attributes.
        Where the registered of units are published: `registered_response` (sex, register_age), how the residents of a
        cell answer to the ratio of residents to registered (`demography.register_ages.register_response`).

    Raises
    ------
    SchemaError
        If reference schedules are missing, censuses are not ten years apart, or too few units are given.

    Notes
    -----
    ``log(C/E) = g + b·log(ΣC/ΣE) + e``, C survivors counted and E survivors expected by sex and age reached under the
    reference's mortality (`demography.migration_learning.learn`). b is the arrivals' side of a flow-difference model
    (Ševčíková, Raymer & Raftery 2024, arXiv:2411.09878). The structure carries the type of a unit (student towns,
    importers and exporters of labour, ageing places): no labels are needed.

    Examples
    --------
    >>> learned = pm.estimate_migration_schedules(counties)
    >>> learned["learned_response"].dims
    ('sex', 'age_reached')
    """
    rates = counties if reference is None else reference
    counted, expected, features = county_cells(counties, rates)
    changed = learning.changed_area(counted, expected, bound=changed_area)
    kept = np.flatnonzero(~changed)
    counted, expected, features = counted[kept], expected[kept], features[:, kept]
    learned = learning.learn(counted, expected, features[0])
    moved = learning.moved_response(counted, expected, hazard_of(counties, rates))
    mean_total, slopes = learning.learn_total(counted, expected, features[0])
    provinces = counties["province"].to_numpy()[kept]
    prefectures = counties["prefecture"].to_numpy()[kept]
    fold = provinces if len(set(provinces)) > 1 else prefectures
    missed = np.concatenate([*_left_out(counted, expected, features[0], fold)])
    order = np.argsort(np.concatenate([np.flatnonzero(fold == name) for name in dict.fromkeys(fold)]))
    missed = missed[order]
    found = learning.components(missed)
    scores = missed.reshape(len(missed), -1) @ found.loadings.reshape(len(found.loadings), -1).T
    cells = ("sex", "age_reached")
    log = {"unit": "1"}
    migration = xr.Dataset(
        {
            "learned_response": (cells, learned.response, log),
            "learned_moved": (cells, moved, log),
            "learned_intercept": (cells, learned.intercept, log),
            "learned_coefficient": (("migration_feature", *cells), learned.coefficients, log),
            "feature_mean": (("feature_census", "migration_feature"), np.nanmean(features, axis=1), log),
            "feature_deviation": (("feature_census", "migration_feature"), np.nanstd(features, axis=1), log),
            "learned_total": ((), mean_total, log),
            "learned_total_coefficient": ("migration_feature", slopes, log),
            "error_component": (("component", *cells), found.loadings, log),
            "error_deviation": ("component", found.deviation, log),
            "error_explained": ("component", found.explained, log),
            "error_correlation": ("component", _within(scores, prefectures), log),
            "error_variance": ("error_part", _by_size(missed, counties, kept), log),
        },
        coords={
            "sex": list(SEXES),
            "age_reached": list(REACHED),
            "migration_feature": list(FEATURES),
            "feature_census": counties["census"].to_numpy(),
            "component": np.arange(1, len(found.loadings) + 1),
            "error_part": ["common", "per_resident"],
        },
        attrs={
            "units": len(kept),
            "units_left_out": int(changed.sum()),
            "provinces": ", ".join(sorted(set(provinces.tolist()))),
        },
    )
    return migration.merge(learned_response(counties), join="exact", combine_attrs="override")


def _left_out(counted: Array, expected: Array, features: Array, fold: npt.NDArray[np.str_]) -> Iterator[Array]:
    """Errors of the units of each fold, learned from the others."""
    total = learning.total_rate(counted, expected)[:, None, None]
    young = np.array(REACHED) < learning.OLD
    for name in dict.fromkeys(fold):
        mine = fold == name
        learned = learning.learn(counted[~mine], expected[~mine], features[~mine])
        rate = learning.log_rates(counted[mine], expected[mine])
        off = rate - learning.turnover(learned, features[mine]) - learned.response * total[mine]
        yield np.where(young, np.clip(off, -learning.LARGEST, learning.LARGEST), 0.0)


def _within(scores: Array, group: npt.NDArray[np.str_]) -> Array:
    """Intraclass correlation of the scores within groups: one-way analysis of variance."""
    names, at, size = np.unique(group, return_inverse=True, return_counts=True)
    mean = np.stack([np.bincount(at, column) / size for column in scores.T], axis=1)
    inside = ((scores - mean[at]) ** 2).sum(axis=0) / max(len(scores) - len(names), 1)
    between = (size[:, None] * (mean - scores.mean(axis=0)) ** 2).sum(axis=0) / max(len(names) - 1, 1)
    usual = (len(scores) - (size**2).sum() / len(scores)) / max(len(names) - 1, 1)
    part = (between - inside) / usual
    return np.asarray(part / (part + inside))


def _by_size(missed: Array, counties: xr.Dataset, kept: npt.NDArray[np.int_]) -> Array:
    """Variance of an error: a part common to all units and a part that falls with residents, by least squares."""
    residents = counties["population"].isel(census=0).sum(("sex", "age_group")).to_numpy()[kept]
    young = np.array(REACHED) < learning.OLD
    square = (missed[..., young] ** 2).mean(axis=(1, 2))
    # In a straight line of the variance over 1/residents the intercept is what size does not explain.
    x = 1 / residents
    slope = max(float(np.cov(x, square)[0, 1] / x.var(ddof=1)), 0.0)
    return np.array([max(float(square.mean() - slope * x.mean()), 0.0), slope])


def migration_schedule_of(
    census: xr.Dataset,
    schedules: xr.Dataset,
    *,
    earlier: xr.Dataset | None = None,
    reference: xr.Dataset | None = None,
    ages: Ages = "births",
) -> xr.Dataset:
    """Apply learned schedules to the districts of a city.

    Parameters
    ----------
    census : xarray.Dataset
        From `read_census`.
    schedules : xarray.Dataset
        From `estimate_migration_schedules` or `read_schedules`.
    earlier : xarray.Dataset, optional
        The census ten years before, from which each unit's own residual is taken; without it the learned types stand
        alone.
    reference : xarray.Dataset, optional
        Reference schedules; those that the census carries if not given.
    ages : {"births", "spline"}
        How age groups are split into single years.

    Returns
    -------
    xarray.Dataset
        Annual net rates on the people there: `response` (sex, age) to the total rate, `turnover` and `own_residual`
        (district, sex, age) at a total of zero [1/year]; `own_weight` of the residual, `identifiability` =
        |net|/Σ|parts|, `net_rate`, the annual log rate of the unit between the censuses, and `deviation`, by how much
        the district's rate may be expected to exceed the city's (district, weighted mean 0) [1/year]. With an
        earlier census also `counted`, `expected` and `predicted` survivors by (unit, sex, age_reached) [persons]. The
        attribute `own` is "residual" or "none".

    Raises
    ------
    SchemaError
        If schedules lack a variable or units do not agree, or the censuses are not ten years apart.

    Notes
    -----
    ``m(x, s) = g(x, s) + w·r(x, s) + γ·b(x, s)``: g from the structure of this census, standardised on the counties of
    the same census; r what the decade before had beyond the prediction in the same unit, with the city's own mortality;
    ``w = ½·a/(a + c/n)`` from the errors' part common to all sizes and the part that falls with residents n; the half
    is assumed (`PERSISTENCE`). b is the response of people who move (`learned_moved`): published totals are no counts
    of two censuses, whose coverage the response of the counts contains. Nothing of g and r above age 60: there it is
    mortality and coverage. The deviation: what the structure says of a unit's total, and w times what the decade before
    had beyond that.

    Examples
    --------
    >>> schedules = pm.read_schedules(pm.data_path("reference/china_counties"))
    >>> own = pm.migration_schedule_of(census, schedules, earlier=census_2010)
    >>> own["turnover"].dims
    ('district', 'sex', 'age')
    """
    missing = [
        name
        for name in ("learned_response", "learned_moved", "learned_coefficient", "feature_mean")
        if name not in schedules
    ]
    if missing:
        raise SchemaError(
            f"migration_schedule_of: schedules lack {', '.join(missing)}. Use estimate_migration_schedules or "
            "read_schedules."
        )
    rates = census if reference is None else reference
    people = _single(census, rates, ages)
    turned = learning.turnover(learned_of(schedules, -1), features_of(people, _urban_share(census)))
    response = schedules["learned_moved"].transpose("sex", "age_reached").to_numpy()
    cells = ("district", "sex", "age")
    own, weight, known = np.zeros((len(people), 2, OPEN_AGE + 1)), np.zeros(len(people)), np.full(len(people), np.nan)
    rate = known.copy()
    level = _level(schedules, features_of(people, _urban_share(census)), -1)
    between = xr.Dataset()
    if earlier is not None:
        between = _between(census, earlier, rates, schedules, ages)
        at = [between["unit"].to_numpy().tolist().index(unit) for unit in census["unit"].to_numpy()]
        own = _young(learning.annual(between["residual"].to_numpy()))[at]
        common, per_resident = schedules["error_variance"].to_numpy()
        weight = PERSISTENCE * common / (common + per_resident / between["residents"].to_numpy()[at])
        moved = (between["counted"] - between["expected"]).to_numpy()
        known = learning.identifiability(moved)[at]
        rate = between["net_rate"].to_numpy()[at]
        level = level + weight * (rate - between["level"].to_numpy()[at])
    residents = people.sum(axis=(1, 2))
    out = xr.Dataset(
        {
            # From a ten-year log rate to an annual one: ten times the annual shape, for a tenth of the total.
            "response": (("sex", "age"), learning.INTERVAL * learning.annual(response, positive=True), {"unit": "1"}),
            "turnover": (cells, _young(learning.annual(turned)), {"unit": "1/year"}),
            "own_residual": (cells, own, {"unit": "1/year"}),
            "own_weight": ("district", weight, {"unit": "1", "status": "assumed"}),
            "identifiability": ("district", known, {"unit": "1"}),
            "net_rate": ("district", rate, {"unit": "1/year"}),
            "deviation": ("district", level - (level * residents).sum() / residents.sum(), {"unit": "1/year"}),
        },
        coords={
            "district": census["district"].to_numpy(),
            "sex": list(SEXES),
            "age": np.arange(OPEN_AGE + 1),
        },
        attrs={"own": "none" if earlier is None else "residual", **schedules.attrs},
    )
    return out.merge(
        between[[name for name in ("before", "counted", "expected", "predicted") if name in between]], join="exact"
    )


def learned_of(schedules: xr.Dataset, census: int) -> Learned:
    """Return the learned schedules with the features standardised as at the first (0) or last (-1) census."""
    one = schedules.isel(feature_census=census)
    return Learned(
        schedules["learned_response"].transpose("sex", "age_reached").to_numpy(),
        schedules["learned_intercept"].transpose("sex", "age_reached").to_numpy(),
        schedules["learned_coefficient"].transpose("migration_feature", "sex", "age_reached").to_numpy(),
        one["feature_mean"].to_numpy(),
        one["feature_deviation"].to_numpy(),
    )


def _level(schedules: xr.Dataset, features: Array, census: int) -> Array:
    """Annual log rate that the structure alone lets expect (U,)."""
    one = schedules.isel(feature_census=census)
    z = learning.standardised(features, one["feature_mean"].to_numpy(), one["feature_deviation"].to_numpy())
    decade = float(schedules["learned_total"]) + z @ schedules["learned_total_coefficient"].to_numpy()
    return np.asarray(decade / learning.INTERVAL)


def _young(rates: Array) -> Array:
    return np.where(np.arange(rates.shape[-1]) < learning.OLD, rates, 0.0)


def _single(census: xr.Dataset, rates: xr.Dataset, ages: Ages) -> Array:
    table = life_table(standard_death_rate(rates, int(census["census_year"]) + 1), sex=SEXES)
    return single_ages(census, rates, table.Lx, date=census_date(census), ages=ages)


def _urban_share(census: xr.Dataset) -> Array:
    """Urban share of the districts at the census, not a number where unknown."""
    if "urban_share" not in census:
        return np.full(census.sizes["district"], np.nan)
    return np.asarray(census["urban_share"].to_numpy(), dtype=float)


def _between(
    census: xr.Dataset, earlier: xr.Dataset, rates: xr.Dataset, schedules: xr.Dataset, ages: Ages
) -> xr.Dataset:
    """What moved between the censuses, by unit: counted, expected, predicted and the log residual."""
    found = census_survival(census, earlier, reference=rates, ages=ages)
    if int(found.attrs["years"]) != learning.INTERVAL:
        raise SchemaError(
            f"migration_schedule_of: the censuses are {found.attrs['years']} years apart; schedules are learned from "
            f"{learning.INTERVAL}. Leave `earlier` out, and the learned types stand alone."
        )
    starts = np.searchsorted(found["survivor_age"].to_numpy(), REACHED)
    counted, expected = (np.add.reduceat(found[name].to_numpy(), starts, axis=-1) for name in ("counted", "expected"))
    units = found["unit"].to_numpy().astype(str)
    before = _single(earlier, rates, ages)
    urban = _urban_share(earlier) * before.sum(axis=(1, 2))
    member = earlier["unit"].to_numpy().astype(str)[None] == units[:, None]
    stock = np.einsum("ud,dsa->usa", member, before)
    residents = stock.sum(axis=(1, 2))
    learned = learned_of(schedules, 0)
    features = features_of(stock, member @ urban / residents)
    turned = learning.turnover(learned, features)
    total = learning.total_rate(counted, expected)
    off = learning.log_rates(counted, expected) - turned - learned.response * total[:, None, None]
    dims = ("unit", "sex", "age_reached")
    predicted = learning.met(expected, turned, learned.response, counted.sum(axis=(1, 2)))
    return xr.Dataset(
        {
            "counted": (dims, counted, {"unit": "persons"}),
            "expected": (dims, expected, {"unit": "persons"}),
            "predicted": (dims, predicted, {"unit": "persons"}),
            "before": (("unit", "sex", "age_before"), by_groups(stock, STARTING), {"unit": "persons"}),
            "residual": (dims, np.where(np.array(REACHED) < learning.OLD, off, 0.0), {"unit": "1"}),
            "residents": ("unit", residents, {"unit": "persons"}),
            "net_rate": ("unit", total / learning.INTERVAL, {"unit": "1/year"}),
            "level": ("unit", _level(schedules, features, 0), {"unit": "1/year"}),
        },
        coords={"unit": units, "sex": list(SEXES), "age_reached": list(REACHED), "age_before": list(STARTING)},
    )
