"""The population pyramid: two or more years, or scenarios, laid over one another."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from popmodel.plots import layout, style
from popmodel.plots.data import age_ticks, by_single_age, city_name, ends_of, name_of, no_draws, pick, pick_scenario
from popmodel.plots.evaluated import first_scenario, of_evaluation
from popmodel.plots.words import SCALE, lead, say, titled
from popmodel.schema import SEXES, SchemaError, named

REGISTERED = "registered_population"
"""Name of the residents' other ledger: its pyramid says so."""
FILL, LINES = "#a9bfd1", (style.INK, "#b3541e", "#7b3f6e")
DASHES: tuple[Any, ...] = ("solid", (0, (4, 1.5)), (0, (1.3, 1.3)))


class Layer(NamedTuple):
    """One pyramid: its label and its residents (sex, age) [persons]."""

    label: str
    persons: np.ndarray


@of_evaluation(lambda found: found.projection["population"], scenario=first_scenario)
def plot_pyramid(
    population: xr.DataArray,
    *,
    years: Sequence[int] | None = None,
    scenario: str | None = None,
    district: str | None = None,
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw residents, or the registered, by sex and single age: the first year filled, the further ones as outlines.

    Parameters
    ----------
    population : xarray.DataArray or Evaluation ([scenario,] year[, district], sex, age) [persons]
        Of one scenario; or, with a single year, of several scenarios, which are then laid over one another. Single
        ages, the last one open, whichever it is. `registered_population` of a projection is the register's pyramid.
    years : sequence of int, optional
        One to four; with several scenarios exactly one. The first and the last if not given.
    scenario : str, optional
        Draw this one alone.
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
        If a year or the district is unknown, or both years and scenarios are several.

    Examples
    --------
    >>> ax = pm.plot_pyramid(ev.projection["population"].sel(scenario="plan"), years=[2020, 2035], lang="en")
    >>> ax.get_title(loc="left").partition(": ")[2]
    'population pyramid'
    """
    language = style.language(lang)
    if scenario is not None:
        population = population.sel(scenario=pick_scenario(population, scenario, what="population"))
    data, where = _of(population, district, language)
    years = ends_of(data) if years is None else years
    layers = _layers(data, list(years), language)
    ax = style.new_axes(ax, height=5.6)
    ages = data["age"].to_numpy()
    edges = np.append(ages, ages[-1] + 1) - 0.0
    widest = max(float(layer.persons.max()) for layer in layers) / SCALE[language]
    for order, layer in enumerate(layers):
        for side, counts in zip((1, -1), layer.persons, strict=True):
            steps = side * counts / SCALE[language]
            if order == 0:
                ax.stairs(steps, edges, orientation="horizontal", fill=True, color=FILL, linewidth=0, zorder=2,
                          label=f"_{layer.label}")  # fmt: skip
            else:
                ax.stairs(steps, edges, orientation="horizontal", color=LINES[order - 1], linewidth=1.3,
                          linestyle=DASHES[order - 1], zorder=3, label=f"_{layer.label}")  # fmt: skip
    ax.axvline(0, color="white", linewidth=1.2, zorder=4)
    _set_axes(ax, widest, ages)
    title = say(language, f"pyramid.{'registered' if population.name == REGISTERED else 'title'}", where=where)
    subtitle = titled(say(language, "pyramid.each"), say(language, "people"), language)
    layout.heading(ax, title, subtitle)
    for side, sex in ((1, "female"), (-1, "male")):
        layout.note(
            ax, say(language, f"pyramid.{sex}"), (side, 1), offset=(-4 * side, -4),
            coords=("data", "axes fraction"), colour=style.MUTED, size=10.5,
            ha="right" if side > 0 else "left", va="top", gid="sex",
        ).xy = (side * ax.get_xlim()[1], 1)  # fmt: skip
    _key(ax, layers, language)
    layout.fit(ax)
    layout.foot(ax, source)
    layout.fit(ax)
    return ax


def _of(population: xr.DataArray, district: str | None, language: style.Language) -> tuple[xr.DataArray, str]:
    """Return the counts of one place (…, year, sex, age), and its printed name."""
    wanted = {"year", "sex", "age"}
    if not wanted <= set(population.dims):
        raise SchemaError(
            f"population has dims {population.dims} but a pyramid needs year, sex and age. "
            "Pass the population of a projection or a census with its year as a dim (expand_dims)."
        )
    data = by_single_age(no_draws(population, what="population"), what="population")
    if district is None:
        whole = data.sum("district") if "district" in data.dims else data
        return whole, lead(language, city_name(data, language))
    if "district" not in data.dims:
        raise SchemaError(f"district {district!r} is asked for, but population has no dim district. Leave it out.")
    pick([str(code) for code in data["district"].to_numpy()], district, dim="district", what="population")
    return data.sel(district=district), lead(language, name_of(data, "district", district, language))


def _layers(data: xr.DataArray, years: list[int], language: style.Language) -> list[Layer]:
    known = [int(year) for year in data["year"].to_numpy()]
    for year in years:
        pick(known, year, dim="year", what="population")
    scenarios = [str(name) for name in data["scenario"].to_numpy()] if "scenario" in data.dims else []
    if not years or len(years) > 4 or len(scenarios) > 4 or (len(scenarios) > 1 and len(years) != 1):
        raise SchemaError(
            f"a pyramid lays over one another up to four years of one scenario, or up to four scenarios of one year; "
            f"given years {named(years)} and {max(len(scenarios), 1)} scenarios. Select with .sel(scenario=...)."
        )
    data = data.reindex(sex=list(SEXES)).transpose(..., "sex", "age")
    if len(scenarios) > 1:
        return [
            Layer(name_of(data, "scenario", name, language), data.sel(scenario=name, year=years[0]).to_numpy())
            for name in scenarios
        ]
    if scenarios:
        data = data.isel(scenario=0)
    return [Layer(str(year), data.sel(year=year).to_numpy()) for year in years]


def _set_axes(ax: Axes, widest: float, ages: np.ndarray) -> None:
    edge = widest * 1.06
    ax.set_xlim(-edge, edge)
    ax.set_ylim(ages[0], ages[-1] + 2)
    ax.set_yticks(*age_ticks(ages))
    layout.plain_ticks(ax, "x", most=9, absolute=True)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", length=3, color=style.RULE)
    ax.grid(axis="both", color=style.WASH, linewidth=0.8)


def _key(ax: Axes, layers: list[Layer], language: style.Language) -> None:
    """Write each layer's label and total in the free upper corner, beside a sample of how it is drawn."""
    unit, digits = say(language, "people"), 1 if language == "zh" else 0
    handles: list[Artist] = []
    for order, layer in enumerate(layers):
        total = style.number(layer.persons.sum() / SCALE[language], digits)
        label = say(language, "pyramid.key", label=layer.label, total=total, unit=unit)
        if order == 0:
            handles.append(Patch(facecolor=FILL, label=label))
        else:
            line = Line2D([], [], color=LINES[order - 1], linewidth=1.3, label=label)
            line.set_linestyle(DASHES[order - 1])
            handles.append(line)
    layout.key(ax, handles, loc="upper right", bbox_to_anchor=(1, 0.93), borderaxespad=0.2, fontsize=9,
               handlelength=1.6, labelcolor=style.INK)  # fmt: skip
