"""From scenarios and a base to the rates that `project` needs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.fertility import fertility_schedule
from popmodel.demography.lifetable import relational_table, survival_ratios
from popmodel.demography.migration import ClosedAccounts, close_accounts
from popmodel.demography.trend import extrapolate
from popmodel.scenario import OWN_BASIS, Change, Driver, Observed, Scenario
from popmodel.scenario.migration import City, Migrants, Moved, moved_people, observed_years, run
from popmodel.scenario.register import Register, published, register_account
from popmodel.scenario.settlement import settlement_paths
from popmodel.scenario.values import changed, check_limits, dated
from popmodel.schema import SchemaError, named

Array = npt.NDArray[np.float64]


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


def numbers_of(base: xr.Dataset, scenarios: Sequence[Scenario], *, years: Iterable[int]) -> dict[int, Numbers]:
    """Work scenarios out once, for calls of `scenario_rates` with others that are based on them.

    Parameters
    ----------
    base, scenarios, years
        As in `scenario_rates`.

    Returns
    -------
    dict of int to Numbers
        By the scenario's `id`; good as long as the scenarios live and the base stays as it is.
    """
    done: dict[int, Numbers] = {}
    periods = [int(year) for year in years][1:]
    for scenario in scenarios:
        _numbers(base, scenario, periods, done)
    return done


def scenario_rates(
    base: xr.Dataset,
    scenarios: Sequence[Scenario],
    *,
    years: Iterable[int],
    worked_out: Mapping[int, Numbers] | None = None,
) -> xr.Dataset:
    """Turn scenarios into the rates that `project` needs.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`.
    scenarios : sequence of Scenario
        With different names.
    years : iterable of int
        Stock years, consecutive, the first one the year of the base.
    worked_out : mapping, optional
        From `numbers_of` with the same base and years: parents that need not be worked out again.

    Returns
    -------
    xarray.Dataset
        `fertility_rate`, `survival_ratio`, `sex_ratio_at_birth`, `net_migration` over (scenario, period, district, …),
        the drivers `total_fertility`, `life_expectancy`, `registered_net_entries`, and the urban and centre shares.
        Where a scenario has them: `departure_rate` and `move_rate` (origin, destination; `net_migration` then holds
        what is given as counts), and `registered_entries` by class with `registered_departures`; the other scenarios
        have none (0) of the former and no figure (missing) of the latter.

    Raises
    ------
    SchemaError
        If years do not follow the base, names repeat, a driver lacks a year or lies outside its limits, a stock would
        turn negative, or published figures that a scenario needs are missing.

    Notes
    -----
    Observed fertility and migration close the accounts on the published births and stocks (`close_accounts`), under
    the life expectancy of the scenario; a solved migration uses that the stock is linear in the migrants. A scenario
    that is based on another one starts from the numbers that the parent came to, and does not estimate them again.
    """
    stocks = [int(year) for year in years]
    start = int(base["year"])
    if len(stocks) < 2 or stocks != list(range(start, start + len(stocks))):
        raise SchemaError(
            f"scenario_rates: years {named(stocks)} must be consecutive and start with the base year {start}. "
            f"Use years=range({start}, …)."
        )
    names = [scenario.name for scenario in scenarios]
    if not names or len(set(names)) < len(names):
        raise SchemaError(f"scenario_rates: scenario names {named(names) or '(none)'} must be given and differ.")
    done = {} if worked_out is None else dict(worked_out)
    parts = [_numbers(base, scenario, stocks[1:], done) for scenario in scenarios]
    rates = xr.concat(
        _alike([part.rates for part in parts]), "scenario", join="exact", coords="minimal", compat="identical"
    )
    return rates.assign_coords(
        scenario=names,
        scenario_zh=("scenario", [s.zh or s.name for s in scenarios]),
        scenario_en=("scenario", [s.en or s.name for s in scenarios]),
        total_fertility_basis=("scenario", [part.basis for part in parts]),
    )


OPTIONAL = {"departure_rate": 0.0, "move_rate": 0.0, "registered_entries": np.nan, "registered_departures": np.nan}
"""What only some scenarios have, and what the others then hold: nobody leaves at rates; no figure by class."""


def _alike(parts: list[xr.Dataset]) -> list[xr.Dataset]:
    """Give every part the variables that any has."""
    examples = {name: part[name] for part in parts for name in OPTIONAL if name in part}
    classes = list(
        dict.fromkeys(str(c) for part in parts if "entry_class" in part.coords for c in part["entry_class"].values)
    )
    out = []
    for part in parts:
        more = {name: xr.full_like(like, OPTIONAL[name]) for name, like in examples.items() if name not in part}
        whole = part.assign(more)
        if classes:
            # A class that another scenario has and this one has not is a class without a figure.
            whole = whole.reindex(entry_class=classes)
        out.append(whole)
    return out


def _numbers(base: xr.Dataset, scenario: Scenario, periods: list[int], done: dict[int, Numbers]) -> Numbers:
    if id(scenario) in done:
        return done[id(scenario)]
    parent = None if scenario.based_on is None else _numbers(base, scenario.based_on, periods, done)
    where = f"scenario {scenario.name}:"
    codes = [str(code) for code in base["district"].to_numpy()]
    stock = base["population"].transpose("district", "sex", "age").to_numpy()
    residents, level = stock.sum(axis=(1, 2)), base["fertility_level"].to_numpy()
    shape = base["migration_schedule"].transpose("sex", "age").to_numpy()
    last = int(base["year"]) + base.sizes.get("observed_year", 0)

    def values(name: str, driver: Driver | None, above: Array | None, share: Array) -> Array:
        """Numbers of a driver; city-wide ones go to the districts in these shares."""
        if driver is None or isinstance(driver, Change):
            if above is None:
                raise SchemaError(f"{where} {name}: the parent has none. Give values instead of a change.")
            if driver is None:
                return above
            return changed(
                above,
                driver,
                periods,
                codes,
                f"{where} {name}",
                name=name,
                spread=lambda v: v[:, None] * share,
                last_observed=last,
            )
        return dated(driver, periods, codes, f"{where} {name}", name=name)

    same = np.ones(len(codes))
    e0 = values("life_expectancy", scenario.life_expectancy, parent and parent.life_expectancy, same)
    ratio = values("sex_ratio_at_birth", scenario.sex_ratio_at_birth, parent and parent.sex_ratio, same)
    ratios = ratio if ratio.ndim == 2 else np.broadcast_to(ratio[:, None], (len(periods), len(codes)))
    if parent is not None and np.array_equal(e0, parent.life_expectancy):
        survival = parent.survival
    else:
        survival = _survival(base, e0, (len(periods), *stock.shape))
    per_child = fertility_schedule(level, base["fertility_pattern"].to_numpy())
    closed = _closed(base, scenario, stock, per_child, survival, ratios, shape, where)
    driver = scenario.total_fertility
    if isinstance(driver, Observed) and closed:
        known = dict(zip(observed_years(base), closed.total_fertility.tolist(), strict=True))
        fertility = extrapolate(known, periods, method=driver.carry)
        check_limits(fertility, periods, codes, f"{where} total_fertility", name="total_fertility")
    else:
        fertility = values("total_fertility", driver, parent and parent.total_fertility, level)
    if fertility.ndim == 2:
        rate = fertility_schedule(fertility, base["fertility_pattern"].to_numpy())
    else:
        rate = fertility[:, None, None] * per_child
    city = City(stock, rate, survival, ratios, periods, codes)
    moved = moved_people(base, scenario, None if parent is None else parent.moved, city, closed, values)
    path = run(city, moved.migrants, where)
    people = path.population[:-1].sum(axis=(-3, -2, -1))
    natural = (np.asarray(path.births).sum((-2, -1)) - np.asarray(path.deaths).sum((-3, -2, -1))) / people
    register = register_account(base, scenario, parent and parent.register, periods, natural, last)
    shifts = {**(parent.centre_shift if parent else {}), **scenario.centre_shift}
    drivers = {
        "total_fertility": ("period", _city(fertility, base), {"unit": "children_per_woman"}),
        "life_expectancy": ("period", _mean(e0, residents), {"unit": "years"}),
    }
    rates = _labelled(base, city, moved.migrants).assign(drivers | _registered(register, base))
    if parent is not None and shifts == parent.centre_shift:
        paths = parent.paths
    else:
        paths = settlement_paths(base, shifts, [int(base["year"]), *periods], where)
    rates = rates.merge(paths, compat="no_conflicts", join="exact")
    basis = scenario.total_fertility_basis or (parent.basis if parent else OWN_BASIS)
    done[id(scenario)] = Numbers(fertility, e0, ratio, moved, register, shifts, basis, survival, paths, rates)
    return done[id(scenario)]


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
        # The year travels along, so that a slice of the years is not carried on from another one.
        "registered_start": xr.Variable((), published(base)[int(base["year"])], {**unit, "year": int(base["year"])}),
        "registered_natural_gap": xr.Variable("period", register.natural_gap, {"unit": "1/year"}),
    }
    if register.departures is not None:
        out["registered_departures"] = xr.Variable("period", register.departures, unit)
        classes = xr.Variable(("period", "entry_class"), np.stack(list(register.entries.values()), axis=1), unit)
        out["registered_entries"] = xr.DataArray(classes, coords={"entry_class": list(register.entries)})
    return out


def _closed(
    base: xr.Dataset,
    scenario: Scenario,
    stock: Array,
    per_child: Array,
    survival: Array,
    ratios: Array,
    shape: Array,
    where: str,
) -> ClosedAccounts | None:
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
    return close_accounts(
        stock,
        stocks.to_numpy(),
        base["observed_births"].to_numpy(),
        fertility_per_child=per_child,
        survival_ratio=survival[:seen],
        sex_ratio_at_birth=ratios[:seen],
        schedule=shape,
    )
