"""Read reference schedules: death rates, fertility pattern, births by year."""

from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import xarray as xr
from pydantic import Field

from popmodel.files.forms import FileForm, Text, fill, read_toml
from popmodel.files.paths import data_path
from popmodel.files.schedules import read_schedules
from popmodel.files.tables import cube, given, read_table
from popmodel.schema import SEXES, Column, SchemaError, age_bounds, age_edges, lines

DRIVER_COLUMNS = {
    "year": Column("year"),
    "series": Column("choice", choices=("total_fertility", "life_expectancy", "sex_ratio_at_birth")),
    "sex": Column("choice", choices=(*SEXES, "both")),
    "value": Column("count"),
    "unit": Column(),
}


BOUNDS = {"lower_95": 2.5, "lower_80": 10.0, "median": 50.0, "upper_80": 90.0, "upper_95": 97.5}
BOUND_COLUMNS = {
    "year": Column("year"),
    "series": Column("choice", choices=("total_fertility", "life_expectancy")),
    "sex": Column("choice", choices=(*SEXES, "both")),
    **{name: Column("count") for name in BOUNDS},
    "unit": Column(),
}
"""Columns of bounds, and which quantile of the forecast each is. [percent]"""


class ReferenceForm(FileForm):
    """What else is read with a set of reference schedules."""

    migration: Annotated[
        Text, Field(description="migration learned from counties: a folder here, else the shipped set of that name")
    ] = ""


def read_reference(path: str | Path, *, migration: bool = True) -> xr.Dataset:
    """Read a folder of reference schedules (form: data/reference/README.md).

    Parameters
    ----------
    path : str or pathlib.Path
        Folder with `death_rates.csv`, `fertility_pattern.csv` and, if known, `births.csv`, `drivers.csv` and
        `reference.toml`.
    migration : bool
        Whether the schedules of migration that `reference.toml` names are read too.

    Returns
    -------
    xarray.Dataset
        `reference_death_rate` (reference_period, sex, reference_age) [1/year], with the last year of each period as
        coord `reference_period_end`; `reference_fertility` (pattern_year, fertile_age) [percent of total fertility];
        `reference_births` (birth_year) [persons]; `reference_sex_ratio_at_birth` (driver_year) [males per female];
        `reference_life_expectancy` (life_year, sex) [years];
        what `read_schedules` returns, where the set names it.

    Raises
    ------
    SchemaError
        If a table is missing or faulty.

    Examples
    --------
    >>> pm.read_reference(pm.data_path("reference/un_wpp2024_china"))["reference_death_rate"].dims
    ('reference_period', 'sex', 'reference_age')
    """
    folder = Path(path)
    file = folder / "death_rates.csv"
    rates = read_table(
        file,
        {
            "period": Column(),
            "sex": Column("choice", choices=SEXES),
            "age_group": Column(),
            "death_rate": Column("count"),
        },
        key=("period", "sex", "age_group"),
    )
    groups = list(dict.fromkeys(rates["age_group"]))
    lower = age_edges(groups, what=str(file))
    table = cube(
        rates,
        {"period": list(dict.fromkeys(rates["period"])), "sex": list(SEXES), "age_group": groups},
        "death_rate",
        file=file,
    )
    table = table[:, :, np.argsort([age_bounds(group)[0] for group in groups])]
    spans = [_span(period, file) for period in dict.fromkeys(rates["period"])]
    data = xr.Dataset(
        {"reference_death_rate": (("reference_period", "sex", "reference_age"), table, {"unit": "1/year"})},
        coords={
            "reference_period": [(first + last) / 2 for first, last in spans],
            "reference_period_end": ("reference_period", [last for _, last in spans]),
            "sex": list(SEXES),
            "reference_age": lower,
        },
    )
    file = folder / "fertility_pattern.csv"
    pattern = read_table(
        file, {"year": Column("year"), "age_group": Column(), "percent": Column("count")}, key=("year", "age_group")
    )
    groups = sorted(dict.fromkeys(pattern["age_group"]), key=lambda group: age_bounds(group)[0])
    years = sorted({int(y) for y in pattern["year"]})
    table = cube(pattern, {"year": years, "age_group": groups}, "percent", file=file)
    data["reference_fertility"] = xr.DataArray(
        table,
        dims=("pattern_year", "fertile_age"),
        coords={"pattern_year": years, "fertile_age": [age_bounds(group)[0] for group in groups]},
        attrs={"unit": "percent"},
    )
    if given(folder / "births.csv"):
        births = read_table(
            folder / "births.csv",
            {"year": Column("year"), "births": Column("count"), "variant": Column()},
            key=("year",),
        ).sort_values("year")
        data["reference_births"] = xr.DataArray(
            births["births"].to_numpy(dtype=float),
            dims=("birth_year",),
            coords={"birth_year": births["year"].to_numpy(dtype=int)},
            attrs={"unit": "persons"},
        )
    if given(folder / "drivers.csv"):
        ratio = _driver(folder / "drivers.csv", "sex_ratio_at_birth")
        if not ratio.empty:
            data["reference_sex_ratio_at_birth"] = xr.DataArray(
                ratio["value"].to_numpy(dtype=float),
                dims=("driver_year",),
                coords={"driver_year": ratio["year"].to_numpy(dtype=int)},
                attrs={"unit": "males per female"},
            )
        total = _driver(folder / "drivers.csv", "total_fertility")
        if not total.empty:
            data["reference_total_fertility"] = xr.DataArray(
                total["value"].to_numpy(dtype=float),
                dims=("total_fertility_year",),
                coords={"total_fertility_year": total["year"].to_numpy(dtype=int)},
                attrs={"unit": "children_per_woman"},
            )
        lives = _lives(folder / "drivers.csv")
        if lives is not None:
            data["reference_life_expectancy"] = lives
    if given(folder / "bounds.csv"):
        data = data.merge(_bounds(folder / "bounds.csv"), join="exact")
    learned = _migration(folder) if migration else None
    if learned is None:
        return data
    return data.merge(read_schedules(learned), join="exact", combine_attrs="drop_conflicts")


def _bounds(file: Path) -> xr.Dataset:
    """Medians and bounds of the reference's forecasts, both sexes together; the years of a series are its own."""
    table = read_table(file, BOUND_COLUMNS, key=("year", "series", "sex"))
    values = table[list(BOUNDS)].astype(float)
    bad = (values.diff(axis=1).iloc[:, 1:] < 0).any(axis=1)
    if bad.any():
        raise SchemaError(
            f"{file}: {lines(table.loc[bad, 'median'], show=True)}: bounds must rise from lower_95 over lower_80, "
            "median and upper_80 to upper_95. Correct the row."
        )
    out = xr.Dataset(coords={"quantile": list(BOUNDS.values())})
    for series, unit in (("total_fertility", "children_per_woman"), ("life_expectancy", "years")):
        own = table[(table["series"] == series) & (table["sex"] == "both")].sort_values("year")
        years = own["year"].to_numpy(dtype=int)
        if len(years) and years.tolist() != list(range(int(years[0]), int(years[0]) + len(years))):
            raise SchemaError(f"{file}: the years of {series} must follow each other without a gap. Add the others.")
        if len(years):
            out[f"reference_{series}_bounds"] = (
                (f"{series}_bound_year", "quantile"), own[list(BOUNDS)].to_numpy(dtype=float), {"unit": unit}
            )  # fmt: skip
            out = out.assign_coords({f"{series}_bound_year": years})
    return out


def _migration(folder: Path) -> Path | None:
    """Folder of the schedules of migration that `reference.toml` names, or none."""
    file = folder / "reference.toml"
    if not given(file):
        return None
    text = read_toml(file, form="data/reference/README.md")
    name = fill(ReferenceForm, text, file=file).migration
    if not name:
        return None
    return folder / name if (folder / name).is_dir() else data_path(f"reference/{name}")


def _lives(file: Path) -> xr.DataArray | None:
    """Life expectancies by year and sex, of the years that have both."""
    table = read_table(file, DRIVER_COLUMNS, key=("year", "series", "sex"))
    own = table[(table["series"] == "life_expectancy") & table["sex"].isin(SEXES)]
    wide = (
        pd.DataFrame({sex: one.set_index("year")["value"] for sex, one in own.groupby("sex")})
        .reindex(columns=list(SEXES))
        .dropna()
    )
    if wide.empty:
        return None
    return xr.DataArray(
        wide.to_numpy(dtype=float),
        dims=("life_year", "sex"),
        coords={"life_year": [int(year) for year in wide.index], "sex": list(SEXES)},
        attrs={"unit": "years"},
    )


def _driver(file: Path, series: str) -> pd.DataFrame:
    table = read_table(file, DRIVER_COLUMNS, key=("year", "series", "sex"))
    return table[(table["series"] == series) & (table["sex"] == "both")].sort_values("year")


def _span(period: str, file: Path) -> tuple[int, int]:
    first, _, last = period.partition("-")
    if not (first.isdigit() and last.isdigit() and int(first) < int(last)):
        raise SchemaError(f"{file}: period {period!r} is not of the form 2020-2025. Correct the cell.")
    return int(first), int(last)
