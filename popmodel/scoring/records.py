"""Targets, observations and projections as plain records in the target's unit: what the rating reads."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.schema import UNITS, SchemaError, convert, named, rows

LEVELS = ("reach", "above", "at_least", "below", "at_most", "about", "within")
"""Operators that compare one value with printed numbers."""
NO_LEVEL = ("cumulative", "rising", "keep", "relative", "qualitative")
OPERATORS = (*LEVELS, *NO_LEVEL)
_NUMBER = ("reach", "above", "at_least", "below", "at_most", "about", "cumulative")


class Goal(NamedTuple):
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


class Line(NamedTuple):
    """All that is known of one indicator in one scenario: year → point, observed and projected."""

    observed: Mapping[int, Point]
    projected: Mapping[int, Point]
    assumed: bool = False


class Projection(NamedTuple):
    """One indicator of the projection for the plan's area; `draws` is (scenario, draw, year) or `None`."""

    unit: str
    assumed: bool
    years: list[int]
    median: np.ndarray
    draws: np.ndarray | None


def goals_of(targets: pd.DataFrame) -> list[Goal]:
    """Return the rows of a table of targets as records.

    Raises
    ------
    SchemaError
        If a column lacks, an operator or unit is unknown, or a number that the operator needs is NaN.
    """
    held = [name for name in Goal._fields if name in targets.columns]
    lacking = [name for name in Goal._fields if name not in held and name not in Goal._field_defaults]
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
    return [_goal(Goal(**dict(zip(held, cells, strict=True)))) for cells in zip(*columns, strict=True)]


def _goal(raw: Goal) -> Goal:
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
    "name_zh",
    "name_en",
    "better",
    "text",
    "base_text",
    "reference",
    "version",
    "source",
    "section",
    "place",
    "departments",
)


def as_known(observed: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Return the observations that an evaluation of `year`, made in the year after, could use.

    Parameters
    ----------
    observed : pandas.DataFrame
        As returned by `read_observed`.
    year : int
        The year evaluated.

    Returns
    -------
    pandas.DataFrame
        One row an indicator, area and year: of `year` or before, published by the end of `year` + 1. Of two sources
        the chosen one, or, if that was not published yet, the one published last.

    Raises
    ------
    SchemaError
        If a column lacks, or two sources remain of which neither is chosen nor published later.

    Examples
    --------
    >>> int(pm.as_known(ev.observed, year=2021)["year"].max())
    2021
    """
    needed = (
        "indicator",
        "area",
        "year",
        "value",
        "unit",
        "decimals",
        "basis",
        "status",
        "published",
        "publication",
        "chosen",
    )
    lacking = [name for name in needed if name not in observed.columns]
    if lacking:
        raise SchemaError(f"observed has no column {', '.join(lacking)}. Read it with read_observed().")
    empty = observed[observed["value"].isna()]
    if len(empty):
        raise SchemaError(f"observed: {rows(empty, ('indicator', 'area', 'year'))}: value is NaN. Delete the row.")
    published = observed["published"].str.slice(0, 4).astype(int)
    known = observed[(observed["year"] <= year) & (published <= year + 1)]
    key = ["indicator", "area", "year"]
    if known.duplicated(key).any():
        ranked = known.assign(first=known["chosen"].eq("yes")).sort_values(["first", "published"], kind="stable")
        tied = ranked[ranked.duplicated([*key, "first", "published"], keep=False)]
        last = ranked.drop_duplicates(key, keep="last")
        open_ = last[last.index.isin(tied.index)]
        if len(open_):
            raise SchemaError(
                f"observed: {rows(open_, (*key, 'publication'))}: another source gives the same year, published at the "
                "same time, and none is chosen. Write yes in column chosen of one."
            )
        known = known.loc[known.index.isin(last.index)]
    return known


def area_of(observed: pd.DataFrame | None, projected: xr.Dataset | None) -> str:
    """Return the code of the plan's area: the first of the projection, else the first of the observations.

    Raises
    ------
    SchemaError
        If neither is given, or the observations know nothing of the projection's area.
    """
    if projected is not None:
        if "area" not in projected.dims or "scenario" not in projected.dims:
            raise SchemaError(
                f"projected has dims {tuple(projected.dims)}, but needs scenario, year, area. Use measure()."
            )
        area = str(projected["area"].to_numpy()[0])
        if observed is not None and len(observed) and area not in set(observed["area"]):
            raise SchemaError(
                f"observed has no row of area {area}, the first of the projection; it holds "
                f"{named(sorted(set(observed['area'])))}. Give observations of the same place."
            )
        return area
    if observed is None:
        raise SchemaError("neither observed nor projected is given. Give at least one.")
    return str(observed["area"].iloc[0]) if len(observed) else ""


def observations(known: pd.DataFrame, area: str) -> dict[str, list[tuple[int, Point]]]:
    """Return indicator → (year, point as published) of `area`; an indicator of one other area alone counts too.

    The second part is for reference series, such as the province's average.
    """
    out: dict[str, list[tuple[int, Point]]] = {}
    here = set(known.loc[known["area"] == area, "indicator"])
    use = known[(known["area"] == area) | ~known["indicator"].isin(list(here))]
    several = use.groupby("indicator")["area"].nunique()
    single = set(several[several == 1].index)
    names = ("indicator", "year", "value", "decimals", "status", "basis", "published", "publication", "unit")
    for name, year, value, digits, status, *rest in zip(*(use[n].tolist() for n in names), strict=True):
        if name in single:
            basis, published, publication, unit = (str(cell) for cell in rest)
            word = "observed" if status == "source" else str(status)
            point = Point(float(value), int(digits), word, basis, published, publication, unit)
            out.setdefault(str(name), []).append((int(year), point))
    return out


def projections(projected: xr.Dataset, indicators: set[str]) -> dict[str, Projection]:
    """Return the indicators that the projection holds, for its first area.

    Raises
    ------
    SchemaError
        If a variable names no unit.
    """
    out = {}
    for name in projected.data_vars:
        if name not in indicators:
            continue
        values = projected[name].isel(area=0)
        if "unit" not in values.attrs:
            raise SchemaError(f"projected: {name} has no attribute unit. Set one of: {', '.join(UNITS)}.")
        years = [int(year) for year in values["year"].to_numpy()]
        draws = None
        if "draw" in values.dims:
            draws = values.transpose("scenario", "draw", "year").to_numpy()
            median = np.median(draws, axis=1)
        else:
            median = values.transpose("scenario", "year").to_numpy()
        attrs = values.attrs
        out[str(name)] = Projection(
            str(attrs["unit"]),
            bool(attrs.get("assumption", False)),
            years,
            median,
            draws,
        )
    return out


def in_unit(point: Point, to: str, *, what: str) -> Point:
    """Express a point in another unit; the printed digits move along."""
    if point.unit == to:
        return point
    value = float(convert(point.value, point.unit, to, what=what))
    moved = point.decimals + round(math.log10(UNITS[to].factor / UNITS[point.unit].factor))
    return point._replace(value=float(f"{value:.12g}"), decimals=max(0, moved), unit=to)
