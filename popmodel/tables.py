"""Read tables as text, strictly, and arrange long ones as arrays."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from popmodel.schema import Column, SchemaError, check_table, named


def read_text(path: str | Path) -> pd.DataFrame:
    """Read a .csv (UTF-8, commas) or .xlsx (first sheet) with every cell as text.

    Raises
    ------
    SchemaError
        If the file is missing, has another ending, is not UTF-8 or not a table.
    """
    file = Path(path)
    if not file.is_file():
        raise SchemaError(f"{path}: the file is missing. Correct the path, or add the file.")
    if file.suffix.lower() == ".xlsx":
        table: pd.DataFrame = pd.read_excel(file, dtype=str, keep_default_na=False, na_filter=False)
        # Excel turns a typed date into a time stamp; the day is what was typed.
        return table.apply(lambda cells: cells.str.replace(r"^(\d{4}-\d\d-\d\d) 00:00:00$", r"\1", regex=True))
    if file.suffix.lower() != ".csv":
        raise SchemaError(f"{path}: the ending {file.suffix!r} is not known. Use .csv or .xlsx.")
    try:
        return pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig", skip_blank_lines=False)
    except UnicodeDecodeError as error:
        raise SchemaError(f"{path}: the text is not UTF-8. Save it again as “CSV UTF-8”.") from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SchemaError(f"{path}: not a table ({error}). Give each row as many commas as the first.") from error


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
