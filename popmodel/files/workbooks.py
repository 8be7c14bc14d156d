"""Read the first sheet of a workbook as text: what a cell shows, or a fault where that is not what it holds."""

import math
import re
import warnings
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from popmodel.schema import Fault, SchemaError, named

MOST_BYTES = 1_000_000_000
"""Unpacked size of a workbook that is read; a larger one is damaged or no table."""
MOST_CELLS = 2_000_000
_PERCENT = re.compile(r'%(?=(?:[^"]*"[^"]*")*[^"]*$)')


class Sheet(NamedTuple):
    """The rows of the first sheet as text, and the names of the others that hold something."""

    rows: list[list[str]]
    others: list[str]


def read_sheet(file: Path) -> Sheet:
    """Read the first sheet of a workbook.

    Parameters
    ----------
    file : pathlib.Path
        An .xlsx.

    Returns
    -------
    Sheet
        Numbers with the 15 digits that Excel keeps; a date without a time as YYYY-MM-DD.

    Raises
    ------
    SchemaError
        If the file is no workbook, or cells are merged, hold a formula without its value, an error or a percentage.
    """
    book = _load(file, values=False)
    sheets = book.worksheets
    if not sheets:
        raise SchemaError(faults=[Fault(str(file), rule="has no sheet", remedy="Save it again from Excel.")])
    first = sheets[0]
    faults = [
        Fault(str(file), piece.min_row, "", str(piece), "cells are merged", "Unmerge them and fill in every cell.")
        for piece in first.merged_cells.ranges
    ]
    if first.max_column * first.max_row > MOST_CELLS:
        last = f"{get_column_letter(first.max_column)}{first.max_row}"
        remedy = "Delete the empty rows and columns at its end; save a table of that size as “CSV UTF-8”."
        faults.append(Fault(str(file), 0, "", last, f"the sheet reaches to cell {last}", remedy))
    if faults:
        raise SchemaError(faults=faults)
    cells = list(first.iter_rows())
    formulas = [cell for row in cells for cell in row if cell.data_type == "f"]
    worked_out: dict[str, Any] = {}
    if formulas:
        shown = _load(file, values=True).worksheets[0]
        worked_out = {cell.coordinate: shown[cell.coordinate].value for cell in formulas}
    rows = []
    for line, row in enumerate(cells, start=1):
        texts = []
        for cell in row:
            text, rule, remedy = _cell(cell, worked_out)
            texts.append(text)
            if rule:
                faults.append(Fault(str(file), line, "", cell.coordinate, rule, remedy))
        rows.append(texts)
    if faults:
        raise SchemaError(faults=faults)
    return Sheet(rows, [sheet.title for sheet in sheets[1:] if _filled(sheet)])


def _load(file: Path, *, values: bool) -> Workbook:
    remedy = "Save it again from the program that made it."
    try:
        with ZipFile(file) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if size > MOST_BYTES:
            rule = f"unpacks to {size:,} bytes, too much for a table"
            raise SchemaError(faults=[Fault(str(file), rule=rule, remedy=remedy)])
        with file.open("rb") as stream, warnings.catch_warnings():
            # Notes of the library about what it does not keep (styles, lists of words): nothing of it is read here.
            warnings.simplefilter("ignore")
            return load_workbook(stream, data_only=values)
    except SchemaError:
        raise
    except BadZipFile as error:
        raise SchemaError(faults=[Fault(str(file), rule=f"not a table ({error})", remedy=remedy)]) from error
    except (OSError, MemoryError) as error:
        raise SchemaError(faults=[Fault(str(file), rule=f"cannot be read ({error})", remedy=remedy)]) from error
    except Exception as error:
        # A damaged workbook raises whatever the part meets that stumbles over it: KeyError, ParseError, TypeError …
        kind = f"{type(error).__name__}: {error}"[:120]
        raise SchemaError(faults=[Fault(str(file), rule=f"not a table ({kind})", remedy=remedy)]) from error


def _cell(cell: Any, worked_out: dict[str, Any]) -> tuple[str, str, str]:
    """Return the text of a cell, and rule and remedy where it cannot be taken."""
    value = cell.value
    if cell.data_type == "f":
        value = worked_out[cell.coordinate]
        if value is None:
            remedy = "Open the file in Excel and save it, or type the value in place of the formula."
            return "", "holds a formula without its value", remedy
    if value is None:
        return "", "", ""
    if isinstance(value, str):
        if cell.data_type == "e" or (value.startswith("#") and value.endswith(("!", "?", "/A"))):
            return value, "holds an error of Excel", "Correct the formula, or type the value."
        return value, "", ""
    if isinstance(value, bool):
        return str(value).upper(), "", ""
    if isinstance(value, int | float):
        if _PERCENT.search(str(cell.number_format or "")):
            rule = f"is shown as {100 * value:.10g}%, but holds {value:.10g}"
            return "", rule, "Format it as a number, and type the figure in the unit of its row."
        return _printed(value), "", ""
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second or value.microsecond):
        return value.date().isoformat(), "", ""
    return (value.isoformat() if isinstance(value, date) else str(value)), "", ""


def _printed(value: float) -> str:
    """Return a number as Excel shows it in full: 15 digits, no trailing point."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**300 else "a number that is too large"
    if not math.isfinite(value):
        return str(value)
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.15g}"


def _filled(sheet: Worksheet) -> bool:
    return any(value is not None for row in sheet.iter_rows(max_row=5, max_col=20, values_only=True) for value in row)


def wrong_sheet(others: list[str]) -> str:
    """Return the remedy where the first sheet is no table and others hold something."""
    return f" The first sheet is read; move it to the front if it is another: {named(others)}." if others else ""
