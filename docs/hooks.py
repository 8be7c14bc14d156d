"""What the site takes from elsewhere in the repository: READMEs as pages, the gallery drawn with the present code."""

import functools
import os
import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

import popmodel as pm
from popmodel.plots import blank_axes, figure_bytes

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md", *sorted(
    str(path.relative_to(ROOT)) for path in (ROOT / "data").rglob("README.md")
))  # fmt: skip
MIRROR = "repository"
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#\s]+)(#[^)\s]*)?\)")
Draw = Callable[[str], Any]


@functools.cache
def gallery() -> dict[str, Draw]:
    """Name → drawing, on the shipped case."""
    ev = pm.evaluate(draws=1000)
    census, earlier = (pm.read_census(pm.data_path("census/wenzhou"), year=year) for year in (2020, 2010))
    decade = pm.backtest(earlier, later=census)

    counties = pm.read_counties(pm.data_path("reference/china_counties/counties_age5.csv.gz"))
    errors = pm.empirical_errors(counties, rule="covariates")

    uncertainty = pm.estimate_uncertainty(ev.base, reference=census, schedules=census)
    shares = pm.variance_shares(
        uncertainty,
        indicators=["share_60_plus"],
        years=[2025],
        drivers=["net_migration", "life_expectancy"],
        held=False,
    )

    def chart(function: Callable[..., Any], *data: Any, **more: Any) -> Draw:
        return lambda lang: function(*data, lang=lang, ax=blank_axes(), **more)

    late = ev.targets["indicator"].isin(["share_60_plus", "main_centre_share", "sub_centre_share"])
    asked, limits = ev.targets[late & (ev.targets["year"] == 2035)], pm.read_limits(ev.city)
    within = pm.plan_problem(ev.projection, asked, start=ev.year, limits=limits)
    peers = pm.plan_problem(ev.projection, asked, start=ev.year, limits=limits["peers"])

    trend = functools.partial(chart, scenario="trend")
    return {
        "scorecard": chart(pm.plot_scorecard, ev),
        "tracking": chart(pm.plot_tracking, ev, indicator="share_60_plus"),
        "heatmap": chart(pm.plot_heatmap, ev),
        "fan": chart(pm.plot_fan, ev, indicator="share_60_plus"),
        "attainment": chart(pm.plot_attainment, ev),
        "variance_shares": chart(pm.plot_variance_shares, shares),
        "effort": chart(pm.plot_effort, pm.effort(ev)),
        "conflicts": chart(pm.plot_conflicts, pm.find_conflicts(peers)),
        "attainable": chart(pm.plot_attainable, pm.attainable_range(within)),
        "required": chart(pm.plot_required, pm.required_migration(peers, paths=("even",), fertility=False)),
        "frontier": chart(pm.plot_frontier, pm.migration_frontier(peers, rates=range(8, 40, 6)), limits=limits),
        "fertility_migration": chart(pm.plot_fertility_migration, pm.fertility_migration(peers)),
        "slope": chart(pm.plot_slope, ev),
        "pyramid": trend(pm.plot_pyramid, ev, years=[2020, 2035]),
        "structure": trend(pm.plot_structure, ev),
        "lexis": trend(pm.plot_lexis, ev),
        "components": trend(pm.plot_components, ev),
        "districts": trend(pm.plot_districts, ev, years=[2020, 2035]),
        "multiples": chart(pm.plot_multiples, ev),
        "tiles": trend(pm.plot_tiles, ev, year=2035),
        "centres": trend(pm.plot_centres, ev),
        "migration_schedules": chart(pm.plot_migration_schedules, ev.base),
        "calibration": chart(pm.plot_calibration, pm.coverage(errors)),
        "backtest": chart(pm.plot_backtest, decade.cells, decade.errors),
        "backtest_ages": chart(pm.plot_backtest_ages, decade.cells),
    }


def on_files(files: Files, config: Any) -> Files:
    """Add the READMEs and the pictures of the gallery."""
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        files.append(File.generated(config, f"{MIRROR}/{page}", content=text))
    for name, draw in gallery().items():
        for lang in ("en", "zh"):
            content = figure_bytes(draw(lang).figure, dpi=100)
            files.append(File.generated(config, f"gallery/{name}_{lang}.png", content=content))
    return files


def on_page_markdown(markdown: str, page: Any, files: Files, **_: Any) -> str:
    """Send links out of docs/ to the mirrored pages; what is no page of the site is named, not linked."""
    here = posixpath.dirname(page.file.src_uri)

    def link(match: re.Match[str]) -> str:
        text, target, anchor = match[1], match[2], match[3] or ""
        if re.match(r"[a-z]+:", target):
            return match[0]
        found = posixpath.normpath(posixpath.join(here, target))
        if here.startswith(MIRROR) and found.startswith(f"{MIRROR}/docs/"):
            found = found.removeprefix(f"{MIRROR}/docs/")
        elif found.startswith("../"):
            found = f"{MIRROR}/{found.removeprefix('../')}"
        if files.get_file_from_path(found) is None:
            return text if text.startswith("`") else f"{text} (`{found.removeprefix(MIRROR + '/')}`)"
        return f"[{text}]({os.path.relpath(found, here or '.').replace(os.sep, '/')}{anchor})"

    return LINK.sub(link, markdown)
