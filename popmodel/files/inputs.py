"""What an evaluation reads: the tables and scenarios that a city's folder names, or those named instead of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from popmodel.files.city import City, read_city
from popmodel.files.city_tables import city_areas
from popmodel.files.columns import refuse
from popmodel.files.observed import no_observed, read_observed
from popmodel.files.scenarios import read_scenarios
from popmodel.files.tables import filled
from popmodel.files.targets import TARGET_COLUMNS, name_faults, read_targets
from popmodel.scenario import Scenario
from popmodel.schema import SchemaError, named

PathLike = str | Path


@dataclass(frozen=True)
class Inputs:
    """What was read, and from which files; no targets or scenarios where the city names none."""

    city: City
    targets: pd.DataFrame | None
    observed: pd.DataFrame
    scenarios: tuple[Scenario, ...]
    files: Mapping[str, Path]


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

    areas = city_areas(home.folder, home.code)
    file = source("targets", targets)
    goals = targets if isinstance(targets, pd.DataFrame) else None
    if file is not None and filled(file):
        goals = read_targets(file)
    source_of_values = source("observed", observed)
    values = observed if isinstance(observed, pd.DataFrame) else no_observed()
    if source_of_values is not None:
        values = read_observed(source_of_values, targets=goals, areas=areas)
    for place, extra in enumerate(add, start=1):
        files[f"added {place}"] = Path(extra)
        more = read_observed(extra, targets=goals, held=values, areas=areas)
        # Two files may hold the same line numbers; a running index keeps their rows apart.
        values = pd.concat([values, more], ignore_index=True) if len(values) else more
    if file is not None and goals is not None:
        refuse(name_faults(goals, file, set(values["indicator"])))
    return Inputs(home, goals, values, _scenarios(source("scenarios", scenarios), scenarios, tuple(only)), files)


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
        raise SchemaError(f"{where}: there is no scenario {named(strange)}. Use one of: {named(names) or '(none)'}.")
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
