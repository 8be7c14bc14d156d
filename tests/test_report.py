"""The report: a folder replaced whole, tables that agree, one page in two languages."""

import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm
from popmodel.plots import evaluated
from popmodel.report import (
    derivations as working,
    drawing,
    figures,
    folder,
    record,
    tables,
    workbook,
    write,
)
from popmodel.scoring import as_known, rating_history, score
from popmodel.wording import findings, view as digest
from popmodel.wording.card import worded
from tests.invented import write_city

DAY = "2024-03-05"
SVG = b"""<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "http://www.w3.org/x.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="576pt" height="3pt" viewBox="0 0 576 3"
 xmlns="http://www.w3.org/2000/svg" version="1.1"><metadata>https://matplotlib.org/</metadata>
<g id="axes_1"><defs><path id="F-1" d="M 1 2
L 3 4 z" transform="scale(0.015625)"/><clipPath id="p1"><rect/></clipPath></defs>
<g clip-path="url(#p1)"><use xlink:href="#F-1"/></g></g></svg>"""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, dot: bytes) -> None:
    """Charts are not drawn but stand for themselves; for what does not look at them."""

    def fake(charts: Any, jobs: Any, *, tell: Any, **_: Any) -> Iterator[drawing.Drawing]:
        for number, _, png in jobs:
            tell(charts[number].name)
            yield drawing.Drawing(SVG, dot if png else None)

    monkeypatch.setattr(write, "draw_all", fake)


# The folder


def test_an_evaluation_is_written(found: pm.Evaluation, quick: None, tmp_path: Path) -> None:
    out = pm.write_report(tmp_path / "a", found, today=DAY)
    said = json.loads((out / "run.json").read_text("utf-8"))
    assert said["year"] == 2023
    # The observed values came from no file, so the table itself is hashed.
    assert [each["label"] for each in said["inputs"] if each["label"] != "city"] == ["targets", "observed"]
    listed = {each["path"]: each["sha256"] for each in said["files"]}
    there = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    assert set(listed) == set(there) - {"run.json"}
    assert all(hashlib.sha256(there[name].read_bytes()).hexdigest() == mark for name, mark in listed.items())
    with pytest.raises(TypeError, match="an evaluation or its parts, not both: card"):
        pm.write_report(tmp_path / "b", found, card=found.ratings)


def test_call_of_the_first_version_still_works(parts: dict[str, Any], quick: None, tmp_path: Path) -> None:
    five = {name: parts[name] for name in ("card", "targets", "observed", "projected", "projection")}
    with pytest.warns(DeprecationWarning, match=r"pass what evaluate\(\) returns"):
        out = pm.write_report(tmp_path / "a" / "b", **five)
    assert out == tmp_path / "a" / "b"
    names = sorted(path.name for path in out.iterdir())
    assert names == [
        "charts",
        "indicators.csv",
        "report.docx",
        "report.html",
        "run.json",
        "scorecard.csv",
        "scorecard.xlsx",
    ]
    assert json.loads((out / "run.json").read_text("utf-8"))["date"] == date.today().isoformat()


def test_second_run_replaces_the_folder_whole(parts: dict[str, Any], quick: None, tmp_path: Path) -> None:
    out = write.write_parts(tmp_path / "out", today=DAY, **parts)
    (out / ".DS_Store").write_bytes(b"left by a file manager")
    write.write_parts(out, today="2024-03-06", lang="en", **parts)
    assert not (out / ".DS_Store").exists()
    assert "Target" in (out / "report.html").read_text("utf-8")
    assert (out / "charts" / "scorecard.png").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("broken", ["page_of", "draw_all", "json_bytes"])
def test_failure_in_the_middle_leaves_the_old_folder(
    broken: str, parts: dict[str, Any], quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = write.write_parts(tmp_path / "out", today=DAY, **parts)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def fails(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, broken, fails)
    with pytest.raises(OSError, match="No space left"):
        write.write_parts(out, today="2030-01-01", **parts)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    with pytest.raises(OSError, match="No space left"):
        write.write_parts(tmp_path / "new" / "deep", today=DAY, **parts)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_failed_swap_puts_the_old_folder_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "run.json").write_text(json.dumps({"kind": folder.KIND}), encoding="utf-8")
    rename = Path.rename

    def fails_for_new(self: Path, target: Path) -> Path:
        if self.name.endswith(".new"):
            raise OSError(16, "Device or resource busy")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails_for_new)
    with pytest.raises(OSError, match="busy"), folder.replaced(out) as fresh:
        (fresh / "file").write_text("new", encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [path.name for path in out.iterdir()] == ["run.json"]


def test_foreign_folder_and_file_are_refused(parts: dict[str, Any], quick: None, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_bytes(b"years of work")
    with pytest.raises(pm.SchemaError, match=r"mine: the folder holds other files and no run.json .* Choose a new"):
        write.write_parts(tmp_path / "mine", **parts)
    (tmp_path / "mine" / "run.json").write_text('{"kind": "something else"}', encoding="utf-8")
    with pytest.raises(pm.SchemaError, match="holds other files"):
        write.write_parts(tmp_path / "mine", **parts)
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    with pytest.raises(pm.SchemaError, match=r"file: this is a file, a folder is needed"):
        write.write_parts(file, **parts)
    with pytest.raises(pm.SchemaError, match=r"cannot write in .*file.* Choose a folder that can be written"):
        write.write_parts(file / "below", **parts)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "mine"]


def test_unwritable_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(self: Path, *_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", denied)
    with (
        pytest.raises(pm.SchemaError, match=r"cannot write in .* \(Permission denied\)"),
        folder.replaced(tmp_path / "x"),
    ):
        pytest.fail("the block must not run")


def test_working_folder_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(pm.SchemaError, match="one works in cannot be replaced"), folder.replaced("."):
        pytest.fail("the block must not run")


def test_same_input_same_bytes(parts: dict[str, Any], quick: None, tmp_path: Path) -> None:
    one = write.write_parts(tmp_path / "one", today=DAY, **parts)
    two = write.write_parts(tmp_path / "two", today=date.fromisoformat(DAY), **parts)
    for name in ("scorecard.csv", "indicators.csv", "run.json", "report.html"):
        assert (one / name).read_bytes() == (two / name).read_bytes(), name
    other = write.write_parts(tmp_path / "three", today="2024-03-06", **parts)
    assert (one / "run.json").read_bytes() != (other / "run.json").read_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lang": "fr"}, r"lang='fr' is not a language of the report. Use 'zh' or 'en'"),
        ({"today": "5 March"}, r"today='5 March' is not a date. Write it as 2024-03-05"),
        ({"year": 2022}, r"the scorecard evaluates 2023, the report is asked for 2022"),
        ({"workers": 0}, r"workers=0 must be 1 or more"),
        ({"inputs": {"census": "nowhere"}}, r"inputs: census is to be nowhere, but there is no such file"),
    ],
)
def test_bad_arguments(change: dict[str, Any], message: str, parts: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(pm.SchemaError, match=message):
        write.write_parts(tmp_path / "out", **{**parts, **change})
    assert not list(tmp_path.iterdir())


def test_parts_of_different_runs(parts: dict[str, Any], tmp_path: Path) -> None:
    one = parts["card"][parts["card"]["scenario"] == "plan"]
    with pytest.raises(pm.SchemaError, match=r"the card holds the scenarios plan, projected holds plan, trend"):
        write.write_parts(tmp_path / "out", **{**parts, "card": one})
    with pytest.raises(pm.SchemaError, match=r"card has no column c, rating\. Pass what score\(\) returns"):
        write.write_parts(tmp_path / "out", **{**parts, "card": one.drop(columns=["c", "rating"])})
    with pytest.raises(pm.SchemaError, match="card has no rows"):
        write.write_parts(tmp_path / "out", **{**parts, "card": one.iloc[:0]})


# The tables


def test_indicators_csv(report: Path, parts: dict[str, Any]) -> None:
    assert (report / "indicators.csv").read_bytes().startswith("\ufeffscenario,".encode())
    table = pd.read_csv(report / "indicators.csv", dtype={"area": str})
    assert list(table.columns) == list(tables.LONG)
    assert set(table["status"]) == {"observed", "projected"}
    assert set(table["scenario"]) == {"observed", "trend", "plan"}
    assert table["value"].notna().all()
    one = table[(table["scenario"] == "plan") & (table["indicator"] == "share_60_plus") & (table["area"] == "330300")]
    assert list(one["year"]) == list(range(2020, 2036))
    expected = parts["projected"]["share_60_plus"].sel(scenario="plan", area="330300")
    np.testing.assert_allclose(one["value"], expected, rtol=1e-9)
    assert set(one["unit"]) == {"percent"}
    assert one["area_zh"].iloc[0] == "温州市"
    assert one["name_zh"].iloc[0] == "常住人口老龄化率（60岁及以上）"
    seen = table[table["scenario"] == "observed"]
    assert seen["year"].max() == 2023  # what is of 2024 was not known
    only = seen[(seen["indicator"] == "skilled_talent") & (seen["year"] == 2020)].iloc[0]
    assert (only["name_zh"], only["value"], only["origin"]) == ("高技能人才总量", 32.65, "source")
    weak = seen[(seen["indicator"] == "registered_population") & (seen["area"] == "330300") & (seen["year"] == 2022)]
    assert weak[["origin", "confidence"]].to_numpy().tolist() == [["source", "low"]]
    flows = table[(table["indicator"] == "births") & (table["scenario"] == "trend")]
    assert flows["year"].min() == 2021  # the base year has no flow, and no empty row


def test_workbook_holds_the_csv(report: Path) -> None:
    table = pd.read_csv(report / "scorecard.csv", dtype=str, keep_default_na=False)
    assert len(table) == 120
    book = openpyxl.load_workbook(report / "scorecard.xlsx")
    assert book.sheetnames == ["记分卡2023", "数据", "说明"]
    rows = list(book["数据"].iter_rows(values_only=True))
    assert list(rows[0]) == list(table.columns)
    for cells, (_, line) in zip(rows[1:], table.iterrows(), strict=True):
        for cell, text in zip(cells, line, strict=True):
            if isinstance(cell, bool):
                assert str(cell) == text
            elif isinstance(cell, int | float):
                assert float(text) == pytest.approx(cell, rel=1e-9)
            else:
                assert (cell or "") == text
    sheet = book["记分卡2023"]
    assert sheet.freeze_panes == "C2"
    assert sheet["B2"].value == "常住人口"
    assert sheet.max_row == 61
    assert sheet.column_dimensions["B"].width == 30


def test_formulas_give_the_figures_of_the_card(report: Path, parts: dict[str, Any]) -> None:
    sheet = openpyxl.load_workbook(report / "scorecard.xlsx")["记分卡2023"]
    heads = {cell.value: cell.column_letter for cell in sheet[1]}

    def value(place: str) -> float:
        content = sheet[place].value
        if not isinstance(content, str) or not content.startswith("="):
            return float(content)
        return float(eval(re.sub(r"[A-Z]+\d+", lambda m: f"({value(m[0])!r})", content[1:])))

    card = parts["card"][parts["card"]["scenario"] == "trend"].reset_index(drop=True)
    columns = {
        "进度 c": "c",
        "时间 τ": "tau",
        "进度比": "pace",
        "今后每年需变化": "needed_per_year",
        "此前年均变化": "observed_per_year",
    }
    live = 0
    for line, row in card.iterrows():
        for head, name in columns.items():
            place = f"{heads[head]}{int(str(line)) + 2}"
            if np.isfinite(row[name]):
                assert value(place) == pytest.approx(row[name], rel=1e-6, abs=1e-9), (place, row["indicator"])
                live += str(sheet[place].value).startswith("=")
            else:
                assert sheet[place].value is None
    assert live > 40  # only what is published is rated
    assert sheet["L2"].value == "=(J2-H2)/(F2-H2)"  # residents, worked by hand: (976.1 − 958.7) / (1000 − 958.7)
    assert value("L2") == pytest.approx(0.421308, abs=1e-6)


def test_rating_is_coloured(report: Path) -> None:
    sheet = openpyxl.load_workbook(report / "scorecard.xlsx")["记分卡2023"]
    fills = {sheet[f"O{line}"].value: sheet[f"O{line}"].fill.fgColor.rgb for line in range(2, 62)}
    assert len(fills) >= 4
    assert len(set(fills.values())) == len(fills)  # each rating has a colour of its own


def test_english_workbook(parts: dict[str, Any]) -> None:
    labels = workbook.labels_of(parts["card"], parts["projected"])
    content = workbook.workbook_bytes(parts["card"], labels, year=2023, today=date(2024, 3, 5), lang="en")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Scorecard 2023", "Data", "Key"]
    text = " ".join(str(c) for row in book["Scorecard 2023"].iter_rows(values_only=True) for c in row if c is not None)
    assert not re.search(r"[\u3400-\u9fff]", text)


# The record


def test_run_json(report: Path, parts: dict[str, Any]) -> None:
    run = json.loads((report / "run.json").read_text("utf-8"))
    assert (run["kind"], run["date"], run["year"], run["popmodel"]) == (folder.KIND, DAY, 2023, pm.__version__)
    shipped = pm.data_path()
    for entry in run["inputs"]:
        assert not Path(entry["path"]).is_absolute()
        file = shipped / entry["path"].removeprefix("data/")
        assert entry["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert {entry["path"] for entry in run["inputs"]} >= {"data/plan/table6.csv", "data/census/wenzhou/population.csv"}
    assert run["libraries"]["numpy"] == np.__version__
    plan = next(entry for entry in run["scenarios"] if entry["name"] == "plan")
    assert plan["drivers"]["total_fertility"]["2025"] == 1.1481  # 1.35 of the registered, converted to residents
    written = plan["as_written"]
    assert written["total_fertility"]["kind"] == "toward"
    assert written["net_migration"] == {"kind": "solve", "value": 10_000_000.0, "year": 2025, "then": "observed"}
    moved = parts["projection"]["net_migration"].sel(scenario="plan", period=2030).sum()
    assert plan["drivers"]["net_migration"]["2030"] == pytest.approx(float(moved), abs=0.1)


def test_tables_are_hashed_where_no_file_is_named(targets: pd.DataFrame) -> None:
    one = record.table_hashes({"targets": targets})[0]["sha256"]
    assert one == record.table_hashes({"targets": targets.copy()})[0]["sha256"]
    changed = targets.assign(value=targets["value"] + 1)
    assert one != record.table_hashes({"targets": changed})[0]["sha256"]


# The page and its charts


def test_page_is_one_file_in_two_languages(report: Path, parts: dict[str, Any]) -> None:
    page = (report / "report.html").read_text("utf-8")
    card = parts["card"]
    old = card[(card["scenario"] == "plan") & (card["indicator"] == "share_60_plus") & (card["target_year"] == 2035)]
    figure = f"{old['projected'].item():.2f}%"
    assert not re.search(r"https?:|//[a-z]+\.|<link[^>]+stylesheet|@import|<img[^>]+src=\"(?!data:)", page)
    assert 'data-lang="zh"' in page
    assert 'lang="zh-CN"' in page
    for text in (
        "主要结论",
        "Findings",
        "滞后",
        "behind",
        "资料来源",
        "Sources",
        f"{figure}（目标&lt;26）",
        f"{figure} in 2035",
    ):
        assert text in page, text
    assert page.count('class="zh"') >= page.count('<article id="') > 19
    assert page.count('<section id="') == 10


def test_page_shows_every_chart_in_both_languages(report: Path) -> None:
    page = (report / "report.html").read_text("utf-8")
    shown = re.findall(r'data-chart="([^"]+)"><svg', page)
    files = {path.stem for path in (report / "charts").glob("*.svg")}
    assert {path.stem for path in (report / "charts").glob("*.png")} == files
    assert {name.replace("-", "_", 1) for name in shown} == files
    assert all(shown.count(name) == 2 for name in shown)
    projected = {
        "resident_population", "registered_population", "total_fertility", "life_expectancy", "sex_ratio_at_birth",
        "share_60_plus", "dependency_ratio", "central_city_primacy", "main_centre_share", "sub_centre_share",
        "urbanisation_rate",
    }  # fmt: skip
    seen = {"graduates_attracted", "skilled_talent"}
    assert files >= {f"tracking_{name}" for name in projected | seen}
    # Nothing is published, nothing projected; the 32.2 printed for the health index is another indicator's.
    assert not files & {"tracking_tertiary_share_prime_working_age", "tracking_health_index"}
    kinds = ("pyramid", "components", "districts", "structure", "lexis", "tiles", "centres")
    assert files >= {f"{kind}_{name}" for kind in kinds for name in ("plan", "trend")}
    assert files >= {"scorecard", "slope", "heatmap", "multiples"}
    for path in (report / "charts").glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")


def test_page_says_how_sure_a_figure_is(report: Path) -> None:
    page = (report / "report.html").read_text("utf-8")
    text = re.sub(r"<[^>]+>", "", page)
    assert "2022 831.80 （来源不明）" in text or "2022 831.8 （来源不明）" in text
    assert "(source unclear)" in text
    assert "（据转载）" in text


def test_every_reference_inside_the_page_resolves(report: Path) -> None:
    page = (report / "report.html").read_text("utf-8")
    ids = _ids(report)
    assert len(ids) == len(set(ids))
    used = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', page))
    wanted = {one or other for one, other in used}
    assert len(wanted) > 300
    assert wanted <= set(ids)


def _ids(out: Path) -> list[str]:
    return re.findall(r'\sid="([^"]+)"', (out / "report.html").read_text("utf-8"))


def test_two_versions_of_a_plan(parts: dict[str, Any], quick: None, tmp_path: Path) -> None:
    both = pd.concat([parts["targets"], parts["targets"].assign(version="2026")])
    card = score(both, observed=parts["observed"], projected=parts["projected"], year=2023)
    ids = _ids(write.write_parts(tmp_path / "out", today=DAY, **{**parts, "targets": both, "card": card}))
    assert len(ids) == len(set(ids))
    assert {"share_60_plus-2022", "share_60_plus-2026"} <= set(ids)


def test_draws(parts: dict[str, Any], quick: None, tmp_path: Path) -> None:
    values, projection = parts["projected"], parts["projection"]
    many = xr.concat([values * factor for factor in (0.99, 1.0, 1.02)], dim="draw", join="exact")
    many = many.transpose("scenario", "draw", "year", "area")
    for name in many.data_vars:
        many[name].attrs = values[name].attrs
    flows = projection.expand_dims(draw=3).transpose("scenario", "draw", ...)
    card = score(parts["targets"], observed=parts["observed"], projected=many, year=2023)
    changed = {**parts, "card": card, "projected": many, "projection": flows}
    out = write.write_parts(tmp_path / "out", today=DAY, **changed)
    table = pd.read_csv(out / "indicators.csv", dtype={"area": str})
    median = table[(table["scenario"] == "plan") & (table["indicator"] == "births") & (table["area"] == "330300")]
    expected = values["births"].sel(scenario="plan", area="330300", year=slice(2021, None))
    np.testing.assert_allclose(median["value"], expected, rtol=1e-9)


@pytest.mark.parametrize("method", ["eurostat", "destatis"])
def test_cards_of_other_methods(method: str, parts: dict[str, Any], quick: None, tmp_path: Path) -> None:
    card = score(parts["targets"], observed=parts["observed"], projected=parts["projected"], year=2023, method=method)
    page = write.write_parts(tmp_path / "out", today=DAY, **{**parts, "card": card}) / "report.html"
    label = {"eurostat": "moderate_progress", "destatis": "cloud"}[method]
    assert f'class="pill {label}"' in page.read_text("utf-8")
    assert f".pill.{label} {{ color" in page.read_text("utf-8")


def test_without_names_and_observations(parts: dict[str, Any], quick: None, tmp_path: Path) -> None:
    bare = parts["projected"].drop_vars(["area_zh", "area_en", "scenario_zh", "scenario_en"])
    card = score(parts["targets"], projected=bare, year=2023)
    out = write.write_parts(tmp_path / "out", today=DAY, **{**parts, "card": card, "projected": bare, "observed": None})
    assert "<h1>" in (out / "report.html").read_text("utf-8")
    assert set(pd.read_csv(out / "indicators.csv", keep_default_na=False)["area_zh"]) == {""}


def test_inlined_chart() -> None:
    glyphs: dict[str, str] = {}
    first = drawing.inlined(SVG, "a-", glyphs)
    second = drawing.inlined(SVG.replace(b'"F-1"', b'"other"').replace(b"#F-1", b"#other"), "b-", glyphs)
    assert glyphs == {"M 1 2 L 3 4 z": "g0"}  # the same outline under two names is held once
    assert first.startswith('<svg viewBox="0 0 576 3" class="chart" aria-hidden="true">')
    assert '<use href="#g0"/>' in first
    assert '<use href="#g0"/>' in second
    assert 'id="a-p1"' in first
    assert "url(#b-p1)" in second
    assert "axes_1" not in first
    assert "http" not in first
    assert drawing.glyph_pool(glyphs).count("<path") == 1


def test_charts_are_the_same_on_several_processes(parts: dict[str, Any]) -> None:
    material = {name: parts[name] for name in ("card", "targets", "projected", "projection")}
    material |= {"observed": as_known(parts["observed"], year=2023), "foot": {"zh": "来源", "en": "source"}}
    charts = figures.charts_of(**material)
    pick = next(number for number, chart in enumerate(charts) if chart.name == "tracking_share_60_plus")
    jobs = [(pick, "zh", True), (pick, "en", False)]
    told: list[str] = []
    one, two = (
        list(drawing.draw_all(charts, jobs, material=material, workers=workers, tell=told.append)) for workers in (1, 2)
    )
    assert one == two
    assert one[0].png is not None
    assert one[1].png is None
    assert told == ["tracking_share_60_plus"] * 4


def _charts(parts: dict[str, Any], **change: Any) -> set[str]:
    material = {name: parts[name] for name in ("card", "targets", "observed", "projected", "projection")} | change
    return {chart.name for chart in figures.charts_of(**material, foot={"zh": "", "en": ""})}


def test_what_the_data_do_not_hold_has_no_chart(parts: dict[str, Any]) -> None:
    one = {"projected": parts["projected"].isel(area=[0, 1]), "projection": parts["projection"].isel(district=[0])}
    without = parts["projection"].drop_vars(["tile_row", "tile_column"])
    every = _charts(parts)
    assert "slope" not in every  # no history, so no last evaluation
    assert every - _charts(parts, **one) == {
        "multiples", "tiles_plan", "tiles_trend", "districts_plan", "districts_trend",
    }  # fmt: skip
    assert every - _charts(parts, projection=without) == {"tiles_plan", "tiles_trend"}
    centres = parts["projected"].drop_vars("sub_centre_share")
    assert {"centres_plan", "centres_trend"} & _charts(parts, projected=centres) == set()
    assert "heatmap" not in _charts(parts, card=parts["card"].assign(projected=np.nan))


def test_last_ratings_come_from_the_history(parts: dict[str, Any]) -> None:
    card = parts["card"]
    years = range(2021, 2025)
    alone = rating_history(parts["targets"], observed=parts["observed"], years=years)  # no scenario
    last = evaluated.last_ratings(alone, card)
    assert last is not None
    assert set(last["year"]) == {2022}  # the one before 2023, though the history goes on
    assert set(last["scenario"]) == {"trend", "plan"}
    before = score(parts["targets"], observed=parts["observed"], year=2022)
    one = last[last["scenario"] == "plan"]
    assert list(one["rating"]) == list(before["rating"])
    np.testing.assert_array_equal(one["pace"], before["pace"])
    assert "slope" in _charts(parts, history=alone)
    both = rating_history(parts["targets"], observed=parts["observed"], projected=parts["projected"], years=years)
    kept = evaluated.last_ratings(both, card)
    assert kept is not None
    assert list(kept["rating"]) == list(both["rating_2022"])
    assert evaluated.last_ratings(both[["scenario", "rating_2023", "pace_2023"]], card) is None
    assert evaluated.last_ratings(None, card) is None


def test_words_of_the_plan(targets: pd.DataFrame) -> None:
    sections = evaluated.sections_of(targets, "zh")
    assert list(dict.fromkeys(sections.values())) == ["人口规模", "人口素质", "人口结构"]
    assert evaluated.sections_of(targets, "en")["share_60_plus"] == "Structure"
    assert evaluated.sections_of(targets.assign(section_zh=""), "zh") == {}
    assert evaluated.sections_of(targets.drop(columns="section_zh"), "zh") == {}
    names = evaluated.centre_names(targets, "zh")
    assert (names["main_centre_share"], names["sub_centre_share"]) == ("市域主中心", "市域副中心")
    assert evaluated.centre_names(targets.assign(name_zh="中心"), "zh") == {}


# What is said


def test_findings_say_what_fails_under_the_plans_own_assumptions(parts: dict[str, Any]) -> None:
    found = findings.findings(parts["card"], parts["projected"], scenarios=parts["scenarios"])
    own = next(finding for finding in found if finding.zh.startswith("按规划自己的生育、寿命和人口总量"))
    assert own.tone == "bad"
    value = float(parts["projected"]["share_60_plus"].sel(scenario="plan", year=2035).isel(area=0))
    assert value > 26
    assert f"{value:.2f}% in 2035 (target <26)" in own.details[0][1]
    assert not any("市域" in zh for zh, _ in own.details)  # where people live is not the plan's assumption
    given = next(finding for finding in found if finding.en.startswith("Met because"))
    assert "人均预期寿命" in given.zh
    held = next(finding for finding in found if finding.en.startswith("Met in every scenario"))
    assert "人均预期寿命" not in held.zh
    # 2030 is met in both scenarios, but by less than the error of the back-test: so it is not told.
    assert "常住人口（2035年）" in held.zh
    unknown = found[-1]
    assert "项不评级" in unknown.zh


def test_findings_without_failure(parts: dict[str, Any]) -> None:
    good = parts["card"][parts["card"]["indicator"] == "urbanisation_rate"]
    found = findings.findings(good, parts["projected"])
    assert [finding.tone for finding in found] == ["plain", "good", "good"]  # not back-tested: no outlook
    assert found[1].zh == "“规划情景”下，可推算的3个目标值中，3个尚难断定，没有超出回测误差而不达标的。"


def test_working_repeats_the_figures(parts: dict[str, Any]) -> None:
    rows = {
        (row["indicator"], row["target_year"]): row
        for row in parts["card"].to_dict("records")
        if row["scenario"] == "trend"
    }
    climb = working.steps(rows["resident_population", 2025], lang="en")
    assert climb[0] == "c = (976.1 − 958.7) / (1000.0 − 958.7) = 0.421"
    assert climb[1] == "τ = (2023 − 2020) / (2025 − 2020) = 0.600"
    assert climb[2] == "pace = c / τ = 0.702 → behind"
    assert working.steps(rows["share_60_plus", 2025], lang="zh") == []  # estimated, so not rated
    counted = (
        parts["observed"].query("indicator == 'resident_population' and area == '330300' and year == 2023").iloc[[0]]
    )
    counted = counted.assign(indicator="share_60_plus", value=18.2, decimals=1, unit="percent")
    targets = parts["targets"].query("indicator == 'share_60_plus'")
    card = pm.score(targets, observed=pd.concat([parts["observed"], counted]), projected=parts["projected"], year=2023)
    budget = working.steps(worded(card).to_dict("records")[0], lang="zh")
    assert budget[0].startswith("u = (18.2 − 16.5)")
    assert "τ / u" in budget[2]
    assert working.steps(rows["health_index", 2025], lang="zh") == []


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(976.1, 0, "976.1"), (18.5829, 1, "18.58"), (1000.0, 1, "1000.0"), (-0.5, None, "−0.5"), (float("nan"), 1, "–"),
     (None, 1, "–"), (pd.NA, 1, "–"), (float("inf"), 1, "∞"), (2.675, 2, "2.68")],
)  # fmt: skip
def test_figures_as_printed(value: object, decimals: object, text: str) -> None:
    assert digest.figure(value, decimals) == text


def test_an_earlier_evaluation_in_a_city_s_folder_is_no_input(tmp_path: Path) -> None:
    city = write_city(tmp_path / "city", sizes=(4000.0,), earlier=False)
    before = record.input_hashes({"city": city})
    assert {"city/city.toml", "city/population.csv"} <= {entry["path"] for entry in before}
    (city / "out").mkdir()
    (city / "out" / "scorecard.csv").write_text("earlier", encoding="utf-8")
    assert record.input_hashes({"city": city}) == before
