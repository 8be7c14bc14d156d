"""The back-test: how far forecasts from an earlier census were from what came, by place and by age."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from popmodel.plots import layout, style
from popmodel.plots.evaluated import styled
from popmodel.plots.words import SCALE, say
from popmodel.schema import SchemaError, age_bounds, named

COLUMNS = ("start", "year", "forecast", "area", "name_zh", "name_en", "sex", "age_group", "projected", "actual")
NAIVE = style.Series(style.MUTED, (0, (1.3, 1.3)), "X")


@styled
def plot_backtest(
    cells: pd.DataFrame,
    errors: pd.DataFrame,
    *,
    year: int | None = None,
    forecasts: Sequence[str] | None = None,
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw the percentage error of each place under several forecasts, as dots around zero.

    Parameters
    ----------
    cells, errors : pandas.DataFrame
        Of a back-test.
    year : int, optional
        The year compared; the last one in which every place is known if not given.
    forecasts : sequence of str, optional
        Which ones; all that can be assessed if not given.
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
        If a column is missing, or the year or a forecast is not there.

    Examples
    --------
    >>> result = pm.backtest(census_2010, later=census)
    >>> ax = pm.plot_backtest(result.cells, result.errors, lang="en")
    >>> ax.get_title(loc="left")
    'Forecasts from 2010 for 2020: error by place (%)'
    """
    language = style.language(lang)
    here, names = _chosen(cells, year, forecasts)
    when, start = int(here["year"].iloc[0]), int(here["start"].iloc[0])
    sums = here.groupby(["area", "forecast"], sort=False)[["projected", "actual"]].sum()
    sums["percent"] = 100 * (sums["projected"] / sums["actual"] - 1)
    percent = sums.reset_index().pivot_table(index="area", columns="forecast", values="percent", sort=False)[names]
    place = dict(zip(here["area"], here[f"name_{language}"], strict=True))
    percent = percent.sort_values(names[0])
    ax = style.new_axes(ax, height=1.9 + 0.31 * len(percent))
    ax.axvspan(-5, 5, color=style.WASH, zorder=0, linewidth=0)
    ax.axvline(0, color=style.INK, linewidth=0.9, zorder=1)
    handles: list[Artist] = []
    for name, look in zip(names, _looks(names), strict=True):
        ax.plot(
            percent[name], range(len(percent)), linestyle="none", marker=look.marker, markersize=7,
            color=look.colour, markeredgecolor="white", markeredgewidth=0.6, label=f"_{name}", zorder=3,
        )  # fmt: skip
        label = _label(errors, name, when, language)
        handles.append(Line2D([], [], linestyle="none", marker=look.marker, color=look.colour, label=label))
    for row, values in enumerate(percent.to_numpy()):
        ax.plot([values.min(), values.max()], [row, row], color=style.RULE, linewidth=1.2, zorder=2, label="_span")
    ax.set_yticks(range(len(percent)), [style.printable(str(place[area])) for area in percent.index])
    ax.set_ylim(-0.6, len(percent) - 0.4)
    ax.margins(x=0.06)
    layout.plain_ticks(ax, "x")
    _quiet(ax)
    layout.heading(
        ax, say(language, "backtest.place", start=start, year=when), say(language, "backtest.place-subtitle")
    )
    layout.fit(ax)
    layout.foot(ax, source, handles=handles)
    layout.fit(ax)
    return ax


@styled
def plot_backtest_ages(
    cells: pd.DataFrame,
    *,
    year: int | None = None,
    forecasts: Sequence[str] | None = None,
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw the residents by age group as counted, and as several forecasts had them.

    Parameters
    ----------
    cells : pandas.DataFrame
        Of a back-test that compares with a census.
    year, forecasts, lang, ax, source
        As in `plot_backtest`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    SchemaError
        If a column is missing, the year or a forecast is not there, or only totals were compared.

    Examples
    --------
    >>> result = pm.backtest(census_2010, later=census)
    >>> ax = pm.plot_backtest_ages(result.cells, lang="en")
    >>> ax.get_title(loc="left")
    'Forecasts from 2010 for 2020: residents by age group (thousand)'
    """
    language = style.language(lang)
    here, names = _chosen(cells, year, forecasts)
    if (here["age_group"] == "all").any():
        raise SchemaError(
            "plot_backtest_ages: only totals were compared. Pass the cells of a comparison with a census."
        )
    when, start = int(here["year"].iloc[0]), int(here["start"].iloc[0])
    lower = here["age_group"].map(lambda group: age_bounds(str(group))[0])
    last = str(here["age_group"].iloc[int(np.argmax(lower))])
    # Groups narrower than five years would stand lower than their neighbours for no other reason.
    groups = here.assign(group=(lower // 5 * 5)).groupby(["group", "forecast"])[["projected", "actual"]].sum()
    groups = groups / SCALE[language]
    first = groups.xs(names[0], level="forecast")
    ages = first.index.to_numpy()
    ax = style.new_axes(ax, height=4.6)
    ax.bar(range(len(ages)), first["actual"], width=0.86, color=style.tint(style.SERIES[2].colour, 0.45),
           label="_actual", zorder=1)  # fmt: skip
    handles: list[Artist] = [
        Patch(color=style.tint(style.SERIES[2].colour, 0.45), label=say(language, "backtest.actual", year=when))
    ]
    for name, look in zip(names, _looks(names), strict=True):
        line = ax.plot(
            range(len(ages)), groups.xs(name, level="forecast")["projected"], color=look.colour,
            linestyle=look.dash, marker=look.marker, markersize=4.5, linewidth=1.6, label=f"_{name}", zorder=3,
        )[0]  # fmt: skip
        handles.append(
            Line2D([], [], color=line.get_color(), linestyle=look.dash, marker=look.marker, markersize=4.5,
                   label=_name(here, name, language))
        )  # fmt: skip
    texts = [f"{low}–{high - 1}" for low, high in pairwise(ages)]
    ax.set_xticks(range(len(ages)), [*texts, last], rotation=0, fontsize=7.5)
    ax.set_xlim(-0.6, len(ages) - 0.4)
    ax.set_ylim(bottom=0)
    layout.plain_ticks(ax, "y")
    _quiet(ax)
    ax.grid(visible=False, axis="x")
    layout.heading(
        ax,
        say(language, "backtest.age", start=start, year=when, unit=say(language, "people")),
        say(language, "backtest.age-subtitle", year=when),
    )
    layout.fit(ax)
    layout.foot(ax, source, handles=handles)
    layout.fit(ax)
    return ax


def _quiet(ax: Axes) -> None:
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(axis="both", length=0)
    ax.grid(axis="both", color=style.WASH, linewidth=0.9)


def _chosen(cells: pd.DataFrame, year: int | None, forecasts: Sequence[str] | None) -> tuple[pd.DataFrame, list[str]]:
    missing = [name for name in COLUMNS if name not in cells.columns]
    if missing or cells.empty:
        fault = f"column {', '.join(missing)}" if missing else "rows"
        raise SchemaError(f"cells have no {fault}. Pass the cells that backtest() returns.")
    if year is None:
        places = cells.groupby("year")["area"].nunique()
        year = int(places[places == places.max()].index.max())
    here = cells[cells["year"] == year]
    if here.empty:
        raise SchemaError(f"cells have no year {year}. Use one of: {named(sorted(set(cells['year'])))}.")
    known = list(dict.fromkeys(here["forecast"]))
    names = known if forecasts is None else list(forecasts)
    strange = [name for name in names if name not in known]
    if strange or not names:
        raise SchemaError(f"forecast {named(strange) or '(none)'} is not there. Use some of: {named(known)}.")
    return here[here["forecast"].isin(names)], names


def _looks(names: Sequence[str]) -> list[style.Series]:
    """Return the looks of forecasts: the series of the house for the model, grey for the naive ones."""
    own = iter(style.SERIES)
    naive = iter((NAIVE, NAIVE._replace(colour="#87919a", marker="P", dash=(0, (5, 1.6)))))
    return [next(naive if name in ("no_change", "constant_growth") else own, style.SERIES[-1]) for name in names]


def _name(table: pd.DataFrame, name: str, language: style.Language) -> str:
    column = f"forecast_{language}"
    found = table.loc[table["forecast"] == name, column] if column in table.columns else None
    return str(found.iloc[0]) if found is not None and len(found) else name


def _label(errors: pd.DataFrame, name: str, year: int, language: style.Language) -> str:
    rows = errors[(errors["forecast"] == name) & (errors["year"] == year) & (errors["level"] == "district")]
    text = _name(errors, name, language)
    if rows.empty or not np.isfinite(rows["mape"].iloc[0]):
        return text
    return say(language, "backtest.mean", name=text, value=style.number(float(rows["mape"].iloc[0]), 1))
