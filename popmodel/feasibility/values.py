"""What one migrant more is worth to each target, by class and year of coming, and what a point of each costs."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from popmodel.feasibility.aims import Aim
from popmodel.feasibility.problem import Problem
from popmodel.feasibility.ranges import no_room, none_of
from popmodel.feasibility.solving import solve, target_rows
from popmodel.feasibility.system import System, only_limits, system_of
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]
COLUMNS = ("target", "indicator", "year", "period", "class", "value", "unit", "migrants_a_point")


def migrant_value(problem: Problem) -> pd.DataFrame:
    r"""Tell by how much each target's value moves if 10,000 more come in one year, by class.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`, with one set of limits.

    Returns
    -------
    pandas.DataFrame
        A row for each target × `period` (year of coming) × `class`: `target`, `indicator`, `year`, `value` [`unit` per
        10,000 migrants], at the reference, who settle as its residents of the last year given do; and
        `migrants_a_point`, of the target: how many net migrants more one unit more costs where the least number of them
        just meets it within the limits (NaN where the reference meets it, or nothing does).

    Raises
    ------
    SchemaError
        If the problem has no limits, or several sets.

    Notes
    -----
    The derivative of a ratio :math:`t/b` at its value v: :math:`(t' - v b')/b`. The price is the row's dual times
    the denominator, since rows are in persons.

    Examples
    --------
    >>> table = pm.migrant_value(problem)
    >>> set(table["class"]) == set(problem.classes)
    True
    """
    system = system_of(problem, only_limits(problem, "migrant_value"))
    years, groups, classes = system.shape
    people = problem.reference["population"].sel(year=problem.start).sum(("sex", "age"))
    homes = (people / people.sum()).to_numpy() if groups > 1 else np.ones(1)
    names = list(system.classes)
    parts = []
    for place, aim in enumerate(system.aims):
        face = aim.needs[-1].faces[0]
        slope = (face.top - face.top0 / face.bottom0 * face.bottom) / face.bottom0
        parts.append(
            pd.DataFrame(
                {
                    "target": aim.label, "indicator": aim.key[0], "year": aim.key[1],
                    "period": np.repeat(problem.years, classes), "class": names * years,
                    "value": np.einsum("tdk,d->tk", slope[: system.people].reshape(system.shape), homes).ravel(),
                    "unit": aim.row.request.target.unit, "migrants_a_point": price(system, place),
                }
            )
        )  # fmt: skip
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
    return table[table["period"] <= table["year"]].reset_index(drop=True)


def least_migrants(system: System, place: int, level: float) -> tuple[Array, float] | None:
    """Return the least sum of migrants beside the reference with which a value comes to a level, and its price a unit.

    Returns
    -------
    tuple or None
        Decisions, and migrants per unit of the target [persons]; None if none does.
    """
    aim = system.aims[place]
    low = np.isfinite(aim.least)
    need = aim.needs[-1]._replace(least=level if low else -np.inf, most=np.inf if low else level)
    rows = target_rows(system, (), [(place, need)])
    costs = np.zeros(system.low.size)
    costs[: system.people] = 1.0
    best = solve(system, costs, rows, inset=0.0)
    if best is None:
        return None
    face = need.faces[0]
    bottom = face.bottom0 + float(face.bottom @ best.x)
    return best.x, float(best.duals[0][0]) * bottom / float(rows.sizes[0]) * 1e4


def price(system: System, place: int) -> float:
    """Return how many net migrants more one unit more of a target costs; NaN where it is met or out of reach."""
    aim = system.aims[place]
    if aim.rising is not None or _met(aim, 0.0 * system.low):
        return np.nan
    found = least_migrants(system, place, aim.level)
    return np.nan if found is None else found[1]


def _met(aim: Aim, x: Array) -> bool:
    face = aim.needs[-1].faces[0]
    value = (face.top0 + face.top @ x) / (face.bottom0 + face.bottom @ x)
    return bool(aim.least <= value <= aim.most)


def check_room(system: System) -> None:
    """Refuse limits that leave nothing.

    Raises
    ------
    SchemaError
        If no decision keeps them.
    """
    if solve(system, np.zeros(system.low.size), none_of(system)) is None:
        raise no_room(system)


def aim_at(system: System, indicator: str, year: int) -> int:
    """Return the place of a target.

    Raises
    ------
    SchemaError
        If the problem has no such target.
    """
    for place, aim in enumerate(system.aims):
        if aim.key == (indicator, year):
            return place
    known = ", ".join(aim.label for aim in system.aims)
    raise SchemaError(f"{indicator} {year}: the problem has no such target. Known: {known}.")
