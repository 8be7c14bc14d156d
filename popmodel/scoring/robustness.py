"""How robust a rating is: against the last printed digit, and beside the other methods."""

import math
from typing import NamedTuple

from popmodel.scoring.assessment import evaluate
from popmodel.scoring.labels import LEVELS
from popmodel.scoring.outcome import NOT_ASSESSABLE, Outcome, Request
from popmodel.scoring.outlook import distance_of
from popmodel.scoring.rating import Rating
from popmodel.scoring.records import Line, Point


class Robustness(NamedTuple):
    """How robust a rating is.

    `figure` lies between 0 and 1 (NaN without rating), `digit` is the part of the nudged values that leave the rating
    as it is; of `methods` others that apply, `agreeing` see the same.
    """

    figure: float
    digit: float
    methods: int
    agreeing: int
    code: str = ""
    """`robust`, `fairly_robust`, `fragile`, `too_close` (to call), or empty without rating."""
    too_close: bool = False

    @property
    def agreement(self) -> float:
        """The part of the other methods that see the same; NaN where none applies."""
        return self.agreeing / self.methods if self.methods else math.nan


def robustness(
    request: Request, line: Line, reference: Line | None, outcome: Outcome, compared: dict[str, Rating]
) -> Robustness:
    r"""Tell how robust a rating is.

    Notes
    -----
    The figure is the mean of two shares (the first alone if no other method applies):

    * of the two values one unit of the last printed digit above and below the value, those that leave the rating as
      it is;
    * of the other methods that apply, those that see the same: good (met, ahead, on track, nearly), middling
      (progress but too slow: behind) or bad (moving away); with not met agree all that are not good. This share is
      the agreement.

    Above .75 the rating is robust, from .5 fairly robust, below that fragile. A value that lies less than half its last
    printed digit from the number that decides between met and not met is too close to call.
    """
    point, at = outcome.point, outcome.value_year
    if outcome.rating == NOT_ASSESSABLE or point is None or at is None:
        return Robustness(math.nan, math.nan, 0, 0)
    step = 10.0**-point.decimals
    same = [evaluate(request, _nudged(line, at, delta), reference).rating == outcome.rating for delta in (step, -step)]
    mine = LEVELS["pace"][outcome.rating]
    levels = [LEVELS[name][rating.label] for name, rating in compared.items()]
    # Once the time is up there are only two sides: the methods that do not see the target reached agree with not_met.
    votes = [level < 2 if outcome.rating == "not_met" else level == mine for level in levels if level >= 0]
    digit = sum(same) / 2
    figure = (digit + sum(votes) / len(votes)) / 2 if votes else digit
    code = "robust" if figure > 0.75 else "fairly_robust" if figure >= 0.5 else "fragile"
    close = outcome.rating in _VERDICTS and too_close(request, point)
    return Robustness(figure, digit, len(votes), sum(votes), "too_close" if close else code, close)


_VERDICTS = ("met", "not_met")


def too_close(request: Request, point: Point) -> bool:
    """Tell whether a value lies less than half its last printed digit from the number that decides."""
    distance = distance_of(request, point.value)
    return not math.isnan(distance) and abs(distance) < 0.5 * 10.0**-point.decimals


def _nudged(line: Line, at: int, delta: float) -> Line:
    """Return the line with the point of one year moved."""
    if at in line.observed:
        point = line.observed[at]
        return line._replace(observed={**line.observed, at: point._replace(value=point.value + delta)})
    if at in line.projected:
        point = line.projected[at]
        return line._replace(projected={**line.projected, at: point._replace(value=point.value + delta)})
    return line
