"""What every method is asked and what it answers, and the checks on what is asked."""

import math
from typing import NamedTuple

from popmodel.schema import SchemaError

HIGHER, LOWER = "higher", "lower"


class Rating(NamedTuple):
    """What a method says: its figure (NaN if it has none) and its label."""

    figure: float
    label: str


class Progress(NamedTuple):
    """What every method that looks at two values and a target is asked.

    Parameters
    ----------
    base, value : float
        At `base_year` and `year`, in one unit.
    target : float or None
        At `target_year`, in the same unit; `None` where only a direction is wanted.
    base_year, year : int
        Years of the two values.
    target_year : int or None
        Year of the target.
    better : {"higher", "lower"}
        Direction of improvement.
    """

    base: float
    value: float
    target: float | None
    base_year: int
    year: int
    target_year: int | None
    better: str = HIGHER


def checked(asked: Progress, *, needed: bool = False) -> tuple[int, float]:
    """Return the sign of improvement and the target (NaN where there is none, unless it is `needed`).

    Raises
    ------
    SchemaError
        If the years are out of order, a number is missing or `better` is unknown.
    """
    sign = direction(asked.better)
    check_years(asked.base_year, asked.year, asked.target_year)
    check_finite(base=asked.base, value=asked.value)
    if asked.target is None or asked.target_year is None:
        if needed:
            raise SchemaError("target or target_year is not given; this method needs both. Give them.")
        return sign, math.nan
    check_finite(target=asked.target)
    return sign, asked.target


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


def there(asked: Progress, target: float, sign: int) -> bool:
    """Tell whether the value, of a year after the base, is on or past the target."""
    return asked.year > asked.base_year and reached(asked.value, target, sign)


def twelve(figure: float) -> float:
    """Drop the last bits, so that a figure of exactly a cut is not sent below it by arithmetic."""
    return float(f"{figure:.12g}")


NOT_AVAILABLE = "not_available"


def classed(figure: float, cuts: tuple[float, ...], labels: tuple[str, ...]) -> str:
    """Return the label of the first cut that the figure reaches, the last label below all; NaN is not available."""
    if math.isnan(figure):
        return NOT_AVAILABLE
    for cut, label in zip(cuts, labels, strict=False):
        if twelve(figure) >= cut:
            return label
    return labels[-1]
