"""Raking: stocks moved to given totals, and the migration that carries the move."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]


def rake_stocks(
    stocks: npt.ArrayLike,
    totals: Sequence[npt.ArrayLike],
    axes: Sequence[tuple[int, ...]],
    *,
    tolerance: float = 1e-10,
    rounds: int = 200,
) -> Array:
    """Scale stocks until their sums meet every set of totals.

    Parameters
    ----------
    stocks : array_like, shape (...)
        Stocks, not negative. [persons]
    totals : sequence of array_like
        Each set of totals has the shape of `stocks` with axes of length 1 where it sums. [persons]
    axes : sequence of tuple of int
        The axes that each set sums over.
    tolerance : float
        Largest relative miss that counts as met. [1]
    rounds : int
        Most rounds over all sets.

    Returns
    -------
    ndarray, shape (...)
        Raked stocks; a set that is the only one is met exactly in one round. [persons]

    Raises
    ------
    SchemaError
        If totals are above zero where nobody lives, or sets contradict each other.

    Notes
    -----
    Iterative proportional fitting (Deming & Stephan 1940, doi:10.1214/aoms/1177731829): of all tables that meet the
    totals, the one nearest to the stocks in relative entropy; it exists where the totals agree with each other.
    """
    out = np.array(stocks, dtype=float)
    sets = [np.asarray(wanted, dtype=float) for wanted in totals]
    off = np.inf
    for _ in range(rounds):
        for wanted, axis in zip(sets, axes, strict=True):
            here = out.sum(axis=axis, keepdims=True)
            empty = (here <= 0) & (wanted > 0)
            if empty.any():
                raise SchemaError(
                    f"rake: a total of {wanted[empty][0]:,.6g} persons is given where nobody lives ({int(empty.sum())} "
                    "such cells). Set the total to 0 or correct the labels."
                )
            out *= np.divide(wanted, here, out=np.zeros(here.shape), where=here > 0)
        off = max(
            float((np.abs(out.sum(axis=axis, keepdims=True) - wanted) / np.maximum(wanted, 1.0)).max())
            for wanted, axis in zip(sets, axes, strict=True)
        )
        if off <= tolerance:
            return out
    raise SchemaError(
        f"rake: the sets of totals are not met together after {rounds} rounds (off by {100 * off:.2g} %): they "
        "contradict each other. Give sets with the same sums."
    )


class Flows(NamedTuple):
    """Flows that lead through given stocks; the adjustment is part of the net migration."""

    births: Array
    deaths: Array
    net_migration: Array
    adjustment: Array


def exposed(stock: Array, born: Array, moved: Array, share: float) -> Array:
    """Return who is at risk in a step, by age reached at its end: cohorts with those who move at its start.

    Parameters
    ----------
    stock : ndarray, shape (..., 2, A)
        Stock at the start. [persons]
    born : ndarray, shape (..., 2)
        Births of the step. [persons]
    moved : ndarray, shape (..., 2, A)
        Net migrants by age at the move. [persons]
    share : float
        Part of them who move at the start: ½ under even timing, 0 at the end. [1]

    Returns
    -------
    ndarray, shape (..., 2, A)
        Persons at risk. [persons]
    """
    here = stock + share * moved
    out = np.empty_like(here)
    out[..., 0] = born
    out[..., 1:] = here[..., :-1]
    out[..., -1] += here[..., -1]
    return out


def flows_through(
    stocks: npt.ArrayLike,
    raked: npt.ArrayLike,
    births: npt.ArrayLike,
    deaths: npt.ArrayLike,
    net_migration: npt.ArrayLike,
    *,
    share: float,
    adjustment: npt.ArrayLike = 0.0,
    fertile: slice = slice(15, 50),
) -> Flows:
    """Find the flows that lead through raked stocks at unchanged risks of birth and death.

    Parameters
    ----------
    stocks, raked : array_like, shape (..., T + 1, D, 2, A)
        Stocks as projected and as raked. [persons]
    births : array_like, shape (..., T, D, 2)
        Births as projected, by sex. [persons]
    deaths, net_migration : array_like, shape (..., T, D, 2, A)
        Deaths by age reached, net migrants by age at the move, as projected. [persons]
    share : float
        Part of the migrants who move at the start of a year. [1]
    adjustment : array_like, shape (..., T, D, 2, A)
        Migrants at the end of each year by age reached, not part of `net_migration`: of an earlier raking. [persons]
    fertile : slice
        Ages of women whose number moves the births. [completed years]

    Returns
    -------
    Flows
        Births, deaths, net migration with the adjustment, and the adjustment by age reached at the end of the year.

    Raises
    ------
    SchemaError
        If the projected accounts do not close under this timing.

    Notes
    -----
    Births follow the women of `fertile` age (mean of start and end), so each district keeps its general fertility rate;
    deaths follow those at risk, E, cell by cell. What is left over is the adjustment, which moves at the end of the
    year: ``N'[x] = E'[x] − D'[x] + (1−h)·M[x] + A[x]`` with the projected migrants M and the adjustment A.
    Spreading A over the year like M would need adjustments that alternate in sign from age to age.
    """
    before, after = np.asarray(stocks, dtype=float), np.asarray(raked, dtype=float)
    born, died, moved = (np.asarray(flow, dtype=float) for flow in (births, deaths, net_migration))
    risk = exposed(before[..., :-1, :, :, :], born, moved, share)
    due = risk - died + (1 - share) * moved + np.asarray(adjustment, dtype=float)
    gap = np.abs(before[..., 1:, :, :, :] - due).max(initial=0.0)
    if gap > 1e-6 * max(1.0, float(before.max(initial=0.0))):
        raise SchemaError(
            f"rake: the accounts of the projection do not close by cohort (off by {gap:,.3g} persons in a cell). Give "
            "the timing that the projection was run with, and a projection that holds all its flows."
        )

    def mothers(stock: Array) -> Array:
        women = stock[..., 0, fertile].sum(axis=-1)
        return np.asarray(women[..., :-1, :] + women[..., 1:, :])

    women = mothers(before)
    more = np.divide(mothers(after), women, out=np.ones_like(women), where=women > 0)
    new_born = born * more[..., None]
    new_risk = exposed(after[..., :-1, :, :, :], new_born, moved, share)
    if (new_risk < 0).any():
        raise SchemaError(
            "rake: the totals leave fewer people at the start of a year than leave in it. Check the totals of the ages "
            "with net departures."
        )
    hazard = np.divide(died, risk, out=np.zeros_like(died), where=risk > 0)
    new_died = hazard * new_risk
    added = after[..., 1:, :, :, :] - (new_risk - new_died + (1 - share) * moved)
    return Flows(new_born, new_died, moved + added, added)
