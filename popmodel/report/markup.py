"""Blocks of the view as HTML: each text in both languages, of which the page shows one."""

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape

from popmodel.plots.style import rating_look
from popmodel.report.blocks import Block, Cell, Group, Heading, Item, Line, Paragraph, Picture, Piece, Row, Table
from popmodel.wording.messages import LANGUAGES, Pair

SIGNS = {
    "met": "●", "ahead": "▲", "on_track": "■", "nearly": "◆", "behind": "▼", "moving_away": "↓", "not_met": "✕",
    "not_assessable": "○",
}  # fmt: skip
"""The signs of the ratings, as the charts draw them."""
CLASSES = {"goal": "goal", "dim": "dim", "mono": "mono", "value": "v"}


def words(pair: Pair) -> Markup:
    """Return a text in both languages, once if they are the same."""
    zh, en = pair
    if zh == en:
        return escape(zh)
    spans = (("zh", "zh-CN", zh), ("en", "en", en))
    return _joined(Markup('<span class="{}" lang="{}">{}</span>').format(*span) for span in spans if span[2])


def blocks_html(blocks: Iterable[Block]) -> Markup:
    """Return blocks in their order."""
    out = []
    for kind, group in groupby(blocks, key=type):
        lines = _joined((_WRITERS[kind](block) for block in group), "\n")
        out.append(Markup('<ul class="findings">\n{}\n</ul>').format(lines) if kind is Item else lines)
    return _joined(out, "\n")


def sign_of(code: str) -> str:
    """Return the sign of a rating, of whichever method."""
    look = rating_look(code)
    return next((sign for base, sign in SIGNS.items() if rating_look(base) == look), "○")


def _joined(parts: Iterable[Markup], between: str = "") -> Markup:
    return Markup(between).join(parts)


def _line(line: Line) -> Markup:
    return _joined(map(_piece, line))


def _piece(piece: Piece) -> Markup:
    if piece.parts:
        return Markup('<span class="proj">{}</span>').format(_line(piece.parts))
    text = words((piece.zh, piece.en))
    if piece.look == "pill":
        sign = Markup('<span aria-hidden="true">{}</span>').format(sign_of(piece.code))
        text = Markup('<span class="pill {}">{} {}</span>').format(piece.code, sign, text)
    elif piece.look in ("yes", "no"):
        text = Markup('<b class="{}" aria-hidden="true">{}</b><span class="unseen">{}</span>').format(
            piece.look, text, words(piece.told)
        )
    elif piece.look == "strong":
        text = Markup("<b>{}</b>").format(text)
    elif piece.look == "foreign":
        text = Markup('<span lang="en">{}</span>').format(text)
    elif piece.look:
        text = Markup('<span class="{}">{}</span>').format(CLASSES[piece.look], text)
    return Markup('<a href="#{}">{}</a>').format(piece.link, text) if piece.link else text


def _attributes(**given: str) -> Markup:
    return _joined(Markup(' {}="{}"').format(name, value) for name, value in given.items() if value)


def _heading(block: Heading) -> Markup:
    return Markup("<h{0}{1}>{2}</h{0}>").format(block.level, _attributes(id=block.anchor), _line(block.content))


def _paragraph(block: Paragraph) -> Markup:
    return Markup("<p{}>{}</p>").format(_attributes(**{"class": block.kind}), _line(block.content))


def _item(block: Item) -> Markup:
    details = _joined((Markup("<li>{}</li>").format(_line(line)) for line in block.details), "\n")
    more = Markup("\n<ul>\n{}\n</ul>\n").format(details) if block.details else ""
    return Markup('<li class="{}">{}{}</li>').format(block.tone, _line(block.content), more)


def _picture(block: Picture) -> Markup:
    about = f"{block.kind}-{block.subject}" if block.subject else block.kind
    shape = Markup('<div class="{}" role="img" aria-label="{}" data-chart="{}">{}</div>')
    drawings = (shape.format(lang, block.description[lang], about, block.drawing[lang]) for lang in LANGUAGES)
    return Markup("<figure>\n{}\n</figure>").format(_joined(drawings, "\n"))


def _group(block: Group) -> Markup:
    inner = blocks_html(block.blocks)
    if block.kind == "article":
        return Markup("<article{}>\n{}\n</article>").format(_attributes(id=block.anchor), inner)
    return Markup('<div class="{}">\n{}\n</div>').format(block.kind, inner)


def _table(block: Table) -> Markup:
    caption = Markup('<caption id="{}">{}</caption>\n').format(block.name, _line(block.caption))
    return Markup(
        '<div class="wide" tabindex="0" role="group" aria-labelledby="{}"><table>\n{}<thead>{}</thead>\n'
        "<tbody>\n{}\n</tbody></table></div>"
    ).format(
        block.name,
        caption if block.caption else "",
        _row(Row(block.head), "col"),
        _joined((_row(row, "row") for row in block.rows), "\n"),
    )


def _row(row: Row, scope: str) -> Markup:
    cells = _joined(_cell(cell, scope) for cell in row.cells)
    return Markup("<tr{}>{}</tr>").format(_attributes(id=row.anchor), cells)


def _cell(cell: Cell, scope: str) -> Markup:
    first, *rest = map(_line, cell.lines)
    shape = Markup("<div>{}</div>") if cell.kind == "aim" else Markup("<br>{}")
    content = first + _joined(shape.format(line) for line in rest)
    given = {
        "scope": scope if cell.head else "",
        "class": cell.kind,
        "colspan": str(cell.span) if cell.span > 1 else "",
    }
    tag = "th" if cell.head else "td"
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), _attributes(**given), content)


_WRITERS: Mapping[type, Callable[[Any], Markup]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Item: _item,
    Picture: _picture,
    Group: _group,
    Table: _table,
}
