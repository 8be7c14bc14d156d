"""Rules for targets that speak of several years or of another series: sums, yearly improvement, comparison."""

import math

from popmodel.scoring.linear import graded
from popmodel.scoring.operators import holds, side
from popmodel.scoring.outcome import NOT_ASSESSABLE, Notes, Outcome, Reading, Request, begun, on_course, verdict
from popmodel.scoring.precision import printed
from popmodel.scoring.records import Line, Point, Target


def rate_sum(request: Request, line: Line) -> Outcome:
    """Rate a sum over the years since `start_year`."""
    target = request.target
    start = target.start_year if target.start_year is not None else (target.base_year or target.year) + 1
    at = min(request.year, target.year)
    empty = Outcome(NOT_ASSESSABLE, "no_time", base=0.0, base_year=start - 1)
    if at < start:
        return empty
    gaps = tuple(year for year in range(start, at + 1) if year not in line.observed)
    if gaps:
        return empty._replace(reason="gaps", notes=Notes(first=start, unknown=gaps))
    points = [line.observed[year] for year in range(start, at + 1)]
    digits = max(point.decimals for point in points)
    total = float(printed(math.fsum(point.value for point in points), digits))
    status = next((point.status for point in points if point.status != "observed"), "observed")
    reading = Reading(at, Point(total, digits, status, unit=target.unit), 0.0, start - 1)
    met, due = holds(target, total, digits), at >= target.year
    out = on_course(request, begun(reading), reading, target.value, by=target.year, kept=side(target) < 0)
    out = out._replace(met=met, notes=Notes(first=start, last=at))
    if due:
        return out._replace(rating=verdict(met), reason="sum_verdict")
    if out.kind == "climb" and met:
        return out._replace(rating="met", reason="early")
    return out._replace(rating=graded(out.pace, cuts=request.cuts), reason="sum" if out.kind == "climb" else out.kind)


def changes(target: Target, line: Line, first: int, last: int) -> tuple[list[int], list[int], list[int]]:
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
                step = side(target) * (printed(new.value, digits) - printed(old.value, digits))
                (right if step > 0 else wrong).append(year)
                break
        else:
            unknown.append(year)
    return right, wrong, unknown


def rate_rising(request: Request, line: Line, reading: Reading | None) -> Outcome:
    """Rate a yearly improvement since the last milestone: k of n."""
    target = request.target
    known = Outcome(NOT_ASSESSABLE, "no_value") if reading is None else begun(reading)
    known = known._replace(kind="rising")
    first = request.earlier[-1].year if request.earlier else target.base_year
    if first is None:
        return known._replace(reason="base_missing")
    last = min(request.year, target.year)
    if last <= first:
        return known._replace(reason="not_begun", notes=Notes(first=first))
    right, wrong, unknown = changes(target, line, first, last)
    told = len(right) + len(wrong)
    met = False if wrong else None if unknown else True
    out = known._replace(
        reason="rising",
        met=met,
        pace=len(right) / told if told else math.nan,
        notes=Notes(first=first, last=last, right=len(right), wrong=tuple(wrong), unknown=tuple(unknown)),
    )
    if request.year >= target.year:
        return out._replace(rating=verdict(met))
    if not told:
        return out
    if not right:
        return out._replace(rating="moving_away")
    return out._replace(rating=graded(out.pace, cuts=request.cuts._replace(ahead=math.inf)))


def rate_relative(request: Request, reading: Reading, reference: Line | None) -> Outcome:
    """Rate against a reference series of the same year, or a rank that must not exceed the target's value."""
    target, point, at = request.target, reading.point, reading.at
    out = begun(reading, kind="relative")
    other = None if reference is None else reference.observed.get(at)
    if other is None:
        return out._replace(reason="no_reference")
    if other.unit == "rank":
        if math.isnan(target.value):
            return out._replace(reason="no_rank")
        met, reason = other.value <= target.value, "rank"
    else:
        digits = min(point.decimals, other.decimals)
        met = side(target) * (printed(point.value, digits) - printed(other.value, digits)) > 0
        reason = "relative"
    rating = verdict(met) if at >= target.year else "on_track" if met else "behind"
    return out._replace(rating=rating, reason=reason, met=met, level=target.value, notes=Notes(other=other))
