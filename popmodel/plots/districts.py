"""The districts side by side: where each stands in the first year and in the last, ranked."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from popmodel.plots import layout, style
from popmodel.plots.data import ends_of, name_of, no_draws, pick, pick_scenario, unit_of
from popmodel.plots.evaluated import first_scenario, of_evaluation
from popmodel.plots.words import in_print, lead, say, titled
from popmodel.schema import SchemaError, named

UP, DOWN = "#1f4e79", "#b3541e"
VALUE, CHANGE = 44.0, 84.0
"""Right edges of the columns of figures, right of the axes [points]."""


@of_evaluation(lambda found: found.values, scenario=first_scenario)
def plot_districts(
    values: xr.Dataset,
    *,
    years: Sequence[int] | None = None,
    scenario: str | None = None,
    indicator: str = "resident_population",
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw one indicator of every district in two years as a dumbbell, ranked by the later year.

    Parameters
    ----------
    values : xarray.Dataset or Evaluation (scenario[, draw], year, area)
        As `measure` gives it; the first area is the city and is left out.
    years : sequence of int, optional
        The first and the last; those of the values if not given.
    scenario : str, optional
        Which one; needed where there are several.
    indicator : str
        Its id.
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
        If the indicator, a year or the scenario is unknown, or no district has a value.

    Examples
    --------
    >>> ax = pm.plot_districts(ev.values, scenario="plan", years=[2020, 2035], lang="en")
    >>> len(ax.get_yticks())
    12
    """
    language = style.language(lang)
    if indicator not in values:
        raise SchemaError(f"values hold no {indicator!r}. Use one of: {named(values.data_vars, most=30)}.")
    which = pick_scenario(values, scenario, what="values")
    data = no_draws(values[indicator], what=indicator)
    data = data.sel(scenario=which) if which is not None else data
    years = ends_of(data) if years is None else years
    if len(years) != 2:
        raise SchemaError(f"years={list(years)}: a dumbbell has two ends. Give the first and the last year.")
    for year in years:
        pick([int(y) for y in data["year"].to_numpy()], year, dim="year", what="values")
    unit = unit_of(data)
    digits = 1 if unit == "persons" else int(data.attrs.get("decimals", 1))
    ends = data.sel(year=list(years)).isel(area=slice(1, None)).transpose("year", "area")
    pair, unit_text = in_print(ends.to_numpy(), unit, language)
    codes = [str(code) for code in data["area"].to_numpy()[1:]]
    keep = np.asarray(np.isfinite(pair).all(axis=0))
    if not keep.any():
        raise SchemaError(
            f"{indicator} has no values by district for {named(years)}. Choose another indicator or year."
        )
    names = [name_of(values, "area", code, language) for code in codes]
    order = [int(i) for i in np.argsort(pair[1]) if keep[i]]
    ax = style.new_axes(ax, height=1.5 + 0.31 * len(order))
    _draw(ax, pair[:, order], [names[i] for i in order], digits)
    for text, offset in ((str(years[1]), VALUE), (say(language, "districts.change"), CHANGE)):
        layout.note(ax, text, (1, 1), offset=(offset, 0), coords="axes fraction", colour=style.MUTED, ha="right",
                    va="center", gid="column")  # fmt: skip
    name = str(data.attrs.get(f"name_{language}", indicator))
    label = lead(language, name_of(values, "scenario", which, language) if which is not None else "")
    title = titled(say(language, "districts.title", name=name), unit_text, language)
    layout.heading(ax, title, say(language, "districts.subtitle", scenario=label, first=years[0], last=years[1]))
    layout.fit(ax)
    layout.foot(ax, source)
    layout.fit(ax)
    return ax


def _draw(ax: Axes, pair: np.ndarray, names: list[str], digits: int) -> None:
    """Draw a dumbbell for each column of `pair` (2, district), from bottom to top, its figures to the right."""
    for row, (first, last) in enumerate(pair.T):
        rises = last >= first
        colour = UP if rises else DOWN
        ax.plot([first, last], [row, row], color=style.tint(colour, 0.45), linewidth=3.2, solid_capstyle="butt",
                zorder=2, label="_bar")  # fmt: skip
        ax.plot([first], [row], linestyle="none", marker="o", markersize=6.5, markerfacecolor="white", label="_first",
                markeredgecolor=colour, markeredgewidth=1.3, zorder=3)  # fmt: skip
        ax.plot([last], [row], linestyle="none", marker=">" if rises else "<", markersize=7, color=colour, zorder=4,
                label="_last")  # fmt: skip
        layout.note(ax, style.number(last, digits), (1, row), offset=(VALUE, 0), coords=("axes fraction", "data"),
                    size=9, ha="right", gid="value")  # fmt: skip
        layout.note(ax, style.number(last - first, digits, sign=True), (1, row), offset=(CHANGE, 0), size=9,
                    gid="change", coords=("axes fraction", "data"), ha="right",
                    colour=style.text_colour(colour))  # fmt: skip
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.margins(x=0.04)
    layout.plain_ticks(ax, "x")
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(axis="both", length=0)
    ax.tick_params(axis="y", labelsize=9.5, labelcolor=style.INK)
    ax.grid(axis="both", color=style.WASH, linewidth=0.9)
