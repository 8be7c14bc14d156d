"""The default method on plain numbers: every class, every edge, worked by hand."""

import math

import pytest

from popmodel import scoring
from popmodel.schema import SchemaError
from popmodel.scoring import Cuts, Progress
from popmodel.scoring.precision import printed, text


def _plain(method):
    """Return a method that takes the parts of `Progress` one by one."""

    def call(base, value, target, *, base_year, year, target_year, better="higher", **options):
        return method(Progress(base, value, target, base_year, year, target_year, better), **options)

    call.__name__ = method.__name__
    return call


pace = _plain(scoring.pace)
YEARS = {"base_year": 2020, "year": 2023, "target_year": 2025}


def test_residents_are_behind():
    # 958.7 (2020) -> 976.1 (2023), target 1000 (2025): c = 17.4/41.3 = .4213, tau = .6
    rating = pace(958.7, 976.1, 1000, **YEARS)
    assert rating.figure == pytest.approx(17.4 / 41.3 / 0.6, abs=1e-9)
    assert round(rating.figure, 3) == 0.702
    assert rating.label == "behind"


@pytest.mark.parametrize(
    ("value", "label", "figure"),
    [
        (0.630, "ahead", 1.05),
        (0.629, "on_track", 0.629 / 0.6),
        (0.570, "on_track", 0.95),
        (0.569, "nearly", 0.569 / 0.6),
        (0.480, "nearly", 0.80),
        (0.479, "behind", 0.479 / 0.6),
        (0.0, "behind", 0.0),
        (-0.001, "moving_away", -0.001 / 0.6),
        (1.0, "met", 1 / 0.6),
    ],
)
def test_each_class_begins_exactly_at_its_cut(value, label, figure):
    rating = pace(0.0, value, 1.0, **YEARS)
    assert (rating.label, rating.figure) == (label, pytest.approx(figure))


def test_cuts_are_arguments():
    assert pace(0.0, 0.6, 1.0, **YEARS).label == "on_track"
    assert pace(0.0, 0.6, 1.0, **YEARS, cuts=Cuts(ahead=1.0)).label == "ahead"


def test_falling_target():
    # 14.5 (2015) -> 10.4 (2023), target 7.25 (2030): c = 4.1/7.25 = .5655, tau = 8/15, pace 1.06
    rating = pace(14.5, 10.4, 7.25, base_year=2015, year=2023, target_year=2030, better="lower")
    assert rating.figure == pytest.approx(4.1 / 7.25 / (8 / 15))
    assert round(rating.figure, 2) == 1.06
    assert rating.label == "ahead"


@pytest.mark.parametrize(
    ("value", "label", "figure"),
    [
        (18.6, "on_track", 1.0),  # u = 2.1/3.5 = .6 of the room after .6 of the time
        (18.0, "ahead", 0.6 / (1.5 / 3.5)),
        (18.9, "nearly", 0.6 / (2.4 / 3.5)),
        (19.6, "behind", 0.6 / (3.1 / 3.5)),
        (20.5, "behind", 0.6 / (4.0 / 3.5)),  # broken
        (16.5, "ahead", math.inf),
        (16.0, "ahead", math.inf),
    ],
)
def test_ceiling_that_the_base_keeps_is_a_budget(value, label, figure):
    rating = pace(16.5, value, 20.0, **YEARS, better="lower")
    assert (rating.label, rating.figure) == (label, pytest.approx(figure))


def test_floor_that_the_base_keeps_is_a_budget():
    assert pace(70.0, 67.0, 65.0, **YEARS).figure == pytest.approx(0.6 / 0.6)
    assert pace(70.0, 71.0, 65.0, **YEARS).label == "ahead"


def test_target_equal_to_its_base_is_to_be_kept():
    assert pace(50.0, 50.0, 50.0, **YEARS).label == "on_track"
    assert pace(50.0, 51.0, 50.0, **YEARS).label == "on_track"
    assert pace(50.0, 49.9, 50.0, **YEARS).label == "moving_away"


def test_no_time_no_rating():
    rating = pace(1.0, 2.0, 3.0, base_year=2020, year=2020, target_year=2025)
    assert math.isnan(rating.figure)
    assert rating.label == "not_assessable"


@pytest.mark.parametrize("year", [2025, 2031])
def test_from_the_milestone_on_only_a_verdict(year):
    assert pace(0.0, 0.99, 1.0, base_year=2020, year=year, target_year=2025) == (pytest.approx(0.99), "not_met")
    assert pace(0.0, 1.0, 1.0, base_year=2020, year=year, target_year=2025).label == "met"


def test_without_base_only_a_verdict():
    assert pace(math.nan, 26.0, 25.0, **YEARS).label == "met"
    assert pace(math.nan, 24.0, 25.0, **YEARS).label == "not_assessable"
    assert pace(math.nan, 24.0, 25.0, base_year=2020, year=2025, target_year=2025).label == "not_met"


def test_zero_base_and_change_of_sign():
    # natural growth, per mille: 1.6 -> -1.0 against a floor of -2.0: u = 2.6/3.6, tau = .6
    assert pace(1.6, -1.0, -2.0, **YEARS).figure == pytest.approx(0.6 / (2.6 / 3.6))
    assert pace(0.0, 3.0, 10.0, **YEARS).figure == pytest.approx(0.5)
    assert pace(-1.0, 0.5, 1.5, **YEARS).figure == pytest.approx(1.0)


def test_bad_years_and_directions():
    with pytest.raises(SchemaError, match="year 2019 is before base_year 2020"):
        pace(1.0, 2.0, 3.0, base_year=2020, year=2019, target_year=2025)
    with pytest.raises(SchemaError, match="target_year 2020 is not after base_year 2020"):
        pace(1.0, 2.0, 3.0, base_year=2020, year=2020, target_year=2020)
    with pytest.raises(SchemaError, match="better='up' is not known"):
        pace(1.0, 2.0, 3.0, **YEARS, better="up")


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (2.675, 2, "2.68"),
        (0.125, 2, "0.13"),
        (1.005, 2, "1.01"),
        (-0.05, 1, "−0.1"),
        (999.95, 1, "1000.0"),
        (0.1 + 0.2, 1, "0.3"),
    ],
)
def test_printed_half_up_without_binary_surprises(value, decimals, shown):
    assert text(value, decimals) == shown


def test_nan_is_printed_as_a_dash():
    assert text(math.nan, 2) == "–"
    assert printed(1000.0, 0) == 1000
