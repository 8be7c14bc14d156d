"""The look of the charts: the font that has the glyphs, the palette, the marks, and figures as bytes."""

import functools
import io
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any, Literal, NamedTuple

import matplotlib
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.path import Path as Outline

from popmodel.schema import SchemaError

Language = Literal["zh", "en"]

INK = "#20272e"
"""Text and the most important line."""
MUTED = "#5a646e"
"""Second-rank text; 4.5 : 1 on white, so that it reads."""
RULE = "#c9d0d6"
"""Axes, ticks, thin rules."""
WASH = "#eef1f4"
"""Tracks, bands, the ground of a highlighted column."""


class Series(NamedTuple):
    """How one scenario is drawn: colour, dash and marker, any one of which tells it from the others."""

    colour: str
    dash: Any
    marker: str


SERIES: tuple[Series, ...] = (
    Series("#1f4e79", "solid", "o"),
    Series("#c46a1b", (0, (5, 1.6)), "s"),
    Series("#5fa3b3", (0, (5, 1.4, 1.2, 1.4)), "^"),
    Series("#7b3f6e", (0, (1.3, 1.3)), "D"),
    Series("#7f8a2b", (0, (8, 1.6, 1.2, 1.6, 1.2, 1.6)), "v"),
)
"""Styles of scenarios, in their order; a sixth scenario starts again."""


class Rating(NamedTuple):
    """How a rating is drawn."""

    colour: str
    marker: str | Outline
    hollow: bool


_ARROW_DOWN = Outline([(-0.22, 0.5), (0.22, 0.5), (0.22, 0), (0.5, 0), (0, -0.55), (-0.5, 0), (-0.22, 0), (-0.22, 0.5)])
RATINGS: Mapping[str, Rating] = {
    "met": Rating("#1f4e79", "o", False),
    "ahead": Rating("#1f4e79", "^", False),
    "on_track": Rating("#4d87ab", "s", False),
    "nearly": Rating("#dcb75e", "D", False),
    "behind": Rating("#cf7626", "v", False),
    "moving_away": Rating("#8c2a1c", _ARROW_DOWN, False),
    "not_met": Rating("#8c2a1c", "X", False),
    "not_assessable": Rating("#87919a", "o", True),
}
"""The ratings of the default method, best first: blue is good, ochre to red is not, grey is unknown."""
_ALIKE = {
    "met": ("target_achieved",),
    "on_track": ("significant_progress", "substantial_progress", "sun"),
    "nearly": ("moderate_progress", "fair_progress", "moderately_improving", "sun_cloud"),
    "behind": ("insufficient_progress", "limited_progress", "stagnation", "stagnating", "accelerate", "cloud"),
    "moving_away": ("movement_away", "deterioration", "regression", "reverse", "decreasing", "storm"),
    "not_assessable": ("not_available", "none"),
}  # The signs of the published methods; the words beside them are the institute's own.


def rating_look(code: str) -> Rating:
    """Return how a rating of any method is drawn; a hollow hexagon for one that is not known."""
    for name, codes in _ALIKE.items():
        if code in codes:
            return RATINGS[name]
    return RATINGS.get(code, Rating(INK, "h", True))


CHINESE_FAMILIES = (
    "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "SimSun", "Noto Sans CJK JP",
    "Noto Serif CJK SC", "Droid Sans Fallback", "Arial Unicode MS",
)  # fmt: skip
"""Families looked for on the system when the shipped font file is absent."""
RARE_GLYPHS = "瓯鳌楠岙埭峃"
"""Characters of place names that smaller Chinese fonts lack; a font without them is passed over."""
_PACKAGE, _FILE = "zhplot", "zhplot/fonts/NotoSansSC-Regular.ttf"


def _shipped_font() -> Path | None:
    """Find the font file that the package `zhplot` carries, without importing it (its import changes rcParams)."""
    try:
        path = Path(str(metadata.distribution(_PACKAGE).locate_file(_FILE)))
    except metadata.PackageNotFoundError:
        return None
    return path if path.is_file() else None


def has_glyphs(path: str | Path, text: str) -> bool:
    """Say whether the font file `path` has a glyph for each character of `text`."""
    glyphs = FT2Font(str(path)).get_charmap()
    return all(ord(character) in glyphs for character in text)


@functools.cache
def chinese_family() -> str | None:
    """Find, once, a font family that can print Chinese.

    The file shipped in the package `zhplot` (Noto Sans SC, SIL Open Font License) comes first, then the system's
    fonts. The file is made known to matplotlib's font manager; rcParams stay as they are.

    Returns
    -------
    str or None
        Family name; None, after one warning, if no font has the glyphs.
    """
    path = _shipped_font()
    if path is not None and has_glyphs(path, RARE_GLYPHS):
        font_manager.fontManager.addfont(str(path))
        return FT2Font(str(path)).family_name
    known = {entry.name: entry.fname for entry in font_manager.fontManager.ttflist}
    for family in CHINESE_FAMILIES:
        if family in known and has_glyphs(known[family], RARE_GLYPHS):
            return family
    warnings.warn(
        "no font with Chinese glyphs was found: charts are labelled in English and Chinese text is left out. "
        "Install the package zhplot (pip install zhplot) or the system font Noto Sans CJK SC.",
        stacklevel=2,
    )
    return None


def language(lang: str) -> Language:
    """Check `lang` and return the language that can be printed: English where no Chinese font is found."""
    if lang not in ("zh", "en"):
        raise SchemaError(f"lang={lang!r} is not a language of the charts. Use 'zh' or 'en'.")
    return "zh" if lang == "zh" and chinese_family() else "en"


def printable(text: str) -> str:
    """Return `text` without the characters that no font at hand can print."""
    return text if chinese_family() else "".join(c for c in text if ord(c) < 0x2E80).strip()


def families() -> list[str]:
    """Return the font families to name in every artist, the fallback last."""
    family = chinese_family()
    return [family, "DejaVu Sans"] if family else ["DejaVu Sans"]


@contextmanager
def context() -> Iterator[None]:
    """Set the charts' rcParams for the duration of a `with` block, and restore the user's afterwards.

    The user's own settings are set aside inside the block, so that a chart looks the same in every notebook.
    """
    settings: Any = {
        "font.family": families(), "font.size": 9, "font.weight": "normal", "text.color": INK, "text.usetex": False,
        "text.parse_math": False,  # a dollar sign in a name is a dollar sign
        "axes.unicode_minus": True, "axes.edgecolor": RULE, "axes.linewidth": 0.8, "axes.labelcolor": MUTED,
        "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True, "axes.grid": False,
        "axes.titlesize": 12, "axes.titleweight": "normal", "axes.titlecolor": INK, "axes.titlelocation": "left",
        "xtick.color": RULE, "ytick.color": RULE, "xtick.labelcolor": MUTED, "ytick.labelcolor": MUTED,
        "xtick.labelsize": 8.5, "ytick.labelsize": 8.5, "legend.frameon": False, "legend.fontsize": 8,
        "lines.linewidth": 1.8, "lines.solid_capstyle": "round", "figure.facecolor": "white",
        "axes.facecolor": "white", "figure.autolayout": False, "figure.constrained_layout.use": False,
    }  # fmt: skip
    base: Any = {key: value for key, value in matplotlib.rcParamsDefault.items() if not key.startswith(_KEPT)}
    import matplotlib.pyplot as plt  # not with this module: importing the package must not pick a backend

    # A notebook's backend switches `interactive` on when it is first loaded. Inside the block that would be undone at
    # its end, and later charts would not show.
    plt.draw_if_interactive()  # type: ignore[no-untyped-call]
    with matplotlib.rc_context({**base, **settings}):
        yield


_NATURAL = "popmodel-chart"
_KEPT = ("backend", "interactive", "toolbar", "timezone", "webagg", "savefig", "keymap", "date.epoch", "figure.max")


def new_axes(ax: Axes | None, *, width: float = 8.0, height: float = 4.8) -> Axes:
    """Return `ax`, or the Axes of a new pyplot figure of `width` × `height` [inch], so that notebooks show it.

    To be called inside `context`.
    """
    if ax is not None:
        figure = ax.get_figure(root=True)
        if figure is not None and figure.get_gid() == _NATURAL:
            figure.set_size_inches(width, height)
        if not ax.has_data():
            ax.clear()  # takes on the fonts and ticks of the context; a user's own drawing is left as it is
        ax.set_axisbelow(True)
        ax.spines[["top", "right"]].set_visible(False)
        for spine in ax.spines.values():
            spine.set(edgecolor=RULE, linewidth=0.8)
        return ax
    import matplotlib.pyplot as plt  # pyplot picks a backend on import, which importing this package must not

    return plt.subplots(figsize=(width, height))[1]


def blank_axes() -> Axes:
    """Return the Axes of a figure that pyplot does not know, for programs that draw many charts into files.

    A chart drawn into it takes its natural size, 8 inches wide, as with `ax=None`.
    """
    figure = Figure(figsize=(8.0, 4.8), dpi=100, facecolor="white")
    FigureCanvasAgg(figure)  # keeps one renderer; without it every extent that is asked for makes a new one
    figure.set_gid(_NATURAL)
    return figure.add_subplot()


def number(value: float, decimals: int = 0, *, sign: bool = False) -> str:
    """Print `value` with `decimals` digits, a true minus sign, and a plus sign if `sign`."""
    text = f"{value:+.{decimals}f}" if sign else f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("+-")
    return text.replace("-", "−")


def decimals_of(value: Any, *, most: int = 2) -> int:
    """Return how many decimals, up to `most`, print `value` without loss; 0 for a missing value."""
    if pd.isna(value):
        return 0
    exact = float(value)
    return next((digits for digits in range(most) if abs(round(exact, digits) - exact) < 1e-6), most)


def contrast(colour: str, other: str = "#ffffff") -> float:
    """Return the contrast ratio of two colours as WCAG 2 defines it (1 … 21)."""
    high, low = sorted((luminance(colour), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance (0 … 1) of a colour as WCAG 2 defines it."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in matplotlib.colors.to_rgb(colour)]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def text_colour(colour: str, ground: str = "#ffffff") -> str:
    """Darken `colour` until text in it reads on a light `ground` (4.5 : 1)."""
    red, green, blue = to_rgb(colour)
    while contrast(to_hex((red, green, blue)), ground) < 4.5:
        red, green, blue = 0.93 * red, 0.93 * green, 0.93 * blue
    return to_hex((red, green, blue))


def tint(colour: str, share: float) -> str:
    """Mix `share` of `colour` with white."""
    red, green, blue = to_rgb(colour)
    return to_hex((1 - share * (1 - red), 1 - share * (1 - green), 1 - share * (1 - blue)))


def figure_bytes(figure: Figure, *, format: Literal["png", "svg", "pdf"] = "png", dpi: float = 100) -> bytes:
    """Return a figure as the bytes of a PNG, SVG or PDF file, the same for the same figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        For a chart, `ax.figure`.
    format : {"png", "svg", "pdf"}
        SVG holds text as outlines, so that it shows right where the font is missing; PDF embeds the font.
    dpi : float
        Of PNG [pixels per inch]; charts are 8 inches wide, so 100 gives 800 px and 300 gives 2,400 px.

    Returns
    -------
    bytes
    """
    dates: Mapping[str, dict[str, Any]] = {
        "png": {"Software": None},
        "svg": {"Date": None},
        "pdf": {"CreationDate": None, "ModDate": None, "Creator": None, "Producer": None},
    }
    if format not in dates:
        raise SchemaError(f"format={format!r} is not offered. Use one of: {', '.join(dates)}.")
    buffer = io.BytesIO()
    settings: Any = {"svg.fonttype": "path", "svg.hashsalt": "popmodel", "pdf.fonttype": 42, "savefig.bbox": "standard"}
    with matplotlib.rc_context(settings):
        figure.savefig(buffer, format=format, dpi=dpi, facecolor="white", metadata=dates[format])
    return buffer.getvalue()
