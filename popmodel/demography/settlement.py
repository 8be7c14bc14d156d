"""Where people live: urban shares and centres."""

import numpy as np
import numpy.typing as npt

from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]


def urban_growth_difference(
    first: npt.ArrayLike, last: npt.ArrayLike, years: npt.ArrayLike, *, ceiling: float
) -> Array:
    """Return the yearly urban-rural growth difference between two urban shares.

    Parameters
    ----------
    first, last : array_like, shape (...)
        Urban shares at the two dates. [1]
    years : array_like, shape (...)
        Time between them. [years]
    ceiling : float
        Upper limit of the share. [1]

    Returns
    -------
    ndarray, shape (...)
        Growth difference. [1/year]

    Raises
    ------
    SchemaError
        If a share lies outside 0 … `ceiling`.

    Notes
    -----
    ``r = (logit(u₁/K) − logit(u₀/K)) / t`` (United Nations, World Urbanization Prospects: methodology; K = 1 there).
    """
    u0, u1 = np.broadcast_arrays(np.asarray(first, dtype=float), np.asarray(last, dtype=float))
    with np.errstate(invalid="ignore"):
        gain = _logit(u1, ceiling) - _logit(u0, ceiling)
    return np.asarray(np.where(u0 == u1, 0.0, gain) / np.asarray(years, dtype=float))


def urban_share(
    share: npt.ArrayLike, growth_difference: npt.ArrayLike, years: npt.ArrayLike, *, ceiling: float
) -> Array:
    """Carry urban shares on with a constant urban-rural growth difference.

    Parameters
    ----------
    share : array_like, shape (...)
        Urban share at the start. [1]
    growth_difference : array_like, shape (...)
        From `urban_growth_difference`. [1/year]
    years : array_like, shape (...)
        Time since the start. [years]
    ceiling : float
        Upper limit K of the share. [1]

    Returns
    -------
    ndarray, shape (...)
        Urban share, ``u = K / (1 + exp(−(logit(u₀/K) + r·t)))``. [1]
    """
    odds = _logit(share, ceiling) + np.asarray(growth_difference, dtype=float) * np.asarray(years, dtype=float)
    with np.errstate(over="ignore"):
        return np.asarray(ceiling / (1.0 + np.exp(-odds)))


def _logit(share: npt.ArrayLike, ceiling: float) -> Array:
    u = np.asarray(share, dtype=float)
    if ((u < 0) | (u > ceiling)).any():
        raise SchemaError(
            f"urban share {u[(u < 0) | (u > ceiling)].ravel()[0]:.4g} lies outside 0 … {ceiling:g}. "
            "Correct the table or raise the ceiling."
        )
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(u / ceiling) - np.log1p(-u / ceiling))


def centre_share(share: npt.ArrayLike, shift: npt.ArrayLike, years: npt.ArrayLike) -> Array:
    """Move a district's shares in the centres by a yearly shift of its residents outside them.

    Parameters
    ----------
    share : array_like, shape (..., C)
        Share of the district's residents living in each centre at the start. [1]
    shift : array_like, shape (..., C)
        Yearly rate at which the residents of a district that lies partly in a centre, and live outside it, move into
        it (negative: out of it). [1/year]
    years : array_like, shape (...)
        Time since the start. [years]

    Returns
    -------
    ndarray, shape (..., C)
        Shares; a district wholly inside or outside a centre keeps its share. [1]

    Notes
    -----
    ``1 − c(t) = (1 − c₀)·exp(−k·t)`` for k > 0, ``c(t) = c₀·exp(k·t)`` for k < 0: never outside 0 … 1. An assumption of
    the package, for scenarios of concentration within a district.
    """
    c = np.asarray(share, dtype=float)
    k = np.asarray(shift, dtype=float) * np.asarray(years, dtype=float)[..., None]
    left = np.exp(-np.abs(k))
    moved = np.where(k >= 0, 1 - (1 - c) * left, c * left)
    return np.asarray(np.where((c <= 0) | (c >= 1), c, moved))
