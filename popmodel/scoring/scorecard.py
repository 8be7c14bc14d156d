"""The scorecard: every target, in every scenario, against what is observed and projected."""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.schema import SchemaError
from popmodel.scoring.comparison import Firmness, how_firm, others
from popmodel.scoring.evaluation import Outcome, Task, changes, evaluate
from popmodel.scoring.labels import LABELS, METHODS
from popmodel.scoring.linear import CUTS, Cuts
from popmodel.scoring.operators import holds, keeps, level_of, share_holding
from popmodel.scoring.rating import Rating
from popmodel.scoring.reasons import sentences
from popmodel.scoring.records import (
    LEVELS,
    Goal,
    Line,
    Point,
    Projection,
    area_of,
    as_known,
    goals_of,
    in_unit,
    observations,
    projections,
)


class Case(NamedTuple):
    """One target in one scenario, rated."""

    scenario: str
    task: Task
    line: Line
    reference: Line | None
    outcome: Outcome
    compared: dict[str, Rating]
    firmness: Firmness
    ahead: Point | None
    ahead_met: bool | None
    probability: float
    reason_zh: str
    reason_en: str


def score(
    targets: pd.DataFrame,
    *,
    observed: pd.DataFrame | None = None,
    projected: xr.Dataset | None = None,
    year: int,
    method: str = "pace",
    cuts: Cuts = CUTS,
) -> pd.DataFrame:
    r"""Rate every target in every scenario, as an evaluation of `year`, made in the year after, would.

    Parameters
    ----------
    targets : pandas.DataFrame
        As returned by `read_targets`.
    observed : pandas.DataFrame, optional
        As returned by `read_observed`; what was not published by the end of `year` + 1 is left aside.
    projected : xarray.Dataset, optional
        As returned by `measure`: variables (scenario[, draw], year, area), of which the first area counts; of draws
        the median.
    year : int
        The year evaluated.
    method : str
        `pace` (default), `eurostat`, `statcan`, `unsd`, `escap`, `sdsn`, `destatis`: whose label is the rating; or
        `all`, which keeps the default's and adds columns `figure_x` and `label_x` for each method x.
    cuts : Cuts
        Lower ends of the classes of `pace`.

    Returns
    -------
    pandas.DataFrame, (scenarios x targets, columns)
        One row a scenario and target; the value is the one observed in `year`, else the projected one, else the last
        observed before (`value_year` tells), and past the milestone the one of the milestone year. `c`, `tau` and
        `pace` are NaN where there is no path; `pace` is infinite while nothing of a budget is used.

    Raises
    ------
    SchemaError
        If tables lack columns or hold NaN where a value must be, units do not fit, `year` is before a base year, the
        method is unknown, or neither observations nor a projection are given.

    Notes
    -----
    The rules are those of `pace` for targets that compare with a number. Besides:

    * `cumulative`: the sum since `start_year`, base 0 in the year before; a missing year makes it not assessable;
    * `rising`: the classes read on k/n of the yearly changes since the last milestone (never ahead);
    * `keep`: not worse than the last numeric milestone of the same version; until that year, if the level does not hold
      yet, the pace towards it;
    * `within`, `about`: the way to the near edge, or to the number; a base inside is to be kept;
    * `relative`: against the reference series of the same year, or not assessable;
    * a base on another statistical basis than the value, or none, leaves only met and not met.
    """
    if method != "all" and method not in METHODS:
        raise SchemaError(f"method={method!r} is not known. Use one of: {', '.join(METHODS)}, all.")
    cases = cases_of(targets, observed=observed, projected=projected, year=year, cuts=cuts)
    table = pd.DataFrame([_row(case, method) for case in cases], columns=_columns(method))
    whole = ["number", "target_year", "decimals", "base_year", "year", "value_year"]
    return table.astype({**dict.fromkeys(whole, "Int64"), "met": "boolean", "projected_met": "boolean"})


def cases_of(
    targets: pd.DataFrame, *, observed: pd.DataFrame | None, projected: xr.Dataset | None, year: int, cuts: Cuts
) -> list[Case]:
    """Return every target in every scenario with all that was found (the parameters are those of `score`)."""
    goals = goals_of(targets)
    area = area_of(observed, projected)
    seen = {} if observed is None else observations(as_known(observed, year=year), area)
    views = {} if projected is None else projections(projected, {goal.indicator for goal in goals})
    scenarios = ["observed"] if projected is None else [str(name) for name in projected["scenario"].to_numpy()]
    tasks = [Task(goal, _elders(goal, goals), year, cuts) for goal in goals]
    cache: dict[tuple[str, str], dict[int, Point]] = {}
    out: list[Case] = []
    for order, name in enumerate(scenarios):
        for position, task in enumerate(tasks):
            goal = task.goal
            view = views.get(goal.indicator)
            past = _observed(goal.indicator, goal.unit, seen, cache)
            line = Line(past, {} if view is None else _projected(view, goal, order), view is not None and view.assumed)
            reference = None
            if goal.reference:
                unit = goal.unit if math.isnan(goal.value) else "rank"
                reference = Line(_observed(goal.reference, unit, seen, cache), {})
            probability = math.nan
            if view is not None and view.draws is not None and goal.year in view.years:
                point = in_unit(Point(1.0, view.decimals, ""), view.unit, goal.unit, what=goal.indicator)
                probability = share_holding(
                    goal, view.draws[order, :, view.years.index(goal.year)] * point.value, point.decimals
                )
            if order and _settled(out[position], line):
                out.append(_again(out[position], name, line, probability, view))
                continue
            outcome = evaluate(task, line, reference)
            compared = others(task, line, outcome)
            firm = how_firm(task, line, reference, outcome, compared)
            reasons = sentences(task, line, outcome, draws=view is not None and view.draws is not None)
            ahead = line.projected.get(goal.year)
            out.append(
                Case(
                    name,
                    task,
                    line,
                    reference,
                    outcome,
                    compared,
                    firm,
                    ahead,
                    _met_ahead(task, line),
                    probability,
                    *reasons,
                )
            )
    return out


def _settled(first: Case, line: Line) -> bool:
    """Tell whether the rating rests on observations alone, so that it is the same in every scenario."""
    point = first.outcome.point
    if first.task.goal.operator == "rising" and line.projected:
        return False
    return point is not None and point.status != "projected"


def _again(first: Case, scenario: str, line: Line, probability: float, view: Projection | None) -> Case:
    return first._replace(
        scenario=scenario,
        line=line,
        ahead=line.projected.get(first.task.goal.year),
        ahead_met=_met_ahead(first.task, line),
        probability=probability,
    )


def _elders(goal: Goal, goals: Iterable[Goal]) -> tuple[Goal, ...]:
    same = [g for g in goals if (g.indicator, g.version) == (goal.indicator, goal.version) and g.year < goal.year]
    return tuple(sorted(same, key=lambda g: g.year))


def _observed(
    indicator: str,
    unit: str,
    seen: dict[str, list[tuple[int, str, Point]]],
    cache: dict[tuple[str, str], dict[int, Point]],
) -> dict[int, Point]:
    key = (indicator, unit)
    if key not in cache:
        cache[key] = {
            year: in_unit(point, given, unit, what=f"observed {indicator} {year}")
            for year, given, point in seen.get(indicator, [])
        }
    return cache[key]


def _projected(view: Projection, goal: Goal, order: int) -> dict[int, Point]:
    one = in_unit(Point(1.0, view.decimals, "projected"), view.unit, goal.unit, what=f"projected {goal.indicator}")
    values = view.median[order]
    return {
        year: one._replace(value=float(f"{value * one.value:.12g}"))
        for year, value in zip(view.years, values.tolist(), strict=True)
        if not math.isnan(value)
    }


def _met_ahead(task: Task, line: Line) -> bool | None:
    """Tell whether the projection meets the target at its milestone; `None` where it cannot say."""
    goal = task.goal
    point = line.projected.get(goal.year)
    if point is None or goal.operator in ("cumulative", "relative"):
        return None
    if goal.operator in LEVELS:
        return holds(goal, point.value, point.decimals)
    if goal.operator == "rising":
        first = task.elders[-1].year if task.elders else goal.base_year
        if first is None:
            return None
        _, wrong, open_ = changes(goal, Line({}, line.projected), first, goal.year)
        return False if wrong else None if open_ else True
    elder = next((old for old in reversed(task.elders) if old.operator in LEVELS), None)
    sign = {"higher": 1, "lower": -1}.get(goal.better, 0)
    if elder is None and math.isnan(goal.base_value):
        return None
    level = (
        level_of(elder, sign)
        if elder
        else (
            goal.base_value if sign >= 0 else -math.inf,
            goal.base_value if sign <= 0 else math.inf,
        )
    )
    return keeps(point.value, level, goal.tolerance, point.decimals)


_COLUMNS = (
    "scenario", "number", "indicator", "name_zh", "name_en", "target_year", "operator", "target_text", "target", "unit",
    "decimals", "better", "base_year", "base_value", "year", "value", "value_year", "value_status", "met", "c", "tau",
    "pace", "needed_per_year", "seen_per_year", "projected", "projected_met", "rating", "rating_zh", "rating_en", "method",
    "agreement", "firmness", "firmness_zh", "firmness_en", "reason_zh", "reason_en", "milestone", "version", "probability",
)  # fmt: skip


def _columns(method: str) -> list[str]:
    more = [f"{part}_{name}" for name in METHODS for part in ("figure", "label")] if method == "all" else []
    return [*_COLUMNS, *more]


def _row(case: Case, method: str) -> tuple[Any, ...]:
    goal, out = case.task.goal, case.outcome
    mine = Rating(out.pace, out.rating)
    rating = case.compared.get(method, mine)
    name = method if method in case.compared else "pace"
    words = LABELS[name][rating.label]
    milestone = "past" if goal.year < case.task.year else "next" if _is_next(case.task) else "later"
    cells: tuple[Any, ...] = (
        case.scenario, goal.number, goal.indicator, goal.name_zh, goal.name_en, goal.year, goal.operator, goal.text,
        goal.value if math.isnan(out.target) else out.target, goal.unit, goal.decimals, goal.better,
        goal.base_year if out.base_year is None else out.base_year,
        goal.base_value if math.isnan(out.base) and out.why != "break" else out.base, case.task.year,
        math.nan if out.point is None else out.point.value, out.value_year,
        "missing" if out.point is None else out.point.status, out.met, out.share, out.tau, out.pace, out.needed, out.seen,
        math.nan if case.ahead is None else case.ahead.value, case.ahead_met, rating.label, words.zh, words.en, method,
        case.firmness.agreement, case.firmness.figure, case.firmness.zh, case.firmness.en, case.reason_zh, case.reason_en,
        milestone, goal.version, case.probability,
    )  # fmt: skip
    if method == "all":
        for other in METHODS:
            cells += case.compared.get(other, mine)
    return cells


def _is_next(task: Task) -> bool:
    """Tell whether no earlier milestone of the same indicator and version is still to come."""
    return not any(old.year >= task.year for old in task.elders)


def rating_history(
    targets: pd.DataFrame,
    *,
    observed: pd.DataFrame | None = None,
    projected: xr.Dataset | None = None,
    years: Iterable[int],
    cuts: Cuts = CUTS,
) -> pd.DataFrame:
    """Show how each rating moved from one evaluation to the next, each with what was published by then.

    Parameters
    ----------
    targets, observed, projected, cuts
        As in `score`.
    years : iterable of int
        The years evaluated.

    Returns
    -------
    pandas.DataFrame, (scenarios x targets, columns)
        `scenario`, `number`, `indicator`, `name_zh`, `name_en`, `target_year`, `target_text`, `version`, then for each
        year Y `rating_Y` and `pace_Y`, and `moved_zh`, `moved_en`: the words in their order.

    Raises
    ------
    SchemaError
        As `score`; also if no year is given.
    """
    asked = list(years)
    if not asked:
        raise SchemaError("years is empty. Give at least one year to evaluate.")
    cards = {y: score(targets, observed=observed, projected=projected, year=y, cuts=cuts) for y in asked}
    first = cards[asked[0]]
    out = first[
        ["scenario", "number", "indicator", "name_zh", "name_en", "target_year", "target_text", "version"]
    ].copy()
    for y, card in cards.items():
        out[f"rating_{y}"] = card["rating"]
        out[f"pace_{y}"] = card["pace"]
    for language in ("zh", "en"):
        columns = np.array([card[f"rating_{language}"].to_numpy() for card in cards.values()])
        out[f"moved_{language}"] = [" → ".join(words) for words in columns.T]
    return out
