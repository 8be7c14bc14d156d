"""Read tables as text, strictly, and arrange long ones as arrays."""

import csv
import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import pandas as pd

from popmodel.files.cells import unmarked
from popmodel.schema import Column, SchemaError, check_table, named


def read_text(path: str | Path) -> pd.DataFrame:
    """Read a .csv (UTF-8, commas; also .csv.gz) or .xlsx (first sheet), every cell as text, no empty rows at its end.

    In a .csv the apostrophe before a text such as '=A is taken away (`files.cells`).

    Raises
    ------
    SchemaError
        If the file is missing, has another ending, is not UTF-8 or not a table, a line has more or fewer cells than
        the first, or a column stands twice.
    """
    file = Path(path)
    if not file.is_file():
        raise SchemaError(f"{path}: the file is missing. Correct the path, or add the file.")
    try:
        if file.suffix.lower() == ".xlsx":
            sheet = pd.read_excel(file, header=None, dtype=str, na_filter=False, engine="openpyxl")
            # Excel turns a typed date into a time stamp; the day is what was typed.
            rows_ = sheet.replace(r"^(\d{4}-\d\d-\d\d) 00:00:00$", r"\1", regex=True).to_numpy().tolist()
        elif file.suffix.lower() == ".csv":
            with file.open(encoding="utf-8-sig", newline="") as text:
                rows_ = [[unmarked(cell) for cell in row] for row in csv.reader(text, strict=True)]
        elif file.name.lower().endswith(".csv.gz"):
            with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as text:
                rows_ = list(csv.reader(text, strict=True))
        else:
            raise SchemaError(f"{path}: the ending {file.suffix!r} is not known. Use .csv or .xlsx.")
    except UnicodeDecodeError as error:
        raise SchemaError(f"{path}: the text is not UTF-8. Save it again as “CSV UTF-8”.") from error
    except (csv.Error, BadZipFile, KeyError, gzip.BadGzipFile, EOFError) as error:
        raise SchemaError(f"{path}: not a table ({error}). Save it again from the program that made it.") from error
    while rows_ and not any(rows_[-1]):
        rows_.pop()
    if not rows_:
        raise SchemaError(f"{path}: the table is empty. Give the names of the columns in the first row.")
    head = [name.strip() for name in rows_[0]]
    for line, row in enumerate(rows_, 1):
        if len(row) != len(head):
            raise SchemaError(
                f"{path}: line {line} has {len(row)} cells, the first line {len(head)}. Give each row as many cells."
            )
    if len(set(head)) < len(head):
        raise SchemaError(f"{path}: a column stands twice in {', '.join(head)}. Delete or rename one.")
    return pd.DataFrame(rows_[1:], columns=head, dtype=str)


def read_table(path: str | Path, columns: Mapping[str, Column], *, key: Sequence[str] = ()) -> pd.DataFrame:
    """Read a table and check it against its form (`schema.check_table`).

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
    index = pd.MultiIndex.from_product(list(axes.values()), names=list(axes))
    series = table.set_index(list(axes))[value].astype(float).reindex(index)
    if series.isna().any():
        gaps = [" ".join(map(str, label)) for label in series.index[series.isna()]]
        raise SchemaError(f"{file}: no row for {named(gaps, most=5)}. Add the rows; where nobody is counted, enter 0.")
    return np.asarray(series, dtype=np.float64).reshape([len(axis) for axis in axes.values()])
