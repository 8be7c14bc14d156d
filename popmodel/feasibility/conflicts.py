"""Which targets exclude each other within the limits: all minimal sets, each with a certificate in exact numbers."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from popmodel.feasibility.aims import Aim, value_at
from popmodel.feasibility.certificates import certificate
from popmodel.feasibility.checking import check_paths
from popmodel.feasibility.problem import ABOUT, Problem, names_of
from popmodel.feasibility.ranges import extreme, no_room, none_of
from popmodel.feasibility.rising import UnrisenError, settle
from popmodel.feasibility.solving import solve, target_rows
from popmodel.feasibility.system import System, only_limits, system_of
from popmodel.schema import SchemaError, named, near

Set = frozenset[int]
Array = npt.NDArray[np.float64]
COLUMNS = ("conflict", *ABOUT, "level", "from", "to", "reference", "best_given_others")
MOST = 300
"""Sets of targets that are tried."""


def find_conflicts(problem: Problem, *, most: int = MOST, weights: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Find the minimal sets of targets that cannot hold together within the limits.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`, with one set of limits.
    most : int
        Sets of targets that are tried at most.
    weights : mapping of str to float, optional
        Target (as in the column `target`) → how much giving it up weighs; 1 if not named.

    Returns
    -------
    pandas.DataFrame
        A row for each `conflict` × target: `target`, `indicator`, `year`, `level` (as printed: from or to where it
        holds), `from`, `to`, `reference`, `best_given_others` (the value nearest to it while the conflict's other
        targets hold) and `unit`. ``attrs``: `limits`, `certificates` (one a conflict, see `Certificate`), `give_up`
        (minimal sets of targets whose giving up lets the rest hold, least weight first), `complete` (whether all were
        found), `targets` (those held against one another) and `not_modelled`.

    Raises
    ------
    SchemaError
        If the limits alone leave no room, a conflict has no exact certificate, or a projection does not confirm a path.

    Notes
    -----
    MARCO (Liffiton and others, Constraints 21, 2016): a set not yet known is grown until it holds no more, or shrunk
    until it holds. Conflicts and the sets to give up are each other's minimal hitting sets. Of two variants and more,
    one path has to serve all.

    Examples
    --------
    >>> table = pm.find_conflicts(problem)
    >>> all(proof.margin > 0 for proof in table.attrs["certificates"])
    True
    """
    limits = only_limits(problem, "find_conflicts")
    system = system_of(problem, limits)
    if solve(system, np.zeros(system.low.size), none_of(system)) is None:
        raise no_room(system)
    labels = [aim.label for aim in system.aims]
    given = weights or {}
    unknown = [name for name in given if name not in labels]
    if unknown:
        raise SchemaError(f"find_conflicts: weights name {named(unknown)}, no target.{near(unknown, labels)}")
    try:
        conflicts, give_up, complete = _all(system, most)
    except UnrisenError:
        # Neither held nor excluded: what has to rise year by year is left out, and said to be.
        kept = tuple(aim for aim in system.aims if aim.rising is None or not aim.needs[-1].faces[0].bottom.any())
        names = {aim.key for aim in kept}
        undecided = {aim.key: "rising" for aim in system.aims if aim.key not in names}
        system = system._replace(aims=kept, left={**system.left, **undecided})
        labels = [aim.label for aim in kept]
        conflicts, give_up, complete = _all(system, most)
    proofs = [certificate(system, conflict) for conflict in conflicts]
    table = _table(system, conflicts)

    def weight(members: Set) -> tuple[float, list[int]]:
        return sum(given.get(labels[place], 1.0) for place in members), sorted(members)

    table.attrs = {
        "certificates": proofs,
        "give_up": [[system.aims[place].key for place in sorted(each)] for each in sorted(give_up, key=weight)],
        "complete": complete,
        "targets": [aim.key for aim in system.aims],
        "not_modelled": dict(system.left),
    }
    table.attrs |= names_of(limits)
    return table


def _size(members: Set) -> tuple[int, list[int]]:
    return len(members), sorted(members)


def holding(system: System, members: Iterable[int]) -> Array | None:
    """Return decisions with which targets hold, those that rise year by year among them; None if there are none."""
    places = sorted(members)
    best = settle(system, np.zeros(system.low.size), target_rows(system, places), places)
    return None if best is None else best.x


def _all(system: System, most: int) -> tuple[list[Set], list[Set], bool]:
    every = frozenset(range(len(system.aims)))
    conflicts: list[Set] = []
    give_up: list[Set] = []
    paths: list[tuple[Array, Set]] = []
    complete = False
    for _ in range(most):
        seed = _seed(len(every), conflicts, give_up)
        if seed is None:
            complete = True
            break
        x = holding(system, seed)
        if x is None:
            conflicts.append(_shrunk(system, seed, [every - each for each in give_up]))
            continue
        # A seed is a greatest set without a known conflict: with one target more it has one, and need not be tried.
        paths.append((x, seed))
        give_up.append(every - seed)
    if paths:
        check_paths(system, paths)
    return sorted(conflicts, key=_size), [each for each in give_up if each], complete


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


def _shrunk(system: System, members: Set, held: list[Set]) -> Set:
    """Return a minimal conflict in a set that does not hold: leave out whatever is not needed for it.

    The certificate of the whole set says which rows take part: what has none is left out at once. What lies in a set
    that is known to hold (`held`) is not tried again.
    """
    rows = target_rows(system, sorted(members))
    elastic = solve(system, np.zeros(system.low.size), rows, elastic=True)
    kept = members
    if elastic is not None:
        used = frozenset(p for p, dual in zip(rows.owner, elastic.duals[0], strict=True) if dual > 1e-9)
        if used and holding(system, used) is None:
            kept = used
    for place in sorted(kept):
        fewer = kept - {place}
        if not any(fewer <= each for each in held) and holding(system, fewer) is None:
            kept = fewer
    return kept


def _table(system: System, conflicts: list[Set]) -> pd.DataFrame:
    out: list[dict[str, Any]] = []
    paths: list[tuple[Array, list[int]]] = []
    for number, members in enumerate(conflicts, 1):
        for place in sorted(members):
            aim, others = system.aims[place], members - {place}
            best, tried = _nearest(system, aim, others)
            paths += tried
            out.append(
                {
                    **aim.row.about, "conflict": number, "level": aim.level, "from": aim.least, "to": aim.most,
                    "reference": _worst(system, aim, 0 * system.low), "best_given_others": best,
                }
            )  # fmt: skip
    if paths:
        check_paths(system, paths)
    return pd.DataFrame(out, columns=list(COLUMNS))


def best_given(system: System, aim: Aim, others: Set) -> float:
    """Return the value nearest to a target, on either side of it, while other targets hold."""
    best, paths = _nearest(system, aim, others)
    if paths:
        check_paths(system, paths)
    return best


def _nearest(system: System, aim: Aim, others: Set) -> tuple[float, list[tuple[Array, list[int]]]]:
    """Return the value nearest to a target while others hold, and the paths that show it, not yet projected."""
    rows, sure = target_rows(system, others), [p for p in others if system.aims[p].rising is None]
    best, paths = np.nan, []
    for sign, level in ((-1.0, aim.least), (1.0, aim.most)):
        if not np.isfinite(level):
            continue
        x = extreme(system, aim, sign, rows)
        paths.append((x, sure))
        value = value_at(aim, x)
        if np.isnan(best) or abs(value - level) < abs(best - (aim.least if sign > 0 else aim.most)):
            best = value
    return best, paths


def _worst(system: System, aim: Aim, x: Array) -> float:
    """Return a target's value in the variant that is farthest from it."""
    values = [value_at(aim, x, m) for m in range(len(system.members))]
    return min(values) if np.isfinite(aim.least) else max(values)
