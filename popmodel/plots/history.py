"""Observed values as tracking charts draw them: runs of one basis as lines, published and derived values as marks."""

import itertools

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from popmodel.plots import observations, style
from popmodel.plots.words import say


def draw(
    ax: Axes, seen: list[observations.History], doubles: observations.History | None, language: style.Language
) -> tuple[np.ndarray, list[Artist]]:
    """Draw the observations; return their points and what the key says of them."""
    keys: dict[str, Artist] = {}
    corners = [np.empty((0, 2))]
    for part in seen:
        ax.plot(part.year, part.value, color=style.INK, linewidth=1.2, zorder=4, label=f"_history {part.basis}")
        for flag, kind, face in ((False, "observed", style.INK), (True, "derived", "white")):
            mask = part.derived == flag
            if mask.any():
                ax.plot(
                    part.year[mask], part.value[mask], linestyle="none", marker="o", markersize=5,
                    markerfacecolor=face, markeredgecolor=style.INK, markeredgewidth=1.1, zorder=5, label=f"_{kind}",
                )  # fmt: skip
                keys[kind] = Line2D(
                    [], [], linestyle="none", marker="o", markersize=5, markerfacecolor=face,
                    markeredgecolor=style.INK, label=say(language, f"tracking.{kind}"),
                )  # fmt: skip
        corners.append(np.column_stack([part.year, part.value]))
    if doubles is not None:
        ax.plot(
            doubles.year, doubles.value, linestyle="none", marker="x", markersize=4.5, color=style.MUTED, label="_other"
        )
        keys["other"] = Line2D(
            [], [], linestyle="none", marker="x", markersize=4.5, color=style.MUTED,
            label=say(language, "tracking.other"),
        )  # fmt: skip
    for before, after in itertools.pairwise(seen):
        if after.year[0] > before.year[-1] and before.basis != after.basis:
            middle = (before.year[-1] + after.year[0]) / 2
            ax.axvline(middle, color=style.MUTED, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1, label="_break")
            keys["break"] = Line2D(
                [], [], color=style.MUTED, linewidth=0.9, linestyle=(0, (2, 2)), label=say(language, "tracking.break")
            )
    order = [kind for kind in ("observed", "derived", "other", "break") if kind in keys]
    return np.concatenate(corners), [keys[kind] for kind in order]
