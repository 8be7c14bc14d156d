"""What excludes what, in words: certainty only with named limits and a certificate, and what would lift it."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
from fluent.syntax import ast, parse, serialize

import popmodel as pm
from popmodel.wording.feasibility import (
    chosen_conflicts,
    conflict_sentence,
    conflict_summary,
    give_up_sentence,
)
from tests.feasible import MAIN, MANY, OLD, SUB, Proved, aim, conflicts, required

TABLES = Path(__file__).parents[1] / "popmodel" / "wording"
CERTAIN = re.compile(r"(?<!极)不可能|不能同时|单独也达不到|\b(?:impossible|cannot (?:be met|hold)|out of reach)\b")
NAMELESS = {"chart-attainable.none", "chart-attainable.key-missed"}
"""Beside bars and keys of limits that the chart names."""


def test_a_target_alone() -> None:
    zh, en = (conflict_sentence(conflicts(), 1, lang, required=required()) for lang in ("zh", "en"))
    assert zh.startswith("在“可比城市”限值内，老龄化率2035年目标（<26%）不可能达到：最低为26.9%。")
    assert "把各县（市、区）净迁入率限值放宽到1.24倍" in zh
    assert "自2025年起每年净迁入32.0万人方可达到，为迄今最好年份的3.2倍（增加的迁入者年龄同模型中新增的迁入者）" in zh
    assert en.startswith(
        "Within “comparable cities”, Share of residents aged 60 and over 2035 (<26%) cannot be met: the least is 26.9%."
    )
    assert "net migration rates of districts 1.24 times as wide" in en
    assert "320.0 thousand net migrants a year from 2025 on, 3.2 times the best year so far" in en


def test_two_targets() -> None:
    zh, en = (conflict_sentence(conflicts(), 2, lang) for lang in ("zh", "en"))
    assert "主中心占比2035年目标（>65%）与副中心占比2035年目标（>19%）不能同时达到" in zh
    assert "两项单独均可达到" in zh
    assert "最高为64.39%" in zh or "最高为64.38%" in zh
    assert "最高为18.47%" in zh
    assert "以各县（市、区）在中心内的比例为前提，该比例为假定" in zh
    assert "cannot hold together" in en
    assert "Each alone can be met." in en
    assert "It rests on assumed shares of districts in the centre." in en
    assert "净迁入32.0" not in zh


def test_three_targets_and_no_limit_that_suffices() -> None:
    table = conflicts([(OLD, 27.0), (MAIN, 64.0), (MANY, 99.0)], proofs=[Proved(times={})])
    zh, en = (conflict_sentence(table, 1, lang) for lang in ("zh", "en"))
    assert "去掉其中任何一项，这一组的其余目标可同时达到" in zh
    assert "单独放宽某一项限值到十倍仍不够" in zh
    assert "no limit alone suffices, not even ten times as wide" in en
    assert "Resident population 2030 (100, in 10,000 persons)" in en


def test_fragile_and_floors_are_said() -> None:
    proof = Proved(times={"city_rate": 1.006}, fragile=True, milestones=(("share_60_plus", 2035),))
    table = conflicts([(aim("share_60_plus", 2035, "rising", 26.0), 25.0), (MANY, 99.0)], proofs=[proof])
    zh, en = (conflict_sentence(table, 1, lang) for lang in ("zh", "en"))
    assert "此结论不稳：全市净迁入率限值放宽百分之一即可解除" in zh
    assert "以该目标已达到为前提" in zh
    assert "This is fragile: net migration rate of the city a hundredth wider lifts it." in en
    assert "taken as met" in en
    assert "不稳" not in conflict_sentence(conflicts(), 2, "zh")


@pytest.mark.parametrize("proofs", [[], [Proved(), Proved(margin=Fraction(0))]])
def test_nothing_is_said_without_a_certificate(proofs: list[Proved]) -> None:
    table = conflicts()
    table.attrs["certificates"] = proofs
    for speak in (lambda: conflict_sentence(table, 2, "en"), lambda: conflict_summary(table, "en", modelled=4)):
        with pytest.raises(pm.SchemaError, match="conflict [12] has no certificate"):
            speak()


def test_the_first_page_has_a_place_for_sets_and_one_for_a_target_alone() -> None:
    pair, later = [(MAIN, 64.0), (SUB, 18.0)], [(OLD, 27.0)]
    table = conflicts([(MANY, 99.0)], later, [(OLD, 27.0), (MAIN, 64.0), (MANY, 99.0)], pair, pair)
    assert chosen_conflicts(table) == [4, 5, 2]
    assert chosen_conflicts(conflicts([(MANY, 99.0)], later)) == [2, 1]
    slight = [Proved(fragile=True), Proved()]
    assert chosen_conflicts(conflicts(pair, pair, proofs=slight), most=1) == [2]


def test_a_digit_more_where_a_value_reads_like_the_target_that_it_misses() -> None:
    said = [conflict_sentence(conflicts([(OLD, best)]), 1, "en") for best in (26.04, 25.96, 27.0)]
    assert ["is 26.04%" in said[0], "is 26.0%" in said[1], "is 27.0%" in said[2]] == [True] * 3


def test_summary_and_giving_up() -> None:
    table = conflicts()
    zh, en = (conflict_summary(table, lang, modelled=20) for lang in ("zh", "en"))
    assert zh == "在“可比城市”限值内，可推算的20个目标值中，有1个单独也达不到，有1组不能同时达到。"
    assert en == (
        "Within “comparable cities”, of 20 targets that are projected, 1 is out of reach alone and 1 set cannot hold "
        "together."
    )
    none = table.iloc[:0].copy()
    none.attrs = {**table.attrs, "certificates": [], "give_up": []}
    assert "可以同时达到" in conflict_summary(none, "zh", modelled=3)
    assert give_up_sentence(none, "zh") == ""
    assert give_up_sentence(table, "en") == (
        "Within “comparable cities”, giving up 2 targets lets all the others hold: Share of residents aged 60 and over "
        "2035 (<26%) and Sub-centre's share 2035 (>19%) (1 other choice)."
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words_of_certainty_name_the_limits(lang: str) -> None:
    table = parse((TABLES / f"{lang}.ftl").read_text(encoding="utf-8"))
    said = 0
    for entry in table.body:
        if not isinstance(entry, ast.Message):
            continue
        parts = {f"{entry.id.name}.{each.id.name}": each.value for each in entry.attributes}
        parts |= {entry.id.name: entry.value} if entry.value else {}
        for name, pattern in parts.items():
            text = serialize(ast.Resource([ast.Message(ast.Identifier("x"), pattern)]))
            if CERTAIN.search(text) and name not in NAMELESS:
                said += 1
                assert "$limits" in text or "$narrow" in text or name.startswith("chart-conflicts."), name
    assert said >= 3
