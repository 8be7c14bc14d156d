"""The working of a rating: target, base, value and their publications, the formula with its figures, the thresholds."""

import math

import pandas as pd
import xarray as xr

from popmodel.schema import UNITS, SchemaError, named
from popmodel.scoring.labels import LABELS
from popmodel.scoring.linear import CUTS, Cuts
from popmodel.scoring.precision import text
from popmodel.scoring.records import Goal, Point
from popmodel.scoring.scorecard import Case, cases_of


def explain(
    targets: pd.DataFrame,
    *,
    observed: pd.DataFrame | None = None,
    projected: xr.Dataset | None = None,
    year: int,
    indicator: str,
    scenario: str | None = None,
    cuts: Cuts = CUTS,
    base: str = "observed",
) -> str:
    """Write out how the ratings of one indicator came about, milestone by milestone.

    Parameters
    ----------
    targets, observed, projected, year, cuts, base
        As in `score`.
    indicator : str
        The indicator's id, or its number in the plan's table.
    scenario : str, optional
        The scenario; the first by default.

    Returns
    -------
    str
        For each milestone: target and source, base, value and publication, the values known, the formula with its
        figures, the cuts, the rating, the published methods, firmness and the reason.

    Raises
    ------
    SchemaError
        As `score`; also if the plan has no such indicator, or the projection no such scenario.

    Examples
    --------
    >>> text = pm.explain(
    ...     ev.targets, observed=ev.observed, projected=ev.values, year=2023, indicator="resident_population"
    ... )
    >>> "911.7" in text  # what was published of 2015
    True
    """
    cases = cases_of(targets, observed=observed, projected=projected, year=year, cuts=cuts, base=base)
    names = list(dict.fromkeys(case.scenario for case in cases))
    chosen = names[0] if scenario is None and names else scenario
    if chosen not in names:
        raise SchemaError(f"scenario {chosen!r} is not among {named(names)}. Name one of these.")
    found = [case for case in cases if case.scenario == chosen and indicator in _names(case.task.goal)]
    if not found:
        ids = dict.fromkeys(case.task.goal.indicator for case in cases)
        raise SchemaError(f"the plan has no indicator {indicator!r}. Use one of: {', '.join(ids)}.")
    first = found[0]
    head = [
        f"{first.task.goal.name_zh} · {first.task.goal.name_en}",
        f"{year}年评估 evaluated for {year}；情景 scenario {chosen}；单位 unit {UNITS[first.task.goal.unit].zh or '–'}",
        *[_line("数据", "known", f"{seen}: {_cited(p)}") for seen, p in sorted(first.line.observed.items())],
        _line("阈值", "cuts", _cuts(cuts)),
    ]
    return "\n\n".join(["\n".join(head), *[_write(case) for case in found]]) + "\n"


def _names(goal: Goal) -> tuple[str, ...]:
    return (goal.indicator, "" if goal.number is None else str(goal.number))


def _write(case: Case) -> str:
    goal, outcome = case.task.goal, case.outcome
    words = LABELS["pace"][outcome.rating]
    version = f"{goal.version}年版 version {goal.version}" if goal.version else ""
    lines = [
        f"{goal.year}  {goal.text}  {version}".rstrip(),
        _line("目标", "target", f"{goal.operator}; {goal.source}"),
        _line("基期", "base", _base(case)),
        _line("数值", "value", "–" if outcome.point is None else f"{outcome.value_year}: {_cited(outcome.point)}"),
        _line("公式", "formula", _formula(case)),
        _line("评级", "rating", f"{words.zh} {words.en}"),
        *[_line("方法", "method", each) for each in _methods(case)],
        _line("稳固", "firmness", _firm(case)),
        _line("理由", "reason", case.reason_zh),
        _line("　　", "", case.reason_en),
    ]
    return "\n".join(lines)


def _line(zh: str, en: str, content: str) -> str:
    return f"  {zh} {en:<10}{content}"


def _cited(point: Point) -> str:
    origin = f", {point.publication} ({point.published})" if point.publication else ""
    return f"{text(point.value, point.decimals)} ({point.status}{origin})"


def _base(case: Case) -> str:
    goal, outcome = case.task.goal, case.outcome
    parts = []
    if goal.base_year is not None:
        parts.append(f"{goal.base_year}: {goal.base_text or '–'} (plan)")
        if goal.base_year in case.line.observed:
            parts.append(_cited(case.line.observed[goal.base_year]))
    if outcome.base_year is not None and not math.isnan(outcome.base):
        parts.append(f"used: {outcome.base:.12g} in {outcome.base_year}")
    return "; ".join(parts) or "–"


def _formula(case: Case) -> str:
    goal, out = case.task.goal, case.outcome
    point = out.point
    if out.kind == "rising" and out.notes.last:
        return f"k/n = {out.notes.right}/{out.notes.last - out.notes.first} ({out.notes.first}–{out.notes.last})"
    if point is None or math.isnan(out.share) or out.base_year is None:
        return f"{goal.operator}: met = {'–' if out.met is None else out.met}"
    end = out.notes.since or goal.year
    name = "c" if out.kind == "climb" else "u"
    ratio = "c/τ" if out.kind == "climb" else "τ/u"
    return (
        f"{name} = ({point.value:.12g} − {out.base:.12g}) / ({out.target:.12g} − {out.base:.12g}) = {out.share:.4f}; "
        f"τ = ({out.value_year} − {out.base_year}) / ({end} − {out.base_year}) = {out.tau:.4f}; "
        f"{ratio} = {out.pace:.4f}"
    )


def _cuts(cuts: Cuts) -> str:
    words = LABELS["pace"]
    return ", ".join(f"{words[name].zh} ≥ {cut:g}" for name, cut in zip(Cuts._fields, cuts, strict=True))


def _methods(case: Case) -> list[str]:
    out = []
    for name, rating in case.compared.items():
        label = LABELS[name][rating.label]
        figure = "" if math.isnan(rating.figure) else f"{rating.figure:.4f} "
        out.append(f"{name}: {figure}{rating.label} ({label.zh})" if label.level >= 0 else f"{name}: {label.zh}")
    return out


def _firm(case: Case) -> str:
    firm = case.firmness
    return "–" if math.isnan(firm.figure) else f"{firm.figure:.2f} {firm.zh}; {firm.en}"
