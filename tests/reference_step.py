"""One year by plain loops, written from the equations of the model and not from the kernel."""

from typing import NamedTuple

import numpy as np


class Year(NamedTuple):
    population: np.ndarray
    births: np.ndarray
    deaths: np.ndarray


def reference_step(
    population: np.ndarray,
    fertility: np.ndarray,
    survival: np.ndarray,
    ratio: np.ndarray,
    migration: np.ndarray,
    *,
    timing: str = "even",
    width: float = 1.0,
    fault: str = "",
) -> Year:
    """Arrays (D, 2, A); `fault` seeds one of the mistakes that the tests must catch."""
    districts, _, ages = population.shape
    half = {"even": 0.5, "end": 0.0}[timing] if fault != "migrants 60/40" else 0.4
    late = 1.0 - half
    end = np.zeros_like(population)
    births = np.zeros((districts, 2))
    deaths = np.zeros_like(population)
    for d in range(districts):
        start = [[population[d, s, x] + half * migration[d, s, x] for x in range(ages)] for s in range(2)]
        for s in range(2):
            for x in range(1, ages):
                cohort = start[s][x - 1]
                if x == ages - 1 and fault != "open group dropped":
                    cohort += start[s][x]
                rate = survival[d, s, x - 1 if fault == "off by one age" else x]
                deaths[d, s, x] = cohort * (1 - rate)
                end[d, s, x] = cohort * rate
        total = 0.0
        for x in range(ages):
            # Girls born in the year do not bear in it: at age 0 only arrivals stand at the end.
            after = end[d, 0, x] if x else 0.0
            arrived = half * migration[d, 0, x]
            total += width * fertility[d, x] * 0.5 * (start[0][x] + after + arrived)
        girls = total / (1 + ratio[d])
        births[d] = (girls, total - girls) if fault != "wrong sex split" else (total / 2, total / 2)
        for s in range(2):
            infant = 1.0 if fault == "no infant deaths" else survival[d, s, 0]
            end[d, s, 0] = births[d, s] * infant
            deaths[d, s, 0] = births[d, s] * (1 - infant)
            for x in range(ages):
                end[d, s, x] += late * migration[d, s, x]
    return Year(end, births, deaths)


FAULTS = ("wrong sex split", "no infant deaths", "migrants 60/40", "open group dropped", "off by one age")
