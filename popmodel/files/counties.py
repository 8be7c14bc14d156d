"""Read small areas in two censuses, from which migration by age and sex is learned; write and read what was learned."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.files.paths import data_path
from popmodel.files.reference import read_reference
from popmodel.files.tables import read_table, read_text
from popmodel.schema import SEXES, Column, SchemaError, age_bounds, age_edges, lines, named

PREFIX = {"f_": "female", "m_": "male"}
FIXED = {
    "code": Column(),
    "province": Column(),
    "name": Column(),
    "year": Column("year"),
    "urban": Column("count", blank=True),
    "rural": Column("count", required=False, blank=True),
    "registered": Column("count", required=False, blank=True),
}
CENSUS_DAY = "11-01"
"""Day of China's censuses since 2000."""


def read_counties(path: str | Path, *, reference: xr.Dataset | None = None, census_day: str = CENSUS_DAY) -> xr.Dataset:
    """Read a table of small areas in two censuses (form: data/reference/china_counties/README.md).

    Parameters
    ----------
    path : str or pathlib.Path
        The table, `.csv`, `.csv.gz` or `.xlsx`: one row for each unit and census.
    reference : xarray.Dataset, optional
        Reference schedules (`read_reference`) whose mortality is the units'; the shipped ones of China if not given.
    census_day : str
        Day of both censuses, as month-day.

    Returns
    -------
    xarray.Dataset
        `population` (unit, census, sex, age_group) [persons]; `urban`, `rural`, `registered` (unit, census) [persons],
        missing where not published; `province` and `prefecture` by unit, from the code; the reference schedules.

    Raises
    ------
    SchemaError
        Columns missing or unknown, a blank or negative count, a unit twice in a census or in one census only, a code
        that is not six digits, age groups that overlap, not two censuses, or a unit without residents.

    Examples
    --------
    >>> counties = pm.read_counties(pm.data_path("reference/china_counties/counties_age5.csv.gz"))
    >>> counties.sizes["unit"]
    1414
    """
    file = Path(path)
    groups = _groups(file)
    columns = {**FIXED, **{f"{sex}{group}": Column("count") for sex in PREFIX for group in groups}}
    table = read_table(file, columns, key=("code", "year"))
    bad = ~table["code"].str.fullmatch(r"\d{6}")
    if bad.any():
        raise SchemaError(
            f"{file}: {lines(table.loc[bad, 'code'], show=True)}: a code must have six digits, such as 110101: "
            "province and prefecture are read from it. Correct the cell."
        )
    years = sorted(int(year) for year in table["year"].unique())
    if len(years) != 2:
        raise SchemaError(f"{file}: censuses of {named(years)}; two are needed, no more. Leave the others out.")
    _check_pairs(table, years, file)
    parts = [table[table["year"] == year].set_index("code").sort_index() for year in years]
    counts = np.stack([_counts(part, groups) for part in parts], axis=1)
    empty = counts.sum(axis=(2, 3)) <= 0
    if empty.any():
        unit, census = np.argwhere(empty)[0]
        raise SchemaError(
            f"{file}: unit {parts[0].index[unit]} has no residents in {years[census]}. Leave the unit out."
        )
    codes = parts[0].index.to_numpy(dtype=str)
    data = xr.Dataset(
        {"population": (("unit", "census", "sex", "age_group"), counts, {"unit": "persons"})},
        coords={
            "unit": codes,
            "census": years,
            "sex": list(SEXES),
            "age_group": groups,
            "census_date": ("census", [np.datetime64(f"{year}-{census_day}") for year in years]),
            "name": ("unit", parts[1]["name"].to_numpy(dtype=str)),
            "province": ("unit", [code[:2] for code in codes]),
            "prefecture": ("unit", [code[:4] for code in codes]),
        },
    )
    for name in ("urban", "rural", "registered"):
        if name in table:
            own = np.stack([part[name].to_numpy(dtype=float) for part in parts], axis=1)
            data[name] = (("unit", "census"), own, {"unit": "persons"})
    schedules = (
        read_reference(data_path("reference/un_wpp2024_china"), migration=False) if reference is None else reference
    )
    return data.merge(schedules, compat="no_conflicts", join="exact")


def _groups(file: Path) -> list[str]:
    """Age groups of the table's own columns, by age; the same for both sexes."""
    head = [str(name) for name in read_text(file).columns]
    found = {sex: [name[2:] for name in head if name.startswith(sex) and re.match(r"\d", name[2:])] for sex in PREFIX}
    if not found["f_"] or set(found["f_"]) != set(found["m_"]):
        raise SchemaError(
            f"{file}: columns by age of women ({named(found['f_']) or 'none'}) and men ({named(found['m_']) or 'none'})"
            " must be the same groups, named f_0, f_1-4 … f_85+ and m_0 … m_85+. Add or rename columns."
        )
    age_edges(found["f_"], what=str(file))
    return sorted(found["f_"], key=lambda group: age_bounds(group)[0])


def _check_pairs(table: pd.DataFrame, years: list[int], file: Path) -> None:
    codes = [set(table.loc[table["year"] == year, "code"]) for year in years]
    for year, other, alone in ((years[0], years[1], codes[0] - codes[1]), (years[1], years[0], codes[1] - codes[0])):
        if alone:
            raise SchemaError(
                f"{file}: unit {named(sorted(alone))} stands in the census of {year} but not in that of {other}: a "
                "code that changed counts as two units. Give both rows the same code, or leave the unit out."
            )


def _counts(part: pd.DataFrame, groups: list[str]) -> np.ndarray:
    return np.stack([part[[f"{sex}{group}" for group in groups]].to_numpy(dtype=float) for sex in PREFIX], axis=1)
