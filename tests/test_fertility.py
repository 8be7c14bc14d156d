import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.base.county_cells import county_cells
from popmodel.demography.fertility import (
    PERSISTENCE,
    extended_total_fertility,
    fertility_in,
    fertility_pattern,
    fertility_schedule,
    implied_total_fertility,
    relaxed_level,
)
from popmodel.demography.migration_learning import changed_area
from popmodel.schema import SchemaError

PERCENT = [0.0, 10.0, 40.0, 30.0, 15.0, 5.0, 0.0]
LOWER = [10, 15, 20, 25, 30, 35, 40]


def test_pattern_keeps_the_share_of_each_group() -> None:
    pattern = fertility_pattern(PERCENT, LOWER)
    assert pattern.sum() == pytest.approx(1)
    assert np.add.reduceat(pattern, [0, *LOWER, 45])[1:-1] * 100 == pytest.approx(PERCENT)
    assert pattern[:10].sum() == pattern[45:].sum() == 0


def test_implied_fertility_inverts_the_schedule() -> None:
    pattern = fertility_pattern(PERCENT, LOWER)
    women = np.linspace(5000, 1000, 101)
    births = (women * fertility_schedule(1.3, pattern)).sum()
    assert implied_total_fertility(births, women, pattern) == pytest.approx(1.3)


def test_extended_total_fertility_by_hand() -> None:
    # 400 children, 1,500 women 15-49 of whom 450 (30 %) are 25-34: (10.65 − 12.55·0.3)·400/1500 = 1.836
    assert extended_total_fertility(400, 1500, 450) == pytest.approx((10.65 - 3.765) * 400 / 1500)


def test_negative_shares_are_refused() -> None:
    with pytest.raises(SchemaError, match="shares must not be negative"):
        fertility_pattern([-1.0, 2.0], [15, 20])


def test_district_levels_approach_the_city_s_and_leave_its_total() -> None:
    level, women = np.array([0.5, 1.0, 2.0]), np.array([2.0, 1.0, 1.0])
    level = level / (level @ women / women.sum())
    path = relaxed_level(level, women, [0, 10, 200], persistence=0.9)
    assert path[0] == pytest.approx(level)
    assert path @ women / women.sum() == pytest.approx(1)
    # On the logs the distance between two districts shrinks by p a year.
    assert np.log(path[1, 2] / path[1, 0]) == pytest.approx(0.9**10 * np.log(4))
    assert path[2] == pytest.approx(1, abs=1e-6)
    assert relaxed_level(level, women, [15], persistence=1.0)[0] == pytest.approx(level)


def test_the_speed_is_that_of_the_counties() -> None:
    """Departures from the prefecture in 2020 on those of 2010, counties of unchanged area."""
    counties = pm.read_counties(pm.data_path("reference/china_counties/counties_age5.csv.gz"))
    counted, expected, _ = county_cells(counties, counties)
    people = counties.population.sel(unit=~changed_area(counted, expected))
    women = people.sel(sex="female")
    fertile = [f"{low}-{low + 4}" for low in range(15, 50, 5)]
    children = people.sel(age_group=["0", "1-4"]).sum(("sex", "age_group"))
    bearing = women.sel(age_group=fertile).sum("age_group").transpose("unit", "census")
    total = np.log(
        extended_total_fertility(
            children.transpose("unit", "census"),
            bearing,
            women.sel(age_group=fertile[2:4]).sum("age_group").transpose("unit", "census"),
        )
    )
    apart = np.zeros(total.shape)
    for name in set(people.prefecture.to_numpy()):
        own = people.prefecture.to_numpy() == name
        apart[own] = total[own] - np.average(total[own], axis=0, weights=bearing.to_numpy()[own])
    slope = (apart[:, 0] @ apart[:, 1]) / (apart[:, 0] @ apart[:, 0])
    assert slope == pytest.approx(PERSISTENCE**10, abs=0.005)
    assert apart.std(axis=0) == pytest.approx([0.20, 0.125], abs=0.005)


def test_mothers_grow_older_and_levels_relax_in_a_projection(base: xr.Dataset, rates: xr.Dataset) -> None:
    rate = rates.fertility_rate.isel(scenario=0)
    mean_age = (rate * rate.age).sum("age") / rate.sum("age")
    assert ((mean_age.sel(period=2035) - mean_age.sel(period=2021)) > 1).all()
    patterns = base.fertility_patterns.sel(pattern_year=[2021, 2035]).rename(pattern_year="period")
    pattern = rate.sel(period=[2021, 2035]) / rate.sel(period=[2021, 2035]).sum("age")
    np.testing.assert_allclose(pattern.transpose("period", "district", "age")[:, 0], patterns, atol=1e-12)
    level = rate.sum("age") / rates.total_fertility.isel(scenario=0)
    spread = np.log(level).max("district") - np.log(level).min("district")
    np.testing.assert_allclose(spread.diff("period") / spread[:-1].to_numpy(), PERSISTENCE - 1, rtol=0.01)
    held = pm.estimate_base(pm.read_census(pm.data_path("census/wenzhou")), fertility_persistence=1.0)
    assert (fertility_in(held, [2021, 2035]).level == held.fertility_level.to_numpy()).all()
    with pytest.raises(SchemaError, match="fertility_persistence=1.2 must lie between 0 and 1"):
        pm.estimate_base(pm.read_census(pm.data_path("census/wenzhou")), fertility_persistence=1.2)
