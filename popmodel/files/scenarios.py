"""Read scenarios from TOML, strictly."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from popmodel.demography.trend import METHODS
from popmodel.scenario.drivers import (
    DRIVERS,
    INTERPOLATIONS,
    NEEDED,
    TEXTS,
    Change,
    Dated,
    Driver,
    Observed,
    Pool,
    Scenario,
    Solve,
    check_number,
)
from popmodel.schema import SchemaError, named

SHARED = {"scenario", "parent", "include"}


def read_scenarios(path: str | Path) -> list[Scenario]:
    """Read scenarios from a TOML file (form: data/scenarios/README.md), in the order of the file.

    Parameters
    ----------
    path : str or pathlib.Path
        The file. Its ``[scenario.NAME]`` tables are returned; those of files that it includes, and its
        ``[parent.NAME]`` tables, may only be named by `based_on`.

    Returns
    -------
    list of Scenario
        Each with the parent that it is based on.

    Raises
    ------
    SchemaError
        If the file is missing or not TOML, a scenario lacks a driver, names an unknown one or gives it an impossible
        form, a parent is unknown, or parents or files go round in a circle.
    """
    return _read(Path(path), ())


def _read(file: Path, within: tuple[Path, ...]) -> list[Scenario]:
    if not file.is_file():
        raise SchemaError(f"{file}: the file is missing. Its form is described in data/scenarios/README.md.")
    if file.resolve() in within:
        raise SchemaError(
            f"{file}: the file includes itself, by way of {named(f.name for f in within)}. Cut the circle."
        )
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SchemaError(f"{file}: not valid TOML ({error}). Correct the file.") from error
    return parse(text, file, (*within, file.resolve()))


def parse(text: str, file: Path, within: tuple[Path, ...] = ()) -> list[Scenario]:
    """Return the scenarios of a text; `file` is named in errors, and includes lie beside it.

    Raises
    ------
    SchemaError
        As `read_scenarios`.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SchemaError(f"{file}: not valid TOML ({error}). Correct the file.") from error
    own, parents = tables.get("scenario"), tables.get("parent", {})
    if set(tables) - SHARED or not isinstance(own, Mapping) or not own or not isinstance(parents, Mapping):
        raise SchemaError(
            f"{file}: top level must hold [scenario.NAME] tables only; found {named(tables) or 'nothing'}. Besides, "
            '[parent.NAME] tables and include = "FILE" may stand there.'
        )
    include = tables.get("include", [])
    names = [include] if isinstance(include, str) else include
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SchemaError(
            f'{file}: include must be a file name or a list of them; given {include!r}. Write "FILE.toml".'
        )
    known: dict[str, Scenario] = {}
    for name in names:
        for scenario in _read(file.parent / name, within):
            if scenario.name in known:
                raise SchemaError(f"{file}: scenario {scenario.name} stands in two included files. Rename one.")
            known[scenario.name] = scenario
    twice = sorted((set(own) & set(parents)) | ((set(own) | set(parents)) & set(known)))
    if twice:
        raise SchemaError(f"{file}: scenario {named(twice)} stands twice, here and as a parent. Rename one.")
    here = {**parents, **own}
    for name, table in here.items():
        if not isinstance(table, Mapping):
            raise SchemaError(
                f"{file}: scenario {name}: {table!r} is no table. Write [scenario.{name}] and its drivers."
            )
    for name in here:
        _resolve(name, here, known, (), file)
    return [known[name] for name in own]


def _resolve(
    name: str, tables: Mapping[str, Mapping[str, Any]], known: dict[str, Scenario], line: tuple[str, ...], file: Path
) -> Scenario:
    """Build a scenario after its parents, and keep it in `known`."""
    if name in known:
        return known[name]
    if name in line:
        circle = " → ".join((*line[line.index(name) :], name))
        raise SchemaError(f"{file}: based_on goes round in a circle: {circle}. Give one of them its own drivers.")
    table, parent = tables[name], None
    if "based_on" in table:
        wanted = table["based_on"]
        if wanted not in tables and wanted not in known:
            raise SchemaError(
                f"{file}: scenario {name} is based on {wanted!r}, which is not there; known: "
                f"{named([*tables, *known], most=20)}. Correct the name, or include its file."
            )
        parent = _resolve(wanted, tables, known, (*line, name), file)
    known[name] = _scenario(name, table, parent, f"{file}: scenario {name}", file)
    return known[name]


def _scenario(name: str, table: Mapping[str, Any], parent: Scenario | None, where: str, file: Path) -> Scenario:
    known = [f.name for f in fields(Scenario) if f.name != "name"]
    unknown = [key for key in table if key not in known]
    missing = [key for key in NEEDED[:3] if key not in table and parent is None]
    if unknown or missing:
        fault = f"unknown driver {named(unknown)}" if unknown else f"driver {named(missing)} is missing"
        raise SchemaError(f"{where}: {fault}. Known: {', '.join(known)}. Correct the name or add the driver.")
    values: dict[str, Any] = {}
    for key in TEXTS:
        if key in table:
            if not isinstance(table[key], str):
                raise SchemaError(f"{where}: {key}: {table[key]!r} is not a text. Put it in quotation marks.")
            values[key] = table[key]
    values |= {key: _driver(table[key], f"{where}: {key}", _source(key)) for key in DRIVERS if key in table}
    for key in ("centre_shift", "registered_entries", "moves"):
        if key in table and (not isinstance(table[key], Mapping) or not table[key]):
            raise SchemaError(f"{where}: {key}: {table[key]!r} must be a table with an entry. Write {{ NAME = … }}.")
    if "centre_shift" in table:
        values["centre_shift"] = {k: _number(v, f"{where}: centre_shift") for k, v in table["centre_shift"].items()}
    if "registered_entries" in table:
        values["registered_entries"] = {
            k: _driver(v, f"{where}: registered_entries {k}", "residual")
            for k, v in table["registered_entries"].items()
        }
    if "moves" in table:
        values["moves"] = _moves(table["moves"], f"{where}: moves")
    try:
        return Scenario(name=name, based_on=parent, **values)
    except SchemaError as error:
        raise SchemaError(f"{file}: {error}") from error


def _source(key: str) -> str:
    """What `observed` of a driver must be called."""
    return "implied" if key == "total_fertility" else "residual"


def _driver(value: Any, where: str, source: str) -> Driver:
    if not isinstance(value, Mapping):
        return _number(value, where)
    table = dict(value)
    if "observed" in table:
        carry = table.pop("carry", "mean")
        if table != {"observed": source} or carry not in METHODS:
            raise SchemaError(
                f'{where}: write {{ observed = "{source}", carry = "{"|".join(METHODS)}" }}; given {dict(value)}.'
            )
        return Observed(carry)
    if "solve" in table:
        if set(table) != {"solve", "year"} or not isinstance(table["year"], int):
            raise SchemaError(f"{where}: write {{ solve = persons, year = 2025 }}; given {dict(value)}.")
        return Solve(_number(table["solve"], where), table["year"])
    if {"times", "plus", "after"} & set(table):
        if set(table) - {"times", "plus", "after"} or not {"times", "plus"} & set(table):
            raise SchemaError(
                f'{where}: write {{ times = 0.8, plus = 0.1, after = "observed" }}, any of them but `after` alone; '
                f"given {dict(value)}."
            )
        parts = {key: _values(table[key], f"{where} {key}") for key in ("times", "plus") if key in table}
        return Change(**parts, after=table.get("after"))
    driver: Driver = _values(table, where)
    return driver


def _values(value: Any, where: str) -> Any:
    if not isinstance(value, Mapping):
        return _number(value, where)
    table = dict(value)
    interpolation = table.pop("interpolation", None)
    bad = [key for key in table if not (str(key).isdigit() and len(str(key)) == 4)]
    if bad or not table or interpolation not in (None, *INTERPOLATIONS):
        raise SchemaError(
            f"{where}: {named(bad) or interpolation} is not a year. Write {{ 2020 = 1.0, 2025 = 1.1 }}, with "
            f'interpolation = "{"|".join(INTERPOLATIONS)}" if wanted.'
        )
    dated: dict[int, Any] = {
        int(key): {d: _number(v, f"{where} {key} {d}") for d, v in entry.items()}
        if isinstance(entry, Mapping)
        else _number(entry, f"{where} {key}")
        for key, entry in table.items()
    }
    return dated if interpolation is None else Dated(dated, interpolation)


def _moves(table: Mapping[str, Any], where: str) -> Mapping[str, Mapping[str, float]] | Pool:
    if "pool" in table:
        shares = table.get("shares", {})
        if set(table) - {"pool", "shares"} or not isinstance(shares, Mapping):
            raise SchemaError(f"{where}: write {{ pool = 0.01, shares = {{ DISTRICT = 1.0 }} }}; given {dict(table)}.")
        return Pool(_number(table["pool"], where), {d: _number(v, f"{where} shares {d}") for d, v in shares.items()})
    if not all(isinstance(row, Mapping) for row in table.values()):
        raise SchemaError(f"{where}: write {{ ORIGIN = {{ DESTINATION = 0.01 }} }}; given {dict(table)}.")
    return {o: {d: _number(v, f"{where} {o} {d}") for d, v in row.items()} for o, row in table.items()}


def _number(value: Any, where: str) -> float:
    check_number(value, where)
    return float(value)
