"""What was learned of migration, against counties that it was not learned from and against rules that know less."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.base import migration_schedule_of
from popmodel.base.county_cells import by_groups, county_cells
from popmodel.base.schedules import learned_of
from popmodel.demography import migration_learning as learning
from popmodel.demography.census_survival import reached
from popmodel.demography.migration import RogersCastro
from popmodel.demography.migration_learning import REACHED, STARTING
from popmodel.schema import SEXES, SchemaError

Array = npt.NDArray[np.float64]
RULES = ("no_migration", "proportional", "rogers_castro", "hamilton_perry", "learned")
"""Rules by what they know: nothing of migration; the total and no, the standard, the mean or the learned ages."""
SIZES = (0, 100_000, 300_000, 600_000)
"""Lower bounds of the size groups. [persons]"""


class Units(NamedTuple):
    """Units: residents before (U, 2, 18), survivors counted and expected (U, 2, G), features before (U, F)."""

    before: Array
    counted: Array
    expected: Array
    features: Array


def predict_counties(
    counties: xr.Dataset, schedules: xr.Dataset | None = None, *, reference: xr.Dataset | None = None
) -> xr.Dataset:
    """Predict the ages at the second census of counties that were not learned from, given each county's total.

    Parameters
    ----------
    counties : xarray.Dataset
        From `read_counties`.
    schedules : xarray.Dataset, optional
        Learned from other counties (`estimate_migration_schedules`, `read_schedules`); if not given, each province is
        predicted by what the others teach.
    reference : xarray.Dataset, optional
        Reference schedules; those that the counties carry if not given.

    Returns
    -------
    xarray.Dataset
        `predicted` (rule, unit, sex, age_reached) and `counted` (unit, sex, age_reached) [persons], for ages from 10
        up; `residents` at the first census [persons], `province` and `changed_area` by unit.

    Raises
    ------
    SchemaError
        If reference schedules are missing, or there is only one province and no schedules are given.

    Notes
    -----
    Every rule but `no_migration` is given the county's total aged 10 and over. `proportional`: all ages alike;
    `rogers_castro`: the net migrants by the standard schedule; `hamilton_perry`: cohort-change ratios (Hamilton & Perry
    1962) pooled over the counties learned from, since each county's own ratios of the decade before would take a third
    census; `learned`: ``E·exp(g + γ·b)``. With `schedules` given, the ratios are those of the counties themselves,
    which favours that rule.
    """
    counted, expected, features = county_cells(counties, counties if reference is None else reference)
    before = _before(counties)
    units = Units(before, counted, expected, features[0])
    province = counties["province"].to_numpy()
    changed = learning.changed_area(counted, expected)
    predicted = np.zeros((len(RULES), *counted.shape))
    if schedules is not None:
        predicted[:] = _rules(units, learned_of(schedules, 0), _ratios(units))
    else:
        names = list(dict.fromkeys(province.tolist()))
        if len(names) < 2:
            raise SchemaError(
                f"predict_counties: all counties lie in province {names[0]}; nothing is left to learn from. "
                "Pass schedules=read_schedules(…)."
            )
        for name in names:
            mine = province == name
            others = _take(units, ~mine & ~changed)
            learned = learning.learn(others.counted, others.expected, others.features)
            predicted[:, mine] = _rules(_take(units, mine), learned, _ratios(others))
    cells = ("unit", "sex", "age_reached")
    return xr.Dataset(
        {
            "predicted": (("rule", *cells), predicted, {"unit": "persons"}),
            "counted": (cells, counted, {"unit": "persons"}),
            "residents": ("unit", before.sum(axis=(1, 2)), {"unit": "persons"}),
            "province": ("unit", province),
            "changed_area": ("unit", changed),
        },
        coords={
            "rule": list(RULES),
            "unit": counties["unit"].to_numpy(),
            "sex": list(SEXES),
            "age_reached": list(REACHED),
        },
    )


def predict_units(
    census: xr.Dataset, schedules: xr.Dataset, *, earlier: xr.Dataset, counties: xr.Dataset
) -> xr.Dataset:
    """Predict the ages of a city's units at the later census, as `predict_counties` does.

    Parameters
    ----------
    census, earlier : xarray.Dataset
        The later and the earlier census (`read_census`).
    schedules : xarray.Dataset
        Learned from counties that the city is not among.
    counties : xarray.Dataset
        Those counties, for the pooled cohort-change ratios.

    Returns
    -------
    xarray.Dataset
        As `predict_counties`, without provinces.
    """
    found = migration_schedule_of(census, schedules, earlier=earlier)
    counted, expected = found["counted"].to_numpy(), found["expected"].to_numpy()
    before = found["before"].to_numpy()
    pool = Units(_before(counties), *county_cells(counties, counties)[:2], np.zeros((0, 0)))
    known = Units(before, counted, expected, np.zeros((0, 0)))
    predicted = np.stack([*_naive(known, _ratios(pool)), found["predicted"].to_numpy()])
    out = found[["counted"]].copy()
    out["predicted"] = (("rule", *out["counted"].dims), predicted, {"unit": "persons"})
    out["residents"] = ("unit", before.sum(axis=(1, 2)), {"unit": "persons"})
    out["changed_area"] = ("unit", np.zeros(len(before), dtype=bool))
    return out.assign_coords(rule=list(RULES))


def prediction_errors(predicted: xr.Dataset, *, by: str = "all", changed_area: bool = False) -> pd.DataFrame:
    """Return the errors of predicted ages.

    Parameters
    ----------
    predicted : xarray.Dataset
        From `predict_counties` or `predict_units`.
    by : {"all", "size", "age", "province", "unit"}
        What the rows tell apart.
    changed_area : bool
        Whether units that probably changed their area count.

    Returns
    -------
    pandas.DataFrame
        `group`, `rule`, `n`, `median` and `mean` of the error [%], and `bias_60_plus`, the mean error of the share of
        those aged 60 and over among those aged 10 and over [percentage points].

    Raises
    ------
    SchemaError
        If `by` is unknown.

    Notes
    -----
    Error of a unit: the sum of absolute errors by sex and age group over its residents aged 10 and over; by age, over
    those of that age. The groups of `size` are the residents at the first census.
    """
    kept = predicted if changed_area else predicted.sel(unit=~predicted["changed_area"])
    off = abs(kept["predicted"] - kept["counted"])
    if by == "age":
        share = 100 * off.sum("sex") / kept["counted"].sum("sex")
        rows = [_row(f"{age}", rule, share.sel(age_reached=age, rule=rule), None)
                for age in kept["age_reached"].to_numpy() for rule in RULES]  # fmt: skip
        return pd.DataFrame(rows)
    groups = _groups(kept, by)
    share = 100 * off.sum(("sex", "age_reached")) / kept["counted"].sum(("sex", "age_reached"))
    old = 100 * (_old(kept["predicted"]) - _old(kept["counted"]))
    rows = [
        _row(name, rule, share.sel(rule=rule)[groups == name], old.sel(rule=rule)[groups == name])
        for name in dict.fromkeys(groups.tolist())
        for rule in RULES
    ]
    return pd.DataFrame(rows)


def _row(group: str, rule: str, error: xr.DataArray, old: xr.DataArray | None) -> dict[str, object]:
    row = {
        "group": group, "rule": rule, "n": error.size, "median": float(error.median()), "mean": float(error.mean())
    }  # fmt: skip
    return row if old is None else {**row, "bias_60_plus": float(old.mean())}


def _old(people: xr.DataArray) -> xr.DataArray:
    return people.sel(age_reached=slice(60, None)).sum(("sex", "age_reached")) / people.sum(("sex", "age_reached"))


def _groups(kept: xr.Dataset, by: str) -> npt.NDArray[np.str_]:
    if by == "all":
        return np.full(kept.sizes["unit"], "all")
    if by in ("province", "unit"):
        return kept[by].to_numpy().astype(str)
    if by == "size":
        place = np.searchsorted(SIZES, kept["residents"].to_numpy(), side="right") - 1
        names = [f"{low:,}-{high:,}" for low, high in pairwise(SIZES)] + [f"{SIZES[-1]:,}+"]
        return np.array(names)[place]
    raise SchemaError(f"prediction_errors: by={by!r} must be all, size, age, province or unit.")


def _before(counties: xr.Dataset) -> Array:
    """Residents at the first census by groups of five years."""
    first = counties["population"].isel(census=0).transpose("unit", "sex", "age_group")
    lower = [int(str(group).split("-")[0].rstrip("+")) for group in first["age_group"].to_numpy()]
    single = np.zeros((*first.shape[:2], STARTING[-1] + 1))
    single[..., lower] = first.to_numpy()
    return by_groups(single, STARTING)


def _take(units: Units, rows: npt.NDArray[np.bool_]) -> Units:
    return Units(*(part[rows] for part in units))


def _ratios(units: Units) -> Array:
    """Pooled cohort-change ratios (2, G)."""
    return np.asarray(units.counted.sum(axis=0) / _cohorts(units.before).sum(axis=0))


def _cohorts(before: Array) -> Array:
    """Residents at the first census by the group that they reach ten years later."""
    last = len(REACHED) - 1
    return np.concatenate([before[..., :last], before[..., last:].sum(axis=-1, keepdims=True)], axis=-1)


def _naive(units: Units, ratios: Array) -> Sequence[Array]:
    """Predictions of all rules but the learned one, in the order of `RULES`."""
    total = units.counted.sum(axis=(1, 2), keepdims=True)
    expected = units.expected
    missing = total - expected.sum(axis=(1, 2), keepdims=True)
    curve = reached(RogersCastro(), REACHED, width=5, years=learning.INTERVAL)
    split = expected / expected.sum(axis=1, keepdims=True)
    perry = _cohorts(units.before) * ratios
    return (
        expected,
        expected * total / expected.sum(axis=(1, 2), keepdims=True),
        expected + missing * curve / curve.sum() * split,
        perry * total / perry.sum(axis=(1, 2), keepdims=True),
    )


def _rules(units: Units, learned: learning.Learned, ratios: Array) -> Array:
    turned = learning.turnover(learned, units.features)
    found = learning.met(units.expected, turned, learned.response, units.counted.sum(axis=(1, 2)))
    return np.stack([*_naive(units, ratios), found])
