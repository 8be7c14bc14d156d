"""Evidence apart from outlook, the paths by which progress is paced, and what is too close to call."""

import math
import runpy
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, strategies as st

from popmodel.schema import SchemaError
from popmodel.scoring import outlook, score
from popmodel.scoring.outlook import errors_of, overall, relative_error
from popmodel.scoring.paths import path_at
from popmodel.wording.card import worded

TABLES = runpy.run_path(str(Path(__file__).parent / "test_score.py"))
plan, level, seen, foreseen, dated = (TABLES[name] for name in ("plan", "level", "seen", "foreseen", "dated"))


@pytest.mark.parametrize(
    ("status", "evidence", "rating"),
    [("source", "observed", "ahead"), ("derived", "derived", "ahead"), ("assumed", "assumed", "not_assessable")],
)
def test_only_published_and_derived_values_are_rated(status, evidence, rating):
    row = score(plan(level()), observed=dated(seen({2023: 54.0}, status=status), 2023), year=2023).iloc[0]
    assert (row["evidence"], row["rating"]) == (evidence, rating)


def test_every_rating_of_the_shipped_case_has_evidence(evaluation):
    card = evaluation.ratings
    rated = card["rating"] != "not_assessable"
    assert set(card.loc[rated, "evidence"]) == {"observed", "derived"}
    one = card[rated].groupby(["indicator", "target_year"])["rating"].nunique()
    assert (one == 1).all()  # no scenario moves a rating


def test_a_target_is_paced_through_its_milestones():
    # 50 (2020) -> 60 (2025) -> 65 (2030): 2023 asks for 56, not for the 54.5 of a straight line to 65
    goals = [level(year=2025, value=60.0), level(value=65.0, text="65")]
    row = score(plan(*goals), observed=seen({2023: 55.0}), year=2023).iloc[-1]
    assert (row["path"], row["path_value"], row["path_share"]) == ("milestones", 56.0, 0.4)
    assert row["pace"] == pytest.approx(5 / 15 / 0.4)
    assert row["pace_linear"] == pytest.approx(5 / 15 / 0.3)
    assert row["rating"] == "nearly"


def test_a_milestone_the_other_way_leaves_the_straight_line():
    assert path_at([(2020, 50.0), (2025, 40.0), (2030, 60.0)], 2023).code == "linear"


def test_a_reference_path_gives_the_shape():
    # The cohorts rise by a tenth in the first half and by the rest in the second; scaled to end on the target
    paths = pd.DataFrame({"indicator": "residents", "year": [2020, 2025, 2030], "value": [0.10, 0.12, 0.30]})
    paths["unit"] = "percent"
    goal = level(operator="below", value=60.0, better="lower")
    known = seen({2025: 51.0})
    row = worded(score(plan(goal), observed=known, year=2025, paths=paths)).iloc[0]
    assert (row["path"], row["path_value"]) == ("reference", 51.0)  # 50 + 10 * .02 / .20
    assert (row["pace"], row["rating"]) == (1.0, "on_track")
    assert row["pace_linear"] == 5.0
    assert "cohorts" in row["reason_en"]
    with pytest.raises(SchemaError, match="paths have no column unit"):
        score(plan(goal), observed=known, year=2025, paths=paths.drop(columns="unit"))
    with pytest.raises(SchemaError, match="stands twice or is NaN"):
        score(plan(goal), observed=known, year=2025, paths=pd.concat([paths, paths]))


@given(
    values=st.lists(st.integers(1, 50), min_size=1, max_size=4),
    part=st.floats(0.01, 1.0),
)
def test_a_path_ends_on_its_target_and_never_leaves_the_way(values, part):
    total, knots = 0.0, [(2020, 0.0)]
    for place, step in enumerate(values, start=1):
        total += step
        knots.append((2020 + 5 * place, total))
    last = knots[-1][0]
    year = max(2021, round(2020 + part * (last - 2020)))
    assert path_at(knots, last).share == 1.0
    assert 0 < path_at(knots, year).share <= 1


def test_a_value_on_the_number_that_decides_is_too_close_to_call():
    near = score(plan(level()), observed=seen({2030: 60.0}), year=2030).iloc[0]
    assert (near["rating"], near["too_close"], near["robustness_code"]) == ("met", True, "too_close")
    clear = score(plan(level()), observed=seen({2030: 60.2}), year=2030).iloc[0]
    assert (clear["rating"], clear["too_close"]) == ("met", False)
    assert (
        "too close to call"
        in worded(score(plan(level()), observed=seen({2030: 60.0}), year=2030)).iloc[0]["robustness_en"]
    )


ERRORS = pd.DataFrame({"indicator": "residents", "horizon": [10], "error": [0.10]})


@pytest.mark.parametrize(
    ("ends", "each", "together"),
    [
        ((65.0, 66.0), ("will_hold", "will_hold"), "will_hold"),
        ((62.0, 66.0), ("open", "will_hold"), "open"),
        ((50.0, 51.0), ("will_fail", "will_fail"), "will_fail"),
        ((50.0, 70.0), ("will_fail", "will_hold"), "open"),
        ((math.nan, 70.0), ("not_modelled", "will_hold"), "will_hold"),
        ((math.nan, math.nan), ("not_modelled", "not_modelled"), "not_modelled"),
    ],
)
def test_an_outlook_is_beyond_the_back_tested_error_or_open(ends, each, together):
    # five years ahead: half the error at ten, so 5 % of the value
    values = foreseen([[50] * 10 + [end] for end in ends], scenarios=("a", "b"))
    card = score(plan(level()), observed=seen({2025: 55.0}), projected=values, year=2025, errors=ERRORS)
    assert tuple(card["outlook_scenario"]) == each
    assert set(card["outlook"]) == {together}
    table = outlook(card)
    assert (table["outlook_a"].item(), table["outlook_b"].item(), table["outlook"].item()) == (*each, together)


def test_what_has_not_been_back_tested_is_open():
    values = foreseen([50] * 10 + [90])
    other = ERRORS.assign(indicator="births")
    card = score(plan(level()), observed=seen({2025: 55.0}), projected=values, year=2025, errors=other)
    assert card["outlook"].item() == "open"
    assert math.isnan(card["margin"].item())
    bare = score(plan(level()), observed=seen({2025: 55.0}), projected=values, year=2025)
    assert bare["outlook"].item() == "open"  # no table of errors at all


def test_what_a_scenario_was_solved_for_is_assumed():
    values = foreseen([[50] * 10 + [60], [50] * 10 + [70]], scenarios=("plan", "trend"))
    decided = pd.DataFrame({"scenario": ["plan"], "indicator": ["residents"], "year": [2030]})
    card = score(plan(level()), observed=seen({2025: 55.0}), projected=values, year=2025, decided=decided,
                 errors=ERRORS)  # fmt: skip
    assert card["outlook_scenario"].tolist() == ["assumed", "will_hold"]
    assert set(card["outlook"]) == {"will_hold"}
    assert overall(["assumed", "not_modelled"]) == "assumed"


def test_errors_are_even_between_horizons_and_in_proportion_beyond():
    table = pd.concat([ERRORS, ERRORS.assign(horizon=5, error=0.02)])
    errors = errors_of(table)
    assert [relative_error(errors, "residents", h) for h in (5, 10, 20)] == [0.02, 0.10, 0.20]
    assert relative_error(errors, "residents", 7) == pytest.approx(0.052)
    lucky = errors_of(pd.concat([ERRORS.assign(error=0.01), ERRORS.assign(horizon=5, error=0.02)]))
    assert [relative_error(lucky, "residents", h) for h in (5, 10, 20)] == [0.02, 0.02, 0.04]
    with pytest.raises(SchemaError, match=r"errors: residents: horizon 0"):
        errors_of(ERRORS.assign(horizon=0))
    with pytest.raises(SchemaError, match="errors have no column horizon"):
        errors_of(ERRORS.drop(columns="horizon"))


def test_a_year_after_the_newest_figure_is_refused():
    with pytest.raises(
        SchemaError, match=r"year 2024 is after the newest figure, of 2023\. There are figures of 2022, 2023"
    ):
        score(plan(level()), observed=seen({2022: 52.0, 2023: 53.0}), year=2024)
