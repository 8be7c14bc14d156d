"""The age structure: the life tables of the census year, single ages, the year-end stock."""

from collections.abc import Mapping
from itertools import product
from typing import Literal

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.ages import cohort_pattern, graduate, open_pattern
from popmodel.demography.lifetable import LifeTable, interpolate_death_rates, life_table, relational_table
from popmodel.demography.mortality import district_tables
from popmodel.schema import OPEN_AGE, SEXES, SchemaError, age_edges, named, near

Array = npt.NDArray[np.float64]
Ages = Literal["births", "spline"]


def standard_death_rate(schedules: xr.Dataset, middle: float) -> Array:
    """Death rates by single age of the reference period whose middle lies nearest to the date `middle`."""
    rates = schedules["reference_death_rate"]
    nearest = rates.sel(reference_period=middle, method="nearest").transpose("sex", "reference_age")
    return interpolate_death_rates(
        nearest.sel(sex=list(SEXES)).to_numpy(), nearest["reference_age"].to_numpy(), open_age=OPEN_AGE
    )


def published_life_expectancy(census: xr.Dataset, year: int) -> float | None:
    """Life expectancy published for the whole city and `year`, if any."""
    if "published_life_expectancy" not in census:
        return None
    value = float(census["published_life_expectancy"].sel(published_period=year).isel(area=0))
    return value if np.isfinite(value) else None


def table_of(standard: Array, life_expectancy: float | None, difference: Array | None = None) -> LifeTable:
    """Life table of the city, or of each district where differences between them are given."""
    if difference is None:
        return (
            life_table(standard, sex=SEXES) if life_expectancy is None else relational_table(standard, life_expectancy)
        )
    own = float(life_table(standard, sex=SEXES).ex[:, 0].mean())
    return district_tables(standard, own if life_expectancy is None else life_expectancy, difference)


def differences(given: Mapping[str, float], census: xr.Dataset) -> Array:
    """Differences of life expectancy in the order of the districts."""
    codes = [str(code) for code in census["district"].to_numpy()]
    wrong = sorted(set(codes) ^ set(given))
    if wrong:
        raise SchemaError(
            f"estimate_base: life_expectancy_difference: {named(wrong)} unknown or missing. Give every district once."
            + near(sorted(set(given) - set(codes)), codes)
        )
    return np.array([float(given[code]) for code in codes])


def census_date(census: xr.Dataset) -> float:
    """Day of the census as a fraction of the calendar."""
    date = census["census_date"].to_numpy().astype("datetime64[D]")
    year = date.astype("datetime64[Y]")
    fraction = (date - year.astype("datetime64[D]")) / np.timedelta64(1, "D") / 365.25
    return int(year.astype(int)) + 1970 + float(fraction)


def single_ages(
    census: xr.Dataset, schedules: xr.Dataset, person_years: Array, *, date: float, ages: Ages = "births"
) -> Array:
    """Census counts by single age (district, sex, age), with the cohorts of `date`."""
    if ages not in ("births", "spline"):
        raise SchemaError(f"estimate_base: ages={ages!r} must be births or spline.")
    groups = [str(group) for group in census["age_group"].to_numpy()]
    lower = age_edges(groups, what="estimate_base: census")
    if lower[-1] > OPEN_AGE:
        raise SchemaError(f"estimate_base: the open group {groups[-1]} starts above {OPEN_AGE}. Merge the ages above.")
    counts = census["population"].transpose("district", "sex", "age_group").to_numpy()
    lived = np.asarray(person_years)
    out = np.empty((*counts.shape[:2], OPEN_AGE + 1))
    # Districts that share a life table are split together.
    rows: list[int | slice] = [slice(None)] if lived.ndim == 2 else list(range(len(counts)))
    for row, sex in product(rows, range(2)):
        own = lived[sex] if lived.ndim == 2 else lived[row, sex]
        pattern = None
        if ages == "births" and "reference_births" in schedules:
            births = schedules["reference_births"]
            pattern = cohort_pattern(births.to_numpy(), births["birth_year"].to_numpy(), own, date=date)
        older = open_pattern(counts[:, sex].sum(axis=0), lower, own)
        out[row, sex] = graduate(counts[row, sex], lower, pattern=pattern, open_pattern=older)
    return out


def year_end(census: xr.Dataset, year: int, given: float | None) -> float:
    """Residents of the city at the end of the census year: given, published, or as counted."""
    if given is not None:
        if not np.isfinite(given) or given <= 0:
            raise SchemaError(f"estimate_base: year_end={given} must be a number of persons above 0.")
        return given
    if "published_population" in census:
        value = float(census["published_population"].sel(published_year=year).isel(area=0))
        if np.isfinite(value):
            return value
    return float(census["population"].sum())
