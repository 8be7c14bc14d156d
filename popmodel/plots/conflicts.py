"""Conflicts: which targets exclude each other within the limits, and the least that must be given up."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from popmodel.plots import layout, marks, style
from popmodel.plots.targets import check_columns, full_label, limits_labels, targets_of
from popmodel.plots.words import counted, limit_name, listed, say
from popmodel.schema import SchemaError

NAME, TOP, ROW, COLUMN, GIVE = 236.0, 20.0, 19.0, 34.0, 44.0
"""Room for names, height of the head and of a row, most width of a column and that of the last one. [points]"""
WIDTH = 572.0
FEW = 8
"""Sets of which the foot says what would lift them."""


def plot_conflicts(table: pd.DataFrame, *, lang: str = "zh", ax: Axes | None = None, source: str = "") -> Axes:
    """Draw a row a target and a column for each set of targets that cannot hold together within the limits.

    Parameters
    ----------
    table : pandas.DataFrame
        From `find_conflicts`, with its ``attrs``.
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
        If a column is missing, there is no conflict, or one has no certificate.

    Examples
    --------
    >>> found = pm.find_conflicts(problem)
    >>> ax = pm.plot_conflicts(found, lang="en") if len(found) else None
    """
    language = style.language(lang)
    check_columns(table, ("conflict",), "find_conflicts")
    proofs = proofs_of(table)
    name = limits_labels(table, language)[str(table.attrs["limits"])]
    targets = targets_of(table.sort_values(["indicator", "year"], key=_in_order(table)))
    sets = [list(zip(part["indicator"].astype(str), part["year"].astype(int), strict=True))
            for _, part in table.groupby("conflict", sort=False)]  # fmt: skip
    given = [(str(key[0]), int(key[1])) for key in (table.attrs["give_up"] or [[]])[0]]
    wide = min(COLUMN, (WIDTH - NAME - GIVE) / len(sets))
    with style.context():
        ax = style.new_axes(ax, height=(TOP + ROW * len(targets) + 126) / layout.POINTS)
        ax.set_xlim(0, WIDTH)
        ax.set_ylim(TOP + ROW * len(targets), 0)
        ax.set_axis_off()
        _names(ax, table, targets, language)
        for number, (members, proof) in enumerate(zip(sets, proofs, strict=True)):
            _set(ax, number, [targets.index(key) for key in members], NAME + (number + 0.5) * wide, proof, language)
        _given(ax, [targets.index(key) for key in given if key in targets], NAME + wide * len(sets) + GIVE / 2,
               language)  # fmt: skip
        alone = sum(len(members) == 1 for members in sets)
        title = counted(
            language, "conflicts.title", limits=name, several=len(sets) - alone, alone=alone,
            joined=int(0 < alone < len(sets)),
        )  # fmt: skip
        layout.heading(ax, title, say(language, "conflicts.subtitle"))
        layout.fit(ax)
        text = "\n".join(part for part in (_wider(proofs, language), source) if part)
        layout.foot(ax, text, below=8, handles=_handles(sets, proofs, language))
        layout.fit(ax)
    return ax


def proofs_of(table: pd.DataFrame) -> Sequence[Any]:
    """Return the certificates of a table of conflicts, one a conflict.

    Raises
    ------
    SchemaError
        If one is missing or proves nothing: no chart says what is not proved.
    """
    proofs: Sequence[Any] = table.attrs.get("certificates", ())
    if len(proofs) != table["conflict"].nunique() or not all(proof.margin > 0 for proof in proofs):
        raise SchemaError("a conflict has no certificate. Pass what find_conflicts() returns, with its attrs.")
    return proofs


def _in_order(table: pd.DataFrame) -> Any:
    """Return the key that keeps indicators in the plan's order where they have numbers, and years as they are."""
    numbers = table["number"] if "number" in table else pd.Series(0, index=table.index)
    rank = dict(zip(table["indicator"], numbers.fillna(10**6), strict=True))
    return lambda column: column.map(rank) if column.name == "indicator" else column


def _names(ax: Axes, table: pd.DataFrame, targets: list[tuple[str, int]], language: style.Language) -> None:
    keys = list(zip(table["indicator"].astype(str), table["year"].astype(int), strict=True))
    for place, key in enumerate(targets):
        middle = TOP + (place + 0.5) * ROW
        if place % 2 == 0:
            ax.add_patch(Rectangle((0, middle - ROW / 2), WIDTH, ROW, facecolor=style.WASH, edgecolor="none", zorder=0))
        label = full_label(table.iloc[keys.index(key)], language)
        size = next((s for s in (8.0, 7.5, 7.0, 6.5) if layout.text_width(label, s) <= NAME - 12), 6.0)
        ax.text(4, middle, label, fontsize=size, va="center_baseline", gid="target")


def _set(ax: Axes, number: int, rows: list[int], x: float, proof: Any, language: style.Language) -> None:
    middles = [TOP + (row + 0.5) * ROW for row in sorted(rows)]
    hollow = bool(proof.fragile)
    alone = len(rows) == 1
    colour = marks.BAD if alone else style.INK
    ax.text(x, TOP - 9, say(language, "conflicts.number", number=number + 1), fontsize=7.5, ha="center",
            va="center_baseline", color=style.MUTED, gid="set")  # fmt: skip
    ax.plot([x, x], [middles[0], middles[-1]], color=colour, linewidth=1.4, zorder=3, label="_set")
    ax.plot(
        [x] * len(middles), middles, linestyle="none", marker="s" if alone else "o", markersize=7,
        markeredgecolor=colour, markerfacecolor="white" if hollow else colour, markeredgewidth=1.3, zorder=4,
        label="_member",
    )  # fmt: skip


def _given(ax: Axes, rows: list[int], x: float, language: style.Language) -> None:
    ax.text(x, TOP - 9, say(language, "conflicts.give_up"), fontsize=7.5, ha="center", va="center_baseline",
            color=style.MUTED)  # fmt: skip
    for row in rows:
        marks.cross(ax, x, TOP + (row + 0.5) * ROW, size=7)


def _wider(proofs: Sequence[Any], language: style.Language) -> str:
    """Return for each set which limit alone, how many times as wide, would lift it: the one that gives least."""
    out = []
    for number, proof in enumerate(proofs[:FEW], 1):
        enough = {kind: times for kind, times in proof.times.items() if np.isfinite(times)}
        if enough:
            kind = min(enough, key=lambda each: enough[each])
            times = style.number(float(np.ceil(100 * enough[kind] - 1e-9) / 100), 2)
            limit = limit_name(language, kind)
            out.append(say(language, "conflicts.wider-entry", number=number, limit=limit, times=times))
    return say(language, "conflicts.wider") + listed(language, out) if out else ""


def _handles(sets: list[list[tuple[str, int]]], proofs: Sequence[Any], language: style.Language) -> list[Any]:
    def mark(key: str, **look: Any) -> Line2D:
        return Line2D([], [], linestyle="none", markersize=6.5, label=say(language, f"conflicts.{key}"), **look)

    out = []
    if any(len(members) > 1 for members in sets):
        out.append(mark("member", marker="o", color=style.INK))
    if any(len(members) == 1 for members in sets):
        out.append(mark("alone", marker="s", color=marks.BAD))
    if any(proof.fragile for proof in proofs):
        out.append(mark("fragile", marker="o", markerfacecolor="white", markeredgecolor=style.INK))
    out.append(mark("given", marker="x", color=marks.BAD, markeredgewidth=1.4))
    return out
