"""What a run was made of: inputs with their hashes, versions, and the scenarios' values by period."""

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from popmodel import __version__
from popmodel.paths import data_path
from popmodel.report.folder import KIND
from popmodel.scenario import Scenario
from popmodel.schema import SchemaError

LIBRARIES = ("numpy", "scipy", "pandas", "xarray", "numba", "statsmodels", "matplotlib", "jinja2", "openpyxl")
DRIVERS = ("total_fertility", "life_expectancy", "sex_ratio_at_birth", "net_migration", "registered_net_entries")


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
    }


def scenario_values(projection: xr.Dataset, scenarios: Sequence[Scenario] | None = None) -> list[dict[str, Any]]:
    """Return for each scenario its labels, how it was written down, and its city-wide drivers by period."""
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
            path = path.mean(rest) if driver == "sex_ratio_at_birth" else path.sum(rest)
            digits = 1 if driver in ("net_migration", "registered_net_entries") else 4
            numbers = np.round(path.to_numpy().astype(float), digits) + 0.0
            values[driver] = dict(zip(map(str, periods), numbers.tolist(), strict=True))
        scenario = written.get(str(name))
        out.append(
            {
                "name": str(name),
                "zh": _label(one, "scenario_zh"),
                "en": _label(one, "scenario_en"),
                "total_fertility_basis": _label(one, "total_fertility_basis"),
                "note": "" if scenario is None else scenario.note,
                "as_written": None if scenario is None else _written(scenario),
                "drivers": values,
            }
        )
    return out


def _label(one: xr.Dataset, coord: str) -> str:
    return str(one[coord].item()) if coord in one.coords else ""


def _written(scenario: Scenario) -> dict[str, Any]:
    drivers = {name: value for name, value in asdict(scenario).items() if name in (*DRIVERS, "centre_shift")}
    return {
        name: _texts(
            value if isinstance(getattr(scenario, name), Mapping) else {"kind": _kind(scenario, name), **value}
        )
        if isinstance(value, Mapping)
        else value
        for name, value in drivers.items()
    }


def _kind(scenario: Scenario, driver: str) -> str:
    return type(getattr(scenario, driver)).__name__.lower()


def _texts(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): _texts(entry) if isinstance(entry, Mapping) else entry for key, entry in value.items()}


def input_hashes(inputs: Mapping[str, str | Path]) -> list[dict[str, str]]:
    """Return label, path and SHA-256 of each input file; of a folder, of every file in it.

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
        files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
        out += [
            {"label": label, "path": _shown(file, path), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
            for file in files
            if not any(part.startswith(".") for part in file.relative_to(path).parts)
        ]
    return out


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
