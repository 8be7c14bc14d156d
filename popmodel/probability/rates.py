"""From draws of the drivers to the rates that `project_indicators` takes, block by block."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.fertility import fertility_in
from popmodel.demography.fixed_stock import FIXED, held_apart
from popmodel.demography.lifetable import relational_table, survival_ratios
from popmodel.demography.migrants import DepletedError, Schedule, migrants, schedule_in
from popmodel.kernel import NegativeStockError, Projected, project_step
from popmodel.probability.register import register_of_draws
from popmodel.scenario.settlement import settlement_paths
from popmodel.schema import SchemaError, named

Array = npt.NDArray[np.float64]
STEP = 0.1
"""Distance of the life tables between which those of the draws lie. [years]"""
FORECAST = "forecast"
"""Name of the scenario of draws: no plan's, and no planner's."""


class City(NamedTuple):
    """What all draws have in common.

    Stock (D, 2, A); fertility rates at a total of one (T, D, A); who migrates, and what the turnover is made of;
    survival ratios of the tables of a grid (G, 2, A) that begins at `lowest`; life expectancy of districts less the
    city's (D,).
    """

    base: xr.Dataset
    stock: Array
    per_child: Array
    schedule: Schedule
    tables: Array
    lowest: float
    apart: Array


class Block(NamedTuple):
    """Drivers of some draws, without labels: (N, T), by district (N, T, D); turnover (N, D, 2, A) or none."""

    numbers: npt.NDArray[np.int_]
    fertility: Array
    life: Array
    sex_ratio: Array
    rate: Array
    deviation: Array
    stocks: Array
    turnover: Array | None


def rates_of_draws(base: xr.Dataset, drawn: xr.Dataset) -> Callable[[npt.NDArray[np.int_]], xr.Dataset]:
    """Return what gives the rates of draws, for `project_indicators`.

    Parameters
    ----------
    base : xarray.Dataset
        The one that the uncertainty was estimated from.
    drawn : xarray.Dataset
        From `draw`.

    Returns
    -------
    callable
        Takes numbers of draws and returns their rates, as `scenario_rates` does: `fertility_rate`, `survival_ratio`,
        `sex_ratio_at_birth` and `net_migration` over (draw, period, district, …), the drivers, register and urban
        shares; the scenario is named "forecast".

    Raises
    ------
    SchemaError
        If base and draws are of other districts or years. The callable raises it for draws that do not exist, or if
        more of a cell would leave than may: draw, district, sex, age and period are named.

    Notes
    -----
    Year by year from the stock at hand, the exact path: in known periods net migrants of each district such that its
    stock is met to the last digits; after them ``M = P·(r + d − Σ P·d/ΣP)``, so that districts add to the city's r.
    Who migrates: ``E·(exp(g + γ·b) − 1)`` (`demography.migrants`), g the draw's turnover. Survival ratios lie between
    those of Brass tables 0.1 years apart.

    Examples
    --------
    >>> drawn = pm.draw(pm.estimate_uncertainty(ev.base, reference=census), draws=400, years=range(2020, 2026), seed=1)
    >>> rates = pm.rates_of_draws(ev.base, drawn)
    >>> values = pm.project_indicators(ev.base["population"], rates, indicators=["resident_population"], draws=2)
    >>> values["resident_population"].dims
    ('scenario', 'draw', 'year', 'area')
    """
    _check(base, drawn)
    fixed, base = base.get(FIXED), held_apart(base)
    if fixed is not None and "district_stock" in drawn:
        drawn = drawn.assign(district_stock=drawn["district_stock"] - fixed.sum(("sex", "age")))
    city = _city(base, drawn)

    def rates(numbers: npt.NDArray[np.int_]) -> xr.Dataset:
        chosen = [int(number) for number in numbers]
        absent = [number for number in chosen if not 0 <= number < drawn.sizes["draw"]]
        if absent:
            raise SchemaError(
                f"rates_of_draws: draw {named(absent)} is not there; {drawn.sizes['draw']} were drawn. Draw more."
            )
        here = drawn.isel(draw=chosen)
        block = _block(city, here)
        out = _labelled(city, here, block, _walk(city, block))
        return out if fixed is None else out.assign({FIXED: fixed.variable})

    return rates


def _check(base: xr.Dataset, drawn: xr.Dataset) -> None:
    ours, theirs = (data["district"].to_numpy().tolist() for data in (base, drawn))
    last = int(base["observed_year"][-1]) if base.sizes.get("observed_year", 0) else int(base["year"])
    if ours != theirs or int(drawn["period"][0]) != int(base["year"]) + 1 or int(drawn["last_observed"]) != last:
        raise SchemaError(
            f"rates_of_draws: the draws are of districts {named(theirs)} from {int(drawn['period'][0])} on, known to "
            f"{int(drawn['last_observed'])}; the base has {named(ours)}, begins after {int(base['year'])} and is known "
            f"to {last}. Draw from an uncertainty of this base."
        )


def _city(base: xr.Dataset, drawn: xr.Dataset) -> City:
    """What all draws have in common, the grid of tables as wide as the drawn life expectancies."""
    standard = base["standard_death_rate"].transpose("sex", "age").to_numpy()
    apart = np.zeros(base.sizes["district"])
    if "life_expectancy_difference" in base:
        apart = base["life_expectancy_difference"].to_numpy()
    life = drawn["life_expectancy"]
    first = int(np.floor((float(life.min()) + apart.min()) / STEP))
    last = int(np.ceil((float(life.max()) + apart.max()) / STEP)) + 1
    tables = survival_ratios(relational_table(standard, np.arange(first, last + 1) * STEP))
    stock = base["population"].transpose("district", "sex", "age").to_numpy()
    periods = [int(period) for period in drawn["period"].to_numpy()]
    per_child = fertility_in(base, periods).rates(np.ones(len(periods)))
    return City(base, stock, per_child, schedule_in(base), tables, first * STEP, apart)


def turnover_of(base: xr.Dataset, drawn: xr.Dataset) -> Array | None:
    """Return the turnover (N, D, 2, A) of draws [1/year], or None where no migration was learned."""
    if "migration_turnover" not in base:
        return None
    order = ("district", "sex", "age")
    own, weight = base["migration_own_residual"].transpose(*order), base["migration_own_weight"]
    types = (base["migration_turnover"].transpose(*order) - weight * own).to_numpy()
    if "own_weight" not in drawn:
        kept = base["migration_turnover"].transpose(*order).to_numpy()
        return np.broadcast_to(kept, (drawn.sizes["draw"], *types.shape))
    out = types + drawn["own_weight"].to_numpy()[..., None, None] * own.to_numpy()
    if "schedule_score" in drawn:
        score = drawn["schedule_score"].transpose("draw", "district", "component").to_numpy()
        part = drawn["schedule_component"].transpose("component", "sex", "age").to_numpy()
        left = np.sqrt(1 - drawn["own_share"].to_numpy() ** 2)
        out = out + left[:, None, None, None] * np.einsum("ndk,ksa->ndsa", score, part)
    return np.asarray(out)


def _block(city: City, here: xr.Dataset) -> Block:
    draws, periods, size = here.sizes["draw"], here.sizes["period"], len(city.stock)
    fertility, life, ratio, rate = (
        here[name].transpose("draw", "period").to_numpy()
        for name in ("total_fertility", "life_expectancy", "sex_ratio_at_birth", "net_migration_rate")
    )
    deviation = np.zeros((draws, periods, size))
    if "district_deviation" in here:
        deviation = here["district_deviation"].transpose("draw", "period", "district").to_numpy()
    stocks = np.zeros((draws, 0, size))
    if "district_stock" in here:
        stocks = here["district_stock"].transpose("draw", "known_period", "district").to_numpy()
    turnover = turnover_of(city.base, here)
    return Block(here["draw"].to_numpy(), fertility, life, ratio, rate, deviation, stocks, turnover)


class Walked(NamedTuple):
    """What a block came to: rates (N, T, D, …) and migrants."""

    fertility: Array
    survival: Array
    migrants: Array


def _survival(city: City, life: Array) -> Array:
    """Survival ratios (N, D, 2, A) at life expectancies (N,), between the tables of the grid."""
    at = (life[:, None] + city.apart - city.lowest) / STEP
    low = np.clip(np.floor(at).astype(int), 0, len(city.tables) - 2)
    share = (at - low)[..., None, None]
    return np.asarray((1 - share) * city.tables[low] + share * city.tables[low + 1])


def _walk(city: City, block: Block) -> Walked:
    """Walk through the years, all draws of the block at once."""
    draws, periods = block.fertility.shape
    stock = np.broadcast_to(city.stock, (draws, *city.stock.shape)).copy()
    fertility, survival, moved = [], [], []
    for t in range(periods):
        rates = (
            block.fertility[:, t, None, None] * city.per_child[t],
            _survival(city, block.life[:, t]),
            np.broadcast_to(block.sex_ratio[:, t, None], stock.shape[:2]),
        )
        try:
            counts, step = _year(city, block, stock, rates, t)
        except DepletedError as error:
            draw, district = divmod(error.index[0], stock.shape[1])
            place = DepletedError((district, *error.index[1:]), error.leaving, error.people)
            codes = city.base["district"].to_numpy().tolist()
            raise SchemaError(f"draw {block.numbers[draw]}: {place.text(_at(city, t, place.place(codes)))}") from error
        except NegativeStockError as error:
            draw, *_, district, sex, age = error.index[0], *error.index[-3:]
            code = city.base["district"].to_numpy()[district]
            place_ = _at(city, t, f"district {code}, sex {('female', 'male')[sex]}, age {age}")
            raise SchemaError(f"draw {block.numbers[draw]}: a stock turns negative at {place_}.") from error
        fertility.append(rates[0])
        survival.append(rates[1])
        moved.append(counts)
        stock = step.population
    return Walked(*(np.stack(part, axis=1) for part in (fertility, survival, moved)))


def _at(city: City, t: int, place: str) -> str:
    return f"{place} in {int(city.base['year']) + 1 + t}"


def _year(city: City, block: Block, stock: Array, rates: tuple[Array, Array, Array], t: int) -> tuple[Array, Projected]:
    """Migrants of a year and what it comes to: those that meet the stocks in a known year, else at the drawn rates."""
    if t >= block.stocks.shape[1]:
        people = stock.sum(axis=(2, 3))
        apart = block.deviation[:, t]
        apart = apart - (people * apart).sum(axis=1, keepdims=True) / people.sum(axis=1, keepdims=True)
        counts = _migrants(city, block, stock, rates[1], people * (block.rate[:, t, None] + apart))
        return counts, project_step(stock, *rates, counts)
    wanted = block.stocks[:, t]
    total = wanted - stock.sum(axis=(2, 3))
    for _ in range(60):
        counts = _migrants(city, block, stock, rates[1], total)
        step = project_step(stock, *rates, counts)
        miss = wanted - step.population.sum(axis=(2, 3))
        done = np.abs(miss) <= 1e-8 + 1e-14 * wanted
        if done.all():
            return counts, step
        # What is met stays as it is: a draw does not depend on the others of its block.
        total = np.where(done.all(axis=1, keepdims=True), total, total + miss)
    worst = np.unravel_index(int(np.abs(miss / wanted).argmax()), miss.shape)
    code = city.base["district"].to_numpy()[worst[1]]
    raise SchemaError(
        f"draw {block.numbers[worst[0]]}: no migration meets {wanted[worst]:,.0f} residents of district {code} in "
        f"{int(city.base['year']) + 1 + t}. Check the published stocks."
    )


def _migrants(city: City, block: Block, stock: Array, survival: Array, net: Array) -> Array:
    """Net migrants (N, D, 2, A) of totals (N, D): draws and districts in one axis."""
    cells = (-1, *stock.shape[2:])
    turnover = None if block.turnover is None else block.turnover.reshape(cells)
    schedule = city.schedule._replace(turnover=turnover)
    return migrants(schedule, stock.reshape(cells), survival.reshape(cells), net.reshape(-1)).reshape(stock.shape)


def _labelled(city: City, here: xr.Dataset, block: Block, walked: Walked) -> xr.Dataset:
    """Rates with labels, and what rides along."""
    base = city.base
    cells = ("draw", "period", "district", "sex", "age")
    ratio = np.broadcast_to(block.sex_ratio[..., None], walked.fertility.shape[:3])
    periods = [int(period) for period in here["period"].to_numpy()]
    data = xr.Dataset(
        {
            "fertility_rate": (
                ("draw", "period", "district", "age"), walked.fertility, {"unit": "births per woman-year"}
            ),
            "survival_ratio": (cells, walked.survival, {"unit": "1"}),
            "sex_ratio_at_birth": (("draw", "period", "district"), ratio, {"unit": "males per female"}),
            "net_migration": (cells, walked.migrants, {"unit": "persons"}),
            "total_fertility": here["total_fertility"].variable,
            "life_expectancy": here["life_expectancy"].variable,
        },
        coords={name: base[name] for name in base["population"].coords if name != "year"},
    ).assign_coords(draw=here["draw"].to_numpy(), period=periods, scenario=FORECAST)  # fmt: skip
    data = data.merge(_places(base, here, [periods[0] - 1, *periods]), join="exact", combine_attrs="drop_conflicts")
    if "registered_net_entries" in here:
        data = data.assign(register_of_draws(base, here, data))
    return data.assign_attrs(observed_until=here.attrs["observed_until"])


def _places(base: xr.Dataset, here: xr.Dataset, years: list[int]) -> xr.Dataset:
    """Urban shares by draw, centre shares as carried on."""
    paths = settlement_paths(base, {}, years, "rates_of_draws:")
    if "urban_share" not in paths or "urban_shift" not in here:
        return paths
    share = paths["urban_share"].transpose("year", "district").to_numpy()
    shift = np.exp(here["urban_shift"].transpose("draw", "year").to_numpy())[..., None]
    # On the scale of odds, which keeps shares of nothing and of everybody.
    moved = share * shift / (1 - share + share * shift)
    paths["urban_share"] = (("draw", "year", "district"), moved, {"unit": "1"})
    return paths
