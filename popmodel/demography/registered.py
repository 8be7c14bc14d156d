"""The account of the registered population: natural increase and entries into the household register."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from popmodel.kernel import LARGEST
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]


def project_registered(
    start: npt.ArrayLike,
    natural_rate: npt.ArrayLike,
    *,
    net_entries: npt.ArrayLike,
    years: Sequence[int] | None = None,
    where: str = "",
) -> Array:
    """Carry the registered population on.

    Parameters
    ----------
    start : array_like, shape (...)
        Registered population at the start. [persons]
    natural_rate : array_like, shape (..., T)
        Natural increase over the stock at the start of the year. [1/year]
    net_entries : array_like, shape (..., T)
        Transfers in less transfers out. [persons]
    years : sequence of int, length T, optional
        The years, named in errors; counted from 1 if not given.
    where : str
        Opens the text of an error, with a space at its end.

    Returns
    -------
    ndarray, shape (..., T + 1)
        ``R(t+1) = R(t)·(1 + n(t)) + E(t)``; missing after a rate that is missing. [persons]

    Raises
    ------
    SchemaError
        If the stock turns negative or infinite.
    """
    rate, entries = np.broadcast_arrays(np.asarray(natural_rate, dtype=float), np.asarray(net_entries, dtype=float))
    out = np.empty((*rate.shape[:-1], rate.shape[-1] + 1))
    out[..., 0] = start
    for t in range(rate.shape[-1]):
        out[..., t + 1] = out[..., t] * (1 + rate[..., t]) + entries[..., t]
    bad = (out < 0) | (out > LARGEST)
    if bad.any():
        first = tuple(int(i) for i in min(np.argwhere(bad).tolist(), key=lambda index: index[-1]))
        year = years[max(first[-1] - 1, 0)] if years is not None else f"year {first[-1]}"
        raise SchemaError(
            f"{where}the registered population comes out at {out[first]:,.6g} persons at the end of {year}; a stock "
            "must be finite and not negative. Correct the entries into the register, or their unit."
        )
    return out


def entries_to_reach(start: float, natural_rate: npt.ArrayLike, *, target: float) -> float:
    """Return the even yearly net entries that take the registered population to `target`.

    Parameters
    ----------
    start : float
        Registered population at the start. [persons]
    natural_rate : array_like, shape (T,)
        Natural increase over the stock at the start of each year. [1/year]
    target : float
        Registered population after T years. [persons]

    Returns
    -------
    float
        Net entries a year. [persons]

    Notes
    -----
    The end stock is linear in the entries: one run without entries and one with a single entry a year solve it.
    """
    rate = np.asarray(natural_rate, dtype=float)
    without = project_registered(start, rate, net_entries=np.zeros_like(rate))[-1]
    each = project_registered(0.0, rate, net_entries=np.ones_like(rate))[-1]
    return float((target - without) / each)


def residual_entries(register: Mapping[int, float], natural_rate: Mapping[int, float]) -> dict[int, float]:
    """Return the even yearly net entries that lead from each published registered population to the next.

    Parameters
    ----------
    register : mapping of int to float
        Year → registered population at its end, two years or more. [persons]
    natural_rate : mapping of int to float
        Year → natural increase in it over the stock at its start. [1/year]

    Returns
    -------
    dict of int to float
        Year → net entries: what the change of the register leaves beside natural increase. [persons]

    Raises
    ------
    SchemaError
        If the natural rate of a year between two publications is missing.
    """
    out: dict[int, float] = {}
    for first, last in pairwise(sorted(register)):
        years = range(first + 1, last + 1)
        missing = [year for year in years if year not in natural_rate]
        if missing:
            raise SchemaError(f"residual_entries: no natural rate for {', '.join(map(str, missing))}. Add it.")
        each = entries_to_reach(register[first], [natural_rate[year] for year in years], target=register[last])
        out |= dict.fromkeys(years, each)
    return out
