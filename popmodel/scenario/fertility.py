"""Total fertility of a scenario: on whose basis it is given, and from where it begins."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.fertility import fertility_in
from popmodel.demography.migration import ClosedAccounts
from popmodel.demography.trend import extrapolate
from popmodel.scenario.drivers import CONVERSIONS, PLAN_BASIS, Change, Dated, Driver, Observed, Scenario, Toward
from popmodel.scenario.facts import Start, put, started
from popmodel.scenario.migration import Published, Values, observed_years
from popmodel.scenario.values import check_limits
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]


def fertility_of(
    base: xr.Dataset,
    scenario: Scenario,
    above: Array | None,
    values: Values,
    published: Published,
    periods: list[int],
) -> Array:
    """Total fertility by period, (T,) or by district (T, D)."""
    driver, closed, level = scenario.total_fertility, published.closed, fertility_in(base, periods).level
    if isinstance(driver, Observed) and closed:
        years = observed_years(base)[: len(closed.total_fertility)]
        known = dict(zip(years, closed.total_fertility.tolist(), strict=True))
        fertility = extrapolate(known, periods, method=driver.carry)
    else:
        own = own_fertility(base, scenario, closed)
        fertility = values("total_fertility", own, above, level)
    if closed and published.seen:
        fertility = put(fertility, closed.total_fertility[: published.seen], level)
    codes = [str(code) for code in base["district"].to_numpy()]
    check_limits(fertility, periods, codes, f"scenario {scenario.name}: total_fertility", name="total_fertility")
    return fertility


def own_fertility(base: xr.Dataset, scenario: Scenario, closed: ClosedAccounts | None) -> Driver | None:
    """Fertility of a scenario on the residents' basis, begun with what was observed last where it says so."""
    where = f"scenario {scenario.name}: total_fertility"
    driver = scenario.total_fertility
    if scenario.total_fertility_conversion == CONVERSIONS[1]:
        driver = times(driver, observed_ratio(base, where))
    if closed is not None and len(closed.total_fertility):
        year, total = observed_years(base)[len(closed.total_fertility) - 1], float(closed.total_fertility[-1])
    elif base.sizes.get("observed_year", 0) and "implied_total_fertility" in base:
        year, total = observed_years(base)[-1], float(base["implied_total_fertility"][-1])
    else:
        year, total = int(base["year"]), float(base["resident_total_fertility"][0])
    level = fertility_in(base, [year]).level[0]
    found: Driver | None = started(driver, Start(year, total, total * level), base, where)
    return found


def conversion_of(base: xr.Dataset, scenario: Scenario, above: float | None) -> float:
    """What a published total fertility was taken times: 1 where nothing was converted."""
    if scenario.total_fertility_conversion == CONVERSIONS[1]:
        return observed_ratio(base, f"scenario {scenario.name}: total_fertility")
    inherits = scenario.total_fertility is None or isinstance(scenario.total_fertility, Change)
    return above if above is not None and inherits else 1.0


def on_plan_basis(total: xr.DataArray, basis: str, ratio: float, seen: int) -> xr.DataArray:
    """Total fertility on the plan's basis, where the scenario has one: missing in published years, which have none."""
    later = np.arange(total.sizes["period"]) >= seen
    return total.where(later & (basis == PLAN_BASIS)) / ratio


def observed_ratio(base: xr.Dataset, where: str) -> float:
    """Return the residents' total fertility over the published one, in the last year that has both.

    An office may publish the total fertility of those registered. Times this ratio a figure on its basis becomes one of
    births and women who live here; that the ratio stays is assumed.

    Raises
    ------
    SchemaError
        If no year has both.
    """
    ratio = _last_ratio(base)
    if ratio is not None:
        return ratio
    raise SchemaError(
        f"{where}: no year has both a published total fertility and births of residents. Add them to the observed "
        'values, or say total_fertility_conversion = "none".'
    )


def fertility_ratio(base: xr.Dataset) -> float:
    """Return the total fertility of those registered over the residents': 1 where the former is not published."""
    ratio = _last_ratio(base)
    return 1.0 if ratio is None else 1.0 / ratio


def _last_ratio(base: xr.Dataset) -> float | None:
    """Residents' total fertility over the published one in the last year that has both, if any."""
    if "published_total_fertility" not in base:
        return None
    ratio = (base["resident_total_fertility"] / base["published_total_fertility"]).to_numpy()
    return float(ratio[np.isfinite(ratio)][-1]) if np.isfinite(ratio).any() else None


def times(driver: Any, factor: float) -> Any:
    """Return a driver that holds values, each taken times a factor."""
    if isinstance(driver, Dated | Toward):
        return replace(driver, values=times(driver.values, factor))
    if isinstance(driver, Mapping):
        return {key: times(value, factor) for key, value in driver.items()}
    return float(driver) * factor
