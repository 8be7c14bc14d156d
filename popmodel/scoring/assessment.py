"""One target against one line of values: which value counts, from which base, and by which rule it is rated."""

import math

from popmodel.schema import SchemaError
from popmodel.scoring.levels import kept_level, rate_keep, rate_level
from popmodel.scoring.operators import holds, keeps
from popmodel.scoring.outcome import NOT_ASSESSABLE, Outcome, Reading, Task
from popmodel.scoring.records import LEVELS, Line, Point
from popmodel.scoring.sequences import changes, rate_relative, rate_rising, rate_sum

_EVER = -10_000


def evaluate(task: Task, line: Line, reference: Line | None) -> Outcome:
    """Rate one target by the default method.

    Parameters
    ----------
    task : Task
        The target, the earlier milestones of the same indicator and version, the year, the cuts.
    line : Line
        The values as known, in the target's unit.
    reference : Line or None
        The series that a `relative` target names, if it is there.

    Returns
    -------
    Outcome

    Raises
    ------
    SchemaError
        If the year is before the base year.
    """
    goal, year = task.goal, task.year
    if goal.base_year is not None and year < goal.base_year:
        raise SchemaError(
            f"{goal.indicator} {goal.year}: year {year} is before the plan's base year {goal.base_year}. "
            "Evaluate a later year."
        )
    if goal.operator == "qualitative":
        return Outcome(NOT_ASSESSABLE, "no_number")
    if goal.operator == "cumulative":
        return rate_sum(task, line)
    found = current(task, line)
    if goal.base_year is not None and (year == goal.base_year or (found and found[0] <= goal.base_year)):
        point = None if found is None else found[1]
        base = goal.base_value
        return Outcome(NOT_ASSESSABLE, "no_time", "none", point, year if found else None, None, base, goal.base_year)
    reading = None if found is None else _read(task, line, *found)
    if goal.operator == "rising":
        return rate_rising(task, line, reading)
    if reading is None:
        return Outcome(NOT_ASSESSABLE, "no_value_at_milestone" if year > goal.year else "no_value")
    if goal.operator == "relative":
        return rate_relative(task, reading, reference)
    if goal.operator == "keep":
        return rate_keep(task, reading)
    return _afterwards(task, line, rate_level(task, reading))


def current(task: Task, line: Line) -> tuple[int, Point] | None:
    """Return year and point that count: observed in the year, else projected for it, else last observed before it.

    Past the milestone only the value of the milestone year counts.
    """
    goal, at = task.goal, min(task.year, task.goal.year)
    if at in line.observed:
        return at, line.observed[at]
    if at in line.projected:
        return at, line.projected[at]
    if task.year > goal.year:
        return None
    first = _EVER if goal.base_year is None else goal.base_year
    earlier = max((seen for seen in line.observed if first < seen < at), default=None)
    return None if earlier is None else (earlier, line.observed[earlier])


def _read(task: Task, line: Line, at: int, point: Point) -> Reading:
    """Add the base: the plan's or the observed one, whichever comes first, unless the basis has changed since."""
    goal = task.goal
    if goal.base_year is None:
        return Reading(at, point, math.nan, None, "base_missing")
    seen = line.observed.get(goal.base_year)
    if seen and seen.basis and point.basis and seen.basis != point.basis:
        return Reading(at, point, math.nan, goal.base_year, "break")
    base = seen.value if seen and (task.base == "observed" or math.isnan(goal.base_value)) else goal.base_value
    return Reading(at, point, base, goal.base_year, "base_missing" if math.isnan(base) else "")


def _afterwards(task: Task, line: Line, outcome: Outcome) -> Outcome:
    """Add what happened before and after a milestone that has passed: met and then lost."""
    goal, year = task.goal, task.year
    if year < goal.year or outcome.value_year != goal.year or outcome.kind == "budget":
        return outcome
    later = max((seen for seen in line.observed if goal.year < seen <= year), default=None)
    if outcome.met and later is not None and not _holds(task, line.observed[later]):
        return outcome._replace(notes=outcome.notes._replace(lost=(later, line.observed[later])))
    first = _EVER if goal.base_year is None else goal.base_year
    once = max((y for y, p in line.observed.items() if first < y < goal.year and _holds(task, p)), default=None)
    return outcome if outcome.met else outcome._replace(notes=outcome.notes._replace(once=once))


def _holds(task: Task, point: Point) -> bool:
    return holds(task.goal, point.value, point.decimals)


def met_ahead(task: Task, line: Line) -> bool | None:
    """Tell whether the projection meets the target at its milestone; `None` where it cannot say."""
    goal = task.goal
    point = line.projected.get(goal.year)
    if point is None or goal.operator in ("cumulative", "relative", "qualitative"):
        return None
    if goal.operator in LEVELS:
        return _holds(task, point)
    if goal.operator == "keep":
        level, elder = kept_level(task)
        if math.isnan(level[0]) or math.isnan(level[1]):
            return None
        return keeps(point.value, level, goal.tolerance, max(point.decimals, elder.decimals if elder else 0))
    first = task.elders[-1].year if task.elders else goal.base_year
    if first is None:
        return None
    _, wrong, unknown = changes(goal, Line({}, line.projected), first, goal.year)
    return False if wrong else None if unknown else True
