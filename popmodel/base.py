"""From a census to the base of a projection: the year-end population by single age, and base rates."""

import numpy as np
import xarray as xr

from popmodel.demography.ages import cohort_pattern, graduate
from popmodel.demography.fertility import extended_total_fertility, fertility_pattern, fertility_schedule
from popmodel.demography.lifetable import interpolate_death_rates, life_table, relational_table, survival_ratios
from popmodel.demography.migration import RogersCastro, close_accounts, migration_schedule, migration_share
from popmodel.demography.settlement import urban_growth_difference
from popmodel.schema import OPEN_AGE, SEXES, SchemaError, age_edges

URBAN_CEILING = 1.0
"""Upper limit of a district's urban share [1]; the United Nations' method uses 1."""
NATURAL_SEX_RATIO = 1.06
"""Boys per girl where only the deaths of infants depend on it, and hardly [1]."""


def estimate_base(
    census: xr.Dataset,
    *,
    reference: xr.Dataset | None = None,
    year_end: float | None = None,
    observed_until: int | None = None,
    migration: RogersCastro | None = None,
) -> xr.Dataset:
    """Estimate the base population and base rates from a census.

    Parameters
    ----------
    census : xarray.Dataset
        From `read_census`.
    reference : xarray.Dataset, optional
        Reference schedules (`read_reference`); those that the census carries if not given.
    year_end : float, optional
        Residents of the whole city at the end of the census year; the published figure if not given, and the census
        count where none is published. [persons]
    observed_until : int, optional
        Use published figures up to this year only; all if not given.
    migration : RogersCastro, optional
        Parameters of the age schedule of migrants.

    Returns
    -------
    xarray.Dataset
        `population` and `census_population` (district, sex, age) [persons]; `fertility_pattern` (age),
        `fertility_level` (district), `standard_death_rate` (sex, age), `migration_schedule` (sex, age), published
        stocks of all districts (`observed_stock`, observed_year × district) and births (`observed_births`), urban and
        centre shares with their growth. The scalar coord `year` is the year of the stock.

    Raises
    ------
    SchemaError
        If reference schedules are missing or figures contradict each other.

    Notes
    -----
    Ages within a group follow the births of their years times survival (`graduate`); the open group follows the life
    table at the published life expectancy. The census structure by group is scaled to the year-end stock; within its
    groups `population` has the cohorts of the end of the year, `census_population` those of the census day.
    """
    schedules = census if reference is None else reference
    for name in ("reference_death_rate", "reference_fertility"):
        if name not in schedules:
            raise SchemaError(
                f"estimate_base: {name} is missing. Name a reference folder in city.toml or pass "
                "reference=read_reference(…)."
            )
    year = int(census["census_year"])
    standard = _standard_death_rate(schedules, year)
    e0 = _published_life_expectancy(census, year)
    table = life_table(standard, sex=SEXES) if e0 is None else relational_table(standard, e0)
    counted = _single_ages(census, schedules, table.Lx, date=_census_date(census))
    scale = _year_end(census, year, year_end) / counted.sum()
    stock = _single_ages(census, schedules, table.Lx, date=year + 1.0) * scale
    names = ("city", "city_name_zh", "city_name_en", "name_zh", "name_en", "central_city", "land_area")
    coords = {name: census[name] for name in names if name in census.coords}
    base = xr.Dataset(
        {
            "population": (("district", "sex", "age"), stock, {"unit": "persons"}),
            "census_population": (("district", "sex", "age"), counted, {"unit": "persons"}),
            "standard_death_rate": (("sex", "age"), standard, {"unit": "1/year"}),
        },
        coords={
            "district": census["district"].to_numpy(),
            "sex": list(SEXES),
            "age": np.arange(OPEN_AGE + 1),
            **coords,
            "year": year,
        },
    )
    pattern = _fertility_pattern(schedules, year)
    base["fertility_pattern"] = ("age", pattern, {"unit": "1"})
    base["fertility_level"] = ("district", _fertility_level(census, counted, pattern), {"unit": "1"})
    schedule = migration_schedule(migration, residents=stock.sum(axis=0))
    base["migration_schedule"] = (("sex", "age"), schedule, {"unit": "1", "status": "assumed"})
    base = base.merge(_observed(census, base, observed_until), compat="no_conflicts", join="exact")
    base = base.merge(_migration(base, survival_ratios(table)), compat="no_conflicts", join="exact")
    return base.merge(_settlement(census, base, observed_until), compat="no_conflicts", join="exact")


def _standard_death_rate(schedules: xr.Dataset, year: int) -> np.ndarray:
    rates = schedules["reference_death_rate"]
    # The period of the reference whose middle lies nearest to the end of the census year.
    nearest = rates.sel(reference_period=year + 1, method="nearest").transpose("sex", "reference_age")
    return interpolate_death_rates(
        nearest.sel(sex=list(SEXES)).to_numpy(), nearest["reference_age"].to_numpy(), open_age=OPEN_AGE
    )


def _published_life_expectancy(census: xr.Dataset, year: int) -> float | None:
    if "published_life_expectancy" not in census:
        return None
    value = float(census["published_life_expectancy"].sel(published_period=year).isel(area=0))
    return value if np.isfinite(value) else None


def _census_date(census: xr.Dataset) -> float:
    date = census["census_date"].to_numpy().astype("datetime64[D]")
    year = date.astype("datetime64[Y]")
    fraction = (date - year.astype("datetime64[D]")) / np.timedelta64(1, "D") / 365.25
    return int(year.astype(int)) + 1970 + float(fraction)


def _single_ages(census: xr.Dataset, schedules: xr.Dataset, person_years: np.ndarray, *, date: float) -> np.ndarray:
    groups = [str(group) for group in census["age_group"].to_numpy()]
    lower = age_edges(groups, what="estimate_base: census")
    if lower[-1] > OPEN_AGE:
        raise SchemaError(f"estimate_base: the open group {groups[-1]} starts above {OPEN_AGE}. Merge the ages above.")
    counts = census["population"].transpose("district", "sex", "age_group").to_numpy()
    out = np.empty((counts.shape[0], 2, OPEN_AGE + 1))
    for sex in range(2):
        pattern = None
        if "reference_births" in schedules:
            births = schedules["reference_births"]
            pattern = cohort_pattern(births.to_numpy(), births["birth_year"].to_numpy(), person_years[sex], date=date)
        out[:, sex] = graduate(counts[:, sex], lower, pattern=pattern, open_pattern=person_years[sex])
    return out


def _year_end(census: xr.Dataset, year: int, given: float | None) -> float:
    if given is not None:
        if not np.isfinite(given) or given <= 0:
            raise SchemaError(f"estimate_base: year_end={given} must be a number of persons above 0.")
        return given
    if "published_population" in census:
        value = float(census["published_population"].sel(published_year=year).isel(area=0))
        if np.isfinite(value):
            return value
    return float(census["population"].sum())


def _fertility_pattern(schedules: xr.Dataset, year: int) -> np.ndarray:
    chosen = schedules["reference_fertility"].sel(pattern_year=year, method="nearest")
    return fertility_pattern(chosen.to_numpy(), chosen["fertile_age"].to_numpy())


def _fertility_level(census: xr.Dataset, counted: np.ndarray, pattern: np.ndarray) -> np.ndarray:
    """Each district's fertility relative to the city's, from its children and women (extended TFR)."""
    women = counted[:, 0]
    level = extended_total_fertility(
        counted[:, :, :5].sum(axis=(1, 2)), women[:, 15:50].sum(axis=1), women[:, 25:35].sum(axis=1)
    )
    exposed = (women * pattern).sum(axis=1)
    return np.asarray(level / ((level * exposed).sum() / exposed.sum()))


def _observed(census: xr.Dataset, base: xr.Dataset, until: int | None) -> xr.Dataset:
    """Published year-end stocks of every district and births of the city, after the base year."""
    year = int(base["year"])
    own = base["population"].sum(("sex", "age")).to_numpy()
    out = xr.Dataset()
    if "published_population" in census:
        stocks = census["published_population"].sel(published_year=slice(year + 1, until))
        city = stocks.isel(area=0).to_numpy()
        # Only an unbroken run of city totals can be accounted for year by year.
        run = int(np.argmax(~np.isfinite(city))) if (~np.isfinite(city)).any() else len(city)
        city, parts = city[:run], stocks.isel(area=slice(1, None)).to_numpy()[:run]
        out["observed_stock"] = (
            ("observed_year", "district"),
            _fill_districts(city, parts, own),
            {"unit": "persons", "note": "districts without a published stock: share of the city interpolated"},
        )
        out = out.assign_coords(observed_year=np.arange(year + 1, year + 1 + run))
        births = np.full(run, np.nan)
        if "published_births" in census:
            found = census["published_births"].isel(area=0).reindex(published_period=range(year + 1, year + 1 + run))
            births = found.to_numpy()
        out["observed_births"] = ("observed_year", births, {"unit": "persons"})
    if "published_registered_population" in census:
        register = census["published_registered_population"].isel(area=0, drop=True)
        out["registered_population"] = register.sel(register_year=slice(None, until)).dropna("register_year")
    return out


def _fill_districts(city: np.ndarray, parts: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Complete district stocks by interpolating their shares of the city, carrying the last change on."""
    years, districts = parts.shape
    if not years:
        return parts
    if districts == 1:
        return city[:, None]
    share = np.concatenate([(own / own.sum())[None], parts / city[:, None]])
    whole = np.isfinite(share).all(axis=1)
    off = np.abs(np.where(whole[:, None], share, 1 / districts).sum(axis=1) - 1)
    if off.max() > 0.005:
        raise SchemaError(
            f"estimate_base: in year {int(off.argmax())} after the census the published stocks of the districts sum to "
            f"{100 * share[off.argmax()].sum():.1f} % of the city's. Correct the observed values."
        )
    known = np.flatnonzero(whole)
    out = np.empty_like(share)
    for row in range(years + 1):
        after = known[known >= row]
        if len(after):
            left, right = known[known <= row][-1], after[0]
        elif len(known) > 1:
            left, right = known[-2], known[-1]
        else:
            left = right = known[-1]
        weight = 0.0 if left == right else (row - left) / (right - left)
        out[row] = share[left] + weight * (share[right] - share[left])
        seen = np.isfinite(share[row]) & ~whole[row]
        if seen.any():
            # Published districts keep their figure; the others share the rest.
            out[row, ~seen] *= (1 - share[row, seen].sum()) / out[row, ~seen].sum()
            out[row, seen] = share[row, seen]
    out /= out.sum(axis=1, keepdims=True)
    return np.asarray(out[1:] * city[:, None])


def _migration(base: xr.Dataset, survival: np.ndarray) -> xr.Dataset:
    """Implied fertility and residual migration of the observed years, at the life table of the base year."""
    stock = base["population"].to_numpy()
    residents = stock.sum(axis=(1, 2))
    seen = base.sizes.get("observed_year", 0)
    out = xr.Dataset()
    moved = np.zeros((0, len(residents)))
    if seen:
        closed = close_accounts(
            stock,
            base["observed_stock"].to_numpy(),
            base["observed_births"].to_numpy(),
            fertility_per_child=fertility_schedule(
                base["fertility_level"].to_numpy(), base["fertility_pattern"].to_numpy()
            ),
            survival_ratio=np.broadcast_to(survival, (seen, *stock.shape)),
            sex_ratio_at_birth=np.full((seen, len(residents)), NATURAL_SEX_RATIO),
            schedule=base["migration_schedule"].to_numpy(),
        )
        out["implied_total_fertility"] = ("observed_year", closed.total_fertility, {"unit": "children_per_woman"})
        out["residual_migration"] = (("observed_year", "district"), closed.net_migration, {"unit": "persons"})
        moved = closed.net_migration
    out["migration_share"] = ("district", migration_share(moved, residents), {"unit": "1"})
    return out


def _settlement(census: xr.Dataset, base: xr.Dataset, until: int | None) -> xr.Dataset:
    out = xr.Dataset()
    year = int(base["year"])
    if "centre_share" in census:
        out["centre_share"] = census["centre_share"]
    if "urban_share" not in census:
        return out
    share = census["urban_share"].to_numpy()
    years, values = [year], [share]
    if "published_urban_share" in census:
        published = census["published_urban_share"].isel(area=slice(1, None)).sel(published_year=slice(year + 1, until))
        for label in published["published_year"].to_numpy():
            seen = published.sel(published_year=label).to_numpy()
            if np.isfinite(seen).any():
                years.append(int(label))
                values.append(seen)
    seen = np.array(values)
    out["observed_urban_share"] = (("urban_year", "district"), seen, {"unit": "1"})
    last = np.array([np.flatnonzero(np.isfinite(column))[-1] for column in seen.T])
    recent = seen[last, np.arange(len(last))]
    span = np.array(years)[last] - year
    after = urban_growth_difference(share, recent, np.where(span > 0, span, 1), ceiling=URBAN_CEILING)
    # Without any history a share cannot be carried on: it stays missing and says so in the indicators.
    growth = np.where(span > 0, after, np.nan)
    if "unit_urban_share_before" in census:
        unit = census["unit_urban_share"].to_numpy()
        before = census["unit_urban_share_before"].fillna(census["unit_urban_share"]).to_numpy()
        gap = np.where(census["unit_urban_share_before"].notnull(), float(census["years_between_censuses"]), 0.0)
        between = urban_growth_difference(before, unit, np.where(gap > 0, gap, 1), ceiling=URBAN_CEILING)
        # The whole record: the change between the censuses on comparable units plus that since, over all years.
        record = gap + span
        whole = (between * gap + after * span) / np.where(record > 0, record, 1)
        growth = np.where(record > 0, whole, np.nan)
    growth = np.where(recent >= URBAN_CEILING, 0.0, growth)
    out["urban_growth_difference"] = ("district", growth, {"unit": "1/year"})
    return out.assign_coords(urban_year=years)
