"""How good the ages and sexes of a census are: heaping and regularity, reported and never corrected."""

import numpy as np
import numpy.typing as npt

from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]


def whipple_index(counts: npt.ArrayLike) -> Array:
    """Return Whipple's index of heaping on ages that end in 0 or 5.

    Parameters
    ----------
    counts : array_like, shape (..., A)
        Counts by single years of age from 0, at least to 62. [persons]

    Returns
    -------
    ndarray, shape (...)
        100 without heaping, 500 if every age ended in 0 or 5.

    Raises
    ------
    SchemaError
        If ages 23-62 are not all given.

    Notes
    -----
    ``W = 100 · 5·(N25 + N30 + … + N60) / (N23 + … + N62)`` (United Nations 1955, Manual II, Methods of Appraisal of
    Quality of Basic Data for Population Estimates; Shryock & Siegel 1976, ch. 8). It takes the ages for even, so
    cohorts of unequal births move it too.
    """
    people = _single(counts, 63, "whipple_index", "23-62")
    return np.asarray(500.0 * people[..., 25:61:5].sum(axis=-1) / people[..., 23:63].sum(axis=-1))


def myers_index(counts: npt.ArrayLike) -> Array:
    """Return Myers' blended index of preference for final digits.

    Parameters
    ----------
    counts : array_like, shape (..., A)
        Counts by single years of age from 0, at least to 89. [persons]

    Returns
    -------
    ndarray, shape (...)
        0 without preference, 90 if every age had the same final digit.

    Raises
    ------
    SchemaError
        If ages 10-89 are not all given.

    Notes
    -----
    Myers (1940), Errors and bias in the reporting of ages in census data: with U the sum over ages 10-79 and V over
    20-89 ending in digit d, the blended count is ``(d+1)·U + (9−d)·V``; the index is half of the sum of the absolute
    deviations of the digits' percentages from 10.
    """
    people = _single(counts, 90, "myers_index", "10-89")
    digit = np.arange(10)
    first = people[..., 10:80].reshape(*people.shape[:-1], 7, 10).sum(axis=-2)
    second = people[..., 20:90].reshape(*people.shape[:-1], 7, 10).sum(axis=-2)
    blended = (digit + 1) * first + (9 - digit) * second
    percent = 100.0 * blended / blended.sum(axis=-1, keepdims=True)
    return np.asarray(np.abs(percent - 10.0).sum(axis=-1) / 2)


def _single(counts: npt.ArrayLike, least: int, name: str, ages: str) -> Array:
    people = np.asarray(counts, dtype=float)
    if people.shape[-1] < least:
        raise SchemaError(f"{name}: {people.shape[-1]} single ages are given, it needs ages {ages}. Leave it out.")
    return people


def age_ratios(groups: npt.ArrayLike) -> Array:
    """Return age ratios of five-year groups, each over the mean of its neighbours.

    Parameters
    ----------
    groups : array_like, shape (..., G)
        Counts of consecutive five-year groups. [persons]

    Returns
    -------
    ndarray, shape (..., G − 2)
        ``100 · 2·N[g] / (N[g−1] + N[g+1])`` of all but the first and last group; not a number where nobody lives.
    """
    people = np.asarray(groups, dtype=float)
    around = people[..., :-2] + people[..., 2:]
    return np.asarray(np.divide(200.0 * people[..., 1:-1], around, out=np.full(around.shape, np.nan), where=around > 0))


def age_ratio_score(groups: npt.ArrayLike) -> Array:
    """Return the mean absolute deviation of the age ratios from 100 (see `age_sex_accuracy`)."""
    return np.asarray(np.abs(age_ratios(groups) - 100.0).mean(axis=-1))


def sex_ratio_score(female: npt.ArrayLike, male: npt.ArrayLike) -> Array:
    """Return the mean absolute change of the sex ratio from one five-year group to the next.

    Parameters
    ----------
    female, male : array_like, shape (..., G)
        Counts of consecutive five-year groups. [persons]

    Returns
    -------
    ndarray, shape (...)
        Score; sex ratios are males per 100 females. Not a number where a group has no women.
    """
    women, men = np.asarray(female, dtype=float), np.asarray(male, dtype=float)
    ratio = np.divide(100.0 * men, women, out=np.full(men.shape, np.nan), where=women > 0)
    return np.asarray(np.abs(np.diff(ratio, axis=-1)).mean(axis=-1))


def age_sex_accuracy(female: npt.ArrayLike, male: npt.ArrayLike) -> Array:
    """Return the United Nations' age-sex accuracy index (joint score).

    Parameters
    ----------
    female, male : array_like, shape (..., G)
        Counts of the five-year groups 0-4 … 70-74. [persons]

    Returns
    -------
    ndarray, shape (...)
        Below 20 the data count as accurate, from 20 to 40 as inaccurate, above as highly inaccurate.

    Notes
    -----
    Three times the sex-ratio score plus the age-ratio scores of males and females (United Nations 1952, Accuracy tests
    for census age distributions, Population Bulletin 2; United Nations 1955, Manual II). It was made for closed
    populations with even births: migration and jumping births raise it without any error in the ages.
    """
    return np.asarray(3.0 * sex_ratio_score(female, male) + age_ratio_score(female) + age_ratio_score(male))
