"""What a scenario comes to: its drivers as numbers, worked out after those of its parents."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.fertility import FertilityShape, fertility_in
from popmodel.demography.fixed_stock import HELD, held_apart
from popmodel.demography.lifetable import relational_table, survival_ratios
from popmodel.demography.migration import ClosedAccounts
from popmodel.demography.register_ledger import city_rates
from popmodel.scenario import OWN_BASIS, Change, Driver, Observed, Scenario
from popmodel.scenario.facts import (
    DRIVERS as DECIDED,
    Facts,
    Start,
    check_open,
    closed_accounts,
    facts_of,
    started,
)
from popmodel.scenario.fertility import conversion_of, fertility_of, on_plan_basis, own_fertility
from popmodel.scenario.migration import City, Migrants, Moved, Published, Values, moved_people, observed_years, run
from popmodel.scenario.register import Register, register_account
from popmodel.scenario.settlement import settlement_paths
from popmodel.scenario.values import changed, dated
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]
Known = list[tuple[Scenario, "Numbers"]]
"""Scenarios that are worked out, each with what it came to."""


class Numbers(NamedTuple):
    """What a scenario came to: what those that are based on it start from. Drivers are (T,) or by district (T, D)."""

    total_fertility: Array
    life_expectancy: Array
    sex_ratio: Array
    moved: Moved
    register: Register | None
    centre_shift: Mapping[str, float]
    basis: str
    survival: Array
    paths: xr.Dataset
    rates: xr.Dataset
    facts: Facts | None
    conversion: float


def work_out(base: xr.Dataset, scenario: Scenario, periods: list[int], done: Known) -> Numbers:
    """Numbers of a scenario, after those of its parents; each is worked out once and kept in `done`."""
    base = held_apart(base)
    chain: list[Scenario] = [scenario]
    while (numbers := _found(chain[-1], done)) is None and (parent := chain[-1].based_on) is not None:
        chain.append(parent)
    if numbers is not None:
        chain.pop()
    for one in reversed(chain):
        numbers = _own_numbers(base, one, numbers, periods)
        done.append((one, numbers))
    assert numbers is not None  # the chain is not empty where nothing was found
    return numbers


def _found(scenario: Scenario, done: Known) -> Numbers | None:
    """Numbers of an equal scenario, if one is worked out; names differ nearly always, so that little is compared."""
    for known, numbers in done:
        if known is scenario or (known.name == scenario.name and known == scenario):
            return numbers
    return None


def _own_numbers(base: xr.Dataset, scenario: Scenario, parent: Numbers | None, periods: list[int]) -> Numbers:
    where = f"scenario {scenario.name}:"
    check_open(scenario, base)
    codes = [str(code) for code in base["district"].to_numpy()]
    stock = base["population"].transpose("district", "sex", "age").to_numpy()
    shape, same = fertility_in(base, periods), np.ones(len(codes))
    last = int(base["year"]) + base.sizes.get("observed_year", 0)
    values = _reader(scenario, periods, codes, last)
    lived = Start(int(base["year"]), float(base["life_expectancy"]), float(base["life_expectancy"]) * same)
    length = started(scenario.life_expectancy, lived, base, f"{where} life_expectancy")
    e0 = values("life_expectancy", length, parent and parent.life_expectancy, same)
    ratio = values("sex_ratio_at_birth", scenario.sex_ratio_at_birth, parent and parent.sex_ratio, same)
    if parent is not None and np.array_equal(e0, parent.life_expectancy):
        survival = parent.survival
    else:
        survival = _survival(base, e0, (len(periods), *stock.shape))
    ratios = ratio if ratio.ndim == 2 else np.broadcast_to(ratio[:, None], (len(periods), len(codes)))
    facts = None
    if not scenario.counterfactual:
        if parent is not None and np.array_equal(ratio, parent.sex_ratio):
            facts = parent.facts  # the same accounts, closed already
        facts = facts or _facts(base, scenario, parent, values, (ratios, shape))
    published = Published(*((facts.closed, len(facts.survival)) if facts else (None, 0)))
    if facts is None:
        published = Published(_closed(base, scenario, survival, ratios), 0)
    ratio_used = conversion_of(base, scenario, parent and parent.conversion)
    fertility = fertility_of(base, scenario, parent and parent.total_fertility, values, published, periods)
    used = survival if facts is None else np.concatenate([facts.survival, survival[len(facts.survival) :]])
    city = City(stock, shape.rates(fertility), used, ratios, periods, codes, float(base.attrs.get(HELD, 0.0)))
    moved = moved_people(base, scenario, None if parent is None else parent.moved, city, published, values)
    run(city, moved.migrants, where)  # that no stock turns negative
    register = register_account(
        base, scenario, parent and parent.register, periods, city_rates(stock, city.fertility, used, ratios), last
    )
    drivers = {
        "total_fertility": ("period", _city(fertility, base), {"unit": "children_per_woman"}),
        "life_expectancy": ("period", _mean(e0, stock.sum(axis=(1, 2))), {"unit": "years"}),
    }
    rates = _labelled(base, city, moved.migrants).assign(drivers | _registered(register, base))
    shifts = {**(parent.centre_shift if parent else {}), **scenario.centre_shift}
    if parent is not None and shifts == parent.centre_shift:
        paths = parent.paths
    else:
        paths = settlement_paths(base, shifts, [int(base["year"]), *periods], where)
    rates = rates.merge(paths, compat="no_conflicts", join="exact")
    basis = scenario.total_fertility_basis or (parent.basis if parent else OWN_BASIS)
    rates["plan_total_fertility"] = on_plan_basis(rates["total_fertility"], basis, ratio_used, published.seen)
    return Numbers(fertility, e0, ratio, moved, register, shifts, basis, survival, paths, rates, facts, ratio_used)


def _reader(scenario: Scenario, periods: list[int], codes: list[str], last: int) -> Values:
    """Return what gives the numbers of a driver; of those that facts decide, from the first year not published on."""

    def values(
        name: str, driver: Driver | None, above: Array | None, share: Array, offset: Array | float = 0.0
    ) -> Array:
        """Numbers of a driver; city-wide ones go to the districts in these shares, the parent's besides the offset."""
        what = f"scenario {scenario.name}: {name}"
        if driver is None or isinstance(driver, Change):
            if above is None:
                raise SchemaError(f"{what}: the parent has none. Give values instead of a change.")
            if driver is None:
                return above
        seen = 0 if scenario.counterfactual or name not in DECIDED else sum(period <= last for period in periods)
        later = periods[seen:] or periods[-1:]
        if isinstance(driver, Change):
            assert above is not None
            out = changed(
                above[-len(later) :], driver, later, codes, what, name=name,
                spread=lambda v: v[:, None] * (share[-len(v) :] if share.ndim == 2 else share),
                offset=offset, last_observed=last,
            )  # fmt: skip
        else:
            out = dated(driver, later, codes, what, name=name)
        # What stands in the published years is put there by those who know the facts.
        return np.concatenate([np.repeat(out[:1], len(periods) - len(later), axis=0), out])

    return values


def _facts(
    base: xr.Dataset, scenario: Scenario, parent: Numbers | None, values: Values, births: tuple[Array, FertilityShape]
) -> Facts | None:
    """Facts of the published years, the same in all scenarios: mortality starts from that of the base.

    The scenario's first fertility serves until births are published.
    """
    first, (ratios, shape) = None, births
    life = np.full(len(ratios), float(base["life_expectancy"]))
    stock = base["population"].transpose("district", "sex", "age")
    survival = _survival(base, life, (len(ratios), *stock.shape))
    born = base.get("observed_births")
    if born is not None and born.size and not np.isfinite(born[0]):
        if isinstance(scenario.total_fertility, Observed):
            return None  # the closing of the accounts says what is missing
        driver = own_fertility(base, scenario, None)
        total = values("total_fertility", driver, parent and parent.total_fertility, shape.level)
        first = float(_city(total, base)[0])
    return facts_of(
        base,
        per_child=shape.rates(np.ones(len(ratios))),
        survival=survival,
        ratios=ratios,
        first_fertility=first,
        where=f"scenario {scenario.name}:",
    )


def _survival(base: xr.Dataset, e0: Array, shape: tuple[int, ...]) -> Array:
    """Survival ratios by period and district; one table for all districts is held once.

    Districts keep the differences that the base gives them, unless the scenario has life expectancies of their own.
    """
    if e0.ndim == 1 and "life_expectancy_difference" in base:
        e0 = e0[:, None] + base["life_expectancy_difference"].to_numpy()
    table = relational_table(base["standard_death_rate"].transpose("sex", "age").to_numpy(), e0)
    ratios = survival_ratios(table)
    return np.broadcast_to(ratios[:, None] if e0.ndim == 1 else ratios, shape)


def _mean(values: Array, weights: Array) -> Array:
    return values if values.ndim == 1 else np.asarray(values @ (weights / weights.sum()))


def _city(fertility: Array, base: xr.Dataset) -> Array:
    """Total fertility of the city: the districts' by the women who would bear under the pattern."""
    women = base.get("census_population", base["population"]).sel(sex="female").transpose("district", "age").to_numpy()
    return _mean(fertility, (women * base["fertility_pattern"].to_numpy()).sum(axis=1))


def _labelled(base: xr.Dataset, city: City, migrants: Migrants) -> xr.Dataset:
    dims = ("period", "district", "sex", "age")
    rates = xr.Dataset(
        {
            "fertility_rate": (("period", "district", "age"), city.fertility, {"unit": "births per woman-year"}),
            "survival_ratio": (dims, city.survival, {"unit": "1"}),
            "sex_ratio_at_birth": (("period", "district"), city.sex_ratio, {"unit": "males per female"}),
            "net_migration": (dims, migrants.counts, {"unit": "persons"}),
        },
        coords={name: base[name] for name in base["population"].coords if name not in ("year",)},
    ).assign_coords(period=list(city.periods))
    if migrants.departure_rate is not None:
        rates["departure_rate"] = (dims, migrants.departure_rate, {"unit": "1/year"})
    if migrants.move_rate is not None:
        ways = ("period", "origin", "destination", "sex", "age")
        rates["move_rate"] = (ways, migrants.move_rate, {"unit": "1/year"})
        rates = rates.assign_coords(origin=list(city.codes), destination=list(city.codes))
    return rates


def _registered(register: Register | None, base: xr.Dataset) -> dict[str, Any]:
    if register is None:
        return {}
    unit = {"unit": "persons"}
    out: dict[str, Any] = {
        "registered_net_entries": xr.Variable("period", register.net_entries, unit),
        "registered_net_entries_by_age": xr.Variable(("period", "sex", "age"), register.by_age, unit),
        "registered_start": base["registered_start"].variable,
        "registered_fertility_factor": xr.Variable("period", register.factor, {"unit": "1"}),
    }
    if register.departures is not None:
        out["registered_departures"] = xr.Variable("period", register.departures, unit)
        classes = xr.Variable(("period", "entry_class"), np.stack(list(register.entries.values()), axis=1), unit)
        out["registered_entries"] = xr.DataArray(classes, coords={"entry_class": list(register.entries)})
    return out


def _closed(base: xr.Dataset, scenario: Scenario, survival: Array, ratios: Array) -> ClosedAccounts | None:
    """Close the accounts where the scenario takes a driver from them."""
    where = f"scenario {scenario.name}:"
    needed = [name for name in ("total_fertility", "net_migration") if isinstance(getattr(scenario, name), Observed)]
    if not needed:
        return None
    stocks = base.get("observed_stock")
    if stocks is None or not stocks.sizes["observed_year"]:
        raise SchemaError(
            f"{where} {needed[0]} is to be taken from published figures, but the base has no year-end stocks after "
            f"{int(base['year'])}. Add them to the observed values or give the driver dated values."
        )
    seen = stocks.sizes["observed_year"]
    if seen > len(survival):
        raise SchemaError(f"{where} {seen} observed years do not fit into {len(survival)} projected ones. Add years.")
    per_child = fertility_in(base, observed_years(base)).rates(np.ones(seen))
    return closed_accounts(base, per_child=per_child, survival=survival, ratios=ratios, upto=seen)
