"""Read tables as text, strictly, and arrange long ones as arrays."""

import csv
import gzip
import io
import os
import zlib
from collections.abc import Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from popmodel.files.cells import unmarked
from popmodel.files.columns import check_table
from popmodel.files.workbooks import read_sheet, wrong_sheet
from popmodel.schema import Column, Fault, SchemaError, named

LONG = 1_000_000
"""Characters from which on a plain table is read at once."""
_AGAIN = "Save it again from the program that made it."


def given(path: str | Path) -> bool:
    """Say whether an optional file is there.

    Raises
    ------
    SchemaError
        If something of that name is there that is no file (a folder, a link that leads nowhere), or a name beside it
        differs in capitals only: it was meant to be read.
    """
    file = Path(path)
    try:
        if file.is_file():
            return True
        if os.path.lexists(file):
            raise _fault(path, *_no_file(file))
        beside = [entry.name for entry in file.parent.iterdir()] if file.parent.is_dir() else []
    except (OSError, ValueError) as error:
        raise _fault(path, f"cannot be looked up ({_reason(error)})", "Correct the path.") from error
    alike = [name for name in beside if name.casefold() == file.name.casefold()]
    if alike:
        raise _fault(path, f"is not there, but {named(alike)} is", f"Rename it to {file.name}.")
    return False


def filled(path: str | Path) -> bool:
    """Say whether an optional table is there and has rows; its first row alone counts as not given."""
    return given(path) and not read_text(path).empty


def read_text(path: str | Path) -> pd.DataFrame:
    """Read a .csv (UTF-8, commas; also .csv.gz) or .xlsx (first sheet), every cell as text, no empty rows at its end.

    In a .csv the apostrophe before a text such as '=A is taken away (`files.cells`).

    Returns
    -------
    pandas.DataFrame
        Index `line`: the line in the file that a row begins in.

    Raises
    ------
    SchemaError
        If the file is missing, has another ending, is not UTF-8 or not a table, a line has more or fewer cells than
        the first, or a column stands twice.
    """
    file = Path(path)
    if not given(file):
        raise _fault(path, "the file is missing", "Correct the path, or add the file.")
    ending, others = file.suffix.lower(), list[str]()
    lines: Sequence[int]
    rows: list[Sequence[str]]
    if ending == ".xlsx":
        sheet = read_sheet(file)
        rows, others = [*sheet.rows], sheet.others
        lines = list(range(1, len(rows) + 1))
    elif ending == ".csv" or file.name.lower().endswith(".csv.gz"):
        text = _csv_text(file)
        plain = _plain_table(text)
        if plain is not None:
            return plain
        rows, lines = _csv_rows(file, text)
    else:
        raise _fault(path, f"the ending {file.suffix!r} is not known", "Use .csv or .xlsx.")
    while rows and not any(map(str.strip, rows[-1])):
        rows.pop()
    if not rows:
        remedy = f"Give the names of the columns in the first row.{wrong_sheet(others)}"
        raise _fault(path, "the table is empty", remedy)
    head = [name.strip() for name in rows[0]]
    while head and not head[-1] and all(len(row) == len(rows[0]) and not row[len(head) - 1] for row in rows):
        head.pop()  # empty columns beside the table, as spreadsheet programs leave them
    _check_shape(path, rows, lines, head)
    del rows[0]
    cells = {name: np.array(list(map(itemgetter(place), rows)), dtype=object) for place, name in enumerate(head)}
    table = pd.DataFrame(cells, index=pd.Index(lines[1 : len(rows) + 1], name="line"), dtype=object)
    table.attrs["others"] = wrong_sheet(others)
    return table


def _csv_text(file: Path) -> str:
    packed = file.suffix.lower() == ".gz"
    try:
        with (gzip.open if packed else open)(file, "rt", encoding="utf-8-sig", newline="") as stream:
            return stream.read()
    except UnicodeDecodeError as error:
        known = "" if packed else _encoding(file)
        raise _fault(file, f"the text is not UTF-8{known}", "Save it again as “CSV UTF-8”.") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _fault(file, f"not a table ({error})", _AGAIN) from error
    except OSError as error:
        raise _fault(file, f"cannot be read ({_reason(error)})", "Check its permissions.") from error


def _plain_table(text: str) -> pd.DataFrame | None:
    """Read a long table without quotation marks at once; none where its lines must be looked at one by one."""
    head, _, body = text.partition("\n")
    body = body.rstrip("\r\n")
    if len(body) < LONG or any(mark in text for mark in "\"'\x00") or "\r" in body.replace("\r\n", ""):
        return None
    names = [name.strip() for name in head.split(",")]
    lines = body.split("\n")
    even = {line.count(",") for line in lines} == {len(names) - 1} and lines[-1].strip(" ,\t")
    if not (even and all(names) and len(set(names)) == len(names)):
        return None
    try:
        table = pd.read_csv(
            io.StringIO(body), header=None, names=names, index_col=False, dtype=str, na_filter=False,
            skip_blank_lines=False, quoting=csv.QUOTE_NONE,
        )  # fmt: skip
    except ValueError:
        return None
    table.index = pd.RangeIndex(2, len(table) + 2, name="line")
    return table if len(table) == len(lines) else None


def _csv_rows(file: Path, text: str) -> tuple[list[Sequence[str]], Sequence[int]]:
    """Return the rows of a .csv, and the line that each begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Sequence[str]] = []
    ends = [0]
    try:
        # Lines in one go; where cells hold several, each row is asked for its own.
        rows = list(map(tuple, reader))  # the collector of garbage passes tuples of texts by
        ends += range(1, len(rows) + 1)
        if reader.line_num != len(rows):
            reader = csv.reader(io.StringIO(text, newline=""), strict=True)
            ends = [0, *(reader.line_num for _ in reader)]
    except csv.Error as error:
        raise _fault(file, f"not a table ({error})", _AGAIN, line=reader.line_num) from error
    if ",'" in text or "\n'" in text or text.startswith("'") or "\"'" in text:
        rows = [[unmarked(cell) for cell in row] for row in rows]
    return rows, [end + 1 for end in ends[:-1]]


def _encoding(file: Path) -> str:
    """Say what the bytes may be, for the message only."""
    raw = file.read_bytes()[:100_000]
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return " but UTF-16"
    try:
        raw[: len(raw) // 2 * 2].decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return " (it may be GBK)"


def _check_shape(path: str | Path, rows: Sequence[Sequence[str]], lines: Sequence[int], head: Sequence[str]) -> None:
    width = len(rows[0])
    ragged = len(set(map(len, rows))) > 1
    faults = [
        Fault(
            str(path), line, "", "", f"has {len(row)} cells, the first line {width}",
            "Give each row as many cells; put a text that holds a comma in quotation marks.",
        )
        for line, row in (zip(lines, rows, strict=False) if ragged else ())
        if len(row) != width
    ]  # fmt: skip
    twice = [name for name in dict.fromkeys(head) if head.count(name) > 1]
    if twice:
        shown = ", ".join(head)
        faults.append(
            Fault(str(path), 1, named(name or "without a name" for name in twice), shown, "stands twice",
                  "Delete or rename one.")
        )  # fmt: skip
    if width == 1 and any(mark in rows[0][0] for mark in ";\t"):
        faults.append(Fault(str(path), 1, "", rows[0][0][:40], "cells are not parted by commas", _AGAIN))
    if faults:
        raise SchemaError(faults=faults)


def _no_file(file: Path) -> tuple[str, str]:
    if file.is_dir():
        return "is a folder, a file is needed", "Rename the folder, or take it away."
    if file.is_symlink():
        return "is a link that leads nowhere", "Correct the link, or take it away."
    return "is no file that can be read", "Put the table in its place, or take it away."


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _fault(path: str | Path, rule: str, remedy: str, *, line: int = 0) -> SchemaError:
    return SchemaError(faults=[Fault(str(path), line, "", "", rule, remedy)])


def read_table(path: str | Path, columns: Mapping[str, Column], *, key: Sequence[str] = ()) -> pd.DataFrame:
    """Read a table and check it against its form (`columns.check_table`).

    Raises
    ------
    SchemaError
        As `read_text` and `check_table`.
    """
    return check_table(read_text(path), columns, file=path, key=key)


def cube(table: pd.DataFrame, axes: Mapping[str, list[Any]], value: str, *, file: object) -> npt.NDArray[np.float64]:
    """Arrange the rows of a long table as an array; every combination must be there.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per combination of the columns that `axes` names.
    axes : mapping of str to list, lengths n1, n2, …
        Column → labels in the order wanted.
    value : str
        Column of the values.
    file : object
        Named in errors.

    Returns
    -------
    ndarray, shape (n1, n2, …)
        The values.

    Raises
    ------
    SchemaError
        If a combination is missing.
    """
    names, labels = list(axes), list(axes.values())
    # A MultiIndex of one level matches no plain index in pandas 2.2.
    index = pd.Index(labels[0], name=names[0]) if len(axes) == 1 else pd.MultiIndex.from_product(labels, names=names)
    series = table.set_index(list(axes))[value].astype(float).reindex(index)
    if series.isna().any():
        lacking = series.index[series.isna()]
        gaps = [" ".join(map(str, label)) if isinstance(label, tuple) else str(label) for label in lacking]
        remedy = "Add the rows; where nobody is counted, enter 0."
        raise SchemaError(faults=[Fault(str(file), 0, "", "", f"no row for {named(gaps, most=5)}", remedy)])
    return np.asarray(series, dtype=np.float64).reshape([len(axis) for axis in axes.values()])
