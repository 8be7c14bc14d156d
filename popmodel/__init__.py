"""Cohort-component projection by age, sex and district, and scoring of a population plan's targets."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from popmodel.backtesting import backtest as backtest
    from popmodel.base import (
        calibrate_mortality as calibrate_mortality,
        census_quality as census_quality,
        census_survival as census_survival,
        correct_undercount as correct_undercount,
        estimate_base as estimate_base,
        settlement_check as settlement_check,
    )
    from popmodel.census import read_census as read_census
    from popmodel.checking import check_city as check_city
    from popmodel.comparison import compare as compare
    from popmodel.ensemble import project_indicators as project_indicators
    from popmodel.explorer import explore as explore
    from popmodel.indicators.catalogue import CATALOGUE as CATALOGUE, Indicator as Indicator, measure as measure
    from popmodel.paths import data_path as data_path
    from popmodel.plan import (
        observation_faults as observation_faults,
        observation_template as observation_template,
        read_observed as read_observed,
        read_targets as read_targets,
    )
    from popmodel.plots import (
        plot_backtest as plot_backtest,
        plot_backtest_ages as plot_backtest_ages,
        plot_centres as plot_centres,
        plot_components as plot_components,
        plot_districts as plot_districts,
        plot_heatmap as plot_heatmap,
        plot_lexis as plot_lexis,
        plot_multiples as plot_multiples,
        plot_pyramid as plot_pyramid,
        plot_scorecard as plot_scorecard,
        plot_slope as plot_slope,
        plot_structure as plot_structure,
        plot_tiles as plot_tiles,
        plot_tracking as plot_tracking,
    )
    from popmodel.projection import project as project
    from popmodel.raking import rake as rake
    from popmodel.rates import scenario_rates as scenario_rates
    from popmodel.reference import read_reference as read_reference
    from popmodel.report import write_report as write_report
    from popmodel.scenario import (
        Change as Change,
        Dated as Dated,
        Observed as Observed,
        Pool as Pool,
        Scenario as Scenario,
        Solve as Solve,
        read_scenarios as read_scenarios,
        write_scenarios as write_scenarios,
    )
    from popmodel.schema import SchemaError as SchemaError
    from popmodel.scoring import (
        as_known as as_known,
        explain as explain,
        rating_history as rating_history,
        score as score,
    )

__version__ = "0.1.0"

_PUBLIC = {
    "CATALOGUE": "indicators.catalogue",
    "Change": "scenario",
    "Dated": "scenario",
    "Indicator": "indicators.catalogue",
    "Observed": "scenario",
    "Pool": "scenario",
    "Scenario": "scenario",
    "SchemaError": "schema",
    "Solve": "scenario",
    "as_known": "scoring",
    "backtest": "backtesting",
    "calibrate_mortality": "base",
    "census_quality": "base",
    "census_survival": "base",
    "check_city": "checking",
    "compare": "comparison",
    "correct_undercount": "base",
    "data_path": "paths",
    "estimate_base": "base",
    "explain": "scoring",
    "explore": "explorer",
    "measure": "indicators.catalogue",
    "observation_faults": "plan",
    "observation_template": "plan",
    "plot_backtest": "plots",
    "plot_backtest_ages": "plots",
    "plot_centres": "plots",
    "plot_components": "plots",
    "plot_districts": "plots",
    "plot_heatmap": "plots",
    "plot_lexis": "plots",
    "plot_multiples": "plots",
    "plot_pyramid": "plots",
    "plot_scorecard": "plots",
    "plot_slope": "plots",
    "plot_structure": "plots",
    "plot_tiles": "plots",
    "plot_tracking": "plots",
    "project": "projection",
    "project_indicators": "ensemble",
    "rake": "raking",
    "rating_history": "scoring",
    "read_census": "census",
    "read_observed": "plan",
    "read_reference": "reference",
    "read_scenarios": "scenario",
    "read_targets": "plan",
    "scenario_rates": "rates",
    "score": "scoring",
    "settlement_check": "base",
    "write_report": "report",
    "write_scenarios": "scenario",
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
