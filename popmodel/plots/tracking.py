"""The tracking chart: history, projection, the path that the plan requires, and its targets."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from popmodel.plots import layout, style
from popmodel.plots.data import in_unit, name_of, ordinal_ticks, pick, target_label
from popmodel.schema import SchemaError, named

WORDS = {
    "zh": {
        "observed": "观测值", "derived": "推算或假定值", "other": "另一来源", "break": "统计口径变化（不可比）",
        "path": "按规划要求的路径", "up": "目标：不低于", "down": "目标：不高于", "about": "目标：左右", "band": "目标：区间",
        "fan": "90% 与 50% 区间", "none": "尚无公布数据，模型亦不推算", "subtitle": "{area}观测值、情景推算与规划目标",
        "sum": "自{year}年起累计", "gap": "{year}年无公布数据，累计止于此前", "no_goal": "{area}观测值与情景推算",
    },
    "en": {
        "observed": "observed", "derived": "derived or assumed", "other": "another source", "break": "break in the series",
        "path": "path that the plan requires", "up": "target: at least", "down": "target: at most", "about": "target: about",
        "band": "target: band", "fan": "90% and 50% intervals", "none": "nothing published, and not projected",
        "subtitle": "{area}observed, projected, and the plan's targets", "sum": "cumulated from {year}",
        "gap": "{year} is not published; the sum ends before it", "no_goal": "{area}observed and projected",
    },
}  # fmt: skip
UPWARD, DOWNWARD = ("above", "at_least", "cumulative"), ("below", "at_most")
TARGET = "#8c2a1c"


class History(NamedTuple):
    """Observations of one statistical basis, in the unit of the chart."""

    basis: str
    year: np.ndarray
    value: np.ndarray
    derived: np.ndarray


def plot_tracking(
    targets: pd.DataFrame,
    *,
    indicator: str,
    observed: pd.DataFrame | None = None,
    projected: xr.Dataset | None = None,
    scenarios: Sequence[str] | None = None,
    area: str | None = None,
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw one indicator: history by statistical basis, projected lines, the required path and the targets.

    Parameters
    ----------
    targets : pandas.DataFrame
        One row per indicator and milestone, as `read_targets` gives it.
    indicator : str
        Its id, such as `share_60_plus`.
    observed : pandas.DataFrame, optional
        One row per indicator, area and year, as `read_observed` gives it.
    projected : xarray.Dataset (scenario[, draw], year, area), optional
        As `measure` gives it. With `draw` the line is the median and a fan shows the 50 % and 90 % intervals.
    scenarios : sequence of str, optional
        Which scenarios, in which order; all of them if not given.
    area : str, optional
        Code of the area; the city (the first area of `projected`) if not given.
    lang : {"zh", "en"}
        Language of the labels.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if not given.
    source : str
        Sources and date, for the foot.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    SchemaError
        If the indicator, a scenario or the area is unknown.

    Notes
    -----
    The required path is straight from the plan's base value to the first numeric target and on to the next; for a
    cumulative target it starts from zero in the year before the first that counts.
    """
    language = style.language(lang)
    words = WORDS[language]
    with style.context():
        goals = targets[targets["indicator"] == indicator].sort_values("year")
        inside = projected is not None and indicator in projected
        if goals.empty and not inside:
            raise SchemaError(
                f"indicator {indicator!r} is neither in the targets nor in the projection. "
                f"Use one of: {named(targets['indicator'].unique(), most=30)}."
            )
        lines = projected[indicator] if projected is not None and inside else None
        unit = str(goals["unit"].iloc[0]) if len(goals) else str(lines.attrs["unit"])  # type: ignore[union-attr]
        where = _area(observed, projected, indicator, area)
        seen, doubles, digits = _history(observed, indicator, where, unit)
        digits = _fallback_digits(goals, lines, unit) if digits is None else digits
        cumulative = (goals["operator"] == "cumulative").any()
        notes = []
        if cumulative:
            start = int(goals["start_year"].dropna().iloc[0])
            seen, missing = _cumulate(seen, start)
            notes.append(words["sum"].format(year=start) + "；" * (language == "zh") + "; " * (language == "en"))
            notes[-1] = notes[-1].rstrip("；; ")
            if missing is not None:
                notes.append(words["gap"].format(year=missing))
        ax = style.new_axes(ax)
        points, keys = _draw_history(ax, seen, doubles, words)
        tracks, ends, fan = _draw_projection(ax, lines, scenarios, where, unit, language, digits)
        path = _path(goals)
        marks = _draw_targets(ax, goals, path, language)
        _set_axes(ax, goals, seen, lines, empty=not seen and not tracks, words=words)
        row = goals.iloc[0] if len(goals) else None
        name = str(row[f"name_{language}"]) if row is not None else str(lines.attrs[f"name_{language}"])  # type: ignore[union-attr]
        order = f"{int(row['number'])}  " if row is not None and pd.notna(row["number"]) else ""
        place = name_of(projected, "area", where, language) if projected is not None and where is not None else ""
        lead = place + ("：" if language == "zh" else ": ") if place and place != where else ""
        subtitle = words["subtitle" if len(goals) else "no_goal"].format(area=lead)
        joint = "；" if language == "zh" else "; "
        layout.heading(
            ax, order + style.titled(name, style.unit_name(unit, language), language), joint.join([subtitle, *notes])
        )
        layout.fit(ax)
        handles = [*keys, *_key_of_targets(goals, path, words)]
        if fan:
            handles.append(Patch(facecolor=style.tint(style.SERIES[0].colour, 0.3), label=words["fan"]))
        layout.foot(ax, source, handles=handles)
        layout.fit(ax)
        layout.spread(ends, gap=1)
        _label(ax, marks, points, tracks, path, seen, digits)
    return ax


def _area(observed: pd.DataFrame | None, projected: xr.Dataset | None, indicator: str, area: str | None) -> str | None:
    if projected is not None:
        codes = [str(code) for code in projected["area"].to_numpy()]
        if area is not None:
            pick(codes, area, dim="area", what="projected")
        return area if area is not None else codes[0]
    if observed is None or area is not None:
        return area
    found = observed.loc[observed["indicator"] == indicator, "area"].unique()
    if len(found) > 1:
        raise SchemaError(f"observed holds {indicator} of {named(found)}. Name one (area=...).")
    return str(found[0]) if len(found) else None


def _history(
    observed: pd.DataFrame | None, indicator: str, area: str | None, unit: str
) -> tuple[list[History], History | None, int | None]:
    """Split observations into runs of one basis; values of a second source stand apart."""
    if observed is None:
        return [], None, None
    rows = observed[(observed["indicator"] == indicator) & (observed["area"].astype(str) == area)].sort_values("year")
    if rows.empty:
        return [], None, None
    values = np.array([
        float(in_unit(np.array(value), str(of), unit, what=f"observed {indicator}"))
        for value, of in zip(rows["value"], rows["unit"], strict=True)
    ])  # fmt: skip
    rows = rows.assign(value=values)
    twice = rows.duplicated("year", keep=False) & (rows["chosen"] != "yes")
    twice &= rows["year"].isin(rows.loc[rows["chosen"] == "yes", "year"])
    main, rest = rows[~twice], rows[twice]
    run = (main["basis"] != main["basis"].shift()).cumsum()
    return (
        [_as_history(part) for _, part in main.groupby(run)],
        _as_history(rest) if len(rest) else None,
        _digits(main, unit),
    )


def _as_history(rows: pd.DataFrame) -> History:
    return History(
        str(rows["basis"].iloc[0]),
        rows["year"].to_numpy(int),
        rows["value"].to_numpy(float),
        (rows["status"] != "source").to_numpy(bool),
    )


def _digits(rows: pd.DataFrame, unit: str) -> int | None:
    known = rows.loc[rows["unit"] == unit, "decimals"].dropna()
    return int(known.max()) if len(known) else None


def _fallback_digits(goals: pd.DataFrame, lines: xr.DataArray | None, unit: str) -> int:
    """Return how many decimals to print where nothing is observed: the target's, else the indicator's own."""
    printed = goals["decimals"].dropna()
    if len(printed):
        return int(printed.max())
    return int(lines.attrs.get("decimals", 1)) if lines is not None and lines.attrs.get("unit") == unit else 1


def _cumulate(seen: list[History], start: int) -> tuple[list[History], int | None]:
    """Add up yearly flows from `start`; stop at the first year without one, and name it if later ones exist."""
    flows = {int(y): (v, d) for part in seen for y, v, d in zip(part.year, part.value, part.derived, strict=True)}
    years = []
    while start + len(years) in flows:
        years.append(start + len(years))
    later = [year for year in flows if year > start + len(years)]
    missing = start + len(years) if later else None
    if not years:
        return [], missing
    total = np.cumsum([flows[year][0] for year in years])
    derived = np.logical_or.accumulate([flows[year][1] for year in years])
    return [History("cumulated", np.array(years), total, derived)], missing


def _draw_history(
    ax: Axes, seen: list[History], doubles: History | None, words: dict[str, str]
) -> tuple[np.ndarray, list[Artist]]:
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
                    markeredgecolor=style.INK, label=words[kind],
                )  # fmt: skip
        corners.append(np.column_stack([part.year, part.value]))
    if doubles is not None:
        ax.plot(
            doubles.year, doubles.value, linestyle="none", marker="x", markersize=4.5, color=style.MUTED, label="_other"
        )
        keys["other"] = Line2D(
            [], [], linestyle="none", marker="x", markersize=4.5, color=style.MUTED, label=words["other"]
        )
    for before, after in zip(seen[:-1], seen[1:], strict=True):
        if after.year[0] > before.year[-1] and before.basis != after.basis:
            middle = (before.year[-1] + after.year[0]) / 2
            ax.axvline(middle, color=style.MUTED, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1, label="_break")
            keys["break"] = Line2D(
                [], [], color=style.MUTED, linewidth=0.9, linestyle=(0, (2, 2)), label=words["break"]
            )
    order = [kind for kind in ("observed", "derived", "other", "break") if kind in keys]
    return np.concatenate(corners), [keys[kind] for kind in order]


def _draw_projection(
    ax: Axes, lines: xr.DataArray | None, scenarios: Sequence[str] | None, area: str | None, unit: str,
    language: style.Language, digits: int,
) -> tuple[list[tuple[np.ndarray, np.ndarray]], list[Annotation], bool]:  # fmt: skip
    if lines is None:
        return [], [], False
    known = [str(name) for name in lines["scenario"].to_numpy()]
    fan, tracks, ends = "draw" in lines.dims, [], []
    for name in scenarios if scenarios is not None else known:
        pick(known, name, dim="scenario", what="projected")
        look = style.SERIES[known.index(name) % len(style.SERIES)]
        cube = lines.sel(scenario=name, area=area)
        cube = cube.copy(data=in_unit(cube.to_numpy(), str(lines.attrs["unit"]), unit, what=str(lines.name)))
        middle = cube.median("draw") if fan else cube
        year, value = cube["year"].to_numpy(), middle.to_numpy()
        good = np.isfinite(value)
        if not good.any():
            continue
        year, value = year[good], value[good]
        if fan:
            for share, strength in ((0.9, 0.16), (0.5, 0.3)):
                low, high = (cube.quantile(q, "draw").to_numpy()[good] for q in ((1 - share) / 2, (1 + share) / 2))
                ax.fill_between(year, low, high, color=style.tint(look.colour, strength), linewidth=0, zorder=1.5)
        every = [i for i in range(len(year)) if year[i] % 5 == 0]
        ax.plot(
            year, value, color=look.colour, linestyle=look.dash, marker=look.marker, markevery=every, markersize=4.5,
            zorder=3, label=f"_scenario {name}",
        )  # fmt: skip
        text = f"{name_of(lines, 'scenario', name, language)} {style.number(value[-1], digits)}"
        ends.append(
            layout.note(ax, text, (year[-1], value[-1]), offset=(8, 0), colour=style.text_colour(look.colour), size=9)
        )
        tracks.append((year, value))
    return tracks, ends, fan


def _path(goals: pd.DataFrame) -> np.ndarray:
    """Return the required path (n, 2) from the base over the numeric targets; empty if it has no two points."""
    aims = goals[goals["value"].notna() & ~goals["operator"].isin(["rising", "keep", "relative"])]
    points = [(float(year), float(value)) for year, value in zip(aims["year"], aims["value"], strict=True)]
    if points and (goals["operator"] == "cumulative").any():
        points.insert(0, (float(goals["start_year"].dropna().iloc[0]) - 1, 0.0))
    elif points and pd.notna(goals["base_value"].iloc[0]):
        points.insert(0, (float(goals["base_year"].iloc[0]), float(goals["base_value"].iloc[0])))
    return np.array(points if len(points) > 1 else np.empty((0, 2)), dtype=float).reshape(-1, 2)


def _direction(row: "pd.Series[Any]") -> str:
    """Say how a target is marked: up, down, about, band or note."""
    operator = str(row["operator"])
    if operator in ("about", "within"):
        return "about" if operator == "about" else "band"
    if pd.isna(row["value"]) or operator in ("rising", "keep", "relative"):
        return "note"
    if operator in UPWARD or operator in DOWNWARD:
        return "up" if operator in UPWARD else "down"
    return "down" if row["better"] == "lower" else "up"


SHAPES = {"up": "^", "down": "v", "about": "D"}


def _draw_targets(
    ax: Axes, goals: pd.DataFrame, path: np.ndarray, language: style.Language
) -> list[tuple[Annotation, float, float]]:
    """Draw the path and the marks; return the labels that still need a place, with their points."""
    if len(path):
        ax.plot(path[:, 0], path[:, 1], color=TARGET, linewidth=1, linestyle=(0, (1, 2)), zorder=2, label="_path")
    labels = []
    last = int(goals["year"].max()) if len(goals) else 0
    for _, row in goals.iterrows():
        kind, year = _direction(row), int(row["year"])
        text = target_label(row, language)
        ax.axvline(year, color=style.RULE, linewidth=0.6, zorder=0.5, label="_milestone")
        if kind == "note":
            ha: layout.Align = "right" if year == last else "center"
            ax.annotate(
                text, (year, 1), xycoords=("data", "axes fraction"), xytext=(-3 if year == last else 0, -3),
                textcoords="offset points", ha=ha, va="top", fontsize=8.5, color=TARGET, path_effects=layout.HALO,
                annotation_clip=False, gid="target note",
            )  # fmt: skip
            continue
        if kind == "band":
            ax.plot(
                [year, year], [row["lower"], row["upper"]], color=TARGET, linewidth=5, alpha=0.35, solid_capstyle="butt",
                zorder=4, label="_target band",
            )  # fmt: skip
            ax.plot(
                [year, year], [row["lower"], row["upper"]], linestyle="none", marker="_", markersize=9, color=TARGET,
                zorder=6, label="_target ends",
            )  # fmt: skip
            y = float(row["upper"])
            if pd.notna(row["tolerance"]):
                reach = [row["lower"] - row["tolerance"], row["upper"] + row["tolerance"]]
                ax.plot([year, year], reach, color=TARGET, linewidth=1.1, zorder=4, label="_tolerance")
                y = float(reach[1])
        else:
            y = float(row["value"])
            ax.plot(
                [year], [y], linestyle="none", marker=SHAPES[kind], markersize=7.5, color=TARGET,
                markeredgecolor="white", markeredgewidth=0.7, zorder=6, label=f"_target {kind}",
            )  # fmt: skip
            if kind == "about" and pd.notna(row["tolerance"]):
                width = float(row["tolerance"])
                ax.plot([year, year], [y - width, y + width], color=TARGET, linewidth=1.1, zorder=5, label="_tolerance")
        labels.append(
            (layout.note(ax, text, (year, y), size=9, colour=TARGET, halo=True, gid="target"), float(year), y)
        )
    return labels


def _key_of_targets(goals: pd.DataFrame, path: np.ndarray, words: dict[str, str]) -> list[Artist]:
    keys: list[Artist] = []
    if len(path):
        keys.append(Line2D([], [], color=TARGET, linewidth=1, linestyle=(0, (1, 2)), label=words["path"]))
    kinds = {_direction(row) for _, row in goals.iterrows()}
    for kind in ("up", "down", "about"):
        if kind in kinds:
            keys.append(
                Line2D([], [], linestyle="none", marker=SHAPES[kind], markersize=6.5, color=TARGET, label=words[kind])
            )
    if "band" in kinds:
        keys.append(Line2D([], [], color=TARGET, alpha=0.35, linewidth=5, label=words["band"]))
    return keys


def _set_axes(
    ax: Axes,
    goals: pd.DataFrame,
    seen: list[History],
    lines: xr.DataArray | None,
    *,
    empty: bool,
    words: dict[str, str],
) -> None:
    years = [int(year) for year in [*goals["year"], *goals["base_year"].dropna()]]
    years += [int(year) for part in seen for year in part.year]
    if lines is not None:
        years += [int(year) for year in lines["year"].to_numpy()]
    first, last = min(years), max(years)
    ax.set_xlim(first - 0.6, last + 0.6)
    ax.set_xticks(ordinal_ticks(first, last))
    ax.margins(y=0.14)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", length=3, color=style.RULE)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", color=style.WASH, linewidth=0.9)
    values = any(np.isfinite(np.asarray(line.get_ydata(), dtype=float)).any() and not line.get_label().startswith(  # type: ignore[union-attr]
        ("_milestone", "_break")) for line in ax.get_lines())  # fmt: skip
    if not values:
        ax.set_ylim(0, 1)
        ax.set_yticks([])
    else:
        ax.yaxis.set_major_formatter(lambda value, _: style.number(value, _decimals(ax)))
    if empty:
        layout.note(ax, words["none"], (0.5, 0.5), coords="axes fraction", colour=style.MUTED, ha="center", size=10,
                    halo=True, gid="nothing")  # fmt: skip


def _decimals(ax: Axes) -> int:
    """Return how many digits the ticks of the y axis need."""
    ticks = ax.get_yticks()
    step = float(ticks[1] - ticks[0]) if len(ticks) > 1 else 1.0
    return max(0, -math.floor(math.log10(step) + 1e-9))


def _label(
    ax: Axes, marks: list[tuple[Annotation, float, float]], history: np.ndarray,
    tracks: list[tuple[np.ndarray, np.ndarray]], path: np.ndarray, seen: list[History], digits: int,
) -> None:  # fmt: skip
    """Find places for the labels of targets and of the last observation."""
    lines = [layout.along(ax, year, value) for year, value in tracks]
    if len(path):
        lines.append(layout.along(ax, path[:, 0], path[:, 1]))
    lines += [layout.along(ax, part.year, part.value) for part in seen]
    points = np.concatenate([*lines, np.empty((0, 2))])
    taken = [layout.box(text) for text in ax.texts if text.get_gid() in ("target note", "nothing")]
    spots = [(year, y) for _, year, y in marks] + [(x, y) for x, y in history]
    for x, y in ax.transData.transform(np.array(spots).reshape(-1, 2)) if spots else ():
        taken.append(Bbox.from_extents(x - 5, y - 5, x + 5, y + 5))
    labels = [label for label, _, _ in marks]
    if seen:
        year, value = int(seen[-1].year[-1]), float(seen[-1].value[-1])
        text = f"{year}: {style.number(value, digits)}"
        labels.append(layout.note(ax, text, (year, value), size=9, halo=True, gid="last"))
    for label in labels:
        taken.append(layout.place(label, taken, points=points))
