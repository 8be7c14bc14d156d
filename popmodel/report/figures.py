"""Which charts a report has."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from popmodel.plots import (
    plot_centres,
    plot_components,
    plot_districts,
    plot_heatmap,
    plot_lexis,
    plot_multiples,
    plot_pyramid,
    plot_scorecard,
    plot_slope,
    plot_structure,
    plot_tiles,
    plot_tracking,
)
from popmodel.scoring import CUTS
from popmodel.wording.view import centre_names, entries, last_ratings, next_milestone, scenario_labels, sections_of

SHARES = ("main_centre_share", "sub_centre_share")


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
    history: pd.DataFrame | None = None,
    foot: Mapping[str, str],
) -> list[Chart]:
    """List the charts of a report.

    Parameters
    ----------
    card, targets, observed, projected, projection
        As in `write_report`; `observed` as known in the year evaluated.
    history : pandas.DataFrame, optional
        From `rating_history`: the last evaluation before the card's is shown beside it.
    foot : mapping
        Language → sources and date, for the foot of each chart.

    Returns
    -------
    list of Chart
        The scorecard; how the pace moved since the last evaluation; scenarios against targets; a tracking chart for
        each indicator of the plan that is projected or observed; the ageing of the districts; for each scenario
        pyramid, age structure, ages over time, components of change, districts, their tile map and the centres. What
        the data do not hold has no chart.
    """
    area = str(projected["area"].to_numpy()[0])
    names = {lang: scenario_labels(projected, lang) for lang in ("zh", "en")}
    seen = set(observed.loc[observed["area"].astype(str) == area, "indicator"])
    last = last_ratings(history, card)
    charts = [
        Chart(
            "scorecard", "scorecard", "", "记分卡：各项指标的目标、进度与评级",
            "Scorecard: targets, progress and ratings",
            lambda lang, ax: plot_scorecard(
                card, lang=lang, ax=ax, scenario_names=names[lang], previous=last, cuts=CUTS,
                sections=sections_of(targets, lang), source=foot[lang],
            ),
        )
    ]  # fmt: skip
    if last is not None and _rated_twice(card, last):
        charts.append(
            Chart(
                "slope", "slope", "", "进度比的变化：上一次评估至本次评估",
                "How the pace moved since the last evaluation", _slope(card, last, foot),
            )
        )  # fmt: skip
    if card["projected"].notna().any():
        charts.append(
            Chart(
                "heatmap", "heatmap", "", "各情景能否达到规划目标", "Which targets each scenario meets",
                lambda lang, ax: plot_heatmap(card, lang=lang, ax=ax, scenario_names=names[lang], source=foot[lang]),
            )
        )  # fmt: skip
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
    span = int(projection["year"].to_numpy()[0]), int(projection["year"].to_numpy()[-1])
    if projected.sizes["area"] > 2 and "share_60_plus" in projected:
        charts.append(
            Chart(
                "multiples", "multiples", "", "各县（市、区）60岁及以上人口占比",
                "Residents aged 60 and over by district",
                lambda lang, ax: plot_multiples(projected, lang=lang, ax=ax, source=foot[lang]),
            )
        )  # fmt: skip
    for name in (str(label) for label in projection["scenario"].to_numpy()):
        charts += _of_scenario(name, names["zh"][name], names["en"][name], span, projected, projection, foot)
        charts += _of_places(name, names["zh"][name], names["en"][name], span, targets, projected, projection, foot)
    return charts


def _slope(card: pd.DataFrame, last: pd.DataFrame, foot: Mapping[str, str]) -> Callable[[str, Axes], Axes]:
    one = card.drop_duplicates(["scenario", "indicator", "target_year"], keep="last")  # of the plan's last version
    return lambda lang, ax: plot_slope(one, previous=last, lang=lang, ax=ax, source=foot[lang])


def _rated_twice(card: pd.DataFrame, last: pd.DataFrame) -> bool:
    """Tell whether an indicator of the first scenario has a pace for the next milestone in both evaluations."""
    goal, scenario = next_milestone(card), card["scenario"].iloc[0]
    paces = [
        table[(table["target_year"] == goal) & (table["scenario"] == scenario) & table["pace"].notna()]
        for table in (card, last)
    ]
    return bool(set(paces[0]["indicator"]) & set(paces[1]["indicator"]))


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
    if projection.sizes["year"] > 1:
        yield Chart(
            f"lexis_{file}", "lexis", name, f"“{zh}”：{span}各年龄人口", f"{en}: residents by age and year",
            lambda lang, ax: plot_lexis(projection["population"], scenario=name, lang=lang, ax=ax, source=foot[lang]),
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


def _of_places(
    name: str,
    zh: str,
    en: str,
    years: tuple[int, int],
    targets: pd.DataFrame,
    projected: xr.Dataset,
    projection: xr.Dataset,
    foot: Mapping[str, str],
) -> Iterable[Chart]:
    """Yield the charts of where people live: the districts on a tile map, the centres."""
    file, positions = re.sub(r"[^\w-]", "_", name), _positions(projection)
    if projected.sizes["area"] > 2 and positions and "share_60_plus" in projected:
        yield Chart(
            f"tiles_{file}", "tiles", name, f"“{zh}”：{years[1]}年各县（市、区）60岁及以上人口占比（示意图）",
            f"{en}: residents aged 60 and over by district, {years[1]} (schematic map)",
            lambda lang, ax: plot_tiles(
                projected, positions=positions, year=years[1], scenario=name, lang=lang, ax=ax, source=foot[lang]
            ),
        )  # fmt: skip
    if all(share in projected and projected[share].sel(scenario=name).isel(area=0).notnull().all() for share in SHARES):
        yield Chart(
            f"centres_{file}", "centres", name, f"“{zh}”：主中心、副中心与其他地区常住人口占比",
            f"{en}: residents of the main centre, the sub-centre and elsewhere",
            lambda lang, ax: plot_centres(
                projected, scenario=name, names=centre_names(targets, lang), lang=lang, ax=ax, source=foot[lang]
            ),
        )  # fmt: skip


def _positions(projection: xr.Dataset) -> dict[str, tuple[float, float]]:
    """Return district → column and row on the tile map; nothing where the city gives none."""
    if not {"tile_row", "tile_column"} <= set(projection.coords):
        return {}
    codes = (str(code) for code in projection["district"].to_numpy())
    places = zip(projection["tile_column"].to_numpy(), projection["tile_row"].to_numpy(), strict=True)
    return {code: (float(column), float(row)) for code, (column, row) in zip(codes, places, strict=True)}
