"""Write scenarios as TOML that `read_scenarios` gives back equal."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit

from popmodel.files.forms import FORMAT
from popmodel.files.scenarios import parse
from popmodel.scenario.drivers import (
    DRIVERS,
    SOLVED,
    TEXTS,
    Change,
    Dated,
    Driver,
    Observed,
    Pool,
    Scenario,
    Solve,
    Toward,
)
from popmodel.schema import SchemaError, named


def write_scenarios(path: str | Path, scenarios: Sequence[Scenario]) -> None:
    """Write scenarios to a TOML file, beside it first and then in its place.

    Parents that are not in the list themselves are written as ``[parent.NAME]``.

    Parameters
    ----------
    path : str or pathlib.Path
        The file; one that is there is replaced only when the new one is complete and reads back equal.
    scenarios : sequence of Scenario
        With different names.

    Raises
    ------
    SchemaError
        If there are none, two different ones bear the same name, the folder is missing, or a value does not come back
        as it is. Nothing is written then.

    Examples
    --------
    >>> pm.write_scenarios("mine.toml", ev.scenarios)
    >>> [scenario.name for scenario in pm.read_scenarios("mine.toml")]
    ['trend', 'plan']
    """
    file = Path(path)
    own = {scenario.name: scenario for scenario in scenarios}
    if not own or len(own) < len(scenarios):
        raise SchemaError(
            f"{file}: scenario names {named(s.name for s in scenarios) or '(none)'} must be given and differ."
        )
    every = dict(own)
    for scenario in scenarios:
        parent = scenario.based_on
        while parent is not None:
            if every.setdefault(parent.name, parent) != parent:
                raise SchemaError(f"{file}: two different scenarios are called {parent.name}. Rename one.")
            parent = parent.based_on
    text = _text(every, set(own))
    if parse(text, file) != list(scenarios):
        raise SchemaError(f"{file}: the scenarios hold values that TOML cannot give back. Use plain numbers and texts.")
    if not file.parent.is_dir():
        raise SchemaError(f"{file}: the folder {file.parent} is missing. Make it first.")
    number, beside = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
        Path(beside).chmod(0o644)
        Path(beside).replace(file)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _text(every: Mapping[str, Scenario], own: set[str]) -> str:
    document = tomlkit.document()
    document["format"] = FORMAT
    for kind in ("parent", "scenario"):
        tables = tomlkit.table(is_super_table=True)
        for name, scenario in every.items():
            if (name in own) == (kind == "scenario"):
                tables[name] = _table(scenario)
        if tables:
            document[kind] = tables
    return tomlkit.dumps(document)


def _table(scenario: Scenario) -> Any:
    table = tomlkit.table()
    if scenario.based_on is not None:
        table["based_on"] = scenario.based_on.name
    if scenario.counterfactual:
        table["counterfactual"] = True
    for name in TEXTS:
        if getattr(scenario, name):
            table[name] = getattr(scenario, name)
    for name in DRIVERS:
        if getattr(scenario, name) is not None:
            table[name] = _item(_plain(getattr(scenario, name), name))
    if scenario.registered_entries:
        table["registered_entries"] = _item({k: _plain(v, "") for k, v in scenario.registered_entries.items()})
    if scenario.centre_shift:
        table["centre_shift"] = _item(scenario.centre_shift)
    if scenario.moves is not None:
        table["moves"] = _item(_moves(scenario.moves))
    return table


def _moves(moves: Mapping[str, Mapping[str, float]] | Pool) -> Mapping[str, Any]:
    if not isinstance(moves, Pool):
        return moves
    return {"pool": moves.rate, **({"shares": moves.shares} if moves.shares else {})}


def _plain(driver: Driver, name: str) -> Any:
    """Turn a driver into numbers, texts and mappings."""
    if isinstance(driver, Observed):
        return {"observed": "implied" if name == "total_fertility" else "residual", "carry": driver.carry}
    if isinstance(driver, Solve):
        then = {} if driver.then == SOLVED else {"then": driver.then}
        return {"solve": driver.value, "year": int(driver.year), **then}
    if isinstance(driver, Change):
        parts = {key: _plain(getattr(driver, key), "") for key in ("times", "plus")}
        after = driver.after if driver.after is None or isinstance(driver.after, str) else int(driver.after)
        return parts if after is None else {**parts, "after": after}
    if isinstance(driver, Toward):
        way = {} if driver.interpolation == "linear" else {"interpolation": driver.interpolation}
        return {"toward": driver.values, **way}
    if isinstance(driver, Dated):
        return {**driver.values, "interpolation": driver.interpolation}
    return driver


def _item(value: Any) -> Any:
    """Return a value as it stands on one line: mappings as inline tables, as a planner types them."""
    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        for key, entry in value.items():
            table[str(key)] = _item(entry)
        return table
    if isinstance(value, str):
        return value
    # The shortest decimal that gives the same float back; integers beyond 2**53 are written as the float they become.
    whole = isinstance(value, int | np.integer) and abs(int(value)) < 2**53
    return int(value) if whole else float(value)
