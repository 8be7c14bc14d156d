"""The findings, said plainly: which targets hold, which fail under which scenario, and what nobody can tell yet."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd
import xarray as xr

from popmodel.indicators.catalogue import CATALOGUE
from popmodel.scenario import PLAN_BASIS, Scenario, Solve
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
    details: tuple[tuple[str, str], ...] = ()


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
    out = [_position(card, rows, projected)]
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
    for scenario in scenarios or ():
        for driver, indicator in (
            ("net_migration", "resident_population"),
            ("registered_net_entries", "registered_population"),
        ):
            value = getattr(scenario, driver)
            if isinstance(value, Solve):
                out.add((scenario.name, indicator, value.year))
    return out


def _position(card: pd.DataFrame, rows: list[Entry], projected: xr.Dataset) -> Finding:
    year, milestone = int(card["year"].iloc[0]), next_milestone(card)
    firsts = [aim.first for entry in rows if (aim := entry.at(milestone)) is not None]
    zh = [f"{label}{count}项" for label, count in _count(firsts, "zh")]
    en = [f"{count} {label}" for label, count in _count(firsts, "en")]
    tail_zh = tail_en = ""
    guessed = sum(str(row["value_status"]) == "projected" and str(row["rating"]) != "not_assessable" for row in firsts)
    if guessed:
        name = str(card["scenario"].iloc[0])
        zh_name, en_name = (scenario_labels(projected, lang).get(name, name) for lang in ("zh", "en"))
        tail_zh = f"其中{guessed}项尚无观测值，依据“{zh_name}”的推算值评定。"
        tail_en = f" {guessed} of them rest on the projection “{en_name}”, not on an observation."
    return Finding(
        "plain",
        f"{year}年评估：对照{milestone}年的{len(firsts)}项目标，" + "、".join(zh) + "。" + tail_zh,
        f"Evaluation of {year}: of the {len(firsts)} targets for {milestone}, " + ", ".join(en) + "." + tail_en,
    )


def _count(rows: list[Row], lang: str) -> list[tuple[str, int]]:
    """Count ratings, best first."""
    order = ["met", "ahead", "on_track", "nearly", "behind", "moving_away", "not_met", "not_assessable"]
    counts: dict[str, int] = {}
    words: dict[str, str] = {}
    for row in rows:
        code = str(row["rating"])
        counts[code] = counts.get(code, 0) + 1
        words[code] = str(row[f"rating_{lang}"])
    return [(words[code], counts[code]) for code in sorted(counts, key=lambda c: order.index(c) if c in order else 99)]


def _failing(card: pd.DataFrame, rows: list[Entry], projected: xr.Dataset, name: str, *, own: bool) -> list[Finding]:
    zh_name, en_name = (scenario_labels(projected, lang)[name] for lang in ("zh", "en"))
    told, wrong = 0, []
    for entry in rows:
        verdicts = [(aim, aim.rows[name]) for aim in entry.milestones if name in aim.rows]
        verdicts = [(aim, row) for aim, row in verdicts if not is_missing(row["projected_met"])]
        told += len(verdicts)
        missed = [(aim, row) for aim, row in verdicts if not bool(row["projected_met"])]
        if missed:
            wrong.append((entry, missed))
    if not wrong:
        zh = f"“{zh_name}”下，可推算的{told}个目标值全部实现。"
        return (
            [Finding("good", zh, f"Under “{en_name}” all {told} targets that can be projected hold.")] if told else []
        )
    lines = {entry.indicator: (_list(entry, missed, "zh"), _list(entry, missed, "en")) for entry, missed in wrong}
    count = sum(len(missed) for _, missed in wrong)
    zh = f"“{zh_name}”下，可推算的{told}个目标值中有{count}个不能实现，涉及{len(wrong)}项指标"
    en = f"Under “{en_name}” {count} of the {told} targets that can be projected fail, of {len(wrong)} indicators"
    broken = tuple(line for indicator, line in lines.items() if indicator not in _PLACED)
    if not own or not broken:
        return [Finding("bad", zh + "：", en + ":", tuple(lines.values()))]
    placed = tuple(line for indicator, line in lines.items() if indicator in _PLACED)
    out = [
        Finding(
            "bad",
            f"规划的假设与自身目标相矛盾：按规划自己的生育、寿命和人口总量（“{zh_name}”），年龄结构等目标仍不能实现：",
            "The plan's assumptions break its own targets: with its own fertility, life expectancy and total "
            f"(“{en_name}”) these still fail:",
            broken,
        )
    ]
    if placed:
        out.append(
            Finding(
                "bad",
                f"“{zh_name}”下，若人口在市内的分布沿近年趋势变化，空间布局目标不能实现：",
                f"Under “{en_name}”, if the distribution within the city goes on as of late, these fail:",
                placed,
            )
        )
    return out


_PLACES = ("central_city", "centre_share", "urban_share")
_PLACED = frozenset(
    indicator.id for indicator in CATALOGUE if any(need.split(":")[0] in _PLACES for need in indicator.needs)
)
"""Indicators that rest on where people live within the city, which no assumption of a plan's totals decides."""


def _list(entry: Entry, wrong: Iterable[tuple[Milestone, Row]], lang: str) -> str:
    parts = []
    for aim, row in wrong:
        value = with_unit(figure(row["projected"], row["decimals"]), entry.unit, lang)
        goal = target_text(aim.text, row, lang)
        parts.append(f"{aim.year}年{value}（目标{goal}）" if lang == "zh" else f"{value} in {aim.year} (target {goal})")
    joint = ("：", "，") if lang == "zh" else (": ", ", ")
    return name_with_unit(entry, lang) + joint[0] + joint[1].join(parts)


def _holding(
    card: pd.DataFrame, rows: list[Entry], projected: xr.Dataset, given: set[tuple[str, str, int | None]]
) -> list[Finding]:
    kept: list[tuple[str, str]] = []
    assumed: list[tuple[str, str]] = []
    for entry in rows:
        years: dict[bool, list[str]] = {True: [], False: []}
        for aim in entry.milestones:
            if not all(
                not is_missing(row["projected_met"]) and bool(row["projected_met"]) for row in aim.rows.values()
            ):
                continue
            free = [
                name for name in aim.rows
                if (name, entry.indicator, None) not in given and (name, entry.indicator, aim.year) not in given
            ]  # fmt: skip
            years[bool(free)].append(str(aim.year))
        for result, lines in ((True, kept), (False, assumed)):
            if years[result]:
                lines.append(
                    (
                        f"{entry.name('zh', short=True)}（{'、'.join(years[result])}年）",
                        f"{entry.name('en', short=True)} ({', '.join(years[result])})",
                    )
                )
    several = len(card["scenario"].unique()) > 1
    out = []
    if kept:
        out.append(
            Finding(
                "good",
                ("各情景下都能实现：" if several else "可以实现：") + "、".join(zh for zh, _ in kept) + "。",
                ("Hold in every scenario: " if several else "Hold: ") + "; ".join(en for _, en in kept) + ".",
            )
        )
    if assumed:
        out.append(
            Finding(
                "plain",
                "由情景直接假设或反推得出、不能作为判断依据的：" + "、".join(zh for zh, _ in assumed) + "。",
                "Met because the scenarios assume or were solved for it, so no evidence: "
                + "; ".join(en for _, en in assumed)
                + ".",
            )
        )
    return out


def _late(card: pd.DataFrame, rows: list[Entry]) -> list[Finding]:
    """What has been observed to go too slowly, with the change needed and the change seen."""
    details = []
    for entry in rows:
        aim = entry.at(next_milestone(card))
        if aim is None:
            continue
        row = aim.first
        slow = str(row["rating"]) in ("behind", "moving_away", "nearly") and str(row["value_status"]) != "projected"
        if not slow or is_missing(row["needed_per_year"]) or is_missing(row["seen_per_year"]):
            continue
        pair = [
            [change_with_unit(figure(abs(row[column]), 2), entry.unit, lang) for column in _SPEEDS]
            for lang in ("zh", "en")
        ]
        up, rose = float(row["needed_per_year"]) >= 0, float(row["seen_per_year"]) >= 0
        details.append(
            (
                f"{entry.name('zh', short=True)}：到{aim.year}年每年需{'增加' if up else '减少'}{pair[0][0]}，"
                f"此前年均{'增加' if rose else '减少'}{pair[0][1]}",
                f"{name_with_unit(entry, 'en')}: {'+' if up else '−'}{pair[1][0]} a year needed to {aim.year}, "
                f"{'+' if rose else '−'}{pair[1][1]} a year seen",
            )
        )
    if not details:
        return []
    return [
        Finding("bad", "按已公布数据，进度落后于规划要求：", "Behind the plan on published figures:", tuple(details))
    ]


_SPEEDS = ("needed_per_year", "seen_per_year")


def _unknown(card: pd.DataFrame, rows: list[Entry]) -> list[Finding]:
    milestone = next_milestone(card)
    names = [
        (entry.name("zh", short=True), entry.name("en", short=True))
        for entry in rows
        if (aim := entry.at(milestone)) is not None and str(aim.first["rating"]) == "not_assessable"
    ]
    if not names:
        return []
    return [
        Finding(
            "plain",
            f"{len(names)}项尚无法评估（缺少已公布的数据，不作推测）：" + "、".join(zh for zh, _ in names) + "。",
            f"{len(names)} cannot be assessed (published figures are lacking; nothing is guessed): "
            + "; ".join(en for _, en in names)
            + ".",
        )
    ]
