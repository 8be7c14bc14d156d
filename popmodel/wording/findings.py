"""The findings, said plainly: which targets hold, which fail under which scenario, and what nobody can tell yet."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import xarray as xr

from popmodel.indicators.catalogue import CATALOGUE
from popmodel.scenario import PLAN_BASIS, Scenario
from popmodel.scenario.solved import solved_for
from popmodel.scoring.evidence import RATED
from popmodel.wording.card import rating_words
from popmodel.wording.messages import LANGUAGES, Pair, both, message
from popmodel.wording.view import (
    Entry,
    Milestone,
    Row,
    change_with_unit,
    entries,
    figure,
    is_missing,
    name_with_unit,
    next_milestone,
    scenario_labels,
    target_text,
    with_unit,
)


class Finding(NamedTuple):
    """One finding: `tone` is good, bad or plain; the details are sentences in Chinese and in English."""

    tone: str
    zh: str
    en: str
    details: tuple[Pair, ...] = ()


def findings(
    card: pd.DataFrame, projected: xr.Dataset, *, scenarios: Sequence[Scenario] | None = None
) -> list[Finding]:
    """State what a scorecard says, most important first.

    Parameters
    ----------
    card : pandas.DataFrame
        As `score` returns it.
    projected : xarray.Dataset
        As `measure` returns it; `total_fertility_basis` tells which scenario rests on the plan's own assumptions.
    scenarios : sequence of Scenario, optional
        Used to tell what a scenario reaches because it was solved for.

    Returns
    -------
    list of Finding
    """
    rows = entries(card)
    out = [_position(card, rows)]
    own = _own(projected)
    given = _given(projected, scenarios)
    for name in sorted(_labels(card, projected, "zh"), key=lambda scenario: scenario not in own):
        out += _failing(card, rows, projected, name, own=name in own)
    out += _holding(card, rows, projected, given)
    out += _late(card, rows)
    out += _unknown(card, rows)
    return out


def _labels(card: pd.DataFrame, projected: xr.Dataset, lang: str) -> dict[str, str]:
    known = set(card["scenario"])
    return {name: label for name, label in scenario_labels(projected, lang).items() if name in known}


def _own(projected: xr.Dataset) -> set[str]:
    """Scenarios that rest on the plan's own assumptions."""
    if "total_fertility_basis" not in projected.coords:
        return set()
    basis = projected["total_fertility_basis"]
    return {str(name) for name in basis["scenario"].to_numpy() if str(basis.sel(scenario=name).item()) == PLAN_BASIS}


def _given(projected: xr.Dataset, scenarios: Sequence[Scenario] | None) -> set[tuple[str, str, int | None]]:
    """What a projection assumes (scenario, indicator, any year) or was solved for (scenario, indicator, year)."""
    assumed = [str(name) for name in projected.data_vars if projected[name].attrs.get("assumption")]
    out: set[tuple[str, str, int | None]] = {
        (str(name), indicator, None) for name in projected["scenario"].to_numpy() for indicator in assumed
    }
    solved = solved_for(scenarios or ())
    out |= set(zip(solved["scenario"], solved["indicator"], solved["year"].tolist(), strict=True))
    return out


def _finding(tone: str, key: str, arguments: dict[str, object] | None = None, details: Sequence[Pair] = ()) -> Finding:
    return Finding(tone, *both(key, arguments or {}), tuple(details))


def _named(tone: str, key: str, names: Sequence[Pair], **more: object) -> Finding:
    """Return a finding that lists names."""
    texts = {
        lang: message(lang, key, {**more, "names": message(lang, "sentence-list").join(pair[place] for pair in names)})
        for place, lang in enumerate(LANGUAGES)
    }
    return Finding(tone, texts["zh"], texts["en"])


def _position(card: pd.DataFrame, rows: list[Entry]) -> Finding:
    """Count the ratings for the next milestone, all of which rest on published figures."""
    year, milestone = int(card["year"].iloc[0]), next_milestone(card)
    firsts = [found.first for entry in rows if (found := entry.at(milestone)) is not None]
    rated = [row for row in firsts if str(row["evidence"]) in RATED and str(row["rating"]) not in _UNRATED]
    texts = []
    for lang in LANGUAGES:
        counted = [message(lang, "finding-position-count", word=w, count=n) for w, n in _count(rated, lang)]
        texts.append(
            message(
                lang,
                "finding-position",
                year=str(year),
                milestone=str(milestone),
                count=len(firsts),
                rated=len(rated),
                ratings=message(lang, "phrase-joiner").join(counted),
            )
        )
    return Finding("plain", texts[0], texts[1])


_UNRATED = ("not_assessable", "not_available", "none")
_ORDER = ("met", "ahead", "on_track", "nearly", "behind", "moving_away", "not_met", "not_assessable")


def _count(rows: list[Row], lang: str) -> list[tuple[str, int]]:
    """Count ratings, best first."""
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (str(row["rating"]), str(row["method"]))
        counts[key] = counts.get(key, 0) + 1
    ranked = sorted(counts, key=lambda key: _ORDER.index(key[0]) if key[0] in _ORDER else len(_ORDER))
    return [(rating_words(*key)[lang == "en"], counts[key]) for key in ranked]


class _Failing(NamedTuple):
    """What fails in one scenario: targets projected, those of them that are open, the missed ones of each indicator."""

    told: int
    open: int
    missed: list[tuple[Entry, list[tuple[Milestone, Row]]]]


def _missed(rows: list[Entry], name: str) -> _Failing:
    told, unsure, wrong = 0, 0, []
    for entry in rows:
        here = [(at, at.rows[name]) for at in entry.milestones if name in at.rows]
        codes = [str(row["outlook_scenario"]) for _, row in here]
        told += sum(code in ("will_hold", "open", "will_fail") for code in codes)
        unsure += codes.count("open")
        missed = [pair for pair, code in zip(here, codes, strict=True) if code == "will_fail"]
        if missed:
            wrong.append((entry, missed))
    return _Failing(told, unsure, wrong)


def _failing(card: pd.DataFrame, rows: list[Entry], projected: xr.Dataset, name: str, *, own: bool) -> list[Finding]:
    told, unsure, wrong = _missed(rows, name)
    labels = {lang: scenario_labels(projected, lang)[name] for lang in LANGUAGES}
    count = sum(len(missed) for _, missed in wrong)
    said: dict[str, object] = {"told": told, "failing": count, "indicators": len(wrong), "open": unsure}
    if not wrong:
        return [_under("good", "finding-all-hold", labels, {"told": told, "open": unsure})] if told else []
    lines = {entry.indicator: _list(entry, missed) for entry, missed in wrong}
    broken = [line for indicator, line in lines.items() if indicator not in _PLACED]
    if not own or not broken:
        return [_under("bad", "finding-fail", labels, said, list(lines.values()))]
    placed = [line for indicator, line in lines.items() if indicator in _PLACED]
    out = [_under("bad", "finding-own-fail", labels, {}, broken)]
    return [*out, _under("bad", "finding-placed-fail", labels, {}, placed)] if placed else out


def _under(
    tone: str, key: str, labels: dict[str, str], said: dict[str, object], details: Sequence[Pair] = ()
) -> Finding:
    """Return a finding on one scenario."""
    zh, en = (message(lang, key, {**said, "scenario": labels[lang]}) for lang in LANGUAGES)
    return Finding(tone, zh, en, tuple(details))


_PLACES = ("central_city", "centre_share", "urban_share")
_PLACED = frozenset(
    indicator.id for indicator in CATALOGUE if any(need.split(":")[0] in _PLACES for need in indicator.needs)
)
"""Indicators that rest on where people live within the city, which no assumption of a plan's totals decides."""


def _list(entry: Entry, wrong: Sequence[tuple[Milestone, Row]]) -> Pair:
    texts = []
    for lang in LANGUAGES:
        parts = [
            message(
                lang,
                "finding-failing-value",
                year=str(at.year),
                value=with_unit(figure(row["projected"], row["decimals"]), entry.unit, lang),
                target=target_text(at.text, row, lang),
            )
            for at, row in wrong
        ]
        values = message(lang, "detail-joiner").join(parts)
        texts.append(message(lang, "finding-failing", name=name_with_unit(entry, lang), values=values))
    return texts[0], texts[1]


def _holding(
    card: pd.DataFrame, rows: list[Entry], projected: xr.Dataset, given: set[tuple[str, str, int | None]]
) -> list[Finding]:
    kept: list[Pair] = []
    assumed: list[Pair] = []
    for entry in rows:
        years = _held(entry, given)
        for free, lines in ((True, kept), (False, assumed)):
            if years[free]:
                lines.append(_with_years(entry, years[free]))
    out = []
    if kept:
        several = len(card["scenario"].unique()) > 1
        out.append(_named("good", "finding-hold-all" if several else "finding-hold-one", kept))
    if assumed:
        out.append(_named("plain", "finding-given", assumed))
    return out


def _held(entry: Entry, given: set[tuple[str, str, int | None]]) -> dict[bool, list[str]]:
    """Return the milestones that hold in every scenario: as a result of one at least, or in all as its input."""
    years: dict[bool, list[str]] = {True: [], False: []}
    for at in entry.milestones:
        if any(is_missing(row["projected_met"]) or not bool(row["projected_met"]) for row in at.rows.values()):
            continue
        if str(at.first["outlook"]) not in ("will_hold", "assumed"):
            continue
        free = [
            name for name in at.rows
            if (name, entry.indicator, None) not in given and (name, entry.indicator, at.year) not in given
        ]  # fmt: skip
        years[bool(free)].append(str(at.year))
    return years


def _with_years(entry: Entry, years: Sequence[str]) -> Pair:
    zh, en = (
        message(
            lang,
            "finding-name-years",
            name=entry.name(lang, short=True),
            years=message(lang, "list-joiner").join(years),
        )
        for lang in LANGUAGES
    )
    return zh, en


def _late(card: pd.DataFrame, rows: list[Entry]) -> list[Finding]:
    """What has been observed to go too slowly, with the change needed and the change observed."""
    milestone = next_milestone(card)
    found = [(entry, at) for entry in rows if (at := entry.at(milestone)) is not None and _is_late(at.first)]
    return [_finding("bad", "finding-late", {}, [_speeds(*each) for each in found])] if found else []


def _is_late(row: Row) -> bool:
    slow = str(row["rating"]) in ("behind", "moving_away", "nearly") and str(row["evidence"]) in RATED
    return slow and not is_missing(row["needed_per_year"]) and not is_missing(row["observed_per_year"])


def _speeds(entry: Entry, at: Milestone) -> Pair:
    row, texts = at.first, []
    for lang in LANGUAGES:
        need, observed = (
            change_with_unit(figure(abs(row[column]), 2), entry.unit, lang)
            for column in ("needed_per_year", "observed_per_year")
        )
        name = entry.name(lang, short=True) if lang == "zh" else name_with_unit(entry, lang)
        texts.append(
            message(
                lang,
                "finding-late-line",
                name=name,
                year=str(at.year),
                need_up="yes" if float(row["needed_per_year"]) >= 0 else "no",
                need=need,
                up="yes" if float(row["observed_per_year"]) >= 0 else "no",
                observed=observed,
            )
        )
    return texts[0], texts[1]


def _unknown(card: pd.DataFrame, rows: list[Entry]) -> list[Finding]:
    milestone = next_milestone(card)
    names = [
        (entry.name("zh", short=True), entry.name("en", short=True))
        for entry in rows
        if (at := entry.at(milestone)) is not None and str(at.first["rating"]) == "not_assessable"
    ]
    return [_named("plain", "finding-unknown", names, count=len(names))] if names else []
