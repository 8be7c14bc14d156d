"""Net migrants by age and sex from a district's total and the people who are there."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.kernel.rows import MOST_LEAVING
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]


class Schedule(NamedTuple):
    """Who migrates: by learned rates, or by shares of a total where none were learned.

    `shares` (2, A) sum to 1; `turnover` (D, 2, A) [1/year] are the net log rates at a total of zero, `response` (2, A)
    how they move when the total rate does; both None without learned rates.
    """

    shares: Array
    turnover: Array | None = None
    response: Array | None = None


def schedule_in(base: xr.Dataset) -> Schedule:
    """Return who migrates in a base: its learned rates where it has them, else its shares."""
    shares = base["migration_schedule"].transpose("sex", "age").to_numpy()
    if "migration_turnover" not in base:
        return Schedule(shares)
    turnover = base["migration_turnover"].transpose("district", "sex", "age").to_numpy()
    return Schedule(shares, turnover, base["migration_response"].transpose("sex", "age").to_numpy())


class DepletedError(SchemaError):
    """More of a cell would leave than may; `index` is that of district, sex and age."""

    def __init__(self, index: tuple[int, ...], leaving: float, people: float) -> None:
        self.array, self.index, self.leaving, self.people = "population", index, leaving, people
        super().__init__(self.text(f"district number {index[0]}, sex {('female', 'male')[index[1]]}, age {index[2]}"))

    def place(self, districts: Sequence[object]) -> str:
        """Return the labels of the cell."""
        district, sex, age = self.index
        return f"district {districts[district]}, sex {('female', 'male')[sex]}, age {age}"

    def text(self, where: str) -> str:
        """Return the message with the labels of the cell."""
        return (
            f"net migration takes {self.leaving:,.1f} of the {self.people:,.1f} people of {where}; no more than "
            f"{100 * MOST_LEAVING:.0f} % of an age and sex may leave in a year. Reduce the net out-migration."
        )


def at_risk(population: npt.ArrayLike, survival_ratio: npt.ArrayLike) -> Array:
    """Return the people of a year who may move, by age: the harmonic mean of those there at its start and at its end.

    Parameters
    ----------
    population : array_like, shape (D, 2, A)
        People at the start of the year. [persons]
    survival_ratio : array_like, shape (D, 2, A)
        Share that survives the year, by the age reached. [1]

    Returns
    -------
    ndarray, shape (D, 2, A)
        ``2·P[x]·Q[x]/(P[x] + Q[x])`` with ``Q[x] = P[x−1]·S[x]``; P itself at age 0 and at the open age. [persons]

    Notes
    -----
    Half of the migrants of an age come from those of that age at the start, half from those who reach it (the kernel's
    step). Where a small cohort follows a large one, a rate on the large one would take people whom the small one does
    not have; the harmonic mean is at most twice the smaller of the two.
    """
    stock = np.asarray(population, dtype=float)
    out = stock.copy()
    reach = stock[..., :-2] * np.asarray(survival_ratio, dtype=float)[..., 1:-1]
    whole = stock[..., 1:-1] + reach
    out[..., 1:-1] = 2 * stock[..., 1:-1] * reach / np.where(whole > 0, whole, 1.0)
    return out


def migrants(schedule: Schedule, population: npt.ArrayLike, survival_ratio: npt.ArrayLike, net: npt.ArrayLike) -> Array:
    """Return net migrants by age and sex.

    Parameters
    ----------
    schedule : Schedule
        Who migrates.
    population : array_like, shape (D, 2, A)
        People at the start of the year. [persons]
    survival_ratio : array_like, shape (D, 2, A)
        Share that survives the year, by the age reached. [1]
    net : array_like, shape (D,)
        Net migrants of each district. [persons]

    Returns
    -------
    ndarray, shape (D, 2, A)
        Counts that sum to `net`. [persons]

    Raises
    ------
    DepletedError
        If more than `MOST_LEAVING` of the people of a cell would leave.

    Notes
    -----
    With learned rates ``M = E·(exp(g + γ·b) − 1)``, E the people at risk (`at_risk`), γ such that the total comes out:
    what arrives and leaves at a total of zero (g, the turnover) stays where the total is small, and no shares of a
    small total explode. Rates compound, as they were learned: however large the loss, an age never loses more people
    than it has. Without learned rates a gain is shared out as `shares` say, and a loss is taken from the people there
    in the same way, b being the curve of the shares and g zero.
    """
    stock, total = np.asarray(population, dtype=float), np.asarray(net, dtype=float)
    people = at_risk(stock, survival_ratio)
    if schedule.turnover is None or schedule.response is None:
        out = np.maximum(total, 0.0)[:, None, None] * schedule.shares
        if (total < 0).any():
            rate = np.broadcast_to(schedule.shares.sum(axis=0), stock.shape[-2:])
            out = out + _compounded(people, np.zeros_like(people), rate / rate.max(), np.minimum(total, 0.0))
    else:
        out = _compounded(people, schedule.turnover, schedule.response, total)
    left = -out > MOST_LEAVING * stock
    # A cell of less than a person has lost nobody.
    left &= out < -1e-6
    if left.any():
        index = tuple(int(i) for i in np.argwhere(left)[0])
        raise DepletedError(index, float(-out[index]), float(stock[index]))
    return np.asarray(out)


def _compounded(people: Array, turnover: Array, response: Array, total: Array) -> Array:
    """Migrants (D, 2, A) under ``exp(g + γ·b) − 1``, γ of each district by Newton steps on the log of the sum."""
    base = people * np.exp(turnover)
    there = people.sum(axis=(1, 2))
    wanted = there + total
    # A total beyond the people there has no γ; it is left at a loss that the caller refuses.
    goal = np.log(np.maximum(wanted, 1e-9 * there + 1e-300))
    gamma = np.zeros(len(people))
    most = 20 / max(float(response.max()), 1e-12)
    for _ in range(100):
        now = base * np.exp(gamma[:, None, None] * response)
        whole = np.maximum(now.sum(axis=(1, 2)), 1e-300)
        miss = np.log(whole) - goal
        slope = (now * response).sum(axis=(1, 2)) / whole
        # What is met stays as it is: no district's people depend on how long another takes.
        open_ = (np.abs(miss) >= 1e-14) & (slope > 0)
        if not open_.any():
            break
        step = np.where(open_, miss / np.where(open_, slope, 1.0), 0.0)
        gamma = np.clip(gamma - np.clip(step, -most / 4, most / 4), -most, most)
    out = now - people
    # What rounding left: in proportion to the people who respond.
    return np.asarray(out + _to_sum(now * response, total - out.sum(axis=(1, 2))))


def _to_sum(weights: Array, total: Array) -> Array:
    """Scale the weights of each district (D, 2, A) to its total; where all are zero, all ages alike."""
    whole = weights.sum(axis=(1, 2), keepdims=True)
    even = np.full_like(weights, 1 / weights[0].size)
    return np.asarray(np.where(whole > 0, weights / np.where(whole > 0, whole, 1.0), even) * total[:, None, None])
