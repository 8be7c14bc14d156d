"""What is printed: text measured in the columns of a terminal, the scorecard in one line an indicator, the findings."""

import io
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

import pandas as pd
import xarray as xr
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from popmodel.wording.findings import Finding
from popmodel.wording.messages import message
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
    """Return how many columns a text takes, as `rich` counts them.

    Characters of ambiguous width (≤, …) take one column in most terminals, two in some Chinese ones.
    """
    unsure = sum(unicodedata.east_asian_width(each) == "A" and cell_len(each) == 1 for each in text)
    return cell_len(text) + (ambiguous - 1) * unsure


def cut(text: str, room: int, *, middle: bool = False) -> str:
    """Shorten a text to `room` columns; two points stand where something is left out, in the middle if wanted."""
    if width(text) <= room:
        return text
    tail = set_cell_size(text[::-1], (room - 2) // 2)[::-1].strip() if middle else ""
    head = set_cell_size(text, room - 2 - width(tail))
    return f"{head.rstrip()}..{tail}"


def columns(rows: Sequence[Sequence[str]], *, right: Collection[int] = (), gap: int = 2) -> list[str]:
    """Return rows as lines of aligned columns, those at the places `right` to the right.

    A row of fewer cells, such as a heading, is left as it is and widens no column.
    """
    count = max(map(len, rows), default=0)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, gap, 0, 0), collapse_padding=False)
    for place in range(count):
        table.add_column(justify="right" if place in right else "left", no_wrap=True, overflow="crop")
    whole = [row for row in rows if len(row) == count]
    for row in whole:
        table.add_row(*(Text(cell) for cell in row))
    page = Console(file=io.StringIO(), width=10_000, color_system=None, legacy_windows=False)
    with page.capture() as captured:
        page.print(table)
    lines = iter(captured.get().split("\n"))
    return [next(lines).rstrip() if len(row) == count else "  ".join(row) for row in rows]


@contextmanager
def progress() -> Iterator[Callable[[int, int, str], None]]:
    """Show on stderr how far a run is, on a terminal only.

    Yields
    ------
    callable
        Told how many steps are done, of how many (none while that is not known), and the last one's name.
    """
    console = Console(stderr=True)
    parts = (TextColumn("{task.description}", markup=False), BarColumn(24), MofNCompleteColumn())
    with Progress(*parts, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=None)

        def tell(done: int, steps: int, name: str) -> None:
            bar.update(task, completed=done, total=steps or None, description=name)

        yield tell


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
    rows, milestone = entries(card), next_milestone(card)
    years = sorted({int(year) for year in card["target_year"]})
    names = [str(name) for name in card["scenario"].unique()]
    rating = max(width(str(aim.first[f"rating_{lang}"])) for row in rows for aim in row.milestones)
    sizes = [2, 0, 7, 8, 4, 13, min(rating, 24)]
    block = 2 * len(years)  # a sign and a blank for each milestone, and one blank more between scenarios
    fit = min(len(names), max(1, (COLUMNS - SPARE - sum(sizes) - len(sizes) - 20) // (block + 1)), len(_LETTERS))
    shown = names[:fit]
    sizes[1] = COLUMNS - SPARE - sum(sizes) - len(sizes) - fit * (block + 1)
    lines = []
    for row in rows:
        aim = row.at(milestone) or row.milestones[-1]
        cells = [str(row.number or ""), _name(row, sizes[1], lang), *_cells(aim, targets, lang)]
        lines.append([*_sized(cells, sizes), *(pad(_verdicts(row, name, years, signs), block) for name in shown)])
    heads = [message(lang, f"terminal-{name}") for name in ("indicator", "base", "latest", "year")]
    heads = ["", *heads, message(lang, "terminal-target", year=str(milestone)), message(lang, "terminal-rating")]
    head = [*_sized(heads, sizes), *(pad(_LETTERS[place], block) for place in range(fit))]
    first, *rest = columns([head, *lines], gap=1)
    legend = _legend([scenario_labels(projected, lang).get(name, name) for name in names], fit, years, lang, signs)
    return [*wrap(legend), "", first, "-" * (COLUMNS - SPARE), *rest]


def _legend(labels: Sequence[str], fit: int, years: Sequence[int], lang: str, signs: tuple[str, str]) -> str:
    """Name the scenarios that have a column, and say what the signs mean."""
    said = [f"{letter} {label}" for letter, label in zip(_LETTERS, labels[:fit], strict=False)]
    if len(labels) > fit:
        said.append(message(lang, "terminal-more", count=str(len(labels) - fit)))
    return message(
        lang, "terminal-legend", scenarios=message(lang, "report-joiner").join(said), years=" ".join(map(str, years)),
        yes=signs[0], no=signs[1],
    )  # fmt: skip


_LETTERS = "ABCDEFGHIJ"


def _sized(cells: Sequence[str], sizes: Sequence[int]) -> list[str]:
    """Return cells cut, and filled up, to their columns."""
    parts = zip(cells, sizes, strict=True)
    return [
        pad(cut(_plain(cell), size, middle=place == 1), size, right=place in (0, 2, 3))
        for place, (cell, size) in enumerate(parts)
    ]


def _plain(text: str) -> str:
    """Replace dashes and minus signs of ambiguous width."""
    return text.replace("−", "-").replace("–", "-")


def _name(row: Entry, room: int, lang: str) -> str:
    unit = unit_text(row.unit, lang)
    for name in (row.name(lang), row.name(lang, short=True)):
        whole = message(lang, "terminal-unit", name=name, unit=unit) if unit else name
        if width(whole) <= room:
            return whole
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
