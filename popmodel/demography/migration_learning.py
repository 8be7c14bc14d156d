"""Migration by age and sex learned from many small areas: how ages respond to the total, and who turns over at zero."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from popmodel.schema import OPEN_AGE, SchemaError

Array = npt.NDArray[np.float64]
WIDTH = 5
"""Width of the age groups. [years]"""
INTERVAL = 10
"""Years between the two censuses. [years]"""
REACHED = tuple(range(INTERVAL, 86, WIDTH))
"""Lower ages of the groups reached at the second census, the last one open. [completed years]"""
STARTING = tuple(range(0, 86, WIDTH))
"""Lower ages of the groups at the first census, the last one open. [completed years]"""
RIDGE = 60.0
"""Penalty of the ridge regression on standardised features."""
LARGEST = 1.5
"""Log rates of a cell are learned from within this bound: a cell beyond it has another cause (a prison, a camp)."""
CHANGED_AREA = 0.25
"""Departure of the cohort of 45-64 from the median ratio above which an area is taken to have changed. [log]"""
TAPER = {70: 0.75, 75: 0.5, 80: 0.25, 85: 0.0}
"""What is left of the response at old ages reached; whole below. [1]"""
OLD = 60
"""Age reached from which what is not response is read as mortality and coverage. [completed years]"""
SETTLING, STAYING = 55, 80
"""Ages reached from which, and up to which, the response of people who move falls to none [completed years]."""
SMOOTHNESS = 1.0
"""Penalty of second differences when ten-year rates become annual ones."""
CHILDREN, PARENTS = slice(0, WIDTH), slice(26, 41)
"""Those who move with those: children up to four, with adults of 26-40."""
COMPONENTS = 6
"""Principal components of the errors."""


class Learned(NamedTuple):
    """What counties teach: response, intercept (2, G), coefficients (F, 2, G), mean and s.d. of features (F,)."""

    response: Array
    intercept: Array
    coefficients: Array
    mean: Array
    deviation: Array


class Components(NamedTuple):
    """Errors of the prediction: loadings (K, 2, G), s.d. of scores (K,), share of variance (K,)."""

    loadings: Array
    deviation: Array
    explained: Array


def log_rates(counted: npt.ArrayLike, expected: npt.ArrayLike) -> Array:
    """Return log ratios of survivors counted to survivors expected.

    Parameters
    ----------
    counted, expected : array_like, shape (...)
        People counted, and people who would be there without migration. [persons]

    Returns
    -------
    ndarray, shape (...)
        ``log((C + ½)/(E + ½))``: the half keeps empty cells finite. [1]
    """
    return np.asarray(np.log((np.asarray(counted, dtype=float) + 0.5) / (np.asarray(expected, dtype=float) + 0.5)))


def total_rate(counted: npt.ArrayLike, expected: npt.ArrayLike) -> Array:
    """Return the log rate of whole units, shape (...), from cells (..., 2, G)."""
    whole = (np.asarray(part, dtype=float).sum(axis=(-2, -1)) for part in (counted, expected))
    return log_rates(*whole)


def changed_area(
    counted: npt.ArrayLike, expected: npt.ArrayLike, *, bound: float = CHANGED_AREA
) -> npt.NDArray[np.bool_]:
    """Say which units probably changed their area between the censuses.

    Parameters
    ----------
    counted, expected : array_like, shape (U, 2, G)
        Survivors by age reached (`REACHED`). [persons]
    bound : float
        Largest departure from the median of the units. [log]

    Returns
    -------
    ndarray of bool, shape (U,)

    Notes
    -----
    Those who were 45-64 move little: where many came or went, the area did. The rule looks at the outcome, so that it
    also takes out real growth of that size.
    """
    settled = slice(REACHED.index(55), REACHED.index(75))
    rate = total_rate(np.asarray(counted)[..., settled], np.asarray(expected)[..., settled])
    return np.asarray(np.abs(rate - np.median(rate)) > bound)


def structure_features(population: npt.ArrayLike, urban_share: npt.ArrayLike) -> Array:
    """Return what describes a unit: log shares of 36 age-sex groups, and the urban share.

    Parameters
    ----------
    population : array_like, shape (U, 2, 18)
        Residents by groups of five years (`STARTING`). [persons]
    urban_share : array_like, shape (U,)
        Share of residents in urban places; not a number where unknown. [1]

    Returns
    -------
    ndarray, shape (U, 37)
        [1]
    """
    people = np.asarray(population, dtype=float)
    share = np.log((people + 0.5) / people.sum(axis=(-2, -1), keepdims=True))
    urban = np.asarray(urban_share, dtype=float)
    return np.concatenate([share.reshape(*share.shape[:-2], -1), urban[..., None]], axis=-1)


def learn(counted: npt.ArrayLike, expected: npt.ArrayLike, features: npt.ArrayLike, *, ridge: float = RIDGE) -> Learned:
    """Learn the response to a unit's total and the turnover at a total of zero.

    Parameters
    ----------
    counted, expected : array_like, shape (U, 2, G)
        Survivors by age reached (`REACHED`). [persons]
    features : array_like, shape (U, F)
        What describes the units at the start (`structure_features`).
    ridge : float
        Penalty on the coefficients of standardised features.

    Returns
    -------
    Learned

    Raises
    ------
    SchemaError
        If there are fewer units than features, or all totals are the same.

    Notes
    -----
    ``y = g + b·Y + e`` with y the log rate of a cell and Y that of the whole unit: b by least squares over the units; g
    by ridge regression (Hoerl & Kennard 1970) of ``y − b·Y`` on the features. Logs, not ratios: rates compound over the
    ten years, and a prediction never takes more than everybody. From `OLD` on the intercept and the coefficients are
    zero, and the response is tapered.
    """
    x, rate = np.asarray(features, dtype=float), total_rate(counted, expected)
    if len(x) <= x.shape[1] or np.ptp(rate) == 0:
        raise SchemaError(
            f"estimate_migration_schedules: {len(x)} units teach nothing about {x.shape[1]} features, or all grew "
            "alike. Give at least twice as many units as features."
        )
    cells = np.clip(log_rates(counted, expected), -LARGEST, LARGEST)
    response = response_of(rate, cells)
    intercept = cells.mean(axis=0) - response * rate.mean()
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    z = standardised(x, mean, deviation)
    left = (cells - response * rate[:, None, None] - intercept).reshape(len(x), -1)
    slopes = np.linalg.solve(z.T @ z + ridge * np.eye(z.shape[1]), z.T @ left).reshape(-1, *cells.shape[1:])
    young = np.array([age < OLD for age in REACHED], dtype=float)
    taper = np.array([TAPER.get(age, 1.0) for age in REACHED])
    return Learned(response * taper, intercept * young, slopes * young, mean, deviation)


def response_of(rate: Array, cells: Array) -> Array:
    """Least squares slope (2, G) of log rates of cells (U, 2, G) on those of whole units (U,)."""
    off = rate - rate.mean()
    return np.asarray(np.einsum("u,usg->sg", off, cells - cells.mean(axis=0)) / (off**2).sum())


def moved_response(counted: npt.ArrayLike, expected: npt.ArrayLike, hazard: npt.ArrayLike) -> Array:
    """Learn the response of people who move, without that of mortality and coverage at old ages.

    Parameters
    ----------
    counted, expected : array_like, shape (U, 2, G)
        Survivors by age reached (`REACHED`). [persons]
    hazard : array_like, shape (2, G)
        Minus the log of the share that survives the ten years. [1]

    Returns
    -------
    ndarray, shape (2, G)
        Not negative, none from `STAYING` up. [1]

    Notes
    -----
    ``b = (y − y₈₅·H/H₈₅)·t`` with y the response of the counts, H the hazard, and t falling in a straight line from 1
    at 55 to 0 at `STAYING`. Those of 85 and over do not move, yet their counts follow the unit's total: where places
    grow, fewer die. In proportion to the hazard that is taken off at every age. What is left at 60-84 falls with age,
    and the more, the more strictly units of changed area are left out: hence t, which is assumed.
    """
    cells = np.clip(log_rates(counted, expected), -LARGEST, LARGEST)
    response, died = response_of(total_rate(counted, expected), cells), np.asarray(hazard, dtype=float)
    mortality = response[:, -1].mean() * died / died[:, -1:]
    reached = np.array(REACHED, dtype=float)
    staying = np.clip((STAYING - reached) / (STAYING - SETTLING), 0.0, 1.0)
    return np.asarray(np.maximum(response - mortality, 0.0) * staying)


def learn_total(
    counted: npt.ArrayLike, expected: npt.ArrayLike, features: npt.ArrayLike, *, ridge: float = RIDGE
) -> tuple[float, Array]:
    """Learn the log rate of a whole unit from its structure.

    Parameters
    ----------
    counted, expected, features, ridge
        As in `learn`.

    Returns
    -------
    float, ndarray of shape (F,)
        Mean and coefficients of standardised features, by ridge regression. [1]
    """
    x, rate = np.asarray(features, dtype=float), total_rate(counted, expected)
    z = standardised(x, x.mean(axis=0), x.std(axis=0))
    slopes = np.linalg.solve(z.T @ z + ridge * np.eye(z.shape[1]), z.T @ (rate - rate.mean()))
    return float(rate.mean()), np.asarray(slopes)


def standardised(features: npt.ArrayLike, mean: npt.ArrayLike, deviation: npt.ArrayLike) -> Array:
    """Return features in standard deviations from the mean; 0, the mean, where one is unknown or never varies."""
    x, spread = np.asarray(features, dtype=float), np.asarray(deviation, dtype=float)
    z = (x - np.asarray(mean)) / np.where(spread > 0, spread, 1.0)
    return np.where(np.isfinite(z), z, 0.0)


def turnover(learned: Learned, features: npt.ArrayLike) -> Array:
    """Return the ten-year log rates (U, 2, G) of units whose total migration is zero, from their features (U, F)."""
    z = standardised(features, learned.mean, learned.deviation)
    return np.asarray(learned.intercept + np.einsum("uf,fsg->usg", z, learned.coefficients))


def met(expected: npt.ArrayLike, turned: npt.ArrayLike, response: npt.ArrayLike, total: npt.ArrayLike) -> Array:
    """Return survivors by age reached that sum to the units' totals.

    Parameters
    ----------
    expected : array_like, shape (U, 2, G)
        Survivors without migration. [persons]
    turned : array_like, shape (U, 2, G)
        Log rates at a total of zero. [1]
    response : array_like, shape (2, G)
        Response to the total. [1]
    total : array_like, shape (U,)
        Survivors wanted, above 0. [persons]

    Returns
    -------
    ndarray, shape (U, 2, G)
        ``E·exp(g + γ·b)`` with γ by Newton's method. [persons]

    Raises
    ------
    SchemaError
        If a total is not met after 100 rounds.
    """
    base = np.asarray(expected, dtype=float) * np.exp(np.asarray(turned, dtype=float))
    b, wanted = np.asarray(response, dtype=float), np.asarray(total, dtype=float)
    gamma = np.zeros(len(base))
    for _ in range(100):
        people = base * np.exp(gamma[:, None, None] * b)
        miss = np.log(people.sum(axis=(1, 2)) / wanted)
        if np.abs(miss).max() < 1e-12:
            return np.asarray(people)
        # On the log scale the slope is the mean response of those who are there: between its least and its greatest.
        gamma = gamma - np.clip(miss / ((people * b).sum(axis=(1, 2)) / people.sum(axis=(1, 2))), -1.0, 1.0)
    raise SchemaError(
        f"migration schedules: {int((np.abs(miss) >= 1e-12).sum())} totals are not met. Check the totals."
    )


def ages_passed() -> Array:
    """Return how many years those of each closed group reached have spent at each age, (G − 1, A). [years]"""
    out = np.zeros((len(REACHED) - 1, OPEN_AGE + 1))
    for group, lower in enumerate(REACHED[:-1]):
        for age in range(lower, lower + WIDTH):
            # Completed ages: half a year at the age of either end, a year at each between.
            out[group, age] += 0.5
            out[group, age - INTERVAL + 1 : age] += 1.0
            out[group, age - INTERVAL] += 0.5
    return out / WIDTH


def annual(log_rate: npt.ArrayLike, *, smoothness: float = SMOOTHNESS, positive: bool = False) -> Array:
    """Turn ten-year log rates by age reached into annual rates by single age at the move.

    Parameters
    ----------
    log_rate : array_like, shape (..., 2, G)
        By age reached (`REACHED`). [1]
    smoothness : float
        Penalty of second differences.
    positive : bool
        Whether no rate may be negative, as those of a response.

    Returns
    -------
    ndarray, shape (..., 2, A)
        Annual rates; zero from 85 on. [1/year]

    Notes
    -----
    ``min |Wm − y|² + λ|Δ²m|²`` with W the years spent at each age (`ages_passed`), linear in y; with `positive` within
    ``m ≥ 0`` (Lawson & Hanson 1974). Those up to four, whom the interval saw only in passing, take the mean rate of
    both sexes at 26-40: they move with their parents.
    """
    y = np.asarray(log_rate, dtype=float)[..., :-1]
    years = ages_passed()[:, : REACHED[-1]]
    # Rates join the zero of the open group without a bend.
    bend = np.diff(np.eye(REACHED[-1] + 2), 2, axis=0)[:, : REACHED[-1]]
    out = np.zeros((*y.shape[:-1], OPEN_AGE + 1))
    if positive:
        both = np.concatenate([years, np.sqrt(smoothness) * bend])
        goal = np.concatenate([y, np.zeros((*y.shape[:-1], len(bend)))], axis=-1).reshape(-1, len(both))
        out[..., : REACHED[-1]] = np.stack([nnls(both, row)[0] for row in goal]).reshape(*y.shape[:-1], -1)
    else:
        inverse = np.linalg.solve(years.T @ years + smoothness * bend.T @ bend, years.T)
        out[..., : REACHED[-1]] = y @ inverse.T
    out[..., CHILDREN] = out[..., PARENTS].mean(axis=(-2, -1))[..., None, None]
    return out


def components(residuals: npt.ArrayLike, *, count: int = COMPONENTS) -> Components:
    """Return principal components of the errors of prediction.

    Parameters
    ----------
    residuals : array_like, shape (U, 2, G)
        Log rates counted less predicted, of units that were not learned from. [1]
    count : int
        How many components.

    Returns
    -------
    Components
    """
    rows = np.asarray(residuals, dtype=float)
    flat = rows.reshape(len(rows), -1)
    _, size, axes = np.linalg.svd(flat - flat.mean(axis=0), full_matrices=False)
    # The sign of an axis is free; the largest loading is made positive, so that learning anew gives the same.
    sign = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    whole = float((size**2).sum())
    return Components(
        (axes * sign[:, None])[:count].reshape(-1, *rows.shape[1:]),
        size[:count] / np.sqrt(len(rows) - 1),
        size[:count] ** 2 / (whole or 1.0),
    )


def identifiability(moved: npt.ArrayLike) -> Array:
    """Return ``|Σ M| / Σ |M|`` of each unit (U,) from its net migrants by cell (U, 2, G): 0 where all cancels. [1]"""
    parts = np.asarray(moved, dtype=float)
    size = np.abs(parts).sum(axis=(-2, -1))
    return np.asarray(np.abs(parts.sum(axis=(-2, -1))) / np.where(size > 0, size, 1.0))
