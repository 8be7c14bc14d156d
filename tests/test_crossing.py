"""The year in which a path passes a value."""

import numpy as np
import pytest
import xarray as xr

import popmodel as pm


@pytest.fixture
def values() -> xr.Dataset:
    path = np.array([[[24.0, 1], [25.0, 2], [25.1, 3]], [[20.0, 1], [19.0, 2], [18.0, 3]]])
    coords = {"scenario": ["a", "b"], "year": [2020, 2021, 2022], "area": ["city", "x"]}
    return xr.Dataset({"share": (("scenario", "year", "area"), path)}, coords=coords)


def test_first_year_above_or_below(values: xr.Dataset) -> None:
    above = pm.when(values, "share", above=25)  # 25.0 itself is not above
    assert above["a"] == 2022
    assert above.isna()["b"]
    below = pm.when(values, "share", below=19.5)
    assert below["b"] == 2021
    assert below.isna()["a"]
    assert pm.when(values, "share", above=1.5, area="x").tolist() == [2021, 2021]


def test_order_of_years_and_scenarios_changes_nothing(values: xr.Dataset) -> None:
    mixed = values.isel(year=[2, 0, 1], scenario=[1, 0])
    assert pm.when(mixed, "share", above=25)["a"] == 2022


def test_refused(values: xr.Dataset) -> None:
    with pytest.raises(pm.SchemaError, match="give above= or below="):
        pm.when(values, "share")
    with pytest.raises(pm.SchemaError, match="give above= or below="):
        pm.when(values, "share", above=1, below=2)
    with pytest.raises(pm.SchemaError, match="'shar' is not among the values.*Did you mean"):
        pm.when(values, "shar", above=1)
    with pytest.raises(pm.SchemaError, match="area 'y' is not among city, x"):
        pm.when(values, "share", above=1, area="y")
