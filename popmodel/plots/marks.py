"""Marks that several charts share: the sign of a rating, check and cross, the bullet bar; drawn, not set in type."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Polygon, Rectangle
from matplotlib.path import Path

from popmodel.plots import style

GOOD, BAD = style.RATINGS["met"].colour, style.RATINGS["not_met"].colour
GROUND = "#dfe4e8"


_CHECK = MarkerStyle(Path([(-0.5, -0.02), (-0.12, -0.42), (0.55, 0.42)]), capstyle="round", joinstyle="round")
_CROSS = MarkerStyle(
    Path([(-0.4, -0.4), (0.4, 0.4), (-0.4, 0.4), (0.4, -0.4)], [Path.MOVETO, Path.LINETO] * 2), capstyle="round"
)


def rating(
    ax: Axes, x: float, y: float, code: str, *, hollow: bool = False, size: float = 8.0, grey: bool = False
) -> None:
    """Draw the sign of a rating at a point of the axes; `grey` for one of the past."""
    look = style.rating_look(code)
    look = look._replace(colour=style.MUTED) if grey else look
    label = f"_{'last' if grey else 'rating'} {code}"
    empty = hollow or look.hollow
    scale = {"D": 0.8, "s": 0.88, "X": 1.05}.get(look.marker, 1.0) if isinstance(look.marker, str) else 1.2
    ax.plot(
        [x], [y], linestyle="none", marker=look.marker, markersize=size * scale, markeredgecolor=look.colour,
        markerfacecolor="white" if empty else look.colour, markeredgewidth=1.1, label=label, zorder=5,
        clip_on=False,
    )  # fmt: skip
    if style.rating_look(code) == style.RATINGS["met"]:
        check(ax, x, y, colour=look.colour if empty else "white", size=0.55 * size, label="_met")


def check(ax: Axes, x: float, y: float, *, colour: str = GOOD, size: float = 6.0, label: str = "_check") -> None:
    """Draw a check mark; a path, so that no font need have it."""
    ax.plot(
        [x], [y], linestyle="none", marker=_CHECK, markersize=1.1 * size, markerfacecolor="none", label=label,
        markeredgecolor=colour, markeredgewidth=1.5, zorder=6, clip_on=False,
    )  # fmt: skip


def cross(ax: Axes, x: float, y: float, *, colour: str = BAD, size: float = 6.0, label: str = "_cross") -> None:
    """Draw a cross; a path too."""
    ax.plot(
        [x], [y], linestyle="none", marker=_CROSS, markersize=0.84 * size, markerfacecolor="none", label=label,
        markeredgecolor=colour, markeredgewidth=1.4, zorder=6, clip_on=False,
    )  # fmt: skip


def is_ceiling(row: "pd.Series[Any]") -> bool:
    """Say whether the base already keeps the target, so that the bar shows a margin used up."""
    operator, base, goal = str(row["operator"]), row["base_value"], row["target"]
    if pd.isna(base) or pd.isna(goal):
        return False
    if operator in ("below", "at_most"):
        return bool(base < goal)
    return operator in ("above", "at_least") and bool(base > goal)


def bullet(ax: Axes, x: float, y: float, length: float, row: "pd.Series[Any]") -> None:
    """Draw the bar from base to target: covered, due today, and the target as a goal or a wall.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        In points, its y axis pointing down.
    x, y, length : float
        Left end, height of the middle, and length from base to target [points].
    row : pandas.Series
        A row of the scorecard with finite `c` and `tau`.
    """
    ceiling, colour = is_ceiling(row), style.rating_look(str(row["rating"])).colour
    ax.add_patch(Rectangle((x, y - 2.5), length, 5, facecolor=GROUND, edgecolor="none", zorder=2))
    covered(ax, x, y, length, float(row["c"]), colour=colour, ceiling=ceiling)
    if 0 < float(row["tau"]) < 1:
        due(ax, x + float(row["tau"]) * length, y)
    goal(ax, x + length, y, wall=ceiling)


def covered(ax: Axes, x: float, y: float, length: float, share: float, *, colour: str, ceiling: bool) -> None:
    """Draw the part covered; hatched where it is a margin used up, a stub to the left where it went the wrong way."""
    low, high = max(min(share, 0.0), -0.06) * length, min(max(share, 0.0), 1.05) * length
    ax.add_patch(
        Rectangle(
            (x + low, y - 1.6), high - low, 3.2, facecolor=style.tint(colour, 0.35) if ceiling else colour,
            edgecolor=colour, linewidth=0.8, hatch="////" if ceiling else None, zorder=3, label="_covered",
        )
    )  # fmt: skip


def due(ax: Axes, x: float, y: float) -> None:
    """Draw where an even pace would stand today."""
    ax.plot([x, x], [y - 4.5, y + 4.5], color=style.INK, linewidth=1.2, zorder=4, label="_due", solid_capstyle="butt")


def goal(ax: Axes, x: float, y: float, *, wall: bool) -> None:
    """Draw the end of a bar: an arrow for a goal to reach, a wall for a bound not to pass."""
    if wall:
        ax.plot([x, x], [y - 5, y + 5], color=style.INK, linewidth=2, solid_capstyle="butt", zorder=4, label="_wall")
    else:
        ax.add_patch(Polygon([(x, y - 4), (x + 4, y), (x, y + 4)], facecolor=style.INK, edgecolor="none", zorder=4))
