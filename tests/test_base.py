from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import popmodel as pm


def test_single_ages_keep_every_census_cell(census: xr.Dataset, base: xr.Dataset) -> None:
    lower = [0, 1, *range(5, 86, 5)]
    single = base.census_population.to_numpy()
    groups = np.add.reduceat(single, lower, axis=-1)
    assert groups == pytest.approx(census.population.transpose("district", "sex", "age_group").to_numpy())


def test_year_end_stock_is_the_published_one(base: xr.Dataset) -> None:
    assert int(base.year) == 2020
    assert float(base.population.sum()) == pytest.approx(9_587_000)
    scale = base.population.sum() / base.census_population.sum()
    by_district = base.population.sum(("sex", "age")) / base.census_population.sum(("sex", "age"))
    assert by_district.to_numpy() == pytest.approx(np.full(12, float(scale)))


def test_cohorts_jump_as_births_did(base: xr.Dataset) -> None:
    """Births fell to their low of 1961 and doubled by 1963: at the end of 2020 those are 59 and 57 years old."""
    city = base.population.sum(("district", "sex"))
    assert float(city.sel(age=59)) < 0.65 * float(city.sel(age=57))


def test_implied_fertility_and_residuals_agree_with_what_is_published(base: xr.Dataset) -> None:
    # 2021: 65,000 births; about 1.04 with the census's women (MODEL: ± 0.03)
    assert float(base.implied_total_fertility.sel(observed_year=2021)) == pytest.approx(1.04, abs=0.03)
    # communiques: +5.0, +3.4 (from rounded rates) and +9.17万; the model's deaths differ by some 3,500 (in 2023 most)
    residual = base.residual_migration.sum("district").to_numpy()
    assert residual == pytest.approx([50_000, 34_000, 91_700], abs=3_600)


def test_observed_stocks_sum_to_the_city(base: xr.Dataset) -> None:
    assert base.observed_year.to_numpy().tolist() == [2021, 2022, 2023]
    assert base.observed_stock.sum("district").to_numpy() == pytest.approx([9_645_000, 9_679_000, 9_761_000])
    assert float(base.observed_stock.sel(observed_year=2023, district="330302")) == pytest.approx(1_209_400, rel=1e-4)


def test_fertility_levels_leave_the_city_level_as_it_is(base: xr.Dataset) -> None:
    women = base.census_population.sel(sex="female")
    exposed = (women * base.fertility_pattern).sum("age")
    assert float((base.fertility_level * exposed).sum() / exposed.sum()) == pytest.approx(1)
    assert float(base.fertility_level.min()) > 0.5


def test_later_figures_are_not_used(census: xr.Dataset) -> None:
    early = pm.estimate_base(census, observed_until=2021)
    assert early.observed_year.to_numpy().tolist() == [2021]
    assert early.urban_year.to_numpy().max() <= 2021


def test_a_city_with_little_still_has_a_base(city: Path) -> None:
    base = pm.estimate_base(pm.read_census(city))
    assert float(base.population.sum()) == pytest.approx(float(pm.read_census(city).population.sum()))
    assert "observed_stock" not in base
    assert float(base.migration_share.sum()) == pytest.approx(1)
    grown = pm.estimate_base(pm.read_census(city), year_end=1e5)
    assert float(grown.population.sum()) == pytest.approx(1e5)


def test_missing_reference_is_named(city: Path) -> None:
    file = city / "city.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('reference = "un_wpp2024_china"\n', ""), encoding="utf-8")
    census = pm.read_census(city)
    with pytest.raises(pm.SchemaError, match="reference_death_rate is missing"):
        pm.estimate_base(census)
    given = pm.read_reference(pm.data_path("reference/un_wpp2024_china"))
    assert float(pm.estimate_base(census, reference=given).population.sum()) > 0
    with pytest.raises(pm.SchemaError, match="year_end=-1 must be a number of persons above 0"):
        pm.estimate_base(census, reference=given, year_end=-1)


def test_contradicting_district_stocks_are_named(census: xr.Dataset) -> None:
    wrong = census.copy(deep=True)
    wrong.published_population.loc[{"published_year": 2021, "area": "330302"}] *= 2
    with pytest.raises(pm.SchemaError, match="in 2021 the published stocks of the districts sum to 112"):
        pm.estimate_base(wrong)


def test_districts_that_exceed_the_city_are_named(city: Path) -> None:
    """Once the other district came out negative."""
    census = pm.read_census(city)
    total = float(census.population.sum())
    stocks = np.full((2, 3), np.nan)
    stocks[:, 0] = total
    stocks[1, 1] = 1.1 * total
    published = xr.DataArray(
        stocks, dims=("published_year", "area"), coords={"published_year": [2020, 2021]}, attrs={"unit": "persons"}
    )
    message = r"in 2021 the published districts \(900001 .*\) exceed the city's .* and leave -.* to 900002"
    with pytest.raises(pm.SchemaError, match=message):
        pm.estimate_base(census.assign(published_population=published))


def test_a_share_carried_on_below_zero_is_named(city: Path) -> None:
    census = pm.read_census(city)
    total = float(census.population.sum())
    stocks = np.full((4, 3), np.nan)
    stocks[:, 0] = total
    stocks[1, 1:] = 0.9 * total, 0.1 * total
    published = xr.DataArray(
        stocks, dims=("published_year", "area"), coords={"published_year": [2020, 2021, 2022, 2023]}
    )
    with pytest.raises(pm.SchemaError, match="in 2022 no stock is published of 900002, and the change"):
        pm.estimate_base(census.assign(published_population=published))


@pytest.mark.parametrize(("factor", "births"), [(1e-4, 1.0), (1.0, 1e4)])
def test_a_slip_of_units_is_named(census: xr.Dataset, factor: float, births: float) -> None:
    """Persons given in ten thousands, or births the other way round; once a traceback of the kernel."""
    year = {"published_year": 2021}
    stocks = census.published_population.copy(deep=True)
    stocks.loc[year] *= factor
    flows = census.published_births.copy(deep=True)
    flows.loc[{"published_period": 2021}] *= births
    message = r"published figures of 2021 cannot be met: district 3303\d\d is to go from [\d,]+ persons to [\d,]+ with"
    with pytest.raises(pm.SchemaError, match=message):
        pm.estimate_base(census.assign(published_population=stocks, published_births=flows))
