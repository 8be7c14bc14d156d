"""Charts, one a file: data in, matplotlib Axes out."""

from popmodel.plots.attainable import plot_attainable
from popmodel.plots.attainment import plot_attainment
from popmodel.plots.backtest import plot_backtest, plot_backtest_ages
from popmodel.plots.calibration import plot_calibration, plot_migration_schedules
from popmodel.plots.centres import plot_centres
from popmodel.plots.components import plot_components
from popmodel.plots.conflicts import plot_conflicts
from popmodel.plots.districts import plot_districts
from popmodel.plots.effort import plot_effort
from popmodel.plots.forecast import plot_fan
from popmodel.plots.frontier import plot_frontier
from popmodel.plots.heatmap import plot_heatmap
from popmodel.plots.isoquants import plot_fertility_migration
from popmodel.plots.lexis import plot_lexis
from popmodel.plots.multiples import plot_multiples
from popmodel.plots.pyramid import plot_pyramid
from popmodel.plots.required import plot_required
from popmodel.plots.scorecard import plot_scorecard
from popmodel.plots.shares import plot_variance_shares
from popmodel.plots.slope import plot_slope
from popmodel.plots.structure import plot_structure
from popmodel.plots.style import blank_axes, figure_bytes
from popmodel.plots.tiles import plot_tiles
from popmodel.plots.tracking import plot_tracking

__all__ = [
    "blank_axes",
    "figure_bytes",
    "plot_attainable",
    "plot_attainment",
    "plot_backtest",
    "plot_backtest_ages",
    "plot_calibration",
    "plot_centres",
    "plot_components",
    "plot_conflicts",
    "plot_districts",
    "plot_effort",
    "plot_fan",
    "plot_fertility_migration",
    "plot_frontier",
    "plot_heatmap",
    "plot_lexis",
    "plot_migration_schedules",
    "plot_multiples",
    "plot_pyramid",
    "plot_required",
    "plot_scorecard",
    "plot_slope",
    "plot_structure",
    "plot_tiles",
    "plot_tracking",
    "plot_variance_shares",
]
