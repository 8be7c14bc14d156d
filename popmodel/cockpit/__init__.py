"""The explorer: sliders for what drives a scenario; charts and scorecard follow."""

from popmodel.cockpit.panel import explore

__all__ = ["explore"]
