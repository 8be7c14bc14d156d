"""Write scenarios as TOML that `read_scenarios` gives back equal."""

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from popmodel.files.scenarios import parse
from popmodel.scenario.drivers import DRIVERS, TEXTS, Change, Dated, Driver, Observed, Pool, Scenario, Solve
from popmodel.schema import SchemaError, named

BARE = re.compile(r"[A-Za-z0-9_-]+")


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
    lines = [line for name, s in every.items() for line in ("", *_table(s, "scenario" if name in own else "parent"))]
    text = "\n".join(lines[1:]) + "\n"
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


def _table(scenario: Scenario, kind: str) -> Iterator[str]:
    yield f"[{kind}.{_key(scenario.name)}]"
    if scenario.based_on is not None:
        yield f"based_on = {_text(scenario.based_on.name)}"
    for name in TEXTS:
        if getattr(scenario, name):
            yield f"{name} = {_text(getattr(scenario, name))}"
    for name in DRIVERS:
        if getattr(scenario, name) is not None:
            yield f"{name} = {_inline(_plain(getattr(scenario, name), name))}"
    if scenario.registered_entries:
        entries = {key: _plain(driver, "") for key, driver in scenario.registered_entries.items()}
        yield f"registered_entries = {_inline(entries)}"
    if scenario.centre_shift:
        yield f"centre_shift = {_inline(scenario.centre_shift)}"
    if isinstance(scenario.moves, Pool):
        shares = {"shares": scenario.moves.shares} if scenario.moves.shares else {}
        yield f"moves = {_inline({'pool': scenario.moves.rate, **shares})}"
    elif scenario.moves is not None:
        yield f"moves = {_inline(scenario.moves)}"


def _plain(driver: Driver, name: str) -> Any:
    """Turn a driver into numbers, texts and mappings."""
    if isinstance(driver, Observed):
        return {"observed": "implied" if name == "total_fertility" else "residual", "carry": driver.carry}
    if isinstance(driver, Solve):
        return {"solve": driver.value, "year": int(driver.year)}
    if isinstance(driver, Change):
        parts = {key: _plain(getattr(driver, key), "") for key in ("times", "plus")}
        after = driver.after if driver.after is None or isinstance(driver.after, str) else int(driver.after)
        return parts if after is None else {**parts, "after": after}
    if isinstance(driver, Dated):
        return {**driver.values, "interpolation": driver.interpolation}
    return driver


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(key))} = {_inline(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, str):
        return _text(value)
    return repr(value) if isinstance(value, int) and abs(value) < 2**53 else repr(float(value))


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    """Quote as JSON does, whose strings are TOML's but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
