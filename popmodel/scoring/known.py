"""What was known when: observations and projections of the plan's area, as points by year."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.schema import UNITS, SchemaError, convert, named, near, rows
from popmodel.scoring.operators import share_holding
from popmodel.scoring.records import Line, Point, Target, in_unit


class Projection(NamedTuple):
    """One indicator of the projection for the plan's area; `draws` is (scenario, draw, year) or `None`."""

    unit: str
    assumed: bool
    years: list[int]
    median: np.ndarray
    draws: np.ndarray | None


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
        # Counted anew: the index of tables put one below the other names several rows by one number.
        ranked = known.assign(first=known["chosen"].eq("yes")).reset_index(drop=True)
        ranked = ranked.sort_values(["first", "published"], kind="stable")
        tied = ranked[ranked.duplicated([*key, "first", "published"], keep=False)]
        last = ranked.drop_duplicates(key, keep="last")
        open_ = last[last.index.isin(tied.index)]
        if len(open_):
            raise SchemaError(
                f"observed: {rows(open_, (*key, 'publication'))}: another source gives the same year, published at the "
                "same time, and none is chosen. Write yes in column chosen of one."
            )
        known = known.iloc[sorted(last.index)]
    return known


def area_of(
    observed: pd.DataFrame | None, projected: xr.Dataset | None, indicators: Iterable[str], area: str | None = None
) -> str:
    """Return the code of the plan's area, whatever the order of areas and rows.

    That is `area`, else the projection's city, else the one area that there is, else the area of which most of the
    plan's indicators are observed.

    Raises
    ------
    SchemaError
        If neither table is given, one of them lacks the area, or the choice between several is open.
    """
    places = _places(observed, projected)
    if area is None:
        area = _chosen(observed, projected, indicators)
    for what, known in places.items():
        if known and area not in known:
            raise SchemaError(
                f"{what} has no row of area {area}; it holds {named(sorted(known))}. "
                f"Give values of the plan's area, or name another with area=.{near(area, known)}"
            )
    return area


def _places(observed: pd.DataFrame | None, projected: xr.Dataset | None) -> dict[str, set[str]]:
    """Return the areas of each table that is given."""
    out = {}
    if projected is not None:
        if "area" not in projected.dims or "scenario" not in projected.dims:
            raise SchemaError(
                f"projected has dims {tuple(projected.dims)}, but needs scenario, year, area. Use measure()."
            )
        out["projected"] = {str(code) for code in projected["area"].to_numpy()}
    if observed is not None:
        out["observed"] = set(observed["area"].astype(str))
    if not out:
        raise SchemaError("neither observed nor projected is given. Give at least one.")
    return out


def _chosen(observed: pd.DataFrame | None, projected: xr.Dataset | None, indicators: Iterable[str]) -> str:
    if projected is not None:
        codes = [str(code) for code in projected["area"].to_numpy()]
        city = str(projected.attrs.get("city", ""))
        if city in codes or len(codes) == 1:
            return city if city in codes else codes[0]
    if observed is None or not len(observed):
        if projected is None:
            return ""
        raise SchemaError(
            f"projected holds the areas {named(codes)}, and no city is named. Name the plan's with area=."
        )
    here = observed[observed["indicator"].isin(list(indicators))]
    counts = (here if len(here) else observed).groupby("area")["indicator"].nunique()
    most = sorted(str(code) for code in counts[counts == counts.max()].index)
    if len(most) > 1:
        raise SchemaError(f"observed holds {named(most)} alike. Name the plan's area with area=.")
    return most[0]


def observations(known: pd.DataFrame, area: str) -> dict[str, list[tuple[int, Point]]]:
    """Return indicator → (year, point as published) of `area`; an indicator of one other area alone counts too.

    The second part is for reference series, such as the province's average.
    """
    out: dict[str, list[tuple[int, Point]]] = {}
    here = set(known.loc[known["area"] == area, "indicator"])
    use = known[(known["area"] == area) | ~known["indicator"].isin(list(here))]
    several = use.groupby("indicator")["area"].nunique()
    single = set(several[several == 1].index)
    names = (
        "indicator",
        "year",
        "value",
        "decimals",
        "status",
        "basis",
        "published",
        "publication",
        "unit",
        "confidence",
    )
    use = use if "confidence" in use else use.assign(confidence="")
    for name, year, value, digits, status, *rest in zip(*(use[n].tolist() for n in names), strict=True):
        if name in single:
            basis, published, publication, unit, sure = (str(cell) for cell in rest)
            word = "observed" if status == "source" else str(status)
            point = Point(float(value), int(digits), word, basis, published, publication, unit, sure)
            out.setdefault(str(name), []).append((int(year), point))
    return out


def projections(projected: xr.Dataset, indicators: set[str], area: str) -> dict[str, Projection]:
    """Return the indicators that the projection holds, for one area.

    Raises
    ------
    SchemaError
        If a variable names no unit.
    """
    out = {}
    for name in projected.data_vars:
        if name not in indicators:
            continue
        values = projected[name].sel(area=area)
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


def points_of(indicator: str, unit: str, known: dict[str, list[tuple[int, Point]]]) -> dict[int, Point]:
    """Return the observed points of an indicator in a unit."""
    return {year: in_unit(point, unit, what=f"observed {indicator} {year}") for year, point in known.get(indicator, [])}


def reference_of(target: Target, known: dict[str, list[tuple[int, Point]]]) -> Line | None:
    """Return the series that a target names to compare with; ranks stay ranks."""
    points = known.get(target.reference, []) if target.reference else []
    if not points:
        return None
    ranks = all(point.unit == "rank" for _, point in points)
    return Line(points_of(target.reference, "rank" if ranks else target.unit, known), {})


def projected_points(view: Projection, target: Target, order: int) -> dict[int, Point]:
    """Return the projected points in the target's unit, to be read at the precision that the target declares."""
    factor = float(convert(1.0, view.unit, target.unit, what=f"projected {target.indicator}"))
    return {
        year: Point(float(f"{value * factor:.12g}"), target.decimals, "projected", unit=target.unit)
        for year, value in zip(view.years, view.median[order].tolist(), strict=True)
        if not math.isnan(value)
    }


def probability_of(view: Projection | None, target: Target, order: int) -> float:
    """Return the share of draws that meet the target at its milestone; NaN without draws."""
    if view is None or view.draws is None or target.year not in view.years:
        return math.nan
    factor = float(convert(1.0, view.unit, target.unit, what=f"projected {target.indicator}"))
    return share_holding(target, view.draws[order, :, view.years.index(target.year)] * factor, target.decimals)
