"""The flow from files to a scorecard, as the commands use it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import xarray as xr

from popmodel.base import estimate_base
from popmodel.files.census import read_census
from popmodel.files.city import City, read_city
from popmodel.files.plan import no_observed, read_observed, read_targets
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
    """Read targets and observed values; where none are given, those that the city names."""
    city = read_city(census)
    known = observed or city.tables.get("observed")
    files = _own(city, targets=targets) | ({} if known is None else {"observed": known})
    files |= {f"added {place}": file for place, file in enumerate(add, start=1)}
    tables = [read_observed(file) for label, file in files.items() if label != "targets"]
    # Two files may hold the same line numbers; a running index keeps their rows apart.
    seen = pd.concat(tables, ignore_index=True) if tables else no_observed()
    return Inputs(files, read_targets(files["targets"]), seen, ())


def _own(city: City, **given: Path | None) -> dict[str, Path]:
    """Return the files given, else those that the city names: no other city's stand in for them."""
    missing = [name for name, file in given.items() if file is None and name not in city.tables]
    if missing:
        raise SchemaError(
            f"{city.folder / 'city.toml'}: the city {city.code} names no {' and no '.join(missing)}, and those of "
            f"another city do not fit it. Add {', '.join(f'{name} = FILE' for name in missing)} to [city], or give "
            f"{' and '.join(f'--{name}' for name in missing)}."
        )
    return {name: file or city.tables[name] for name, file in given.items()}


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
    city = read_city(census)
    own = _own(city, targets=targets, scenarios=scenarios)
    plan = read_plan(targets, observed, add, census)
    file = own["scenarios"]
    known = read_scenarios(file)
    names = [scenario.name for scenario in known]
    strange = [name for name in only or () if name not in names]
    if strange:
        raise SchemaError(f"{file}: there is no scenario {named(strange)}. Use one of: {named(names)}.")
    chosen = [scenario for scenario in known if not only or scenario.name in only]
    files = {"census": city.folder, **plan.files, "scenarios": file}
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
