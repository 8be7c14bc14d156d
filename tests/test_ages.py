import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings, strategies as st

import popmodel as pm
from popmodel.demography.ages import cohort_pattern, graduate, open_pattern, split_open
from popmodel.schema import SchemaError

LOWER = [0, 1, 5, 10, 15]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.just(0.0) | st.floats(1e-3, 1e6), min_size=5, max_size=5),
    st.lists(st.floats(0.01, 10), min_size=101, max_size=101),
    st.booleans(),
)
def test_every_group_keeps_its_count(counts: list[float], pattern: list[float], use: bool) -> None:
    single = graduate(counts, LOWER, pattern=pattern if use else None, open_pattern=np.ones(101))
    groups = np.add.reduceat(single, LOWER)
    assert groups == pytest.approx(counts, rel=1e-12, abs=1e-6)
    assert (single >= 0).all()


def test_pattern_decides_the_split_where_its_ratio_to_the_people_is_even() -> None:
    pattern = np.ones(101)
    pattern[5:10] = [1, 2, 3, 4, 0]
    single = graduate([10, 40, 100, 50, 86], LOWER, pattern=pattern, open_pattern=np.ones(101))
    assert single[:15] == pytest.approx(10 * pattern[:15])
    assert single[15:] == pytest.approx(np.ones(86))


def test_the_ratio_to_the_pattern_does_not_jump_between_groups() -> None:
    """Births halve inside a group; the ratio of people to births rises with age."""
    lower = [0, *range(5, 45, 5)]
    pattern = np.ones(101)
    pattern[22:30] = 0.5
    truth = pattern * (1 + 0.02 * np.arange(101))
    counts = np.add.reduceat(truth[:41], lower)
    ratio = graduate(counts, lower, pattern=pattern, open_pattern=np.ones(101))[5:35] / pattern[5:35]
    assert np.abs(np.diff(ratio)).max() < 0.05
    assert ratio == pytest.approx(truth[5:35] / pattern[5:35], rel=0.02)


def test_a_group_with_unknown_ages_falls_back_to_the_spline() -> None:
    pattern = np.ones(101)
    pattern[10:15] = [1, 2, 3, 4, np.nan]
    counts = [10.0, 40.0, 50.0, 40.0, 200.0]
    mixed = graduate(counts, LOWER, pattern=pattern, open_pattern=np.ones(101))
    assert mixed[10:15] == pytest.approx(np.full(5, 8.0))
    full = graduate(counts, LOWER, pattern=np.where(np.isnan(pattern), 5, pattern), open_pattern=np.ones(101))
    assert np.ptp(full[10:15]) > 1


def test_cohorts_meet_two_calendar_years() -> None:
    # On 1 July 2020 (2020.5) children aged 3 were born July 2016 to June 2017: half of each year's births.
    pattern = cohort_pattern([100.0, 300.0], [2016, 2017], np.full(5, 0.5), date=2020.5)
    assert pattern[3] == pytest.approx(0.5 * (0.5 * 100 + 0.5 * 300))
    assert np.isnan(pattern[[0, 1, 2, 4]]).all()
    # At the end of 2020 those aged 3 are exactly the births of 2017.
    assert cohort_pattern([100.0, 300.0], [2016, 2017], np.ones(6), date=2021.0)[3] == 300


@pytest.mark.parametrize(
    ("counts", "lower", "message"),
    [
        ([1, 2], [1, 5], "must rise from 0"),
        ([1, 2, 3], [0, 5], "one for each of the 3 groups"),
        ([-1, 2], [0, 5], "finite and not negative"),
        ([1, 2], [0, 5], r"the open group 5\+ needs open_pattern"),
    ],
)
def test_bad_groups(counts: list[float], lower: list[int], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        graduate(counts, lower)


def test_people_where_the_pattern_is_zero() -> None:
    with pytest.raises(SchemaError, match="pattern is zero over ages 0-4, where people are counted"):
        graduate([5.0, 1.0], [0, 5], pattern=np.zeros(101), open_pattern=np.ones(101))


def test_the_open_group_goes_on_as_the_cohorts_before_it_grew() -> None:
    lived = np.exp(-((np.arange(101) / 80.0) ** 6))
    lower = [0, *range(5, 90, 5)]
    made = lived * np.exp(-0.04 * np.arange(101))
    counts = np.add.reduceat(made, lower)
    found = open_pattern(counts, lower, lived)
    assert found[85:] / found[85] == pytest.approx(made[85:] / made[85], rel=0.02)
    # Two groups or more from 60 on are needed; else the life table alone.
    assert (open_pattern(counts[:13], lower[:13], lived) == lived).all()


def test_the_pattern_does_not_end_where_births_begin_to_be_known() -> None:
    pattern = cohort_pattern([10.0, 20.0], [2019, 2020], np.full(101, 2.0), date=2021.0)
    assert pattern[:3].tolist() == [40, 20, 20]
    assert np.isfinite(pattern[:100]).all()
    assert np.isnan(pattern[100])


def test_no_jump_of_the_sex_ratio_at_seventy_and_eighty_five(base: xr.Dataset) -> None:
    """It stood at 97 → 101.5 (69/70) and 89 → 100 (84/85) where the graduation changed its pattern."""
    people = base.census_population.sum("district")
    ratio = (100 * people.sel(sex="male") / people.sel(sex="female")).to_numpy()
    steps = np.diff(ratio)
    assert abs(steps[69]) < 2
    assert abs(steps[84]) < 3


def test_closed_cohorts_gain_less_at_the_old_end(census: xr.Dataset) -> None:
    """The residual of 95 and over was +92 % (women) and +97 % (men): too many were put there in 2020."""
    earlier = pm.read_census(pm.data_path("census/wenzhou"), year=2010)
    between = pm.census_survival(census, earlier).sum("unit").sel(survivor_age=slice(95, None)).sum("survivor_age")
    gain = between.counted / between.expected - 1
    assert float(gain.sel(sex="female")) < 0.2
    assert float(gain.sel(sex="male")) < 0.4


def test_an_open_group_is_cut_as_the_pattern_says_and_keeps_its_count() -> None:
    pattern = np.zeros(101)
    pattern[85:90], pattern[90:95], pattern[95:100], pattern[100] = 6.0, 3.0, 0.8, 1.0
    cut, lower = split_open([[7.0, 100.0], [5.0, 0.0]], [0, 85], pattern)
    assert lower.tolist() == [0, 85, 90, 95, 100]
    assert cut[0] == pytest.approx([7, 60, 30, 8, 2])
    assert cut[1].tolist() == [5, 0, 0, 0, 0]
    kept, same = split_open([7.0, 100.0], [0, 100], pattern)
    assert kept.tolist() == [7, 100]
    assert same.tolist() == [0, 100]
    for bad in (np.zeros(101), np.full(101, np.nan), -pattern):
        with pytest.raises(SchemaError, match=r"the pattern of ages 85\+ must be above 0"):
            split_open([7.0, 100.0], [0, 85], bad)
