"""Cohort-component projection by age, sex and district, and scoring of a population plan's targets."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "CATALOGUE": "indicators.catalogue",
    "Dated": "scenario",
    "Indicator": "indicators.catalogue",
    "Observed": "scenario",
    "Scenario": "scenario",
    "SchemaError": "schema",
    "Solve": "scenario",
    "calibrate_mortality": "base",
    "census_quality": "base",
    "census_survival": "base",
    "correct_undercount": "base",
    "data_path": "paths",
    "estimate_base": "base",
    "measure": "indicators.catalogue",
    "plot_components": "plots",
    "plot_districts": "plots",
    "plot_pyramid": "plots",
    "plot_scorecard": "plots",
    "plot_structure": "plots",
    "plot_tracking": "plots",
    "project": "projection",
    "project_indicators": "ensemble",
    "rake": "raking",
    "read_census": "census",
    "read_observed": "plan",
    "read_reference": "reference",
    "read_scenarios": "scenario",
    "read_targets": "plan",
    "scenario_rates": "rates",
    "score": "scoring",
    "settlement_check": "base",
    "write_report": "report",
}
"""Public name → module that holds it; imported when first used, so that `import popmodel` stays quick."""

__all__ = ["__version__", *sorted(_PUBLIC)]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'popmodel' has no attribute {name!r}; public names: {', '.join(sorted(_PUBLIC))}")
    value = getattr(import_module(f"popmodel.{_PUBLIC[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
