"""Mortality of districts, and of published deaths: how far the life tables are from them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from popmodel.demography.lifetable import LifeTable, relational_table, survival_ratios
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]


def district_tables(standard: npt.ArrayLike, life_expectancy: npt.ArrayLike, difference: npt.ArrayLike) -> LifeTable:
    """Return relational life tables of districts that differ from the city by given years of life.

    Parameters
    ----------
    standard : array_like, shape (2, A)
        Reference death rates, female and male, single years. [1/year]
    life_expectancy : array_like, shape (...)
        Life expectancy of the city, both sexes. [years]
    difference : array_like, shape (D,)
        Life expectancy of each district less the city's. [years]

    Returns
    -------
    LifeTable
        Each part an array (..., D, 2, A).

    Raises
    ------
    SchemaError
        If a difference is not finite or above 15 years.

    Notes
    -----
    Brass relational tables (`relational_table`) at ``e0 + difference``; the gap between the sexes stays that of the
    reference. The differences are taken as given: whether they average to zero over the residents is the caller's.
    """
    apart = np.asarray(difference, dtype=float)
    bad = ~np.isfinite(apart) | (np.abs(apart) > 15)
    if bad.any():
        raise SchemaError(
            f"district tables: a difference of {apart[bad][0]:g} years of life; it must lie between −15 and 15. "
            "Give the difference from the city, not the life expectancy itself."
        )
    return relational_table(standard, np.asarray(life_expectancy, dtype=float)[..., None] + apart)


class Calibration(NamedTuple):
    """Published deaths against those of the life table, and the life expectancy that would give them."""

    factor: float
    modelled: float
    published: float
    life_expectancy: float


def calibrate_life_expectancy(
    population: npt.ArrayLike, deaths: float, *, standard: npt.ArrayLike, life_expectancy: float
) -> Calibration:
    """Compare published deaths with those of a life table, and find the life expectancy that gives them.

    Parameters
    ----------
    population : array_like, shape (2, A)
        Mean population of the year. [persons]
    deaths : float
        Published deaths of the year. [persons]
    standard : array_like, shape (2, A)
        Reference death rates. [1/year]
    life_expectancy : float
        Life expectancy in use. [years]

    Returns
    -------
    Calibration
        `factor` = published over modelled deaths, `modelled`, `published` and the `life_expectancy` at which both
        agree to a millionth.

    Raises
    ------
    SchemaError
        If deaths are not above 0, or no life expectancy of 20 to 100 years gives them.

    Notes
    -----
    Modelled deaths are ``Σ N[x]·m[x]`` with the relational table's ``m = d/L``. They fall as life expectancy rises, so
    Brent's method finds the level. Nothing is changed: the caller decides whether the factor tells of mortality, of
    unregistered deaths or of the age structure.
    """
    people = np.asarray(population, dtype=float)
    if not np.isfinite(deaths) or deaths <= 0:
        raise SchemaError(f"calibrate_life_expectancy: deaths={deaths} must be a number above 0.")

    def modelled(e0: float) -> float:
        table = relational_table(standard, e0)
        return float((people * table.dx / table.Lx).sum())

    low, high = 20.0, 99.0
    if not modelled(high) <= deaths <= modelled(low):
        raise SchemaError(
            f"calibrate_life_expectancy: {deaths:,.0f} deaths lie outside {modelled(high):,.0f} … {modelled(low):,.0f}"
            ", what life expectancies of 99 and 20 years give. Check the unit of the deaths."
        )
    here = modelled(life_expectancy)
    level = float(brentq(lambda e0: modelled(e0) - deaths, low, high, xtol=1e-7))
    return Calibration(deaths / here, here, deaths, level)


def standardised_mortality_ratio(deaths: npt.ArrayLike, population: npt.ArrayLike, death_rate: npt.ArrayLike) -> Array:
    """Return observed deaths over those expected at standard rates, by district.

    Parameters
    ----------
    deaths : array_like, shape (D,)
        Observed deaths. [persons]
    population : array_like, shape (D, 2, A)
        Mean population. [persons]
    death_rate : array_like, shape (2, A)
        Standard death rates. [1/year]

    Returns
    -------
    ndarray, shape (D,)
        Standardised mortality ratios. [1]

    Notes
    -----
    Indirect standardisation, ``SMR = D / Σ N·m`` (Preston, Heuveline & Guillot 2001, ch. 2).
    """
    expected = (np.asarray(population, dtype=float) * np.asarray(death_rate, dtype=float)).sum(axis=(-2, -1))
    return np.asarray(np.asarray(deaths, dtype=float) / expected)


def survive(population: npt.ArrayLike, table: LifeTable, *, years: int) -> Array:
    """Carry cohorts forward without births or migration.

    Parameters
    ----------
    population : array_like, shape (..., 2, A)
        Stock at the start. [persons]
    table : LifeTable
        One table for the whole interval, parts (2, A).
    years : int
        Length of the interval. [years]

    Returns
    -------
    ndarray, shape (..., 2, A)
        Survivors; ages below `years`, born in between, are zero. [persons]
    """
    ratio = survival_ratios(table)
    stock = np.asarray(population, dtype=float)
    for _ in range(years):
        after = np.zeros_like(stock)
        after[..., 1:-1] = stock[..., :-2] * ratio[..., 1:-1]
        after[..., -1] = (stock[..., -2] + stock[..., -1]) * ratio[..., -1]
        stock = after
    return stock
