"""Scenarios: what a planner writes (`drivers`), and the rates that it comes to."""

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
]
