"""What is rated and what comes out: records shared by the rules."""

import math
from typing import NamedTuple

from popmodel.scoring.linear import Course, Cuts, course, paced
from popmodel.scoring.paths import Path, Shape, knots_of, path_at
from popmodel.scoring.records import Point, Target

NOT_ASSESSABLE = "not_assessable"


class Request(NamedTuple):
    """What is asked: a target, the earlier milestones of the same plan, the year, the cuts, whose base counts first.

    `former` are the same target in earlier versions of the plan, `shape` is the reference path of the indicator.
    """

    target: Target
    earlier: tuple[Target, ...]
    year: int
    cuts: Cuts
    base: str = "observed"
    former: tuple[Target, ...] = ()
    shape: Shape | None = None


class Notes(NamedTuple):
    """What a reason needs besides the figures."""

    lack: str = ""
    """Why there is no base: `base_missing` or `break`."""
    level_year: int | None = None
    level_text: str = ""
    """Year and printed text of the level to be kept."""
    first: int | None = None
    last: int | None = None
    right: int = 0
    wrong: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()
    """Yearly changes from `first` to `last`: how many right, which wrong or unknown; years that a sum lacks."""
    other: Point | None = None
    """What a relative target is compared with."""
    lost: tuple[int, Point] | None = None
    """A value after the milestone that no longer meets a target met."""
    once: int | None = None
    """The last year before the milestone in which a target now missed was met."""


class Outcome(NamedTuple):
    """What came out for one target; `reason` is the code of why.

    `kind` is `climb`, `budget`, `keep`, `rising`, `relative` or `none`; `level` the number to get to (the printed one,
    the edge of a band, the level to be kept); `base_year` the year from which time counts.
    """

    rating: str
    reason: str
    kind: str = "none"
    point: Point | None = None
    value_year: int | None = None
    met: bool | None = None
    base: float = math.nan
    base_year: int | None = None
    level: float = math.nan
    share: float = math.nan
    tau: float = math.nan
    pace: float = math.nan
    linear: float = math.nan
    """Pace along the path, and along the straight line from base to target."""
    path: Path | None = None
    needed: float = math.nan
    observed: float = math.nan
    """Change needed a year from now, and change observed a year since the base."""
    notes: Notes = Notes()


class Reading(NamedTuple):
    """The value that counts, its year, the base it is measured from, and why there is none."""

    at: int
    point: Point
    base: float
    base_year: int | None
    lack: str = ""


def begun(reading: Reading, *, kind: str = "none") -> Outcome:
    """Return the outcome so far: the reading, not yet rated."""
    base, start = reading.base, reading.base_year
    observed = math.nan if start is None else (reading.point.value - base) / (reading.at - start)
    return Outcome(NOT_ASSESSABLE, "", kind, reading.point, reading.at, base=base, base_year=start, observed=observed)


def on_course(request: Request, outcome: Outcome, reading: Reading, level: float, *, by: int, kept: bool) -> Outcome:
    """Add where the reading stands on the path to `level` in the year `by`, and on the straight line."""
    start, at = reading.base_year or 0, reading.at
    way: Course = course(reading.base, reading.point.value, level, tau=(at - start) / (by - start), kept=kept)
    cumulative = request.target.operator == "cumulative"
    knots = knots_of(request.earlier, reading.base, start, level, by, cumulative=cumulative)
    path = None if way.kind == "keep" else path_at(knots, min(at, by), request.shape)
    return outcome._replace(
        kind=way.kind,
        level=level,
        share=way.share,
        tau=way.tau,
        pace=way.pace if path is None else paced(way, path.share),
        linear=way.pace,
        path=path,
        needed=math.nan if at >= by else (level - reading.point.value) / (by - at),
    )


def verdict(met: bool | None) -> str:
    """Name a verdict once the time is up."""
    return NOT_ASSESSABLE if met is None else "met" if met else "not_met"
