"""The path of migrants with the least sum, or the least highest year, that meets targets."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from popmodel.feasibility.rising import settle
from popmodel.feasibility.solving import solve, target_rows
from popmodel.feasibility.system import System

Array = npt.NDArray[np.float64]


def least_path(system: System, members: list[int], year: int, *, peak: bool) -> Array | None:
    """Find the least sum of migrants up to a year, or their least highest year, with which targets hold.

    Parameters
    ----------
    system : System
        From `system_of`.
    members : list of int
        Places of the targets.
    year : int
        The last year that counts; after it as few as may be.
    peak : bool
        Whether the highest year counts, and the sum only after it.

    Returns
    -------
    ndarray or None
        Decisions [10,000 persons]; None if no path keeps limits and targets.
    """
    rows = target_rows(system, members)
    until = system.problem.years.index(year) + 1
    weight = np.full(system.shape, 1e-4)
    weight[:until] = 1.0
    costs = np.zeros(system.low.size)
    costs[: system.people] = weight.ravel()
    if not peak:
        found = settle(system, costs, rows, members)
        return None if found is None else found.x
    highest = _with_peak(system, until)
    top = np.zeros(len(highest.low))
    top[-1] = 1.0
    wide = rows._replace(rows=np.hstack([rows.rows, np.zeros((len(rows.rows), 1))]))
    best = solve(highest, top, wide)
    if best is None:
        return None
    # Among the paths with that highest year, the least sum.
    flat, ends = _yearly(system, until)
    capped = system._replace(
        rows=sparse.csr_array(sparse.vstack([system.rows, flat])),
        ends=np.concatenate([system.ends, best.value + 1e-9 * max(1.0, abs(best.value)) - ends]),
        names=(*system.names, *["peak"] * until), widen=np.concatenate([system.widen, np.zeros(until)]),
    )  # fmt: skip
    found = settle(capped, costs, rows, members)
    return None if found is None else found.x


def _yearly(system: System, until: int) -> tuple[sparse.csr_array, Array]:
    """Return the city's net migration by year: rows and what the reference gives. [10,000 persons]"""
    problem = system.problem
    years = problem.years[:until]
    given = problem.reference["net_migration"].sel(period=years).sum(("district", "sex", "age")).to_numpy() / 1e4
    full = np.zeros((until, *system.shape))
    answer = system.answers[0]
    for t in range(system.shape[0]):
        for y in range(t, until):
            if answer.flow is None:
                full[y, t] = 1.0 if y == t else 0.0
            elif answer.apart:
                full[y, t] = answer.flow[t, :, y].sum(axis=-1).T
            else:
                full[y, t] = answer.flow[t, :, :, y].sum(axis=(-1, -2))
    flat = np.zeros((until, system.low.size))
    flat[:, : system.people] = full.reshape(until, -1)
    return sparse.csr_array(flat), given


def _with_peak(system: System, until: int) -> System:
    """Add the highest year as a decision: no year's net migration is above it."""
    flat, given = _yearly(system, until)
    below = sparse.hstack([flat, sparse.csr_array(-np.ones((until, 1)))])
    rows = sparse.hstack([system.rows, sparse.csr_array((system.rows.shape[0], 1))])
    far = float(np.abs(system.high).max() + np.abs(system.low).max()) * max(system.shape[0], 1)
    return system._replace(
        rows=sparse.csr_array(sparse.vstack([rows, below])), ends=np.concatenate([system.ends, -given]),
        low=np.append(system.low, -far), high=np.append(system.high, far),
    )  # fmt: skip
