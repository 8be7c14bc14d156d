"""The answer of every method, and the checks on what is asked."""

import math
from typing import NamedTuple

from popmodel.schema import SchemaError

HIGHER, LOWER = "higher", "lower"


class Rating(NamedTuple):
    """What a method says: its figure (NaN if it has none) and its label."""

    figure: float
    label: str


def direction(better: str) -> int:
    """Return +1 if more is better, −1 if less is.

    Raises
    ------
    SchemaError
        If `better` is neither `higher` nor `lower`.
    """
    if better not in (HIGHER, LOWER):
        raise SchemaError(f"better={better!r} is not known. Use 'higher' or 'lower'.")
    return 1 if better == HIGHER else -1


def check_years(base_year: int, year: int, target_year: int | None) -> None:
    """Check that the base is not after the year of the value nor at or after the milestone.

    Raises
    ------
    SchemaError
        If the order of the years is broken.
    """
    if year < base_year:
        raise SchemaError(f"year {year} is before base_year {base_year}. Give a year after the base.")
    if target_year is not None and target_year <= base_year:
        raise SchemaError(f"target_year {target_year} is not after base_year {base_year}. Correct one of the two.")


def check_finite(**numbers: float) -> None:
    """Check that each number is there.

    Raises
    ------
    SchemaError
        Naming the first that is NaN or infinite.
    """
    for name, number in numbers.items():
        if not math.isfinite(number):
            raise SchemaError(f"{name} is {number}; a finite number is needed. Leave out what is not known.")


def reached(value: float, target: float, sign: int) -> bool:
    """Tell whether `value` is on or past `target` in the direction `sign`, whatever the last bit says."""
    return sign * (value - target) >= 0 or math.isclose(value, target, rel_tol=1e-12, abs_tol=0.0)
