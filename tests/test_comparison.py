import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.projection.decomposition import COMPONENTS


@pytest.fixture(scope="module")
def parts(projection: xr.Dataset) -> xr.Dataset:
    return pm.compare(projection, "plan", "trend")


def test_components_sum_to_the_difference_of_every_indicator(parts: xr.Dataset, values: xr.Dataset) -> None:
    assert tuple(parts.component.to_numpy()) == COMPONENTS
    gap = values.sel(scenario="plan", drop=True) - values.sel(scenario="trend", drop=True)
    for name in values.data_vars:
        whole = parts[name].sum("component", skipna=False).transpose(*gap[name].dims).to_numpy()
        assert np.allclose(whole, gap[name].to_numpy(), rtol=1e-9, atol=1e-6, equal_nan=True), name
        assert parts[name].attrs["unit"] == values[name].attrs["unit"]


def test_components_sum_to_the_difference_in_every_age(parts: xr.Dataset, projection: xr.Dataset) -> None:
    stock = projection.population
    gap = stock.sel(scenario="plan", drop=True) - stock.sel(scenario="trend", drop=True)
    whole = parts.population.sum("component").transpose(*gap.dims)
    assert np.abs(whole - gap).max() < 1e-6


def test_each_component_moves_what_it_can(parts: xr.Dataset) -> None:
    end = parts.isel(area=0).sel(year=2035)
    # Published years are the same in both: fertility of the 12 years after 2023 reaches ages below 12 alone.
    by_age = parts.population.sel(year=2035).sum(("district", "sex"))
    assert float(np.abs(by_age.sel(component="fertility", age=slice(12, None))).max()) < 1e-6
    assert float(by_age.sel(component="fertility", age=slice(0, 11)).min()) > 0
    assert float(by_age.sel(component="mortality").sum()) < 0  # the trend lives longer
    assert float(end.share_60_plus.sel(component="fertility")) < 0
    # The register's entries are no part of the three, and move no resident.
    assert float(end.registered_population.sel(component="other")) > 1e5
    assert float(end.resident_population.sel(component="other")) == 0
    # Fertility on two bases is never compared.
    assert end.total_fertility.isnull().all()
    assert float(end.implied_total_fertility.sel(component="fertility")) > 0  # both of the residents


def _toy(**drivers: float) -> xr.Dataset:
    """Ages 0, 1, 2+ and one district; scenario b differs from a in what `drivers` say."""
    full = ("scenario", "period", "district", "sex", "age")
    change = {"fertility": 0.5, "survival": 0.9, "migrants": 0.0} | drivers
    fertility = np.array([0.5, change["fertility"]])[:, None, None, None] * np.array([0.0, 1.0, 0.0])
    survival = np.array([0.9, change["survival"]])[:, None, None, None, None] * np.ones((1, 1, 2, 3))
    migrants = np.array([0.0, change["migrants"]])[:, None, None, None, None] * np.ones((1, 1, 2, 3))
    rates = xr.Dataset(
        {
            "fertility_rate": (("scenario", "period", "district", "age"), fertility),
            "survival_ratio": (full, survival),
            "sex_ratio_at_birth": (("scenario", "period", "district"), np.ones((2, 1, 1))),
            "net_migration": (full, migrants),
        },
        coords={
            "scenario": ["a", "b"],
            "period": [2021],
            "district": ["d"],
            "sex": ["female", "male"],
            "age": [0, 1, 2],
        },
    )
    stock = xr.DataArray(
        np.full((1, 2, 3), 100.0),
        dims=("district", "sex", "age"),
        coords={"district": ["d"], "sex": ["female", "male"], "age": [0, 1, 2], "year": 2020},
    )
    return pm.project(stock, rates)


def test_one_year_by_hand() -> None:
    """a: 100 and 90 women aged 1 at the start and the end, f = 0.5, hence 0.5·½·190 = 47.5 births.

    f = 0.6 adds 0.1·95 = 9.5 births. S = 1.0 makes 100 of the 90: 50 births, 2.5 more; both: 60, so 0.5 is interaction.
    """
    parts = pm.compare(_toy(fertility=0.6, survival=1.0), "b", "a")
    births = parts.births.isel(area=0).sel(year=2021)
    assert births.sel(component=["fertility", "mortality", "migration", "interaction"]).to_numpy() == pytest.approx(
        [9.5, 2.5, 0.0, 0.5]
    )
    # Residents aged 1 and over: of 600, 540 are left in a and 600 in b; of the births 0.9 of 9.5 live by fertility.
    people = parts.resident_population.isel(area=0).sel(year=2021)
    assert people.sel(component="fertility").item() == pytest.approx(0.9 * 9.5)
    assert people.sel(component="mortality").item() == pytest.approx(60 + 50 - 0.9 * 47.5)


def test_what_cannot_be_compared_is_named(projection: xr.Dataset) -> None:
    with pytest.raises(pm.SchemaError, match="scenario late is not there; the projection holds trend, plan"):
        pm.compare(projection, "late", "trend")
    with pytest.raises(pm.SchemaError, match="plan is compared with itself"):
        pm.compare(projection, "plan", "plan")
    with pytest.raises(pm.SchemaError, match="lacks fertility_rate, with which it was run"):
        pm.compare(projection.drop_vars("fertility_rate"), "plan", "trend")
    bent = projection.copy()
    bent["net_migration"] = projection.net_migration * 1.01
    with pytest.raises(pm.SchemaError, match="run again, trend differs from its own projection by up to"):
        pm.compare(bent, "plan", "trend")
    other = projection.copy()
    other["population"] = projection.population * xr.DataArray([1.0, 1.1], dims="scenario")
    with pytest.raises(pm.SchemaError, match="plan and trend start from different stocks"):
        pm.compare(other, "plan", "trend")


def test_draws_and_timing_ride_along() -> None:
    toy = _toy(fertility=0.6)
    assert toy.attrs["timing"] == "even"
    rates = toy[["fertility_rate", "survival_ratio", "sex_ratio_at_birth", "net_migration"]]
    rates = rates.drop_vars("year", errors="ignore").assign(net_migration=rates.net_migration + 5.0)
    drawn = rates.assign(net_migration=rates.net_migration * xr.DataArray([0.0, 2.0], dims="draw"))
    start = toy.population.isel(year=0, scenario=0, drop=True)
    late = pm.project(start, drawn, timing="end")
    parts = pm.compare(late, "b", "a")
    assert parts.births.dims == ("component", "draw", "year", "area")
    # Under "end" migrants come too late to bear: the same births in both draws.
    gain = parts.births.isel(area=0).sel(year=2021, component="fertility").to_numpy()
    assert gain == pytest.approx([9.5, 9.5])
