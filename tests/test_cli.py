"""The command: what it prints and writes, and what it says to bad input."""

import argparse
import inspect
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import popmodel as pm
from popmodel.cli import arguments, commands, main, terminal
from popmodel.report import drawing, write
from tests.feasible import answers

SVG = b'<svg viewBox="0 0 1 1" xmlns="http://www.w3.org/2000/svg"><g/></svg>'


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, dot: bytes) -> None:
    """Charts are not drawn; `test_report` draws them."""

    def fake(charts: Any, jobs: Any, *, tell: Any, **_: Any) -> Iterator[drawing.Drawing]:
        for number, _, png in jobs:
            tell(charts[number].name)
            yield drawing.Drawing(SVG, dot if png else None)

    monkeypatch.setattr(write, "draw_all", fake)
    monkeypatch.setattr(commands, "with_feasibility", lambda found: replace(found, feasible=answers()))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _fails(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a command that must fail well: code 2, one message on stderr, nothing on stdout."""
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("popmodel: ")
    assert err.count("popmodel: ") == 1
    assert "Traceback" not in err
    return err


# What is printed


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_evaluate_prints_and_writes(lang: str, here: Path, quick: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["evaluate", "--draws", "0", "--year", "2023", "--out", "out/2023", "--lang", lang, "--explain", "14"])
        == 0
    )
    out, err = capsys.readouterr()
    assert err == ""  # no progress where stderr is no terminal
    lines = out.splitlines()
    assert max(terminal.width(line, ambiguous=2) for line in lines) <= 100
    card = [line for line in lines if line[:2].strip().isdigit() and line[2:3] == " " and line[3:4].strip()][:20]
    assert [int(line[:2]) for line in card] == list(range(1, 21))
    rating = "滞后" if lang == "zh" else "behind"
    places = {terminal.width(line[: line.rindex("  ")]) for line in card if line.endswith("✓ ✓ ✓  ✓ ✓ ✓")}
    assert len(places) == 1
    assert rating in card[0]
    assert card[13].endswith("✗ ✗ ✗  ✓ ✗ ✗")
    assert any(line.startswith("! ") for line in lines)
    assert "which is not rated" in out  # share_60_plus is estimated by the model
    assert "out/2023/: report.docx report.html" in " ".join(lines[-3:])
    run = json.loads((here / "out" / "2023" / "run.json").read_text("utf-8"))
    assert run["command"] == f"popmodel evaluate --draws 0 --year 2023 --lang {lang} --explain 14"
    read = {"city", "targets", "text_targets", "departments", "observed", "talent", "errors", "scenarios", "peers"}
    assert {entry["label"] for entry in run["inputs"]} == read
    page = (here / "out" / "2023" / "report.html").read_text("utf-8")
    assert "评级的变化" in page
    assert ("单独也达不到" if lang == "zh" else "out of reach alone") in out
    assert {"attainable.csv", "required.csv", "conflicts.csv"} <= {path.name for path in (here / "out/2023").iterdir()}
    assert f'data-lang="{lang}"' in page
    assert [path.name for path in here.iterdir()] == ["out"]


def test_columns_are_aligned(card_lines: list[str]) -> None:
    rows = card_lines[card_lines.index("-" * 97) + 1 :]
    assert len(rows) == 20
    head = card_lines[card_lines.index("-" * 97) - 1]
    start = terminal.width(head[: head.index("评级")])
    for line in rows:
        before, at = "", 0
        for character in line:
            if at == start:
                break
            before += character
            at += terminal.width(character)
        assert at == start
        assert before.endswith(" ")  # no column runs into the ratings
        assert not line[len(before)].isspace()


@pytest.fixture(scope="module")
def card_lines(evaluation: pm.Evaluation) -> list[str]:
    return terminal.scorecard_lines(evaluation.ratings, evaluation.values, evaluation.targets, lang="zh")


def test_many_scenarios_still_fit(
    here: Path, scenarios: list[pm.Scenario], base: Any, targets: pd.DataFrame, observed: pd.DataFrame
) -> None:
    from dataclasses import replace

    many = [replace(scenarios[1], name=f"s{n}", zh=f"第{n}种很长的情景名称", en="") for n in range(12)]
    values = pm.measure(pm.project(base.population, pm.scenario_rates(base, many, years=range(2020, 2036))))
    card = pm.score(targets, observed=observed, projected=values, year=2023)
    lines = terminal.scorecard_lines(card, values, targets, lang="zh")
    assert max(terminal.width(line, ambiguous=2) for line in lines) <= 100
    assert "个情景见文件" in "".join(lines)


def test_only_what_was_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "--year", "2022"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("20 "))
    assert " 73.3 " in line  # the 73.7 chosen since was published in 2024


def test_base_and_method(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["score", "--year", "2023", "--lang", "en", "--scenario", "trend", "--out", "card.csv"]
    # PLAN: residents 958.7 (2020) → 976.1 (2023), target 1000: linear pace .702; against the plan's 957.29 it is .734
    for base, pace in (("observed", 0.7022), ("plan", 0.7340)):
        assert main([*words, "--base", base, "--method", "eurostat"]) == 0
        card = pd.read_csv(here / "card.csv")
        first = card[(card["indicator"] == "resident_population") & (card["target_year"] == 2025)].iloc[0]
        assert first["pace"] == pytest.approx(pace, abs=5e-5)
        assert first["rating"] == "moderate_progress"
    assert set(card["scenario"]) == {"trend"}
    assert "card.csv" in capsys.readouterr().out
    assert main(["score", "--year", "2023", "--out", "card.xlsx"]) == 0
    assert openpyxl.load_workbook(here / "card.xlsx").sheetnames[0] == "记分卡2023"


def test_project(here: Path, capsys: pytest.CaptureFixture[str], projection: Any) -> None:
    words = ["project", "--out", "p.csv", "--year", "2023", "--horizon", "2025", "--scenario", "plan"]
    assert main(words) == 0
    table = pd.read_csv(here / "p.csv", dtype={"district": str})
    assert list(table.columns) == ["scenario", "year", "district", "name_zh", "name_en", "sex", "age", "population"]
    assert len(table) == 6 * 12 * 2 * 101
    total = table[table["year"] == 2025]["population"].sum()
    assert total == pytest.approx(10_000_000, abs=1)  # the scenario is solved for it
    assert table["name_zh"].iloc[0] == "鹿城区"
    assert "14544 rows, 2020-2025, observed to 2023" in capsys.readouterr().out


# A further year


def test_template_is_filled_in_checked_and_used(here: Path, quick: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["observe", "template", "--year", "2024", "--out", "2024.xlsx"]) == 0
    book = openpyxl.load_workbook(here / "2024.xlsx")
    sheet = book["2024"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    lines = {sheet.cell(row, heads["indicator"]).value: row for row in range(2, sheet.max_row + 1)}
    assert "resident_population" not in lines  # 985.2 is published
    assert main(["observe", "check", "2024.xlsx"]) == 2
    out = capsys.readouterr().out
    assert "column value is empty. Fill in a value, or delete the row" in " ".join(out.split())
    keep = lines["skilled_talent"]
    for row in range(sheet.max_row, 1, -1):
        if row != keep:
            sheet.delete_rows(row)
    for name, value in {
        "value": 41.25,
        "status": "source",
        "published": "2025-03",
        "publication": "年报, 某局",
    }.items():
        sheet.cell(2, heads[name]).value = value
    book.save(here / "2024.xlsx")
    assert main(["observe", "check", "2024.xlsx"]) == 0
    assert "nothing wrong" in capsys.readouterr().out
    assert main(["score", "--year", "2024", "--add", "2024.xlsx", "--lang", "en"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith(" 7 "))
    assert " 41.25  2024 >40" in line
    assert " met " in line


def test_check_names_the_cell(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["observe", "template", "--year", "2024", "--out", "sheet.csv"]) == 0
    table = pd.read_csv("sheet.csv", dtype=str, keep_default_na=False).iloc[:1]
    table = table.assign(value="viele", status="source", published="2025", publication="x")
    table.to_csv("sheet.csv", index=False)
    capsys.readouterr()
    assert main(["observe", "check", "sheet.csv"]) == 2
    out = capsys.readouterr().out
    assert out.startswith("sheet.csv: line 2 ('viele'): column value must be a number")
    assert out.endswith("\n1 fault\n")


def test_template_does_not_overwrite(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "sheet.xlsx").write_bytes(b"filled in")
    message = _fails(capsys, "observe", "template", "--year", "2024", "--out", "sheet.xlsx")
    assert "sheet.xlsx: the file exists and may be filled in. Choose another name or delete it." in message
    assert (here / "sheet.xlsx").read_bytes() == b"filled in"


# Bad input


def _edited(name: str, file: Path, change: Callable[[str], str]) -> str:
    text = pm.data_path(name).read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    return str(file)


def test_unknown_driver(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "\nlife_expectancy"
    file = _edited("scenarios/wenzhou.toml", here / "s.toml", lambda t: t.replace(text, "\nlife_hope", 1))
    message = _fails(capsys, "evaluate", "--draws", "0", "--year", "2023", "--out", "out", "--scenarios", file)
    assert "key scenario.trend.life_hope is an unknown key" in message
    assert "Known:" in message
    assert [path.name for path in here.iterdir()] == ["s.toml"]


def test_another_city_brings_its_own_plan(city: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--draws", "0", "--year", "2023", "--out", "x", "--city", str(city)]) == 2
    said = capsys.readouterr().err
    assert "city.toml: the city 900000 names no targets and no scenarios" in said
    assert "or give --targets and --scenarios." in said
    assert [path.name for path in here.iterdir()] == ["city"]


def test_a_scenario_that_lacks_a_year_is_named_with_its_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = pm.data_path("scenarios/wenzhou.toml").read_text(encoding="utf-8")
    file = here / "late.toml"
    file.write_text(text.replace("{ 2020 = 81.72, 2025", "{ 2024 = 81.72, 2025"), encoding="utf-8")
    assert main(["score", "--year", "2023", "--scenarios", str(file)]) == 2
    assert "late.toml: scenario plan: life_expectancy: no value for 2021" in capsys.readouterr().err


def test_missing_column(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _edited("plan/table6.csv", here / "t.csv", lambda t: t.replace(",operator,", ",operater,", 1))
    message = " ".join(_fails(capsys, "score", "--year", "2023", "--targets", file).split())
    assert "t.csv: line 1 ('operater'): column operater is not part of the form. Did you mean operator?" in message
    assert "t.csv: line 1: column operator is missing." in message


def test_unknown_operator(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _edited("plan/table6.csv", here / "t.csv", lambda t: t.replace(",reach,", ",arrive,", 1))
    message = _fails(capsys, "score", "--year", "2023", "--targets", file)
    assert "'arrive'" in message
    assert "reach, above" in message


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("evaluate", "--draws", "0", "--year", "2023", "--out", "file"), "file: this is a file, a folder is needed"),
        (("evaluate", "--draws", "0", "--year", "2023", "--out", "file/x"), "cannot write in"),
        (("evaluate", "--draws", "0", "--year", "2023", "--out", "mine"), "holds other files and no run.json"),
        (("evaluate", "--draws", "0", "--year", "2023", "--out", "x", "--workers", "0"), "workers=0 must be 1 or more"),
        (("score", "--year", "2019"), "year 2019 is before the census year 2020. Evaluate a later year"),
        (("score", "--year", "2023", "--horizon", "2020"), "horizon 2020 is not after the census year 2020"),
        (("score", "--year", "2023", "--scenario", "boom"), "there is no scenario boom. Use one of: trend, plan."),
        (("score", "--year", "2023", "--scenario", "plam"), "Use one of: trend, plan. Did you mean plan?"),
        (("score", "--year", "2023", "--explain", "99"), "the plan has no indicator '99'. Use one of: resident_pop"),
        (("score", "--year", "2023", "--observed", "none.csv"), "none.csv: the file is missing"),
        (("score", "--year", "2023", "--census", "mine"), "city.toml: the file is missing"),
        (("score", "--year", "2023", "--out", "card.pdf"), "the ending '.pdf' is not known. Use .csv or .xlsx"),
        (("project", "--out", "p.nc"), "p.nc: the ending '.nc' is not known. Use .csv."),
        (("project", "--out", "file/p.csv"), "cannot write in"),
        (("observe", "check", "none.xlsx"), "none.xlsx: the file is missing"),
        (("observe", "template", "--year", "2024", "--out", "t.ods"), "t.ods: the ending '.ods' is not known"),
    ],
)  # fmt: skip
def test_bad_input(
    words: tuple[str, ...], message: str, here: Path, quick: None, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "file").write_text("x", encoding="utf-8")
    (here / "mine").mkdir()
    (here / "mine" / "notes.txt").write_text("x", encoding="utf-8")
    assert message in _fails(capsys, *words)
    assert sorted(path.name for path in here.rglob("*")) == ["file", "mine", "notes.txt"]


@pytest.mark.parametrize(
    "words", [[], ["evaluate", "--year", "soon"], ["fly"], ["score", "--yea", "2023"], ["observe"]]
)
def test_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "usage: popmodel" in capsys.readouterr().err


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["evaluate", "--help"], ["observe", "template", "--help"], ["project", "--help"]):
        assert main(words) == 0
        out = capsys.readouterr().out
        assert "example" in out
        assert max(map(len, out.splitlines())) <= 100


def test_interrupted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("popmodel.cli.commands.read_inputs", stop)
    assert main(["score", "--year", "2023"]) == 130
    assert "interrupted; nothing was changed" in capsys.readouterr().err


def test_console_that_cannot_show_chinese() -> None:
    code = "import sys; from popmodel.cli import main; sys.exit(main(['score', '--year', '2023']))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, env={"PYTHONIOENCODING": "ascii", "PATH": ""}
    )
    assert done.returncode == 0, done.stderr
    assert b"1000" in done.stdout
    assert b" n y y  y y y" in done.stdout


def test_closed_pipe() -> None:
    code = "import sys; from popmodel.cli import main; sys.exit(main(['score', '--year', '2023']))"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    assert process.returncode == 0
    assert b"Traceback" not in errors


def test_progress_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with terminal.progress() as tell:
        tell(0, 0, "reading")
        tell(2, 4, "[red]scorecard")
    assert "2/4" in screen.getvalue()
    assert "[red]scorecard" in screen.getvalue()  # a name is no markup
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with terminal.progress() as tell:
        tell(2, 4, "scorecard")
    assert sys.stderr.getvalue() == ""


# Text in columns


@pytest.mark.parametrize(
    ("text", "narrow", "wide"),
    [("abc", 3, 3), ("人口", 4, 4), ("（）", 4, 4), ("≤9", 2, 3), ("e\u0301", 1, 1), ("✓", 1, 1)],
)
def test_width(text: str, narrow: int, wide: int) -> None:
    assert terminal.width(text) == narrow
    assert terminal.width(text, ambiguous=2) == wide


def test_cut_and_pad() -> None:
    assert terminal.cut("常住人口", 8) == "常住人口"
    assert terminal.cut("常住人口", 7) == "常住.."
    # Both ends stay, since names often differ in the last word.
    assert terminal.cut("Share of residents in the main centre", 20, middle=True) == "Share of..in centre"
    assert terminal.cut("一二三四五六七八九十", 11, middle=True) == "一二..九十"
    assert terminal.pad("人口", 6) == "人口  "
    assert terminal.pad("9.0", 5, right=True) == "  9.0"


def test_columns() -> None:
    rows = [["年", "[b]", "n"], ["2030", "x", "1.5"], ["a heading", "alone"]]
    assert terminal.columns(rows, right=[2]) == ["年    [b]    n", "2030  x    1.5", "a heading  alone"]
    assert terminal.columns([]) == []


def test_wrap() -> None:
    lines = terminal.wrap("人口，人口。人口人口", room=7)
    assert lines == ["人口，", "人口。", "人口人", "口"]  # punctuation does not start a line
    assert terminal.wrap("one two three", first="- ", rest="  ", room=9) == ["- one two", "  three"]
    assert terminal.marks("utf-8") == ("✓", "✗")
    assert terminal.marks("gbk") == ("y", "n")
    assert terminal.marks(None) == ("y", "n")


def test_every_command_speaks_the_same_language_unless_told() -> None:
    def languages(parser: argparse.ArgumentParser) -> Iterator[tuple[str, object]]:
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for one in action.choices.values():
                    yield from languages(one)
            elif "--lang" in action.option_strings:
                yield parser.prog, action.default

    found = dict(languages(arguments.parser()))
    assert {"popmodel evaluate", "popmodel score", "popmodel observe template", "popmodel backtest"} <= set(found)
    assert set(found.values()) == {"zh"}
    functions = {
        name: inspect.signature(getattr(pm, name)) for name in pm.__all__ if inspect.isroutine(getattr(pm, name))
    }
    given = {name: sign.parameters["lang"].default for name, sign in functions.items() if "lang" in sign.parameters}
    assert len(given) > 10
    assert set(given.values()) == {"zh"}


def test_a_city_that_cannot_be_drawn_is_evaluated_without_probabilities(
    here: Path, quick: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise pm.SchemaError("too many would leave. Reduce them.")

    monkeypatch.setattr("popmodel.evaluation.forecast_plan", refuse)
    assert main(["evaluate", "--year", "2023", "--out", "a", "--lang", "en"]) == 0
    assert "no probabilities are given" in capsys.readouterr().err
    # Who asks for draws is told that there are none, and nothing is written.
    assert main(["evaluate", "--draws", "1000", "--year", "2023", "--out", "b", "--lang", "en"]) == 2
    assert not (here / "b").exists()
