"""Linear programs over the decisions: solved, held against the single cells of the stock, projected and scored."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from scipy.optimize import linprog

from popmodel.feasibility.linear import Aim, Array, System, migrants_of
from popmodel.feasibility.problem import holds_on, projected_with
from popmodel.indicators.catalogue import measure
from popmodel.schema import SchemaError

INSET = 1e-6
"""By how much target rows are drawn in, in units of a row whose largest coefficient is 1: one hundredth of a person."""
ROUNDS = 60
EMPTY = 1e-9
"""Persons below zero that are noise of the arithmetic."""


class Cut(NamedTuple):
    """A cell of the stock that may not fall below zero: `row`·x ≤ `end`."""

    row: Array
    end: float
    inset: float
    """By how much it is drawn in: a hundredth of a person, so that the solver's tolerance empties no cell."""


class Rows(NamedTuple):
    """Rows of targets in the form `rows`·x ≤ `ends`, and whose they are."""

    rows: Array
    ends: Array
    owner: tuple[int, ...]


class Solution(NamedTuple):
    """An optimum: decisions, its value and the shortfall of each target row."""

    x: Array
    value: float
    slack: Array
    duals: tuple[Array, Array]
    """Multipliers of the target rows and of the limits with the cuts, none below zero."""


def target_rows(system: System, members: Iterable[int]) -> Rows:
    """Return the rows of some targets: a share multiplied out by its denominator, scaled to a largest of 1."""
    rows, ends, owner = [], [], []
    for place in members:
        aim = system.aims[place]
        for sign, level in ((1.0, aim.most), (-1.0, aim.least)):
            if np.isfinite(level):
                row, end = sign * (aim.top - level * aim.bottom), sign * (level * aim.bottom0 - aim.top0)
                size = max(float(np.abs(row).max()), 1e-300)
                rows.append(row / size)
                ends.append(end / size)
                owner.append(place)
    return Rows(np.array(rows).reshape(-1, system.low.size), np.array(ends), tuple(owner))


def limit_rows(system: System, cuts: Sequence[Cut]) -> tuple[Array, Array]:
    """Return the rows of the limits and of the cells."""
    rows = np.concatenate([system.rows, *(cut.row[None] for cut in cuts)])
    return rows, np.concatenate([system.ends, [cut.end for cut in cuts]])


def solve(
    system: System, costs: Array, rows: Rows, cuts: list[Cut], *, elastic: bool = False, inset: float = INSET
) -> Solution | None:
    """Find the least of costs·x, with no cell of the stock below zero; None if no decision keeps the rows.

    Parameters
    ----------
    system : System
        From `linear_system`.
    costs : ndarray
        A coefficient for each decision.
    rows : Rows
        From `target_rows`.
    cuts : list of Cut
        Cells found so far; those found now are added. They hold for every question about the system.
    elastic : bool
        Whether the target rows may be missed, at one a unit, instead of the costs.
    inset : float
        By how much the target rows are drawn in.

    Returns
    -------
    Solution or None

    Raises
    ------
    SchemaError
        If the solver stops without an answer, or the cells do not come to an end.
    """
    size, count = system.low.size, len(rows.ends)
    for _ in range(ROUNDS):
        limits, _ = limit_rows(system, cuts)
        matrix = np.concatenate([rows.rows, limits])
        right = np.concatenate([rows.ends - inset, system.ends, [cut.end - cut.inset for cut in cuts]])
        bounds = list(zip(system.low.tolist(), system.high.tolist(), strict=True))
        c = costs
        if elastic:
            free = np.concatenate([-np.eye(count), np.zeros((len(limits), count))])
            matrix, c = np.hstack([matrix, free]), np.concatenate([np.zeros(size), np.ones(count)])
            bounds += [(0.0, np.inf)] * count
        found: Any = linprog(c, A_ub=matrix, b_ub=right, bounds=bounds, method="highs-ds")
        if found.status == 2:
            return None
        if found.status != 0:
            raise SchemaError(f"limits {system.limits.name!r}: the solver stopped: {found.message}")
        x = np.clip(found.x[:size], system.low, system.high)
        new = _below_zero(system, x)
        if not new:
            duals = np.maximum(-found.ineqlin.marginals, 0.0)
            return Solution(x, float(found.fun), found.x[size:], (duals[:count], duals[count:]))
        cuts.extend(new)
    raise SchemaError(f"limits {system.limits.name!r}: cells below zero remain after {ROUNDS} rounds.")


def _below_zero(system: System, x: Array) -> list[Cut]:
    """Return rows for the worst cell below zero of each year and district."""
    decided = x.reshape(system.shape)
    cells = system.stock + np.einsum("tkydsa,tdk->ydsa", system.answer, decided)
    cuts = []
    for y, d in zip(*np.nonzero(cells.min(axis=(2, 3)) < -EMPTY), strict=True):
        for s in range(cells.shape[2]):
            a = int(cells[y, d, s].argmin())
            if cells[y, d, s, a] >= -EMPTY:
                continue
            row = np.zeros(system.shape)
            row[:, d] = -system.answer[:, :, y, d, s, a]
            scale = float(np.abs(row).max())
            if scale <= 0:
                raise SchemaError(f"limits {system.limits.name!r}: the reference itself has a cell below zero.")
            there = float(system.stock[y, d, s, a])
            cuts.append(Cut(row.ravel() / scale, there / scale, min(1e-2, max(there, 0.0)) / scale))
    return cuts


def value_at(aim: Aim, x: Array) -> float:
    """Return a target's value under decisions, in its unit."""
    return float((aim.top0 + aim.top @ x) / (aim.bottom0 + aim.bottom @ x))


def check_solution(system: System, x: Array, members: Iterable[int]) -> xr.Dataset:
    """Project decisions, measure, and hold the targets against the scorer's own rule.

    Parameters
    ----------
    system : System
        From `linear_system`.
    x : ndarray
        Decisions. [10,000 persons]
    members : iterable of int
        Places of the targets that are to hold.

    Returns
    -------
    xarray.Dataset
        As `project` returns it, with one scenario.

    Raises
    ------
    SchemaError
        If the projection departs from the linear system by more than a millionth of the last printed digit, or a
        target does not hold as printed.
    """
    projected = projected_with(system.problem, migrants_of(system, x))
    values = measure(projected)
    wanted = set(members)
    for place, aim in enumerate(system.aims):
        path = values[aim.key[0]].sel(area=system.problem.area).isel(scenario=0)
        got = float(path.sel(year=aim.key[1])) * aim.row.factor
        said, digit = value_at(aim, x), 10.0**-aim.row.request.target.decimals
        if abs(got - said) > max(1e-6 * digit, 1e-11 * abs(said)):
            raise SchemaError(f"{aim.key[0]} {aim.key[1]}: found {said:.10g}, its projection gives {got:.10g}.")
        line = dict(zip(map(int, path["year"].to_numpy()), path.to_numpy().tolist(), strict=True))
        if place in wanted and not holds_on(aim.row, line):
            raise SchemaError(f"{aim.key[0]} {aim.key[1]}: {got:.10g} should meet {aim.row.request.target.text}.")
    return projected
