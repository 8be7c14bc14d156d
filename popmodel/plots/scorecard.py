"""The scorecard: every indicator and every milestone of the plan on one page."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from popmodel.plots import layout, marks, style
from popmodel.plots.evaluated import names as names_of, of_evaluation, previous as previous_of, sections as sections_of
from popmodel.plots.words import rating_words, say, target_label, titled, unit_name
from popmodel.schema import SchemaError, named

WIDTH = 576.0
"""Width of the page [points]; everything is laid out on it."""
NUMBER, NAME, VALUE, FIRST = 8.0, 26.0, 189.0, 194.0
"""Left edges of the number and the name, right edge of the values, left edge of the first milestone [points]."""
HEAD, ROW, TRACK, BAND = 92.0, 35.0, 46.0, 17.0
"""Height of the head and of a row; length of a bar from base to target; height of a section's heading [points]."""
COLUMNS = (
    "scenario", "number", "indicator", "name_zh", "name_en", "target_year", "operator", "target_text", "target", "unit",
    "decimals", "base_year", "base_value", "year", "value", "value_year", "value_status", "c", "tau", "rating",
    "method", "projected", "projected_met",
)  # fmt: skip


class Page(NamedTuple):
    """What stands where: milestones and scenarios in order, the scenarios' printed names, columns and rows [points]."""

    milestones: list[int]
    scenarios: list[str]
    names: list[str]
    column: float
    row: float
    indicators: int
    language: style.Language
    before: dict[tuple[str, str, int], str]


@of_evaluation(
    lambda found: found.ratings,
    scenario_names=names_of,
    previous=previous_of,
    sections=sections_of,
)
def plot_scorecard(
    card: pd.DataFrame,
    *,
    lang: str = "zh",
    ax: Axes | None = None,
    scenario: str | None = None,
    scenario_names: Mapping[str, str] | None = None,
    previous: pd.DataFrame | None = None,
    cuts: Sequence[float] | None = None,
    sections: Mapping[str, str] | None = None,
    source: str = "",
) -> Axes:
    """Draw the scorecard: a row for each indicator, a column for each milestone.

    A cell holds the rating (shape, colour and words), the target as printed, a bar from the base to the target with
    what has been covered and the position that an even pace would have reached, and for each scenario the projected
    value and whether it meets the target. Where scenarios differ in their rating, the first one's is shown.

    Parameters
    ----------
    card : pandas.DataFrame or Evaluation
        One row per scenario, indicator and milestone, as `score` gives it.
    lang : {"zh", "en"}
        Language of the labels.
    ax : matplotlib.axes.Axes, optional
        Where to draw, best 8 inches wide; a new figure of the height that the rows need if not given.
    scenario : str, optional
        Show the projection of this one alone; of all if not given.
    scenario_names : mapping of str to str, optional
        Printed names of the scenarios.
    previous : pandas.DataFrame, optional
        The scorecard of the last evaluation: its ratings are drawn small and grey beside this year's, except where
        neither could be assessed.
    cuts : sequence of 4 floats, optional
        Lower ends of ahead, on track, nearly and behind, to be printed in the foot.
    sections : mapping of str to str, optional
        Indicator → the plan's section that it stands in, as printed: its rows stand together under that heading.
    source : str
        Sources and date, for the foot.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    SchemaError
        If a column is missing, the card is empty, or the scenario is unknown.

    Examples
    --------
    >>> ax = pm.plot_scorecard(ev.ratings, lang="en", scenario="plan")
    >>> next(text.get_text() for text in ax.texts if text.get_gid() == "title")
    'Scorecard of the plan, 2023'
    """
    language = style.language(lang)
    rows, page = _page(card, scenario, scenario_names or {}, language)
    page = page._replace(before=_ratings(previous)) if previous is not None else page
    foot = _foot_lines(rows, page, cuts, source)
    parts = _by_section(rows, sections or {})
    bottom = HEAD + page.row * page.indicators + BAND * sum(bool(title) for title, _ in parts)
    height = bottom + 52 + 10.5 * len(foot)
    ax = style.new_axes(ax, height=height / layout.POINTS)
    if layout.alone(ax):
        ax.set_position((0, 0, 1, 1))
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(height, 0)
    ax.set_axis_off()
    _head(ax, rows, page)
    top = HEAD
    for title, groups in parts:
        if title:
            _band(ax, style.printable(title) or title, top)
            top += BAND
        for group in groups:
            _row(ax, group, page, top, rule=top > HEAD and not (title and group is groups[0]))
            top += page.row
    _key(ax, rows, page, bottom)
    for line, text in enumerate(foot):
        _text(ax, NUMBER, bottom + 47 + 10.5 * line, text, size=7.5, colour=style.MUTED, gid="foot")
    return ax


def _page(
    card: pd.DataFrame, scenario: str | None, names: Mapping[str, str], language: style.Language
) -> tuple[pd.DataFrame, Page]:
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
    printed = [style.printable(names.get(name, name)) or name for name in scenarios]
    column, row = (WIDTH - FIRST - 4) / len(milestones), max(ROW, 11.0 * len(scenarios) + 10)
    return rows, Page(milestones, scenarios, printed, column, row, int(rows["indicator"].nunique()), language, {})


def _ratings(card: pd.DataFrame) -> dict[tuple[str, str, int], str]:
    """Return scenario, indicator and milestone → rating."""
    keys = zip(card["scenario"], card["indicator"], card["target_year"], strict=True)
    return {(str(s), str(i), int(y)): str(code) for (s, i, y), code in zip(keys, card["rating"], strict=True)}


def _text(
    ax: Axes, x: float, y: float, text: str, *, size: float = 8.5, colour: str = style.INK, ha: layout.Align = "left",
    gid: str = "",
) -> float:  # fmt: skip
    """Write one line centred on `y`, and return where it ends [points]."""
    ax.text(x, y, text, fontsize=size, color=colour, ha=ha, va="center_baseline", gid=gid)
    return x + layout.text_width(text, size) if ha == "left" else x


def _head(ax: Axes, rows: pd.DataFrame, page: Page) -> None:
    """Write the title, how many of the next targets stand where (the key of the ratings), and the columns' heads."""
    lang, years = page.language, rows["year"].dropna().unique()
    year = int(years[0]) if len(years) == 1 else None
    title = say(lang, "scorecard.title", year=year) if year is not None else say(lang, "scorecard.plain")
    _text(ax, NUMBER, 24, title, size=15, gid="title")
    ahead = next((milestone for milestone in page.milestones if milestone >= (year or 0)), page.milestones[-1])
    near = rows[(rows["target_year"] == ahead) & (rows["scenario"] == page.scenarios[0])]
    x = _text(ax, NUMBER, 48, say(lang, "scorecard.count", year=ahead), colour=style.MUTED) + 10
    for code in [*style.RATINGS, *(code for code in near["rating"].unique() if code not in style.RATINGS)]:
        same = near[near["rating"] == code]
        if len(same):
            marks.rating(ax, x + 4, 48, str(code))
            x = _text(ax, x + 12, 48, f"{_words(same.iloc[0], lang)} {len(same)}", gid="count") + 12
    _text(ax, NAME, HEAD - 12, say(lang, "scorecard.indicator"), size=8, colour=style.MUTED)
    _text(ax, VALUE, HEAD - 12, say(lang, "scorecard.value"), size=8, colour=style.MUTED, ha="right")
    for order, milestone in enumerate(page.milestones):
        left = FIRST + order * page.column
        _text(ax, left + 6, HEAD - 14, str(milestone), size=14, gid="milestone")
        for line, name in enumerate(page.names if rows["projected"].notna().any() else ()):
            y = HEAD - 10 - 10.5 * (len(page.names) - 1 - line)
            _text(ax, left + page.column - 7, y, name, size=7.5, colour=style.MUTED, ha="right", gid="scenario")
    ax.plot([NUMBER, WIDTH - 8], [HEAD, HEAD], color=style.INK, linewidth=1, label="_rule")


def _words(row: Mapping[Hashable, Any] | pd.Series, language: style.Language) -> str:
    """Return a row's rating in words."""
    return rating_words(str(row["rating"]), str(row["method"]), language)


def _by_section(rows: pd.DataFrame, sections: Mapping[str, str]) -> list[tuple[str, list[pd.DataFrame]]]:
    """Return section → the rows of each of its indicators, both in the order of the card."""
    found: dict[str, list[pd.DataFrame]] = {}
    for indicator, group in rows.groupby("indicator", sort=False):
        found.setdefault(sections.get(str(indicator), ""), []).append(group)
    return list(found.items())


def _band(ax: Axes, title: str, top: float) -> None:
    """Write the heading of a section."""
    ax.add_patch(Rectangle((NUMBER, top + 0.5), WIDTH - 8 - NUMBER, BAND - 1, facecolor=style.WASH, edgecolor="none",
                           zorder=0, label="_band"))  # fmt: skip
    _text(ax, NUMBER + 4, top + BAND / 2, title, size=8.5, gid="section")


def _row(ax: Axes, group: pd.DataFrame, page: Page, top: float, *, rule: bool) -> None:
    first, middle = group.iloc[0], top + page.row / 2
    if rule:
        ax.plot([NUMBER, WIDTH - 8], [top, top], color=style.RULE, linewidth=0.5, label="_rule")
    if pd.notna(first["number"]):
        _text(ax, NAME - 5, middle, str(int(first["number"])), colour=style.MUTED, size=8, ha="right")
    unit = unit_name(str(first["unit"]), page.language)
    name, room = titled(str(first[f"name_{page.language}"]), unit, page.language), VALUE - 58 - NAME
    size = 8.5 if layout.wrap(name, room, 8.5).count("\n") < 2 else 7.5
    lines = layout.wrap(name, room, size).split("\n")
    for line, text in enumerate(lines):
        _text(ax, NAME, middle + (line - (len(lines) - 1) / 2) * (size + 2.5), text, size=size, gid="name")
    _values(ax, first, middle)
    for column, milestone in enumerate(page.milestones):
        cell = group[group["target_year"] == milestone]
        if len(cell):
            _cell(ax, cell, page, FIRST + column * page.column, middle)


def _values(ax: Axes, row: "pd.Series[Any]", middle: float) -> None:
    """Write the base and, under it, the latest value that the rating rests on."""
    pairs = [(row["base_year"], row["base_value"], style.MUTED), (row["value_year"], row["value"], style.INK)]
    if str(row["operator"]) == "cumulative":
        pairs.pop(0)  # a sum starts from nothing
    pairs = [pair for pair in pairs if pd.notna(pair[1]) and pd.notna(pair[0])]
    if len(pairs) == 2 and pairs[0][:2] == pairs[1][:2]:
        pairs.pop()
    for line, (year, value, colour) in enumerate(pairs):
        y = middle + (line - (len(pairs) - 1) / 2) * 11
        star = "*" if colour == style.INK and str(row["value_status"]) == "projected" else ""
        _text(ax, VALUE - 34, y, f"{int(year)}{star}", size=7, colour=style.MUTED, ha="right", gid="value year")
        text = style.number(float(value), style.decimals_of(value))
        _text(ax, VALUE, y, text, colour=colour, ha="right", gid="value")
    if not pairs:
        _text(ax, VALUE, middle, "–", colour=style.MUTED, ha="right", gid="value")


def _cell(ax: Axes, cell: pd.DataFrame, page: Page, left: float, middle: float) -> None:
    row, x = cell.iloc[0], left + 6
    upper, lower, code = middle - 7, middle + 7.5, str(row["rating"])
    marks.rating(ax, x + 4, upper, code, hollow=str(row["value_status"]) == "projected")
    colour = style.text_colour(style.rating_look(code).colour)
    words = _words(row, page.language)
    long = layout.text_width(words, 8) > 52  # else it meets the projected value of a narrow column
    end = _text(ax, x + 12, upper, words, size=7.3 if long else 8, colour=colour, gid="rating")
    last = page.before.get((str(row["scenario"]), str(row["indicator"]), int(row["target_year"])))
    if last is not None and (last, code) != ("not_assessable", "not_assessable"):
        marks.rating(ax, end + 7, upper, last, size=4.5, grey=True)
    right, free = left + page.column - 7, left + page.column - 4
    digits = max(int(row["decimals"]) if pd.notna(row["decimals"]) else 0, 1)
    for line, scenario in enumerate(page.scenarios):
        here = cell[cell["scenario"] == scenario]
        if len(here):
            y = middle + (line - (len(page.scenarios) - 1) / 2) * 11
            free = min(free, _projected(ax, here.iloc[0], right, y, digits))
    text, room = target_label(row, page.language, column="target_text"), free - 6 - x
    size = 8.5 if layout.text_width(text, 8.5) <= room else 7.5
    track = min(TRACK, room - 8 - layout.text_width(text, size))
    if np.isfinite(float(row["c"])) and track >= 0.4 * TRACK:
        marks.bullet(ax, x, lower, track, row)
        x += track + 7
    _text(ax, x, lower, text, size=size, gid="target")


def _projected(ax: Axes, row: "pd.Series[Any]", right: float, y: float, digits: int) -> float:
    """Write the value projected at the milestone, a check mark or a cross before it; return its left edge."""
    if pd.isna(row["projected"]):
        return right
    text = style.number(float(row["projected"]), digits)
    _text(ax, right, y, text, size=7.5, ha="right", gid="projected")
    x = right - 1.04 * layout.text_width(text, 7.5) - 6.5
    if pd.notna(row["projected_met"]):
        (marks.check if bool(row["projected_met"]) else marks.cross)(ax, x, y)
    return x - 3.5


def _foot_lines(rows: pd.DataFrame, page: Page, cuts: Sequence[float] | None, source: str) -> list[str]:
    lang, parts = page.language, []
    if cuts is not None:
        names = ("ahead", "on_track", "nearly", "behind")
        given = {name: f"{cut:g}" for name, cut in zip(names, cuts, strict=True)}
        parts.append(say(lang, "scorecard.cuts", **given))
    parts += [say(lang, "scorecard.before")] if page.before else []
    if (rows["value_status"] == "projected").any():
        parts.append(say(lang, "scorecard.from", scenario=page.names[0]))
    parts += [style.printable(source)] if source else []
    return layout.wrap("\n".join(parts), WIDTH - 2 * NUMBER - 10, 7.5).split("\n") if parts else []


def _key(ax: Axes, rows: pd.DataFrame, page: Page, bottom: float) -> None:
    """Draw the key of bars and of projections under the last row."""
    y = bottom + 15
    ax.plot([NUMBER, WIDTH - 8], [bottom, bottom], color=style.INK, linewidth=1, label="_rule")

    def write(x: float, key: str) -> float:
        text = say(page.language, f"scorecard.{key}")
        return _text(ax, x, y, text, size=7.5, colour=style.MUTED, gid="key")

    for ceiling, word in ((False, "bar"), (True, "used")):
        ax.add_patch(Rectangle((NUMBER, y - 2.5), TRACK, 5, facecolor=marks.GROUND, edgecolor="none", zorder=2))
        marks.covered(ax, NUMBER, y, TRACK, 0.5, colour=style.MUTED, ceiling=ceiling)
        marks.goal(ax, NUMBER + TRACK, y, wall=ceiling)
        x = write(NUMBER + TRACK + 9, word) + 16
        if not ceiling:
            marks.due(ax, x, y)
            write(x + 5, "due")
            y += 14
    if rows["projected"].notna().any():
        x = write(x, "by") + 10
        marks.check(ax, x, y, label="_key")
        x = write(x + 6, "met") + 12
        marks.cross(ax, x, y, label="_key")
        write(x + 6, "unmet")
