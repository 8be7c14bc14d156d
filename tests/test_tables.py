"""Tables as people send them: what cannot be read is one clear error, what can is read as it stands."""

import os
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import popmodel as pm
from popmodel.files import tables
from popmodel.files.inputs import read_inputs
from popmodel.files.plausible import misspelt, plausible
from popmodel.files.tables import given, read_text

HEAD = "indicator,area,year,value,unit,decimals,basis,status,published,publication,chosen,note\n"
ROW = "resident_population,900000,2023,976.1,10k_persons,1,census,source,2024,invented,,\n"


def _observed(folder: Path, *rows: str, head: str = HEAD, name: str = "observed.csv") -> Path:
    file = folder / name
    file.write_text(head + "".join(rows), encoding="utf-8")
    return file


def _refused(file: Path) -> pm.SchemaError:
    with pytest.raises(pm.SchemaError) as caught:
        pm.read_observed(file)
    assert caught.value.faults
    return caught.value


def test_all_faults_of_a_file_come_at_once(tmp_path: Path) -> None:
    bad = [
        ROW.replace("976.1", "x"),
        ROW.replace("2023,", "23,"),
        ROW.replace("source", "heard").replace("1,census", "9.5,c"),
    ]
    error = _refused(_observed(tmp_path, *bad))
    assert [(fault.line, fault.column) for fault in error.faults] == [
        (2, "value"), (3, "year"), (4, "decimals"), (4, "status"),
    ]  # fmt: skip
    assert error.faults[0].given == "x"
    assert "There are 4 faults in all." in str(error)


@pytest.mark.parametrize(
    ("given_", "rule"),
    [
        ("1e30", "must not be larger than"),
        ("9" * 400, "must not be larger than"),
        ("²", "must be a number"),
        ("①", "must be a number"),
        ("９７６.1", "must be a number"),
        ("nan", "must be a number"),
        ("inf", "must be a number"),
        ("0x10", "must be a number"),
        ("1_000", "must be a number"),
        ("1,000", "has 13 cells"),
        ("٣", "must be a number"),
        ("-5", "is outside 0 … 200,000 10k_persons for resident_population"),
        ("9761000", "is outside 0 … 200,000 10k_persons"),
    ],
)
def test_odd_numbers_are_refused(tmp_path: Path, given_: str, rule: str) -> None:
    error = _refused(_observed(tmp_path, ROW.replace("976.1", given_)))
    assert rule in error.faults[0].rule
    assert len(str(error)) < 700  # 400 digits are not printed


def test_full_width_digits_are_named_in_plain_ones(tmp_path: Path) -> None:
    error = _refused(_observed(tmp_path, ROW.replace("976.1", "９７６．１")))
    assert error.faults[0].remedy == "Write 976.1, in plain digits."


@pytest.mark.parametrize("decimals", ["400", "1e3", "-1", "1.5", "²", "1e400"])
def test_odd_decimals_are_refused(tmp_path: Path, decimals: str) -> None:
    assert _refused(_observed(tmp_path, ROW.replace(",1,census", f",{decimals},census"))).faults[0].column == "decimals"


@pytest.mark.parametrize(
    ("indicator", "unit", "value", "range_"),
    [
        ("life_expectancy", "years", "8200", "20 … 100 years"),
        ("share_60_plus", "percent", "186.7", "0 … 100 percent"),
        ("urbanisation_rate", "1", "74.7", "0 … 1 1"),
        ("total_fertility", "children_per_woman", "113", "0.2 … 10"),
        ("sex_ratio_at_birth", "males_per_100_females", "1.08", "80 … 150"),
        ("birth_rate", "per_mille", "512", "0 … 100 per_mille"),
        ("some_rank", "rank", "0", "1 … 10,000 rank"),
    ],
)
def test_a_figure_that_an_indicator_cannot_have_is_refused(
    tmp_path: Path, indicator: str, unit: str, value: str, range_: str
) -> None:
    row = ROW.replace("resident_population", indicator).replace("10k_persons", unit).replace("976.1", value)
    (fault,) = _refused(_observed(tmp_path, row.replace(",1,census", ",2,census"))).faults
    assert (fault.column, fault.given) == ("value", value)
    assert range_ in fault.rule


def test_every_figure_of_the_catalogue_has_a_range_that_holds_the_shipped_case(values: "pm.xr.Dataset") -> None:  # type: ignore[name-defined]
    for name, variable in values.data_vars.items():
        low, high = plausible(str(name), variable.attrs["unit"])
        assert float(variable.min()) >= low, name
        assert float(variable.max()) <= high, name


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("resident_populaton", "resident_population"), ("urbanization_rate", "urbanisation_rate"), ("briths", "births"),
        ("share_60plus", "share_60_plus"), ("Life_expectancy", "life_expectancy"),
        ("share_70_plus", ""), ("rural_population", ""), ("graduate_retention", ""), ("resident_population", ""),
    ],
)  # fmt: skip
def test_slips_of_an_id(name: str, meant: str) -> None:
    assert misspelt(name, [indicator.id for indicator in pm.CATALOGUE]) == meant


def test_a_misspelt_indicator_is_refused_with_what_was_meant(tmp_path: Path) -> None:
    (fault,) = _refused(_observed(tmp_path, ROW.replace("resident_population", "resident_populaton"))).faults
    assert (fault.line, fault.column) == (2, "indicator")
    assert "Did you mean resident_population?" in fault.remedy
    assert len(pm.read_observed(_observed(tmp_path, ROW.replace("resident_population", "rural_population")))) == 1


def test_a_misspelt_target_is_refused_and_one_that_only_observation_gives_is_not(tmp_path: Path) -> None:
    plan = pm.data_path("plan/table6.csv")
    text = plan.read_text(encoding="utf-8")
    file = tmp_path / "t.csv"
    file.write_text(text.replace("life_expectancy,", "life_expectency,"), encoding="utf-8")
    with pytest.raises(
        pm.SchemaError, match=r"column indicator is neither computed nor observed\. Did you mean life_exp"
    ):
        pm.read_targets(file)
    # observed alone gives it; a slip of it is found where the observed values are known
    file.write_text(text.replace("graduate_retention,", "graduate_retentoin,"), encoding="utf-8")
    with pytest.raises(pm.SchemaError, match=r"neither computed nor observed\. Did you mean graduate_retention\?"):
        read_inputs(targets=file)
    assert "graduate_retention" in set(pm.read_targets(plan)["indicator"])


ADDED = "resident_population,330300,2030,986.1,10k_persons,1,census_2020,source,2031,invented,,\n"


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (ADDED.replace("resident_population", "resident_populaton"), "indicator", "Did you mean resident_population?"),
        (ADDED.replace("resident_population", "pigs"), "indicator", "Correct the id."),
        (ADDED.replace("330300", "330303x"), "area", "Did you mean 330303"),
        (ADDED.replace("330300", "110000"), "area", "Use one of: "),
        (ADDED.replace("10k_persons", "percent").replace("986.1", "9"), "unit", "Give the value in persons or 10k_"),
        (ADDED.replace("2030", "2023", 1), "chosen", "Write yes in column chosen"),
    ],
)  # fmt: skip
def test_an_added_table_is_checked_on_every_read(tmp_path: Path, row: str, column: str, says: str) -> None:
    file = _observed(tmp_path, row)
    with pytest.raises(pm.SchemaError) as caught:
        read_inputs(add=[file])
    (fault,) = caught.value.faults
    assert (fault.column, fault.line, fault.file) == (column, 2, str(file))
    assert says in fault.remedy
    assert len(read_inputs(add=[_observed(tmp_path, ADDED)]).observed) == len(read_inputs().observed) + 1


@pytest.mark.parametrize("index", [True, False])
def test_what_is_read_can_be_saved_and_read_again(tmp_path: Path, targets: pd.DataFrame, index: bool) -> None:
    file = tmp_path / "again.csv"
    observed = pm.read_observed(pm.data_path("plan/observed.csv"))
    observed.to_csv(file, index=index)
    assert ".0," in file.read_text(encoding="utf-8")  # whole numbers come out with a point
    pd.testing.assert_frame_equal(pm.read_observed(file).reset_index(drop=True), observed.reset_index(drop=True))
    targets.to_csv(file, index=index)
    pd.testing.assert_frame_equal(pm.read_targets(file).reset_index(drop=True), targets.reset_index(drop=True))


# Files that are none


def _damaged(folder: Path, kind: str) -> Path:
    file = folder / "observed.csv"
    if kind == "dangling link":
        file.symlink_to(folder / "nowhere.csv")
    elif kind == "loop":
        file.symlink_to(folder / "other.csv")
        (folder / "other.csv").symlink_to(file)
    elif kind == "folder":
        file.mkdir()
    elif kind == "case":
        (folder / "Observed.CSV").write_text(HEAD, encoding="utf-8")
    elif kind == "pipe":
        os.mkfifo(file)
    return file


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("dangling link", "is a link that leads nowhere"),
        ("loop", "is a link that leads nowhere|Too many levels"),
        ("folder", "is a folder, a file is needed"),
        ("case", "is not there, but Observed.CSV is"),
        ("pipe", "is no file that can be read"),
    ],
)
def test_a_table_that_is_no_file_does_not_count_as_not_given(tmp_path: Path, kind: str, says: str) -> None:
    file = _damaged(tmp_path, kind)
    with pytest.raises(pm.SchemaError, match=says):
        given(file)
    with pytest.raises(pm.SchemaError, match=says):
        read_text(file)
    assert not given(tmp_path / "other_name.csv")


@pytest.mark.parametrize("name", ["settlement.csv", "centres.csv"])
def test_an_optional_table_that_is_a_link_to_nowhere_is_no_missing_table(city: Path, name: str) -> None:
    (city / name).symlink_to(city / "gone.csv")
    with pytest.raises(pm.SchemaError, match="is a link that leads nowhere"):
        pm.read_census(city)
    assert set(pm.check_city(city)["file"]) == {name}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (HEAD.encode() + ROW.replace("invented", "温州").encode("gbk"), r"is not UTF-8 \(it may be GBK\)"),
        ((HEAD + ROW).encode("utf-16"), "is not UTF-8 but UTF-16"),
        ((HEAD + ROW).replace(",", ";").encode(), "cells are not parted by commas"),
        (HEAD.replace("area", "year").encode() + ROW.encode(), "column year stands twice"),
        (HEAD.replace("area", "2020").encode() + ROW.encode(), "column 2020 is not part of the form"),
        (HEAD.replace("area", "").encode() + ROW.encode(), "is not part of the form"),
        (HEAD.encode() + b'"' + ROW.encode(), "not a table"),
        (b"\x00" * 50, "part of the form"),
        (HEAD.encode() + ROW.encode().replace(b"invented", b"in\x00vented"), "a character that is none of a text"),
    ],
)  # fmt: skip
def test_damaged_text_is_one_error(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "observed.csv"
    file.write_bytes(content)
    with pytest.raises(pm.SchemaError, match=says):
        pm.read_observed(file)


def test_a_line_is_that_of_the_file_where_a_cell_holds_several(tmp_path: Path) -> None:
    long = ROW.replace("invented", '"in\nvented"').replace("2023", "2022")
    assert _refused(_observed(tmp_path, long, ROW.replace("976.1", "x"))).faults[0].line == 4


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\n,,,,,,,,,,,\n"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_long_table_reads_like_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, line_end: str
) -> None:
    rows = [ROW.replace("2023", str(year)).replace("976.1", " 1e2 ") for year in range(1950, 2024)]
    file = tmp_path / "observed.csv"
    text = (HEAD.replace("area", " area ") + "".join(rows)).rstrip("\n") + end
    file.write_bytes(text.replace("\n", line_end).encode())
    short = pm.read_observed(file)
    monkeypatch.setattr(tables, "LONG", 10)
    pd.testing.assert_frame_equal(pm.read_observed(file), short)


@pytest.mark.parametrize("line", [2, 3, -1])
@pytest.mark.parametrize("shift", [(ROW[:-2] + "\n", ROW[:-1] + ",\n"), (ROW[:-1] + ",\n", ROW[:-2] + "\n")])
def test_uneven_rows_of_a_long_table_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: int, shift: tuple[str, str]
) -> None:
    monkeypatch.setattr(tables, "LONG", 10)
    rows = [ROW.replace("2023", str(year)) for year in range(1950, 1990)]
    rows[line - 2], rows[10] = shift
    found = _refused(_observed(tmp_path, *rows)).faults
    assert [fault.line for fault in found] == sorted([2 + (line - 2) % 40, 12])
    assert all("cells, the first line 12" in fault.rule for fault in found)


# Workbooks

Change = Callable[[openpyxl.Workbook], object]


def _book(folder: Path, change: Change = lambda book: None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (HEAD, ROW):
        cells: list[object] = list(line.strip("\n").split(","))
        if line == ROW:
            cells[2], cells[3], cells[5] = 2023, 976.1, 1
        sheet.append(cells)
    change(book)
    file = folder / "observed.xlsx"
    book.save(file)
    return file


def _put(cell: str, value: object, **more: object) -> Change:
    def change(book: openpyxl.Workbook) -> None:
        book.worksheets[0][cell] = value
        for name, content in more.items():
            setattr(book.worksheets[0][cell], name, content)

    return change


def _second(book: openpyxl.Workbook) -> None:
    book.create_sheet("cover", 0)["A1"] = "Figures of the bureau"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            _put("D2", "=975.1+1"),
            r"line 2 \('D2'\): holds a formula without its value. Open the file in Excel and save",
        ),
        (lambda book: book.worksheets[0].merge_cells("A2:B2"), r"line 2 \('A2:B2'\): cells are merged. Unmerge"),
        (_second, "The first sheet is read; move it to the front if it is another: Sheet"),
        (lambda book: book.create_sheet("cover", 0), "the table is empty.*The first sheet is read.*: Sheet"),
        (
            _put("D2", 0.186, number_format="0.0%"),
            r"\('D2'\): is shown as 18.6%, but holds 0.186. Format it as a number",
        ),
        (_put("D2", "#DIV/0!"), r"\('D2'\): holds an error of Excel"),
        (_put("D2", True), r"\('TRUE'\): column value must be a number"),
        (_put("D2", datetime(2024, 3, 5)), r"\('2024-03-05'\): column value must be a number"),
        (_put("XFD1048576", "x"), "the sheet reaches to cell XFD1048576"),
        (_put("B1", 2020), "column 2020 is not part of the form"),
    ],
)
def test_cells_that_do_not_hold_what_they_show_are_refused(tmp_path: Path, change: Change, says: str) -> None:
    with pytest.raises(pm.SchemaError, match=says):
        pm.read_observed(_book(tmp_path, change))


def test_a_workbook_reads_as_excel_shows_it(tmp_path: Path) -> None:
    table = pm.read_observed(_book(tmp_path, _put("D2", 0.1 + 0.2)))
    assert table["value"].tolist() == [0.3]
    table = pm.read_observed(_book(tmp_path, _put("I2", datetime(2024, 3, 5))))
    assert table["published"].tolist() == ["2024-03-05"]
    table = pm.read_observed(_book(tmp_path, _put("N3", " ")))  # a cell beside the table that looks empty
    assert len(table) == 1


@pytest.mark.parametrize("keep", [0, 30, 400, -200])
def test_a_cut_workbook_is_one_error(tmp_path: Path, keep: int) -> None:
    file = _book(tmp_path)
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(pm.SchemaError, match="not a table"):
        pm.read_observed(file)


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml"]
)
@pytest.mark.parametrize("content", [b"", b"<", b"<a/>"])
def test_a_workbook_with_a_damaged_part_is_one_error_or_read(tmp_path: Path, part: str, content: bytes) -> None:
    file, other = _book(tmp_path), tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    try:
        found = pm.read_observed(other)["value"].tolist()
    except pm.SchemaError as error:
        found = list(error.faults)
    assert found == [976.1] or (len(found) == 1 and found[0].remedy)


@pytest.mark.parametrize("name", ["births.csv", "drivers.csv", "reference.toml"])
def test_an_optional_schedule_that_is_a_link_to_nowhere_is_no_missing_one(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "own"
    shutil.copytree(pm.data_path("reference/un_wpp2024_china"), folder)
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to("nowhere")
    with pytest.raises(pm.SchemaError, match=name):
        pm.read_reference(folder)


def test_a_year_of_forty_digits_is_one_fault(tmp_path: Path) -> None:
    text = pm.data_path("plan/observed.csv").read_text(encoding="utf-8").splitlines()
    cells = text[1].split(",")
    file = tmp_path / "o.csv"
    file.write_text("\n".join([text[0], ",".join([*cells[:2], "1" * 40, *cells[3:]])]) + "\n", encoding="utf-8")
    with pytest.raises(pm.SchemaError, match="must be a year such as 2020"):
        pm.read_observed(file)
