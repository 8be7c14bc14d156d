"""Three published methods that compare compound annual rates: Eurostat, Statistics Canada, UN Statistics Division."""

import math

from popmodel.scoring.rating import Progress, Rating, checked, classed, there

Three = tuple[float, float, float]
_LITTLE = 0.001
"""What Open SDG puts in place of a base or a target of zero."""


def growth(start: float, end: float, years: int) -> float:
    r"""Return the compound annual rate :math:`(y_t/y_0)^{1/(t-t_0)} - 1`, positive away from zero.

    NaN where there is none: a zero start, a change of sign, no time.
    """
    if start == 0 or years == 0 or end / start < 0:
        return math.nan
    return float((end / start) ** (1 / years) - 1)


def eurostat(asked: Progress, *, cuts: Three = (0.95, 0.60, 0.0), rates: Three = (0.01, 0.0, -0.01)) -> Rating:
    r"""Rate by the actual over the required compound annual growth rate.

    Parameters
    ----------
    asked : Progress
        Base, value and target with their years.
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

    Examples
    --------
    >>> eurostat(Progress(100, 121, 146.41, base_year=2020, year=2022, target_year=2024)).label
    'significant_progress'
    """
    sign, target = checked(asked)
    if math.isnan(target):
        labels = ("significant_progress", "moderate_progress", "moderate_movement_away", "significant_movement_away")
        rate = _rate(asked, asked.base, sign)
        return Rating(rate, classed(rate, rates, labels))
    ratio = _ratio(asked, asked.base, target, sign)
    labels = ("significant_progress", "moderate_progress", "insufficient_progress", "movement_away")
    return Rating(ratio, labels[0] if there(asked, target, sign) else classed(ratio, cuts, labels))


def statcan(
    asked: Progress,
    *,
    limit: float | None = None,
    cuts: Three = (0.95, 0.60, 0.0),
    rates: Three = (0.015, 0.005, 0.0),
) -> Rating:
    r"""Rate as Statistics Canada's SDG sites do (Open SDG's progress calculation).

    Parameters
    ----------
    asked : Progress
        Base, value and target with their years.
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

    Examples
    --------
    >>> statcan(Progress(14.5, 10.4, 7.25, base_year=2015, year=2023, target_year=2030, better="lower")).label
    'moderate_progress'
    """
    sign, target = checked(asked)
    start = asked.base or _LITTLE
    labels = ("substantial_progress", "moderate_progress", "limited_progress", "deterioration")
    if math.isnan(target):
        near = 1.0 if limit is None else limit_coefficient(asked.base, limit)
        rate = _rate(asked, start, sign)
        return Rating(rate, classed(rate, tuple(cut * near for cut in rates), labels))
    end = target or _LITTLE
    ratio = _ratio(asked, start, end, sign)
    achieved = sign * (asked.value - end) >= 0
    return Rating(ratio, "target_achieved" if achieved else classed(ratio, cuts, labels))


def limit_coefficient(base: float, limit: float) -> float:
    """Return the factor by which Open SDG shrinks its cuts near a natural limit (see `statcan`)."""
    start, end = abs(base), abs(limit)
    if start >= 2 * end:
        return 1.0
    return float(1 - ((start if start <= end else 2 * end - start) / end) ** 4.44)


def unsd(asked: Progress, *, cuts: Three = (0.95, 0.10, -0.10)) -> Rating:
    r"""Rate by the part of the way that the value, going on at its compound rate, would have made by the target year.

    Parameters
    ----------
    asked : Progress
        Base, value and target with their years; this method needs a target.
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
    sign, target = checked(asked, needed=True)
    base, rate, part = asked.base, growth(asked.base, asked.value, asked.year - asked.base_year), math.nan
    if not math.isnan(rate) and target != base and asked.target_year is not None:
        part = sign * base * ((1 + rate) ** (asked.target_year - asked.base_year) - 1) / abs(target - base)
    labels = ("on_track", "fair_progress", "stagnation", "regression")
    return Rating(part, labels[0] if there(asked, target, sign) else classed(part, cuts, labels))


def _rate(asked: Progress, start: float, sign: int) -> float:
    """Return the compound rate since the base, positive for the better."""
    return sign * math.copysign(1, start) * growth(start, asked.value, asked.year - asked.base_year)


def _ratio(asked: Progress, start: float, end: float, sign: int) -> float:
    """Return the actual over the required compound rate, positive for the better."""
    required = growth(start, end, (asked.target_year or 0) - asked.base_year)
    if math.isnan(required) or required == 0:
        return math.nan
    return _rate(asked, start, sign) / abs(required)
