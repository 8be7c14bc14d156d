"""Read scenarios from TOML."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from popmodel.files.forms import Path_, Wrong, broken, fill, key_lines, line_of, read_toml, shown, split, whole
from popmodel.files.scenario_models import (
    ChangeForm,
    DatedForm,
    ImpliedForm,
    PoolForm,
    ResidualForm,
    ScenarioFile,
    ScenarioForm,
    SolveForm,
    TowardForm,
)
from popmodel.scenario.drivers import DRIVERS, TEXTS, Change, Dated, Driver, Observed, Pool, Scenario, Solve, Toward
from popmodel.schema import Fault, SchemaError, named, near

README = "data/scenarios/README.md"
MOST_FILES = 20
"""Files that may include one another in a row."""
MOST_PARENTS = 50
"""Parents in a row: nobody follows a longer line from one change to the next."""
Known = dict[Path, list[Scenario]]
Faulty = tuple[str, str, str]
"""Name of a scenario, rule, remedy."""


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
        With every fault of the file: the file is missing or not TOML, a scenario lacks a driver, names an unknown one
        or gives it an impossible form, a parent is unknown, parents or files go round in a circle, two names differ in
        case or spaces alone.

    Examples
    --------
    >>> from popmodel.files.city import read_city
    >>> [scenario.name for scenario in read_scenarios(read_city().tables["scenarios"])]
    ['trend', 'plan']
    """
    return _read(Path(path), (), {})


def _read(file: Path, within: tuple[Path, ...], read: Known) -> list[Scenario]:
    text = read_toml(file, form=README)
    real = file.resolve()
    if real in within:
        rule = f"the file includes itself, by way of {named(f.name for f in within)}"
        raise whole(file, rule, "Cut the circle.")
    if len(within) >= MOST_FILES:
        raise whole(file, f"more than {MOST_FILES} files include one another", "Put the scenarios into fewer files.")
    if real not in read:
        read[real] = parse(text, file, (*within, real), read)
    return read[real]


def parse(text: str, file: Path, within: tuple[Path, ...] = (), read: Known | None = None) -> list[Scenario]:
    """Return the scenarios of a text; `file` is named in errors, and includes lie beside it.

    Parameters
    ----------
    text : str
        TOML.
    file : pathlib.Path
        Where it stands, or will stand.
    within : tuple of pathlib.Path
        Files that include it.
    read : dict, optional
        Files read already, and their scenarios.

    Returns
    -------
    list of Scenario

    Raises
    ------
    SchemaError
        As `read_scenarios`.
    """
    form = fill(ScenarioFile, text, file=file)
    names = [form.include] if isinstance(form.include, str) else form.include
    included: dict[str, Scenario] = {}
    for name in names:
        for scenario in _read(file.parent / name, within, {} if read is None else read):
            if scenario.name in included:
                raise whole(file, f"scenario {scenario.name} stands in two included files", "Rename one.")
            included[scenario.name] = scenario
    wrong = list(_name_faults(form, list(included)))
    if wrong:
        raise broken(file, wrong, text)
    known, faults = _built({**form.parent, **form.scenario}, included)
    if faults:
        lines = key_lines(text)
        raise SchemaError(
            faults=[
                Fault(str(file), line_of(lines, _place(form, name)), rule=rule, remedy=remedy)
                for name, rule, remedy in faults
            ]
        )
    return [known[name] for name in form.scenario]


def _place(form: ScenarioFile, name: str) -> Path_:
    return ("scenario" if name in form.scenario else "parent", name)


def _name_faults(form: ScenarioFile, included: list[str]) -> Iterator[Wrong]:
    """Find scenario names that stand twice, or that a reader cannot tell apart."""
    seen = {_folded(name): name for name in included}
    for name in (*form.parent, *form.scenario):
        twin = seen.setdefault(_folded(name), name)
        if twin != name:
            rule = f"differs from {twin!r} in case or spaces alone"
            yield Wrong(_place(form, name), None, rule, "Rename one.")
        elif name in included or (name in form.parent and name in form.scenario):
            if name in form.scenario:
                yield Wrong(("scenario", name), None, "stands twice, here and as a parent", "Rename one.")
            elif name in form.parent:
                yield Wrong(("parent", name), None, "stands twice, here and in an included file", "Rename one.")


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()


def _built(
    forms: Mapping[str, ScenarioForm], included: Mapping[str, Scenario]
) -> tuple[dict[str, Scenario], list[Faulty]]:
    """Build every scenario after its parent; one whose parent is wrong is left out, as it has no fault of its own."""
    known: dict[str, Scenario | None] = dict(included)
    faults: list[Faulty] = []
    for first in forms:
        line, fault = _line(first, forms, known)
        if fault is not None:
            faults.append(fault)
            known |= dict.fromkeys(line)
        for name in reversed(line):
            parent = forms[name].based_on
            if name in known or (parent is not None and known[parent] is None):
                known.setdefault(name, None)
                continue
            try:
                known[name] = _scenario(name, forms[name], None if parent is None else known[parent])
            except SchemaError as error:
                known[name] = None
                faults.append((name, *split(error)))
    return {name: scenario for name, scenario in known.items() if scenario is not None}, faults


def _line(
    first: str, forms: Mapping[str, ScenarioForm], known: Mapping[str, Scenario | None]
) -> tuple[list[str], Faulty | None]:
    """Return a scenario and its parents up to one that is built, and what is wrong with the line."""
    line = {first: None}  # a dict, as a line may be long and is searched
    last = first
    while last not in known:
        wanted = forms[last].based_on
        if wanted is None or wanted in known:
            break
        if wanted in line:
            names = list(line)
            turn = names[names.index(wanted) :]
            circle = " → ".join((*turn[:8], *(["…"] if len(turn) > 8 else []), wanted))
            rule = f"scenario {wanted}: based_on goes round in a circle: {circle}"
            return names, (wanted, rule, "Give one of them its own drivers.")
        if wanted not in forms:
            names = [*forms, *known]
            remedy = f"Correct the name, or include its file; known: {named(names, most=20)}.{near(wanted, names)}"
            return list(line), (last, f"scenario {last} is based on {shown(wanted)!r}, which is not there", remedy)
        line[wanted] = None
        last = wanted
    return list(line), None


def _scenario(name: str, form: ScenarioForm, parent: Scenario | None) -> Scenario:
    if _parents(parent) > MOST_PARENTS:
        rule = f"scenario {name}: based_on leads over more than {MOST_PARENTS} parents"
        raise SchemaError(f"{rule}. Give it its own drivers.")
    values: dict[str, Any] = {key: getattr(form, key) or "" for key in TEXTS}
    values |= {key: _driver(getattr(form, key)) for key in DRIVERS}
    values["centre_shift"] = form.centre_shift or {}
    values["registered_entries"] = {key: _driver(value) for key, value in (form.registered_entries or {}).items()}
    moves = form.moves
    values["moves"] = Pool(moves.pool, moves.shares) if isinstance(moves, PoolForm) else moves
    return Scenario(name=name, based_on=parent, counterfactual=form.counterfactual, **values)


def _parents(parent: Scenario | None) -> int:
    """Count the parents in a row."""
    number = 0
    while parent is not None:
        number, parent = number + 1, parent.based_on
    return number


def _driver(form: Any) -> Driver | None:
    if isinstance(form, ImpliedForm | ResidualForm):
        return Observed(form.carry)
    if isinstance(form, SolveForm):
        return Solve(form.solve, form.year, form.then)
    if isinstance(form, TowardForm):
        return Toward(_values(form.toward), form.interpolation)
    if isinstance(form, ChangeForm):
        parts = {key: _values(getattr(form, key)) for key in ("times", "plus") if getattr(form, key) is not None}
        return Change(**parts, after=form.after)
    return None if form is None else _values(form)


def _values(form: float | DatedForm) -> Any:
    if not isinstance(form, DatedForm):
        return form
    years: Any = {int(year): values for year, values in (form.__pydantic_extra__ or {}).items()}
    return years if form.interpolation is None else Dated(years, form.interpolation)
