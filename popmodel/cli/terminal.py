"""What is printed: text measured in the columns of a terminal, the scorecard in one line an indicator, the findings."""

import unicodedata
from collections.abc import Mapping, Sequence

import pandas as pd
import xarray as xr

from popmodel.wording.findings import Finding
from popmodel.wording.view import (
    Entry,
    Milestone,
    base_of,
    entries,
    figure,
    is_missing,
    next_milestone,
    scenario_labels,
    target_text,
    unit_text,
)

COLUMNS = 100
"""Width that nothing printed exceeds."""
SPARE = 3
"""Columns of a line of the scorecard left free for characters of ambiguous width."""
_NO_START = "，。；：、）》”’！？,.;:)!?%‰"
_MARKS = (("✓", "✗"), ("y", "n"))


def width(text: str, *, ambiguous: int = 1) -> int:
    """Return how many columns a text takes: two for wide and full-width characters, none for combining ones.

    Characters of ambiguous width (≤, …) take one column in most terminals, two in some Chinese ones.
    """
    size = {"W": 2, "F": 2, "A": ambiguous}
    return sum(0 if unicodedata.combining(c) else size.get(unicodedata.east_asian_width(c), 1) for c in text)


def cut(text: str, room: int, *, middle: bool = False) -> str:
    """Shorten a text to `room` columns; two points stand where something is left out, in the middle if wanted."""
    if width(text) <= room:
        return text
    tail = ""
    for character in reversed(text if middle else ""):
        if width(character + tail) > (room - 2) // 2:
            break
        tail = character + tail
    head = ""
    for character in text:
        if width(head + character) > room - 2 - width(tail):
            break
        head += character
    return f"{head.rstrip()}..{tail.lstrip()}"


def pad(text: str, room: int, *, right: bool = False) -> str:
    """Fill a text with blanks up to `room` columns, before it if `right`."""
    blanks = " " * max(0, room - width(text))
    return blanks + text if right else text + blanks


def wrap(text: str, *, first: str = "", rest: str = "", room: int = COLUMNS) -> list[str]:
    """Break a text into lines of at most `room` columns, at blanks or between wide characters."""
    lines, line, fresh = [], first, True
    for piece in _pieces(text):
        if not fresh and width(line + piece.rstrip(), ambiguous=2) > room:
            lines.append(line.rstrip())
            line, piece = rest, piece.lstrip()
        line += piece
        fresh = False
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        last = pieces[-1] if pieces else ""
        joins = character in _NO_START or (not wide and last and not last.endswith(" ") and width(last[-1]) == 1)
        if last and (joins or character == " " or last[-1] in "（《“‘("):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def marks(encoding: str | None) -> tuple[str, str]:
    """Return the signs for met and not met that the terminal can show."""
    for pair in _MARKS:
        try:
            "".join(pair).encode(encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            continue
        return pair
    return _MARKS[-1]


def scorecard_lines(
    card: pd.DataFrame, projected: xr.Dataset, targets: pd.DataFrame, *, lang: str, signs: tuple[str, str] = _MARKS[0]
) -> list[str]:
    """Return the scorecard: a head, and one line for each indicator.

    Parameters
    ----------
    card : pandas.DataFrame
        From `score`.
    projected : xarray.Dataset
        From `measure`, for the scenarios' names.
    targets : pandas.DataFrame
        From `read_targets`, for the bases as printed.
    lang : {"zh", "en"}
        Language.
    signs : tuple of str
        Printed where a projection meets a target, and where not.

    Returns
    -------
    list of str
        Lines of at most 100 columns, also where characters of ambiguous width take two.
    """
    zh, rows, milestone = lang == "zh", entries(card), next_milestone(card)
    years = sorted({int(year) for year in card["target_year"]})
    labels = scenario_labels(projected, lang)
    names = [str(name) for name in card["scenario"].unique()]
    rating = max(width(str(aim.first[f"rating_{lang}"])) for row in rows for aim in row.milestones)
    sizes = [2, 0, 7, 8, 4, 13, min(rating, 24)]
    block = 2 * len(years)  # a sign and a blank for each milestone, and one blank more between scenarios
    fit = min(len(names), max(1, (COLUMNS - SPARE - sum(sizes) - len(sizes) - 20) // (block + 1)), len(_LETTERS))
    shown = names[:fit]
    sizes[1] = COLUMNS - SPARE - sum(sizes) - len(sizes) - fit * (block + 1)
    heads = (
        ["", "指标（单位）", "基期", "最新", "年份", f"目标{milestone}", "评级"]
        if zh
        else ["", "Indicator (unit)", "base", "latest", "year", f"target {milestone}", "rating"]
    )
    head = _join(heads, sizes) + "".join(" " + pad(_LETTERS[place], block, right=False) for place in range(fit))
    key = "；" if zh else "; "
    said = key.join(f"{_LETTERS[place]} {labels.get(name, name)}" for place, name in enumerate(shown))
    if len(names) > fit:
        said += f"{key}{'另' if zh else '+'}{len(names) - fit}{'个情景见文件' if zh else ' more in the files'}"
    dates = " ".join(str(year) for year in years)
    legend = (
        f"情景：{said}。{dates}年目标：{signs[0]} 能实现，{signs[1]} 不能，- 不推算。* 推算值"
        if zh
        else f"Scenarios: {said}. Targets of {dates}: {signs[0]} met, {signs[1]} not, - unknown. * projected value"
    )
    lines = [*wrap(legend), "", head.rstrip(), "-" * (COLUMNS - SPARE)]
    for row in rows:
        aim = row.at(milestone) or row.milestones[-1]
        cells = [str(row.number or ""), _name(row, sizes[1], lang), *_cells(aim, targets, lang)]
        verdicts = "".join(" " + pad(_verdicts(row, name, years, signs), block) for name in shown)
        lines.append((_join(cells, sizes) + verdicts).rstrip())
    return lines


_LETTERS = "ABCDEFGHIJ"


def _join(cells: Sequence[str], sizes: Sequence[int]) -> str:
    parts = []
    for place, (cell, size) in enumerate(zip(cells, sizes, strict=True)):
        text = cut(_plain(cell), size, middle=place == 1)
        parts.append(pad(text, size, right=place in (0, 2, 3)))
    return " ".join(parts)


def _plain(text: str) -> str:
    """Replace dashes and minus signs of ambiguous width."""
    return text.replace("−", "-").replace("–", "-")


def _name(row: Entry, room: int, lang: str) -> str:
    unit = unit_text(row.unit, lang)
    brackets = ("（", "）") if lang == "zh" else (" (", ")")
    unit = f"{brackets[0]}{unit}{brackets[1]}" if unit else ""
    for name in (row.name(lang), row.name(lang, short=True)):
        if width(name + unit) <= room:
            return name + unit
    return row.name(lang, short=True)


def _cells(aim: Milestone, targets: pd.DataFrame, lang: str) -> list[str]:
    first = aim.first
    mark = "*" if str(first["value_status"]) == "projected" else " "
    return [
        base_of(first, targets) or "-",
        figure(first["value"], None) + mark,
        "" if is_missing(first["value_year"]) else str(first["value_year"]),
        target_text(aim.text, first, lang),
        str(first[f"rating_{lang}"]),
    ]


def _verdicts(row: Entry, scenario: str, years: Sequence[int], signs: tuple[str, str]) -> str:
    out = []
    for year in years:
        aim = row.at(year)
        met = None if aim is None or scenario not in aim.rows else aim.rows[scenario]["projected_met"]
        out.append("-" if is_missing(met) else signs[0] if met else signs[1])
    return " ".join(out)


def finding_lines(found: Sequence[Finding], *, lang: str) -> list[str]:
    """Return the findings, each wrapped, with a sign for good (+) and bad (!) news."""
    signs: Mapping[str, str] = {"good": "+ ", "bad": "! ", "plain": "  "}
    out: list[str] = []
    for finding in found:
        out += wrap(finding.zh if lang == "zh" else finding.en, first=signs[finding.tone], rest="  ")
        for zh, en in finding.details:
            out += wrap(zh if lang == "zh" else en, first="    ", rest="      ")
    return [_plain(line) for line in out]
