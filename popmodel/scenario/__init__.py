"""Scenarios: what a planner writes (`drivers`), and the rates that it comes to."""

from popmodel.scenario.drivers import (
    ALL,
    OBSERVED,
    OWN_BASIS,
    PLAN_BASIS,
    SOLVED,
    Change,
    Dated,
    Driver,
    Observed,
    Pool,
    Scenario,
    Solve,
    Toward,
)

__all__ = [
    "ALL",
    "OBSERVED",
    "OWN_BASIS",
    "PLAN_BASIS",
    "SOLVED",
    "Change",
    "Dated",
    "Driver",
    "Observed",
    "Pool",
    "Scenario",
    "Solve",
    "Toward",
]
