"""Migrants under a scenario: net counts, or arrivals as counts and departures and moves as rates."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.migration import migration_schedule
from popmodel.kernel import KernelError, NegativeStockError, Projected, project_path
from popmodel.scenario import Pool, Solve
from popmodel.schema import SchemaError, named

Array = npt.NDArray[np.float64]


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
        raise SchemaError(f"{where} moves: district {named(unknown)} is unknown; known: {named(codes, most=20)}.")
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


def solve(wanted: Solve, city: City, spread: Array, others: Migrants, where: str) -> float:
    """Return the even yearly migrants that meet a stock; `spread` (D, 2, A) says who one of them is.

    Raises
    ------
    SchemaError
        If the year is outside the projection.

    Notes
    -----
    The stock is linear in the migrants, so that two runs solve it, with departures and moves as rates too.
    """
    if wanted.year not in city.periods:
        raise SchemaError(f"{where} is solved for {wanted.year}, outside {city.periods[0]}-{city.periods[-1]}.")
    upto = list(city.periods).index(wanted.year) + 1
    ends = []
    for total in (0.0, 1000.0):
        counts = np.broadcast_to(total * spread, (len(city.periods), *spread.shape))
        ends.append(float(run(city, others._replace(counts=counts), where, upto=upto).population[-1].sum()))
    return 1000.0 * (wanted.value - ends[0]) / (ends[1] - ends[0])
