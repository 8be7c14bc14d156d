"""The scorecard as an Excel workbook: one readable sheet with live formulas, one flat sheet, one with the key."""

import io
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet
from rich.cells import cell_len

from popmodel.files.sheets import put
from popmodel.report.archive import settled
from popmodel.report.derivations import thresholds
from popmodel.report.printing import FONT, fit_height, heading, number_of, print_ready
from popmodel.report.scoresheet import readable
from popmodel.wording.card import worded
from popmodel.wording.messages import message
from popmodel.wording.view import is_missing, scenario_labels, scenarios_of

KEY = ("c", "tau", "pace", "rating", "formulas", "data")
"""What the key explains."""


def workbook_bytes(
    card: pd.DataFrame, labels: Mapping[str, Mapping[str, str]], *, year: int, today: date, lang: str
) -> bytes:
    """Return the workbook.

    Parameters
    ----------
    card : pandas.DataFrame
        As `score` returns it.
    labels : mapping
        Language → scenario → printed name.
    year : int
        The year evaluated.
    today : datetime.date
        Stands in the file's properties.
    lang : {"zh", "en"}
        Language of the sheets.

    Returns
    -------
    bytes
        c, τ, pace and the two yearly changes are formulas wherever the formula gives the figure of the card; the flat
        sheet holds the figures themselves, as `scorecard.csv` does.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = message(lang, "workbook-title.scorecard", year=str(year))
    fixed = readable(sheet, card, labels[lang], lang)
    flat, key = (book.create_sheet(message(lang, f"workbook-title.{name}")) for name in ("data", "key"))
    _flat(flat, worded(card))
    _key(key, lang, fixed)
    title = message(lang, "workbook-title", year=str(year))
    for one, across, columns in ((sheet, 1, "A:B"), (flat, 6, "A:D"), (key, 1, "")):
        print_ready(one, title=f"{title} · {one.title}", today=today, across=across, columns=columns)
    stamp = datetime(today.year, today.month, today.day)
    book.properties.created = book.properties.modified = stamp
    book.properties.creator = "popmodel"
    buffer = io.BytesIO()
    book.save(buffer)
    return settled(buffer.getvalue(), today)


def labels_of(card: pd.DataFrame, projected: Any) -> dict[str, dict[str, str]]:
    """Return language → scenario → printed name, for the scenarios of a card."""
    known = scenarios_of(card)
    return {lang: {name: scenario_labels(projected, lang).get(name, name) for name in known} for lang in ("zh", "en")}


def _flat(sheet: Worksheet, card: pd.DataFrame) -> None:
    """Write the card as it is: what `scorecard.csv` holds."""
    widths = [_flat_width(card[name], str(name)) for name in card.columns]
    heading(sheet, [str(name) for name in card.columns], widths)
    for line, row in enumerate(card.itertuples(index=False), start=2):
        for place, value in enumerate(row, start=1):
            if is_missing(value):
                continue
            if isinstance(value, float):
                value = number_of(value) if math.isfinite(value) else ("inf" if value > 0 else "-inf")
            elif not isinstance(value, str | bool):
                value = value.item() if hasattr(value, "item") else value
            cell = put(sheet, line, place, value)
            cell.font = Font(name=FONT, size=9)
            cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str))
        fit_height(sheet, line, widths, height=12.5)
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = sheet.dimensions


def _flat_width(column: pd.Series, name: str) -> float:
    """Return a width for the texts of a column; long ones are wrapped at 60."""
    texts = [str(value) for value in column if isinstance(value, str)]
    wide = max((cell_len(text) for text in texts), default=0)
    return float(max(10.0, 1.3 * len(name) if len(name) < 16 else len(name) + 3, min(60.0, 1.1 * wide + 3)))


def _key(sheet: Worksheet, lang: str, fixed: Mapping[str, Sequence[int]]) -> None:
    widths = (22, 100)
    heading(sheet, [message(lang, "workbook-term"), message(lang, "workbook-meaning")], widths)
    arguments = {"rating": {"classes": thresholds(lang=lang)}}
    keys = [(key, arguments.get(key, {})) for key in KEY]
    joiner = message(lang, "workbook-joiner")
    rows = [
        message(lang, "workbook-rows", column=column, numbers=joiner.join(map(str, numbers)))
        for column, numbers in fixed.items()
    ]
    if rows:
        keys.append(("fixed", {"rows": message(lang, "report-joiner").join(rows)}))
    for line, (key, given) in enumerate(keys, start=2):
        texts = message(lang, f"workbook-key-{key}.term"), message(lang, f"workbook-key-{key}", given)
        for place, text in enumerate(texts, start=1):
            cell = put(sheet, line, place, text)
            cell.font = Font(name=FONT, size=10)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        fit_height(sheet, line, widths)
