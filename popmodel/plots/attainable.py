"""What is attainable: for each target the range of its value within one or more sets of limits."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from popmodel.plots import layout, style
from popmodel.plots.targets import (
    bound_of,
    check_columns,
    first_scenario,
    limits_labels,
    short_name,
    targets_of,
    ticks_between,
)
from popmodel.plots.words import in_print, listed, say, target_label, titled, unit_name
from popmodel.schema import SchemaError

LEFT, RIGHT, END = 112.0, 424.0, 572.0
"""Where bars begin and end, and where the words beside them end. [points]"""
HEAD, ROW, TICKS = 19.0, 17.0, 15.0
FILL = "#4d87ab"
HIT, MISS = style.RATINGS["met"].colour, style.RATINGS["not_met"].colour
COLUMNS = ("limits", "least", "most", "level", "from", "reference", "attainable")


def plot_attainable(table: pd.DataFrame, *, lang: str = "zh", ax: Axes | None = None, source: str = "") -> Axes:
    """Draw for each target what it can come to within the limits, beside its level and the reference.

    Parameters
    ----------
    table : pandas.DataFrame
        From `attainable_range`, of one or more sets of limits.
    lang : {"zh", "en"}
        Language of the labels.
    ax : matplotlib.axes.Axes, optional
        Where to draw, best 8 inches wide; a new figure of the height that the rows need if not given.
    source : str
        Sources and date, for the foot.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    SchemaError
        If a column is missing or the table is empty.

    Notes
    -----
    Bars of narrower limits are darker and thinner and lie upon those of wider ones. Each indicator has its own scale.

    Examples
    --------
    >>> ax = pm.plot_attainable(pm.attainable_range(problem), lang="en")
    >>> ax.get_title(loc="left").startswith('Within "')
    True
    """
    language = style.language(lang)
    check_columns(table, COLUMNS, "attainable_range")
    table = first_scenario(table)
    names = limits_labels(table, language)
    order = _widest_first(table)
    blocks = [group for _, group in table.groupby("indicator", sort=False)]
    rows = len(targets_of(table))
    with style.context():
        height = HEAD * len(blocks) + ROW * rows + TICKS * len(blocks)
        ax = style.new_axes(ax, height=(height + 128) / layout.POINTS)
        ax.set_xlim(0, END)
        ax.set_ylim(height, 0)
        ax.set_axis_off()
        top = 0.0
        for block in blocks:
            top = _block(ax, block, top, order, names, language)
        layout.heading(ax, _title(table, order, names, language), say(language, "attainable.subtitle"))
        layout.fit(ax)
        layout.foot(ax, source, below=8, handles=_handles(order, names, language))
        layout.fit(ax)
    return ax


def _widest_first(table: pd.DataFrame) -> list[str]:
    """Return the sets of limits, the widest first; those alike in their order."""
    wide = (table["most"] - table["least"]).groupby([table["indicator"], table["year"]]).rank()
    mean = wide.groupby(table["limits"], sort=False).mean()
    return [str(name) for name in mean.sort_values(ascending=False, kind="stable").index]


def _look(place: int, count: int) -> tuple[str, float]:
    """Return colour and height of a bar: the narrower the limits, the darker and thinner."""
    step = place / max(count - 1, 1) if count > 1 else 0.5
    return style.tint(FILL, 0.28 + 0.72 * step), ROW * (0.78 - 0.48 * step)


def _block(
    ax: Axes, block: pd.DataFrame, top: float, order: list[str], names: Mapping[str, str], language: style.Language
) -> float:
    """Draw one indicator: its name, a row a target and its scale; return where the next one begins."""
    first = block.iloc[0]
    ends = block[["least", "most", "value", "level", "reference"]].to_numpy(dtype=float)
    ends, unit = in_print(ends, "persons", language) if str(first["unit"]) == "persons" else (ends, "")
    low, high = (pick(ends[np.isfinite(ends)]) for pick in (np.min, np.max))
    pad = 0.04 * max(high - low, 1e-9)
    scale = (low - pad, high + pad)
    factor = float(ends[0, -1] / float(first["reference"])) if unit and first["reference"] else 1.0

    def place(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * (value * factor - float(scale[0])) / float(scale[1] - scale[0])

    name = titled(short_name(first, language), unit or _unit(first, language), language)
    ax.text(0, top + HEAD - 7, name, fontsize=8.5, va="center_baseline", gid="name")
    years = sorted(int(year) for year in block["year"].unique())
    bottom = top + HEAD + ROW * len(years)
    for tick, text in ticks_between(*scale, most=5):
        x = place(tick / factor)
        ax.plot([x, x], [top + HEAD, bottom], color=style.WASH, linewidth=0.8, zorder=0)
        ax.text(x, bottom + 6, text, fontsize=7, color=style.MUTED, ha="center",
                va="center_baseline")  # fmt: skip
    for number, year in enumerate(years):
        here = block[block["year"] == year].set_index("limits")
        _row(ax, here, top + HEAD + ROW * (number + 0.5), place, order, names, language)
    return bottom + TICKS


def _unit(row: "pd.Series[Any]", language: style.Language) -> str:

    return unit_name(str(row["unit"]), language)


def _row(
    ax: Axes, here: pd.DataFrame, middle: float, place: Any, order: list[str], names: Mapping[str, str],
    language: style.Language,
) -> None:  # fmt: skip
    row = here.iloc[0]
    label = f"{int(row['year'])}  {target_label(row, language)}"
    ax.text(LEFT - 8, middle, layout.wrap(label, LEFT - 12, 8).split("\n")[0], fontsize=8, ha="right",
            va="center_baseline", color=style.MUTED, gid="target")  # fmt: skip
    for number, name in enumerate(order):
        if name in here.index:
            colour, height = _look(number, len(order))
            least, most = (place(end) for end in here.loc[[name], ["least", "most"]].to_numpy(dtype=float)[0])
            ax.add_patch(Rectangle((least, middle - height / 2), max(most - least, 0.8), height, facecolor=colour,
                                   edgecolor="none", zorder=2 + 0.1 * number, label="_range"))  # fmt: skip
    ax.plot([place(float(row["reference"]))], [middle], marker="o", markersize=4.2, color=style.INK, zorder=8,
            markeredgecolor="white", markeredgewidth=0.7, label="_reference")  # fmt: skip
    missed = [name for name in order if name in here.index and not bool(here.loc[name, "attainable"])]
    level = row["value"] if pd.notna(row["value"]) else row["level"]
    if np.isfinite(float(level)):
        _goal(ax, place(float(level)), middle, row, hollow=bool(missed))
    if missed:
        every = len(missed) == len(here)
        key = ("alone" if len(order) == 1 else "none") if every else "outside"
        text = say(language, f"attainable.{key}", limits=listed(language, [names[name] for name in missed]))
        ax.text(RIGHT + 10, middle, layout.wrap(text, END - RIGHT - 8, 7.5), fontsize=7.5, va="center", linespacing=1.0,
                color=style.text_colour(MISS), gid="missed")  # fmt: skip


def _goal(ax: Axes, x: float, middle: float, row: "pd.Series[Any]", *, hollow: bool) -> None:
    """Draw the level of a target: a line with an arrow to the side that it asks for, hollow where it is not reached."""
    colour = MISS if hollow else HIT
    ax.plot([x, x], [middle - ROW * 0.44, middle + ROW * 0.44], color=colour, linewidth=1.6, zorder=6,
            solid_capstyle="butt", label="_level")  # fmt: skip
    marker = "<" if bound_of(row) == "most" else ">"
    ax.plot([x + (-3.5 if marker == "<" else 3.5)], [middle], marker=marker, markersize=5.5, markeredgecolor=colour,
            markerfacecolor="white" if hollow else colour, markeredgewidth=1.1, zorder=7, label="_goal")  # fmt: skip


def _title(table: pd.DataFrame, order: list[str], names: Mapping[str, str], language: style.Language) -> str:
    """State how many targets are attainable, each alone, within the widest and the narrowest limits."""
    counts = table.groupby("limits", sort=False)["attainable"].sum()
    total = len(targets_of(table))
    if not total:
        raise SchemaError("table has no rows. Pass what attainable_range() returns.")
    wide, narrow = order[0], order[-1]
    key = "one" if len(order) == 1 else "several"
    return say(
        language, f"attainable.{key}", total=total, wide=names[wide], most=int(counts[wide]), narrow=names[narrow],
        fewest=int(counts[narrow]),
    )  # fmt: skip


def _handles(order: list[str], names: Mapping[str, str], language: style.Language) -> list[Any]:
    out: list[Any] = [
        Rectangle((0, 0), 1, 1, facecolor=_look(n, len(order))[0], label=names[name]) for n, name in enumerate(order)
    ]
    for key, colour, fill in (("met", HIT, HIT), ("missed", MISS, "white")):
        out.append(Line2D([], [], linestyle="none", marker=">", markersize=6, markeredgecolor=colour,
                          markerfacecolor=fill, label=say(language, f"attainable.key-{key}")))  # fmt: skip
    out.append(Line2D([], [], linestyle="none", marker="o", markersize=5, color=style.INK,
                      label=say(language, "attainable.reference")))  # fmt: skip
    return out
