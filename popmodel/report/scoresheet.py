"""The readable sheet of the workbook: a row a milestone, its figures as formulas wherever these give them."""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd
from openpyxl.styles import Alignment, Border, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from popmodel.files.sheets import put
from popmodel.plots.style import rating_look, text_colour, tint
from popmodel.report.derivations import kind_of
from popmodel.report.printing import FONT, RULE, fit_height, heading, number_of
from popmodel.wording.messages import message
from popmodel.wording.view import Entry, Milestone, Row, entries, is_missing, target_text, unit_text


class Column(NamedTuple):
    """A column of the readable sheet: its name in the message tables, its width and what stands in it."""

    key: str
    width: float
    cell: Callable[[Entry, Row, str], Any]
    format: str = "General"


COLUMNS: tuple[Column, ...] = (
    Column("number", 6, lambda entry, row, lang: entry.number),
    Column("indicator", 30, lambda entry, row, lang: entry.name(lang)),
    Column("unit", 9, lambda entry, row, lang: unit_text(entry.unit, lang)),
    Column("target_year", 8, lambda entry, row, lang: int(row["target_year"]), "0"),
    Column("target_text", 15, lambda entry, row, lang: target_text(str(row["target_text"]), row, lang)),
    Column("target", 10, lambda entry, row, lang: number_of(row["target"])),
    Column("base_year", 8, lambda entry, row, lang: _whole(row["base_year"]), "0"),
    Column("base_value", 10, lambda entry, row, lang: number_of(row["base_value"])),
    Column("value_year", 8, lambda entry, row, lang: _whole(row["value_year"]), "0"),
    Column("value", 10, lambda entry, row, lang: number_of(row["value"])),
    Column("status", 11, lambda entry, row, lang: message(lang, f"report-status-{row['value_status']}")),
    Column("c", 8, lambda entry, row, lang: number_of(row["c"]), "0.000"),
    Column("tau", 8, lambda entry, row, lang: number_of(row["tau"]), "0.000"),
    Column("pace", 8, lambda entry, row, lang: number_of(row["pace"]), "0.000"),
    Column("rating", 15, lambda entry, row, lang: str(row[f"rating_{lang}"])),
    Column("needed", 9, lambda entry, row, lang: number_of(row["needed_per_year"]), "0.000"),
    Column("observed", 9, lambda entry, row, lang: number_of(row["observed_per_year"]), "0.000"),
)
LIVE = ("c", "tau", "pace", "needed", "observed")
"""Columns of formulas."""
_LETTER = {column.key: get_column_letter(place) for place, column in enumerate(COLUMNS, start=1)}


def readable(sheet: Worksheet, card: pd.DataFrame, labels: Mapping[str, str], lang: str) -> dict[str, list[int]]:
    """Write the readable sheet.

    Parameters
    ----------
    sheet : Worksheet
        An empty one.
    card : pandas.DataFrame
        As `score` returns it.
    labels : mapping
        Scenario → printed name.
    lang : {"zh", "en"}
        Language of the sheet.

    Returns
    -------
    dict of str to list of int
        Heading → rows whose figure stands there as a number, not as a formula.
    """
    heads = [message(lang, f"workbook-column-{column.key}") for column in COLUMNS]
    widths = [column.width for column in COLUMNS]
    for label in labels.values():
        heads += [message(lang, f"workbook-column-{key}", scenario=label) for key in ("projected", "met")]
        widths += [10.0, 9.0]
    heads += [message(lang, f"workbook-column-{key}") for key in ("robustness", "reason")]
    widths += [28.0, 62.0]
    if "probability_code" in card:
        heads.append(message(lang, "workbook-column-probability"))
        widths.append(40.0)
    heading(sheet, heads, widths)
    line = 1
    fixed: dict[str, list[int]] = {}
    for order, entry in enumerate(entries(card)):
        for milestone in entry.milestones:
            line += 1
            for key in _figures(sheet, line, entry, milestone.first, lang):
                fixed.setdefault(message(lang, f"workbook-column-{key}"), []).append(line)
            _scenarios(sheet, line, milestone, labels, lang)
            _dress(sheet, line, str(milestone.first["rating"]), shaded=order % 2 == 1)
            fit_height(sheet, line, widths)
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{line}"
    return fixed


def _figures(sheet: Worksheet, line: int, entry: Entry, row: Row, lang: str) -> list[str]:
    """Write the columns of a milestone; return those of formulas that hold a number instead."""
    fixed = []
    for place, column in enumerate(COLUMNS, start=1):
        value, formula = column.cell(entry, row, lang), _formula(column.key, row, line)
        if formula is None and value is not None and column.key in LIVE:
            fixed.append(column.key)
        cell = sheet.cell(line, place, formula) if formula else put(sheet, line, place, value)
        cell.number_format = column.format
    return fixed


def _scenarios(sheet: Worksheet, line: int, milestone: Milestone, labels: Mapping[str, str], lang: str) -> None:
    """Write what each scenario projects and whether that meets the target, then robustness and reason."""
    place = len(COLUMNS)
    for name in labels:
        other = milestone.rows.get(name)
        value = None if other is None else number_of(other["projected"])
        sheet.cell(line, place + 1, value).number_format = "0.00"
        put(sheet, line, place + 2, "" if other is None else _verdict(other["projected_met"], lang))
        place += 2
    put(sheet, line, place + 1, str(milestone.first[f"robustness_{lang}"]))
    put(sheet, line, place + 2, str(milestone.first[f"reason_{lang}"]))
    if f"probability_{lang}" in milestone.first:
        put(sheet, line, place + 3, str(milestone.first[f"probability_{lang}"]))


def _dress(sheet: Worksheet, line: int, rating: str, *, shaded: bool) -> None:
    last = sheet.max_column
    for place in range(1, last + 1):
        cell = sheet.cell(line, place)
        cell.font = Font(name=FONT, size=10)
        cell.border = Border(bottom=RULE)
        long = place in (2, last - 1, last)
        side = ("left" if long else "center") if isinstance(cell.value, str) and cell.data_type != "f" else None
        cell.alignment = Alignment(vertical="center", horizontal=side, indent=int(long), wrap_text=side is not None)
        if shaded:
            cell.fill = PatternFill("solid", fgColor="F4F6F8")
    look = rating_look(rating)
    cell = sheet[f"{_LETTER['rating']}{line}"]
    cell.fill = PatternFill("solid", fgColor=tint(look.colour, 0.25).lstrip("#").upper())
    cell.font = Font(name=FONT, size=10, bold=True, color=text_colour(look.colour).lstrip("#").upper())


def _formula(column: str, row: Row, line: int) -> str | None:
    """Return the formula of a cell if it gives the card's own figure, else None."""
    if any(is_missing(row[name]) for name in ("target", "base_value", "value", "base_year", "value_year")):
        return None
    text = _pace(row, line) if column == "pace" else _ratio(column, row)
    return None if text is None else text.format_map({name: f"{letter}{line}" for name, letter in _LETTER.items()})


def _ratio(column: str, row: Row) -> str | None:
    """Return the formula of a column that divides one difference by another."""
    target, base, value = (float(row[name]) for name in ("target", "base_value", "value"))
    end, start, now = (int(row[name]) for name in ("target_year", "base_year", "value_year"))
    known = {
        "c": ("c", value - base, target - base, "=({value}-{base_value})/({target}-{base_value})"),
        "tau": ("tau", now - start, end - start, "=({value_year}-{base_year})/({target_year}-{base_year})"),
        "needed": ("needed_per_year", target - value, end - now, "=({target}-{value})/({target_year}-{value_year})"),
        "observed": (
            "observed_per_year",
            value - base,
            now - start,
            "=({value}-{base_value})/({value_year}-{base_year})",
        ),
    }
    if column not in known:
        return None
    name, above, below, text = known[column]
    return text if below and _same(row[name], above / below) else None


def _pace(row: Row, line: int) -> str | None:
    if not (_formula("c", row, line) and _formula("tau", row, line)):
        return None
    kind = kind_of(row)
    if kind == "budget" and float(row["c"]):
        return "={tau}/{c}"
    return "={c}/{tau}" if kind == "climb" and float(row["tau"]) else None


def _same(figure: object, other: float) -> bool:
    return not is_missing(figure) and math.isclose(float(figure), other, rel_tol=1e-6, abs_tol=1e-9)  # type: ignore[arg-type]


def _whole(value: object) -> int | None:
    return None if is_missing(value) else int(value)  # type: ignore[call-overload]


def _verdict(met: object, lang: str) -> str:
    return "" if is_missing(met) else message(lang, f"workbook-met-{'yes' if met else 'no'}")
