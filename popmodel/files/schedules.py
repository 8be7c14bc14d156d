"""Write and read what was learned of migration and of the register by age and sex: small tables."""

import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.files.tables import cube, given, read_table
from popmodel.schema import SEXES, Column, SchemaError, named

RATES, FEATURES, TOTALS, ERRORS = "schedules.csv", "features.csv", "totals.csv", "errors.csv"
REGISTER = "register.csv"
REGISTER_COLUMNS = {"sex": Column("choice", choices=SEXES), "age": Column("count"), "value": Column("number")}
SERIES = {"response": "learned_response", "moved": "learned_moved", "intercept": "learned_intercept"}
CELLS = ["sex", "age_reached"]
RATE_COLUMNS = {
    "series": Column(),
    "sex": Column("choice", choices=SEXES),
    "age_reached": Column("count"),
    "value": Column("number"),
}
FEATURE_COLUMNS = {
    "feature": Column(),
    "census": Column("year"),
    "mean": Column("number"),
    "deviation": Column("count"),
}
TOTAL_COLUMNS = {"feature": Column(), "value": Column("number")}
ERROR_COLUMNS = {"series": Column(), "component": Column("count"), "value": Column("number")}


def schedule_tables(schedules: xr.Dataset) -> dict[str, pd.DataFrame]:
    """Return the tables of learned schedules by the name of their file.

    Parameters
    ----------
    schedules : xarray.Dataset
        From `estimate_migration_schedules`.

    Returns
    -------
    dict of str to pandas.DataFrame
        `schedules.csv` (series, sex, age_reached, value), `features.csv` (feature, census, mean, deviation),
        `totals.csv` (feature, value), `errors.csv` (series, component, value) and, where the registered were
        published, `register.csv` (sex, age, value); form in data/reference/china_counties/README.md.
    """
    parts = {name: schedules[variable] for name, variable in SERIES.items()}
    parts |= {str(name): schedules["learned_coefficient"].sel(migration_feature=name) for name in _features(schedules)}
    parts |= {f"error_{n}": schedules["error_component"].sel(component=n) for n in schedules["component"].to_numpy()}
    rates = [
        one.drop_vars([name for name in one.coords if name not in CELLS])
        .to_series()
        .rename("value")
        .reset_index()
        .assign(series=name)
        for name, one in parts.items()
    ]
    both = schedules[["feature_mean", "feature_deviation"]].to_dataframe().reset_index()
    columns = {"migration_feature": "feature", "feature_census": "census", "feature_mean": "mean"}
    features = both.rename(columns={**columns, "feature_deviation": "deviation"})
    by_component = [
        pd.DataFrame({"series": name, "component": schedules["component"], "value": schedules[f"error_{name}"]})
        for name in ("deviation", "explained", "correlation")
    ]
    variance = pd.DataFrame(
        {"series": [f"variance_{part}" for part in schedules["error_part"].to_numpy()], "component": 0}
    ).assign(value=schedules["error_variance"].to_numpy())
    tables = {
        RATES: pd.concat(rates)[list(RATE_COLUMNS)],
        FEATURES: features[list(FEATURE_COLUMNS)],
        TOTALS: pd.DataFrame(
            {
                "feature": ["mean", *_features(schedules)],
                "value": [float(schedules["learned_total"]), *schedules["learned_total_coefficient"].to_numpy()],
            }
        ),
        ERRORS: pd.concat([*by_component, variance])[list(ERROR_COLUMNS)],
    }
    if "registered_response" in schedules:
        own = schedules["registered_response"].to_series().rename("value").reset_index()
        tables[REGISTER] = own.rename(columns={"register_age": "age"})[list(REGISTER_COLUMNS)]
    return tables


def _features(schedules: xr.Dataset) -> list[str]:
    return [str(name) for name in schedules["migration_feature"].to_numpy()]


def write_schedules(folder: str | Path, schedules: xr.Dataset) -> list[Path]:
    """Write the tables of learned schedules, six significant digits, each beside its place first.

    Parameters
    ----------
    folder : str or pathlib.Path
        Where they go; made if missing. Tables of these names are replaced.
    schedules : xarray.Dataset
        From `estimate_migration_schedules`.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Examples
    --------
    >>> schedules = pm.read_schedules(pm.data_path("reference/china_counties"))
    >>> [file.name for file in pm.write_schedules("schedules", schedules)]
    ['schedules.csv', 'features.csv', 'totals.csv', 'errors.csv', 'register.csv']
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    out = []
    for name, table in schedule_tables(schedules).items():
        handle, beside = tempfile.mkstemp(dir=place, prefix=f".{name}")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(table.to_csv(index=False, lineterminator="\n", float_format="%.6g").encode())
            Path(beside).chmod(0o644)
            Path(beside).replace(place / name)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        out.append(place / name)
    return out


def read_schedules(path: str | Path) -> xr.Dataset:
    """Read learned schedules of migration (form: data/reference/china_counties/README.md).

    Parameters
    ----------
    path : str or pathlib.Path
        Folder with `schedules.csv`, `features.csv`, `totals.csv`, `errors.csv` and, if known, `register.csv`, as
        `popmodel learn` writes them.

    Returns
    -------
    xarray.Dataset
        As `estimate_migration_schedules` returns it.

    Raises
    ------
    SchemaError
        If a table is missing or faulty, or a series or feature has gaps.

    Examples
    --------
    >>> schedules = pm.read_schedules(pm.data_path("reference/china_counties"))
    >>> schedules["learned_response"].dims
    ('sex', 'age_reached')
    """
    folder = Path(path)
    file = folder / FEATURES
    table = read_table(file, FEATURE_COLUMNS, key=("feature", "census"))
    names = list(dict.fromkeys(table["feature"]))
    censuses = sorted(int(year) for year in table["census"].unique())
    axes = {"census": censuses, "feature": names}
    mean, deviation = (cube(table, axes, column, file=file) for column in ("mean", "deviation"))
    file = folder / RATES
    rates = read_table(file, RATE_COLUMNS, key=("series", *CELLS))
    rates["age_reached"] = rates["age_reached"].astype(int)
    shown = list(dict.fromkeys(rates["series"]))
    errors = [name for name in shown if name.startswith("error_")]
    wrong = sorted(set(shown) ^ {*SERIES, *names, *errors})
    if wrong:
        raise SchemaError(
            f"{file}: series {named(wrong)} unknown or missing: response, moved, intercept, each feature of "
            f"{FEATURES} and error_1, error_2 … belong here. Write both with popmodel learn."
        )
    reached = sorted(int(age) for age in rates["age_reached"].unique())
    values = cube(rates, {"series": shown, "sex": list(SEXES), "age_reached": reached}, "value", file=file)
    by_name = dict(zip(shown, values, strict=True))
    data = xr.Dataset(
        {variable: (CELLS, by_name[name], {"unit": "1"}) for name, variable in SERIES.items()},
        coords={"sex": list(SEXES), "age_reached": reached, "migration_feature": names, "feature_census": censuses},
    )
    data["learned_coefficient"] = (("migration_feature", *CELLS), np.stack([by_name[n] for n in names]), {"unit": "1"})
    for name, part in (("mean", mean), ("deviation", deviation)):
        data[f"feature_{name}"] = (("feature_census", "migration_feature"), part, {"unit": "1"})
    file = folder / TOTALS
    table = read_table(file, TOTAL_COLUMNS, key=("feature",))
    mean_total, *slopes = cube(table, {"feature": ["mean", *names]}, "value", file=file)
    data["learned_total"] = ((), mean_total, {"unit": "1"})
    data["learned_total_coefficient"] = ("migration_feature", np.array(slopes), {"unit": "1"})
    data = data.merge(_errors(folder / ERRORS, by_name, errors), join="exact")
    return data.merge(_register(folder / REGISTER), join="exact") if given(folder / REGISTER) else data


def _register(file: Path) -> xr.Dataset:
    table = read_table(file, REGISTER_COLUMNS, key=("sex", "age"))
    table["age"] = table["age"].astype(int)
    ages = sorted(int(age) for age in table["age"].unique())
    values = cube(table, {"sex": list(SEXES), "age": ages}, "value", file=file)
    return xr.Dataset(
        {"registered_response": (("sex", "register_age"), values, {"unit": "1"})},
        coords={"sex": list(SEXES), "register_age": ages},
    )


def _errors(file: Path, by_name: dict[str, np.ndarray], names: list[str]) -> xr.Dataset:
    table = read_table(file, ERROR_COLUMNS, key=("series", "component"))
    table["component"] = table["component"].astype(int)
    numbers = list(range(1, len(names) + 1))
    parts = ["common", "per_resident"]
    series = ["deviation", "explained", "correlation"]
    single = cube(table, {"series": [f"variance_{part}" for part in parts], "component": [0]}, "value", file=file)
    each = cube(table, {"series": series, "component": numbers}, "value", file=file)
    out = xr.Dataset(
        {
            "error_component": (("component", *CELLS), np.stack([by_name[f"error_{n}"] for n in numbers])),
            "error_variance": ("error_part", single[:, 0]),
            **{f"error_{name}": ("component", row) for name, row in zip(series, each, strict=True)},
        },
        coords={"component": numbers, "error_part": parts},
    )
    for name in out.data_vars:
        out[name].attrs["unit"] = "1"
    return out
