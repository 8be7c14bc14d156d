"""Sheets made ready for the printer: A4 across, fitted in width, heads repeated, rows as high as their texts."""

import math
from collections.abc import Sequence
from datetime import date

from openpyxl.styles import Alignment, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from rich.cells import cell_len

from popmodel.files.sheets import put
from popmodel.wording.view import is_missing

FONT = "Microsoft YaHei"
"""A font that Excel has on Windows and on the Mac; elsewhere another Chinese font steps in."""
HEAD_FILL, RULE = "1F4E79", Side(style="thin", color="C9D0D6")
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
    """Return how many lines a text takes in a column, whose width is counted in digits."""
    return sum(max(1, math.ceil((cell_len(part) * 0.975) / max(1.0, width - 1.5))) for part in text.split("\n"))


def heading(sheet: Worksheet, heads: Sequence[str], widths: Sequence[float]) -> None:
    """Write the first row of a sheet, and set the widths of its columns."""
    for place, (head, width) in enumerate(zip(heads, widths, strict=True), start=1):
        cell = put(sheet, 1, place, head)
        cell.font = Font(name=FONT, size=10, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=HEAD_FILL)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        sheet.column_dimensions[get_column_letter(place)].width = width
    fit_height(sheet, 1, widths, least=2)


def number_of(value: object) -> float | None:
    """Return a figure with ten significant digits; None for what is missing or infinite."""
    if is_missing(value) or not math.isfinite(float(value)):  # type: ignore[arg-type]
        return None
    return float(f"{float(value):.10g}")  # type: ignore[arg-type]
