"""What the columns of a table must hold, and the check of a whole table against it: all of its faults at once."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from popmodel.schema import Column, Fault, SchemaError, near

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
MANY = 1000
"""Different cells of a column from which on they are read together."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_CORRECT = "Correct the cell."


class Checked(NamedTuple):
    """A table with typed columns, its index the line in the file, and everything that is wrong with its cells."""

    table: pd.DataFrame
    faults: list[Fault]


def checked(raw: pd.DataFrame, columns: Mapping[str, Column], *, file: object, key: Sequence[str] = ()) -> Checked:
    """Check a table read as text against its form, each cell on its own and the rows against one another.

    Parameters
    ----------
    raw : pandas.DataFrame
        All columns as strings; an index called `line` holds the lines in the file, else the rows count from 2.
    columns : mapping of str to Column
        The columns that the form declares; further ones are faults, so that a misspelt name is not lost.
    file : object
        Named in faults.
    key : sequence of str
        Columns that together identify a row; a second row with the same key is a fault.

    Returns
    -------
    Checked
        The columns of the form that are there, in the table's order; a bad cell is NaN or as typed.
    """
    lines = raw.index if raw.index.name == "line" else pd.RangeIndex(2, len(raw) + 2, name="line")
    faults = _head_faults([str(name) for name in raw.columns], columns, str(file))
    good = np.ones(len(raw), dtype=bool)
    out: dict[str, Any] = {}
    for name in [str(name) for name in raw.columns if name in columns]:
        cells = raw[name].to_numpy(dtype=object)
        codes, texts = pd.factorize(cells)
        values, wrong = _parsed(list(map(str.strip, texts.tolist())), columns[name])
        out[name] = _column(values, columns[name].kind, codes, lines)
        bad = np.isin(codes, list(wrong)) if wrong else np.zeros(len(raw), dtype=bool)
        good &= ~bad
        for place in np.flatnonzero(bad).tolist():
            rule, remedy = wrong[int(codes[place])]
            faults.append(Fault(str(file), int(lines[place]), name, str(cells[place]).strip(), rule, remedy))
    table = pd.DataFrame(out, index=lines)
    key_here = [name for name in key if name in table or columns[name].required]
    if key_here and all(name in table for name in key_here):
        faults += _twice(table[good], key_here, str(file))
    return Checked(table, faults)


def check_table(
    raw: pd.DataFrame, columns: Mapping[str, Column], *, file: object, key: Sequence[str] = ()
) -> pd.DataFrame:
    """Check a table read as text and return it typed (`checked`).

    Raises
    ------
    SchemaError
        Missing or unknown columns, blank, non-numeric, negative or unlisted cells, duplicated keys: all of them.
    """
    table, faults = checked(raw, columns, file=file, key=key)
    refuse(faults)
    return table


def refuse(faults: Sequence[Fault]) -> None:
    """Raise an error that carries the faults, if there are any, by line.

    Raises
    ------
    SchemaError
        With all of them.
    """
    if faults:
        raise SchemaError(faults=in_order(faults))


def in_order(faults: Sequence[Fault]) -> list[Fault]:
    """Return faults by file and line, each once; those of no line come last."""
    return sorted(dict.fromkeys(faults), key=lambda fault: (fault.file, fault.line or np.inf, fault.column))


def _head_faults(names: Sequence[str], columns: Mapping[str, Column], file: str) -> list[Fault]:
    required = [name for name, column in columns.items() if column.required]
    optional = [name for name in columns if name not in required]
    form = f"Required: {', '.join(required)}" + (f"; optional: {', '.join(optional)}" if optional else "")
    missing = [name for name in required if name not in names]
    found = [Fault(file, 1, name, "", "is missing", f"{form}. Rename or add the column.") for name in missing]
    for name in names:
        if name not in columns:
            guess = near(name, missing) or near(name, columns)
            remedy = f"{guess.strip()} Rename the column." if guess else f"{form}. Rename or delete the column."
            found.append(Fault(file, 1, name, name, "is not part of the form", remedy))
    return found


def _parsed(texts: Sequence[str], column: Column) -> tuple[Sequence[Any], dict[int, tuple[str, str]]]:
    """Return the value of each text, and rule and remedy of those that are bad by their place."""
    values: list[Any] = []
    wrong: dict[int, tuple[str, str]] = {}
    numeric = column.kind not in ("text", "choice")
    if numeric and len(texts) > MANY:
        quick = _plain_numbers(texts, column)
        if quick is not None:
            return quick, wrong
    for place, text in enumerate(texts):
        value: Any = np.nan if numeric else text
        if text == "":
            fault = None if column.blank else ("is empty", column.empty)
        elif numeric:
            value, fault = _number(text, column)
        else:
            fault = _text(text, column)
        values.append(value)
        if fault is not None:
            wrong[place] = fault
    return values, wrong


def _plain_numbers(texts: Sequence[str], column: Column) -> list[float] | None:
    """Return many numbers at once if all of them are plain digits within the bounds; none if one must be looked at."""
    if not set("".join(texts)) <= set("0123456789.") or max(map(len, texts)) > 30 or "" in texts or "." in texts:
        return None
    try:
        values = np.array(texts).astype(float)
    except ValueError:
        return None
    good = values <= column.most
    if column.kind in ("whole", "year"):
        good &= values % 1 == 0
    if column.kind == "year":
        good &= (values >= 1800) & (values <= 2200)
    return values.tolist() if good.all() else None


def _number(text: str, column: Column) -> tuple[float, tuple[str, str] | None]:
    if _NUMBER.fullmatch(text) is None:
        plain = unicodedata.normalize("NFKC", text)
        remedy = f"Write {plain}, in plain digits." if _NUMBER.fullmatch(plain) else _CORRECT
        return np.nan, ("must be a number (no thousands separators or units)", remedy)
    value = float(text) + 0.0  # no negative zero
    if column.kind == "year":
        good = value % 1 == 0 and 1800 <= value <= 2200
        return value, None if good else ("must be a year such as 2020", _CORRECT)
    if column.kind in ("count", "whole") and value < 0:
        return value, ("must not be negative", _CORRECT)
    if abs(value) > column.most:
        return np.nan, (f"must not be larger than {column.most:,.0f}", _CORRECT)
    if column.kind == "whole" and value % 1:
        return value, ("must be a whole number", _CORRECT)
    return value, None


def _text(text: str, column: Column) -> tuple[str, str] | None:
    if column.kind == "choice" and text not in column.choices:
        return f"must be one of {', '.join(column.choices)}", f"Correct the spelling.{near(text, column.choices)}"
    if _CONTROL.search(text):
        return "holds a character that is none of a text", "Type the cell again."
    return None


def _column(values: Sequence[Any], kind: str, codes: np.ndarray, lines: pd.Index) -> pd.Series:
    if kind in ("text", "choice"):
        return pd.Series(pd.Series(list(values) or [""], dtype=str).array.take(codes), index=lines)
    numbers = pd.Series(np.array([*values, np.nan], dtype=float)[codes], index=lines)
    if kind not in ("year", "whole"):
        return numbers
    # A faulty cell may hold more than an integer can: it has been named, and stays blank.
    return numbers.where((numbers % 1 == 0) & (numbers.abs() < 2.0**53)).astype("Int64")


def _twice(table: pd.DataFrame, key: Sequence[str], file: str) -> list[Fault]:
    again = table[table.duplicated(list(key), keep=False)]
    first: dict[tuple[Any, ...], int] = {}
    found = []
    for line, *cells in again[list(key)].itertuples(name=None):
        earlier = first.setdefault(tuple(cells), line)
        if earlier != line:
            found.append(
                Fault(
                    file, line, ", ".join(key), ", ".join(map(str, cells)), f"is given in line {earlier} already",
                    "Each combination may stand once. Delete or correct the surplus row.",
                )
            )  # fmt: skip
    return found


def without_line(raw: pd.DataFrame) -> pd.DataFrame:
    """Drop the column of lines that a table of this package gets when it is saved with its index."""
    index = "line" if "line" in raw.columns else "" if len(raw.columns) and raw.columns[0] == "" else None
    whole = index is not None and raw[index].str.fullmatch(r"\s*-?\d+(\.0)?\s*").all()
    return raw.drop(columns=index) if whole else raw


def completed(table: pd.DataFrame, columns: Mapping[str, Column]) -> pd.DataFrame:
    """Return the columns of a form in its order; those left out are blank."""
    full = table.copy()
    for name, column in columns.items():
        if name not in full.columns:
            blank = [""] if column.kind in ("text", "choice") else [np.nan]
            full[name] = _column(blank, column.kind, np.zeros(len(table), dtype=int), table.index)
    return full[list(columns)]


def fault_table(faults: Sequence[Fault]) -> pd.DataFrame:
    """Return faults as a table: `file`, `line`, `column`, `given`, `rule`, `remedy`."""
    names = ["file", "line", "column", "given", "rule", "remedy"]
    rows = [[getattr(fault, name) for name in names] for fault in dict.fromkeys(faults)]
    return pd.DataFrame(rows, columns=names).astype({"line": "int64"})


def with_sheets(faults: Sequence[Fault], raw: pd.DataFrame) -> list[Fault]:
    """Add to the faults of a head which other sheets the workbook has: the table may stand in one of them."""
    others = str(raw.attrs.get("others", ""))
    return [replace(fault, remedy=fault.remedy + others) if fault.line == 1 else fault for fault in faults]
