"""Values with a `draw` dim as the verbs take them: enough of them, of one city, in one unit, none missing."""

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.schema import SchemaError, convert, named, near

FEWEST, FEWEST_TAILS, TAILS = 400, 1000, 95.0
"""Draws without which nothing is said, and without which no interval of `TAILS` percent or more is."""
OBSERVED_UNTIL = "observed_until"
"""Attribute of drawn values: the last year whose published stocks every draw meets."""


def enough(draws: int, *, level: float = 0.0, what: str) -> None:
    """Check that there are draws enough.

    Raises
    ------
    SchemaError
        If there are fewer than 400, or fewer than 1,000 for an interval of 95 % or more.
    """
    least = FEWEST_TAILS if level >= TAILS else FEWEST
    if draws < least:
        tails = f" for an interval of {level:g} %" if level >= TAILS else ""
        raise SchemaError(
            f"{what}: {draws} draws are too few{tails}; {least} are the least. Draw more: draws= in Python, --draws "
            "on the command line."
        )


def drawn_values(values: xr.Dataset, *, what: str, level: float = 0.0) -> xr.Dataset:
    """Return values over (draw, year, area), checked; a scenario dim of length one is dropped.

    Raises
    ------
    SchemaError
        If there is no `draw` dim, there are too few draws or several scenarios.
    """
    if "draw" not in values.dims:
        raise SchemaError(
            f"{what}: values have dims {named(values.dims)} but no draw. Pass what project_indicators() gives."
        )
    enough(values.sizes["draw"], level=level, what=what)
    if "scenario" not in values.dims:
        return values
    names = [str(name) for name in values["scenario"].to_numpy()]
    if len(names) != 1:
        raise SchemaError(f"{what}: values hold the scenarios {named(names)}. Choose one (values.sel(scenario=…)).")
    return values.isel(scenario=0)


def of_city(values: xr.Dataset, *, area: str | None = None, what: str) -> xr.Dataset:
    """Return the values of one area, the city if none is named.

    Raises
    ------
    SchemaError
        If the area is not there.
    """
    if "area" not in values.dims:
        return values
    codes = [str(code) for code in values["area"].to_numpy()]
    code = str(values.attrs.get("city", codes[0])) if area is None else area
    if code not in codes:
        raise SchemaError(f"{what}: area {code!r} is not there; values hold {named(codes)}.{near(code, codes)}")
    return values.sel(area=code)


def draws_of(values: xr.Dataset, indicator: str, unit: str, *, what: str) -> npt.NDArray[np.float64]:
    """Return one indicator of one area as (draw, year) in a unit.

    Raises
    ------
    SchemaError
        If it bears no unit, or lacks a value in some draws only.
    """
    one = values[indicator]
    if "unit" not in one.attrs:
        raise SchemaError(f"{what}: {indicator} has no attribute unit. Pass what project_indicators() gives.")
    cube = np.asarray(one.transpose("draw", "year").to_numpy(), dtype=float)
    lacks = ~np.isfinite(cube)
    odd = lacks.any(axis=0) & ~lacks.all(axis=0)
    if odd.any():
        at = int(np.flatnonzero(odd)[0])
        draws = values["draw"].to_numpy()[lacks[:, at]] if "draw" in values.coords else np.flatnonzero(lacks[:, at])
        year = int(values["year"].to_numpy()[at])
        raise SchemaError(
            f"{what}: {indicator} {year} is missing in {lacks[:, at].sum()} of {len(cube)} draws ({named(draws)}). A "
            "value is there in every draw or in none. Repair the draws."
        )
    return np.asarray(convert(cube, str(one.attrs["unit"]), unit, what=indicator), dtype=float)


def years_of(values: xr.Dataset) -> list[int]:
    """Return the years of values."""
    return [int(year) for year in values["year"].to_numpy()]


def observed_until(values: xr.Dataset) -> int | None:
    """Return the last year whose published stocks every draw meets, or None where the values do not say."""
    told = values.attrs.get(OBSERVED_UNTIL)
    return None if told is None else int(told)
