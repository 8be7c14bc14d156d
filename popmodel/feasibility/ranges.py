"""What is attainable for each target alone: both ends of its value within the limits."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from popmodel.feasibility.aims import Aim, Face, value_at
from popmodel.feasibility.checking import check_paths
from popmodel.feasibility.problem import ABOUT, Problem, names_of
from popmodel.feasibility.rising import UnrisenError, settle
from popmodel.feasibility.solving import Rows, solve, target_rows
from popmodel.feasibility.system import System, system_of
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]
COLUMNS = (
    "limits", "limits_zh", "limits_en", "scenario", *ABOUT, "least", "most", "level", "from", "to", "reference",
    "attainable",
)  # fmt: skip

EMPTIED = 1e-5
"""A denominator of no more than this part of the reference's is none: cells keep a hundredth of a person each."""


def attainable_range(problem: Problem) -> pd.DataFrame:
    """Find the least and the greatest value of each target within the limits, each end alone.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`, with limits.

    Returns
    -------
    pandas.DataFrame
        A row for each set of limits × variant × target: `limits`, `scenario`, `target`, `indicator`, `year`, `least`,
        `most` (each end an exact optimum, alone), `level` (as printed: from or to where the target holds), `from`,
        `to`, `reference`, `attainable` (whether a path within the limits meets it) and `unit`.
        ``attrs["not_modelled"]`` names the targets left out, with the reason.

    Raises
    ------
    SchemaError
        If there are no limits, no decision keeps them, a denominator may reach zero within them, or a projection does
        not confirm an end.

    Notes
    -----
    A ratio's optimum by Dinkelbach's method (Management Science 13, 1967): the least of top − v·bottom, with v the
    ratio found before, until it is zero.

    Examples
    --------
    >>> table = pm.attainable_range(problem)
    >>> bool((table["least"] <= table["most"]).all())
    True
    """
    if not problem.limits:
        raise SchemaError("attainable_range: the problem has no limits. State it with them: plan_problem(…, limits=…).")
    out: list[dict[str, Any]] = []
    left: dict[tuple[str, int], str] = {}
    for limits in problem.limits:
        for each in problem.members or (problem,):
            system = system_of(each, limits, members=False)
            left |= system.left
            ends = [_ends(system, aim) for aim in system.aims]
            check_paths(system, [(x, ()) for pair in ends for x in pair])
            for place, pair in enumerate(ends):
                try:
                    out.append(_entry(system, each, place, *pair))
                except UnrisenError:  # neither attainable nor not: left out, and said to be
                    left[system.aims[place].key] = "rising"
    table = pd.DataFrame(out, columns=list(COLUMNS))
    table.attrs = {"not_modelled": left, "start": problem.start, "scenario": problem.scenario}
    return table


def _ends(system: System, aim: Aim) -> tuple[Array, Array]:
    least, most = (extreme(system, aim, sign, none_of(system)) for sign in (1.0, -1.0))
    return least, most


def _entry(system: System, problem: Problem, place: int, least: Array, most: Array) -> dict[str, Any]:
    aim = system.aims[place]
    low, high = value_at(aim, least), value_at(aim, most)
    named = {} if system.limits is None else names_of(system.limits)
    return {
        **named, **aim.row.about, "scenario": problem.scenario, "least": low, "most": high, "level": aim.level,
        "from": aim.least, "to": aim.most,
        "reference": value_at(aim, 0.0 * least), "attainable": _attainable(system, place, low, high),
    }  # fmt: skip


def _attainable(system: System, place: int, low: float, high: float) -> bool:
    aim = system.aims[place]
    if aim.rising is None:
        return bool(low <= aim.most and high >= aim.least)
    return settle(system, np.zeros(system.low.size), target_rows(system, (place,)), (place,)) is not None


def none_of(system: System) -> Rows:
    """Return no target rows."""
    return target_rows(system, ())


def extreme(system: System, aim: Aim, sign: float, rows: Rows, member: int = 0) -> Array:
    """Return the decisions with the least (sign 1) or greatest (−1) value of a target, by Dinkelbach's method.

    Raises
    ------
    SchemaError
        If no decision keeps the rows, the denominator may reach zero, or the value does not settle.
    """
    face = aim.needs[-1].faces[member]
    _check_bottom(system, aim, face)
    ratio, before = face.top0 / face.bottom0, np.inf
    for _ in range(50):
        costs = sign * (face.top - ratio * face.bottom)
        size = max(float(np.abs(costs).max(initial=0.0)), 1e-300)
        best = solve(system, costs / size, rows)
        if best is None:
            raise no_room(system)
        ratio = value_at(aim, best.x, member)
        if not face.bottom.any():
            return best.x  # a count: its costs do not move with the ratio
        if abs(ratio - before) <= 1e-12 * max(abs(ratio), 1e-300):
            return best.x
        before = ratio
    raise SchemaError(f"{aim.label}: the end of its range does not settle.")


def no_room(system: System) -> SchemaError:
    """Return the error that limits leave nothing."""
    return SchemaError(f"limits {system.name!r}: no decision keeps all of them. Widen one.")


def _check_bottom(system: System, aim: Aim, face: Face) -> None:
    """Refuse a denominator that can reach zero: over the box, and if that may, over the limits with no cell empty."""
    least = face.bottom0 + np.minimum(face.bottom * system.low, face.bottom * system.high).sum()
    if least > 0:
        return
    size = max(float(np.abs(face.bottom).max()), 1e-300)
    best = solve(system, face.bottom / size, none_of(system))
    if best is None:
        raise no_room(system)
    if face.bottom0 + face.bottom @ best.x <= EMPTIED * face.bottom0:
        raise SchemaError(f"{aim.label}: its denominator may reach zero within {system.name!r}. Narrow the limits.")
