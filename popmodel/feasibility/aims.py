"""Targets as rows over the decisions: a share multiplied out by its positive denominator, at the level as printed."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.feasibility.problem import Problem, Row, holds_on
from popmodel.feasibility.responses import Responses
from popmodel.indicators.catalogue import CATALOGUE
from popmodel.indicators.forms import Form, weights_of
from popmodel.scoring.operators import side

Array = npt.NDArray[np.float64]
Stretch = tuple[float, float]


class Face(NamedTuple):
    """A value that is (`top0` + `top`·x)/(`bottom0` + `bottom`·x), in one variant."""

    top0: float
    top: Array
    bottom0: float
    bottom: Array


class Need(NamedTuple):
    """In a year, a value has to lie from `least` to `most`, in every variant."""

    year: int
    faces: tuple[Face, ...]
    least: float
    most: float


class Rising(NamedTuple):
    """A value has to rise (`sign` 1) or fall (−1) by a printed `unit` a year after `first`."""

    first: int
    unit: float
    sign: float
    milestone: bool
    """Whether the floors rest on the milestone before, which itself lies in the open years."""
    before: tuple[Face, ...]
    """The value in the year `first`."""


class Aim(NamedTuple):
    """A target: what its values need. The last need is that of its own year."""

    key: tuple[str, int]
    label: str
    row: Row
    needs: tuple[Need, ...]
    rising: Rising | None = None

    @property
    def least(self) -> float:
        """From where it holds, in its unit."""
        return self.needs[-1].least

    @property
    def most(self) -> float:
        """To where it holds."""
        return self.needs[-1].most

    @property
    def level(self) -> float:
        """The end that asks something: the lower one unless it is open; NaN if both are."""
        ends = [end for end in (self.least, self.most) if np.isfinite(end)]
        return ends[0] if ends else np.nan


Faces = Callable[[int], tuple[Face, ...]]
"""Year → the value of a target's indicator in that year, in every variant."""


def form_of(indicator: str) -> Form | None:
    """Return the form of an indicator that is a count or a ratio of counts; None for another one."""
    form = next((each.compute for each in CATALOGUE if each.id == indicator), None)
    return form if isinstance(form, Form) else None


def people_face(problem: Problem, answer: Responses, row: Row, year: int, drift: Callable[[str, int], Array]) -> Face:
    """Return an indicator of residents over all decisions; `drift` gives what people in a centre beside it add."""
    form = form_of(row.request.target.indicator)
    if form is None:
        raise TypeError(row.request.target.indicator)
    key = "year", year
    if key not in problem.memo:
        problem.memo[key] = problem.reference.sel(year=year)
    data = problem.memo[key]
    cells = data["population"].transpose("district", "sex", "age")
    top, bottom = weights_of(form, data)
    at = problem.years.index(year) if year in problem.years else -1
    more = row.factor * form.scale * drift(form.inside, year)

    def sums(weights: xr.DataArray) -> tuple[float, Array]:
        full = (weights + 0.0 * cells).transpose("district", "sex", "age").to_numpy()
        gain = np.zeros(answer.stock.shape[0] * answer.who.shape[0] * answer.who.shape[1])
        if at >= 0:
            gain = answer.pull(full, at).ravel()
        return float((cells.to_numpy() * full).sum()), np.concatenate([gain, np.zeros(len(more) - len(gain))])

    top0, gain = sums(row.factor * top)
    under0, under = (1.0, np.zeros(len(more))) if bottom is None else sums(bottom)
    return Face(top0, gain + more, under0, under)


def aim_of(problem: Problem, row: Row, faces: Faces, *, count: bool) -> Aim | None:
    """State a target; None if its level is no number."""
    target = row.request.target
    if target.operator != "rising":
        span = stretch_of(row)
        return None if span is None else Aim(row.key, row.label, row, (Need(target.year, faces(target.year), *span),))
    first = row.request.earlier[-1].year if row.request.earlier else target.base_year
    if first is None:
        return None
    return _rising(problem, row, faces, first, count=count)


def _rising(problem: Problem, row: Row, faces: Faces, first: int, *, count: bool) -> Aim:
    target = row.request.target
    unit, sign = 10.0**-target.decimals, float(side(target) or 1)
    years = [year for year in problem.years if first < year <= target.year]
    milestone = first > problem.start
    if count:
        needs = [_step(year, faces, unit * sign) for year in years]
    else:
        needs = [
            Need(year, faces(year), *_open(sign, sign * float(np.max(sign * floor))))
            for year, floor in zip(years, _floors(problem, row, faces, first, unit * sign), strict=True)
        ]
    if count:
        needs.append(Need(target.year, faces(target.year), -np.inf, np.inf))
    rising = Rising(max(first, problem.start), unit, sign, milestone and not count, faces(max(first, problem.start)))
    return Aim(row.key, row.label, row, tuple(needs), rising)


def _open(sign: float, floor: float) -> Stretch:
    return (floor, np.inf) if sign > 0 else (-np.inf, floor)


def _floors(problem: Problem, row: Row, faces: Faces, first: int, step: float) -> list[Array]:
    """Return what the value has to come to at least in each year, in every variant: a printed unit a year more than
    the last value that is known, or than the milestone before.
    """
    target = row.request.target
    base = max(first, problem.start)
    if first > problem.start:
        before = next((each for each in row.request.earlier if each.year == first), None)
        known = np.array([np.nan if before is None else before.value])
    else:
        known = np.array([face.top0 / face.bottom0 for face in faces(problem.start)])
        digits = 10.0**target.decimals
        known = np.floor(known * digits + 0.5) / digits
    years = [year for year in problem.years if base < year <= target.year]
    floors = [known + (year - base) * step - 0.5 * step for year in years]
    return [np.where(np.isnan(floor), -np.inf * np.sign(step), floor) for floor in floors]


def _step(year: int, faces: Faces, step: float) -> Need:
    """Return that a count changes by a printed unit from a year to the next."""
    parts = []
    for now, before in zip(faces(year), faces(year - 1), strict=True):
        parts.append(Face(now.top0 - before.top0, now.top - before.top, 1.0, 0.0 * now.top))
    return Need(year, tuple(parts), *_open(np.sign(step), step))


def stretch_of(row: Row) -> Stretch | None:
    """Return from where to where the scorer's own rule holds, in the target's unit; None if it needs more years."""
    target = row.request.target
    if target.operator == "rising":
        return None
    half = 10.0**-target.decimals

    def holds(value: float) -> bool:
        return bool(holds_on(row, {target.year: value / row.factor}))

    points = [target.value, target.lower, target.upper, *(each.value for each in row.request.earlier)]
    tried = [point + step * half for point in points if np.isfinite(point) for step in (0.0, 1.0, -1.0)]
    inside = next((value for value in tried if holds(value)), None)
    if inside is None:
        return None
    far = 1e3 * max(abs(inside), 1.0)
    ends = [inside + sign * far for sign in (-1, 1)]
    least, most = (
        sign * np.inf if holds(end) else _edge(holds, inside, end, half)
        for sign, end in zip((-1, 1), ends, strict=True)
    )
    return least, most


def _edge(holds: Callable[[float], bool], inside: float, outside: float, half: float) -> float:
    while abs(outside - inside) > max(1e-8 * half, 1e-11 * abs(inside)):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return inside


def line_at(aim: Aim, x: Array, member: int = 0) -> dict[int, float]:
    """Return year → value under decisions in the years that a target needs, in the projection's unit."""
    line = {need.year: ratio_at(need.faces[member], x) / aim.row.factor for need in aim.needs}
    if aim.rising is not None:
        line[aim.rising.first] = ratio_at(aim.rising.before[member], x) / aim.row.factor
    return line


def value_at(aim: Aim, x: Array, member: int = 0) -> float:
    """Return a target's value in its own year under decisions, in its unit."""
    return ratio_at(aim.needs[-1].faces[member], x)


def ratio_at(face: Face, x: Array) -> float:
    """Return a value under decisions."""
    return float((face.top0 + face.top @ x) / (face.bottom0 + face.bottom @ x))
