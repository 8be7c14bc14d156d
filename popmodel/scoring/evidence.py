"""What a figure rests on: only what is published, or worked out from published figures, is rated."""

from popmodel.scoring.records import Line, Point

RATED = ("observed", "derived")
"""Kinds of evidence on which a rating may rest."""
EVIDENCE = (*RATED, "estimated", "assumed", "none")


def evidence_of(point: Point | None, line: Line) -> str:
    """Return what a value rests on.

    `observed` (published, on its own basis), `derived` (arithmetic on published figures), `estimated` (the model's
    value for a past or present year), `assumed` (a scenario's input, or a figure marked as assumed), `none`.
    """
    if point is None:
        return "none"
    if point.status == "projected":
        return "assumed" if line.assumed else "estimated"
    return point.status if point.status in RATED else "assumed"


def published(line: Line) -> Line:
    """Return the line without what may not be rated: what is assumed, and what is projected."""
    return Line({year: point for year, point in line.observed.items() if point.status in RATED}, {}, line.assumed)
