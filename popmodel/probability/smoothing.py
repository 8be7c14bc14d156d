"""What a few figures with known errors say of a process: the Kalman smoother of statsmodels, nothing estimated."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from statsmodels.tsa.statespace.mlemodel import MLEModel

Array = npt.NDArray[np.float64]


class Smoothed(NamedTuple):
    """Mean and variance of the state by year (T,), and its covariance with the next year (T,), 0 for the last."""

    mean: Array
    variance: Array
    covariance: Array


class _Autoregression(MLEModel):  # type: ignore[misc]  # statsmodels has no types
    """``y(t) = a(t) + e(t)``, ``a(t+1) − μ = φ·(a(t) − μ) + σ·z``, every variance known."""

    def __init__(self, values: Array, error: Array, *, persistence: float, innovation: float, level: float) -> None:
        super().__init__(values, k_states=1, k_posdef=1)
        self["design", 0, 0] = 1.0
        self["selection", 0, 0] = 1.0
        self["transition", 0, 0] = persistence
        self["state_intercept"] = np.array([(1 - persistence) * level])
        self["state_cov", 0, 0] = innovation**2
        self["obs_cov"] = np.where(np.isfinite(error), error, 1.0)[None, None] ** 2


def smooth(
    values: npt.ArrayLike,
    error: npt.ArrayLike,
    *,
    persistence: float,
    innovation: float,
    level: float = 0.0,
    start: tuple[float, float],
) -> Smoothed:
    """Smooth figures of consecutive years under a process whose parameters are known.

    Parameters
    ----------
    values : array_like, shape (T,)
        Figures; not a number where none is published.
    error : array_like, shape (T,)
        Their s.d.
    persistence, innovation, level : float
        φ, σ and μ of the state.
    start : tuple of float
        Mean and s.d. of the state in the first year before any figure.

    Returns
    -------
    Smoothed

    Notes
    -----
    With the covariance of neighbouring years the path can be drawn backwards: the smoothed states are Gaussian and
    each depends on the later ones through the next one alone.
    """
    series, deviation = np.asarray(values, dtype=float), np.asarray(error, dtype=float)
    model = _Autoregression(series, deviation, persistence=persistence, innovation=innovation, level=level)
    model.ssm.initialize_known(np.array([start[0]]), np.array([[start[1] ** 2]]))
    found: Any = model.ssm.smooth()
    # With the year before; the first year has none.
    before = found.smoothed_state_autocovariance(1)[0, 0]
    covariance = np.concatenate([before[1 : len(series)], [0.0]])
    return Smoothed(found.smoothed_state[0].copy(), found.smoothed_state_cov[0, 0].copy(), covariance)


def path_of(smoothed: Smoothed, z: Array) -> Array:
    """Return paths (T, N) of the state from standard normal numbers (T, N), drawn from the last year backwards."""
    mean, variance, between = smoothed
    out = np.empty_like(z)
    out[-1] = mean[-1] + np.sqrt(variance[-1]) * z[-1]
    for t in range(len(mean) - 2, -1, -1):
        back = between[t] / variance[t + 1] if variance[t + 1] > 0 else 0.0
        left = max(variance[t] - back * between[t], 0.0)
        out[t] = mean[t] + back * (out[t + 1] - mean[t + 1]) + np.sqrt(left) * z[t]
    return out
