"""The ages of the registered: learned from many small areas, and those of the people who enter."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from popmodel.schema import SchemaError, named

Array = npt.NDArray[np.float64]
BEYOND = 2.5
"""How far into the open group its figure stands, as in a group of five years. [years]"""
SMALLEST, GREATEST = 0.02, 5.0
"""What a register may be of the residents [1]; Dongguan's was a quarter in 2020, labour exporters' 1.6. Beyond lies a
mistaken unit."""


def register_response(population: npt.ArrayLike, registered: npt.ArrayLike, groups: npt.ArrayLike) -> Array:
    """Learn how the ages of residents answer to the ratio of residents to registered.

    Parameters
    ----------
    population : array_like, shape (U, 2, G)
        Residents. [persons]
    registered : array_like, shape (U,)
        Registered population. [persons]
    groups : array_like, shape (U,)
        Labels of what units have in common (province and census): only differences within one of them count.

    Returns
    -------
    ndarray, shape (2, G)
        Change of the log residents of a cell per registered for that of the whole unit. [1]

    Raises
    ------
    SchemaError
        If no group has two units that differ.

    Notes
    -----
    Least squares of ``log(P[u,s,g]/R[u])`` on ``log(ΣP[u]/R[u])`` within groups. If the registered of one group have
    the same ages everywhere, what residents have beyond them is who lives there registered elsewhere, less who is
    registered there and lives elsewhere: 1.8 for men of 20-24, 0.2 for women above 80 in China's counties of 2010.
    """
    people, whole = np.asarray(population, dtype=float), np.asarray(registered, dtype=float)
    ratio = np.log(people.sum(axis=(1, 2)) / whole)
    cells = np.log((people + 0.5) / whole[:, None, None])
    at = np.unique(np.asarray(groups), return_inverse=True)[1]
    count = np.bincount(at).astype(float)
    x = ratio - (np.bincount(at, ratio) / count)[at]
    if not (x**2).sum() > 0:
        raise SchemaError(
            "register_response: no province has two units whose residents differ from the registered. Give more units."
        )
    return np.asarray(np.tensordot(x, cells, axes=1) / (x**2).sum())


def by_single_age(response: npt.ArrayLike, lower: Sequence[int], open_age: int) -> Array:
    """Return the response by single age (2, A): lines between the middles of the groups, held beyond them."""
    edges = np.asarray(lower, dtype=float)
    middle = np.append((edges[:-1] + edges[1:]) / 2, edges[-1] + BEYOND)
    ages = np.arange(open_age + 1) + 0.5
    return np.stack([np.interp(ages, middle, row) for row in np.asarray(response, dtype=float)])


def registered_start(residents: npt.ArrayLike, total: float, response: npt.ArrayLike) -> Array:
    """Return the registered by age whose sum is published.

    Parameters
    ----------
    residents : array_like, shape (2, A)
        Of the same day. [persons]
    total : float
        Published registered population. [persons]
    response : array_like, shape (2, A)
        From `register_response`; ones give the registered the ages of the residents. [1]

    Returns
    -------
    ndarray, shape (2, A)
        ``P·exp(−κ·response)``, κ such that it sums to the total: positive whatever the total. [persons]

    Raises
    ------
    SchemaError
        If the total is no plausible register of these residents.
    """
    people, share = np.asarray(residents, dtype=float), np.asarray(response, dtype=float)
    whole = float(people.sum())
    if not SMALLEST * whole <= total <= GREATEST * whole:
        raise SchemaError(
            f"the registered population of {total:,.6g} persons is {total / whole:.3g} times the {whole:,.0f} "
            f"residents; it must be {SMALLEST:g} to {GREATEST:g} times. Correct the figure, or mind its unit."
        )

    def missed(scale: float) -> float:
        return float((people * np.exp(-scale * share)).sum()) / total - 1

    if abs(missed(0.0)) < 1e-12:
        return people.copy()
    end = math.copysign(0.1, missed(0.0))
    while missed(end) * missed(0.0) > 0 and abs(end) < 100:
        end *= 2
    if missed(end) * missed(0.0) > 0:
        raise SchemaError(
            f"the registered population of {total:,.6g} persons cannot be had from the residents by the response "
            "learned: its mean is not above 0. Learn it from units that differ more."
        )
    out = people * np.exp(-brentq(missed, min(0.0, end), max(0.0, end), xtol=1e-15) * share)
    return np.asarray(out * (total / out.sum()))


class Window(NamedTuple):
    """Ages at which people may enter the register: women (0), men (1) or both (None), first and last age.

    `per_principal` is how many enter for one principal; None as many as the pool holds for each of its principals.
    """

    sex: int | None
    first: int
    last: int
    principal: bool
    per_principal: float | None


def class_ages(windows: Sequence[Window], pool: npt.ArrayLike, *, name: str = "") -> Array:
    """Return the ages at which a class enters the register.

    Parameters
    ----------
    windows : sequence of Window
        Of the class.
    pool : array_like, shape (2, A)
        Who might enter: within a window people enter as they are there. [persons, or shares]
    name : str
        The class, for errors.

    Returns
    -------
    ndarray, shape (2, A)
        Sums to 1; nobody outside the windows. [1]

    Raises
    ------
    SchemaError
        If a window holds nobody, or a number is to be measured by principals and there is none.
    """
    people = np.asarray(pool, dtype=float)
    masks = [_inside(window, people.shape) for window in windows]
    chief = [mask for mask, window in zip(masks, windows, strict=True) if window.principal]
    held = [float((people * mask).sum()) for mask in masks]
    principals = float((people * np.any(chief, axis=0)).sum()) if chief else 0.0
    if min(held) <= 0 or (principals <= 0 and any(window.per_principal is None for window in windows)):
        raise SchemaError(
            f"register entries of class {named([name])}: an age window that nobody of the pool is in, or nobody to "
            "measure by. Correct the ages of the class."
        )
    out = np.zeros_like(people)
    # Of principals by several ways there are as many as all their numbers together.
    chiefs = sum(
        1.0 if window.per_principal is None else window.per_principal for window in windows if window.principal
    )
    for mask, window, inside in zip(masks, windows, held, strict=True):
        number = chiefs * inside / principals if window.per_principal is None else window.per_principal
        out += number * people * mask / inside
    return np.asarray(out / out.sum())


def _inside(window: Window, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    ages, sexes = np.arange(shape[1]), np.arange(shape[0])
    inside = (ages >= window.first) & (ages <= window.last)
    return (True if window.sex is None else sexes[:, None] == window.sex) & np.broadcast_to(inside, shape)
