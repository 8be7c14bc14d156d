"""Fertility by age of mother: schedules, and the total that births and women imply."""

import numpy as np
import numpy.typing as npt

from popmodel.demography.ages import graduate
from popmodel.schema import OPEN_AGE, SchemaError

Array = npt.NDArray[np.float64]


def fertility_pattern(percent: npt.ArrayLike, lower_ages: npt.ArrayLike, *, width: int = 5) -> Array:
    """Split a fertility pattern by age group into single years of age that sum to one.

    Parameters
    ----------
    percent : array_like, shape (..., G)
        Share of total fertility by age group, in any unit.
    lower_ages : array_like, shape (G,)
        Lower age of each group. [completed years]
    width : int
        Width of the last group. [years]

    Returns
    -------
    ndarray, shape (..., 101)
        Share of total fertility at each age; sums to 1. [1]

    Raises
    ------
    SchemaError
        If shares are negative or all zero.

    Notes
    -----
    A monotone spline on the cumulated shares keeps the share of every group (see `graduate`).
    """
    shares = np.asarray(percent, dtype=float)
    lower = np.asarray(lower_ages, dtype=int)
    if (shares < 0).any() or (shares.sum(axis=-1) <= 0).any():
        raise SchemaError("fertility pattern: shares must not be negative and must not all be zero.")
    edge = np.zeros((*shares.shape[:-1], 1))
    last = int(lower[-1]) + width
    padded = np.concatenate([edge, shares, edge], axis=-1)
    single = graduate(
        padded, np.concatenate([[0], lower, [last]]), open_pattern=np.ones(OPEN_AGE + 1), open_age=OPEN_AGE
    )
    return np.asarray(single / single.sum(axis=-1, keepdims=True))


def fertility_schedule(total_fertility: npt.ArrayLike, pattern: npt.ArrayLike) -> Array:
    """Return age-specific fertility rates ``f[x] = TF · pattern[x]``.

    Parameters
    ----------
    total_fertility : array_like, shape (...)
        Total fertility. [children per woman]
    pattern : array_like, shape (A,)
        Share of total fertility at each age, summing to 1. [1]

    Returns
    -------
    ndarray, shape (..., A)
        Fertility rates. [births per woman-year]
    """
    return np.asarray(np.asarray(total_fertility, dtype=float)[..., None] * np.asarray(pattern, dtype=float))


def implied_total_fertility(births: npt.ArrayLike, women: npt.ArrayLike, pattern: npt.ArrayLike) -> Array:
    """Return the total fertility that makes `women` bear `births` under the age pattern.

    Parameters
    ----------
    births : array_like, shape (...)
        Births of a year. [persons]
    women : array_like, shape (..., A)
        Mean number of women of the year by age. [persons]
    pattern : array_like, shape (A,)
        Share of total fertility at each age. [1]

    Returns
    -------
    ndarray, shape (...)
        Total fertility. [children per woman]

    Notes
    -----
    Indirect standardisation: ``TF = B / Σ_x W[x]·pattern[x]`` (Preston, Heuveline & Guillot 2001, ch. 5).
    """
    exposed = (np.asarray(women, dtype=float) * np.asarray(pattern, dtype=float)).sum(axis=-1)
    return np.asarray(np.asarray(births, dtype=float) / exposed)


def extended_total_fertility(children: npt.ArrayLike, women: npt.ArrayLike, women_25_34: npt.ArrayLike) -> Array:
    """Return the total fertility read off a census's children and women, the extended TFR (xTFR).

    Parameters
    ----------
    children : array_like, shape (...)
        Children aged 0-4. [persons]
    women : array_like, shape (...)
        Women aged 15-49. [persons]
    women_25_34 : array_like, shape (...)
        Women aged 25-34. [persons]

    Returns
    -------
    ndarray, shape (...)
        Total fertility of the five years before the census. [children per woman]

    Notes
    -----
    ``xTFR = (10.65 − 12.55·π)·C/W`` with π the share of women 15-49 who are 25-34 (Hauer & Schmertmann 2020,
    doi:10.1007/s13524-019-00842-x). It counts children where they live, so it misses those left with grandparents.
    """
    w = np.asarray(women, dtype=float)
    share = np.asarray(women_25_34, dtype=float) / w
    return np.asarray((10.65 - 12.55 * share) * np.asarray(children, dtype=float) / w)
