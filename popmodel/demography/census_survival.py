"""Net migration by age between two censuses, and the smooth schedule fitted to it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from popmodel.demography.migration import RogersCastro
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]
LOWER = RogersCastro(a1=0.0, alpha1=0.01, a2=0.0, mu2=14.0, alpha2=0.02, lambda2=0.1, c=0.0)
UPPER = RogersCastro(a1=1.0, alpha1=1.0, a2=3.0, mu2=45.0, alpha2=1.0, lambda2=2.0, c=0.2)
"""Where the fit looks for parameters, around those of Rogers & Castro (1981), table 4; sizes are of a unit schedule."""


class ScheduleFit(NamedTuple):
    """A fitted schedule beside what it was fitted to, by age group reached at the second census."""

    parameters: RogersCastro
    lower_ages: Array
    observed: Array
    fitted: Array
    r_squared: float


def usable_share(net_migration: npt.ArrayLike) -> float:
    """Return the net sum over the sum of sizes, from −1 to 1.

    Parameters
    ----------
    net_migration : array_like
        Net migrants by any cells. [persons]

    Returns
    -------
    float
        ``Σ M / Σ |M|``, 0 where nobody moves. [1]

    Notes
    -----
    A schedule of shares ``M/Σ M`` is meaningful while gains or losses prevail. Near zero, arrivals and departures
    cancel: shares then run to hundreds of percent and change sign with the total (Rogers 1990, Requiem for the net
    migrant, doi:10.1111/j.1538-4632.1990.tb00214.x).
    """
    moved = np.asarray(net_migration, dtype=float)
    size = float(np.abs(moved).sum())
    return float(moved.sum()) / size if size > 0 else 0.0


def curve(parameters: RogersCastro, ages: npt.ArrayLike) -> Array:
    """Return the Rogers-Castro schedule at exact ages, not normalised (see `migration_schedule` for the formula)."""
    p, x = parameters, np.asarray(ages, dtype=float)
    hump = p.a2 * np.exp(-p.alpha2 * (x - p.mu2) - np.exp(np.minimum(-p.lambda2 * (x - p.mu2), 50.0)))
    return np.asarray(p.a1 * np.exp(-p.alpha1 * x) + hump + p.c)


def reached(parameters: RogersCastro, lower_ages: npt.ArrayLike, *, width: int, years: int) -> Array:
    """Return the migrants of an interval by age group reached at its end, moves being even over the interval."""
    lower = np.asarray(lower_ages, dtype=float)
    end = lower[:, None, None] + np.arange(width)[None, :, None] + 0.5
    since = np.arange(years)[None, None, :] + 0.5
    at = end - since
    return np.asarray(np.where(at >= 0, curve(parameters, np.maximum(at, 0.0)), 0.0).sum(axis=(1, 2)) / years)


def fit_rogers_castro(
    net_migration: npt.ArrayLike, lower_ages: npt.ArrayLike, *, width: int = 5, years: int = 10
) -> ScheduleFit:
    """Fit a Rogers-Castro schedule to the net migrants of an interval by age group reached at its end.

    Parameters
    ----------
    net_migration : array_like, shape (G,)
        Net migrants, arrivals prevailing, or departures prevailing. [persons]
    lower_ages : array_like, shape (G,)
        Lower age of each group at the end of the interval. [completed years]
    width : int
        Width of the groups. [years]
    years : int
        Length of the interval; 0 < a move in it happened up to so many years younger. [years]

    Returns
    -------
    ScheduleFit
        Parameters of a schedule by age at the move, whose sizes are shares of the observed total; observed and fitted
        migrants; the share of the variance explained.

    Raises
    ------
    SchemaError
        If fewer groups than parameters are given, values are not finite, or gains and losses cancel.

    Notes
    -----
    Least squares within bounds (scipy `least_squares`, trust region) on shares of the total, from three starts
    (peak at 18, 22 and 28); the best is kept. The smearing of moves over the interval is part of the model, so the
    schedule is by age at the move, not by age at the census. The post-retirement hump is not fitted.
    """
    moved, lower = np.asarray(net_migration, dtype=float), np.asarray(lower_ages, dtype=float)
    if moved.shape != lower.shape or moved.size < len(RogersCastro._fields) or not np.isfinite(moved).all():
        raise SchemaError(
            f"fit_rogers_castro: {moved.size} age groups; at least {len(RogersCastro._fields)} finite values, one for "
            "each lower age, are needed. Use finer groups or the standard schedule."
        )
    if abs(usable_share(moved)) < 0.5:
        raise SchemaError(
            f"fit_rogers_castro: net migrants sum to {moved.sum():,.0f}, their sizes to {np.abs(moved).sum():,.0f}: "
            "gains and losses cancel, and shares of the total mean nothing. Use the standard schedule."
        )
    share = moved / moved.sum()

    def miss(values: Array) -> Array:
        return np.asarray(reached(RogersCastro(*values), lower, width=width, years=years) - share)

    best = None
    for peak in (18.0, 22.0, 28.0):
        found = least_squares(miss, RogersCastro(mu2=peak), bounds=(LOWER, UPPER), x_scale=np.maximum(UPPER, 1e-3))
        if best is None or found.cost < best.cost:
            best = found
    assert best is not None  # three starts were tried
    parameters = RogersCastro(*(float(value) for value in best.x))
    fitted = reached(parameters, lower, width=width, years=years) * moved.sum()
    spread = float(((moved - moved.mean()) ** 2).sum())
    explained = 1 - float(((moved - fitted) ** 2).sum()) / spread if spread > 0 else 1.0
    return ScheduleFit(parameters, lower, moved, fitted, explained)
