"""Where things go: margins that fit, labels that do not overlap, text wrapped to a width, title and foot."""

import functools
import math
from collections.abc import Sequence
from typing import Any, Literal

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.legend import Legend
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation, Text
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox, ScaledTranslation

from popmodel.plots.style import INK, MUTED, decimals_of, families, number, printable

Align = Literal["left", "center", "right"]
POINTS = 72.0
HALO = (withStroke(linewidth=2.4, foreground="white"),)
"""White rim that keeps a label readable on a line."""


@functools.lru_cache(maxsize=4096)
def _width(text: str, size: float, family: tuple[str, ...]) -> float:
    if not text.strip():
        return 0.3 * size * len(text)
    properties = FontProperties(family=list(family), size=size)
    return float(text_to_path.get_text_width_height_descent(text, properties, ismath=False)[0])


def text_width(text: str, size: float) -> float:
    """Return the width of one line of text [points]."""
    return _width(text, size, tuple(families()))


def wrap(text: str, width: float, size: float, *, even: bool = False) -> str:
    """Break `text` into lines not wider than `width` [points], at spaces or between Chinese characters.

    With `even` the lines are made about equally long.
    """
    if even and text_width(text, size) > width:
        parts = math.ceil(text_width(text, size) / width)
        tight = wrap(text, 1.12 * text_width(text, size) / parts, size)
        return tight if tight.count("\n") < parts else wrap(text, width, size)
    out: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line.strip() and text_width((line + piece).rstrip(), size) > width:
                out.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        out.append(line.rstrip())
    return "\n".join(out)


def _pieces(text: str) -> list[str]:
    """Split where a line may break; closing punctuation stays with what it follows."""
    pieces: list[str] = []
    for character in text:
        wide, closing = ord(character) >= 0x2E80, character in "，。、；：）》」』！？”’"
        previous = pieces[-1] if pieces else ""
        opening = previous[-1:] in "（《「『“‘" if previous else False
        joins = closing or opening or (not wide and bool(previous) and ord(previous[-1]) < 0x2E80)
        if previous and joins and not (previous.endswith(" ") and not character.isspace()):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def note(
    ax: Axes,
    text: str,
    at: tuple[float, float],
    *,
    offset: tuple[float, float] = (0, 0),
    coords: Any = "data",
    size: float = 8.5,
    colour: str = INK,
    ha: Align = "left",
    va: Literal["bottom", "baseline", "center", "top", "center_baseline"] = "center",
    halo: bool = False,
    **kwargs: Any,
) -> Annotation:
    """Write `text` at a point, moved by `offset` [points]; never clipped by the axes. `kwargs` go to matplotlib."""
    return ax.annotate(
        text, at, xycoords=coords, xytext=offset, textcoords="offset points", fontsize=size, color=colour, ha=ha,
        va=va, annotation_clip=False, path_effects=HALO if halo else None, **kwargs,
    )  # fmt: skip


def box(artist: Artist) -> Bbox:
    """Return the extent of an artist on the canvas [pixels]."""
    return artist.get_window_extent()


def scale_of(artist: Artist) -> float:
    """Return pixels per point of the figure that holds `artist`."""
    figure = artist.get_figure(root=True)
    assert figure is not None
    return float(figure.dpi) / POINTS


def alone(ax: Axes) -> bool:
    """Say whether the chart has its figure to itself, so that margins may be set."""
    figure = ax.get_figure(root=True)
    return figure is not None and figure.axes == [ax] and figure.get_layout_engine() is None


def fit(ax: Axes, *, pad: float = 8.0) -> None:
    """Set the margins so that everything the axes carry lies `pad` [points] inside the figure.

    Does nothing where the caller arranges several axes or uses a layout engine.
    """
    if not alone(ax):
        return
    figure = ax.get_figure(root=True)
    assert figure is not None
    size, edge = figure.bbox, pad * scale_of(ax)
    for _ in range(2):
        whole, inner = ax.get_tightbbox(), ax.get_window_extent()
        assert whole is not None
        left, right = inner.x0 - whole.x0 + edge, size.width - edge - (whole.x1 - inner.x1)
        low, high = inner.y0 - whole.y0 + edge, size.height - edge - (whole.y1 - inner.y1)
        ax.set_position((
            left / size.width, low / size.height,
            max(right - left, 0.2 * size.width) / size.width, max(high - low, 0.2 * size.height) / size.height,
        ))  # fmt: skip


def plain_ticks(ax: Axes, which: Literal["x", "y"], *, most: int = 8, absolute: bool = False) -> None:
    """Put ticks at round numbers and print them with the decimals that their step needs and a true minus sign."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_locator(MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]))

    def text(value: float, _: float = 0) -> str:
        places = axis.get_majorticklocs()
        digits = decimals_of(places[1] - places[0], most=6) if len(places) > 1 else decimals_of(value, most=6)
        return number(abs(value) if absolute else value, digits)

    axis.set_major_formatter(text)


def heading(ax: Axes, title: str, subtitle: str = "", *, host: Axes | None = None) -> None:
    """Write the title and, smaller, what else must be known to read the chart; both wrapped to the width.

    `host` are the axes of the chart where `ax` is a strip in them.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    # A third of an inch and the widest tick labels are left beside the axes.
    room = figure.bbox.width / scale_of(ax) - 64 if alone(host or ax) else ax.bbox.width / scale_of(ax)
    subtitle = wrap(printable(subtitle), room, 9)
    rise = 10 + 13 * (subtitle.count("\n") + 1) if subtitle else 10
    ax.set_title(wrap(printable(title), room, 12.5), loc="left", pad=rise, fontsize=12.5, color=INK, family=families(),
                 parse_math=False)  # fmt: skip  # the title was made with the axes, maybe outside the context
    if subtitle:
        note(ax, subtitle, (0, 1), offset=(0, 8), coords="axes fraction", size=9, colour=MUTED, va="bottom",
             linespacing=1.3)  # fmt: skip


def foot(ax: Axes, text: str, *, handles: Sequence[Artist] = (), below: float = 24.0) -> list[Text]:
    """Write the key of marks and, under it, notes and sources, wrapped to the width of the chart.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        After `fit`, since lines are wrapped to the width that is left.
    text : str
        Notes, sources and date; may be blank.
    handles : sequence of matplotlib.artist.Artist
        What the key explains, by their labels; none where direct labels say it.
    below : float
        Distance of the first line from the axes [points].
    """
    scale, frame = scale_of(ax), ax.get_window_extent()
    figure = ax.get_figure(root=True)
    assert figure is not None
    room = 0.97 * ((figure.bbox.width - frame.x0) / scale - 8 if alone(ax) else frame.width / scale)
    if handles:
        below += _key(ax, handles, below=below, room=room)
    text = printable(text)
    if not text:
        return []
    wrapped = wrap(text, room, 7.5)
    return [note(ax, wrapped, (0, 0), offset=(0, -below), coords="axes fraction", size=7.5, colour=MUTED, va="top",
                 linespacing=1.35)]  # fmt: skip


def key(ax: Axes, handles: Sequence[Artist], **where: Any) -> Legend:
    """Make a legend of `handles` with their labels as they are; `where` goes to matplotlib.

    Matplotlib leaves out labels that begin with an underscore, which names may.
    """
    legend = ax.legend(handles=list(handles), labels=[f" {handle.get_label()}" for handle in handles], **where)
    for text, handle in zip(legend.get_texts(), handles, strict=True):
        text.set_text(str(handle.get_label()))
    return legend


def _key(ax: Axes, handles: Sequence[Artist], *, below: float, room: float) -> float:
    """Draw the key in as many columns as fit, and return its height [points]."""
    scale, figure = scale_of(ax), ax.get_figure(root=True)
    assert figure is not None
    anchor = ax.transAxes + ScaledTranslation(0, -below / POINTS, figure.dpi_scale_trans)
    height = 0.0
    for columns in range(len(handles), 0, -1):
        legend = key(
            ax, handles, loc="upper left", bbox_to_anchor=(0, 0), bbox_transform=anchor, ncols=columns,
            borderaxespad=0, borderpad=0, columnspacing=1.6, handletextpad=0.5, handlelength=1.8, labelspacing=0.35,
            fontsize=8, labelcolor=MUTED, frameon=False,
        )  # fmt: skip
        extent = legend.get_window_extent()
        height = extent.height / scale
        if extent.width / scale <= room:
            break
    return height + 7
