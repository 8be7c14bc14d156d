"""Targets, and the values beside them, as plain records: what the rating reads."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from popmodel.schema import UNITS, SchemaError, convert, rows

LEVELS = ("reach", "above", "at_least", "below", "at_most", "about", "within")
"""Operators that compare one value with printed numbers."""
NO_LEVEL = ("cumulative", "rising", "keep", "relative", "qualitative")
OPERATORS = (*LEVELS, *NO_LEVEL)
_NUMBER = ("reach", "above", "at_least", "below", "at_most", "about", "cumulative")


class Target(NamedTuple):
    """One row of the targets; numbers that the plan does not print are NaN, years `None`."""

    indicator: str
    number: int | None
    name_zh: str
    name_en: str
    year: int
    operator: str
    value: float
    lower: float
    upper: float
    unit: str
    tolerance: float
    decimals: int
    better: str
    text: str
    base_year: int | None
    base_value: float
    base_text: str
    start_year: int | None
    reference: str
    version: str
    source: str
    section: str = ""
    place: str = ""
    departments: str = ""


class Point(NamedTuple):
    """A value, mostly in the target's unit, with the digits printed after its point and where it comes from."""

    value: float
    decimals: int
    status: str
    basis: str = ""
    published: str = ""
    publication: str = ""
    unit: str = ""
    confidence: str = ""


class Line(NamedTuple):
    """All that is known of one indicator in one scenario: year → point, observed and projected."""

    observed: Mapping[int, Point]
    projected: Mapping[int, Point]
    assumed: bool = False


def targets_of(targets: pd.DataFrame) -> list[Target]:
    """Return the rows of a table of targets as records.

    Raises
    ------
    SchemaError
        If a column lacks, an operator or unit is unknown, or a number that the operator needs is NaN.
    """
    held = [name for name in Target._fields if name in targets.columns]
    lacking = [name for name in Target._fields if name not in held and name not in Target._field_defaults]
    if lacking:
        raise SchemaError(f"targets have no column {', '.join(lacking)}. Read them with read_targets().")
    unknown = targets[~targets["operator"].isin(OPERATORS)]
    if len(unknown):
        raise SchemaError(
            f"targets: {rows(unknown, ('indicator', 'year', 'operator'))}: unknown operator. "
            f"Use one of: {', '.join(OPERATORS)}."
        )
    foreign = targets[~targets["unit"].isin(list(UNITS))]
    if len(foreign):
        raise SchemaError(
            f"targets: {rows(foreign, ('indicator', 'unit'))}: unknown unit. Use one of: {', '.join(UNITS)}."
        )
    empty = targets[targets["operator"].isin(_NUMBER) & targets["value"].isna()]
    if len(empty):
        raise SchemaError(f"targets: {rows(empty, ('indicator', 'year', 'operator'))}: value is NaN. Give the number.")
    key = [name for name in ("indicator", "year", "version", "section", "place") if name in held]
    twice = targets[targets.duplicated(key, keep=False)]
    if len(twice):
        raise SchemaError(
            f"targets: {rows(twice, ('indicator', 'year', 'version'))} stand twice. Keep one, or give each its version."
        )
    columns = [targets[name].tolist() for name in held]
    return [_target(Target(**dict(zip(held, cells, strict=True)))) for cells in zip(*columns, strict=True)]


def _target(raw: Target) -> Target:
    def whole(cell: object) -> int | None:
        return None if pd.isna(cell) else int(cell)  # type: ignore[call-overload]

    def number(cell: float) -> float:
        return math.nan if pd.isna(cell) else float(cell)

    return raw._replace(
        number=whole(raw.number),
        year=int(raw.year),
        value=number(raw.value),
        lower=number(raw.lower),
        upper=number(raw.upper),
        tolerance=number(raw.tolerance),
        decimals=whole(raw.decimals) or 0,
        base_year=whole(raw.base_year),
        base_value=number(raw.base_value),
        start_year=whole(raw.start_year),
        **{name: "" if pd.isna(getattr(raw, name)) else str(getattr(raw, name)) for name in _TEXTS},
    )


_TEXTS = (
    "name_zh", "name_en", "better", "text", "base_text", "reference", "version", "source", "section", "place",
    "departments",
)  # fmt: skip


def in_unit(point: Point, to: str, *, what: str) -> Point:
    """Express a point in another unit; the printed digits move along."""
    if point.unit == to:
        return point
    value = float(convert(point.value, point.unit, to, what=what))
    moved = point.decimals + round(math.log10(UNITS[to].factor / UNITS[point.unit].factor))
    return point._replace(value=float(f"{value:.12g}"), decimals=max(0, moved), unit=to)
