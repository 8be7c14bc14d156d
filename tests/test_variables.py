"""Everything that travels between the stages is declared, with its dims and unit."""

import pytest
import xarray as xr

import popmodel as pm
from popmodel.indicators.catalogue import catalogue_by_id
from popmodel.schema import SEXES, UNITS
from popmodel.variables import VARIABLES


def faults(data: xr.Dataset) -> list[str]:
    """Variables that are not declared, or stand under other dims or in another unit than declared."""
    out = []
    for name, values in data.data_vars.items():
        dims = tuple(str(dim) for dim in values.dims if dim not in ("scenario", "draw"))
        declared = VARIABLES.get(str(name))
        if declared is None:
            out.append(f"{name} is not declared")
        elif dims not in (declared.dims, *declared.also):
            out.append(f"{name} has dims {dims}")
        elif values.attrs.get("unit") != declared.unit:
            out.append(f"{name} is in {values.attrs.get('unit')}")
    return out


def test_a_census_a_base_rates_and_projections_hold_what_is_declared(
    census: xr.Dataset, base: xr.Dataset, scenarios: list[pm.Scenario]
) -> None:
    earlier = pm.read_census(pm.data_path("census/wenzhou"), year=2010)
    variants = pm.read_scenarios(pm.data_path("scenarios/wenzhou_variants.toml"))
    pool = pm.Scenario("pool", based_on=scenarios[0], moves=pm.Pool(0.001))
    rates = pm.scenario_rates(base, [*scenarios, *variants, pool], years=range(2020, 2036))
    projection = pm.project(base.population, rates)
    raked, _ = pm.rake(projection, projection.population.sum("district"))
    apart = dict.fromkeys(map(str, census.district.to_numpy()), 0.5)
    other = pm.estimate_base(census, life_expectancy_difference=apart)
    between = pm.census_survival(census, earlier)
    for data in (census, earlier, base, other, rates, projection, raked, between):
        assert not faults(data)


def test_values_hold_what_the_catalogue_declares(values: xr.Dataset) -> None:
    for name, indicator in catalogue_by_id().items():
        if name in values:
            assert values[name].attrs["unit"] == indicator.unit
            assert indicator.unit in UNITS


def test_units_and_names_of_the_cf_conventions(
    base: xr.Dataset, rates: xr.Dataset, projection: xr.Dataset, values: xr.Dataset
) -> None:
    for data in (base, rates, projection, values):
        for name, one in data.data_vars.items():
            assert one.attrs["units"], name
            assert one.attrs["long_name"], name
    assert projection.survival_ratio.attrs["units"] == "1"
    assert base.standard_death_rate.attrs["units"] == "year-1"
    assert values.density.attrs["units"] == "km-2"
    assert values.median_age.attrs["long_name"] == "Median age"


def test_describing_leaves_the_input_as_it_is(base: xr.Dataset, rates: xr.Dataset) -> None:
    given_ = rates.copy()
    del given_["fertility_rate"].attrs["units"]
    assert "units" in pm.project(base.population, given_).fertility_rate.attrs
    assert "units" not in given_.fertility_rate.attrs


def test_the_walk_finds_what_is_not_declared(projection: xr.Dataset) -> None:
    births = projection.births
    assert faults(xr.Dataset({"new": births})) == ["new is not declared"]
    assert faults(xr.Dataset({"births": births.sum("sex", keep_attrs=True)})) == [
        "births has dims ('period', 'district')"
    ]
    assert faults(xr.Dataset({"births": births.assign_attrs(unit="10k_persons")})) == ["births is in 10k_persons"]
    assert len(SEXES) == projection.sizes["sex"]


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_a_declaration_says_what_it_is(name: str) -> None:
    declared = VARIABLES[name]
    assert declared.unit
    assert declared.meaning[0].islower()
    assert not declared.meaning.endswith(".")
