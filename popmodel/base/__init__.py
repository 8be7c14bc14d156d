"""From a census to the base of a projection, and what can be checked on the way."""

from .estimate import estimate_base
from .fixed import fixed_stock_of
from .migration import NATURAL_SEX_RATIO, census_survival
from .mortality import calibrate_mortality, life_expectancy_path
from .quality import census_quality, correct_undercount
from .schedules import estimate_migration_schedules, migration_schedule_of
from .settlement import settlement_check
from .units import base_of_units

__all__ = [
    "NATURAL_SEX_RATIO",
    "base_of_units",
    "calibrate_mortality",
    "census_quality",
    "census_survival",
    "correct_undercount",
    "estimate_base",
    "estimate_migration_schedules",
    "fixed_stock_of",
    "life_expectancy_path",
    "migration_schedule_of",
    "settlement_check",
]
