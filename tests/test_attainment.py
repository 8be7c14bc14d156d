"""Probabilities of targets on invented draws, counted by hand."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.probability.attainment import word_of
from popmodel.scoring.operators import holds, holds_all, keeps, keeps_all
from popmodel.scoring.precision import printed, printed_all
from popmodel.scoring.records import targets_of
from popmodel.wording.sure import percent_words, spread_words
from popmodel.wording.targets import bare_name
from tests.drawn import drawn, plan

N = 400


def row(
    values: xr.Dataset, target: dict[str, object], variants: Mapping[str, xr.Dataset] | None = None
) -> dict[str, Any]:
    return {str(name): cell for name, cell in pm.attainment(values, plan(target), variants).iloc[0].items()}


@pytest.mark.parametrize(
    ("operator", "at", "expected"),
    [
        ("above", 60.04, 0.0),  # printed 60.0: not above
        ("at_least", 60.04, 1.0),
        ("at_least", 59.95, 1.0),  # printed 60.0, half up
        ("at_least", 59.94, 0.0),
        ("below", 59.95, 0.0),
        ("at_most", 60.04, 1.0),
    ],
)
def test_draws_at_the_target_are_judged_as_printed(operator: str, at: float, expected: float) -> None:
    found = row(drawn(share=np.full(N, at)), {"operator": operator, "value": 60.0})
    assert found["probability"] == expected
    assert found["se"] == 0
    assert found["bound"] == 3 / N
    assert found["basis"] == "assumed"  # every draw has the same path: nothing was drawn


def test_none_and_all_are_never_certain() -> None:
    share = np.linspace(10, 20, N)
    none, every = (row(drawn(share=share), {"operator": "below", "value": bound}) for bound in (5.0, 30.0))
    assert (none["probability"], every["probability"]) == (0.0, 1.0)
    assert none["bound"] == every["bound"] == 3 / N
    assert (none["word_en"], every["word_en"]) == ("very unlikely", "very likely")
    assert percent_words(0.0, 2000) == "<0.2%"
    assert percent_words(1.0, 2000) == ">99.8%"
    assert percent_words(0.0, N) == "<0.8%"
    assert percent_words(0.9996, 10_000) == ">99.9%"


def test_probability_error_and_words() -> None:
    share = np.concatenate([np.full(100, 24.0), np.full(300, 26.1)])
    found = row(drawn(share=share), {"operator": "below", "value": 26.0})
    assert found["probability"] == 0.25
    assert found["se"] == pytest.approx(math.sqrt(0.25 * 0.75 / N))
    assert (found["code"], found["word_zh"]) == ("unlikely", "不太可能")
    assert found["basis"] == "drawn"
    assert math.isnan(found["bound"])
    assert math.isnan(found["lowest"])


def test_variants_give_the_range_and_may_leave_it_open() -> None:
    def of(part: float) -> xr.Dataset:
        return drawn(share=np.where(np.arange(N) < part * N, 24.0, 27.0))

    target: dict[str, object] = {"operator": "below", "value": 26.0}
    found = row(of(0.2), target, {"old stay": of(0.1), "old come": of(0.45)})
    assert (found["lowest"], found["highest"]) == (0.1, 0.45)
    assert (found["lowest_variant"], found["highest_variant"]) == ("old stay", "old come")
    assert found["code"] == "unlikely"
    found = row(of(0.2), target, {"old come": of(0.6)})
    assert (found["lowest"], found["lowest_variant"], found["code"]) == (0.2, "", "cannot_tell")
    with pytest.raises(pm.SchemaError, match="variant old come does not give share 2030"):
        row(of(0.2), target, {"old come": drawn(other=np.linspace(0, 1, N))})


@pytest.mark.parametrize(
    ("p", "code"),
    [(0.049, "very_unlikely"), (0.05, "unlikely"), (0.33, "even"), (0.67, "even"), (0.671, "likely"),
     (0.95, "likely"), (0.951, "very_likely")],
)  # fmt: skip
def test_words_are_cut_where_the_document_says(p: float, code: str) -> None:
    assert word_of(p) == code


def test_rising_wants_every_year() -> None:
    years = list(range(2025, 2031))
    rising = np.tile(30 + 0.1 * np.arange(6), (N, 1)) + np.linspace(0, 5, N)[:, None].round(1)
    rising[:100, 3] = rising[:100, 2] + 0.04  # prints the same as the year before: no rise
    target: dict[str, object] = {"operator": "rising", "better": "higher", "base_year": 2020}
    rows = plan({"year": 2025, "operator": "at_least", "value": 1.0, "better": "higher"}, target)
    table = pm.attainment(drawn(years=years, share=rising), rows)
    assert table["probability"].tolist() == [1.0, 0.75]
    # Without the milestone before, the years since the base are asked for, and are not there.
    assert row(drawn(years=years, share=rising), target)["basis"] == "no_number"


def test_sums_bands_and_levels_to_keep() -> None:
    flow = np.tile([10.0, 10.0, 10.0], (N, 1))
    flow[:40, 1] = 9.0
    summed: dict[str, object] = {
        "operator": "cumulative",
        "value": 30.0,
        "start_year": 2028,
        "year": 2030,
        "better": "higher",
    }
    assert row(drawn(years=[2028, 2029, 2030], share=flow), summed)["probability"] == 0.9
    band: dict[str, object] = {"operator": "within", "lower": 103.0, "upper": 107.0, "tolerance": 2.0}
    assert row(drawn(share=np.repeat([100.9, 101.0, 109.0, 109.1], 100)), band)["probability"] == 0.5
    rows = plan({"operator": "below", "value": 65.0, "year": 2030}, {"operator": "keep", "year": 2035})
    share = np.repeat([64.9, 65.0, 65.1, 66.0], 100)
    table = pm.attainment(drawn(years=[2030, 2035], share=share), rows)
    assert table["probability"].tolist() == [0.25, 0.5]


def test_no_probability_where_nothing_is_drawn() -> None:
    share = np.linspace(10, 20, N)
    lacking = np.full(N, np.nan)
    values = drawn(share=share, fertility=lacking)
    cases: dict[str, dict[str, object]] = {
        "other_basis": {"indicator": "fertility", "operator": "at_least", "value": 1.3},
        "not_modelled": {"indicator": "talent", "operator": "at_least", "value": 1.3},
        "no_number": {"operator": "relative", "better": "higher"},
        "beyond": {"operator": "below", "value": 1.0, "year": 2040},
    }
    for basis, target in cases.items():
        found = row(values, target)
        assert found["basis"] == basis
        assert math.isnan(found["probability"])
        assert found["code"] == "not_assessable"
    past = row(drawn(until=2030, share=share), {"operator": "below", "value": 26.0})
    assert (past["basis"], past["code"], past["word_en"]) == ("past", "met", "met")
    assert math.isnan(past["probability"])


def test_joint_is_the_share_and_not_the_product() -> None:
    first = np.where(np.arange(N) % 2 == 0, 24.0, 27.0)
    values = drawn(years=[2030, 2035], share=first, other=100 - first)
    rows = plan(
        {"operator": "below", "value": 26.0, "year": 2030},
        {"operator": "below", "value": 26.0, "year": 2035},
        {"indicator": "other", "operator": "below", "value": 74.0, "year": 2035},
    )
    alike = pm.joint_attainment(values, rows, which=[("share", 2030), ("share", 2035)])
    assert (alike.probability, alike.n) == (0.5, N)  # the product would be .25
    assert alike.se == pytest.approx(math.sqrt(0.25 / N))
    assert pm.joint_attainment(values, rows).probability == 0.0
    with pytest.raises(pm.SchemaError, match="shares 2030 is not in the targets. Did you mean share"):
        pm.joint_attainment(values, rows, which=[("shares", 2030)])


def test_conditional_counts_the_draws_that_satisfy_it() -> None:
    size = np.arange(1600.0)
    share = np.where(size >= 1400, 24.0, 27.0)
    values = drawn(share=share, size=size)
    rows = plan({"operator": "below", "value": 26.0})
    assert pm.joint_attainment(values, rows).probability == 0.125
    upper = pm.joint_attainment(values, rows, given=("size", 2030, 75, 100))
    assert (upper.probability, upper.n) == (0.5, 400)
    with pytest.raises(pm.SchemaError, match="given size 2030: 160 draws are too few; 400 are the least"):
        pm.joint_attainment(values, rows, given=("size", 2030, 90, 100))


def test_too_few_draws_are_refused() -> None:
    values = drawn(share=np.linspace(0, 1, 399))
    with pytest.raises(pm.SchemaError, match="399 draws are too few; 400 are the least"):
        pm.attainment(values, plan({"operator": "below", "value": 1.0}))
    with pytest.raises(pm.SchemaError, match="400 draws are too few for an interval of 95 %; 1000 are the least"):
        pm.prediction_interval(drawn(share=np.linspace(0, 1, 400)))
    gap = np.linspace(0, 1, N)
    gap[7] = np.nan
    with pytest.raises(pm.SchemaError, match=r"share 2030 is missing in 1 of 400 draws \(7\)"):
        pm.prediction_interval(drawn(share=gap), levels=[50])


def test_intervals_are_central_quantiles() -> None:
    share = np.random.default_rng(1).permutation(np.arange(1001.0))
    found = pm.prediction_interval(drawn(share=share, blank=np.full(1001, np.nan)))
    assert found["quantile"].to_numpy().tolist() == [2.5, 10.0, 25.0, 50.0, 75.0, 90.0, 97.5]
    assert found["share"].dims == ("quantile", "year", "area")
    assert found["share"].squeeze().to_numpy().tolist() == [25.0, 100.0, 250.0, 500.0, 750.0, 900.0, 975.0]
    assert found["share"].attrs["unit"] == "percent"
    assert found["blank"].isnull().all()
    assert found.attrs["draws"] == 1001
    with pytest.raises(pm.SchemaError, match="levels 100"):
        pm.prediction_interval(drawn(share=share), levels=[100])


def test_many_are_judged_as_one_by_one() -> None:
    rng = np.random.default_rng(5)
    for digits in (0, 1, 2):
        values = np.concatenate([rng.normal(60, 3, 300), np.round(rng.normal(60, 1, 300), digits + 1), [2.675, -2.675]])
        assert printed_all(values, digits).tolist() == [int(printed(v, digits).scaleb(digits)) for v in values.tolist()]
        for target in targets_of(
            plan(
                {"operator": "above", "value": 60.0, "decimals": digits},
                {"operator": "about", "value": 60.0, "tolerance": 0.5, "decimals": digits, "year": 2031},
                {"operator": "within", "lower": 59.0, "upper": 61.0, "decimals": digits, "year": 2032},
            )
        ):
            assert holds_all(target, values, 1).tolist() == [holds(target, v, 1) for v in values.tolist()]
        band = (59.5, math.inf)
        told = [keeps(v, band, 0.2, digits) for v in values.tolist()]
        assert keeps_all(values, band, 0.2, digits).tolist() == told


def test_a_range_of_one_figure_says_why() -> None:
    assert spread_words(0.26, 0.26, 1000, "zh") == "备选假定不涉及"
    assert spread_words(0.983, 0.984, 1000, "zh") == spread_words(0.0, 0.0, 1000, "zh") == "各备选假定下相同"
    assert spread_words(0.33, 0.74, 1000, "zh") == "33%–74%"
    assert spread_words(math.nan, math.nan, 1000, "en") == "–"


def test_brackets_inside_a_name_stay() -> None:
    assert bare_name("健康浙江（温州）建设发展指数") == "健康浙江（温州）建设发展指数"
    assert bare_name("常住人口老龄化率（60岁及以上）") == "常住人口老龄化率"
