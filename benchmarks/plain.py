"""The plain vectorised NumPy step that the kernel is held against: whole arrays, one year at a time, no checks."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def plain_path(
    population: Array, fertility: Array, survival: Array, ratio: Array, migration: Array
) -> tuple[Array, Array, Array]:
    """Project under half-and-half migration; returns stocks, births and deaths, shapes as of the kernel."""
    T = survival.shape[-4]
    lead = np.broadcast_shapes(
        population.shape[:-3], fertility.shape[:-3], survival.shape[:-4], ratio.shape[:-2], migration.shape[:-4]
    )
    D, _, A = population.shape[-3:]
    stocks = np.empty((*lead, T + 1, D, 2, A))
    births = np.empty((*lead, T, D, 2))
    deaths = np.empty((*lead, T, D, 2, A))
    stocks[..., 0, :, :, :] = population
    for t in range(T):
        S, half = survival[..., t, :, :, :], 0.5 * migration[..., t, :, :, :]
        start = stocks[..., t, :, :, :] + half
        exposed = np.empty_like(start)
        exposed[..., 1:] = start[..., :-1]
        exposed[..., -1] += start[..., -1]
        end = exposed * S + half
        women = start[..., 0, :] + end[..., 0, :]
        women[..., 0] = start[..., 0, 0] + half[..., 0, 0]
        total = 0.5 * (fertility[..., t, :, :] * women).sum(axis=-1)
        girls = total / (1.0 + ratio[..., t, :])
        births[..., t, :, :] = np.stack([girls, total - girls], axis=-1)
        exposed[..., 0] = births[..., t, :, :]
        end[..., 0] = exposed[..., 0] * S[..., 0] + half[..., 0]
        deaths[..., t, :, :, :] = exposed - exposed * S
        stocks[..., t + 1, :, :, :] = end
    return stocks, births, deaths
