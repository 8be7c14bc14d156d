"""The scorecard: every indicator and every milestone of the plan on one page."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from popmodel.plots import layout, style
from popmodel.plots.data import target_label
from popmodel.schema import SchemaError, named

WORDS = {
    "zh": {
        "title": "规划目标记分卡（{year}年）", "one": "规划目标记分卡", "indicator": "指标（单位）", "value": "基期 / 最新值",
        "count": "{year}年目标", "met": "达到目标", "unmet": "未达到", "by": "情景推算是否达标",
        "bar": "进度：左端为基期值，右端为目标值", "seen": "已走过", "due": "按均匀进度此时应到的位置",
        "used": "上限型目标：已用去的余量", "from": "空心标记：该行依据推算值（{scenario}）而非观测值", "pace": "进度比",
    },
    "en": {
        "title": "Scorecard of the plan, {year}", "one": "Scorecard of the plan", "indicator": "indicator (unit)",
        "value": "base / latest", "count": "targets for {year}", "met": "meets the target", "unmet": "does not",
        "by": "projected, by scenario", "bar": "bar: from the base (left) to the target (right)",
        "seen": "covered so far", "due": "where an even pace would stand today", "used": "ceiling: share used up",
        "from": "hollow mark: rated on the projection ({scenario}), not on an observation", "pace": "pace",
    },
}  # fmt: skip
WIDTH = 576.0
"""Width of the page [points]; everything is laid out on it."""
NUMBER, NAME, VALUE, FIRST = 8.0, 26.0, 189.0, 194.0
"""Left edges of the number and the name, right edge of the values, left edge of the first milestone [points]."""
HEAD, ROW = 92.0, 35.0
TRACK = 46.0
"""Length of a bullet bar from base to target [points]."""
COLUMNS = (
    "scenario", "number", "indicator", "name_zh", "name_en", "target_year", "operator", "target_text", "target", "unit",
    "decimals", "base_year", "base_value", "value", "value_year", "value_status", "c", "tau", "rating", "projected",
    "projected_met",
)  # fmt: skip


class Page(NamedTuple):
    """What stands where: milestones and scenarios in order, the columns' width and the rows' height [points]."""

    milestones: list[int]
    scenarios: list[str]
    column: float
    row: float
    height: float


def plot_scorecard(
    card: pd.DataFrame,
    *,
    lang: str = "zh",
    ax: Axes | None = None,
    scenario: str | None = None,
    scenario_names: Mapping[str, str] | None = None,
    source: str = "",
) -> Axes:
    """Draw the scorecard: a row for each indicator, a column for each milestone.

    A cell holds the rating (shape, colour and words), the target as printed, a bar from the base to the target with
    what has been covered and the position that an even pace would have reached, and for each scenario whether the
    projection meets the target.

    Parameters
    ----------
    card : pandas.DataFrame
        One row per scenario, indicator and milestone, as `score` gives it.
    lang : {"zh", "en"}
        Language of the labels.
    ax : matplotlib.axes.Axes, optional
        Where to draw, best 8 inches wide; a new figure of the height that the rows need if not given.
    scenario : str, optional
        Show the projection of this one alone; of all if not given.
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
        If a column is missing, the card is empty, or the scenario is unknown.
    """
    language = style.language(lang)
    words = WORDS[language]
    with style.context():
        rows, page = _page(card, scenario)
        foot = _foot_lines(rows, page, words, source, language, dict(scenario_names or {}))
        page = page._replace(height=HEAD + page.row * rows["indicator"].nunique() + 64 + 10.5 * len(foot))
        ax = style.new_axes(ax, height=page.height / layout.POINTS)
        if layout.alone(ax):
            ax.set_position((0, 0, 1, 1))
        ax.set_xlim(0, WIDTH)
        ax.set_ylim(page.height, 0)
        ax.set_axis_off()
        year = _evaluation_year(rows)
        title = words["title"].format(year=year) if year is not None else words["one"]
        _text(ax, NUMBER, 24, title, size=15)
        _head(ax, rows, page, words, language, dict(scenario_names or {}))
        for order, (_, group) in enumerate(rows.groupby("indicator", sort=False)):
            _row(ax, group, page, HEAD + order * page.row, order, language)
        _legend(ax, rows, page, words, foot, language)
    return ax


def _page(card: pd.DataFrame, scenario: str | None) -> tuple[pd.DataFrame, Page]:
    missing = [name for name in COLUMNS if name not in card.columns]
    if missing:
        raise SchemaError(f"card has no column {', '.join(missing)}. Pass what score() returns.")
    if card.empty:
        raise SchemaError("card has no rows. Pass what score() returns for at least one target.")
    known = [str(name) for name in card["scenario"].unique()]
    if scenario is not None and scenario not in known:
        raise SchemaError(f"card has no scenario {scenario!r}. Use one of: {named(known)}.")
    scenarios = known if scenario is None else [scenario]
    rows = card[card["scenario"].isin(scenarios)]
    milestones = sorted(int(year) for year in rows["target_year"].unique())
    height = max(ROW, 11.0 * len(scenarios) + 10)
    return rows, Page(milestones, scenarios, (WIDTH - FIRST - 4) / len(milestones), height, 0.0)


def _evaluation_year(rows: pd.DataFrame) -> int | None:
    years = rows["year"].dropna().unique() if "year" in rows else []
    return int(years[0]) if len(years) == 1 else None


def _text(
    ax: Axes, x: float, y: float, text: str, *, size: float = 8.5, colour: str = style.INK, ha: layout.Align = "left",
    gid: str = "", **kwargs: Any,
) -> float:  # fmt: skip
    """Write one line centred on `y`, and return where it ends [points]."""
    ax.text(x, y, text, fontsize=size, color=colour, ha=ha, va="center_baseline", gid=gid, **kwargs)
    return x + layout.text_width(text, size) if ha == "left" else x


def _mark(ax: Axes, x: float, y: float, code: str, *, hollow: bool = False, size: float = 8.0) -> None:
    """Draw the sign of a rating."""
    look = style.rating_look(code)
    empty = hollow or look.hollow
    scale = {"D": 0.8, "s": 0.88, "X": 1.05}.get(look.marker, 1.0) if isinstance(look.marker, str) else 1.2
    ax.plot(
        [x], [y], linestyle="none", marker=look.marker, markersize=size * scale, markerfacecolor="white" if empty else look.colour,
        markeredgecolor=look.colour, markeredgewidth=1.1, label=f"_rating {code}", zorder=5,
    )  # fmt: skip
    if look == style.RATINGS["met"]:
        _tick(ax, x, y, "white" if not empty else look.colour, size=0.55 * size)


def _tick(ax: Axes, x: float, y: float, colour: str, *, size: float = 6.0, label: str = "_check") -> None:
    """Draw a check mark as a line, so that no font need have it."""
    ax.plot(x + size * np.array([-0.5, -0.12, 0.55]), y + size * np.array([0.02, 0.42, -0.42]), color=colour, linewidth=1.5,
            solid_capstyle="round", solid_joinstyle="round", zorder=6, label=label)  # fmt: skip


def _cross(ax: Axes, x: float, y: float, colour: str, *, size: float = 6.0) -> None:
    """Draw a cross as two lines."""
    half = 0.42 * size
    ax.plot([x - half, x + half, np.nan, x - half, x + half], [y - half, y + half, np.nan, y + half, y - half], color=colour,
            linewidth=1.4, solid_capstyle="round", zorder=6, label="_cross")  # fmt: skip


def _head(
    ax: Axes, rows: pd.DataFrame, page: Page, words: dict[str, str], language: style.Language, names: dict[str, str]
) -> None:
    _text(ax, NAME, HEAD - 12, words["indicator"], size=8, colour=style.MUTED)
    _text(ax, VALUE, HEAD - 12, words["value"], size=8, colour=style.MUTED, ha="right")
    for order, milestone in enumerate(page.milestones):
        left = FIRST + order * page.column
        ax.add_patch(Rectangle((left + 1, HEAD - 48), page.column - 4, page.height, facecolor="none", edgecolor="none"))
        _text(ax, left + 6, HEAD - 14, str(milestone), size=14)
        first = HEAD - 8 - 10.5 * (len(page.scenarios) - 1)
        for line, scenario in enumerate(page.scenarios):
            if rows["projected"].notna().any():
                _text(ax, left + page.column - 7, first + 10.5 * line - 3, style.printable(names.get(scenario, scenario)), size=7.5,
                      colour=style.MUTED, ha="right", gid="scenario")  # fmt: skip
    ax.plot([NUMBER, WIDTH - 8], [HEAD, HEAD], color=style.INK, linewidth=1, label="_rule")


def _row(ax: Axes, group: pd.DataFrame, page: Page, top: float, order: int, language: style.Language) -> None:
    first, middle = group.iloc[0], top + page.row / 2
    if order:
        ax.plot([NUMBER, WIDTH - 8], [top, top], color=style.RULE, linewidth=0.5, label="_rule")
    if pd.notna(first["number"]):
        _text(ax, NAME - 5, middle, str(int(first["number"])), colour=style.MUTED, size=8, ha="right")
    unit = style.unit_name(str(first["unit"]), language)
    name = style.titled(str(first[f"name_{language}"]), unit, language)
    size = 8.5 if layout.text_width(name, 8.5) <= 2 * 112 else 7.5
    lines = layout.wrap(name, VALUE - 56 - NAME, size).split("\n")
    for line, text in enumerate(lines):
        _text(ax, NAME, middle + (line - (len(lines) - 1) / 2) * (size + 2.5), text, size=size, gid="name")
    digits = int(first["decimals"]) if pd.notna(first["decimals"]) else 0
    _values(ax, group, middle, digits)
    for column, milestone in enumerate(page.milestones):
        cell = group[group["target_year"] == milestone]
        if len(cell):
            _cell(ax, cell, page, FIRST + column * page.column, top, language)


def _values(ax: Axes, group: pd.DataFrame, middle: float, digits: int) -> None:
    """Write the base and, under it, the latest value that the rating rests on."""
    row = group.iloc[0]
    digits = max(digits, _needed(row["base_value"]), _needed(row["value"]))
    pairs = [(row["base_year"], row["base_value"], style.MUTED), (row["value_year"], row["value"], style.INK)]
    pairs = [pair for pair in pairs if pd.notna(pair[1]) and pd.notna(pair[0])]
    for line, (year, value, colour) in enumerate(pairs):
        y = middle + (line - (len(pairs) - 1) / 2) * 11
        _text(ax, VALUE - 34, y, str(int(year)), size=7, colour=style.MUTED, ha="right")
        _text(ax, VALUE, y, style.number(float(value), digits), size=8.5, colour=colour, ha="right", gid="value")
    if not pairs:
        _text(ax, VALUE, middle, "–", colour=style.MUTED, ha="right")


def _needed(value: object, most: int = 2) -> int:
    """Return how many decimals, up to two, print `value` without loss."""
    if pd.isna(value):  # type: ignore[call-overload]
        return 0
    number = float(value)  # type: ignore[arg-type]
    return next((digits for digits in range(most) if abs(round(number, digits) - number) < 1e-6), most)


def _cell(ax: Axes, cell: pd.DataFrame, page: Page, left: float, top: float, language: style.Language) -> None:
    row, x = cell.iloc[0], left + 6
    upper, lower = top + page.row / 2 - 7, top + page.row / 2 + 7.5
    code = str(row["rating"])
    look = style.RATINGS.get(code)
    _mark(ax, x + 4, upper, code, hollow=str(row["value_status"]) == "projected")
    label = (
        str(row[f"rating_{language}"])
        if f"rating_{language}" in row
        else (look.zh if language == "zh" else look.en)
        if look
        else code
    )
    colour = style.text_colour(look.colour) if look else style.INK
    end = _text(ax, x + 12, upper, label, size=8, colour=colour if code != "nearly" else "#7a5d10", gid="rating")
    text = target_label(row, language, column="target_text")
    c, tau = float(row["c"]), float(row["tau"])
    if np.isfinite(c):
        _bullet(ax, x, lower, c, tau, row)
        end = max(end, _text(ax, x + TRACK + 7, lower, text, size=8.5, gid="target"))
    else:
        end = max(end, _text(ax, x, lower, text, size=8.5, gid="target"))
    digits = max(int(row["decimals"]) if pd.notna(row["decimals"]) else 0, 1)
    for line, scenario in enumerate(page.scenarios):
        here = cell[cell["scenario"] == scenario]
        if len(here):
            y = top + page.row / 2 + (line - (len(page.scenarios) - 1) / 2) * 11
            _projected(ax, here.iloc[0], left + page.column - 7, y, digits)


def _projected(ax: Axes, row: "pd.Series[Any]", right: float, y: float, digits: int) -> None:
    """Write the value projected at the milestone, with a check mark or a cross before it."""
    if pd.isna(row["projected"]):
        return
    text = style.number(float(row["projected"]), digits)
    _text(ax, right, y, text, size=7.5, ha="right", gid="projected")
    x = right - layout.text_width(text, 7.5) - 6.5
    if pd.notna(row["projected_met"]):
        if bool(row["projected_met"]):
            _tick(ax, x, y, style.RATINGS["met"].colour, label="_projection meets")
        else:
            _cross(ax, x, y, style.RATINGS["not_met"].colour)
    return x - 3.5


def _is_ceiling(row: "pd.Series[Any]") -> bool:
    """Say whether the base already keeps the target, so that the bar shows a margin used up."""
    operator, base, goal = str(row["operator"]), row["base_value"], row["target"]
    if pd.isna(base) or pd.isna(goal):
        return False
    return bool(
        (operator in ("below", "at_most") and base < goal) or (operator in ("above", "at_least") and base > goal)
    )


def _bullet(ax: Axes, x: float, y: float, track: float, row: "pd.Series[Any]") -> None:
    """Draw the bar from base to target: covered, due today, and the target as a goal or a wall."""
    c, tau, colour, high = float(row["c"]), float(row["tau"]), style.rating_look(str(row["rating"])).colour, 5.0
    ax.add_patch(Rectangle((x, y - high / 2), track, high, facecolor="#dfe4e8", edgecolor="none", zorder=2))
    low, top, ceiling = max(min(c, 0.0), -0.06), min(max(c, 0.0), 1.05), _is_ceiling(row)
    ax.add_patch(
        Rectangle((x + low * track, y - high / 2 + 0.9), (top - low) * track, high - 1.8, edgecolor=colour, linewidth=0.8,
                  facecolor=style.tint(colour, 0.35) if ceiling else colour, hatch="////" if ceiling else None, zorder=3)
    )  # fmt: skip
    if 0 < tau < 1:
        _due(ax, x + tau * track, y)
    _goal(ax, x + track, y, wall=ceiling)


def _due(ax: Axes, x: float, y: float) -> None:
    ax.plot([x, x], [y - 4.5, y + 4.5], color=style.INK, linewidth=1.2, zorder=4, label="_due", solid_capstyle="butt")


def _goal(ax: Axes, x: float, y: float, *, wall: bool) -> None:
    """Draw the end of a bar: an arrow for a goal to reach, a wall for a bound not to pass."""
    if wall:
        ax.plot([x, x], [y - 5, y + 5], color=style.INK, linewidth=2, solid_capstyle="butt", zorder=4, label="_wall")
    else:
        ax.add_patch(Polygon([(x, y - 4), (x + 4, y), (x, y + 4)], facecolor=style.INK, edgecolor="none", zorder=4))


def _foot_lines(
    rows: pd.DataFrame, page: Page, words: dict[str, str], source: str, language: style.Language, names: dict[str, str]
) -> list[str]:
    parts = []
    if (rows["value_status"] == "projected").any():
        name = names.get(page.scenarios[0], page.scenarios[0])
        parts.append(words["from"].format(scenario=style.printable(name)))
    if source:
        parts.append(style.printable(source))
    return layout.wrap("\n".join(parts), WIDTH - 2 * NUMBER - 8, 7.5).split("\n") if parts else []


def _legend(
    ax: Axes, rows: pd.DataFrame, page: Page, words: dict[str, str], foot: Sequence[str], language: style.Language
) -> None:
    """Write how many targets stand where (which is also the key of ratings), the key of marks and the foot."""
    year = _evaluation_year(rows) or 0
    ahead = next((milestone for milestone in page.milestones if milestone >= year), page.milestones[-1])
    near = rows[(rows["target_year"] == ahead) & (rows["scenario"] == page.scenarios[0])]
    x = _text(ax, NUMBER, 47, words["count"].format(year=ahead), colour=style.MUTED) + 10
    known = [*style.RATINGS, *(code for code in near["rating"].unique() if code not in style.RATINGS)]
    for code in known:
        same = near[near["rating"] == code]
        if len(same):
            _mark(ax, x + 4, 47, code)
            x = _text(ax, x + 12, 47, f"{same[f'rating_{language}'].iloc[0]} {len(same)}", gid="count") + 12
    y = HEAD + page.row * rows["indicator"].nunique() + 16
    ax.plot([NUMBER, WIDTH - 8], [y - 16, y - 16], color=style.INK, linewidth=1, label="_rule")
    key = {"size": 7.5, "colour": style.MUTED, "gid": "key"}
    ax.add_patch(Rectangle((NUMBER, y - 2.5), TRACK, 5, facecolor="#dfe4e8"))
    ax.add_patch(Rectangle((NUMBER, y - 1.6), TRACK * 0.45, 3.2, facecolor=style.MUTED))
    _due(ax, NUMBER + 0.6 * TRACK, y)
    _goal(ax, NUMBER + TRACK, y, wall=False)
    x = _text(ax, NUMBER + TRACK + 9, y, words["bar"], **key) + 14
    _due(ax, x, y)
    _text(ax, x + 5, y, words["due"], **key)
    y += 14
    ax.add_patch(Rectangle((NUMBER, y - 2), TRACK, 4, facecolor=style.tint(style.MUTED, 0.35), edgecolor=style.MUTED,
                           hatch="////", linewidth=0.8))  # fmt: skip
    _goal(ax, NUMBER + TRACK, y, wall=True)
    x = _text(ax, NUMBER + TRACK + 9, y, words["used"], **key) + 14
    if rows["projected"].notna().any():
        x = _text(ax, x, y, words["by"], **key) + 10
        _tick(ax, x, y, style.RATINGS["met"].colour, label="_key check")
        x = _text(ax, x + 6, y, words["met"], **key) + 12
        _cross(ax, x, y, style.RATINGS["not_met"].colour)
        _text(ax, x + 6, y, words["unmet"], **key)
    for line, text in enumerate(foot):
        _text(ax, NUMBER, y + 18 + 10.5 * line, text, size=7.5, colour=style.MUTED, gid="foot")
