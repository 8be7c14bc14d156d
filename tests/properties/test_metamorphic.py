"""Changes of the input that must change the output in one known way, and nothing else."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings, strategies as st

import popmodel as pm

YEARS = range(2020, 2036)
RESULTS = ("population", "births", "deaths", "net_migration")
FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(order=st.permutations(["trend", "plan"]), shift=st.integers(0, 11))
def test_scenarios_and_districts_in_another_order(
    base: xr.Dataset, projection: xr.Dataset, values: xr.Dataset, rates: xr.Dataset, order: list[str], shift: int
) -> None:
    codes = np.roll(base.district.to_numpy(), shift)
    again = pm.project(base.population.sel(district=codes), rates.sel(scenario=order, district=codes))
    for name in RESULTS:
        expected = projection[name].sel(scenario=order, district=codes)
        np.testing.assert_array_equal(again[name].to_numpy(), expected.to_numpy())
    measured = pm.measure(again)
    for name in values.data_vars:
        expected = values[name].sel(scenario=order, area=["330300", *codes])
        # Districts are summed in another order: where births and deaths nearly cancel, what differs is their rounding.
        np.testing.assert_allclose(
            measured[name].to_numpy(), expected.to_numpy(), rtol=1e-12, atol=1e-9, err_msg=str(name)
        )


def test_scenarios_are_worked_out_one_by_one(base: xr.Dataset, scenarios: list[pm.Scenario], rates: xr.Dataset) -> None:
    back = pm.scenario_rates(base, scenarios[::-1], years=YEARS)
    xr.testing.assert_equal(back.sel(scenario=rates.scenario), rates)
    for scenario in scenarios:
        alone = pm.scenario_rates(base, [scenario], years=YEARS)
        xr.testing.assert_equal(alone.net_migration, rates.net_migration.sel(scenario=[scenario.name]))


@FEW
@given(cut=st.integers(2021, 2034))
def test_years_cut_and_joined_again(projection: xr.Dataset, values: xr.Dataset, cut: int) -> None:
    first = projection.sel(year=slice(None, cut), period=slice(None, cut))
    last = projection.sel(year=slice(cut, None), period=slice(cut + 1, None))
    joined = xr.concat([pm.measure(first), pm.measure(last).drop_sel(year=cut)], "year", join="outer", coords="minimal",
                       compat="override")  # fmt: skip
    for name in values.data_vars:
        if name != "registered_population":  # which only the year of its start carries on
            np.testing.assert_array_equal(joined[name].to_numpy(), values[name].to_numpy(), err_msg=str(name))


@FEW
@given(middle=st.integers(2021, 2034))
def test_projected_again_from_a_middle_year(projection: xr.Dataset, rates: xr.Dataset, middle: int) -> None:
    later = pm.project(projection.population.sel(year=middle), rates.sel(period=slice(middle + 1, None)))
    for name in RESULTS:
        dim = "year" if name == "population" else "period"
        expected = projection[name].sel({dim: later[dim]})
        np.testing.assert_allclose(later[name].to_numpy(), expected.to_numpy(), rtol=1e-12, err_msg=name)


@FEW
@given(share=st.floats(0.05, 0.95), place=st.integers(0, 11))
def test_a_district_split_in_two_with_the_same_rates(
    base: xr.Dataset, rates: xr.Dataset, projection: xr.Dataset, share: float, place: int
) -> None:
    """Migrants are split as the people are."""
    codes = [*map(str, base.district.to_numpy()), "new"]
    sizes = xr.DataArray(np.ones(13), dims="district", coords={"district": codes})
    sizes[place], sizes[12] = 1 - share, share
    at = [*range(12), place]
    stock = base.population.isel(district=at).assign_coords(district=codes) * sizes
    more = rates.isel(district=at).assign_coords(district=codes)
    more["net_migration"] = (more.net_migration * sizes).transpose(*rates.net_migration.dims)
    again = pm.project(stock.assign_coords(year=2020), more)
    for name in RESULTS:
        whole, parts = projection[name], again[name]
        both = parts.isel(district=place) + parts.isel(district=12)
        order = [dim for dim in whole.dims if dim != "district"]
        expected = whole.isel(district=place).transpose(*order).to_numpy()
        np.testing.assert_allclose(both.transpose(*order).to_numpy(), expected, rtol=1e-9, atol=1e-9)
        others = [i for i in range(12) if i != place]
        np.testing.assert_array_equal(
            parts.isel(district=others).transpose(*whole.dims).to_numpy(), whole.isel(district=others).to_numpy()
        )
    mine, theirs = pm.measure(again), pm.measure(projection)
    for name in ("resident_population", "births", "share_60_plus", "median_age", "birth_rate", "sex_ratio_at_birth"):
        np.testing.assert_allclose(mine[name].isel(area=0), theirs[name].isel(area=0), rtol=1e-9, err_msg=name)


def _edited(folder: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    for file in folder.glob("*.csv"):
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        change(table).to_csv(file, index=False)


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """The shipped city without the tables that stand beside its folder."""
    folder = Path(shutil.copytree(pm.data_path("census/wenzhou"), tmp_path / "city"))
    file = folder / "city.toml"
    lines = [line for line in file.read_text("utf-8").splitlines() if "../" not in line or line.startswith("reference")]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("seed", [1, 2])
def test_rows_of_the_census_in_any_order(shipped: Path, observed: pd.DataFrame, base: xr.Dataset, seed: int) -> None:
    """Districts and centres follow the order of their own tables; nothing else moves."""
    _edited(shipped, lambda table: table.sample(frac=1, random_state=seed))
    census = pm.read_census(shipped, observed=observed.sample(frac=1, random_state=seed))
    again = pm.estimate_base(census, observed_until=2023).sel(district=base.district, centre=base.centre)
    for name in base.data_vars:
        expected = base[name].to_numpy()
        np.testing.assert_allclose(again[name].transpose(*base[name].dims).to_numpy(), expected, rtol=1e-9,
                                   err_msg=str(name))  # fmt: skip


def test_districts_by_another_code(
    shipped: Path, observed: pd.DataFrame, base: xr.Dataset, scenarios: list[pm.Scenario], values: xr.Dataset
) -> None:
    def renamed(code: str) -> str:
        return code if code == "330300" else f"z{code[::-1]}"

    def change(table: pd.DataFrame) -> pd.DataFrame:
        names = [name for name in ("district", "unit") if name in table]
        return table.assign(**{name: table[name].map(renamed) for name in names})

    _edited(shipped, change)
    census = pm.read_census(shipped, observed=observed.assign(area=observed["area"].map(renamed)))
    own = pm.estimate_base(census, observed_until=2023)
    assert own.district.to_numpy().tolist() == [renamed(code) for code in base.district.to_numpy()]
    given_ = [replace(s, net_migration=_by_code(s.net_migration, renamed)) for s in scenarios]
    result = pm.measure(pm.project(own.population, pm.scenario_rates(own, given_, years=YEARS)))
    for name in values.data_vars:
        np.testing.assert_array_equal(result[name].to_numpy(), values[name].to_numpy(), err_msg=str(name))


def _by_code(driver: object, renamed: Callable[[str], str]) -> object:
    """Values by district under the other codes."""
    if not isinstance(driver, dict):
        return driver
    return {
        year: {renamed(str(code)): value for code, value in entry.items()} if isinstance(entry, dict) else entry
        for year, entry in driver.items()
    }
