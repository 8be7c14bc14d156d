"""The parts of the page as plain values: indicators, flows, districts, drivers, history, publications."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import pandas as pd
import xarray as xr
from markupsafe import Markup

from popmodel.report.derivations import steps
from popmodel.report.workbook import STATUS
from popmodel.scenario import Scenario
from popmodel.schema import convert
from popmodel.wording.view import Entry, Row, base_of, figure, is_missing, next_milestone, target_text, unit_text

LANGUAGES = ("zh", "en")
FLOWS = ("births", "deaths", "natural_increase", "net_migration", "resident_population")


class Picture(NamedTuple):
    """A chart in the page: what it is of, its description and drawing in each language, and its file's name."""

    kind: str
    subject: str
    description: Mapping[str, str]
    drawing: Mapping[str, Markup]
    name: str = ""


class Material(NamedTuple):
    """What the page is made from."""

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


def area_of(projected: xr.Dataset, lang: str) -> str:
    """Return the printed name of the plan's area, else its code."""
    coord = f"area_{lang}"
    return str(projected[coord].to_numpy()[0]) if coord in projected.coords else str(projected["area"].to_numpy()[0])


def row_of(
    entry: Entry, material: Material, by: Mapping[tuple[str, str], Picture], publications: Mapping[str, tuple[int, Any]]
) -> dict[str, Any]:
    """Return what the page shows of one indicator."""
    aim = entry.at(next_milestone(material.card)) or entry.milestones[-1]
    first = aim.first
    aims = {milestone.year: _aim(milestone.first, milestone.rows) for milestone in entry.milestones}
    versions = material.card.loc[material.card["indicator"] == entry.indicator, "version"].unique()
    return {
        "entry": entry,
        "anchor": entry.indicator if len(versions) == 1 else f"{entry.indicator}-{entry.version}",
        "name": {lang: entry.name(lang) for lang in LANGUAGES},
        "unit": {lang: unit_text(entry.unit, lang) for lang in LANGUAGES},
        "rating": str(first["rating"]),
        "base": base_of(first, material.targets),
        "base_year": None if is_missing(first["base_year"]) else int(first["base_year"]),
        "value": None if is_missing(first["value"]) else figure(first["value"], None),
        "value_year": None if is_missing(first["value_year"]) else int(first["value_year"]),
        "status": {lang: STATUS[str(first["value_status"])][lang == "en"] for lang in LANGUAGES},
        "guessed": str(first["value_status"]) == "projected",
        "aims": aims,
        "groups": _groups(aims),
        # One chart an indicator: beside the last version of its targets.
        "picture": by.get(("tracking", entry.indicator)) if entry.version == versions[-1] else None,
        "seen": _seen(entry, material, publications),
        "definition": str(material.projected[entry.indicator].attrs.get("definition", ""))
        if entry.indicator in material.projected
        else "",
    }


def _groups(aims: Mapping[int, dict[str, Any]]) -> list[list[tuple[int, dict[str, Any]]]]:
    """Put milestones together that are explained by the same sentence and have no working of their own."""
    out: list[list[tuple[int, dict[str, Any]]]] = []
    for year, aim in aims.items():
        last = out[-1][-1][1] if out else None
        if last is not None and last["reason"] == aim["reason"] and not last["steps"]["zh"] and not aim["steps"]["zh"]:
            out[-1].append((year, aim))
        else:
            out.append([(year, aim)])
    return out


def _aim(first: Row, rows: Mapping[str, Row]) -> dict[str, Any]:
    return {
        "goal": {lang: target_text(str(first["target_text"]), first, lang) for lang in LANGUAGES},
        "rating": str(first["rating"]),
        "words": {lang: str(first[f"rating_{lang}"]) for lang in LANGUAGES},
        "steps": {lang: steps(first, lang=lang) for lang in LANGUAGES},
        "reason": {lang: str(first[f"reason_{lang}"]) for lang in LANGUAGES},
        "firmness": {lang: str(first[f"firmness_{lang}"]) for lang in LANGUAGES},
        "projected": [
            (
                name,
                figure(row["projected"], row["decimals"]),
                None if is_missing(row["projected_met"]) else bool(row["projected_met"]),
            )
            for name, row in rows.items()
            if not is_missing(row["projected"])
        ],
    }


def _seen(
    entry: Entry, material: Material, publications: Mapping[str, tuple[int, Any]]
) -> list[tuple[int, str, int, str]]:
    """Return year, printed value, number of the publication and status of each observation, in the target's unit."""
    area = str(material.projected["area"].to_numpy()[0])
    table = material.observed
    here = table[(table["indicator"] == entry.indicator) & (table["area"].astype(str) == area)].sort_values("year")
    out = []
    for row in here.to_dict("records"):
        value = float(convert(float(row["value"]), str(row["unit"]), entry.unit, what=entry.indicator))
        digits = int(row["decimals"]) if row["unit"] == entry.unit else None
        text = figure(value, digits, most=digits if digits is not None else 2)
        out.append((int(row["year"]), text, publications[str(row["publication"])][0], str(row["status"])))
    return out


def publications_of(material: Material) -> dict[str, tuple[int, dict[str, Any]]]:
    """Number the publications of the observations, oldest first, with what was taken from each."""
    table = material.observed.sort_values(["published", "publication"], kind="stable")
    out: dict[str, tuple[int, dict[str, Any]]] = {}
    for text, part in table.groupby("publication", sort=False):
        years = sorted({int(year) for year in part["year"]})
        said = {"published": str(part["published"].iloc[0]), "years": years, "count": len(part)}
        out[str(text)] = (len(out) + 1, said)
    return out


def _years(material: Material) -> list[int]:
    """Return the base year, the year evaluated and the milestones, as far as they are projected."""
    known = [int(year) for year in material.projected["year"].to_numpy()]
    wanted = {known[0], material.year, *(int(year) for year in material.card["target_year"])}
    return sorted(wanted & set(known))


def _persons(value: float, lang: str) -> str:
    """Print a number of persons in 万 or in thousands."""
    if pd.isna(value):
        return "–"
    return figure(value / (1e4 if lang == "zh" else 1e3), 2 if lang == "zh" else 1, most=2 if lang == "zh" else 1)


def flows_of(material: Material) -> list[dict[str, Any]]:
    """Return births, deaths, migration and residents of the whole area by scenario, for the years that matter."""
    data = _median(material.projected)
    names = [name for name in FLOWS if name in data]
    out = []
    for scenario in material.labels["zh"]:
        lines = []
        for year in _years(material):
            one = data[names].sel(scenario=scenario, year=year).isel(area=0)
            lines.append((year, {lang: [_persons(float(one[name]), lang) for name in names] for lang in LANGUAGES}))
        out.append({"scenario": scenario, "lines": lines})
    heads = {lang: [str(data[name].attrs[f"name_{lang}"]) for name in names] for lang in LANGUAGES}
    return [{**part, "heads": heads} for part in out]


def districts_of(material: Material) -> dict[str, Any] | None:
    """Return the residents of each district at the start and, by scenario, at the end; None without districts."""
    data = _median(material.projected)
    if data.sizes["area"] < 3 or "resident_population" not in data:
        return None
    people = data["resident_population"]
    first, last = int(people["year"].to_numpy()[0]), int(people["year"].to_numpy()[-1])
    lines = []
    for place, code in enumerate(str(code) for code in people["area"].to_numpy()):
        names = {
            lang: str(data[f"area_{lang}"].to_numpy()[place]) if f"area_{lang}" in data.coords else code
            for lang in LANGUAGES
        }
        here = people.isel(area=place)
        start = float(here.isel(scenario=0, year=0))
        ends = [float(here.sel(scenario=scenario, year=last)) for scenario in material.labels["zh"]]
        lines.append(
            {
                "names": names,
                "start": {lang: _persons(start, lang) for lang in LANGUAGES},
                "ends": [
                    ({lang: _persons(end, lang) for lang in LANGUAGES}, figure(100 * (end / start - 1), 1, most=1))
                    for end in ends
                ],
            }
        )
    return {"first": first, "last": last, "lines": lines}


def _median(data: xr.Dataset) -> xr.Dataset:
    return data.median("draw", keep_attrs=True) if "draw" in data.dims else data


def drivers_of(material: Material) -> list[dict[str, Any]]:
    """Return what drives each scenario, for the years that matter."""
    out = []
    for scenario in material.record["scenarios"]:
        table: Mapping[str, Mapping[str, float | None]] = scenario["drivers"]
        periods = next(iter(table.values()))
        years = [year for year in _years(material) if str(year) in periods]
        lines = [
            (names, [_driver(driver, table[driver][str(year)]) for year in years])
            for driver, names in _DRIVERS.items()
            if driver in table
        ]
        out.append({"scenario": scenario, "years": years, "lines": lines})
    return out


_DRIVERS = {
    "total_fertility": ("总和生育率", "Total fertility [children per woman]"),
    "life_expectancy": ("平均预期寿命（岁）", "Life expectancy [years]"),
    "sex_ratio_at_birth": ("出生人口性别比（女=100）", "Sex ratio at birth [boys per 100 girls]"),
    "net_migration": ("净迁入（人/年）", "Net migration [persons a year]"),
    "registered_net_entries": ("户籍净迁入（人/年）", "Net entries into the register [persons a year]"),
}


def _driver(driver: str, value: float | None) -> str:
    if value is None:
        return "–"
    if driver in ("net_migration", "registered_net_entries"):
        return f"{value:,.0f}".replace("-", "−")
    return figure(100 * value, 1, most=1) if driver == "sex_ratio_at_birth" else figure(value, 2, most=2)


def history_of(material: Material) -> dict[str, Any] | None:
    """Return how the ratings for the next milestone moved; None without at least two evaluations."""
    table = material.history
    if table is None:
        return None
    years = sorted(int(str(name).removeprefix("rating_")) for name in table.columns if str(name).startswith("rating_"))
    here = table[
        (table["scenario"] == table["scenario"].iloc[0]) & (table["target_year"] == next_milestone(material.card))
    ]
    lines = [
        {
            "names": {lang: str(row[f"name_{lang}"]) for lang in LANGUAGES},
            "number": None if is_missing(row["number"]) else int(row["number"]),
            "ratings": [str(row[f"rating_{year}"]) for year in years],
        }
        for row in here.to_dict("records")
        if any(str(row[f"rating_{year}"]) != "not_assessable" for year in years)
    ]
    return {"years": years, "lines": lines} if lines and len(years) > 1 else None
