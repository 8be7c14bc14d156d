"""Migrants under a scenario: net counts, or arrivals as counts and departures and moves as rates."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.migrants import DepletedError, Schedule, migrants as migrants_of, schedule_in
from popmodel.demography.migration import ClosedAccounts, migration_schedule
from popmodel.demography.trend import extrapolate
from popmodel.kernel import KernelError, NegativeStockError, Projected, project_path
from popmodel.scenario import Observed, Pool, Scenario, Solve
from popmodel.scenario.values import check_limits
from popmodel.schema import SchemaError, named, near

Array = npt.NDArray[np.float64]
Values = Callable[..., Array]


class City(NamedTuple):
    """What the kernel needs besides the migrants: stock (D, 2, A) and rates of every period; labels for errors."""

    stock: Array
    fertility: Array
    survival: Array
    sex_ratio: Array
    periods: Sequence[int]
    codes: Sequence[str]


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


def relative_rates(base: xr.Dataset, stock: Array) -> Array:
    """Return rates of leaving (D, 2, A) relative to a district's mean one, at the base's ages.

    The base's `departure_schedule` (sex, age) where it has one, else the standard schedule of Rogers & Castro (1981),
    the same for both sexes (assumed).
    """
    if "departure_schedule" in base:
        shape = base["departure_schedule"].transpose("sex", "age").to_numpy()
    else:
        shape = migration_schedule(residents=np.ones(stock.shape[1:]), open_age=stock.shape[-1] - 1)
    people = stock.sum(axis=(1, 2))
    leaving = (shape * stock).sum(axis=(1, 2))
    return np.asarray(shape * np.divide(people, leaving, out=np.zeros_like(people), where=leaving > 0)[:, None, None])


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


def losses_as_rates(net: Array, residents: Array, *, first: int) -> tuple[Array, Array]:
    """Split net migrants (T, D) from period number `first` on into gains [persons] and loss rates [1/year].

    Raises
    ------
    SchemaError
        If a district would lose everybody in one year.
    """
    lost = np.zeros_like(net)
    lost[first:] = np.maximum(-net[first:], 0.0)
    rate = lost / np.where(residents > 0, residents, 1.0)
    if (rate > 1).any():
        raise SchemaError("net_migration: a district loses more people in one year than it has. Reduce the loss.")
    return net + lost, rate


def move_shares(
    moves: Mapping[str, Mapping[str, float]] | Pool, codes: Sequence[str], residents: Array, where: str
) -> Array:
    """Return the share of each district's residents who move to each other one (D, D) [1/year].

    Raises
    ------
    SchemaError
        If a district is unknown, or more leave than there are.

    Notes
    -----
    Migrant pool (Rogers 1990, Requiem for the net migrant, Geographical Analysis 22): who leaves a district enters one
    pool, which the destinations share out in the same way whatever the origin; who would come back stays.
    """
    named_ = {*moves.shares} if isinstance(moves, Pool) else {*moves, *(to for row in moves.values() for to in row)}
    unknown = sorted(named_ - set(codes))
    if unknown:
        raise SchemaError(
            f"{where} moves: district {named(unknown)} is unknown; known: {named(codes, most=20)}."
            + near(unknown, codes)
        )
    out = np.zeros((len(codes), len(codes)))
    if isinstance(moves, Pool):
        share = residents / residents.sum()
        if moves.shares:
            share = np.array([moves.shares.get(code, 0.0) for code in codes])
        out[:] = moves.rate * share
        np.fill_diagonal(out, 0.0)
    else:
        for origin, row in moves.items():
            for to, rate in row.items():
                out[codes.index(origin), codes.index(to)] = rate
    if (out.sum(axis=1) > 1).any():
        raise SchemaError(
            f"{where} moves: more than everybody leaves {codes[int(out.sum(axis=1).argmax())]}. Lower them."
        )
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
        return float(run(city, at(total), where, upto=upto).population[-1].sum())

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


def moved_people(
    base: xr.Dataset,
    scenario: Scenario,
    above: Moved | None,
    city: City,
    closed: ClosedAccounts | None,
    values: Values,
) -> Moved:
    """Migrants of a scenario: net counts, or arrivals and departures, with moves between districts where given.

    `above` is the parent's; `closed` what published figures leave, where the scenario asks for it; `values` gives the
    numbers of a driver (name, driver, the parent's numbers, shares of the districts in a city-wide figure, and what
    they have besides).

    Raises
    ------
    SchemaError
        If a driver is impossible or a district unknown.
    """
    where = f"scenario {scenario.name}:"
    residents, periods = city.stock.sum(axis=(1, 2)), city.periods
    schedule = schedule_in(base)
    relative, even = relative_rates(base, city.stock), np.ones(len(city.codes))
    moves = scenario.moves if scenario.moves is not None else above and above.moves
    losses = scenario.losses or (above.losses if above else "")
    others = Migrants(np.zeros((len(periods), *city.stock.shape)))
    if moves:
        crude = move_shares(moves, city.codes, residents, where)[:, :, None, None] * relative[:, None]
        others = others._replace(move_rate=np.broadcast_to(crude, (len(periods), *crude.shape)))
    net = arrivals = leaving = None
    gross = scenario.net_migration is None and above is not None and above.arrivals is not None
    if scenario.arrivals is not None or gross:
        share = residents / residents.sum()
        leaving = np.zeros(len(periods))
        if scenario.departure_rate is not None or (above is not None and above.departure_rate is not None):
            leaving = values("departure_rate", scenario.departure_rate, above and above.departure_rate, even)
        by_district = leaving if leaving.ndim == 2 else leaving[:, None] * even
        others = others._replace(departure_rate=by_district[:, :, None, None] * relative)
        none = Totals(np.zeros((len(periods), len(city.codes))))

        def coming(counts: Array) -> Migrants:
            """Arrivals (T, D) by the shares of the schedule, and what turns over besides."""
            came = others._replace(counts=counts[:, :, None, None] * schedule.shares)
            return came if schedule.turnover is None else came._replace(counts=along(city, schedule, none, came, where))

        if isinstance(scenario.arrivals, Solve):
            each = solve(
                scenario.arrivals, city, lambda total: coming(total * np.tile(share, (len(periods), 1))),
                f"{where} arrivals",
            )  # fmt: skip
            arrivals = np.full(len(periods), each)
            check_limits(arrivals, periods, city.codes, f"{where} arrivals", name="arrivals")
        else:
            arrivals = values("arrivals", scenario.arrivals, above and above.arrivals, share)
        counts = arrivals if arrivals.ndim == 2 else arrivals[:, None] * share
        return Moved(net, arrivals, leaving, moves, losses, coming(counts))
    share = base["migration_share"].to_numpy()
    offset = base["migration_offset"].to_numpy() if "migration_offset" in base else 0.0
    wanted = scenario.net_migration
    if isinstance(wanted, Observed) and closed:
        columns = [
            extrapolate(dict(zip(observed_years(base), column.tolist(), strict=True)), periods, method=wanted.carry)
            for column in closed.net_migration.T
        ]
        net = np.stack(columns, axis=1)
    elif isinstance(wanted, Solve):

        def at(total: float) -> Migrants:
            even_ = Totals(np.tile(total * share + offset, (len(periods), 1)))
            return others._replace(counts=along(city, schedule, even_, others, f"{where} net_migration"))

        net = np.full(len(periods), solve(wanted, city, at, f"{where} net_migration"))
    else:
        net = values("net_migration", wanted, above and above.net_migration, share, offset)
    check_limits(net, periods, city.codes, f"{where} net_migration", name="net_migration")
    totals = Totals(net if net.ndim == 2 else net[:, None] * share + offset)
    if losses == "rate":
        seen = base.sizes.get("observed_year", 0)
        people = base["observed_stock"].to_numpy()[-1] if seen else residents
        totals = Totals(*losses_as_rates(totals.net, people, first=seen))
    migrants = others._replace(counts=along(city, schedule, totals, others, where))
    return Moved(net, arrivals, leaving, moves, losses, migrants)
