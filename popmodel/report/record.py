"""What a run was made of: inputs with their hashes, versions, and the scenarios' values by period."""

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel import __version__
from popmodel.files.city import read_city
from popmodel.files.city_tables import FORMS
from popmodel.files.paths import data_path, is_file, is_folder
from popmodel.report.folder import KIND
from popmodel.scenario import Scenario
from popmodel.scenario.drivers import DRIVERS as WRITTEN
from popmodel.schema import SchemaError

LIBRARIES = (
    "numpy",
    "scipy",
    "pandas",
    "xarray",
    "numba",
    "statsmodels",
    "matplotlib",
    "jinja2",
    "openpyxl",
    "python-docx",
)
DRIVERS = ("total_fertility", "life_expectancy", "sex_ratio_at_birth", "net_migration", "registered_net_entries")
ASSUMPTIONS = ("registered_entries", "moves", "losses", "centre_shift")
"""What a scenario may hold beside its drivers."""
BY_DISTRICT = {
    "total_fertility": "fertility_rate",
    "net_migration": "net_migration",
    "urban_share": "urban_share",
    "centre_share": "centre_share",
}
"""What the record gives by district, and the variable whose ages and sexes sum to it."""


def record_of(
    projection: xr.Dataset,
    *,
    year: int,
    today: date,
    command: str,
    inputs: Sequence[Mapping[str, str]],
    scenarios: Sequence[Scenario] | None,
) -> dict[str, Any]:
    """Return the content of `run.json`.

    Parameters
    ----------
    projection : xarray.Dataset
        As `project` returns it; its drivers are what the scenarios came to, period by period.
    year : int
        The year evaluated.
    today : datetime.date
        Date of the report.
    command : str
        The command that was typed, blank if none.
    inputs : sequence of mapping
        From `input_hashes` or `table_hashes`.
    scenarios : sequence of Scenario, optional
        As they were written down.

    Returns
    -------
    dict
    """
    return {
        "kind": KIND,
        "popmodel": __version__,
        "date": today.isoformat(),
        "year": year,
        "command": command,
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "inputs": [dict(entry) for entry in inputs],
        "scenarios": scenario_values(projection, scenarios),
        "parents": parents_of(projection, scenarios),
    }


def scenario_values(projection: xr.Dataset, scenarios: Sequence[Scenario] | None = None) -> list[dict[str, Any]]:
    """Return for each scenario its labels, its parent, how it was written down, and what that came to.

    `drivers` are city-wide by period, `by_district` those that the projection holds by district, with the shares of
    urban residents and of centres at the ends of years.
    """
    written = {scenario.name: scenario for scenario in scenarios or ()}
    periods = [int(period) for period in projection["period"].to_numpy()]
    out = []
    for name in projection["scenario"].to_numpy():
        one = projection.sel(scenario=name)
        values = {}
        for driver in DRIVERS:
            if driver not in one:
                continue
            path = one[driver].median("draw") if "draw" in one[driver].dims else one[driver]
            rest = [dim for dim in path.dims if dim != "period"]
            path = path.mean(rest, skipna=False) if driver == "sex_ratio_at_birth" else path.sum(rest, skipna=False)
            digits = 1 if driver in ("net_migration", "registered_net_entries") else 4
            values[driver] = dict(zip(map(str, periods), _numbers(path.to_numpy(), digits), strict=True))
        scenario = written.get(str(name))
        out.append(
            {
                "name": str(name),
                "zh": _label(one, "scenario_zh"),
                "en": _label(one, "scenario_en"),
                "total_fertility_basis": _label(one, "total_fertility_basis"),
                "note_zh": "" if scenario is None else scenario.note_zh,
                "note": "" if scenario is None else scenario.note,
                "based_on": _parent(scenario),
                "as_written": None if scenario is None else _written(scenario),
                "drivers": values,
                "by_district": _by_district(one),
            }
        )
    return out


def _label(one: xr.Dataset, coord: str) -> str:
    return str(one[coord].item()) if coord in one.coords else ""


def _by_district(one: xr.Dataset) -> dict[str, Any]:
    """Return driver → district → period → value; of centres, driver → centre → district → year → value."""
    out: dict[str, Any] = {}
    for name, variable in BY_DISTRICT.items():
        if variable not in one:
            continue
        path = one[variable].median("draw") if "draw" in one[variable].dims else one[variable]
        time = "year" if "year" in path.dims else "period"
        path = path.sum([dim for dim in path.dims if dim not in ("district", "centre", time)], skipna=False)
        digits = 1 if name == "net_migration" else 4
        if "centre" not in path.dims:
            out[name] = _paths(path, time, digits)
            continue
        out[name] = {}
        for centre in path["centre"].to_numpy():
            lines = _paths(path.sel(centre=centre), time, digits)
            # A district with no part in a centre has no path there.
            out[name][str(centre)] = {code: line for code, line in lines.items() if any(line.values())}
    return out


def _paths(path: xr.DataArray, time: str, digits: int) -> dict[str, dict[str, float | None]]:
    moments = [str(int(moment)) for moment in path[time].to_numpy()]
    table = path.transpose("district", time).to_numpy()
    codes = [str(code) for code in path["district"].to_numpy()]
    return {
        code: dict(zip(moments, _numbers(line, digits), strict=True)) for code, line in zip(codes, table, strict=True)
    }


def _numbers(values: npt.ArrayLike, digits: int) -> list[float | None]:
    """Round for the record; what is not known is null there, since JSON has no NaN."""
    rounded = np.round(np.asarray(values, dtype=float), digits) + 0.0
    return [None if np.isnan(value) else float(value) for value in rounded]


def parents_of(projection: xr.Dataset, scenarios: Sequence[Scenario] | None = None) -> list[dict[str, Any]]:
    """Return the parents that a run's scenarios rest on and that were not run themselves, as they were written."""
    run = {str(name) for name in projection["scenario"].to_numpy()}
    out: dict[str, dict[str, Any]] = {}
    for scenario in scenarios or ():
        parent = scenario.based_on if scenario.name in run else None
        while parent is not None:
            if parent.name not in run:
                said = {"based_on": _parent(parent), "note": parent.note, "as_written": _written(parent)}
                out[parent.name] = {"name": parent.name, **said}
            parent = parent.based_on
    return list(out.values())


def _parent(scenario: Scenario | None) -> str | None:
    return scenario.based_on.name if scenario is not None and scenario.based_on is not None else None


def _written(scenario: Scenario) -> dict[str, Any]:
    """Return what a scenario gives itself; what it leaves to its parent, or does not have, is not there."""
    given = {name: _plain(getattr(scenario, name)) for name in (*WRITTEN, *ASSUMPTIONS)}
    return {name: value for name, value in given.items() if value is not None and value != {} and value != ""}


def _plain(value: Any) -> Any:
    """Turn a driver into what JSON holds: a special form by its kind and fields, years and districts as texts."""
    if is_dataclass(value):
        parts = {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
        return {"kind": type(value).__name__.lower(), **parts}
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def input_hashes(inputs: Mapping[str, str | Path]) -> list[dict[str, str]]:
    """Return label, path and SHA-256 of each input file; of a city's folder, of what is read there as the city's.

    That is `city.toml`, the tables of its form and the schedules it borrows; tables that `city.toml` names have labels
    of their own, and what else stands there, an earlier evaluation for one, is no input. Of another folder, every file.

    Paths are given as below the shipped data (`data/…`) or below the present folder, else by their name alone, so that
    the record does not depend on whose machine it was.

    Raises
    ------
    SchemaError
        If an input is missing.
    """
    out = []
    for label, given in inputs.items():
        path = Path(given)
        if not path.exists():
            raise SchemaError(f"inputs: {label} is to be {path}, but there is no such file. Correct the path.")
        out += [
            {"label": label, "path": _shown(file, top), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
            for top, file in _files_of(path)
        ]
    return out


def _files_of(path: Path) -> list[tuple[Path, Path]]:
    """Return the files of an input, each after the file or folder that it was named by."""
    if not is_folder(path):
        return [(path, path)]
    if is_file(path / "city.toml"):
        own = {path / name for name in ("city.toml", *FORMS) if is_file(path / name)}
        city = read_city(path)
        own |= {city.tables[name] for name in ("townships",) if name in city.tables}
        return [*((path, file) for file in sorted(own)), *(_files_of(city.reference) if city.reference else ())]
    files = sorted(file for file in path.rglob("*") if file.is_file())
    return [(path, file) for file in files if not any(part.startswith(".") for part in file.relative_to(path).parts)]


def _shown(file: Path, given: Path) -> str:
    real = file.resolve()
    for root, prefix in ((data_path().resolve(), "data/"), (Path.cwd(), "")):
        if real.is_relative_to(root):
            return prefix + real.relative_to(root).as_posix()
    return f"{given.resolve().name}/{real.relative_to(given.resolve()).as_posix()}" if given.is_dir() else real.name


def table_hashes(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, str]]:
    """Return label and SHA-256 of tables in memory, written as CSV; for runs that name no files."""
    return [
        {
            "label": label,
            "path": "",
            "sha256": hashlib.sha256(table.to_csv(index=False, lineterminator="\n").encode()).hexdigest(),
        }
        for label, table in tables.items()
    ]


def json_bytes(content: Mapping[str, Any]) -> bytes:
    """Return JSON that a person can read, the same for the same content."""
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
