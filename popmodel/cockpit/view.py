"""What the explorer shows: tracking charts on which only the changed line is drawn anew, and the scorecard."""

import html
import io
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from PIL import Image

from popmodel.plots import blank_axes, plot_tracking, style
from popmodel.plots.words import titled, unit_name
from popmodel.schema import convert
from popmodel.wording.messages import message
from popmodel.wording.view import is_missing, target_text

Array = npt.NDArray[np.float64]
LINE = style.Series("#b3261e", "solid", "P")
"""The changed scenario: a colour and a mark that no other line has."""


APART = 8
"""Colours of the pictures differ by at least so much in a channel."""


class Chart(NamedTuple):
    """A tracking chart: what never changes as a picture, and the line that follows the sliders."""

    indicator: str
    axes: Axes
    unit: str
    digits: int
    start: float
    """Where the line of the start ends."""
    line: Line2D
    label: Annotation


def chart_of(
    targets: pd.DataFrame | None, observed: pd.DataFrame | None, values: xr.Dataset, indicator: str, *, lang: str
) -> Chart:
    """Draw the tracking chart of the start, with room for what the sliders may do.

    Parameters
    ----------
    targets, observed : pandas.DataFrame or None
        As `plot_tracking` takes them.
    values : xarray.Dataset
        From `measure`, of the start alone.
    indicator : str
        Its id.
    lang : {"zh", "en"}
        Language of the labels.

    Returns
    -------
    Chart
    """
    goals = targets if targets is not None else pd.DataFrame({"indicator": []})
    rows = goals[goals["indicator"] == indicator]
    unit = str(rows["unit"].iloc[0]) if len(rows) else str(values[indicator].attrs["unit"])
    given = rows["decimals"].dropna() if len(rows) else pd.Series(dtype=float)
    with style.context():
        axes = plot_tracking(
            targets if targets is not None else _NO_TARGETS,
            indicator=indicator, observed=observed, projected=values, lang=lang, ax=blank_axes(),
        )  # fmt: skip
        FigureCanvasAgg(axes.get_figure(root=True))
        path = _in_unit(values, indicator, unit)
        low, high = axes.get_ylim()
        axes.set_ylim(low - 0.08 * (high - low), high + 0.08 * (high - low))
        (line,) = axes.plot(values["year"].to_numpy(), path, color=LINE.colour, linewidth=2.2, marker=LINE.marker,
                            markevery=[-1], markersize=7, animated=True, zorder=6)  # fmt: skip
        label = axes.annotate("", (float(values["year"][-1]), path[-1]), xytext=(9, 0), textcoords="offset points",
                              color=LINE.colour, fontsize=10.5, va="center", animated=True)  # fmt: skip
    digits = max(int(given.iloc[0]) if len(given) else 1, 1)
    return Chart(indicator, axes, unit, digits, float(path[-1]), line, label)


_NO_TARGETS = pd.DataFrame(
    columns=["indicator", "number", "name_zh", "name_en", "year", "operator", "value", "lower", "upper", "unit",
             "tolerance", "decimals", "better", "text", "base_year", "base_value", "start_year", "version"]
)  # fmt: skip


def _in_unit(values: xr.Dataset, indicator: str, unit: str) -> Array:
    data = values[indicator].isel(scenario=0, area=0)
    return np.asarray(convert(data.to_numpy(), str(data.attrs["unit"]), unit, what=indicator), dtype=float)


class Backdrop(NamedTuple):
    """Everything but the line, rendered; and the colours of the whole, since few colours make a quick PNG."""

    region: object
    palette: Image.Image


def backdrop(chart: Chart) -> Backdrop:
    """Render everything but the line, once; `picture` draws the line over it."""
    canvas = _canvas(chart)
    with style.context():
        canvas.draw()  # type: ignore[no-untyped-call]
        figure = chart.axes.get_figure(root=True)
        region = canvas.copy_from_bbox(figure.bbox)  # type: ignore[no-untyped-call,union-attr]
    packed = _pixels(chart, region)[..., :3].astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], dtype=np.uint32)
    colours, counts = np.unique(packed, return_counts=True)
    common = colours[np.argsort(-counts, kind="stable")].astype(np.int64)
    kept: list[npt.NDArray[np.int64]] = []
    for colour in np.stack([common >> 16, common >> 8 & 255, common & 255], axis=1):
        # Neighbours of a more frequent colour would draw it to themselves: white must stay white.
        if len(kept) < 256 and all(np.abs(colour - other).max() >= APART for other in kept):
            kept.append(colour)
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.stack(kept).astype(np.uint8).tobytes())
    return Backdrop(region, palette)


def _pixels(chart: Chart, region: object) -> npt.NDArray[np.uint8]:
    """Draw the line over the backdrop."""
    canvas = _canvas(chart)
    canvas.restore_region(region)  # type: ignore[no-untyped-call]
    with style.context():
        chart.axes.draw_artist(chart.line)
        chart.axes.draw_artist(chart.label)
    return np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]


def _canvas(chart: Chart) -> FigureCanvasAgg:
    canvas = chart.axes.get_figure(root=True).canvas  # type: ignore[union-attr]
    assert isinstance(canvas, FigureCanvasAgg)
    return canvas


def moved(chart: Chart, values: xr.Dataset) -> bool:
    """Set the line to new values; return True if the axes had to be widened, so that the backdrop is out of date."""
    path = _in_unit(values, chart.indicator, chart.unit)
    low, high = chart.axes.get_ylim()
    chart.line.set_ydata(path)
    chart.label.set_text(style.number(float(path[-1]), chart.digits))
    chart.label.xy = (float(values["year"][-1]), float(path[-1]))
    wide = bool(path.min() < low or path.max() > high)
    if wide:
        room = 0.1 * (high - low)
        chart.axes.set_ylim(min(low, float(path.min()) - room), max(high, float(path.max()) + room))
    # The figure stands beside that of the start; where both end close together it steps aside.
    to_pixels = chart.axes.transData.transform
    gap = float(to_pixels((0, path[-1]))[1] - to_pixels((0, chart.start))[1]) * 72 / chart.axes.figure.dpi
    step = 13.0
    aside = 0.0 if abs(gap) >= step else (step - abs(gap)) * (1 if gap >= 0 else -1)
    chart.label.set_position((9, aside))
    return wide


def picture(chart: Chart, ground: Backdrop) -> bytes:
    """Return the chart as PNG: the backdrop and, over it, the line."""
    drawn = Image.fromarray(_pixels(chart, ground.region)).convert("RGB")
    buffer = io.BytesIO()
    drawn.quantize(palette=ground.palette, dither=Image.Dither.NONE).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


CSS = """<style>
.pm-card { border-collapse: collapse; font-size: 13px; line-height: 1.35; width: 100%; }
.pm-card th, .pm-card td { border-bottom: 1px solid #c9d0d6; padding: 3px 8px; text-align: right; }
.pm-card td { white-space: nowrap; font-variant-numeric: tabular-nums; }
.pm-card th:first-child { text-align: left; white-space: normal; font-weight: 400; min-width: 9em; }
.pm-card thead th { border-bottom: 1.5px solid #20272e; font-weight: 600; }
.pm-card .goal { color: #5a646e; border-left: 6px solid #fff; }
.pm-card .y { color: #1f4e79; } .pm-card .n { color: #8c2a1c; }
.pm-card .new { background: #fdf1d8; font-weight: 700; }
</style>"""


def scorecard_html(cards: Mapping[str, pd.DataFrame], *, lang: str) -> str:
    """Return the scorecard as HTML: for each projected target, whether the start and the changed scenario meet it.

    Parameters
    ----------
    cards : mapping of {"start", "mine"} to pandas.DataFrame
        From `score`, one scenario each.
    lang : {"zh", "en"}
        Language of the labels.

    Returns
    -------
    str
        A table; cells whose verdict differs from the start's are marked.
    """
    say = partial(message, lang)
    start, mine = (_rows(cards[which]) for which in ("start", "mine"))
    shown = [key for key in start if not is_missing(start[key]["projected"])]
    if not shown:
        return f"{CSS}<p>{say('explorer-card.none')}</p>"
    years = sorted({year for _, year in shown})
    heads = "".join(
        f'<th class="goal">{year}</th><th>{say("explorer-card.start")}</th><th>{say("explorer-card.changed")}</th>'
        for year in years
    )
    body = []
    for indicator in dict.fromkeys(name for name, _ in shown):
        first = next(row for (name, _), row in start.items() if name == indicator)
        number = "" if is_missing(first["number"]) else f"{first['number']} "
        unit = unit_name(str(first["unit"]), style.language(lang))
        name = html.escape(number + titled(str(first[f"name_{lang}"]), unit, style.language(lang)))
        cells = "".join(_cells(start.get((indicator, y)), mine.get((indicator, y)), lang) for y in years)
        body.append(f'<tr data-indicator="{html.escape(indicator)}"><th scope="row">{name}</th>{cells}</tr>')
    head = f"<thead><tr><th>{say('explorer-card.indicator')}</th>{heads}</tr></thead>"
    return f'{CSS}<table class="pm-card">{head}<tbody>{"".join(body)}</tbody></table>'


def _rows(card: pd.DataFrame) -> dict[tuple[str, int], dict[str, object]]:
    return {(str(row["indicator"]), int(row["target_year"])): row for row in card.to_dict("records")}  # type: ignore[misc]


def _cells(start: Mapping[str, object] | None, mine: Mapping[str, object] | None, lang: str) -> str:
    if start is None or mine is None:
        return '<td class="goal"></td><td></td><td></td>'
    goal = html.escape(target_text(str(start["target_text"]), start, lang))
    before, after = _verdict(start, lang), _verdict(mine, lang)
    new = ' class="new"' if _met(start) != _met(mine) else ""
    year = int(start["target_year"])  # type: ignore[call-overload]
    return f'<td class="goal">{goal}</td><td>{before}</td><td{new} data-year="{year}">{after}</td>'


def _met(row: Mapping[str, object]) -> bool | None:
    return None if is_missing(row["projected_met"]) else bool(row["projected_met"])


def _verdict(row: Mapping[str, object], lang: str) -> str:
    if is_missing(row["projected"]):
        return "–"
    met = _met(row)
    sign = ""
    if met is not None:
        title = message(lang, "explorer-card.yes" if met else "explorer-card.no")
        sign = f'<span class="{"yn"[not met]}" title="{title}">{"✓✗"[not met]}</span> '
    # The digits at which it is compared: 62.01 is published as 62.0 and not above 62.
    digits = 1 if is_missing(row["decimals"]) else max(int(row["decimals"]), 1)  # type: ignore[call-overload]
    return f"{sign}{style.number(float(row['projected']), digits)}"  # type: ignore[arg-type]


def default_indicators(values: xr.Dataset, targets: pd.DataFrame | None) -> Sequence[str]:
    """Return the first four indicators that are both projected and targeted, those of people before drivers."""
    drivers = ("total_fertility", "life_expectancy", "sex_ratio_at_birth")
    named = list(dict.fromkeys(targets["indicator"])) if targets is not None else list(map(str, values.data_vars))
    known = [str(name) for name in named if name in values and name not in drivers]
    liked = ("resident_population", "share_60_plus", "dependency_ratio", "main_centre_share")
    return [*[name for name in liked if name in known], *[name for name in known if name not in liked]][:4]
