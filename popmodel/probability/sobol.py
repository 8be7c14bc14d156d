"""First-order shares of variance by pick-freeze, with their noise: arrays in, numbers out."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Share(NamedTuple):
    """A first-order index and its Monte Carlo standard error."""

    share: float
    se: float


def first_order(y: Array, frozen: Array) -> Share:
    r"""Return the share of the variance of y that one driver explains by itself.

    Parameters
    ----------
    y : numpy.ndarray (draw)
        With every driver drawn.
    frozen : numpy.ndarray (draw)
        The driver as in `y`, all others drawn anew.

    Returns
    -------
    Share
        Missing where y has no spread.

    Notes
    -----
    The estimator of Janon, Klein, Lagnoux, Nodet & Prieur (2014), doi:10.1051/ps/2013040, which takes mean and
    variance over both runs: :math:`S = (\overline{yy'} - m^2)/(\overline{(y^2+y'^2)/2} - m^2)`,
    :math:`m = \overline{(y+y')/2}`, with its asymptotic variance.

    Examples
    --------
    >>> driver, one, two = np.random.default_rng(1).normal(size=(3, 100_000))
    >>> round(first_order(2 * driver + one, 2 * driver + two).share, 1)
    0.8
    """
    mean = float((y.mean() + frozen.mean()) / 2)
    a, b = y - mean, frozen - mean
    variance = float((a**2 + b**2).mean() / 2)
    scale = max(1.0, abs(mean))
    if not variance > (1e-12 * scale) ** 2:
        return Share(math.nan, math.nan)
    share = float((a * b).mean()) / variance
    spread = float(np.var(a * b - share / 2 * (a**2 + b**2)))
    return Share(share, math.sqrt(spread / len(y)) / variance)
