"""What a spread hangs on: the share of each driver in the variance of an indicator."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from popmodel.plots import layout, style
from popmodel.plots.targets import short_name
from popmodel.plots.words import driver_name, say
from popmodel.schema import SchemaError

NAME, ROW, ROOM = 170.0, 24.0, 370.0
"""Room for names, height of a row, and room for the heading beside the names. [points]"""
COLUMNS = ("indicator", "name_zh", "name_en", "year", "driver", "share", "se", "n")
COLOURS = (*(look.colour for look in style.SERIES), "#a8442f", "#8fb8d8", "#d9a86c", "#9bb7a0", "#b9a0c0", "#4a6b50")
NOISE = 2.0
"""Standard errors below which a share is not told from none."""


def plot_variance_shares(table: pd.DataFrame, *, lang: str = "zh", ax: Axes | None = None, source: str = "") -> Axes:
    """Draw, for each indicator and year, the part of its variance that each driver explains by itself.

    Parameters
    ----------
    table : pandas.DataFrame
        From `variance_shares`.
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
        If a column is missing, or no share is told.

    Notes
    -----
    A share below two standard errors is not drawn; what is left of the whole is hatched: drivers acting together, and
    what lies within the noise.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame(
    ...     [("births", "Births", "Births", 2035, "city_fertility", 0.7, 0.02, 4096)],
    ...     columns=["indicator", "name_zh", "name_en", "year", "driver", "share", "se", "n"],
    ... )
    >>> ax = pm.plot_variance_shares(table, lang="en")
    >>> len(ax.patches) > 1
    True
    """
    language = style.language(lang)
    missing = [name for name in COLUMNS if name not in table.columns]
    told = table[table["share"].notna()] if not missing else table
    if missing or told.empty:
        raise SchemaError(f"table has no {', '.join(missing) or 'share'}. Pass what variance_shares() gives.")
    with style.context():
        drawn = told[told["share"] > NOISE * told["se"]]
        drivers = drawn.groupby("driver", sort=False)["share"].max().sort_values(ascending=False).index.tolist()
        rows = list(told.groupby(["indicator", "year"], sort=False))
        ax = style.new_axes(ax, height=(ROW * len(rows) + 165) / layout.POINTS)
        ax.set_xlim(0, 100)
        ax.set_ylim(len(rows) - 0.4, -0.6)
        for place, (_, row) in enumerate(rows):
            _bar(ax, row, place, [str(name) for name in drivers])
        ax.set_yticks(range(len(rows)), [_name(row.iloc[0], language) for _, row in rows])
        for label in ax.get_yticklabels():
            label.set_parse_math(False)
        ax.tick_params(axis="y", length=0, labelsize=8)
        layout.plain_ticks(ax, "x", most=6)
        ax.spines[["left"]].set_visible(False)
        noise = style.number(100 * float(told["se"].max()), 1)
        subtitle = say(language, "shares.subtitle", draws=int(told["n"].max()), noise=noise)
        layout.heading(ax, say(language, "shares.title"), layout.wrap(subtitle, ROOM, 9))
        layout.fit(ax, pad=14)
        layout.foot(ax, source, handles=_handles([str(name) for name in drivers], language))
        layout.fit(ax, pad=14)
    return ax


def colour_of(drivers: list[str], name: str) -> str:
    """Return the colour of a driver: by its order, from the start again where there are more than colours."""
    return COLOURS[drivers.index(name) % len(COLOURS)]


def _bar(ax: Axes, rows: pd.DataFrame, place: int, drivers: list[str]) -> None:
    """Stack the shares that are told; what is left is hatched."""
    at = 0.0
    own = dict(zip(rows["driver"].astype(str), zip(rows["share"], rows["se"], strict=True), strict=True))
    for name in drivers:
        share, se = own.get(name, (np.nan, np.nan))
        if not share > NOISE * se:
            continue
        width = 100 * float(share)
        colour = colour_of(drivers, name)
        ax.barh(place, width, left=at, height=0.62, color=colour, edgecolor="white", linewidth=0.6, zorder=2,
                gid=f"_{name}")  # fmt: skip
        if width >= 6:
            ink = "white" if style.contrast(colour) >= 4.5 else style.INK
            layout.note(ax, style.number(width, 0), (at + width / 2, place), size=8, colour=ink, ha="center")
        at += width
    if at < 100:
        ax.barh(place, 100 - at, left=at, height=0.62, facecolor="white", edgecolor=style.RULE, hatch="////",
                linewidth=0, zorder=1, gid="_rest")  # fmt: skip


def _name(row: "pd.Series[Any]", language: style.Language) -> str:
    name = short_name(row, language)
    return layout.wrap(f"{name} {int(row['year'])}", NAME, 8)


def _handles(drivers: list[str], language: style.Language) -> list[Patch]:
    known = [Patch(facecolor=colour_of(drivers, name), label=driver_name(name, language)) for name in drivers]
    rest = Patch(facecolor="white", edgecolor=style.RULE, hatch="////", linewidth=0, label=say(language, "shares.rest"))
    return [*known, rest]
