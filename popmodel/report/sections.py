"""The sections on the plan: findings, scorecard, indicator by indicator."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from popmodel.report.blocks import (
    SPACE,
    Block,
    Cell,
    Group,
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
    pair,
    plain,
    say,
)
from popmodel.report.derivations import steps
from popmodel.report.feasible import feasible_items
from popmodel.report.material import Material, label_of
from popmodel.schema import convert
from popmodel.wording.card import rating_words
from popmodel.wording.effort import effort_sentence
from popmodel.wording.findings import findings
from popmodel.wording.messages import LANGUAGES, Pair, both, message
from popmodel.wording.sure import percent_words, spread_words
from popmodel.wording.view import (
    Entry,
    Milestone,
    Row as Line_,
    base_of,
    entries,
    figure,
    is_missing,
    next_milestone,
    target_text,
    unit_text,
)

Pictures = Mapping[str, Sequence[Picture]]
"""Kind of chart → the charts of it."""
ENGLISH_SPACE = Piece("", " ")
"""Parts a sentence from the one before, which Chinese does not."""


def findings_section(material: Material, pictures: Pictures) -> Section:
    """Return the findings, and how ratings moved."""
    found = findings(material.card, material.projected, scenarios=material.scenarios)
    items = [
        Item(each.tone, (Piece(each.zh, each.en),), tuple((of(detail),) for detail in each.details)) for each in found
    ]
    history = _history(material)
    head = Heading(2, (say("report-findings"),))
    return Section(
        "findings", say("report-findings"), (head, *items, *_wanted(material), *history, *pictures.get("slope", ()))
    )


def _wanted(material: Material) -> tuple[Item, ...]:
    """Return what the targets take: within declared limits where there are any, else by one number a year."""
    return _efforts(material) if material.feasible is None else feasible_items(material.feasible)


def _efforts(material: Material) -> tuple[Item, ...]:
    """Return what the targets take that the reference misses and a number of migrants would meet."""
    table = material.effort
    if table is None:
        return ()
    rows = table[(table["status"] == "found") & table["net_migration"].notna()]
    year = int(table.attrs["first_open_year"])
    said = (
        (effort_sentence(row, "zh", year=year), effort_sentence(row, "en", year=year)) for _, row in rows.iterrows()
    )
    details = tuple((of(words),) for words in said)
    return (Item("plain", (say("finding-effort"),), details),) if details else ()


def _history(material: Material) -> tuple[Heading, Table] | tuple[()]:
    """Return how the ratings for the next milestone moved; nothing without at least two evaluations."""
    table = material.history
    if table is None:
        return ()
    years = sorted(int(str(name).removeprefix("rating_")) for name in table.columns if str(name).startswith("rating_"))
    goal = next_milestone(material.card)
    here = table[(table["scenario"] == table["scenario"].iloc[0]) & (table["target_year"] == goal)]
    rows = []
    for row in here.to_dict("records"):
        codes = [str(row[f"rating_{year}"]) for year in years]
        if any(code != "not_assessable" for code in codes):
            number = () if is_missing(row["number"]) else (plain(int(row["number"])), SPACE)
            name = cell(*number, of((str(row["name_zh"]), str(row["name_en"]))), head=True)
            rows.append(Row((name, *(cell(_rated(code)) for code in codes))))
    if not rows or len(years) < 2:
        return ()
    head = heads(say("report-indicator"), *map(plain, years))
    return (
        Heading(3, (say("report-findings.history", year=goal),)),
        Table("table-ratings", head, tuple(rows), (say("report-findings.history-caption"),)),
    )


def _rated(code: str) -> Piece:
    zh, en = rating_words(code)
    return Piece(zh, en, "pill", code)


def scorecard_section(material: Material, pictures: Pictures) -> Section:
    """Return the scorecard as a chart and as a table."""
    heatmaps = pictures.get("heatmap", ())
    blocks: list[Block] = [
        Heading(2, (say("report-scorecard"),)),
        Group("tall", tuple(pictures.get("scorecard", ()))),
        *((Heading(3, (say("report-scorecard.scenarios"),), across=True),) if heatmaps else ()),
        *heatmaps,
        Heading(3, (say("report-scorecard.table"),), across=True),
        _scorecard(material),
    ]
    return Section("scorecard", say("report-scorecard"), tuple(blocks), page=True)


def _scorecard(material: Material) -> Table:
    years = sorted({int(year) for year in material.card["target_year"]})
    words = [
        say(f"report-{name}")
        for name in ("number", "indicator", "scorecard.base", "scorecard.latest", "scorecard.evidence")
    ]
    rows = []
    for entry in entries(material.card):
        first = (entry.at(next_milestone(material.card)) or entry.milestones[-1]).first
        base = base_of(first, material.targets)
        value = None if is_missing(first["value"]) else figure(first["value"], None)
        star = "*" if str(first["value_status"]) == "projected" else ""
        cells = [
            cell(plain("" if entry.number is None else entry.number), kind="n"),
            cell(_named(entry, link=_anchor(entry, material)), *_unit(entry), head=True),
            _dated(base, first["base_year"]),
            _dated(None if value is None else value + star, first["value_year"]),
            cell(of(both(f"evidence-{first['evidence']}"))),
        ]
        rows.append(Row((*cells, *(_aim(entry.at(year), material) for year in years))))
    head = heads(*words, *map(plain, years), numbers=(0, 2, 3))
    return Table("table-scorecard", head, tuple(rows), (say("report-scorecard.caption"),))


def _named(entry: Entry, link: str = "") -> Piece:
    return Piece(entry.name("zh"), entry.name("en"), link=link)


def _unit(entry: Entry) -> Line:
    unit = unit_text(entry.unit, "zh"), unit_text(entry.unit, "en")
    return (SPACE, of(unit, "dim")) if any(unit) else ()


def _anchor(entry: Entry, material: Material) -> str:
    return entry.indicator if len(_versions(entry, material)) == 1 else f"{entry.indicator}-{entry.version}"


def _versions(entry: Entry, material: Material) -> list[str]:
    return [str(each) for each in material.card.loc[material.card["indicator"] == entry.indicator, "version"].unique()]


def _dated(figure_: str | None, year: Any) -> Cell:
    if figure_ is None:
        return cell(plain("–"), kind="n")
    return Cell(((plain(figure_),), (plain("" if is_missing(year) else int(year), "dim"),)), "n")


def _aim(milestone: Milestone | None, material: Material) -> Cell:
    """Return the cell of a milestone: target and rating, below them what each scenario projects."""
    if milestone is None:
        return Cell(((),), "aim")
    first = (_goal(milestone.first), SPACE, _rating(milestone.first))
    lines = [
        (met, SPACE, plain(value, "value"), SPACE, of(label_of(material, name)))
        for name, value, met in _projected(milestone)
    ]
    code = str(milestone.first["outlook"])
    outlook = () if code == "not_modelled" else ((say("report-scorecard.outlook"), of(both(f"outlook-{code}"))),)
    sure = _sure(milestone.first)
    likely = () if sure is None else ((of(sure),),)
    return Cell((first, *lines, *outlook, *likely), "aim")


def _sure(row: Line_) -> Pair | None:
    """Return the probability of a target with its range, as printed; nothing without one."""
    if "probability_code" not in row or is_missing(row["probability"]):
        return None
    draws = int(row["probability_draws"])
    share = percent_words(float(row["probability"]), draws)
    ends = float(row["probability_lowest"]), float(row["probability_highest"])
    zh, en = (message(x, "report-sure.cell", share=share, spread=spread_words(*ends, draws, x)) for x in LANGUAGES)
    return zh, en


def _goal(row: Line_) -> Piece:
    zh, en = (target_text(str(row["target_text"]), row, lang) for lang in LANGUAGES)
    return Piece(zh, en, "goal")


def _rating(row: Line_) -> Piece:
    return Piece(str(row["rating_zh"]), str(row["rating_en"]), "pill", str(row["rating"]))


def _projected(milestone: Milestone) -> Iterator[tuple[str, str, Piece]]:
    """Yield each scenario with what it projects and whether that meets the target."""
    for name, row in milestone.rows.items():
        if is_missing(row["projected"]):
            continue
        met = plain("–", "dim")
        if not is_missing(row["projected_met"]):
            look, sign = ("yes", "✓") if row["projected_met"] else ("no", "✗")
            met = Piece(sign, sign, look, told=both(f"report-verdict.{look}"))
        yield name, figure(row["projected"], row["decimals"]), met


def indicators_section(material: Material, pictures: Pictures, publications: Mapping[str, int]) -> Section:
    """Return a chart and the working of each indicator."""
    tracking = {picture.subject: picture for picture in pictures.get("tracking", ())}
    articles = [_article(entry, material, tracking, publications) for entry in entries(material.card)]
    head = Heading(2, (say("report-indicators"),))
    return Section("indicators", say("report-indicators.menu"), (head, *articles), page=True)


def _article(
    entry: Entry, material: Material, tracking: Mapping[str, Picture], publications: Mapping[str, int]
) -> Group:
    number = () if entry.number is None else (plain(entry.number), SPACE)
    groups = tuple(Group("group", tuple(_explained(group, material))) for group in _groups(entry))
    # One chart an indicator: beside the last version of its targets.
    last = entry.version == _versions(entry, material)[-1]
    chart = (tracking[entry.indicator],) if last and entry.indicator in tracking else ()
    blocks = (
        Heading(3, (*number, _named(entry), *_unit(entry))),
        Group("pair", (*chart, Group("notes", groups))),
        Paragraph((*_observed(entry, material, publications), *_definition(entry, material)), "meta"),
    )
    return Group("article", blocks, _anchor(entry, material))


class _Aim(NamedTuple):
    milestone: Milestone
    reason: Piece
    steps: tuple[list[str], list[str]]


def _groups(entry: Entry) -> list[list[_Aim]]:
    """Put milestones together that are explained by the same sentence and have no working of their own."""
    aims = []
    for milestone in entry.milestones:
        row = milestone.first
        working = steps(row, lang="zh"), steps(row, lang="en")
        aims.append(_Aim(milestone, Piece(str(row["reason_zh"]), str(row["reason_en"])), working))
    marks = [aim.milestone.year if aim.steps[0] else aim.reason for aim in aims]
    together = groupby(zip(marks, aims, strict=True), key=lambda each: each[0])
    return [[aim for _, aim in group] for _, group in together]


def _explained(group: Sequence[_Aim], material: Material) -> Iterator[Heading | Paragraph]:
    for aim in group:
        row = aim.milestone.first
        scenarios = [
            Piece(parts=(met, SPACE, of(label_of(material, name)), SPACE, plain(value)))
            for name, value, met in _projected(aim.milestone)
        ]
        apart = [part for piece in scenarios for part in (SPACE, piece)]
        yield Heading(4, (plain(aim.milestone.year), SPACE, _goal(row), SPACE, _rating(row), *apart))
    last = group[-1]
    yield Paragraph((last.reason,))
    if last.steps[0]:
        row = last.milestone.first
        lines = [
            [*working, *filter(None, [str(row[f"robustness_{lang}"])])]
            for working, lang in zip(last.steps, LANGUAGES, strict=True)
        ]
        zh, en = (joiner.join(line) for joiner, line in zip(both("report-joiner"), lines, strict=True))
        yield Paragraph((Piece(zh, en),), "work")


def _observed(entry: Entry, material: Material, publications: Mapping[str, int]) -> Iterator[Piece]:
    """Yield what was observed: year, value in the target's unit, status, confidence, number of the publication."""
    area = str(material.projected["area"].to_numpy()[0])
    table = material.observed
    here = table[(table["indicator"] == entry.indicator) & (table["area"].astype(str) == area)].sort_values("year")
    if here.empty:
        yield say("report-indicators.nothing")
        return
    yield from (say("report-indicators.observed"), ENGLISH_SPACE)
    for place, row in enumerate(here.to_dict("records")):
        value = float(convert(float(row["value"]), str(row["unit"]), entry.unit, what=entry.indicator))
        digits = int(row["decimals"]) if row["unit"] == entry.unit else None
        text = figure(value, digits, most=digits if digits is not None else 2)
        yield from (say("report-joiner"),) if place else ()
        yield plain(f"{int(row['year'])} {text} ")
        if row["status"] != "source":
            yield from (say(f"report-indicators.{row['status']}"), SPACE)
        if row.get("confidence") in ("medium", "low"):
            yield from (say(f"confidence-{row['confidence']}"), SPACE)
        number = publications[str(row["publication"])]
        yield plain(f"[{number}]", link=f"p{number}")


def _definition(entry: Entry, material: Material) -> Line:
    """Return what is measured, which the catalogue says in English only."""
    projected = material.projected
    said = str(projected[entry.indicator].attrs.get("definition", "")) if entry.indicator in projected else ""
    return (Piece("", f" {pair('report-indicators.definition')[1]} {said}"),) if said else ()
