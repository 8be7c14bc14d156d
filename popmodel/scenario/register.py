"""The account of the household register under a scenario: entries by class, departures, natural increase."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.register_ledger import CityRates, Ledger
from popmodel.demography.registered import entries_to_reach, project_registered, residual_entries
from popmodel.demography.trend import extrapolate
from popmodel.scenario import OBSERVED, Change, Driver, Observed, Scenario, Solve
from popmodel.scenario.fertility import fertility_ratio
from popmodel.scenario.register_people import Ways, carried, check_classes, ways_of
from popmodel.scenario.values import changed, check_limits, dated
from popmodel.schema import SchemaError, named

Array = npt.NDArray[np.float64]


MOST_ROUNDS, SETTLED = 200, 1e-14
"""Entries that meet a stock and the births of those who enter depend on each other: rounds until the natural rate
changes by less [1/year]."""


class Register(NamedTuple):
    """Net entries (T,), their parts where the scenario gives them, what the residents' fertility is taken times (T,),
    and who enters and leaves (T, 2, A).
    """

    net_entries: Array
    entries: Mapping[str, Array]
    departures: Array | None
    factor: Array
    by_age: Array


def published(base: xr.Dataset) -> dict[int, float]:
    """Return the published registered population by year."""
    if "registered_population" not in base:
        return {}
    series = base["registered_population"]
    return {int(y): float(v) for y, v in zip(series["register_year"].to_numpy(), series.to_numpy(), strict=True)}


def register_account(
    base: xr.Dataset, scenario: Scenario, parent: Register | None, periods: list[int], rates: CityRates, last: int
) -> Register | None:
    """Return what moves the register in each period; None where its stock at the base is not published.

    Parameters
    ----------
    base : xarray.Dataset
        With `registered_population` (register_year) and `registered_start` (sex, age).
    scenario : Scenario
        Its drivers of the register.
    parent : Register or None
        Of the scenario that it is based on.
    periods : list of int, length T
        Years.
    rates : CityRates
        Of the residents of the whole city.
    last : int
        Last year with published figures.

    Raises
    ------
    SchemaError
        If a driver is impossible, a class of entries is unknown, entries or departures come out negative, or the
        register negative or infinite.

    Notes
    -----
    What enters depends on the natural increase, and this on who enters: both are worked out in turn until they agree.
    """
    known, start = published(base), int(base["year"])
    where = f"scenario {scenario.name}:"
    by_class = bool(scenario.registered_entries) or scenario.registered_departures is not None
    if start not in known or "registered_start" not in base:
        if by_class:
            raise SchemaError(f"{where} registered_entries need the registered population of {start}. Publish it.")
        return None
    check_classes(base, scenario.registered_entries, where)
    factor = np.full(len(periods), fertility_ratio(base)) if parent is None else parent.factor
    ways = ways_of(base, dict.fromkeys([*(parent.entries if parent else ()), *scenario.registered_entries]))
    nobody = Register(np.zeros(len(periods)), {}, None, factor, np.empty(0))
    natural = _carried(ways, rates, nobody, len(periods), where).natural_rate.copy()
    deciding = _deciding(scenario, known, periods)
    for _ in range(MOST_ROUNDS):
        rate = _natural(scenario, natural, periods, last, where)
        facts = {} if scenario.counterfactual else _entries(known, start, periods, rate)
        account = _account(scenario, parent, Terms(where, periods, last, known, start, rate, facts))
        account = account._replace(factor=factor)
        project_registered(known[start], rate, net_entries=account.net_entries, years=periods, where=f"{where} ")
        before = natural[:deciding].copy()
        natural[:deciding] = _carried(ways, rates, account, deciding, where).natural_rate
        if not deciding or np.abs(natural[:deciding] - before).max() < SETTLED:
            break
    else:
        raise SchemaError(
            f"{where} the register's entries and its natural increase do not settle: the entries needed grow with "
            "every round. Lower the registered population to be reached, or name a later year."
        )
    wanted = None if scenario.registered_natural_rate is None else rate
    ledger = _carried(ways, rates, account, len(periods), where, wanted)
    return account._replace(factor=ledger.factor, by_age=ledger.net_entries)


def _deciding(scenario: Scenario, known: Mapping[int, float], periods: list[int]) -> int:
    """Number of the first periods whose natural increase decides about the entries: to the last stock to be met."""
    if scenario.registered_natural_rate is not None:
        return len(periods)
    drivers = (
        scenario.registered_net_entries, scenario.registered_departures, *scenario.registered_entries.values(),
    )  # fmt: skip
    years = [driver.year for driver in drivers if isinstance(driver, Solve)]
    years += [year for year in known if year <= periods[-1]]
    # A record that ends at the start is carried on at the first year's natural increase.
    return min(max(max(years, default=0) - periods[0] + 1, 1), len(periods))


def _carried(
    ways: Ways, rates: CityRates, account: Register, periods: int, where: str, natural_rate: Array | None = None
) -> Ledger:
    gone = None if account.departures is None else account.departures[:periods]
    parts = {name: values[:periods] for name, values in account.entries.items()}
    return carried(
        ways, rates, account.net_entries[:periods], parts, gone, account.factor[:periods], natural_rate, where
    )


def _account(scenario: Scenario, parent: Register | None, terms: "Terms") -> Register:
    """Net entries and their parts, at the natural increase of the terms."""
    if scenario.registered_entries or scenario.registered_departures is not None:
        return _by_class(scenario, parent, terms)
    if parent is None or scenario.registered_net_entries is not None:
        return Register(_in_one(scenario, parent, terms), {}, None, terms.rate, np.empty(0))
    if parent.departures is not None:
        entered = sum_of(parent.entries, terms)
        return _with_facts(parent.entries, entered, parent.departures, terms)
    net = np.array(parent.net_entries)
    net[: len(terms.facts)] = list(terms.facts.values())
    return parent._replace(net_entries=net)


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
    entered = sum_of(parts, terms)
    gone = _departures(leaving, parent, entered, terms)
    for name in open_:
        what = f"{terms.where} registered_entries {name}"
        parts[name] = _net(given[name], terms, what) + gone - entered  # type: ignore[arg-type]
        check_limits(parts[name], terms.periods, (), what, name="registered_entries")
        entered = sum_of(parts, terms)
    order = [*above, *(name for name in given if name not in above)]
    return _with_facts({name: parts[name] for name in order}, entered, gone, terms)


def sum_of(parts: Mapping[str, Array], terms: Terms) -> Array:
    """Sum of entries (T,); in the order of their names, so that the order in which they are given changes nothing."""
    return sum((parts[name] for name in sorted(parts)), np.zeros(len(terms.periods)))


def _with_facts(entries: Mapping[str, Array], entered: Array, gone: Array, terms: Terms) -> Register:
    """Departures that leave, with these entries, the published stocks: those years are facts."""
    left, seen = np.array(gone), len(terms.facts)
    left[:seen] = entered[:seen] - np.array(list(terms.facts.values()))
    # What a class or the departures took as a residual is met already, to the last digits.
    left[:seen] = np.where(np.isclose(left[:seen], gone[:seen], rtol=1e-9, atol=1e-6), gone[:seen], left[:seen])
    if (left < 0).any():
        t = int(np.flatnonzero(left < 0)[0])
        raise SchemaError(
            f"{terms.where} registered_entries come to {entered[t]:,.0f} in {terms.periods[t]}, fewer than the "
            f"{entered[t] - left[t]:,.0f} net entries that the published register leaves. Let one class be observed, "
            "or say counterfactual = true."
        )
    return Register(entered - left, entries, left, terms.rate, np.empty(0))


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


def _natural(scenario: Scenario, own: Array, periods: list[int], last: int, where: str) -> Array:
    """Natural increase of the registered over their stock: what their ages come to, unless the scenario says it."""
    name, driver = "registered_natural_rate", scenario.registered_natural_rate
    if driver is None:
        return own
    what = f"{where} {name}"
    if isinstance(driver, Change):
        return changed(own, driver, periods, (), what, name=name, spread=np.asarray, last_observed=last)
    return dated(driver, periods, (), what, name=name)


def _net(driver: Observed | Solve, terms: Terms, where: str) -> Array:
    """Net entries by period that meet a stock, or the published ones."""
    if isinstance(driver, Solve):
        return _solved(driver, terms, where)
    return extrapolate(_record(terms, where), terms.periods, method=driver.carry)


def _record(terms: Terms, where: str) -> dict[int, float]:
    """Net entries by year that the published registers leave, those before the start where nothing came after it."""
    register, start, rate = terms.published, terms.start, terms.rate
    known = sorted(year for year in register if year <= terms.periods[-1])
    later = [year for year in known if year >= start]
    # Where nothing is published after the start, the last change before it, at the first year's natural rate.
    used = later if len(later) > 1 else known[-2:]
    if len(used) < 2:
        raise SchemaError(f"{where}: only the registered population of {start} is published. Give dated values.")
    natural = {year: float(rate[max(year - start - 1, 0)]) for year in range(used[0] + 1, used[-1] + 1)}
    series = residual_entries({year: register[year] for year in used}, natural)
    return series if len(later) > 1 else dict.fromkeys(terms.periods[:1], series[start])


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
        net[years:] = np.mean(list(_record(terms, where).values()))
    return net
