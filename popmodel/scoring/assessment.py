"""One target against one line of values: which value counts, from which base, and by which rule it is rated."""

import math

from popmodel.schema import SchemaError
from popmodel.scoring.evidence import RATED, evidence_of, published
from popmodel.scoring.levels import kept_level, rate_keep, rate_level
from popmodel.scoring.operators import holds, keeps
from popmodel.scoring.outcome import NOT_ASSESSABLE, Outcome, Reading, Request
from popmodel.scoring.records import LEVELS, Line, Point
from popmodel.scoring.sequences import changes, rate_relative, rate_rising, rate_sum

_EVER = -10_000


def evaluate(request: Request, line: Line, reference: Line | None) -> Outcome:
    """Rate one target by the default method.

    Parameters
    ----------
    request : Request
        The target, the earlier milestones of the same indicator and version, the year, the cuts.
    line : Line
        The values as known, in the target's unit; only what is published or derived is rated.
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
    target, year = request.target, request.year
    if target.base_year is not None and year < target.base_year:
        raise SchemaError(
            f"{target.indicator} {target.year}: year {year} is before the plan's base year {target.base_year}. "
            "Evaluate a later year."
        )
    if target.operator == "qualitative":
        return Outcome(NOT_ASSESSABLE, "no_number")
    known = published(line)
    if target.operator == "cumulative":
        return rate_sum(request, known)
    found = current(request, line)
    if target.base_year is not None and (year == target.base_year or (found and found[0] <= target.base_year)):
        return _no_time(request, known, found)
    rated = found is not None and evidence_of(found[1], line) in RATED
    reading = _read(request, known, *found) if found is not None and rated else None
    if target.operator == "rising" and (rated or found is None):
        return rate_rising(request, known, reading)
    if reading is None:
        return _unrated(request, line, found)
    return _rated(request, known, reference, reading)


def _unrated(request: Request, line: Line, found: tuple[int, Point] | None) -> Outcome:
    """Say why there is no rating: nothing is known, or only what the model or a scenario says."""
    target, base = request.target, known_base(request, published(line))
    if found is None:
        reason = "no_value_at_milestone" if request.year > target.year else "no_value"
        return Outcome(NOT_ASSESSABLE, reason, base=base, base_year=target.base_year)
    at, point = found
    reason = evidence_of(point, line)
    return Outcome(NOT_ASSESSABLE, reason, "none", point, at, base=base, base_year=target.base_year)


def _rated(request: Request, line: Line, reference: Line | None, reading: Reading) -> Outcome:
    """Rate what there is a value for."""
    if request.target.operator == "relative":
        return rate_relative(request, reading, reference)
    if request.target.operator == "keep":
        return rate_keep(request, reading)
    return _afterwards(request, line, rate_level(request, reading))


def _no_time(request: Request, line: Line, found: tuple[int, Point] | None) -> Outcome:
    point, base = (None if found is None else found[1]), known_base(request, line)
    at = None if found is None else request.year
    return Outcome(NOT_ASSESSABLE, "no_time", "none", point, at, None, base, request.target.base_year)


def current(request: Request, line: Line) -> tuple[int, Point] | None:
    """Return year and point that count.

    That is the last published or derived value since the base, up to the year; where there is none, the value that is
    assumed or projected for the year. Past the milestone only the value of the milestone year counts.
    """
    target, at = request.target, min(request.year, request.target.year)
    known = published(line).observed
    first = _EVER if target.base_year is None else target.base_year
    years = [at] if request.year > target.year else [when for when in known if first < when <= at]
    newest = max((when for when in years if when in known), default=None)
    if newest is not None:
        return newest, known[newest]
    point = line.observed.get(at) or line.projected.get(at)
    return None if point is None else (at, point)


def known_base(request: Request, line: Line) -> float:
    """Return the base: observed or the plan's, whichever counts first and is known; NaN if neither is."""
    target = request.target
    observed = None if target.base_year is None else line.observed.get(target.base_year)
    if observed is not None and (request.base == "observed" or math.isnan(target.base_value)):
        return observed.value
    return target.base_value


def _read(request: Request, line: Line, at: int, point: Point) -> Reading:
    """Add the base, unless the basis has changed since."""
    target = request.target
    if target.base_year is None:
        return Reading(at, point, math.nan, None, "base_missing")
    observed = line.observed.get(target.base_year)
    if observed and observed.basis and point.basis and observed.basis != point.basis:
        return Reading(at, point, math.nan, target.base_year, "break")
    base = known_base(request, line)
    return Reading(at, point, base, target.base_year, "base_missing" if math.isnan(base) else "")


def _afterwards(request: Request, line: Line, outcome: Outcome) -> Outcome:
    """Add what happened before and after a milestone that has passed: met and then lost."""
    target, year = request.target, request.year
    if year < target.year or outcome.value_year != target.year or outcome.kind == "budget":
        return outcome
    later = max((when for when in line.observed if target.year < when <= year), default=None)
    if outcome.met and later is not None and not _holds(request, line.observed[later]):
        return outcome._replace(notes=outcome.notes._replace(lost=(later, line.observed[later])))
    first = _EVER if target.base_year is None else target.base_year
    once = max((y for y, p in line.observed.items() if first < y < target.year and _holds(request, p)), default=None)
    return outcome if outcome.met else outcome._replace(notes=outcome.notes._replace(once=once))


def _holds(request: Request, point: Point) -> bool:
    return holds(request.target, point.value, point.decimals)


def met_ahead(request: Request, line: Line) -> bool | None:
    """Tell whether the projection meets the target at its milestone; `None` where it cannot say."""
    target = request.target
    point = line.projected.get(target.year)
    if point is None or target.operator in ("cumulative", "relative", "qualitative"):
        return None
    if target.operator in LEVELS:
        return _holds(request, point)
    if target.operator == "keep":
        return _kept_ahead(request, point)
    first = request.earlier[-1].year if request.earlier else target.base_year
    if first is None:
        return None
    _, wrong, unknown = changes(target, Line({}, line.projected), first, target.year)
    return False if wrong else None if unknown else True


def _kept_ahead(request: Request, point: Point) -> bool | None:
    band, earlier = kept_level(request)
    if math.isnan(band[0]) or math.isnan(band[1]):
        return None
    return keeps(point.value, band, request.target.tolerance, max(point.decimals, earlier.decimals if earlier else 0))
