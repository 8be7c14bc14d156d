"""Which charts a report has."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from popmodel.plots import (
    plot_components,
    plot_districts,
    plot_pyramid,
    plot_scorecard,
    plot_structure,
    plot_tracking,
)
from popmodel.report.digest import entries, scenario_labels


class Chart(NamedTuple):
    """One chart: its file name, what it is of (an indicator or a scenario), its description, and how to draw it."""

    name: str
    kind: str
    subject: str
    zh: str
    en: str
    draw: Callable[[str, Axes], Axes]


def charts_of(
    *,
    card: pd.DataFrame,
    targets: pd.DataFrame,
    observed: pd.DataFrame,
    projected: xr.Dataset,
    projection: xr.Dataset,
    foot: Mapping[str, str],
) -> list[Chart]:
    """List the charts of a report.

    Parameters
    ----------
    card, targets, observed, projected, projection
        As in `write_report`; `observed` as known in the year evaluated.
    foot : mapping
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
            "scorecard", "scorecard", "", "记分卡：各项指标的目标、进度与评级",
            "Scorecard: targets, progress and ratings",
            lambda lang, ax: plot_scorecard(card, lang=lang, ax=ax, scenario_names=names[lang], source=foot[lang]),
        )
    ]  # fmt: skip
    for indicator, zh, en in dict.fromkeys(
        (entry.indicator, entry.name("zh"), entry.name("en")) for entry in entries(card)
    ):
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
    targets: pd.DataFrame, indicator: str, observed: pd.DataFrame, projected: xr.Dataset, foot: Mapping[str, str]
) -> Callable[[str, Axes], Axes]:
    return lambda lang, ax: plot_tracking(
        targets, indicator=indicator, observed=observed, projected=projected, lang=lang, ax=ax, source=foot[lang]
    )


def _of_scenario(
    name: str,
    zh: str,
    en: str,
    years: tuple[int, int],
    projected: xr.Dataset,
    projection: xr.Dataset,
    foot: Mapping[str, str],
) -> Iterable[Chart]:
    span, file = f"{years[0]}—{years[1]}", re.sub(r"[^\w-]", "_", name)
    people = projection["population"].sel(scenario=name)
    yield Chart(
        f"pyramid_{file}", "pyramid", name, f"“{zh}”：{years[0]}年与{years[1]}年人口金字塔",
        f"{en}: population pyramids of {years[0]} and {years[1]}",
        lambda lang, ax: plot_pyramid(people, years=years, lang=lang, ax=ax, source=foot[lang]),
    )  # fmt: skip
    yield Chart(
        f"structure_{file}", "structure", name, f"“{zh}”：年龄结构与抚养比",
        f"{en}: age structure and dependency ratio",
        lambda lang, ax: plot_structure(projected, scenario=name, lang=lang, ax=ax, source=foot[lang]),
    )  # fmt: skip
    yield Chart(
        f"components_{file}", "components", name, f"“{zh}”：{span}出生、死亡与净迁移",
        f"{en}: births, deaths and net migration",
        lambda lang, ax: plot_components(projection, scenario=name, lang=lang, ax=ax, source=foot[lang]),
    )  # fmt: skip
    if projected.sizes["area"] > 2:
        yield Chart(
            f"districts_{file}", "districts", name, f"“{zh}”：各县（市、区）{years[0]}年与{years[1]}年常住人口",
            f"{en}: residents by district, {years[0]} and {years[1]}",
            lambda lang, ax: plot_districts(projected, years=years, scenario=name, lang=lang, ax=ax, source=foot[lang]),
        )  # fmt: skip
