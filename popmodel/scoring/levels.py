"""Rules for targets that speak of a level: numbers to be reached, bounds, bands, and levels to be kept."""

import math

from popmodel.scoring.linear import graded
from popmodel.scoring.operators import holds, keeps, level_of, side
from popmodel.scoring.outcome import NOT_ASSESSABLE, Notes, Outcome, Reading, Task, begun, on_course
from popmodel.scoring.precision import printed
from popmodel.scoring.records import LEVELS, Goal


def rate_level(task: Task, reading: Reading) -> Outcome:
    """Rate a target that compares with printed numbers."""
    goal, point, at = task.goal, reading.point, reading.at
    met, due = holds(goal, point.value, point.decimals), at >= goal.year
    verdict = "met" if met else "not_met"
    out = begun(reading)._replace(met=met, target=goal.value)
    if math.isnan(reading.base):
        rated = met or due
        return out._replace(
            rating=verdict if rated else NOT_ASSESSABLE,
            why=verdict if rated else reading.lack,
            notes=Notes(lack=reading.lack),
        )
    kept = holds(goal, reading.base, max(point.decimals, _digits(goal)))
    if kept and side(goal) == 0:
        return _rate_band(out._replace(kind="keep", target=math.nan), due=due)
    out = on_course(out, reading, _aim(goal, reading.base), by=goal.year, kept=kept)
    if due:
        return out._replace(rating=verdict, why=verdict)
    if out.kind == "keep":
        equal = printed(point.value, point.decimals) == printed(goal.value, point.decimals)
        rating = "on_track" if met else "behind" if equal else "moving_away"
        return out._replace(rating=rating, why="kept" if met else "lost")
    if out.kind == "climb" and met:
        return out._replace(rating="met", why="early")
    if out.kind == "climb" and side(goal) == 0 and out.share > 1:
        return out._replace(rating="moving_away", why="beyond")
    return out._replace(rating=graded(out.pace, cuts=task.cuts), why=out.kind)


def _rate_band(out: Outcome, *, due: bool) -> Outcome:
    """Rate a band in which the base already lies."""
    if due:
        return out._replace(rating="met" if out.met else "not_met", why="met" if out.met else "not_met")
    return out._replace(rating="on_track" if out.met else "moving_away", why="kept" if out.met else "lost")


def _aim(goal: Goal, base: float) -> float:
    """Return the number to go to: the printed one, of a band the edge that is near to the base."""
    if goal.operator != "within":
        return goal.value
    low, high = level_of(goal, 0)
    return low if base < low else high


def kept_level(task: Task) -> tuple[tuple[float, float], Goal | None]:
    """Return the levels between which a `keep` target wants the value, and the milestone that set them.

    That is the last earlier milestone of the same version that prints a number, else the base (then `None`).
    """
    goal = task.goal
    sign = {"higher": 1, "lower": -1}.get(goal.better, 0)
    elder = next((old for old in reversed(task.elders) if old.operator in LEVELS), None)
    if elder is not None:
        return level_of(elder, sign), elder
    base = goal.base_value
    return (base if sign >= 0 else -math.inf, base if sign <= 0 else math.inf), None


def rate_keep(task: Task, reading: Reading) -> Outcome:
    """Rate a level to be kept."""
    goal, point, at = task.goal, reading.point, reading.at
    level, elder = kept_level(task)
    out = begun(reading, kind="keep")
    if math.isnan(level[0]) or math.isnan(level[1]):
        return out._replace(why="base_missing")
    digits = max(point.decimals, elder.decimals if elder else _digits(goal))
    met, due = keeps(point.value, level, goal.tolerance, digits), at >= goal.year
    low, high = level
    band = math.isfinite(low) and math.isfinite(high) and low != high
    target = low if math.isinf(high) or point.value < low else high
    since, printed_as = (elder.year, elder.text) if elder else (goal.base_year, goal.base_text)
    out = out._replace(
        met=met, target=math.nan if band and met else target, notes=Notes(reading.lack, since, printed_as)
    )
    if due:
        return out._replace(rating="met" if met else "not_met", why="was_kept" if met else "lost")
    if met:
        return out._replace(rating="on_track", why="kept")
    if math.isnan(reading.base):
        return out._replace(why=reading.lack)
    base_in = keeps(reading.base, level, goal.tolerance, digits)
    if elder is not None and at < elder.year and target != reading.base:
        out = on_course(out, reading, target, by=elder.year, kept=base_in)
        return out._replace(rating=graded(out.pace, cuts=task.cuts), why=out.kind)
    nearer = not base_in and abs(target - point.value) < abs(target - reading.base)
    return out._replace(rating="behind" if nearer else "moving_away", why="lost")


def _digits(goal: Goal) -> int:
    """Return the digits printed after the point of the base, else those of the target."""
    tail = goal.base_text.strip("[]%‰ ").partition(".")[2]
    return max(goal.decimals, len(tail) if tail.isdigit() else 0)
