from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm
from popmodel.indicators.catalogue import CATALOGUE, catalogue_by_id


@pytest.mark.parametrize(
    ("indicator", "printed", "decimals"),
    [
        ("dependency_ratio", 46.58, 2),
        ("share_60_plus", 16.50, 2),
        ("central_city_primacy", 31.38, 2),
        ("main_centre_share", 59.8, 1),
        ("sub_centre_share", 17.35, 2),
        ("urbanisation_rate", 72.16, 2),
        ("share_65_plus", 11.71, 2),
        ("sex_ratio", 112.86, 2),
        ("share_0_14", 15.28, 2),
    ],
)
def test_census_reproduces_table_6_to_the_printed_digit(
    census: xr.Dataset, indicator: str, printed: float, decimals: int
) -> None:
    """The 2020 column of Table 6; the last three: tabulation by county of the 2020 census."""
    value = float(pm.measure(census)[indicator].isel(scenario=0, year=0, area=0))
    assert round(value, decimals) == printed


def test_census_reproduces_the_age_structure_of_table_3() -> None:
    """Table 3: 0-14, 15-59 and 60+ of both censuses, counts and shares."""
    table = pd.read_csv(pm.data_path("plan/table3_age_structure.csv"))
    for year in (2010, 2020):
        counted = pm.measure(pm.read_census(pm.data_path("census/wenzhou"), year=year)).isel(scenario=0, year=0, area=0)
        rows = table[table["year"] == year].set_index("age_group")
        for group, name in (("0-14", "0_14"), ("15-59", "15_59"), ("60+", "60_plus"), ("65+", "65_plus")):
            assert float(counted[f"residents_{name}"]) == rows.loc[group, "population"]
            assert round(float(counted[f"share_{name}"]), 2) == rows.loc[group, "share_percent"]


def test_projection_starts_where_the_census_stands(census: xr.Dataset, values: xr.Dataset) -> None:
    start, counted = values.sel(year=2020), pm.measure(census).isel(scenario=0, year=0)
    for name in ("dependency_ratio", "share_60_plus", "central_city_primacy", "main_centre_share", "urbanisation_rate"):
        assert start[name].isel(area=0).to_numpy() == pytest.approx(np.full(2, float(counted[name][0])), abs=1e-6)


def test_by_hand(values: xr.Dataset, projection: xr.Dataset) -> None:
    people = projection.population.sel(scenario="plan", year=2030).sum("sex")
    district = people.sel(district="330327")
    old, young = float(district.sel(age=slice(60, None)).sum()), float(district.sel(age=slice(0, 14)).sum())
    work = float(district.sel(age=slice(15, 59)).sum())
    here = values.sel(scenario="plan", year=2030, area="330327")
    assert float(here.dependency_ratio) == pytest.approx(100 * (old + young) / work)
    assert float(here.support_ratio) == pytest.approx(work / old)
    births = float(projection.births.sel(scenario="plan", period=2030, district="330327").sum())
    before = float(projection.population.sel(scenario="plan", year=2029, district="330327").sum())
    assert float(here.birth_rate) == pytest.approx(2000 * births / (before + float(district.sum())))
    city = values.sel(scenario="plan", year=2030, area="330300")
    urban = (projection.urban_share * projection.population.sum(("sex", "age"))).sel(scenario="plan", year=2030)
    assert float(city.urbanisation_rate) == pytest.approx(100 * float(urban.sum()) / float(people.sum()))


def test_median_age_by_hand() -> None:
    people = xr.DataArray(
        [[[10.0, 20.0, 10.0], [0.0, 0.0, 0.0]]],
        dims=("district", "sex", "age"),
        coords={"district": ["d"], "sex": ["female", "male"], "age": [0, 1, 2], "year": 2020},
    )
    # Half of 40 is 20: the 10 aged 0, and half of those aged 1.
    assert float(pm.measure(people.to_dataset(name="population")).median_age.sel(area="d").squeeze()) == 1.5


def test_city_is_the_sum_or_the_mean_of_its_districts(values: xr.Dataset) -> None:
    parts = values.isel(area=slice(1, None))
    for name in ("resident_population", "births", "deaths", "net_migration", "residents_60_plus"):
        assert parts[name].sum("area", skipna=False).to_numpy() == pytest.approx(
            values[name].isel(area=0).to_numpy(), nan_ok=True
        )
    assert list(values.area.to_numpy()[:2]) == ["330300", "330302"]


def test_fertility_of_another_basis_is_never_held_against_the_plan(values: xr.Dataset) -> None:
    city = values.isel(area=0).sel(year=2025)
    assert np.isnan(city.total_fertility.sel(scenario="trend"))
    assert float(city.total_fertility.sel(scenario="plan")) == pytest.approx(1.35)
    assert float(city.implied_total_fertility.sel(scenario="trend")) < 1
    assert float(city.implied_total_fertility.sel(scenario="plan")) == pytest.approx(1.149, abs=0.001)  # converted


def test_flows_are_missing_in_the_base_year(values: xr.Dataset) -> None:
    assert values.births.sel(year=2020).isnull().all()
    assert values.births.sel(year=2021).notnull().all()


def test_what_cannot_be_given_is_said(city: Path) -> None:
    counted = pm.measure(pm.read_census(city))
    assert "urbanisation_rate" not in counted
    assert counted.attrs["not_given"]["urbanisation_rate"] == "the data has no urban_share"
    assert counted.attrs["not_given"]["residents_under_3"] == "the data has no edge of its age groups at 3"
    assert float(counted.density.isel(scenario=0, year=0).sel(area="900001")) > 0


def test_every_indicator_declares_what_it_is(values: xr.Dataset) -> None:
    for indicator in CATALOGUE:
        assert indicator.definition
        assert indicator.source
        assert values[indicator.id].attrs["unit"] == indicator.unit
    assert sorted(i.number for i in CATALOGUE if i.number > 0) == [1, 2, 3, 4, 13, 14, 15, 17, 18, 19, 20]


def test_a_duplicate_is_refused() -> None:
    with pytest.raises(pm.SchemaError, match="births stands twice"):
        catalogue_by_id((*CATALOGUE, replace(CATALOGUE[-1], id="births")))


def test_population_is_needed() -> None:
    with pytest.raises(pm.SchemaError, match="no population by district, sex and age"):
        pm.measure(xr.Dataset())


def test_flows_stand_at_their_year_in_a_slice(projection: xr.Dataset, values: xr.Dataset) -> None:
    """A slice of the years gives what the whole gives there, and nothing where the year before is cut off."""
    for data in (projection.sel(year=slice(2025, 2030)), projection.sel(year=[2021, 2025, 2026])):
        part = pm.measure(data)
        whole = values.sel(year=part.year)
        for name in ("births", "net_migration", "sex_ratio_at_birth", "total_fertility", "implied_total_fertility"):
            np.testing.assert_array_equal(part[name], whole[name])
        assert part.birth_rate.sel(year=data.year[0]).isnull().all()
        assert part.birth_rate.sel(year=2026).equals(whole.birth_rate.sel(year=2026))
        assert part.growth_rate.sel(year=2026).equals(whole.growth_rate.sel(year=2026))
    assert pm.measure(projection.sel(year=[2021, 2025])).birth_rate.isnull().all()


def test_periods_may_be_cut_too(projection: xr.Dataset, values: xr.Dataset) -> None:
    part = pm.measure(projection.sel(period=slice(2026, 2028)))
    whole = values.births.sel(year=slice(2026, 2028))
    np.testing.assert_array_equal(part.births.sel(year=slice(2026, 2028)), whole)
    assert part.births.drop_sel(year=[2026, 2027, 2028]).isnull().all()
    one = pm.measure(projection.sel(year=2030))
    np.testing.assert_array_equal(one.births.isel(year=0), values.births.sel(year=2030))


def test_a_projection_without_periods(projection: xr.Dataset, values: xr.Dataset) -> None:
    np.testing.assert_array_equal(pm.measure(projection.drop_dims("period")).median_age, values.median_age)
    empty = pm.measure(projection.isel(period=slice(0)))
    assert empty.births.isnull().all()
    np.testing.assert_array_equal(empty.share_60_plus, values.share_60_plus)


def test_the_register_is_carried_on_from_its_own_year(projection: xr.Dataset, values: xr.Dataset) -> None:
    register = values.registered_population
    for years in (slice(2025, None), [2020, 2021, 2023]):
        part = pm.measure(projection.sel(year=years))
        np.testing.assert_array_equal(part.registered_population, register.sel(year=years))
    other = pm.measure(projection.drop_vars("registered_population"))
    assert "registered_population" in other.attrs["not_given"]


def test_years_must_rise(projection: xr.Dataset) -> None:
    with pytest.raises(pm.SchemaError, match=r"year is labelled 2021, 2020; it must rise"):
        pm.measure(projection.sel(year=[2021, 2020]))
    with pytest.raises(pm.SchemaError, match="year has no labels"):
        pm.measure(projection.drop_vars("year"))
