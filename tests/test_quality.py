import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.demography.quality import (
    age_ratio_score,
    age_ratios,
    age_sex_accuracy,
    myers_index,
    sex_ratio_score,
    whipple_index,
)


def test_whipple_by_hand() -> None:
    even = np.full(100, 10.0)
    assert whipple_index(even) == pytest.approx(100)
    only = np.zeros(100)
    only[25:61:5] = 7
    assert whipple_index(only) == pytest.approx(500)
    # Half as many again at 30, 40, 50 and 60: (8·10 + 4·5)·5 over 400 + 20.
    even[30:61:10] = 15
    assert whipple_index(even) == pytest.approx(100 * 5 * 100 / 420)
    # Ages outside 23-62 do not count.
    even[[20, 65]] = 1e6
    assert whipple_index(even) == pytest.approx(100 * 5 * 100 / 420)


def test_myers_by_hand() -> None:
    assert myers_index(np.full(100, 4.0)) == pytest.approx(0)
    only = np.zeros(100)
    only[10:90:10] = 1
    assert myers_index(only) == pytest.approx(90)
    # Blending takes out a straight fall with age, which single digits would show as a preference for 0.
    assert myers_index(200.0 - np.arange(100)) == pytest.approx(0, abs=1e-9)
    # Each digit blends to 70; 70 more aged 13, whom only the first sum holds, weigh 4: 350 of 980 against 70 of 980.
    more = np.ones(100)
    more[13] += 70
    assert myers_index(more) == pytest.approx((100 * 350 / 980 - 10 + 9 * (10 - 100 * 70 / 980)) / 2)
    # Twice as many at digit 5: 70·(1 + …) of the blended total 11 tenths, 2/11 against nine times 1/11.
    double = np.ones(100)
    double[5::10] = 2
    assert myers_index(double) == pytest.approx((100 * 2 / 11 - 10 + 9 * (10 - 100 / 11)) / 2)


def test_age_and_sex_scores_by_hand() -> None:
    female, male = [100.0, 110.0, 100.0, 90.0], [105.0, 110.0, 102.0, 90.0]
    assert age_ratios(female) == pytest.approx([110, 100])
    assert age_ratio_score(female) == pytest.approx(5)
    assert sex_ratio_score(female, male) == pytest.approx((5 + 2 + 2) / 3)
    male_ages = (abs(100 * 220 / 207 - 100) + abs(100 * 204 / 200 - 100)) / 2
    assert age_sex_accuracy(female, male) == pytest.approx(3 * 3 + 5 + male_ages)


def test_too_few_single_ages() -> None:
    with pytest.raises(pm.SchemaError, match="whipple_index: 50 single ages are given, it needs ages 23-62"):
        whipple_index(np.ones(50))
    with pytest.raises(pm.SchemaError, match="myers_index: 80 single ages are given"):
        myers_index(np.ones(80))


def test_shipped_census(census: xr.Dataset) -> None:
    table = pm.census_quality(census).set_index(["area", "measure"])
    assert len(table) == 13 * 11
    city = table.loc["330300"]
    # The infants of README.md: 114.2 boys per 100 girls.
    assert city.loc["sex_ratio_0", "value"] == pytest.approx(114.2, abs=0.05)
    assert city.loc["sex_ratio_all", "value"] == pytest.approx(100 * 5_075_707 / 4_497_196)
    assert 20 < city.loc["age_sex_accuracy", "value"] < 40
    assert city.loc["age_sex_accuracy", "reading"] == "fair"
    parts = 3 * city.loc["sex_ratio", "value"] + city.loc[["age_ratio_female", "age_ratio_male"], "value"].sum()
    assert city.loc["age_sex_accuracy", "value"] == pytest.approx(parts)
    # Groups hide heaping: said, not guessed.
    assert np.isnan(city.loc["whipple_male", "value"])
    assert "the census gives groups" in city.loc["myers_female", "note"]


def test_single_ages_give_heaping() -> None:
    counts = np.full((1, 2, 101), 10.0)
    counts[0, 1, ::5] = 20.0
    groups = [*(str(age) for age in range(100)), "100+"]
    census = xr.Dataset(
        {"population": (("district", "sex", "age_group"), counts)},
        coords={"district": ["d"], "sex": ["female", "male"], "age_group": groups},
    )
    table = pm.census_quality(census.assign_coords(city="d")).set_index("measure")
    assert set(table["area"]) == {"d"}
    assert table.loc["whipple_female", "value"] == pytest.approx(100)
    assert table.loc["whipple_female", "reading"] == "accurate"
    assert table.loc["whipple_male", "value"] == pytest.approx(100 * 5 * 160 / 480)
    assert table.loc["whipple_male", "reading"] == "rough"
    assert table.loc["myers_male", "value"] > 10


def test_other_groups_say_what_is_missing() -> None:
    census = xr.Dataset(
        {"population": (("district", "sex", "age_group"), np.ones((1, 2, 3)))},
        coords={"district": ["d"], "sex": ["female", "male"], "age_group": ["0-14", "15-64", "65+"], "city": "c"},
    )
    table = pm.census_quality(census).set_index(["area", "measure"])
    assert "no group starts at 5, 10" in table.loc[("c", "age_sex_accuracy"), "note"]
    assert np.isnan(table.loc[("d", "age_ratio_male"), "value"])
    assert table.loc[("c", "sex_ratio_0_4"), "note"] == "no group ends at age 4"


def test_undercount_only_as_declared(census: xr.Dataset) -> None:
    factor = xr.DataArray(np.ones((2, 19)), dims=("sex", "age_group"), coords={"age_group": census.age_group})
    factor = factor.assign_coords(sex=census.sex)
    factor.loc[{"sex": "male", "age_group": "1-4"}] = 1.05
    corrected, audit = pm.correct_undercount(census, factor=factor)
    assert len(audit) == 12
    assert set(audit["age_group"]) == {"1-4"}
    assert audit["added"].sum() == pytest.approx(0.05 * 204_446)
    assert float((corrected.population - census.population).sum()) == pytest.approx(0.05 * 204_446)
    assert corrected.population.attrs["correction"] == "multiplied by a declared factor"
    assert "correction" not in census.population.attrs
    base = pm.estimate_base(corrected)
    assert base.census_population.attrs["correction"]
    assert float(base.population.sum()) == pytest.approx(9_587_000)
    assert float(base.population.sel(sex="male", age=3).sum()) > float(
        pm.estimate_base(census).population.sel(sex="male", age=3).sum()
    )


def test_a_uniform_factor_reaches_the_projection_through_year_end_only(census: xr.Dataset) -> None:
    corrected, audit = pm.correct_undercount(census, factor=1.002)
    assert len(audit) == 12 * 2 * 19
    assert float(corrected.population.sum()) == pytest.approx(1.002 * 9_572_903)
    same = pm.estimate_base(corrected)
    assert same.population.to_numpy() == pytest.approx(pm.estimate_base(census).population.to_numpy())


@pytest.mark.parametrize(
    ("factor", "message"),
    [
        (100.2, "factor 100.2 must lie within 0.5 … 2"),
        (float("nan"), "factor nan must lie within"),
        (xr.DataArray([1.0, 1.1], dims="colour"), "factor has dims colour"),
        (xr.DataArray([1.0, 1.1], dims="sex"), "sex .*unknown, missing or repeated"),
        (xr.DataArray([1.0], dims="sex", coords={"sex": ["male"]}), "sex female unknown, missing"),
    ],
)
def test_undeclared_or_odd_factors(census: xr.Dataset, factor: float | xr.DataArray, message: str) -> None:
    with pytest.raises(pm.SchemaError, match=message):
        pm.correct_undercount(census, factor=factor)
