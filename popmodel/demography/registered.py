"""The account of the registered population: natural increase and entries into the household register."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def project_registered(start: npt.ArrayLike, natural_rate: npt.ArrayLike, *, net_entries: npt.ArrayLike) -> Array:
    """Carry the registered population on.

    Parameters
    ----------
    start : array_like, shape (...)
        Registered population at the start. [persons]
    natural_rate : array_like, shape (..., T)
        Natural increase over the stock at the start of the year. [1/year]
    net_entries : array_like, shape (..., T)
        Transfers in less transfers out. [persons]

    Returns
    -------
    ndarray, shape (..., T + 1)
        ``R(t+1) = R(t)·(1 + n(t)) + E(t)``. [persons]
    """
    rate, entries = np.broadcast_arrays(np.asarray(natural_rate, dtype=float), np.asarray(net_entries, dtype=float))
    out = np.empty((*rate.shape[:-1], rate.shape[-1] + 1))
    out[..., 0] = start
    for t in range(rate.shape[-1]):
        out[..., t + 1] = out[..., t] * (1 + rate[..., t]) + entries[..., t]
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
