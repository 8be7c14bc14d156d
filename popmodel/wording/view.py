"""The scorecard by indicator and milestone, and its figures as printed: what files and terminal share."""

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
import xarray as xr

from popmodel.schema import UNITS, SchemaError, named
from popmodel.scoring.precision import text
from popmodel.wording.card import worded
from popmodel.wording.messages import message
from popmodel.wording.targets import target_text as target_text

Row = Mapping[str, Any]
"""One row of the scorecard by column."""

NEEDED = (
    "scenario", "number", "indicator", "name_zh", "name_en", "target_year", "operator", "target_text", "target", "unit",
    "decimals", "base_year", "base_value", "year", "value", "value_year", "value_status", "met", "c", "tau", "pace",
    "needed_per_year", "observed_per_year", "projected", "projected_met", "rating", "method", "reason", "evidence",
    "outlook", "outlook_scenario", "version",
)  # fmt: skip
"""Columns of `score` that the report reads."""


class Milestone(NamedTuple):
    """A target of one indicator: its year, its printed text, and its row of the scorecard in each scenario."""

    year: int
    text: str
    rows: Mapping[str, Row]

    @property
    def first(self) -> Row:
        """The row of the first scenario, whose rating counts where scenarios differ."""
        return next(iter(self.rows.values()))


class Entry(NamedTuple):
    """One indicator of the plan with its milestones in order of their years."""

    number: int | None
    indicator: str
    version: str
    name_zh: str
    name_en: str
    unit: str
    milestones: tuple[Milestone, ...]

    def name(self, lang: str, *, short: bool = False) -> str:
        """Return the name in the language, without what stands in brackets if `short`."""
        name = self.name_zh if lang == "zh" else self.name_en
        return (re.sub(r"\s*(（[^）]*）|\([^)]*\))$", "", name) or name) if short else name

    def at(self, year: int) -> Milestone | None:
        """Return the milestone of `year`, if there is one."""
        return next((milestone for milestone in self.milestones if milestone.year == year), None)


def check_card(card: pd.DataFrame) -> None:
    """Raise `SchemaError` if `card` is not what `score` returns."""
    missing = [name for name in NEEDED if name not in card.columns]
    if missing:
        raise SchemaError(f"card has no column {named(missing)}. Pass what score() returns.")
    if card.empty:
        raise SchemaError("card has no rows. Pass what score() returns for at least one target.")


def scenarios_of(card: pd.DataFrame) -> list[str]:
    """Return the scenarios of a scorecard in their order."""
    return [str(name) for name in card["scenario"].unique()]


def scenario_labels(projected: xr.Dataset, lang: str) -> dict[str, str]:
    """Return scenario → printed name."""
    names = [str(name) for name in projected["scenario"].to_numpy()]
    coord = f"scenario_{lang}"
    if coord not in projected.coords:
        return dict(zip(names, names, strict=True))
    return dict(zip(names, (str(label) for label in projected[coord].to_numpy()), strict=True))


def entries(card: pd.DataFrame) -> list[Entry]:
    """Arrange a scorecard by indicator (and version of the plan), in its own order, with its words."""
    check_card(card)
    found: dict[tuple[str, str], list[Row]] = {}
    for row in worded(card).to_dict("records"):
        found.setdefault((str(row["indicator"]), str(row["version"])), []).append(
            {str(key): value for key, value in row.items()}
        )
    out = []
    for (indicator, version), lines in found.items():
        head = lines[0]
        years = sorted({int(row["target_year"]) for row in lines})
        milestones = []
        for year in years:
            here = {str(row["scenario"]): row for row in lines if int(row["target_year"]) == year}
            milestones.append(Milestone(year, str(next(iter(here.values()))["target_text"]), here))
        number: int | None = None if is_missing(head["number"]) else int(head["number"])
        out.append(
            Entry(
                number,
                indicator,
                version,
                str(head["name_zh"]),
                str(head["name_en"]),
                str(head["unit"]),
                tuple(milestones),
            )
        )
    return out


def evaluated_year(card: pd.DataFrame, year: int | None) -> int:
    """Return the year evaluated.

    Raises
    ------
    SchemaError
        If the card is of several years, or of another one than `year`.
    """
    check_card(card)
    years = sorted({int(value) for value in card["year"].dropna()})
    if len(years) != 1 or (year is not None and year != years[0]):
        raise SchemaError(
            f"the scorecard evaluates {named(years) or 'no year'}, the report is asked for "
            f"{'one year' if year is None else year}. Pass the card of that year."
        )
    return years[0]


def next_milestone(card: pd.DataFrame) -> int:
    """Return the first milestone not before the year evaluated, or the last one of all."""
    years = sorted({int(year) for year in card["target_year"]})
    year = int(card["year"].iloc[0])
    return next((milestone for milestone in years if milestone >= year), years[-1])


def is_missing(value: object) -> bool:
    """Tell whether a cell of the scorecard is empty."""
    return value is None or bool(pd.isna(value))  # type: ignore[call-overload]


def figure(value: object, decimals: object, *, most: int = 2) -> str:
    """Print a figure with the digits of its target, and up to `most` if it holds more; `–` if there is none."""
    if is_missing(value):
        return "–"
    number = float(value)  # type: ignore[arg-type]
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    least = 0 if is_missing(decimals) else int(decimals)  # type: ignore[call-overload]
    digits = next(
        (d for d in range(least, most) if math.isclose(round(number, d), number, abs_tol=1e-9)), max(least, most)
    )
    return text(number, digits)


def base_of(row: Row, targets: pd.DataFrame) -> str | None:
    """Return the base as printed; of a sum, which starts from nothing, the plan's own text, such as [14]."""
    if str(row["operator"]) == "cumulative" and "base_text" in targets:
        here = targets[(targets["indicator"] == row["indicator"]) & (targets["base_text"] != "")]
        return str(here["base_text"].iloc[0]) if len(here) else None
    return None if is_missing(row["base_value"]) else figure(row["base_value"], None)


def unit_text(unit: str, lang: str) -> str:
    """Return the printed unit; blank for pure numbers."""
    return UNITS[unit].zh if lang == "zh" else UNITS[unit].en


def with_unit(number: str, unit: str, lang: str) -> str:
    """Join a printed figure and its unit; in English only signs follow a figure, other units stand with the name."""
    name = unit_text(unit, lang)
    return number + (name if lang == "zh" or name in ("%", "‰") else "")


def change_with_unit(number: str, unit: str, lang: str) -> str:
    """Join a printed change and its unit; a share changes by points."""
    if unit in ("percent", "per_mille"):
        return message(lang, f"change-{unit}", figure=number)
    return with_unit(number, unit, lang)


def name_with_unit(entry: Entry, lang: str, *, short: bool = True) -> str:
    """Return the name, in English with a unit that is more than a sign."""
    unit = unit_text(entry.unit, lang)
    name = entry.name(lang, short=short)
    return name if lang == "zh" or unit in ("", "%", "‰") else message(lang, "name-with-unit", name=name, unit=unit)
