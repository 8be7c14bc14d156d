"""Small areas in two censuses as cells of survivors, and what describes a unit."""

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography import migration_learning as learning
from popmodel.demography.lifetable import LifeTable, life_table
from popmodel.demography.migration_learning import REACHED, STARTING
from popmodel.demography.mortality import survive
from popmodel.schema import SEXES, SchemaError

from .structure import census_date, single_ages, standard_death_rate

Array = npt.NDArray[np.float64]


def county_cells(counties: xr.Dataset, schedules: xr.Dataset) -> tuple[Array, Array, Array]:
    """Survivors counted and expected (U, 2, G), and the features of both censuses (2, U, F)."""
    if "reference_death_rate" not in schedules:
        raise SchemaError(
            "estimate_migration_schedules: reference_death_rate is missing. Pass reference=read_reference(…)."
        )
    parts = [counties.isel(census=i).rename(unit="district") for i in (0, 1)]
    first, second = _dates(counties)
    table = _decade(schedules, first, second)
    before, after = (
        single_ages(part, schedules, table.Lx, date=date) for part, date in zip(parts, (first, second), strict=True)
    )
    expected = by_groups(survive(before, table, years=learning.INTERVAL), REACHED)
    features = np.stack(
        [features_of(people, _urban(part)) for people, part in zip((before, after), parts, strict=True)]
    )
    return by_groups(after, REACHED), expected, features


def _dates(counties: xr.Dataset) -> tuple[float, float]:
    first, second = (census_date(counties.isel(census=i)) for i in (0, 1))
    if round(second - first) != learning.INTERVAL:
        raise SchemaError(
            f"estimate_migration_schedules: the censuses are {second - first:.1f} years apart; they must be "
            f"{learning.INTERVAL}. Give two censuses of that distance."
        )
    return first, second


def _decade(schedules: xr.Dataset, first: float, second: float) -> LifeTable:
    """Life table of the reference's mean rates between two dates."""
    years = np.arange(first + 0.5, second)
    rates = np.exp(np.mean([np.log(standard_death_rate(schedules, year)) for year in years], axis=0))
    return life_table(rates, sex=SEXES)


def hazard_of(counties: xr.Dataset, schedules: xr.Dataset) -> Array:
    """Minus the log of the share of all counties' residents who survive the interval, by the group they reach."""
    first, second = _dates(counties)
    table = _decade(schedules, first, second)
    whole = counties.isel(census=0).rename(unit="district")
    before = single_ages(whole, schedules, table.Lx, date=first).sum(axis=0)
    alive = by_groups(survive(before, table, years=learning.INTERVAL), REACHED)
    start = by_groups(before, tuple(age - learning.INTERVAL for age in REACHED))
    return np.asarray(-np.log(alive / start))


def by_groups(stock: Array, lower: tuple[int, ...]) -> Array:
    """Sum single ages to groups that start at `lower`, the last one open."""
    return np.asarray(np.add.reduceat(stock, lower, axis=-1))


def features_of(stock: Array, urban_share: Array) -> Array:
    """Return the features (U, F) of stocks by single age (U, 2, A) with an urban share (U,)."""
    return learning.structure_features(by_groups(stock, STARTING), urban_share)


def _urban(part: xr.Dataset) -> Array:
    if "urban" not in part:
        return np.full(part.sizes["district"], np.nan)
    return np.asarray(part["urban"].to_numpy() / part["population"].sum(("sex", "age_group")).to_numpy())
