"""From a census to the base of a projection: the year-end population by single age, and base rates."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.demography.fertility import PERSISTENCE
from popmodel.demography.fixed_stock import FIXED, held_apart
from popmodel.demography.lifetable import survival_ratios
from popmodel.schema import OPEN_AGE, SEXES, SchemaError
from popmodel.variables import described

from .child_mortality import bent_young, young_deaths
from .fertility import age_pattern, district_level, patterns_by_year, total_fertility
from .fixed import census_apart, given_stock
from .learned import earlier_census, growth_by_history, learned_migration
from .migration import Migration, census_survival, residuals, schedule_of
from .observed import observed
from .register import register
from .settlement import CONCENTRATION, URBAN_CEILING, settlement
from .structure import (
    Ages,
    census_date,
    differences,
    published_life_expectancy,
    single_ages,
    standard_death_rate,
    survivors,
    table_of,
    year_end as year_end_of,
)


def estimate_base(
    census: xr.Dataset,
    *,
    reference: xr.Dataset | None = None,
    year_end: float | None = None,
    observed_until: int | None = None,
    migration: Migration = None,
    ages: Ages = "births",
    earlier: xr.Dataset | None = None,
    life_expectancy_difference: Mapping[str, float] | None = None,
    child_mortality: Mapping[str, float] | None = None,
    fertility_persistence: float = PERSISTENCE,
    urban_ceiling: float = URBAN_CEILING,
    centre_concentration: float = CONCENTRATION,
    fixed_stock: xr.DataArray | pd.DataFrame | None = None,
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
    migration : {"learned", "rogers-castro", "census-survival"} or RogersCastro, optional
        Who migrates: "learned" from counties and the district's own last decade (`migration_schedule_of`), the default
        where the reference schedules bring it; the standard Rogers-Castro schedule, the default elsewhere; its fit to
        what the two censuses say; or given parameters. "census-survival" is refused where gains and losses between the
        censuses cancel.
    ages : {"births", "spline"}
        How age groups are split into single years: after the births of their years, or by a monotone spline. Both keep
        every group's count; without births in the reference only the spline is left.
    earlier : xarray.Dataset, optional
        The census before (`read_census(…, year=…)`), for "learned" and "census-survival"; for "learned" that which the
        census carries if not given.
    life_expectancy_difference : mapping of str to float, optional
        Years by which each district's life expectancy exceeds the city's; none if not given. [years]
    child_mortality : mapping of str to float, optional
        `infant` and `under_5`: shares of the newborn who die before ages 1 and 5, to which the young end of the
        reference is bent at the city's life expectancy; the reference's shape if not given. [1]
    fertility_persistence : float
        Share of a district's departure from the city's fertility that is left after a year, 0 to 1; 1 holds the levels
        of the census. [1]
    urban_ceiling : float
        Upper limit of the districts' urban shares, not below a published one. [1]
    centre_concentration : float
        How far the centres hold the urban people of their districts first, 0 … 1, and so gain when these urbanise; at
        0 the districts' shares in the centres are held. [1]
    fixed_stock : xarray.DataArray, dims (district, sex, age), or pandas.DataFrame, optional
        Students, soldiers and others who stay as many and as old as they are, part of the population: from
        `fixed_stock_of`, or a table with the columns district, sex, age (single years) and population. They are held
        apart from births, deaths and the cohort step, in the census before too; nobody if not given. [persons]

    Returns
    -------
    xarray.Dataset
        `population` and `census_population` (district, sex, age) [persons]; `fertility_pattern` (age),
        `fertility_level` (district), `standard_death_rate` (sex, age), `infant_mortality` and `under_5_mortality`
        of the life table, to be held against published ones, `migration_schedule` (sex, age), published
        stocks of all districts (`observed_stock`, observed_year × district), births and deaths (`observed_births`,
        `observed_deaths`), what closes the accounts on them (`implied_total_fertility`, `residual_migration`,
        `modelled_deaths`, `death_factor` = published over modelled), total fertility by year from the base year on,
        on two bases (`resident_total_fertility`, `published_total_fertility`; fertility_year), urban and centre
        shares with their growth (`completed_urban_share` agrees with the city's; `urban_difference` is what is left;
        `centre_share_least` and `centre_share_most` bound assumed shares). Where the registered population of the year
        is published: `registered_start` and `register_pool` (sex, age), those registered and the ages of who may
        enter. Where migration is learned:
        `migration_turnover` (district, sex, age), `migration_response` (sex, age) and `migration_deviation` (district)
        [1/year]. The scalar coord `year` is the year of the stock.

    Raises
    ------
    SchemaError
        If reference schedules are missing or figures contradict each other.

    Notes
    -----
    Ages within a group follow the births of their years times survival (`graduate`); the open group is cut as those
    whom the census before counted have survived, or without one as a stable population at the life table. The census
    structure by group is scaled to the year-end stock; within its groups `population` has the cohorts of the end of the
    year, `census_population` those of the census day.

    Examples
    --------
    >>> base = pm.estimate_base(census, observed_until=2023)
    >>> base["population"].dims
    ('district', 'sex', 'age')
    """
    schedules = census if reference is None else reference
    for name in ("reference_death_rate", "reference_fertility"):
        if name not in schedules:
            raise SchemaError(
                f"estimate_base: {name} is missing. Name a reference folder in city.toml or pass "
                "reference=read_reference(…)."
            )
    year = int(census["census_year"])
    standard = standard_death_rate(schedules, year + 1)
    e0 = published_life_expectancy(census, year)
    apart = None if life_expectancy_difference is None else differences(life_expectancy_difference, census)
    if child_mortality is not None:
        standard = bent_young(standard, e0, child_mortality)
    table = table_of(standard, e0, apart)
    before = earlier if earlier is not None else earlier_census(census)
    alive = None if before is None else survivors(census, before, schedules, ages=ages)
    counted, stock = (
        single_ages(census, schedules, table.Lx, date=date, ages=ages, survived=alive)
        for date in (census_date(census), year + 1.0)
    )
    stock = stock * (year_end_of(census, year, year_end) / counted.sum())
    names = ("city", "city_name_zh", "city_name_en", "name_zh", "name_en", "central_city", "land_area", "tile_row",
             "tile_column")  # fmt: skip
    coords = {name: census[name] for name in names if name in census.coords}
    correction = (
        {"correction": census["population"].attrs["correction"]} if "correction" in census["population"].attrs else {}
    )
    base = xr.Dataset(
        {
            "population": (("district", "sex", "age"), stock, {"unit": "persons"}),
            "census_population": (("district", "sex", "age"), counted, {"unit": "persons", **correction}),
            "standard_death_rate": (("sex", "age"), standard, {"unit": "1/year"}),
            **young_deaths(table),
            "life_expectancy": ((), float(table.ex[..., 0].mean()) if e0 is None else e0, {"unit": "years"}),
        },
        coords={
            "district": census["district"].to_numpy(),
            "sex": list(SEXES),
            "age": np.arange(OPEN_AGE + 1),
            **coords,
            "year": year,
        },
    )
    if apart is not None:
        base["life_expectancy_difference"] = ("district", apart, {"unit": "years"})
    moving = census
    if fixed_stock is not None:
        if earlier is not None:
            raise SchemaError("estimate_base: earlier and fixed_stock exclude each other. Let the census carry it.")
        base[FIXED] = given_stock(fixed_stock, base)
        moving = census_apart(census, base[FIXED])
    others = held_apart(base)
    pattern = age_pattern(schedules, year)
    base["fertility_pattern"] = ("age", pattern, {"unit": "1"})
    level = district_level(others["census_population"].transpose("district", "sex", "age").to_numpy(), pattern)
    base["fertility_level"] = ("district", level, {"unit": "1"})
    base = _with(base, _later_fertility(schedules, year, fertility_persistence))
    base = _with(base, _migration(moving, schedules, earlier, migration, others, ages))
    growth = None
    if "migration_deviation" in base:
        growth = growth_by_history(base["migration_deviation"].to_numpy(), stock, survival_ratios(table))
    base = _with(base, observed(census, base, observed_until, growth))
    base = _with(base, register(census, schedules, base))
    base = _with(base, residuals(held_apart(base), survival_ratios(table)))
    base = _with(base, total_fertility(census, held_apart(base)))
    places = settlement(
        census, base, observed_until, ceiling=urban_ceiling, concentration=centre_concentration
    )  # fmt: skip
    return described(_with(base, places))


def _later_fertility(schedules: xr.Dataset, year: int, persistence: float) -> xr.Dataset:
    if not 0 <= persistence <= 1:
        raise SchemaError(
            f"estimate_base: fertility_persistence={persistence:g} must lie between 0 and 1, a share left after a year."
        )
    return xr.Dataset(
        {
            "fertility_patterns": patterns_by_year(schedules, year),
            "fertility_persistence": ((), float(persistence), {"unit": "1"}),
        }
    )


def _migration(
    census: xr.Dataset,
    schedules: xr.Dataset,
    earlier: xr.Dataset | None,
    migration: Migration,
    base: xr.Dataset,
    ages: Ages,
) -> xr.Dataset:
    """Who migrates: learned rates, or a schedule of shares."""
    residents = base["population"].sum("district").transpose("sex", "age").to_numpy()
    if migration == "learned" or (migration is None and "learned_response" in schedules):
        if "learned_response" not in schedules:
            raise SchemaError(
                "estimate_base: migration='learned' needs schedules of migration, which the reference does not bring. "
                "Name them in its reference.toml, or use migration='rogers-castro'."
            )
        return learned_migration(census, schedules, earlier, residents, ages)
    between = None if earlier is None else census_survival(census, earlier, reference=schedules, ages=ages)
    return schedule_of(migration, between, residents)


def _with(base: xr.Dataset, part: xr.Dataset) -> xr.Dataset:
    return base.merge(part, compat="no_conflicts", join="exact")
