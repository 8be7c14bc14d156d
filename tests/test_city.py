"""city.toml: read into one record; everything that is wrong in it comes at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

import popmodel as pm
from popmodel.files.city import read_city
from popmodel.schema import fault_texts

Edit = Callable[[str], str]


def _edit(city: Path, edit: Edit) -> str:
    file = city / "city.toml"
    before = file.read_text(encoding="utf-8")
    after = edit(before)
    assert after != before
    file.write_text(after, encoding="utf-8")
    with pytest.raises(pm.SchemaError) as raised:
        read_city(city)
    return "\n".join(fault_texts(raised.value.faults))


def test_the_shipped_city_names_its_plan() -> None:
    city = read_city()
    assert city == read_city(pm.data_path("census/wenzhou"))
    assert [census.year for census in city.censuses] == [2010, 2020]
    assert city.reference == pm.data_path("reference/un_wpp2024_china")
    assert dict(city.tables) == {
        "targets": pm.data_path("plan/table6.csv"),
        "observed": pm.data_path("plan/observed.csv"),
        "scenarios": pm.data_path("scenarios/wenzhou.toml"),
        "text_targets": pm.data_path("plan/text_targets.csv"),
        "departments": pm.data_path("plan/departments.csv"),
        "duties": pm.data_path("plan/duties.csv"),
        "townships": pm.data_path("census/wenzhou/townships.csv"),
        "services": pm.data_path("plan/services.csv"),
        "talent": pm.data_path("plan/talent.csv"),
        "peers": pm.data_path("plan/peers.csv"),
        "errors": pm.data_path("census/wenzhou/indicator_errors.csv"),
        "limits": pm.data_path("census/wenzhou/limits.toml"),
    }


def test_another_city_has_what_it_names_and_nothing_else(city: Path) -> None:
    assert not read_city(city).tables
    (city / "mine.csv").write_text("", encoding="utf-8")
    file = city / "city.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("reference =", 'targets = "mine.csv"\nreference ='), encoding="utf-8")
    assert read_city(city).tables == {"targets": city / "mine.csv"}
    # a table of the shipped city's is not found by its place in the shipped data
    assert "line 8 ('plan/observed.csv'): key city.observed is no file of this folder" in _edit(
        city, lambda t: t.replace("reference =", 'observed = "plan/observed.csv"\nreference =')
    )


@pytest.mark.parametrize(
    ("edit", "parts"),
    [
        (lambda t: t.replace("format = 1\n", ""), ["format is missing. Add format = 1 (version of this form)"]),
        (lambda t: t.replace("format = 1", "format = 2"), ["line 1 ('2'): key format must be 1"]),
        (lambda t: t + 'observed = "observed.csv"\n',
         ["line 13: key census[1].observed is an unknown key. It belongs in [city]: in TOML a key belongs"]),
        (lambda t: t.replace('code = "900000"', "code = 900000"),
         ["line 4 ('900000'): key city.code must be a text in quotation marks. Write code = "]),
        (lambda t: t.replace('"Invented"', '" "'), ["line 6 (' '): key city.name_en is empty, or begins or ends"]),
        (lambda t: t.replace("year = 2020", "year = true"),
         ["line 10 ('True'): key census[1].year must be a whole number"]),
        (lambda t: t.replace("year = 2020", "year = " + "9" * 4000), ["an integer of more than 30 digits"]),
        (lambda t: t.replace("year = 2020", "year = " + "9" * 5000), ["not valid TOML"]),
        (lambda t: t.replace("year = 2020", "year = 20200"),
         ["line 10 ('20200'): key census[1].year must be less than or equal to 2200"]),
        (lambda t: t.replace("2020-11-01", '"2020-11-01"'), ["date must be a day, without quotation marks"]),
        (lambda t: t.replace("2020-11-01", "2020-11-01T00:00:00"), ["date must be a day, without quotation marks"]),
        (lambda t: t.replace("2020-11-01", "nan"),
         ["line 11 ('nan'): key census[1].date must be a day, without quotation marks. Write date = 2020-11-01."]),
        (lambda t: t.replace("2020-11-01", "1953-06-30"),
         ["line 11 ('1953-06-30'): key census[1].date is not in 2020"]),
        (lambda t: t + t[t.index("[[census]]"):], ["line 14 ('2020'): key census[2].year is listed twice"]),
        (lambda t: t[: t.index("[[census]]")], ["census is missing. Add it (one block [[census]] a census)"]),
        (lambda t: t.replace("[[census]]", "[census]"), ["line 9 ('a table'): key census must be a list"]),
        (lambda t: t.replace("[city]", "[[city]]"), ["line 3 ('a list'): key city must be a table"]),
        (lambda t: "city = 3\n" + t.replace("[city]", "[city_]"),
         ["city must be a table", "city_ is an unknown key"]),
        (lambda t: t.replace("reference =", f'targets = "{"x" * 5000}"\nreference ='), ["targets is no file", "…"]),
        (lambda t: t.replace("un_wpp2024_china", "x" * 5000),
         ["reference is no folder of schedules", "un_wpp2024_china"]),
        (lambda t: "x = " + "[" * 5000 + "\n" + t, ["not valid TOML"]),
        (lambda t: t.replace("name_zh", "name_cn").replace("year = 2020", 'year = "2020"').replace("format = 1", ""),
         ["format is missing", "name_zh is missing", "name_cn is an unknown key", "year must be a whole number"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_once_with_its_line(city: Path, edit: Edit, parts: list[str]) -> None:
    said = _edit(city, edit)
    assert said.startswith(f"{city / 'city.toml'}: ")
    for part in parts:
        assert part in said
    assert len(said) < 1500


def test_bytes_that_are_no_form(city: Path) -> None:
    file = city / "city.toml"
    text = file.read_text(encoding="utf-8")
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())  # the mark that some editors put first is no fault
    assert read_city(city).code == "900000"
    file.write_bytes(text.encode("gbk"))
    with pytest.raises(pm.SchemaError, match=r"not valid TOML .*Save the file as UTF-8"):
        read_city(city)
    file.write_bytes(b"#" * 1_000_001)
    with pytest.raises(pm.SchemaError, match="longer than 1,000,000 bytes"):
        read_city(city)
    file.unlink()
    file.mkdir()
    with pytest.raises(pm.SchemaError, match="the file is missing"):
        read_city(city)


def test_links_that_lead_nowhere(city: Path) -> None:
    (city / "round.csv").symlink_to(city / "round.csv")
    (city / "gone.csv").symlink_to(city / "nothing.csv")
    (city / "folder.csv").mkdir()
    for name in ("round", "gone", "folder", "Round"):
        text = (city / "city.toml").read_text(encoding="utf-8")
        said = _edit(city, lambda t, name=name: t.replace("reference =", f'observed = "{name}.csv"\nreference ='))  # type: ignore[misc]
        assert f"line 7 ('{name}.csv'): key city.observed is no file of this folder" in said
        (city / "city.toml").write_text(text, encoding="utf-8")
