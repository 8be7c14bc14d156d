import numpy as np
import pytest
import xarray as xr

import popmodel as pm


@pytest.fixture(scope="module")
def drawn(rates: xr.Dataset) -> xr.Dataset:
    """Seven draws of migration around the trend."""
    spread = xr.DataArray(np.random.default_rng(3).normal(1, 0.3, 7), dims="draw")
    one = rates.sel(scenario=["trend"])
    return one.assign(net_migration=one.net_migration * spread)


def test_blocks_give_what_the_whole_gives(base: xr.Dataset, drawn: xr.Dataset) -> None:
    names = ("share_60_plus", "resident_population", "urbanisation_rate")
    whole = pm.measure(pm.project(base.population, drawn))[list(names)]
    for block in (1, 3, 7, 100):
        parts = pm.project_indicators(base.population, drawn, indicators=names, block=block)
        assert parts.sizes["draw"] == 7
        for name in names:
            assert parts[name].dims == whole[name].dims
            assert (parts[name].to_numpy() == whole[name].to_numpy()).all()


def test_rates_may_be_made_when_they_are_needed(base: xr.Dataset, drawn: xr.Dataset) -> None:
    asked = []

    def rates_of(numbers: np.ndarray) -> xr.Dataset:
        asked.append(numbers.tolist())
        return drawn.isel(draw=numbers)

    made = pm.project_indicators(base.population, rates_of, draws=7, block=4, indicators=["births"], areas=["330300"])
    assert asked == [[0, 1, 2, 3], [4, 5, 6]]
    assert made.sizes["area"] == 1
    assert made.births.isel(year=1).std() > 0


def test_what_cannot_be_run_is_named(base: xr.Dataset, drawn: xr.Dataset, rates: xr.Dataset) -> None:
    with pytest.raises(pm.SchemaError, match="the rates have no draw dim"):
        pm.project_indicators(base.population, rates, indicators=["births"])
    with pytest.raises(pm.SchemaError, match="happiness is not given by this projection; it gives resident_population"):
        pm.project_indicators(base.population, drawn, indicators=["happiness"])
    with pytest.raises(pm.SchemaError, match="0 draws in blocks of 50"):
        pm.project_indicators(base.population, lambda n: drawn, indicators=["births"])
    with pytest.raises(pm.SchemaError, match="have 7 draws instead of 2"):
        pm.project_indicators(base.population, lambda n: drawn, draws=2, indicators=["births"])
