"""The heat map: which targets each scenario meets, and by how much it misses the others."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from popmodel.plots import layout, marks, style
from popmodel.plots.evaluated import names as names_of, of_evaluation
from popmodel.plots.words import say, target_label, titled, unit_name
from popmodel.schema import SchemaError

NAME, TOP, ROW, GOAL = 176.0, 30.0, 21.0, 44.0
"""Left edge of the first column, height of the head and of a row, least width of the target's column [points]."""
MET, MISSED = "#dbe6ef", "#c46a1b"
COLUMNS = (
    "scenario", "number", "indicator", "name_zh", "name_en", "target_year", "operator", "target_text", "target",
    "decimals", "base_value", "projected", "projected_met", "unit",
)  # fmt: skip


@of_evaluation(lambda found: found.ratings, scenario_names=names_of)
def plot_heatmap(
    card: pd.DataFrame,
    *,
    lang: str = "zh",
    ax: Axes | None = None,
    scenario_names: Mapping[str, str] | None = None,
    source: str = "",
) -> Axes:
    """Draw a cell for each indicator, milestone and scenario: met or not, the projected value, the size of the miss.

    Parameters
    ----------
    card : pandas.DataFrame or Evaluation
        One row per scenario, indicator and milestone, as `score` gives it; indicators without projection are left out.
    lang : {"zh", "en"}
        Language of the labels.
    ax : matplotlib.axes.Axes, optional
        Where to draw, best 8 inches wide; a new figure of the height that the rows need if not given.
    scenario_names : mapping of str to str, optional
        Printed names of the scenarios.
    source : str
        Sources and date, for the foot.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    SchemaError
        If a column is missing or nothing is projected.

    Examples
    --------
    >>> ax = pm.plot_heatmap(ev.ratings, lang="en")
    >>> ax.get_title(loc="left")
    "Which targets each scenario's projected values meet"
    """
    language = style.language(lang)
    names = scenario_names or {}
    missing = [name for name in COLUMNS if name not in card.columns]
    if missing:
        raise SchemaError(f"card has no column {', '.join(missing)}. Pass what score() returns.")
    rows = card[card["indicator"].isin(card.loc[card["projected"].notna(), "indicator"])]
    if rows.empty:
        raise SchemaError("card holds no projected value. Pass projected= to score().")
    scenarios = [str(name) for name in rows["scenario"].unique()]
    milestones = sorted(int(year) for year in rows["target_year"].unique())
    count = int(rows["indicator"].nunique())
    printed = [style.printable(names.get(name, name)) or name for name in scenarios]
    span = (572.0 - NAME) / len(milestones)
    first = max(GOAL, span / (len(scenarios) + 1))  # the target's column, then one a scenario
    wide = (span - first) / len(scenarios)
    longest = max(layout.text_width(name, 7.5) for name in printed)
    upright = longest > wide - 1
    top = TOP + (longest - 8 if upright else 0)
    ax = style.new_axes(ax, height=(top + ROW * count + 118) / layout.POINTS)
    ax.set_xlim(0, 572)
    ax.set_ylim(top + ROW * count, 0)
    ax.set_axis_off()
    for m, milestone in enumerate(milestones):
        left = NAME + m * span
        ax.text(
            left + first / 2, top - 9, str(milestone), fontsize=11, ha="center", va="center_baseline",
            gid="milestone",
        )  # fmt: skip
        for s, name in enumerate(printed):
            x, y = left + first + (s + 0.5) * wide, top - (6 if upright else 9)
            ax.text(x, y, name, fontsize=7.5, ha="center", va="bottom" if upright else "center_baseline",
                    rotation=90 if upright else 0, color=style.MUTED, gid="scenario")  # fmt: skip
    for order, (_, group) in enumerate(rows.groupby("indicator", sort=False)):
        middle = top + (order + 0.5) * ROW
        _name(ax, group.iloc[0], middle, language)
        for m, milestone in enumerate(milestones):
            cells = group[group["target_year"] == milestone]
            left = NAME + m * span
            if len(cells):
                _goal(ax, cells.iloc[0], left + first / 2, middle, first, language)
            for _, row in cells.iterrows():
                _cell(ax, row, left + first + scenarios.index(str(row["scenario"])) * wide, middle, wide)
    layout.heading(ax, say(language, "heatmap.title"), say(language, "heatmap.subtitle"))
    layout.fit(ax)
    layout.foot(ax, source, below=10, handles=[
        Rectangle((0, 0), 1, 1, facecolor=MET, label=say(language, "heatmap.met")),
        Rectangle((0, 0), 1, 1, facecolor=style.tint(MISSED, 0.5), label=say(language, "heatmap.unmet")),
        Rectangle((0, 0), 1, 1, facecolor=style.WASH, label=say(language, "heatmap.none")),
    ])  # fmt: skip
    layout.fit(ax)
    return ax


def _name(ax: Axes, row: "pd.Series[Any]", middle: float, language: style.Language) -> None:
    name = titled(str(row[f"name_{language}"]), unit_name(str(row["unit"]), language), language)
    size = 8.0 if layout.text_width(name, 8) < NAME - 22 else 7.0
    lines = layout.wrap(name, NAME - 24, size).split("\n")
    if pd.notna(row["number"]):
        ax.text(13, middle, str(int(row["number"])), fontsize=7.5, color=style.MUTED, ha="right", va="center_baseline")
    for i, line in enumerate(lines):
        y = middle + (i - (len(lines) - 1) / 2) * (size + 2.5)
        ax.text(18, y, line, fontsize=size, va="center_baseline", gid="name")


def _goal(ax: Axes, row: "pd.Series[Any]", x: float, middle: float, wide: float, language: style.Language) -> None:
    """Write the target as printed, on as many lines as it takes."""
    text = target_label(row, language, column="target_text")
    size = 7.5 if layout.wrap(text, wide - 3, 7.5, even=True).count("\n") < 2 else 6.5
    lines = layout.wrap(text, wide - 3, size, even=True).split("\n")
    for i, line in enumerate(lines):
        y = middle + (i - (len(lines) - 1) / 2) * (size + 1.5)
        ax.text(x, y, line, fontsize=size, ha="center", va="center_baseline", gid="target")


def _cell(ax: Axes, row: "pd.Series[Any]", left: float, middle: float, wide: float) -> None:
    known, met = pd.notna(row["projected"]), row["projected_met"]
    colour = style.WASH
    if known and pd.notna(met):
        colour = MET if bool(met) else style.tint(MISSED, 0.25 + 0.5 * _miss(row))
    ax.add_patch(Rectangle((left + 0.8, middle - ROW / 2 + 0.8), wide - 1.6, ROW - 1.6, facecolor=colour,
                           edgecolor="none", label="_cell"))  # fmt: skip
    if not known:
        return
    digits = max(int(row["decimals"]) if pd.notna(row["decimals"]) else 0, 1)
    text = style.number(float(row["projected"]), digits)
    room = layout.text_width(text, 7.5) + 12
    if room <= wide:
        ax.text(left + wide / 2 + 4, middle, text, fontsize=7.5, ha="center", va="center_baseline", gid="value")
    if pd.notna(met):
        x = left + wide / 2 - (room / 2 - 4 if room <= wide else 0)
        (marks.check if bool(met) else marks.cross)(ax, x, middle, size=5, colour=style.INK)


def _miss(row: "pd.Series[Any]") -> float:
    """Return how far the projection falls short, in distances from base to target, at most 1."""
    distance = abs(float(row["target"]) - float(row["base_value"]))
    short = abs(float(row["projected"]) - float(row["target"]))
    return min(short / distance, 1.0) if distance > 0 and np.isfinite(short) else 1.0
