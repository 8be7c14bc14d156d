"""The fan chart: what was published, the fan of the forecast, and the targets."""

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from popmodel.plots import fan, goals as aims, history, layout, observations, style
from popmodel.plots.data import name_of
from popmodel.plots.evaluated import Evaluated, known, of_evaluation
from popmodel.plots.tracking import label, set_axes, titled_of
from popmodel.plots.words import lead, say
from popmodel.schema import SchemaError, named, near


def _intervals(found: Evaluated) -> xr.Dataset:
    drawn: xr.Dataset | None = getattr(found, "intervals", None)
    if drawn is None:
        raise SchemaError("nothing was drawn: the evaluation was made without draws. Give evaluate(draws=2000).")
    return drawn


@of_evaluation(_intervals, targets=lambda found, lang: found.targets, observed=known)
def plot_fan(
    intervals: xr.Dataset,
    *,
    indicator: str,
    targets: pd.DataFrame | None = None,
    observed: pd.DataFrame | None = None,
    area: str | None = None,
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw the fan of one indicator over its published past, with the targets and the last year conditioned on.

    Parameters
    ----------
    intervals : xarray.Dataset (quantile, year, area) or Evaluation
        From `prediction_interval`. `attrs["observed_until"]` is the last year conditioned on.
    indicator : str
        Its id, such as `share_60_plus`.
    targets : pandas.DataFrame, optional
        From `read_targets`.
    observed : pandas.DataFrame, optional
        From `read_observed`.
    area : str, optional
        Code of the area; the city (the first area) if not given.
    lang : {"zh", "en"}
        Language of the labels.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if not given.
    source : str
        Sources and date, for the foot.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    SchemaError
        If the indicator or the area is unknown, or the indicator has no value in any draw.

    Notes
    -----
    The bands are the central intervals of the quantiles, 50, 80 and 95 % as `prediction_interval` gives them. The
    median is not drawn: it is no line to be on. A band holds in each year by itself.

    Examples
    --------
    >>> import numpy as np, xarray as xr
    >>> share = xr.DataArray(np.linspace(25, 27, 1000), dims="draw", attrs={"unit": "percent"})
    >>> values = xr.Dataset({"share_60_plus": share.expand_dims(year=[2030, 2035], area=[ev.city.code])})
    >>> bands = pm.prediction_interval(values)
    >>> ax = pm.plot_fan(bands, indicator="share_60_plus", targets=ev.targets, observed=ev.observed, lang="en")
    >>> bool(ax.get_xlim()[1] > 2035)
    True
    """
    language = style.language(lang)
    if indicator not in intervals:
        raise SchemaError(
            f"indicator {indicator!r} is not among the intervals: {named(intervals.data_vars, most=30)}."
            f"{near(indicator, intervals.data_vars)}"
        )
    lines = intervals[indicator]
    rows = targets[targets["indicator"] == indicator].sort_values("year") if targets is not None else pd.DataFrame()
    name, unit = titled_of(rows, lines, language)
    where = observations.area_of(observed, intervals, indicator, area)
    city = str(intervals["area"].to_numpy()[0])
    goals = rows if where == city else rows[:0]
    goals = goals[goals["operator"] != "cumulative"] if len(goals) else goals  # a sum is no value of a year
    seen, doubles = observations.runs(observed, indicator, where, unit)
    place = name_of(intervals, "area", where, language) if where is not None else ""
    first = lead(language, place if place and place != where else "")
    ax = style.new_axes(ax)
    points, keys = history.draw(ax, seen, doubles, language)
    bands = fan.draw(ax, intervals, indicator, where, unit, language)
    if not bands:
        raise SchemaError(f"plot_fan: {indicator} has no value in any draw: nothing is drawn on its basis.")
    path = aims.path(goals) if len(goals) else aims.path(_none())
    marks = aims.draw(ax, goals, path[:0], language)
    until = intervals.attrs.get("observed_until")
    if until is not None:
        ax.axvline(int(until), color=style.INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1.5, label="_until")
        keys.append(Line2D([], [], color=style.INK, linewidth=0.9, linestyle=(0, (4, 2)),
                           label=say(language, "fan.until", year=int(until))))  # fmt: skip
    set_axes(ax, goals if len(goals) else _none(), seen, lines, message="")
    layout.heading(ax, name, say(language, "fan.subtitle", area=first, draws=f"{intervals.attrs.get('draws', '')}"))
    layout.fit(ax)
    layout.foot(ax, source, handles=[*keys, *bands, *aims.key(goals, path[:0], language)])
    layout.fit(ax)
    label(ax, marks, points, [], path[:0], seen)
    return ax


def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=["year", "base_year", "value", "operator", "base_value", "better"])
