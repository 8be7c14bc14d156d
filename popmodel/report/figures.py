"""Which charts a report has."""

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from popmodel.plots import (
    plot_attainable,
    plot_attainment,
    plot_centres,
    plot_components,
    plot_conflicts,
    plot_districts,
    plot_effort,
    plot_heatmap,
    plot_lexis,
    plot_multiples,
    plot_pyramid,
    plot_required,
    plot_scorecard,
    plot_slope,
    plot_structure,
    plot_tiles,
    plot_tracking,
)
from popmodel.plots.evaluated import centre_names, last_ratings, last_versions, sections_of, tile_positions
from popmodel.report.blocks import Words, pair
from popmodel.scoring import CUTS
from popmodel.wording.messages import LANGUAGES, Pair
from popmodel.wording.view import entries, next_milestone, scenario_labels

SHARES = ("main_centre_share", "sub_centre_share")


class Chart(NamedTuple):
    """One chart: its file name, what it is of (an indicator or a scenario), its description, and how to draw it."""

    name: str
    kind: str
    subject: str
    words: Pair
    draw: Callable[[str, Axes], Axes]


class Data(NamedTuple):
    """What the charts of a report are drawn from; `foot` is the line below each of them, by language."""

    card: pd.DataFrame
    targets: pd.DataFrame
    observed: pd.DataFrame
    projected: xr.Dataset
    projection: xr.Dataset
    history: pd.DataFrame | None
    foot: Mapping[str, str]
    effort: pd.DataFrame | None = None
    intervals: xr.Dataset | None = None
    attainment: pd.DataFrame | None = None
    answers: Mapping[str, pd.DataFrame] = {}

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year projected."""
        years = self.projection["year"].to_numpy()
        return int(years[0]), int(years[-1])


def charts_of(
    *,
    card: pd.DataFrame,
    targets: pd.DataFrame,
    observed: pd.DataFrame,
    projected: xr.Dataset,
    projection: xr.Dataset,
    history: pd.DataFrame | None = None,
    foot: Mapping[str, str],
    effort: pd.DataFrame | None = None,
    intervals: xr.Dataset | None = None,
    attainment: pd.DataFrame | None = None,
    answers: Mapping[str, pd.DataFrame] | None = None,
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
    effort : pandas.DataFrame, optional
        From `effort`.
    intervals : xarray.Dataset, optional
        From `prediction_interval`: the fan of the forecast in the tracking charts.
    attainment : pandas.DataFrame, optional
        From `attainment`.
    answers : mapping of str to pandas.DataFrame, optional
        `attainable`, `required` and `conflicts`, as the verbs of feasibility return them.

    Returns
    -------
    list of Chart
        The scorecard; how the pace moved; scenarios against targets; what targets take; a tracking chart for each
        indicator of the plan that is projected or observed; the ageing of the districts; for each scenario pyramid, age
        structure, ages over time, components of change, districts, their tile map and the centres. What the data do not
        hold has no chart.
    """
    data = Data(
        card, targets, observed, projected, projection, history, foot, effort, intervals, attainment, answers or {}
    )
    return [*_of_plan(data), *_of_answers(data), *_of_indicators(data), *_of_ageing(data), *_of_scenarios(data)]


def _of_plan(data: Data) -> Iterator[Chart]:
    """Yield the charts of the scorecard: itself, how the pace moved, scenarios against targets."""
    card, foot, last = data.card, data.foot, last_ratings(data.history, data.card)
    names = {lang: scenario_labels(data.projected, lang) for lang in LANGUAGES}
    yield Chart(
        "scorecard", "scorecard", "", pair("report-chart-scorecard"),
        lambda lang, ax: plot_scorecard(
            card, lang=lang, ax=ax, scenario_names=names[lang], previous=last, cuts=CUTS,
            sections=sections_of(data.targets, lang), source=foot[lang],
        ),
    )  # fmt: skip
    if last is not None and _rated_twice(card, last):
        one = last_versions(card)
        yield Chart(
            "slope", "slope", "", pair("report-chart-slope"),
            lambda lang, ax: plot_slope(one, previous=last, lang=lang, ax=ax, source=foot[lang]),
        )  # fmt: skip
    if card["projected"].notna().any():
        yield Chart(
            "heatmap", "heatmap", "", pair("report-chart-heatmap"),
            lambda lang, ax: plot_heatmap(card, lang=lang, ax=ax, scenario_names=names[lang], source=foot[lang]),
        )  # fmt: skip
    table = data.effort
    if table is not None and len(table) and not data.answers:  # else the chart of what they require says the same
        yield Chart(
            "effort", "effort", "", pair("report-chart-effort"),
            lambda lang, ax: plot_effort(table, lang=lang, ax=ax, source=foot[lang]),
        )  # fmt: skip
    told = data.attainment
    if told is not None and told["probability"].notna().any():
        yield Chart(
            "attainment", "attainment", "", pair("report-chart-attainment"),
            lambda lang, ax: plot_attainment(told, lang=lang, ax=ax, source=foot[lang]),
        )  # fmt: skip


ANSWERS: Mapping[str, Callable[..., Axes]] = {
    "attainable": plot_attainable,
    "required": plot_required,
    "conflicts": plot_conflicts,
}
"""What targets would take → its chart."""


def _of_answers(data: Data) -> Iterator[Chart]:
    """Yield the charts of what targets would take; one without a row to draw has none."""
    for name, table in data.answers.items():
        if name == "required":
            table = table[table["path"] == "even"]
            if not (table["indicator"].ne("") & table["status"].eq("found")).any():
                continue
        if len(table):
            yield Chart(
                name, name, "", pair(f"report-chart-{name}"), functools.partial(_answer, data, name),
            )  # fmt: skip


def _answer(data: Data, name: str, lang: str, ax: Axes) -> Axes:
    return ANSWERS[name](data.answers[name], lang=lang, ax=ax, source=data.foot[lang])


def _rated_twice(card: pd.DataFrame, last: pd.DataFrame) -> bool:
    """Tell whether an indicator of the first scenario has a pace for the next milestone in both evaluations."""
    goal, scenario = next_milestone(card), card["scenario"].iloc[0]
    paces = [
        table[(table["target_year"] == goal) & (table["scenario"] == scenario) & table["pace"].notna()]
        for table in (card, last)
    ]
    return bool(set(paces[0]["indicator"]) & set(paces[1]["indicator"]))


def _of_indicators(data: Data) -> Iterator[Chart]:
    """Yield a tracking chart for each indicator of the plan that is projected or observed."""
    area = str(data.projected["area"].to_numpy()[0])
    seen = set(data.observed.loc[data.observed["area"].astype(str) == area, "indicator"])
    for indicator, zh, en in dict.fromkeys((e.indicator, e.name("zh"), e.name("en")) for e in entries(data.card)):
        if indicator in data.projected or indicator in seen:
            yield Chart(
                f"tracking_{indicator}", "tracking", indicator, pair("report-chart-tracking", name=(zh, en)),
                functools.partial(_tracking, data, indicator),
            )  # fmt: skip


def _tracking(data: Data, indicator: str, lang: str, ax: Axes) -> Axes:
    return plot_tracking(
        data.targets, indicator=indicator, observed=data.observed, projected=data.projected,
        intervals=data.intervals, lang=lang, ax=ax, source=data.foot[lang],
    )  # fmt: skip


def _of_ageing(data: Data) -> Iterator[Chart]:
    if data.projected.sizes["area"] > 2 and "share_60_plus" in data.projected:
        yield Chart(
            "multiples", "multiples", "", pair("report-chart-multiples"),
            lambda lang, ax: plot_multiples(data.projected, lang=lang, ax=ax, source=data.foot[lang]),
        )  # fmt: skip


def _of_scenarios(data: Data) -> Iterator[Chart]:
    """Yield the charts of each scenario that its data allow."""
    labels = [scenario_labels(data.projected, lang) for lang in LANGUAGES]
    first, last = data.years
    for name in (str(label) for label in data.projection["scenario"].to_numpy()):
        file = re.sub(r"[^\w-]", "_", name)
        told: dict[str, Words] = {"scenario": (labels[0][name], labels[1][name]), "first": first, "last": last}
        for kind, (draw, there) in DRAWN.items():
            if there(data, name):
                words = pair(f"report-chart-{kind}", **told)
                yield Chart(f"{kind}_{file}", kind, name, words, functools.partial(draw, data, name))


def _pyramid(data: Data, name: str, lang: str, ax: Axes) -> Axes:
    people = data.projection["population"].sel(scenario=name)
    return plot_pyramid(people, years=data.years, lang=lang, ax=ax, source=data.foot[lang])


def _structure(data: Data, name: str, lang: str, ax: Axes) -> Axes:
    return plot_structure(data.projected, scenario=name, lang=lang, ax=ax, source=data.foot[lang])


def _lexis(data: Data, name: str, lang: str, ax: Axes) -> Axes:
    return plot_lexis(data.projection["population"], scenario=name, lang=lang, ax=ax, source=data.foot[lang])


def _components(data: Data, name: str, lang: str, ax: Axes) -> Axes:
    return plot_components(data.projection, scenario=name, lang=lang, ax=ax, source=data.foot[lang])


def _districts(data: Data, name: str, lang: str, ax: Axes) -> Axes:
    return plot_districts(
        data.projected, years=data.years, scenario=name, lang=lang, ax=ax, source=data.foot[lang]
    )  # fmt: skip


def _tiles(data: Data, name: str, lang: str, ax: Axes) -> Axes:
    return plot_tiles(
        data.projected, positions=tile_positions(data.projection), year=data.years[1], scenario=name, lang=lang, ax=ax,
        source=data.foot[lang],
    )  # fmt: skip


def _centres(data: Data, name: str, lang: str, ax: Axes) -> Axes:
    names = centre_names(data.targets, lang)
    return plot_centres(data.projected, scenario=name, names=names, lang=lang, ax=ax, source=data.foot[lang])


def _has_districts(data: Data, name: str) -> bool:
    return data.projected.sizes["area"] > 2


def _has_tiles(data: Data, name: str) -> bool:
    return _has_districts(data, name) and bool(tile_positions(data.projection)) and "share_60_plus" in data.projected


def _has_centres(data: Data, name: str) -> bool:
    here = data.projected
    return all(
        share in here and bool(here[share].sel(scenario=name).isel(area=0).notnull().all()) for share in SHARES
    )  # fmt: skip


Draw = Callable[[Data, str, str, Axes], Axes]
DRAWN: Mapping[str, tuple[Draw, Callable[[Data, str], bool]]] = {
    "pyramid": (_pyramid, lambda data, name: True),
    "structure": (_structure, lambda data, name: True),
    "lexis": (_lexis, lambda data, name: data.projection.sizes["year"] > 1),
    "components": (_components, lambda data, name: True),
    "districts": (_districts, _has_districts),
    "tiles": (_tiles, _has_tiles),
    "centres": (_centres, _has_centres),
}
"""Kind of a scenario's chart → how it is drawn, and whether the data allow it."""
