"""Migrants under a scenario: net counts, or arrivals as counts and departures and moves as rates."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.migrants import DepletedError, Schedule, migrants as migrants_of, schedule_in
from popmodel.demography.migration import ClosedAccounts
from popmodel.demography.trend import extrapolate
from popmodel.kernel import KernelError, NegativeStockError, Projected, project_path
from popmodel.scenario import SOLVED, Observed, Pool, Scenario, Solve
from popmodel.scenario.facts import Start, started
from popmodel.scenario.leaving import losses_as_rates, move_shares, relative_rates
from popmodel.scenario.values import check_limits
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]
Values = Callable[..., Array]


class City(NamedTuple):
    """What the kernel needs besides the migrants: stock (D, 2, A) and rates of every period; labels for errors.

    `apart` are residents who are held apart from it. [persons]
    """

    stock: Array
    fertility: Array
    survival: Array
    sex_ratio: Array
    periods: Sequence[int]
    codes: Sequence[str]
    apart: float = 0.0


class Migrants(NamedTuple):
    """Counts (T, D, 2, A) [persons]; departure rates (T, D, 2, A) and move rates (T, D, D, 2, A) [1/year], or None."""

    counts: Array
    departure_rate: Array | None = None
    move_rate: Array | None = None


class Moved(NamedTuple):
    """The migration of a scenario: its drivers, (T,) or by district (T, D), and what the kernel takes."""

    net_migration: Array | None
    arrivals: Array | None
    departure_rate: Array | None
    moves: Mapping[str, Mapping[str, float]] | Pool | None
    losses: str
    migrants: Migrants


def run(city: City, migrants: Migrants, where: str, *, upto: int | None = None) -> Projected:
    """Project the city; errors name scenario, district, sex, age and period.

    Raises
    ------
    SchemaError
        If a stock turns negative, or rates take more than everybody.
    """
    leave, move = migrants.departure_rate, migrants.move_rate
    try:
        return project_path(
            city.stock,
            city.fertility[:upto],
            city.survival[:upto],
            city.sex_ratio[:upto],
            migrants.counts[:upto],
            departure_rate=None if leave is None else leave[:upto],
            move_rate=None if move is None else move[:upto],
        )
    except NegativeStockError as error:
        *_, year, district, sex, age = error.index
        raise SchemaError(
            f"{where} a stock turns negative: period {city.periods[max(year - 1, 0)]}, "
            f"district {city.codes[district]}, sex {('female', 'male')[sex]}, age {age}. More people leave or die than "
            'are there. Reduce the net out-migration, or give losses as rates (losses = "rate").'
        ) from error
    except KernelError as error:
        raise SchemaError(f"{where} {error}") from error


class Totals(NamedTuple):
    """Net migrants of the districts by period (T, D) [persons], of which losses go as rates (T, D) [1/year]."""

    net: Array
    loss_rate: Array | None = None


def along(city: City, schedule: Schedule, totals: Totals, others: Migrants, where: str) -> Array:
    """Return migrants by age and sex (T, D, 2, A), period by period from the stock at hand; `others` come besides.

    Raises
    ------
    SchemaError
        If more of a cell would leave than may, or a stock turns negative.
    """
    out = np.zeros((len(city.periods), *city.stock.shape))
    leave, move = others.departure_rate, others.move_rate
    stock = city.stock
    for t in range(len(city.periods)):
        total = totals.net[t]
        if totals.loss_rate is not None:
            total = total - totals.loss_rate[t] * stock.sum(axis=(1, 2))
        try:
            out[t] = others.counts[t] + migrants_of(schedule, stock, city.survival[t], total)
        except DepletedError as error:
            place = f"{error.place(city.codes)} in {city.periods[t]}"
            raise SchemaError(
                f'{where} {error.text(place)[:-1]}, or give losses as rates (losses = "rate").'
            ) from error
        one = City(stock, city.fertility[t : t + 1], city.survival[t : t + 1], city.sex_ratio[t : t + 1],
                   city.periods[t : t + 1], city.codes)  # fmt: skip
        rates = Migrants(
            out[t : t + 1], None if leave is None else leave[t : t + 1], None if move is None else move[t : t + 1]
        )
        stock = run(one, rates, where).population[-1]
    return out


def solve(wanted: Solve, city: City, at: Callable[[float], Migrants], where: str, *, guess: float = 1000.0) -> float:
    """Return the even yearly migrants that meet a stock; `at` gives who they are for a total.

    Raises
    ------
    SchemaError
        If the year is outside the projection, or the stock is not met.

    Notes
    -----
    The stock is nearly linear in the migrants (who comes depends on who is there): secant steps, to a billionth.
    """
    if wanted.year not in city.periods:
        raise SchemaError(f"{where} is solved for {wanted.year}, outside {city.periods[0]}-{city.periods[-1]}.")
    upto = list(city.periods).index(wanted.year) + 1

    def end(total: float) -> float:
        return float(run(city, at(total), where, upto=upto).population[-1].sum()) + city.apart

    before, now = 0.0, guess
    low, high = end(before), end(now)
    for _ in range(50):
        if high == low:
            break
        before, now = now, now + (wanted.value - high) * (now - before) / (high - low)
        low, high = high, end(now)
        if abs(high - wanted.value) <= 1e-9 * wanted.value:
            return now
    raise SchemaError(f"{where}: no even migration meets {wanted.value:,.0f} in {wanted.year}. Choose another stock.")


def observed_years(base: xr.Dataset) -> list[int]:
    """Return the years with published stocks."""
    return [int(year) for year in base["observed_year"].to_numpy()]


class Published(NamedTuple):
    """The accounts closed on published figures, and how many periods are facts (none of a counterfactual scenario)."""

    closed: ClosedAccounts | None
    seen: int


class Ground(NamedTuple):
    """What the parts of a scenario's migration have in common."""

    base: xr.Dataset
    scenario: Scenario
    above: Moved | None
    city: City
    schedule: Schedule
    published: Published
    values: Values

    @property
    def facts(self) -> Array:
        """Net migrants of the published periods (n, D)."""
        if self.published.closed is None:
            return np.zeros((0, len(self.city.codes)))
        return self.published.closed.net_migration[: self.published.seen]


def moved_people(
    base: xr.Dataset, scenario: Scenario, above: Moved | None, city: City, published: Published, values: Values
) -> Moved:
    """Migrants of a scenario: net counts, or arrivals and departures, with moves between districts where given.

    `above` is the parent's; `published` what the figures leave; `values` gives the numbers of a driver (name, driver,
    the parent's numbers, shares of the districts in a city-wide figure, and what they have besides).

    Raises
    ------
    SchemaError
        If a driver is impossible or a district unknown.
    """
    ground = Ground(base, scenario, above, city, schedule_in(base), published, values)
    relative = relative_rates(base, city.stock)
    moves = scenario.moves if scenario.moves is not None else above and above.moves
    losses = scenario.losses or (above.losses if above else "")
    others = Migrants(np.zeros((len(city.periods), *city.stock.shape)))
    if moves:
        residents = city.stock.sum(axis=(1, 2))
        crude = move_shares(moves, city.codes, residents, f"scenario {scenario.name}:")[:, :, None, None]
        others = others._replace(move_rate=_later(crude * relative[:, None], ground))
    if scenario.arrivals is not None or (
        scenario.net_migration is None and above is not None and above.arrivals is not None
    ):
        leaving = _leaving(ground)
        by_district = leaving if leaving.ndim == 2 else leaving[:, None] * np.ones(len(city.codes))
        others = others._replace(departure_rate=_later(by_district[:, :, None, None] * relative, ground))
        arrivals, migrants = _arrivals(ground, others)
        return Moved(None, arrivals, leaving, moves, losses, migrants)
    net, totals = _net(ground, others)
    if losses == "rate":
        known = base.sizes.get("observed_year", 0)
        people = base["observed_stock"].to_numpy()[-1] if known else city.stock.sum(axis=(1, 2))
        totals = Totals(*losses_as_rates(totals.net, people, first=known))
    counts = along(city, ground.schedule, totals, others, f"scenario {scenario.name}:")
    return Moved(net, None, None, moves, losses, others._replace(counts=counts))


def _later(rates: Array, ground: Ground) -> Array:
    """Rates by period, none in the published ones: who moved then is in the figures of the districts."""
    periods = len(ground.city.periods)
    out = np.array(np.broadcast_to(rates, (periods, *rates.shape)) if len(rates) != periods else rates)
    out[: ground.published.seen] = 0.0
    return out


def _leaving(ground: Ground) -> Array:
    """Departure rates of the scenario, or its parent's; none if neither gives them."""
    own, above = ground.scenario.departure_rate, ground.above and ground.above.departure_rate
    if own is None and above is None:
        return np.zeros(len(ground.city.periods))
    return ground.values("departure_rate", own, above, np.ones(len(ground.city.codes)))


def _arrivals(ground: Ground, others: Migrants) -> tuple[Array, Migrants]:
    """Arrivals (T,) or by district (T, D), and all migrants that go with them."""
    city, schedule, wanted = ground.city, ground.schedule, ground.scenario.arrivals
    where = f"scenario {ground.scenario.name}: arrivals"
    residents = city.stock.sum(axis=(1, 2))
    share, seen = residents / residents.sum(), ground.published.seen
    besides = np.zeros((len(city.periods), len(city.codes)))
    besides[:seen] = ground.facts

    def coming(counts: Array) -> Migrants:
        """Arrivals (T, D) by the shares of the schedule, and what turns over besides; published years as they were."""
        later = counts.copy()
        later[:seen] = 0.0
        came = others._replace(counts=later[:, :, None, None] * schedule.shares)
        if schedule.turnover is None and not seen:
            return came
        return came._replace(counts=along(city, schedule, Totals(besides), came, f"scenario {ground.scenario.name}:"))

    if not isinstance(wanted, Solve):
        arrivals = ground.values("arrivals", wanted, ground.above and ground.above.arrivals, share)
        return arrivals, coming(arrivals if arrivals.ndim == 2 else arrivals[:, None] * share)
    if wanted.then != SOLVED:
        raise SchemaError(f"{where}: arrivals are not observed. Take then = {wanted.then!r} out.")
    even = np.tile(share, (len(city.periods), 1))
    arrivals = np.full(len(city.periods), solve(wanted, city, lambda total: coming(total * even), where))
    check_limits(arrivals, city.periods, city.codes, where, name="arrivals")
    return arrivals, coming(arrivals[:, None] * share)


def _net(ground: Ground, others: Migrants) -> tuple[Array, Totals]:
    """Net migration (T,) or by district (T, D), and the totals of the districts."""
    base, city, published = ground.base, ground.city, ground.published
    where, wanted = f"scenario {ground.scenario.name}: net_migration", ground.scenario.net_migration
    share, facts = base["migration_share"].to_numpy(), ground.facts
    offset = base["migration_offset"].to_numpy() if "migration_offset" in base else 0.0

    def begun(by_district: Array) -> Array:
        """The published years, then what the scenario says."""
        return np.concatenate([facts, by_district[len(facts) :]])

    if isinstance(wanted, Observed) and published.closed:
        net = _carried(base, published.closed, city.periods, wanted.carry)
    elif isinstance(wanted, Solve):

        def at(total: float) -> Migrants:
            even = Totals(begun(np.tile(total * share + offset, (len(city.periods), 1))))
            return others._replace(counts=along(city, ground.schedule, even, others, where))

        net = _after(wanted, np.full(len(city.periods), solve(wanted, city, at, where)), ground, share, offset)
    else:
        own = started(wanted, _last(base, published), base, where)
        net = ground.values("net_migration", own, ground.above and ground.above.net_migration, share, offset)
    check_limits(net, city.periods, city.codes, where, name="net_migration")
    by_district = begun(net if net.ndim == 2 else net[:, None] * share + offset)
    return by_district if len(facts) else net, Totals(by_district)


def _after(wanted: Solve, net: Array, ground: Ground, share: Array, offset: Array | float) -> Array:
    """Net migration solved for (T,), which goes on, or the published mean after its year (T, D)."""
    if wanted.then == SOLVED:
        return net
    closed, periods = ground.published.closed, ground.city.periods
    if closed is None:
        raise SchemaError(
            f"scenario {ground.scenario.name}: net_migration: then = {wanted.then!r} needs published stocks. Add them, "
            "or take it out."
        )
    until = list(periods).index(wanted.year) + 1
    by_district = net[:, None] * share + offset
    return np.concatenate([by_district[:until], _carried(ground.base, closed, periods, "mean")[until:]])


def _last(base: xr.Dataset, published: Published) -> Start | None:
    """Return the net migration observed last."""
    years = observed_years(base) if "residual_migration" in base else []
    if not years:
        return None
    known = base["residual_migration"].to_numpy() if published.closed is None else published.closed.net_migration
    return Start(years[len(known) - 1], float(known[-1].sum()), known[-1])


def _carried(base: xr.Dataset, closed: ClosedAccounts, periods: Sequence[int], method: str) -> Array:
    """Published net migration of every district, carried on."""
    years = observed_years(base)[: len(closed.net_migration)]
    columns = [
        extrapolate(dict(zip(years, column.tolist(), strict=True)), periods, method=method)
        for column in closed.net_migration.T
    ]
    return np.stack(columns, axis=1)
