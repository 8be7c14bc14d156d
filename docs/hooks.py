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
    census, earlier = (pm.read_census(pm.data_path("census/wenzhou"), year=year) for year in (2020, 2010))
    base = pm.estimate_base(census, observed_until=2023)
    scenarios = pm.read_scenarios(pm.data_path("scenarios/wenzhou.toml"))
    proj = pm.project(base.population, pm.scenario_rates(base, scenarios, years=range(2020, 2036)))
    values = pm.measure(proj)
    goals = pm.read_targets(pm.data_path("plan/table6.csv"))
    seen = pm.as_known(pm.read_observed(pm.data_path("plan/observed.csv")), year=2023)
    card = pm.score(goals, observed=seen, projected=values, year=2023)
    before = pm.score(goals, observed=pm.as_known(seen, year=2022), projected=values, year=2022)
    decade = pm.backtest(earlier, later=census)
    places = zip(base.tile_column.to_numpy(), base.tile_row.to_numpy(), strict=True)
    tiles = dict(zip(base.district.to_numpy(), places, strict=True))
    names = {lang: dict(zip(values.scenario.to_numpy(), values[f"scenario_{lang}"].to_numpy(), strict=True))
             for lang in ("zh", "en")}  # fmt: skip

    def chart(function: Callable[..., Any], *data: Any, **more: Any) -> Draw:
        return lambda lang: function(*data, lang=lang, ax=blank_axes(), **more)

    return {
        "scorecard": lambda lang: pm.plot_scorecard(card, previous=before, scenario_names=names[lang], lang=lang,
                                                    ax=blank_axes()),
        "tracking": chart(pm.plot_tracking, goals, observed=seen, projected=values, indicator="share_60_plus"),
        "heatmap": lambda lang: pm.plot_heatmap(card, scenario_names=names[lang], lang=lang, ax=blank_axes()),
        "slope": chart(pm.plot_slope, card, previous=before),
        "pyramid": chart(pm.plot_pyramid, proj.population.sel(scenario="trend"), years=[2020, 2035]),
        "structure": chart(pm.plot_structure, values, scenario="trend"),
        "lexis": chart(pm.plot_lexis, proj.population, scenario="trend"),
        "components": chart(pm.plot_components, proj, scenario="trend"),
        "districts": chart(pm.plot_districts, values, years=[2020, 2035], scenario="trend"),
        "multiples": chart(pm.plot_multiples, values),
        "tiles": chart(pm.plot_tiles, values, positions=tiles, year=2035, scenario="trend"),
        "centres": chart(pm.plot_centres, values, scenario="trend"),
        "backtest": chart(pm.plot_backtest, decade.cells, decade.errors),
        "backtest_ages": chart(pm.plot_backtest_ages, decade.cells),
    }  # fmt: skip


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
