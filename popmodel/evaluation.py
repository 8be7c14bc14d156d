"""The evaluation of a plan: the only place where the stages are joined.

    census ─ estimate_base ─ scenario_rates ─ project ─ measure ─┐
    plan, observed values ───────────────────────────────────────┴─ score → Evaluation

Each stage hands labelled data to the next and knows nothing of the others. Command line, report, notebooks, cockpit and
back-test call the functions below and read from what they return.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import xarray as xr

from popmodel.base.estimate import estimate_base
from popmodel.files.census import read_census
from popmodel.files.city import City
from popmodel.files.inputs import Inputs, no_targets, read_inputs
from popmodel.files.limits import read_limits
from popmodel.indicators.catalogue import measure
from popmodel.probability.plan import Sources, beside_card, forecast_plan
from popmodel.projection.project import project
from popmodel.scenario import Scenario
from popmodel.scenario.rates import WorkedOut, scenario_rates
from popmodel.scenario.solved import solved_for
from popmodel.schema import SchemaError
from popmodel.scoring import as_known, outlook, score

if TYPE_CHECKING:
    from popmodel.feasibility.answers import Feasibility

PathLike = str | Path
SPAN = 15
"""Years projected where there are no targets to reach for."""


@dataclass(frozen=True)
class Evaluation:
    """An evaluation as data.

    Attributes
    ----------
    city : City
        The folder and what it names.
    year : int
        The year evaluated.
    targets : pandas.DataFrame
        From `read_targets`; without rows where the city names no plan.
    observed : pandas.DataFrame
        Every observed value read; `as_known` gives those that the evaluation used.
    base : xarray.Dataset
        From `estimate_base`, with what was published by the end of the year after the one evaluated.
    scenarios : tuple of Scenario
        As written down.
    projection : xarray.Dataset
        From `project`: (scenario, year or period, district, sex, age).
    values : xarray.Dataset
        From `measure`: every indicator (scenario, year, area).
    ratings : pandas.DataFrame
        From `score`: a row for each scenario and target.
    outlook : pandas.DataFrame
        From `outlook`: a row a target, what the projections from now on say of it, by scenario and over all.
    text_ratings : pandas.DataFrame
        The same for the targets of the plan's text, a section of its own; without rows where there are none.
    history : pandas.DataFrame or None
        How the ratings of the years before came out, each with what was known then.
    record : mapping
        What went in: files, options, years left out of the history and why, and of draws how they were made.
    forecast : xarray.Dataset or None
        With draws: the drawn indicators of the city (draw, year, area). A forecast is no scenario.
    intervals : xarray.Dataset or None
        From `prediction_interval`.
    attainment : pandas.DataFrame or None
        From `attainment`: the probability of each target with its range over the declared variants.
    variants : pandas.DataFrame or None
        The probability of each target under each declared variant.
    rating_risk : pandas.DataFrame or None
        From `rating_risk`: how likely next year's rating is worse.
    feasible : Feasibility or None
        What the targets would take, within the limits that the city declares; made on demand (`feasible=True`).
    """

    city: City
    year: int
    targets: pd.DataFrame
    observed: pd.DataFrame
    base: xr.Dataset
    scenarios: tuple[Scenario, ...]
    projection: xr.Dataset
    values: xr.Dataset
    ratings: pd.DataFrame
    outlook: pd.DataFrame
    text_ratings: pd.DataFrame
    history: pd.DataFrame | None
    record: Mapping[str, Any]
    forecast: xr.Dataset | None = None
    intervals: xr.Dataset | None = None
    attainment: pd.DataFrame | None = None
    variants: pd.DataFrame | None = None
    rating_risk: pd.DataFrame | None = None
    feasible: "Feasibility | None" = None


def evaluate(
    city: PathLike | None = None,
    *,
    year: int | None = None,
    scenarios: PathLike | Sequence[Scenario] | None = None,
    targets: PathLike | pd.DataFrame | None = None,
    observed: PathLike | pd.DataFrame | None = None,
    add: Iterable[PathLike] = (),
    horizon: int | None = None,
    method: str = "all",
    base: str = "observed",
    only: Iterable[str] = (),
    history: bool = True,
    draws: int = 0,
    seed: int = 1,
    feasible: bool = False,
) -> Evaluation:
    """Evaluate a population plan: project the city, and hold what is published and projected against the targets.

    Parameters
    ----------
    city : path, optional
        The city's folder (form: data/census/README.md); the shipped city if not given.
    year : int, optional
        The year evaluated; the newest one with a published or derived number of residents if not given, and the
        census year where there is none. Only what was published by the end of the year after it is used.
    scenarios : path or sequence of Scenario, optional
        Instead of those that the folder names.
    targets, observed : path or pandas.DataFrame, optional
        Instead of those that the folder names.
    add : iterable of path
        Further observed values, such as a filled-in template.
    horizon : int, optional
        Last year projected; that of the last target if not given.
    method : str
        Whose rating counts, see `score`.
    base : {"observed", "plan"}
        Whose base value counts, see `score`.
    only : iterable of str
        Names of the scenarios to use; all if none is named.
    history : bool
        Whether the evaluations of the years before are repeated, each with what was known then.
    draws : int
        Draws of a forecast beside the scenarios, at least 1,000; 0: none. With them each target has a probability.
    seed : int
        Of the draws.
    feasible : bool
        Whether it is asked what the targets would take, which takes a few seconds; the city must declare limits.

    Returns
    -------
    Evaluation

    Raises
    ------
    SchemaError
        If a file is missing or faulty, there is no scenario, the year is before the census, or draws are too few.

    Examples
    --------
    >>> import popmodel as pm
    >>> ev = pm.evaluate(year=2023, history=False)
    >>> ev.year, len(ev.ratings["indicator"].unique()) >= 20
    (2023, True)
    """
    inputs = read_inputs(city, targets=targets, observed=observed, scenarios=scenarios, add=add, only=only)
    return evaluate_inputs(
        inputs,
        year=year,
        horizon=horizon,
        method=method,
        base=base,
        history=history,
        draws=draws,
        seed=seed,
        feasible=feasible,
    )


def evaluate_inputs(
    inputs: Inputs,
    *,
    year: int | None = None,
    horizon: int | None = None,
    method: str = "all",
    base: str = "observed",
    history: bool = True,
    draws: int = 0,
    seed: int = 1,
    feasible: bool = False,
) -> Evaluation:
    """Evaluate what was read; parameters and errors as in `evaluate`."""
    when = newest_year(inputs) if year is None else year
    start, projection, values = project_city(inputs, year=when, horizon=horizon)
    when = int(start["year"]) if when is None else when
    targets = no_targets() if inputs.targets is None else inputs.targets
    texts = no_targets() if inputs.text_targets is None else inputs.text_targets
    run = Run(start, projection, values)
    paths = _cohorts_of(inputs, run)
    ratings, text_ratings = (
        rate(inputs, run, table, year=when, method=method, base=base, paths=paths) for table in (targets, texts)
    )
    earlier, left_out = _earlier(inputs, ratings, int(start["year"]), when, horizon, base) if history else (None, {})
    record = {
        "files": dict(inputs.files),
        "horizon": int(projection["year"].to_numpy()[-1]),
        "method": method,
        "base": base,
        "left_out": left_out,
    }
    found = Evaluation(
        inputs.city, when, targets, inputs.observed, start, inputs.scenarios, projection, values, ratings,
        outlook(ratings), text_ratings, earlier, record,
    )  # fmt: skip
    if draws:
        found = _with_forecast(found, inputs, texts, paths, draws=draws, seed=seed)
    return with_feasibility(found) if feasible else found


def _with_forecast(
    found: Evaluation, inputs: Inputs, texts: pd.DataFrame, paths: pd.DataFrame, *, draws: int, seed: int
) -> Evaluation:
    """Add a forecast: its draws are no scenario, and stand beside the ratings."""
    known = as_known(inputs.observed, year=found.year)
    census = read_census(inputs.city.folder, observed=known)
    peers = None if inputs.peers is None else as_known(inputs.peers, year=found.year)
    wanted = [table for table in (found.targets, texts) if len(table)]
    if not wanted:
        raise SchemaError(f"draws={draws}: the city names no targets to tell the probability of. Leave draws out.")
    forecast = forecast_plan(
        found.base, pd.concat(wanted, ignore_index=True), Sources(census, known, peers, census),
        draws=draws, seed=seed, horizon=int(found.record["horizon"]),
    )  # fmt: skip
    asked: dict[str, Any] = {"year": found.year, "base": str(found.record["base"]), "paths": paths}
    beside = beside_card(found.ratings, found.targets, forecast, found.observed, **asked)
    of_texts = beside_card(found.text_ratings, texts, forecast, found.observed, **asked)
    record = {**forecast.record, "joint": beside.joint}
    return replace(
        found, ratings=beside.card, outlook=outlook(beside.card),
        text_ratings=of_texts.card,
        record={**found.record, "forecast": record}, forecast=forecast.values, intervals=forecast.intervals,
        attainment=beside.attainment, variants=beside.variants, rating_risk=beside.risk,
    )  # fmt: skip


def with_feasibility(evaluation: Evaluation, *, main: str | None = None) -> Evaluation:
    """Return an evaluation with what its targets would take within the limits that its city declares.

    Parameters
    ----------
    evaluation : Evaluation
        From `evaluate`.
    main : str, optional
        The set of limits within which conflicts are sought; `peers`, or the first declared, if not given.

    Returns
    -------
    Evaluation
        The same where the city declares no limits, or migration moves none of its targets.

    Raises
    ------
    SchemaError
        If the limits are faulty, or no decision keeps them.
    """
    from popmodel.feasibility.answers import what_it_takes  # solvers are loaded when they are needed

    limits = {} if evaluation.feasible is not None or evaluation.targets.empty else read_limits(evaluation.city)
    return replace(evaluation, feasible=what_it_takes(evaluation, limits, main=main)) if limits else evaluation


class Run(NamedTuple):
    """A base, what scenarios make of it, and what that measures."""

    base: xr.Dataset
    projection: xr.Dataset
    values: xr.Dataset


def _cohorts_of(inputs: Inputs, run: Run) -> pd.DataFrame:
    return cohort_paths(run.base, inputs.scenarios[0], horizon=int(run.projection["year"].to_numpy()[-1]))


def rate(
    inputs: Inputs, run: Run, targets: pd.DataFrame, *, year: int, method: str, base: str, paths: pd.DataFrame
) -> pd.DataFrame:
    """Rate targets by what is published and by a run; what cohorts drive is paced by what those of the base imply."""
    return score(
        targets, observed=inputs.observed, projected=run.values, year=year, method=method, base=base, paths=paths,
        errors=inputs.errors, decided=solved_for(inputs.scenarios),
    )  # fmt: skip


COHORTS = ("share_0_14", "share_15_59", "share_60_plus", "share_65_plus", "dependency_ratio")
"""Indicators that cohorts drive, whatever a plan does."""


def cohort_paths(base: xr.Dataset, scenario: Scenario, *, horizon: int) -> pd.DataFrame:
    """Return the path of ages that the cohorts of a base imply: its projection without migration.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`.
    scenario : Scenario
        Whose fertility and mortality are taken.
    horizon : int
        Last year.

    Returns
    -------
    pandas.DataFrame
        Columns `indicator`, `year`, `value` and `unit`, for `score(…, paths=…)`.
    """
    closed = project_scenarios(base, [scenario], horizon=horizon, adjust=_without_migration)
    values = measure(closed)
    city = values.sel(area=values.attrs["city"]).isel(scenario=0)
    parts = [
        pd.DataFrame({"indicator": name, "year": city["year"], "value": city[name], "unit": city[name].attrs["unit"]})
        for name in COHORTS
    ]
    return pd.concat(parts, ignore_index=True)


def _without_migration(rates: xr.Dataset) -> xr.Dataset:
    kept = rates[["fertility_rate", "survival_ratio", "sex_ratio_at_birth"]]
    return kept.assign(net_migration=xr.zeros_like(rates["net_migration"]))


def project_city(inputs: Inputs, *, year: int | None = None, horizon: int | None = None) -> Run:
    """Project a city with what was known when `year` was evaluated (everything if not given); needs no targets.

    Raises
    ------
    SchemaError
        If the year is before the census, the horizon is not after it, or there is no scenario, or one that cannot be
        worked out.
    """
    if not inputs.scenarios:
        raise SchemaError(
            f'{inputs.city.folder}: city.toml names no scenarios. Write scenarios = "FILE.toml" below [city], or name '
            "a file (--scenarios)."
        )
    known = inputs.observed if year is None else as_known(inputs.observed, year=year)
    census = read_census(inputs.city.folder, observed=known)
    first = int(census["census_year"])
    last = _horizon(inputs, first) if horizon is None else horizon
    if year is not None and year < first:
        raise SchemaError(f"year {year} is before the census year {first}. Evaluate a later year (--year).")
    if last <= first:
        raise SchemaError(f"horizon {last} is not after the census year {first}. Give a later year (--horizon).")
    base = estimate_base(census, observed_until=year)
    try:
        projection = project_scenarios(base, inputs.scenarios, horizon=last)
    except SchemaError as error:
        where = inputs.files.get("scenarios")
        raise SchemaError(str(error) if where is None else f"{where}: {error}") from error
    return Run(base, projection, measure(projection))


def measure_scenarios(
    base: xr.Dataset, scenarios: Sequence[Scenario], *, horizon: int, worked_out: WorkedOut | None = None
) -> Run:
    """Project scenarios from a base and measure the indicators; parameters and errors as in `project_scenarios`."""
    projection = project_scenarios(base, scenarios, horizon=horizon, worked_out=worked_out)
    return Run(base, projection, measure(projection))


def project_scenarios(
    base: xr.Dataset,
    scenarios: Sequence[Scenario],
    *,
    horizon: int,
    worked_out: WorkedOut | None = None,
    adjust: Callable[[xr.Dataset], xr.Dataset] = lambda rates: rates,
) -> xr.Dataset:
    """Project scenarios from a base.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`.
    scenarios : sequence of Scenario
        With different names.
    horizon : int
        Last year projected.
    worked_out : WorkedOut, optional
        From `numbers_of`: parents that need not be worked out again.
    adjust : callable
        Given the rates of the scenarios, returns those to be used: for back-tests.

    Returns
    -------
    xarray.Dataset
        As `project` returns it.

    Raises
    ------
    SchemaError
        As `scenario_rates` and `project`.
    """
    rates = scenario_rates(base, scenarios, years=range(int(base["year"]), horizon + 1), worked_out=worked_out)
    return project(base["population"], adjust(rates))


def newest_year(inputs: Inputs) -> int | None:
    """Return the newest year for which the city's residents are published or derived, or None where there is none."""
    seen = inputs.observed
    own = seen[
        (seen["indicator"] == "resident_population")
        & (seen["area"].astype(str) == inputs.city.code)
        & seen["status"].isin(["source", "derived"])
    ]
    return None if own.empty else int(own["year"].max())


def _horizon(inputs: Inputs, first: int) -> int:
    years = [] if inputs.targets is None else [int(year) for year in inputs.targets["year"]]
    return max(years, default=first + SPAN)


KEY = ["scenario", "number", "indicator", "name_zh", "name_en", "target_year", "target_text", "version"]


def _earlier(
    inputs: Inputs, ratings: pd.DataFrame, first: int, year: int, horizon: int | None, base: str
) -> tuple[pd.DataFrame | None, dict[int, str]]:
    """Repeat the evaluations of the years before, each with what was known then; say which could not be, and why."""
    if inputs.targets is None:
        return None, {}
    cards = {year: ratings}
    left_out: dict[int, str] = {}
    for before in range(first + 1, year):
        try:
            run = project_city(inputs, year=before, horizon=horizon)
            paths = _cohorts_of(inputs, run)
            cards[before] = rate(inputs, run, inputs.targets, year=before, method="pace", base=base, paths=paths)
        except SchemaError as error:
            left_out[before] = str(error)
    return (ratings_by_year(cards) if len(cards) > 1 else None), left_out


def ratings_by_year(cards: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """Put the ratings of several evaluations side by side, aligned by scenario and target."""
    last = cards[max(cards)][KEY]
    by = ["scenario", "indicator", "target_year", "version"]
    out = last.copy()
    for year in sorted(cards):
        one = cards[year].set_index(by)[["rating", "pace"]]
        both = one.reindex(pd.MultiIndex.from_frame(last[by]))
        out[f"rating_{year}"] = both["rating"].to_numpy()
        out[f"pace_{year}"] = both["pace"].to_numpy()
    return out
