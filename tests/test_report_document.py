"""What the office hands in: the Word document, the workbook as it is printed, the record of the run."""

import importlib.util
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest
import xarray as xr
from docx.oxml.ns import qn
from PIL import Image

import popmodel as pm
from popmodel.report import drawing, printing, record, scoresheet, wordstyle, write
from popmodel.scenario import Change, Dated, Pool
from popmodel.scoring import score
from popmodel.wording.messages import message


def _load() -> Any:
    spec = importlib.util.spec_from_file_location("pagetree", Path(__file__).with_name("pagetree.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pagetree"] = module  # its named tuples look there for their own annotations
    spec.loader.exec_module(module)
    return module


tree_of = _load().tree_of
DAY = "2024-03-05"
CHINESE = re.compile(r"[\u3400-\u9fff]")
NAMES = ("report.docx", "scorecard.xlsx", "run.json")


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 24), "white").save(out, "PNG")
    return out.getvalue()


def _fake(charts: Any, jobs: Any, *, tell: Any, **_: Any) -> Iterator[drawing.Drawing]:
    """Charts are not drawn here; a white one stands for each."""
    for number, _, png in jobs:
        tell(charts[number].name)
        yield drawing.Drawing(b'<svg viewBox="0 0 1 1"></svg>', _png() if png else None)


@pytest.fixture(scope="module")
def run(
    targets: pd.DataFrame,
    observed: pd.DataFrame,
    values: xr.Dataset,
    projection: xr.Dataset,
    scenarios: list[pm.Scenario],
) -> dict[str, Any]:
    card = pm.worded(score(targets, observed=observed, projected=values, year=2023, method="all"))
    return {
        "card": card, "targets": targets, "observed": observed, "projected": values, "projection": projection,
        "scenarios": scenarios, "today": DAY,
    }  # fmt: skip


@pytest.fixture(scope="module")
def office(run: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of the shipped case in each language."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "draw_all", _fake)
        folder = tmp_path_factory.mktemp("office")
        return {lang: write.write_parts(folder / lang, lang=lang, **run) for lang in ("zh", "en")}


def _text(folder: Path) -> str:
    body = docx.Document(str(folder / "report.docx")).element.body
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


# The Word document


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_document_says_what_the_page_says(lang: str, office: dict[str, Path], run: dict[str, Any]) -> None:
    text = _text(office[lang])
    squeezed = re.sub(r"\s", "", text)
    body = tree_of((office[lang] / "report.html").read_text("utf-8"), lang)

    def words(top: Any) -> str:
        return "".join(child if isinstance(child, str) else words(child) for child in top.children)

    cells = [re.sub(r"\s", "", words(one)) for one in body.find("p", "td", "th", "li", "h1", "h2", "h3", "h4")]
    assert len(cells) > 400
    assert not [cell for cell in cells if cell not in squeezed]
    for name in dict.fromkeys(run["card"][f"name_{lang}"]):
        assert name in text
    for reason in run["card"].loc[run["card"]["scenario"] == "trend", f"reason_{lang}"].unique():
        assert re.sub(r"\s", "", reason) in squeezed


def test_english_document_has_chinese_in_names_of_sources_only(office: dict[str, Path], run: dict[str, Any]) -> None:
    sources = "".join([*run["observed"]["publication"].unique(), *run["targets"]["source"].unique()])
    lines = [line for line in _text(office["en"]).split("\n") if CHINESE.search(line)]
    assert lines
    for line in lines:
        assert all(part in sources for part in re.findall(r"[\u3400-\u9fff]+", line)), line


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_style_names_an_east_asian_font(lang: str, office: dict[str, Path]) -> None:
    document = docx.Document(str(office[lang] / "report.docx"))
    used = {style.get(qn("w:val")) for tag in ("w:pStyle", "w:rStyle") for style in document.element.iter(qn(tag))}
    assert len(used) >= 6
    for style in document.styles:
        if style.style_id in used or style.name == "Normal":
            fonts = style.element.rPr.rFonts
            assert fonts.get(qn("w:eastAsia")) == ("黑体" if style.name in wordstyle.HEADINGS else "宋体"), style.name
            assert fonts.get(qn("w:ascii")) == fonts.get(qn("w:hAnsi"))
    every = [*document.styles.element.iter(qn("w:rFonts"))]
    assert every
    assert not [name for fonts in every for name in fonts.attrib if "heme" in name]
    defaults = next(document.styles.element.iter(qn("w:rPrDefault")))
    assert next(defaults.iter(qn("w:rFonts"))).get(qn("w:eastAsia")) == "宋体"
    assert next(defaults.iter(qn("w:lang"))).get(qn("w:eastAsia")) == "zh-CN"
    for fonts in document.element.iter(qn("w:rFonts")):  # a run may hint, but takes its face from its style
        assert set(fonts.attrib) == {qn("w:hint")}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pictures_have_alternative_text_and_captions(lang: str, office: dict[str, Path]) -> None:
    document = docx.Document(str(office[lang] / "report.docx"))
    charts = sorted(path.stem for path in (office[lang] / "charts").glob("*.png"))
    about = [shape._inline.docPr for shape in document.inline_shapes]
    assert sorted(one.get("name") for one in about) == charts
    assert len({one.get("id") for one in about}) == len(about)
    captions = [p for p in document.paragraphs if p.style is not None and p.style.name == "Caption"]
    told = [("".join(t.text or "" for t in p._p.iter(qn("w:t")))) for p in captions]
    for number, one in enumerate(about, start=1):
        assert one.get("descr")
        assert f"{'图' if lang == 'zh' else 'Figure'} {number}  {one.get('descr')}" in told
    fields = [one.get(qn("w:instr")) for one in document.element.iter(qn("w:fldSimple"))]
    assert len(fields) == len(captions)
    assert "PAGE" in document.sections[0].footer._element.xml


def test_tables_repeat_their_head_and_fit_the_page(office: dict[str, Path]) -> None:
    document = docx.Document(str(office["zh"] / "report.docx"))
    assert len(document.tables) >= 8
    turned = {section.orientation for section in document.sections}
    assert len(turned) == 2
    wide = [sum(int(col.get(qn("w:w"))) for col in table._tbl.iter(qn("w:gridCol"))) for table in document.tables]
    upright = (210 - 40) / 25.4 * 1440
    across = (297 - 40) / 25.4 * 1440
    assert max(wide) <= across + 1
    assert sum(one > upright + 1 for one in wide) == 1  # the scorecard, on its page across
    for table in document.tables:
        rows = list(table._tbl.iter(qn("w:tr")))
        assert all(next(row.iter(qn("w:cantSplit")), None) is not None for row in rows)
        assert next(rows[0].iter(qn("w:tblHeader")), None) is not None
        assert all(next(row.iter(qn("w:tblHeader")), None) is None for row in rows[2:])


def test_links_lead_to_places_in_the_document(office: dict[str, Path]) -> None:
    body = docx.Document(str(office["zh"] / "report.docx")).element.body
    places = [one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))]
    links = {one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))}
    assert len(places) == len(set(places))
    assert len(links) > 20
    assert links <= set(places)
    assert all(re.fullmatch(r"[A-Za-z]\w{0,39}", place) for place in places)


def test_column_widths() -> None:
    wide = wordstyle.widths([["No", "a long heading of words"], ["1", "x"]], 5000, size=8)
    assert 4998 <= sum(wide) <= 5000
    assert wide[1] > wide[0]
    assert sum(wordstyle.widths([["w" * 90, "v" * 10]], 3000, size=8)) <= 3000


# The same bytes


def test_same_bytes_at_any_hour(office: dict[str, Path], run: dict[str, Any], tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "draw_all", _fake)
        patch.setattr("time.time", lambda: 2e9)  # the clock that archives and properties are stamped with
        again = write.write_parts(tmp_path / "again", **run)
        later = write.write_parts(tmp_path / "later", **{**run, "today": "2024-03-06"})
    for name in NAMES:
        first = (office["zh"] / name).read_bytes()
        assert (again / name).read_bytes() == first, name
        assert (later / name).read_bytes() != first, name
        if name == "run.json":
            continue
        with zipfile.ZipFile(io.BytesIO(first)) as archive:
            assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            stamps = re.findall(r"<dcterms:(\w+)[^>]*>([^<]*)", archive.read("docProps/core.xml").decode())
        assert dict(stamps) == {"created": f"{DAY}T00:00:00Z", "modified": f"{DAY}T00:00:00Z"}


# The workbook on paper


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sheet_is_ready_for_the_printer(lang: str, office: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(office[lang] / "scorecard.xlsx")
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.print_area.split("!")[-1].replace("$", "") == sheet.dimensions
        assert sheet.oddFooter.right.text == "&P / &N"
        assert DAY in sheet.oddFooter.left.text
        assert sheet.title in sheet.oddHeader.left.text
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type == "s":
                    width = sheet.column_dimensions[cell.column_letter].width
                    assert cell.alignment.wrap_text, cell
                    high = printing.lines_of(cell.value, width) * 12.5
                    assert sheet.row_dimensions[cell.row].height >= high, (sheet.title, cell.coordinate)


def test_key_names_the_rows_without_formulas(office: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(office["zh"] / "scorecard.xlsx")
    sheet, key = book.worksheets[0], book.worksheets[2]
    heads = {str(cell.value): cell.column for cell in sheet[1]}
    live = [message("zh", f"workbook-column-{name}") for name in scoresheet.LIVE]
    said = next(str(row[1]) for row in key.iter_rows(values_only=True) if row[0] == "非公式的数值")
    for head in live:
        fixed = [
            str(line)
            for line in range(2, sheet.max_row + 1)
            if isinstance(sheet.cell(line, heads[head]).value, int | float)
        ]
        assert (f"{head}：第{'、'.join(fixed)}行" in said) == bool(fixed)
    assert "此前年均变化：第" in said


# The record


def test_run_json_names_parents_and_what_they_hold(run: dict[str, Any], projection: xr.Dataset) -> None:
    trend = next(scenario for scenario in run["scenarios"] if scenario.name == "trend")
    middle = pm.Scenario("middle", based_on=trend, net_migration=Change(times=0.5, after="observed"))
    plan = pm.Scenario(
        "plan", based_on=middle, moves=Pool(0.02), centre_shift={"main": 0.01}, losses="rate",
        life_expectancy=Dated({2020: {"all": 81.0}}, "step"),
    )  # fmt: skip
    written = record.record_of(
        projection, year=2023, today=date(2024, 3, 5), command="", inputs=[], scenarios=[trend, plan]
    )
    said = json.loads(record.json_bytes(written))
    one = next(entry for entry in said["scenarios"] if entry["name"] == "plan")
    assert one["based_on"] == "middle"
    assert one["as_written"] == {
        "life_expectancy": {"kind": "dated", "values": {"2020": {"all": 81.0}}, "interpolation": "step"},
        "moves": {"kind": "pool", "rate": 0.02, "shares": {}},
        "losses": "rate",
        "centre_shift": {"main": 0.01},
    }
    assert [(entry["name"], entry["based_on"]) for entry in said["parents"]] == [("middle", "trend")]
    changed = {"kind": "change", "times": 0.5, "plus": 0.0, "after": "observed"}
    assert said["parents"][0]["as_written"] == {"net_migration": changed}


def test_run_json_by_district(office: dict[str, Path], projection: xr.Dataset) -> None:
    said = json.loads((office["zh"] / "run.json").read_text("utf-8"))
    one = next(entry for entry in said["scenarios"] if entry["name"] == "plan")
    here = projection.sel(scenario="plan", district="330302")
    moved = float(here["net_migration"].sel(period=2030).sum())
    assert one["by_district"]["net_migration"]["330302"]["2030"] == pytest.approx(moved, abs=0.1)
    assert sum(line["2030"] for line in one["by_district"]["net_migration"].values()) == pytest.approx(
        one["drivers"]["net_migration"]["2030"], abs=1
    )
    births = float(here["fertility_rate"].sel(period=2030).sum())
    assert one["by_district"]["total_fertility"]["330302"]["2030"] == pytest.approx(births, abs=1e-4)
    urban = float(here["urban_share"].sel(year=2035))
    assert one["by_district"]["urban_share"]["330302"]["2035"] == pytest.approx(urban, abs=1e-4)
    centre = float(here["centre_share"].sel(year=2035, centre="main"))
    assert one["by_district"]["centre_share"]["main"]["330302"]["2035"] == pytest.approx(centre, abs=1e-4)
