"""Tables of the Word report: their head repeated on each page, columns that fit the page."""

from collections.abc import Callable
from typing import Any

from popmodel.report.blocks import Cell, Row, Table
from popmodel.report.wordstyle import RULE, SIZES, element, widths
from popmodel.report.wordtext import Run, cell_runs, text_of

Filler = Callable[[Any, list[Run], str], None]
"""Puts runs into a paragraph, and makes it the place of an anchor."""


def table_of(table: Table, lang: str, *, total: int, style: str, fill: Filler) -> Any:
    """Return a table as Word's XML.

    Parameters
    ----------
    table : Table
        Without its caption.
    lang : {"zh", "en"}
        The language.
    total : int
        Width of the text. [twentieths of a point]
    style : str
        Id of the style of cells.
    fill : callable
        Told paragraph, runs and anchor of each cell.
    """
    rows = [Row(table.head), *table.rows]
    count = max(sum(cell.span for cell in row.cells) for row in rows)
    wide = widths([_texts(row, lang, count) for row in rows], total, size=SIZES["Cell"])
    borders = element(
        "tblBorders",
        *(element(side, val="single", sz=4, space=0, color=RULE) for side in ("top", "bottom", "insideH")),
    )
    margins = element("tblCellMar", element("left", w=70, type="dxa"), element("right", w=70, type="dxa"))
    looks = (element("tblW", w=sum(wide), type="dxa"), borders, element("tblLayout", type="fixed"), margins)
    grid = element("tblGrid", *(element("gridCol", w=width) for width in wide))
    body = element("tbl", element("tblPr", *looks), grid)
    for number, row in enumerate(rows):
        head = number == 0
        line = element("tr", element("trPr", element("cantSplit"), *([element("tblHeader")] if head else [])))
        place = 0
        for cell in row.cells:
            width = sum(wide[place : place + cell.span])
            paragraph = element("p", _layout(cell, style))
            fill(paragraph, cell_runs(cell, lang, bold=head), "" if place else row.anchor)
            line.append(element("tc", _properties(cell, width, head), paragraph))
            place += cell.span
        body.append(line)
    return body


def _texts(row: Row, lang: str, count: int) -> list[str]:
    """Return the texts that the widths of columns are made for: those of cells that take one column."""
    out: list[str] = []
    for cell in row.cells:
        out += [text_of(cell_runs(cell, lang)) if cell.span == 1 else ""] * cell.span
    return out + [""] * (count - len(out))


def _properties(cell: Cell, width: int, head: bool) -> Any:
    properties = element("tcPr", element("tcW", w=width, type="dxa"))
    if cell.span > 1:
        properties.append(element("gridSpan", val=cell.span))
    if head:
        properties.append(element("shd", val="clear", color="auto", fill="E9EDF1"))
    return properties


def _layout(cell: Cell, style: str) -> Any:
    layout = element("pPr", element("pStyle", val=style))
    if cell.kind == "n":
        layout.append(element("jc", val="right"))
    return layout
