"""A path of migrants as a scenario that the evaluation can run."""

import xarray as xr

from popmodel.feasibility.problem import Problem
from popmodel.scenario.drivers import Scenario
from popmodel.schema import SchemaError


def path_scenario(
    problem: Problem, path: xr.Dataset, *, based_on: Scenario, name: str, zh: str = "", en: str = ""
) -> Scenario:
    """Return a path of migrants as a scenario: the same numbers by district and year from the first open year on.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`.
    path : xarray.Dataset
        From `relax_targets` or `required_path`.
    based_on : Scenario
        The reference, whose fertility and life expectancy go on.
    name, zh, en : str
        Names.

    Returns
    -------
    Scenario
        For `write_scenarios`. Migrants are given by district and year: their ages are those that the city's model
        gives so many, not those of the path, where these differ.

    Raises
    ------
    SchemaError
        If `based_on` is not the problem's reference.

    Examples
    --------
    >>> table, path = pm.relax_targets(problem)
    >>> one = pm.path_scenario(problem, path, based_on=ev.scenarios[0], name="relaxed")
    >>> one.based_on.name
    'trend'
    """
    if based_on.name != problem.scenario:
        raise SchemaError(
            f"path_scenario: the problem's reference is {problem.scenario}, not {based_on.name}. Pass that scenario."
        )
    totals = path["net_migration"].sum(("sex", "age")).sel(period=problem.years)
    districts = [str(label) for label in totals["district"].to_numpy()]
    counts = totals.transpose("period", "district").to_numpy()
    migrants = {
        year: dict(zip(districts, row.tolist(), strict=True)) for year, row in zip(problem.years, counts, strict=True)
    }
    entries = None
    if "registered_net_entries" in path:
        decided = path["registered_net_entries"].sel(period=problem.years).to_numpy()
        entries = _given(problem) | dict(zip(problem.years, decided.tolist(), strict=True))
    return Scenario(
        name=name, based_on=based_on, zh=zh, en=en, losses="count", net_migration=migrants,
        registered_net_entries=entries,
    )  # fmt: skip


def _given(problem: Problem) -> dict[int, float]:
    """Return the reference's net entries into the register up to the start: a driver has a value for every year."""
    if "registered_net_entries" not in problem.reference:
        return {}
    given = problem.reference["registered_net_entries"].sel(period=slice(None, problem.start))
    return {int(year): float(value) for year, value in zip(given["period"].to_numpy(), given.to_numpy(), strict=True)}
