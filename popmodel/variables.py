"""The variables that travel between the stages: dims, unit and meaning of each, declared once."""

from collections.abc import Mapping
from typing import NamedTuple

import xarray as xr


class Variable(NamedTuple):
    """Declaration of one variable: its dims (after any leading scenario and draw), unit and meaning.

    `also` lists other dims under which it travels: a census by age group, a base without periods.
    """

    dims: tuple[str, ...]
    unit: str
    meaning: str
    also: tuple[tuple[str, ...], ...] = ()


VARIABLES: Mapping[str, Variable] = {
    "population": Variable(
        ("year", "district", "sex", "age"),
        "persons",
        "residents on 31 December",
        also=(
            ("district", "sex", "age_group"),
            ("district", "sex", "age"),
        ),
    ),
    "births": Variable(("period", "district", "sex"), "persons", "live births, by sex of the child"),
    "deaths": Variable(
        ("period", "district", "sex", "age"), "persons", "cohort deaths, by age reached at the end of the period"
    ),
    "net_migration": Variable(
        ("period", "district", "sex", "age"),
        "persons",
        "net migrants, by age at the move",
        also=(("unit", "sex", "survivor_age"),),
    ),
    "fertility_rate": Variable(("period", "district", "age"), "births per woman-year", "age-specific fertility rate"),
    "survival_ratio": Variable(("period", "district", "sex", "age"), "1", "share of a cohort surviving the period"),
    "sex_ratio_at_birth": Variable(("period", "district"), "males per female", "sex ratio at birth"),
    "total_fertility": Variable(("period",), "children_per_woman", "total fertility that the scenario uses"),
    "plan_total_fertility": Variable(
        ("period",), "children_per_woman", "total fertility of the scenario on the basis of the plan's"
    ),
    "life_expectancy": Variable(("period",), "years", "life expectancy at birth, both sexes", also=((),)),
    "urban_share": Variable(
        ("year", "district"), "1", "share of residents living in urban places", also=(("district",),)
    ),
    "centre_share": Variable(
        ("year", "district", "centre"),
        "1",
        "share of a district's residents in each centre",
        also=(("district", "centre"),),
    ),
    "registered_net_entries": Variable(("period",), "persons", "net transfers into the household register"),
    "registered_entries": Variable(("period", "entry_class"), "persons", "entries into the register by class"),
    "registered_departures": Variable(("period",), "persons", "departures from the register"),
    "registered_net_entries_by_age": Variable(
        ("period", "sex", "age"), "persons", "net transfers into the household register, by age at the entry"
    ),
    "registered_fertility_factor": Variable(("period",), "1", "fertility of the registered over that of the residents"),
    "registered_births": Variable(("period", "sex"), "persons", "live births entered into the register"),
    "registered_deaths": Variable(
        ("period", "sex", "age"), "persons", "cohort deaths of the registered, by age reached at the end of the period"
    ),
    "departure_rate": Variable(("period", "district", "sex", "age"), "1/year", "share who leave the area in the year"),
    "move_rate": Variable(
        ("period", "origin", "destination", "sex", "age"), "1/year", "share who move to another district in the year"
    ),
    "migration_adjustment": Variable(
        ("period", "district", "sex", "age"), "persons", "part of net_migration at the end of the year, by age reached"
    ),
    "fixed_stock": Variable(("district", "sex", "age"), "persons", "residents held apart from the cohort step"),
    "fixed_stock_exchange": Variable(
        ("period", "district", "sex", "age"), "persons", "part of net_migration that keeps the fixed stock as it is"
    ),
    "migrant_counts": Variable(("period", "district", "sex", "age"), "persons", "migrants given as counts, not rates"),
    # Of a census
    "unit_urban_share": Variable(("district",), "1", "urban share of the district's unit that compares"),
    "unit_urban_share_before": Variable(("district",), "1", "urban share of that unit at the census before"),
    "published_population": Variable(
        ("published_year", "area"), "persons", "published residents at the end of the year"
    ),
    "published_urban_share": Variable(("published_year", "area"), "1", "published urban share"),
    "published_urban_rounding": Variable(("published_year", "area"), "1", "half of its last printed digit"),
    "published_births": Variable(("published_period", "area"), "persons", "published live births"),
    "published_deaths": Variable(("published_period", "area"), "persons", "published deaths"),
    "published_birth_rate": Variable(("published_period", "area"), "1", "published births over the mean stock"),
    "published_death_rate": Variable(("published_period", "area"), "1", "published deaths over the mean stock"),
    "published_total_fertility": Variable(
        ("published_period", "area"),
        "children_per_woman",
        "total fertility as an office printed it",
        also=(("fertility_year",),),
    ),
    "published_life_expectancy": Variable(("published_period", "area"), "years", "published life expectancy at birth"),
    "published_registered_population": Variable(
        ("register_year", "area"), "persons", "published registered population"
    ),
    "earlier_population": Variable(
        ("earlier_unit", "sex", "earlier_age_group"), "persons", "residents of a unit at the census before"
    ),
    # Reference schedules
    "reference_births": Variable(("birth_year",), "persons", "births of the reference population"),
    "reference_death_rate": Variable(("reference_period", "sex", "reference_age"), "1/year", "death rates by age"),
    "reference_fertility": Variable(("pattern_year", "fertile_age"), "percent", "shares of ages in total fertility"),
    "reference_sex_ratio_at_birth": Variable(("driver_year",), "males per female", "sex ratio at birth"),
    "reference_life_expectancy": Variable(
        ("life_year", "sex"), "years", "life expectancy at birth of the reference population"
    ),
    "reference_total_fertility": Variable(
        ("total_fertility_year",), "children_per_woman", "total fertility of the reference population"
    ),
    "reference_total_fertility_bounds": Variable(
        ("total_fertility_bound_year", "quantile"), "children_per_woman", "median and bounds of its total fertility"
    ),
    "reference_life_expectancy_bounds": Variable(
        ("life_expectancy_bound_year", "quantile"), "years", "median and bounds of its life expectancy at birth"
    ),
    # Learned schedules of migration, ten-year log rates by the age reached
    "learned_response": Variable(("sex", "age_reached"), "1", "change of the log rate for the whole unit's"),
    "learned_moved": Variable(
        ("sex", "age_reached"), "1", "the same for people who move, without mortality at old ages"
    ),
    "learned_intercept": Variable(("sex", "age_reached"), "1", "log rate of a mean unit without net migration"),
    "learned_coefficient": Variable(
        ("migration_feature", "sex", "age_reached"), "1", "change of the log rate for a deviation of a feature"
    ),
    "learned_total": Variable((), "1", "log rate of the whole of a mean unit"),
    "learned_total_coefficient": Variable(
        ("migration_feature",), "1", "change of the whole unit's log rate for a deviation of a feature"
    ),
    "feature_mean": Variable(("feature_census", "migration_feature"), "1", "mean of a feature over the units learned"),
    "feature_deviation": Variable(
        ("feature_census", "migration_feature"), "1", "standard deviation of a feature over the units learned"
    ),
    "registered_response": Variable(
        ("sex", "register_age"), "1", "change of a cell's log residents per registered for the whole unit's"
    ),
    "error_component": Variable(
        ("component", "sex", "age_reached"), "1", "principal component of the errors in units left out"
    ),
    "error_deviation": Variable(("component",), "1", "standard deviation of a component's score"),
    "error_explained": Variable(("component",), "1", "share of the errors' variance that a component explains"),
    "error_correlation": Variable(("component",), "1", "correlation of a component's score within prefectures"),
    "error_variance": Variable(
        ("error_part",), "1", "variance of a cell's error: common to all, and to divide by residents"
    ),
    # Of a base
    "census_population": Variable(("district", "sex", "age"), "persons", "residents on the day of the census"),
    "standard_death_rate": Variable(("sex", "age"), "1/year", "death rates that the life tables are related to"),
    "infant_mortality": Variable((), "1", "probability of dying before the age of 1"),
    "under_5_mortality": Variable((), "1", "probability of dying before the age of 5"),
    "life_expectancy_difference": Variable(("district",), "years", "life expectancy of a district less the city's"),
    "fertility_pattern": Variable(("age",), "1", "shares of ages in total fertility"),
    "fertility_patterns": Variable(("pattern_year", "age"), "1", "shares of ages in total fertility by year"),
    "fertility_level": Variable(("district",), "1", "total fertility of a district over the city's"),
    "fertility_persistence": Variable((), "1", "share of a district's departure from the city left after a year"),
    "migration_schedule": Variable(("sex", "age"), "1", "distribution of net migrants"),
    "departure_schedule": Variable(("sex", "age"), "1", "relative rates of leaving"),
    "migration_share": Variable(("district",), "1", "share of a district in the city's net migration"),
    "migration_turnover": Variable(
        ("district", "sex", "age"), "1/year", "net migration rate at a total of zero for the district"
    ),
    "migration_response": Variable(("sex", "age"), "1", "change of a net migration rate for the whole district's"),
    "migration_deviation": Variable(
        ("district",), "1/year", "by how much a district's net migration rate is expected to exceed the city's"
    ),
    "migration_own_residual": Variable(
        ("district", "sex", "age"), "1/year", "what a district's own last decade had beyond the learned types"
    ),
    "migration_decade_rate": Variable(
        ("district",), "1/year", "net migration rate of a district between the two censuses"
    ),
    "migration_own_weight": Variable(("district",), "1", "weight of a district's own last decade in its turnover"),
    "migration_identifiability": Variable(
        ("district",), "1", "how well a district's own last decade tells who migrated"
    ),
    "migration_offset": Variable(("district",), "persons", "net migration of a district at a total of zero"),
    "migration_between_censuses": Variable(("sex", "survivor_age"), "persons", "net migrants between two censuses"),
    "migration_fitted": Variable(("sex", "survivor_age"), "persons", "the same under the fitted schedule"),
    "migration_fit_r_squared": Variable(("sex",), "1", "variance that the fitted schedule explains"),
    "migration_fit_parameters": Variable(("sex", "parameter"), "1", "parameters of the fitted schedule"),
    "observed_stock": Variable(("observed_year", "district"), "persons", "published residents, districts completed"),
    "observed_stock_published": Variable(
        ("observed_year", "district"), "1", "whether the stock of the district is published, not completed"
    ),
    "observed_births": Variable(("observed_year",), "persons", "published births of the city"),
    "observed_deaths": Variable(("observed_year",), "persons", "published deaths of the city"),
    "implied_total_fertility": Variable(
        ("observed_year",), "children_per_woman", "total fertility that closes the accounts on published births"
    ),
    "residual_migration": Variable(
        ("observed_year", "district"), "persons", "net migration that closes the accounts on published stocks"
    ),
    "modelled_deaths": Variable(("observed_year",), "persons", "deaths under the life table of the base year"),
    "death_factor": Variable(("observed_year",), "1", "published over modelled deaths"),
    "resident_births": Variable(("fertility_year",), "persons", "births of residents"),
    "resident_total_fertility": Variable(
        ("fertility_year",), "children_per_woman", "births of residents over the women of the census"
    ),
    "registered_population": Variable(
        ("year", "sex", "age"),
        "persons",
        "persons in the household register on 31 December; of a base, the published totals",
        also=(("register_year",),),
    ),
    "observed_urban_share": Variable(("urban_year", "district"), "1", "urban shares of the census and published later"),
    "urban_growth_difference": Variable(("district",), "1/year", "growth of urban less that of rural residents"),
    "urban_ceiling": Variable((), "1", "upper limit of the urban share of a district"),
    "completed_urban_share": Variable(
        ("urban_year", "district"), "1", "urban shares, completed where none is published and held to the city's"
    ),
    "urban_difference": Variable(("urban_year",), "1", "published urban share of the city less the districts' mean"),
    "centre_share_of_urban": Variable(("district", "centre"), "1", "share of urban residents who live in each centre"),
    "centre_share_of_rural": Variable(("district", "centre"), "1", "share of rural residents who live in each centre"),
    "centre_share_least": Variable(("district", "centre"), "1", "least that the share in a centre can be"),
    "centre_share_most": Variable(("district", "centre"), "1", "most that the share in a centre can be"),
    # Of rates, projections and the residual between censuses
    "registered_start": Variable(("sex", "age"), "persons", "registered population at the start"),
    "register_pool": Variable(("sex", "age"), "1", "ages of those who live here and are registered elsewhere"),
    "entry_first_age": Variable(("entry_rule",), "years", "first age at which people may enter the register"),
    "entry_last_age": Variable(("entry_rule",), "years", "last age at which people may enter the register"),
    "entry_per_principal": Variable(("entry_rule",), "1", "how many enter for one principal"),
    "register_entry_ages": Variable(
        ("register_class", "sex", "age"), "1", "ages at which each class of the rules enters the register"
    ),
    "counted": Variable(("unit", "sex", "survivor_age"), "persons", "residents counted at the later census"),
    "expected": Variable(("unit", "sex", "survivor_age"), "persons", "survivors of the earlier census"),
    "net_share": Variable(("unit",), "1", "net migration over the sum of the sizes of its parts"),
}
"""The variables that travel between stages, declared once."""

CF_UNITS: Mapping[str, str] = {
    "percent": "percent",
    "per_mille": "1e-3",
    "per_100k": "1e-5",
    "years": "year",
    "1/year": "year-1",
    "births per woman-year": "year-1",
    "10k_persons": "1e4",
    "males_per_100_females": "percent",
    "km": "km",
    "km2": "km2",
    "persons_per_km2": "km-2",
}
"""Units as the CF conventions write them (UDUNITS), by the package's own; counts and what is not listed are `1`."""


def described(data: xr.Dataset) -> xr.Dataset:
    """Return a Dataset whose declared variables carry `units` and `long_name` of the CF conventions beside `unit`.

    `unit` is the package's own word, a key of `schema.UNITS` where tables and indicators use it; `units` says the same
    to other programs.
    """
    out = data.copy()
    for name in out.data_vars:
        if name in VARIABLES:
            declared = VARIABLES[str(name)]
            more = {"units": CF_UNITS.get(declared.unit, "1"), "long_name": declared.meaning}
            out.variables[name].attrs.update(more)
    return out
