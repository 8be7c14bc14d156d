"""Migration: age schedules, and the net migration that closes the accounts on published stocks."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from popmodel.demography.migrants import DepletedError, Schedule, migrants
from popmodel.kernel import KernelError, project_step
from popmodel.schema import OPEN_AGE, SchemaError

Array = npt.NDArray[np.float64]


class RogersCastro(NamedTuple):
    """Parameters of the seven-parameter Rogers-Castro schedule; the defaults are the standard ones.

    Rogers & Castro (1981), Model Migration Schedules, IIASA RR-81-30.
    """

    a1: float = 0.02
    alpha1: float = 0.10
    a2: float = 0.06
    mu2: float = 20.0
    alpha2: float = 0.10
    lambda2: float = 0.40
    c: float = 0.003


def migration_schedule(
    parameters: RogersCastro | None = None, *, residents: npt.ArrayLike, open_age: int = OPEN_AGE
) -> Array:
    """Return the distribution of net migrants over sex and age.

    Parameters
    ----------
    parameters : RogersCastro, optional
        Parameters of the schedule; the standard ones if not given.
    residents : array_like, shape (2, A)
        Residents, female and male; at each age migrants are split between the sexes as residents are. [persons]
    open_age : int
        The last age.

    Returns
    -------
    ndarray, shape (2, A)
        Share of all net migrants; sums to 1. [1]

    Raises
    ------
    SchemaError
        If the parameters give no positive schedule.

    Notes
    -----
    ``m(x) = a1·exp(−α1·x) + a2·exp(−α2·(x−μ2) − exp(−λ2·(x−μ2))) + c`` (Rogers & Castro 1981), without the constant at
    the open age. The split of the sexes is an assumption of the package.
    """
    p = parameters if parameters is not None else RogersCastro()
    x = np.arange(open_age + 1) + 0.5
    curve = (
        p.a1 * np.exp(-p.alpha1 * x)
        + p.a2 * np.exp(-p.alpha2 * (x - p.mu2) - np.exp(-p.lambda2 * (x - p.mu2)))
        + np.where(x < open_age, p.c, 0.0)
    )
    if not np.isfinite(curve).all() or (curve < 0).any() or curve.sum() <= 0:
        raise SchemaError(f"migration schedule: {p} gives negative or infinite shares. Correct the parameters.")
    people = np.asarray(residents, dtype=float)
    whole = people.sum(axis=0)
    split = np.where(whole > 0, people / np.where(whole > 0, whole, 1.0), 0.5)
    return np.asarray(curve / curve.sum() * split)


def migration_share(net_migration: npt.ArrayLike, residents: npt.ArrayLike) -> Array:
    """Return the share of each district in the city's net migration.

    Parameters
    ----------
    net_migration : array_like, shape (T, D)
        Observed net migrants of the years that serve as the pattern. [persons]
    residents : array_like, shape (D,)
        Residents, the fallback. [persons]

    Returns
    -------
    ndarray, shape (D,)
        Shares that sum to 1. [1]

    Notes
    -----
    The mean of the years. Where gains and losses of the districts nearly cancel (the sum is below half of the sum of
    their sizes), shares of a new total would be meaningless, and shares of residents are used instead.
    """
    mean = np.asarray(net_migration, dtype=float).mean(axis=0) if np.size(net_migration) else np.zeros(0)
    if mean.size == 0 or abs(mean.sum()) < 0.5 * np.abs(mean).sum() or mean.sum() == 0:
        mean = np.asarray(residents, dtype=float)
    return np.asarray(mean / mean.sum())


class ClosedAccounts(NamedTuple):
    """Fertility and net migration under which the accounts meet published births and stocks."""

    total_fertility: Array
    net_migration: Array
    births: Array
    deaths: Array


def close_accounts(
    population: npt.ArrayLike,
    stocks: npt.ArrayLike,
    births: npt.ArrayLike,
    *,
    fertility_per_child: npt.ArrayLike,
    survival_ratio: npt.ArrayLike,
    sex_ratio_at_birth: npt.ArrayLike,
    schedule: npt.ArrayLike | Schedule,
    years: Sequence[object] | None = None,
    codes: Sequence[object] | None = None,
    first_fertility: float | None = None,
) -> ClosedAccounts:
    """Find the total fertility and the net migration by district that meet published births and year-end stocks.

    Parameters
    ----------
    population : array_like, shape (D, 2, A)
        Stock at the start. [persons]
    stocks : array_like, shape (T, D)
        Published year-end stocks. [persons]
    births : array_like, shape (T,)
        Published births of all districts; not a number where none are published: the last fertility is then kept.
        [persons]
    fertility_per_child : array_like, shape (D, A) or (T, D, A)
        Fertility rates at a total fertility of 1. [births per woman-year]
    survival_ratio : array_like, shape (T, D, 2, A)
        Survival ratios. [1]
    sex_ratio_at_birth : array_like, shape (T, D)
        Males per female. [1]
    schedule : Schedule, or array_like, shape (2, A)
        Who migrates (`migrants`), or the distribution of migrants over sex and age, summing to 1 [1].
    years, codes : sequence, length T and D, optional
        Labels of years and districts, named in errors; counted from 1 if not given.
    first_fertility : float, optional
        Total fertility of the years before births are published; without it the first year's must be.

    Returns
    -------
    ClosedAccounts
        `total_fertility` (T,), `net_migration` (T, D), and the `births` and `deaths` (T, D) that go with them.

    Raises
    ------
    SchemaError
        If the births of the first year are missing, or no fertility and migration meet the figures.

    Notes
    -----
    The residual ``M = P(t+1) − P(t) − B + D`` with natural increase from each district's own structure. One year is
    linear in the total fertility f and in each district's migrants M: with u the step at f = 1, M = 0 and v what one
    more migrant adds, both unknowns are solved by alternating, to 1e-9 of the stock; births of migrants make the two
    depend on each other only weakly.
    """
    stock = np.asarray(population, dtype=float)
    targets, wanted = np.asarray(stocks, dtype=float), np.asarray(births, dtype=float)
    per_child = np.asarray(fertility_per_child, dtype=float)
    shape = schedule if isinstance(schedule, Schedule) else Schedule(np.asarray(schedule, dtype=float))
    survival, ratio = np.asarray(survival_ratio, dtype=float), np.asarray(sex_ratio_at_birth, dtype=float)
    periods, districts = targets.shape
    total = np.empty(periods)
    net = np.zeros((periods, districts))
    born, died = np.empty((periods, districts)), np.empty((periods, districts))
    if periods and not np.isfinite(wanted[0]) and first_fertility is None:
        raise SchemaError("close_accounts: births of the first year are missing. Add them to the observed table.")
    labels = range(1, periods + 1) if years is None else years
    places = range(1, districts + 1) if codes is None else codes
    for t in range(periods):
        fertility = total[t - 1] if t else (first_fertility or 1.0)
        moved = np.zeros(districts)

        own = per_child[t] if per_child.ndim == 3 else per_child

        def step(f: float, m: Array, t: int = t, at: Array = stock, own: Array = own) -> tuple[Array, Array, Array]:
            try:
                counts = migrants(shape, at, survival[t], m)
                end, births_, deaths_, _ = project_step(at, f * own, survival[t], ratio[t], counts)
            except (DepletedError, KernelError) as error:
                figures = (at.sum(axis=(-2, -1)), targets[t], wanted[t])
                raise SchemaError(_not_met(error, f"{labels[t]}", places, figures)) from error
            return end, np.asarray(births_).sum(axis=-1), np.asarray(deaths_).sum(axis=(-2, -1))

        effect = step(fertility, moved + 1.0)[0].sum(axis=(-2, -1)) - step(fertility, moved)[0].sum(axis=(-2, -1))
        for _ in range(50):
            after, b, _deaths = step(fertility, moved)
            gap = targets[t] - after.sum(axis=(-2, -1))
            scale = wanted[t] / b.sum() if np.isfinite(wanted[t]) else 1.0
            if np.abs(gap).max() <= 1e-9 * targets[t].max() and abs(scale - 1) <= 1e-12:
                break
            moved, fertility = moved + gap / effect, fertility * scale
        else:
            raise SchemaError(
                f"close_accounts: births and stocks of {labels[t]} are not met after 50 rounds (off by "
                f"{np.abs(gap).max():,.0f} persons). Check the published figures for a mistaken unit."
            )
        total[t], net[t] = fertility, moved
        stock, born[t], died[t] = step(fertility, moved)
    return ClosedAccounts(total, net, born, died)


def _not_met(
    error: DepletedError | KernelError, year: str, codes: Sequence[object], figures: tuple[Array, Array, float]
) -> str:
    """Say which published figures ask for more people than there are, or for rates that are none."""
    before, after, births = figures
    # Where the kernel names no district, that whose stock is to change most.
    change = np.abs(np.log(np.maximum(after, 1.0) / np.maximum(before, 1.0)))
    place = error.index[-3] if len(error.index) >= 3 and error.array == "population" else int(change.argmax())
    born = f" with {births:,.0f} births in all districts" if np.isfinite(births) else ""
    cell = f" ({error.text(error.place(codes))[:-1]})" if isinstance(error, DepletedError) else ""
    return (
        f"the published figures of {year} cannot be met: district {codes[place]} is to go from {before[place]:,.0f} "
        f"persons to {after[place]:,.0f}{born}, which no fertility and migration of the people there give{cell}. "
        "Correct the observed values; mind their unit."
    )
