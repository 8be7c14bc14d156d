"""The account of the household register under a scenario: entries by class, departures, natural increase."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.registered import entries_to_reach, project_registered, residual_entries
from popmodel.demography.trend import extrapolate
from popmodel.scenario import OBSERVED, Change, Driver, Observed, Scenario, Solve
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
        If a driver is impossible, entries or departures come out negative, or the register negative or infinite.
    """
    known, start = published(base), int(base["year"])
    where = f"scenario {scenario.name}:"
    by_class = bool(scenario.registered_entries) or scenario.registered_departures is not None
    if start not in known:
        if by_class:
            raise SchemaError(f"{where} registered_entries need the registered population of {start}. Publish it.")
        return None
    rate = _natural(scenario, parent, periods, residents, last, where)
    facts = {} if scenario.counterfactual else _entries(known, start, periods, rate)
    terms = Terms(where, periods, last, known, start, rate, facts)
    if by_class:
        register = _by_class(scenario, parent, terms)
    elif parent is None or scenario.registered_net_entries is not None:
        register = Register(_in_one(scenario, parent, terms), {}, None, rate)
    else:
        register = parent
    project_registered(known[start], rate, net_entries=register.net_entries, years=periods, where=f"{where} ")
    return register._replace(natural_gap=rate - residents)


class Terms(NamedTuple):
    """What every part of the account needs: the periods, what is published, and the natural increase (T,)."""

    where: str
    periods: list[int]
    last: int
    published: Mapping[int, float]
    start: int
    rate: Array
    facts: Mapping[int, float]


def _entries(published: Mapping[int, float], start: int, periods: list[int], rate: Array) -> dict[int, float]:
    """Net entries that the published register leaves, by year after the start."""
    later = {year: value for year, value in published.items() if start <= year <= periods[-1]}
    natural = {year: float(rate[year - start - 1]) for year in range(start + 1, max(later) + 1)}
    return residual_entries(later, natural) if len(later) > 1 else {}


def _numbers(driver: Driver, above: Array | None, name: str, terms: Terms, part: str = "") -> Array:
    """Numbers of a driver that holds values, or changes those of the parent; `part` is a class of entry."""
    what = f"{terms.where} {name} {part}".rstrip()
    if isinstance(driver, Change):
        if above is None:
            raise SchemaError(f"{what} changes nothing: the parent has none. Give values.")
        return changed(above, driver, terms.periods, (), what, name=name, spread=np.asarray, last_observed=terms.last)
    return dated(driver, terms.periods, (), what, name=name)


def _in_one(scenario: Scenario, parent: Register | None, terms: Terms) -> Array:
    """Net entries that are not split into classes; 0 if not given."""
    name, driver = "registered_net_entries", scenario.registered_net_entries
    if isinstance(driver, Observed | Solve):
        net = _net(driver, terms, f"{terms.where} {name}")
        check_limits(net, terms.periods, (), f"{terms.where} {name}", name=name)
        return net
    above = None if parent is None else parent.net_entries
    net = np.array(_numbers(0.0 if driver is None else driver, above, name, terms))
    net[: len(terms.facts)] = list(terms.facts.values())
    return net


def _by_class(scenario: Scenario, parent: Register | None, terms: Terms) -> Register:
    """Entries by class and departures; the one that is observed or solved for takes what the others leave."""
    given, leaving = scenario.registered_entries, scenario.registered_departures
    above = {} if parent is None else parent.entries
    open_ = [name for name, driver in given.items() if isinstance(driver, Observed | Solve)]
    if len(open_) + isinstance(leaving, Observed | Solve) > 1:
        raise SchemaError(
            f"{terms.where} registered_entries {named(open_)} and departures: only one may be solved or observed."
        )
    parts = {name: values for name, values in above.items() if name not in given}
    for name, driver in given.items():
        if name not in open_:
            parts[name] = _numbers(driver, above.get(name), "registered_entries", terms, name)
    entered = sum(parts.values(), np.zeros(len(terms.periods)))
    gone = _departures(leaving, parent, entered, terms)
    for name in open_:
        what = f"{terms.where} registered_entries {name}"
        parts[name] = _net(given[name], terms, what) + gone - entered  # type: ignore[arg-type]
        check_limits(parts[name], terms.periods, (), what, name="registered_entries")
        entered = entered + parts[name]
    order = [*above, *(name for name in given if name not in above)]
    return Register(entered - gone, {name: parts[name] for name in order}, gone, terms.rate)


def _departures(leaving: Driver | None, parent: Register | None, entered: Array, terms: Terms) -> Array:
    """Departures from the register; 0 if neither the scenario nor its parent gives them."""
    name = "registered_departures"
    above = None if parent is None else parent.departures
    if leaving is None:
        return np.zeros(len(terms.periods)) if above is None else above
    if not isinstance(leaving, Observed | Solve):
        return _numbers(leaving, above, name, terms)
    gone = entered - _net(leaving, terms, f"{terms.where} {name}")
    check_limits(gone, terms.periods, (), f"{terms.where} {name}", name=name)
    return gone


def _natural(
    scenario: Scenario, parent: Register | None, periods: list[int], residents: Array, last: int, where: str
) -> Array:
    """Natural increase of the registered over their stock: the residents', unless the scenario says otherwise."""
    name, driver = "registered_natural_rate", scenario.registered_natural_rate
    above = residents if parent is None else residents + parent.natural_gap
    if driver is None:
        return above
    what = f"{where} {name}"
    if isinstance(driver, Change):
        return changed(above, driver, periods, (), what, name=name, spread=np.asarray, last_observed=last)
    return dated(driver, periods, (), what, name=name)


def _net(driver: Observed | Solve, terms: Terms, where: str) -> Array:
    """Net entries by period that meet a stock, or the published ones."""
    register, start, periods, rate = terms.published, terms.start, terms.periods, terms.rate
    if isinstance(driver, Solve):
        return _solved(driver, terms, where)
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


def _solved(driver: Solve, terms: Terms, where: str) -> Array:
    """Net entries by period that meet a stock, even from the first year whose register is not published."""
    periods, seen = terms.periods, len(terms.facts)
    if driver.year not in periods:
        raise SchemaError(f"{where} is solved for {driver.year}, outside {periods[0]}-{periods[-1]}.")
    years = periods.index(driver.year) + 1
    if years <= seen:
        raise SchemaError(
            f"{where} is solved for {driver.year}, but the register is published to {periods[seen - 1]}. Name a later "
            "year, or say counterfactual = true."
        )
    begin = terms.published[terms.start if not seen else periods[seen - 1]]
    each = entries_to_reach(begin, terms.rate[seen:years], target=driver.value)
    net = np.full(len(periods), each)
    net[:seen] = list(terms.facts.values())
    if driver.then == OBSERVED:
        if not seen:
            raise SchemaError(f"{where}: then = {driver.then!r} needs published registers. Add them, or take it out.")
        net[years:] = np.mean(net[:seen])
    return net
