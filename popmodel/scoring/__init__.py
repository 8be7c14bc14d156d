"""Scoring: targets against what is observed and projected, by the default method and six published ones."""

from popmodel.scoring.destatis import destatis
from popmodel.scoring.linear import CUTS, Cuts, pace
from popmodel.scoring.published import escap, eurostat, sdsn, statcan, unsd
from popmodel.scoring.rating import Rating
from popmodel.scoring.records import as_known
from popmodel.scoring.scorecard import rating_history, score

__all__ = [
    "CUTS",
    "Cuts",
    "Rating",
    "as_known",
    "destatis",
    "escap",
    "eurostat",
    "pace",
    "rating_history",
    "score",
    "sdsn",
    "statcan",
    "unsd",
]
