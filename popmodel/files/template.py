"""The sheet to fill in, as an Excel workbook with its explanations and its lists of allowed words."""

import io

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from popmodel.files.observed import CONFIDENCES, OBSERVED_COLUMNS, STATUSES
from popmodel.files.sheets import put
from popmodel.schema import SchemaError

TO_FILL = ("value", "status", "confidence", "published", "publication")
WIDTHS = {"indicator": 32, "publication": 40, "note": 60, "unit": 20, "basis": 20, "published": 13}
WORDS = {
    "indicator": ("指标代码（不要改动）", "id of the indicator (leave as it is)"),
    "area": ("地区代码", "code of the area"),
    "year": ("数据年份", "year observed"),
    "value": ("数值，按单位列的单位填写，不加千位分隔符", "the figure in the unit given, no thousands separators"),
    "unit": ("单位代码", "key of the unit"),
    "decimals": ("公布的小数位数", "digits printed after the point"),
    "basis": ("统计口径；与以往不同则另写，前后即不可比", "statistical basis; another word marks a break"),
    "status": ("source 原始公布；derived 推得；assumed 假定", "source as published; derived; assumed"),
    "confidence": (
        "high 见于原始公布；medium 见于转载或媒体引用；low 来源不明",
        "high: in the official publication; medium: in a copy or the press quoting it; low: neither",
    ),
    "published": ("公布日期：YYYY、YYYY-MM 或 YYYY-MM-DD", "when it was published: YYYY, YYYY-MM or YYYY-MM-DD"),
    "publication": ("出版物名称与发布机构", "title of the publication, issuing body"),
    "chosen": ("有两个来源时，在采用的一行填 yes", "yes on the row that counts where there are two sources"),
    "note": ("备注", "anything worth knowing"),
}  # fmt: skip


def observation_template(targets: pd.DataFrame, observed: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Return the sheet to fill in for `year`: a row for each indicator of the plan not yet observed in that year.

    Unit, decimals and basis are those of the indicator's last observation (else those of its target); the note
    gives the name, the departments that lead the target, and the last value, so that a slip of the decimal point is
    seen while typing.

    Parameters
    ----------
    targets : pandas.DataFrame
        As returned by `read_targets`; with the rows of `count_targets` the counts of graduates are asked for too.
    observed : pandas.DataFrame
        As returned by `read_observed`; its first area is the one that the plan speaks of.
    year : int
        The year to be observed.

    Returns
    -------
    pandas.DataFrame, (rows, 13)
        Text in the form of `OBSERVED_COLUMNS`; empty cells are to be filled in, or the row is to be deleted where
        nothing is published. Saved as `.csv` or `.xlsx`, it is read by `read_observed`.

    Raises
    ------
    SchemaError
        If `observed` is empty, so that no area is known.

    Examples
    --------
    >>> sheet = pm.observation_template(ev.targets, ev.observed, year=2024)
    >>> set(sheet["year"])
    {'2024'}
    """
    if observed.empty:
        raise SchemaError("the table of observed values is empty, so the area is unknown. Add at least one row.")
    area = str(observed["area"].iloc[0])
    here = observed[observed["area"] == area]
    sheet: list[tuple[str, ...]] = []
    for _, row in targets.drop_duplicates("indicator").iterrows():
        past = here[here["indicator"] == row["indicator"]].sort_values("year", kind="stable")
        # A target without a number has nothing to be filled in.
        if (past["year"] == year).any() or row.get("operator") == "qualitative":
            continue
        note = f"{row['name_zh']} · {row['name_en']}"
        if row.get("departments"):
            note += f"；{row['departments']}"
        unit, decimals, basis = str(row["unit"]), "" if pd.isna(row["decimals"]) else str(row["decimals"]), ""
        if len(past):
            last = past.iloc[-1]
            unit, decimals, basis = str(last["unit"]), str(last["decimals"]), str(last["basis"])
            note += f"；{last['year']}: {last['value']:.{int(last['decimals'])}f}"
        sheet.append((str(row["indicator"]), area, str(year), "", unit, decimals, basis, "", "", "", "", "", note))
    return pd.DataFrame(sheet, columns=list(OBSERVED_COLUMNS))


def template_bytes(sheet: pd.DataFrame, *, year: int, lang: str) -> bytes:
    """Return the sheet as a workbook; its first sheet is what `read_observed` reads.

    Parameters
    ----------
    sheet : pandas.DataFrame
        From `observation_template`.
    year : int
        Names the sheet.
    lang : {"zh", "en"}
        Language of the explanations.
    """
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = str(year)
    _head(first, [str(name) for name in sheet.columns])
    for line, row in enumerate(sheet.itertuples(index=False), start=2):
        for place, (name, value) in enumerate(zip(sheet.columns, row, strict=True), start=1):
            cell = put(first, line, place, value or None)
            # Dates and codes stay as typed.
            cell.number_format = "General" if name == "value" else "@"
            if name in TO_FILL:
                cell.fill = PatternFill("solid", fgColor="FFF6DD")
    for place, name in enumerate(sheet.columns, start=1):
        first.column_dimensions[get_column_letter(place)].width = WIDTHS.get(str(name), 12)
    _allow(first, list(sheet.columns).index("status") + 1, STATUSES, len(sheet))
    _allow(first, list(sheet.columns).index("confidence") + 1, CONFIDENCES, len(sheet))
    _allow(first, list(sheet.columns).index("chosen") + 1, ("yes",), len(sheet))
    first.freeze_panes = "B2"
    second = book.create_sheet("说明" if lang == "zh" else "Explanations")
    _head(second, ["列", "填写方法"] if lang == "zh" else ["Column", "What to fill in"])
    lines = [(name, words[lang == "en"]) for name, words in WORDS.items()]
    lines.append(
        ("", "只需填写黄色各列；没有公布数据的行请整行删除。")
        if lang == "zh"
        else ("", "Fill in the yellow columns only; delete rows for which nothing is published.")
    )
    for number, pair in enumerate(lines, start=2):
        for place, text in enumerate(pair, start=1):
            second.cell(number, place, text or None).alignment = Alignment(wrap_text=True, vertical="top")
    second.column_dimensions["A"].width, second.column_dimensions["B"].width = 16, 80
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _head(sheet: Worksheet, names: list[str]) -> None:
    for place, name in enumerate(names, start=1):
        cell = sheet.cell(1, place, name)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E79")


def _allow(sheet: Worksheet, place: int, words: tuple[str, ...], rows: int) -> None:
    """Offer a list of words in a column."""
    rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    sheet.add_data_validation(rule)
    letter = get_column_letter(place)
    rule.add(f"{letter}2:{letter}{rows + 1}")
