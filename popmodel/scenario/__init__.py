"""Scenarios: what they hold (`drivers`), and how they are read from and written to a file."""

from popmodel.scenario.drivers import (
    ALL,
    OBSERVED,
    OWN_BASIS,
    PLAN_BASIS,
    Change,
    Dated,
    Driver,
    Observed,
    Pool,
    Scenario,
    Solve,
)
from popmodel.scenario.reading import read_scenarios
from popmodel.scenario.writing import write_scenarios

__all__ = [
    "ALL",
    "OBSERVED",
    "OWN_BASIS",
    "PLAN_BASIS",
    "Change",
    "Dated",
    "Driver",
    "Observed",
    "Pool",
    "Scenario",
    "Solve",
    "read_scenarios",
    "write_scenarios",
]
