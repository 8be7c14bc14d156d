"""Targets and observations are read strictly; a broken table is refused by file, line, column, rule and remedy."""

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from popmodel.files.departments import by_department, departments_of
from popmodel.files.observed import OBSERVED_COLUMNS, observation_faults, read_observed
from popmodel.files.targets import OPERATORS, TARGET_COLUMNS, read_targets
from popmodel.files.template import observation_template
from popmodel.schema import SchemaError
from popmodel.scoring.records import OPERATORS as RATED

PLAN = Path(__file__).parents[1] / "data" / "plan"

TARGET = {
    "indicator": "residents",
    "number": "1",
    "name_zh": "常住人口",
    "name_en": "Residents",
    "year": "2025",
    "operator": "reach",
    "value": "1000",
    "unit": "10k_persons",
    "decimals": "1",
    "better": "higher",
    "text": "1000",
    "base_year": "2020",
    "base_value": "957.29",
    "source": "plan, Table 6",
}
OBSERVED = {
    "indicator": "residents",
    "area": "012345",
    "year": "2023",
    "value": "976.1",
    "unit": "10k_persons",
    "decimals": "1",
    "basis": "census_2020",
    "status": "source",
    "published": "2024-03",
    "publication": "Communique, Bureau",
    "chosen": "",
    "note": "",
}


def write(folder, *rows, name="table.csv"):
    path = folder / name
    table = pd.DataFrame(list(rows)).fillna("")
    if path.suffix == ".xlsx":
        table.to_excel(path, index=False)
    else:
        table.to_csv(path, index=False, encoding="utf-8")
    return path


def targets(folder, *changes):
    return read_targets(write(folder, *[{**TARGET, **change} for change in changes]))


def observed(folder, *changes):
    return read_observed(write(folder, *[{**OBSERVED, **change} for change in changes]))


def test_targets_come_back_typed_and_complete(tmp_path):
    table = targets(
        tmp_path, {}, {"year": "2030", "operator": "rising", "value": "", "decimals": "", "text": "逐年提高"}
    )
    assert list(table.columns) == list(TARGET_COLUMNS)
    assert list(table.index) == [2, 3]
    first, second = table.iloc[0], table.iloc[1]
    assert (first["year"], first["value"], first["decimals"], first["number"]) == (2025, 1000.0, 1, 1)
    assert pd.isna(second["value"])
    assert pd.isna(second["decimals"])
    assert pd.isna(first["start_year"])
    assert (first["reference"], first["version"]) == ("", "")
    assert str(table["year"].dtype) == str(table["decimals"].dtype) == "Int64"


def test_observations_come_back_typed(tmp_path):
    table = observed(tmp_path, {}, {"year": "2022", "value": "967.90", "decimals": "2", "published": "2023-03-01"})
    assert list(table.columns) == list(OBSERVED_COLUMNS)
    assert table["area"].tolist() == ["012345", "012345"]
    assert table["value"].tolist() == [976.1, 967.9]
    assert table["decimals"].tolist() == [1, 2]


def test_csv_and_excel_read_alike(tmp_path):
    rows = [OBSERVED, {**OBSERVED, "year": "2022", "value": "967.9", "published": "2023"}]
    one = read_observed(write(tmp_path, *rows))
    two = read_observed(write(tmp_path, *rows, name="table.xlsx"))
    pd.testing.assert_frame_equal(one, two)
    assert read_targets(write(tmp_path, TARGET, name="t.xlsx")).equals(
        read_targets(write(tmp_path, TARGET, name="t.csv"))
    )


def test_excel_numbers_and_dates_as_excel_holds_them(tmp_path):
    row = {**OBSERVED, "area": 330000, "year": 2023, "value": 976.1, "decimals": 1, "published": date(2024, 3, 5)}
    table = read_observed(write(tmp_path, row, name="typed.xlsx"))
    assert table.iloc[0][["area", "year", "value", "published"]].tolist() == ["330000", 2023, 976.1, "2024-03-05"]


def test_a_byte_order_mark_and_empty_rows_at_the_end_do_not_matter(tmp_path):
    path = write(tmp_path, OBSERVED)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + b",,,,,,,,,,,\n\n")
    assert len(read_observed(path)) == 1


def test_path_may_be_text(tmp_path):
    assert len(read_targets(str(write(tmp_path, TARGET)))) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"operator": "exceeds"}, r"line 2 \('exceeds'\): column operator must be one of reach, above, .*relative"),
        ({"value": ""}, "line 2: column value is empty, but operator reach needs it"),
        ({"value": "NaN"}, r"line 2 \('NaN'\): column value must be a number"),
        ({"value": "1,000"}, r"line 2 \('1,000'\): column value must be a number"),
        ({"decimals": ""}, "column decimals is empty, but operator reach needs it"),
        ({"decimals": "1.5"}, r"line 2 \('1.5'\): column decimals must be a whole number"),
        ({"decimals": "-1"}, "column decimals must not be negative"),
        ({"year": "2020"}, "column year is 2020, not after base_year 2020"),
        ({"year": "2025.5"}, "column year must be a year"),
        ({"base_year": ""}, "column base_year is empty, but base_value is given"),
        ({"unit": "lakh"}, r"line 2 \('lakh'\): column unit must be one of persons"),
        ({"better": "more"}, "column better must be one of higher, lower, band"),
        ({"operator": "below"}, "column better is higher, but operator below asks for lower"),
        ({"operator": "at_least", "better": "lower"}, "column better is lower, but operator at_least asks for higher"),
        ({"better": "band"}, "column better is band, but operator reach needs a direction"),
        ({"operator": "cumulative"}, "column start_year is empty, but operator cumulative needs it"),
        ({"operator": "cumulative", "start_year": "2026"}, "column start_year is 2026, not between base_year and the"),
        ({"operator": "cumulative", "start_year": "2020"}, "column start_year is 2020, not between base_year and the"),
        ({"operator": "about"}, "column tolerance is empty, but operator about needs it"),
        ({"operator": "about", "tolerance": "-1"}, "column tolerance must not be negative"),
        ({"operator": "within"}, "column lower is empty, but operator within needs it"),
        ({"operator": "within", "lower": "1", "upper": ""}, "column upper is empty, but operator within needs it"),
        ({"operator": "within", "lower": "9", "upper": "7"}, "column upper is 7, not above lower 9"),
        ({"indicator": ""}, "line 2: column indicator is empty. Fill in a value"),
        ({"source": ""}, "line 2: column source is empty"),
        ({"vresion": "2022"}, "column vresion is not part of the form"),
    ],
)
def test_broken_targets_are_refused(tmp_path, change, message):
    with pytest.raises(SchemaError, match=message) as error:
        targets(tmp_path, change)
    assert "table.csv" in str(error.value)


def test_one_row_for_each_indicator_year_and_version(tmp_path):
    with pytest.raises(
        SchemaError,
        match=r"line 3 \('residents, 2025'\): column indicator, year is given in line 2 already",
    ):
        targets(tmp_path, {}, {"value": "1100"})
    assert len(targets(tmp_path, {"version": "2022"}, {"version": "2024", "value": "980"})) == 2


def test_an_indicator_is_measured_in_one_quantity(tmp_path):
    with pytest.raises(
        SchemaError, match=r"line 3 \('percent'\): column unit does not measure the same as residents's 10k_persons"
    ):
        targets(tmp_path, {}, {"year": "2030", "unit": "percent"})
    assert len(targets(tmp_path, {}, {"year": "2030", "unit": "persons"})) == 2


def test_missing_column(tmp_path):
    path = write(tmp_path, {name: cell for name, cell in TARGET.items() if name != "operator"})
    with pytest.raises(SchemaError, match=r"column operator is missing\. Required: indicator"):
        read_targets(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": ""}, "line 2: column value is empty"),
        ({"value": "nan"}, r"line 2 \('nan'\): column value must be a number"),
        ({"value": "976.12"}, "column value has 2 decimals, but column decimals says 1"),
        ({"unit": "wan"}, "column unit must be one of"),
        ({"status": "guess"}, "column status must be one of source, derived, assumed"),
        ({"published": "03/2024"}, r"\('03/2024'\): column published is not YYYY, YYYY-MM or YYYY-MM-DD"),
        ({"published": "2024-13"}, r"\('2024-13'\): column published is not YYYY"),
        ({"published": "2022-12"}, r"\('2022-12'\): column published is before the year observed, 2023"),
        ({"publication": ""}, "line 2: column publication is empty"),
        ({"chosen": "no"}, "column chosen must be one of yes"),
        ({"decimals": "0.5", "value": "976"}, "column decimals must be a whole number"),
    ],
)
def test_broken_observations_are_refused(tmp_path, change, message):
    with pytest.raises(SchemaError, match=message):
        observed(tmp_path, change)


@pytest.mark.parametrize("chosen", [("", ""), ("yes", "yes")])
def test_two_sources_for_one_year_need_one_chosen(tmp_path, chosen):
    rows = [{"chosen": chosen[0]}, {"chosen": chosen[1], "value": "975.0", "publication": "Report, Office"}]
    with pytest.raises(
        SchemaError,
        match=r"line 2.*, line 3.*: column chosen .*line 2, line 3; Communique, Bureau, Report, Office.*exactly one",
    ) as error:
        observed(tmp_path, *rows)
    assert "Write yes in column chosen" in str(error.value)
    rows[0]["chosen"], rows[1]["chosen"] = "yes", ""
    assert observed(tmp_path, *rows)["chosen"].tolist() == ["yes", ""]


def test_the_same_year_of_another_area_is_no_conflict(tmp_path):
    assert len(observed(tmp_path, {}, {"area": "012346"})) == 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.csv", None, "no such file|file is missing"),
        ("a.ods", b"x", "the ending '.ods' is not known. Use .csv or .xlsx"),
        ("a.csv", b"", "the table is empty"),
        ("a.csv", b"\n", "the table is empty"),
        ("a.csv", "indicator,area\n人口,1\n".encode("gbk"), "not UTF-8 \\(it may be GBK\\). Save it again"),
        ("a.csv", b"indicator,area\n1,2,3\n", "line 2: has 3 cells, the first line 2"),
        ("a.csv", b"indicator,area\n1\n", "line 2: has 1 cells, the first line 2"),
        ("a.csv", b"area,area\n1,2\n", "column area stands twice"),
        ("a.csv", b'indicator,area\n"1,2\n', "not a table"),
        ("a.xlsx", b"not a workbook", "not a table"),
    ],
)
def test_files_that_are_no_table(tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SchemaError, match=message):
        read_observed(path)


def test_template_asks_for_what_is_not_yet_observed(tmp_path):
    plan = read_targets(
        write(
            tmp_path,
            TARGET,
            {
                **TARGET,
                "indicator": "schooling",
                "unit": "years_of_schooling",
                "decimals": "2",
                "value": "11",
                "base_value": "9",
            },
        )
    )
    seen = observed(
        tmp_path, {}, {"year": "2022", "value": "967.9"}, {"area": "9", "year": "2024", "published": "2025"}
    )
    sheet = observation_template(plan, seen, year=2024)
    assert list(sheet.columns) == list(OBSERVED_COLUMNS)
    assert sheet["indicator"].tolist() == ["residents", "schooling"]
    first = sheet.iloc[0]
    assert first[["area", "year", "value", "unit", "decimals", "basis"]].tolist() == [
        "012345",
        "2024",
        "",
        "10k_persons",
        "1",
        "census_2020",
    ]
    assert first["note"] == "常住人口 · Residents；2023: 976.1"
    assert sheet.iloc[1][["unit", "decimals"]].tolist() == ["years_of_schooling", "2"]
    assert observation_template(plan, seen, year=2023)["indicator"].tolist() == ["schooling"]
    with pytest.raises(SchemaError, match="so the area is unknown"):
        observation_template(plan, seen.iloc[:0], year=2024)


@pytest.mark.parametrize("name", ["sheet.csv", "sheet.xlsx"])
def test_a_filled_in_template_passes_and_is_read(tmp_path, name):
    plan, seen = targets(tmp_path, {}), observed(tmp_path, {})
    sheet = observation_template(plan, seen, year=2024)
    path = write(tmp_path, *sheet.to_dict("records"), name=name)
    assert set(observation_faults(path, plan, observed=seen)["column"]) == {
        "value",
        "status",
        "published",
        "publication",
    }
    sheet[["value", "status", "published", "publication"]] = ["985.2", "source", "2025-03", "Communique, Bureau"]
    path = write(tmp_path, *sheet.to_dict("records"), name=name)
    assert observation_faults(path, plan, observed=seen).empty
    assert read_observed(path)["value"].tolist() == [985.2]


def test_every_fault_is_listed_cell_by_cell(tmp_path):
    plan, seen = targets(tmp_path, {}), observed(tmp_path, {})
    bad = [
        {**OBSERVED, "year": "2024", "value": "98x", "status": "heard", "published": "2025"},
        {**OBSERVED, "year": "2024", "value": "985.25", "published": "soon"},
        {**OBSERVED, "year": "2024", "indicator": "pigs", "published": "2025"},
        {**OBSERVED, "year": "2024", "unit": "percent", "area": "7", "published": "2025"},
        {**OBSERVED, "value": "976.2"},
    ]
    faults = observation_faults(write(tmp_path, *bad, name="bad.csv"), plan, observed=seen)
    found = list(faults[["line", "column", "given"]].itertuples(index=False, name=None))
    assert found == [
        (2, "status", "heard"),
        (2, "value", "98x"),
        (3, "published", "soon"),
        (3, "value", "985.25"),
        (4, "indicator", "pigs"),
        (5, "area", "7"),
        (5, "unit", "percent"),
        (6, "chosen", ""),
    ]
    assert (faults["rule"].str.len() > 0).all()
    assert faults["remedy"].str.fullmatch(r"[A-Z].*\.").all()


def test_faults_of_the_head_are_listed(tmp_path):
    plan = targets(tmp_path, {})
    row = {name: cell for name, cell in OBSERVED.items() if name != "status"}
    faults = observation_faults(write(tmp_path, {**row, "colour": "red"}, name="bad.csv"), plan)
    assert faults[["line", "column"]].to_numpy().tolist() == [[1, "colour"], [1, "status"]]


def test_scoring_knows_every_operator():
    assert set(OPERATORS) == set(RATED)


def printed_form(row):
    """Write a target as the plan prints it."""
    number = f"{row['value']:g}"
    forms = {
        "reach": number,
        "above": f">{number}",
        "below": f"<{number}",
        "at_most": f"≤{number}",
        "at_least": f"≥{number}",
        "about": f"{number}左右",
        "cumulative": f"[{number}]",
    }
    return forms.get(row["operator"])


def test_table_6_is_read_back_to_its_print():
    table = read_targets(PLAN / "table6.csv")
    assert len(table) == 60
    assert table["number"].drop_duplicates().tolist() == list(range(1, 21))
    words = {
        "rising": "逐年(提高|增加)",
        "keep": "保持(高位|稳定|较低水平)",
        "within": "(接近|实现)自然平衡",
        "relative": "优于.*|位居.*",
    }
    for _, row in table.iterrows():
        form = printed_form(row)
        assert row["text"] == form if form else re.fullmatch(words[row["operator"]], row["text"])


def test_shipped_tables_are_read():
    seen = read_observed(PLAN / "observed.csv")
    residents = seen[(seen["indicator"] == "resident_population") & (seen["area"] == seen["area"].iloc[0])]
    assert residents.set_index("year")["value"].loc[[2020, 2021, 2022, 2023]].tolist() == [958.7, 964.5, 967.9, 976.1]
    assert set(read_targets(PLAN / "text_targets.csv")["year"]) <= {2025, 2030, 2035}


KNOWN = pd.DataFrame({"department": ["市教育局", "市卫健委"], "name_en": ["Education", "Health"]})


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("", "column departments is empty, but each target needs a department"),
        ("*市教育厅", "column departments names 市教育厅, not in the table of departments. Use: 市教育局, 市卫健委"),
        ("市教育局、市卫健委", "column departments is '市教育局、市卫健委', without a lead"),
    ],
)
def test_targets_need_a_known_lead_where_departments_are_given(tmp_path, cell, message):
    path = write(tmp_path, {**TARGET, "departments": cell})
    assert len(read_targets(path)) == 1  # no table of departments, no rule
    with pytest.raises(SchemaError, match=rf"line 2.*: {re.escape(message)}"):
        read_targets(path, departments=KNOWN)


def test_tables_of_targets_come_one_below_the_other(tmp_path):
    one = write(tmp_path, {**TARGET, "section": "table6"}, name="one.csv")
    two = write(tmp_path, {**TARGET, "section": "text", "place": "二1"}, name="two.csv")
    assert read_targets(one, two)["section"].tolist() == ["table6", "text"]
    with pytest.raises(SchemaError, match="stand in both"):
        read_targets(one, one)
    with pytest.raises(SchemaError, match="no table is given"):
        read_targets()


def test_departments_are_split_and_listed():
    assert departments_of("*市教育局、市卫健委") == [("市教育局", True), ("市卫健委", False)]
    listed = by_department(pd.DataFrame({"indicator": ["a", "b"], "departments": ["*市教育局、市卫健委", ""]}))
    assert listed.to_numpy().tolist() == [
        ["市教育局", True, "a", "*市教育局、市卫健委"],
        ["市卫健委", False, "a", "*市教育局、市卫健委"],
    ]


def test_confidence_is_one_of_three_words(tmp_path):
    assert observed(tmp_path, {})["confidence"].tolist() == [""]
    assert observed(tmp_path, {"confidence": "low"})["confidence"].tolist() == ["low"]
    with pytest.raises(SchemaError, match=r"column confidence must be one of high, medium, low"):
        observed(tmp_path, {"confidence": "fair"})
