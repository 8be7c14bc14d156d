"""What the targets would take within declared limits: the section, and what the first page says of it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pandas as pd

from popmodel.feasibility.answers import Feasibility
from popmodel.report.blocks import (
    Block,
    Heading,
    Item,
    Line,
    Paragraph,
    Picture,
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
from popmodel.report.material import Material
from popmodel.wording.feasibility import (
    PLACES,
    chosen_conflicts,
    conflict_sentence,
    conflict_summary,
    give_up_sentence,
)
from popmodel.wording.feasibility_tables import (
    Sheet,
    left_out_words,
    range_sheet,
    required_heading,
    required_sentence,
    required_sheet,
)
from popmodel.wording.limits import limits_words
from popmodel.wording.messages import LANGUAGES, Pair

FIRST = 3
"""Conflicts that the first page tells."""


def answers_of(feasible: Feasibility | None) -> dict[str, pd.DataFrame]:
    """Return the tables of what targets would take by the names of their files; none where nothing was asked."""
    if feasible is None:
        return {}
    return {"attainable": feasible.ranges, "required": feasible.required, "conflicts": feasible.conflicts}


def feasible_items(feasible: Feasibility) -> tuple[Item, ...]:
    """Return what the first page says: what targets require against the best year, and what excludes what."""
    # Size and age only: who settles where is not bought by numbers, and the answers in millions say nothing to a plan.
    asked = feasible.required[(feasible.required["indicator"] != "") & ~feasible.required["indicator"].isin(PLACES)]
    names = list(dict.fromkeys(asked["target"].astype(str)))
    required = [_pair(partial(required_sentence, feasible.required, name)) for name in names]
    details = tuple(_line(pair) for pair in required if pair[0])
    items = [Item("plain", (of(_pair(partial(required_heading, feasible.required))),), details)] if details else []
    numbers = chosen_conflicts(feasible.conflicts, most=FIRST)
    told = [
        _pair(partial(conflict_sentence, feasible.conflicts, number, required=feasible.required)) for number in numbers
    ]
    tone = "bad" if told else "good"
    modelled = len(feasible.conflicts.attrs["targets"])
    summary = _pair(lambda lang: conflict_summary(feasible.conflicts, lang, modelled=modelled))
    give_up = _pair(partial(give_up_sentence, feasible.conflicts))
    details = tuple(_line(pair) for pair in (*told, give_up) if pair[0])
    return (*items, Item(tone, (of(summary),), details))


def feasible_section(material: Material, pictures: Mapping[str, Sequence[Picture]]) -> Section | None:
    """Return what is attainable, required and excluded, as charts, tables and sentences; None where none was asked."""
    feasible = material.feasible
    if feasible is None:
        return None
    main = feasible.limits[feasible.main]
    names = {lang: {main.name: getattr(main, lang) or main.name} for lang in LANGUAGES}
    ranges = _sheets(lambda lang: range_sheet(feasible.ranges, lang, names=names[lang]))
    required = _sheets(lambda lang: required_sheet(feasible.required, lang))
    numbers = list(dict.fromkeys(int(number) for number in feasible.conflicts["conflict"]))
    told = [
        _pair(partial(conflict_sentence, feasible.conflicts, number, required=feasible.required)) for number in numbers
    ]
    give_up = _pair(lambda lang: give_up_sentence(feasible.conflicts, lang))
    modelled = len(feasible.conflicts.attrs["targets"])
    summary = _pair(lambda lang: conflict_summary(feasible.conflicts, lang, modelled=modelled))
    left = _pair(lambda lang: left_out_words(feasible.ranges.attrs["not_modelled"], _indicators(material, lang), lang))
    blocks: list[Block] = [
        Heading(2, (say("feasible-report"),)),
        Paragraph((of(summary),)),
        *pictures.get("conflicts", ()),
        *(Paragraph((plain(f"{n}. "), of(pair))) for n, pair in zip(numbers, told, strict=True)),
        *([Paragraph((of(give_up),))] if give_up[0] else []),
        Heading(3, (say("feasible-report.limits"),)),
        Paragraph((say("feasible-report.limits-caption"),), "meta"),
        Paragraph((of(_pair(partial(limits_words, main.name, main))),), "meta"),
        Heading(3, (say("feasible-report.ranges"),)),
        *pictures.get("attainable", ()),
        *_table("table-attainable", ranges),
        Heading(3, (say("feasible-report.required"),)),
        *pictures.get("required", ()),
        *_table("table-required", required),
    ]
    if left[0]:
        blocks.append(Paragraph((of(left),), "meta"))
    return Section("feasible", say("feasible-report.menu"), tuple(blocks), page=True)


def _pair(speak: Callable[[str], str]) -> Pair:
    zh, en = (speak(lang) for lang in LANGUAGES)
    return zh, en


def _sheets(make: Callable[[str], Sheet]) -> tuple[Sheet, Sheet]:
    zh, en = (make(lang) for lang in LANGUAGES)
    return zh, en


def _line(words: Pair) -> Line:
    return (of(words),)


def _indicators(material: Material, lang: str) -> Mapping[str, str]:
    return dict(
        zip(material.targets["indicator"].astype(str), material.targets[f"name_{lang}"].astype(str), strict=True)
    )


def _table(name: str, sheets: tuple[Sheet, Sheet]) -> tuple[Table, Paragraph]:
    """Return a table in both languages and what must be known to read it."""
    zh, en = sheets
    head = heads(*(of(pair) for pair in zip(zh.heads, en.heads, strict=True)), numbers=range(2, len(zh.heads)))
    rows = []
    for cells in zip(zh.rows, en.rows, strict=True):
        pairs = [of(pair) for pair in zip(*cells, strict=True)]
        rows.append(Row((cell(pairs[0], head=True), cell(pairs[1]), *(cell(each, kind="n") for each in pairs[2:]))))
    caption: tuple[Piece, ...] = (of((zh.title, en.title)),)
    return Table(name, head, tuple(rows), caption), Paragraph((of((zh.caption, en.caption)),), "meta")
