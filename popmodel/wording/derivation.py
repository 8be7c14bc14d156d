"""The derivation of a rating: target, base, value and their publications, the formula with figures, the cuts."""

import math

import pandas as pd
import xarray as xr

from popmodel.schema import UNITS, SchemaError, named, near
from popmodel.scoring.columns import Case, row_of
from popmodel.scoring.labels import LEVELS
from popmodel.scoring.linear import CUTS, Cuts
from popmodel.scoring.precision import text
from popmodel.scoring.records import Point, Target
from popmodel.scoring.scorecard import cases_of
from popmodel.wording.card import rating_words, robustness_words
from popmodel.wording.messages import both
from popmodel.wording.reasons import reason


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
    area: str | None = None,
) -> str:
    """Write out how the ratings of one indicator came about, milestone by milestone.

    Parameters
    ----------
    targets, observed, projected, year, cuts, base, area
        As in `score`.
    indicator : str
        The indicator's id, or its number in the plan's table.
    scenario : str, optional
        The scenario; the first by default.

    Returns
    -------
    str
        For each milestone: target and source, base, value and publication, the values known, the formula with its
        figures, the cuts, the rating, the published methods, robustness and the reason.

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
    cases = cases_of(targets, observed=observed, projected=projected, year=year, cuts=cuts, base=base, area=area)
    names = list(dict.fromkeys(case.scenario for case in cases))
    chosen = names[0] if scenario is None and names else scenario
    if chosen not in names:
        raise SchemaError(f"scenario {chosen!r} is not among {named(names)}. Name one of these.{near(chosen, names)}")
    found = [case for case in cases if case.scenario == chosen and indicator in _names(case.request.target)]
    if not found:
        ids = list(dict.fromkeys(case.request.target.indicator for case in cases))
        raise SchemaError(
            f"the plan has no indicator {indicator!r}. Use one of: {', '.join(ids)}.{near(indicator, ids)}"
        )
    first = found[0]
    target = first.request.target
    head = [
        f"{target.name_zh} · {target.name_en}",
        "；".join(
            (
                " ".join(both("derivation-evaluated", year=str(year))),
                f"{' '.join(both('derivation-scenario'))} {chosen}",
                f"{' '.join(both('derivation-unit'))} {UNITS[target.unit].zh or '–'}",
            )
        ),
        *[_line("known", f"{when}: {_cited(p)}") for when, p in sorted(first.line.observed.items())],
        _line("cuts", _cuts(cuts)),
    ]
    return "\n\n".join(["\n".join(head), *[_write(case) for case in found]]) + "\n"


def _names(target: Target) -> tuple[str, ...]:
    return (target.indicator, "" if target.number is None else str(target.number))


def _write(case: Case) -> str:
    target, outcome = case.request.target, case.outcome
    version = " ".join(both("derivation-version", version=target.version)) if target.version else ""
    zh, en = reason(row_of(case))
    lines = [
        f"{target.year}  {target.text}  {version}".rstrip(),
        _line("target", f"{target.operator}; {target.source}"),
        _line("base", _base(case)),
        _line("value", "–" if outcome.point is None else f"{outcome.value_year}: {_cited(outcome.point)}"),
        _line("formula", _formula(case)),
        _line("rating", " ".join(rating_words(outcome.rating))),
        *[_line("method", each) for each in _methods(case)],
        _line("robustness", _robust(case)),
        _line("reason", zh),
        f"  {'　　'} {'':<12}{en}",
    ]
    return "\n".join(lines)


def _line(part: str, content: str) -> str:
    zh, en = both(f"derivation-{part}")
    return f"  {zh} {en:<12}{content}"


def _cited(point: Point) -> str:
    origin = f", {point.publication} ({point.published})" if point.publication else ""
    sure = " " + " ".join(both(f"confidence-{point.confidence}")) if point.confidence in ("medium", "low") else ""
    return f"{text(point.value, point.decimals)} ({' '.join(both(f'status-{point.status}'))}{origin}){sure}"


def _base(case: Case) -> str:
    target, outcome = case.request.target, case.outcome
    parts = []
    if target.base_year is not None:
        parts.append(f"{target.base_year}: {target.base_text or '–'} ({' '.join(both('derivation-plan'))})")
        if target.base_year in case.line.observed:
            parts.append(_cited(case.line.observed[target.base_year]))
    if outcome.base_year is not None and not math.isnan(outcome.base):
        used = both("derivation-used", figure=f"{outcome.base:.12g}", year=str(outcome.base_year))
        parts.append(" ".join(used))
    return "; ".join(parts) or "–"


def _formula(case: Case) -> str:
    target, out = case.request.target, case.outcome
    point, notes = out.point, out.notes
    if out.kind == "rising" and notes.first is not None and notes.last is not None:
        return f"k/n = {notes.right}/{notes.last - notes.first} ({notes.first}–{notes.last})"
    if point is None or math.isnan(out.share) or out.base_year is None:
        return f"{target.operator}: met = {'–' if out.met is None else out.met}"
    end = notes.level_year or target.year
    name = "c" if out.kind == "climb" else "u"
    part = "τ" if out.path is None or out.path.code == "linear" else "e"
    ratio = f"c/{part}" if out.kind == "climb" else f"{part}/u"
    asked = ""
    if out.path is not None and part == "e":
        asked = (
            f"e = ({out.path.value:.12g} − {out.base:.12g}) / ({out.level:.12g} − {out.base:.12g}) = "
            f"{out.path.share:.4f} ({out.path.code}); "
        )
    return (
        f"{name} = ({point.value:.12g} − {out.base:.12g}) / ({out.level:.12g} − {out.base:.12g}) = {out.share:.4f}; "
        f"τ = ({out.value_year} − {out.base_year}) / ({end} − {out.base_year}) = {out.tau:.4f}; {asked}"
        f"{ratio} = {out.pace:.4f}"
    )


def _cuts(cuts: Cuts) -> str:
    return ", ".join(f"{rating_words(name)[0]} ≥ {cut:g}" for name, cut in zip(Cuts._fields, cuts, strict=True))


def _methods(case: Case) -> list[str]:
    out = []
    for name, rating in case.compared.items():
        zh, _ = rating_words(rating.label, name)
        figure = "" if math.isnan(rating.figure) else f"{rating.figure:.4f} "
        out.append(f"{name}: {figure}{rating.label} ({zh})" if LEVELS[name][rating.label] >= 0 else f"{name}: {zh}")
    return out


def _robust(case: Case) -> str:
    zh, en = robustness_words(row_of(case))
    return f"{case.robustness.figure:.2f} {zh}; {en}" if zh else "–"
