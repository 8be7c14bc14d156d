"""The plan as data: targets and observed values, read strictly, and the sheet to fill in for a further year."""

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from popmodel.files.departments import department_faults
from popmodel.files.tables import read_text as cells_of
from popmodel.schema import UNITS, Column, SchemaError, check_table, rows

OPERATORS = (
    "reach", "above", "at_least", "below", "at_most", "about", "cumulative", "within", "rising", "keep", "relative",
    "qualitative",
)  # fmt: skip
"""What a target may ask for; the rule behind each is in `popmodel.scoring`."""
BETTER = ("higher", "lower", "band")
STATUSES = ("source", "derived", "assumed")
CONFIDENCES = ("high", "medium", "low")
"""How sure a figure is: read in the official publication; in a copy of it, or in the press quoting it; neither."""
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")

TARGET_COLUMNS = {
    "indicator": Column(),
    "number": Column("count", required=False, blank=True),
    "name_zh": Column(),
    "name_en": Column(),
    "section_zh": Column(required=False, blank=True),
    "section_en": Column(required=False, blank=True),
    "year": Column("year"),
    "operator": Column("choice", choices=OPERATORS),
    "value": Column("number", blank=True),
    "lower": Column("number", required=False, blank=True),
    "upper": Column("number", required=False, blank=True),
    "unit": Column("choice", choices=tuple(UNITS)),
    "tolerance": Column("count", required=False, blank=True),
    "decimals": Column("count", blank=True),
    "better": Column("choice", choices=BETTER),
    "text": Column(),
    "nature": Column(required=False, blank=True),
    "base_year": Column("year", blank=True),
    "base_value": Column("number", blank=True),
    "base_text": Column(required=False, blank=True),
    "start_year": Column("year", required=False, blank=True),
    "reference": Column(required=False, blank=True),
    "version": Column(required=False, blank=True),
    "source": Column(),
    "note": Column(required=False, blank=True),
    "section": Column(required=False, blank=True),
    "place": Column(required=False, blank=True),
    "quote": Column(required=False, blank=True),
    "departments": Column(required=False, blank=True),
    "departments_from": Column("choice", required=False, blank=True, choices=("printed", "duty")),
    "dated": Column("choice", required=False, blank=True, choices=("printed", "context", "assumed")),
}
"""The form of a table of targets, in its order."""

OBSERVED_COLUMNS = {
    "indicator": Column(),
    "area": Column(),
    "year": Column("year"),
    "value": Column("number"),
    "unit": Column("choice", choices=tuple(UNITS)),
    "decimals": Column("count"),
    "basis": Column(required=False, blank=True),
    "status": Column("choice", choices=STATUSES),
    "confidence": Column("choice", required=False, blank=True, choices=CONFIDENCES),
    "published": Column(),
    "publication": Column(),
    "chosen": Column("choice", required=False, blank=True, choices=("yes",)),
    "note": Column(required=False, blank=True),
}
"""The form of a table of observed values, in its order."""


TARGET_KEY = ("indicator", "year", "version", "section", "place")
"""What tells two targets apart: a plan may print the same one in several sections and places."""


def read_targets(*paths: str | Path, departments: pd.DataFrame | None = None) -> pd.DataFrame:
    """Read tables of targets, one row an indicator and milestone, from `.csv` or `.xlsx`.

    Parameters
    ----------
    *paths : str or Path
        One table or several, e.g. the plan's table of indicators and the targets of its text; they come back one
        below the other, told apart by `section`. The form is `TARGET_COLUMNS`; columns that may be left out come
        back blank.
    departments : pandas.DataFrame, optional
        As returned by `read_departments`. If given, each target must name its departments, all of them known, one
        at least leading.

    Returns
    -------
    pandas.DataFrame, (rows, 31)
        In the order of `TARGET_COLUMNS`, index the line in the file (of several files: a running number). `year`,
        `base_year`, `start_year`, `number` and `decimals` are nullable integers; `value`, `lower`, `upper`,
        `tolerance` and `base_value` are floats in `unit`, NaN where the plan prints no number.

    Raises
    ------
    SchemaError
        Missing or unknown columns, cells of the wrong kind, an unknown operator or unit, a number that the
        operator needs and the row lacks, a milestone not after the base year, an indicator with two rows for the
        same section, place, year and version, a target without a department or with an unknown one where
        `departments` are given. The message names file, line and column. Also if no path is given.
    """
    if not paths:
        raise SchemaError("read_targets: no table is given. Name at least one file.")
    tables = [_one_table(path, departments) for path in paths]
    if len(tables) == 1:
        return tables[0]
    table = pd.concat(tables, ignore_index=True)
    again = table[table.duplicated(list(TARGET_KEY), keep=False)]
    if len(again):
        raise SchemaError(
            f"{' and '.join(map(str, paths))}: {rows(again, TARGET_KEY)} stand in both. Delete the surplus row, or "
            "give each table its section."
        )
    return table


def _one_table(path: str | Path, departments: pd.DataFrame | None) -> pd.DataFrame:
    table = _typed(cells_of(path), TARGET_COLUMNS, file=path, key=TARGET_KEY)
    for column in ("number", "decimals"):
        table[column] = _whole(table[column], column, path)
    units = dict(zip(table["indicator"], table["unit"], strict=True))
    for line, row in table.iterrows():
        _stop(path, line, row, _target_faults(row))
        _stop(path, line, row, _context_faults(row, units, None))
        if departments is not None:
            _stop(path, line, row, department_faults(str(row["departments"]), departments["department"]))
    return table


def read_observed(path: str | Path) -> pd.DataFrame:
    """Read a table of observed values, one row an indicator, area, year and source, from `.csv` or `.xlsx`.

    Two sources may stand side by side for the same indicator, area and year if one of them is `chosen`.

    Parameters
    ----------
    path : str or Path
        The form is `OBSERVED_COLUMNS`; columns that may be left out come back blank.

    Returns
    -------
    pandas.DataFrame, (rows, 13)
        In the order of `OBSERVED_COLUMNS`, index the line in the file; `area` is text, `year` and `decimals` are
        nullable integers, `value` is a float in `unit`.

    Raises
    ------
    SchemaError
        Missing or unknown columns, blank cells or cells of the wrong kind, a date of another form, more decimals
        printed than declared, two sources for one year of which not exactly one is chosen.
    """
    raw = cells_of(path)
    table = _typed(raw, OBSERVED_COLUMNS, file=path)
    table["decimals"] = _whole(table["decimals"], "decimals", path)
    for (line, row), printed in zip(table.iterrows(), raw["value"].str.strip(), strict=True):
        _stop(path, line, row, _observed_faults(row, printed))
    for lines_, rule, remedy in _conflicts(table):
        raise SchemaError(
            f"{path}: {rows(table.loc[lines_], ('indicator', 'area', 'year', 'publication'))} {rule}. {remedy}"
        )
    return table


def no_observed() -> pd.DataFrame:
    """Return a table of observed values without rows, in the form that `read_observed` gives."""
    empty = pd.DataFrame({name: pd.Series(dtype=str) for name in OBSERVED_COLUMNS})
    table = _typed(empty, OBSERVED_COLUMNS, file="no observed values")
    return table.assign(decimals=table["decimals"].astype("Int64"))


def observation_template(targets: pd.DataFrame, observed: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Return the sheet to fill in for `year`: a row for each indicator of the plan not yet observed in that year.

    Unit, decimals and basis are those of the indicator's last observation (else those of its target); the note
    gives the name and the last value, so that a slip of the decimal point is seen while typing.

    Parameters
    ----------
    targets : pandas.DataFrame
        As returned by `read_targets`.
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
    """
    if observed.empty:
        raise SchemaError("the table of observed values is empty, so the area is unknown. Add at least one row.")
    area = str(observed["area"].iloc[0])
    here = observed[observed["area"] == area]
    sheet: list[tuple[str, ...]] = []
    for _, row in targets.drop_duplicates("indicator").iterrows():
        past = here[here["indicator"] == row["indicator"]].sort_values("year", kind="stable")
        if (past["year"] == year).any():
            continue
        note = f"{row['name_zh']} · {row['name_en']}"
        unit, decimals, basis = str(row["unit"]), "" if pd.isna(row["decimals"]) else str(row["decimals"]), ""
        if len(past):
            last = past.iloc[-1]
            unit, decimals, basis = str(last["unit"]), str(last["decimals"]), str(last["basis"])
            note += f"；{last['year']}: {last['value']:.{int(last['decimals'])}f}"
        sheet.append((str(row["indicator"]), area, str(year), "", unit, decimals, basis, "", "", "", "", "", note))
    return pd.DataFrame(sheet, columns=list(OBSERVED_COLUMNS))


def observation_faults(
    path: str | Path, targets: pd.DataFrame, *, observed: pd.DataFrame | None = None
) -> pd.DataFrame:
    """List everything that is wrong with a filled-in sheet, cell by cell; an empty table means that it can be read.

    Parameters
    ----------
    path : str or Path
        The sheet, `.csv` or `.xlsx`.
    targets : pandas.DataFrame
        As returned by `read_targets`: which indicators there are, and in what they are measured.
    observed : pandas.DataFrame, optional
        The values already held: a second value for the same indicator, area and year is reported unless one of
        the two is chosen.

    Returns
    -------
    pandas.DataFrame, (faults, 5)
        Columns `line`, `column`, `cell` (as typed), `rule`, `remedy`.
    """
    raw = cells_of(path)
    found: list[tuple[int, str, str, str, str]] = []
    for name in [n for n, column in OBSERVED_COLUMNS.items() if column.required and n not in raw.columns]:
        found.append((1, name, "", "column is missing", "Add it, with this name in the first row."))
    for name in [str(n) for n in raw.columns if n not in OBSERVED_COLUMNS]:
        found.append((1, name, name, "column is not part of the form", f"Use only: {', '.join(OBSERVED_COLUMNS)}."))
    units = dict(zip(targets["indicator"], targets["unit"], strict=True))
    areas = None if observed is None else set(observed["area"])
    good: list[pd.DataFrame] = []
    for position in range(len(raw)):
        one, line = raw.iloc[[position]], position + 2
        faults = list(_cell_faults(one))
        if not faults and all(n in raw.columns for n, column in OBSERVED_COLUMNS.items() if column.required):
            typed = _typed(one[[n for n in raw.columns if n in OBSERVED_COLUMNS]], OBSERVED_COLUMNS, file=path)
            typed.index = pd.Index([line], name="line")
            row = typed.iloc[0]
            faults = list(_observed_faults(row, str(one["value"].iloc[0]).strip()))
            faults += list(_context_faults(row, units, areas))
            good.append(typed)
        found += [(line, c, str(one[c].iloc[0]) if c in one else "", rule, remedy) for c, rule, remedy in faults]
    held = [] if observed is None else [observed.set_axis([-1] * len(observed))]
    if good:
        for lines_, rule, remedy in _conflicts(pd.concat([*held, *good])):
            found += [(n, "chosen", str(raw.loc[n - 2].get("chosen", "")), rule, remedy) for n in lines_ if n > 0]
    out = pd.DataFrame(sorted(set(found)), columns=["line", "column", "cell", "rule", "remedy"])
    return out.astype({"line": "int64"})


def _typed(raw: pd.DataFrame, columns: dict[str, Column], *, file: object, key: tuple[str, ...] = ()) -> pd.DataFrame:
    full = raw.copy()
    check_table(full.iloc[:0], columns, file=file)  # names first, so that a misspelt optional column is not lost
    for name, column in columns.items():
        if not column.required and name not in full.columns:
            full[name] = ""
    return check_table(full[list(columns)], columns, file=file, key=key)


def _whole(numbers: pd.Series, column: str, file: object) -> pd.Series:
    bad = numbers.notna() & (numbers % 1 != 0)
    if bad.any():
        line = bad[bad].index[0]
        raise SchemaError(
            f"{file}: line {line}: column {column} must be a whole number, not {numbers[line]}. Correct the cell."
        )
    return numbers.astype("Int64")


Fault = tuple[str, str, str]
"""A column, the rule that its cell breaks, and the remedy."""


def _stop(path: str | Path, line: object, row: pd.Series, faults: Iterable[Fault]) -> None:
    for column, rule, remedy in faults:
        raise SchemaError(f"{path}: line {line} ({row['indicator']}, {row['year']}): column {column} {rule}. {remedy}")


def _target_faults(row: pd.Series) -> Iterable[Fault]:
    """Yield column, broken rule and remedy for what the operator of a target needs."""
    operator = row["operator"]

    def lacks(*columns: str) -> Iterable[Fault]:
        for column in columns:
            if pd.isna(row[column]):
                yield column, f"is empty, but operator {operator} needs it", "Fill in the number that the plan prints."

    if operator in ("reach", "above", "at_least", "below", "at_most", "about", "cumulative"):
        yield from lacks("value", "decimals")
    if operator == "about":
        yield from lacks("tolerance")
    if operator == "within":
        yield from lacks("lower", "upper", "decimals")
        if row["lower"] >= row["upper"]:
            yield "upper", f"is {row['upper']:g}, not above lower {row['lower']:g}", "Exchange the two."
    if operator == "cumulative":
        yield from lacks("start_year")
        first = row["start_year"]
        if pd.notna(first) and (first > row["year"] or (pd.notna(row["base_year"]) and first <= row["base_year"])):
            yield (
                "start_year",
                f"is {first}, not between base_year and the milestone {row['year']}",
                "Correct the year.",
            )
    if pd.isna(row["base_year"]) and pd.notna(row["base_value"]):
        yield "base_year", "is empty, but base_value is given", "Fill in the year of the base value."
    if pd.notna(row["base_year"]) and row["year"] <= row["base_year"]:
        yield "year", f"is {row['year']}, not after base_year {row['base_year']}", "Correct one of the two."
    asks = {"above": "higher", "at_least": "higher", "below": "lower", "at_most": "lower"}.get(operator)
    if asks and row["better"] not in (asks, "band"):
        yield "better", f"is {row['better']}, but operator {operator} asks for {asks}", "Correct one of the two."
    if operator in ("reach", "cumulative", "rising", "relative") and row["better"] == "band":
        yield "better", f"is band, but operator {operator} needs a direction", "Write higher or lower."


def _observed_faults(row: pd.Series, printed: str) -> Iterable[Fault]:
    if not _DATE.fullmatch(row["published"]):
        yield "published", f"is {row['published']!r}, not YYYY, YYYY-MM or YYYY-MM-DD", "Rewrite the date."
    elif int(row["published"][:4]) < row["year"]:
        yield "published", f"is {row['published']}, before the year observed, {row['year']}", "Correct one of the two."
    digits = len(printed.partition(".")[2]) if "e" not in printed.lower() else 0
    if pd.isna(row["decimals"]) or row["decimals"] % 1:
        yield "decimals", "must be a whole number", "Give the number of digits printed after the point."
    elif digits > row["decimals"]:
        yield "value", f"has {digits} decimals, but column decimals says {row['decimals']:g}", "Correct one of the two."


def _context_faults(row: pd.Series, units: dict[str, str], areas: set[str] | None) -> Iterable[Fault]:
    if row["indicator"] not in units:
        yield "indicator", "is not an indicator of the plan", f"Use one of: {', '.join(units)}."
    elif UNITS[units[row["indicator"]]].quantity != UNITS[row["unit"]].quantity:
        yield (
            "unit",
            f"does not measure the same as the plan's {units[row['indicator']]}",
            "Give the value in that unit.",
        )
    if areas is not None and row["area"] not in areas:
        yield "area", "is not among the areas observed so far", f"Use one of: {', '.join(sorted(areas))}."


def _cell_faults(one: pd.DataFrame) -> Iterable[Fault]:
    """Yield the faults of each cell of a one-row table on its own."""
    for name, column in OBSERVED_COLUMNS.items():
        if name not in one.columns:
            continue
        try:
            check_table(one[[name]], {name: column}, file="sheet")
        except SchemaError as error:
            rule, _, remedy = str(error).removeprefix("sheet: line 2").removesuffix(".").rpartition(". ")
            if rule.endswith(" is empty") and name not in ("indicator", "area", "year", "unit"):
                remedy = "Fill in a value, or delete the row where nothing is published"
            yield name, rule.rpartition(f"column {name} ")[2], remedy + "."


def _conflicts(table: pd.DataFrame) -> Iterable[tuple[list[int], str, str]]:
    """Yield the lines that give the same indicator, area and year without exactly one being chosen."""
    key = ["indicator", "area", "year"]
    twice = table[table.duplicated(key, keep=False)]
    for _, group in twice.groupby(key, sort=False):
        chosen = int((group["chosen"] == "yes").sum())
        if chosen != 1:
            yield (
                [int(line) for line in group.index],
                f"give the same indicator, area and year, of which {chosen or 'none'} chosen: exactly one must be",
                "Write yes in column chosen of the one that counts, and nothing in the others.",
            )
