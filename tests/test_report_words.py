"""The words of the whole report: one language a page, words and no codes, no certainty without a proof."""

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from popmodel.wording.messages import message

SENTENCE = re.compile(r"[A-Za-z][A-Za-z'’-]*(?:[ ,]+[A-Za-z][A-Za-z'’-]*){3,}")
CHINESE = re.compile(r"[\u3400-\u9fff]")
CODE = re.compile(r"[{}]|\b(?:nan|NaN|None)\b|\b[a-z]+_[a-z_]+\b|[，。；：、]{2}|\.\.(?!\.)|;;|\btrend\b")
FILES = re.compile(r"[\w./-]+\.(?:csv|xlsx|toml|json|html|docx|md)\b|popmodel evaluate\b.*")
CERTAIN = re.compile(r"不可能|不能同时|不能达到|可以实现|\b(?:impossible|cannot|never)\b")
BLOCKS = ("h1", "h2", "h3", "h4", "p", "li", "td", "th", "caption", "figcaption")


def _load() -> Any:
    spec = importlib.util.spec_from_file_location("pagetree_words", Path(__file__).with_name("pagetree.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pagetree_words"] = module  # its named tuples look there for their own annotations
    spec.loader.exec_module(module)
    return module


tree_of = _load().tree_of


def _text(element: Any) -> str:
    return "".join(child if isinstance(child, str) else _text(child) for child in element.children)


@pytest.fixture(scope="module")
def named(parts: dict[str, Any]) -> list[str]:
    """What stands as it was published: titles, the plan's targets and its name; the longest first."""
    names = {str(name) for name in parts["observed"]["publication"]}
    names |= {str(name) for column in ("source", "text", "target_text") if column in parts["targets"]
              for name in parts["targets"][column]}  # fmt: skip
    return sorted((name for name in names if CHINESE.search(name) or SENTENCE.search(name)), key=len, reverse=True)


def lines(report: Path, lang: str, named: list[str]) -> list[str]:
    """Return what the page says in one language, without names, files and the inputs of the run."""
    body = tree_of((report / "report.html").read_text(encoding="utf-8"), lang)
    out = []
    for block in body.find(*BLOCKS):
        text = " ".join(_text(block).split())
        for name in named:
            text = text.replace(" ".join(name.split()), "")
        out.append(FILES.sub("", text))
    assert len(out) > 300
    return out


def test_the_chinese_page_holds_no_english_sentence(report: Path, named: list[str]) -> None:
    assert not [line for line in lines(report, "zh", named) if SENTENCE.search(line)]


def test_the_english_page_holds_no_chinese(report: Path, named: list[str]) -> None:
    assert not [line for line in lines(report, "en", named) if CHINESE.search(line)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_words_and_no_codes(report: Path, named: list[str], lang: str) -> None:
    inputs = {"text_targets", "indicator_errors"}  # keys of city.toml, in the table of inputs
    found = [line for line in lines(report, lang, named) if line not in inputs]
    assert not [line for line in found if CODE.search(line)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_said_to_be_out_of_reach(report: Path, named: list[str], lang: str) -> None:
    """Scenarios are no proof: that takes named limits and a certificate."""
    limits = "可比城市" if lang == "zh" else "comparable cities"
    assert not [line for line in lines(report, lang, named) if CERTAIN.search(line) and limits not in line]


@pytest.mark.parametrize(("lang", "words"), [
    ("zh", ("依据（评什么，不评什么）", "前景", "回溯检验", "一次检验只是一个误差，不是概率", "推算不是预测",
            "所需净迁入", "不是上限")),
    ("en", ("Evidence: what is rated, and what is not", "Outlook", "back-tests",
            "one test is one error and no probability", "no forecast", "Net migration needed", "no limit")),
])  # fmt: skip
def test_the_method_explains_evidence_outlook_and_effort(
    report: Path, named: list[str], lang: str, words: tuple[str, ...]
) -> None:
    said = " ".join(lines(report, lang, named))
    assert [word for word in words if word not in said] == []


def test_one_year_is_no_run_of_years() -> None:
    told = {
        "scenario": "甲",
        "first": "2025",
        "year": "2025",
        "years": "one",
        "each": "1",
        "stock": "2",
        "then": "此后",
    }
    assert message("zh", "solved-net_migration", told).startswith("甲：2025年须净迁入1万人")
    assert "thousand net migrants in 2025 bring" in message("en", "solved-net_migration", told)
