"""The slope chart: how the pace of each indicator moved from the last evaluation to this one."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from popmodel.plots import labels, layout, marks, style
from popmodel.plots.evaluated import last_versions, of_evaluation, previous as previous_of
from popmodel.plots.words import say
from popmodel.schema import SchemaError

LOW, HIGH = -0.5, 2.0
COLUMNS = ("scenario", "indicator", "number", "name_zh", "name_en", "target_year", "year", "pace", "rating")


@of_evaluation(lambda found: last_versions(found.ratings), previous=previous_of)
def plot_slope(
    card: pd.DataFrame,
    *,
    previous: pd.DataFrame | None = None,
    milestone: int | None = None,
    scenario: str | None = None,
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw the pace of each indicator in the last and in this evaluation, joined by a line.

    Parameters
    ----------
    card : pandas.DataFrame or Evaluation
        What `score` gives for this year.
    previous : pandas.DataFrame
        What `score` gave for the last. Needed unless an evaluation with its history is given.
    milestone : int, optional
        Year of the targets; the next one if not given.
    scenario : str, optional
        Whose rows to read where an indicator is rated on a projection; the first if not given.
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
        If a column is missing or the milestone is in neither card.

    Notes
    -----
    Paces beyond −0.5 and 2 are drawn at the edge; the label has the figure.

    Examples
    --------
    >>> card, last = (
    ...     pm.score(ev.targets, observed=pm.as_known(ev.observed, year=year), projected=ev.values, year=year)
    ...     for year in (2023, 2022)
    ... )
    >>> ax = pm.plot_slope(card, previous=last, lang="en")
    >>> ax.get_title(loc="left")
    'How the pace moved, from the 2022 to the 2023 evaluation'
    """
    language = style.language(lang)
    if previous is None:
        raise SchemaError("previous is not given and the evaluation has no earlier one. Pass what score() gave.")
    for what, table in (("card", card), ("previous", previous)):
        missing = [name for name in COLUMNS if name not in table.columns]
        if missing or table.empty:
            raise SchemaError(
                f"{what} has no {'rows' if not missing else 'column ' + ', '.join(missing)}. Pass what score() returns."
            )
    now, before = int(card["year"].iloc[0]), int(previous["year"].iloc[0])
    years = sorted(int(year) for year in card["target_year"].unique())
    goal = milestone if milestone is not None else next((year for year in years if year >= now), years[-1])
    which = scenario if scenario is not None else str(card["scenario"].iloc[0])
    both = _both(card, previous, goal, which)
    ax = style.new_axes(ax, height=6.2)
    ax.set_xlim(0, 1)
    ax.set_ylim(LOW - 0.12, HIGH + 0.12)
    ax.set_axis_off()
    for x in (0, 1):
        ax.axvline(x, color=style.RULE, linewidth=0.8, zorder=1)
        layout.note(ax, str(before if x == 0 else now), (x, 0), offset=(0, -4), coords=("data", "axes fraction"),
                    size=11, ha="center", va="top", gid="year")  # fmt: skip
    ax.plot([0, 1], [1, 1], color=style.MUTED, linewidth=0.9, linestyle=(0, (2, 2)), label="_even")
    layout.note(ax, say(language, "slope.even"), (0.5, 1), offset=(0, 3), size=8, colour=style.MUTED,
                ha="center", va="bottom", halo=True, gid="even")  # fmt: skip
    left, right = _draw(ax, both, language)
    layout.heading(
        ax,
        say(language, "slope.title", before=before, now=now),
        say(language, "slope.subtitle", milestone=goal),
    )
    if both.empty:
        layout.note(
            ax, say(language, "slope.none"), (0.5, 0.5), coords="axes fraction", colour=style.MUTED, ha="center"
        )
    layout.fit(ax)
    layout.foot(ax, source, below=26)
    layout.fit(ax)
    labels.spread(left)
    labels.spread(right)
    return ax


def _both(card: pd.DataFrame, previous: pd.DataFrame, goal: int, scenario: str) -> pd.DataFrame:
    """Return one row for each indicator that has a pace in both cards."""
    tables = []
    for table in (card, previous):
        rows = table[(table["target_year"] == goal) & (table["scenario"] == scenario)]
        if rows.empty:
            raise SchemaError(f"no rows of scenario {scenario!r} and target year {goal} in one of the cards.")
        tables.append(rows.set_index("indicator"))
    joined = tables[0].join(tables[1][["pace", "rating"]].add_suffix("_before"), how="inner")
    return joined[joined["pace"].notna() & joined["pace_before"].notna()]


def _draw(ax: Axes, both: pd.DataFrame, language: style.Language) -> tuple[list[Annotation], list[Annotation]]:
    left, right = [], []
    for _, row in both.iterrows():
        ends = np.clip([float(row["pace_before"]), float(row["pace"])], LOW, HIGH)
        colour = style.rating_look(str(row["rating"])).colour
        ax.plot([0, 1], ends, color=colour, linewidth=1.4, zorder=2, label="_slope")
        for x, code in ((0, row["rating_before"]), (1, row["rating"])):
            marks.rating(ax, x, ends[x], str(code), size=6.5)
        before = f"{_number(row)}  {_pace(row['pace_before'])}".strip()
        left.append(layout.note(ax, before, (0, ends[0]), offset=(-8, 0), ha="right", gid="before"))
        text = f"{_pace(row['pace'])}  {_short(row, language)}"
        right.append(layout.note(ax, text, (1, ends[1]), offset=(8, 0), colour=style.text_colour(colour), gid="now"))
    return left, right


def _pace(value: Any) -> str:
    pace = float(value)
    return style.number(pace, 2) if np.isfinite(pace) else "∞"


def _short(row: "pd.Series[Any]", language: style.Language) -> str:
    return f"{_number(row)} {row[f'name_{language}']}".strip()


def _number(row: "pd.Series[Any]") -> str:
    return str(int(row["number"])) if pd.notna(row["number"]) else ""
