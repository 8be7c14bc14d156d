"""The account of the household register under a scenario: entries by class, departures, natural increase."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.registered import entries_to_reach, residual_entries
from popmodel.demography.trend import extrapolate
from popmodel.scenario import Change, Driver, Observed, Scenario, Solve
from popmodel.scenario.values import changed, check_limits, dated
from popmodel.schema import SchemaError, named

Array = npt.NDArray[np.float64]


class Register(NamedTuple):
    """Net entries (T,), their parts where the scenario gives them, and natural increase beyond the residents' (T,)."""

    net_entries: Array
    entries: Mapping[str, Array]
    departures: Array | None
    natural_gap: Array


def published(base: xr.Dataset) -> dict[int, float]:
    """Return the published registered population by year."""
    if "registered_population" not in base:
        return {}
    series = base["registered_population"]
    return {int(y): float(v) for y, v in zip(series["register_year"].to_numpy(), series.to_numpy(), strict=True)}


def register_account(
    base: xr.Dataset, scenario: Scenario, parent: Register | None, periods: list[int], residents: Array, last: int
) -> Register | None:
    """Return what moves the register in each period; None where its stock at the base is not published.

    Parameters
    ----------
    base : xarray.Dataset
        With `registered_population` (register_year).
    scenario : Scenario
        Its drivers of the register.
    parent : Register or None
        Of the scenario that it is based on.
    periods : list of int, length T
        Years.
    residents : ndarray, shape (T,)
        Natural increase of the residents over their stock at the start. [1/year]
    last : int
        Last year with published figures.

    Raises
    ------
    SchemaError
        If a driver is impossible, or entries or departures come out negative.
    """
    known, start = published(base), int(base["year"])
    where = f"scenario {scenario.name}:"
    if start not in known:
        if scenario.registered_entries or scenario.registered_departures is not None:
            raise SchemaError(f"{where} registered_entries need the registered population of {start}. Publish it.")
        return None
    rate = _natural(scenario, parent, periods, residents, last, where)

    def numbers(name: str, driver: Driver, above: Array | None) -> Array:
        if isinstance(driver, Change):
            if above is None:
                raise SchemaError(f"{where} {name} changes nothing: the parent has none. Give values.")
            return changed(above, driver, periods, (), f"{where} {name}", spread=np.asarray, last_observed=last)
        return dated(driver, periods, (), f"{where} {name}")

    gap = rate - residents
    net = scenario.registered_net_entries
    by_class = bool(scenario.registered_entries) or scenario.registered_departures is not None
    if not by_class and (net is not None or parent is None):
        driver = 0.0 if net is None else net
        if isinstance(driver, Observed | Solve):
            return Register(_net(driver, known, start, periods, rate, f"{where} registered_net_entries"), {}, None, gap)
        above = None if parent is None else parent.net_entries
        return Register(numbers("registered_net_entries", driver, above), {}, None, gap)
    classes = {} if parent is None else dict(parent.entries)
    parts = {name: values for name, values in classes.items() if name not in scenario.registered_entries}
    gone = None if parent is None else parent.departures
    if not by_class and parent is not None:
        return parent._replace(natural_gap=gap)
    open_ = [name for name, d in scenario.registered_entries.items() if isinstance(d, Observed | Solve)]
    leaving = scenario.registered_departures
    if len(open_) + isinstance(leaving, Observed | Solve) > 1:
        raise SchemaError(
            f"{where} registered_entries {named(open_)} and departures: only one may be solved or observed."
        )
    for name, driver in scenario.registered_entries.items():
        if name not in open_:
            parts[name] = numbers(f"registered_entries {name}", driver, classes.get(name))
    if leaving is not None and not isinstance(leaving, Observed | Solve):
        gone = numbers("registered_departures", leaving, gone)
    rest = sum(parts.values(), np.zeros(len(periods)))
    if isinstance(leaving, Observed | Solve):
        total = _net(leaving, known, start, periods, rate, f"{where} registered_departures")
        gone = rest - total
        check_limits(gone, periods, (), f"{where} registered_departures")
    for name in open_:
        what = f"{where} registered_entries {name}"
        total = _net(scenario.registered_entries[name], known, start, periods, rate, what)  # type: ignore[arg-type]
        parts[name] = total + (0.0 if gone is None else gone) - rest
        check_limits(parts[name], periods, (), what)
        rest = rest + parts[name]
    order = [*classes, *(name for name in scenario.registered_entries if name not in classes)]
    gone = np.zeros(len(periods)) if gone is None else gone
    return Register(rest - gone, {name: parts[name] for name in order}, gone, gap)


def _natural(
    scenario: Scenario, parent: Register | None, periods: list[int], residents: Array, last: int, where: str
) -> Array:
    """Natural increase of the registered over their stock: the residents', unless the scenario says otherwise."""
    driver = scenario.registered_natural_rate
    above = residents if parent is None else residents + parent.natural_gap
    if driver is None:
        return above
    what = f"{where} registered_natural_rate"
    if isinstance(driver, Change):
        return changed(above, driver, periods, (), what, spread=np.asarray, last_observed=last)
    return dated(driver, periods, (), what)


def _net(
    driver: Observed | Solve, register: Mapping[int, float], start: int, periods: list[int], rate: Array, where: str
) -> Array:
    """Net entries by period that meet a stock, or the published ones."""
    if isinstance(driver, Solve):
        if driver.year not in periods:
            raise SchemaError(f"{where} is solved for {driver.year}, outside {periods[0]}-{periods[-1]}.")
        years = periods.index(driver.year) + 1
        return np.full(len(periods), entries_to_reach(register[start], rate[:years], target=driver.value))
    known = sorted(year for year in register if year <= periods[-1])
    later = [year for year in known if year >= start]
    # Where nothing is published after the start, the last change before it, at the first year's natural rate.
    used = later if len(later) > 1 else known[-2:]
    if len(used) < 2:
        raise SchemaError(f"{where}: only the registered population of {start} is published. Give dated values.")
    natural = {year: float(rate[max(year - start - 1, 0)]) for year in range(used[0] + 1, used[-1] + 1)}
    series = residual_entries({year: register[year] for year in used}, natural)
    if len(later) < 2:
        series = dict.fromkeys(periods[:1], series[start])
    return extrapolate(series, periods, method=driver.carry)
