"""What an evaluation reads: the tables and scenarios that a city's folder names, or those named instead of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from popmodel.files.city import City, read_city
from popmodel.files.city_tables import city_areas
from popmodel.files.columns import refuse
from popmodel.files.departments import read_departments
from popmodel.files.errors import read_errors
from popmodel.files.observed import no_observed, read_observed
from popmodel.files.scenarios import read_scenarios
from popmodel.files.tables import filled
from popmodel.files.targets import TARGET_COLUMNS, name_faults, read_targets
from popmodel.indicators.talent import derive_observed
from popmodel.scenario import Scenario
from popmodel.schema import SchemaError, named, near

PathLike = str | Path


@dataclass(frozen=True)
class Inputs:
    """What was read, and from which files; no targets or scenarios where the city names none.

    `observed` holds the talent counts too, and what follows from them (`derive_observed`); `peers` are the values of
    other cities.
    """

    city: City
    targets: pd.DataFrame | None
    text_targets: pd.DataFrame | None
    observed: pd.DataFrame
    scenarios: tuple[Scenario, ...]
    files: Mapping[str, Path]
    errors: pd.DataFrame | None = None
    peers: pd.DataFrame | None = None


def read_inputs(
    city: PathLike | None = None,
    *,
    targets: PathLike | pd.DataFrame | None = None,
    observed: PathLike | pd.DataFrame | None = None,
    scenarios: PathLike | Sequence[Scenario] | None = None,
    add: Iterable[PathLike] = (),
    only: Iterable[str] = (),
) -> Inputs:
    """Read the plan, the observed values and the scenarios of a city.

    Parameters
    ----------
    city : path, optional
        The city's folder; the shipped city's if not given.
    targets, observed : path or pandas.DataFrame, optional
        Instead of those that the folder names.
    scenarios : path or sequence of Scenario, optional
        Instead of those that the folder names.
    add : iterable of path
        Further observed values, such as a filled-in template.
    only : iterable of str
        Names of the scenarios to use; all if none is named.

    Returns
    -------
    Inputs

    Raises
    ------
    SchemaError
        If a file is missing or faulty, an indicator or area is not known, a value is added a second time, or a
        scenario asked for is not among those read.
    """
    home = read_city(city)
    files: dict[str, Path] = {"city": home.folder}

    def source(what: str, given: object) -> Path | None:
        path = Path(given) if isinstance(given, str | Path) else None if given is not None else home.tables.get(what)
        if path is not None:
            files[what] = path
        return path

    goals, texts = _targets(source, targets)
    both = [table for table in (goals, texts) if table is not None]
    plan = pd.concat(both, ignore_index=True) if both else None
    areas = city_areas(home.folder, home.code)
    values = observed if isinstance(observed, pd.DataFrame) else no_observed()
    for file in (source("observed", observed), None if observed is not None else source("talent", None)):
        if file is not None:
            values = _joined(values, read_observed(file, targets=plan, areas=areas))
    for place, extra in enumerate(add, start=1):
        files[f"added {place}"] = Path(extra)
        values = _joined(values, read_observed(extra, targets=plan, held=values, areas=areas))
    for name, table in (("targets", goals), ("text_targets", texts)):
        if table is not None and name in files:
            refuse(name_faults(table, files[name], set(values["indicator"])))
    plans = _scenarios(source("scenarios", scenarios), scenarios, tuple(only))
    tested = source("errors", None)
    errors = None if tested is None else read_errors(tested)
    others = source("peers", None)
    peers = None if others is None else read_observed(others)
    return Inputs(home, goals, texts, derive_observed(values), plans, files, errors, peers)


def _joined(held: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    # Two files may hold the same line numbers; a running index keeps their rows apart.
    return pd.concat([held, more], ignore_index=True) if len(held) and len(more) else more if len(more) else held


def _targets(
    source: Callable[[str, object], Path | None], given: PathLike | pd.DataFrame | None
) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Return the plan's table of targets and those of its text; targets given stand alone, without departments."""
    if isinstance(given, pd.DataFrame):
        return given, None
    known = source("departments", None) if given is None else None
    departments = None if known is None else read_departments(known)
    files = [source("targets", given), source("text_targets", None) if given is None else None]
    table, text = (
        read_targets(file, departments=departments) if file is not None and filled(file) else None for file in files
    )
    return table, text


def _scenarios(
    file: Path | None, given: PathLike | Sequence[Scenario] | None, only: tuple[str, ...]
) -> tuple[Scenario, ...]:
    known: Sequence[Scenario] = ()
    if file is not None:
        known = read_scenarios(file)
    elif given is not None and not isinstance(given, str | Path):
        known = given
    names = [scenario.name for scenario in known]
    strange = [name for name in only if name not in names]
    if strange:
        where = "the scenarios given" if file is None else str(file)
        raise SchemaError(
            f"{where}: there is no scenario {named(strange)}. Use one of: {named(names) or '(none)'}."
            + near(strange, names)
        )
    return tuple(scenario for scenario in known if not only or scenario.name in only)


def no_targets() -> pd.DataFrame:
    """Return a table of targets without rows, of the right kinds."""
    kinds = {"text": "object", "choice": "object", "year": "Int64"}
    whole = {"number": "Int64", "decimals": "Int64"}
    return pd.DataFrame(
        {
            name: pd.Series(dtype=whole.get(name, kinds.get(column.kind, "float64")))
            for name, column in TARGET_COLUMNS.items()
        }
    )
