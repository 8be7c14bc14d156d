"""Text of the Word report: pieces of the view as runs, links and bookmarks."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from docx.oxml.ns import qn

from popmodel.plots.style import rating_look, text_colour, tint
from popmodel.report.blocks import Cell, Line, Piece
from popmodel.report.markup import sign_of
from popmodel.report.wordstyle import element

DIM, GOOD, BAD = "5A646E", "1F4E79", "8C2A1C"
COLOURS = {"dim": DIM, "yes": GOOD, "no": BAD}
BREAK = "\n"


class Look(NamedTuple):
    """How a run of text looks: bold, colour, ground, and the anchor that it leads to."""

    bold: bool = False
    colour: str = ""
    ground: str = ""
    link: str = ""


Run = tuple[str, Look]


def runs_of(line: Line, lang: str, *, bold: bool = False) -> list[Run]:
    """Return a line as runs, with one space between words and none at the ends."""
    out: list[Run] = []
    for piece in line:
        out += runs_of(piece.parts, lang, bold=bold) if piece.parts else [_run_of(piece, lang, bold)]
    return list(_tidy(out))


def cell_runs(cell: Cell, lang: str, *, bold: bool = False) -> list[Run]:
    """Return the lines of a cell as runs."""
    out: list[Run] = []
    for line in cell.lines:
        runs = runs_of(line, lang, bold=bold)
        out += [(BREAK, Look()), *runs] if out and runs else runs
    return out


def text_of(runs: Iterable[Run]) -> str:
    """Return the text alone."""
    return "".join(text for text, _ in runs)


def _run_of(piece: Piece, lang: str, bold: bool) -> Run:
    text = piece.text(lang)
    look = Look(bold or piece.look in ("strong", "goal", "yes", "no"), COLOURS.get(piece.look, ""), "", piece.link)
    if piece.look == "pill":
        rating = rating_look(piece.code)
        look = look._replace(colour=text_colour(rating.colour), ground=tint(rating.colour, 0.14))
        text = f"{sign_of(piece.code)} {text}"
    return text, look


def _tidy(runs: Iterable[Run]) -> Iterator[Run]:
    out: list[Run] = []
    for text, look in runs:
        words = re.sub(r"\s+", " ", text)
        words = words.lstrip(" ") if not out or out[-1][0].endswith(" ") else words
        if words:
            out.append((words, look))
    while out and not out[-1][0].strip():
        out.pop()
    if out:
        out[-1] = (out[-1][0].rstrip(), out[-1][1])
    yield from out


def fill(paragraph: Any, runs: Iterable[Run], lang: str, anchors: Iterable[str] = ()) -> None:
    """Put runs into a paragraph; those that lead to one of the anchors become links."""
    for text, look in runs:
        run = _run(text, look, lang)
        if look.link and look.link in anchors:
            run = element("hyperlink", run, anchor=anchor_of(look.link), history=1)
        paragraph.append(run)


def mark(paragraph: Any, anchor: str, number: int) -> None:
    """Make a paragraph the place that links to `anchor` lead to."""
    place = 1 if len(paragraph) and paragraph[0].tag == qn("w:pPr") else 0
    paragraph.insert(place, element("bookmarkStart", id=number, name=anchor_of(anchor)))
    paragraph.append(element("bookmarkEnd", id=number))


def anchor_of(name: str) -> str:
    """Return a name that Word takes for a bookmark: 40 letters, digits and underscores at most."""
    return re.sub(r"\W", "_", f"at_{name}")[:40]


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
    if text == BREAK:
        return element("r", properties, element("br"))
    content = element("t")
    content.text = text
    content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return element("r", properties, content)
