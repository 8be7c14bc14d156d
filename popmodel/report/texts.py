"""The targets of the plan's text, and which department leads what."""

from collections.abc import Mapping

import pandas as pd

from popmodel.files.departments import by_department
from popmodel.report.blocks import Block, Heading, Piece, Row, Section, Table, cell, heads, plain, say
from popmodel.report.material import Material
from popmodel.wording.card import worded
from popmodel.wording.messages import LANGUAGES
from popmodel.wording.targets import target_text
from popmodel.wording.view import figure

PUBLISHED = ("observed", "derived")


def texts_section(material: Material) -> Section | None:
    """Return the targets of the text as a table and the index by department; none where there are no such targets."""
    if material.texts is None or material.texts.empty:
        return None
    first = str(material.texts["scenario"].iloc[0])
    texts = worded(material.texts[material.texts["scenario"] == first])
    blocks: list[Block] = [Heading(2, (say("report-texts"),)), _targets(texts)]
    index = _index(material, texts, first)
    if index.rows:
        blocks += [Heading(3, (say("report-texts.index"),)), index]
    return Section("texts", say("report-texts.menu"), tuple(blocks), page=True)


def _targets(texts: pd.DataFrame) -> Table:
    rows = []
    for row in ({str(name): cell_ for name, cell_ in record.items()} for record in texts.to_dict("records")):
        value, rating = plain("–", "dim"), plain("–", "dim")
        if row["value_status"] in PUBLISHED:
            value = plain(f"{figure(row['value'], int(row['value_decimals']))} ({row['value_year']})")
            rating = Piece(str(row["rating_zh"]), str(row["rating_en"]), "pill", str(row["rating"]))
        zh, en = (target_text(str(row["target_text"]), row, lang) for lang in LANGUAGES)
        cells = (
            cell(plain(row["place"]), kind="keep"),
            cell(Piece(str(row["name_zh"]), str(row["name_en"])), head=True),
            cell(plain(row["target_year"]), kind="n"),
            cell(Piece(zh, en, "goal")),
            cell(value),
            cell(rating),
        )
        rows.append(Row(cells))
    words = ("place", "name", "year", "target", "value", "rating")
    head = heads(*(say(f"report-texts.{word}") for word in words), numbers=(2,))
    return Table("table-texts", head, tuple(rows), (say("report-texts.caption"),))


def _index(material: Material, texts: pd.DataFrame, scenario: str) -> Table:
    card = material.card[material.card["scenario"] == scenario]
    both = by_department(pd.concat([card, texts], ignore_index=True))
    rows = []
    for name, led in both.groupby("department", sort=False):
        own = led.drop_duplicates("indicator")
        cells = (
            cell(Piece(str(name), material.departments.get(str(name), str(name))), head=True),
            cell(plain(len(led)), kind="n"),
            cell(plain(int(led["leads"].sum())), kind="n"),
            cell(Piece("、".join(own["name_zh"]), "; ".join(own["name_en"]))),
        )
        rows.append(Row(cells))
    words = ("department", "targets", "leads", "indicators")
    head = heads(*(say(f"report-texts.{word}") for word in words), numbers=(1, 2))
    return Table("table-departments", head, tuple(rows), (say("report-texts.index-caption"),))


def named_in_english(table: pd.DataFrame | None) -> Mapping[str, str]:
    """Return department → its name in English."""
    return {} if table is None else dict(zip(table["department"], table["name_en"], strict=True))
