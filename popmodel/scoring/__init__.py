"""Scoring: targets against what is observed and projected, by the default method and six published ones."""

from popmodel.scoring.compound import eurostat, statcan, unsd
from popmodel.scoring.destatis import destatis
from popmodel.scoring.history import rating_history
from popmodel.scoring.known import as_known
from popmodel.scoring.linear import CUTS, Cuts, pace
from popmodel.scoring.outlook import outlook
from popmodel.scoring.rating import Progress, Rating
from popmodel.scoring.scorecard import score
from popmodel.scoring.straight import escap, sdsn

__all__ = [
    "CUTS",
    "Cuts",
    "Progress",
    "Rating",
    "as_known",
    "destatis",
    "escap",
    "eurostat",
    "outlook",
    "pace",
    "rating_history",
    "score",
    "sdsn",
    "statcan",
    "unsd",
]
