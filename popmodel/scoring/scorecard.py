"""The scorecard: every target, in every scenario, against what is observed and projected."""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.schema import SchemaError, convert
from popmodel.scoring.assessment import evaluate, met_ahead
from popmodel.scoring.comparison import Firmness, how_firm, others
from popmodel.scoring.labels import LABELS, METHODS
from popmodel.scoring.linear import CUTS, Cuts
from popmodel.scoring.operators import share_holding
from popmodel.scoring.outcome import Outcome, Task
from popmodel.scoring.rating import Rating
from popmodel.scoring.records import (
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
from popmodel.wording.reasons import sentences


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
    base: str = "observed",
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
    base : {"plan", "observed"}
        Which base counts where both are known: the one observed in the base year, which is of the same kind as the
        later values (the default), or the one that the plan prints, which may be the census day's where the yearly
        series has the end of the year.

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
    * `qualitative`: the plan prints no number to compare with: not assessable;
    * a base on another statistical basis than the value, or none, leaves only met and not met.

    Examples
    --------
    >>> card = pm.score(ev.targets, observed=ev.observed, projected=ev.values, year=2023)
    >>> here = card.query("indicator == 'resident_population' and target_year == 2025")
    >>> here["rating"].tolist()
    ['behind', 'behind']
    """
    if method != "all" and method not in METHODS:
        raise SchemaError(f"method={method!r} is not known. Use one of: {', '.join(METHODS)}, all.")
    cases = cases_of(targets, observed=observed, projected=projected, year=year, cuts=cuts, base=base)
    table = pd.DataFrame([_row(case, method) for case in cases], columns=_columns(method))
    whole = ["number", "target_year", "decimals", "base_year", "year", "value_year"]
    return table.astype({**dict.fromkeys(whole, "Int64"), "met": "boolean", "projected_met": "boolean"})


def cases_of(
    targets: pd.DataFrame,
    *,
    observed: pd.DataFrame | None,
    projected: xr.Dataset | None,
    year: int,
    cuts: Cuts,
    base: str,
) -> list[Case]:
    """Return every target in every scenario with all that was found (the parameters are those of `score`)."""
    if base not in ("plan", "observed"):
        raise SchemaError(f"base={base!r} is not known. Use 'plan' or 'observed'.")
    goals = goals_of(targets)
    area = area_of(observed, projected)
    seen = {} if observed is None else observations(as_known(observed, year=year), area)
    views = {} if projected is None else projections(projected, {goal.indicator for goal in goals})
    scenarios = ["observed"] if projected is None else [str(name) for name in projected["scenario"].to_numpy()]
    tasks = [Task(goal, _elders(goal, goals), year, cuts, base, _former(goal, goals)) for goal in goals]
    known = [(_points(goal.indicator, goal.unit, seen), _reference(goal, seen)) for goal in goals]
    out: list[Case] = []
    for order, scenario in enumerate(scenarios):
        for position, (task, (past, reference)) in enumerate(zip(tasks, known, strict=True)):
            view = views.get(task.goal.indicator)
            line = Line(past, {}) if view is None else Line(past, _projected(view, task.goal, order), view.assumed)
            first = out[position] if order and _settled(out[position], line) else None
            case = _case(
                scenario, task, line, reference, drawn=view is not None and view.draws is not None, first=first
            )
            out.append(case._replace(probability=_probability(view, task.goal, order)))
    return out


def _case(scenario: str, task: Task, line: Line, reference: Line | None, *, drawn: bool, first: Case | None) -> Case:
    """Rate one target in one scenario; `first` is the same case in another scenario if nothing can differ."""
    ahead, ahead_met = line.projected.get(task.goal.year), met_ahead(task, line)
    if first is not None:
        return first._replace(scenario=scenario, line=line, ahead=ahead, ahead_met=ahead_met)
    outcome = evaluate(task, line, reference)
    compared = others(task, line, outcome)
    firmness = how_firm(task, line, reference, outcome, compared)
    reasons = sentences(task, line, outcome, draws=drawn)
    return Case(scenario, task, line, reference, outcome, compared, firmness, ahead, ahead_met, math.nan, *reasons)


def _settled(first: Case, line: Line) -> bool:
    """Tell whether a rating rests on observations alone, so that it is the same in every scenario."""
    point = first.outcome.point
    if first.task.goal.operator == "rising" and line.projected:
        return False
    return point is not None and point.status != "projected"


def _elders(goal: Goal, goals: Iterable[Goal]) -> tuple[Goal, ...]:
    own = (goal.section, goal.indicator, goal.version)
    same = [g for g in goals if (g.section, g.indicator, g.version) == own and g.year < goal.year]
    return tuple(sorted(same, key=lambda g: g.year))


def _former(goal: Goal, goals: Iterable[Goal]) -> tuple[Goal, ...]:
    """Return the same target in earlier versions of the plan."""
    own = (goal.section, goal.place, goal.indicator, goal.year)
    same = [g for g in goals if (g.section, g.place, g.indicator, g.year) == own and g.version < goal.version]
    return tuple(sorted(same, key=lambda g: g.version))


def _points(indicator: str, unit: str, seen: dict[str, list[tuple[int, Point]]]) -> dict[int, Point]:
    return {year: in_unit(point, unit, what=f"observed {indicator} {year}") for year, point in seen.get(indicator, [])}


def _reference(goal: Goal, seen: dict[str, list[tuple[int, Point]]]) -> Line | None:
    """Return the series that a target names to compare with; ranks stay ranks."""
    points = seen.get(goal.reference, []) if goal.reference else []
    if not points:
        return None
    ranks = all(point.unit == "rank" for _, point in points)
    return Line(_points(goal.reference, "rank" if ranks else goal.unit, seen), {})


def _projected(view: Projection, goal: Goal, order: int) -> dict[int, Point]:
    """Return the projected points in the target's unit, to be read at the precision that the target declares."""
    factor = float(convert(1.0, view.unit, goal.unit, what=f"projected {goal.indicator}"))
    return {
        year: Point(float(f"{value * factor:.12g}"), goal.decimals, "projected", unit=goal.unit)
        for year, value in zip(view.years, view.median[order].tolist(), strict=True)
        if not math.isnan(value)
    }


def _probability(view: Projection | None, goal: Goal, order: int) -> float:
    """Return the share of draws that meet the target at its milestone; NaN without draws."""
    if view is None or view.draws is None or goal.year not in view.years:
        return math.nan
    factor = float(convert(1.0, view.unit, goal.unit, what=f"projected {goal.indicator}"))
    return share_holding(goal, view.draws[order, :, view.years.index(goal.year)] * factor, goal.decimals)


_COLUMNS = (
    "scenario", "number", "indicator", "name_zh", "name_en", "target_year", "operator", "target_text", "target",
    "unit", "decimals", "better", "base_year", "base_value", "year", "value", "value_year", "value_status", "met", "c",
    "tau", "pace", "needed_per_year", "seen_per_year", "projected", "projected_met", "rating", "rating_zh",
    "rating_en", "method", "agreement", "firmness", "firmness_zh", "firmness_en", "reason_zh", "reason_en",
    "milestone", "version", "probability", "section", "place", "departments",
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
    point, firm = out.point, case.firmness
    cells: tuple[Any, ...] = (
        case.scenario, goal.number, goal.indicator, goal.name_zh, goal.name_en, goal.year, goal.operator, goal.text,
        goal.value if math.isnan(out.target) else out.target, goal.unit, goal.decimals, goal.better,
        goal.base_year if out.base_year is None else out.base_year,
        goal.base_value if math.isnan(out.base) and out.notes.lack != "break" else out.base, case.task.year,
        point.value if point else math.nan, out.value_year, point.status if point else "missing", out.met,
        out.share, out.tau, out.pace, out.needed, out.seen,
        case.ahead.value if case.ahead else math.nan, case.ahead_met, rating.label, words.zh, words.en, method,
        firm.agreement, firm.figure, firm.zh, firm.en, case.reason_zh, case.reason_en,
        milestone, goal.version, case.probability, goal.section, goal.place, goal.departments,
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
    base: str = "observed",
) -> pd.DataFrame:
    """Show how each rating moved from one evaluation to the next, each with what was published by then.

    Parameters
    ----------
    targets, observed, projected, cuts, base
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

    Examples
    --------
    >>> pace = pm.rating_history(ev.targets, observed=ev.observed, years=[2021, 2022, 2023])
    >>> sorted(set(pace["indicator"])) == sorted(set(ev.targets["indicator"]))
    True
    """
    asked = list(years)
    if not asked:
        raise SchemaError("years is empty. Give at least one year to evaluate.")
    cards = {y: score(targets, observed=observed, projected=projected, year=y, cuts=cuts, base=base) for y in asked}
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
