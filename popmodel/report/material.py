"""What a report is made from, and figures as it prints them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import pandas as pd
import xarray as xr

from popmodel.feasibility.answers import Feasibility
from popmodel.report.blocks import pair
from popmodel.scenario import Scenario
from popmodel.wording.messages import LANGUAGES, Pair
from popmodel.wording.view import figure


class Sure(NamedTuple):
    """What a forecast says: intervals, tables and how it was made, as an `Evaluation` has them."""

    intervals: xr.Dataset
    attainment: pd.DataFrame
    variants: pd.DataFrame
    risk: pd.DataFrame
    record: Mapping[str, Any]


class Material(NamedTuple):
    """Tables, values and the record of a run."""

    card: pd.DataFrame
    targets: pd.DataFrame
    observed: pd.DataFrame
    projected: xr.Dataset
    history: pd.DataFrame | None
    scenarios: Sequence[Scenario] | None
    labels: Mapping[str, Mapping[str, str]]
    record: Mapping[str, Any]
    year: int
    today: date
    lang: str
    texts: pd.DataFrame | None = None
    departments: Mapping[str, str] = {}
    effort: pd.DataFrame | None = None
    """From `effort`: the net migration that just meets each target."""
    sure: Sure | None = None
    feasible: Feasibility | None = None
    """What the targets would take within declared limits."""


def area_of(projected: xr.Dataset, place: int = 0) -> Pair:
    """Return the printed names of an area, the plan's own if none is named, else its code."""
    code = str(projected["area"].to_numpy()[place])
    zh, en = (
        str(projected[f"area_{lang}"].to_numpy()[place]) if f"area_{lang}" in projected.coords else code
        for lang in LANGUAGES
    )
    return zh, en


def title_of(projected: xr.Dataset, year: int) -> Pair:
    """Return the title of an evaluation."""
    return pair("report-title", area=area_of(projected), year=year)


def label_of(material: Material, scenario: str) -> Pair:
    """Return the printed names of a scenario."""
    return material.labels["zh"][scenario], material.labels["en"][scenario]


def median_of(data: xr.Dataset) -> xr.Dataset:
    """Return the median of draws, where there are any."""
    return data.median("draw", keep_attrs=True) if "draw" in data.dims else data


def years_of(material: Material) -> list[int]:
    """Return the base year, the year evaluated and the milestones, as far as they are projected."""
    known = [int(year) for year in material.projected["year"].to_numpy()]
    wanted = {known[0], material.year, *(int(year) for year in material.card["target_year"])}
    return sorted(wanted & set(known))


def persons(value: float) -> Pair:
    """Print a number of persons, in Chinese in 万, in English in thousands."""
    if pd.isna(value):
        return "–", "–"
    return figure(value / 1e4, 2, most=2), figure(value / 1e3, 1, most=1)
