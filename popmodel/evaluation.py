"""The flow from files to a scorecard, as the commands use it."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import xarray as xr

from popmodel.base import estimate_base
from popmodel.files.census import city_code, observed_file, read_census
from popmodel.files.paths import data_path
from popmodel.files.plan import read_observed, read_targets
from popmodel.files.scenarios import read_scenarios
from popmodel.indicators.catalogue import measure
from popmodel.projection.project import project
from popmodel.scenario import Scenario
from popmodel.scenario.rates import scenario_rates
from popmodel.schema import SchemaError, named
from popmodel.scoring import as_known, score


class Inputs(NamedTuple):
    """The files of a run, and what was read from those that are the same for every year evaluated."""

    files: Mapping[str, Path]
    targets: pd.DataFrame
    observed: pd.DataFrame
    scenarios: Sequence[Scenario]


class Run(NamedTuple):
    """What a run gives."""

    projection: xr.Dataset
    values: xr.Dataset
    card: pd.DataFrame


def read_plan(targets: Path | None, observed: Path | None, add: Sequence[Path], census: Path | None) -> Inputs:
    """Read targets and observed values; the shipped ones, or those a city folder names, where none are given."""
    known = observed or (observed_file(census) if census else None)
    # Another city that names no observed values has none: the shipped ones are not its own.
    none = known is None and not _is_shipped(census)
    files = {"targets": targets or shipped("targets")} | ({} if none else {"observed": known or shipped("observed")})
    files |= {f"added {place}": file for place, file in enumerate(add, start=1)}
    tables = [read_observed(file) for label, file in files.items() if label != "targets"]
    if not tables:
        tables = [read_observed(shipped("observed")).iloc[:0]]
    # Two files may hold the same line numbers; a running index keeps their rows apart.
    seen = pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]
    return Inputs(files, read_targets(files["targets"]), seen, ())


def shipped(what: str) -> Path:
    """Return a file of the shipped case."""
    case = tomllib.loads(data_path("shipped.toml").read_text(encoding="utf-8"))
    return data_path(case[what])


def _is_shipped(census: Path | None) -> bool:
    return census is None or city_code(census) == city_code(shipped("census"))


def _only_of_its_own(census: Path | None, targets: Path | None, scenarios: Path | None) -> None:
    """Refuse to hold another city against the shipped plan, or to project it with the shipped scenarios."""
    missing = [name for name, given in (("--targets", targets), ("--scenarios", scenarios)) if given is None]
    if missing and not _is_shipped(census):
        raise SchemaError(
            f"{census}: the city {city_code(str(census))} is not the shipped one ({city_code(shipped('census'))}), "
            f"whose plan and scenarios do not fit it. Give {' and '.join(missing)}."
        )


def read_inputs(
    *,
    census: Path | None,
    targets: Path | None,
    observed: Path | None,
    add: Sequence[Path],
    scenarios: Path | None,
    only: Sequence[str] | None,
) -> Inputs:
    """Read everything but the census, whose published figures depend on the year evaluated.

    Raises
    ------
    SchemaError
        If a file is faulty, a scenario asked for is not there, or another city comes without its plan.
    """
    _only_of_its_own(census, targets, scenarios)
    plan = read_plan(targets, observed, add, census)
    file = scenarios or shipped("scenarios")
    known = read_scenarios(file)
    names = [scenario.name for scenario in known]
    strange = [name for name in only or () if name not in names]
    if strange:
        raise SchemaError(f"{file}: there is no scenario {named(strange)}. Use one of: {named(names)}.")
    chosen = [scenario for scenario in known if not only or scenario.name in only]
    files = {"census": census or shipped("census"), **plan.files, "scenarios": file}
    return plan._replace(files=files, scenarios=chosen)


def run_projection(inputs: Inputs, *, year: int, horizon: int) -> xr.Dataset:
    """Project with what was known when `year` was evaluated."""
    known = as_known(inputs.observed, year=year)
    census = read_census(inputs.files["census"], observed=known)
    start = int(census["census_year"])
    if year < start:
        raise SchemaError(f"year {year} is before the census year {start}. Evaluate a later year (--year).")
    if horizon <= start:
        raise SchemaError(f"horizon {horizon} is not after the census year {start}. Give a later year (--horizon).")
    base = estimate_base(census, observed_until=year)
    try:
        rates = scenario_rates(base, inputs.scenarios, years=range(start, horizon + 1))
    except SchemaError as error:
        raise SchemaError(f"{inputs.files['scenarios']}: {error}") from error
    return project(base["population"], rates)


def run_year(inputs: Inputs, *, year: int, horizon: int, base: str, method: str) -> Run:
    """Project, measure and score as an evaluation of `year` would."""
    projection = run_projection(inputs, year=year, horizon=horizon)
    values = measure(projection)
    card = score(inputs.targets, observed=inputs.observed, projected=values, year=year, method=method, base=base)
    return Run(projection, values, card)


KEY = ["scenario", "number", "indicator", "name_zh", "name_en", "target_year", "target_text", "version"]


def ratings_by_year(cards: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """Put the ratings of several evaluations side by side, in the form of `rating_history`."""
    last = cards[max(cards)]
    out = last[KEY].copy()
    for year in sorted(cards):
        out[f"rating_{year}"] = cards[year]["rating"].to_numpy()
        out[f"pace_{year}"] = cards[year]["pace"].to_numpy()
    return out
