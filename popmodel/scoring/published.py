"""Five published methods beside the default, each with the labels of its institute."""

import math

from popmodel.scoring.rating import HIGHER, Rating, check_finite, check_years, direction, reached

Three = tuple[float, float, float]
NOT_AVAILABLE = "not_available"
_LITTLE = 0.001
"""What Open SDG puts in place of a base or a target of zero."""


def growth(start: float, end: float, years: int) -> float:
    r"""Return the compound annual rate :math:`(y_t/y_0)^{1/(t-t_0)} - 1`, positive away from zero.

    NaN where there is none: a zero start, a change of sign, no time.
    """
    if start == 0 or years == 0 or end / start < 0:
        return math.nan
    return float((end / start) ** (1 / years) - 1)


def eurostat(
    base: float,
    value: float,
    target: float | None,
    *,
    base_year: int,
    year: int,
    target_year: int | None,
    better: str = HIGHER,
    cuts: Three = (0.95, 0.60, 0.0),
    rates: Three = (0.01, 0.0, -0.01),
) -> Rating:
    r"""Rate by the actual over the required compound annual growth rate.

    Parameters
    ----------
    base, value : float
        At `base_year` and `year`, in one unit.
    target : float or None
        At `target_year`; `None` where only a direction is wanted.
    base_year, year : int
        Years of the two values.
    target_year : int or None
        Year of the target.
    better : {"higher", "lower"}
        Direction of improvement.
    cuts : tuple of 3 floats
        Lower ends of the classes of the ratio.
    rates : tuple of 3 floats
        Lower ends of the classes of the rate [per year], without a target.

    Returns
    -------
    Rating
        With a target, the ratio and `significant_progress`, `moderate_progress`, `insufficient_progress` or
        `movement_away`; without, the rate and `significant_progress`, `moderate_progress`,
        `moderate_movement_away` or `significant_movement_away`; `not_available` where there is no rate.

    Raises
    ------
    SchemaError
        If the years are out of order, a number is missing or `better` is unknown.

    Notes
    -----
    :math:`R = CAGR_a / CAGR_r`, with :math:`CAGR_a = (y_t/y_0)^{1/(t-t_0)}-1` and
    :math:`CAGR_r = (y^*/y_0)^{1/(t^*-t_0)}-1`. A target reached is significant progress.

    References
    ----------
    Eurostat, *Sustainable development in the European Union: monitoring report on progress towards the SDGs in an
    EU context* (2023 edition), Annex II, method of assessing indicator trends.
    """
    sign = direction(better)
    check_years(base_year, year, target_year)
    check_finite(base=base, value=value)
    if target is None or target_year is None:
        rate = sign * math.copysign(1, base) * growth(base, value, year - base_year)
        labels = ("significant_progress", "moderate_progress", "moderate_movement_away", "significant_movement_away")
        return Rating(rate, _class(rate, rates, labels))
    check_finite(target=target)
    ratio = _ratio(base, value, target, base_year, year, target_year, sign)
    labels = ("significant_progress", "moderate_progress", "insufficient_progress", "movement_away")
    return Rating(ratio, labels[0] if _there(value, target, sign, base_year, year) else _class(ratio, cuts, labels))


def statcan(
    base: float,
    value: float,
    target: float | None,
    *,
    base_year: int,
    year: int,
    target_year: int | None,
    better: str = HIGHER,
    limit: float | None = None,
    cuts: Three = (0.95, 0.60, 0.0),
    rates: Three = (0.015, 0.005, 0.0),
) -> Rating:
    r"""Rate as Statistics Canada's SDG sites do (Open SDG's progress calculation).

    Parameters
    ----------
    base, value, target, base_year, year, target_year, better
        As in `eurostat`.
    limit : float, optional
        The value that the indicator cannot pass, such as 100 %; without a target, the cuts shrink near it.
    cuts : tuple of 3 floats
        Lower ends of the classes of the ratio.
    rates : tuple of 3 floats
        Lower ends of the classes of the rate [per year], without a target.

    Returns
    -------
    Rating
        The ratio (or rate) and `target_achieved`, `substantial_progress`, `moderate_progress`,
        `limited_progress`, `deterioration` or `not_available`.

    Raises
    ------
    SchemaError
        If the years are out of order, a number is missing or `better` is unknown.

    Notes
    -----
    With a target, :math:`R = s\,d\,CAGR_a / |CAGR_r|`; without, :math:`s\,d\,CAGR_a`, where `s` is the sign of the
    base and `d` that of improvement. A base or a target of zero counts as 0.001; if the value or the target has the
    other sign than the base, there is no rate. Without a target and with a limit :math:`l`, the cuts are multiplied by

    * 1 if :math:`|y_0| \ge 2|l|`,
    * :math:`1-(|y_0|/|l|)^{4.44}` if :math:`|y_0| \le |l|`,
    * :math:`1-((2|l|-|y_0|)/|l|)^{4.44}` between.

    A limit given beside a target is not used. A target once reached is `target_achieved`, whatever the rate.

    References
    ----------
    Statistics Canada, *Progress Measurement for Canada's Sustainable Development Goals* (methodology of the Canadian
    Indicator Framework data hub); Open SDG documentation, *Progress measurement methodology*.
    """
    sign = direction(better)
    check_years(base_year, year, target_year)
    check_finite(base=base, value=value)
    start = base or _LITTLE
    if target is None or target_year is None:
        rate = sign * math.copysign(1, start) * growth(start, value, year - base_year)
        near = 1.0 if limit is None else limit_coefficient(base, limit)
        scaled = tuple(cut * near for cut in rates)
        return Rating(rate, _class(rate, scaled, _STATCAN))
    check_finite(target=target)
    goal = target or _LITTLE
    ratio = _ratio(start, value, goal, base_year, year, target_year, sign)
    achieved = sign * (value - goal) >= 0
    return Rating(ratio, "target_achieved" if achieved else _class(ratio, cuts, _STATCAN))


_STATCAN = ("substantial_progress", "moderate_progress", "limited_progress", "deterioration")


def limit_coefficient(base: float, limit: float) -> float:
    """Return the factor by which Open SDG shrinks its cuts near a natural limit (see `statcan`)."""
    start, end = abs(base), abs(limit)
    if start >= 2 * end:
        return 1.0
    return float(1 - ((start if start <= end else 2 * end - start) / end) ** 4.44)


def unsd(
    base: float,
    value: float,
    target: float,
    *,
    base_year: int,
    year: int,
    target_year: int,
    better: str = HIGHER,
    cuts: Three = (0.95, 0.10, -0.10),
) -> Rating:
    r"""Rate by the part of the way that the value, going on at its compound rate, would have made by the target year.

    Parameters
    ----------
    base, value, target, base_year, year, target_year, better
        As in `eurostat`.
    cuts : tuple of 3 floats
        Lower ends of the classes of S.

    Returns
    -------
    Rating
        S and `on_track`, `fair_progress`, `stagnation`, `regression` or `not_available`.

    Raises
    ------
    SchemaError
        If the years are out of order, a number is missing or `better` is unknown.

    Notes
    -----
    :math:`S = (\hat y_{t^*} - y_0)/(y^*-y_0)` with :math:`\hat y_{t^*} = y_0 (y_t/y_0)^{(t^*-t_0)/(t-t_0)}`. Below fair
    progress, stagnation and regression are told apart at minus the cut between fair progress and stagnation.

    References
    ----------
    United Nations Statistics Division, *The Sustainable Development Goals Report 2023: Special Edition*, technical
    note on the progress assessment.
    """
    sign = direction(better)
    check_years(base_year, year, target_year)
    check_finite(base=base, value=value, target=target)
    rate = growth(base, value, year - base_year)
    part = math.nan
    if not math.isnan(rate) and target != base:
        part = sign * base * ((1 + rate) ** (target_year - base_year) - 1) / abs(target - base)
    labels = ("on_track", "fair_progress", "stagnation", "regression")
    return Rating(part, labels[0] if _there(value, target, sign, base_year, year) else _class(part, cuts, labels))


def escap(
    base: float,
    value: float,
    target: float,
    *,
    base_year: int,
    year: int,
    target_year: int,
    better: str = HIGHER,
    cuts: tuple[float, float] = (10.0, 100.0),
) -> Rating:
    r"""Rate by the gap that the straight line through base and value would leave at the target year.

    Parameters
    ----------
    base, value, target, base_year, year, target_year, better
        As in `eurostat`.
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
    weights that favour the recent; through two points it is the same line.

    References
    ----------
    UN ESCAP, *Asia and the Pacific SDG Progress Report 2023*, technical notes, anticipated progress index; A.
    Bidarbakht Nia, *Tracking progress towards the SDGs: measuring the otherwise ambiguous progress*, ESCAP Statistics
    Division Working Paper SD/WP/05, May 2017.
    """
    sign = direction(better)
    check_years(base_year, year, target_year)
    check_finite(base=base, value=value, target=target)
    part = _line(base, value, target, base_year, year, target_year, sign)
    if math.isnan(part):
        return Rating(part, "on_track" if _there(value, target, sign, base_year, year) else NOT_AVAILABLE)
    # Measured from the base as it stands: a base already past the target has less than no way to go.
    gap = _twelve(100 * (math.copysign(1, sign * (target - base)) - part))
    if gap <= cuts[0] or _there(value, target, sign, base_year, year):
        return Rating(gap, "on_track")
    return Rating(gap, "accelerate" if gap <= cuts[1] else "reverse")


def sdsn(
    base: float,
    value: float,
    target: float,
    *,
    base_year: int,
    year: int,
    target_year: int,
    better: str = HIGHER,
    cuts: Three = (1.0, 0.5, 0.0),
) -> Rating:
    r"""Rate by the actual over the required linear change a year (the four arrows).

    Parameters
    ----------
    base, value, target, base_year, year, target_year, better
        As in `eurostat`.
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
    :math:`\frac{(y_t-y_0)/(t-t_0)}{(y^*-y_0)/(t^*-t_0)}`

    References
    ----------
    Sachs, Lafortune, Fuller and Drumm, *Sustainable Development Report 2023*, Annex A.1–A.2, SDG trends.
    """
    sign = direction(better)
    check_years(base_year, year, target_year)
    check_finite(base=base, value=value, target=target)
    part = _line(base, value, target, base_year, year, target_year, sign)
    labels = ("on_track", "moderately_improving", "stagnating", "decreasing")
    return Rating(part, labels[0] if _there(value, target, sign, base_year, year) else _class(part, cuts, labels))


def _there(value: float, target: float, sign: int, base_year: int, year: int) -> bool:
    return year > base_year and reached(value, target, sign)


def _twelve(figure: float) -> float:
    """Drop the last bits, so that a figure of exactly a cut is not sent below it by arithmetic."""
    return float(f"{figure:.12g}")


def _line(base: float, value: float, target: float, t0: int, t: int, t1: int, sign: int) -> float:
    """Return the part of the whole way that a straight line would have gone by t1, positive for the better."""
    if t == t0 or target == base:
        return math.nan
    return _twelve(sign * (value - base) / abs(target - base) * (t1 - t0) / (t - t0))


def _ratio(base: float, value: float, target: float, t0: int, t: int, t1: int, sign: int) -> float:
    """Return the actual over the required compound rate, positive for the better."""
    actual, required = growth(base, value, t - t0), growth(base, target, t1 - t0)
    if math.isnan(actual) or math.isnan(required) or required == 0:
        return math.nan
    return sign * math.copysign(1, base) * actual / abs(required)


def _class(figure: float, cuts: tuple[float, ...], labels: tuple[str, ...]) -> str:
    """Return the label of the first cut that the figure reaches, the last label below all; NaN is not available."""
    if math.isnan(figure):
        return NOT_AVAILABLE
    for cut, label in zip(cuts, labels, strict=False):
        if _twelve(figure) >= cut:
            return label
    return labels[-1]
