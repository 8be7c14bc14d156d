import numpy as np
import pytest
import xarray as xr

import popmodel as pm


def _case() -> tuple[xr.DataArray, xr.Dataset]:
    """One district, ages 0, 1 and 2+, small enough for pencil and paper."""
    population = xr.DataArray(
        [[[100.0, 80.0, 60.0], [110.0, 90.0, 50.0]]],
        dims=("district", "sex", "age"),
        coords={"district": ["d"], "sex": ["female", "male"], "age": [0, 1, 2], "year": 2020},
    )
    coords = {"period": [2021], "district": ["d"], "sex": ["female", "male"], "age": [0, 1, 2]}
    full = ("period", "district", "sex", "age")
    rates = xr.Dataset(
        {
            "fertility_rate": (("period", "district", "age"), [[[0.0, 0.5, 0.0]]]),
            "survival_ratio": (full, [[[[0.9, 0.95, 0.5], [0.8, 0.9, 0.4]]]]),
            "sex_ratio_at_birth": (("period", "district"), [[1.0]]),
            "net_migration": (full, [[[[10.0, 4.0, 2.0], [0.0, 0.0, 0.0]]]]),
        },
        coords=coords,
    )
    return population, rates


def test_one_year_worked_by_hand() -> None:
    """Females after half of the arrivals: 105, 82, 61.

    Aged 1: 105 · 0.95 + 2 = 101.75; aged 2+: (82 + 61) · 0.5 + 1 = 72.5.
    Births: 0.5 · ½ · (82 + 101.75) = 45.9375, half of them girls: 22.96875 · 0.9 + 5 = 25.671875.
    Males: 110 · 0.9 = 99, (90 + 50) · 0.4 = 56, boys 22.96875 · 0.8 = 18.375.
    """
    population, rates = _case()
    year = pm.project(population, rates)
    end = year.population.sel(year=2021).squeeze()
    assert end.sel(sex="female").to_numpy() == pytest.approx([25.671875, 101.75, 72.5])
    assert end.sel(sex="male").to_numpy() == pytest.approx([18.375, 99.0, 56.0])
    assert year.births.to_numpy().ravel() == pytest.approx([22.96875, 22.96875])
    assert year.deaths.sel(sex="female").to_numpy().ravel() == pytest.approx([2.296875, 5.25, 71.5])
    assert year.deaths.sel(sex="male").to_numpy().ravel() == pytest.approx([4.59375, 11.0, 84.0])
    assert float(end.sum()) == pytest.approx(490 + 45.9375 - 178.640625 + 16)


def test_one_year_with_migrants_at_the_end() -> None:
    population, rates = _case()
    end = pm.project(population, rates, timing="end").population.sel(year=2021, sex="female").to_numpy().ravel()
    # 100 · 0.95 + 4, (80 + 60) · 0.5 + 2; births 0.5 · ½ · (80 + 95) = 43.75 before any arrival
    assert end == pytest.approx([43.75 / 2 * 0.9 + 10, 99.0, 72.0])


def test_accounts_close_in_every_cell_of_the_full_run(projection: xr.Dataset) -> None:
    stock = projection.population.to_numpy()
    born = projection.births.to_numpy()
    died = projection.deaths.to_numpy()
    moved = projection.net_migration.to_numpy()
    before = np.zeros_like(died)
    before[..., 1:] = stock[:, :-1, ..., :-1]
    before[..., -1] += stock[:, :-1, ..., -1]
    before[..., 0] = born
    # Half of the migrants are one year older at the end of the year.
    aged = np.zeros_like(moved)
    aged[..., 1:] += 0.5 * moved[..., :-1]
    aged[..., -1] += 0.5 * moved[..., -1]
    aged += 0.5 * moved
    gap = stock[:, 1:] - (before - died + aged)
    assert np.abs(gap).max() < 1e-7
    whole = np.diff(stock.sum(axis=(-2, -1)), axis=1)
    assert whole == pytest.approx(born.sum(-1) - died.sum((-2, -1)) + moved.sum((-2, -1)), abs=1e-5)


def test_deaths_of_2021_come_out_as_published(values: xr.Dataset) -> None:
    deaths = float(values.deaths.isel(area=0).sel(scenario="trend", year=2021))
    assert deaths == pytest.approx(57_000, rel=0.05)


def test_figures_agree_with_the_independent_reference_run(values: xr.Dataset) -> None:
    """MODEL: 989万, 1,009万, 1,024万 in 2025, 2030, 2035 with observed births and migration carried on.

    That run held life expectancy at 82.5 from 2030 on; the trend goes to 83.9.
    """
    trend = values.isel(area=0).sel(scenario="trend", year=[2025, 2030, 2035])
    assert trend.resident_population.to_numpy() == pytest.approx([9_890_000, 10_090_000, 10_240_000], rel=0.02)
    assert trend.share_60_plus.to_numpy() == pytest.approx([20.0, 24.7, 29.6], abs=1.3)


def test_draws_ride_along() -> None:
    population, rates = _case()
    draws = rates.assign(net_migration=rates.net_migration * xr.DataArray([0.0, 1.0, 2.0], dims="draw"))
    result = pm.project(population, draws.expand_dims(scenario=["s"]))
    assert result.population.dims == ("scenario", "draw", "year", "district", "sex", "age")
    single = pm.project(population, rates)
    assert result.population.isel(draw=1).to_numpy() == pytest.approx(single.population.to_numpy())
    assert result.births.isel(draw=0).sum() < result.births.isel(draw=2).sum()


def test_companions_and_labels_come_back(projection: xr.Dataset, rates: xr.Dataset) -> None:
    assert projection.urban_share.identical(rates.urban_share)
    assert projection.name_zh.to_numpy()[0] == "鹿城区"
    assert projection.year.to_numpy().tolist() == list(range(2020, 2036))
    assert projection.period.to_numpy().tolist() == list(range(2021, 2036))


def test_a_negative_stock_is_named() -> None:
    population, rates = _case()
    rates["net_migration"].loc[{"sex": "male", "age": 1}] = -250.0
    with pytest.raises(
        pm.SchemaError, match="a stock turns negative: scenario projection, period 2021, district d, sex male, age"
    ):
        pm.project(population, rates)


def test_labels_must_agree() -> None:
    population, rates = _case()
    with pytest.raises(pm.SchemaError, match="differ in district: d against e"):
        pm.project(population, rates.assign_coords(district=["e"]))
    with pytest.raises(pm.SchemaError, match="the population is of the end of 2019, but the first period is 2021"):
        pm.project(population.assign_coords(year=2019), rates)
    with pytest.raises(pm.SchemaError, match="rates has no variable 'survival_ratio'"):
        pm.project(population, rates.drop_vars("survival_ratio"))
    with pytest.raises(pm.SchemaError, match="lacks sex"):
        pm.project(population.isel(sex=0), rates)
    with pytest.raises(pm.SchemaError, match="unknown dims colour"):
        pm.project(population, rates.assign(net_migration=rates.net_migration.expand_dims(colour=2)))


def test_values_that_are_missing_are_named() -> None:
    population, rates = _case()
    hole = rates.survival_ratio.where((rates.sex == "female") | (rates.age != 2))
    with pytest.raises(pm.SchemaError, match="period 2021, district d, sex male, age 2"):
        pm.project(population, rates.assign(survival_ratio=hole))
    with pytest.raises(pm.SchemaError, match="sex is labelled male, female"):
        pm.project(population.isel(sex=[1, 0]), rates.isel(sex=[1, 0]))


def test_keep_holds_what_is_asked_for() -> None:
    population, rates = _case()
    stock = pm.project(population, rates, keep=("population",))
    assert "deaths" not in stock
    assert stock.population.identical(pm.project(population, rates).population)
    with pytest.raises(pm.SchemaError, match="keep=people must name some of population, births"):
        pm.project(population, rates, keep=("people",))


def test_impossible_rates_are_refused_in_the_packages_own_words() -> None:
    population, rates = _case()
    with pytest.raises(
        pm.SchemaError,
        match="survival_ratio.* must be .*first offender is at .*period 2021, district d, sex female, age 0",
    ):
        pm.project(population, rates.assign(survival_ratio=rates.survival_ratio + 0.2))


@pytest.mark.parametrize("name", ["population", "births", "deaths", "migrant_counts"])
def test_nothing_that_rides_along_overwrites_a_result(name: str) -> None:
    stock, rates = _case()
    rates[name] = rates.net_migration * 0 - 7
    with pytest.raises(pm.SchemaError, match=f"rates hold {name}, which would overwrite the result"):
        pm.project(stock, rates)
    with pytest.raises(pm.SchemaError, match="rates hold place, which would overwrite"):
        pm.project(stock.assign_coords(place=1), rates.drop_vars(name).assign(place=2))


def test_every_label_stands_once(base: xr.Dataset, rates: xr.Dataset) -> None:
    first = rates.isel(scenario=[0])
    twice = xr.concat([first, first], "scenario", join="exact", data_vars="minimal")
    with pytest.raises(pm.SchemaError, match="scenario trend stands twice"):
        pm.project(base.population, twice)
    doubled = rates.isel(district=[0, 0])
    with pytest.raises(pm.SchemaError, match="district 330302 stands twice"):
        pm.project(base.population.isel(district=[0, 0]), doubled)


def test_periods_are_needed(base: xr.Dataset, rates: xr.Dataset) -> None:
    with pytest.raises(pm.SchemaError, match="rates have no periods"):
        pm.project(base.population, rates.isel(period=slice(0)))
    with pytest.raises(pm.SchemaError, match="rates have no periods"):
        pm.project(base.population, rates.drop_vars("period"))


def test_what_rides_along_by_year_is_cut_to_the_run(
    base: xr.Dataset, rates: xr.Dataset, projection: xr.Dataset
) -> None:
    middle = projection.population.sel(year=2025)
    later = pm.project(middle, rates.sel(period=slice(2026, None)))
    assert later.urban_share.year.to_numpy().tolist() == list(range(2025, 2036))
    xr.testing.assert_equal(later.urban_share, projection.urban_share.sel(year=slice(2025, None)))
    with pytest.raises(pm.SchemaError, match="year lacks 2027 or stands twice"):
        pm.project(base.population, rates.drop_sel(year=2027))


def test_a_misspelt_result_is_named_with_its_likeness(base: xr.Dataset, rates: xr.Dataset) -> None:
    with pytest.raises(pm.SchemaError, match=r"keep=brths must name some of .* Did you mean births\?"):
        pm.project(base.population, rates, keep=["brths"])


def test_migrants_of_the_end_of_the_year(base: xr.Dataset, rates: xr.Dataset) -> None:
    """They neither bear nor die in their year, and the accounts close with them."""
    none = rates.survival_ratio * 0
    plain = pm.project(base.population, rates)
    added = none.where(none.period != 2021, 10.0)
    result = pm.project(base.population, rates.assign(migration_adjustment=added))
    gain = (result.population - plain.population).sel(year=2021).transpose(*plain.population.sel(year=2021).dims)
    assert gain.to_numpy() == pytest.approx(np.full(gain.shape, 10.0), abs=1e-8)
    for name in ("births", "deaths"):
        xr.testing.assert_equal(result[name].sel(period=2021), plain[name].sel(period=2021))
        assert float(result[name].sel(period=2022).sum()) > float(plain[name].sel(period=2022).sum())
    flows = result.births - result.deaths.sum("age") + result.net_migration.sum("age")
    change = result.population.sum("age").diff("year").rename(year="period")
    np.testing.assert_allclose((change - flows).to_numpy(), 0, atol=1e-6)
    emptied = none.where(none.period != 2023, -1e6)
    with pytest.raises(pm.SchemaError, match="a stock turns negative: scenario trend, period 2023, district"):
        pm.project(base.population, rates.assign(migration_adjustment=emptied))
