"""Cells of workbooks: a text stays a text."""

from typing import Any

from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from popmodel.files.cells import FORMULA


def put(sheet: Worksheet, line: int, place: int, value: Any) -> Cell:
    """Write a value into a cell, a text always as a text and never as a formula, and return the cell."""
    cell = sheet.cell(line, place, value)
    assert isinstance(cell, Cell)  # not one of a merged range
    if isinstance(value, str):
        cell.data_type = "s"
        # So that the program does not take it for a formula when the cell is edited.
        cell.quotePrefix = bool(FORMULA.match(value))
    return cell
