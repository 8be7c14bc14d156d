"""The published methods: worked figures, the tables of their institutes, and their rules for hard cases."""

import csv
import math
from pathlib import Path

import pytest

from popmodel.schema import SchemaError
from popmodel.scoring import Progress, compound, destatis, straight
from popmodel.scoring.compound import limit_coefficient


def _plain(method):
    """Return a method that takes the parts of `Progress` one by one."""

    def call(base, value, target, *, base_year, year, target_year, better="higher", **options):
        return method(Progress(base, value, target, base_year, year, target_year, better), **options)

    call.__name__ = method.__name__
    return call


eurostat, statcan, unsd = map(_plain, (compound.eurostat, compound.statcan, compound.unsd))
escap, sdsn = map(_plain, (straight.escap, straight.sdsn))
ORACLES = Path(__file__).parent / "oracle"
YEARS = {"base_year": 2020, "year": 2023, "target_year": 2025}
RESIDENTS = {2020: 958.7, 2021: 964.5, 2022: 967.9, 2023: 976.1}


@pytest.mark.parametrize(
    ("method", "figure", "label"),
    [
        (eurostat, 0.710, "moderate_progress"),
        (statcan, 0.710, "moderate_progress"),
        (unsd, 0.706, "fair_progress"),
        (sdsn, 0.702, "moderately_improving"),
        (escap, 29.782, "accelerate"),
    ],
)
def test_residents(method, figure, label):
    rating = method(958.7, 976.1, 1000, **YEARS)
    assert (round(rating.figure, 3), rating.label) == (figure, label)


def test_residents_by_destatis():
    # (1000 - 976.1 - 2 * 5.8) / (1000 - 976.1) = 12.3 / 23.9
    rating = destatis(RESIDENTS, 1000, target_year=2025)
    assert rating == (pytest.approx(12.3 / 23.9), "cloud")
    assert round(rating.figure, 3) == 0.515


def test_eurostat_ratio_by_hand():
    # 100 -> 121 in two years is 10 % a year; 100 -> 146.41 in four years is 10 % a year
    assert eurostat(100, 121, 146.41, base_year=0, year=2, target_year=4) == (
        pytest.approx(1.0),
        "significant_progress",
    )
    assert eurostat(100, 99, 146.41, base_year=0, year=2, target_year=4).label == "movement_away"
    assert eurostat(100, 101, 146.41, base_year=0, year=2, target_year=4).label == "insufficient_progress"
    assert eurostat(100, 150, 146.41, base_year=0, year=2, target_year=4).label == "significant_progress"


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (101.0, "significant_progress"),
        (100.9, "moderate_progress"),
        (100.0, "moderate_progress"),
        (99.9, "moderate_movement_away"),
        (98.9, "significant_movement_away"),
    ],
)
def test_eurostat_without_target(value, label):
    rating = eurostat(100, value, None, base_year=2020, year=2021, target_year=None)
    assert (rating.figure, rating.label) == (pytest.approx(value / 100 - 1), label)


def test_statcan_table():
    path = ORACLES / "statcan_progress_sample.csv"

    def number(cell):
        return float(cell) if cell else None

    with path.open(encoding="utf-8", newline="") as file:
        published = list(csv.DictReader(file))
    assert len(published) == 46
    wrong = []
    for row in published:
        target_year = number(row["target_year"])
        rating = statcan(
            float(row["base_value"]),
            float(row["current_value"]),
            number(row["target"]),
            base_year=int(row["base_year"]),
            year=int(row["current_year"]),
            target_year=None if target_year is None else int(target_year),
            better={"increase": "higher", "decrease": "lower"}[row["direction"]],
            limit=number(row["limit"]),
        )
        if rating.label != row["published_status"] or abs(rating.figure - float(row["progress_value"])) > 1e-6:
            wrong.append((row["indicator"], rating))
        if row["limit"]:
            coefficient = limit_coefficient(float(row["base_value"]), float(row["limit"]))
            assert coefficient == pytest.approx(float(row["limit_coefficient"]), abs=1e-6)
    assert not wrong


def test_statcan_low_income():
    # CIF 1.1.1: 14.5 (2015) -> 10.4 (2023) against 7.25 (2030)
    rating = statcan(14.5, 10.4, 7.25, base_year=2015, year=2023, target_year=2030, better="lower")
    assert rating == (pytest.approx(0.90109, abs=1e-5), "moderate_progress")


def test_statcan_zero_base_and_zero_target():
    # a base of 0 counts as .001: (.002/.001)^(1/1) - 1 = 1 against (.004/.001)^(1/2) - 1 = 1
    assert statcan(0.0, 0.002, 0.004, base_year=2020, year=2021, target_year=2022).figure == pytest.approx(1.0)
    # a target of 0 counts as .001: .1 -> .01 is -90 % a year, .1 -> .001 in two years too
    rating = statcan(0.1, 0.01, 0.0, base_year=2020, year=2021, target_year=2022, better="lower")
    assert rating == (pytest.approx(1.0), "substantial_progress")


def test_statcan_change_of_sign():
    assert statcan(1.6, -1.0, 3.0, **YEARS).label == "not_available"
    assert statcan(1.6, 2.0, -3.0, **YEARS, better="lower").label == "not_available"
    assert statcan(1.6, -1.0, -0.5, **YEARS, better="lower").label == "target_achieved"
    # both negative: -4 -> -2 halves it; towards zero is the better
    assert statcan(-4.0, -2.0, -1.0, base_year=0, year=1, target_year=2) == (pytest.approx(1.0), "substantial_progress")


@pytest.mark.parametrize(
    ("base", "limit", "coefficient"),
    [
        (100.0, 100.0, 0.0),
        (0.0, 100.0, 1.0),
        (50.0, 100.0, 1 - 0.5**4.44),
        (150.0, 100.0, 1 - 0.5**4.44),
        (200.0, 100.0, 1.0),
        (250.0, 100.0, 1.0),
        (3.0, 0.0, 1.0),
        (0.0, 0.0, 1.0),
    ],
)
def test_statcan_natural_limit(base, limit, coefficient):
    assert limit_coefficient(base, limit) == pytest.approx(coefficient)


def test_statcan_at_its_limit():
    years = {"base_year": 2020, "year": 2022, "target_year": None}
    assert statcan(100.0, 100.0, None, **years, limit=100.0).label == "substantial_progress"
    assert statcan(100.0, 99.0, None, **years, limit=100.0).label == "deterioration"
    # the limit plays no part beside a target
    assert statcan(90.0, 91.0, 95.0, **YEARS, limit=100.0) == statcan(90.0, 91.0, 95.0, **YEARS)


def test_unsd_by_hand():
    # doubling every year: 1 -> 2 in one year, 4 in two: S = (4 - 1)/(7 - 1)
    years = {"base_year": 0, "year": 1, "target_year": 2}
    assert unsd(1.0, 2.0, 7.0, **years) == (pytest.approx(0.5), "fair_progress")
    assert unsd(100.0, 100.4, 110.0, **years).label == "stagnation"
    assert unsd(100.0, 99.0, 110.0, **years).label == "regression"
    assert unsd(100.0, 99.6, 110.0, **years).label == "stagnation"
    assert unsd(0.0, 1.0, 2.0, **years).label == "not_available"


@pytest.mark.parametrize(
    ("value", "gap", "label"),
    [
        (4.5, 10.0, "on_track"),
        (4.4, 12.0, "accelerate"),
        (0.0, 100.0, "accelerate"),
        (-0.1, 102.0, "reverse"),
        (6.0, -20.0, "on_track"),
    ],
)
def test_escap_by_hand(value, gap, label):
    # half of the time gone: the line would end at twice the value
    assert escap(0.0, value, 10.0, base_year=0, year=5, target_year=10) == (pytest.approx(gap), label)


@pytest.mark.parametrize(
    ("value", "ratio", "label"),
    [
        (5.0, 1.0, "on_track"),
        (4.9, 0.98, "moderately_improving"),
        (2.5, 0.5, "moderately_improving"),
        (2.4, 0.48, "stagnating"),
        (0.0, 0.0, "stagnating"),
        (-0.1, -0.02, "decreasing"),
    ],
)
def test_sdsn_by_hand(value, ratio, label):
    assert sdsn(0.0, value, 10.0, base_year=0, year=5, target_year=10) == (pytest.approx(ratio), label)


@pytest.mark.parametrize("method", [eurostat, statcan, unsd, escap, sdsn])
def test_no_time_is_not_available(method):
    rating = method(5.0, 5.0, 10.0, base_year=2020, year=2020, target_year=2025)
    assert math.isnan(rating.figure)
    assert rating.label == "not_available"


@pytest.mark.parametrize("method", [eurostat, statcan, unsd, escap, sdsn])
def test_base_past_the_target(method):
    years = {"base_year": 2020, "year": 2022, "target_year": 2025}
    worst = {
        "eurostat": "movement_away",
        "statcan": "deterioration",
        "unsd": "regression",
        "escap": "reverse",
        "sdsn": "decreasing",
    }
    best = {"eurostat": "significant_progress", "statcan": "target_achieved"}
    assert method(20.0, 19.0, 18.0, **years).label == best.get(method.__name__, "on_track")
    assert method(20.0, 17.0, 18.0, **years).label == worst[method.__name__]


@pytest.mark.parametrize("method", [eurostat, statcan, unsd, escap, sdsn])
def test_missing_numbers_are_refused(method):
    with pytest.raises(SchemaError, match="value is nan; a finite number is needed"):
        method(1.0, math.nan, 2.0, **YEARS)
    with pytest.raises(SchemaError, match="year 2019 is before base_year 2020"):
        method(1.0, 1.0, 2.0, base_year=2020, year=2019, target_year=2025)


def test_destatis_renewables():
    # the case of Germany's 7.2.a as of 2020, 30 % wanted in 2030: the last six points rise by 4.3 in five years to
    # 19.4, so 8.6 of the remaining 10.6 would be made by 2030 and 2.0/10.6 would be missing
    series = {2014: 9.9, 2015: 15.1, 2016: 14.9, 2017: 16.0, 2018: 16.8, 2019: 17.7, 2020: 19.4}
    rating = destatis(series, 30.0, target_year=2030)
    assert rating == (pytest.approx(2.0 / 10.6), "sun_cloud")
    assert round(rating.figure, 4) == 0.1887


@pytest.mark.parametrize(
    ("target", "q", "symbol"),
    [(15.7, 0.7 / 5.7, "sun_cloud"), (15.2, 0.2 / 5.2, "sun"), (16.25, 0.2, "sun_cloud"), (17.0, 2 / 7, "cloud")],
)
def test_destatis_of_a_number_to_be_reached(target, q, symbol):
    # 5 -> 10 in five years, five years to go: the line ends at 15
    series = {2015 + i: 5.0 + i for i in range(6)}
    assert destatis(series, target, target_year=2025) == (pytest.approx(q), symbol)


def test_destatis_storm():
    series = {2017: 10.0, 2018: 10.0, 2019: 10.0, 2020: 10.0}
    assert destatis(series, 12.0, target_year=2025) == (pytest.approx(1.0), "storm")
    assert destatis({**series, 2020: 9.0}, 12.0, target_year=2025).label == "storm"


@pytest.mark.parametrize(
    ("series", "symbol"),
    [
        ((9, 8, 8, 7), "sun"),
        ((9, 9, 9, 9), "sun"),
        ((8, 8, 9, 9.5), "sun_cloud"),
        ((14, 13, 13, 12), "cloud"),
        ((11, 12, 12, 12), "storm"),
    ],
)
def test_destatis_of_a_bound_to_be_kept(series, symbol):
    values = dict(zip(range(2017, 2021), series, strict=True))
    assert destatis(values, 10.0, target_year=2030, kind="keep", better="lower").label == symbol


@pytest.mark.parametrize(
    ("series", "symbol"),
    [((1, 2, 3, 4), "sun"), ((1, 3, 4, 4), "sun_cloud"), ((4, 3, 2, 2.5), "cloud"), ((4, 3, 2, 2), "storm")],
)
def test_destatis_of_a_direction(series, symbol):
    values = dict(zip(range(2017, 2021), series, strict=True))
    assert destatis(values, None, target_year=None, kind="rising").label == symbol


def test_destatis_of_a_target_already_reached_is_that_of_a_bound():
    assert destatis({2017: 1, 2018: 2, 2019: 3, 2020: 4}, 3.5, target_year=2025).label == "sun"
    assert destatis({2017: 5, 2018: 5, 2019: 5, 2020: 4}, 3.5, target_year=2025).label == "sun_cloud"


@pytest.mark.parametrize("series", [{}, {2020: 1.0}, {2018: 1.0, 2019: 2.0, 2020: 3.0}])
def test_destatis_needs_three_yearly_changes(series):
    assert destatis(series, 10.0, target_year=2030).label == "none"


def test_destatis_of_bad_input():
    series = {2017: 1.0, 2018: 2.0, 2019: 3.0, 2020: 4.0}
    with pytest.raises(SchemaError, match="kind='up' is not known"):
        destatis(series, 10.0, target_year=2030, kind="up")
    with pytest.raises(SchemaError, match="kind 'reach' needs a target"):
        destatis(series, None, target_year=2030)
    with pytest.raises(SchemaError, match="value of 2020 is nan"):
        destatis({**series, 2020: math.nan}, 10.0, target_year=2030)
    with pytest.raises(SchemaError, match="target_year 2019 is not known or before the last value, 2020"):
        destatis(series, 10.0, target_year=2019)


@pytest.mark.parametrize(("better", "worse"), [("higher", 99.0), ("lower", 101.0)])
def test_from_a_base_on_the_target_a_worse_value_is_a_decrease(better, worse):
    # The Sustainable Development Report prints a falling arrow there, not a blank
    assert sdsn(100.0, worse, 100.0, **YEARS, better=better).label == "decreasing"
    assert sdsn(100.0, 100.0, 100.0, **YEARS, better=better).label == "on_track"
    assert escap(100.0, worse, 100.0, **YEARS, better=better).label == "reverse"
    still = {"base_year": 2020, "year": 2020, "target_year": 2025}
    assert sdsn(100.0, worse, 100.0, **still, better=better).label == "not_available"


def test_a_method_that_needs_a_target_says_so():
    with pytest.raises(SchemaError, match="target or target_year is not given"):
        sdsn(1.0, 2.0, None, **YEARS)
