"""How likely each target is: a point for the draws, a bar for the range over the declared variants."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from popmodel.plots import layout, style
from popmodel.plots.evaluated import Evaluated, of_evaluation
from popmodel.plots.targets import short_name
from popmodel.plots.words import attained_word, say, target_label
from popmodel.schema import SchemaError

NAME, ROW, ROOM = 190.0, 19.0, 350.0
"""Room for names, height of a row, and room for the heading beside the names. [points]"""
CUTS = (5, 33, 67, 95)
COLOURS = {
    "very_likely": "#1f4e79", "likely": "#4d87ab", "even": "#8a7a3a", "unlikely": "#cf7626",
    "very_unlikely": "#8c2a1c", "cannot_tell": "#5a646e",
}  # fmt: skip
COLUMNS = (
    "number", "indicator", "name_zh", "name_en", "milestone", "text", "operator", "probability", "lowest", "highest",
    "n", "code", "basis", "printed",
)  # fmt: skip


def _table(found: Evaluated) -> pd.DataFrame:
    table: pd.DataFrame | None = getattr(found, "attainment", None)
    if table is None:
        raise SchemaError("nothing was drawn: the evaluation was made without draws. Give evaluate(draws=2000).")
    return table


@of_evaluation(_table)
def plot_attainment(table: pd.DataFrame, *, lang: str = "zh", ax: Axes | None = None, source: str = "") -> Axes:
    """Draw the probability of each target with its range over the declared variants, and the word for it.

    Parameters
    ----------
    table : pandas.DataFrame or Evaluation
        From `attainment`; rows without a probability are left out and counted in the heading.
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
        If a column is missing, or no target has a probability.

    Examples
    --------
    >>> import numpy as np, xarray as xr
    >>> share = xr.DataArray(np.linspace(25, 27, 1000), dims="draw", attrs={"unit": "percent"})
    >>> values = xr.Dataset({"share_60_plus": share.expand_dims(year=[2030, 2035], area=[ev.city.code])})
    >>> ax = pm.plot_attainment(pm.attainment(values, ev.targets), lang="en")
    >>> len(ax.texts) > 2
    True
    """
    language = style.language(lang)
    missing = [name for name in COLUMNS if name not in table.columns]
    rows = table[table["probability"].notna()] if not missing else table
    if missing or rows.empty:
        raise SchemaError(
            f"table has no {', '.join(missing) or 'row with a probability'}. Pass what attainment() gives."
        )
    ax = style.new_axes(ax, height=(ROW * len(rows) + 150) / layout.POINTS)
    ax.set_xlim(-2, 102)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    for cut in CUTS:
        ax.axvline(cut, color=style.RULE, linewidth=0.7, zorder=0.5, label="_cut")
    for place, (_, row) in enumerate(rows.iterrows()):
        _row(ax, row, place, language)
    ax.set_yticks(range(len(rows)), [_name(row, language) for _, row in rows.iterrows()])
    for label in ax.get_yticklabels():
        label.set_parse_math(False)
    ax.tick_params(axis="y", length=0, labelsize=8)
    ax.set_xticks(CUTS, [f"{cut}" for cut in CUTS])
    ax.spines[["left"]].set_visible(False)
    left_out = len(table) - len(rows)
    draws = int(rows["n"].max())
    likely, unlikely = (int((rows["code"] == code).sum()) for code in ("very_likely", "very_unlikely"))
    title = say(language, "attainment.title", targets=len(rows), likely=likely, unlikely=unlikely)
    subtitle = say(language, "attainment.subtitle", draws=draws, others=left_out)
    layout.heading(ax, title, layout.wrap(subtitle, ROOM, 9))
    layout.fit(ax, pad=14)
    layout.foot(ax, source, handles=_handles(rows, language))
    layout.fit(ax, pad=14)
    return ax


def _name(row: "pd.Series[Any]", language: style.Language) -> str:
    name = short_name(row, language)
    target = target_label(row.rename({"text": "target_text"}), language, column="target_text")
    lines = layout.wrap(f"{name} {int(row['milestone'])}: {target}", NAME, 8)
    return lines if lines.count("\n") < 2 else lines.replace("\n", " ", 1)


def _row(ax: Axes, row: "pd.Series[Any]", place: int, language: style.Language) -> None:
    """Draw the range and the point; the figure and the word stand to the right of the axis."""
    p, colour = 100 * float(row["probability"]), COLOURS[str(row["code"])]
    if pd.notna(row["lowest"]):
        ends = [100 * float(row["lowest"]), 100 * float(row["highest"])]
        ax.plot(ends, [place, place], color=style.tint(colour, 0.45), linewidth=6, solid_capstyle="butt", zorder=2,
                label="_range")  # fmt: skip
    open_ = str(row["code"]) == "cannot_tell"
    marker = "D" if str(row["basis"]) == "assumed" else "o"
    ax.plot([p], [place], linestyle="none", marker=marker, markersize=6, markerfacecolor="white" if open_ else colour,
            markeredgecolor=colour, markeredgewidth=1.4, zorder=4, label="_probability", clip_on=False)  # fmt: skip
    text = say(language, "attainment.row", figure=row["printed"], word=attained_word(str(row["code"]), language))
    layout.note(ax, text, (102, place), offset=(8, 0), size=8, colour=style.text_colour(colour), gid="attained")


def _handles(rows: pd.DataFrame, language: style.Language) -> list[Any]:
    handles: list[Any] = [
        Line2D([], [], linestyle="none", marker="o", markersize=6.5, color=style.MUTED,
               label=say(language, "attainment.point"))
    ]  # fmt: skip
    if rows["lowest"].notna().any():
        handles.append(Line2D([], [], color=style.tint(style.MUTED, 0.45), linewidth=6,
                              label=say(language, "attainment.range")))  # fmt: skip
    if (rows["basis"] == "assumed").any():
        handles.append(Line2D([], [], linestyle="none", marker="D", markersize=6, color=style.MUTED,
                              label=say(language, "attainment.assumed")))  # fmt: skip
    if (rows["code"] == "cannot_tell").any():
        handles.append(Line2D([], [], linestyle="none", marker="o", markersize=6, markerfacecolor="white",
                              color=style.MUTED, label=say(language, "attainment.open")))  # fmt: skip
    return handles
