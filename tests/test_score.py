"""The scorecard: every operator and every edge, on tables small enough to be worked by hand."""

import math
import time

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings, strategies as st

from popmodel.files.observed import OBSERVED_COLUMNS
from popmodel.files.targets import TARGET_COLUMNS
from popmodel.schema import SchemaError
from popmodel.scoring import Cuts, as_known, rating_history, score
from popmodel.scoring.labels import METHODS
from popmodel.wording.card import worded, worded_history
from popmodel.wording.derivation import explain

CITY = "990000"


def goal(**change):
    """Return one target: residents, 1000 in 2025 from 958.7 in 2020."""
    row = dict.fromkeys(TARGET_COLUMNS, "")
    row |= {
        "value": math.nan,
        "lower": math.nan,
        "upper": math.nan,
        "tolerance": math.nan,
        "number": 1,
        "start_year": pd.NA,
    }
    row |= {"indicator": "residents", "name_zh": "常住人口", "name_en": "Residents", "year": 2025, "operator": "reach"}
    row |= {"value": 1000.0, "unit": "10k_persons", "decimals": 1, "better": "higher", "text": "1000", "source": "plan"}
    row |= {"base_year": 2020, "base_value": 958.7, "base_text": "958.7", "version": "2022"}
    return row | change


def level(**change):
    """Return one target in percent from 50 (2020), to be reached in 2030."""
    row = {"unit": "percent", "year": 2030, "base_value": 50.0, "base_text": "50.0", "value": 60.0, "text": "60"}
    return goal(**(row | change))


def plan(*goals):
    table = pd.DataFrame(goals, columns=list(TARGET_COLUMNS))
    whole = ["number", "year", "decimals", "base_year", "start_year"]
    return table.astype(dict.fromkeys(whole, "Int64"))


def seen(values, **change):
    """Return observations: year → value, published in March of the year after."""
    rows = []
    for year, value in values.items():
        row = dict.fromkeys(OBSERVED_COLUMNS, "")
        row |= {"indicator": "residents", "area": CITY, "year": year, "value": float(value), "unit": "percent"}
        row |= {
            "decimals": 1,
            "basis": "new",
            "status": "source",
            "published": f"{year + 1}-03",
            "publication": "Bureau",
        }
        rows.append(row | change)
    return pd.DataFrame(rows, columns=list(OBSERVED_COLUMNS)).astype({"year": "Int64", "decimals": "Int64"})


def foreseen(values, *, unit="percent", scenarios=("trend",), first=2020, **attrs):
    """Return a projection with one list of yearly values for each scenario."""
    data = np.array(values, dtype=float).reshape(len(scenarios), -1, 1)
    coords = {"scenario": list(scenarios), "year": range(first, first + data.shape[1]), "area": [CITY]}
    array = xr.DataArray(data, dims=("scenario", "year", "area"), attrs={"unit": unit, "decimals": 1, **attrs})
    return xr.Dataset({"residents": array}, coords=coords)


def dated(observed, year):
    """Add a figure of another indicator, so that there is something to evaluate `year` by."""
    places = sorted(set(observed["area"]))
    other = [seen({year: 1.0}, indicator="other", area=place) for place in places]
    return pd.concat([observed, *(table[list(observed.columns)] for table in other)], ignore_index=True)


def one(goals, values, *, year, **options):
    """Return the last row of the scorecard."""
    goals = goals if isinstance(goals, list) else [goals]
    observed = values if isinstance(values, pd.DataFrame) or values is None else seen(values)
    observed = observed if observed is None else dated(observed, year)
    return worded(score(plan(*goals), observed=observed, year=year, **options)).iloc[-1]


RESIDENTS = seen({2020: 958.7, 2021: 964.5, 2022: 967.9, 2023: 976.1}, unit="10k_persons", publication="Communique")


def same(cell, expected):
    """Tell whether a nullable cell is what was expected."""
    return pd.isna(cell) if pd.isna(expected) else (not pd.isna(cell) and bool(cell) == expected)


def test_residents_in_all_columns():
    row = one(goal(), RESIDENTS, year=2023)
    expected = {
        "scenario": "observed",
        "number": 1,
        "target_year": 2025,
        "target_text": "1000",
        "target": 1000.0,
        "base_year": 2020,
        "base_value": 958.7,
        "year": 2023,
        "value": 976.1,
        "value_year": 2023,
        "value_status": "observed",
        "met": False,
        "c": pytest.approx(17.4 / 41.3),
        "tau": 0.6,
        "pace": pytest.approx(17.4 / 41.3 / 0.6),
        "needed_per_year": pytest.approx(11.95),
        "observed_per_year": pytest.approx(5.8),
        "rating": "behind",
        "rating_zh": "滞后",
        "rating_en": "behind",
        "method": "pace",
        "agreement": 1.0,
        "robustness": 1.0,
        "milestone": "next",
    }
    assert {name: row[name] for name in expected} == expected
    assert math.isnan(row["projected"])
    assert row["projected_met"] is pd.NA
    assert row["reason_zh"] == (
        "2023年为976.1万人，按2020—2025年匀速推进至1000万人，应为983.5万人；已完成计划增幅的42%，时间已过60%，"
        "今后每年需增加11.95万人，此前年均增加5.80万人。"
    )
    assert row["reason_en"] == (
        "976.1 in 2023 against 983.5 on an even path from 2020 to 1000 in 2025: "
        "42 % of the way up after 60 % of the time; 11.95 a year needed, 5.80 observed."
    )
    assert row["robustness_zh"] == "稳固：末位±1不改变评级，另6种方法中6种看法相同"


def test_all_methods_side_by_side():
    row = one(goal(), RESIDENTS, year=2023, method="all")
    figures = {name: round(row[f"figure_{name}"], 3) for name in METHODS}
    assert figures == {
        "pace": 0.702,
        "eurostat": 0.71,
        "statcan": 0.71,
        "unsd": 0.706,
        "escap": 29.782,
        "sdsn": 0.702,
        "destatis": 0.515,
    }
    labels = [row[f"label_{name}"] for name in METHODS]
    assert labels == [
        "behind",
        "moderate_progress",
        "moderate_progress",
        "fair_progress",
        "accelerate",
        "moderately_improving",
        "cloud",
    ]
    assert (row["rating"], row["method"]) == ("behind", "pace")


@pytest.mark.parametrize(
    ("method", "rating", "words"), [("escap", "accelerate", "需加快"), ("destatis", "cloud", "多云")]
)
def test_the_rating_of_another_method(method, rating, words):
    row = one(goal(), RESIDENTS, year=2023, method=method)
    assert (row["rating"], row["rating_zh"], row["method"]) == (rating, words, method)
    assert row["pace"] == pytest.approx(0.702, abs=5e-4)


def test_plan_base_or_observed_base():
    row = goal(base_value=957.29, base_text="957.29")
    assert one(row, RESIDENTS, year=2023)["pace"] == pytest.approx(17.4 / 41.3 / 0.6)
    assert one(row, RESIDENTS, year=2023, base="plan")["pace"] == pytest.approx(18.81 / 42.71 / 0.6)
    with pytest.raises(SchemaError, match="base='best' is not known"):
        one(row, RESIDENTS, year=2023, base="best")


# Which value counts


def test_only_what_is_published_is_rated_the_last_of_it():
    values = foreseen([50, 51, 52, 53, 54])
    row = one(level(), {2021: 51.5, 2022: 52.5}, year=2022, projected=values)
    assert (row["value"], row["value_status"], row["value_year"]) == (52.5, "observed", 2022)
    row = one(level(), {2021: 51.5, 2022: 52.5}, year=2023, projected=values)
    assert (row["value"], row["value_status"], row["value_year"]) == (52.5, "observed", 2022)
    row = one(level(), {2019: 49.0}, year=2023, projected=values)
    assert (row["value"], row["evidence"], row["rating"]) == (53.0, "estimated", "not_assessable")
    assert "模型推算值，不评级" in row["reason_zh"]
    assert math.isnan(row["pace"])
    row = one(level(), {2021: 51.5, 2022: 52.5}, year=2025, projected=values)
    assert (row["value"], row["value_status"], row["value_year"], row["tau"]) == (52.5, "observed", 2022, 0.2)
    assert "2025年数据尚缺，以2022年代替" in row["reason_zh"]
    assert "2022 stands in for the missing 2025" in row["reason_en"]


def test_derived_values_say_so():
    assert one(level(), seen({2022: 53}, status="derived"), year=2022)["value_status"] == "derived"
    assert "假定" in one(level(), seen({2022: 53}, status="assumed"), year=2022)["reason_zh"]


def test_nothing_published():
    row = one(level(), {2019: 49.0}, year=2022)
    assert (row["rating"], row["value_status"]) == ("not_assessable", "missing")
    assert row["reason_zh"] == "2020—2022年数据尚未公布，最近已知的是2019年。"
    assert row["reason_en"] == "2020–2022 not published, 2019 is the last year known."
    other = one(level(), seen({2019: 49.0}, indicator="other"), year=2022)
    assert other["reason_zh"] == "尚无公布数据。"
    assert row["met"] is pd.NA


def test_units_are_converted():
    observed = seen({2020: 9_587_000, 2023: 9_761_000}, unit="persons", decimals=0)
    row = one(goal(), observed, year=2023)
    assert (row["value"], row["pace"]) == (976.1, pytest.approx(17.4 / 41.3 / 0.6))
    with pytest.raises(SchemaError, match="observed residents 2023: a share in 'percent' cannot be expressed in"):
        one(goal(), seen({2023: 976.1}), year=2023)
    with pytest.raises(SchemaError, match="projected residents: a share in 'percent' cannot be expressed"):
        score(plan(goal()), projected=foreseen([50, 51]), year=2021)


# Edges in time


def test_no_time_has_passed():
    row = one(level(), {2020: 50.0}, year=2020)
    assert (row["rating"], row["value"]) == ("not_assessable", 50.0)
    assert "暂不评级" in row["reason_zh"]


def test_before_the_base_is_an_error():
    with pytest.raises(SchemaError, match="residents 2030: year 2019 is before the plan's base year 2020"):
        one(level(), {2019: 49.0}, year=2019)


def test_in_the_milestone_year_a_verdict_and_the_pace():
    row = one(level(), {2030: 59.0}, year=2030)
    assert (row["rating"], row["met"], row["tau"], row["pace"]) == ("not_met", False, 1.0, pytest.approx(0.9))
    assert math.isnan(row["needed_per_year"])
    assert "未达到2030年目标（60）" in row["reason_zh"]
    assert one(level(), {2030: 60.0}, year=2030)["rating"] == "met"


def test_past_the_milestone_its_own_year_counts():
    row = one(level(), {2030: 60.5, 2031: 61.0}, year=2031)
    assert (row["rating"], row["value"], row["value_year"], row["milestone"]) == ("met", 60.5, 2030, "past")
    row = one(level(), {2029: 61.0, 2031: 61.0}, year=2031)
    assert (row["rating"], row["value_status"]) == ("not_assessable", "missing")
    assert "缺少目标年份的数据" in row["reason_zh"]


def test_met_and_then_lost():
    row = one(level(), {2030: 60.5, 2032: 59.0}, year=2032)
    assert row["rating"] == "met"
    assert "但2032年为59.0%，此后又未达标" in row["reason_zh"]
    assert "met and then lost" in row["reason_en"]
    row = one(level(), {2028: 60.5, 2030: 59.0}, year=2030)
    assert row["rating"] == "not_met"
    assert "2028年曾达标，此后又未达标" in row["reason_zh"]
    assert "曾达标" not in one(level(), {2018: 60.5, 2030: 59.0}, year=2030)["reason_zh"]


def test_reached_before_its_time():
    row = one(level(), {2025: 60.0}, year=2025)
    assert (row["rating"], row["met"], row["pace"]) == ("met", True, pytest.approx(2.0))
    assert "已提前达到2030年目标" in row["reason_zh"]


def test_several_milestones_the_next_one_counts():
    goals = [level(year=2025, value=55.0), level(), level(year=2035, value=65.0)]
    card = worded(score(plan(*goals), observed=seen({2025: 55.0, 2027: 56.0}), year=2027))
    assert card["milestone"].tolist() == ["past", "next", "later"]
    assert card["rating"].tolist() == ["met", "nearly", "nearly"]
    assert card["pace"].tolist()[1:] == pytest.approx([0.6 / 0.7, 0.4 / (7 / 15)])


# The base


def test_missing_base():
    row = level(base_value=math.nan, base_text="–")
    assert one(row, {2023: 55.0}, year=2023)["rating"] == "not_assessable"
    assert "缺少基期数据，无法评估进度" in one(row, {2023: 55.0}, year=2023)["reason_zh"]
    early = one(row, {2023: 61.0}, year=2023)
    assert (early["rating"], early["met"]) == ("met", True)
    assert "缺少基期数据，不评进度" in early["reason_zh"]
    assert one(row, {2030: 55.0}, year=2030)["rating"] == "not_met"
    # the observed value of the base year stands in for a base that the plan does not print
    assert one(row, {2020: 50.0, 2023: 53.0}, year=2023)["pace"] == pytest.approx(1.0)


def test_break_between_base_and_value():
    observed = pd.concat([seen({2020: 50.0}, basis="old"), seen({2023: 53.0, 2030: 60.0})], ignore_index=True)
    row = one(level(), observed, year=2023)
    assert (row["rating"], row["met"]) == ("not_assessable", False)
    assert math.isnan(row["pace"])
    assert "与基期统计口径不同，不可比" in row["reason_zh"]
    row = one(level(), observed, year=2030)
    assert row["rating"] == "met"
    assert "与基期口径不同，不评进度" in row["reason_zh"]


def test_zero_base_and_change_of_sign():
    rows = level(base_value=0.0, value=-2.0, better="lower")
    row = one(rows, {2025: -1.0}, year=2025, method="all")
    assert (row["rating"], row["pace"]) == ("on_track", pytest.approx(1.0))
    assert (row["label_eurostat"], row["label_sdsn"]) == ("not_available", "on_track")
    row = one(level(base_value=1.0, value=-1.0, better="lower"), {2025: -0.1}, year=2025, method="all")
    assert (row["rating"], row["label_statcan"]) == ("ahead", "not_available")


def test_a_target_that_moved_between_versions():
    goals = [level(), level(value=58.0, text="58", version="2024")]
    card = worded(score(plan(*goals), observed=seen({2025: 55.0}), year=2025))
    assert card["version"].tolist() == ["2022", "2024"]
    assert card["pace"].tolist() == pytest.approx([1.0, 5 / 8 / 0.5])
    assert "2022年版目标为60" in card["reason_zh"].iloc[1]
    assert "2022年版" not in card["reason_zh"].iloc[0]


# The operators


@pytest.mark.parametrize(
    ("operator", "value", "met"),
    [
        ("reach", 60.0, True),
        ("reach", 59.9, False),
        ("above", 60.0, False),
        ("above", 60.1, True),
        ("at_least", 60.0, True),
        ("at_least", 59.9, False),
        ("below", 60.0, False),
        ("below", 59.9, True),
        ("at_most", 60.0, True),
        ("at_most", 60.1, False),
    ],
)
def test_strict_and_not_strict(operator, value, met):
    better = "lower" if operator in ("below", "at_most") else "higher"
    assert one(level(operator=operator, better=better), {2030: value}, year=2030)["met"] == met


@pytest.mark.parametrize(("operator", "met"), [("above", False), ("at_least", True), ("reach", True)])
def test_projected_values_are_compared_as_printed(operator, met):
    # 60.04 is printed 60.0: not above 60, but at least 60; 59.96 too
    for value in (60.04, 59.96):
        values = foreseen([50, value], first=2029)
        row = worded(score(plan(level(operator=operator)), projected=values, year=2030)).iloc[0]
        assert (row["projected_met"], row["evidence"], row["rating"]) == (met, "estimated", "not_assessable")
        assert row["met"] is pd.NA
        assert row["projected"] == value


def test_published_digits_are_not_rounded_away():
    # a target printed without decimals: 54.6 is below 55, and 74.7 has not reached 75
    assert one(level(operator="below", better="lower", value=55.0, decimals=0), {2030: 54.6}, year=2030)["met"]
    assert not one(level(value=75.0, decimals=0), {2030: 74.7}, year=2030)["met"]


def test_lower_is_better():
    row = one(level(value=40.0, better="lower"), {2025: 46.0}, year=2025)
    assert (row["rating"], row["pace"], row["needed_per_year"]) == ("nearly", pytest.approx(0.8), pytest.approx(-1.2))
    assert "已完成计划降幅的40%" in row["reason_zh"]
    assert "今后每年需减少1.20个百分点，此前年均减少0.80个百分点" in row["reason_zh"]


def test_ceiling_kept_by_the_base_is_a_budget():
    row = one(level(operator="below", better="lower"), {2025: 54.0}, year=2025)
    assert (row["rating"], row["c"], row["pace"]) == ("ahead", pytest.approx(0.4), pytest.approx(1.25))
    assert row["reason_zh"] == "2025年为54.0%，2030年上限为60%：已用去上升空间的40%，时间已过50%。"
    assert (
        row["reason_en"]
        == "54.0% in 2025, with a ceiling of 60% for 2030: 40 % of the room to rise used after 50 % of the time."
    )
    assert one(level(operator="below", better="lower"), {2025: 61.0}, year=2025)["rating"] == "behind"
    row = one(level(operator="below", better="lower"), {2025: 49.0}, year=2025)
    assert (row["rating"], row["pace"]) == ("ahead", math.inf)
    assert "未占用上升空间" in row["reason_zh"]


def test_floor_kept_by_the_base_is_a_budget():
    row = one(level(operator="at_least", value=40.0), {2025: 45.0}, year=2025)
    assert (row["rating"], row["pace"]) == ("on_track", pytest.approx(1.0))
    assert "下限为40%：已用去下降空间的50%" in row["reason_zh"]


def test_target_equal_to_its_base_is_kept():
    row = level(value=50.0, text="50")
    assert one(row, {2025: 50.0}, year=2025)["rating"] == "on_track"
    assert one(row, {2025: 49.9}, year=2025)["rating"] == "moving_away"
    assert one(level(value=50.0, operator="above"), {2025: 50.0}, year=2025)["rating"] == "behind"


def test_about():
    row = level(operator="about", value=50.0, tolerance=0.5, base_value=48.0, better="higher", text="50左右")
    assert one(row, {2030: 50.5}, year=2030)["met"]
    assert not one(row, {2030: 50.6}, year=2030)["met"]
    assert one(row, {2030: 49.5}, year=2030)["met"]
    assert one(row, {2025: 49.0}, year=2025)["pace"] == pytest.approx(1.0)
    assert one(row, {2025: 49.6}, year=2025)["rating"] == "met"
    assert one(row, {2025: 51.0}, year=2025)["rating"] == "moving_away"
    kept = row | {"base_value": 49.8}
    assert one(kept, {2025: 50.3}, year=2025)["rating"] == "on_track"
    assert one(kept, {2025: 50.7}, year=2025)["rating"] == "moving_away"


def test_tolerance_is_decimal():
    # 1.35 ± 0.05 in binary floats would lose 1.40
    row = level(operator="about", value=1.35, tolerance=0.05, decimals=2, base_value=1.2, unit="children_per_woman")
    assert one(row, seen({2030: 1.40}, unit="children_per_woman", decimals=2), year=2030)["met"]
    assert one(row, seen({2030: 1.30}, unit="children_per_woman", decimals=2), year=2030)["met"]
    assert not one(row, seen({2030: 1.41}, unit="children_per_woman", decimals=2), year=2030)["met"]


def test_within():
    row = level(
        operator="within", value=math.nan, lower=103.0, upper=107.0, base_value=109.0, better="band", text="自然平衡"
    )
    out = one(row, {2025: 108.0}, year=2025)
    assert (out["rating"], out["pace"], out["target"]) == ("on_track", pytest.approx(1.0), 107.0)
    assert one(row, {2025: 106.0}, year=2025)["rating"] == "met"
    assert one(row, {2025: 102.0}, year=2025)["rating"] == "moving_away"
    assert one(row, {2030: 103.0}, year=2030)["rating"] == "met"
    assert one(row, {2030: 102.9}, year=2030)["rating"] == "not_met"
    out = one(row | {"base_value": 101.0}, {2025: 102.0}, year=2025)
    assert (out["rating"], out["pace"], out["target"]) == ("on_track", pytest.approx(1.0), 103.0)
    wide = row | {"tolerance": 2.0}
    assert one(wide, {2030: 109.0}, year=2030)["rating"] == "met"
    assert one(wide, {2030: 109.1}, year=2030)["rating"] == "not_met"


def cumulative(**change):
    row = {
        "operator": "cumulative",
        "unit": "persons",
        "value": 60.0,
        "start_year": 2021,
        "base_value": 10.0,
        "decimals": 0,
    }
    return goal(**(row | {"text": "[60]"} | change))


def counted(values):
    return seen(values, unit="persons", decimals=0)


def test_cumulative():
    row = one(cumulative(), counted({2020: 10, 2021: 10, 2022: 12, 2023: 13}), year=2023)
    # 35 of 60 after three of five years
    assert (row["value"], row["base_value"], row["base_year"]) == (35.0, 0.0, 2020)
    assert (row["c"], row["pace"], row["rating"]) == (pytest.approx(35 / 60), pytest.approx(35 / 36), "on_track")
    assert (row["needed_per_year"], row["observed_per_year"]) == (pytest.approx(12.5), pytest.approx(35 / 3))
    assert row["reason_zh"].startswith("2021—2023年累计35人，已完成2025年累计目标60人的58%，时间已过60%")
    row = one(cumulative(), counted({2021: 10, 2022: 12, 2023: 13}), year=2023, method="all")
    assert (row["label_eurostat"], row["label_statcan"], row["label_unsd"]) == ("not_available",) * 3
    # a sum of 0, 10, 22, 35 rises by 35/3 a year: (25 - 2 * 35/3) / 25 is missing
    assert (row["label_sdsn"], row["figure_destatis"]) == ("moderately_improving", pytest.approx(1 / 15))
    row = one(cumulative(), counted({2021: 20, 2022: 20, 2023: 20}), year=2023)
    assert (row["rating"], row["met"]) == ("met", True)


def test_cumulative_verdict_is_the_sum_at_the_milestone():
    sums = counted({2021: 12, 2022: 12, 2023: 12, 2024: 12, 2025: 11, 2026: 50})
    row = one(cumulative(), sums, year=2026)
    assert (row["rating"], row["value"], row["value_year"]) == ("not_met", 59.0, 2025)


def test_cumulative_with_a_gap_names_the_years():
    row = one(cumulative(), counted({2021: 10, 2024: 12}), year=2025)
    assert (row["rating"], row["met"]) == ("not_assessable", pd.NA)
    assert row["reason_zh"] == "累计指标缺少2022、2023、2025年数据，无法求和。"
    row = one(cumulative(year=2030), counted({2021: 10}), year=2027)
    assert row["reason_zh"] == "累计指标缺少2022—2027年数据，无法求和。"
    assert row["reason_en"] == "the sum lacks 2022–2027."


def test_cumulative_is_not_projected():
    values = foreseen([10] * 6, unit="persons")
    row = worded(
        score(plan(cumulative()), observed=dated(counted({2021: 10}), 2022), projected=values, year=2022)
    ).iloc[0]
    assert row["projected_met"] is pd.NA
    assert row["rating"] == "not_assessable"


def rising(**change):
    return [level(year=2025, value=55.0), level(operator="rising", value=math.nan, text="逐年提高", **change)]


@pytest.mark.parametrize(
    ("values", "rating", "met", "share"),
    [
        ({2025: 55, 2026: 56, 2027: 57}, "on_track", pd.NA, 1.0),
        ({2025: 55, 2026: 56, 2027: 56}, "behind", False, 0.5),
        ({2025: 55, 2026: 54, 2027: 53}, "moving_away", False, 0.0),
        ({2025: 55, 2027: 57}, "not_assessable", pd.NA, math.nan),
        ({2026: 56, 2027: 57}, "on_track", pd.NA, 1.0),
    ],
)
def test_rising_on_the_way(values, rating, met, share):
    row = one(rising(), values, year=2027)
    assert row["rating"] == rating
    assert row["pace"] == pytest.approx(share, nan_ok=True)
    told = len(values) == 3
    assert same(row["met"], True if told and share == 1.0 else met)


def test_rising_verdict_is_k_of_n():
    values = {2025: 55, 2026: 56, 2027: 57, 2028: 57.5, 2029: 57.4, 2030: 58}
    row = one(rising(), values, year=2030)
    assert (row["rating"], row["met"], row["pace"]) == ("not_met", False, 0.8)
    assert row["reason_zh"] == "2025—2030年的5个年度变化中，4个上升，2029年未上升。"
    assert row["reason_en"] == "4 of the 5 yearly changes over 2025–2030 rose, not in 2029."
    assert one(rising(), {**values, 2029: 57.6}, year=2030)["rating"] == "met"
    row = one(rising(), {2025: 55, 2026: 56, 2028: 57, 2029: 58, 2030: 59}, year=2030)
    assert (row["rating"], row["met"]) == ("not_assessable", pd.NA)
    assert "2027、2028年无可比数据" in row["reason_zh"]


def test_rising_has_not_begun_before_the_last_milestone():
    row = one(rising(), {2023: 53.0}, year=2023)
    assert (row["rating"], row["reason_zh"]) == ("not_assessable", "“逐年提高”自2026年起逐年考核，尚未开始。")


def test_rising_without_a_milestone_before_it_counts_from_the_base():
    row = one(rising()[1], {2020: 50, 2021: 51, 2022: 52}, year=2022)
    assert (row["rating"], row["pace"]) == ("on_track", 1.0)


def test_rising_is_not_told_across_a_break():
    observed = pd.concat([seen({2025: 55.0}, basis="old"), seen({2026: 60.0, 2027: 61.0})], ignore_index=True)
    row = one(rising(), observed, year=2027)
    assert "2026年无可比数据" in row["reason_zh"]
    assert row["pace"] == 1.0


def test_rising_projection():
    for values, met in (([55, 56, 57, 58, 59, 60], True), ([55, 56, 57, 57.04, 59, 60], False), ([55, 56], pd.NA)):
        row = score(plan(*rising()), projected=foreseen(values, first=2025), year=2025).iloc[1]
        assert same(row["projected_met"], met)


def test_rising_is_rated_on_published_changes_alone():
    values = foreseen([[55, 56, 57], [55, 54, 53]], scenarios=("up", "down"), first=2025)
    card = worded(score(plan(*rising()), observed=seen({2027: 57.0}), projected=values, year=2027))
    assert card.loc[card["operator"] == "rising", "rating"].tolist() == ["not_assessable", "not_assessable"]


def keep(**change):
    return [
        level(operator="below", better="lower", text="<60"),
        level(operator="keep", value=math.nan, year=2035, better="lower", text="保持稳定", **change),
    ]


def test_keep_holds_the_last_numeric_milestone():
    row = one(keep(), {2025: 55.0}, year=2025)
    assert (row["rating"], row["target"]) == ("on_track", 60.0)
    assert row["reason_zh"] == "2025年为55.0%，2030年的水平（<60）目前得到保持。"
    assert one(keep(), {2035: 60.0}, year=2035)["rating"] == "met"
    assert one(keep(), {2035: 60.1}, year=2035)["rating"] == "not_met"
    assert one(keep(tolerance=0.5), {2035: 60.5}, year=2035)["rating"] == "met"
    assert one(keep(), {2032: 61.0}, year=2032)["rating"] == "moving_away"


def test_keep_looks_at_the_last_of_several_milestones_of_its_own_version():
    goals = [level(year=2025, value=55.0), level(), level(year=2034, value=90.0, version="2024")]
    goals.append(level(operator="keep", value=math.nan, year=2035))
    assert one(goals, {2035: 59.0}, year=2035)["rating"] == "not_met"
    assert one(goals, {2035: 60.0}, year=2035)["rating"] == "met"


def test_keep_follows_the_pace_until_its_level_is_reached():
    goals = [level(), level(operator="keep", value=math.nan, year=2035, text="保持高位")]
    row = one(goals, {2025: 54.0}, year=2025)
    assert (row["rating"], row["pace"], row["tau"]) == ("nearly", pytest.approx(0.8), 0.5)
    assert "按2020—2030年匀速推进至60%，应为55.0%" in row["reason_zh"]
    assert one(goals, {2025: 60.0}, year=2025)["rating"] == "on_track"
    assert one(goals, {2032: 59.0}, year=2032)["rating"] == "behind"
    assert one(goals, {2032: 49.0}, year=2032)["rating"] == "moving_away"


def test_keep_without_a_milestone_keeps_the_base():
    row = level(operator="keep", value=math.nan, text="保持稳定")
    assert one(row, {2025: 50.0}, year=2025)["rating"] == "on_track"
    assert one(row, {2025: 49.0}, year=2025)["rating"] == "moving_away"
    assert one(row | {"base_value": math.nan}, {2025: 49.0}, year=2025)["rating"] == "not_assessable"


def test_keep_of_a_band():
    goals = [level(operator="within", lower=103.0, upper=107.0, value=math.nan, base_value=109.0, better="band")]
    goals.append(level(operator="keep", year=2035, value=math.nan, base_value=109.0, better="band"))
    assert one(goals, {2035: 105.0}, year=2035)["rating"] == "met"
    assert one(goals, {2035: 102.0}, year=2035)["rating"] == "not_met"
    assert one(goals, {2025: 108.0}, year=2025)["pace"] == pytest.approx(1.0)


def test_keep_projection():
    for value, met in ((60.0, True), (60.1, False)):
        row = score(plan(*keep()), projected=foreseen([50, value], first=2034), year=2034).iloc[1]
        assert same(row["projected_met"], met)


def relative(**change):
    row = {"operator": "relative", "value": math.nan, "text": "优于全省平均水平", "reference": "province"}
    return level(**(row | change))


def test_relative_without_a_reference_is_never_guessed():
    row = one(relative(reference=""), {2025: 55.0}, year=2025)
    assert (row["rating"], row["met"]) == ("not_assessable", pd.NA)
    assert "没有可比的参照数据，不作推断" in row["reason_zh"]
    assert one(relative(), {2025: 55.0}, year=2025)["rating"] == "not_assessable"


def test_relative_to_a_series_of_the_same_year():
    def with_province(value, year=2025, **change):
        other = seen({year: value}, indicator="province", area="900000", **change)
        return pd.concat([seen({2025: 55.0, 2030: 55.0}), other], ignore_index=True)

    row = one(relative(), with_province(54.9), year=2025)
    assert (row["rating"], row["met"]) == ("on_track", True)
    assert "优于参照值54.9%" in row["reason_zh"]
    assert one(relative(), with_province(55.0), year=2025)["rating"] == "behind"
    assert one(relative(), with_province(54.0, year=2024), year=2025)["rating"] == "not_assessable"
    assert one(relative(), with_province(56.0, year=2030), year=2030)["rating"] == "not_met"
    ranked = with_province(3, unit="rank", decimals=0)
    assert one(relative(value=4.0), ranked, year=2025)["rating"] == "on_track"
    assert one(relative(value=2.0), ranked, year=2025)["rating"] == "behind"
    assert "规划未载明位次要求" in one(relative(), ranked, year=2025)["reason_zh"]


# Scenarios and draws


def test_one_row_for_each_scenario_and_target():
    values = foreseen([[50, 53, 56], [50, 57.5, 61]], scenarios=("trend", "plan"), first=2028)
    card = worded(score(plan(level(), level(year=2029, value=55.0)), projected=values, year=2029))
    assert card[["scenario", "target_year"]].to_numpy().tolist() == [
        ["trend", 2030],
        ["trend", 2029],
        ["plan", 2030],
        ["plan", 2029],
    ]
    assert card["projected"].tolist() == [56.0, 53.0, 61.0, 57.5]
    assert card["projected_met"].tolist() == [False, False, True, True]
    assert card["evidence"].tolist() == ["estimated"] * 4
    assert set(card["rating"]) == {"not_assessable"}
    # No error has been back-tested, so nothing is told of what is to come.
    assert card["outlook_scenario"].tolist() == ["open", "past", "open", "past"]
    assert card["outlook"].tolist() == ["open", "past", "open", "past"]


def test_observed_ratings_are_the_same_in_every_scenario():
    values = foreseen([[50, 53, 56], [50, 57.5, 61]], scenarios=("trend", "plan"), first=2028)
    card = worded(score(plan(level()), observed=seen({2029: 58.0}), projected=values, year=2029))
    assert card["value"].tolist() == [58.0, 58.0]
    assert card["projected"].tolist() == [56.0, 61.0]
    assert card["reason_zh"].iloc[0] == card["reason_zh"].iloc[1]


def test_what_the_scenario_assumes_is_no_result():
    values = foreseen([50, 53, 56], first=2028, assumption=True)
    row = worded(score(plan(level()), projected=values, year=2029)).iloc[0]
    assert (row["evidence"], row["rating"], row["outlook"]) == ("assumed", "not_assessable", "assumed")
    assert "an assumption, which is not rated" in row["reason_en"]


def test_draws_give_the_median_and_the_probability():
    rng = np.random.default_rng(7)
    drawn = rng.permutation([58.0, 59.0, 59.96, 61.0, 62.0])
    data = np.stack([np.full(5, 55.0), drawn], axis=1)[None, :, :, None]
    array = xr.DataArray(data, dims=("scenario", "draw", "year", "area"), attrs={"unit": "percent"})
    values = xr.Dataset({"residents": array}, coords={"scenario": ["trend"], "year": [2025, 2030], "area": [CITY]})
    row = worded(score(plan(level()), projected=values, year=2025)).iloc[0]
    assert (row["value"], row["projected"], row["projected_met"], row["probability"]) == (55.0, 59.96, True, 0.6)
    probability = {"above": 0.4, "below": 0.4, "at_most": 0.6, "at_least": 0.6}
    for operator, share in probability.items():
        assert score(plan(level(operator=operator)), projected=values, year=2025).iloc[0]["probability"] == share
    about = level(operator="about", tolerance=1.0)
    assert score(plan(about), projected=values, year=2025).iloc[0]["probability"] == 0.6


# What was known, and when


def test_as_known_leaves_out_what_was_published_later():
    observed = pd.concat(
        [seen({2021: 51.0, 2022: 52.0, 2023: 53.0}), seen({2020: 50.0}, published="2023-05")], ignore_index=True
    )
    assert as_known(observed, year=2021)["year"].tolist() == [2021]
    assert as_known(observed, year=2022)["year"].tolist() == [2021, 2022, 2020]
    assert as_known(seen({2023: 53.0}, published="2023-07"), year=2022).empty
    late = seen({2022: 52.0}, published="2024-01-15")
    assert as_known(late, year=2022).empty
    assert one(level(), pd.concat([seen({2021: 51.0}), late]), year=2022)["value_year"] == 2021


def test_as_known_takes_the_source_that_was_there():
    first = seen({2022: 73.3}, published="2023-03", publication="Report")
    later = seen({2022: 73.7}, published="2024-03", publication="Communique", chosen="yes")
    observed = pd.concat([later, first], ignore_index=True)
    assert as_known(observed, year=2022)["value"].tolist() == [73.3]
    assert as_known(observed, year=2023)["value"].tolist() == [73.7]
    early = later.assign(published="2023-01")
    assert as_known(pd.concat([first, early], ignore_index=True), year=2022)["value"].tolist() == [73.7]


def test_as_known_takes_the_later_of_two_that_are_not_chosen():
    one_, two = seen({2022: 1.0}, published="2023-01"), seen({2022: 2.0}, published="2023-02")
    chosen = seen({2022: 3.0}, published="2025", chosen="yes")
    assert as_known(pd.concat([two, one_, chosen], ignore_index=True), year=2022)["value"].tolist() == [2.0]
    tied = pd.concat([one_, two.assign(published="2023-01"), chosen], ignore_index=True)
    with pytest.raises(SchemaError, match="published at the same time, and none is chosen"):
        as_known(tied, year=2022)


def test_history_shows_how_a_rating_moved():
    table = worded_history(rating_history(plan(goal()), observed=RESIDENTS, years=[2020, 2021, 2022, 2023]))
    row = table.iloc[0]
    assert [row[f"rating_{year}"] for year in range(2020, 2024)] == ["not_assessable", "behind", "behind", "behind"]
    assert row["pace_2021"] == pytest.approx(5.8 / 41.3 / 0.2)
    assert row["moved_zh"] == "不评级 → 滞后 → 滞后 → 滞后"
    with pytest.raises(SchemaError, match="years is empty"):
        rating_history(plan(goal()), observed=RESIDENTS, years=[])


# Robustness


def test_robustness_counts_the_last_digit_and_the_other_methods():
    # c/tau = .95 exactly: one digit less and it is no longer on track
    row = one(level(), {2025: 54.75}, year=2025)
    assert row["rating"] == "on_track"
    edge = one(level(), seen({2025: 54.75}, decimals=2), year=2025)
    assert edge["robustness"] == pytest.approx((0.5 + edge["agreement"]) / 2)
    assert "会改变评级" in edge["robustness_zh"]
    sure = one(level(), seen({2025: 57.0}, decimals=1), year=2025)
    assert (sure["robustness"], sure["agreement"]) == (1.0, 1.0)
    assert sure["robustness_zh"].startswith("稳固")


def test_no_robustness_without_a_rating():
    row = one(level(), {2019: 1.0}, year=2022)
    assert math.isnan(row["robustness"])
    assert row["robustness_zh"] == ""


# Bad input


def test_bad_calls():
    with pytest.raises(SchemaError, match=r"method='best' is not known\. Use one of: pace, eurostat"):
        one(level(), {2025: 55.0}, year=2025, method="best")
    with pytest.raises(SchemaError, match="neither observed nor projected is given"):
        one(level(), None, year=2025)
    with pytest.raises(SchemaError, match="targets have no column text"):
        score(plan(level()).drop(columns="text"), observed=seen({2025: 55.0}), year=2025)
    with pytest.raises(SchemaError, match=r"operator=nears\): unknown operator\. Use one of: reach"):
        one(level(operator="nears"), {2025: 55.0}, year=2025)
    with pytest.raises(SchemaError, match=r"unit=lakh\): unknown unit"):
        one(level(unit="lakh"), {2025: 55.0}, year=2025)
    with pytest.raises(SchemaError, match=r"year=2030, operator=reach\): value is NaN"):
        one(level(value=math.nan), {2025: 55.0}, year=2025)
    with pytest.raises(SchemaError, match="stand twice"):
        one([level(), level()], {2025: 55.0}, year=2025)
    with pytest.raises(SchemaError, match=r"observed: .*year=2025\): value is NaN"):
        one(level(), {2025: math.nan}, year=2025)
    with pytest.raises(SchemaError, match="observed has no column published"):
        one(level(), seen({2025: 55.0}).drop(columns="published"), year=2025)
    with pytest.raises(SchemaError, match="observed has no row of area 990000"):
        one(level(), seen({2025: 55.0}, area="1"), year=2025, projected=foreseen([50, 51]))
    values = foreseen([50, 51])
    del values["residents"].attrs["unit"]
    with pytest.raises(SchemaError, match="has no attribute unit"):
        one(level(), None, year=2021, projected=values)
    with pytest.raises(SchemaError, match=r"needs scenario, year, area"):
        one(level(), None, year=2021, projected=foreseen([50, 51]).isel(area=0, drop=True))


# The working


def test_explain_shows_figures_publications_and_cuts():
    told = explain(plan(goal()), observed=RESIDENTS, year=2023, indicator="residents")
    for part in (
        "常住人口 · Residents",
        "2023: 976.1 (已公布 observed, Communique (2024-03))",
        "c = (976.1 − 958.7) / (1000 − 958.7) = 0.4213",
        "τ = (2023 − 2020) / (2025 − 2020) = 0.6000",
        "c/τ = 0.7022",
        "滞后 ≥ 0",
        "escap: 29.7821 accelerate (需加快)",
        "滞后 behind",
        "按2020—2025年匀速推进至1000万人，应为983.5万人",
    ):
        assert part in told
    assert told == explain(plan(goal()), observed=RESIDENTS, year=2023, indicator="1")


def test_explain_of_every_rule():
    goals = [cumulative(indicator="sum"), *[g | {"indicator": "up"} for g in rising()], relative(indicator="vs")]
    observed = counted({2021: 10, 2022: 12}).assign(indicator="sum")
    more = seen({2025: 55.0, 2026: 56.0}).assign(indicator="up")
    observed = pd.concat([observed, more, seen({2026: 50.0}).assign(indicator="vs")], ignore_index=True)
    assert "c = (22 − 0) / (60 − 0) = 0.3667" in explain(plan(*goals), observed=observed, year=2022, indicator="sum")
    assert "k/n = 1/1 (2025–2026)" in explain(plan(*goals), observed=observed, year=2026, indicator="up")
    assert "relative: met = –" in explain(plan(*goals), observed=observed, year=2026, indicator="vs")


def test_explain_refuses_what_is_not_there():
    with pytest.raises(SchemaError, match=r"the plan has no indicator 'pigs'\. Use one of: residents"):
        explain(plan(goal()), observed=RESIDENTS, year=2023, indicator="pigs")
    with pytest.raises(SchemaError, match="scenario 'boom' is not among observed"):
        explain(plan(goal()), observed=RESIDENTS, year=2023, indicator="residents", scenario="boom")


# Laws on the whole


@settings(max_examples=40, deadline=None)
@given(
    operator=st.sampled_from(["reach", "above", "at_least"]),
    target=st.integers(300, 900),
    values=st.tuples(st.integers(0, 1000), st.integers(0, 1000)),
    year=st.sampled_from([2023, 2030]),
)
def test_a_higher_value_is_never_rated_worse(operator, target, values, year):
    ranks = ["not_met", "moving_away", "behind", "nearly", "on_track", "ahead", "met"]
    row = level(operator=operator, value=target / 10)
    low, high = (ranks.index(one(row, {year: v / 10}, year=year)["rating"]) for v in sorted(values))
    assert low <= high


@settings(max_examples=25, deadline=None)
@given(value=st.integers(9_000_000, 10_500_000), operator=st.sampled_from(["reach", "above", "below", "at_most"]))
def test_the_scorecard_is_blind_to_the_unit_of_the_observation(value, operator):
    row = goal(operator=operator, better="higher" if operator in ("reach", "above") else "lower")
    one_ = one(row, seen({2023: value}, unit="persons", decimals=0), year=2023)
    two = one(row, seen({2023: value / 10_000}, unit="10k_persons", decimals=4), year=2023)
    columns = ["rating", "met", "c", "pace", "reason_zh", "robustness"]
    assert one_[columns].tolist() == two[columns].tolist()


def test_speed_of_a_large_scorecard():
    rng = np.random.default_rng(3)
    names = [f"i{n}" for n in range(20)]
    goals = [
        level(indicator=name, year=year, value=value)
        for name in names
        for year, value in ((2025, 55.0), (2030, 60.0), (2035, 65.0))
    ]
    scenarios = [f"s{n}" for n in range(10)]
    data = 50 + rng.normal(0.5, 1.0, (10, 16, 1)).cumsum(axis=1)
    array = (("scenario", "year", "area"), data, {"unit": "percent"})
    coords = {"scenario": scenarios, "year": range(2020, 2036), "area": [CITY]}
    values = xr.Dataset(dict.fromkeys(names, array), coords=coords)
    table = plan(*goals)
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        card = score(table, projected=values, year=2023, method="all")
        spent.append(time.perf_counter() - start)
    assert card.shape[0] == 600
    assert min(spent) < 0.5


def test_cuts_reach_the_card():
    assert one(level(), {2025: 54.0}, year=2025)["rating"] == "nearly"
    assert one(level(), {2025: 54.0}, year=2025, cuts=Cuts(on_track=0.8))["rating"] == "on_track"


def test_a_target_without_a_number_is_never_assessed():
    row = one(level(operator="qualitative", value=math.nan, text="普遍建立"), {2025: 55.0, 2030: 99.0}, year=2030)
    assert (row["rating"], pd.isna(row["met"])) == ("not_assessable", True)
    assert "the plan prints no number to compare with" in row["reason_en"].lower()


def test_sections_of_a_plan_are_paced_apart():
    """A milestone of the text is no earlier milestone of a target of the table, nor the other way round."""
    table = level(year=2035, operator="keep", value=math.nan, text="保持稳定", section="table6")
    text = level(year=2030, value=70.0, text="70", section="text", place="二1")
    card = worded(score(plan(table, text), observed=seen({2020: 50.0, 2030: 60.0}), year=2030))
    assert card["section"].tolist() == ["table6", "text"]
    assert "70" not in card["reason_en"].iloc[0]
    again = level(year=2030, value=70.0, text="70以上", section="text", place="专栏4")
    assert len(score(plan(text, again), observed=seen({2030: 60.0}), year=2030)) == 2


@pytest.mark.parametrize(
    ("word", "said"), [("high", ""), ("", ""), ("low", "该值来源不明"), ("medium", "该值据转载或媒体引用")]
)
def test_the_reason_says_how_sure_the_value_is(word, said):
    known = seen({2020: 50.0, 2024: 52.0}, confidence=word)
    row = one(level(), known, year=2024)
    assert row["value_confidence"] == word
    assert ("（" + said + "）" in row["reason_zh"]) if said else "该值" not in row["reason_zh"]
    written = explain(plan(level()), observed=known, year=2024, indicator="residents")
    assert ("（来源不明） (source unclear)" in written) == (word == "low")
