"""Life tables: from death rates, to survival ratios, and moved to a given life expectancy."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import PchipInterpolator

from popmodel.kernel.compiling import compiled
from popmodel.schema import SEXES, SchemaError

Array = NDArray[np.float64]
InfantRule = Literal["andreev-kingkade", "un-wpp", "coale-demeny"]
A0_LINES = {
    # a0 = max(p0 + p1·m0, min(p2 + p3·m0, p4)), rows female, male
    "andreev-kingkade": (
        (0.14903, -2.05527, 0.04667, 3.88089, 0.31411),
        (0.14929, -1.99545, 0.02832, 3.26021, 0.29915),
    ),
    "un-wpp": ((0.1490, -2.0867, 0.0438, 4.1075, 0.3141), (0.1493, -2.0367, 0.0244, 3.4994, 0.2991)),
    "coale-demeny": ((0.0, 0.0, 0.053, 2.800, 0.350), (0.0, 0.0, 0.045, 2.684, 0.330)),
}
"""Years lived by those who die in the first year of life, as lines in the infant death rate."""
A1_LINES = ((1.522, -1.518, 1.361), (1.651, -2.816, 1.352))
"""Years lived in ages 1–4 by those who die there: max(p0 + p1·m0, p2), rows female, male (Coale & Demeny 1983)."""


class LifeTable(NamedTuple):
    """A life table with radix 1, each part an array (..., A), or (..., 2, A) for both sexes; the last age is open."""

    ax: Array
    qx: Array
    lx: Array
    dx: Array
    Lx: Array
    Tx: Array
    ex: Array


@compiled()
def _infant_years(m0, p):  # type: ignore[no-untyped-def]
    return max(p[0] + p[1] * m0, min(p[2] + p[3] * m0, p[4]))


@compiled()
def _close(ax, qx, lx, dx, Lx, Tx, ex):  # type: ignore[no-untyped-def]
    """Fill Tx and ex of one table from its Lx and lx, from the end."""
    total = 0.0
    for x in range(lx.size - 1, -1, -1):
        total += Lx[x]
        Tx[x] = total
        ex[x] = total / lx[x] if lx[x] > 0.0 else 0.0


@compiled()
def _growth(m, ages, x):  # type: ignore[no-untyped-def]
    """Relative rise of the death rate per year of age around group x, from its closed neighbours."""
    high = min(x + 1, ages.size - 2)
    if m[x - 1] <= 0.0 or m[high] <= 0.0:
        return 0.0
    apart = 0.5 * ((ages[high] + ages[high + 1]) - (ages[x - 1] + ages[x]))
    return np.log(m[high] / m[x - 1]) / apart


@compiled(parallel=True)
def _tables(rates, ages, widths, infant, child, ax, qx, lx, dx, Lx, Tx, ex):  # type: ignore[no-untyped-def]
    """Every row of `rates` (n, A) to a table; row i takes the constants of sex i % len(infant)."""
    last = widths.size - 1
    for i in numba.prange(rates.shape[0]):
        m, sex = rates[i], i % infant.shape[0]
        alive = 1.0
        for x in range(last):
            a = 0.5 * widths[x]
            if x == 0 and widths[0] == 1.0:
                a = _infant_years(m[0], infant[sex])
            if x == 1 and widths[1] == 4.0:
                a = max(child[sex, 0] + child[sex, 1] * m[0], child[sex, 2])
            if widths[x] > 1.0 and ages[x] >= 15.0:
                a += widths[x] ** 2 / 12.0 * (_growth(m, ages, x) - m[x])
            q = widths[x] * m[x] / (1.0 + (widths[x] - a) * m[x])
            died = alive * q
            ax[i, x], qx[i, x], lx[i, x], dx[i, x] = a, q, alive, died
            alive -= died
            Lx[i, x] = widths[x] * alive + a * died
        ax[i, last], qx[i, last], lx[i, last], dx[i, last] = 1.0 / m[last], 1.0, alive, alive
        Lx[i, last] = alive / m[last]
        _close(ax[i], qx[i], lx[i], dx[i], Lx[i], Tx[i], ex[i])


def _check(name: str, values: Array, good: NDArray[np.bool_], rule: str) -> None:
    if not good.all():
        index = [int(i) for i in np.argwhere(~good)[0]]
        raise SchemaError(
            f"{name}{index} is {values[tuple(index)]}, one of {int((~good).sum())} such values; it must be {rule}."
        )


def _constants(sex: str | Sequence[str], a0: InfantRule, shape: tuple[int, ...]) -> tuple[Array, Array]:
    """Rows of a0 and 4a1 constants for the sexes that axis -2 runs over."""
    if a0 not in A0_LINES:
        raise SchemaError(f"a0 is {a0!r}; it must be one of {', '.join(A0_LINES)}.")
    sexes = (sex,) if isinstance(sex, str) else tuple(sex)
    unknown = [name for name in sexes if name not in SEXES]
    if unknown:
        raise SchemaError(f"sex is {sex!r}; it must be 'female', 'male' or a tuple of the two.")
    if not isinstance(sex, str) and (len(shape) < 2 or shape[-2] != len(sexes)):
        raise SchemaError(f"mx has shape {shape}; with sex={sexes} its axis -2 must have length {len(sexes)}.")
    at = [SEXES.index(name) for name in sexes]
    return np.array(A0_LINES[a0])[at], np.array(A1_LINES)[at]


def life_table(
    mx: ArrayLike,
    *,
    sex: str | Sequence[str],
    a0: InfantRule = "andreev-kingkade",
    lower_ages: ArrayLike | None = None,
) -> LifeTable:
    """Compute life tables from death rates, by single years of age or by age groups.

    Parameters
    ----------
    mx : array_like, shape (..., A)
        Death rates, the last age open. [1/year]
    sex : {"female", "male"} or tuple of them
        Whose table it is; a tuple if axis -2 runs over the sexes in that order.
    a0 : {"andreev-kingkade", "coale-demeny", "un-wpp"}
        Rule for the years lived in the first year of life by those who die in it.
    lower_ages : array_like, shape (A,), optional
        Lower ages, 0, 1, 2, … if not given; 0, 1, 5, 10, … for an abridged table. [completed years]

    Returns
    -------
    LifeTable
        `ax` [years], `qx` [1], `lx` (radix 1), `dx`, `Lx` [years], `Tx` [years] and `ex` [years], each (..., A).

    Raises
    ------
    SchemaError
        If rates are negative, not finite, zero at the open age or so high that more die than live, or ages do not rise.

    Notes
    -----
    ``q = n·m / (1 + (n − a)·m)``, ``L = n·l(x+n) + a·d``, open interval ``L = l/m`` (Preston, Heuveline & Guillot 2001,
    ch. 3). a0: Andreev & Kingkade (2015, doi:10.4054/DemRes.2015.33.13) or Coale & Demeny (1983, West); ``un-wpp`` is
    the variant of the former that reproduces the UN's survival ratios. Single years: a = ½; ages 1-4: Coale & Demeny;
    groups from 15 on: ``a = n/2 + n²/12·(k − m)`` with k the relative rise of the rate with age.
    """
    rates = np.ascontiguousarray(mx, dtype=np.float64)
    if rates.ndim == 0 or rates.shape[-1] < 2:
        raise SchemaError(f"mx has shape {rates.shape}; its last axis must be age, with at least two ages.")
    ages = np.arange(rates.shape[-1], dtype=float) if lower_ages is None else np.asarray(lower_ages, dtype=float)
    if ages.shape != rates.shape[-1:] or ages[0] != 0 or (np.diff(ages) <= 0).any():
        raise SchemaError(
            f"lower_ages {ages.tolist()} must rise from 0, one for each of the {rates.shape[-1]} ages of mx."
        )
    widths = np.append(np.diff(ages), np.inf)
    infant, child = _constants(sex, a0, rates.shape)
    _check("mx", rates, np.isfinite(rates) & (rates >= 0), "a finite rate of 0 or more (deaths per person-year)")
    _check("mx", rates[..., -1], rates[..., -1] > 0, "above 0 at the open age, which else never ends")
    parts = [np.empty_like(rates) for _ in LifeTable._fields]
    n = rates.shape[-1]
    _tables(rates.reshape(-1, n), ages, widths, infant, child, *(part.reshape(-1, n) for part in parts))
    table = LifeTable(*parts)
    _check("mx", rates, table.qx <= 1, "a rate at which no more die than are alive (2 a year at most at one-year ages)")
    return table


def survival_ratios(table: LifeTable, *, width: float = 1) -> Array:
    """Return the shares of a cohort that survive a step, by the age they reach.

    Parameters
    ----------
    table : LifeTable, parts of shape (..., A)
        With ages `width` years apart.
    width : float
        Width of an age group and of the step. [years]

    Returns
    -------
    ndarray, shape (..., A)
        ``S[0] = L[0]/(n·l[0])``, ``S[x] = L[x]/L[x−1]``, ``S[A] = T[A]/T[A−1]``. [1]
    """
    L, T = table.Lx, table.Tx
    out = np.empty_like(L)
    out[..., 0] = L[..., 0] / (width * table.lx[..., 0])
    with np.errstate(invalid="ignore", divide="ignore"):
        np.divide(L[..., 1:], L[..., :-1], out=out[..., 1:])
        np.divide(T[..., -1], T[..., -2], out=out[..., -1])
    out[..., 1:][L[..., :-1] == 0] = 0.0
    return out


def separation_factors(table: LifeTable) -> Array:
    """Return the share of a cohort's deaths in a year that fall on the younger of its two ages.

    Parameters
    ----------
    table : LifeTable, parts of shape (..., A)
        By single years of age.

    Returns
    -------
    ndarray, shape (..., A)
        ``c[x] = (L[x] − l[x+1]) / (L[x] − L[x+1])`` for the cohort that goes from age x to x + 1. [1]
    """
    L, lx = table.Lx, table.lx
    out = np.ones_like(L)
    fall = L[..., :-1] - L[..., 1:]
    fall[..., -1] = L[..., -2]  # the open group takes in two cohorts: T[A−1] − T[A] = L[A−1]
    before = L[..., :-1] - lx[..., 1:]
    out[..., :-1] = np.divide(before, fall, out=np.full_like(fall, 0.5), where=fall > 0)
    return out


def period_deaths(cohort_deaths: ArrayLike, table: LifeTable) -> Array:
    """Turn cohort deaths, by the age reached at the end of the year, into deaths by age at death.

    Parameters
    ----------
    cohort_deaths : array_like, shape (..., A)
        As the projection gives them; age 0 are the children born in the year. [persons]
    table : LifeTable, parts of shape (..., A)
        Of the same ages.

    Returns
    -------
    ndarray, shape (..., A)
        Deaths by age at death, with the same sum. [persons]

    Raises
    ------
    SchemaError
        If the ages differ.

    Notes
    -----
    Of the deaths of those who reach age x + 1, the share c[x] (`separation_factors`) falls on age x.
    """
    deaths = np.asarray(cohort_deaths, dtype=np.float64)
    c = separation_factors(table)
    if deaths.shape[-1:] != c.shape[-1:]:
        raise SchemaError(
            f"cohort_deaths has {deaths.shape[-1:]} ages, the table {c.shape[-1:]}; give both the same ages."
        )
    earlier = c[..., :-1] * deaths[..., 1:]
    out = np.array(np.broadcast_to(deaths, np.broadcast_shapes(deaths.shape, c.shape)))
    out[..., 1:] -= earlier
    out[..., :-1] += earlier
    return out


@compiled()
def _moved(shift, odds, share, open_rate, p, lx):  # type: ignore[no-untyped-def]
    """Survivors of the reference moved on the logit scale; returns a0, T at the open age, e0 and its slope."""
    c = np.exp(2.0 * shift)
    last = odds.size - 1
    lx[0] = 1.0
    total = 0.0
    slope = 0.0
    for x in range(1, last + 1):
        alive = 1.0 / (1.0 + c * odds[x])
        lx[x] = alive
        total += alive
        slope -= 2.0 * alive * (1.0 - alive)
    q = c * odds[1] * lx[1]
    m = q
    for _ in range(8):  # a0 depends on m0 and m0 on a0; each round gains two digits
        m = q / (1.0 - (1.0 - _infant_years(m, p)) * q)
    a = _infant_years(m, p)
    # The open interval: constant hazard in the reference, moved on the logit scale too, integrated in closed form.
    e = 1.0 - c
    r = share / c
    if abs(e) < 1e-5:
        rest = (r - 0.5 * e * r * r) / open_rate
        slope -= (2.0 * r - r * r) / open_rate
    else:
        rest = np.log1p(e * r) / (open_rate * e)
        slope += 2.0 * c * (rest / e - r / (c * e * (1.0 + e * r) * open_rate))
    return a, rest, total - 0.5 * lx[last] + 0.5 * lx[1] + a * q + rest, slope


@compiled(parallel=True)
def _solve(targets, starts, odds, shares, open_rates, infant, ax, qx, lx, dx, Lx, Tx, ex):  # type: ignore[no-untyped-def]
    """Every row to the table whose e0 is its target; row i is of sex i % 2."""
    last = odds.shape[1] - 1
    for i in numba.prange(targets.size):
        s = i % 2
        low, high, shift = -40.0, 40.0, starts[i]
        a, rest, e0, slope = _moved(shift, odds[s], shares[s], open_rates[s], infant[s], lx[i])
        for _ in range(200):
            if abs(e0 - targets[i]) < 1e-10:
                break
            if e0 > targets[i]:
                low = shift
            else:
                high = shift
            shift -= (e0 - targets[i]) / slope
            if not (low < shift < high):
                shift = 0.5 * (low + high)
            a, rest, e0, slope = _moved(shift, odds[s], shares[s], open_rates[s], infant[s], lx[i])
        for x in range(last):
            dx[i, x] = lx[i, x] - lx[i, x + 1]
            qx[i, x] = dx[i, x] / lx[i, x]
            ax[i, x] = a if x == 0 else 0.5
            Lx[i, x] = lx[i, x + 1] + ax[i, x] * dx[i, x]
        dx[i, last], qx[i, last], Lx[i, last] = lx[i, last], 1.0, rest
        ax[i, last] = rest / lx[i, last]
        _close(ax[i], qx[i], lx[i], dx[i], Lx[i], Tx[i], ex[i])


def relational_table(
    reference_mx: ArrayLike,
    life_expectancy: ArrayLike,
    *,
    gap: ArrayLike | None = None,
    a0: InfantRule = "andreev-kingkade",
) -> LifeTable:
    """Move a reference table to a given life expectancy.

    Parameters
    ----------
    reference_mx : array_like, shape (2, A)
        Death rates of the reference by single years of age, female and male. [1/year]
    life_expectancy : array_like, shape (...)
        Plain mean of the two sexes' life expectancies at birth, 20 to 100. [years]
    gap : array_like, shape (...), optional
        Female less male life expectancy; the reference's if not given. [years]
    a0 : str
        As for `life_table`.

    Returns
    -------
    LifeTable
        Parts of shape (..., 2, A); life expectancies agree with the ones given to 1e-6 years.

    Raises
    ------
    SchemaError
        If life expectancies lie outside 20 … 100, or cannot be reached.

    Notes
    -----
    Brass's relational model with one parameter (Brass 1971; Preston, Heuveline & Guillot 2001, ch. 9): ``logit l(x) =
    α + logit l_ref(x)`` for each sex, α found by Newton's method within a bracket. The hazard of the open interval is
    constant in the reference and moved on the same scale.
    """
    reference = life_table(reference_mx, sex=SEXES, a0=a0)
    if reference.lx.ndim != 2:
        raise SchemaError(
            f"reference_mx has shape {reference.lx.shape}; it must be (2, A): female and male, single years."
        )
    mean = np.asarray(life_expectancy, dtype=np.float64)
    _check("life_expectancy", mean, (mean >= 20) & (mean <= 100), "between 20 and 100 years")
    apart = np.asarray(reference.ex[0, 0] - reference.ex[1, 0] if gap is None else gap, dtype=np.float64)
    _check("gap", apart, np.abs(apart) <= 20, "between −20 and 20 years (female minus male)")
    mean, apart = np.broadcast_arrays(mean, apart)
    targets = np.stack([mean + 0.5 * apart, mean - 0.5 * apart], axis=-1)
    odds = (1.0 - reference.lx) / reference.lx
    shares = reference.lx[:, -1].copy()
    rates = 1.0 / reference.ax[:, -1]
    infant = np.array(A0_LINES[a0])
    starts = np.empty_like(targets)
    grid, spare = np.linspace(-10.0, 4.0, 113), np.empty(odds.shape[1])
    for s in range(2):
        known = [_moved(shift, odds[s], shares[s], rates[s], infant[s], spare)[2] for shift in grid]
        starts[..., s] = np.interp(-targets[..., s], -np.array(known), grid)
    n = odds.shape[1]
    parts = [np.empty((*targets.shape, n)) for _ in LifeTable._fields]
    _solve(targets.ravel(), starts.ravel(), odds, shares, rates, infant, *(part.reshape(-1, n) for part in parts))
    table = LifeTable(*parts)
    missed = np.abs(table.ex[..., 0] - targets) > 1e-6
    _check(
        "life_expectancy (of one sex)", targets, ~missed, "within reach of the reference; use another or a smaller gap"
    )
    return table


def interpolate_death_rates(mx_abridged: ArrayLike, lower_ages: ArrayLike, *, open_age: int = 100) -> Array:
    """Interpolate death rates by age group to single years of age, on the logarithm of the rate.

    Parameters
    ----------
    mx_abridged : array_like, shape (..., G)
        Death rates by group. [1/year]
    lower_ages : array_like, shape (G,)
        0, 1, 5, 10, … `open_age`. [completed years]
    open_age : int
        The open age of both. [completed years]

    Returns
    -------
    ndarray, shape (..., open_age + 1)
        Death rates by single years. The rates of infants and of the open age are kept, and those of each group are met
        by its single years, weighted by person-years. [1/year]

    Raises
    ------
    SchemaError
        If ages are others, or a rate is not above 0.

    Notes
    -----
    Monotone cubic interpolation (Fritsch & Carlson 1980) through the middles of the groups, whose heights are moved
    until the groups' own rates come out.
    """
    rates = np.asarray(mx_abridged, dtype=np.float64)
    lower = np.asarray(lower_ages, dtype=np.int64)
    if rates.shape[-1:] != lower.shape or lower[0] != 0 or lower[1] != 1 or lower[-1] != open_age:
        raise SchemaError(
            f"lower_ages {lower.tolist()} must start 0, 1 and end at open_age={open_age}, one for each of the "
            f"{rates.shape[-1]} rates."
        )
    _check("mx_abridged", rates, np.isfinite(rates) & (rates > 0), "a finite rate above 0, to have a logarithm")
    ages = np.arange(open_age + 1)
    middle = np.append(0.5 * (lower[1:-1] + lower[2:]), open_age + 0.5)
    nodes = np.log(rates[..., 1:])
    goal = nodes[..., :-1].copy()
    starts = lower[1:-1] - 1
    out = np.empty((*rates.shape[:-1], open_age + 1))
    for _ in range(30):
        out[..., 1:] = np.exp(PchipInterpolator(middle, nodes, axis=-1, extrapolate=True)(ages[1:] + 0.5))
        out[..., 0], out[..., -1] = rates[..., 0], rates[..., -1]
        # Person-years by age, to average single rates into the rate of their group.
        alive = np.exp(-np.cumsum(out[..., 1:-1], axis=-1) + 0.5 * out[..., 1:-1])
        group = np.add.reduceat(out[..., 1:-1] * alive, starts, axis=-1) / np.add.reduceat(alive, starts, axis=-1)
        miss = goal - np.log(group)
        if np.abs(miss).max() < 1e-12:
            break
        nodes[..., :-1] += miss
    return out
