"""Observations as the charts draw them: runs of one statistical basis, in the unit of the chart."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.plots.data import pick
from popmodel.plots.style import decimals_of, number
from popmodel.plots.words import in_unit
from popmodel.schema import SchemaError, named


class History(NamedTuple):
    """Observations of one statistical basis, in the unit of the chart."""

    basis: str
    year: np.ndarray
    value: np.ndarray
    derived: np.ndarray
    decimals: np.ndarray


def area_of(
    observed: pd.DataFrame | None, projected: xr.Dataset | None, indicator: str, area: str | None
) -> str | None:
    """Return the area to draw: the one named, else the first of the projection, else the only one observed."""
    if projected is not None:
        codes = [str(code) for code in projected["area"].to_numpy()]
        if area is not None:
            pick(codes, area, dim="area", what="projected")
        return area if area is not None else codes[0]
    if observed is None or area is not None:
        return area
    found = observed.loc[observed["indicator"] == indicator, "area"].unique()
    if len(found) > 1:
        raise SchemaError(f"observed holds {indicator} of {named(found)}. Name one (area=...).")
    return str(found[0]) if len(found) else None


def runs(
    observed: pd.DataFrame | None, indicator: str, area: str | None, unit: str
) -> tuple[list[History], History | None]:
    """Split observations into runs of one basis; values of a second source stand apart."""
    if observed is None:
        return [], None
    rows = observed[(observed["indicator"] == indicator) & (observed["area"].astype(str) == area)].sort_values("year")
    if rows.empty:
        return [], None
    values, digits = [], []
    for value, of, decimals in zip(rows["value"], rows["unit"], rows["decimals"], strict=True):
        values.append(float(in_unit(np.array(value), str(of), unit, what=f"observed {indicator}")))
        same = str(of) == unit and pd.notna(decimals)
        digits.append(int(decimals) if same else decimals_of(values[-1]))
    rows = rows.assign(value=values, printed=digits)
    twice = rows.duplicated("year", keep=False) & (rows["chosen"] != "yes")
    twice &= rows["year"].isin(rows.loc[rows["chosen"] == "yes", "year"])
    main, rest = rows[~twice], rows[twice]
    run = (main["basis"] != main["basis"].shift()).cumsum()
    return [_as_history(part) for _, part in main.groupby(run)], _as_history(rest) if len(rest) else None


def _as_history(rows: pd.DataFrame) -> History:
    return History(
        str(rows["basis"].iloc[0]),
        rows["year"].to_numpy(int),
        rows["value"].to_numpy(float),
        (rows["status"] != "source").to_numpy(bool),
        rows["printed"].to_numpy(int),
    )


def projected_digits(goals: pd.DataFrame, lines: xr.DataArray | None, unit: str) -> int:
    """Return how many decimals to print of a projected value: the target's, else the indicator's own."""
    printed = goals["decimals"].dropna()
    if len(printed):
        return int(printed.max())
    return int(lines.attrs.get("decimals", 1)) if lines is not None and lines.attrs.get("unit") == unit else 1


def cumulate(seen: list[History], start: int) -> tuple[list[History], int | None, dict[int, str]]:
    """Add up yearly flows from `start`.

    Stops at the first year without a flow; where later ones are published, that year and they, as printed, are
    returned too.
    """
    flows = {int(row[0]): row[1:] for part in seen for row in zip(*part[1:], strict=True)}
    end = start
    while end in flows:
        end += 1
    later = {year: number(float(flows[year][0]), int(flows[year][2])) for year in sorted(flows) if year > end}
    years = list(range(start, end))
    if not years:
        return [], end if later else None, later
    total = np.cumsum([flows[year][0] for year in years])
    derived = np.logical_or.accumulate([flows[year][1] for year in years])
    digits = np.maximum.accumulate([flows[year][2] for year in years])
    return [History("cumulated", np.array(years), total, derived, digits)], end if later else None, later
