"""Charts, one a file: data in, matplotlib Axes out."""

from popmodel.plots.components import plot_components
from popmodel.plots.districts import plot_districts
from popmodel.plots.pyramid import plot_pyramid
from popmodel.plots.scorecard import plot_scorecard
from popmodel.plots.structure import plot_structure
from popmodel.plots.style import blank_axes, figure_bytes
from popmodel.plots.tracking import plot_tracking

__all__ = [
    "blank_axes",
    "figure_bytes",
    "plot_components",
    "plot_districts",
    "plot_pyramid",
    "plot_scorecard",
    "plot_structure",
    "plot_tracking",
]
