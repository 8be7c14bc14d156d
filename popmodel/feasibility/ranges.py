"""What is attainable for each target alone: both ends of its value within the limits."""

from typing import Any

import numpy as np
import pandas as pd

from popmodel.feasibility.linear import Aim, Array, System
from popmodel.feasibility.solving import Cut, Rows, check_solution, solve, value_at
from popmodel.schema import SchemaError


def attainable_range(system: System, *, cuts: list[Cut] | None = None) -> pd.DataFrame:
    """Find the least and the greatest value of each target within the limits, each end alone.

    Parameters
    ----------
    system : System
        From `linear_system`.
    cuts : list of Cut, optional
        Cells found before; those found now are added.

    Returns
    -------
    pandas.DataFrame
        A row a target: `limits`, `indicator`, `year`, `least`, `most`, `reference`, `from`, `to` (where it holds as
        printed), `attainable` and `unit`. ``attrs["not_modelled"]`` names the targets left out, with the reason.

    Raises
    ------
    SchemaError
        If no decision keeps the limits, or a projection does not confirm an end.

    Notes
    -----
    A ratio's optimum by Dinkelbach's method (Management Science 13, 1967): the least of top − v·bottom, with v the
    ratio found before, until it is zero.
    """
    found = [] if cuts is None else cuts
    none = Rows(np.zeros((0, system.low.size)), np.zeros(0), ())
    out: list[dict[str, Any]] = []
    for aim in system.aims:
        least, most = (extreme(system, aim, sign, none, found) for sign in (1.0, -1.0))
        for x in (least, most):
            check_solution(system, x, ())
        low, high = value_at(aim, least), value_at(aim, most)
        out.append(
            {
                "limits": system.limits.name, "indicator": aim.key[0], "year": aim.key[1], "least": low, "most": high,
                "reference": aim.top0 / aim.bottom0, "from": aim.least, "to": aim.most,
                "attainable": bool(low <= aim.most and high >= aim.least), "unit": aim.row.request.target.unit,
            }
        )  # fmt: skip
    table = pd.DataFrame(out)
    table.attrs = {"not_modelled": dict(system.left)}
    return table


def extreme(system: System, aim: Aim, sign: float, rows: Rows, cuts: list[Cut]) -> Array:
    """Return the decisions with the least (sign 1) or greatest (−1) value of a target, by Dinkelbach's method."""
    ratio = aim.top0 / aim.bottom0
    before = np.inf
    for _ in range(50):
        costs = sign * (aim.top - ratio * aim.bottom)
        size = max(float(np.abs(costs).max()), 1e-300)
        best = solve(system, costs / size, rows, cuts)
        if best is None:
            raise SchemaError(f"limits {system.limits.name!r}: no decision keeps all of them. Widen one.")
        ratio = value_at(aim, best.x)
        if abs(ratio - before) <= 1e-12 * max(abs(ratio), 1e-300):
            return best.x
        before = ratio
    raise SchemaError(f"{aim.key[0]} {aim.key[1]}: the end of its range does not settle.")
