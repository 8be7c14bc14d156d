"""What the charts of feasibility share: the targets of a table, their short names, and the names of limits."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from popmodel.plots.style import Language, decimals_of, number, printable
from popmodel.plots.words import target_label
from popmodel.schema import SchemaError, named

TARGET = (
    "indicator", "name_zh", "name_en", "year", "text", "operator", "value", "unit", "decimals",
)  # fmt: skip
"""Columns that name a target."""


def check_columns(table: pd.DataFrame, columns: Sequence[str], verb: str) -> None:
    """Refuse a table without a column or without rows.

    Raises
    ------
    SchemaError
        Naming what is missing.
    """
    missing = [name for name in (*TARGET, *columns) if name not in table.columns]
    if missing or table.empty:
        raise SchemaError(
            f"table has no {named(missing) if missing else 'rows'}. Pass what {verb}() returns for at least one target."
        )


def first_scenario(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the first scenario, where there are several."""
    return table[table["scenario"] == table["scenario"].iloc[0]] if "scenario" in table and len(table) else table


def targets_of(table: pd.DataFrame) -> list[tuple[str, int]]:
    """Return the targets of a table by indicator and year, in its order."""
    return list(dict.fromkeys(zip(table["indicator"].astype(str), table["year"].astype(int), strict=True)))


def short_name(row: "pd.Series[Any]", language: Language) -> str:
    """Return the name of an indicator without what stands in brackets."""
    return printable(str(row[f"name_{language}"])).partition("（")[0].partition(" (")[0]


def full_label(row: "pd.Series[Any]", language: Language) -> str:
    """Return indicator, year and level of a target as printed."""
    target = target_label(row, language)
    return f"{short_name(row, language)} {int(row['year'])}: {target}"


def bound_of(row: "pd.Series[Any]") -> str:
    """Return whether a target asks for at `least` or at `most` its level."""
    return "least" if np.isfinite(float(row["from"])) else "most"


def limits_labels(table: pd.DataFrame, language: Language) -> dict[str, str]:
    """Return limits → printed name, from the columns or the attrs of a table; the name itself where there is none."""
    out = {str(name): str(name) for name in table["limits"]} if "limits" in table else {}
    column = f"limits_{language}"
    if column in table:
        out |= dict(zip(table["limits"].astype(str), table[column].astype(str), strict=True))
    if "limits" in table.attrs:
        name = str(table.attrs["limits"])
        out[name] = str(table.attrs.get(column) or name)
    return {name: printable(label) or name for name, label in out.items()}


def ticks_between(low: float, high: float, *, most: int) -> list[tuple[float, str]]:
    """Return round numbers from `low` to `high`, `most` at most, and each as printed."""
    ticks = np.asarray(MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high), dtype=float)
    digits = decimals_of(ticks[1] - ticks[0], most=3)
    return [(float(tick), number(float(tick), digits)) for tick in ticks if low <= tick <= high]
