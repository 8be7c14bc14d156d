"""Targets as the charts draw them: the path that they require, and marks whose shape says how they are met."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

from popmodel.plots import layout, style
from popmodel.plots.words import say, target_label

UPWARD, DOWNWARD = ("above", "at_least", "cumulative"), ("below", "at_most")
COLOUR = "#8c2a1c"
SHAPES = {"up": "^", "down": "v", "about": "D"}


def path(goals: pd.DataFrame) -> np.ndarray:
    """Return the required path (n, 2) from the base over the numeric targets; empty if it has no two points."""
    aims = goals[goals["value"].notna() & ~goals["operator"].isin(["rising", "keep", "relative"])]
    points = [(float(year), float(value)) for year, value in zip(aims["year"], aims["value"], strict=True)]
    if points and (goals["operator"] == "cumulative").any():
        points.insert(0, (float(goals["start_year"].dropna().iloc[0]) - 1, 0.0))
    elif points and pd.notna(goals["base_value"].iloc[0]):
        points.insert(0, (float(goals["base_year"].iloc[0]), float(goals["base_value"].iloc[0])))
    return np.array(points if len(points) > 1 else np.empty((0, 2)), dtype=float).reshape(-1, 2)


def is_budget(goals: pd.DataFrame) -> bool:
    """Say whether the base keeps the first numeric target already, so that the path is a margin used up evenly."""
    aims = goals[goals["value"].notna() & goals["operator"].isin(["above", "at_least", "below", "at_most"])]
    if aims.empty or pd.isna(aims["base_value"].iloc[0]):
        return False
    first = aims.iloc[0]
    side = 1 if first["operator"] in ("above", "at_least") else -1
    return bool(side * (first["base_value"] - first["value"]) > 0)


def direction(row: "pd.Series[Any]") -> str:
    """Say how a target is marked: up, down, about, band or note."""
    operator = str(row["operator"])
    if operator in ("about", "within"):
        return "about" if operator == "about" else "band"
    if pd.isna(row["value"]) or operator in ("rising", "keep", "relative"):
        return "note"
    if operator in UPWARD or operator in DOWNWARD:
        return "up" if operator in UPWARD else "down"
    return "down" if row["better"] == "lower" else "up"


def draw(
    ax: Axes, goals: pd.DataFrame, required: np.ndarray, language: style.Language
) -> list[tuple[Annotation, float, float]]:
    """Draw the path and the marks; return the labels that still need a place, with their points."""
    if len(required):
        ax.plot(*required.T, color=COLOUR, linewidth=1, linestyle=(0, (1, 2)), zorder=2, label="_path")
    labels = []
    last = int(goals["year"].max()) if len(goals) else 0
    for _, row in goals.iterrows():
        kind, year = direction(row), int(row["year"])
        text = target_label(row, language)
        ax.axvline(year, color=style.RULE, linewidth=0.6, zorder=0.5, label="_milestone")
        if kind == "note":
            ha: layout.Align = "right" if year == last else "center"
            ax.annotate(
                text, (year, 1), xycoords=("data", "axes fraction"), xytext=(-3 if year == last else 0, -3),
                textcoords="offset points", ha=ha, va="top", fontsize=8.5, color=COLOUR, path_effects=layout.HALO,
                annotation_clip=False, gid="target note",
            )  # fmt: skip
            continue
        if kind == "band":
            ax.plot(
                [year, year], [row["lower"], row["upper"]], color=COLOUR, linewidth=5, alpha=0.35,
                solid_capstyle="butt", zorder=4, label="_target band",
            )  # fmt: skip
            ax.plot(
                [year, year], [row["lower"], row["upper"]], linestyle="none", marker="_", markersize=9, color=COLOUR,
                zorder=6, label="_target ends",
            )  # fmt: skip
            y = float(row["upper"])
            if pd.notna(row["tolerance"]):
                reach = [row["lower"] - row["tolerance"], row["upper"] + row["tolerance"]]
                ax.plot([year, year], reach, color=COLOUR, linewidth=1.1, zorder=4, label="_tolerance")
                y = float(reach[1])
        else:
            y = float(row["value"])
            ax.plot(
                [year], [y], linestyle="none", marker=SHAPES[kind], markersize=7.5, color=COLOUR,
                markeredgecolor="white", markeredgewidth=0.7, zorder=6, label=f"_target {kind}",
            )  # fmt: skip
            if kind == "about" and pd.notna(row["tolerance"]):
                width = float(row["tolerance"])
                ax.plot([year, year], [y - width, y + width], color=COLOUR, linewidth=1.1, zorder=5, label="_tolerance")
        labels.append(
            (layout.note(ax, text, (year, y), size=9, colour=COLOUR, halo=True, gid="target"), float(year), y)
        )
    return labels


def key(goals: pd.DataFrame, required: np.ndarray, language: style.Language) -> list[Artist]:
    """Return what the key says of the path and of the marks that are there."""
    keys: list[Artist] = []
    word = say(language, "tracking.budget" if is_budget(goals) else "tracking.path")
    if len(required):
        keys.append(Line2D([], [], color=COLOUR, linewidth=1, linestyle=(0, (1, 2)), label=word))
    kinds = {direction(row) for _, row in goals.iterrows()}
    for kind in ("up", "down", "about"):
        if kind in kinds:
            text = say(language, f"tracking.{kind}")
            keys.append(Line2D([], [], linestyle="none", marker=SHAPES[kind], markersize=6.5, color=COLOUR, label=text))
    if "band" in kinds:
        keys.append(Line2D([], [], color=COLOUR, alpha=0.35, linewidth=5, label=say(language, "tracking.band")))
    return keys
