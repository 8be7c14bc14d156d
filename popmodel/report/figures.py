"""Which charts a report has, and how each becomes a file and a part of the page."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from popmodel.plots import (
    blank_axes,
    figure_bytes,
    plot_components,
    plot_districts,
    plot_pyramid,
    plot_scorecard,
    plot_structure,
    plot_tracking,
    style,
)
from popmodel.report.digest import entries, scenario_labels

DPI = 150
"""Of the PNG files: 1,200 pixels wide."""


class Chart(NamedTuple):
    """One chart: its file name, what it is of (an indicator or a scenario), its description, and how to draw it."""

    name: str
    kind: str
    subject: str
    zh: str
    en: str
    draw: Callable[[str, Axes], Axes]


class Drawing(NamedTuple):
    """A chart in one language: SVG always, PNG in the language of the files."""

    svg: bytes
    png: bytes | None


def charts_of(
    card: pd.DataFrame,
    *,
    targets: pd.DataFrame,
    observed: pd.DataFrame,
    projected: xr.Dataset,
    projection: xr.Dataset,
    foot: Callable[[str], str],
) -> list[Chart]:
    """List the charts of a report.

    Parameters
    ----------
    card, targets, observed, projected, projection
        As in `write_report`; `observed` as known in the year evaluated.
    foot : callable
        Language → sources and date, for the foot of each chart.

    Returns
    -------
    list of Chart
        The scorecard; a tracking chart for each indicator of the plan that is projected or observed; pyramid, age
        structure, components of change and districts for each scenario.
    """
    area = str(projected["area"].to_numpy()[0])
    names = {lang: scenario_labels(projected, lang) for lang in ("zh", "en")}
    seen = set(observed.loc[observed["area"].astype(str) == area, "indicator"])
    charts = [
        Chart(
            "scorecard", "scorecard", "", "记分卡：各项指标的目标、进度与评级", "Scorecard: targets, progress and ratings",
            lambda lang, ax: plot_scorecard(card, lang=lang, ax=ax, scenario_names=names[lang], source=foot(lang)),
        )
    ]  # fmt: skip
    for indicator, zh, en in dict.fromkeys((entry.indicator, entry.name("zh"), entry.name("en")) for entry in entries(card)):
        if indicator in projected or indicator in seen:
            charts.append(
                Chart(
                    f"tracking_{indicator}", "tracking", indicator, f"{zh}：观测值、情景推算与规划目标",
                    f"{en}: observed, projected, and the plan's targets",
                    _tracking(targets, indicator, observed, projected, foot),
                )
            )  # fmt: skip
    first, last = int(projection["year"].to_numpy()[0]), int(projection["year"].to_numpy()[-1])
    for name in (str(label) for label in projection["scenario"].to_numpy()):
        charts += _of_scenario(name, names["zh"][name], names["en"][name], (first, last), projected, projection, foot)
    return charts


def _tracking(
    targets: pd.DataFrame, indicator: str, observed: pd.DataFrame, projected: xr.Dataset, foot: Callable[[str], str]
) -> Callable[[str, Axes], Axes]:
    return lambda lang, ax: plot_tracking(
        targets, indicator=indicator, observed=observed, projected=projected, lang=lang, ax=ax, source=foot(lang)
    )


def _of_scenario(
    name: str,
    zh: str,
    en: str,
    years: tuple[int, int],
    projected: xr.Dataset,
    projection: xr.Dataset,
    foot: Callable[[str], str],
) -> Iterable[Chart]:
    span, file = f"{years[0]}—{years[1]}", re.sub(r"[^\w-]", "_", name)
    people = projection["population"].sel(scenario=name)
    yield Chart(
        f"pyramid_{file}", "pyramid", name, f"“{zh}”：{years[0]}年与{years[1]}年人口金字塔",
        f"{en}: population pyramids of {years[0]} and {years[1]}",
        lambda lang, ax: plot_pyramid(people, years=years, lang=lang, ax=ax, source=foot(lang)),
    )  # fmt: skip
    yield Chart(
        f"structure_{file}", "structure", name, f"“{zh}”：年龄结构与抚养比", f"{en}: age structure and dependency ratio",
        lambda lang, ax: plot_structure(projected, scenario=name, lang=lang, ax=ax, source=foot(lang)),
    )  # fmt: skip
    yield Chart(
        f"components_{file}", "components", name, f"“{zh}”：{span}出生、死亡与净迁移",
        f"{en}: births, deaths and net migration",
        lambda lang, ax: plot_components(projection, scenario=name, lang=lang, ax=ax, source=foot(lang)),
    )  # fmt: skip
    if projected.sizes["area"] > 2:
        yield Chart(
            f"districts_{file}", "districts", name, f"“{zh}”：各县（市、区）{years[0]}年与{years[1]}年常住人口",
            f"{en}: residents by district, {years[0]} and {years[1]}",
            lambda lang, ax: plot_districts(projected, years=years, scenario=name, lang=lang, ax=ax, source=foot(lang)),
        )  # fmt: skip


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


def languages(lang: str) -> Sequence[str]:
    """Return the two languages, that of the files first."""
    return (lang, "en" if lang == "zh" else "zh")
