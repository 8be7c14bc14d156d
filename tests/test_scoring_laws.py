"""Laws of every method: monotone in the value, blind to units, and (if linear) to shares and complements."""

import math

import pytest
from hypothesis import assume, given, settings, strategies as st

from popmodel import scoring
from popmodel.scoring import Progress, destatis
from popmodel.scoring.labels import LEVELS
from popmodel.wording.card import rating_words


def _plain(method):
    """Return a method that takes the parts of `Progress` one by one."""

    def call(base, value, target, *, base_year, year, target_year, better="higher", **options):
        return method(Progress(base, value, target, base_year, year, target_year, better), **options)

    call.__name__ = method.__name__
    return call


NAMES = ("pace", "eurostat", "statcan", "unsd", "escap", "sdsn")
pace, eurostat, statcan, unsd, escap, sdsn = (_plain(getattr(scoring, name)) for name in NAMES)
YEARS = {"base_year": 2020, "year": 2023, "target_year": 2025}
RANKS = {
    "pace": ["moving_away", "behind", "nearly", "on_track", "ahead", "met"],
    "eurostat": ["movement_away", "insufficient_progress", "moderate_progress", "significant_progress"],
    "statcan": ["deterioration", "limited_progress", "moderate_progress", "substantial_progress", "target_achieved"],
    "unsd": ["regression", "stagnation", "fair_progress", "on_track"],
    "escap": ["reverse", "accelerate", "on_track"],
    "sdsn": ["decreasing", "stagnating", "moderately_improving", "on_track"],
}
METHODS = [pace, eurostat, statcan, unsd, escap, sdsn]
hundredths = st.integers(1, 9_999).map(lambda n: n / 100)
better = st.sampled_from(["higher", "lower"])


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=150, deadline=None)
@given(base=hundredths, target=hundredths, values=st.tuples(hundredths, hundredths), better=better)
def test_a_better_value_is_never_rated_worse(method, base, target, values, better):
    assume(base != target)
    worse, good = sorted(values, reverse=better == "lower")
    ranks = RANKS[method.__name__]
    low, high = (method(base, value, target, **YEARS, better=better).label for value in (worse, good))
    assert ranks.index(low) <= ranks.index(high)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=100, deadline=None)
@given(
    base=hundredths, value=hundredths, target=hundredths, better=better, factor=st.sampled_from([1e-4, 0.01, 3.0, 1e4])
)
def test_a_change_of_unit_changes_nothing(method, base, value, target, better, factor):
    # statcan's stand-in for a target of zero is not free of units; zero does not occur here
    here = method(base, value, target, **YEARS, better=better)
    there = method(base * factor, value * factor, target * factor, **YEARS, better=better)
    assert here.label == there.label
    assert here.figure == pytest.approx(there.figure, rel=1e-6, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("method", [pace, escap, sdsn])
@settings(max_examples=150, deadline=None)
@given(base=hundredths, value=hundredths, target=hundredths, better=better)
def test_a_share_and_its_complement_are_rated_alike_by_linear_methods(method, base, value, target, better):
    other = "lower" if better == "higher" else "higher"
    share = method(base, value, target, **YEARS, better=better)
    rest = method(100 - base, 100 - value, 100 - target, **YEARS, better=other)
    assert share.label == rest.label
    assert share.figure == pytest.approx(rest.figure, rel=1e-6, abs=1e-9, nan_ok=True)


def test_compound_methods_do_not_keep_the_law_of_complements():
    # 90 -> 91 of 95 is 10 -> 9 of 5: the seen and the needed rates differ, so the figure does
    assert eurostat(90, 91, 95, **YEARS).figure != pytest.approx(eurostat(10, 9, 5, **YEARS, better="lower").figure)


@settings(max_examples=100, deadline=None)
@given(series=st.lists(hundredths, min_size=4, max_size=8), target=hundredths, better=better)
def test_the_symbol_of_a_share_is_that_of_its_complement(series, target, better):
    other = "lower" if better == "higher" else "higher"
    years = range(2016, 2016 + len(series))
    share = destatis(dict(zip(years, series, strict=True)), target, target_year=2030, better=better)
    rest = destatis(
        dict(zip(years, [100 - v for v in series], strict=True)), 100 - target, target_year=2030, better=other
    )
    assume(not math.isclose(share.figure, 0, abs_tol=1e-9))  # the sign of a mean change of zero is arithmetic noise
    assert share.label == rest.label
    assert share.figure == pytest.approx(rest.figure, rel=1e-6, abs=1e-9)


def test_every_label_has_words():
    assert set(RANKS["pace"]) | {"not_met", "not_assessable"} == set(LEVELS["pace"])
    for name, ranks in RANKS.items():
        levels = [LEVELS[name][label] for label in ranks]
        assert levels == sorted(levels)
    assert all(all(rating_words(label, name)) for name, labels in LEVELS.items() for label in labels)
