"""What must not matter to a scorecard: the order of scenarios, rows and areas; and what a row knows by itself."""

import math
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings, strategies as st

from popmodel.schema import SchemaError
from popmodel.scoring import as_known, score
from popmodel.scoring.operators import holds, share_holding
from popmodel.scoring.records import targets_of
from popmodel.wording.card import worded
from popmodel.wording.derivation import explain
from popmodel.wording.messages import message

TABLES = runpy.run_path(str(Path(__file__).parent / "test_score.py"))
plan, level, goal, seen, foreseen, rising, dated = (
    TABLES[name] for name in ("plan", "level", "goal", "seen", "foreseen", "rising", "dated")
)
CITY = TABLES["CITY"]


def test_ratings_do_not_depend_on_which_scenario_comes_first():
    # The first scenario says nothing of 2026; the second does. Each is to be rated on its own.
    values = foreseen([[50, 51, math.nan, 60], [50, 51, 55, 60]], scenarios=("blank", "full"), first=2024)
    known = dated(seen({2019: 49.0}), 2026)
    there = score(plan(level()), observed=known, projected=values, year=2026)
    back = score(plan(level()), observed=known, projected=values.isel(scenario=[1, 0]), year=2026)
    columns = ["scenario", "value", "value_year", "rating", "pace"]
    both = [card[columns].sort_values("scenario").reset_index(drop=True) for card in (there, back)]
    pd.testing.assert_frame_equal(*both)


_KEY = ["scenario", "indicator", "target_year"]


def _case():
    """Return targets, observations and projections of two indicators, three areas, three scenarios."""
    targets = plan(
        level(), level(year=2025, value=55.0), level(indicator="births", operator="at_most", better="lower", value=40.0)
    )
    more = [seen({2021: 51.0, 2023: 53.0}), seen({2022: 48.0}).assign(indicator="births")]
    more += [seen({2021: 10.0, 2022: 11.0}, area="990001"), seen({2021: 20.0}, area="990002")]
    observed = pd.concat(more, ignore_index=True)
    rng = np.random.default_rng(11)
    data = 50 + rng.normal(0, 3, (3, 16, 3))
    data[0, 4] = math.nan
    array = (("scenario", "year", "area"), data, {"unit": "percent"})
    coords = {"scenario": ["a", "b", "c"], "year": range(2020, 2036), "area": ["990001", CITY, "990002"]}
    values = xr.Dataset({"residents": array, "births": array}, coords=coords, attrs={"city": CITY})
    return targets, observed, values


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_permuting_an_input_permutes_the_card_and_nothing_else(data):
    targets, observed, values = _case()
    plain = score(targets, observed=observed, projected=values, year=2023, method="all")
    shuffled = {name: data.draw(st.permutations(range(values.sizes[name]))) for name in ("scenario", "year", "area")}
    mixed = score(
        targets.iloc[data.draw(st.permutations(range(len(targets))))],
        observed=observed.iloc[data.draw(st.permutations(range(len(observed))))],
        projected=values.isel(shuffled),
        year=2023,
        method="all",
    )
    assert mixed["scenario"].unique().tolist() == [values["scenario"].to_numpy()[i] for i in shuffled["scenario"]]
    one, other = (card.sort_values(_KEY).reset_index(drop=True) for card in (plain, mixed))
    pd.testing.assert_frame_equal(one, other)


def test_the_plan_is_of_the_area_most_of_it_is_observed_in_unless_another_is_named():
    targets, observed, values = _case()
    assert score(targets, observed=observed.iloc[::-1], year=2023)["value"].tolist()[0] == 53.0
    assert score(targets, observed=observed, year=2022, area="990001")["value"].tolist()[0] == 11.0
    with pytest.raises(SchemaError, match=r"has no row of area 99001; .* Did you mean 990001"):
        score(targets, observed=observed, year=2022, area="99001")
    with pytest.raises(SchemaError, match="no city is named"):
        score(targets, projected=values.drop_attrs(), year=2024)


@pytest.mark.parametrize("operator", ["reach", "above", "below", "at_most", "about"])
def test_one_rounding_decides_whether_a_value_holds(operator):
    # -0.25 is printed -0.3; the share of the draws rounded it to -0.2
    target = targets_of(plan(level(operator=operator, value=-0.2, decimals=1, tolerance=0.0)))[0]
    for value in (-0.25, -0.15, -0.35, 0.25, 1.005):
        assert share_holding(target, np.array([value]), 1) == float(holds(target, value, 1))


def test_as_known_works_on_tables_put_one_below_the_other():
    first = seen({2022: 73.3}, published="2023-03", publication="Report")
    later = seen({2022: 73.7}, published="2024-03", publication="Communique", chosen="yes")
    both = pd.concat([first, later])
    assert both.index.duplicated().any()
    assert as_known(both, year=2022)["value"].tolist() == [73.3]
    assert as_known(both, year=2023)["value"].tolist() == [73.7]


def test_the_base_is_shown_where_only_the_census_gives_it():
    bare = level(base_value=math.nan, base_text="")
    row = score(plan(bare), observed=dated(seen({2020: 41.5}), 2023), year=2023).iloc[0]
    assert (row["rating"], row["base_value"]) == ("not_assessable", 41.5)


def test_a_misspelt_name_gets_the_one_that_was_meant():
    table, known = plan(level()), seen({2023: 53.0})
    with pytest.raises(SchemaError, match=r"method='destatiss' is not known.*Did you mean destatis\?"):
        score(table, observed=known, year=2023, method="destatiss")
    with pytest.raises(SchemaError, match=r"Did you mean residents\?"):
        explain(table, observed=known, year=2023, indicator="resident")
    with pytest.raises(SchemaError, match=r"Did you mean trend\?"):
        explain(table, projected=foreseen([50, 51, 52, 53]), year=2023, indicator="residents", scenario="trends")


def test_a_row_knows_what_its_reason_says():
    card = score(plan(*rising()), observed=seen({2025: 55.0, 2026: 56.0, 2027: 55.5, 2029: 57.0}), year=2029)
    row = card.iloc[-1]
    assert (row["reason"], row["kind"]) == ("rising", "rising")
    assert (row["first_year"], row["last_year"], row["right"]) == (2025, 2029, 1)
    assert (row["wrong_years"], row["unknown_years"]) == ((2027,), (2028, 2029))
    assert (row["value_decimals"], row["path_end"], row["robustness_code"]) == (1, 2030, "fairly_robust")
    assert not [name for name in card if name.startswith(("reason_", "rating_", "robustness_z"))]


def test_a_plan_without_targets_has_an_empty_card_with_its_columns():
    empty, full = (score(table, observed=seen({2023: 53.0}), year=2023) for table in (plan(), plan(level())))
    assert (len(empty), list(empty)) == (0, list(full))
    assert worded(empty).empty


def test_counts_of_one_are_said_in_the_singular():
    said = message("en", "finding-fail", scenario="Plan", failing=2, told=6, indicators=1, open=0)
    assert said.startswith(
        "Under “Plan” 2 of the 6 targets that can be projected are missed by more than the back-tested "
    )
    assert said.endswith("error; missed are targets of one indicator:")
    assert "the one target that can be projected is not missed" in message(
        "en", "finding-all-hold", scenario="Plan", told=1, open=0
    )
