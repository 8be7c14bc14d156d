"""Where people live: urban shares and centres."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]
FARTHEST = 50.0
"""Beyond a step of this on the logit a share stands at its limit. [1]"""


def urban_growth_difference(
    first: npt.ArrayLike, last: npt.ArrayLike, years: npt.ArrayLike, *, ceiling: float
) -> Array:
    """Return the yearly urban-rural growth difference between two urban shares.

    Parameters
    ----------
    first, last : array_like, shape (...)
        Urban shares at the two dates. [1]
    years : array_like, shape (...)
        Time between them. [years]
    ceiling : float
        Upper limit of the share. [1]

    Returns
    -------
    ndarray, shape (...)
        Growth difference. [1/year]

    Raises
    ------
    SchemaError
        If a share lies outside 0 … `ceiling`.

    Notes
    -----
    ``r = (logit(u₁/K) − logit(u₀/K)) / t`` (United Nations, World Urbanization Prospects: methodology; K = 1 there).
    """
    u0, u1 = np.broadcast_arrays(np.asarray(first, dtype=float), np.asarray(last, dtype=float))
    with np.errstate(invalid="ignore"):
        gain = _logit(u1, ceiling) - _logit(u0, ceiling)
    return np.asarray(np.where(u0 == u1, 0.0, gain) / np.asarray(years, dtype=float))


def urban_share(
    share: npt.ArrayLike, growth_difference: npt.ArrayLike, years: npt.ArrayLike, *, ceiling: float
) -> Array:
    """Carry urban shares on with a constant urban-rural growth difference.

    Parameters
    ----------
    share : array_like, shape (...)
        Urban share at the start. [1]
    growth_difference : array_like, shape (...)
        From `urban_growth_difference`. [1/year]
    years : array_like, shape (...)
        Time since the start. [years]
    ceiling : float
        Upper limit K of the share. [1]

    Returns
    -------
    ndarray, shape (...)
        Urban share, ``u = K / (1 + exp(−(logit(u₀/K) + r·t)))``. [1]
    """
    odds = _logit(share, ceiling) + np.asarray(growth_difference, dtype=float) * np.asarray(years, dtype=float)
    with np.errstate(over="ignore"):
        return np.asarray(ceiling / (1.0 + np.exp(-odds)))


class UrbanRecord(NamedTuple):
    """Urban shares of consecutive years, and what the city's published one exceeds their mean by."""

    shares: Array
    difference: Array


def urban_record(
    seen: npt.ArrayLike,
    growth_difference: npt.ArrayLike,
    weights: npt.ArrayLike,
    city: npt.ArrayLike,
    *,
    slack: npt.ArrayLike = 0.0,
    ceiling: float = 1.0,
) -> UrbanRecord:
    """Complete the urban shares of districts between and after their published ones, in agreement with the city's.

    Parameters
    ----------
    seen : array_like, shape (T, D)
        Published shares of consecutive years, not a number where none is; those of the first year must be there. [1]
    growth_difference : array_like, shape (D,)
        Carries a district on after its last published share; not a number: it cannot be. [1/year]
    weights : array_like, shape (T, D)
        Residents. [persons]
    city : array_like, shape (T,)
        Published share of the city, not a number where none is. [1]
    slack : array_like, shape (T,)
        How far the mean of the districts may lie off it, as half of its last printed digit. [1]
    ceiling : float
        Upper limit of the shares. [1]

    Returns
    -------
    UrbanRecord
        `shares` (T, D) [1], published ones as they were published; `difference` (T,) [1], the city's published share
        less the mean of the districts.

    Raises
    ------
    SchemaError
        If a share lies outside 0 … `ceiling`.

    Notes
    -----
    Straight in the logit between two published shares, on with the growth difference after the last. Where the mean of
    all districts misses the city's, those without a figure of that year move by one common step on the logit, as far as
    no district leaves the way from its last figure to its next, or turns against its growth.
    """
    known, growth = np.array(seen, dtype=float), np.asarray(growth_difference, dtype=float)
    target = np.asarray(city, dtype=float)
    room = np.broadcast_to(np.asarray(slack, dtype=float), target.shape)
    people = np.asarray(weights, dtype=float)
    # From the last year back, so that a district is not carried on past a figure that it must meet.
    for t in reversed(range(1, len(known))):
        free = ~np.isfinite(known[t])
        shares = _filled(known, growth, ceiling)[t]
        if not free.any() or not np.isfinite(target[t]) or not np.isfinite(shares).all():
            continue
        low, high = _way(known, growth, t, ceiling)
        goal = target[t] + room[t] * np.array([-1.0, 1.0])
        known[t] = _met(np.where(free, np.clip(shares, low, high), shares), free, low, high, people[t], goal, ceiling)
    out = _filled(known, growth, ceiling)
    return UrbanRecord(out, target - (out * people).sum(axis=1) / people.sum(axis=1))


def _filled(known: Array, growth: Array, ceiling: float) -> Array:
    """Shares between the known ones, and after the last one carried on."""
    out = _between(known, ceiling)
    for t in range(1, len(out)):
        after = ~np.isfinite(out[t])
        out[t, after] = urban_share(out[t - 1, after], growth[after], 1.0, ceiling=ceiling)
    return out


def _way(known: Array, growth: Array, t: int, ceiling: float) -> tuple[Array, Array]:
    """Lowest and highest share of each district in a year: between the known ones around it, or on as it grows."""
    ends = []
    for column, rate in zip(known.T, growth, strict=True):
        before, later = column[:t][np.isfinite(column[:t])], column[t + 1 :][np.isfinite(column[t + 1 :])]
        limit = ceiling if rate > 0 else 0.0 if rate < 0 else before[-1]
        ends.append((before[-1], later[0] if len(later) else limit))
    return np.min(ends, axis=1), np.max(ends, axis=1)


def _between(known: Array, ceiling: float) -> Array:
    """Shares on the straight line of the logit between two known ones; the rest as they are."""
    out = known.copy()
    for place in range(known.shape[1]):
        at = np.flatnonzero(np.isfinite(known[:, place]))
        for first, last in pairwise(at):
            if known[first, place] == known[last, place]:
                out[first:last, place] = known[first, place]
                continue
            years = last - first
            rate = urban_growth_difference(known[first, place], known[last, place], years, ceiling=ceiling)
            if np.isfinite(rate):  # a share of 0 or of the ceiling has no logit: it is left at once
                steps = np.arange(1, years)
                out[first + 1 : last, place] = urban_share(known[first, place], rate, steps, ceiling=ceiling)
            else:
                out[first + 1 : last, place] = np.linspace(known[first, place], known[last, place], years + 1)[1:-1]
    return out


def _met(shares: Array, free: Array, low: Array, high: Array, people: Array, goal: Array, ceiling: float) -> Array:
    """Shares of which those that are free moved by one step on the logit, until the mean lies within the goal."""

    def moved(step: float) -> Array:
        other = np.clip(urban_share(shares, step, 1.0, ceiling=ceiling), low, high)
        return np.asarray(np.where(free, other, shares))

    def mean(step: float) -> float:
        return float((moved(step) * people).sum() / people.sum())

    wanted = float(np.clip(mean(0.0), *goal))
    left, right = -FARTHEST, FARTHEST
    if wanted == mean(0.0):
        return shares
    for _ in range(100):
        middle = (left + right) / 2
        left, right = (middle, right) if mean(middle) < wanted else (left, middle)
    return moved((left + right) / 2)


def _logit(share: npt.ArrayLike, ceiling: float) -> Array:
    u = np.asarray(share, dtype=float)
    if ((u < 0) | (u > ceiling)).any():
        raise SchemaError(
            f"urban share {u[(u < 0) | (u > ceiling)].ravel()[0]:.4g} lies outside 0 … {ceiling:g}. "
            "Correct the table or raise the ceiling."
        )
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(u / ceiling) - np.log1p(-u / ceiling))


def centre_share(share: npt.ArrayLike, shift: npt.ArrayLike, years: npt.ArrayLike) -> Array:
    """Move a district's shares in the centres by a yearly shift of its residents outside them.

    Parameters
    ----------
    share : array_like, shape (..., C)
        Share of the district's residents living in each centre at the start. [1]
    shift : array_like, shape (..., C)
        Yearly rate at which the residents of a district that lies partly in a centre, and live outside it, move into
        it (negative: out of it). [1/year]
    years : array_like, shape (...)
        Time since the start. [years]

    Returns
    -------
    ndarray, shape (..., C)
        Shares; a district wholly inside or outside a centre keeps its share. [1]

    Notes
    -----
    ``1 − c(t) = (1 − c₀)·exp(−k·t)`` for k > 0, ``c(t) = c₀·exp(k·t)`` for k < 0: never outside 0 … 1. An assumption of
    the package, for scenarios of concentration within a district.
    """
    c = np.asarray(share, dtype=float)
    k = np.asarray(shift, dtype=float) * np.asarray(years, dtype=float)[..., None]
    left = np.exp(-np.abs(k))
    moved = np.where(k >= 0, 1 - (1 - c) * left, c * left)
    return np.asarray(np.where((c <= 0) | (c >= 1), c, moved))


class UrbanSplit(NamedTuple):
    """Shares of a district's urban and of its rural people who live in each centre, (..., C) each. [1]"""

    urban: Array
    rural: Array


def urban_split(centre: npt.ArrayLike, urban: npt.ArrayLike, *, concentration: float = 1.0) -> UrbanSplit:
    """Tell a district's residents in the centres by urban and rural.

    Parameters
    ----------
    centre : array_like, shape (..., C)
        Shares of a district's residents who live in each centre. [1]
    urban : array_like, shape (...)
        Its urban share. [1]
    concentration : float
        0: as many of the urban as of the rural live in a centre, 1: the urban live there as far as there is room; in
        between in proportion. [1]

    Returns
    -------
    UrbanSplit
        With ``c = urban·u + rural·(1 − u)``.

    Notes
    -----
    Centres are made of a district's streets and largest towns, so that they are more urban than the rest; by how much
    is an assumption. Of centres in one district each has its part of both.
    """
    c, u = np.asarray(centre, dtype=float), np.asarray(urban, dtype=float)
    whole = c.sum(axis=-1)
    inside = np.divide(whole, u, out=np.zeros(np.broadcast_shapes(whole.shape, u.shape)), where=u > 0)
    rest = np.divide(whole - u, 1 - u, out=np.zeros_like(inside), where=u < 1)
    part = np.divide(c, whole[..., None], out=np.zeros_like(c), where=whole[..., None] > 0)
    # A district without urban, or without rural people: what it might get is split as its residents are.
    inside = np.where(u > 0, np.clip(inside, 0.0, 1.0), whole)
    rest = np.where(u < 1, np.clip(rest, 0.0, 1.0), whole)
    inside, rest = whole + concentration * (inside - whole), whole + concentration * (rest - whole)
    return UrbanSplit(inside[..., None] * part, rest[..., None] * part)
