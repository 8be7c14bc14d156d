"""Arrange published yearly values by year and area, as a census takes them along."""

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.schema import convert

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


def published(observed: pd.DataFrame, areas: np.ndarray, census_year: int) -> xr.Dataset:
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
        if variable == "published_urban_share" and "decimals" in found:
            half = 0.5 * 10.0 ** -found["decimals"].astype(float)
            rounding = np.full_like(values, np.nan)
            for area, year, digit, given in zip(found["area"], found["year"], half, found["unit"], strict=True):
                place = int(year) - first, list(areas).index(area)
                rounding[place] = convert(float(digit), given, unit, what=f"{indicator} {year}")
            out["published_urban_rounding"] = out[variable].copy(data=rounding)
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


def same_territory(observed: pd.DataFrame, districts: pd.DataFrame, census_year: int) -> pd.DataFrame:
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
