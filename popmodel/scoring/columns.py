"""The rows of a scorecard: codes and numbers of each case, so that nobody has to read them out of a sentence."""

import math
from typing import Any, NamedTuple

import pandas as pd

from popmodel.scoring.evidence import evidence_of
from popmodel.scoring.labels import METHODS
from popmodel.scoring.linear import CUTS
from popmodel.scoring.outcome import NOT_ASSESSABLE, Outcome, Request
from popmodel.scoring.outlook import NOT_MODELLED, Outlook
from popmodel.scoring.rating import Rating
from popmodel.scoring.records import Line, Point, Target
from popmodel.scoring.robustness import Robustness


class Case(NamedTuple):
    """One target in one scenario, rated."""

    scenario: str
    request: Request
    line: Line
    reference: Line | None
    outcome: Outcome
    compared: dict[str, Rating]
    robustness: Robustness
    ahead: Point | None
    ahead_met: bool | None
    outlook: Outlook = Outlook(NOT_MODELLED)
    overall: str = ""
    probability: float = math.nan
    drawn: bool = False


def card_of(cases: list[Case], method: str = "pace") -> pd.DataFrame:
    """Return the scorecard of the cases; `method` as in `score`."""
    rows = [row_of(case, method) for case in cases]
    table = pd.DataFrame(rows, columns=list(rows[0] if rows else row_of(_BLANK, method)))
    kinds = {**dict.fromkeys(_WHOLE, "Int64"), **dict.fromkeys(_YES_NO, "boolean")}
    return table.astype({name: kind for name, kind in kinds.items() if name in table})


_WHOLE = (
    "number", "target_year", "decimals", "base_year", "year", "value_year", "value_decimals", "path_end", "level_year",
    "first_year", "last_year", "other_decimals", "lost_year", "lost_decimals", "once_year",
    "known_year",
)  # fmt: skip
_YES_NO = ("met", "projected_met", "assumed", "drawn", "too_close")


def row_of(case: Case, method: str = "pace") -> dict[str, Any]:
    """Return one row of the scorecard."""
    mine = Rating(case.outcome.pace, case.outcome.rating)
    row = {**_target(case), **_value(case), **_rating(case, method, mine), **_reason(case), **_ahead(case)}
    if method == "all":
        for name in METHODS:
            figure, label = case.compared.get(name, mine)
            row |= {f"figure_{name}": figure, f"label_{name}": label}
    return row


def _target(case: Case) -> dict[str, Any]:
    target, out = case.request.target, case.outcome
    past = target.year < case.request.year
    return {
        "scenario": case.scenario,
        "number": target.number,
        "indicator": target.indicator,
        "name_zh": target.name_zh,
        "name_en": target.name_en,
        "target_year": target.year,
        "operator": target.operator,
        "target_text": target.text,
        "target": target.value if math.isnan(out.level) else out.level,
        "unit": target.unit,
        "decimals": target.decimals,
        "better": target.better,
        "milestone": "past" if past else "next" if _is_next(case.request) else "later",
        "version": target.version,
        "section": target.section,
        "place": target.place,
        "departments": target.departments,
        "former": tuple((old.version, old.text) for old in case.request.former if old.text != target.text),
    }


def _value(case: Case) -> dict[str, Any]:
    target, out, point = case.request.target, case.outcome, case.outcome.point
    unknown = math.isnan(out.base) and out.notes.lack != "break"
    return {
        "base_year": target.base_year if out.base_year is None else out.base_year,
        "base_value": target.base_value if unknown else out.base,
        "year": case.request.year,
        "value": point.value if point else math.nan,
        "value_year": out.value_year,
        "value_decimals": point.decimals if point else None,
        "value_status": point.status if point else "missing",
        "value_confidence": point.confidence if point else "",
        "known_year": max((year for year in case.line.observed if year <= case.request.year), default=None),
        "evidence": evidence_of(point, case.line),
        "assumed": case.line.assumed,
        "drawn": case.drawn,
        "met": out.met,
    }


def _rating(case: Case, method: str, mine: Rating) -> dict[str, Any]:
    out, firm = case.outcome, case.robustness
    return {
        "kind": out.kind,
        "path_end": (out.notes.level_year if out.kind in ("climb", "budget") else None) or case.request.target.year,
        "c": out.share,
        "tau": out.tau,
        "pace": out.pace,
        "pace_linear": out.linear,
        "path": out.path.code if out.path else "",
        "path_value": out.path.value if out.path else math.nan,
        "path_share": out.path.share if out.path else math.nan,
        "needed_per_year": out.needed,
        "observed_per_year": out.observed,
        "rating": case.compared.get(method, mine).label,
        "method": method if method in case.compared else "pace",
        "too_close": firm.too_close,
        "robustness": firm.figure,
        "robustness_code": firm.code,
        "digit": firm.digit,
        "methods": firm.methods,
        "methods_agreeing": firm.agreeing,
        "agreement": firm.agreement,
    }


def _reason(case: Case) -> dict[str, Any]:
    notes, other = case.outcome.notes, case.outcome.notes.other
    lost_year, lost = notes.lost or (None, None)
    return {
        "reason": case.outcome.reason,
        "lack": notes.lack,
        "level_year": notes.level_year,
        "level_text": notes.level_text,
        "first_year": notes.first,
        "last_year": notes.last,
        "right": notes.right,
        "wrong_years": notes.wrong,
        "unknown_years": notes.unknown,
        "other_value": other.value if other else math.nan,
        "other_decimals": other.decimals if other else None,
        "lost_year": lost_year,
        "lost_value": lost.value if lost else math.nan,
        "lost_decimals": lost.decimals if lost else None,
        "once_year": notes.once,
    }


def _ahead(case: Case) -> dict[str, Any]:
    return {
        "projected": case.ahead.value if case.ahead else math.nan,
        "projected_met": case.ahead_met,
        "outlook": case.overall,
        "outlook_scenario": case.outlook.code,
        "distance": case.outlook.distance,
        "margin": case.outlook.margin,
        "probability": case.probability,
    }


def _is_next(request: Request) -> bool:
    """Tell whether no earlier milestone of the same indicator and version is still to come."""
    return not any(old.year >= request.year for old in request.earlier)


_NO_TARGET = Target(
    "", None, "", "", 0, "reach", math.nan, math.nan, math.nan, "", math.nan, 0, "", "", None, math.nan, "", None, "",
    "", "",
)  # fmt: skip
_BLANK = Case(
    "",
    Request(_NO_TARGET, (), 0, CUTS),
    Line({}, {}),
    None,
    Outcome(NOT_ASSESSABLE, "no_value"),
    {},
    Robustness(math.nan, math.nan, 0, 0),
    None,
    None,
)
"""Gives a scorecard without targets its columns."""
