"""The age structure: the life tables of the census year, single ages, the year-end stock."""

from collections.abc import Mapping
from itertools import product
from typing import Literal

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.ages import cohort_pattern, graduate, open_pattern, split_open
from popmodel.demography.lifetable import LifeTable, interpolate_death_rates, life_table, relational_table
from popmodel.demography.mortality import district_tables, survive
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


def table_between(census: xr.Dataset, earlier: xr.Dataset, schedules: xr.Dataset) -> LifeTable:
    """Life table between two censuses: the reference of the middle, moved as the later census's life expectancy is."""
    standard = standard_death_rate(schedules, (census_date(earlier) + census_date(census)) / 2)
    year = int(census["census_year"])
    own = published_life_expectancy(census, year)
    then = life_table(standard_death_rate(schedules, year + 1), sex=SEXES).ex[:, 0].mean()
    here = float(life_table(standard, sex=SEXES).ex[:, 0].mean())
    return relational_table(standard, here + (0.0 if own is None else own - float(then)))


def survivors(census: xr.Dataset, earlier: xr.Dataset, schedules: xr.Dataset, *, ages: Ages = "births") -> Array:
    """Those counted by an earlier census who should be there at the later one (district of then, sex, age)."""
    table = table_between(census, earlier, schedules)
    first = census_date(earlier)
    before = single_ages(earlier, schedules, table.Lx, date=first, ages=ages)
    return survive(before, table, years=round(census_date(census) - first))


def single_ages(
    census: xr.Dataset,
    schedules: xr.Dataset,
    person_years: Array,
    *,
    date: float,
    ages: Ages = "births",
    survived: Array | None = None,
) -> Array:
    """Census counts by single age (district, sex, age), with the cohorts of `date`.

    The open group is first cut into five-year groups: as those of the census before have survived (`survivors`), so
    that no cohort of the oldest gains on another, or, without one, as a stable population (`open_pattern`). The groups
    are then graduated like the others, so that ages and the ratio of the sexes run on smoothly through the cut.
    """
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
        if survived is None:
            older = open_pattern(counts[:, sex].sum(axis=0), lower, own)
        else:
            older = survived[:, sex].sum(axis=0)
            if lived.ndim == 3:  # where more live to the highest ages, more are there
                older = older * own / lived[:, sex].mean(axis=0)
        cut, edges = split_open(counts[row, sex], lower, older)
        out[row, sex] = graduate(cut, edges, pattern=pattern)
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
