"""The public names of popmodel and where each lives: read at run time and by type checkers alike."""

from .backtesting import backtest as backtest, indicator_errors as indicator_errors
from .base import (
    base_of_units as base_of_units,
    calibrate_mortality as calibrate_mortality,
    census_quality as census_quality,
    census_survival as census_survival,
    correct_undercount as correct_undercount,
    estimate_base as estimate_base,
    estimate_migration_schedules as estimate_migration_schedules,
    fixed_stock_of as fixed_stock_of,
    life_expectancy_path as life_expectancy_path,
    migration_schedule_of as migration_schedule_of,
    settlement_check as settlement_check,
)
from .cockpit import explore as explore
from .evaluation import Evaluation as Evaluation, evaluate as evaluate
from .feasibility.checking import check_solution as check_solution
from .feasibility.conflicts import find_conflicts as find_conflicts
from .feasibility.effort import effort as effort
from .feasibility.frontier import migration_frontier as migration_frontier
from .feasibility.isoquants import fertility_migration as fertility_migration
from .feasibility.problem import plan_problem as plan_problem
from .feasibility.ranges import attainable_range as attainable_range
from .feasibility.relaxing import relax_targets as relax_targets
from .feasibility.required import required_migration as required_migration, required_path as required_path
from .feasibility.saving import path_scenario as path_scenario
from .feasibility.values import migrant_value as migrant_value
from .files.census import read_census as read_census
from .files.checking import check_city as check_city
from .files.counties import read_counties as read_counties
from .files.departments import by_department as by_department, read_departments as read_departments
from .files.limits import read_limits as read_limits
from .files.many import project_many as project_many
from .files.observed import observation_faults as observation_faults, read_observed as read_observed
from .files.paths import data_path as data_path
from .files.reference import read_reference as read_reference
from .files.scenario_writing import write_scenarios as write_scenarios
from .files.scenarios import read_scenarios as read_scenarios
from .files.schedules import read_schedules as read_schedules, write_schedules as write_schedules
from .files.services import read_services as read_services
from .files.targets import read_targets as read_targets
from .files.template import observation_template as observation_template
from .indicators.catalogue import CATALOGUE as CATALOGUE, Indicator as Indicator, measure as measure
from .indicators.crossing import when as when
from .indicators.services import Services as Services, demand as demand, users_compared as users_compared
from .indicators.talent import derive_observed as derive_observed
from .plots import (
    plot_attainable as plot_attainable,
    plot_attainment as plot_attainment,
    plot_backtest as plot_backtest,
    plot_backtest_ages as plot_backtest_ages,
    plot_calibration as plot_calibration,
    plot_centres as plot_centres,
    plot_components as plot_components,
    plot_conflicts as plot_conflicts,
    plot_districts as plot_districts,
    plot_effort as plot_effort,
    plot_fan as plot_fan,
    plot_fertility_migration as plot_fertility_migration,
    plot_frontier as plot_frontier,
    plot_heatmap as plot_heatmap,
    plot_lexis as plot_lexis,
    plot_migration_schedules as plot_migration_schedules,
    plot_multiples as plot_multiples,
    plot_pyramid as plot_pyramid,
    plot_required as plot_required,
    plot_scorecard as plot_scorecard,
    plot_slope as plot_slope,
    plot_structure as plot_structure,
    plot_tiles as plot_tiles,
    plot_tracking as plot_tracking,
    plot_variance_shares as plot_variance_shares,
)
from .probability.attainment import attainment as attainment, joint_attainment as joint_attainment
from .probability.compact import drivers_of_draws as drivers_of_draws
from .probability.drawing import draw as draw
from .probability.errors import coverage as coverage, empirical_errors as empirical_errors
from .probability.intervals import prediction_interval as prediction_interval
from .probability.observation import Observation as Observation, observation_value as observation_value
from .probability.rates import rates_of_draws as rates_of_draws
from .probability.risk import rating_risk as rating_risk
from .probability.shares import variance_shares as variance_shares
from .probability.uncertainty import estimate_uncertainty as estimate_uncertainty
from .probability.units import draw_units as draw_units
from .projection.decomposition import compare as compare
from .projection.ensemble import project_indicators as project_indicators
from .projection.project import project as project
from .projection.raking import rake as rake
from .report import write_report as write_report
from .scenario import (
    Change as Change,
    Dated as Dated,
    Observed as Observed,
    Pool as Pool,
    Scenario as Scenario,
    Solve as Solve,
    Toward as Toward,
)
from .scenario.rates import scenario_rates as scenario_rates
from .schema import Fault as Fault, PopmodelError as PopmodelError, SchemaError as SchemaError
from .scoring import as_known as as_known, outlook as outlook, rating_history as rating_history, score as score
from .wording.card import worded as worded, worded_history as worded_history
from .wording.derivation import explain as explain

__version__: str
