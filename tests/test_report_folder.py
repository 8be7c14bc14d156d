"""What is the user's stays: files beside an evaluation, inputs, an evaluation whose replacing was cut short."""

import io
import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

import popmodel as pm
from popmodel.cli import main
from popmodel.files.cells import marked, unmarked
from popmodel.files.guard import held, refuse_inputs
from popmodel.files.sheets import put
from popmodel.files.tables import read_text
from popmodel.report.folder import files_of, replaced, write_whole
from popmodel.report.record import json_bytes, scenario_values
from popmodel.report.tables import csv_bytes
from popmodel.report.template import template_bytes
from popmodel.report.workbook import labels_of, workbook_bytes


def _write(out: Path, content: str = "one", **more: Any) -> None:
    """Write a folder as an evaluation does."""
    with replaced(out, **more) as folder:
        (folder / "charts").mkdir()
        (folder / "charts" / "a.svg").write_text(content, encoding="utf-8")
        (folder / "scorecard.csv").write_text(content, encoding="utf-8")
        record = {"kind": "popmodel evaluation", "files": files_of(folder)}
        (folder / "run.json").write_bytes(json_bytes(record))


def _content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# The user's files


@pytest.mark.parametrize("name", ["notes.txt", "charts/mine.svg", "2024.xlsx", "mine/deep.csv"])
def test_a_folder_with_the_users_files_is_left_alone(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out)
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("work", encoding="utf-8")
    before = _content(out)
    with pytest.raises(pm.SchemaError, match=rf"out: the folder holds {name}, which the earlier run did not write"):
        _write(out, "two")
    assert _content(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_that_was_changed_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out)
    (out / "scorecard.csv").write_text("with my remarks", encoding="utf-8")
    with pytest.raises(pm.SchemaError, match=r"holds scorecard.csv, changed since it was written.* Move these files"):
        _write(out, "two")
    assert (out / "scorecard.csv").read_text(encoding="utf-8") == "with my remarks"


def test_a_file_saved_there_during_the_run_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out)

    def run() -> None:
        with replaced(out):
            (out / "late.txt").write_text("saved meanwhile", encoding="utf-8")

    with pytest.raises(pm.SchemaError, match=r"holds late.txt"):
        run()
    assert (out / "late.txt").read_text(encoding="utf-8") == "saved meanwhile"
    assert (out / "scorecard.csv").read_text(encoding="utf-8") == "one"


def test_an_evaluation_of_the_first_version_is_replaced_but_not_what_lies_in_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out)
    (out / "run.json").write_text(json.dumps({"kind": "popmodel evaluation"}), encoding="utf-8")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(pm.SchemaError, match="notes.txt"):
        _write(out, "two")
    (out / "notes.txt").unlink()
    _write(out, "two")
    assert (out / "scorecard.csv").read_text(encoding="utf-8") == "two"


def test_an_input_in_the_folder_stops_the_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out)
    with pytest.raises(pm.SchemaError, match=r"the folder holds .*scorecard.csv, which this run reads"):
        _write(out, "two", inputs=[out / "scorecard.csv"])
    assert (out / "scorecard.csv").read_text(encoding="utf-8") == "one"


def test_an_evaluation_with_a_sheet_added_from_its_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a user does it: the filled-in sheet lies in the folder of the year."""
    monkeypatch.chdir(tmp_path)
    _write(Path("out/2023"))
    sheet = Path("out/2023/2023.csv")
    sheet.write_bytes(pm.data_path("plan/observed.csv").read_bytes().split(b"\n")[0] + b"\n")
    assert main(["evaluate", "--year", "2023", "--add", str(sheet), "--workers", "1"]) == 2
    assert "which this run reads" in capsys.readouterr().err
    assert sheet.is_file()


# Inputs are not written over


def test_no_command_writes_over_its_inputs(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    seen = tmp_path / "seen.csv"
    seen.write_bytes(pm.data_path("plan/observed.csv").read_bytes())
    (tmp_path / "other.csv").symlink_to(seen)
    os.link(seen, tmp_path / "hard.csv")
    before = _content(tmp_path)
    for words in (
        ["score", "--year", "2023", "--observed", "seen.csv", "--out", "seen.csv"],
        ["score", "--year", "2023", "--observed", "seen.csv", "--out", "other.csv"],
        ["score", "--year", "2023", "--observed", "seen.csv", "--out", "hard.csv"],
        ["project", "--observed", "seen.csv", "--out", "./seen.csv"],
        ["check", str(city), "--out", str(city / "population.csv")],
        ["check", str(city), "--out", str(city / "observed.csv")],  # not there yet, but would be read from then on
    ):
        assert main(words) == 2, words
        assert "this file is read" in capsys.readouterr().err
    assert _content(tmp_path) == before
    assert main(["check", str(city), "--out", str(city / "faults.csv")]) == 0


def test_files_that_city_toml_names_are_inputs(city: Path) -> None:
    text = (city / "city.toml").read_text("utf-8").replace("[city]", '[city]\nobserved = "yearly.csv"')
    (city / "city.toml").write_text(text, encoding="utf-8")
    with pytest.raises(pm.SchemaError, match=r"yearly.csv: this file is read .* Choose another name"):
        refuse_inputs(city / "yearly.csv", [city])
    refuse_inputs(city / "free.csv", [city])


# Runs that are cut short

KILLED = """
import os, pathlib, signal, sys
from popmodel.report.folder import replaced, write_whole
out = pathlib.Path(sys.argv[1])
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "file":
    pathlib.Path.replace = die
    write_whole(out, b"two")
rename = pathlib.Path.rename
def stop(self, target):
    if self.suffix == ".new":
        die()
    return rename(self, target)
if sys.argv[2] == "between":
    pathlib.Path.rename = stop
if sys.argv[2] == "clearing":
    import shutil
    shutil.rmtree = die
with replaced(out) as folder:
    (folder / "run.json").write_text('{"kind": "popmodel evaluation", "files": []}')
    if sys.argv[2] == "within":
        die()
    if sys.argv[2] == "going":
        print("here", flush=True)
        sys.stdin.read()
"""


def _killed(out: Path, where: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(out), where], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
@pytest.mark.parametrize("where", ["within", "between", "clearing"])
def test_a_killed_run_loses_nothing(where: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out)
    before = _content(out)
    _killed(out, where)
    assert len(list(tmp_path.iterdir())) > 1 or where == "between"
    assert out.exists() == (where != "between")
    # The next run finds something wrong early and changes nothing, but what was there is back.
    with pytest.raises(RuntimeError), replaced(out):
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    if where != "clearing":
        assert _content(out) == before
    _write(out, "three")
    assert (out / "scorecard.csv").read_text(encoding="utf-8") == "three"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
def test_a_killed_writer_of_a_file_leaves_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "card.csv"
    write_whole(file, b"one")
    _killed(file, "file")
    assert file.read_bytes() == b"one"
    assert len(list(tmp_path.iterdir())) == 2
    write_whole(file, b"three")
    assert file.read_bytes() == b"three"
    assert [path.name for path in tmp_path.iterdir()] == ["card.csv"]


@pytest.mark.skipif(os.name == "nt", reason="locks as POSIX does")
def test_what_another_run_is_making_is_not_cleared(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _write(out)
    words = [sys.executable, "-c", KILLED, str(out), "going"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"here\n"
        _write(out, "two")
        assert [path.suffix for path in tmp_path.iterdir() if path.name != "out"] == [".new"]
        other.stdin.close()
        assert other.wait(30) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert not (out / "scorecard.csv").exists()  # the later end counts


def test_without_locks_only_what_is_old_is_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("popmodel.files.guard.fcntl", None)
    with held(tmp_path) as mine:
        assert mine is None
    young, old = (tmp_path / f".out.{mark}.new" for mark in ("00000001", "00000002"))
    young.mkdir()
    old.mkdir()
    os.utime(old, (time.time() - 90000,) * 2)
    _write(tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == [young.name, "out"]


# Texts that would be formulas


@pytest.mark.parametrize("text", ["=1+1", "+1+cmd", "-2+3", "@SUM(A1)", "'=1", "''-x", "\tx", "＝1", "'-5"])
def test_a_text_comes_back_as_it_was(text: str, tmp_path: Path) -> None:
    table = pd.DataFrame({"name": [text], "n": [-5.0]})
    (tmp_path / "t.csv").write_bytes(csv_bytes(table))
    line = (tmp_path / "t.csv").read_text("utf-8-sig").split("\n")[1]
    assert line.lstrip('"').startswith("'")
    assert line.endswith(",-5")
    assert read_text(tmp_path / "t.csv")["name"].tolist() == [text]


@pytest.mark.parametrize("text", ["-5.2", "+3%", "plain", "'quoted'", "", "1-2", "−2"])
def test_other_texts_are_not_touched(text: str) -> None:
    assert marked(text) == text
    assert unmarked(text) == text


def test_no_cell_of_a_workbook_is_a_formula_from_a_text(parts: dict[str, Any]) -> None:
    card = parts["card"].assign(name_zh="=1+1", reason_zh="=cmd|'/c calc'!A0", target_text="=2", robustness_zh="=3")
    labels = labels_of(card, parts["projected"])
    labels["zh"] = dict.fromkeys(labels["zh"], "=4")
    content = workbook_bytes(card, labels, year=2023, today=pd.Timestamp("2024-03-05").date(), lang="zh")
    book = openpyxl.load_workbook(io.BytesIO(content))
    formulas = {str(cell.value) for sheet in book for row in sheet for cell in row if cell.data_type == "f"}
    assert formulas
    assert not {text for text in formulas if text.startswith(("=1+1", "=cmd", "=2", "=3", "=4"))}
    first = book.worksheets[0]
    assert first["B2"].value == "=1+1"
    assert first["B2"].quotePrefix


def test_template_keeps_texts(tmp_path: Path) -> None:
    sheet = pd.DataFrame(
        {"indicator": ["=1+1"], "value": [""], "status": [""], "confidence": [""], "chosen": [""], "note": ["=2+2"]}
    )
    file = tmp_path / "t.xlsx"
    file.write_bytes(template_bytes(sheet, year=2024, lang="en"))
    cells = [cell for row in openpyxl.load_workbook(file).worksheets[0] for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert read_text(file)["note"].tolist() == ["=2+2"]


def test_put_leaves_numbers_alone() -> None:
    sheet = openpyxl.Workbook().active
    assert sheet is not None
    assert put(sheet, 1, 1, -5).data_type == "n"  # type: ignore[arg-type]


# The record


def test_what_is_not_known_is_null_in_the_record(parts: dict[str, Any]) -> None:
    projection = parts["projection"].copy()
    projection["urban_share"] = projection["urban_share"].where(projection["year"] < 2030)
    projection["net_migration"] = projection["net_migration"].astype(float) * np.nan
    said = scenario_values(projection, parts["scenarios"])
    text = json_bytes({"scenarios": said}).decode()
    assert "NaN" not in text
    one = json.loads(text)["scenarios"][0]
    first = next(iter(one["by_district"]["urban_share"].values()))
    assert first["2035"] is None
    assert math.isfinite(first["2025"])
