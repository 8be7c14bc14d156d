"""The report as a Word document: the page, walked element by element, so that both always say the same."""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Emu, Mm
from markupsafe import Markup

from popmodel.plots.style import rating_look, text_colour, tint
from popmodel.report.archive import settled
from popmodel.report.page import page_of
from popmodel.report.pagetree import Element, tree_of
from popmodel.report.sections import LANGUAGES, Material, Picture
from popmodel.report.wordstyle import RULE, SIZES, dress, element, field, text_width, turn, widths

TALLEST = Mm(225)
"""Of a picture: a page less its heading and caption."""
DIM, GOOD, BAD = "5A646E", "1F4E79", "8C2A1C"
_LINE = ("div", "br", "p")
_APART = {"dim", "pill", "proj"}


class Look(NamedTuple):
    """How a run of text looks: bold, colour, ground, and the place in the document that it leads to."""

    bold: bool = False
    colour: str = ""
    ground: str = ""
    link: str = ""


Run = tuple[str, Look]


def document_bytes(material: Material, pictures: Sequence[Picture], image: Callable[[str], bytes]) -> bytes:
    """Return the report as a .docx file in the language of the run.

    Parameters
    ----------
    material : Material
        Tables, values and the record of the run.
    pictures : sequence of Picture
        The charts, in their order.
    image : callable
        Chart's file name → the chart as PNG.

    Returns
    -------
    bytes
        Headings, captions with fields, tables with repeated heads, pictures with alternative text; the same bytes for
        the same arguments.
    """
    marked = [
        picture._replace(drawing={lang: Markup(f'<img data-picture="{number}">') for lang in LANGUAGES})
        for number, picture in enumerate(pictures)
    ]
    body = tree_of(page_of(material, marked, ""), material.lang)
    document = docx.Document()
    dress(document)
    title = _plain(next(body.find("h1")))
    told = document.core_properties
    told.author, told.title, told.comments = "popmodel", title, ""
    told.language = "zh-CN" if material.lang == "zh" else "en"
    told.created = told.modified = datetime(material.today.year, material.today.month, material.today.day)
    ids = {one.attributes["id"] for one in _every(body) if "id" in one.attributes}
    writer = _Writer(document, material.lang, pictures, image, ids, {"table": 0, "figure": 0, "mark": 0})
    for child in body.children:
        if isinstance(child, Element):
            _block(writer, child)
    out = io.BytesIO()
    document.save(out)
    return settled(out.getvalue(), material.today)


class _Writer(NamedTuple):
    """The document, what it is made from, and how many tables, figures and marks it has."""

    document: Document
    lang: str
    pictures: Sequence[Picture]
    image: Callable[[str], bytes]
    ids: set[str]
    counts: dict[str, int]


def _every(top: Element) -> Iterator[Element]:
    for child in top.children:
        if isinstance(child, Element):
            yield child
            yield from _every(child)


def _plain(top: Element) -> str:
    return "".join(text for text, _ in _tidy(_runs(top, Look())))


# Blocks

_STYLES = {"h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "h4": "Heading 3", "p": "Normal", "footer": "Small"}


def _block(writer: _Writer, block: Element) -> None:
    """Write a block of the page, and the blocks in it."""
    document = writer.document
    if block.tag in _STYLES:
        style = "Small" if "meta" in block.classes else _STYLES[block.tag]
        _paragraph(writer, style, list(_runs(block, Look())), mark=block.attributes.get("id", ""))
    elif block.tag == "ul":
        for item in block.find("li"):
            own = [child for child in item.children if not isinstance(child, Element) or child.tag != "ul"]
            tone = {"good": GOOD, "bad": BAD, "plain": DIM}.get(" ".join(item.classes), "")
            runs = list(_runs(Element("li", {}, own), Look()))
            paragraph = _paragraph(writer, "Normal" if tone else "List Bullet", runs)
            if tone and paragraph is not None:
                bar = element("left", val="single", sz=24, space=6, color=tone)
                paragraph._p.get_or_add_pPr().insert_element_before(
                    element("pBdr", bar), "w:shd", "w:spacing", "w:ind", "w:jc"
                )
                paragraph.paragraph_format.keep_with_next = any(one.tag == "ul" for one in _every(item))
    elif block.tag == "img":
        _picture(writer, writer.pictures[int(block.attributes["data-picture"])])
    elif block.tag == "table":
        _table(writer, block)
    else:
        start = len(document.element.body)
        for child in block.children:
            if not isinstance(child, Element):
                continue
            # A table with a milestone a column is wider than an upright page.
            if child.tag == "h3" and any("aim" in cell.classes for cell in block.find("td")):
                turn(document, landscape=True)
            _block(writer, child)
        if block.tag == "section" and document.sections[-1].orientation == 1:
            turn(document, landscape=False)
        if block.attributes.get("id"):
            _name_first(writer, start, block.attributes["id"])


def _name_first(writer: _Writer, start: int, name: str) -> None:
    """Make the first paragraph after `start` the place that links to `name` lead to."""
    first = next((one for one in writer.document.element.body[start - 1 :] if one.tag == qn("w:p")), None)
    if first is not None:
        _mark(writer, first, name)


def _mark(writer: _Writer, paragraph: Any, name: str) -> None:
    writer.counts["mark"] += 1
    number = writer.counts["mark"]
    place = 1 if len(paragraph) and paragraph[0].tag == qn("w:pPr") else 0
    paragraph.insert(place, element("bookmarkStart", id=number, name=_anchor(name)))
    paragraph.append(element("bookmarkEnd", id=number))


def _anchor(name: str) -> str:
    """Return a name that Word takes for a bookmark: 40 letters, digits and underscores at most."""
    return re.sub(r"\W", "_", f"at_{name}")[:40]


def _paragraph(writer: _Writer, style: str, runs: list[Run], *, mark: str = "") -> Any:
    runs = _tidy(runs)
    if not runs:
        return None
    paragraph = writer.document.add_paragraph(style=style)
    _fill(writer, paragraph._p, runs)
    if mark:
        _mark(writer, paragraph._p, mark)
    return paragraph


def _caption(writer: _Writer, kind: str, runs: list[Run], *, above: bool) -> None:
    """Write a caption with the number that Word counts for itself."""
    writer.counts[kind] += 1
    word = {"table": ("表", "Table"), "figure": ("图", "Figure")}[kind][writer.lang == "en"]
    paragraph = writer.document.add_paragraph(style="Caption")
    paragraph.paragraph_format.keep_with_next = above
    _fill(writer, paragraph._p, [(f"{word} ", Look(bold=True))])
    paragraph._p.append(field(f"SEQ {word} \\* ARABIC", str(writer.counts[kind])))
    _fill(writer, paragraph._p, [("  ", Look()), *_tidy(runs)])


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
    _caption(writer, "figure", [(picture.description[writer.lang], Look())], above=False)


# Tables


def _table(writer: _Writer, table: Element) -> None:
    document = writer.document
    for caption in table.find("caption"):
        _caption(writer, "table", list(_runs(caption, Look())), above=True)
    heads = [id(row) for head in table.find("thead") for row in head.find("tr")]
    rows = [(id(row) in heads, row, list(row.find("th", "td"))) for row in table.find("tr")]
    spans = [[int(cell.attributes.get("colspan", 1)) for cell in cells] for _, _, cells in rows]
    count = max(sum(span) for span in spans)
    texts = []
    for (_, _, cells), span in zip(rows, spans, strict=True):
        line: list[str] = []
        for cell, many in zip(cells, span, strict=True):
            line += [_plain(cell) if many == 1 else ""] * many
        texts.append(line + [""] * (count - len(line)))
    wide = widths(texts, text_width(document), size=SIZES["Cell"])
    borders = element(
        "tblBorders",
        *(element(side, val="single", sz=4, space=0, color=RULE) for side in ("top", "bottom", "insideH")),
    )
    margins = element("tblCellMar", element("left", w=70, type="dxa"), element("right", w=70, type="dxa"))
    looks = (element("tblW", w=sum(wide), type="dxa"), borders, element("tblLayout", type="fixed"), margins)
    grid = element("tblGrid", *(element("gridCol", w=width) for width in wide))
    body = element("tbl", element("tblPr", *looks), grid)
    for (head, row, cells), span in zip(rows, spans, strict=True):
        properties = element("trPr", element("cantSplit"), *([element("tblHeader")] if head else []))
        line_of = element("tr", properties)
        place = 0
        for cell, many in zip(cells, span, strict=True):
            width = sum(wide[place : place + many])
            line_of.append(_cell(writer, cell, width, many, head, row.attributes.get("id", "") if not place else ""))
            place += many
        body.append(line_of)
    document.element.body.insert_element_before(body, "w:sectPr")
    document.add_paragraph(style="Small")


def _cell(writer: _Writer, cell: Element, width: int, span: int, head: bool, mark: str) -> Any:
    properties = element("tcPr", element("tcW", w=width, type="dxa"))
    if span > 1:
        properties.append(element("gridSpan", val=span))
    if head:
        properties.append(element("shd", val="clear", color="auto", fill="E9EDF1"))
    layout = element("pPr", element("pStyle", val=writer.document.styles["Cell"].style_id))
    if "n" in cell.classes:
        layout.append(element("jc", val="right"))
    paragraph = element("p", layout)
    _fill(writer, paragraph, _tidy(_runs(cell, Look(bold=head))))
    if mark:
        _mark(writer, paragraph, mark)
    return element("tc", properties, paragraph)


# Text


def _runs(top: Element, look: Look) -> Iterator[Run]:
    """Yield the text in an element with its look; a line feed where a new line begins."""
    for child in top.children:
        if isinstance(child, str):
            yield re.sub(r"\s+", " ", child), look
            continue
        kinds = set(child.classes)
        here = look
        if child.tag == "b" or kinds & {"goal"}:
            here = here._replace(bold=True)
        for kind, colour in (("dim", DIM), ("yes", GOOD), ("no", BAD)):
            if kind in kinds:
                here = here._replace(colour=colour)
        if "pill" in kinds:
            rating = rating_look(next(name for name in child.classes if name != "pill"))
            here = here._replace(colour=text_colour(rating.colour), ground=tint(rating.colour, 0.14))
        target = child.attributes.get("href", "")
        if target.startswith("#"):
            here = here._replace(link=target[1:])
        if child.tag in _LINE:
            yield "\n", look
        elif kinds & _APART:
            yield " ", look
        yield from _runs(child, here)
        if child.tag in ("div", "p"):
            yield "\n", look


def _tidy(runs: Iterator[Run] | list[Run]) -> list[Run]:
    """Leave one space between words and one line feed between lines, none at the ends."""
    out: list[Run] = []
    for text, look in runs:
        last = out[-1][0][-1] if out else "\n"
        if text == "\n":
            if out and last == " ":
                out[-1] = (out[-1][0].rstrip(" "), out[-1][1])
                if not out[-1][0]:
                    out.pop()
            if out and out[-1][0][-1] != "\n":
                out.append(("\n", look))
            continue
        text = text.lstrip(" ") if last in " \n" else text
        if text:
            out.append((text, look))
    while out and not out[-1][0].strip():
        out.pop()
    if out:
        out[-1] = (out[-1][0].rstrip(), out[-1][1])
    return out


def _fill(writer: _Writer, paragraph: Any, runs: Sequence[Run]) -> None:
    for text, look in runs:
        run = _run(text, look, writer.lang)
        if look.link in writer.ids:
            run = element("hyperlink", run, anchor=_anchor(look.link), history=1)
        paragraph.append(run)


def _run(text: str, look: Look, lang: str) -> Any:
    properties = element("rPr")
    if lang == "zh":  # quotation marks and dashes as wide as the characters around them
        properties.append(element("rFonts", hint="eastAsia"))
    if look.bold:
        properties.append(element("b"))
    if look.colour:
        properties.append(element("color", val=look.colour.lstrip("#").upper()))
    if look.ground:
        properties.append(element("shd", val="clear", color="auto", fill=look.ground.lstrip("#").upper()))
    if text == "\n":
        return element("r", properties, element("br"))
    content = element("t")
    content.text = text
    content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return element("r", properties, content)
