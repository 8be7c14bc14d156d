"""The tracking chart: history, projection, the path that the plan requires, and its targets."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from popmodel.plots import fan, goals as aims, history, labels, layout, observations, style
from popmodel.plots.data import name_of, ordinal_ticks, pick, unit_of
from popmodel.plots.evaluated import intervals as intervals_of, known, of_evaluation, projected as projected_of
from popmodel.plots.words import in_unit, lead, listed, say, titled, unit_name
from popmodel.schema import SchemaError, named


@of_evaluation(lambda found: found.targets, observed=known, projected=projected_of, intervals=intervals_of)
def plot_tracking(
    targets: pd.DataFrame,
    *,
    indicator: str,
    observed: pd.DataFrame | None = None,
    projected: xr.Dataset | None = None,
    scenarios: Sequence[str] | None = None,
    intervals: xr.Dataset | None = None,
    area: str | None = None,
    lang: str = "zh",
    ax: Axes | None = None,
    source: str = "",
) -> Axes:
    """Draw one indicator: history by statistical basis, projected lines, the required path and the targets.

    Parameters
    ----------
    targets : pandas.DataFrame or Evaluation
        One row per indicator and milestone, as `read_targets` gives it.
    indicator : str
        Its id, such as `share_60_plus`.
    observed : pandas.DataFrame, optional
        One row per indicator, area and year, as `read_observed` gives it.
    projected : xarray.Dataset (scenario[, draw], year, area), optional
        As `measure` gives it. With `draw` the line is the median and a fan shows the 50 % and 90 % intervals.
    scenarios : sequence of str, optional
        Which scenarios, in which order; all of them if not given.
    intervals : xarray.Dataset (quantile, year, area), optional
        From `prediction_interval`: the fan of the forecast behind the lines, see `plot_fan`.
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
    cumulative target it starts from zero in the year before the first that counts. Targets are the city's: for
    another area than the first of `projected` none is drawn.

    Examples
    --------
    >>> ax = pm.plot_tracking(
    ...     ev.targets, indicator="share_60_plus", observed=ev.observed, projected=ev.values, lang="en"
    ... )
    >>> bool(ax.get_xlim()[1] > 2035)
    True
    """
    language = style.language(lang)
    rows = targets[targets["indicator"] == indicator].sort_values("year")
    lines = projected[indicator] if projected is not None and indicator in projected else None
    if rows.empty and lines is None:
        raise SchemaError(
            f"indicator {indicator!r} is neither in the targets nor in the projection. "
            f"Use one of: {named(targets['indicator'].unique(), most=30)}."
        )
    name, unit = titled_of(rows, lines, language)
    where = observations.area_of(observed, projected, indicator, area)
    whole = projected is None or where == str(projected["area"].to_numpy()[0])
    goals = rows if whole else rows[:0]
    seen, doubles = observations.runs(observed, indicator, where, unit)
    digits = observations.projected_digits(rows, lines, unit)
    place = name_of(projected, "area", where, language) if projected is not None and where is not None else where
    name_first = lead(language, place if place and place != where else "")
    notes = [say(language, "tracking.subtitle" if len(goals) else "tracking.no-goal", area=name_first)]
    message = say(language, "tracking.none")
    if (goals["operator"] == "cumulative").any():
        start = int(goals["start_year"].dropna().iloc[0])
        seen, missing, later = observations.cumulate(seen, start)
        notes.append(say(language, "tracking.sum", year=start))
        if missing is not None:
            known = listed(language, [f"{year}: {value}" for year, value in later.items()])
            notes.append(say(language, "tracking.gap", year=missing, known=known))
            message = say(language, "tracking.no-sum", year=missing)
    ax = style.new_axes(ax)
    points, keys = history.draw(ax, seen, doubles, language)
    bands = fan.draw(ax, intervals, indicator, where, unit, language)
    tracks, ends, absent = _draw_projection(ax, lines, scenarios, where, unit, language, digits)
    notes += [say(language, "tracking.absent", names=listed(language, absent))] if absent else []
    path = aims.path(goals)
    marks = aims.draw(ax, goals, path, language)
    set_axes(ax, rows, seen, lines, message="" if seen or tracks else message)
    layout.heading(ax, name, say(language, "tracking.semicolon").join(notes))
    layout.fit(ax)
    handles = [*keys, *bands, *aims.key(goals, path, language)]
    if tracks and lines is not None and "draw" in lines.dims:
        handles.append(Patch(facecolor=style.tint(style.SERIES[0].colour, 0.3), label=say(language, "tracking.fan")))
    layout.foot(ax, source, handles=handles)
    layout.fit(ax)
    labels.spread(ends, gap=1)
    label(ax, marks, points, tracks, path, seen)
    return ax


def titled_of(rows: pd.DataFrame, lines: xr.DataArray | None, language: style.Language) -> tuple[str, str]:
    """Return the title (number, name and printed unit) and the unit of the chart."""
    if rows.empty:
        assert lines is not None  # one of the two is there
        unit, name, order = unit_of(lines), str(lines.attrs.get(f"name_{language}", lines.name)), ""
    else:
        row = rows.iloc[0]
        unit, name = str(row["unit"]), str(row[f"name_{language}"])
        order = f"{int(row['number'])}  " if pd.notna(row["number"]) else ""
    return order + titled(name, unit_name(unit, language), language), unit


def _draw_projection(
    ax: Axes, lines: xr.DataArray | None, scenarios: Sequence[str] | None, area: str | None, unit: str,
    language: style.Language, digits: int,
) -> tuple[list[tuple[np.ndarray, np.ndarray]], list[Annotation], list[str]]:  # fmt: skip
    """Draw a line for each scenario; return the lines, their labels, and the names of scenarios without values."""
    if lines is None:
        return [], [], []
    known = [str(name) for name in lines["scenario"].to_numpy()]
    fan, tracks, ends, absent = "draw" in lines.dims, [], [], []
    for name in scenarios if scenarios is not None else known:
        pick(known, name, dim="scenario", what="projected")
        look = style.SERIES[known.index(name) % len(style.SERIES)]
        cube = lines.sel(scenario=name, area=area)
        cube = cube.copy(data=in_unit(cube.to_numpy(), unit_of(lines), unit, what=str(lines.name)))
        middle = cube.median("draw") if fan else cube
        year, value = cube["year"].to_numpy(), middle.to_numpy()
        good = np.isfinite(value)
        if not good.any():
            absent.append(name_of(lines, "scenario", name, language))
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
    return tracks, ends, absent


def set_axes(
    ax: Axes, goals: pd.DataFrame, seen: list[observations.History], lines: xr.DataArray | None, *, message: str
) -> None:
    """Set the years, the ticks and, where nothing is drawn, the message in its place."""
    years = [int(year) for year in [*goals["year"], *goals["base_year"].dropna()]]
    years += [int(year) for part in seen for year in part.year]
    years += [int(year) for year in lines["year"].to_numpy()] if lines is not None else []
    first, last = min(years), max(years)
    ax.set_xlim(first - 0.6, last + 0.6)
    ax.set_xticks(ordinal_ticks(first, last))
    ax.margins(y=0.14)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", length=3, color=style.RULE)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", color=style.WASH, linewidth=0.9)
    # Lines over the whole height (milestones, breaks) do not count: without a value the axis has no scale.
    if any(line.get_transform() == ax.transData for line in ax.get_lines()):
        layout.plain_ticks(ax, "y")
    else:
        ax.set_ylim(0, 1)
        ax.set_yticks([])
    if message:
        aims = goals["value"].dropna()
        rises = len(aims) > 1 and aims.iloc[-1] > aims.iloc[0]
        layout.note(ax, message, (1, 0) if rises else (0.5, 0.5), offset=(-8, 22) if rises else (0, 0), size=10,
                    coords="axes fraction", colour=style.MUTED, ha="right" if rises else "center", halo=True,
                    gid="nothing")  # fmt: skip


def label(
    ax: Axes, marks: list[tuple[Annotation, float, float]], history: np.ndarray,
    tracks: list[tuple[np.ndarray, np.ndarray]], path: np.ndarray, seen: list[observations.History],
) -> None:  # fmt: skip
    """Find places for the labels of targets and of the last observation."""
    lines = [labels.along(ax, year, value) for year, value in tracks]
    if len(path):
        lines.append(labels.along(ax, path[:, 0], path[:, 1]))
    lines += [labels.along(ax, part.year, part.value) for part in seen]
    points = np.concatenate([*lines, np.empty((0, 2))])
    taken = [layout.box(text) for text in ax.texts if text.get_gid() in ("target note", "nothing")]
    spots = [(year, y) for _, year, y in marks] + [(x, y) for x, y in history]
    for x, y in ax.transData.transform(np.array(spots).reshape(-1, 2)) if spots else ():
        taken.append(Bbox.from_extents(x - 5, y - 5, x + 5, y + 5))
    waiting = [label for label, _, _ in marks]
    if seen:
        year, value = int(seen[-1].year[-1]), float(seen[-1].value[-1])
        text = f"{year}: {style.number(value, int(seen[-1].decimals[-1]))}"
        waiting.append(layout.note(ax, text, (year, value), size=9, halo=True, gid="last"))
    for label in waiting:
        taken.append(labels.place(label, taken, points=points))
