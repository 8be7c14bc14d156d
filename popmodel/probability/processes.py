"""First-order autoregressive processes: their variance, their fit to published bounds, and what figures say of them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

Array = npt.NDArray[np.float64]
NORMAL_80 = 1.2815515655446004
"""Half-width of the central 80 % interval of a standard normal variable."""


class Process(NamedTuple):
    """``x(t+1) = φ·x(t) + σ·z``: persistence φ, innovation σ, and the s.d. of x in the year before the first."""

    persistence: float
    innovation: float
    start: float


def deviations(process: Process, years: int) -> Array:
    """Return the s.d. of x in the first `years` years, shape (T,).

    Examples
    --------
    >>> deviations(Process(0.5, 1.0, 0.0), 2).round(3).tolist()
    [1.0, 1.118]
    """
    out, variance = np.empty(years), process.start**2
    for t in range(years):
        variance = process.persistence**2 * variance + process.innovation**2
        out[t] = np.sqrt(variance)
    return out


def fit_to_bounds(half_width: npt.ArrayLike, *, persistence: float | None = None) -> Process:
    """Fit a process to the half-widths of published 80 % intervals.

    Parameters
    ----------
    half_width : array_like, shape (T,)
        Half of upper less lower bound, year by year from the first one forecast.
    persistence : float, optional
        Held at this value (1: a random walk); fitted if not given.

    Returns
    -------
    Process

    Notes
    -----
    Least squares of ``1.2816·s(t)/h(t) − 1``, so that every year counts alike.
    """
    wanted = np.asarray(half_width, dtype=float) / NORMAL_80
    scale = float(wanted[0])

    def process(x: Array) -> Process:
        keep = 1 / (1 + np.exp(-float(x[2]))) if persistence is None else persistence
        return Process(keep, scale * float(np.exp(x[0])), scale * float(np.exp(x[1])))

    def miss(x: Array) -> Array:
        return np.asarray(deviations(process(x), len(wanted)) / wanted - 1)

    first = np.array([-0.7, -0.5, 3.0][: 3 if persistence is None else 2])
    return process(np.asarray(least_squares(miss, first).x, dtype=float))


def annual(persistence: float, innovation: float, *, years: int) -> tuple[float, float]:
    """Return φ and σ of a year for a process given by steps of `years` years.

    Notes
    -----
    ``φ₁ = φ^(1/n)``, ``σ₁ = σ·((1 − φ₁²)/(1 − φ²))^½``: the same variance after n years.
    """
    one = persistence ** (1 / years)
    return one, innovation * float(np.sqrt((1 - one**2) / (1 - persistence**2)))


class Evidence(NamedTuple):
    """Figures about rates of the years first … last: ``value = weight · r + error`` (weight (N, Y), s.d. (N,))."""

    weight: Array
    value: Array
    deviation: Array


class Posterior(NamedTuple):
    """Mean (2,) and covariance (2, 2) of the level μ and of u in the last year; log likelihood of the evidence."""

    mean: Array
    covariance: Array
    likelihood: float


def condition(persistence: float, innovation: float, *, level: float, spread: float, evidence: Evidence) -> Posterior:
    """Condition ``r(t) = μ + u(t)``, u autoregressive and stationary, μ ~ N(level, spread²), on figures.

    Parameters
    ----------
    persistence, innovation : float
        φ and σ of u. [1], [unit of r]
    level, spread : float
        Mean and s.d. of μ before any figure.
    evidence : Evidence
        Figures; their weights say over how many years, the last one the year from which draws go on.

    Returns
    -------
    Posterior

    Notes
    -----
    Gaussian conditioning in closed form (Azose & Raftery 2015, doi:10.1007/s13524-015-0415-0, have the model). u of the
    last year is in the posterior, since the future depends on the past through μ and it alone.
    """
    years = evidence.weight.shape[1]
    lag = np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
    moving = innovation**2 / (1 - persistence**2) * persistence**lag
    rates = spread**2 + moving
    weight, error = evidence.weight, np.diag(evidence.deviation**2)
    seen = weight @ rates @ weight.T + error
    # Covariance of (μ, u of the last year) with the figures.
    both = np.stack([np.full(years, spread**2), moving[-1]]) @ weight.T
    prior = np.diag([spread**2, moving[-1, -1]])
    off = evidence.value - weight.sum(axis=1) * level
    gain = np.linalg.solve(seen, both.T).T if len(off) else both
    _, size = np.linalg.slogdet(seen)
    likelihood = -0.5 * float(off @ np.linalg.solve(seen, off) + size + len(off) * np.log(2 * np.pi)) if len(off) else 0
    mean = np.array([level, 0.0]) + gain @ off
    covariance = prior - gain @ both.T
    return Posterior(np.asarray(mean), np.asarray(0.5 * (covariance + covariance.T)), float(likelihood))
