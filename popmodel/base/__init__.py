"""From a census to the base of a projection, and what can be checked on the way."""

from .estimate import estimate_base
from .migration import NATURAL_SEX_RATIO, census_survival
from .mortality import calibrate_mortality
from .quality import census_quality, correct_undercount
from .settlement import settlement_check

__all__ = [
    "NATURAL_SEX_RATIO",
    "calibrate_mortality",
    "census_quality",
    "census_survival",
    "correct_undercount",
    "estimate_base",
    "settlement_check",
]
