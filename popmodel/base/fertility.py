"""Fertility: the age pattern, the level of the districts, and the city's total by year on each basis."""

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.fertility import extended_total_fertility, fertility_pattern, implied_total_fertility

Array = npt.NDArray[np.float64]


def age_pattern(schedules: xr.Dataset, year: int) -> Array:
    """Share of total fertility at each age, from the reference."""
    chosen = schedules["reference_fertility"].sel(pattern_year=year, method="nearest")
    return fertility_pattern(chosen.to_numpy(), chosen["fertile_age"].to_numpy())


def patterns_by_year(schedules: xr.Dataset, year: int) -> xr.DataArray:
    """Share of total fertility at each age by year, as far as the reference goes on from `year`."""
    shares = schedules["reference_fertility"].transpose("pattern_year", "fertile_age")
    later = shares.isel(pattern_year=shares["pattern_year"].to_numpy() >= year)
    chosen = later if later.sizes["pattern_year"] else shares.isel(pattern_year=[-1])
    return xr.DataArray(
        fertility_pattern(chosen.to_numpy(), chosen["fertile_age"].to_numpy()),
        dims=("pattern_year", "age"),
        coords={"pattern_year": chosen["pattern_year"].to_numpy()},
        attrs={"unit": "1"},
    )


def district_level(counted: Array, pattern: Array) -> Array:
    """Each district's fertility relative to the city's, from its children and women (extended TFR)."""
    women = counted[:, 0]
    level = extended_total_fertility(
        counted[:, :, :5].sum(axis=(1, 2)), women[:, 15:50].sum(axis=1), women[:, 25:35].sum(axis=1)
    )
    exposed = (women * pattern).sum(axis=1)
    return np.asarray(level / ((level * exposed).sum() / exposed.sum()))


def total_fertility(census: xr.Dataset, base: xr.Dataset) -> xr.Dataset:
    """Total fertility by year, from the base year on, on two bases that must not be mixed.

    `resident_total_fertility` divides residents' births by the women of the census and of the closed accounts after
    it; `published_total_fertility` is what an office printed, on its own basis. Births of the base year are published,
    or the published birth rate times the census count.
    """
    year = int(base["year"])
    years = [year, *(int(label) for label in base["observed_year"].to_numpy())] if "observed_year" in base else [year]
    births = np.array([_births(census, label) for label in years])
    resident = np.full(len(years), np.nan)
    women = base["census_population"].sel(sex="female").transpose("district", "age").to_numpy()
    # One total for the city: rates of a district are its level times the total.
    weighted = (women * base["fertility_level"].to_numpy()[:, None]).sum(axis=0)
    resident[0] = implied_total_fertility(births[0], weighted, base["fertility_pattern"].to_numpy())
    if len(years) > 1:
        after = base["implied_total_fertility"].to_numpy()
        resident[1:] = np.where(np.isfinite(births[1:]), after, np.nan)
    published = np.full(len(years), np.nan)
    basis = "none published"
    if "published_total_fertility" in census:
        found = census["published_total_fertility"].isel(area=0)
        published = found.reindex(published_period=years).to_numpy()
        basis = str(found.attrs.get("basis", "as published"))
    unit = {"unit": "children_per_woman"}
    return xr.Dataset(
        {
            "resident_births": ("fertility_year", births, {"unit": "persons"}),
            "resident_total_fertility": (
                "fertility_year",
                resident,
                {**unit, "basis": "resident births over census women"},
            ),
            "published_total_fertility": ("fertility_year", published, {**unit, "basis": basis}),
        },
        coords={"fertility_year": years},
    )


def _births(census: xr.Dataset, year: int) -> float:
    for name in ("published_births", "published_birth_rate"):
        if name in census and year in census[name]["published_period"].to_numpy():
            value = float(census[name].isel(area=0).sel(published_period=year))
            if not np.isfinite(value):
                continue
            if name == "published_births":
                return value
            if year == int(census["census_year"]):
                return value * float(census["population"].sum())
    return float("nan")
