"""Where people live: the shares of the main centre, the sub-centre and the rest of the city over time."""

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from popmodel.plots import layout, style
from popmodel.plots.data import name_of, no_draws, ordinal_ticks, pick_scenario
from popmodel.plots.evaluated import centres, first_scenario, of_evaluation
from popmodel.plots.words import lead, say
from popmodel.schema import SchemaError

SHARES = ("main_centre_share", "sub_centre_share")
COLOURS = ("#7fa8c6", "#d9a566", "#e6eaee")


@of_evaluation(lambda found: found.values, scenario=first_scenario, names=centres)
def plot_centres(
    values: xr.Dataset,
    *,
    scenario: str | None = None,
    names: Mapping[str, str] | None = None,
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw the shares of residents in the two centres and elsewhere as stacked bars, one a year.

    Parameters
    ----------
    values : xarray.Dataset or Evaluation (scenario[, draw], year, area)
        As `measure` gives it, with main_centre_share and sub_centre_share [percent] of the city (the first area).
    scenario : str, optional
        Which one; needed where there are several.
    names : mapping of str to str, optional
        Indicator → what the plan calls that centre, printed instead of the general word.
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
        If a share is missing or the scenario is unknown.

    Examples
    --------
    >>> ax = pm.plot_centres(ev.values, scenario="plan", lang="en")
    >>> ax.get_title(loc="left")
    'Residents in the two centres (%)'
    """
    language = style.language(lang)
    missing = [name for name in SHARES if name not in values]
    if missing:
        raise SchemaError(f"values hold no {', '.join(missing)}, which the chart of the centres needs.")
    which = pick_scenario(values, scenario, what="values")
    city = values[list(SHARES)].isel(area=0)
    city = city.sel(scenario=which) if which is not None else city
    years = city["year"].to_numpy()
    shares = [no_draws(city[name], what=name).to_numpy() for name in SHARES]
    parts = {**dict(zip(SHARES, shares, strict=True)), "rest": 100 - np.sum(shares, axis=0)}
    ax = style.new_axes(ax, height=4.6)
    bottom = np.zeros(len(years))
    for (name, part), colour in zip(parts.items(), COLOURS, strict=True):
        ax.bar(years, part, bottom=bottom, width=0.84, color=colour, edgecolor="white", linewidth=0.5, zorder=2,
               label=f"_{name}")  # fmt: skip
        for i, year in enumerate(years):
            if year % 5 == 0:
                layout.note(
                    ax, style.number(part[i], 1), (year, bottom[i] + part[i] / 2), size=8, ha="center", gid="share"
                )
        layout.note(
            ax,
            (names or {}).get(name) or say(language, f"centres.{name}"),
            (years[-1] + 0.5, bottom[-1] + part[-1] / 2),
            offset=(5, 0),
            size=9.5,
            gid="part",
        )
        bottom = bottom + part
    ax.set_xlim(years[0] - 0.6, years[-1] + 0.6)
    ax.set_ylim(0, 100)
    ax.set_xticks(ordinal_ticks(int(years[0]), int(years[-1])))
    ax.set_yticks([0, 25, 50, 75, 100])
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(axis="both", length=0)
    label = lead(language, name_of(values, "scenario", which, language) if which is not None else "")
    layout.heading(ax, say(language, "centres.title"), say(language, "centres.subtitle", scenario=label))
    layout.fit(ax)
    layout.foot(ax, source)
    layout.fit(ax)
    return ax
