"""Say everything that is missing or wrong in a city's folder at once, by the rules of the readers."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from popmodel.base import estimate_base
from popmodel.files.census import (
    CENTRE_COLUMNS,
    DISTRICT_COLUMNS,
    POPULATION_COLUMNS,
    SETTLEMENT_COLUMNS,
    read_census,
)
from popmodel.files.city import City, read_city
from popmodel.files.consistency import Fault, Row, records, together
from popmodel.files.plan import observation_faults, read_observed
from popmodel.files.tables import read_text as cells_of
from popmodel.schema import UNITS, Column, SchemaError, check_table


class Form(NamedTuple):
    """The form of one table: its columns, the columns that identify a row, and whether it must be there."""

    columns: Mapping[str, Column]
    key: tuple[str, ...]
    needed: bool


FORMS: Mapping[str, Form] = {
    "districts.csv": Form(DISTRICT_COLUMNS, ("census", "district"), True),
    "population.csv": Form(POPULATION_COLUMNS, ("census", "district", "sex", "age_group"), True),
    "settlement.csv": Form(SETTLEMENT_COLUMNS, ("census", "district"), False),
    "centres.csv": Form(CENTRE_COLUMNS, ("district", "centre"), False),
}
COLUMNS = ["file", "line", "column", "cell", "rule", "remedy"]


def check_city(folder: str | Path) -> pd.DataFrame:
    """List everything that is missing or wrong in a city's folder; an empty table means that it can be used.

    Parameters
    ----------
    folder : str or pathlib.Path
        With `city.toml`, `districts.csv`, `population.csv` and, as far as available, `settlement.csv`,
        `centres.csv` and the table of observed values (form: data/census/README.md).

    Returns
    -------
    pandas.DataFrame, (faults, 6)
        Columns `file`, `line` (0 where no line is meant), `column`, `cell` (as typed), `rule`, `remedy`.

    Raises
    ------
    SchemaError
        If there is no such folder.

    Notes
    -----
    Every cell is held against the form that the readers use; then the tables against one another; and where nothing
    was found, the readers and `estimate_base` are run on every census, so that an empty list is a promise.
    """
    place = Path(folder)
    if not place.is_dir():
        raise SchemaError(
            f"{place}: there is no such folder. Correct the path, or make one with empty tables: popmodel new {place}"
        )
    found: list[Fault] = []
    try:
        city: City | None = read_city(place)
    except SchemaError as error:
        city = None
        found += [("city.toml", f.line, f.column, f.given, f.rule, f.remedy) for f in error.faults]
    tables: dict[str, list[Row]] = {}
    for name, form in FORMS.items():
        file = place / name
        if not file.is_file() and not form.needed:
            continue
        try:
            raw = cells_of(file)
        except SchemaError as error:
            found.append(_whole(name, error))
            continue
        raw.index = pd.RangeIndex(2, len(raw) + 2)
        faults = list(_form_faults(raw, form, name))
        found += faults
        if not any(fault[1] == 1 for fault in faults):
            tables[name] = records(raw)
        if form.needed and raw.empty:
            found.append((name, 0, "", "", "the table has no rows", "Fill it in as the README describes."))
    if city is not None:
        years = [census.year for census in city.censuses]
        found += [*together(tables, years, city.code), *_observed(city)]
        if not found:
            found += _readers(place, years)
    order = {name: place for place, name in enumerate(FORMS)}
    ranked = sorted(dict.fromkeys(found), key=lambda fault: (order.get(fault[0], -1), fault))
    out = pd.DataFrame(ranked, columns=COLUMNS)
    return out.astype({"line": "int64"})


def _whole(name: str, error: SchemaError) -> Fault:
    """A fault of a file as a whole: the reader's message without the path, cut into rule and remedy."""
    text = str(error)
    text = text.split(f"{name}: ", 1)[-1] if f"{name}: " in text else text
    rule, _, remedy = text.rstrip(".").rpartition(". ")
    return (name, 0, "", "", rule, f"{remedy}.") if rule else (name, 0, "", "", text.rstrip("."), "Correct it.")


def _form_faults(raw: pd.DataFrame, form: Form, file: str) -> Iterator[Fault]:
    required = [name for name, column in form.columns.items() if column.required]
    for name in [name for name in required if name not in raw.columns]:
        yield file, 1, name, "", "column is missing", "Add it, with this name in the first row."
    for name in [str(name) for name in raw.columns if name not in form.columns]:
        yield file, 1, name, name, "column is not part of the form", f"Use only: {', '.join(form.columns)}."
    bad: set[int] = set()
    for name in [str(name) for name in raw.columns if name in form.columns]:
        for line, rule, remedy in _column_faults(raw[[name]], form.columns[name], name):
            bad.add(line)
            yield file, line, name, str(raw.loc[line, name]), rule, remedy
    if all(name in raw.columns for name in form.key):
        plain = raw[list(form.key)].apply(lambda cells: cells.str.strip())
        for _, rows in plain[plain.duplicated(keep=False)].groupby(list(form.key), sort=False):
            lines = [int(line) for line in rows.index]
            for line in lines[1:]:
                yield (
                    file, line, ", ".join(form.key), " ".join(map(str, rows.iloc[0])),
                    f"is given in line {lines[0]} already", "Delete or correct the surplus row.",
                )  # fmt: skip


def _column_faults(cells: pd.DataFrame, column: Column, name: str) -> Iterator[tuple[int, str, str]]:
    """Find the bad cells of a column by halving: a half in which the reader finds no fault is done."""
    if cells.empty:
        return
    try:
        check_table(cells, {name: column}, file="sheet")
    except SchemaError as error:
        if len(cells) > 1:
            half = len(cells) // 2
            yield from _column_faults(cells.iloc[:half], column, name)
            yield from _column_faults(cells.iloc[half:], column, name)
            return
        rule, _, remedy = str(error).removeprefix("sheet: line 2").removesuffix(".").rpartition(". ")
        yield int(cells.index[0]), rule.rpartition(f"column {name} ")[2], f"{remedy}."


def _observed(city: City) -> Iterator[Fault]:
    file = city.tables.get("observed")
    if file is None or file.parent.resolve() != city.folder.resolve():
        return
    try:
        raw = cells_of(file)
        own = raw.reindex(columns=["indicator", "unit"], fill_value="").apply(lambda cells: cells.str.strip())
        # Any indicator may be given here: the table is its own list of what is measured in what.
        faults = observation_faults(file, own[own["unit"].isin(list(UNITS))])
        for fault in faults.to_dict("records"):
            yield file.name, *(fault[name] for name in COLUMNS[1:])
        if faults.empty:
            read_observed(file)
    except SchemaError as error:
        yield _whole(file.name, error)


def _readers(folder: Path, years: Sequence[int]) -> Iterator[Fault]:
    for year in years:
        try:
            estimate_base(read_census(folder, year=year), observed_until=year)
            estimate_base(read_census(folder, year=year))
        except SchemaError as error:
            yield "", 0, "", "", f"census of {year}: {error}".rstrip("."), "See data/census/README.md."
