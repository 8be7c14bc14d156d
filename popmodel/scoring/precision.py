"""Comparing numbers as they are printed: decimal, half up, free of binary surprises."""

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import numpy.typing as npt


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


def printed_all(values: npt.ArrayLike, decimals: int) -> npt.NDArray[np.int64]:
    """Return values as printed, counted in units of the last digit; what `printed` does, for many at once.

    Parameters
    ----------
    values : array_like
        Finite numbers.
    decimals : int
        Digits after the point.

    Returns
    -------
    numpy.ndarray of int64
        Of the same shape.

    Examples
    --------
    >>> printed_all([2.675, 59.95, -0.05], 1).tolist()
    [27, 600, -1]
    """
    given = np.asarray(values, dtype=float)
    scaled = np.abs(given) * 10.0**decimals
    whole = np.floor(scaled + 0.5)
    out = np.asarray(np.copysign(whole, given).astype(np.int64))
    # Near a half, or where twelve digits do not reach the last one, only the decimal arithmetic can tell.
    close = (np.abs(scaled - np.floor(scaled) - 0.5) < 1e-9 + 1e-11 * scaled) | (scaled > 1e10)
    if close.any():
        exact, back = np.unique(given[close], return_inverse=True)
        out[close] = np.array([int(printed(value, decimals).scaleb(decimals)) for value in exact.tolist()])[back]
    return out


def text(value: float, decimals: int) -> str:
    """Return `value` as printed, with a true minus; `–` for NaN."""
    if math.isnan(value):
        return "–"
    return f"{printed(value, decimals):f}".replace("-", "−")
