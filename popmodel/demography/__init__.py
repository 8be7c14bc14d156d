"""The trade: age groups, life tables, fertility, migration, settlement, the register; pure functions of arrays."""

from popmodel.demography.ages import cohort_pattern, graduate
from popmodel.demography.fertility import (
    extended_total_fertility,
    fertility_pattern,
    fertility_schedule,
    implied_total_fertility,
)
from popmodel.demography.lifetable import (
    LifeTable,
    interpolate_death_rates,
    life_table,
    period_deaths,
    relational_table,
    separation_factors,
    survival_ratios,
)
from popmodel.demography.migration import RogersCastro, close_accounts, migration_schedule, migration_share
from popmodel.demography.registered import entries_to_reach, project_registered
from popmodel.demography.settlement import centre_share, urban_growth_difference, urban_share
from popmodel.demography.trend import extrapolate

__all__ = [
    "LifeTable",
    "RogersCastro",
    "centre_share",
    "close_accounts",
    "cohort_pattern",
    "entries_to_reach",
    "extended_total_fertility",
    "extrapolate",
    "fertility_pattern",
    "fertility_schedule",
    "graduate",
    "implied_total_fertility",
    "interpolate_death_rates",
    "life_table",
    "migration_schedule",
    "migration_share",
    "period_deaths",
    "project_registered",
    "relational_table",
    "separation_factors",
    "survival_ratios",
    "urban_growth_difference",
    "urban_share",
]
