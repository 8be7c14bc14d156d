"""Small multiples: one indicator over time in every district, on one scale."""

import math
from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from popmodel.plots import layout, style
from popmodel.plots.data import name_of, no_draws, pick, unit_of
from popmodel.plots.evaluated import of_evaluation
from popmodel.plots.words import in_print, say, titled
from popmodel.schema import SchemaError, named

ACROSS = 4


@of_evaluation(lambda found: found.values)
def plot_multiples(
    values: xr.Dataset,
    *,
    indicator: str = "share_60_plus",
    scenarios: Sequence[str] | None = None,
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw a small chart of one indicator for each district, four a row.

    Parameters
    ----------
    values : xarray.Dataset or Evaluation (scenario[, draw], year, area)
        As `measure` gives it; the first area is the city and is left out.
    indicator : str
        Its id. Counts are drawn each on its own scale, shares and rates all on one.
    scenarios : sequence of str, optional
        Which ones; all of them if not given.
    lang : {"zh", "en"}
        Language of the labels.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if not given. The small charts are its `child_axes`.
    source : str
        Sources and date, for the foot.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    SchemaError
        If the indicator or a scenario is unknown, or no district has a value.

    Examples
    --------
    >>> ax = pm.plot_multiples(ev.values, indicator="share_60_plus", lang="en")
    >>> len(ax.child_axes)
    12
    """
    language = style.language(lang)
    if indicator not in values:
        raise SchemaError(f"values hold no {indicator!r}. Use one of: {named(values.data_vars, most=30)}.")
    data = no_draws(values[indicator], what=indicator).isel(area=slice(1, None)).transpose("scenario", "area", "year")
    known = [str(name) for name in data["scenario"].to_numpy()]
    chosen = list(scenarios) if scenarios is not None else known
    for name in chosen:
        pick(known, name, dim="scenario", what="values")
    data = data.sel(scenario=chosen)
    data = data.isel(area=np.isfinite(data.to_numpy()).any(axis=(0, 2)))
    if not data.sizes["area"]:
        raise SchemaError(f"{indicator} has no values by district. Choose another indicator.")
    unit = unit_of(data)
    count = unit == "persons"
    cubes, unit_text = in_print(data.to_numpy(), unit, language)
    digits = 1 if count else min(int(data.attrs.get("decimals", 1)), 1)
    rows = math.ceil(data.sizes["area"] / ACROSS)
    ax = style.new_axes(ax, height=1.5 + 1.45 * rows)
    ax.set_axis_off()
    looks = [style.SERIES[known.index(name) % len(style.SERIES)] for name in chosen]
    shared = (float(np.nanmin(cubes)), float(np.nanmax(cubes)))
    for order, code in enumerate(data["area"].to_numpy()):
        row, column = divmod(order, ACROSS)
        cell = ax.inset_axes((column / ACROSS, 1 - (row + 1) / rows, 0.86 / ACROSS, 0.72 / rows))
        _cell(cell, data["year"].to_numpy(), cubes[:, order], looks, digits)
        own = (float(np.nanmin(cubes[:, order])), float(np.nanmax(cubes[:, order])))
        low, high = own if count else shared
        room = max(high - low, 1e-9)
        cell.set_ylim(low - 0.5 * room, high + 0.35 * room)
        cell.set_title(name_of(values, "area", code, language), fontsize=9, loc="left", pad=2, family=style.families())
    name = str(data.attrs.get(f"name_{language}", indicator))
    title = titled(say(language, "districts.title", name=name), unit_text, language)
    layout.heading(ax, title, say(language, "multiples.own-scales" if count else "multiples.one-scale"))
    layout.fit(ax)
    handles: list[Artist] = []
    for name, look in zip(chosen, looks, strict=True):
        line = Line2D([], [], color=look.colour, marker=look.marker, markersize=4,
                      label=name_of(values, "scenario", name, language))  # fmt: skip
        line.set_linestyle(look.dash)
        handles.append(line)
    layout.foot(ax, source, handles=handles, below=20)
    layout.fit(ax)
    return ax


def _cell(cell: Axes, years: np.ndarray, lines: np.ndarray, looks: Sequence[style.Series], digits: int) -> None:
    """Draw the lines (scenario, year) of one district; the first value below its start, the last ones at the end."""
    for line, look in zip(lines, looks, strict=True):
        cell.plot(years, line, color=look.colour, linestyle=look.dash, linewidth=1.4, marker=look.marker, label="_line",
                  markersize=3.2, markevery=[len(years) - 1], clip_on=False)  # fmt: skip
    start = float(np.nanmin(lines[:, 0]))
    layout.note(cell, style.number(start, digits), (years[0], start), offset=(0, -5), size=7.5, va="top",
                colour=style.MUTED, halo=True, gid="first")  # fmt: skip
    order = np.argsort(-lines[:, -1], kind="stable")
    for rank, place in enumerate(order[:2] if len(order) < 3 else order[[0, -1]]):
        end = float(lines[place, -1])
        layout.note(cell, style.number(end, digits), (years[-1], end), offset=(0, -4 if rank else 4), size=7.5,
                    ha="right", va="top" if rank else "bottom", colour=style.text_colour(looks[place].colour),
                    halo=True, gid="last")  # fmt: skip
    cell.set_xlim(years[0], years[-1])
    cell.set_xticks([int(years[0]), int(years[-1])])
    cell.tick_params(axis="x", length=2, labelsize=7, color=style.RULE)
    first, last = cell.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")
    cell.set_yticks([])
    cell.spines["left"].set_visible(False)
