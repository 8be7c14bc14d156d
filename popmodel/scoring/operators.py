"""What makes a target met: the operators, at published precision."""

import bisect
import math
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from popmodel.scoring.precision import printed, printed_all
from popmodel.scoring.records import LEVELS, Target

_SIDE = {"above": 1, "at_least": 1, "below": -1, "at_most": -1}


def side(target: Target) -> int:
    """Return +1 if the target is reached from below, −1 from above, 0 for a band."""
    if target.operator in _SIDE:
        return _SIDE[target.operator]
    return {"higher": 1, "lower": -1}.get(target.better, 0) if target.operator not in ("about", "within") else 0


def holds(target: Target, value: float, decimals: int) -> bool:
    r"""Tell whether one value satisfies a target that compares with printed numbers.

    Parameters
    ----------
    target : Target
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
    digits = max(decimals, target.decimals)
    y, slack = printed(value, digits), Decimal(f"{0.0 if math.isnan(target.tolerance) else target.tolerance:.12g}")
    if target.operator == "within":
        return printed(target.lower, digits) - slack <= y <= printed(target.upper, digits) + slack
    bound = printed(target.value, digits)
    if target.operator == "about":
        return abs(y - bound) <= slack
    if target.operator == "above":
        return y > bound
    if target.operator == "below":
        return y < bound
    return y >= bound if side(target) > 0 else y <= bound


def keeps(value: float, level: tuple[float, float], tolerance: float, decimals: int) -> bool:
    """Tell whether a value, as printed, lies between two levels (−inf or inf: open), give or take `tolerance`."""
    slack = Decimal(f"{0.0 if math.isnan(tolerance) else tolerance:.12g}")
    y, (low, high) = printed(value, decimals), level
    return not (
        (math.isfinite(low) and y < printed(low, decimals) - slack)
        or (math.isfinite(high) and y > printed(high, decimals) + slack)
    )


def level_of(target: Target, sign: int) -> tuple[float, float]:
    """Return the levels between which a numeric target asks to stay; `sign` decides where the target has no side."""
    slack = 0.0 if math.isnan(target.tolerance) else target.tolerance
    if target.operator == "within":
        return target.lower - slack, target.upper + slack
    if target.operator == "about":
        return target.value - slack, target.value + slack
    way = side(target) or sign
    if way == 0:
        return target.value, target.value
    return (target.value, math.inf) if way > 0 else (-math.inf, target.value)


def holds_all(target: Target, values: npt.ArrayLike, decimals: int) -> npt.NDArray[np.bool_]:
    """Tell for each of many values whether it satisfies a target that compares with printed numbers; see `holds`."""
    one_sided = target.operator not in ("about", "within")
    digits = max(decimals, target.decimals)
    return _by_print(values, digits, lambda value: holds(target, value, decimals), turns_once=one_sided)


def keeps_all(
    values: npt.ArrayLike, level: tuple[float, float], tolerance: float, decimals: int
) -> npt.NDArray[np.bool_]:
    """Tell for each of many values whether it lies between two levels; see `keeps`."""
    return _by_print(values, decimals, lambda value: keeps(value, level, tolerance, decimals))


def _by_print(
    values: npt.ArrayLike, digits: int, rule: Callable[[float], bool], *, turns_once: bool = False
) -> npt.NDArray[np.bool_]:
    """Ask a rule that looks at values as printed once for each printed value; fewer times if it turns but once."""
    prints = printed_all(values, digits)
    different, back = np.unique(prints, return_inverse=True)

    def ask(unit: int) -> bool:
        return rule(float(Decimal(unit).scaleb(-digits)))

    units = different.tolist()
    if turns_once and units:
        least = ask(units[0])
        turn = bisect.bisect_left(units, True, key=lambda unit: ask(unit) != least)
        told = np.where(np.arange(len(units)) < turn, least, not least)
    else:
        told = np.array([ask(unit) for unit in units], dtype=bool)
    return told[back].reshape(prints.shape)


def share_holding(target: Target, draws: np.ndarray, decimals: int) -> float:
    """Return the part of the draws, in the target's unit, that satisfy a target which compares with printed numbers."""
    if target.operator not in LEVELS or not draws.size or not np.isfinite(draws).all():
        return math.nan
    return float(holds_all(target, draws, decimals).mean())
