"""Age structure over time: three groups that sum to 100 %, and the dependency ratio above them."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from popmodel.plots import layout, style
from popmodel.plots.data import name_of, no_draws, ordinal_ticks, pick, pick_scenario
from popmodel.plots.evaluated import first_scenario, of_evaluation
from popmodel.plots.words import lead, say
from popmodel.schema import SchemaError

GROUPS = ("share_0_14", "share_15_59", "share_60_plus")
COLOURS = ("#8fb5cf", "#dfe5ea", "#d9a566")


@of_evaluation(lambda found: found.values, scenario=first_scenario)
def plot_structure(
    values: xr.Dataset,
    *,
    scenario: str | None = None,
    area: str | None = None,
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw the shares of 0–14, 15–59 and 60 and over as stacked areas, with the dependency ratio in a strip above.

    Parameters
    ----------
    values : xarray.Dataset or Evaluation (scenario[, draw], year, area)
        As `measure` gives it, with share_0_14, share_15_59, share_60_plus and dependency_ratio [percent].
    scenario : str, optional
        Which one; needed where there are several.
    area : str, optional
        Code of the area; the city (the first) if not given.
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
        If an indicator is missing, or the scenario or the area is unknown.

    Examples
    --------
    >>> ax = pm.plot_structure(ev.values, scenario="plan", lang="en")
    >>> [round(float(side)) for side in ax.get_xlim()]
    [2020, 2035]
    """
    language = style.language(lang)
    missing = [name for name in (*GROUPS, "dependency_ratio") if name not in values]
    if missing:
        raise SchemaError(f"values hold no {', '.join(missing)}, which the chart of the age structure needs.")
    which = pick_scenario(values, scenario, what="values")
    codes = [str(code) for code in values["area"].to_numpy()]
    code = area if area is not None else codes[0]
    pick(codes, code, dim="area", what="values")
    chosen = values[[*GROUPS, "dependency_ratio"]].sel(area=code)
    chosen = chosen.sel(scenario=which) if which is not None else chosen
    years = chosen["year"].to_numpy()
    shares = np.stack([no_draws(chosen[name], what=name).to_numpy() for name in GROUPS])
    ratio = no_draws(chosen["dependency_ratio"], what="dependency_ratio").to_numpy()
    ax = style.new_axes(ax, height=5.2)
    where = lead(language, name_of(values, "area", code, language))
    label = lead(language, name_of(values, "scenario", which, language) if which is not None else "")
    _draw_shares(ax, years, shares, language)
    strip = ax.inset_axes((0, 1.04, 1, 0.24))
    _draw_ratio(strip, years, ratio, language)
    layout.heading(
        strip,
        say(language, "structure.title", where=where),
        say(language, "structure.subtitle", scenario=label),
        host=ax,
    )
    layout.fit(ax)
    layout.foot(ax, source)
    layout.fit(ax)
    return ax


def _draw_shares(ax: Axes, years: np.ndarray, shares: np.ndarray, language: style.Language) -> None:
    edges = np.concatenate([np.zeros((1, len(years))), np.cumsum(shares, axis=0)])
    for name, colour, low, high in zip(GROUPS, COLOURS, edges[:-1], edges[1:], strict=True):
        ax.fill_between(years, low, high, facecolor=colour, edgecolor="white", linewidth=1, label=f"_{name}", zorder=2)
        middle = (low + high) / 2
        for end, at in ((0, 5), (-1, -5)):
            layout.note(ax, style.number((high - low)[end], 1), (years[end], middle[end]), offset=(at, 0), size=9,
                        ha="left" if at > 0 else "right", gid="share")  # fmt: skip
        at_middle = float(years.mean()), float(np.interp(years.mean(), years, middle))
        layout.note(ax, say(language, f"structure.{name}"), at_middle, ha="center", size=10, gid="group")
    ax.set_xlim(years[0], years[-1])
    ax.set_ylim(0, max(100.0, float(edges[-1].max())))
    ax.set_xticks(ordinal_ticks(int(years[0]), int(years[-1])))
    ax.set_yticks([25, 50, 75, 100])
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(axis="both", length=0)


def _draw_ratio(strip: Axes, years: np.ndarray, ratio: np.ndarray, language: style.Language) -> None:
    strip.plot(years, ratio, color=style.INK, linewidth=1.5, zorder=3, label="_ratio")
    marked = [i for i, year in enumerate(years) if year % 5 == 0]
    strip.plot(years[marked], ratio[marked], linestyle="none", marker="o", markersize=4.5, color=style.INK, zorder=4,
               clip_on=False, label="_marks")  # fmt: skip
    for i in marked:
        ha: layout.Align = "left" if i == 0 else "right" if i == len(years) - 1 else "center"
        layout.note(
            strip, style.number(ratio[i], 1), (years[i], ratio[i]), offset=(0, 5), ha=ha, va="bottom", gid="ratio"
        )
    strip.set_xlim(years[0], years[-1])
    low, high = float(np.nanmin(ratio)), float(np.nanmax(ratio))
    room = max(high - low, 1.0)
    strip.set_ylim(low - 0.3 * room, high + 0.6 * room)
    strip.set_xticks([])
    strip.set_yticks([])
    for spine in strip.spines.values():
        spine.set_visible(False)
    layout.note(strip, say(language, "structure.ratio"), (0.5, 0), offset=(0, 2), coords="axes fraction",
                colour=style.MUTED, va="bottom", ha="center", gid="ratio name")  # fmt: skip
