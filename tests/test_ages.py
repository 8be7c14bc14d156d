import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from popmodel.demography.ages import cohort_pattern, graduate
from popmodel.schema import SchemaError

LOWER = [0, 1, 5, 10, 15]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(0, 1e6), min_size=5, max_size=5),
    st.lists(st.floats(0.01, 10), min_size=101, max_size=101),
    st.booleans(),
)
def test_every_group_keeps_its_count(counts: list[float], pattern: list[float], use: bool) -> None:
    single = graduate(counts, LOWER, pattern=pattern if use else None, open_pattern=np.ones(101))
    groups = np.add.reduceat(single, LOWER)
    assert groups == pytest.approx(counts, rel=1e-12, abs=1e-6)
    assert (single >= 0).all()


def test_pattern_decides_the_split_within_a_group() -> None:
    pattern = np.ones(101)
    pattern[5:10] = [1, 2, 3, 4, 0]
    single = graduate([1, 4, 100, 5, 86], LOWER, pattern=pattern, open_pattern=np.ones(101))
    assert single[5:10] == pytest.approx([10, 20, 30, 40, 0])
    assert single[15:] == pytest.approx(np.ones(86))


def test_a_group_with_unknown_ages_falls_back_to_the_spline() -> None:
    pattern = np.ones(101)
    pattern[7] = np.nan
    counts = [10.0, 40.0, 50.0, 40.0, 200.0]
    mixed = graduate(counts, LOWER, pattern=pattern, open_pattern=np.ones(101))
    smooth = graduate(counts, LOWER, open_pattern=np.ones(101))
    assert mixed[5:10] == pytest.approx(smooth[5:10])
    assert mixed[10:15] == pytest.approx(np.full(5, 8.0))
    assert smooth[10:15] != pytest.approx(np.full(5, 8.0))


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
