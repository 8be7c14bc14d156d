"""The rates that scenarios give on a base."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.fertility import fertility_schedule
from popmodel.demography.lifetable import relational_table, survival_ratios
from popmodel.demography.migration import ClosedAccounts, close_accounts
from popmodel.demography.registered import entries_to_reach
from popmodel.demography.settlement import centre_share, urban_share
from popmodel.demography.trend import extrapolate
from popmodel.kernel import project_path
from popmodel.scenario import Dated, Driver, Observed, Scenario, Solve
from popmodel.schema import SchemaError, named

Array = npt.NDArray[np.float64]
LIMITS = {"total_fertility": (0.0, 12.0), "life_expectancy": (20.0, 100.0), "sex_ratio_at_birth": (0.8, 1.6)}
"""What a driver may be; beyond lies a mistaken unit."""


def scenario_rates(base: xr.Dataset, scenarios: Sequence[Scenario], *, years: Iterable[int]) -> xr.Dataset:
    """Turn scenarios into the rates that `project` needs.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`.
    scenarios : sequence of Scenario
        With different names.
    years : iterable of int
        Stock years, consecutive, the first one the year of the base.

    Returns
    -------
    xarray.Dataset
        `fertility_rate`, `survival_ratio`, `sex_ratio_at_birth`, `net_migration` over (scenario, period, district, …),
        the drivers `total_fertility`, `life_expectancy`, `registered_net_entries`, and the urban and centre shares.

    Raises
    ------
    SchemaError
        If years do not follow the base, names repeat, a driver lacks a year or lies outside its limits, or published
        figures that a scenario needs are missing.

    Notes
    -----
    Observed fertility and migration close the accounts on the published births and stocks (`close_accounts`), under
    the life expectancy of the scenario; a solved migration uses that the stock is linear in the migrants.
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
    parts = [_rates(base, scenario, stocks[1:]) for scenario in scenarios]
    rates = xr.concat(parts, dim="scenario", join="exact", coords="minimal", compat="identical")
    return rates.assign_coords(
        scenario=names,
        scenario_zh=("scenario", [s.zh or s.name for s in scenarios]),
        scenario_en=("scenario", [s.en or s.name for s in scenarios]),
        total_fertility_basis=("scenario", [s.total_fertility_basis for s in scenarios]),
    )


def _dated(driver: Driver, periods: Sequence[int], where: str) -> Array:
    if isinstance(driver, Observed | Solve):
        raise SchemaError(f"{where}: {driver} is not possible for this driver. Give a number or dated values.")
    if isinstance(driver, int | float):
        values = np.full(len(periods), float(driver))
    else:
        points = driver.values if isinstance(driver, Dated) else driver
        known = sorted(points)
        if not known or known[0] > periods[0]:
            raise SchemaError(
                f"{where}: no value for {periods[0]}; the first one given is {known[0] if known else 'none'}. "
                f"Add a value for {periods[0]} or an earlier year."
            )
        given = [float(points[year]) for year in known]  # type: ignore[arg-type]
        if isinstance(driver, Dated) and driver.interpolation == "step":
            values = np.array([given[np.searchsorted(known, year, side="right") - 1] for year in periods])
        else:
            values = np.interp(periods, known, given)
    name = where.rsplit(" ", 1)[-1]
    low, high = LIMITS.get(name, (-np.inf, np.inf))
    bad = ~np.isfinite(values) | (values < low) | (values > high)
    if bad.any():
        raise SchemaError(
            f"{where}: {values[bad][0]:g} in {periods[int(bad.argmax())]} lies outside {low:g} … {high:g}. "
            "Correct the value; ratios are males per female (1.09, not 109)."
        )
    return values


def _rates(base: xr.Dataset, scenario: Scenario, periods: list[int]) -> xr.Dataset:
    where = f"scenario {scenario.name}:"
    stock = base["population"].transpose("district", "sex", "age").to_numpy()
    districts, shape = stock.shape[0], base["migration_schedule"].transpose("sex", "age").to_numpy()
    e0 = _dated(scenario.life_expectancy, periods, f"{where} life_expectancy")
    ratio = _dated(scenario.sex_ratio_at_birth, periods, f"{where} sex_ratio_at_birth")
    table = relational_table(base["standard_death_rate"].transpose("sex", "age").to_numpy(), e0)
    survival = np.broadcast_to(survival_ratios(table)[:, None], (len(periods), *stock.shape))
    ratios = np.broadcast_to(ratio[:, None], (len(periods), districts))
    per_child = fertility_schedule(base["fertility_level"].to_numpy(), base["fertility_pattern"].to_numpy())
    closed = _closed(base, scenario, stock, per_child, survival, ratios, shape, where)
    seen = [int(year) for year in base["observed_year"].to_numpy()] if closed else []
    if isinstance(scenario.total_fertility, Observed) and closed:
        known = dict(zip(seen, closed.total_fertility.tolist(), strict=True))
        fertility = extrapolate(known, periods, method=scenario.total_fertility.carry)
    else:
        fertility = _dated(scenario.total_fertility, periods, f"{where} total_fertility")
    rate = fertility[:, None, None] * per_child
    city = (stock, rate, survival, ratios, shape)
    migrants = _migrants(base, scenario, periods, closed, city, where)
    net = migrants[:, :, None, None] * shape
    path = project_path(stock, rate, survival, ratios, net)
    residents = path.population[:-1].sum(axis=(-3, -2, -1))
    natural = (np.asarray(path.births).sum((-2, -1)) - np.asarray(path.deaths).sum((-3, -2, -1))) / residents
    dims = ("period", "district", "sex", "age")
    rates = xr.Dataset(
        {
            "fertility_rate": (("period", "district", "age"), rate, {"unit": "births per woman-year"}),
            "survival_ratio": (dims, survival, {"unit": "1"}),
            "sex_ratio_at_birth": (("period", "district"), ratios, {"unit": "males per female"}),
            "net_migration": (dims, net, {"unit": "persons"}),
            "total_fertility": ("period", fertility, {"unit": "children_per_woman"}),
            "life_expectancy": ("period", e0, {"unit": "years"}),
        },
        coords={name: base[name] for name in base["population"].coords if name not in ("year",)},
    ).assign_coords(period=periods)
    register = _register(base)
    if int(base["year"]) in register:
        entries = _entries(scenario, register, int(base["year"]), periods, natural)
        rates["registered_net_entries"] = ("period", entries, {"unit": "persons"})
        rates["registered_start"] = ((), register[int(base["year"])], {"unit": "persons"})
    return rates.merge(
        _settlement(base, scenario, [int(base["year"]), *periods], where), compat="no_conflicts", join="exact"
    )


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


def _migrants(
    base: xr.Dataset,
    scenario: Scenario,
    periods: list[int],
    closed: ClosedAccounts | None,
    city: tuple[Array, Array, Array, Array, Array],
    where: str,
) -> Array:
    """Net migrants by period and district."""
    driver = scenario.net_migration
    codes = [str(code) for code in base["district"].to_numpy()]
    if isinstance(driver, Observed) and closed:
        seen = [int(year) for year in base["observed_year"].to_numpy()]
        columns = [
            extrapolate(dict(zip(seen, column.tolist(), strict=True)), periods, method=driver.carry)
            for column in closed.net_migration.T
        ]
        return np.stack(columns, axis=1)
    if isinstance(driver, Mapping) and all(isinstance(entry, Mapping) for entry in driver.values()):
        for year, entry in driver.items():
            wrong = sorted(set(codes) ^ set(entry))  # type: ignore[arg-type]
            if wrong:
                raise SchemaError(
                    f"{where} net_migration {year}: {named(wrong)} unknown or missing. Give every district."
                )
        columns = [
            _dated({y: entry[code] for y, entry in driver.items()}, periods, f"{where} net_migration")  # type: ignore[index]
            for code in codes
        ]
        return np.stack(columns, axis=1)
    share = base["migration_share"].to_numpy()
    if isinstance(driver, Solve):
        each = _solve(driver, periods, city, share, where)
        return np.asarray(each * np.ones((len(periods), 1)) * share)
    return np.asarray(_dated(driver, periods, f"{where} net_migration")[:, None] * share)


def _solve(
    wanted: Solve, periods: list[int], city: tuple[Array, Array, Array, Array, Array], share: Array, where: str
) -> float:
    if wanted.year not in periods:
        raise SchemaError(f"{where} net_migration is solved for {wanted.year}, outside {periods[0]}-{periods[-1]}.")
    stock, rate, survival, ratios, shape = city
    upto = periods.index(wanted.year) + 1
    ends = []
    for total in (0.0, 1000.0):
        net = np.broadcast_to(total * share[:, None, None] * shape, survival[:upto].shape)
        path = project_path(stock, rate[:upto], survival[:upto], ratios[:upto], net)
        ends.append(float(path.population[-1].sum()))
    return 1000.0 * (wanted.value - ends[0]) / (ends[1] - ends[0])


def _register(base: xr.Dataset) -> dict[int, float]:
    if "registered_population" not in base:
        return {}
    series = base["registered_population"]
    return {int(y): float(v) for y, v in zip(series["register_year"].to_numpy(), series.to_numpy(), strict=True)}


def _entries(
    scenario: Scenario, register: Mapping[int, float], start: int, periods: list[int], natural: Array
) -> Array:
    """Net entries into the register by period; natural increase at the residents' rate (assumed)."""
    driver, where = scenario.registered_net_entries, f"scenario {scenario.name}: registered_net_entries"
    if isinstance(driver, Solve):
        if driver.year not in periods:
            raise SchemaError(f"{where} is solved for {driver.year}, outside {periods[0]}-{periods[-1]}.")
        years = periods.index(driver.year) + 1
        return np.full(len(periods), entries_to_reach(register[start], natural[:years], target=driver.value))
    if not isinstance(driver, Observed):
        return _dated(driver, periods, where)
    known = sorted(year for year in register if year <= periods[-1])
    later = [year for year in known if year >= start]
    # Where nothing is published after the start, the last change before it, at the first year's natural rate.
    pairs = list(pairwise(later if len(later) > 1 else known[-2:]))
    if not pairs:
        raise SchemaError(f"{where}: only the registered population of {start} is published. Give dated values.")
    series: dict[int, float] = {}
    for first, last in pairs:
        rate = natural[[max(year - start, 0) for year in range(first, last)]]
        each = entries_to_reach(register[first], rate, target=register[last])
        series |= dict.fromkeys(range(first + 1, last + 1), each)
    if len(later) < 2:
        series = dict.fromkeys(periods[:1], series[start])
    return extrapolate(series, periods, method=driver.carry)


def _settlement(base: xr.Dataset, scenario: Scenario, years: list[int], where: str) -> xr.Dataset:
    out = xr.Dataset(coords={"year": years})
    elapsed = np.array(years, dtype=float) - years[0]
    if "observed_urban_share" in base:
        out["urban_share"] = (("year", "district"), _urban_path(base, years), {"unit": "1"})
    if "centre_share" in base:
        share = base["centre_share"].transpose("district", "centre")
        names = [str(name) for name in share["centre"].to_numpy()]
        unknown = sorted(set(scenario.centre_shift) - set(names))
        if unknown:
            raise SchemaError(f"{where} centre_shift names {named(unknown)}; known centres: {named(names)}.")
        shift = np.array([scenario.centre_shift.get(name, 0.0) for name in names])
        path = centre_share(share.to_numpy()[None], shift, elapsed[:, None])
        out["centre_share"] = (("year", "district", "centre"), path, {"unit": "1"})
        out = out.assign_coords(centre=names)
    return out


def _urban_path(base: xr.Dataset, years: list[int]) -> Array:
    """Published shares where there are any, straight in the logit between them, carried on after the last."""
    seen = base["observed_urban_share"].transpose("urban_year", "district").to_numpy()
    when = base["urban_year"].to_numpy().astype(int)
    growth = base["urban_growth_difference"].to_numpy()
    out = np.empty((len(years), seen.shape[1]))
    for column in range(seen.shape[1]):
        known = np.flatnonzero(np.isfinite(seen[:, column]))
        for row, year in enumerate(years):
            at = known[when[known] <= year][-1]
            later = known[when[known] > year]
            left, elapsed = seen[at, column], year - when[at]
            if not len(later):
                rate = growth[column] if elapsed else 0.0
            else:
                gap = when[later[0]] - when[at]
                right = seen[later[0], column]
                rate = (_odds(right) - _odds(left)) / gap if right != left else 0.0
            out[row, column] = urban_share(left, rate, elapsed, ceiling=1.0)
    return out


def _odds(share: float) -> float:
    with np.errstate(divide="ignore"):
        return float(np.log(share) - np.log1p(-share))
