"""The published methods on the same case, and how firm a rating is."""

import math
from typing import NamedTuple

from popmodel.scoring.assessment import evaluate
from popmodel.scoring.destatis import destatis
from popmodel.scoring.labels import EMPTY, LABELS, METHODS
from popmodel.scoring.outcome import NOT_ASSESSABLE, Outcome, Task
from popmodel.scoring.published import escap, eurostat, sdsn, statcan, unsd
from popmodel.scoring.rating import HIGHER, LOWER, Rating
from popmodel.scoring.records import Line

_COMPOUND = (("eurostat", eurostat), ("statcan", statcan), ("unsd", unsd))
_STRAIGHT = (("escap", escap), ("sdsn", sdsn))


def others(task: Task, line: Line, outcome: Outcome) -> dict[str, Rating]:
    """Rate the same case by each published method.

    The five that follow a path to a number apply to climbs, the three with compound rates not to sums, which start
    from nothing; Destatis applies also to bounds and levels that are to be kept, and to yearly improvement. What does
    not apply, or lacks data, says so.
    """
    out = {name: Rating(math.nan, EMPTY.get(name, "not_available")) for name in METHODS if name != "pace"}
    goal, point, at, start = task.goal, outcome.point, outcome.value_year, outcome.base_year
    if point is None or at is None or outcome.rating == NOT_ASSESSABLE:
        return out
    better = goal.better if goal.better in (HIGHER, LOWER) else LOWER
    if outcome.kind == "climb" and start is not None and at > start:
        better = HIGHER if outcome.target > outcome.base else LOWER
        use = _STRAIGHT if goal.operator == "cumulative" else (*_COMPOUND, *_STRAIGHT)
        for name, method in use:
            out[name] = method(
                outcome.base,
                point.value,
                outcome.target,
                base_year=start,
                year=at,
                target_year=goal.year,
                better=better,
            )
    series = _series(task, line, outcome)
    if outcome.kind == "climb":
        out["destatis"] = destatis(series, outcome.target, target_year=goal.year, better=better)
    elif outcome.kind == "rising":
        out["destatis"] = destatis(series, None, target_year=None, kind="rising", better=better)
    elif outcome.kind in ("keep", "budget") and not math.isnan(outcome.target) and goal.better in (HIGHER, LOWER):
        out["destatis"] = destatis(series, outcome.target, target_year=goal.year, kind="keep", better=better)
    return out


def _series(task: Task, line: Line, outcome: Outcome) -> dict[int, float]:
    """Return the series up to the value's year, on its basis, with the base where it is not observed."""
    at, point = outcome.value_year or 0, outcome.point
    if point is None:
        return {}
    if task.goal.operator == "cumulative":
        start, total = outcome.base_year or 0, 0.0
        sums = {start: 0.0}
        for year in range(start + 1, at + 1):
            total += line.observed[year].value
            sums[year] = total
        return sums
    seen = {
        year: p.value
        for year, p in line.observed.items()
        if year <= at and (not p.basis or not point.basis or p.basis == point.basis)
    }
    if outcome.base_year is not None and not math.isnan(outcome.base) and outcome.base_year < at:
        seen.setdefault(outcome.base_year, outcome.base)
    return {**seen, at: point.value}


class Firmness(NamedTuple):
    """How firm a rating is: a number from 0 to 1 (NaN without rating), the words, and the methods' agreement."""

    figure: float
    zh: str
    en: str
    agreement: float


def how_firm(task: Task, line: Line, reference: Line | None, outcome: Outcome, compared: dict[str, Rating]) -> Firmness:
    r"""Tell how firm a rating is.

    Notes
    -----
    Firmness is the mean of two shares (of the first alone if no other method applies):

    * of the two values one unit of the last printed digit above and below the value, those that leave the rating as
      it is;
    * of the other methods that apply, those that see the same: good (met, ahead, on track, nearly), middling
      (progress but too slow: behind) or bad (moving away); with not met agree all that are not good. This share is
      the agreement.

    Above .75 the rating is firm, from .5 fairly firm, below that fragile.
    """
    point, at = outcome.point, outcome.value_year
    if outcome.rating == NOT_ASSESSABLE or point is None or at is None:
        return Firmness(math.nan, "", "", math.nan)
    step = 10.0**-point.decimals
    same = [evaluate(task, _nudged(line, at, delta), reference).rating == outcome.rating for delta in (step, -step)]
    mine = LABELS["pace"][outcome.rating].level
    levels = [LABELS[name][rating.label].level for name, rating in compared.items()]
    # Once the time is up there are only two sides: the methods that do not see the target reached agree with not_met.
    votes = [level < 2 if outcome.rating == "not_met" else level == mine for level in levels if level >= 0]
    digit = sum(same) / 2
    agreement = sum(votes) / len(votes) if votes else math.nan
    figure = (digit + agreement) / 2 if votes else digit
    zh, en = ("稳固", "firm") if figure > 0.75 else ("较稳", "fairly firm") if figure >= 0.5 else ("不稳", "fragile")
    zh += "：末位±1" + ("不改变评级" if digit == 1 else "会改变评级")
    en += ": one in the last digit " + ("changes nothing" if digit == 1 else "changes the rating")
    if votes:
        zh += f"，另{len(votes)}种方法中{sum(votes)}种看法相同"
        en += f", {sum(votes)} of {len(votes)} other methods agree"
    return Firmness(figure, zh, en, agreement)


def _nudged(line: Line, at: int, delta: float) -> Line:
    """Return the line with the point of one year moved."""
    if at in line.observed:
        point = line.observed[at]
        return line._replace(observed={**line.observed, at: point._replace(value=point.value + delta)})
    if at in line.projected:
        point = line.projected[at]
        return line._replace(projected={**line.projected, at: point._replace(value=point.value + delta)})
    return line
