"""A city's folder: checked cell by cell, or made empty."""

from popmodel.checking.city import check_city
from popmodel.checking.empty import empty_city

__all__ = ["check_city", "empty_city"]
