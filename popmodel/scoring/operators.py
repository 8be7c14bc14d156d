"""What makes a target met: the operators, at published precision."""

import math
from decimal import Decimal

import numpy as np

from popmodel.scoring.precision import printed
from popmodel.scoring.records import Goal

_SIDE = {"above": 1, "at_least": 1, "below": -1, "at_most": -1}


def side(goal: Goal) -> int:
    """Return +1 if the target is reached from below, −1 from above, 0 for a band."""
    if goal.operator in _SIDE:
        return _SIDE[goal.operator]
    return {"higher": 1, "lower": -1}.get(goal.better, 0) if goal.operator not in ("about", "within") else 0


def holds(goal: Goal, value: float, decimals: int) -> bool:
    r"""Tell whether one value satisfies a target that compares with printed numbers.

    Parameters
    ----------
    goal : Goal
        With operator `reach`, `above`, `at_least`, `below`, `at_most`, `about` or `within`, or `cumulative` (then
        `value` is the sum).
    value : float
        In the target's unit.
    decimals : int
        Digits after the point with which `value` is published.

    Returns
    -------
    bool
        Compared as printed, half up, with the digits of the value or of the target, whichever are more: 54.6 is
        below 55, and 74.7 has not reached 75, though both would print the same without a decimal; 60.04 printed
        as 60.0 is not above 60, but is at least 60.
    """
    digits = max(decimals, goal.decimals)
    y, slack = printed(value, digits), Decimal(f"{0.0 if math.isnan(goal.tolerance) else goal.tolerance:.12g}")
    if goal.operator == "within":
        return printed(goal.lower, digits) - slack <= y <= printed(goal.upper, digits) + slack
    target = printed(goal.value, digits)
    if goal.operator == "about":
        return abs(y - target) <= slack
    if goal.operator == "above":
        return y > target
    if goal.operator == "below":
        return y < target
    return y >= target if side(goal) > 0 else y <= target


def keeps(value: float, level: tuple[float, float], tolerance: float, decimals: int) -> bool:
    """Tell whether a value, as printed, lies between two levels (−inf or inf: open), give or take `tolerance`."""
    slack = Decimal(f"{0.0 if math.isnan(tolerance) else tolerance:.12g}")
    y, (low, high) = printed(value, decimals), level
    return not (
        (math.isfinite(low) and y < printed(low, decimals) - slack)
        or (math.isfinite(high) and y > printed(high, decimals) + slack)
    )


def level_of(goal: Goal, sign: int) -> tuple[float, float]:
    """Return the levels between which a numeric target asks to stay; `sign` decides where the target has no side."""
    slack = 0.0 if math.isnan(goal.tolerance) else goal.tolerance
    if goal.operator == "within":
        return goal.lower - slack, goal.upper + slack
    if goal.operator == "about":
        return goal.value - slack, goal.value + slack
    way = side(goal) or sign
    if way == 0:
        return goal.value, goal.value
    return (goal.value, math.inf) if way > 0 else (-math.inf, goal.value)


def share_holding(goal: Goal, draws: np.ndarray, decimals: int) -> float:
    """Return the part of the draws, in the target's unit, that satisfy a target which compares with printed numbers."""
    if goal.operator not in ("reach", "above", "at_least", "below", "at_most", "about", "within") or not draws.size:
        return math.nan
    if not np.isfinite(draws).all():
        return math.nan
    scale = 10.0 ** max(decimals, goal.decimals)
    slack = 0.0 if math.isnan(goal.tolerance) else round(goal.tolerance * scale, 6)

    def whole(numbers: np.ndarray | float) -> np.ndarray:
        return np.floor(np.round(np.asarray(numbers) * scale, 6) + 0.5)

    y = whole(draws)
    if goal.operator == "within":
        good = (y >= whole(goal.lower) - slack) & (y <= whole(goal.upper) + slack)
    elif goal.operator == "about":
        good = np.abs(y - whole(goal.value)) <= slack
    elif goal.operator == "above":
        good = y > whole(goal.value)
    elif goal.operator == "below":
        good = y < whole(goal.value)
    else:
        good = y >= whole(goal.value) if side(goal) > 0 else y <= whole(goal.value)
    return float(good.mean())
