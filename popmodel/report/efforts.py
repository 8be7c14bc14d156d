"""The section on what targets take: the net migration a year that would just meet each."""

from popmodel.report.blocks import Block, Heading, Paragraph, Row, Section, Table, cell, heads, of, say
from popmodel.report.material import Material
from popmodel.report.sections import Pictures
from popmodel.wording.effort import effort_rows, effort_words
from popmodel.wording.messages import LANGUAGES


def effort_section(material: Material, pictures: Pictures) -> Section | None:
    """Return what targets take, as a chart and as a table; None where no target is projected."""
    table = material.effort
    if table is None or table.empty:
        return None
    zh, en = (effort_words(table, lang) for lang in LANGUAGES)
    head = heads(*(of((a, b)) for a, b in zip(zh.heads, en.heads, strict=True)), numbers=range(2, len(zh.heads)))
    rows = []
    for cells in zip(*(effort_rows(table, lang) for lang in LANGUAGES), strict=True):
        pairs = [of((a, b)) for a, b in zip(*cells, strict=True)]
        rows.append(Row((cell(pairs[0], head=True), cell(pairs[1]), *(cell(each, kind="n") for each in pairs[2:]))))
    blocks: tuple[Block, ...] = (
        Heading(2, (say("report-effort"),)),
        *pictures.get("effort", ()),
        Table("table-effort", head, tuple(rows), (of((zh.title, en.title)),)),
        Paragraph((of((zh.caption, en.caption)),), "meta"),
    )
    return Section("effort", say("report-effort.menu"), blocks)
