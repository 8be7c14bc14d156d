"""The tile map: a tile for each district, placed as on a map; no boundaries needed."""

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.patches import Rectangle

from popmodel.plots import layout, style
from popmodel.plots.data import name_of, no_draws, pick, pick_scenario, unit_of
from popmodel.plots.evaluated import first_scenario, of_evaluation, positions as positions_of
from popmodel.plots.words import in_print, lead, say, titled
from popmodel.schema import SchemaError, named

RAMP = LinearSegmentedColormap.from_list("popmodel", ["#eef3f7", "#bcd2e1", "#6f9cbd", "#1f4e79"])
ACROSS, FLAT = 5, 0.6
"""At least so many tiles would fit side by side, so that a few are not drawn huge; height of a tile over its width."""


@of_evaluation(lambda found: found.values, scenario=first_scenario, positions=positions_of)
def plot_tiles(
    values: xr.Dataset,
    *,
    positions: Mapping[str, tuple[float, float]] | None = None,
    year: int | None = None,
    indicator: str = "share_60_plus",
    scenario: str | None = None,
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw one indicator of every district as a coloured tile that bears its name and figure.

    Parameters
    ----------
    values : xarray.Dataset or Evaluation (scenario[, draw], year, area)
        As `measure` gives it; the first area is the city and is left out.
    positions : mapping of str to (column, row)
        Where the square of each district stands, by its code; rows count downwards. Needed unless an evaluation is
        given, whose city names them.
    year : int, optional
        Which year; the last one if not given.
    indicator : str
        Its id.
    scenario : str, optional
        Which one; needed where there are several.
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
        If the indicator, the year or the scenario is unknown, or a district has no position.

    Examples
    --------
    >>> codes = ev.values["area"].to_numpy()[1:]
    >>> where = {code: (place % 4, place // 4) for place, code in enumerate(codes)}
    >>> ax = pm.plot_tiles(ev.values, positions=where, year=2035, scenario="plan", lang="en")
    >>> len(ax.patches)
    12
    """
    language = style.language(lang)
    if indicator not in values:
        raise SchemaError(f"values hold no {indicator!r}. Use one of: {named(values.data_vars, most=30)}.")
    codes = [str(code) for code in values["area"].to_numpy()[1:]]
    where = positions or {}
    year = int(values["year"].to_numpy()[-1]) if year is None else year
    absent = [code for code in codes if code not in where]
    if absent:
        raise SchemaError(f"positions lack {named(absent)}. Give a (column, row) for every district.")
    pick([int(y) for y in values["year"].to_numpy()], year, dim="year", what="values")
    which = pick_scenario(values, scenario, what="values")
    data = no_draws(values[indicator], what=indicator).sel(year=year, area=codes)
    data = data.sel(scenario=which) if which is not None else data
    unit = unit_of(data)
    figures, unit_text = in_print(data.to_numpy(), unit, language)
    places = np.array([where[code] for code in codes], dtype=float)
    columns, rows = np.ptp(places, axis=0) + 1
    ax = style.new_axes(ax, height=1.3 + 7.4 * FLAT * rows / max(columns, ACROSS))
    low, high = float(np.nanmin(figures)), float(np.nanmax(figures))
    for code, place, figure in zip(codes, places, figures, strict=True):
        _tile(ax, place, name_of(values, "area", code, language), figure, low, high, 1)
    ax.set_xlim(places[:, 0].min() - 0.5, places[:, 0].min() - 0.5 + max(columns, ACROSS))
    ax.set_ylim(places[:, 1].max() + 0.5, places[:, 1].min() - 0.5)
    ax.set_aspect(FLAT, anchor="NW")
    ax.set_axis_off()
    label = lead(language, name_of(values, "scenario", which, language) if which is not None else "")
    name = titled(str(data.attrs.get(f"name_{language}", indicator)), unit_text, language)
    layout.heading(
        ax,
        say(language, "tiles.title", name=name, year=year),
        say(language, "tiles.subtitle", scenario=label),
    )
    layout.fit(ax)
    layout.foot(ax, source, below=8)
    layout.fit(ax)
    return ax


def _tile(ax: Axes, place: np.ndarray, name: str, figure: float, low: float, high: float, digits: int) -> None:
    share = (figure - low) / (high - low) if high > low else 0.5
    colour = RAMP(share) if np.isfinite(figure) else style.WASH
    ax.add_patch(
        Rectangle((place[0] - 0.48, place[1] - 0.48), 0.96, 0.96, facecolor=colour, edgecolor="none", label="_tile")
    )
    ink = max(("white", style.INK), key=lambda text: style.contrast(text, to_hex(colour)))
    ax.text(place[0], place[1] - 0.15, name, fontsize=9.5, color=ink, ha="center", va="center", gid="name")
    text = style.number(figure, digits) if np.isfinite(figure) else "–"
    ax.text(place[0], place[1] + 0.2, text, fontsize=9.5, color=ink, ha="center", va="center", gid="value")
