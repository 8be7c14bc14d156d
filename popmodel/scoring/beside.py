"""The published methods on the same case."""

import math

from popmodel.scoring.compound import eurostat, statcan, unsd
from popmodel.scoring.destatis import destatis
from popmodel.scoring.labels import EMPTY, METHODS
from popmodel.scoring.outcome import NOT_ASSESSABLE, Outcome, Request
from popmodel.scoring.rating import HIGHER, LOWER, Progress, Rating
from popmodel.scoring.records import Line, Point
from popmodel.scoring.straight import escap, sdsn

_COMPOUND = (("eurostat", eurostat), ("statcan", statcan), ("unsd", unsd))
_STRAIGHT = (("escap", escap), ("sdsn", sdsn))


def others(request: Request, line: Line, outcome: Outcome) -> dict[str, Rating]:
    """Rate the same case by each published method.

    The five that follow a path to a number apply to climbs, the three with compound rates not to sums, which start
    from nothing; Destatis applies also to bounds and levels that are to be kept, and to yearly improvement. What does
    not apply, or lacks data, says so.
    """
    out = {name: Rating(math.nan, EMPTY.get(name, "not_available")) for name in METHODS if name != "pace"}
    target, point, at = request.target, outcome.point, outcome.value_year
    if point is None or at is None or outcome.rating == NOT_ASSESSABLE:
        return out
    better = target.better if target.better in (HIGHER, LOWER) else LOWER
    if outcome.kind == "climb":
        better = HIGHER if outcome.level > outcome.base else LOWER
        out.update(_climbs(request, outcome, point, at, better))
    symbol = _symbol(request, line, outcome, better)
    return out if symbol is None else {**out, "destatis": symbol}


def _climbs(request: Request, outcome: Outcome, point: Point, at: int, better: str) -> dict[str, Rating]:
    """Rate by the methods that follow a path to a number."""
    start = outcome.base_year
    if start is None or at <= start:
        return {}
    asked = Progress(outcome.base, point.value, outcome.level, start, at, request.target.year, better)
    use = _STRAIGHT if request.target.operator == "cumulative" else (*_COMPOUND, *_STRAIGHT)
    return {name: method(asked) for name, method in use}


def _symbol(request: Request, line: Line, outcome: Outcome, better: str) -> Rating | None:
    """Return the symbol of Destatis where it applies."""
    target, kind = request.target, outcome.kind
    series = _series(request, line, outcome)
    if kind == "climb":
        return destatis(series, outcome.level, target_year=target.year, better=better)
    if kind == "rising":
        return destatis(series, None, target_year=None, kind="rising", better=better)
    if kind in ("keep", "budget") and not math.isnan(outcome.level) and target.better in (HIGHER, LOWER):
        return destatis(series, outcome.level, target_year=target.year, kind="keep", better=better)
    return None


def _series(request: Request, line: Line, outcome: Outcome) -> dict[int, float]:
    """Return the series up to the value's year, on its basis, with the base where it is not observed."""
    at, point = outcome.value_year or 0, outcome.point
    if point is None:
        return {}
    if request.target.operator == "cumulative":
        start, total = outcome.base_year or 0, 0.0
        sums = {start: 0.0}
        for year in range(start + 1, at + 1):
            total += line.observed[year].value
            sums[year] = total
        return sums
    series = {
        year: p.value
        for year, p in line.observed.items()
        if year <= at and (not p.basis or not point.basis or p.basis == point.basis)
    }
    if outcome.base_year is not None and not math.isnan(outcome.base) and outcome.base_year < at:
        series.setdefault(outcome.base_year, outcome.base)
    return {**series, at: point.value}
