"""The look of the Word report, and the XML that python-docx has no words for: East Asian fonts, fields, widths."""

from collections.abc import Sequence
from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from rich.cells import cell_len

BODY, HEADING = ("Times New Roman", "宋体"), ("Arial", "黑体")
"""Latin and East Asian face of the text and of headings: what an office in China has on every machine."""
INK, RULE = RGBColor(0x20, 0x27, 0x2E), "C9D0D6"
MARGIN, FOOT = Mm(20), Mm(10)
SIZES = {"Title": 22, "Heading 1": 16, "Heading 2": 13, "Heading 3": 11, "Normal": 10.5, "Caption": 9, "Cell": 8,
         "Small": 9}  # fmt: skip
"""Points by style; `Normal` is what Chinese offices call size five."""
HEADINGS = ("Title", "Heading 1", "Heading 2", "Heading 3")


def element(tag: str, *children: Any, **attributes: object) -> Any:
    """Make an element of the namespace `w` with its attributes and children."""
    out = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        out.set(qn(f"w:{name}"), str(value))
    for child in children:
        out.append(child)
    return out


def dress(document: Document) -> None:
    """Give a document its page, its styles and, to each of them, a Latin and an East Asian font.

    The fonts are named outright: the template of python-docx takes them from a theme whose East Asian face is blank,
    and Word then picks one of its own.
    """
    styles = document.styles
    for name in ("Cell", "Small"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    for fonts in styles.element.iter(qn("w:rFonts")):
        _faces(fonts, BODY)
    defaults = next(styles.element.iter(qn("w:rPrDefault")))
    for lang in defaults.iter(qn("w:lang")):
        lang.set(qn("w:val"), "en-US")
        lang.set(qn("w:eastAsia"), "zh-CN")
    for style in styles:
        if style.type != WD_STYLE_TYPE.PARAGRAPH:
            continue
        heading = style.name in HEADINGS
        _faces(style.element.get_or_add_rPr().get_or_add_rFonts(), HEADING if heading else BODY)
        if style.name in SIZES:
            _set(style, SIZES[style.name], heading)
    _page(document.sections[0], landscape=False)
    _number(document.sections[0])


def _faces(fonts: Any, faces: tuple[str, str]) -> None:
    for name in [name for name in fonts.attrib if "heme" in name]:
        del fonts.attrib[name]
    for slot, face in (("ascii", faces[0]), ("hAnsi", faces[0]), ("cs", faces[0]), ("eastAsia", faces[1])):
        fonts.set(qn(f"w:{slot}"), face)


def _set(style: Any, size: float, heading: bool) -> None:
    style.font.size = Pt(size)
    style.font.color.rgb = INK
    style.font.italic = False
    style.font.bold = heading
    layout = style.paragraph_format
    layout.space_before = Pt(size * 0.8 if heading else 0)
    layout.space_after = Pt(0 if style.name == "Cell" else 5)
    layout.line_spacing = 1.0 if style.name == "Cell" else 1.2
    layout.keep_with_next = heading
    layout.widow_control = True
    for border in style.element.iter(qn("w:pBdr")):
        border.getparent().remove(border)


def _page(section: Section, *, landscape: bool) -> None:
    """Set A4 with its margins."""
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    section.footer_distance = section.header_distance = FOOT


def turn(document: Document, *, landscape: bool) -> None:
    """Begin a new page in the other direction."""
    _page(document.add_section(), landscape=landscape)


def text_width(document: Document) -> int:
    """Return the width between the margins of the last section. [twentieths of a point]"""
    section = document.sections[-1]
    return int((int(section.page_width or 0) - 2 * MARGIN) / 635)


def _number(section: Section) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = 1
    paragraph._p.append(field("PAGE", "1"))
    paragraph.add_run(" / ")
    paragraph._p.append(field("NUMPAGES", "1"))


def field(code: str, shown: str) -> Any:
    """Return a field with the result that stands there until a program works it out."""
    text = element("t")
    text.text = shown
    return element("fldSimple", element("r", text), instr=f" {code} ")


def widths(cells: Sequence[Sequence[str]], total: int, *, size: float) -> list[int]:
    """Return column widths that add up to `total`. [twentieths of a point]

    Each column has room for its longest word; what is left goes to the columns in the measure of their longest line.

    Parameters
    ----------
    cells : sequence of sequence of str
        Rows of texts, lines parted by line feeds.
    total : int
        [twentieths of a point]
    size : float
        Of the letters. [points]
    """
    columns = [[str(text) for text in column] for column in zip(*cells, strict=True)]
    step = size * 20 * 0.55
    least = [160 + step * max(_word(word) for text in column for word in text.split() or [""]) for column in columns]
    full = [160 + step * max(cell_len(line) for text in column for line in text.split("\n")) for column in columns]
    if sum(least) >= total:
        return [int(total * width / sum(least)) for width in least]
    more = [max(0.0, one - other) for one, other in zip(full, least, strict=True)]
    share = min(1.0, (total - sum(least)) / (sum(more) or 1.0))
    out = [width + share * extra for width, extra in zip(least, more, strict=True)]
    return [int(width * total / sum(out)) for width in out]


def _word(text: str) -> int:
    """Return the width that a word needs; Chinese may break anywhere, five characters look well."""
    return min(cell_len(text), 10) if cell_len(text) > len(text) else cell_len(text)
