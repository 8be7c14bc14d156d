"""Comparing numbers as they are printed: decimal, half up, free of binary surprises."""

import math
from decimal import ROUND_HALF_UP, Decimal


def printed(value: float, decimals: int) -> Decimal:
    """Return `value` as printed with `decimals` digits after the point, halves rounded away from zero.

    Parameters
    ----------
    value : float
        A finite number; what it holds beyond twelve significant digits is arithmetic noise and is dropped first.
    decimals : int
        Digits after the point.

    Returns
    -------
    decimal.Decimal
        Exact, so that 2.675 printed with two decimals is 2.68.
    """
    return Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def text(value: float, decimals: int) -> str:
    """Return `value` as printed, with a true minus; `–` for NaN."""
    if math.isnan(value):
        return "–"
    return f"{printed(value, decimals):f}".replace("-", "−")
