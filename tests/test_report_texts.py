"""The report's section on the targets of the plan's text, and its index by department."""

import datetime
import re
from typing import Any

import pytest

import popmodel as pm
from popmodel.files.departments import read_departments
from popmodel.report.blocks import Section, Table
from popmodel.report.material import Material
from popmodel.report.texts import named_in_english, texts_section
from popmodel.wording.targets import target_text

CHINESE = re.compile(r"[\u2e80-\u9fff]")


def material(evaluation: pm.Evaluation, **change: Any) -> Material:
    names = named_in_english(read_departments(evaluation.record["files"]["departments"]))
    given = Material(
        evaluation.ratings, evaluation.targets, evaluation.observed, evaluation.values, None, evaluation.scenarios, {},
        {}, evaluation.year, datetime.date(2025, 3, 1), "zh", evaluation.text_ratings, names,
    )  # fmt: skip
    return given._replace(**change)


@pytest.fixture(scope="module")
def evaluation() -> pm.Evaluation:
    return pm.evaluate(year=2024, history=False)


@pytest.fixture(scope="module")
def section(evaluation: pm.Evaluation) -> Section:
    found = texts_section(material(evaluation))
    assert found is not None
    return found


def table(section: Section, name: str) -> list[list[tuple[str, str]]]:
    found = next(block for block in section.blocks if isinstance(block, Table) and block.name == name)

    def text(cell: Any, lang: str) -> str:
        return "".join(piece.text(lang) for line in cell.lines for piece in line)

    return [[(text(cell, "zh"), text(cell, "en")) for cell in row.cells] for row in found.rows]


def test_every_target_of_the_text_stands_once(section: Section) -> None:
    rows = table(section, "table-texts")
    assert len(rows) == 65
    residents = next(row for row in rows if row[3][0] == "力争达到1000万人")
    assert residents[4:] == [("985.2 (2024)",) * 2, ("基本符合预期", "nearly on track")]
    expressways = next(row for row in rows if row[1][0] == "快速路总里程")
    assert [cell[1] for cell in expressways[1:]] == ["Length of urban expressways", "2025", "≥ 120km", "–", "–"]


def test_only_what_is_published_is_shown(evaluation: pm.Evaluation, section: Section) -> None:
    scenario = evaluation.text_ratings["scenario"].iloc[0]
    own = evaluation.text_ratings[evaluation.text_ratings["scenario"] == scenario]
    shown = [row[4][0] != "–" for row in table(section, "table-texts")]
    assert shown == own["value_status"].isin(["observed", "derived"]).tolist()
    assert not own.loc[shown, "value"].isna().any()


def test_departments_and_what_they_lead(section: Section) -> None:
    rows = {row[0][0]: row for row in table(section, "table-departments")}
    assert rows["市民政局"][0][1] == "Civil Affairs Bureau"
    assert (rows["市民政局"][1][0], "新增养老机构床位数" in rows["市民政局"][3][0]) == ("9", True)
    assert len(rows) == 12


def test_the_english_page_is_english(section: Section) -> None:
    for name in ("table-texts", "table-departments"):
        for row in table(section, name):
            assert not [cell[1] for cell in row[1:] if CHINESE.search(cell[1])], row
    assert target_text("达120公里以上", {"operator": "at_least", "target": 120.0, "unit": "km"}, "en") == "≥ 120km"


def test_a_plan_without_text_targets_has_no_such_section(evaluation: pm.Evaluation) -> None:
    assert texts_section(material(evaluation, texts=None)) is None
    assert texts_section(material(evaluation, texts=evaluation.text_ratings.iloc[:0])) is None
