"""Graduates who come, stay and leave: reported counts, and the indicators that follow from them."""

from pathlib import Path

import pandas as pd
import pytest

import popmodel as pm
from popmodel.cli import main
from popmodel.files.observed import OBSERVED_COLUMNS, read_observed
from popmodel.indicators.talent import COUNTS, DERIVED, net_gain, retention

CITY = "330300"
COUNT = {"area": CITY, "unit": "persons", "decimals": "0", "basis": "department", "status": "source"}
COUNT |= {"confidence": "high", "published": "2025-03", "publication": "Monitoring of talent"}
REPORTED = {"local_graduates": 30_000, "local_graduates_employed": 12_345, "graduates_from_outside": 98_765}


def reported(folder: Path, year: int, counts: dict[str, int], **change: str) -> Path:
    path = folder / f"talent{year}.csv"
    rows = [{**COUNT, "indicator": name, "year": str(year), "value": str(n), **change} for name, n in counts.items()]
    pd.DataFrame(rows).reindex(columns=list(OBSERVED_COLUMNS)).to_csv(path, index=False)
    return path


def test_retention_and_gain_are_those_of_the_glossary() -> None:
    assert retention(40_000, 15_140) == pytest.approx(37.85)
    assert net_gain(15_140, 90_000, 20_140) == 85_000
    for graduates, employed in ((0, 0), (10, 11), (10, -1)):
        with pytest.raises(pm.SchemaError, match="the second is a part of the first"):
            retention(graduates, employed)


def test_what_follows_from_counts_is_derived_with_its_arithmetic(tmp_path: Path) -> None:
    counts = {**REPORTED, "graduates_left": 11_110}
    out = pm.derive_observed(read_observed(reported(tmp_path, 2024, counts)))
    new = out.set_index("indicator").loc[[rule.id for rule in DERIVED]]
    assert new["value"].tolist() == [41.15, 9.88, 9.88, 100_000]
    assert set(new["status"]) == {"derived"}
    assert new.loc["graduate_retention", "note"] == "100 x 12,345 / 30,000"
    assert new.loc["graduate_net_gain", "note"] == "12,345 + 98,765 - 11,110"
    assert set(new["published"]) == {"2025-03"}
    assert out.dtypes.to_dict() == read_observed(reported(tmp_path, 2024, counts)).dtypes.to_dict()


def test_nothing_follows_from_half_the_counts_or_against_what_is_observed(tmp_path: Path) -> None:
    half = read_observed(reported(tmp_path, 2024, {"local_graduates_employed": 12_345}))
    assert pm.derive_observed(half).equals(half)
    printed = reported(tmp_path, 2020, {**REPORTED, "graduate_retention": 38}, unit="persons")
    text = printed.read_text(encoding="utf-8").replace("2020,38,persons", "2020,38,percent")
    printed.write_text(text, encoding="utf-8")
    out = pm.derive_observed(read_observed(printed))
    assert out.query("indicator == 'graduate_retention'")["value"].tolist() == [38]


def test_the_least_sure_count_decides(tmp_path: Path) -> None:
    path = reported(tmp_path, 2024, REPORTED)
    text = path.read_text(encoding="utf-8").replace("source,high", "assumed,low", 1)
    path.write_text(text, encoding="utf-8")
    out = pm.derive_observed(read_observed(path)).set_index("indicator")
    assert out.loc["graduate_retention", ["status", "confidence"]].tolist() == ["assumed", "low"]
    assert out.loc["graduates_attracted", ["status", "confidence"]].tolist() == ["derived", "high"]


def test_impossible_counts_are_refused_with_their_year(tmp_path: Path) -> None:
    seen = read_observed(reported(tmp_path, 2024, {**REPORTED, "local_graduates_employed": 30_001}))
    with pytest.raises(pm.SchemaError, match=r"2024: local_graduates is 30,000 and local_graduates_employed 30,001"):
        pm.derive_observed(seen)


def test_indicators_8_and_11_are_rated_once_the_counts_are_reported(tmp_path: Path) -> None:
    before = pm.evaluate(year=2024, history=False)
    sheets = {year: reported(tmp_path, year, REPORTED) for year in range(2021, 2025)}
    after = pm.evaluate(year=2024, history=False, add=list(sheets.values()))
    partly = pm.evaluate(year=2024, history=False, add=[sheets[year] for year in (2021, 2022, 2024)])

    def row(evaluation: pm.Evaluation, indicator: str) -> "pd.Series[object]":
        card = evaluation.ratings.query("scenario == 'trend' and target_year == 2025")
        return card.set_index("indicator").loc[indicator]

    assert row(before, "graduate_retention")["value_year"] == 2021  # Table 4 of the plan ends there, 39.49
    assert row(after, "graduate_retention")["value"] == 41.15
    assert row(before, "graduates_attracted")["rating"] == "not_assessable"
    # The 12.9 of 2023 is assumed: no rating rests on it, and what 2023's own counts give is chosen before it.
    assert row(partly, "graduates_attracted")["rating"] == "not_assessable"
    assert row(partly, "graduates_attracted")["unknown_years"] == (2023,)
    assert row(after, "graduates_attracted")["value"] == pytest.approx(4 * 9.88)
    assert row(after, "graduates_attracted")["evidence"] == "derived"
    assert row(after, "graduates_attracted")["rating"] != "not_assessable"


def test_an_assumed_value_stays_beside_what_follows_from_published_counts(tmp_path: Path) -> None:
    def guess(**change: str) -> pd.DataFrame:
        sheet = reported(tmp_path, 2024, {**REPORTED, "graduates_attracted": 13})
        table = pd.read_csv(sheet, dtype=str, keep_default_na=False)
        own = table["indicator"] == "graduates_attracted"
        changes = {"unit": "10k_persons", "status": "assumed", **change}
        table.loc[own, list(changes)] = list(changes.values())
        table.to_csv(sheet, index=False)
        out = pm.derive_observed(read_observed(sheet))
        return out[out["indicator"] == "graduates_attracted"]

    both = guess()
    assert both["value"].tolist() == [13, 9.88]
    assert both["chosen"].tolist() == ["", "yes"]
    assert guess(chosen="yes")["value"].tolist() == [13]  # somebody chose it
    assert guess(status="source")["value"].tolist() == [13]


def test_the_evaluation_scores_the_text_in_its_own_section() -> None:
    evaluation = pm.evaluate(year=2023, history=False)
    assert set(evaluation.ratings["section"]) == {"table6"}
    texts = evaluation.text_ratings
    assert texts.groupby("scenario", sort=False).size().tolist() == [65] * len(evaluation.scenarios)
    assert texts["departments"].str.contains(r"\*", regex=True).all()
    assert evaluation.ratings["departments"].str.contains(r"\*", regex=True).all()


def test_counts_are_named_in_both_languages() -> None:
    assert len({count.id for count in COUNTS}) == 4
    assert all(count.name_zh and count.name_en for count in COUNTS)


def test_the_sheet_of_a_year_asks_for_the_counts_and_is_checked(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    assert main(["observe", "template", "--year", "2024", "--out", str(sheet)]) == 0
    table = pd.read_csv(sheet, dtype=str).fillna("").set_index("indicator")
    asked = [count.id for count in COUNTS]
    assert set(asked) <= set(table.index)
    assert table.loc[asked, "note"].str.endswith("*市公安局").all()  # who must report, by the plan's duties
    assert table.loc["skilled_talent", "note"].endswith("*市发展改革委；2020: 32.65")
    assert "rail_length" in table.index
    assert not {"one_hour_circles", "age_friendly_communities"} & set(table.index)  # no number is printed for them
    assert table["decimals"].str.fullmatch(r"\d").all()
    filled = table.loc[asked[:2]].reset_index()
    filled["value"], filled["published"], filled["publication"] = ["30000", "12345"], "2025-03", "Monitoring"
    filled["status"] = "source"
    filled.to_csv(tmp_path / "filled.csv", index=False)
    assert main(["observe", "check", str(tmp_path / "filled.csv")]) == 0
    filled.assign(unit="percent").to_csv(tmp_path / "wrong.csv", index=False)
    assert main(["observe", "check", str(tmp_path / "wrong.csv")]) == 2
