"""Checks of a city's folder: each fault that the reader refuses is listed, all at once, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

import popmodel as pm
from popmodel.cli import main
from popmodel.files.empty import empty_city

Edit = Callable[[str], str]


def _edit(city: Path, file: str, edit: Edit) -> None:
    path = city / file
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")


def test_good_folders_have_no_faults(city: Path) -> None:
    assert pm.check_city(city).empty
    assert pm.check_city(pm.data_path("census/wenzhou")).empty


FAULTS: list[tuple[str, Edit, list[tuple[str, int, str]]]] = [
    # file, edit, expected (file, line, part of column + rule)
    ("population.csv", lambda t: t.replace("population\n", "people\n", 1),
     [("population.csv", 1, "population is missing"), ("population.csv", 1, "people is not part")]),
    ("population.csv", lambda t: t.replace("2020,900001", "2020,900009", 1),
     [("population.csv", 2, "district is not a district of the census"), ("population.csv", 0, "no row for 900001")]),
    ("population.csv", lambda t: t + t.splitlines()[1] + "\n", [("population.csv", 78, "is given in line 2 already")]),
    ("population.csv", lambda t: t.replace(",2000\n", ",-1\n", 1), [("population.csv", 2, "must not be negative")]),
    ("population.csv", lambda t: t.replace(",2000\n", ",many\n").replace(",1000\n", ",\n"),
     [("population.csv", 2, "must be a number"), ("population.csv", 21, "must be a number"),
      ("population.csv", 40, "is empty"), ("population.csv", 59, "is empty")]),
    ("population.csv", lambda t: t.replace("900001,female,5-9,", "900001,female,4-9,"),
     [("population.csv", 4, "age groups overlap at '4-9'")]),
    ("population.csv", lambda t: t.replace(",5-9,", ",6-9,"), [("population.csv", 0, "age groups leave a gap")]),
    ("population.csv", lambda t: t.replace(",5-9,", ",five,"), [("population.csv", 4, "is not of the form")] * 4),
    ("population.csv", lambda t: t.replace(t.splitlines()[3] + "\n", "", 1),
     [("population.csv", 0, "no row for 900001, female, 5-9")]),
    ("population.csv", lambda t: "census,district,sex,age_group,population\n", [("population.csv", 0, "no rows")]),
    ("population.csv", lambda t: t + "2010,900001,female,0,5\n", [("population.csv", 78, "is not listed in city")]),
    ("districts.csv", lambda t: t.replace("yes", "maybe"), [("districts.csv", 2, "must be one of yes, no")]),
    ("city.toml", lambda t: t.replace("code", "kode"), [("city.toml", 3, "city.code is missing")]),
    ("city.toml", lambda t: t.replace('"900000"', '""'), [("city.toml", 4, "city.code is empty")]),
    ("city.toml", lambda t: t + "=", [("city.toml", 0, "not valid TOML")]),
    ("city.toml", lambda t: t.replace("un_wpp2024_china", "atlantis"),
     [("city.toml", 7, "reference is no folder of schedules")]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "edit", "expected"), FAULTS)
def test_what_the_reader_refuses_is_listed(
    city: Path, file: str, edit: Edit, expected: list[tuple[str, int, str]]
) -> None:
    _edit(city, file, edit)
    with pytest.raises(pm.SchemaError):
        pm.read_census(city)
    found = pm.check_city(city)
    texts = [(row.file, row.line, f"{row.column} {row.rule}") for row in found.itertuples()]
    for name, line, part in expected:
        assert any(n == name and (line in (at, 4)) and part in text for n, at, text in texts), texts
    assert len(texts) >= len(expected)
    assert found["rule"].str.len().min() > 0
    assert found["remedy"].str.len().min() > 0


def test_city_rows_and_optional_tables_are_held_against_the_counts(city: Path) -> None:
    rows = "".join(
        line.replace("900001", "900000") + "\n"
        for line in (city / "population.csv").read_text(encoding="utf-8").splitlines()
        if "900001" in line
    )
    _edit(city, "population.csv", lambda text: text + rows)
    (city / "settlement.csv").write_text("census,district,urban,rural\n2020,900001,1,2\n", encoding="utf-8")
    (city / "centres.csv").write_text(
        "district,centre,share,status\n900001,main,1.2,assumed\n900003,main,1,assumed\n", encoding="utf-8"
    )
    found = pm.check_city(city)
    assert (found["file"] == "population.csv").sum() == 38
    assert "sum to 3,000" in found.loc[found["file"] == "population.csv", "rule"].iloc[0]
    settlement = " ".join(found.loc[found["file"] == "settlement.csv", "rule"])
    assert "of 900001 sum to 3, the census counts" in settlement
    assert "no row for 900002" in settlement
    centres = " ".join(found.loc[found["file"] == "centres.csv", "rule"])
    assert "must not be larger than 1" in centres
    assert "is not a district of the census of 2020" in centres


def test_observed_values_are_checked_row_by_row(city: Path) -> None:
    _edit(city, "city.toml", lambda t: t.replace("reference =", 'observed = "observed.csv"\nreference ='))
    found = pm.check_city(city)
    assert found["rule"].str.contains("is no file of this folder").any()
    head = "indicator,area,year,value,unit,decimals,basis,status,published,publication,chosen,note\n"
    good = "resident_population,900000,2021,5,10k_persons,0,census,source,2022,invented,,\n"
    (city / "observed.csv").write_text(
        head + good + good.replace("2021,5", "2022,many") + good.replace("persons", "people"), encoding="utf-8"
    )
    found = pm.check_city(city)
    assert list(found["line"]) == [3, 4]
    assert list(found["column"]) == ["value", "unit"]


def test_faults_in_all_files_come_at_once(city: Path) -> None:
    for file, edit in (
        ("population.csv", lambda t: t.replace(",2000\n", ",x\n", 1)),
        ("districts.csv", lambda t: t.replace("yes", "maybe")),
    ):
        _edit(city, file, edit)
    (city / "settlement.csv").write_text("census,district,urban\n", encoding="utf-8")
    assert set(pm.check_city(city)["file"]) == {"population.csv", "districts.csv", "settlement.csv"}


def test_missing_files_are_faults(tmp_path: Path) -> None:
    found = pm.check_city(tmp_path)
    assert set(found["file"]) == {"city.toml", "districts.csv", "population.csv"}


def test_new_writes_a_form_that_can_be_filled_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new"
    assert main(["new", str(folder)]) == 0
    assert {path.name for path in folder.iterdir()} == set(empty_city())
    # empty optional tables count as not given, so the faults are those of what is needed
    assert set(pm.check_city(folder)["file"]) <= {"city.toml", "districts.csv", "population.csv"}
    assert main(["check", str(folder)]) == 2
    assert "city.name_zh" in capsys.readouterr().out
    before = (folder / "city.toml").read_text(encoding="utf-8")
    (folder / "districts.csv").unlink()
    assert main(["new", str(folder)]) == 2
    assert "there already; nothing was written" in capsys.readouterr().err
    assert not (folder / "districts.csv").exists()
    assert (folder / "city.toml").read_text(encoding="utf-8") == before


def test_a_filled_in_form_reads(tmp_path: Path, city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new"
    assert main(["new", str(folder)]) == 0
    text = (folder / "city.toml").read_text(encoding="utf-8")
    for key, value in (("code", "900000"), ("name_zh", "虚构市"), ("name_en", "Invented")):
        text = text.replace(f'{key} = ""', f'{key} = "{value}"')
    (folder / "city.toml").write_text(text, encoding="utf-8")
    for name in ("districts.csv", "population.csv"):
        (folder / name).write_bytes((city / name).read_bytes())
    assert main(["check", str(folder)]) == 0
    assert "nothing wrong" in capsys.readouterr().out
    assert "urban_share" not in pm.read_census(folder)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(pm.SchemaError, match=r"nowhere: there is no such folder\. Correct the path, or make one"):
        pm.check_city(tmp_path / "nowhere")
