"""The default method: the even path from the base to the target, and the words of China's mid-term reviews."""

import math
from typing import NamedTuple

from popmodel.scoring.rating import Progress, Rating, check_years, direction, reached


class Cuts(NamedTuple):
    """Lower ends of the classes of `pace`, read on progress over time elapsed."""

    ahead: float = 1.05
    on_track: float = 0.95
    nearly: float = 0.80
    behind: float = 0.0


CUTS = Cuts()


class Course(NamedTuple):
    """Where a value stands between base and target.

    `kind` is `climb`, `budget` (the base keeps the bound already) or `keep` (the target is the base); `share` is
    c, the part of the way done, or u, the part of the room used; `tau` the part of the time gone; `pace` is c/τ or τ/u.
    """

    kind: str
    share: float
    tau: float
    pace: float


def course(base: float, value: float, target: float, *, tau: float, kept: bool) -> Course:
    """Place a value on the even path.

    Parameters
    ----------
    base, value, target : float
        In one unit.
    tau : float
        Part of the time gone, above 0.
    kept : bool
        Whether the base satisfies the target already.

    Returns
    -------
    Course
        `pace` is infinite where nothing of a budget is used.
    """
    if target == base:
        return Course("keep", math.nan, tau, math.nan)
    # Twelve digits: a share of exactly .95 must not fall under the cut by the last bit.
    share = float(f"{(value - base) / (target - base):.12g}")
    if not kept:
        return Course("climb", share, tau, float(f"{share / tau:.12g}"))
    return Course("budget", share, tau, math.inf if share <= 0 else float(f"{tau / share:.12g}"))


def paced(way: Course, expected: float) -> float:
    """Return the pace of a way by the part of it that a path asks for by now, instead of the time gone.

    Past the end of the path that part stays whole, as the time gone does not.
    """
    if way.tau >= 1:
        expected = way.tau
    if way.kind == "climb":
        return float(f"{way.share / expected:.12g}")
    return math.inf if way.share <= 0 else float(f"{expected / way.share:.12g}")


def graded(figure: float, *, cuts: Cuts = CUTS) -> str:
    """Name the class of a pace: `ahead`, `on_track`, `nearly`, `behind` or `moving_away`."""
    for name, cut in zip(Cuts._fields, cuts, strict=True):
        if figure >= cut:
            return name
    return "moving_away"


def pace(asked: Progress, *, cuts: Cuts = CUTS) -> Rating:
    r"""Rate a value by the even path from the base to the target.

    Parameters
    ----------
    asked : Progress
        Base, value and target with their years; NaN where a number is not known.
    cuts : Cuts
        Lower ends of the classes.

    Returns
    -------
    Rating
        The pace (NaN if there is none; from the milestone on, the share) and `met`, `ahead`, `on_track`, `nearly`,
        `behind`, `moving_away`, `not_met` or `not_assessable`.

    Raises
    ------
    SchemaError
        If the years are out of order or `better` is unknown.

    Notes
    -----
    With :math:`\tau = (t-t_0)/(t^*-t_0)`:

    * a target to be reached: :math:`c = (y-y_0)/(y^*-y_0)`, pace :math:`c/\tau`; reached before its time, it is `met`;
    * a bound that the base keeps is a budget: :math:`u = (y-y_0)/(y^*-y_0)` is the part used, pace :math:`\tau/u`
      (infinite while nothing is used);
    * a target equal to its base is to be kept: `on_track` while it holds, `moving_away` when not;
    * from the milestone on only `met` and `not_met` remain.

    The classes are the words of the mid-term reviews of China's five-year plans: 快于预期, 符合预期, 基本符合预期,
    滞后.

    Examples
    --------
    >>> pace(Progress(958.7, 976.1, 1000, base_year=2020, year=2023, target_year=2025)).label
    'behind'
    """
    base, value, target, base_year, year, target_year, better = asked
    sign = direction(better)
    check_years(base_year, year, target_year)
    if target is None or target_year is None or math.isnan(value) or math.isnan(target) or year == base_year:
        return Rating(math.nan, "not_assessable")
    met, due = reached(value, target, sign), year >= target_year
    verdict = "met" if met else "not_met"
    if math.isnan(base):
        return Rating(math.nan, verdict if met or due else "not_assessable")
    tau = min(1.0, (year - base_year) / (target_year - base_year))
    way = course(base, value, target, tau=tau, kept=reached(base, target, sign))
    if due:
        return Rating(way.pace, verdict)
    if way.kind == "keep":
        return Rating(math.nan, "on_track" if met else "moving_away")
    return Rating(way.pace, "met" if way.kind == "climb" and met else graded(way.pace, cuts=cuts))
