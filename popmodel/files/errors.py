"""Back-tested errors of a city's indicators, as the outlook of a target reads them."""

from pathlib import Path

import pandas as pd

from popmodel.files.tables import read_table
from popmodel.schema import Column

ERROR_COLUMNS = {
    "indicator": Column(),
    "horizon": Column("count"),
    "error": Column("count"),
    "start": Column("year", required=False, blank=True),
    "forecast": Column(required=False, blank=True),
}
"""The form: years ahead, and the error as a share of the actual value."""


def read_errors(path: str | Path) -> pd.DataFrame:
    """Read a table of back-tested errors (written by ``popmodel backtest --out``).

    Parameters
    ----------
    path : str or pathlib.Path
        Columns `indicator`, `horizon` [years], `error` [share of the actual value], and what it was tested on.

    Returns
    -------
    pandas.DataFrame
        As `score` takes it.

    Raises
    ------
    SchemaError
        If the table is faulty.
    """
    return read_table(path, ERROR_COLUMNS, key=("indicator", "horizon", "start"))
