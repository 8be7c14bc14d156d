"""Two published methods that draw a straight line through base and value: ESCAP and SDSN."""

import math

from popmodel.scoring.rating import NOT_AVAILABLE, Progress, Rating, checked, classed, there, twelve


def escap(asked: Progress, *, cuts: tuple[float, float] = (10.0, 100.0)) -> Rating:
    r"""Rate by the gap that the straight line through base and value would leave at the target year.

    Parameters
    ----------
    asked : Progress
        Base, value and target with their years; this method needs a target.
    cuts : tuple of 2 floats
        Upper ends [percent] of `on_track` and `accelerate`.

    Returns
    -------
    Rating
        The anticipated gap [percent of the whole way; negative beyond the target] and `on_track`, `accelerate`,
        `reverse` or `not_available`.

    Raises
    ------
    SchemaError
        If the years are out of order, a number is missing or `better` is unknown.

    Notes
    -----
    :math:`P = 100\,(y^* - \hat y_{t^*})/(y^*-y_0)`, :math:`\hat y` on a line. ESCAP fits the line to all years with
    weights that favour the recent; through two points it is the same line. From a base that stands on the target there
    is no way to measure by: there, `on_track` while the value holds and `reverse` when it worsens, without a figure.

    References
    ----------
    UN ESCAP, *Asia and the Pacific SDG Progress Report 2023*, technical notes, anticipated progress index; A.
    Bidarbakht Nia, *Tracking progress towards the SDGs: measuring the otherwise ambiguous progress*, ESCAP Statistics
    Division Working Paper SD/WP/05, May 2017.

    Examples
    --------
    >>> escap(Progress(958.7, 976.1, 1000, base_year=2020, year=2023, target_year=2025)).label
    'accelerate'
    """
    sign, target = checked(asked, needed=True)
    part, reached = _line(asked, target, sign), there(asked, target, sign)
    if math.isnan(part):
        return Rating(part, "on_track" if reached else "reverse" if _left(asked, target) else NOT_AVAILABLE)
    # Measured from the base as it stands: a base already past the target has less than no way to go.
    gap = twelve(100 * (math.copysign(1, sign * (target - asked.base)) - part))
    if gap <= cuts[0] or reached:
        return Rating(gap, "on_track")
    return Rating(gap, "accelerate" if gap <= cuts[1] else "reverse")


def sdsn(asked: Progress, *, cuts: tuple[float, float, float] = (1.0, 0.5, 0.0)) -> Rating:
    r"""Rate by the actual over the required linear change a year (the four arrows).

    Parameters
    ----------
    asked : Progress
        Base, value and target with their years; this method needs a target.
    cuts : tuple of 3 floats
        Lower ends of the classes of the ratio.

    Returns
    -------
    Rating
        The ratio and `on_track` (also: achieved), `moderately_improving`, `stagnating`, `decreasing` or
        `not_available`.

    Raises
    ------
    SchemaError
        If the years are out of order, a number is missing or `better` is unknown.

    Notes
    -----
    :math:`\frac{(y_t-y_0)/(t-t_0)}{(y^*-y_0)/(t^*-t_0)}`; from a base that stands on the target, `decreasing` once the
    value is worse, without a figure.

    References
    ----------
    Sachs, Lafortune, Fuller and Drumm, *Sustainable Development Report 2023*, Annex A.1–A.2, SDG trends.

    Examples
    --------
    >>> sdsn(Progress(100, 99, 100, base_year=2019, year=2022, target_year=2030)).label
    'decreasing'
    """
    sign, target = checked(asked, needed=True)
    part = _line(asked, target, sign)
    labels = ("on_track", "moderately_improving", "stagnating", "decreasing")
    if there(asked, target, sign):
        return Rating(part, labels[0])
    return Rating(part, labels[-1] if _left(asked, target) else classed(part, cuts, labels))


def _line(asked: Progress, target: float, sign: int) -> float:
    """Return the part of the whole way that a straight line would have gone by the target's year, + for the better."""
    if asked.year == asked.base_year or target == asked.base or asked.target_year is None:
        return math.nan
    gone = sign * (asked.value - asked.base) / abs(target - asked.base)
    return twelve(gone * (asked.target_year - asked.base_year) / (asked.year - asked.base_year))


def _left(asked: Progress, target: float) -> bool:
    """Tell whether time has passed since a base that stood on the target (of a value that is not there)."""
    return asked.base == target and asked.year > asked.base_year
