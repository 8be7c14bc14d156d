"""What a report is made of: headings, paragraphs, tables and figures, each text in both languages.

Blocks are plain values without markup. The page and the Word document are written from them, neither from the other.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from popmodel.wording.messages import LANGUAGES, Pair, message

Words = Pair | Mapping[str, str] | str | int
"""An argument of a message: in Chinese and English, by language, or the same in both."""


class Piece(NamedTuple):
    """A run of text in Chinese and English; blank in a language in which it is not shown.

    `look` is blank or one of: strong, goal, dim, mono, value, yes, no, foreign (English in both languages), pill (then
    `code` is the rating). `link` is the anchor of a block or row; `told` is what a reader hears instead of a sign;
    pieces in `parts`, of which it then consists, are not parted by the end of a line.
    """

    zh: str = ""
    en: str = ""
    look: str = ""
    code: str = ""
    link: str = ""
    told: Pair = ("", "")
    parts: tuple["Piece", ...] = ()

    def text(self, lang: str) -> str:
        """Return the text in a language."""
        return "".join(part.text(lang) for part in self.parts) or (self.zh if lang == "zh" else self.en)


Line = tuple[Piece, ...]


class Heading(NamedTuple):
    """A heading of level 2 (section), 3 or 4; `across` where what follows is too wide for an upright page."""

    level: int
    content: Line
    anchor: str = ""
    across: bool = False


class Paragraph(NamedTuple):
    """A paragraph; `kind` is blank, meta (small, pale) or work (formulas)."""

    content: Line
    kind: str = ""


class Item(NamedTuple):
    """A finding of a tone (good, bad or plain) with its details."""

    tone: str
    content: Line
    details: tuple[Line, ...] = ()


class Cell(NamedTuple):
    """A cell of one or more lines."""

    lines: tuple[Line, ...]
    kind: str = ""
    """Blank, n (a number), aim (target, rating and projections) or keep (not to be broken)."""
    head: bool = False
    span: int = 1


class Row(NamedTuple):
    """A row of a table."""

    cells: tuple[Cell, ...]
    anchor: str = ""


class Table(NamedTuple):
    """A table with its head, and with a caption or below the heading whose anchor is its name."""

    name: str
    head: tuple[Cell, ...]
    rows: tuple[Row, ...]
    caption: Line = ()


class Picture(NamedTuple):
    """A chart: what it is of, its description and drawing in each language, and its file's name."""

    kind: str
    subject: str
    description: Mapping[str, str]
    drawing: Mapping[str, Markup]
    name: str = ""


class Group(NamedTuple):
    """Blocks beside one another where there is room; `kind`: two, tall (a page high), pair, notes, group or article."""

    kind: str
    blocks: tuple["Block", ...]
    anchor: str = ""


Block = Heading | Paragraph | Item | Table | Picture | Group


class Section(NamedTuple):
    """A section, with its name in the contents; `page` if it begins one."""

    anchor: str
    menu: Piece
    blocks: tuple[Block, ...]
    page: bool = False


class View(NamedTuple):
    """An evaluation as it is read: title, how it was made, sections, foot."""

    title: Pair
    made: Piece
    sections: tuple[Section, ...]
    foot: Piece


def say(key: str, *, look: str = "", link: str = "", **arguments: Words) -> Piece:
    """Return a message as a piece; see `popmodel.wording.messages.message`."""
    zh, en = pair(key, **arguments)
    return Piece(zh, en, look, link=link)


def pair(key: str, **arguments: Words) -> Pair:
    """Return a message in Chinese and English; arguments may differ between the two."""
    zh, en = (
        message(lang, key, {name: _in(value, place, lang) for name, value in arguments.items()})
        for place, lang in enumerate(LANGUAGES)
    )
    return zh, en


def _in(value: Words, place: int, lang: str) -> str:
    if isinstance(value, Mapping):
        return value[lang]
    return value[place] if isinstance(value, tuple) else str(value)


def plain(text: object, look: str = "", link: str = "") -> Piece:
    """Return a text that is the same in both languages."""
    return Piece(str(text), str(text), look, link=link)


def of(words: Pair | Mapping[str, str], look: str = "", link: str = "") -> Piece:
    """Return a text given in both languages."""
    zh, en = (words["zh"], words["en"]) if isinstance(words, Mapping) else words
    return Piece(zh, en, look, link=link)


def cell(*content: Piece, kind: str = "", head: bool = False, span: int = 1) -> Cell:
    """Return a cell of one line."""
    return Cell((content,), kind, head, span)


def heads(*content: Piece, numbers: Sequence[int] = ()) -> tuple[Cell, ...]:
    """Return the cells of a table's head, those at the places `numbers` above numbers."""
    return tuple(cell(piece, kind="n" if place in numbers else "", head=True) for place, piece in enumerate(content))


SPACE = plain(" ")
