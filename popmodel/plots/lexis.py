"""The age–time surface: residents by age and year, with the lines of birth cohorts (a Lexis surface)."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from popmodel.plots import layout, style
from popmodel.plots.data import (
    age_ticks,
    by_single_age,
    city_name,
    name_of,
    no_draws,
    ordinal_ticks,
    pick,
    pick_scenario,
)
from popmodel.plots.evaluated import first_scenario, of_evaluation
from popmodel.plots.words import SCALE, lead, say
from popmodel.schema import SchemaError

RAMP = LinearSegmentedColormap.from_list("popmodel", ["#f6f8fa", "#bcd2e1", "#6f9cbd", "#1f4e79", "#0d2236"])
"""One hue, its lightness falling evenly, so that it reads in grey."""


@of_evaluation(lambda found: found.projection["population"], scenario=first_scenario)
def plot_lexis(
    population: xr.DataArray,
    *,
    scenario: str | None = None,
    district: str | None = None,
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw residents by single age and year as a surface, both sexes together.

    Parameters
    ----------
    population : xarray.DataArray or Evaluation ([scenario,] year[, district], sex, age) [persons]
        As `project` gives it: single ages, the last one open, whichever it is. Years that lack are left white.
    scenario : str, optional
        Which one; needed where there are several.
    district : str, optional
        Code of the district; all districts together if not given.
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
        If dims are missing, there is one year only, or the scenario or district is unknown.

    Examples
    --------
    >>> ax = pm.plot_lexis(ev.projection["population"], scenario="plan", lang="en")
    >>> ax.get_title(loc="left").partition(": ")[2]
    'residents by age and year (thousand at each age)'
    """
    language = style.language(lang)
    if not {"year", "sex", "age"} <= set(population.dims) or population.sizes["year"] < 2:
        raise SchemaError(f"population has dims {population.dims}; a surface needs two or more years, sex and age.")
    which = pick_scenario(population, scenario, what="population")
    data = no_draws(population, what="population")
    data = data.sel(scenario=which) if which is not None else data
    where = city_name(data, language)
    if district is not None:
        pick([str(code) for code in data["district"].to_numpy()], district, dim="district", what="population")
        where, data = name_of(data, "district", district, language), data.sel(district=district)
    data = by_single_age(data.sum([dim for dim in data.dims if dim not in ("year", "age")]), what="population")
    years = np.arange(int(data["year"].min()), int(data["year"].max()) + 1)
    counts = data.reindex(year=years).transpose("age", "year").to_numpy() / SCALE[language]
    ages = data["age"].to_numpy()
    ax = style.new_axes(ax, height=6.0)
    edges = np.arange(years[0], years[-1] + 2) - 0.5, np.append(ages, ages[-1] + 1)
    mesh = ax.pcolormesh(*edges, counts, cmap=RAMP, vmin=0, rasterized=True)
    _cohorts(ax, years, ages, language)
    ax.set_xlim(years[0] - 0.5, years[-1] + 0.5)
    ax.set_ylim(ages[0], ages[-1] + 1)
    ax.set_xticks(ordinal_ticks(int(years[0]), int(years[-1])))
    ax.set_yticks(*age_ticks(ages))
    ax.spines[:].set_visible(False)
    ax.tick_params(axis="both", length=0)
    label = lead(language, name_of(population, "scenario", which, language) if which is not None else "")
    _scale(ax, mesh.get_clim()[1])
    title = say(language, "lexis.title", where=lead(language, where), unit=say(language, "people"))
    layout.heading(ax, title, say(language, "lexis.subtitle", scenario=label))
    layout.fit(ax)
    layout.foot(ax, source)
    layout.fit(ax)
    return ax


def _cohorts(ax: Axes, years: np.ndarray, ages: np.ndarray, language: style.Language) -> None:
    """Draw where people born in each tenth year stand, and name the lines at the right edge."""
    first, last = int(years[0]), int(years[-1])
    youngest, oldest = int(ages[0]), int(ages[-1])
    for born in range((first - oldest) // 10 * 10 + 10, last - youngest, 10):
        start, age = max(born + youngest, first), last - born + 0.5
        if age > oldest:
            continue
        ax.plot([start - 0.5, last + 0.5], [start - born, age + 0.5], color="white", linewidth=0.7, alpha=0.75,
                label="_cohort")  # fmt: skip
        layout.note(ax, say(language, "lexis.born", year=born), (last + 0.5, age + 0.5), offset=(4, 0), size=7.5,
                    colour=style.MUTED, gid="cohort")  # fmt: skip


def _scale(ax: Axes, most: float) -> None:
    """Draw the scale of colours as a strip right of the surface."""
    strip = ax.inset_axes((1.14, 0.25, 0.025, 0.5))
    strip.pcolormesh([0, 1], np.linspace(0, most, 65), np.linspace(0, most, 64)[:, None], cmap=RAMP, vmin=0, vmax=most,
                     rasterized=True)  # fmt: skip
    strip.set_xticks([])
    strip.yaxis.tick_right()
    strip.tick_params(axis="y", length=0)
    layout.plain_ticks(strip, "y", most=5)
    strip.spines[:].set_visible(False)
