"""The tables of a city's folder: their forms, and all of them read at once with every fault."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from popmodel.files.centres import TOWNS
from popmodel.files.columns import checked, completed
from popmodel.files.consistency import together
from popmodel.files.register_entries import ENTRIES, ENTRY_COLUMNS, ENTRY_KEY
from popmodel.files.tables import given, read_text
from popmodel.schema import SEXES, Column, Fault, SchemaError

DISTRICT_COLUMNS = {
    "census": Column("year"),
    "district": Column(),
    "name_zh": Column(),
    "name_en": Column(),
    "unit": Column(),
    "central_city": Column("choice", choices=("yes", "no")),
    "land_area_km2": Column("count", blank=True, most=2e7),
    "tile_row": Column("count", required=False, blank=True, most=1000),
    "tile_column": Column("count", required=False, blank=True, most=1000),
    "note": Column(required=False, blank=True),
}
POPULATION_COLUMNS = {
    "census": Column("year"),
    "district": Column(),
    "sex": Column("choice", choices=SEXES),
    "age_group": Column(),
    "population": Column("count", most=2e9),
}
SETTLEMENT_COLUMNS = {
    "census": Column("year"),
    "district": Column(),
    "urban": Column("count", most=2e9),
    "rural": Column("count", most=2e9),
}
CENTRE_COLUMNS = {
    "district": Column(),
    "centre": Column(),
    "share": Column("count", most=1),
    "status": Column("choice", choices=("source", "derived", "assumed")),
    "note": Column(required=False, blank=True),
}
TOWNSHIP_COLUMNS = {
    "district": Column(),
    "township": Column(),
    "population": Column("count", most=2e9),
    "rounding": Column("count", required=False, blank=True, most=1e6),
    "centre": Column(required=False, blank=True),
    "status": Column("choice", choices=("source", "derived")),
    "publication": Column(),
    "note": Column(required=False, blank=True),
}


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
    ENTRIES: Form(ENTRY_COLUMNS, ENTRY_KEY, False),
    TOWNS: Form(TOWNSHIP_COLUMNS, ("district", "township"), False),
}


def city_tables(
    folder: Path, years: list[int] | None, code: str, townships: Path | None = None
) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """Read the tables of a city's folder and hold them against their forms and against one another.

    Parameters
    ----------
    folder : pathlib.Path
        The folder.
    years : list of int, optional
        The censuses that `city.toml` lists; if they are not known, each table is checked on its own.
    code : str
        Code of the whole city.
    townships : pathlib.Path, optional
        The table of towns that `city.toml` names; it goes by `TOWNS` here. None if it names none.

    Returns
    -------
    dict of str to pandas.DataFrame, list of Fault
        By file, typed, index the line; an optional table that is not there or holds nothing but its first row is left
        out, and so is one whose columns are wrong. Faults name the file without its folder.
    """
    tables: dict[str, pd.DataFrame] = {}
    found: list[Fault] = []
    for name, form in FORMS.items():
        place = folder / name if name != TOWNS else townships
        if place is None:
            continue
        try:
            if not form.needed and not given(place):
                continue
            raw = read_text(place)
        except SchemaError as error:
            found += [replace(fault, file=name) for fault in error.faults]
            continue
        table, faults = checked(raw, form.columns, file=name, key=form.key)
        found += faults
        if form.needed and raw.empty:
            found.append(Fault(name, rule="the table has no rows", remedy="Fill it in as the README describes."))
        if not any(fault.line == 1 for fault in faults) and len(raw):
            tables[name] = completed(table, form.columns)
    if years is not None:
        found += together(tables, years, code)
    if townships is not None and townships != folder / TOWNS:
        found = [replace(fault, file=str(townships)) if fault.file == TOWNS else fault for fault in found]
    return tables, found


def city_areas(folder: Path, code: str) -> frozenset[str] | None:
    """Return the codes of the city and of its districts in every census; none if their table cannot be read."""
    try:
        table = read_text(folder / "districts.csv")
    except SchemaError:
        return None  # told by whoever reads the table for itself
    return frozenset({code, *table["district"].str.strip()}) if "district" in table else None
