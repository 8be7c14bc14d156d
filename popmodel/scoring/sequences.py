"""Rules for targets that speak of several years or of another series: sums, yearly improvement, comparison."""

import math

from popmodel.scoring.linear import graded
from popmodel.scoring.operators import holds, side
from popmodel.scoring.outcome import NOT_ASSESSABLE, Notes, Outcome, Reading, Task, begun, on_course
from popmodel.scoring.precision import printed
from popmodel.scoring.records import Goal, Line, Point


def rate_sum(task: Task, line: Line) -> Outcome:
    """Rate a sum over the years since `start_year`."""
    goal = task.goal
    start = goal.start_year if goal.start_year is not None else (goal.base_year or goal.year) + 1
    at = min(task.year, goal.year)
    empty = Outcome(NOT_ASSESSABLE, "no_time", base=0.0, base_year=start - 1)
    if at < start:
        return empty
    gaps = tuple(year for year in range(start, at + 1) if year not in line.observed)
    if gaps:
        return empty._replace(why="gaps", notes=Notes(first=start, unknown=gaps))
    points = [line.observed[year] for year in range(start, at + 1)]
    digits = max(point.decimals for point in points)
    total = float(printed(math.fsum(point.value for point in points), digits))
    status = next((point.status for point in points if point.status != "observed"), "observed")
    reading = Reading(at, Point(total, digits, status, unit=goal.unit), 0.0, start - 1)
    met, due = holds(goal, total, digits), at >= goal.year
    out = on_course(begun(reading), reading, goal.value, by=goal.year, kept=side(goal) < 0)
    out = out._replace(met=met, notes=Notes(first=start, last=at))
    if due:
        return out._replace(rating="met" if met else "not_met", why="sum_verdict")
    if out.kind == "climb" and met:
        return out._replace(rating="met", why="early")
    return out._replace(rating=graded(out.pace, cuts=task.cuts), why="sum" if out.kind == "climb" else out.kind)


def changes(goal: Goal, line: Line, first: int, last: int) -> tuple[list[int], list[int], list[int]]:
    """Return the years from `first` + 1 to `last` whose change was right, wrong, and not to be told.

    A change is told within one source (observed or projected) and one basis; it is right if it shows as printed.
    """
    right: list[int] = []
    wrong: list[int] = []
    unknown: list[int] = []
    for year in range(first + 1, last + 1):
        for points in (line.observed, line.projected):
            old, new = points.get(year - 1), points.get(year)
            if old and new and not (old.basis and new.basis and old.basis != new.basis):
                digits = min(old.decimals, new.decimals)
                step = side(goal) * (printed(new.value, digits) - printed(old.value, digits))
                (right if step > 0 else wrong).append(year)
                break
        else:
            unknown.append(year)
    return right, wrong, unknown


def rate_rising(task: Task, line: Line, reading: Reading | None) -> Outcome:
    """Rate a yearly improvement since the last milestone: k of n."""
    goal = task.goal
    known = Outcome(NOT_ASSESSABLE, "no_value") if reading is None else begun(reading)
    known = known._replace(kind="rising")
    first = task.elders[-1].year if task.elders else goal.base_year
    if first is None:
        return known._replace(why="base_missing")
    last = min(task.year, goal.year)
    if last <= first:
        return known._replace(why="not_begun", notes=Notes(first=first))
    right, wrong, unknown = changes(goal, line, first, last)
    told = len(right) + len(wrong)
    met = False if wrong else None if unknown else True
    out = known._replace(
        why="rising",
        met=met,
        pace=len(right) / told if told else math.nan,
        notes=Notes(first=first, last=last, right=len(right), wrong=tuple(wrong), unknown=tuple(unknown)),
    )
    if task.year >= goal.year:
        return out._replace(rating=NOT_ASSESSABLE if met is None else "met" if met else "not_met")
    if not told:
        return out
    if not right:
        return out._replace(rating="moving_away")
    return out._replace(rating=graded(out.pace, cuts=task.cuts._replace(ahead=math.inf)))


def rate_relative(task: Task, reading: Reading, reference: Line | None) -> Outcome:
    """Rate against a reference series of the same year, or a rank that must not exceed the target's value."""
    goal, point, at = task.goal, reading.point, reading.at
    out = begun(reading, kind="relative")
    other = None if reference is None else reference.observed.get(at)
    if other is None:
        return out._replace(why="no_reference")
    if other.unit == "rank":
        if math.isnan(goal.value):
            return out._replace(why="no_rank")
        met, why = other.value <= goal.value, "rank"
    else:
        digits = min(point.decimals, other.decimals)
        met = side(goal) * (printed(point.value, digits) - printed(other.value, digits)) > 0
        why = "relative"
    rating = ("met" if met else "not_met") if at >= goal.year else "on_track" if met else "behind"
    return out._replace(rating=rating, why=why, met=met, target=goal.value, notes=Notes(other=other))
