"""One target against one line of values: what is known, whether it is met, how fast it goes, and the rating."""

import math
from collections.abc import Mapping
from typing import NamedTuple

from popmodel.schema import SchemaError
from popmodel.scoring.linear import Course, Cuts, course, graded
from popmodel.scoring.operators import holds, keeps, level_of, side
from popmodel.scoring.precision import printed
from popmodel.scoring.records import Goal, Line, Point


class Outcome(NamedTuple):
    """What came out for one target. `why` names the sentence that explains it, `facts` what else it needs.

    `kind` is `climb`, `budget`, `keep`, `rising`, `relative` or `none`; `target` the number aimed at (the edge of a
    band, the level to be kept); `base_year` the year from which time counts.
    """

    rating: str
    why: str
    kind: str = "none"
    point: Point | None = None
    value_year: int | None = None
    met: bool | None = None
    base: float = math.nan
    base_year: int | None = None
    target: float = math.nan
    share: float = math.nan
    tau: float = math.nan
    pace: float = math.nan
    needed: float = math.nan
    seen: float = math.nan
    facts: Mapping[str, object] = {}


class Task(NamedTuple):
    """A target with its elders in the same plan, and the year to be evaluated."""

    goal: Goal
    elders: tuple[Goal, ...]
    year: int
    cuts: Cuts


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
    if goal.operator == "cumulative":
        return _cumulative(task, line)
    if goal.operator == "rising":
        return _rising(task, line)
    found = current(task, line)
    if found is None:
        due = year >= goal.year
        return Outcome("not_assessable", "no_value_at_milestone" if due and year > goal.year else "no_value")
    at, point = found
    if goal.operator == "relative":
        return _relative(task, at, point, reference)
    base, why = _base(goal, line, point)
    known = Outcome("not_assessable", "no_time", "none", point, at, base=base, base_year=goal.base_year)
    if goal.base_year is not None and at <= goal.base_year:
        return known
    outcome = _keep(task, known, why) if goal.operator == "keep" else _level(task, known, why)
    return _afterwards(task, line, outcome)


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
    first = -10_000 if goal.base_year is None else goal.base_year
    earlier = [seen for seen in line.observed if first < seen < at]
    return (max(earlier), line.observed[max(earlier)]) if earlier else None


def _base(goal: Goal, line: Line, point: Point) -> tuple[float, str]:
    """Return the base (the plan's own, else the observed one) and, where it cannot serve, why."""
    if goal.base_year is None:
        return math.nan, "base_missing"
    seen = line.observed.get(goal.base_year)
    if seen and seen.basis and point.basis and seen.basis != point.basis:
        return math.nan, "break"
    if not math.isnan(goal.base_value):
        return goal.base_value, ""
    return (seen.value, "") if seen else (math.nan, "base_missing")


def _level(task: Task, known: Outcome, why: str) -> Outcome:
    """Rate a target that compares with printed numbers."""
    goal, point, at = task.goal, _point(known), _year(known)
    met, due = holds(goal, point.value, point.decimals), at >= goal.year
    verdict = "met" if met else "not_met"
    if math.isnan(known.base):
        target = goal.value if goal.operator != "within" else math.nan
        rating = verdict if met or due else "not_assessable"
        return known._replace(
            rating=rating,
            why=why if rating == "not_assessable" else verdict,
            met=met,
            target=target,
            facts={"lack": why},
        )
    kept = holds(goal, known.base, max(point.decimals, _digits(goal)))
    target = goal.value
    if goal.operator == "within":
        target = goal.lower if known.base < goal.lower else goal.upper if known.base > goal.upper else known.base
    if kept and side(goal) == 0:
        return _kept(known, met, due, target, verdict)
    way = _course(known, target, goal.year, kept)
    out = known._replace(
        met=met,
        kind=way.kind,
        target=target,
        share=way.share,
        tau=way.tau,
        pace=way.pace,
        needed=math.nan if due else (target - point.value) / (goal.year - at),
        seen=_seen(known),
    )
    if due:
        return out._replace(rating=verdict, why=verdict)
    if way.kind == "keep":
        equal = printed(point.value, point.decimals) == printed(target, point.decimals)
        return out._replace(
            rating="on_track" if met else "behind" if equal else "moving_away", why="kept" if met else "lost"
        )
    if way.kind == "climb" and met:
        return out._replace(rating="met", why="early")
    if way.kind == "climb" and side(goal) == 0 and way.share > 1:
        return out._replace(rating="moving_away", why="beyond")
    return out._replace(rating=graded(way.pace, cuts=task.cuts), why=way.kind)


def _kept(known: Outcome, met: bool, due: bool, target: float, verdict: str) -> Outcome:
    """Rate a band in which the base already lies."""
    out = known._replace(met=met, kind="keep", target=target, seen=_seen(known))
    if due:
        return out._replace(rating=verdict, why=verdict)
    return out._replace(rating="on_track" if met else "moving_away", why="kept" if met else "lost")


def _keep(task: Task, known: Outcome, why: str) -> Outcome:
    """Rate a level to be kept: the last numeric milestone before it, or the base if there is none."""
    goal, point, at = task.goal, _point(known), _year(known)
    sign = {"higher": 1, "lower": -1}.get(goal.better, 0)
    elder = next((old for old in reversed(task.elders) if old.operator in _NUMERIC), None)
    if elder is None and math.isnan(known.base):
        return known._replace(why=why or "base_missing")
    if elder is None:
        level = (known.base if sign >= 0 else -math.inf, known.base if sign <= 0 else math.inf)
    else:
        level = level_of(elder, sign)
    digits = max(point.decimals, elder.decimals if elder else _digits(goal))
    met, due = keeps(point.value, level, goal.tolerance, digits), at >= goal.year
    low, high = level
    target = low if math.isinf(high) or point.value < low else high
    facts = {
        "level": target,
        "since": elder.year if elder else goal.base_year,
        "text": elder.text if elder else goal.base_text,
    }
    out = known._replace(met=met, kind="keep", target=target, facts=facts, seen=_seen(known))
    verdict = "met" if met else "not_met"
    if due:
        return out._replace(rating=verdict, why="keep_" + verdict)
    if met:
        return out._replace(rating="on_track", why="kept")
    if math.isnan(known.base):
        return out._replace(why=why or "base_missing")
    if elder is not None and at < elder.year and target != known.base:
        way = _course(known, target, elder.year, keeps(known.base, level, goal.tolerance, digits))
        return out._replace(
            rating=graded(way.pace, cuts=task.cuts),
            why="keep_climb",
            kind=way.kind,
            share=way.share,
            tau=way.tau,
            pace=way.pace,
            needed=(target - point.value) / (elder.year - at),
        )
    nearer = abs(target - point.value) < abs(target - known.base)
    return out._replace(rating="behind" if nearer else "moving_away", why="lost")


def _cumulative(task: Task, line: Line) -> Outcome:
    """Rate a sum over the years since `start_year`."""
    goal = task.goal
    start = goal.start_year if goal.start_year is not None else (goal.base_year or goal.year) + 1
    at = min(task.year, goal.year)
    if at < start:
        return Outcome("not_assessable", "no_time", base=0.0, base_year=start - 1)
    missing = [year for year in range(start, at + 1) if year not in line.observed]
    if missing:
        return Outcome("not_assessable", "gaps", facts={"years": missing}, base=0.0, base_year=start - 1)
    points = [line.observed[year] for year in range(start, at + 1)]
    digits = max(point.decimals for point in points)
    total = float(printed(math.fsum(point.value for point in points), digits))
    status = next((point.status for point in points if point.status != "observed"), "observed")
    known = Outcome("not_assessable", "", "climb", Point(total, digits, status), at, base=0.0, base_year=start - 1)
    way = _course(known, goal.value, goal.year, kept=side(goal) < 0)
    met, due = holds(goal, total, digits), at >= goal.year
    rating = (
        ("met" if met else "not_met") if due else "met" if met and side(goal) > 0 else graded(way.pace, cuts=task.cuts)
    )
    return known._replace(
        rating=rating,
        why=rating if due else "early" if rating == "met" else "sum" if way.kind == "climb" else way.kind,
        kind=way.kind,
        met=met,
        target=goal.value,
        share=way.share,
        tau=way.tau,
        pace=way.pace,
        needed=math.nan if due else (goal.value - total) / (goal.year - at),
        seen=total / (at - start + 1),
        facts={"start": start},
    )


def changes(goal: Goal, line: Line, first: int, last: int) -> tuple[list[int], list[int], list[int]]:
    """Return the years from `first` + 1 to `last` whose change was right, wrong, and not to be told.

    A change is told within one source (observed or projected) and one basis; it is right if it shows, as printed.
    """
    right: list[int] = []
    wrong: list[int] = []
    open_: list[int] = []
    for year in range(first + 1, last + 1):
        for points in (line.observed, line.projected):
            old, new = points.get(year - 1), points.get(year)
            if old and new and not (old.basis and new.basis and old.basis != new.basis):
                digits = min(old.decimals, new.decimals)
                step = side(goal) * (printed(new.value, digits) - printed(old.value, digits))
                (right if step > 0 else wrong).append(year)
                break
        else:
            open_.append(year)
    return right, wrong, open_


def _rising(task: Task, line: Line) -> Outcome:
    """Rate a yearly improvement since the last milestone: k of n."""
    goal = task.goal
    first = task.elders[-1].year if task.elders else goal.base_year
    found = current(task, line)
    known = Outcome("not_assessable", "no_value", "rising")
    if found is not None:
        known = known._replace(point=found[1], value_year=found[0], base=goal.base_value, base_year=goal.base_year)
    if first is None:
        return known._replace(why="base_missing")
    last = min(task.year, goal.year)
    if last <= first:
        return known._replace(why="not_begun", facts={"first": first})
    right, wrong, open_ = changes(goal, line, first, last)
    told = len(right) + len(wrong)
    met = False if wrong else None if open_ else True
    facts = {"first": first, "last": last, "k": len(right), "n": last - first, "open": open_, "wrong": wrong}
    if task.year >= goal.year:
        rating = "not_assessable" if met is None else "met" if met else "not_met"
    else:
        rating = graded(len(right) / told, cuts=task.cuts._replace(ahead=math.inf)) if told else "not_assessable"
        if told and not right:
            rating = "moving_away"
    return known._replace(
        rating=rating,
        why="rising" if told else "rising_unknown",
        met=met,
        facts=facts,
        pace=len(right) / told if told else math.nan,
    )


def _relative(task: Task, at: int, point: Point, reference: Line | None) -> Outcome:
    """Rate against a reference series of the same year, or a rank that must not exceed the target's value."""
    goal = task.goal
    known = Outcome(
        "not_assessable", "no_reference", "relative", point, at, base=goal.base_value, base_year=goal.base_year
    )
    other = None if reference is None else reference.observed.get(at)
    if other is None:
        return known
    due = at >= goal.year
    if math.isnan(goal.value):
        digits = min(point.decimals, other.decimals)
        met = side(goal) * (printed(point.value, digits) - printed(other.value, digits)) > 0
        facts: dict[str, object] = {"other": other}
    else:
        met, facts = other.value <= goal.value, {"rank": other}
    rating = ("met" if met else "not_met") if due else "on_track" if met else "behind"
    return known._replace(rating=rating, why="relative", met=met, target=goal.value, facts=facts)


def _afterwards(task: Task, line: Line, outcome: Outcome) -> Outcome:
    """Add what happened before and after a milestone: met and then lost."""
    goal = task.goal
    if goal.operator == "keep" or outcome.met is None or task.year < goal.year or outcome.kind in ("budget", "none"):
        return outcome
    later = [year for year in line.observed if goal.year < year <= task.year]
    if outcome.met and later:
        last = line.observed[max(later)]
        if not holds(goal, last.value, last.decimals):
            return outcome._replace(facts={**outcome.facts, "lost": (max(later), last)})
    if not outcome.met:
        first = goal.base_year or -10_000
        was = [y for y, p in line.observed.items() if first < y < goal.year and holds(goal, p.value, p.decimals)]
        if was:
            return outcome._replace(facts={**outcome.facts, "once": max(was)})
    return outcome


_NUMERIC = ("reach", "above", "at_least", "below", "at_most", "about", "within")


def _course(known: Outcome, target: float, target_year: int, kept: bool) -> Course:
    start = known.base_year or 0
    tau = (_year(known) - start) / (target_year - start)
    return course(known.base, _point(known).value, target, tau=tau, kept=kept)


def _seen(known: Outcome) -> float:
    return (_point(known).value - known.base) / (_year(known) - (known.base_year or 0))


def _digits(goal: Goal) -> int:
    """Return the digits printed after the point of the base, else those of the target."""
    tail = goal.base_text.strip("[]%‰ ").partition(".")[2]
    return max(goal.decimals, len(tail) if tail.isdigit() else 0)


def _point(known: Outcome) -> Point:
    if known.point is None:
        raise AssertionError("no point")
    return known.point


def _year(known: Outcome) -> int:
    if known.value_year is None:
        raise AssertionError("no year")
    return known.value_year
