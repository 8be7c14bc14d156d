"""Hold a city's tables against one another."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from popmodel.schema import SEXES, SchemaError, age_bounds, age_edges, named

Fault = tuple[str, int, str, str, str, str]
"""File, line, column, cell, rule, remedy."""
Row = dict[str, str]
"""The cells of a row by column, and its line in the file under the empty name."""


def records(raw: pd.DataFrame) -> list[Row]:
    """Return the rows of a table read as text, stripped, each with its line."""
    plain = raw.apply(lambda cells: cells.str.strip())
    return [
        {"": str(line), **{str(k): str(v) for k, v in row.items()}}
        for line, row in zip(plain.index, plain.to_dict("records"), strict=True)
    ]


def together(tables: Mapping[str, Sequence[Row]], years: Sequence[int], city: str) -> Iterator[Fault]:
    """Yield what is wrong between the tables of a city.

    Parameters
    ----------
    tables : mapping of str to sequence of dict
        File → its rows as text; tables whose columns are wrong are left out.
    years : sequence of int
        The censuses that `city.toml` lists.
    city : str
        Code of the whole city.

    Yields
    ------
    tuple
        A fault.
    """
    for name, rows in tables.items():
        for row in rows:
            year = number(row.get("census", ""))
            if np.isfinite(year) and year not in years:
                rule = f"city.toml lists no census of {row['census']}, only {named(years)}"
                yield name, int(row[""]), "census", row["census"], rule, "Correct the year, or add a [[census]]."
    for row in tables.get("centres.csv", ()):
        if number(row["share"]) > 1:
            yield "centres.csv", int(row[""]), "share", row["share"], "must not exceed 1", "Give a share, 0 … 1."
    if "districts.csv" not in tables:
        return
    for row in tables["districts.csv"]:
        if city and row["district"] == city:
            remedy = "Give it another; a city without districts is one district with a code of its own."
            yield "districts.csv", int(row[""]), "district", city, "is the code of the whole city", remedy
    for year in years:
        here = [row["district"] for row in _of(tables["districts.csv"], year)]
        if not here:
            rule = f"no district of the census of {year}"
            yield "districts.csv", 0, "census", "", rule, "Add its rows, or take the census out of city.toml."
            continue
        for name in ("population.csv", "settlement.csv", "centres.csv"):
            if name == "centres.csv" and year != max(years):
                continue
            for row in _of(tables.get(name, ()), year):
                if row["district"] and row["district"] not in (*here, city):
                    rule, remedy = f"is not a district of the census of {year}", f"Use one of: {named(here, most=40)}."
                    yield name, int(row[""]), "district", row["district"], rule, remedy
        if "population.csv" in tables:
            people = _of(tables["population.csv"], year)
            yield from _people(people, year, list(dict.fromkeys(here)), city)
            yield from _settled(_of(tables.get("settlement.csv", ()), year), people, year, here)


def number(cell: str) -> float:
    """Return a cell as a number; not a number where it is none."""
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _of(rows: Sequence[Row], year: int) -> list[Row]:
    return [row for row in rows if "census" not in row or number(row["census"]) == year]


def _people(rows: Sequence[Row], year: int, here: Sequence[str], city: str) -> Iterator[Fault]:
    """Hold the counts of a census against their age groups, the districts and the city."""
    name = "population.csv"
    if not rows:
        yield name, 0, "census", "", f"no row of the census of {year}", "Add its rows."
        return
    faults = list(_ages(rows, year))
    yield from faults
    if faults:
        return  # which groups there are is not known, so none can be called missing
    groups = list(dict.fromkeys(row["age_group"] for row in rows))
    groups.sort(key=lambda group: age_bounds(group)[0])
    cells = {(row["district"], row["sex"], row["age_group"]): row for row in reversed(rows)}
    missing = False
    for code in here:
        for sex in SEXES:
            gone = [group for group in groups if (code, sex, group) not in cells]
            if gone:
                missing = True
                rule = f"no row for {code}, {sex}, {named(gone)} in the census of {year}"
                yield name, 0, "population", "", rule, "Add the rows; where nobody is counted, enter 0."
    if missing:
        return
    for sex in SEXES:
        for group in groups:
            row = cells.get((city, sex, group))
            parts = sum(number(cells[code, sex, group]["population"]) for code in here)
            if row is not None and abs(number(row["population"]) - parts) > 0.5:
                rule = f"is the city's {sex} {group}, but its districts sum to {parts:,.0f}"
                yield name, int(row[""]), "population", row["population"], rule, "Correct the cell, or the districts'."


def _ages(rows: Sequence[Row], year: int) -> Iterator[Fault]:
    """Hold the age groups of a census against the rule; where they clash, name the rows of the rarer labels."""
    name = "population.csv"
    labels = Counter(row["age_group"] for row in rows)
    bad = False
    for row in rows:
        try:
            age_bounds(row["age_group"])
        except SchemaError:
            bad = True
            rule = "is not of the form 0, 5-9 or 85+"
            yield name, int(row[""]), "age_group", row["age_group"], rule, "Rewrite the label."
    if bad:
        return
    try:
        age_edges(list(labels), what="ages")
    except SchemaError as error:
        rule, _, remedy = str(error).removeprefix("ages: ").rstrip(".").rpartition(". ")
        rare = {label for label, count in labels.items() if count < max(labels.values())}
        common = [label for label in labels if label not in rare]
        for row in rows:
            if row["age_group"] in rare:
                text = f"does not fit the groups of the other rows of {year} ({named(common, most=30)}): {rule}"
                yield name, int(row[""]), "age_group", row["age_group"], text, f"{remedy}."
        if not rare:
            yield name, 0, "age_group", "", f"{rule} (census of {year})", f"{remedy}."


def _settled(rows: Sequence[Row], people: Sequence[Row], year: int, here: Sequence[str]) -> Iterator[Fault]:
    name = "settlement.csv"
    if not rows:
        return
    listed = {row["district"] for row in rows}
    for code in here:
        if code not in listed:
            yield name, 0, "district", "", f"no row for {code} in the census of {year}", "Add it."
    for row in rows:
        own = [number(cell["population"]) for cell in people if cell["district"] == row["district"]]
        both = number(row["urban"]) + number(row["rural"])
        if row["district"] in here and own and abs(both - sum(own)) > 0.5:
            rule = f"urban and rural sum to {both:,.0f}, the census counts {sum(own):,.0f}"
            yield name, int(row[""]), "urban, rural", f"{row['urban']}, {row['rural']}", rule, "Correct the row."
