"""Shares that have to rise year by year: their floors are necessary, and what keeps them is then made to rise."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from popmodel.feasibility.aims import Aim, Face, Need, Rising, line_at, ratio_at
from popmodel.feasibility.problem import Row, holds_on
from popmodel.feasibility.solving import Rows, Solution, solve, target_rows
from popmodel.feasibility.system import System
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]
TRIES = 6
CLIMBS = 12
EDGE = 1e-6
"""How far from the edge of a printed unit a value is kept, in units."""


class UnrisenError(SchemaError):
    """The floors of a target that has to rise can be kept, but no path was found that rises in every year."""


def settle(system: System, costs: Array, rows: Rows, members: Iterable[int]) -> Solution | None:
    """Find the least of costs·x as `solve` does, and have every share rise that is to rise year by year.

    Parameters
    ----------
    system : System
        From `system_of`.
    costs : ndarray
        A coefficient for each decision.
    rows : Rows
        From `target_rows`.
    members : iterable of int
        Places of the targets that are to hold.

    Returns
    -------
    Solution or None
        None if the floors alone cannot be kept. Where the optimum falls back in some year, the least among the paths
        whose printed values rise as those of the path nearest to the floors.

    Raises
    ------
    SchemaError
        If the floors can be kept, but no path was found that rises in every year.
    """
    best = solve(system, costs, rows)
    open_ = [place for place in members if system.aims[place].rising is not None and _ratio(system.aims[place])]
    wrong = [] if best is None else [place for place in open_ if not all_rise(system, best.x, place)]
    if best is None or not wrong:
        return best
    near = _near_floors(system, rows, open_)
    bands = [(place, need) for place in open_ for need in _bands(system.aims[place], near)]
    found = solve(system, costs, _joined(rows, target_rows(system, (), bands)), inset=0.0)
    return Solution(near, float(costs @ near), best.slack, best.duals) if found is None else found


def _ratio(aim: Aim) -> bool:
    return bool(aim.needs[-1].faces[0].bottom.any())


def all_rise(system: System, x: Array, place: int) -> bool:
    """Tell by the scorer's own rule whether a target that is to rise year by year does so, in every variant."""
    aim = system.aims[place]
    return all(bool(holds_on(_back_to(aim), line_at(aim, x, m))) for m in range(len(system.members)))


def _back_to(aim: Aim) -> Row:
    """Return the target asked from the first year that is decided: what was published before is given."""
    rising, request = _rising(aim), aim.row.request
    if request.earlier and request.earlier[-1].year >= rising.first:
        return aim.row
    target = request.target._replace(base_year=rising.first)
    return aim.row._replace(request=request._replace(target=target, earlier=()))


def _joined(rows: Rows, more: Rows) -> Rows:
    ends = np.concatenate([rows.ends - 1e-6, more.ends])
    return Rows(np.concatenate([rows.rows, more.rows]), ends, rows.owner + more.owner,
                np.concatenate([rows.sizes, more.sizes]))  # fmt: skip


def _near_floors(system: System, rows: Rows, places: list[int]) -> Array:
    """Return the path nearest to the floors that rises in every year, raising the floors by what falls back."""
    more: list[tuple[int, Need]] = []
    costs = np.zeros(system.low.size)
    for place in places:
        aim = system.aims[place]
        for need in aim.needs:
            for face in need.faces:
                costs += _rising(aim).sign * (face.top - ratio_at(face, 0.0 * costs) * face.bottom) / face.bottom0
    costs /= max(float(np.abs(costs).max()), 1e-300)
    x = None
    for _ in range(TRIES):
        found = solve(system, costs, _joined(rows, target_rows(system, (), more)), inset=0.0)
        if found is None:
            break
        x = found.x
        if all(all_rise(system, x, place) for place in places):
            return x
        more = [(place, need) for place in places for need in _raised(system.aims[place], x)]
    x = None if x is None else _climbing(system, rows, places, x)
    if x is not None:
        return x
    names = ", ".join(system.aims[place].label for place in places)
    raise UnrisenError(
        f"{names}: within {system.name!r} its floors can be kept, but no path was found that rises in every year. "
        "Leave the target out, or widen a limit."
    )


def _climbing(system: System, rows: Rows, places: list[int], x: Array) -> Array | None:
    """Return a path that rises in every year, by asking for the rise from a year to the next as it is near a path.

    A rise of a share is no linear row; its slope at the path found last is (successive linear programs). That the value
    before the first floor is itself decided is seen here: floors alone let it lie above them.
    """
    for _ in range(CLIMBS):
        steps = [(place, need) for place in places for need in _steps(system.aims[place], x)]
        found = solve(system, 0.0 * x, _joined(rows, target_rows(system, (), steps)), inset=0.0)
        if found is None:
            return None
        x = found.x
        if all(all_rise(system, x, place) for place in places):
            return x
    return None


def _steps(aim: Aim, x: Array) -> list[Need]:
    """Return that a value changes by a printed unit from a year to the next, its slope taken at a path."""
    rising = _rising(aim)
    faces = [*([rising.before] if _first_open(aim) else []), *(need.faces for need in aim.needs)]
    lines = [[_slope(face, x) for face in each] for each in faces]
    ends = _open_ends(rising.sign, rising.sign * rising.unit)
    return [
        Need(aim.key[1], tuple(Face(n[0] - b[0], n[1] - b[1], 1.0, 0.0 * x) for n, b in zip(now, before, strict=True)),
             *ends)
        for before, now in pairwise(lines)
    ]  # fmt: skip


def _slope(face: Face, x: Array) -> tuple[float, Array]:
    """Return a value near a path, as a number and what it gains by each decision."""
    ratio = ratio_at(face, x)
    gain = (face.top - ratio * face.bottom) / (face.bottom0 + float(face.bottom @ x))
    return ratio - float(gain @ x), gain


def _open_ends(sign: float, least: float) -> tuple[float, float]:
    return (least, np.inf) if sign > 0 else (-np.inf, least)


def _rising(aim: Aim) -> Rising:
    if aim.rising is None:
        raise TypeError(aim.label)
    return aim.rising


def _first_open(aim: Aim) -> bool:
    return any(face.top.any() or face.bottom.any() for face in _rising(aim).before)


def _path(aim: Aim, x: Array) -> Array:
    """Return the values along a path, from the year before the first floor if it is open."""
    rising = _rising(aim)
    faces = [*([rising.before] if _first_open(aim) else []), *(need.faces for need in aim.needs)]
    return np.array([max(rising.sign * ratio_at(face, x) for face in each) * rising.sign for each in faces])


def _raised(aim: Aim, x: Array) -> list[Need]:
    rising = _rising(aim)
    path = rising.sign * _path(aim, x)
    for place in range(1, len(path)):
        path[place] = max(path[place], path[place - 1] + rising.unit)
    floors = path[1:] if _first_open(aim) else path
    return [_open(need, rising, floor) for need, floor in zip(aim.needs, floors, strict=True)]


def _open(need: Need, rising: Rising, floor: float) -> Need:
    ends = (floor, np.inf) if rising.sign > 0 else (-np.inf, -floor)
    return Need(need.year, need.faces, *ends)


def _bands(aim: Aim, x: Array) -> list[Need]:
    """Return for each year from where to where the value may lie so that what is printed rises in every year."""
    rising = _rising(aim)
    unit, path = rising.unit, rising.sign * _path(aim, x)
    shown = np.floor(path / unit + 0.5)
    low, high = (shown - 0.5 + EDGE) * unit, np.append((shown[1:] - 0.5 - EDGE) * unit, np.inf)
    faces = [*([rising.before] if _first_open(aim) else []), *(need.faces for need in aim.needs)]
    if _first_open(aim):
        low[0] = -np.inf
    years = [rising.first] * _first_open(aim) + [need.year for need in aim.needs]
    spans = zip(low, high, strict=True) if rising.sign > 0 else zip(-high, -low, strict=True)
    return [Need(year, face, *span) for year, face, span in zip(years, faces, spans, strict=True)]
