"""The report as a Word document, written from the same view as the page."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Emu, Mm

from popmodel.report.archive import settled
from popmodel.report.blocks import Block, Group, Heading, Item, Line, Paragraph, Picture, Table, View, of
from popmodel.report.wordstyle import dress, element, field, text_width, turn
from popmodel.report.wordtable import table_of
from popmodel.report.wordtext import BAD, DIM, GOOD, Look, Run, fill, mark, runs_of
from popmodel.wording.messages import message

TALLEST = Mm(225)
"""Of a picture: a page less its heading and caption."""
STYLES = {2: "Heading 1", 3: "Heading 2", 4: "Heading 3"}
"""Level of a heading in the view → style."""


def document_bytes(view: View, *, lang: str, today: date, image: Callable[[str], bytes]) -> bytes:
    """Return the report as a .docx file.

    Parameters
    ----------
    view : View
        What it says.
    lang : {"zh", "en"}
        The language.
    today : datetime.date
        Stands in the file's properties.
    image : callable
        Chart's file name → the chart as PNG.

    Returns
    -------
    bytes
        Headings, captions with fields, tables with repeated heads, pictures with alternative text; the same bytes for
        the same arguments.
    """
    document = docx.Document()
    dress(document)
    title = of(view.title)
    told = document.core_properties
    told.author, told.title, told.comments = "popmodel", title.text(lang), ""
    told.language = "zh-CN" if lang == "zh" else "en"
    told.created = told.modified = datetime(today.year, today.month, today.day)
    writer = _Writer(document, lang, image, set(_anchors(view)), {"table": 0, "figure": 0, "mark": 0})
    _paragraph(writer, "Title", (title,))
    _paragraph(writer, "Small", (view.made,))
    for section in view.sections:
        start = len(document.element.body)
        for block in section.blocks:
            _block(writer, block)
        if document.sections[-1].orientation == 1:
            turn(document, landscape=False)
        _name_first(writer, start, section.anchor)
    _paragraph(writer, "Small", (view.foot,))
    out = io.BytesIO()
    document.save(out)
    return settled(out.getvalue(), today)


class _Writer(NamedTuple):
    """The document, what it is made from, and how many tables, figures and marks it has."""

    document: Document
    lang: str
    image: Callable[[str], bytes]
    anchors: set[str]
    counts: dict[str, int]


def _anchors(view: View) -> Iterator[str]:
    """Yield the places that something may lead to."""
    for section in view.sections:
        yield section.anchor
        yield from _places(section.blocks)


def _places(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Group):
            yield block.anchor
            yield from _places(block.blocks)
        elif isinstance(block, Heading):
            yield block.anchor
        elif isinstance(block, Table):
            yield from (row.anchor for row in block.rows)


def _block(writer: _Writer, block: Block) -> None:
    _WRITERS[type(block)](writer, block)


def _group(writer: _Writer, group: Group) -> None:
    start = len(writer.document.element.body)
    for block in group.blocks:
        _block(writer, block)
    if group.anchor:
        _name_first(writer, start, group.anchor)


def _heading(writer: _Writer, heading: Heading) -> None:
    if heading.across:
        # A table with a milestone a column is wider than an upright page.
        turn(writer.document, landscape=True)
    paragraph = _paragraph(writer, STYLES[heading.level], heading.content)
    if heading.anchor:
        _mark(writer, paragraph._p, heading.anchor)


def _words(writer: _Writer, paragraph: Paragraph) -> None:
    _paragraph(writer, "Small" if paragraph.kind == "meta" else "Normal", paragraph.content)


def _item(writer: _Writer, item: Item) -> None:
    """Write a finding with a bar of its colour beside it, and its details below."""
    paragraph = _paragraph(writer, "Normal", item.content)
    colour = {"good": GOOD, "bad": BAD}.get(item.tone, DIM)
    bar = element("left", val="single", sz=24, space=6, color=colour)
    border = element("pBdr", bar)
    paragraph._p.get_or_add_pPr().insert_element_before(border, "w:shd", "w:spacing", "w:ind", "w:jc")
    paragraph.paragraph_format.keep_with_next = bool(item.details)
    for line in item.details:
        _paragraph(writer, "List Bullet", line)


def _paragraph(writer: _Writer, style: str, content: Line) -> Any:
    paragraph = writer.document.add_paragraph(style=style)
    fill(paragraph._p, runs_of(content, writer.lang), writer.lang, writer.anchors)
    return paragraph


def _name_first(writer: _Writer, start: int, anchor: str) -> None:
    """Make the first paragraph after `start` the place that links to `anchor` lead to."""
    first = next((one for one in writer.document.element.body[start - 1 :] if one.tag == qn("w:p")), None)
    if first is not None:
        _mark(writer, first, anchor)


def _mark(writer: _Writer, paragraph: Any, anchor: str) -> None:
    writer.counts["mark"] += 1
    mark(paragraph, anchor, writer.counts["mark"])


def _caption(writer: _Writer, kind: str, content: Line, *, above: bool) -> None:
    """Write a caption with the number that Word counts for itself."""
    writer.counts[kind] += 1
    word = message(writer.lang, f"report-{kind}")
    paragraph = writer.document.add_paragraph(style="Caption")
    paragraph.paragraph_format.keep_with_next = above
    fill(paragraph._p, [(f"{word} ", Look(bold=True))], writer.lang)
    paragraph._p.append(field(f"SEQ {word} \\* ARABIC", str(writer.counts[kind])))
    fill(paragraph._p, [("  ", Look()), *runs_of(content, writer.lang)], writer.lang, writer.anchors)


def _picture(writer: _Writer, picture: Picture) -> None:
    document = writer.document
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(io.BytesIO(writer.image(picture.name)))
    width = text_width(document) * 635
    scale = min(width / shape.width, TALLEST / shape.height)
    shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
    about = shape._inline.docPr
    about.set("descr", picture.description[writer.lang])
    about.set("name", picture.name)
    _caption(writer, "figure", (of(picture.description),), above=False)


def _table(writer: _Writer, table: Table) -> None:
    document = writer.document
    if table.caption:
        _caption(writer, "table", table.caption, above=True)

    def put(paragraph: Any, runs: list[Run], anchor: str) -> None:
        fill(paragraph, runs, writer.lang, writer.anchors)
        if anchor:
            _mark(writer, paragraph, anchor)

    style = document.styles["Cell"].style_id
    body = table_of(table, writer.lang, total=text_width(document), style=style, fill=put)
    document.element.body.insert_element_before(body, "w:sectPr")
    document.add_paragraph(style="Small")


_WRITERS: Mapping[type, Callable[[_Writer, Any], None]] = {
    Heading: _heading,
    Paragraph: _words,
    Item: _item,
    Picture: _picture,
    Group: _group,
    Table: _table,
}
