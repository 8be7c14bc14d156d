"""The table of who may enter the household register: by class, at which ages, with whom."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.schema import OPEN_AGE, SEXES, Column, Fault

ENTRIES = "register_entries.csv"
ROLES = ("principal", "spouse", "child", "parent")
"""Who enters: in their own right, or with or to those."""
ENTRY_COLUMNS = {
    "class": Column(),
    "name_zh": Column(),
    "name_en": Column(),
    "role": Column("choice", choices=ROLES),
    "sex": Column("choice", choices=(*SEXES, "both")),
    "first_age": Column("whole", most=OPEN_AGE),
    "last_age": Column("whole", most=OPEN_AGE),
    "per_principal": Column("count", blank=True, most=100),
    "status": Column("choice", choices=("source", "derived", "assumed")),
    "note": Column(required=False, blank=True),
}
ENTRY_KEY = ("class", "role", "sex", "first_age", "last_age")


def entry_faults(table: pd.DataFrame) -> Iterator[Fault]:
    """Yield what is wrong between the cells of the table."""
    late = table["first_age"] > table["last_age"]
    for line, row in table[late].iterrows():
        rule = f"is above the last age {row['last_age']:g}"
        yield Fault(
            ENTRIES, int(str(line)), "first_age", f"{row['first_age']:g}", rule, "Exchange or correct the ages."
        )
    for name, own in table.groupby("class", sort=False):
        first = own.iloc[0]
        for column in ("name_zh", "name_en"):
            for line, cell in own.loc[own[column] != first[column], column].items():
                rule = f"is another name of class {name} than in line {own.index[0]}"
                yield Fault(ENTRIES, int(str(line)), column, str(cell), rule, "Give every row of a class one name.")
        if (own["role"] == "principal").any():
            if not own["per_principal"].fillna(1.0).sum() > 0:
                rule = f"leaves nobody to enter by class {name}"
                yield Fault(ENTRIES, int(own.index[0]), "per_principal", "0", rule, "Give one row a number above 0.")
            continue
        for line in own.index[own["per_principal"].isna()]:
            rule = f"is empty, but class {name} has no principal to measure by"
            yield Fault(ENTRIES, int(line), "per_principal", "", rule, "Give a number, or a row of a principal.")


def entry_windows(table: pd.DataFrame) -> xr.Dataset:
    """Arrange the rows as `entry_first_age`, `entry_last_age`, `entry_per_principal` (entry_rule), labelled.

    By class, role and ages, whatever order they stand in.
    """
    table = table.sort_values(list(ENTRY_KEY))
    return xr.Dataset(
        {
            "entry_first_age": ("entry_rule", table["first_age"].to_numpy(dtype=float), {"unit": "years"}),
            "entry_last_age": ("entry_rule", table["last_age"].to_numpy(dtype=float), {"unit": "years"}),
            "entry_per_principal": ("entry_rule", table["per_principal"].to_numpy(dtype=float), {"unit": "1"}),
        },
        coords={
            f"entry_rule_{name}": ("entry_rule", table[name].to_numpy(dtype=str))
            for name in ("class", "name_zh", "name_en", "role", "sex")
        }
        | {"entry_rule": np.arange(1, len(table) + 1)},
    )
