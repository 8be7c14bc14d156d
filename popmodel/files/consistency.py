"""Hold a city's tables against one another."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from popmodel.files.centres import CENTRES, TOWNS, centre_faults
from popmodel.files.register_entries import ENTRIES, entry_faults
from popmodel.schema import SEXES, Fault, SchemaError, age_bounds, age_clash, named, near

PEOPLE, SETTLED, DISTRICTS = "population.csv", "settlement.csv", "districts.csv"
TILE = ("tile_row", "tile_column")


def together(tables: Mapping[str, pd.DataFrame], years: Sequence[int], city: str) -> Iterator[Fault]:
    """Yield what is wrong between the tables of a city.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        File → its rows, typed, index the line; tables whose columns are wrong are left out.
    years : sequence of int
        The censuses that `city.toml` lists.
    city : str
        Code of the whole city.

    Yields
    ------
    Fault
        Its file without the folder.
    """
    yield from _unlisted(tables, years)
    if ENTRIES in tables:
        yield from entry_faults(tables[ENTRIES])
    districts = tables.get(DISTRICTS)
    if districts is None:
        return
    rule, remedy = (
        "is the code of the whole city",
        "Give it another; a city without districts is one district with a code of its own.",
    )
    yield from _at(DISTRICTS, districts[districts["district"] == city], "district", rule, remedy)
    for year in years:
        own = districts[districts["census"] == year]
        here = own["district"].unique().tolist()
        if not here:
            rule, remedy = f"no district of the census of {year}", "Add its rows, or take the census out of city.toml."
            yield Fault(DISTRICTS, rule=rule, remedy=remedy)
            continue
        yield from _tiles(own)
        yield from _strange(tables, year, here, city, last=year == max(years))
        if PEOPLE in tables:
            people = _of(tables[PEOPLE], year)
            yield from _people(people, year, here, city)
            if SETTLED in tables:
                settled = _of(tables[SETTLED], year)
                if settled.empty and year == max(years):
                    yield Fault(SETTLED, rule=f"has no row of the census of {year}", remedy="Add its rows.")
                yield from _settled(settled, people, year, here)
            if year == max(years):
                yield from centre_faults(tables, people, city)


def _unlisted(tables: Mapping[str, pd.DataFrame], years: Sequence[int]) -> Iterator[Fault]:
    """Yield rows of censuses that the city does not list."""
    rule = f"is not listed in city.toml, which has {named(years)}"
    for name, table in tables.items():
        if "census" in table:
            stray = table["census"].notna() & ~table["census"].isin(list(years))
            yield from _at(name, table[stray], "census", rule, "Correct the year, or add a [[census]].")


def _at(file: str, rows: pd.DataFrame, column: str, rule: str, remedy: str) -> Iterator[Fault]:
    """Yield a fault for each of the rows."""
    for line, cell in rows[column].items():
        yield Fault(file, int(str(line)), column, _cell(cell), rule, remedy)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.15g}"
    return str(value)


def _of(table: pd.DataFrame, year: int) -> pd.DataFrame:
    return table[table["census"] == year]


def _tiles(own: pd.DataFrame) -> Iterator[Fault]:
    """Hold the places on the tile map against one another: all districts of a census or none, each its own."""
    if not own[list(TILE)].notna().any(axis=None):
        return
    for name in TILE:
        rule = "is empty, but other districts have a place on the tile map"
        yield from _at(DISTRICTS, own[own[name].isna()], name, rule, "Give both to all, or to none.")
    placed = own.dropna(subset=list(TILE))
    rule = "and tile_row are those of another district: they stand on one tile"
    yield from _at(DISTRICTS, placed[placed.duplicated(list(TILE), keep=False)], TILE[1], rule, "Give each its own.")


def _strange(
    tables: Mapping[str, pd.DataFrame], year: int, here: Sequence[str], city: str, *, last: bool
) -> Iterator[Fault]:
    """Yield rows of districts that the census does not have."""
    for name in (PEOPLE, SETTLED, *((CENTRES, TOWNS) if last else ())):
        table = tables.get(name)
        if table is None:
            continue
        rows = _of(table, year) if "census" in table else table
        known = here if name == TOWNS else [*here, city]
        strange = rows[~rows["district"].isin(known) & (rows["district"] != "")]
        for code, group in strange.groupby("district", sort=False):
            remedy = f"Use one of: {named(known, most=40)}.{near(code, known)}"
            yield from _at(name, group, "district", f"is not a district of the census of {year}", remedy)


def _people(rows: pd.DataFrame, year: int, here: Sequence[str], city: str) -> Iterator[Fault]:
    """Hold the counts of a census against their age groups, the districts and the city."""
    if rows.empty:
        yield Fault(PEOPLE, 0, "census", "", f"has no row of the census of {year}", "Add its rows.")
        return
    faults = list(_ages(rows, year))
    yield from faults
    if faults:
        return  # which groups there are is not known, so none can be called missing
    key = ["district", "sex", "age_group"]
    counts = rows.drop_duplicates(key).set_index(key)["population"]
    groups = sorted(rows["age_group"].unique(), key=lambda group: age_bounds(group)[0])
    asked = [*here, city] if (rows["district"] == city).any() else list(here)
    full = pd.MultiIndex.from_product([asked, list(SEXES), groups], names=key)
    table = counts.reindex(full)
    gone = full[~full.isin(counts.index)]
    for code, sex in gone.droplevel(2).unique():
        lacking = [group for c, s, group in gone if (c, s) == (code, sex)] if len(gone) < 10_000 else ["any group"]
        rule = f"no row for {code}, {sex}, {named(lacking)} in the census of {year}"
        yield Fault(PEOPLE, 0, "", "", rule, "Add the rows; where nobody is counted, enter 0.")
    if len(gone) or city not in asked:
        return
    parts = table.drop(city, level=0).groupby(level=[1, 2], sort=False).sum(min_count=len(here))
    whole = table.xs(city)
    lines = rows[rows["district"] == city].reset_index().set_index(key[1:])["line"]
    for sex, group in whole.index[(whole - parts).abs() > 0.5]:
        rule = f"is the city's {sex} {group} in {year}, but its districts sum to {parts[sex, group]:,.0f}"
        given = _cell(whole[sex, group])
        yield Fault(PEOPLE, int(lines[sex, group]), "population", given, rule, "Correct the cell, or the districts'.")


def _ages(rows: pd.DataFrame, year: int) -> Iterator[Fault]:
    """Hold the age groups of a census against the rule; where they clash, name the rows of the rarer labels."""
    counts = rows["age_group"].value_counts(sort=False)
    bad = [label for label in counts.index if not _is_group(label)]
    if bad:
        rule = "is not of the form 0, 5-9 or 85+"
        yield from _at(PEOPLE, rows[rows["age_group"].isin(bad)], "age_group", rule, "Rewrite the label.")
        return
    clash = age_clash(counts.index)
    if clash is None:
        return
    rule, remedy = clash
    rare = counts.index[counts < counts.max()]
    if rare.empty:
        yield Fault(PEOPLE, 0, "age_group", "", f"{rule} (census of {year})", remedy)
    else:
        common = named(counts.index[counts == counts.max()], most=30)
        text = f"does not fit the groups of the other rows of {year} ({common}): {rule}"
        yield from _at(PEOPLE, rows[rows["age_group"].isin(rare)], "age_group", text, remedy)


def _is_group(label: str) -> bool:
    try:
        age_bounds(label)
    except SchemaError:
        return False
    return True


def _settled(rows: pd.DataFrame, people: pd.DataFrame, year: int, here: Sequence[str]) -> Iterator[Fault]:
    """Hold urban and rural against the districts and the counts of the census."""
    if rows.empty:
        return
    listed = set(rows["district"])
    for code in [code for code in here if code not in listed]:
        yield Fault(SETTLED, 0, "district", "", f"no row for {code} in the census of {year}", "Add it.")
    counted = rows["district"].map(people.groupby("district")["population"].sum(min_count=1))
    both = rows["urban"] + rows["rural"]
    off = rows["district"].isin(list(here)) & ((both - counted).abs() > 0.5)
    for line in rows.index[off]:
        rule = f"of {rows['district'][line]} sum to {both[line]:,.0f}, the census counts {counted[line]:,.0f}"
        shown = f"{rows['urban'][line]:.15g}, {rows['rural'][line]:.15g}"
        yield Fault(SETTLED, int(line), "urban, rural", shown, rule, "Correct the row.")
