"""The fan of a forecast: central intervals over the draws, as bands behind a chart by year."""

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from popmodel.plots import style
from popmodel.plots.data import unit_of
from popmodel.plots.words import in_unit, say
from popmodel.schema import SchemaError, named

COLOUR = "#6a7f8c"
"""Neutral: a forecast is no scenario, and has the colour of none."""
STRENGTHS = (0.18, 0.32, 0.5)


def bands_of(quantiles: np.ndarray) -> list[tuple[float, float, float]]:
    """Return level, lower and upper quantile [percent] of the central intervals, the widest first.

    Examples
    --------
    >>> bands_of(np.array([10.0, 25.0, 50.0, 75.0, 90.0]))
    [(80.0, 10.0, 90.0), (50.0, 25.0, 75.0)]
    """
    known = [float(q) for q in quantiles]
    lows = sorted(q for q in known if q < 50 and any(abs(100 - q - other) < 1e-9 for other in known))
    return [(100 - 2 * low, low, 100 - low) for low in lows]


def draw(
    ax: Axes, intervals: xr.Dataset | None, indicator: str, area: str | None, unit: str, language: style.Language
) -> list[Artist]:
    """Draw the bands of one indicator, no line among them, and return what the key says of them.

    Raises
    ------
    SchemaError
        If the intervals have no quantiles on both sides of the median.
    """
    if intervals is None or indicator not in intervals:
        return []
    data = intervals[indicator]
    if "quantile" not in data.dims:
        raise SchemaError(f"intervals have dims {named(data.dims)} but no quantile. Pass prediction_interval().")
    if "area" in data.dims:
        if area not in [str(code) for code in data["area"].to_numpy()]:
            return []
        data = data.sel(area=area)
    bands = bands_of(data["quantile"].to_numpy())
    if not bands:
        raise SchemaError("intervals have no two quantiles about the median. Pass prediction_interval().")
    years, keys = data["year"].to_numpy(), list[Artist]()
    if not np.isfinite(data.to_numpy()).any():
        return []
    for (level, low, high), strength in zip(bands, _strengths(len(bands)), strict=True):
        floor, roof = (
            in_unit(data.sel(quantile=q, method="nearest").to_numpy(), unit_of(data), unit, what=indicator)
            for q in (low, high)
        )
        colour = style.tint(COLOUR, strength)
        ax.fill_between(years, floor, roof, color=colour, linewidth=0, zorder=1.2, label=f"_interval {level:g}")
        keys.append(Patch(facecolor=colour, label=say(language, "fan.level", level=f"{level:g}")))
    return keys


def _strengths(count: int) -> list[float]:
    return [float(x) for x in np.linspace(STRENGTHS[0], STRENGTHS[-1], count)] if count > 1 else [STRENGTHS[1]]
