"""Required migration: what each target takes, by the ages of the migrants, beside the best year so far."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from popmodel.indicators.catalogue import CATALOGUE
from popmodel.indicators.forms import Form
from popmodel.plots import layout, style
from popmodel.plots.targets import check_columns, first_scenario, full_label, short_name, targets_of, ticks_between
from popmodel.plots.words import SCALE, listed, say, target_label
from popmodel.schema import SchemaError

NAME, RIGHT, END = 176.0, 470.0, 572.0
"""Where bars begin, where the longest ends, and where what is written beside them ends. [points]"""
BAR, GAP, AXIS = 11.5, 9.0, 16.0
"""Heights of a bar, between targets and of the scale. [points]"""
LOOKS = {
    "under_60": ("#a9c6dc", "////"),
    "model": ("#1f4e79", None),
    "residents": ("#c46a1b", "...."),
}
"""Schedule → colour and hatch, the one that needs least first."""
CUT = 1.6
"""Times the longest bar of the other schedules at which a bar is cut off and its number written beside it."""
COLUMNS = ("schedule", "path", "net_migration", "times_best_year", "status")


def plot_required(table: pd.DataFrame, *, lang: str = "zh", ax: Axes | None = None, source: str = "") -> Axes:
    """Draw for each target the net migration a year that it takes, a bar for each schedule of ages.

    Parameters
    ----------
    table : pandas.DataFrame
        From `required_migration`; its rows of the path `even` are drawn.
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
        If a column is missing, or no target has a number on the path `even`.

    Notes
    -----
    A bar much longer than the others is cut off; its number stands beside it.

    Examples
    --------
    >>> table = pm.required_migration(problem, paths=("even",), fertility=False)
    >>> ax = pm.plot_required(table, lang="en")
    >>> len(ax.patches) > 0
    True
    """
    language = style.language(lang)
    check_columns(table, COLUMNS, "required_migration")
    even = first_scenario(table[(table["path"] == "even") & (table["indicator"] != "")])
    found = even[(even["status"] == "found") & even["net_migration"].notna()]
    if found.empty:
        raise SchemaError("table has no number on the path 'even'. Pass what required_migration() returns.")
    shown = [group for _, group in even.groupby(["indicator", "year"], sort=False)
             if (group["status"] == "found").any()]  # fmt: skip
    schedules = [name for name in LOOKS if name in set(found["schedule"])]
    with style.context():
        scale = SCALE[language]
        step = BAR * len(schedules) + GAP
        height = step * len(shown)
        ax = style.new_axes(ax, height=(height + AXIS + 128) / layout.POINTS)
        ax.set_xlim(0, END)
        ax.set_ylim(height + AXIS, 0)
        ax.set_axis_off()
        best = _best_year(found) / scale
        line = Scale(min(float(found["net_migration"].min()) / scale, 0.0), _longest(found, best * scale) / scale)
        _axis(ax, line, height)
        for place, group in enumerate(shown):
            _name(ax, group.iloc[0], (place + 0.5) * step, language)
            _target(ax, group, place * step + GAP / 2, schedules, line, best, scale, language)
        ax.plot([line.place(best)] * 2, [0, height], color=style.INK, linewidth=1.1, linestyle=(0, (4, 2)), zorder=4,
                label="_best")  # fmt: skip
        start = str(table.attrs.get("first_open_year", ""))
        layout.heading(ax, _title(found, language), say(language, "required.subtitle", start=start))
        layout.fit(ax)
        text = "\n".join(part for part in (_left_out(even, shown, language), source) if part)
        layout.foot(ax, text, below=8, handles=_handles(schedules, language))
        layout.fit(ax)
    return ax


class Scale(NamedTuple):
    """From numbers to points along the chart."""

    least: float
    most: float

    def place(self, value: float) -> float:
        """Return where a number stands; what lies beyond the longest bar stands at its end."""
        share = (min(value, self.most) - self.least) / max(self.most - self.least, 1e-9)
        return NAME + (RIGHT - NAME) * share


def _axis(ax: Axes, line: Scale, height: float) -> None:
    for tick, text in ticks_between(line.least, line.most, most=6):
        x = line.place(tick)
        ax.plot([x, x], [0, height], color=style.WASH, linewidth=0.8, zorder=0)
        ax.text(x, height + 8, text, fontsize=7.5, color=style.MUTED, ha="center",
                va="center_baseline")  # fmt: skip


def _name(ax: Axes, row: "pd.Series[Any]", middle: float, language: style.Language) -> None:
    ax.text(NAME - 8, middle, layout.wrap(full_label(row, language), NAME - 12, 8), fontsize=8, ha="right", va="center",
            linespacing=1.15, gid="target")  # fmt: skip


def _best_year(found: pd.DataFrame) -> float:
    """Return the greatest number of net migrants of a published year. [persons]"""
    known = found[found["times_best_year"].notna() & (found["times_best_year"] != 0)]
    return float((known["net_migration"] / known["times_best_year"]).iloc[0]) if len(known) else 0.0


def _longest(found: pd.DataFrame, best: float) -> float:
    """Return the length at which bars are cut: that of the longest that is not far beyond the others."""
    others = own_first(found).loc[found["schedule"] != "residents", "net_migration"]
    top, usual = float(found["net_migration"].max()), float(others.max()) if len(others) else 0.0
    return max(min(top, CUT * usual) if usual > 0 else top, best)


def own_first(found: pd.DataFrame) -> pd.DataFrame:
    """Return the targets of size and age where there are any: those of places hang on where migrants settle."""
    places = {each.id for each in CATALOGUE if isinstance(each.compute, Form) and each.compute.inside}
    own = found[~found["indicator"].isin(places)]
    return own if len(own) else found


def _target(
    ax: Axes, group: pd.DataFrame, top: float, schedules: Sequence[str], line: Scale, best: float, scale: float,
    language: style.Language,
) -> None:  # fmt: skip
    rows = group.set_index("schedule")
    for number, name in enumerate(schedules):
        middle = top + (number + 0.5) * BAR
        if name not in rows.index:
            continue
        row = rows.loc[name]
        if pd.isna(row["net_migration"]) or row["status"] != "found":
            key = "holds" if str(row["status"]).startswith("met") else "beyond"
            x = line.place(max(best, 0.0)) + 5
            ax.text(x, middle, say(language, f"required.{key}"), fontsize=7, va="center_baseline", color=style.MUTED)
            continue
        _bar(ax, row, middle, LOOKS[name], line, scale, language)


def _bar(
    ax: Axes, row: "pd.Series[Any]", middle: float, look: tuple[str, str | None], line: Scale, scale: float,
    language: style.Language,
) -> None:  # fmt: skip
    value = float(row["net_migration"]) / scale
    start, end = line.place(0.0), line.place(value)
    ax.add_patch(Rectangle((min(start, end), middle - 0.41 * BAR), abs(end - start), 0.82 * BAR, facecolor=look[0],
                           hatch=look[1], edgecolor="white", linewidth=0, zorder=2, label="_required"))  # fmt: skip
    if value > line.most:  # a slanting gap near the end of the bar says that it goes on
        for x in (end - 12, end - 7):
            ax.plot([x - 1.5, x + 1.5], [middle + 0.5 * BAR, middle - 0.5 * BAR], color="white", linewidth=1.6,
                    zorder=3, label="_cut")  # fmt: skip
    text = style.number(value, 1)
    if pd.notna(row["times_best_year"]):
        text = say(language, "required.times", number=text, times=style.number(float(row["times_best_year"]), 1))
    layout.note(ax, text, (max(end, start), middle), offset=(5, 0), size=7.5, halo=True, gid="number")


def _title(found: pd.DataFrame, language: style.Language) -> str:
    """State the greatest need, as the model settles one more, against the best year."""
    own = own_first(found)
    usual = own[own["schedule"] == "model"]
    rows = usual if len(usual) else own
    row = rows.iloc[int(rows["net_migration"].argmax())]
    if pd.isna(row["times_best_year"]) or float(row["times_best_year"]) <= 1:
        return say(language, "required.within")
    return say(
        language, "required.title", name=short_name(row, language), year=int(row["year"]),
        target=target_label(row, language),
        number=style.number(float(row["net_migration"]) / SCALE[language], 1),
        times=style.number(float(row["times_best_year"]), 1),
    )  # fmt: skip


def _left_out(even: pd.DataFrame, shown: Sequence[pd.DataFrame], language: style.Language) -> str:
    here = {(str(group["indicator"].iloc[0]), int(group["year"].iloc[0])) for group in shown}
    out: dict[str, list[str]] = {}
    for key in targets_of(even):
        if key not in here:
            first = even[even["indicator"] == key[0]].iloc[0]
            out.setdefault(short_name(first, language), []).append(str(key[1]))
    names = [f"{name} {listed(language, years)}" for name, years in out.items()]
    return say(language, "required.left_out", names=listed(language, names)) if names else ""


def _handles(schedules: Sequence[str], language: style.Language) -> list[Any]:
    out: list[Any] = [
        Rectangle((0, 0), 1, 1, facecolor=LOOKS[name][0], hatch=LOOKS[name][1], edgecolor="white",
                  label=say(language, f"required.{name}"))
        for name in schedules
    ]  # fmt: skip
    out.append(Line2D([], [], color=style.INK, linewidth=1.1, linestyle=(0, (4, 2)),
                      label=say(language, "required.best")))  # fmt: skip
    return out
