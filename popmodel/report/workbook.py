"""The scorecard as an Excel workbook: one readable sheet with live formulas, one flat sheet, one with the key."""

import io
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from popmodel.files.sheets import put
from popmodel.plots.style import rating_look, text_colour, tint
from popmodel.report.archive import settled
from popmodel.report.derivations import kind_of, thresholds
from popmodel.report.printing import fit_height, print_ready
from popmodel.wording.view import Entry, Row, entries, is_missing, scenario_labels, scenarios_of, target_text, unit_text

FONT = "Microsoft YaHei"
"""A font that Excel has on Windows and on the Mac; elsewhere another Chinese font steps in."""
HEAD_FILL, RULE = "1F4E79", Side(style="thin", color="C9D0D6")


class Column(NamedTuple):
    """A column of the readable sheet: its heading, width and what stands in it."""

    zh: str
    en: str
    width: float
    cell: Callable[[Entry, Row, str], Any]
    format: str = "General"


COLUMNS: tuple[Column, ...] = (
    Column("编号", "No", 6, lambda entry, row, lang: entry.number),
    Column("指标", "Indicator", 30, lambda entry, row, lang: entry.name(lang)),
    Column("单位", "Unit", 9, lambda entry, row, lang: unit_text(entry.unit, lang)),
    Column("目标年", "Target year", 8, lambda entry, row, lang: int(row["target_year"]), "0"),
    Column("目标", "Target", 15, lambda entry, row, lang: target_text(str(row["target_text"]), row, lang)),
    Column("目标值", "Target value", 10, lambda entry, row, lang: _number(row["target"])),
    Column("基期年", "Base year", 8, lambda entry, row, lang: _whole(row["base_year"]), "0"),
    Column("基期值", "Base value", 10, lambda entry, row, lang: _number(row["base_value"])),
    Column("数据年", "Year of value", 8, lambda entry, row, lang: _whole(row["value_year"]), "0"),
    Column("最新值", "Value", 10, lambda entry, row, lang: _number(row["value"])),
    Column("数据性质", "Status", 11, lambda entry, row, lang: STATUS[str(row["value_status"])][lang == "en"]),
    Column("进度 c", "Way done c", 8, lambda entry, row, lang: _number(row["c"]), "0.000"),
    Column("时间 τ", "Time gone τ", 8, lambda entry, row, lang: _number(row["tau"]), "0.000"),
    Column("节奏", "Pace", 8, lambda entry, row, lang: _number(row["pace"]), "0.000"),
    Column("评级", "Rating", 15, lambda entry, row, lang: str(row[f"rating_{lang}"])),
    Column("今后每年需变化", "Needed a year", 9, lambda entry, row, lang: _number(row["needed_per_year"]), "0.000"),
    Column("此前年均变化", "Seen a year", 9, lambda entry, row, lang: _number(row["seen_per_year"]), "0.000"),
)
STATUS: Mapping[str, tuple[str, str]] = {
    "observed": ("观测", "observed"),
    "derived": ("由观测推得", "derived"),
    "assumed": ("假定", "assumed"),
    "projected": ("推算", "projected"),
    "missing": ("缺数据", "missing"),
}
"""What a value is, in both languages."""
LIVE = ("Way done c", "Time gone τ", "Pace", "Needed a year", "Seen a year")
"""Columns of formulas."""
_LETTER = {column.en: get_column_letter(place) for place, column in enumerate(COLUMNS, start=1)}


def workbook_bytes(
    card: pd.DataFrame, labels: Mapping[str, Mapping[str, str]], *, year: int, today: date, lang: str
) -> bytes:
    """Return the workbook.

    Parameters
    ----------
    card : pandas.DataFrame
        As `score` returns it.
    labels : mapping
        Language → scenario → printed name.
    year : int
        The year evaluated.
    today : datetime.date
        Stands in the file's properties.
    lang : {"zh", "en"}
        Language of the sheets.

    Returns
    -------
    bytes
        c, τ, pace and the two yearly changes are formulas wherever the formula gives the figure of the card; the flat
        sheet holds the figures themselves, as `scorecard.csv` does.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    fixed = _readable(sheet, card, labels[lang], year, lang)
    flat = book.create_sheet("数据" if lang == "zh" else "Data")
    _flat(flat, card)
    key = book.create_sheet("说明" if lang == "zh" else "Key")
    _key(key, lang, fixed)
    for one, across, columns in ((sheet, 1, "A:B"), (flat, 6, "A:D"), (key, 1, "")):
        title = f"人口规划记分卡（{year}年）" if lang == "zh" else f"Scorecard of the population plan, {year}"
        print_ready(one, title=f"{title} · {one.title}", today=today, across=across, columns=columns)
    stamp = datetime(today.year, today.month, today.day)
    book.properties.created = book.properties.modified = stamp
    book.properties.creator = "popmodel"
    buffer = io.BytesIO()
    book.save(buffer)
    return settled(buffer.getvalue(), today)


def labels_of(card: pd.DataFrame, projected: Any) -> dict[str, dict[str, str]]:
    """Return language → scenario → printed name, for the scenarios of a card."""
    known = scenarios_of(card)
    return {lang: {name: scenario_labels(projected, lang).get(name, name) for name in known} for lang in ("zh", "en")}


def _readable(
    sheet: Worksheet, card: pd.DataFrame, labels: Mapping[str, str], year: int, lang: str
) -> dict[str, list[int]]:
    """Write the readable sheet; return heading → rows whose figure stands there as a number, not as a formula."""
    zh = lang == "zh"
    sheet.title = f"记分卡{year}" if zh else f"Scorecard {year}"
    heads = [column.zh if zh else column.en for column in COLUMNS]
    widths = [column.width for column in COLUMNS]
    for label in labels.values():
        heads += [
            f"{label}\n推算值" if zh else f"{label}\nprojected",
            f"{label}\n能否实现" if zh else f"{label}\nholds",
        ]
        widths += [10.0, 9.0]
    heads += ["稳固性", "说明"] if zh else ["Firmness", "Reason"]
    widths += [28.0, 62.0]
    _head(sheet, heads, widths)
    line = 1
    fixed: dict[str, list[int]] = {}
    for order, entry in enumerate(entries(card)):
        for milestone in entry.milestones:
            line += 1
            row = milestone.first
            cells = [column.cell(entry, row, lang) for column in COLUMNS]
            for place, (column, value) in enumerate(zip(COLUMNS, cells, strict=True), start=1):
                formula = _formula(column.en, row, line)
                if formula is None and value is not None and column.en in LIVE:
                    fixed.setdefault(column.zh if zh else column.en, []).append(line)
                cell = sheet.cell(line, place, formula) if formula else put(sheet, line, place, value)
                cell.number_format = column.format
            place = len(COLUMNS)
            for name in labels:
                other = milestone.rows.get(name)
                sheet.cell(
                    line, place + 1, None if other is None else _number(other["projected"])
                ).number_format = "0.00"
                put(sheet, line, place + 2, "" if other is None else _verdict(other["projected_met"], zh))
                place += 2
            put(sheet, line, place + 1, str(row[f"firmness_{lang}"]))
            put(sheet, line, place + 2, str(row[f"reason_{lang}"]))
            _dress(sheet, line, str(row["rating"]), shaded=order % 2 == 1)
            fit_height(sheet, line, widths)
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{line}"
    return fixed


def _head(sheet: Worksheet, heads: Sequence[str], widths: Sequence[float]) -> None:
    for place, (head, width) in enumerate(zip(heads, widths, strict=True), start=1):
        cell = put(sheet, 1, place, head)
        cell.font = Font(name=FONT, size=10, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=HEAD_FILL)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        sheet.column_dimensions[get_column_letter(place)].width = width
    fit_height(sheet, 1, widths, least=2)


def _dress(sheet: Worksheet, line: int, rating: str, *, shaded: bool) -> None:
    last = sheet.max_column
    for place in range(1, last + 1):
        cell = sheet.cell(line, place)
        cell.font = Font(name=FONT, size=10)
        cell.border = Border(bottom=RULE)
        long = place in (2, last - 1, last)
        side = ("left" if long else "center") if isinstance(cell.value, str) and cell.data_type != "f" else None
        cell.alignment = Alignment(vertical="center", horizontal=side, indent=int(long), wrap_text=side is not None)
        if shaded:
            cell.fill = PatternFill("solid", fgColor="F4F6F8")
    look = rating_look(rating)
    cell = sheet[f"{_LETTER['Rating']}{line}"]
    cell.fill = PatternFill("solid", fgColor=tint(look.colour, 0.25).lstrip("#").upper())
    cell.font = Font(name=FONT, size=10, bold=True, color=text_colour(look.colour).lstrip("#").upper())


def _formula(column: str, row: Row, line: int) -> str | None:
    """Return the formula of a cell if it gives the card's own figure, else None."""
    at = {name: f"{letter}{line}" for name, letter in _LETTER.items()}
    if any(is_missing(row[name]) for name in ("target", "base_value", "value", "base_year", "value_year")):
        return None
    target, base, value = (float(row[name]) for name in ("target", "base_value", "value"))
    end, start, now = (int(row[name]) for name in ("target_year", "base_year", "value_year"))
    known = {
        "Way done c": ("c", value - base, target - base, "=({Value}-{Base value})/({Target value}-{Base value})"),
        "Time gone τ": ("tau", now - start, end - start, "=({Year of value}-{Base year})/({Target year}-{Base year})"),
        "Needed a year": (
            "needed_per_year", target - value, end - now, "=({Target value}-{Value})/({Target year}-{Year of value})",
        ),
        "Seen a year": (
            "seen_per_year", value - base, now - start, "=({Value}-{Base value})/({Year of value}-{Base year})",
        ),
    }  # fmt: skip
    if column in known:
        name, above, below, text = known[column]
        return text.format_map(at) if below and _same(row[name], above / below) else None
    if column == "Pace" and _formula("Way done c", row, line) and _formula("Time gone τ", row, line):
        kind = kind_of(row)
        if kind == "budget" and float(row["c"]):
            return "={Time gone τ}/{Way done c}".format_map(at)
        if kind == "climb" and float(row["tau"]):
            return "={Way done c}/{Time gone τ}".format_map(at)
    return None


def _same(figure: object, other: float) -> bool:
    return not is_missing(figure) and math.isclose(float(figure), other, rel_tol=1e-6, abs_tol=1e-9)  # type: ignore[arg-type]


def _number(value: object) -> float | None:
    if is_missing(value) or not math.isfinite(float(value)):  # type: ignore[arg-type]
        return None
    return float(f"{float(value):.10g}")  # type: ignore[arg-type]


def _whole(value: object) -> int | None:
    return None if is_missing(value) else int(value)  # type: ignore[call-overload]


def _verdict(met: object, zh: bool) -> str:
    if is_missing(met):
        return ""
    return ("能" if met else "不能") if zh else ("yes" if met else "no")


def _flat(sheet: Worksheet, card: pd.DataFrame) -> None:
    """Write the card as it is: what `scorecard.csv` holds."""
    widths = [_flat_width(card[name], str(name)) for name in card.columns]
    _head(sheet, [str(name) for name in card.columns], widths)
    for line, row in enumerate(card.itertuples(index=False), start=2):
        for place, value in enumerate(row, start=1):
            if is_missing(value):
                continue
            if isinstance(value, float):
                value = _number(value) if math.isfinite(value) else ("inf" if value > 0 else "-inf")
            elif not isinstance(value, str | bool):
                value = value.item() if hasattr(value, "item") else value
            cell = put(sheet, line, place, value)
            cell.font = Font(name=FONT, size=9)
            cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str))
        fit_height(sheet, line, widths, height=12.5)
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = sheet.dimensions


def _flat_width(column: pd.Series, name: str) -> float:
    """Return a width for the texts of a column; long ones are wrapped at 60."""
    texts = [str(value) for value in column if isinstance(value, str)]
    wide = max((sum(2 if ord(letter) >= 0x2E80 else 1 for letter in text) for text in texts), default=0)
    return float(max(10.0, 1.3 * len(name) if len(name) < 16 else len(name) + 3, min(60.0, 1.1 * wide + 3)))


def _key(sheet: Worksheet, lang: str, fixed: Mapping[str, Sequence[int]]) -> None:
    _head(sheet, ["项目", "说明"] if lang == "zh" else ["Term", "Meaning"], [22, 100])
    classes = thresholds(lang=lang)
    zh = lang == "zh"
    rows = [
        head + ("：第" if zh else ": rows ") + ("、" if zh else ", ").join(map(str, numbers)) + ("行" if zh else "")
        for head, numbers in fixed.items()
    ]
    lines = [*(_KEY_ZH if zh else _KEY_EN)]
    if rows:
        lines.append((_FIXED[not zh][0], _FIXED[not zh][1] + ("；" if zh else "; ").join(rows)))
    for line, (term, meaning) in enumerate(lines, start=2):
        for place, value in enumerate((term, meaning.format(classes=classes)), start=1):
            cell = sheet.cell(line, place, value)
            cell.font = Font(name=FONT, size=10)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        fit_height(sheet, line, (22, 100))


_FIXED = (
    ("非公式的数值", "所依据的起点、期限或逐年数不在本表，照评估结果填写，不随之改变：（按列）"),
    (
        "figures without a formula",
        "they rest on a start, a term or yearly values that are not on the sheet; written as rated, they follow no "
        "change. By column: ",
    ),
)
_KEY_ZH = (
    (
        "进度 c",
        "（最新值 − 基期值）/（目标值 − 基期值）；基期已满足的上限（下限）型目标，表示余量已用去的份额",
    ),
    ("时间 τ", "（数据年 − 基期年）/（目标年 − 基期年）"),
    ("节奏", "c / τ；上限（下限）型目标为 τ / c"),
    ("评级", "{classes}；到期后只有已实现与未实现"),
    ("公式", "c、τ、节奏与年均变化为公式，改动目标值或最新值即重新计算；评级按原值给出，不随之改变"),
    ("数据", "“数据”工作表与 scorecard.csv 相同"),
)
_KEY_EN = (
    (
        "c",
        "(value − base) / (target − base); for a ceiling or floor that the base keeps, the share of the room used",
    ),
    ("τ", "(year of value − base year) / (target year − base year)"),
    ("pace", "c / τ; for such a ceiling or floor τ / c"),
    ("rating", "{classes}; past the milestone met or not met"),
    ("formulas", "c, τ, pace and the yearly changes follow a changed target or value; the rating does not"),
    ("data", "the sheet Data is scorecard.csv"),
)
