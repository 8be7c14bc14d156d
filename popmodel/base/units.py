"""Many units of two censuses as one base: each a district of its own, its migration by learned schedules."""

import numpy as np
import xarray as xr

from popmodel.schema import SchemaError

from .county_cells import _urban
from .fertility import age_pattern, district_level
from .learned import learned_migration
from .structure import census_date, single_ages, standard_death_rate, table_of


def base_of_units(counties: xr.Dataset, schedules: xr.Dataset) -> xr.Dataset:
    """Return stock, fertility and migration of every unit at the later census.

    Parameters
    ----------
    counties : xarray.Dataset
        From `read_counties`, with reference schedules.
    schedules : xarray.Dataset
        From `read_schedules` or `estimate_migration_schedules`.

    Returns
    -------
    xarray.Dataset
        `population` (district, sex, age) [persons] at the census, its coord `year` that of the census;
        `fertility_level` (district) and `fertility_pattern` (age) [1]; `standard_death_rate` (sex, age) [1/year]; and
        the migration as in the base of a city, by unit.

    Raises
    ------
    SchemaError
        If reference schedules are missing, or the censuses are not ten years apart.

    Notes
    -----
    Fertility differs by the extended total fertility of a unit's children and women, mortality not at all: units
    publish no deaths. The stock of the census stands for that of the year's end.

    Examples
    --------
    >>> schedules = pm.read_schedules(pm.data_path("reference/china_counties"))
    >>> pm.base_of_units(counties.isel(unit=[0, 1]), schedules)["population"].dims
    ('district', 'sex', 'age')
    """
    if "reference_death_rate" not in counties:
        raise SchemaError("base_of_units: reference_death_rate is missing. Give read_counties a reference.")
    before, census = (_census(counties, i) for i in (0, 1))
    year = int(census["census_year"])
    table = table_of(standard_death_rate(counties, year + 1), None)
    counted = single_ages(census, counties, table.Lx, date=census_date(census))
    merged = schedules.merge(
        counties[[name for name in counties.data_vars if str(name).startswith("reference_")]], compat="override",
        join="exact",
    )  # fmt: skip
    pattern = age_pattern(counties, year)
    out = xr.Dataset(
        {
            "population": (("district", "sex", "age"), counted, {"unit": "persons"}),
            "fertility_level": ("district", district_level(counted, pattern), {"unit": "1"}),
            "fertility_pattern": ("age", pattern, {"unit": "1"}),
            "standard_death_rate": (("sex", "age"), standard_death_rate(counties, year), {"unit": "1/year"}),
        },
        coords={
            "district": census["district"].to_numpy(),
            "sex": census["sex"].to_numpy(),
            "age": np.arange(counted.shape[-1]),
            "year": year,
        },
    )
    return out.merge(learned_migration(census, merged, before, counted.sum(axis=0), "births"), join="exact")


def _census(counties: xr.Dataset, at: int) -> xr.Dataset:
    """One census of the units in the form of a city's."""
    part = counties.isel(census=at).rename(unit="district")
    codes = part["district"].to_numpy().astype(str)
    return xr.Dataset(
        {"population": part["population"], "urban_share": ("district", _urban(part))},
        coords={
            "unit": ("district", codes),
            "census_year": int(counties["census"][at]),
            "census_date": part["census_date"].to_numpy(),
        },
    ).drop_vars(["census", "name", "province", "prefecture"], errors="ignore")
