"""Fertility by age of mother: schedules, and the total that births and women imply."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.ages import graduate
from popmodel.schema import OPEN_AGE, SchemaError

Array = npt.NDArray[np.float64]
PERSISTENCE = 0.395 ** (1 / 10)
"""Share of a county's departure from its prefecture's (log) total fertility that is left after a year [1].

Slope of the departures of 2020 on those of 2010, extended total fertility of the counties shipped in
data/reference/china_counties, 0.395 in ten years; their standard deviation fell from .20 to .125, so that it is not
error of the first census alone.
"""
LEARNED_UNTIL = 2020
"""Census up to which `PERSISTENCE` was learned: earlier starts do not know it."""


class FertilityShape(NamedTuple):
    """Fertility but for its total: `level` (T, D) of a district over the city's, `pattern` (T, A) of ages, sum 1."""

    level: Array
    pattern: Array

    def rates(self, total: npt.ArrayLike) -> Array:
        """Return rates (T, D, A) at totals of the city (T,) or of the districts (T, D). [births per woman-year]"""
        given = np.asarray(total, dtype=float)
        by_district = given if given.ndim == 2 else given[:, None] * self.level
        return np.asarray(by_district[..., None] * self.pattern[:, None, :])


def relaxed_level(
    level: npt.ArrayLike, women: npt.ArrayLike, years: npt.ArrayLike, *, persistence: float = PERSISTENCE
) -> Array:
    """Let the fertility of districts approach the city's.

    Parameters
    ----------
    level : array_like, shape (D,)
        Total fertility of a district over the city's. [1]
    women : array_like, shape (D,)
        Women of each district, weighted by the age pattern. [persons]
    years : array_like, shape (T,)
        Years since the level was observed. [years]
    persistence : float
        Share of the log level that is left after a year; 1: levels hold. [1]

    Returns
    -------
    ndarray, shape (T, D)
        ``level^(p^t)``, divided by its mean over the women, so that the city's total stays what it is. [1]
    """
    left = persistence ** np.asarray(years, dtype=float)
    out = np.exp(left[:, None] * np.log(np.asarray(level, dtype=float)))
    weights = np.asarray(women, dtype=float) / np.sum(women)
    return np.asarray(out / (out * weights).sum(axis=1, keepdims=True))


def fertility_in(base: xr.Dataset, periods: Sequence[int]) -> FertilityShape:
    """Return the levels of the districts and the age patterns of a base by period.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`: `fertility_level`, `fertility_pattern`, and where it has them `fertility_persistence` and
        `fertility_patterns` (pattern_year, age); without these both hold.
    periods : sequence of int, length T
        Years.

    Returns
    -------
    FertilityShape
        Patterns of the nearest year. A rate is total(period)·level(period, district)·pattern(period, age).
    """
    level, pattern = base["fertility_level"].to_numpy(), base["fertility_pattern"].to_numpy()
    women = base.get("census_population", base["population"]).sel(sex="female").transpose("district", "age").to_numpy()
    lasting = float(base["fertility_persistence"]) if "fertility_persistence" in base else 1.0
    since = np.maximum(np.asarray(periods, dtype=int) - int(base["year"]), 0)
    levels = np.tile(level, (len(since), 1))
    if lasting < 1:
        levels = relaxed_level(level, (women * pattern).sum(axis=1), since, persistence=lasting)
    patterns = np.tile(pattern, (len(since), 1))
    if "fertility_patterns" in base:
        by_year = base["fertility_patterns"].sel(pattern_year=list(periods), method="nearest")
        patterns = by_year.transpose("pattern_year", "age").to_numpy()
    return FertilityShape(levels, patterns)


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
