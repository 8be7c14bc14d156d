"""Charts drawn into the formats of the report, on several processes if wanted, and made part of the page."""

import functools
import multiprocessing
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, NamedTuple

from popmodel.plots import blank_axes, figure_bytes, style
from popmodel.report.figures import Chart, charts_of

DPI = 150
"""Of the PNG files: 1,200 pixels wide."""


class Drawing(NamedTuple):
    """A chart in one language: SVG always, PNG in the language of the files."""

    svg: bytes
    png: bytes | None


def drawn(chart: Chart, lang: str, *, png: bool) -> Drawing:
    """Draw a chart once and return it in the formats wanted."""
    with style.context():
        axes = chart.draw(lang, blank_axes())
        figure = axes.get_figure(root=True)
        assert figure is not None
        return Drawing(figure_bytes(figure, format="svg"), figure_bytes(figure, format="png", dpi=DPI) if png else None)


def inlined(svg: bytes, prefix: str, glyphs: dict[str, str]) -> str:
    """Make an SVG file part of a page: its outlines of characters go into a pool that all charts share.

    Parameters
    ----------
    svg : bytes
        As matplotlib writes it, text as outlines.
    prefix : str
        Put before the ids that the chart refers to, so that no two charts share one.
    glyphs : dict of str to str
        The pool, outline → id; added to.

    Returns
    -------
    str
        The `svg` element, without the ids that nothing refers to.
    """
    text = re.sub(r"^.*?(?=<svg)", "", svg.decode(), flags=re.DOTALL)
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style[^>]*>.*?</style>", "", text, flags=re.DOTALL)
    moved: dict[str, str] = {}

    def pool(match: re.Match[str]) -> str:
        outline = " ".join(match["outline"].split())
        moved[match["id"]] = glyphs.setdefault(outline, f"g{len(glyphs)}")
        return ""

    text = _GLYPH.sub(pool, text)
    text = text.replace("xlink:href", "href")
    used = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text))
    wanted = {one or other for one, other in used}
    text = re.sub(r' id="([^"]*)"', lambda m: f' id="{prefix}{m[1]}"' if m[1] in wanted else "", text)
    text = re.sub(r'href="#([^"]+)"', lambda m: f'href="#{moved.get(m[1], prefix + m[1])}"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}\1)", text)
    text = re.sub(r"<defs>\s*</defs>", "", text)
    text = re.sub(r'(<svg)[^>]*?(viewBox="[^"]*")[^>]*>', r'\1 \2 class="chart" aria-hidden="true">', text, count=1)
    return re.sub(r">\s+<", "><", re.sub(r"\s+", " ", text)).strip()


_GLYPH = re.compile(r'<path id="(?P<id>[^"]+)" d="(?P<outline>[^"]*)" transform="scale\(0\.015625\)"\s*/>')
"""An outline of a character as matplotlib defines it, 64 units a point."""


def glyph_pool(glyphs: dict[str, str]) -> str:
    """Return the shared outlines as one hidden `svg` element."""
    paths = "".join(f'<path id="{name}" d="{outline}" transform="scale(.015625)"/>' for outline, name in glyphs.items())
    return f'<svg class="glyphs" aria-hidden="true" width="0" height="0"><defs>{paths}</defs></svg>'


Job = tuple[int, str, bool]
"""Number of the chart, language, whether a PNG is wanted."""


def _work(material: dict[str, Any], job: Job) -> Drawing:
    number, lang, png = job
    return drawn(charts_of(**material)[number], lang, png=png)


def draw_all(
    charts: Sequence[Chart],
    jobs: Sequence[Job],
    *,
    material: dict[str, Any],
    workers: int,
    tell: Callable[[str], None],
) -> Iterator[Drawing]:
    """Yield the drawings of `jobs` in their order.

    Parameters
    ----------
    charts : sequence of Chart
        What `charts_of` gives for `material`.
    jobs : sequence of Job
        What to draw.
    material : dict
        The arguments of `charts_of`, from which each process makes the charts anew.
    workers : int
        Number of processes; with 1 everything happens in this one.
    tell : callable
        Told the name of each chart when it is done.
    """
    if workers == 1:
        for number, lang, png in jobs:
            yield drawn(charts[number], lang, png=png)
            tell(charts[number].name)
        return
    # Fresh processes, since a copy of one with running threads can stand still.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        try:
            drawings = pool.map(functools.partial(_work, material), jobs, chunksize=2)
            for (number, _, _), drawing in zip(jobs, drawings, strict=True):
                tell(charts[number].name)
                yield drawing
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
