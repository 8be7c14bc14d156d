"""Read a plan's targets."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from popmodel.files.columns import Checked, checked, completed, refuse, with_sheets, without_line
from popmodel.files.departments import department_faults
from popmodel.files.plausible import computed, misspelt, plausible
from popmodel.files.tables import read_text as cells_of
from popmodel.schema import UNITS, Column, Fault, SchemaError, near, rows

OPERATORS = (
    "reach", "above", "at_least", "below", "at_most", "about", "cumulative", "within", "rising", "keep", "relative",
    "qualitative",
)  # fmt: skip
"""What a target may ask for; the rule behind each is in `popmodel.scoring`."""
BETTER = ("higher", "lower", "band")

TARGET_COLUMNS = {
    "indicator": Column(),
    "number": Column("whole", required=False, blank=True, most=9999),
    "name_zh": Column(),
    "name_en": Column(),
    "section_zh": Column(required=False, blank=True),
    "section_en": Column(required=False, blank=True),
    "year": Column("year"),
    "operator": Column("choice", choices=OPERATORS),
    "value": Column("number", blank=True),
    "lower": Column("number", required=False, blank=True),
    "upper": Column("number", required=False, blank=True),
    "unit": Column("choice", choices=tuple(UNITS)),
    "tolerance": Column("count", required=False, blank=True),
    "decimals": Column("whole", blank=True, most=9),
    "better": Column("choice", choices=BETTER),
    "text": Column(),
    "nature": Column(required=False, blank=True),
    "base_year": Column("year", blank=True),
    "base_value": Column("number", blank=True),
    "base_text": Column(required=False, blank=True),
    "start_year": Column("year", required=False, blank=True),
    "reference": Column(required=False, blank=True),
    "version": Column(required=False, blank=True),
    "source": Column(),
    "note": Column(required=False, blank=True),
    "section": Column(required=False, blank=True),
    "place": Column(required=False, blank=True),
    "quote": Column(required=False, blank=True),
    "departments": Column(required=False, blank=True),
    "departments_from": Column("choice", required=False, blank=True, choices=("printed", "duty")),
    "dated": Column("choice", required=False, blank=True, choices=("printed", "context", "assumed")),
}
"""The form of a table of targets, in its order."""
TARGET_KEY = ("indicator", "year", "version", "section", "place")
"""What tells two targets apart: a plan may print the same one in several sections and places."""
_ASKS = {"above": "higher", "at_least": "higher", "below": "lower", "at_most": "lower"}
_BOTH = "Correct one of the two."


def read_targets(
    *paths: str | Path, departments: pd.DataFrame | None = None, observed: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Read tables of targets, one row an indicator and milestone, from `.csv` or `.xlsx`.

    Parameters
    ----------
    *paths : str or Path
        One table or several, e.g. the plan's table of indicators and the targets of its text; they come back one
        below the other, told apart by `section`. The form is `TARGET_COLUMNS`; columns that may be left out come
        back blank.
    departments : pandas.DataFrame, optional
        As returned by `read_departments`. If given, each target must name its departments, all of them known, one
        at least leading.
    observed : pandas.DataFrame, optional
        As returned by `read_observed`: an id that is neither computed nor observed, but like one that is, is a fault.
        Without it, one that is like a computed one.

    Returns
    -------
    pandas.DataFrame, (rows, 31)
        In the order of `TARGET_COLUMNS`, index the line in the file (of several files: a running number). `year`,
        `base_year`, `start_year`, `number` and `decimals` are nullable integers; `value`, `lower`, `upper`,
        `tolerance` and `base_value` are floats in `unit`, NaN where the plan prints no number.

    Raises
    ------
    SchemaError
        Missing or unknown columns, cells of the wrong kind, an unknown operator or unit, a number that the
        operator needs and the row lacks, a milestone not after the base year, an indicator with two rows for the
        same section, place, year and version, a misspelt indicator, a figure that it cannot have, a target without a
        department or with an unknown one where `departments` are given: all of them in `faults`, with file, line and
        column. Also if no path is given.

    Examples
    --------
    >>> goals = pm.read_targets(pm.data_path("plan/table6.csv"))
    >>> len(goals["indicator"].unique())
    20
    """
    if not paths:
        raise SchemaError("read_targets: no table is given. Name at least one file.")
    seen = set() if observed is None else set(observed["indicator"])
    read = [_one_table(path, departments, seen) for path in paths]
    refuse([fault for one in read for fault in one.faults])
    if len(read) == 1:
        return read[0].table
    table = pd.concat([one.table for one in read], ignore_index=True)
    again = table[table.duplicated(list(TARGET_KEY), keep=False)]
    if len(again):
        raise SchemaError(
            f"{' and '.join(map(str, paths))}: {rows(again, TARGET_KEY)} stand in both. Delete the surplus row, or "
            "give each table its section."
        )
    return table


def _one_table(path: str | Path, departments: pd.DataFrame | None, seen: set[str]) -> Checked:
    raw = without_line(cells_of(path))
    table, faults = checked(raw, TARGET_COLUMNS, file=path, key=TARGET_KEY)
    if any(fault.line == 1 for fault in faults):
        return Checked(table, with_sheets(faults, raw))
    if raw.empty:
        return Checked(table, [Fault(str(path), rule="the table has no rows", remedy="Fill in the targets.")])
    table = completed(table, TARGET_COLUMNS)
    bad = {fault.line for fault in faults}
    known = computed()
    units = {**dict(zip(table["indicator"][::-1], table["unit"][::-1], strict=True)), **known}
    listed = None if departments is None else list(departments["department"])
    good = table[~table.index.isin(bad)]
    for line, cells in zip(good.index, good.to_dict("records"), strict=True):
        row = {str(name): cell for name, cell in cells.items()}
        found = [*_operator_faults(row), *_row_faults(row), *_figure_faults(row, units)]
        if listed is not None:
            found += department_faults(str(row["departments"]), listed)
        for column, rule, remedy in found:
            given = str(raw.loc[line, column]).strip() if column in raw else ""
            faults.append(Fault(str(path), int(line), column, given, rule, remedy))
    return Checked(table, [*faults, *name_faults(table, path, seen)])


def name_faults(table: pd.DataFrame, path: str | Path, seen: set[str]) -> list[Fault]:
    """List the ids that nothing computes or observes, but that are slips of one that is computed or observed.

    Parameters
    ----------
    table : pandas.DataFrame
        As returned by `read_targets`.
    path : str or Path
        Its file.
    seen : set of str
        The indicators observed.

    Returns
    -------
    list of Fault
    """
    known, found = computed(), list[Fault]()
    for id_ in table["indicator"].unique():
        meant = "" if id_ in known or id_ in seen else misspelt(id_, [*known, *sorted(seen)])
        if meant:
            remedy = f"Did you mean {meant}? Another indicator needs an id that differs more."
            for line in table.index[table["indicator"] == id_]:
                found.append(Fault(str(path), int(line), "indicator", id_, "is neither computed nor observed", remedy))
    return found


def _operator_faults(row: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield column, broken rule and remedy for what the operator of a target needs."""
    operator = row["operator"]
    needs: tuple[str, ...] = ()
    if operator in ("reach", *_ASKS, "about", "cumulative"):
        needs = ("value", "decimals")
    extra = {"about": ("tolerance",), "within": ("lower", "upper", "decimals"), "cumulative": ("start_year",)}
    for column in (*needs, *extra.get(operator, ())):
        if pd.isna(row[column]):
            yield column, f"is empty, but operator {operator} needs it", "Fill in the number that the plan prints."
    if operator == "within" and row["lower"] >= row["upper"]:
        yield "upper", f"is {row['upper']:g}, not above lower {row['lower']:g}", "Exchange the two."
    asks = _ASKS.get(operator)
    if asks and row["better"] not in (asks, "band"):
        yield "better", f"is {row['better']}, but operator {operator} asks for {asks}", _BOTH
    if operator in ("reach", "cumulative", "rising", "relative") and row["better"] == "band":
        yield "better", f"is band, but operator {operator} needs a direction", "Write higher or lower."


def _row_faults(row: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong between the years of a row."""
    year, base, first = row["year"], row["base_year"], row["start_year"]
    early = pd.notna(first) and pd.notna(base) and first <= base
    if row["operator"] == "cumulative" and pd.notna(first) and (first > year or early):
        yield "start_year", f"is {first}, not between base_year and the milestone {year}", "Correct the year."
    if pd.isna(base) and pd.notna(row["base_value"]):
        yield "base_year", "is empty, but base_value is given", "Fill in the year of the base value."
    if pd.notna(base) and year <= base:
        yield "year", f"is {year}, not after base_year {base}", _BOTH


def _figure_faults(row: Mapping[str, Any], units: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    """Yield a unit that measures something else, or figures that the indicator cannot have."""
    id_, unit = str(row["indicator"]), str(row["unit"])
    if UNITS[units[id_]].quantity != UNITS[unit].quantity:
        also = [name for name in UNITS if UNITS[name].quantity == UNITS[units[id_]].quantity]
        rule = f"does not measure the same as {id_}'s {units[id_]}"
        yield "unit", rule, f"Give the figures in {' or '.join(also)}.{near(unit, also)}"
        return
    low, high = plausible(id_, unit)
    for column in ("value", "lower", "upper", "base_value"):
        if row[column] < low or row[column] > high:
            yield column, f"is outside {low:,g} … {high:,g} {unit} for {id_}", "Correct the figure or its unit."
