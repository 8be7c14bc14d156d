"""Read a city's census tables, with the reference schedules and the published yearly figures it points to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.files.city import read_city
from popmodel.files.plan import read_observed
from popmodel.files.reference import read_reference
from popmodel.files.tables import cube, read_table, read_text
from popmodel.schema import SEXES, Column, SchemaError, age_bounds, age_edges, convert, named, rows

DISTRICT_COLUMNS = {
    "census": Column("year"),
    "district": Column(),
    "name_zh": Column(),
    "name_en": Column(),
    "unit": Column(),
    "central_city": Column("choice", choices=("yes", "no")),
    "land_area_km2": Column("count", blank=True),
    "tile_row": Column("count", required=False, blank=True),
    "tile_column": Column("count", required=False, blank=True),
    "note": Column(required=False, blank=True),
}
POPULATION_COLUMNS = {
    "census": Column("year"),
    "district": Column(),
    "sex": Column("choice", choices=SEXES),
    "age_group": Column(),
    "population": Column("count"),
}
SETTLEMENT_COLUMNS = {
    "census": Column("year"),
    "district": Column(),
    "urban": Column("count"),
    "rural": Column("count"),
}
CENTRE_COLUMNS = {
    "district": Column(),
    "centre": Column(),
    "share": Column("count"),
    "status": Column("choice", choices=("source", "derived", "assumed")),
    "note": Column(required=False, blank=True),
}
PUBLISHED = {
    "published_population": ("resident_population", "persons", "published_year"),
    "published_urban_share": ("urbanisation_rate", "1", "published_year"),
    "published_births": ("births", "persons", "published_period"),
    "published_deaths": ("deaths", "persons", "published_period"),
    "published_birth_rate": ("birth_rate", "1", "published_period"),
    "published_death_rate": ("death_rate", "1", "published_period"),
    "published_total_fertility": ("total_fertility", "children_per_woman", "published_period"),
    "published_life_expectancy": ("life_expectancy", "years", "published_period"),
    "published_registered_population": ("registered_population", "persons", "register_year"),
}
"""Variables read from the observed values: indicator, unit, axis."""


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
        `unit` names the territory of each district that compares with other censuses.

    Raises
    ------
    SchemaError
        Missing files or columns, unknown or duplicated districts, negative or non-numeric counts, age groups that
        overlap or leave a gap, districts that do not sum to the city.
    """
    city = read_city(path)
    folder = city.folder
    dates = {census.year: np.datetime64(census.date) for census in city.censuses}
    census_year = max(dates) if year is None else year
    if census_year not in dates:
        raise SchemaError(f"{folder / 'city.toml'}: no census of {year}; it lists {named(sorted(dates))}.")
    districts = read_table(folder / "districts.csv", DISTRICT_COLUMNS, key=("census", "district"))
    _check_years(districts, dates, folder / "districts.csv")
    here = districts[districts["census"] == census_year]
    if here.empty:
        raise SchemaError(f"{folder / 'districts.csv'}: no district of the census of {census_year}. Add its rows.")
    codes = here["district"].to_numpy(dtype=str)
    if city.code in codes:
        raise SchemaError(
            f"{folder / 'districts.csv'}: {city.code} is the code of the whole city. Give the district another one; "
            "a city without districts is entered as one district with a code of its own."
        )
    data = _read_population(folder / "population.csv", districts, census_year, city.code, dates)
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
    data = data.assign_coords(_tiles(here, folder / "districts.csv"))
    if _given(folder / "settlement.csv"):
        data = data.merge(
            _urban_shares(folder / "settlement.csv", districts, data, dates, city.code),
            compat="no_conflicts",
            join="exact",
        )
    if _given(folder / "centres.csv") and census_year == max(dates):
        data["centre_share"] = _centre_shares(folder / "centres.csv", codes)
    if observed is None and "observed" in city.tables:
        observed = read_observed(city.tables["observed"])
    if observed is not None:
        data = data.merge(
            _published(_same_territory(observed, districts, census_year), data["area"].to_numpy(), census_year),
            compat="no_conflicts",
            join="exact",
        )
    if city.reference is not None:
        data = data.merge(read_reference(city.reference), compat="no_conflicts", join="exact")
    return data


def _tiles(here: pd.DataFrame, file: Path) -> dict[str, Any]:
    """Return the districts' places on a tile map as coords; none where no place is given."""
    given = [name for name in ("tile_row", "tile_column") if name in here and here[name].notna().any()]
    if not given:
        return {}
    faults = [row for _, row in here.iterrows() if any(pd.isna(row.get(name)) for name in ("tile_row", "tile_column"))]
    if faults:
        raise SchemaError(
            f"{file}: {named(row['district'] for row in faults)} has no full place on the tile map (tile_row, "
            "tile_column). Give both to every district of the census, or to none."
        )
    twice = here[here.duplicated(["tile_row", "tile_column"], keep=False)]
    if not twice.empty:
        raise SchemaError(
            f"{file}: {rows(twice, ('district', 'tile_row', 'tile_column'))} stand on one tile. Give each its own."
        )
    return {name: ("district", here[name].to_numpy(dtype=float)) for name in given}


def _given(file: Path) -> bool:
    """Say whether an optional table is there; one that holds nothing but the names of its columns is not given."""
    return file.is_file() and not read_text(file).empty


def _check_years(table: pd.DataFrame, dates: Mapping[int, np.datetime64], file: Path) -> None:
    stray = table[~table["census"].isin(list(dates))]
    if not stray.empty:
        raise SchemaError(
            f"{file}: {rows(stray, ('census',))}: city.toml lists no such census, only {named(sorted(dates))}. "
            "Correct the year, or add a [[census]]."
        )


def _read_population(
    file: Path, districts: pd.DataFrame, census_year: int, city: str, dates: Mapping[int, np.datetime64]
) -> xr.Dataset:
    table = read_table(file, POPULATION_COLUMNS, key=("census", "district", "sex", "age_group"))
    _check_years(table, dates, file)
    table = table[table["census"] == census_year]
    codes = list(districts.loc[districts["census"] == census_year, "district"])
    unknown = table[~table["district"].isin([city, *codes])]
    if not unknown.empty:
        raise SchemaError(
            f"{file}: {rows(unknown, ('district',))}: not a district of the census of {census_year}. "
            f"Known: {named([city, *codes], most=40)}. Correct the code or add the district to districts.csv."
        )
    groups = list(dict.fromkeys(table["age_group"]))
    age_edges(groups, what=f"{file}, census {census_year}")
    groups.sort(key=lambda group: age_bounds(group)[0])
    axes = {"district": codes, "sex": list(SEXES), "age_group": groups}
    counts = cube(table[table["district"] != city], axes, "population", file=file)
    whole = table[table["district"] == city]
    if not whole.empty:
        published = cube(whole, {**axes, "district": [city]}, "population", file=file)[0]
        _check_sum(counts.sum(axis=0), published, axes, file)
    return xr.Dataset(
        {"population": (("district", "sex", "age_group"), counts, {"unit": "persons"})},
        coords={"district": np.array(codes), "sex": list(SEXES), "age_group": np.array(groups)},
    )


def _check_sum(total: np.ndarray, published: np.ndarray, axes: Mapping[str, list[Any]], file: Path) -> None:
    off = np.argwhere(np.abs(total - published) > 0.5)
    if len(off):
        sex, group = off[0]
        raise SchemaError(
            f"{file}: the districts do not sum to the city in {len(off)} cells, first {axes['sex'][sex]} "
            f"{axes['age_group'][group]}: {total[sex, group]:,.0f} against {published[sex, group]:,.0f}. "
            "Correct the cells, or leave out the rows of the city."
        )


def _urban_shares(
    file: Path, districts: pd.DataFrame, data: xr.Dataset, dates: Mapping[int, np.datetime64], city: str
) -> xr.Dataset:
    """Urban share at this census and, on units comparable with it, at the one before."""
    table = read_table(file, SETTLEMENT_COLUMNS, key=("census", "district"))
    _check_years(table, dates, file)
    table = table[table["district"] != city].merge(
        districts[["census", "district", "unit"]], on=["census", "district"], how="left", validate="1:1"
    )
    table.index = pd.RangeIndex(2, len(table) + 2)
    stray = table[table["unit"].isna()]
    if not stray.empty:
        raise SchemaError(f"{file}: {named(stray['district'])} is not in districts.csv. Correct the code.")
    census_year = int(data["census_year"])
    here = table[table["census"] == census_year].set_index("district").reindex(data["district"].to_numpy())
    if here["urban"].isna().any():
        raise SchemaError(f"{file}: no row for {named(here.index[here['urban'].isna()])} in {census_year}. Add it.")
    people = data["population"].sum(("sex", "age_group")).to_numpy()
    both = (here["urban"] + here["rural"]).to_numpy(dtype=float)
    if (np.abs(both - people) > 0.5).any():
        worst = int(np.abs(both - people).argmax())
        raise SchemaError(
            f"{file}: urban and rural of {here.index[worst]} sum to {both[worst]:,.0f}, the census counts "
            f"{people[worst]:,.0f}. Correct the row."
        )
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


def _centre_shares(file: Path, codes: np.ndarray) -> xr.DataArray:
    table = read_table(file, CENTRE_COLUMNS, key=("district", "centre"))
    unknown = table[~table["district"].isin(codes)]
    if not unknown.empty:
        raise SchemaError(f"{file}: {rows(unknown, ('district',))}: not a district of this census. Correct the code.")
    above = table[table["share"] > 1]
    if not above.empty:
        raise SchemaError(f"{file}: {rows(above, ('district', 'share'))}: a share must not exceed 1. Correct the cell.")
    centres = list(dict.fromkeys(table["centre"]))
    # A district that the form does not list lies outside the centre: that is the rule of the form, not a repair.
    share = table.pivot_table(index="district", columns="centre", values="share").reindex(index=codes, columns=centres)
    return xr.DataArray(
        share.fillna(0.0).to_numpy(dtype=float),
        dims=("district", "centre"),
        coords={"district": codes, "centre": centres},
        attrs={"unit": "1", "status": ", ".join(sorted(set(table["status"])))},
    )


def _published(observed: pd.DataFrame, areas: np.ndarray, census_year: int) -> xr.Dataset:
    """Arrange published values by year and area, from the census year on; what is not published is missing.

    The register has no census: its earlier years are kept too. Assumed values are left out, and so are an area's values
    on another basis than its own (`_on_own_basis`): a revision between two censuses is not growth.
    """
    out = xr.Dataset()
    usable = observed[observed["area"].isin(areas) & (observed["status"] != "assumed")]
    for variable, (indicator, unit, dim) in PUBLISHED.items():
        found = usable[usable["indicator"] == indicator].sort_values("year")
        if dim != "register_year":
            found = found[found["year"] >= census_year]
        found = found[(found["chosen"] == "yes") | ~found.duplicated(["area", "year"], keep=False)]
        if not len(found):
            continue
        found = _on_own_basis(found, census_year)
        city = found.loc[found["area"] == areas[0], "basis"]
        basis = ", ".join(city.unique()) or ", ".join(sorted(found["basis"].unique()))
        first = min(census_year, int(found["year"].min()))
        years = list(range(first, int(usable["year"].max()) + 1))
        values = np.full((len(years), len(areas)), np.nan)
        for area, year, value, given in zip(found["area"], found["year"], found["value"], found["unit"], strict=True):
            place = int(year) - first, list(areas).index(area)
            values[place] = convert(float(value), given, unit, what=f"{indicator} {year}")
        out[variable] = xr.DataArray(
            values, dims=(dim, "area"), coords={dim: years}, attrs={"unit": unit, "basis": basis}
        )
    return out


def _on_own_basis(found: pd.DataFrame, census_year: int) -> pd.DataFrame:
    """Keep each area's rows on one basis: of its first printed value from the census year on, else of its last before.

    A derived value decides only where nothing is printed. `found` is sorted by year.
    """
    kept = []
    for _, own in found.groupby("area", sort=False):
        printed = own[own["status"] == "source"] if (own["status"] == "source").any() else own
        since = printed[printed["year"] >= census_year]
        basis = since["basis"].iloc[0] if len(since) else printed["basis"].iloc[-1]
        kept.append(own[own["basis"] == basis])
    together: pd.DataFrame = pd.concat(kept)
    return together


def _same_territory(observed: pd.DataFrame, districts: pd.DataFrame, census_year: int) -> pd.DataFrame:
    """Leave out a district's values from the next census on where its unit has other districts there."""
    years = sorted(int(year) for year in districts["census"].unique() if year > census_year)
    if not years:
        return observed
    units = [
        districts[districts["census"] == year].groupby("unit")["district"].agg(frozenset)
        for year in (census_year, years[0])
    ]
    moved = {code for unit, codes in units[0].items() if units[1].get(unit) != codes for code in codes}
    return observed[~(observed["area"].isin(moved) & (observed["year"] >= years[0]))]
