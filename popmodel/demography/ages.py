"""Age groups to single years of age."""

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from popmodel.schema import OPEN_AGE, SchemaError

Array = npt.NDArray[np.float64]


def graduate(
    counts: npt.ArrayLike,
    lower_ages: npt.ArrayLike,
    *,
    pattern: npt.ArrayLike | None = None,
    open_pattern: npt.ArrayLike | None = None,
    open_age: int = OPEN_AGE,
) -> Array:
    """Split counts by age group into single years of age, keeping the count of every group exactly.

    Parameters
    ----------
    counts : array_like, shape (..., G)
        Counts by age group, the last one open. [persons]
    lower_ages : array_like, shape (G,)
        Lower age of each group, rising from 0. [completed years]
    pattern : array_like, shape (open_age + 1,), optional
        Expected relative size of each single age, e.g. births of its year times survival. A closed group is split in
        proportion to it when all its ages are given (finite); otherwise by the monotone spline.
    open_pattern : array_like, shape (..., open_age + 1), optional
        Relative size of the ages of the open group, e.g. life-table person-years. Needed when the open group starts
        below `open_age`.
    open_age : int
        The last single age, itself open.

    Returns
    -------
    ndarray, shape (..., open_age + 1)
        Counts by single year of age. [persons]

    Raises
    ------
    SchemaError
        If ages do not rise from 0, counts are negative or not finite, a group with people has a pattern of zero, or
        the open group has no pattern.

    Notes
    -----
    Within group g, ``N[x] = C[g] · w[x] / Σ_g w``. Without a pattern, first differences of a monotone cubic
    interpolant (Fritsch & Carlson 1980, doi:10.1137/0717021) of the cumulated counts.
    """
    grouped = np.asarray(counts, dtype=float)
    lower = np.asarray(lower_ages, dtype=int)
    if grouped.shape[-1:] != lower.shape or lower[0] != 0 or np.any(np.diff(lower) < 1) or lower[-1] > open_age:
        raise SchemaError(
            f"graduate: lower ages {lower.tolist()} must rise from 0 to at most {open_age}, one for each of the "
            f"{grouped.shape[-1]} groups."
        )
    if not np.isfinite(grouped).all() or (grouped < 0).any():
        raise SchemaError("graduate: counts must be finite and not negative. Correct the census table.")
    out = np.empty((*grouped.shape[:-1], open_age + 1))
    smooth = _spline(grouped, lower)
    weights = np.full(open_age + 1, np.nan) if pattern is None else np.asarray(pattern, dtype=float)
    for group, low in enumerate(lower[:-1]):
        ages = slice(low, lower[group + 1])
        weight = weights[ages]
        if np.isfinite(weight).all():
            split = np.broadcast_to(weight, out[..., ages].shape)
        else:
            # Beside a huge group the differences of a tiny one drown in rounding: then its ages are taken as equal.
            part = smooth[..., ages]
            split = np.where(part.sum(axis=-1, keepdims=True) > 0, part, 1.0)
        out[..., ages] = _share(grouped[..., group], split, f"ages {low}-{lower[group + 1] - 1}")
    ages = slice(lower[-1], None)
    if lower[-1] == open_age:
        out[..., ages] = grouped[..., -1:]
    elif open_pattern is None:
        raise SchemaError(f"graduate: the open group {lower[-1]}+ needs open_pattern, e.g. life-table person-years.")
    else:
        split = np.broadcast_to(np.asarray(open_pattern, dtype=float)[..., ages], out[..., ages].shape)
        out[..., ages] = _share(grouped[..., -1], split, f"ages {lower[-1]}+")
    return out


def _spline(grouped: Array, lower: npt.NDArray[np.int_]) -> Array:
    """First differences of the monotone interpolant of the cumulated counts of the closed groups."""
    if len(lower) < 3:
        return np.ones((*grouped.shape[:-1], lower[-1]))
    cumulated = np.concatenate([np.zeros((*grouped.shape[:-1], 1)), np.cumsum(grouped[..., :-1], axis=-1)], axis=-1)
    curve = PchipInterpolator(lower, cumulated, axis=-1)
    return np.asarray(np.maximum(np.diff(curve(np.arange(lower[-1] + 1)), axis=-1), 0.0))


def _share(total: Array, weight: Array, where: str) -> Array:
    whole = weight.sum(axis=-1)
    if ((whole <= 0) & (total > 0)).any():
        raise SchemaError(
            f"graduate: the pattern is zero over {where}, where people are counted. Give weights above 0."
        )
    safe = np.where(whole > 0, whole, 1.0)
    return np.asarray(total[..., None] * (weight / safe[..., None]))


def cohort_pattern(
    births: npt.ArrayLike, birth_years: npt.ArrayLike, person_years: npt.ArrayLike, *, date: float
) -> Array:
    """Return the expected relative size of each age at `date`: the births of its cohort times survival.

    Parameters
    ----------
    births : array_like, shape (Y,)
        Births by calendar year. [persons]
    birth_years : array_like, shape (Y,)
        Those years, consecutive.
    person_years : array_like, shape (A,)
        Life-table person-years at each age, L[x]. [years]
    date : float
        Date as a fraction of the calendar, e.g. 2020.83 for 1 November 2020; year-end 2020 is 2021.0.

    Returns
    -------
    ndarray, shape (A,)
        Relative sizes; not a number where the cohort's births are not known.

    Notes
    -----
    Those aged x at `date` were born between `date` − x − 1 and `date` − x, which meets two calendar years; births are
    taken as even within a year.
    """
    known = dict(zip(np.asarray(birth_years, dtype=int).tolist(), np.asarray(births, dtype=float), strict=True))
    survival = np.asarray(person_years, dtype=float)
    whole = int(np.floor(date))
    part = date - whole
    out = np.full(survival.shape, np.nan)
    for age in range(len(survival) - 1):
        late, early = known.get(whole - age, np.nan), known.get(whole - age - 1, np.nan)
        expected = (part * late if part > 0 else 0.0) + (1 - part) * early
        out[age] = expected * survival[age]
    return out
