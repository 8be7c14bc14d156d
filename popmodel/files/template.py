"""The sheet to fill in for a year: a row for each indicator that is not yet observed in it."""

import pandas as pd

from popmodel.files.observed import OBSERVED_COLUMNS
from popmodel.schema import SchemaError


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
