"""Learned migration against counties that it was not learned from: the proof, printed in docs/backtest.md."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.backtesting.counties import RULES, predict_counties, predict_units, prediction_errors
from popmodel.backtesting.table import prediction_markdown

TEXT = (Path(__file__).parents[1] / "docs" / "backtest.md").read_text(encoding="utf-8")
COUNTIES = pm.data_path("reference/china_counties")


@pytest.fixture(scope="module")
def counties() -> xr.Dataset:
    return pm.read_counties(COUNTIES / "counties_age5.csv.gz")


@pytest.fixture(scope="module")
def predicted(counties: xr.Dataset) -> xr.Dataset:
    return predict_counties(counties)


def test_learned_ages_beat_the_rules_that_know_less(predicted: xr.Dataset) -> None:
    for by, exceptions in (("all", 0), ("size", 0), ("province", 1)):
        median = prediction_errors(predicted, by=by).pivot(index="group", columns="rule", values="median")
        naive = median.drop(columns="learned").min(axis=1)
        # In one province of sixteen (23) the pooled cohort-change ratios are a little better.
        assert int((median["learned"] >= naive).sum()) <= exceptions
    table = prediction_errors(predicted).set_index("rule")
    learned, standard = (float(table["median"].loc[rule]) for rule in ("learned", "rogers_castro"))
    assert learned <= 8.5
    assert learned < 2 / 3 * standard
    assert abs(float(table["bias_60_plus"].loc["learned"])) <= 0.2


def test_every_rule_with_a_total_meets_it(predicted: xr.Dataset) -> None:
    total = predicted.counted.sum(("sex", "age_reached"))
    for rule in RULES[1:]:
        whole = predicted.predicted.sel(rule=rule).sum(("sex", "age_reached"))
        np.testing.assert_allclose(whole, total, rtol=1e-9)


@pytest.mark.parametrize("by", ["all", "size", "age"])
def test_the_document_holds_these_tables(predicted: xr.Dataset, by: str) -> None:
    assert prediction_markdown(prediction_errors(predicted, by=by), lang="en") in TEXT


def test_the_city_s_own_units_on_the_mean(counties: xr.Dataset, census: xr.Dataset) -> None:
    earlier = pm.read_census(pm.data_path("census/wenzhou"), year=2010)
    schedules = pm.read_schedules(COUNTIES)
    found = predict_units(census, schedules, earlier=earlier, counties=counties)
    mean = prediction_errors(found).set_index("rule")["mean"]
    assert mean["learned"] < 0.8 * mean.drop("learned").min()
    by_unit = prediction_errors(found, by="unit").pivot(index="group", columns="rule", values="mean")
    # Where the document says so.
    for unit in ("330302", "330303+330305", "330304", "330328", "330329"):
        assert by_unit.loc[unit].idxmin() == "learned"


def test_a_province_alone_has_nothing_to_learn_from(counties: xr.Dataset) -> None:
    alone = counties.sel(unit=counties.province == "13")
    with pytest.raises(pm.SchemaError, match="all counties lie in province 13; nothing is left to learn from"):
        predict_counties(alone)
    given = predict_counties(alone, pm.read_schedules(COUNTIES))
    assert given.sizes["unit"] == alone.sizes["unit"]
    with pytest.raises(pm.SchemaError, match="by='county' must be all, size, age, province or unit"):
        prediction_errors(given, by="county")
