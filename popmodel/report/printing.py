"""Sheets made ready for the printer: A4 across, fitted in width, heads repeated, rows as high as their texts."""

import math
from collections.abc import Sequence
from datetime import date

from openpyxl.worksheet.worksheet import Worksheet

LINE = 14.0
"""Height of a line of 10 points, with the space between two. [points]"""


def print_ready(sheet: Worksheet, *, title: str, today: date, across: int = 1, columns: str = "") -> None:
    """Set paper, margins, what is repeated, header and footer of a sheet.

    Parameters
    ----------
    sheet : Worksheet
        With all its cells; every one of them is printed.
    title : str
        Stands in the header of each page.
    today : datetime.date
        Stands in the footer, beside the page number.
    across : int
        Pages that the columns take; the rows take as many as they need.
    columns : str
        Columns repeated on each page, such as ``"A:C"``.
    """
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = across, 0
    sheet.page_setup.pageOrder = "overThenDown"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_rows = "1:1"
    if columns:
        sheet.print_title_cols = columns
    sheet.print_area = sheet.dimensions
    margins = sheet.page_margins
    margins.left = margins.right = 0.35
    margins.top = margins.bottom = 0.6
    margins.header = margins.footer = 0.3
    header, footer = sheet.HeaderFooter.oddHeader, sheet.HeaderFooter.oddFooter
    assert header is not None
    assert footer is not None
    header.left.text = title.replace("&", "&&")
    footer.left.text, footer.right.text = f"popmodel · {today.isoformat()}", "&P / &N"


def fit_height(sheet: Worksheet, line: int, widths: Sequence[float], *, least: int = 1, height: float = LINE) -> None:
    """Make a row as high as its longest text in columns of `widths`, which programs do not do on their own.

    Parameters
    ----------
    sheet : Worksheet
        With the cells of the row written.
    line : int
        Number of the row.
    widths : sequence of float
        Of the columns. [digits of the standard font]
    least : int
        Lines at least.
    height : float
        Of a line. [points]
    """
    lines = least
    for cell, width in zip(sheet[line], widths, strict=False):
        if isinstance(cell.value, str) and not cell.value.startswith("=") and cell.alignment.wrap_text:
            lines = max(lines, lines_of(cell.value, width))
    sheet.row_dimensions[line].height = height * lines + 4


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes; a Chinese character is two digits wide."""
    wide = [sum(1.95 if ord(character) >= 0x2E80 else 0.95 for character in part) for part in text.split("\n")]
    return sum(max(1, math.ceil(one / max(1.0, width - 1.5))) for one in wide)
