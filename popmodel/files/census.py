"""Read a city's census tables, with the reference schedules and the published yearly figures it points to."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.files.centres import centre_shares
from popmodel.files.city import City, read_city
from popmodel.files.city_tables import city_tables
from popmodel.files.columns import refuse
from popmodel.files.observed import read_observed
from popmodel.files.published import published, same_territory
from popmodel.files.reference import read_reference
from popmodel.files.register_entries import ENTRIES, entry_windows
from popmodel.files.tables import cube
from popmodel.schema import SEXES, SchemaError, age_bounds, named


def read_census(path: str | Path, *, year: int | None = None, observed: pd.DataFrame | None = None) -> xr.Dataset:
    """Read the tables of a city folder (its form is in data/census/README.md).

    Parameters
    ----------
    path : str or pathlib.Path
        Folder with `city.toml`, `districts.csv` and `population.csv`, and as far as available `settlement.csv` and
        `centres.csv`.
    year : int, optional
        Census to read; the latest if not given.
    observed : pandas.DataFrame, optional
        Published yearly values (`read_observed`); those that `city.toml` names if not given.

    Returns
    -------
    xarray.Dataset
        `population` (district, sex, age_group) [persons], urban and centre shares, published stocks, flows and rates
        by (year or period, area), and the reference schedules; `area` is the city's code, then its districts, and
        `unit` names the territory of each district that compares with other censuses. Where the reference brings
        schedules of migration: `earlier_population` (earlier_unit, sex, earlier_age_group) of the census before.

    Raises
    ------
    SchemaError
        Missing files or columns, unknown or duplicated districts, negative or non-numeric counts, age groups that
        overlap or leave a gap, districts that do not sum to the city.

    Examples
    --------
    >>> census = pm.read_census(pm.data_path("census/wenzhou"))
    >>> f"{float(census['population'].sum()):,.0f}"
    '9,572,903'
    """
    city = read_city(path)
    years = [census.year for census in city.censuses]
    if year is not None and year not in years:
        raise SchemaError(f"{city.folder / 'city.toml'}: no census of {year}; it lists {named(sorted(years))}.")
    tables, faults = city_tables(city.folder, years, city.code, city.tables.get("townships"))
    refuse([replace(fault, file=str(city.folder / fault.file)) for fault in faults])
    if observed is None and "observed" in city.tables:
        areas = {city.code, *tables["districts.csv"]["district"]}
        observed = read_observed(city.tables["observed"], areas=areas)
    return arranged(city, tables, max(years) if year is None else year, observed)


def arranged(
    city: City, tables: Mapping[str, pd.DataFrame], census_year: int, observed: pd.DataFrame | None
) -> xr.Dataset:
    """Arrange the tables of a city, checked, as the census of a year (`read_census`)."""
    dates = {census.year: np.datetime64(census.date) for census in city.censuses}
    districts = tables["districts.csv"]
    here = districts[districts["census"] == census_year]
    codes = here["district"].to_numpy(dtype=str)
    data = _population(tables["population.csv"], census_year, list(codes))
    data = data.assign_coords(
        name_zh=("district", here["name_zh"].to_numpy(dtype=str)),
        name_en=("district", here["name_en"].to_numpy(dtype=str)),
        central_city=("district", (here["central_city"] == "yes").to_numpy()),
        unit=("district", here["unit"].to_numpy(dtype=str)),
        land_area=("district", here["land_area_km2"].to_numpy(dtype=float), {"unit": "km2"}),
        area=("area", np.array([city.code, *codes])),
        area_zh=("area", np.array([city.name_zh, *here["name_zh"]])),
        area_en=("area", np.array([city.name_en, *here["name_en"]])),
        city=city.code,
        city_name_zh=city.name_zh,
        city_name_en=city.name_en,
        census_year=census_year,
        census_date=dates[census_year],
    )
    if here["tile_row"].notna().any():
        tiles = {name: ("district", here[name].to_numpy(dtype=float)) for name in ("tile_row", "tile_column")}
        data = data.assign_coords(tiles)
    if "settlement.csv" in tables:
        settled = tables["settlement.csv"]
        if (settled["census"] == census_year).any():
            data = data.merge(_urban_shares(settled, districts, data, dates), compat="no_conflicts", join="exact")
    if "centres.csv" in tables and census_year == max(dates):
        people = data["population"].sum(("sex", "age_group")).to_series().reindex(codes)
        data = data.assign(centre_shares(tables["centres.csv"], tables.get("townships.csv"), people, city.code))
    if ENTRIES in tables and census_year == max(dates):
        data = data.merge(entry_windows(tables[ENTRIES]), join="exact")
    if observed is not None:
        data = data.merge(
            published(same_territory(observed, districts, census_year), data["area"].to_numpy(), census_year),
            compat="no_conflicts",
            join="exact",
        )
    if city.reference is not None:
        data = data.merge(read_reference(city.reference), compat="no_conflicts", join="exact")
    earlier = [census for census in dates if census < census_year and (districts["census"] == census).any()]
    if "learned_response" in data and earlier:
        own = districts[districts["census"] == max(earlier)]
        before = _population(tables["population.csv"], max(earlier), list(own["district"]))
        data = data.merge(_earlier(before, own["unit"].to_numpy(dtype=str), max(earlier), dates), join="exact")
    return data


def _earlier(before: xr.Dataset, unit: np.ndarray, year: int, dates: Mapping[int, np.datetime64]) -> xr.Dataset:
    """Residents of the census before, by unit, from which a district's own migration is told."""
    units = list(dict.fromkeys(unit.tolist()))
    counts = before["population"].transpose("district", "sex", "age_group").to_numpy()
    summed = np.stack([counts[unit == name].sum(axis=0) for name in units])
    return xr.Dataset(
        {"earlier_population": (("earlier_unit", "sex", "earlier_age_group"), summed, {"unit": "persons"})},
        coords={
            "earlier_unit": units,
            "earlier_age_group": before["age_group"].to_numpy(),
            "earlier_census_year": year,
            "earlier_census_date": dates[year],
        },
    )


def _population(table: pd.DataFrame, census_year: int, codes: list[str]) -> xr.Dataset:
    """Arrange the counts of a census; that every combination is there was checked."""
    own = table[table["census"] == census_year]
    groups = sorted(own["age_group"].unique(), key=lambda group: age_bounds(group)[0])
    axes = {"district": codes, "sex": list(SEXES), "age_group": groups}
    counts = cube(own[own["district"].isin(codes)], axes, "population", file="population.csv")
    return xr.Dataset(
        {"population": (("district", "sex", "age_group"), counts, {"unit": "persons"})},
        coords={"district": np.array(codes), "sex": list(SEXES), "age_group": np.array(groups)},
    )


def _urban_shares(
    settled: pd.DataFrame, districts: pd.DataFrame, data: xr.Dataset, dates: Mapping[int, np.datetime64]
) -> xr.Dataset:
    """Urban share at this census and, on units comparable with it, at the one before."""
    table = settled.merge(districts[["census", "district", "unit"]], on=["census", "district"], validate="1:1")
    census_year = int(data["census_year"])
    here = table[table["census"] == census_year].set_index("district").reindex(data["district"].to_numpy())
    both = (here["urban"] + here["rural"]).to_numpy(dtype=float)
    out = xr.Dataset({"urban_share": ("district", here["urban"].to_numpy(dtype=float) / both, {"unit": "1"})})
    earlier = [year for year in dates if year < census_year and (table["census"] == year).any()]
    if earlier:
        before = table[table["census"] == max(earlier)].groupby("unit")[["urban", "rural"]].sum()
        now = table[table["census"] == census_year].groupby("unit")[["urban", "rural"]].sum()
        unit = here["unit"]
        for name, sums in (("unit_urban_share_before", before), ("unit_urban_share", now)):
            share = (sums["urban"] / (sums["urban"] + sums["rural"])).reindex(unit).to_numpy(dtype=float)
            out[name] = ("district", share, {"unit": "1"})
        span = (dates[census_year] - dates[max(earlier)]) / np.timedelta64(1, "D") / 365.2425
        out = out.assign_coords(years_between_censuses=float(span))
    return out
