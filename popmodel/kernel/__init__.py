"""The cohort-component projection on plain arrays, compiled.

Axes, in this order: leading axes of any number (scenario, draw), time T, district D, sex (female, male), age A with the
last age open. The kernel knows no labels; `popmodel.projection` adds them.
"""

from .inputs import KernelError, NegativeStockError, Projected
from .path import Timing, project_path, project_step
from .steps import LARGEST

__all__ = ["LARGEST", "KernelError", "NegativeStockError", "Projected", "Timing", "project_path", "project_step"]
