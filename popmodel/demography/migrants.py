"""Net migrants by age and sex from a district's total and the people who are there."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.kernel.rows import MOST_LEAVING
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]


FREE, FLOOR = -0.3, -0.5
"""Log rate down to which an age follows its response, and that which no age passes, however many leave [1/year].

Under the floor 39 % of those at risk leave, who are at most twice the people there: always less than `MOST_LEAVING`.
"""


class Schedule(NamedTuple):
    """Who migrates: by learned rates, or by shares of a total where none were learned.

    `shares` (2, A) sum to 1; `turnover` (D, 2, A) [1/year] are the net log rates at a total of zero, `response` (2, A)
    how they move when the total rate does; both None without learned rates.
    """

    shares: Array
    turnover: Array | None = None
    response: Array | None = None


def schedule_in(base: xr.Dataset) -> Schedule:
    """Return who migrates in a base: its learned rates where it has them, else its shares.

    Raises
    ------
    SchemaError
        If shares do not sum to 1 to a millionth, or rates are not finite or a response negative or nowhere above 0.
    """
    shares = base["migration_schedule"].transpose("sex", "age").to_numpy()
    whole = float(shares.sum())
    if not abs(whole - 1) <= 1e-6:
        raise SchemaError(
            f"migration_schedule sums to {whole:.6g} over sex and age; shares of a total must sum to 1, else more or "
            "fewer migrate than the total says. Divide them by their sum, or estimate the base again."
        )
    if "migration_turnover" not in base:
        return Schedule(shares)
    turnover = base["migration_turnover"].transpose("district", "sex", "age").to_numpy()
    response = base["migration_response"].transpose("sex", "age").to_numpy()
    if not (np.isfinite(turnover).all() and (response >= 0).all() and response.max() > 0):
        raise SchemaError(
            f"migration_turnover has {int((~np.isfinite(turnover)).sum())} rates that are not finite, "
            f"migration_response {int((~(response >= 0)).sum())} that are not 0 or more (one at least must be above 0)."
            " Estimate the base again."
        )
    return Schedule(shares, turnover, response)


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
    With learned rates ``M = E·(exp(g + γ·b) − 1)``, E the people at risk (`at_risk`), γ such that the total comes out;
    in a district where more than `MOST_LEAVING` of a cell would leave, ``exp(h(g + γ·b))`` with h from `held`:
    what arrives and leaves at a total of zero (g, the turnover) stays where the total is small, and no shares of a
    small total explode. Rates compound, as they were learned: however large the loss, an age never loses more people
    than it has. Without learned rates a gain is shared out as `shares` say, and a loss is taken from the people there
    in the same way, b being the curve of the shares and g zero.
    """
    stock, total = np.asarray(population, dtype=float), np.asarray(net, dtype=float)
    people = at_risk(stock, survival_ratio)
    if schedule.turnover is None or schedule.response is None:
        gained, moved = np.maximum(total, 0.0)[:, None, None] * schedule.shares, np.minimum(total, 0.0)
        rate = np.broadcast_to(schedule.shares.sum(axis=0), stock.shape[-2:])
        parts = (people, np.zeros_like(people), rate / rate.max(), moved)
        if not (total < 0).any():
            return np.asarray(gained)
    else:
        gained, parts = np.zeros_like(people), (people, schedule.turnover, schedule.response, total)
    out = gained + _compounded(*parts)
    short = _depleted(out, stock).any(axis=(1, 2))
    if short.any():
        whole, turnover, response, net_ = parts
        out[short] = gained[short] + _compounded(whole[short], turnover[short], response, net_[short], bent=True)
    left = _depleted(out, stock)
    if left.any():
        index = tuple(int(i) for i in np.argwhere(left)[0])
        raise DepletedError(index, float(-out[index]), float(stock[index]))
    return np.asarray(out)


def _depleted(out: Array, stock: Array) -> npt.NDArray[np.bool_]:
    """Where more leave than may; a cell of less than a person has lost nobody."""
    return np.asarray((-out > MOST_LEAVING * stock) & (out < -1e-6))


def held(log_rate: npt.ArrayLike) -> tuple[Array, Array]:
    """Hold annual log rates of net migration above `FLOOR`.

    Parameters
    ----------
    log_rate : array_like, shape (...)
        Turnover and response to the total, ``u = g + γ·b``. [1/year]

    Returns
    -------
    ndarray, ndarray, both shape (...)
        ``h(u) = u`` from `FREE` up, below it ``FREE − w·tanh((FREE − u)/w)`` with w = FREE − FLOOR, and its slope. [1]

    Notes
    -----
    Where the young of a shrinking place are nearly gone, the others leave in their stead. The counties show no rate
    that low: the form is assumed.
    """
    u, width = np.asarray(log_rate, dtype=float), FREE - FLOOR
    bent = np.tanh(np.maximum(FREE - u, 0.0) / width)
    return np.where(u < FREE, FREE - width * bent, u), np.where(u < FREE, 1 - bent**2, 1.0)


def _compounded(people: Array, turnover: Array, response: Array, total: Array, *, bent: bool = False) -> Array:
    """Migrants (D, 2, A) under ``exp(h(g + γ·b)) − 1``, γ of each district by Newton steps on the log of the sum.

    h is `held` where `bent`, else the identity.
    """
    there = people.sum(axis=(1, 2))
    # A total beyond the people there has no γ; it is left at a loss that the caller refuses.
    goal = np.log(np.maximum(there + total, 1e-9 * there + 1e-300))
    most = 20 / max(float(response.max()), 1e-12)
    gamma, low, high = np.zeros(len(people)), np.full(len(people), -most), np.full(len(people), most)
    for _ in range(200):
        rate = turnover + gamma[:, None, None] * response
        rate, bend = held(rate) if bent else (rate, np.ones_like(rate))
        now = people * np.exp(rate)
        whole = np.maximum(now.sum(axis=(1, 2)), 1e-300)
        miss = np.log(whole) - goal
        slope = (now * bend * response).sum(axis=(1, 2)) / whole
        # What is met stays as it is: no district's people depend on how long another takes.
        open_ = np.abs(miss) >= 1e-14
        if not open_.any() or (response <= 0).all():
            break
        low, high = np.where(miss < 0, gamma, low), np.where(miss > 0, gamma, high)
        step = gamma - miss / np.where(slope > 1e-12, slope, np.inf)
        # Newton's step where it stays within what is known of γ, else half way.
        inside = (step > low) & (step < high) & (slope > 1e-12)
        gamma = np.where(open_, np.where(inside, step, (low + high) / 2), gamma)
    out = now - people
    # What rounding left: in proportion to the people who respond.
    return np.asarray(out + _to_sum(now * response, total - out.sum(axis=(1, 2))))


def _to_sum(weights: Array, total: Array) -> Array:
    """Scale the weights of each district (D, 2, A) to its total; where all are zero, all ages alike."""
    whole = weights.sum(axis=(1, 2), keepdims=True)
    even = np.full_like(weights, 1 / weights[0].size)
    return np.asarray(np.where(whole > 0, weights / np.where(whole > 0, whole, 1.0), even) * total[:, None, None])
