"""Age groups to single years of age."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from popmodel.schema import OPEN_AGE, SchemaError

Array = npt.NDArray[np.float64]
LEAST_OPEN = 60
"""Age from which closed groups tell how cohorts grew that are now in the open group. [completed years]"""


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
        Expected relative size of each single age, e.g. births of its year times survival. It counts in the closed
        groups whose ages all have one (finite).
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
    ``N[x] = F(W[x+1]) − F(W[x])`` with F the monotone cubic interpolant (Fritsch & Carlson 1980, doi:10.1137/0717021)
    of the cumulated counts over the cumulated pattern W. So the ratio of people to pattern runs on smoothly from group
    to group: where it is the same in all of them, every age is that multiple of its pattern. Without a pattern W counts
    ages, and F is the plain spline.
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
    weights = np.full(open_age + 1, np.nan) if pattern is None else np.asarray(pattern, dtype=float)
    out = np.empty((*grouped.shape[:-1], open_age + 1))
    for first, last, weight in _runs(weights, lower):
        curve = _differences(grouped[..., first:last], lower[first : last + 1], weight)
        for group in range(first, last):
            inside = slice(lower[group] - lower[first], lower[group + 1] - lower[first])
            out[..., lower[group] : lower[group + 1]] = _share(
                grouped[..., group], curve[..., inside], weight[inside], f"ages {lower[group]}-{lower[group + 1] - 1}"
            )
    ages = slice(lower[-1], None)
    if lower[-1] == open_age:
        out[..., ages] = grouped[..., -1:]
    elif open_pattern is None:
        raise SchemaError(f"graduate: the open group {lower[-1]}+ needs open_pattern, e.g. life-table person-years.")
    else:
        split = np.broadcast_to(np.asarray(open_pattern, dtype=float)[..., ages], out[..., ages].shape)
        out[..., ages] = _share(grouped[..., -1], split, np.zeros(open_age + 1 - lower[-1]), f"ages {lower[-1]}+")
    return out


def _runs(weights: Array, lower: npt.NDArray[np.int_]) -> Iterator[tuple[int, int, Array]]:
    """Runs of closed groups whose pattern is known (positive in each), and runs of those where it is not."""
    known = [
        bool(np.isfinite(weights[low:high]).all() and weights[low:high].sum() > 0) for low, high in pairwise(lower)
    ]
    zero = [
        bool(np.isfinite(weights[low:high]).all()) and not known[g] for g, (low, high) in enumerate(pairwise(lower))
    ]
    first = 0
    for last in range(1, len(known) + 1):
        # A group with a pattern of nothing stands alone: there is no ratio to join to its neighbours'.
        if last == len(known) or known[last] != known[first] or zero[last] or zero[first]:
            ages = weights[lower[first] : lower[last]]
            yield first, last, ages if known[first] or zero[first] else np.ones(len(ages))
            first = last


def _differences(grouped: Array, edges: npt.NDArray[np.int_], weight: Array) -> Array:
    """First differences of the monotone interpolant of the cumulated counts over the cumulated pattern."""
    whole = np.concatenate([[0.0], np.cumsum(weight)])
    if whole[-1] <= 0:
        return np.zeros((*grouped.shape[:-1], len(weight)))
    start = np.zeros((*grouped.shape[:-1], 1))
    cumulated = np.concatenate([start, np.cumsum(grouped, axis=-1)], axis=-1)
    curve = PchipInterpolator(whole[edges - edges[0]], cumulated, axis=-1)
    return np.asarray(np.maximum(np.diff(curve(whole), axis=-1), 0.0))


def _share(total: Array, part: Array, fallback: Array, where: str) -> Array:
    """Scale the parts to the total; a tiny group whose parts drown in rounding beside a huge one takes the pattern."""
    whole = part.sum(axis=-1, keepdims=True)
    part = np.where(whole > 0, part, fallback)
    whole = part.sum(axis=-1, keepdims=True)
    if ((whole[..., 0] <= 0) & (total > 0)).any():
        raise SchemaError(
            f"graduate: the pattern is zero over {where}, where people are counted. Give weights above 0."
        )
    return np.asarray(total[..., None] * (part / np.where(whole > 0, whole, 1.0)))


def open_pattern(counts: npt.ArrayLike, lower_ages: npt.ArrayLike, person_years: npt.ArrayLike) -> Array:
    """Return relative sizes of the ages of an open group: person-years, and the growth of cohorts before it.

    Parameters
    ----------
    counts : array_like, shape (G,)
        Counts by age group, the last one open. [persons]
    lower_ages : array_like, shape (G,)
        Lower age of each group, rising from 0. [completed years]
    person_years : array_like, shape (A,)
        Life-table person-years at each age, L[x]. [years]

    Returns
    -------
    ndarray, shape (A,)
        ``L[x]·exp(−r·x)``, r the mean growth from older to younger cohorts in the last four closed groups from age 60
        on, by least squares of log(N/L) on age; 0 where there are fewer than two such groups. [years]

    Notes
    -----
    A stable population in the open group. By L alone (r = 0) a population whose cohorts grew has too many at the
    highest ages: cohorts then seem to gain people without migration.
    """
    lived, lower = np.asarray(person_years, dtype=float), np.asarray(lower_ages, dtype=int)
    groups = [g for g in range(max(len(lower) - 5, 0), len(lower) - 1) if lower[g] >= LEAST_OPEN]
    people = np.asarray(counts, dtype=float)[groups]
    if len(groups) < 2 or (people <= 0).any():
        return lived
    own = np.array([lived[lower[g] : lower[g + 1]].sum() for g in groups])
    middle = np.array([(lower[g] + lower[g + 1]) / 2 for g in groups])
    slope = np.polyfit(middle, np.log(people / own), 1)[0]
    return np.asarray(lived * np.exp(slope * (np.arange(len(lived)) - lower[-1])))


def split_open(
    counts: npt.ArrayLike,
    lower_ages: npt.ArrayLike,
    pattern: npt.ArrayLike,
    *,
    width: int = 5,
    open_age: int = OPEN_AGE,
) -> tuple[Array, npt.NDArray[np.int_]]:
    """Cut an open group into closed ones and a last one from `open_age` on, keeping its count.

    Parameters
    ----------
    counts : array_like, shape (..., G)
        Counts by age group, the last one open. [persons]
    lower_ages : array_like, shape (G,)
        Lower age of each group, rising from 0. [completed years]
    pattern : array_like, shape (open_age + 1,)
        Relative size of the ages of the open group (`open_pattern`, or survivors of an earlier census).
    width : int
        Width of the new groups. [years]
    open_age : int
        Lower age of the last new group. [completed years]

    Returns
    -------
    ndarray, shape (..., G + k), ndarray of int, shape (G + k,)
        Counts [persons] and their lower ages.

    Raises
    ------
    SchemaError
        If the pattern is zero or not finite over the open group.

    Notes
    -----
    The share of each new group is that of its ages in the pattern. Cohorts that age without migrants are in the same
    proportion to each other as survivors of the census before: what the count of the whole open group has beyond them
    (coverage, ages overstated, mortality) is then spread evenly and gathers in no cohort.
    """
    grouped, lower = np.asarray(counts, dtype=float), np.asarray(lower_ages, dtype=int)
    if lower[-1] >= open_age:
        return grouped, lower
    weights = np.asarray(pattern, dtype=float)[lower[-1] :]
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
        raise SchemaError(f"split_open: the pattern of ages {lower[-1]}+ must be above 0. Give survivors by age.")
    edges = np.append(np.arange(lower[-1], open_age, width), open_age)
    share = np.add.reduceat(weights, edges - lower[-1]) / weights.sum()
    return np.concatenate([grouped[..., :-1], grouped[..., -1:] * share], axis=-1), np.append(lower[:-1], edges)


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
        Relative sizes; before the first year known, births are taken as in it; not a number at the open age and where
        a later year is missing.

    Notes
    -----
    Those aged x at `date` were born between `date` − x − 1 and `date` − x, which meets two calendar years; births are
    taken as even within a year.
    """
    years = np.asarray(birth_years, dtype=int).tolist()
    known = dict(zip(years, np.asarray(births, dtype=float), strict=True))
    # A pattern that ended at some age would break the graduated ages there; older cohorts differ by their groups.
    known.update(dict.fromkeys(range(int(date) - len(np.asarray(person_years)) - 1, years[0]), known[years[0]]))
    survival = np.asarray(person_years, dtype=float)
    whole = int(np.floor(date))
    part = date - whole
    out = np.full(survival.shape, np.nan)
    for age in range(len(survival) - 1):
        late, early = known.get(whole - age, np.nan), known.get(whole - age - 1, np.nan)
        expected = (part * late if part > 0 else 0.0) + (1 - part) * early
        out[age] = expected * survival[age]
    return out
