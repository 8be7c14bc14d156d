"""The step in plain vectorised NumPy: what a careful user would write without a compiler."""

import numpy as np


def plain_path(
    population: np.ndarray, fertility: np.ndarray, survival: np.ndarray, ratio: np.ndarray, migration: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Project `(..., D, 2, A)` over the T of `(..., T, D, …)`, migrants half at the start and half at the end."""
    lead = np.broadcast_shapes(population.shape[:-3], survival.shape[:-4], migration.shape[:-4], fertility.shape[:-3])
    periods, districts, _, ages = survival.shape[-4:]
    stocks = np.empty((*lead, periods + 1, districts, 2, ages))
    births = np.empty((*lead, periods, districts, 2))
    deaths = np.empty((*lead, periods, districts, 2, ages))
    stocks[..., 0, :, :, :] = population
    for t in range(periods):
        half = 0.5 * migration[..., t, :, :, :]
        alive = survival[..., t, :, :, :]
        start = stocks[..., t, :, :, :] + half
        end = stocks[..., t + 1, :, :, :]
        cohorts = start[..., :-1].copy()
        cohorts[..., -1] += start[..., -1]
        end[..., 1:] = cohorts * alive[..., 1:]
        end[..., 0] = 0.0
        deaths[..., t, :, :, 1:] = cohorts - end[..., 1:]
        end += half
        exposed = 0.5 * (start[..., 0, :] + end[..., 0, :])
        total = (fertility[..., t, :, :] * exposed).sum(axis=-1)
        girls = total / (1 + ratio[..., t, :])
        born = np.stack([girls, total - girls], axis=-1)
        births[..., t, :, :] = born
        end[..., 0] += born * alive[..., 0]
        deaths[..., t, :, :, 0] = born * (1 - alive[..., 0])
    return stocks, births, deaths
