"""Components of change: births up, deaths down, migration either way, and what remains of them."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from popmodel.plots import labels, layout, style
from popmodel.plots.data import city_name, name_of, no_draws, ordinal_ticks, pick, pick_scenario
from popmodel.plots.evaluated import first_scenario, of_evaluation
from popmodel.plots.words import SCALE, lead, say, titled
from popmodel.schema import SchemaError

COLOURS = {"births": "#7fa8c6", "deaths": "#8d969e", "net_migration": "#dda05a"}


@of_evaluation(lambda found: found.projection, scenario=first_scenario)
def plot_components(
    projection: xr.Dataset,
    *,
    scenario: str | None = None,
    district: str | None = None,
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw births, deaths and net migration of each period, stacked from zero, and the net change as a line.

    Parameters
    ----------
    projection : xarray.Dataset or Evaluation
        With births (…, period, district, sex), deaths and net_migration (…, period, district, sex, age) [persons].
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
        If a flow is missing, or the scenario or district is unknown.

    Examples
    --------
    >>> ax = pm.plot_components(ev.projection, scenario="plan", lang="en")
    >>> ax.get_title(loc="left").partition(": ")[2]
    'components of change (thousand)'
    """
    language = style.language(lang)
    flows, where, which = _flows(projection, scenario, district, language)
    period = next(iter(flows.values()))["period"].to_numpy()
    births, deaths, moves = (flows[name].to_numpy() / SCALE[language] for name in COLOURS)
    ax = style.new_axes(ax, height=4.6)
    above, below = np.maximum(moves, 0), np.minimum(moves, 0)
    bars = (
        ("births", births, 0),
        ("deaths", -deaths, 0),
        ("net_migration", above, births),
        ("net_migration", below, -deaths),
    )
    for name, height, bottom in bars:
        ax.bar(period, height, bottom=bottom, width=0.72, color=COLOURS[name], edgecolor="white", linewidth=0.5,
               zorder=2, label=f"_{name}", hatch="///" if name == "net_migration" else None)  # fmt: skip
    net = births - deaths + moves
    ax.plot(period, net, color="white", linewidth=3.6, zorder=3.5, label="_rim")
    ax.plot(period, net, color=style.INK, linewidth=1.6, marker="o", markersize=4.5, markeredgecolor="white",
            markeredgewidth=0.7, zorder=4, label="_net")  # fmt: skip
    ax.axhline(0, color=style.MUTED, linewidth=0.9, zorder=3)
    ax.set_xlim(period[0] - 0.7, period[-1] + 0.7)
    ax.set_xticks(ordinal_ticks(int(period[0]), int(period[-1])))
    ax.margins(y=0.08)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(axis="both", length=0)
    ax.grid(axis="y", color=style.WASH, linewidth=0.9)
    layout.plain_ticks(ax, "y")
    title = titled(say(language, "components.title", where=where), say(language, "people"), language)
    layout.heading(ax, title, say(language, "components.subtitle", scenario=which))
    ends = {
        "births": births[-1] / 2, "deaths": -deaths[-1] / 2, "net": net[-1],
        "net_migration": births[-1] + moves[-1] / 2 if moves[-1] >= 0 else -deaths[-1] + moves[-1] / 2,
    }  # fmt: skip
    digits = 1 if language == "zh" else 0
    last = {"births": births[-1], "deaths": -deaths[-1], "net_migration": moves[-1], "net": net[-1]}
    named_ends = [
        layout.note(ax, f"{say(language, f'components.{name}')} {style.number(last[name], digits, sign=True)}",
                    (period[-1] + 0.45, y), offset=(4, 0), gid="component",
                    colour=style.text_colour(COLOURS.get(name, style.INK)))
        for name, y in ends.items()
    ]  # fmt: skip
    layout.fit(ax)
    layout.foot(ax, source)
    layout.fit(ax)
    labels.spread(named_ends, gap=2)
    return ax


def _flows(
    projection: xr.Dataset, scenario: str | None, district: str | None, language: style.Language
) -> tuple[dict[str, xr.DataArray], str, str]:
    """Return the flows by period, the printed place and the printed scenario."""
    for name in COLOURS:
        if name not in projection:
            raise SchemaError(f"the projection has no {name}; a chart of components needs {', '.join(COLOURS)}.")
    which = pick_scenario(projection, scenario, what="projection")
    if district is None:
        where = city_name(projection, language)
    else:
        pick([str(code) for code in projection["district"].to_numpy()], district, dim="district", what="projection")
        where = name_of(projection, "district", district, language)
    flows = {}
    for name in COLOURS:
        flow = no_draws(projection[name], what=name)
        flow = flow.sel(scenario=which) if which is not None else flow
        flow = flow.sel(district=district) if district is not None else flow
        flows[name] = flow.sum([dim for dim in flow.dims if dim != "period"])
    label = name_of(projection, "scenario", which, language) if which is not None else ""
    return flows, lead(language, where), lead(language, label)
