"""The section on how sure: the probability of each target, over the declared variants, and the risk of its rating."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from popmodel.report.blocks import (
    Block,
    Cell,
    Heading,
    Item,
    Paragraph,
    Piece,
    Row,
    Section,
    Table,
    cell,
    heads,
    of,
    plain,
    say,
)
from popmodel.report.material import Material, Sure
from popmodel.report.sections import Pictures
from popmodel.scoring.precision import text
from popmodel.wording.card import rating_words
from popmodel.wording.messages import LANGUAGES, message
from popmodel.wording.sure import percent_words, range_words, spread_words, variant_name
from popmodel.wording.targets import bare_name, target_text

GROUPS = ("old", "weight", "level", "spread", "districts")
"""What the declared variants are about, in the order of the table."""
KEY = ["indicator", "milestone", "version"]
Cells = Mapping[str, Any]


def sure_section(material: Material, pictures: Pictures) -> Section | None:
    """Return how likely each target is, as a chart and as tables; None where nothing was drawn."""
    sure = material.sure
    if sure is None:
        return None
    record = sure.record
    said = say("report-sure.said", draws=record["draws"], seed=record["seed"], until=record["observed_until"])
    blocks: tuple[Block, ...] = (
        Heading(2, (say("report-sure.title"),)),
        Paragraph((said,)),
        *_missing(sure),
        *_joint(sure),
        *pictures.get("attainment", ()),
        *_attained(sure),
        *_variants(sure),
        *_risks(sure),
    )
    return Section("sure", say("report-sure.menu"), blocks)


def _missing(sure: Sure) -> tuple[Paragraph, ...]:
    """Say which drivers could not be drawn."""
    names = [str(each).partition(":")[0] for each in sure.record["missing"]]
    if not names:
        return ()
    lists = {
        lang: message(lang, "list-joiner").join(message(lang, f"driver-{name}") for name in names) for lang in LANGUAGES
    }
    return (Paragraph((say("report-sure.missing", names=lists),)),)


def _joint(sure: Sure) -> tuple[Item, ...]:
    """Say how likely the targets of a milestone hold together."""
    items = []
    for row in sure.record["joint"]:
        draws = int(row["n"])
        share, spread = percent_words(row["probability"], draws), range_words(row["lowest"], row["highest"], draws)
        words = say("report-sure.joint", year=row["milestone"], count=row["targets"], share=share, spread=spread)
        items.append(Item("plain", (words,)))
    return tuple(items)


def _target(row: Cells) -> Cell:
    zh, en = (
        f"{str(row[f'name_{lang}']).partition('（')[0].partition(' (')[0]} {int(row['milestone'])} "
        + target_text(str(row["text"]), {"operator": row["operator"], **_numbers(row)}, lang)
        for lang in LANGUAGES
    )
    return cell(Piece(zh, en), head=True)


def _numbers(row: Cells) -> dict[str, Any]:
    return {"target": row["target"], "unit": row["unit"]}


def _attained(sure: Sure) -> tuple[Block, ...]:
    """Return the table of probabilities; targets without one are named below it with the reason."""
    rows: list[Row] = []
    others: list[Cells] = []
    for row in (_texts(each) for each in sure.attainment.to_dict("records")):
        if pd.isna(row["probability"]):
            others.append(row)
            continue
        spread = range_words(row["lowest"], row["highest"], int(row["n"]))
        rows.append(Row((
            _target(row), cell(plain(row["printed"]), kind="n"), cell(plain(spread), kind="n"),
            cell(of((row["word_zh"], row["word_en"]))), cell(_ends(row)),
        )))  # fmt: skip
    head = heads(*(say(f"report-sure-head.{name}") for name in ("target", "share", "spread", "word", "ends")),
                 numbers=(1, 2))  # fmt: skip
    table = Table(
        "table-attainment",
        head,
        tuple(rows),
        (say("report-sure.table", error=text(50 / math.sqrt(sure.record["draws"]), 1)),),
    )
    return (table, *_without(others)) if rows else _without(others)


def _ends(row: Cells) -> Piece:
    """Name the variants that give the least and the greatest probability, where the two differ as printed."""
    draws = int(row["n"])
    if percent_words(row["lowest"], draws) == percent_words(row["highest"], draws):
        zh, en = (spread_words(row["lowest"], row["highest"], draws, lang) for lang in LANGUAGES)
        return Piece(zh, en)
    low, high = (variant_name(str(row[f"{end}_variant"]) or "main") for end in ("lowest", "highest"))
    return say("report-sure.ends", low=low, high=high)


def _without(others: list[Cells]) -> tuple[Paragraph, ...]:
    if not others:
        return ()
    reasons: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
    for row in others:
        names = reasons.setdefault((row["word_zh"], row["word_en"]), {})
        names[str(row["indicator"])] = tuple(  # type: ignore[assignment]
            bare_name(str(row[f"name_{lang}"])) for lang in LANGUAGES
        )
    said = []
    for (zh, en), names in reasons.items():
        lists = {
            lang: message(lang, "list-joiner").join(pair_[place] for pair_ in names.values())
            for place, lang in enumerate(LANGUAGES)
        }
        said.append(Paragraph((say("report-sure.without", reason=(zh, en), names=lists),), "meta"))
    return tuple(said)


def _variants(sure: Sure) -> tuple[Block, ...]:
    """Return the range of each probability by what the variants are about."""
    table = sure.variants
    groups = [group for group in GROUPS if (table["group"] == group).any()]
    told = sure.attainment[sure.attainment["probability"].notna()]
    if not groups or told.empty:
        return ()
    rows = []
    for row in (_texts(each) for each in told.to_dict("records")):
        own = table[(table[KEY] == [row[name] for name in KEY]).all(axis=1)]
        cells = [cell(plain(row["printed"]), kind="n")]
        for group in groups:
            here = own.loc[own["group"] == group, "probability"]
            cells.append(cell(plain(range_words(float(here.min()), float(here.max()), int(row["n"]))), kind="n"))
        rows.append(Row((_target(row), *cells)))
    words = [say("report-sure-head.target"), say("report-sure-head.share")]
    words += [say(f"report-sure-group.{group}") for group in groups]
    head = heads(*words, numbers=range(1, len(words)))
    names = table.drop_duplicates("variant")
    lists = {
        lang: message(lang, "report-joiner").join(names.loc[names["group"] != "main", f"name_{lang}"])
        for lang in LANGUAGES
    }
    return (
        Heading(3, (say("report-sure.variants"),), across=True),
        Table("table-variants", head, tuple(rows), (say("report-sure.variants-caption", names=lists),)),
    )


def _risks(sure: Sure) -> tuple[Block, ...]:
    """Return how likely next year's rating is worse."""
    table = sure.risk[sure.risk["probability"].notna()]
    if table.empty:
        return ()
    rows = []
    for row in (_texts(each) for each in table.to_dict("records")):
        draws = int(row["n"])
        now, then = (rating_words(str(row[name])) for name in ("rating", "likeliest"))
        share = percent_words(row["probability"], draws)
        spread = range_words(row["lowest"], row["highest"], draws)
        rows.append(Row((
            _target(row), cell(Piece(*now, "pill", str(row["rating"]))), cell(plain(share), kind="n"),
            cell(plain(spread), kind="n"), cell(Piece(*then, "pill", str(row["likeliest"]))),
            cell(plain(percent_words(row["likeliest_share"], draws)), kind="n"),
        )))  # fmt: skip
    names = ("target", "rating", "worse", "spread", "likeliest", "likeliest_share")
    head = heads(*(say(f"report-sure-head.{name}") for name in names), numbers=(2, 3, 5))
    year = int(table["next_year"].iloc[0])
    return (
        Heading(3, (say("report-sure.risk", year=year),)),
        Table("table-risk", head, tuple(rows), (say("report-sure.risk-caption", year=year),)),
    )


def _texts(row: Mapping[Any, Any]) -> Cells:
    return {str(name): value for name, value in row.items()}
