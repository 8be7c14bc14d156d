"""The frontier: the best that a target can come to, against how many migrants the city may gain."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from popmodel.plots import layout, style
from popmodel.plots.targets import bound_of, check_columns, limits_labels, short_name
from popmodel.plots.words import SCALE, in_print, say, target_label, titled, unit_name

LINE, GOOD = "#1f4e79", "#dbe6ef"
COLUMNS = ("limits", "city_rate", "migrants", "best", "level", "from", "reference")


class Caps(Protocol):
    """What is read of a set of limits."""

    @property
    def city_rate(self) -> tuple[float, float] | None: ...  # noqa: D102


def plot_frontier(
    table: pd.DataFrame,
    *,
    limits: Mapping[str, Caps] | None = None,
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw the best value of a target against the cap on the city's net migration, with the target as a line.

    Parameters
    ----------
    table : pandas.DataFrame
        From `migration_frontier`.
    limits : mapping of str to Limits, optional
        From `read_limits`: the caps of each set are marked on the axis.
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
        If a column is missing or the table is empty.

    Examples
    --------
    >>> table = pm.migration_frontier(problem, rates=[0, 10, 20])
    >>> ax = pm.plot_frontier(table, limits=pm.read_limits(), lang="en")
    >>> len(ax.lines) > 1
    True
    """
    language = style.language(lang)
    check_columns(table, COLUMNS, "migration_frontier")
    row, name = table.iloc[0], limits_labels(table, language)[str(table["limits"].iloc[0])]
    scale = SCALE[language]
    x = table["migrants"].to_numpy(dtype=float) / scale
    best, unit = in_print(table["best"].to_numpy(dtype=float), str(row["unit"]), language)
    goal = row["value"] if pd.notna(row["value"]) else row["level"]
    level, _ = in_print(np.array([float(goal)]), str(row["unit"]), language)
    with style.context():
        ax = style.new_axes(ax, height=4.6)
        ax.plot(x, best, color=LINE, marker="o", markersize=3.2, zorder=4, label="_best")
        ends = np.append(best[np.isfinite(best)], level[0])
        pad = 0.12 * max(float(ends.max() - ends.min()), 1e-9)
        ax.set_ylim(float(ends.min()) - pad, float(ends.max()) + pad)
        ax.set_xlim(float(x.min()), float(x.max()) + 1e-9)
        _goal(ax, row, float(level[0]), language)
        per_rate = _per_rate(table) / scale
        _caps(ax, limits or {}, per_rate, language)
        layout.plain_ticks(ax, "x", most=7)
        layout.plain_ticks(ax, "y", most=6)
        ax.grid(axis="y", color=style.WASH, zorder=0)
        ax.set_xlabel(say(language, "frontier.x"), fontsize=8.5, loc="right")
        what = titled(short_name(row, language), unit or unit_name(str(row["unit"]), language), language)
        layout.heading(ax, _title(table, name, scale, language),
                       say(language, "frontier.subtitle", what=what, limits=name))  # fmt: skip
        layout.fit(ax, pad=14)
        layout.foot(ax, source, below=40, handles=_handles(language))
        layout.fit(ax, pad=14)
    return ax


def _per_rate(table: pd.DataFrame) -> float:
    """Return persons a year per mille of the residents of the start."""
    known = table[table["city_rate"] != 0]
    return float((known["migrants"] / known["city_rate"]).iloc[0]) if len(known) else 0.0


def _goal(ax: Axes, row: "pd.Series[Any]", level: float, language: style.Language) -> None:
    """Draw the target as a line, with its good side shaded."""
    low, high = ax.get_ylim()
    good = (low, level) if bound_of(row) == "most" else (level, high)
    ax.axhspan(*good, color=GOOD, zorder=0, linewidth=0)
    ax.axhline(level, color=style.INK, linewidth=1.2, zorder=3, label="_goal")
    text = say(language, "frontier.goal", target=target_label(row, language))
    below = bound_of(row) == "most"
    layout.note(ax, text, (0, level), coords=("axes fraction", "data"), offset=(4, -4 if below else 4), size=8,
                va="top" if below else "bottom", halo=True)  # fmt: skip


def _caps(ax: Axes, limits: Mapping[str, Caps], per_rate: float, language: style.Language) -> None:
    """Mark on the axis what each set of limits lets the city gain; names of neighbours at different heights."""
    marked = sorted((one.city_rate[1] * per_rate, key) for key, one in limits.items() if one.city_rate is not None)
    end = ax.get_xlim()[1]
    for number, (x, key) in enumerate((x, key) for x, key in marked if x <= end):
        label = style.printable(str(getattr(limits[key], language, "") or key)) or key
        ax.axvline(x, color=style.MUTED, linewidth=0.9, linestyle=(0, (3, 2)), zorder=2, label="_cap")
        right = x > 0.75 * end
        layout.note(ax, label, (x, 1), coords=("data", "axes fraction"), offset=(-4 if right else 4, -6 - 12 * number),
                    size=7.5, colour=style.MUTED, ha="right" if right else "left", va="top", halo=True)  # fmt: skip


def _title(table: pd.DataFrame, name: str, scale: float, language: style.Language) -> str:
    """State from how many migrants on the target is met, or what it comes to with the most."""
    row = table.iloc[0]
    given = {"name": short_name(row, language), "year": int(row["year"]), "target": target_label(row, language),
             "limits": name}  # fmt: skip
    met = table[table["met"].astype(bool)]
    if len(met):
        number = style.number(_crossing(table) / scale, 1)
        return say(language, "frontier.met", number=number, **given)
    known = table[table["best"].notna()]
    last = known.iloc[-1] if len(known) else row
    decimals = max(int(row["decimals"]) if pd.notna(row["decimals"]) else 0, 1)
    return say(
        language, "frontier.missed", number=style.number(float(last["migrants"]) / scale, 1),
        best=style.number(float(last["best"]), decimals), **given,
    )  # fmt: skip


def _crossing(table: pd.DataFrame) -> float:
    """Return about how many migrants the cap must let come, by a straight line between the caps tried. [persons]"""
    rows = table[table["best"].notna()].sort_values("migrants")
    first = int(rows["met"].astype(bool).to_numpy().argmax())
    x, y = rows["migrants"].to_numpy(dtype=float), rows["best"].to_numpy(dtype=float)
    if first == 0 or y[first] == y[first - 1]:
        return float(x[first])
    share = (float(rows["level"].iloc[0]) - y[first - 1]) / (y[first] - y[first - 1])
    return float(x[first - 1] + min(max(share, 0.0), 1.0) * (x[first] - x[first - 1]))


def _handles(language: style.Language) -> list[Any]:
    return [
        Line2D([], [], color=LINE, marker="o", markersize=3.5, label=say(language, "frontier.best")),
        Line2D([], [], color=style.MUTED, linewidth=0.9, linestyle=(0, (3, 2)), label=say(language, "frontier.cap")),
    ]
