"""What a scenario was solved for: a value that it reaches because it was made to."""

from collections.abc import Iterable

import pandas as pd

from popmodel.scenario.drivers import Scenario, Solve

STOCKS = {
    "net_migration": "resident_population",
    "arrivals": "resident_population",
    "registered_net_entries": "registered_population",
}
"""Driver that can be solved for → the stock that it then hits."""


def solved_for(scenarios: Iterable[Scenario]) -> pd.DataFrame:
    """Return what scenarios were solved for.

    Parameters
    ----------
    scenarios : iterable of Scenario
        As written down.

    Returns
    -------
    pandas.DataFrame
        Columns `scenario`, `indicator` and `year`: no result of the projection, but its input.
    """
    found = [
        (scenario.name, indicator, value.year)
        for scenario in scenarios
        for driver, indicator in STOCKS.items()
        if isinstance(value := _own(scenario, driver), Solve)
    ]
    return pd.DataFrame(found, columns=["scenario", "indicator", "year"])


def _own(scenario: Scenario, driver: str) -> object:
    """Return how a driver is written down, by the scenario or by the nearest parent that gives it."""
    line: Scenario | None = scenario
    while line is not None and getattr(line, driver) is None:
        line = line.based_on
    return None if line is None else getattr(line, driver)
