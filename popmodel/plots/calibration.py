"""How well intervals and schedules hold: where what came fell among the draws, and who migrates."""

from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from popmodel.plots import layout, style
from popmodel.plots.data import city_name, name_of
from popmodel.plots.words import say
from popmodel.schema import SchemaError, named, near

BAND = 0.2
"""How far a tenth may be from even. [1]"""
LAST_AGE = 85
FASTER = 0.01
"""Total rate for which the response is drawn. [1/year]"""


def plot_calibration(
    table: pd.DataFrame, *, rule: str | None = None, lang: str = "zh", ax: Axes | None = None, source: str = ""
) -> Axes:
    """Draw in which tenth of its forecast what came fell: bars that would all be equal if the intervals were right.

    Parameters
    ----------
    table : pandas.DataFrame
        From `coverage`.
    rule : str, optional
        Which one; the last if not given.
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
        If a column is missing, or the rule is not there.

    Examples
    --------
    >>> errors = pm.empirical_errors(counties, rule="no_migration")
    >>> ax = pm.plot_calibration(pm.coverage(errors), lang="en")
    >>> len(ax.patches) > 10
    True
    """
    language = style.language(lang)
    missing = [name for name in ("rule", "level", "group", "n", "coverage", "pit") if name not in table.columns]
    if missing or table.empty:
        raise SchemaError(f"table has no {', '.join(missing) or 'rows'}. Pass what coverage() returns.")
    rules = list(dict.fromkeys(table["rule"]))
    chosen = rules[-1] if rule is None else rule
    if chosen not in rules:
        raise SchemaError(f"rule {chosen!r} is not there. Use one of: {named(rules)}.{near(chosen, rules)}")
    whole = table[(table["rule"] == chosen) & (table["group"] == "all")]
    pit = np.asarray(whole["pit"].iloc[0], dtype=float)
    edges = np.linspace(0, 1, 11)
    share = 100 * np.histogram(pit, edges)[0] / len(pit)
    with style.context():
        ax = style.new_axes(ax, height=4.0)
        ax.axhspan(10 * (1 - BAND), 10 * (1 + BAND), color=style.WASH, zorder=0, linewidth=0)
        ax.axhline(10, color=style.INK, linewidth=0.9, zorder=3)
        ax.bar(100 * edges[:-1] + 5, share, width=9.2, color=style.tint(style.SERIES[0].colour, 0.75), zorder=2)
        ax.set_xticks(100 * edges)
        ax.set_xlim(-1, 101)
        ax.set_ylim(0, max(1.15 * float(share.max()), 15))
        ax.set_xlabel(say(language, "calibration.place"), fontsize=8.5, loc="right")
        layout.plain_ticks(ax, "y")
        layout.heading(
            ax,
            say(language, "calibration.title", n=style.number(len(pit), 0)),
            say(language, "calibration.subtitle", held=_held(whole, language)),
        )
        band = Patch(color=style.WASH, label=say(language, "calibration.band", percent=f"{100 * BAND:.0f}"))
        layout.fit(ax)
        layout.foot(ax, source, handles=[band], below=38)
        layout.fit(ax)
    return ax


def _held(whole: pd.DataFrame, language: style.Language) -> str:
    """Coverage of every level, as a list."""
    rows = zip(whole["level"], whole["coverage"], strict=True)
    texts = [
        say(language, "calibration.held", level=f"{level:g}", coverage=style.number(value, 1)) for level, value in rows
    ]
    return say(language, "calibration.join").join(texts) if len(texts) > 1 else texts[0]


def plot_migration_schedules(
    base: xr.Dataset, *, districts: list[str] | None = None, lang: str = "zh", ax: Axes | None = None, source: str = ""
) -> Axes:
    """Draw who migrates by age: net rates at a total of zero, and what more arrivals add.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`, with learned migration.
    districts : list of str, optional
        Codes of the districts drawn besides the city; the two whose rates differ most if not given.
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
        If no migration was learned, or a district is unknown.

    Notes
    -----
    Both sexes together, each age by the residents of the base. Dashed: the net rates that an additional total of ten
    per mille a year brings (response times .01).

    Examples
    --------
    >>> ax = pm.plot_migration_schedules(ev.base, lang="en")
    >>> ax.get_xlabel()
    'age'
    """
    language = style.language(lang)
    if "migration_turnover" not in base:
        raise SchemaError("plot_migration_schedules: no migration was learned. Use estimate_base with schedules.")
    people = base["population"].sel(age=slice(0, LAST_AGE - 1))
    of_districts = 1000 * _mean(base["migration_turnover"], people, ("sex",))
    whole = 1000 * _mean(base["migration_turnover"], people, ("sex", "district"))
    response = 1000 * FASTER * _mean(base["migration_response"], people.sum("district"), ("sex",))
    codes = [str(code) for code in base["district"].to_numpy()]
    unknown = [code for code in districts or [] if code not in codes]
    if unknown:
        raise SchemaError(
            f"district {named(unknown)} is not there. Use some of: {named(codes, most=20)}.{near(unknown, codes)}"
        )
    spread = abs(of_districts - whole).max("age").to_numpy()
    chosen = [codes[i] for i in np.argsort(-spread)[:2]] if districts is None else districts
    with style.context():
        ax = style.new_axes(ax, height=4.4)
        ax.axhline(0, color=style.INK, linewidth=0.9, zorder=1)
        ages = people["age"].to_numpy() + 0.5
        handles = []
        city = city_name(base, language) or say(language, "calibration.city")
        lines: list[tuple[np.ndarray, str, str, Any]] = [(whole.to_numpy(), city, style.SERIES[0].colour, "-")]
        for code, look in zip(chosen, cycle(style.SERIES[1:]), strict=False):
            rates = of_districts.sel(district=code).to_numpy()
            lines.append((rates, name_of(base, "district", code, language), look.colour, "-"))
        lines.append((response.to_numpy(), say(language, "calibration.response"), style.MUTED, (0, (4, 2))))
        for (values, name, colour, dash), (width, order) in zip(lines, _weights(len(lines)), strict=True):
            ax.plot(ages, values, color=colour, linestyle=dash, linewidth=width, zorder=order)
            handles.append(Line2D([], [], color=colour, linestyle=dash, linewidth=width, label=style.printable(name)))
        ax.set_xlim(0, LAST_AGE)
        ax.set_xlabel(say(language, "calibration.age"), fontsize=8.5, loc="right")
        layout.plain_ticks(ax, "y")
        layout.heading(ax, say(language, "calibration.schedules"), say(language, "calibration.schedules-subtitle"))
        layout.fit(ax)
        layout.foot(ax, source, handles=handles, below=38)
        layout.fit(ax)
    return ax


def _weights(count: int) -> list[tuple[float, int]]:
    """Width and order of the lines: the city's above the others."""
    return [(2.2, 4), *[(1.4, 3)] * (count - 1)]


def _mean(values: xr.DataArray, people: xr.DataArray, dims: tuple[str, ...]) -> xr.DataArray:
    there = values.sel(age=people["age"])
    return (there * people).sum(dims) / people.sum(dims)
