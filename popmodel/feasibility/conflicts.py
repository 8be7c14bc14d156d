"""Which targets exclude each other within the limits: all minimal sets, each with a certificate in exact numbers."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from popmodel.feasibility.linear import Array, System
from popmodel.feasibility.ranges import extreme
from popmodel.feasibility.solving import Cut, check_solution, limit_rows, solve, target_rows, value_at
from popmodel.schema import SchemaError

Set = frozenset[int]


class Certificate(NamedTuple):
    """Multipliers ≥ 0 whose sum of rows no decision in the box keeps: proof that a set of targets cannot hold."""

    limits: str
    targets: tuple[tuple[tuple[str, int], float], ...]
    """Target → multiplier, a row each."""
    binding: tuple[str, ...]
    """Limits that take part."""
    rows: Array
    ends: Array
    multipliers: Array
    margin: Fraction
    """By how much the rows' sum is missed by every decision in the box; above zero."""


def find_conflicts(system: System, *, most: int = 200, cuts: list[Cut] | None = None) -> pd.DataFrame:
    """Find the minimal sets of targets that cannot hold together within the limits.

    Parameters
    ----------
    system : System
        From `linear_system`.
    most : int
        Sets of targets that are tried at most.
    cuts : list of Cut, optional
        Cells found before; those found now are added.

    Returns
    -------
    pandas.DataFrame
        A row for each `conflict` × target: `indicator`, `year`, `from`, `to` (where it holds), `best_given_others` and
        `unit`. ``attrs``: `limits`, `certificates` (one a conflict), `give_up` (minimal sets of targets whose giving
        up lets the rest hold, the smallest first), `complete` (whether all were found) and `not_modelled`.

    Raises
    ------
    SchemaError
        If the limits alone leave no room, a conflict has no exact certificate, or a projection does not confirm a path.

    Notes
    -----
    MARCO (Liffiton and others, Constraints 21, 2016): a set not yet known is grown until it holds no more, or shrunk
    until it holds. Conflicts and the sets to give up are each other's minimal hitting sets.
    """
    found = [] if cuts is None else cuts
    if solve(system, np.zeros(system.low.size), target_rows(system, ()), found) is None:
        raise SchemaError(f"limits {system.limits.name!r}: no decision keeps all of them. Widen one.")
    conflicts, give_up, complete = _all(system, most, found)
    proofs = [certificate(system, conflict, found) for conflict in conflicts]
    table = pd.DataFrame(
        [entry for n, conflict in enumerate(conflicts, 1) for entry in _entries(system, n, conflict, found)],
        columns=["conflict", "indicator", "year", "from", "to", "best_given_others", "unit"],
    )
    table.attrs = {
        "limits": system.limits.name,
        "certificates": proofs,
        "give_up": [[system.aims[place].key for place in sorted(each)] for each in sorted(give_up, key=_size)],
        "complete": complete,
        "not_modelled": dict(system.left),
    }
    return table


def _size(members: Set) -> tuple[int, list[int]]:
    return len(members), sorted(members)


def _path(system: System, members: Iterable[int], cuts: list[Cut]) -> Array | None:
    best = solve(system, np.zeros(system.low.size), target_rows(system, members), cuts)
    return None if best is None else best.x


def _all(system: System, most: int, cuts: list[Cut]) -> tuple[list[Set], list[Set], bool]:
    every = frozenset(range(len(system.aims)))
    conflicts: list[Set] = []
    give_up: list[Set] = []
    for _ in range(most):
        seed = _seed(len(every), conflicts, give_up)
        if seed is None:
            return sorted(conflicts, key=_size), [each for each in give_up if each], True
        x = _path(system, seed, cuts)
        if x is None:
            conflicts.append(_shrunk(system, seed, cuts))
            continue
        for place in sorted(every - seed):
            wider = _path(system, seed | {place}, cuts)
            if wider is not None:
                seed, x = seed | {place}, wider
        check_solution(system, x, seed)
        give_up.append(every - seed)
    return sorted(conflicts, key=_size), [each for each in give_up if each], False


def _seed(count: int, conflicts: list[Set], give_up: list[Set]) -> Set | None:
    """Return a greatest set that holds no known conflict and lies in no known set that holds; None if none is left."""
    if not count:
        return None if give_up else frozenset()
    rows, low, high = [], [], []
    for members, least, top in (
        *((each, -np.inf, len(each) - 1) for each in conflicts),
        *((each, 1, np.inf) for each in give_up),
    ):
        rows.append([float(place in members) for place in range(count)])
        low.append(least)
        high.append(top)
    limits = [LinearConstraint(np.array(rows), low, high)] if rows else []
    found = milp(-np.ones(count), constraints=limits, integrality=np.ones(count, dtype=np.int64), bounds=Bounds(0, 1))
    if found.status == 2:
        return None
    if found.status != 0:
        raise SchemaError(f"find_conflicts: the solver stopped: {found.message}")
    return frozenset(np.flatnonzero(found.x > 0.5).tolist())


def _shrunk(system: System, members: Set, cuts: list[Cut]) -> Set:
    """Return a minimal conflict in a set that does not hold: leave out whatever is not needed for it."""
    kept = members
    for place in sorted(members):
        if _path(system, kept - {place}, cuts) is None:
            kept = kept - {place}
    return kept


def _entries(system: System, number: int, members: Set, cuts: list[Cut]) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for place in sorted(members):
        aim, others = system.aims[place], members - {place}
        sign = -1.0 if np.isfinite(aim.least) else 1.0
        x = extreme(system, aim, sign, target_rows(system, others), cuts)
        check_solution(system, x, others)
        out.append(
            {
                "conflict": number, "indicator": aim.key[0], "year": aim.key[1], "from": aim.least, "to": aim.most,
                "best_given_others": value_at(aim, x), "unit": aim.row.request.target.unit,
            }
        )  # fmt: skip
    return out


def certificate(system: System, members: Iterable[int], cuts: list[Cut]) -> Certificate:
    """Prove that targets cannot hold together within the limits.

    Raises
    ------
    SchemaError
        If they can, or the multipliers do not prove it in exact numbers.
    """
    rows = target_rows(system, sorted(members))
    best = solve(system, np.zeros(system.low.size), rows, cuts, elastic=True)
    if best is None:
        raise SchemaError(f"limits {system.limits.name!r}: no decision keeps all of them. Widen one.")
    limits, ends = limit_rows(system, cuts)
    matrix, right = np.concatenate([rows.rows, limits]), np.concatenate([rows.ends, ends])
    y = np.concatenate(best.duals)
    y[y < 1e-12] = 0.0
    margin = margin_of(matrix, right, y, system.low, system.high)
    keys = tuple(
        (system.aims[place].key, float(value)) for place, value in zip(rows.owner, best.duals[0], strict=True) if value
    )
    if margin <= 0:
        what = ", ".join(f"{key[0]} {key[1]}" for key, _ in keys) or "targets"
        raise SchemaError(f"{what}: within {system.limits.name!r} no proof in exact numbers that they exclude another.")
    names = (*system.names, *["no cell below zero"] * len(cuts))
    used = dict.fromkeys(name for name, value in zip(names, y[len(rows.ends) :], strict=True) if value)
    return Certificate(system.limits.name, keys, tuple(used), matrix, right, y, margin)


def margin_of(rows: Array, ends: Array, multipliers: Array, low: Array, high: Array) -> Fraction:
    r"""Return the least of :math:`y^T (A x - b)` over the box, in exact rational numbers (Farkas).

    Above zero, with no multiplier below zero, no decision in the box keeps all rows; a multiplier below zero gives −1.
    """
    if (multipliers < 0).any():
        return Fraction(-1)
    used = np.flatnonzero(multipliers)
    y = [Fraction(float(multipliers[row])) for row in used]
    total = -sum((m * Fraction(float(ends[row])) for m, row in zip(y, used, strict=True)), Fraction(0))
    for place in range(rows.shape[1]):
        column = sum((m * Fraction(float(rows[row, place])) for m, row in zip(y, used, strict=True)), Fraction(0))
        total += column * Fraction(float(low[place] if column > 0 else high[place]))
    return total
