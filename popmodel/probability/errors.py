"""How wrong forecasts of small areas were: errors of ten years in units that nothing was learned from."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import statsmodels.api as sm
import xarray as xr

from popmodel.base.county_cells import county_cells
from popmodel.demography import migration_learning as learning
from popmodel.demography.migration_learning import REACHED, STARTING
from popmodel.schema import SchemaError, age_edges, named, near

Array = npt.NDArray[np.float64]
RULES = ("no_change", "no_migration", "hamilton_perry", "covariates")
"""Rules by what they know: the count; survivors; mean cohort change elsewhere; what structure says elsewhere."""
QUANTILES = (2.5, 10.0, 50.0, 90.0, 97.5)
"""Quantiles of the log error that are given. [percent]"""
SIZES = (0, 100_000, 300_000, 600_000)
"""Lower bounds of the size groups. [persons]"""


def empirical_errors(
    counties: xr.Dataset,
    *,
    rule: str | Sequence[str] = RULES,
    changed_area: float | None = learning.CHANGED_AREA,
    reference: xr.Dataset | None = None,
) -> pd.DataFrame:
    """Return the errors of rules that forecast units over ten years, each province from what the others teach.

    Parameters
    ----------
    counties : xarray.Dataset
        From `read_counties`, two censuses ten years apart.
    rule : str or sequence of str
        Of `no_change` (as many aged ten and over as before), `no_migration` (survivors), `hamilton_perry`
        (cohort-change ratios pooled over the other provinces) and `covariates` (what the structure of a unit says of
        its net migration, by ordinary least squares over the other provinces, ages by the learned schedules).
    changed_area : float, optional
        Units whose cohort of 45-64 departs from the median by more are left out, since their area probably changed;
        none is left out if None. The rule looks at the outcome and takes out real growth too. [log]
    reference : xarray.Dataset, optional
        Reference schedules; those that the counties carry if not given.

    Returns
    -------
    pandas.DataFrame
        One row for each rule and group: `rule`, `by` ("all", "size", "age_group", "prefecture", "unit"), `group`,
        `province` (of prefectures and units), `n`, `mape` and `median_ape` [%], `bias` (mean percentage error, above
        zero: too high) [%], `sd_log_error` and the quantiles `q2.5` … `q97.5` of ``log(counted/forecast)`` [1]. Of
        people aged ten and over. The attribute `changed_area` keeps the bound.

    Raises
    ------
    SchemaError
        If a rule is unknown, all units lie in one province, or reference schedules are missing.

    Notes
    -----
    Measures as in Smith, Tayman & Swanson (2013), ch. 13. These are errors across places in one decade: a shock common
    to all provinces in the next one is in none of them.

    Examples
    --------
    >>> errors = pm.empirical_errors(counties, rule="no_migration")
    >>> errors["by"].unique().tolist()
    ['all', 'size', 'age_group', 'prefecture', 'unit']
    """
    rules = [rule] if isinstance(rule, str) else list(rule)
    unknown = [name for name in rules if name not in RULES]
    if unknown or not rules:
        raise SchemaError(
            f"empirical_errors: rule={named(unknown) or 'none'} must be of {', '.join(RULES)}.{near(unknown, RULES)}"
        )
    if changed_area is not None and not changed_area > 0:
        raise SchemaError(f"empirical_errors: changed_area={changed_area} must be above 0, or None for every unit.")
    units = comparable_units(counties, reference, changed_area)
    if len(set(units.province)) < 2:
        raise SchemaError("empirical_errors: all units lie in one province; nothing is left to learn from. Add others.")
    out = pd.concat([_rows(name, units, forecast(name, units)) for name in rules], ignore_index=True)
    out.attrs["changed_area"] = changed_area
    return out


class Units(NamedTuple):
    """Units that are compared.

    Residents before (U, 2, 18), survivors counted and expected (U, 2, G), features (U, F), labels and residents (U,).
    """

    before: Array
    counted: Array
    expected: Array
    features: Array
    unit: npt.NDArray[np.str_]
    province: npt.NDArray[np.str_]
    prefecture: npt.NDArray[np.str_]
    residents: Array


def comparable_units(counties: xr.Dataset, reference: xr.Dataset | None, changed_area: float | None) -> Units:
    """Return what is compared: all units, or those that probably kept their area."""
    counted, expected, features = county_cells(counties, counties if reference is None else reference)
    kept = np.ones(len(counted), dtype=bool)
    if changed_area is not None:
        kept = ~learning.changed_area(counted, expected, bound=changed_area)
    first = counties["population"].isel(census=0).transpose("unit", "sex", "age_group")
    single = np.zeros((*first.shape[:2], STARTING[-1] + 1))
    single[..., age_edges([str(group) for group in first["age_group"].to_numpy()], what="counties")] = first.to_numpy()
    before = np.add.reduceat(single, STARTING, axis=-1)
    residents = before.sum(axis=(1, 2))
    register = np.full(len(residents), np.nan)
    if "registered" in counties:
        register = np.log(residents / counties["registered"].isel(census=0).to_numpy())
    wide = np.column_stack([features[0], np.log(residents), register])
    unit, province, prefecture = (
        counties[name].to_numpy()[kept].astype(str) for name in ("unit", "province", "prefecture")
    )
    return Units(before[kept], counted[kept], expected[kept], wide[kept], unit, province, prefecture, residents[kept])


def provinces_left_out(units: Units) -> Iterator[npt.NDArray[np.bool_]]:
    """Yield the units of each province."""
    for name in dict.fromkeys(units.province.tolist()):
        yield units.province == name


def forecast(rule: str, units: Units) -> Array:
    """Return people by age reached (U, 2, G) as a rule has them, each province from what the others teach."""
    if rule == "no_migration":
        return units.expected
    last = len(REACHED) - 1
    if rule == "no_change":
        return np.concatenate([units.before[..., 2:-1], units.before[..., -1:]], axis=-1)
    cohorts = np.concatenate([units.before[..., :last], units.before[..., last:].sum(axis=-1, keepdims=True)], axis=-1)
    out = np.empty_like(units.expected)
    for mine in provinces_left_out(units):
        if rule == "hamilton_perry":
            ratio = units.counted[~mine].sum(axis=0) / cohorts[~mine].sum(axis=0)
            out[mine] = cohorts[mine] * ratio
        else:
            learned = learning.learn(units.counted[~mine], units.expected[~mine], units.features[~mine, :-2])
            turned = learning.turnover(learned, units.features[mine, :-2])
            wanted = units.expected[mine].sum(axis=(1, 2)) * np.exp(expected_rate(units, mine))
            out[mine] = learning.met(units.expected[mine], turned, learned.response, wanted)
    return out


def expected_rate(units: Units, mine: npt.NDArray[np.bool_]) -> Array:
    """Return the log rates of the totals of some units that the structure of the others lets expect."""
    known = units.features[~mine]
    mean, spread = np.nanmean(known, axis=0), np.nanstd(known, axis=0)
    rate = learning.total_rate(units.counted, units.expected)[~mine]
    model = sm.OLS(rate, sm.add_constant(learning.standardised(known, mean, spread), has_constant="add"))
    there = sm.add_constant(learning.standardised(units.features[mine], mean, spread), has_constant="add")
    return np.asarray(model.fit().predict(there), dtype=float)


def _rows(rule: str, units: Units, predicted: Array) -> pd.DataFrame:
    """Measures of one rule: over all, by size, by age group, by prefecture, and of each unit."""
    total, came = predicted.sum(axis=(1, 2)), units.counted.sum(axis=(1, 2))
    error = np.log(came / total)
    names = [f"{low:,}-{high:,}" for low, high in pairwise(SIZES)] + [f"{SIZES[-1]:,}+"]
    size = np.searchsorted(SIZES, units.residents, side="right") - 1
    rows = [_measures(rule, "all", "all", "", error)]
    rows += [_measures(rule, "size", names[k], "", error[size == k]) for k in range(len(SIZES)) if (size == k).any()]
    for k, age in enumerate(REACHED):
        group = f"{age}-{age + 4}" if k < len(REACHED) - 1 else f"{age}+"
        ages = np.log((units.counted[..., k].sum(axis=1) + 0.5) / (predicted[..., k].sum(axis=1) + 0.5))
        rows.append(_measures(rule, "age_group", group, "", ages))
    for name in dict.fromkeys(units.prefecture.tolist()):
        mine = units.prefecture == name
        rows.append(_measures(rule, "prefecture", name, units.province[mine][0], error[mine]))
    rows += [_measures(rule, "unit", unit, units.province[row], error[row : row + 1])
             for row, unit in enumerate(units.unit)]  # fmt: skip
    return pd.DataFrame(rows)


def _measures(rule: str, by: str, group: str, province: str, error: Array) -> dict[str, object]:
    percent = 100 * (np.exp(-error) - 1)
    return {
        "rule": rule, "by": by, "group": group, "province": province, "n": len(error),
        "mape": float(np.abs(percent).mean()), "median_ape": float(np.median(np.abs(percent))),
        "bias": float(percent.mean()), "sd_log_error": float(error.std(ddof=1)) if len(error) > 1 else np.nan,
        **{f"q{q:g}": float(value) for q, value in zip(QUANTILES, np.percentile(error, QUANTILES), strict=True)},
    }  # fmt: skip


def coverage(
    errors: pd.DataFrame, *, level: float | Sequence[float] = (80.0, 95.0), leave_out: str = "province"
) -> pd.DataFrame:
    """Say how often intervals made from the errors of other places hold what came.

    Parameters
    ----------
    errors : pandas.DataFrame
        From `empirical_errors`.
    level : float or sequence of float
        Central intervals. [percent]
    leave_out : {"province", "prefecture"}
        A unit's interval is made from the errors of the units outside its own.

    Returns
    -------
    pandas.DataFrame
        One row for each rule, level and group ("all", then every province): `rule`, `level`, `group`, `n`, `coverage`
        [%], `mean_width` (upper less lower bound of the log error) [1], and `pit`, the probability integral transforms
        of the group's units, a tuple of numbers between 0 and 1.

    Raises
    ------
    SchemaError
        If the errors hold no units, a level is not between 0 and 100, or there is nothing outside a group.

    Notes
    -----
    Bounds are empirical quantiles. That the transforms are flat over all units is nearly built in; by province they
    need not be, and are not: a shock of its own is common to a province.

    Examples
    --------
    >>> errors = pm.empirical_errors(counties, rule="no_migration")
    >>> pm.coverage(errors, level=80)["group"].iloc[0]
    'all'
    """
    if leave_out not in ("province", "prefecture"):
        raise SchemaError(f"coverage: leave_out={leave_out!r} must be province or prefecture.")
    levels = [float(level)] if isinstance(level, int | float) else [float(one) for one in level]
    wrong = [one for one in levels if not 0 < one < 100]
    if wrong or not levels:
        raise SchemaError(f"coverage: level {named(wrong) or '(none)'} must lie between 0 and 100 percent.")
    if "by" not in errors or not (errors["by"] == "unit").any():
        raise SchemaError("coverage: the errors hold no units. Pass what empirical_errors returns.")
    rows = []
    for rule, own in errors[errors["by"] == "unit"].groupby("rule", sort=False):
        error = own["q50"].to_numpy(dtype=float)
        province = own["province"].to_numpy().astype(str)
        fold = province if leave_out == "province" else np.array([str(code)[:4] for code in own["group"]])
        if len(set(fold)) < 2:
            raise SchemaError(f"coverage: all units lie in one {leave_out}; nothing is outside of it.")
        for one in levels:
            low, high, pit = _intervals(error, fold, one)
            inside = (error >= low) & (error <= high)
            for group in ("all", *sorted(set(province))):
                mine = np.full(len(error), True) if group == "all" else province == group
                rows.append({
                    "rule": rule, "level": one, "group": group, "n": int(mine.sum()),
                    "coverage": 100 * float(inside[mine].mean()), "mean_width": float((high - low)[mine].mean()),
                    "pit": tuple(pit[mine].tolist()),
                })  # fmt: skip
    return pd.DataFrame(rows)


def _intervals(error: Array, fold: npt.NDArray[np.str_], level: float) -> tuple[Array, Array, Array]:
    """Bounds of each unit's error from those outside its fold, and its place among them."""
    low, high, pit = (np.empty(len(error)) for _ in range(3))
    tail = (100 - level) / 2
    for name in dict.fromkeys(fold.tolist()):
        mine = fold == name
        others = np.sort(error[~mine])
        low[mine], high[mine] = np.percentile(others, [tail, 100 - tail])
        pit[mine] = (np.searchsorted(others, error[mine]) + 0.5) / (len(others) + 1)
    return low, high, pit
