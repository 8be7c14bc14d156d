"""Isoquants: for each target the pairs of fertility and net migration that just meet it."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from popmodel.plots import layout, style
from popmodel.plots.labels import along, place
from popmodel.plots.targets import check_columns, short_name, targets_of
from popmodel.plots.words import SCALE, listed, say, target_label
from popmodel.schema import SchemaError

COLOURS = ("#1f4e79", "#c46a1b", "#5fa3b3", "#7b3f6e", "#7f8a2b", "#8c2a1c")
MARKERS = ("o", "s", "^", "D", "v", "P")
COLUMNS = ("fertility", "net_migration", "bound")


def plot_fertility_migration(
    table: pd.DataFrame, *, lang: str = "zh", ax: Axes | None = None, source: str = ""
) -> Axes:
    """Draw a line a target: with how much fertility how many net migrants a year just meet it.

    Parameters
    ----------
    table : pandas.DataFrame
        From `fertility_migration`.
    lang : {"zh", "en"}
        Language of the labels.
    ax : matplotlib.axes.Axes, optional
        Where to draw, best 8 inches wide; a new figure if not given.
    source : str
        Sources and date, for the foot.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    SchemaError
        If a column is missing, or no target has two numbers.

    Notes
    -----
    Above a line with marks that point up its target is met, below it it is missed; hollow marks: the other way round.

    Examples
    --------
    >>> ax = pm.plot_fertility_migration(pm.fertility_migration(problem, times=(0.8, 1.2)), lang="en")
    >>> len(ax.lines) > 1
    True
    """
    language = style.language(lang)
    check_columns(table, COLUMNS, "fertility_migration")
    known = table[table["net_migration"].notna()]
    keys = [key for key in targets_of(known) if len(_of(known, key)) > 1]
    if not keys:
        raise SchemaError("table has no line: no target has numbers at two levels of fertility. Widen `times`.")
    scale = SCALE[language]
    with style.context():
        ax = style.new_axes(ax, height=5.0)
        lines = []
        for number, key in enumerate(keys):
            rows = _of(known, key).sort_values("fertility")
            x, y = rows["fertility"].to_numpy(dtype=float), rows["net_migration"].to_numpy(dtype=float) / scale
            colour, hollow = COLOURS[number % len(COLOURS)], str(rows["bound"].iloc[0]) == "most"
            ax.plot(x, y, color=colour, marker=MARKERS[number % len(MARKERS)], markersize=4.5, zorder=3,
                    markerfacecolor="white" if hollow else colour, label="_isoquant")  # fmt: skip
            lines.append((rows.iloc[0], x, y, colour))
        _reference(ax, table, scale, language)
        ax.margins(x=0.04, y=0.12)
        layout.plain_ticks(ax, "x", most=7)
        layout.plain_ticks(ax, "y", most=6)
        ax.grid(color=style.WASH, zorder=0)
        ax.set_xlabel(say(language, "isoquants.x"), fontsize=8.5, loc="right")
        start = str(table.attrs.get("first_open_year", ""))
        layout.heading(ax, _title(lines, language), say(language, "isoquants.subtitle", start=start))
        layout.fit(ax, pad=14)
        layout.foot(ax, "\n".join(part for part in (say(language, "isoquants.key"), source) if part), below=40)
        layout.fit(ax, pad=14)
        _labels(ax, lines, language)
    return ax


def _of(table: pd.DataFrame, key: tuple[str, int]) -> pd.DataFrame:
    return table[(table["indicator"] == key[0]) & (table["year"] == key[1])]


def _reference(ax: Axes, table: pd.DataFrame, scale: float, language: style.Language) -> None:
    """Mark the reference's own fertility and migrants."""
    if "reference" in table and table["reference"].notna().any():
        y = float(table["reference"].mean()) / scale
        ax.plot([1.0], [y], marker="*", markersize=11, color=style.INK, zorder=5, linestyle="none", label="_reference")
        layout.note(ax, say(language, "isoquants.reference"), (1.0, y), offset=(8, -8), size=8, halo=True)
    ax.axvline(1.0, color=style.RULE, linewidth=0.9, zorder=1)


def _labels(ax: Axes, lines: list[Any], language: style.Language) -> None:
    points = np.concatenate([along(ax, x, y) for _, x, y, _ in lines])
    taken = [layout.box(text) for text in ax.texts]
    for row, x, y, colour in lines:
        text = f"{short_name(row, language)} {int(row['year'])}: {target_label(row, language)}"
        label = layout.note(ax, text, (x[-1], y[-1]), size=8, colour=style.text_colour(colour), halo=True, gid="name")
        taken.append(place(label, taken, points=points))


def _title(lines: list[Any], language: style.Language) -> str:
    """State what more births would change by the last year: fewer or more migrants for each target."""
    falls = [row for row, x, y, _ in lines if y[-1] < y[0]]
    rises = [row for row, x, y, _ in lines if y[-1] >= y[0]]
    key = "both" if falls and rises else "falls" if falls else "rises"
    return say(language, f"isoquants.{key}", falls=_names(falls, language), rises=_names(rises, language))


def _names(rows: list[Any], language: style.Language) -> str:
    return listed(language, list(dict.fromkeys(short_name(row, language) for row in rows)))
