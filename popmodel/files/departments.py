"""The departments that a plan names: who leads a target, and whether a table of departments knows them."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from popmodel.files.tables import read_table
from popmodel.schema import Column, SchemaError, named

DEPARTMENT_COLUMNS = {"department": Column(), "name_en": Column()}
"""The form of a table of departments: the name as the plan prints it, and its translation."""
DUTY_COLUMNS = {
    "duty": Column(),
    "name_zh": Column(),
    "name_en": Column(),
    "departments": Column(),
    "quote": Column(),
    "publication": Column(),
}
"""The form of a table of duties: who must monitor, evaluate, collect."""
SEPARATOR, LEAD = "、", "*"


def departments_of(cell: str) -> list[tuple[str, bool]]:
    """Split a cell as printed into departments.

    Parameters
    ----------
    cell : str
        Names joined by ``、``, the leading ones with ``*`` before them.

    Returns
    -------
    list of (str, bool)
        Name, and whether it leads.

    Examples
    --------
    >>> departments_of("*市发展改革委、市教育局")
    [('市发展改革委', True), ('市教育局', False)]
    """
    names = [part.strip() for part in cell.split(SEPARATOR) if part.strip()]
    return [(name.removeprefix(LEAD).strip(), name.startswith(LEAD)) for name in names]


def read_departments(path: str | Path) -> pd.DataFrame:
    """Read a table of departments.

    Parameters
    ----------
    path : str or Path
        `.csv` or `.xlsx` in the form of `DEPARTMENT_COLUMNS`.

    Returns
    -------
    pandas.DataFrame, (departments, 2)
        Index the line in the file.

    Raises
    ------
    SchemaError
        If a column is missing or unknown, a cell is empty, or a department stands twice.

    Examples
    --------
    >>> "department" in pm.read_departments(pm.data_path("plan/departments.csv"))
    True
    """
    return read_table(path, DEPARTMENT_COLUMNS, key=("department",))


def reporters(path: str | Path | None, duty: str) -> str:
    """Return the departments that a table of duties charges with a duty; blank without a table or such a duty.

    Raises
    ------
    SchemaError
        If the table is not in the form of `DUTY_COLUMNS`.
    """
    if path is None:
        return ""
    table = read_table(path, DUTY_COLUMNS, key=("duty",)).set_index("duty")
    return str(table.loc[duty, "departments"]) if duty in table.index else ""


def department_faults(cell: str, known: Iterable[str]) -> Iterable[tuple[str, str, str]]:
    """Yield column, broken rule and remedy for the departments of one row."""
    listed = list(known)
    found = departments_of(cell)
    if not found:
        yield "departments", "is empty, but each target needs a department", "Name its lead, with * before it."
        return
    strange = [name for name, _ in found if name not in listed]
    if strange:
        yield "departments", f"names {named(strange)}, not in the table of departments", f"Use: {named(listed)}."
    if not any(leads for _, leads in found):
        yield "departments", f"is {cell!r}, without a lead", f"Write {LEAD} before the department that leads."


def by_department(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the targets once for each of their departments, in the order of the table.

    Parameters
    ----------
    targets : pandas.DataFrame
        As returned by `read_targets`, or a scorecard: any table with a column `departments`.

    Returns
    -------
    pandas.DataFrame, (targets x departments, columns + 2)
        With `department` and `leads` in front; rows without a department are left out.

    Raises
    ------
    SchemaError
        If there is no column `departments`.

    Examples
    --------
    >>> pm.by_department(ev.targets)["leads"].dtype
    dtype('bool')
    """
    if "departments" not in targets.columns:
        raise SchemaError("targets have no column departments. Read them with read_targets().")
    rows = targets.loc[targets.index.repeat([len(departments_of(cell)) for cell in targets["departments"]])].copy()
    pairs = [pair for cell in targets["departments"] for pair in departments_of(cell)]
    rows.insert(0, "department", [name for name, _ in pairs])
    rows.insert(1, "leads", [leads for _, leads in pairs])
    return rows
