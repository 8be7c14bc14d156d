"""Every number and code of the shipped evaluation of 2023 as it stood: nothing moves unseen.

After a wanted change run this file with UPDATE_FROZEN=1 set, read the difference, and explain it in CHANGELOG.md.
"""

import math
import os
from pathlib import Path

import pandas as pd
import pytest

import popmodel as pm

FROZEN = Path(__file__).parent / "frozen" / "scorecard_2023.csv"
KEY = ["scenario", "version", "indicator", "target_year"]
TEXTS = ["name_zh", "name_en", "target_text", "departments", "section", "place"]
"""Columns that print what the plan says: `test_data` holds them against it."""


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _table(ratings: pd.DataFrame) -> pd.DataFrame:
    """Return the scorecard as text, numbers to twelve digits, rows in the order of their keys."""
    kept = ratings.drop(columns=TEXTS)
    out = pd.DataFrame({name: [_cell(value) for value in kept[name]] for name in kept})
    return out.sort_values(KEY).set_index(KEY)


def _differs(then: str, now: str) -> bool:
    try:
        return not math.isclose(float(then), float(now), rel_tol=1e-8, abs_tol=1e-12)
    except ValueError:
        return then != now


def _changes(then: pd.DataFrame, now: pd.DataFrame) -> list[str]:
    assert list(now.columns) == list(then.columns)
    assert list(now.index) == list(then.index)
    return [
        f"{' '.join(map(str, row))} {name}: {old!r} → {new!r}"
        for name in then
        for row, old, new in zip(then.index, then[name], now[name], strict=True)
        if old != new and _differs(old, new)
    ]


@pytest.fixture(scope="module")
def now(evaluation: pm.Evaluation) -> pd.DataFrame:
    return _table(evaluation.ratings)


def test_the_scorecard_is_the_frozen_one(now: pd.DataFrame) -> None:
    if os.environ.get("UPDATE_FROZEN"):
        now.to_csv(FROZEN, lineterminator="\n")
    then = pd.read_csv(FROZEN, dtype=str, keep_default_na=False).set_index(KEY)
    assert len(then) == 120
    assert _changes(then, now) == []


def test_a_changed_number_and_a_changed_code_are_seen(now: pd.DataFrame) -> None:
    other = now.copy()
    other.iloc[0, other.columns.get_loc("projected")] = "12345"
    other.iloc[1, other.columns.get_loc("rating")] = "other"
    assert len(_changes(now, other)) == 2
