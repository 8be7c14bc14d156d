"""The sheet to fill in, as an Excel workbook with its explanations and its lists of allowed words."""

import io

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from popmodel.files.observed import CONFIDENCES, OBSERVED_COLUMNS, STATUSES
from popmodel.files.sheets import put
from popmodel.wording.messages import message

TO_FILL = ("value", "status", "confidence", "published", "publication")
WIDTHS = {"indicator": 32, "publication": 40, "note": 60, "unit": 20, "basis": 20, "published": 13}


def template_bytes(sheet: pd.DataFrame, *, year: int, lang: str) -> bytes:
    """Return the sheet as a workbook; its first sheet is what `read_observed` reads.

    Parameters
    ----------
    sheet : pandas.DataFrame
        From `observation_template`.
    year : int
        Names the sheet.
    lang : {"zh", "en"}
        Language of the explanations.
    """
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = str(year)
    _head(first, [str(name) for name in sheet.columns])
    for line, row in enumerate(sheet.itertuples(index=False), start=2):
        for place, (name, value) in enumerate(zip(sheet.columns, row, strict=True), start=1):
            cell = put(first, line, place, value or None)
            # Dates and codes stay as typed.
            cell.number_format = "General" if name == "value" else "@"
            if name in TO_FILL:
                cell.fill = PatternFill("solid", fgColor="FFF6DD")
    for place, name in enumerate(sheet.columns, start=1):
        first.column_dimensions[get_column_letter(place)].width = WIDTHS.get(str(name), 12)
    _allow(first, list(sheet.columns).index("status") + 1, STATUSES, len(sheet))
    if "confidence" in sheet.columns:
        _allow(first, list(sheet.columns).index("confidence") + 1, CONFIDENCES, len(sheet))
    _allow(first, list(sheet.columns).index("chosen") + 1, ("yes",), len(sheet))
    first.freeze_panes = "B2"
    second = book.create_sheet(message(lang, "form-sheet"))
    _head(second, [message(lang, "form-sheet.column"), message(lang, "form-sheet.how")])
    lines = [(name, message(lang, f"form-column.{name}")) for name in OBSERVED_COLUMNS]
    lines.append(("", message(lang, "form-sheet.rows")))
    for number, pair in enumerate(lines, start=2):
        for place, text in enumerate(pair, start=1):
            second.cell(number, place, text or None).alignment = Alignment(wrap_text=True, vertical="top")
    second.column_dimensions["A"].width, second.column_dimensions["B"].width = 16, 80
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _head(sheet: Worksheet, names: list[str]) -> None:
    for place, name in enumerate(names, start=1):
        cell = sheet.cell(1, place, name)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E79")


def _allow(sheet: Worksheet, place: int, words: tuple[str, ...], rows: int) -> None:
    """Offer a list of words in a column."""
    rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    sheet.add_data_validation(rule)
    letter = get_column_letter(place)
    rule.add(f"{letter}2:{letter}{rows + 1}")
