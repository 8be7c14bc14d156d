"""Rules for targets that speak of a level: numbers to be reached, bounds, bands, and levels to be kept."""

import math

from popmodel.scoring.linear import graded
from popmodel.scoring.operators import holds, keeps, level_of, side
from popmodel.scoring.outcome import Notes, Outcome, Reading, Request, begun, on_course, verdict
from popmodel.scoring.precision import printed
from popmodel.scoring.records import LEVELS, Target


def rate_level(request: Request, reading: Reading) -> Outcome:
    """Rate a target that compares with printed numbers."""
    target, point, at = request.target, reading.point, reading.at
    met, due = holds(target, point.value, point.decimals), at >= target.year
    out = begun(reading)._replace(met=met, level=target.value)
    if math.isnan(reading.base):
        out = out._replace(reason=reading.lack, notes=Notes(lack=reading.lack))
        return out._replace(rating=verdict(met), reason=verdict(met)) if met or due else out
    kept = holds(target, reading.base, max(point.decimals, _digits(target)))
    if kept and side(target) == 0:
        return _rate_band(out._replace(kind="keep", level=math.nan), due=due)
    out = on_course(request, out, reading, _end(target, reading.base), by=target.year, kept=kept)
    if due:
        return out._replace(rating=verdict(met), reason=verdict(met))
    return _rate_way(request, out, met=met)


def _rate_way(request: Request, out: Outcome, *, met: bool) -> Outcome:
    """Rate a value that is still on its way."""
    target, point = request.target, out.point
    if out.kind == "keep" and point is not None:
        equal = printed(point.value, point.decimals) == printed(target.value, point.decimals)
        rating = "on_track" if met else "behind" if equal else "moving_away"
        return out._replace(rating=rating, reason="kept" if met else "lost")
    if out.kind == "climb" and met:
        return out._replace(rating="met", reason="early")
    if out.kind == "climb" and side(target) == 0 and out.share > 1:
        return out._replace(rating="moving_away", reason="beyond")
    return out._replace(rating=graded(out.pace, cuts=request.cuts), reason=out.kind)


def _rate_band(out: Outcome, *, due: bool) -> Outcome:
    """Rate a band in which the base already lies."""
    if due:
        return out._replace(rating=verdict(out.met), reason=verdict(out.met))
    return out._replace(rating="on_track" if out.met else "moving_away", reason="kept" if out.met else "lost")


def _end(target: Target, base: float) -> float:
    """Return the number to go to: the printed one, of a band the edge that is near to the base."""
    if target.operator != "within":
        return target.value
    low, high = level_of(target, 0)
    return low if base < low else high


def kept_level(request: Request) -> tuple[tuple[float, float], Target | None]:
    """Return the levels between which a `keep` target wants the value, and the milestone that set them.

    That is the last earlier milestone of the same version that prints a number, else the base (then `None`).
    """
    target = request.target
    sign = {"higher": 1, "lower": -1}.get(target.better, 0)
    earlier = next((old for old in reversed(request.earlier) if old.operator in LEVELS), None)
    if earlier is not None:
        return level_of(earlier, sign), earlier
    base = target.base_value
    return (base if sign >= 0 else -math.inf, base if sign <= 0 else math.inf), None


def rate_keep(request: Request, reading: Reading) -> Outcome:
    """Rate a level to be kept."""
    target, point, at = request.target, reading.point, reading.at
    band, earlier = kept_level(request)
    out = begun(reading, kind="keep")
    if math.isnan(band[0]) or math.isnan(band[1]):
        return out._replace(reason="base_missing")
    digits = max(point.decimals, earlier.decimals if earlier else _digits(target))
    met = keeps(point.value, band, target.tolerance, digits)
    level = band[0] if math.isinf(band[1]) or point.value < band[0] else band[1]
    closed = math.isfinite(band[0]) and math.isfinite(band[1]) and band[0] != band[1]
    year, text = (earlier.year, earlier.text) if earlier else (target.base_year, target.base_text)
    out = out._replace(met=met, level=math.nan if closed and met else level, notes=Notes(reading.lack, year, text))
    if at >= target.year:
        return out._replace(rating=verdict(met), reason="was_kept" if met else "lost")
    if met:
        return out._replace(rating="on_track", reason="kept")
    if math.isnan(reading.base):
        return out._replace(reason=reading.lack)
    base_in = keeps(reading.base, band, target.tolerance, digits)
    if earlier is not None and at < earlier.year and level != reading.base:
        out = on_course(request, out, reading, level, by=earlier.year, kept=base_in)
        return out._replace(rating=graded(out.pace, cuts=request.cuts), reason=out.kind)
    nearer = not base_in and abs(level - point.value) < abs(level - reading.base)
    return out._replace(rating="behind" if nearer else "moving_away", reason="lost")


def _digits(target: Target) -> int:
    """Return the digits printed after the point of the base, else those of the target."""
    tail = target.base_text.strip("[]%‰ ").partition(".")[2]
    return max(target.decimals, len(tail) if tail.isdigit() else 0)
