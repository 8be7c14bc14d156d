"""Scenarios: dated drivers, and how they are read from a file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from popmodel.demography.trend import METHODS
from popmodel.schema import SchemaError, named

PLAN_BASIS = "plan"
"""`total_fertility_basis` of a scenario whose fertility is the plan's own and may be held against its target."""


@dataclass(frozen=True)
class Observed:
    """A driver taken from published figures and carried on by `carry` (last, mean or linear)."""

    carry: str = "mean"


@dataclass(frozen=True)
class Solve:
    """A driver solved for: the even yearly value that takes the stock to `value` persons at the end of `year`."""

    value: float
    year: int


@dataclass(frozen=True)
class Dated:
    """Dated values with a named interpolation (linear or step), held after the last year."""

    values: Mapping[int, float]
    interpolation: str = "linear"


Driver = float | Mapping[int, float] | Mapping[int, Mapping[str, float]] | Dated | Observed | Solve


@dataclass(frozen=True)
class Scenario:
    """Assumptions of one projection; change one with `dataclasses.replace`.

    Each driver is a number, a mapping year → value (joined by straight lines, held after the last), a `Dated`, or as
    noted `Observed` or `Solve`.

    Parameters
    ----------
    name : str
        Label on the `scenario` axis.
    total_fertility : driver or Observed
        [children per woman]
    life_expectancy : driver
        Mean of the sexes, at birth. [years]
    sex_ratio_at_birth : driver
        [males per female, 1.09 and not 109]
    net_migration : driver, Observed or Solve
        Of the whole city; by district if the mapping is year → district → value. [persons a year]
    registered_net_entries : driver, Observed or Solve
        Net transfers into the household register. [persons a year]
    centre_shift : mapping of str to float
        Centre → yearly rate at which residents of its partial districts move into it. [1/year]
    total_fertility_basis : str
        Whose fertility this is; ``"plan"`` if it may be held against the plan's target.
    zh, en, note : str
        Labels and a sentence of explanation.
    """

    name: str
    total_fertility: Driver
    life_expectancy: Driver
    sex_ratio_at_birth: Driver
    net_migration: Driver
    registered_net_entries: Driver = 0.0
    centre_shift: Mapping[str, float] = field(default_factory=dict)
    total_fertility_basis: str = "resident births over census women"
    zh: str = ""
    en: str = ""
    note: str = ""


TEXTS = ("total_fertility_basis", "zh", "en", "note")
DRIVERS = ("total_fertility", "life_expectancy", "sex_ratio_at_birth", "net_migration", "registered_net_entries")


def read_scenarios(path: str | Path) -> list[Scenario]:
    """Read scenarios from a TOML file (form: data/scenarios/README.md), in the order of the file.

    Raises
    ------
    SchemaError
        If the file is missing or not TOML, or a scenario lacks a driver or names an unknown one.
    """
    file = Path(path)
    if not file.is_file():
        raise SchemaError(f"{file}: the file is missing. Its form is described in data/scenarios/README.md.")
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemaError(f"{file}: not valid TOML ({error}). Correct the file.") from error
    if set(tables) != {"scenario"} or not tables["scenario"]:
        raise SchemaError(
            f"{file}: top level must hold [scenario.NAME] tables only; found {named(tables) or 'nothing'}."
        )
    return [_scenario(name, table, f"{file}: scenario {name}") for name, table in tables["scenario"].items()]


def _scenario(name: str, table: Mapping[str, Any], where: str) -> Scenario:
    known = [f.name for f in fields(Scenario) if f.name != "name"]
    unknown = [key for key in table if key not in known]
    missing = [key for key in DRIVERS[:4] if key not in table]
    if unknown or missing:
        fault = f"unknown driver {named(unknown)}" if unknown else f"driver {named(missing)} is missing"
        raise SchemaError(f"{where}: {fault}. Known: {', '.join(known)}. Correct the name or add the driver.")
    values: dict[str, Any] = {key: str(table[key]) for key in TEXTS if key in table}
    values |= {key: _driver(table[key], f"{where}: {key}") for key in DRIVERS if key in table}
    if "centre_shift" in table:
        values["centre_shift"] = {
            str(k): _number(v, f"{where}: centre_shift") for k, v in table["centre_shift"].items()
        }
    return Scenario(name=name, **values)


def _driver(value: Any, where: str) -> Driver:
    if not isinstance(value, Mapping):
        return _number(value, where)
    table = dict(value)
    if "observed" in table:
        carry = table.pop("carry", "mean")
        if set(table) != {"observed"} or carry not in METHODS:
            raise SchemaError(
                f'{where}: write {{ observed = "…", carry = "{"|".join(METHODS)}" }}; given {dict(value)}.'
            )
        return Observed(carry)
    if "solve" in table:
        if set(table) != {"solve", "year"}:
            raise SchemaError(f"{where}: write {{ solve = persons, year = 2025 }}; given {dict(value)}.")
        return Solve(_number(table["solve"], where), int(_number(table["year"], where)))
    interpolation = table.pop("interpolation", "linear")
    bad = [key for key in table if not (str(key).isdigit() and len(str(key)) == 4)]
    if bad or not table or interpolation not in ("linear", "step"):
        raise SchemaError(
            f"{where}: {named(bad) or interpolation} is not a year. Write {{ 2020 = 1.0, 2025 = 1.1 }}, with "
            'interpolation = "linear" or "step" if wanted.'
        )
    if all(isinstance(entry, Mapping) for entry in table.values()):
        return {int(y): {str(d): _number(v, where) for d, v in entry.items()} for y, entry in table.items()}
    dated = {int(key): _number(entry, where) for key, entry in table.items()}
    return dated if interpolation == "linear" else Dated(dated, interpolation)


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise SchemaError(f"{where}: {value!r} is not a number. Correct the value.")
    return float(value)
