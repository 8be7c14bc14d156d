"""Rates at which people leave a district, for elsewhere or for another district."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.migration import migration_schedule
from popmodel.scenario.drivers import Pool
from popmodel.schema import SchemaError, named, near

Array = npt.NDArray[np.float64]


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
