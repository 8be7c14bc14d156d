"""Effort: the net migrants a year that each target needs, beside what was seen."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from popmodel.plots import layout, marks, style
from popmodel.plots.targets import short_name
from popmodel.plots.words import SCALE, say, target_label
from popmodel.schema import SchemaError

NAME, ROW = 190.0, 19.0
"""Room for names and height of a row. [points]"""
BAR, OPEN = "#7fa8c6", "#c46a1b"
COLUMNS = (
    "number", "indicator", "name_zh", "name_en", "target_year", "target_text", "operator", "decimals", "status",
    "net_migration", "bound", "reference", "best_year", "times_best",
)  # fmt: skip


def plot_effort(table: pd.DataFrame, *, lang: str = "zh", ax: Axes | None = None, source: str = "") -> Axes:
    """Draw a bar for each target: the even net migration a year that just meets it, with what was seen as lines.

    Parameters
    ----------
    table : pandas.DataFrame
        From `effort`.
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

    Examples
    --------
    >>> ax = pm.plot_effort(pm.effort(ev, indicator="resident_population"), lang="en")
    >>> len(ax.texts) > 3
    True
    """
    language = style.language(lang)
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing or table.empty:
        raise SchemaError(f"table has no {', '.join(missing) or 'rows'}. Pass what effort() returns.")
    with style.context():
        scale = SCALE[language]
        ax = style.new_axes(ax, height=(ROW * len(table) + 150) / layout.POINTS)
        bars = table.loc[table["bound"] == "least", "net_migration"]
        seen = pd.concat([table["reference"].dropna(), table["best_year"].dropna()])
        most, least = (pick(pd.concat([bars.dropna(), seen])) / scale for pick in (max, min))
        room, beside = 2.0 * max(most, 1.0), max(float(seen.max()) / scale, 0.0)
        ax.set_xlim(min(1.1 * least, 0.0), room)
        ax.set_ylim(len(table) - 0.5, -0.6)
        for place, (_, row) in enumerate(table.iterrows()):
            _row(ax, row, place, room, beside, scale, language)
        _lines(ax, table, scale)
        ax.set_yticks(range(len(table)), [_name(row, language) for _, row in table.iterrows()])
        for label in ax.get_yticklabels():
            label.set_parse_math(False)
        ax.tick_params(axis="y", length=0, labelsize=8)
        layout.plain_ticks(ax, "x", most=6)
        ax.spines[["left"]].set_visible(False)
        ax.grid(axis="x", color=style.WASH, zorder=0)
        start = str(table.attrs.get("first_open_year", ""))
        layout.heading(ax, say(language, "effort.title"), say(language, "effort.subtitle", year=start))
        layout.fit(ax, pad=16)
        layout.foot(ax, source, handles=_handles(table, language))
        layout.fit(ax, pad=16)
    return ax


def _name(row: "pd.Series[Any]", language: style.Language) -> str:
    name = short_name(row, language)
    target = target_label(row, language, column="target_text")
    lines = layout.wrap(f"{name} {int(row['target_year'])}: {target}", NAME, 8)
    return lines if lines.count("\n") < 2 else lines.replace("\n", " ", 1)


def _row(
    ax: Axes, row: "pd.Series[Any]", place: int, room: float, beside: float, scale: float, language: style.Language
) -> None:
    """Draw a bar up to the least number, or say in words what holds; words stand to the right of the lines."""
    status, number = str(row["status"]), row["net_migration"]
    if pd.isna(number) or row["bound"] != "least":
        key = "upto" if pd.notna(number) else {"met_without": "holds", "unmoved": "unmoved"}.get(status, "beyond")
        text = say(language, f"effort.{key}", number="" if pd.isna(number) else style.number(float(number) / scale, 1))
        layout.note(ax, text, (beside, place), offset=(6, 0), size=7.5, colour=style.MUTED)
        return
    value, holds = float(number) / scale, status == "met_without"
    colour = style.tint(BAR, 0.45) if holds else BAR if float(row["times_best"]) <= 1 else OPEN
    ax.barh(place, value, height=0.6, color=colour, hatch="////" if holds else None, edgecolor="white", linewidth=0,
            zorder=2, label="_effort")  # fmt: skip
    end = max(value, beside)
    (marks.check if holds else marks.cross)(ax, end + 0.018 * room, place, size=4.5, colour=style.INK)
    text = style.number(value, 1)
    if pd.notna(row["times_best"]):
        text = say(language, "effort.times", number=text, times=style.number(float(row["times_best"]), 1))
    layout.note(ax, text, (end, place), offset=(16, 0), size=8, halo=True, gid="effort")


def _lines(ax: Axes, table: pd.DataFrame, scale: float) -> None:
    ax.axvline(float(table["reference"].mean()) / scale, color=style.INK, linewidth=1.1, zorder=4, label="_reference")
    if table["best_year"].notna().any():
        ax.axvline(float(table["best_year"].max()) / scale, color=style.INK, linewidth=1.1, linestyle=(0, (4, 2)),
                   zorder=4, label="_best")  # fmt: skip


def _handles(table: pd.DataFrame, language: style.Language) -> list[Any]:
    handles: list[Any] = [Line2D([], [], color=style.INK, linewidth=1.1, label=say(language, "effort.reference"))]
    if table["best_year"].notna().any():
        handles.append(Line2D([], [], color=style.INK, linewidth=1.1, linestyle=(0, (4, 2)),
                              label=say(language, "effort.best")))  # fmt: skip
    numbers = table[table["net_migration"].notna()]
    met = numbers["status"] == "met_without"
    kinds: tuple[tuple[str, dict[str, Any], Any], ...] = (
        ("floor", {"facecolor": style.tint(BAR, 0.45), "hatch": "////", "edgecolor": "white"}, met),
        ("within", {"facecolor": BAR}, ~met & (numbers["times_best"] <= 1)),
        ("above", {"facecolor": OPEN}, ~met & (numbers["times_best"] > 1)),
    )
    handles += [
        Rectangle((0, 0), 1, 1, label=say(language, f"effort.{key}"), **look) for key, look, here in kinds if here.any()
    ]
    return handles
