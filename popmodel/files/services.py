"""The tables of services: who is served, what is published of users and places, and ages that the law moves."""

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from popmodel.files.columns import in_order, refuse
from popmodel.files.tables import filled, read_table
from popmodel.indicators.services import Services
from popmodel.schema import Column, Fault, named, near

STATUS = ("source", "derived", "assumed")
SERVICE_COLUMNS = {
    "service": Column(),
    "section": Column(),
    "name_zh": Column(),
    "name_en": Column(),
    "unit_zh": Column(),
    "unit_en": Column(),
    "age_from": Column(),
    "age_to": Column(blank=True),
    "sex": Column("choice", choices=("both", "female", "male")),
    "cutoff_month": Column("whole", blank=True, most=12),
    "participation": Column("count", most=1),
    "participation_status": Column("choice", choices=STATUS),
    "participation_source": Column(),
    "norm": Column("count", most=1000),
    "norm_status": Column("choice", choices=STATUS),
    "norm_source": Column(),
    "overlap": Column("choice", blank=True, choices=("yes", "no")),
    "note": Column(required=False, blank=True),
}
"""The form of a table of services: a row for each service and age band."""
FIGURE_COLUMNS = {
    "service": Column(),
    "area": Column(),
    "year": Column("year"),
    "kind": Column("choice", choices=("users", "capacity")),
    "value": Column("count", most=2e9),
    "unit": Column(),
    "status": Column("choice", choices=STATUS),
    "confidence": Column("choice", choices=("high", "medium", "low")),
    "published": Column(),
    "publication": Column(),
    "note": Column(required=False, blank=True),
}
"""The form of a table of published users and capacities."""
LIMIT_COLUMNS = {
    "limit": Column(),
    "year": Column("year"),
    "age": Column("count", most=120),
    "status": Column("choice", choices=STATUS),
    "source": Column(),
}
"""The form of a table of ages that the law moves: the age at the end of a year."""


def read_services(path: str | Path, *, figures: str | Path | None = None, limits: str | Path | None = None) -> Services:
    """Read services and what is published of them (form: data/plan/README.md).

    Parameters
    ----------
    path : str or Path
        Table of services; `.csv` or `.xlsx`.
    figures : str or Path, optional
        Table of published users and capacities; `service_figures` beside the first one if not given and there.
    limits : str or Path, optional
        Table of dated ages; `age_limits` beside the first one if not given and there.

    Returns
    -------
    Services

    Raises
    ------
    SchemaError
        If a column is missing, a share is above 1, a capacity has no year, an age is neither a number nor a dated
        limit, bands of a section overlap without `overlap` = yes, a row stands twice, or a figure is of no service:
        all faults of a table at once.

    Examples
    --------
    >>> services = pm.read_services(pm.data_path("plan/services.csv"))
    >>> "primary" in set(services.table["service"])
    True
    """
    file = Path(path)
    table = read_table(file, SERVICE_COLUMNS, key=("service", "age_from", "sex"))
    held = _beside(file, "service_figures", figures)
    known = read_table(held, FIGURE_COLUMNS, key=("service", "area", "year", "kind")) if held else _none(FIGURE_COLUMNS)
    dated = _beside(file, "age_limits", limits)
    ages = read_table(dated, LIMIT_COLUMNS, key=("limit", "year")) if dated else _none(LIMIT_COLUMNS)
    refuse([*_age_faults(table, set(ages["limit"]), file), *_overlap_faults(table, file)])
    if held:
        refuse(list(_figure_faults(known, table, held)))
    return Services(table, known, ages)


def _beside(file: Path, name: str, given: str | Path | None) -> Path | None:
    if given is not None:
        return Path(given)
    place = file.with_name(name + file.suffix)
    return place if filled(place) else None


def _none(columns: dict[str, Column]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="float64" if column.kind in ("count", "year") else "object")
                         for name, column in columns.items()})  # fmt: skip


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 120 else None


def _age_faults(table: pd.DataFrame, limits: set[str], file: Path) -> Iterator[Fault]:
    for line, row in table.iterrows():
        for name in ("age_from", "age_to"):
            text = str(row[name])
            if text and _number(text) is None and text not in limits:
                remedy = f"Write an age in years, or one of: {named(sorted(limits)) or '(no limits given)'}."
                yield Fault(
                    str(file), int(str(line)), name, text, "is no age and no dated limit", remedy + near(text, limits)
                )
        low, high = _number(str(row["age_from"])), _number(str(row["age_to"]))
        if low is not None and high is not None and low >= high:
            yield Fault(str(file), int(str(line)), "age_to", str(row["age_to"]), f"must be above age_from, {low:g}",
                        "Ages are exact: 3 to 6 are those who have turned 3 and not yet 6.")  # fmt: skip


def _overlap_faults(table: pd.DataFrame, file: Path) -> Iterator[Fault]:
    """Bands of one service never overlap; those of one section only where both rows say so."""
    rows = list(table.reset_index().to_dict("records"))
    for place, row in enumerate(rows):
        for other in rows[:place]:
            same = row["service"] == other["service"]
            if row["section"] != other["section"] and not same:
                continue
            if {row["sex"], other["sex"]} == {"female", "male"} or not _meet(row, other):
                continue
            if same or not row["overlap"] == other["overlap"] == "yes":
                yield Fault(
                    str(file), int(row["line"]), "age_from", f"{row['age_from']}-{row['age_to']}",
                    f"overlaps {other['service']} in line {other['line']}",
                    "Part the ages, so that nobody is counted twice." if same else
                    "Part the ages, or write overlap = yes in both rows if people may use both.",
                )  # fmt: skip


def _meet(a: Mapping[Hashable, Any], b: Mapping[Hashable, Any]) -> bool:
    """Whether two bands share ages; one that ends in a dated limit is taken as open."""

    def bounds(row: Mapping[Hashable, Any]) -> tuple[float, float]:
        low, high = _number(str(row["age_from"])), _number(str(row["age_to"]))
        return (0.0 if low is None else low), (200.0 if high is None else high)

    (low, high), (other_low, other_high) = bounds(a), bounds(b)
    return max(low, other_low) < min(high, other_high)


def _figure_faults(figures: pd.DataFrame, table: pd.DataFrame, file: Path) -> list[Fault]:
    known = sorted(set(table["service"]))
    return in_order(
        [
            Fault(str(file), int(str(line)), "service", str(row["service"]), "is no service of the table",
                  f"Use one of: {named(known, most=20)}.{near(row['service'], known)}")
            for line, row in figures.iterrows()
            if row["service"] not in known
        ]
    )  # fmt: skip
