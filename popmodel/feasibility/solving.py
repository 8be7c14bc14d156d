"""Linear programs over the decisions: solved, and held against the single cells of the stock."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import linprog

from popmodel.feasibility.aims import Need
from popmodel.feasibility.system import Cut, System, people_of
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]
INSET = 1e-6
"""By how much target rows are drawn in, in units of a row whose largest coefficient is 1: one hundredth of a person."""
ROUNDS = 200
WORST = 5
"""Cells of a year, district and sex that are added at once."""
EMPTY = 1e-3
"""Persons below zero that are noise of the solver; they are put right by as many migrants more."""
EXACT: dict[str, Any] = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


class EndlessError(SchemaError):
    """Cells below zero do not come to an end."""


class UnsettledError(SchemaError):
    """The solver stops without an answer."""


class Rows(NamedTuple):
    """Rows of targets in the form `rows`·x ≤ `ends`, whose they are, and what each was divided by."""

    rows: Array
    ends: Array
    owner: tuple[int, ...]
    sizes: Array


class Solution(NamedTuple):
    """An optimum: decisions, its value and the shortfall of each target row."""

    x: Array
    value: float
    slack: Array
    duals: tuple[Array, Array]
    """Multipliers of the target rows and of the limits with the cuts, none below zero."""


def target_rows(system: System, members: Iterable[int], more: Iterable[tuple[int, Need]] = ()) -> Rows:
    """Return the rows of some targets, and of further needs: a share multiplied out, scaled to a largest of 1."""
    pairs = [(place, need) for place in members for need in system.aims[place].needs]
    rows, ends, owner, sizes = [], [], [], []
    for place, need in (*pairs, *more):
        for face in need.faces:
            for sign, level in ((1.0, need.most), (-1.0, need.least)):
                if np.isfinite(level):
                    row = sign * (face.top - level * face.bottom)
                    end = sign * (level * face.bottom0 - face.top0)
                    size = max(float(np.abs(row).max(initial=0.0)), 1e-300)
                    if size <= 1e-12 * max(abs(face.top0), abs(level * face.bottom0), 1e-300):
                        row, size = 0.0 * row, max(abs(level * face.bottom0), 1e-300)  # no decision moves it
                    rows.append(row / size)
                    ends.append(end / size)
                    owner.append(place)
                    sizes.append(size)
    return Rows(np.array(rows).reshape(-1, system.low.size), np.array(ends), tuple(owner), np.array(sizes))


def limit_rows(system: System) -> tuple[sparse.csr_array, Array]:
    """Return the rows of the limits and of the cells."""
    total, cuts = system.low.size, system.cuts
    more = [sparse.csr_array(sparse.hstack([c.row, sparse.csr_array((1, total - c.row.shape[1]))])) for c in cuts]
    rows = sparse.csr_array(sparse.vstack([system.rows, *more])) if more else system.rows
    return rows, np.concatenate([system.ends, [cut.end for cut in cuts]])


def solve(
    system: System, costs: Array, rows: Rows, *, elastic: bool = False, inset: float = INSET, rounds: int = ROUNDS
) -> Solution | None:
    """Find the least of costs·x, with no cell of the stock below zero; None if no decision keeps the rows.

    Parameters
    ----------
    system : System
        From `system_of`.
    costs : ndarray
        A coefficient for each decision.
    rows : Rows
        From `target_rows`.
    elastic : bool
        Whether the target rows may be missed, at the same price a person in each, instead of the costs.
    inset : float
        By how much the target rows are drawn in.
    rounds : int
        How often cells below zero are added.

    Returns
    -------
    Solution or None

    Raises
    ------
    SchemaError
        If the solver stops without an answer, or the cells do not come to an end.
    """
    size, count = system.low.size, len(rows.ends)
    for _ in range(rounds):
        limits, ends = limit_rows(system)
        insets = np.array([cut.inset for cut in system.cuts])
        ends[len(ends) - len(insets) :] -= insets
        matrix: Any = sparse.vstack([sparse.csr_array(rows.rows), limits]) if count else limits
        right = np.concatenate([rows.ends - inset, ends])
        bounds = np.stack([system.low, system.high], -1)
        c = costs
        if elastic:
            free = sparse.vstack([-sparse.eye_array(count), sparse.csr_array((limits.shape[0], count))])
            matrix = sparse.hstack([matrix, free])
            c = np.concatenate([np.zeros(size), rows.sizes / rows.sizes.max(initial=1e-300)])
            bounds = np.concatenate([bounds, np.tile([0.0, np.inf], (count, 1))])
        found = _solved(system, c, sparse.csr_array(matrix), right, bounds)
        if found is None:
            return None
        x = np.clip(found.x[:size], system.low, system.high)
        stocks = [cells_of(system, x, m) for m in range(len(system.members))]
        new = _below_zero(system, stocks)
        known = {cut.place for cut in system.cuts}
        fresh = [cut for cut in new if cut.place not in known]
        if not fresh:
            duals = np.maximum(-found.ineqlin.marginals, 0.0)
            return Solution(
                _repaired(system, x, stocks), float(found.fun), found.x[size:], (duals[:count], duals[count:])
            )
        system.cuts.extend(fresh)
    raise EndlessError(f"limits {system.name!r}: cells below zero remain after {rounds} rounds.")


def _solved(system: System, c: Array, matrix: sparse.csr_array, right: Array, bounds: Array) -> Any:
    """Run the solver; None if nothing keeps the rows."""
    given: dict[str, Any] = {"A_ub": matrix, "b_ub": right} if len(right) else {}
    # On the very edge of what can be kept the solver may not settle to the last digit; then again, less exactly.
    for options in (EXACT, {**EXACT, "presolve": False}, {}):
        found: Any = linprog(c, **given, bounds=bounds, method="highs-ds", options=options)  # type: ignore[call-overload]
        if found.status in (0, 2):
            break
    if found.status == 2:
        return None
    if found.status != 0:
        raise UnsettledError(f"limits {system.name!r}: the solver stopped: {found.message}")
    if not given:
        found.ineqlin.marginals = np.zeros(0)
    return found


def cells_of(system: System, x: Array, member: int) -> Array:
    """Return the stocks of the open years under decisions, without who is held apart (Y, D, S, A). [persons]"""
    return system.stocks[member] - system.fixed[member] + system.answers[member].cells(people_of(system, x))


def _below_zero(system: System, stocks: list[Array]) -> list[Cut]:
    """Return rows for the worst cell below zero of each year, district and sex, in every variant."""
    cuts = []
    for m, cells in enumerate(stocks):
        worst = cells.min(axis=-1)
        for y, d, s in zip(*np.nonzero(worst < -EMPTY), strict=True):
            for a in np.argsort(cells[y, d, s])[:WORST]:
                if cells[y, d, s, a] < -EMPTY:
                    cuts.append(_cut(system, m, (int(y), int(d), int(s), int(a))))
    return cuts


def _cut(system: System, member: int, place: tuple[int, int, int, int]) -> Cut:
    row = -system.answers[member].row(place, system.shape).ravel()
    scale = float(np.abs(row).max())
    there = float(system.stocks[member][place] - system.fixed[member][place[1:]])
    if scale <= 0 or there < -EMPTY:
        raise SchemaError(f"limits {system.name!r}: the reference itself has a cell below zero.")
    end = max(there, 0.0)
    return Cut((member, *place), sparse.csr_array(row[None] / scale), end / scale, min(1e-2, end) / scale)


def _repaired(system: System, x: Array, stocks: list[Array]) -> Array:
    """Put right what the solver's tolerance leaves below zero: a thousandth of a person, by as many migrants more."""
    if all(cells.min() >= 0 for cells in stocks):
        return x
    x = x.copy()
    for m in range(len(system.members)):
        for _ in range(ROUNDS):
            cells = cells_of(system, x, m)
            if cells.min() >= 0 or (cells.min() >= -1e-12 and not _moved(system, x)):
                break
            place = tuple(int(i) for i in np.unravel_index(int(cells.argmin()), cells.shape))
            row = system.answers[m].row(place, system.shape).ravel()  # type: ignore[arg-type]
            best = int(row.argmax())
            if row[best] <= 0:
                break
            x[best] += (1e-9 - float(cells[place])) / row[best]
    return x


def _moved(system: System, x: Array) -> bool:
    return bool((x[: system.people] != 0).any())
