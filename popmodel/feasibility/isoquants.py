"""How many migrants a year each target takes, at how much fertility."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from popmodel.feasibility.fertility import lowest_fertility, with_fertility
from popmodel.feasibility.problem import Problem
from popmodel.feasibility.required import even_needs
from popmodel.schema import SchemaError

TIMES = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)


def fertility_migration(problem: Problem, *, times: Sequence[float] = TIMES, schedule: str = "model") -> pd.DataFrame:
    """Find for each target the even net migration that just meets it, at several levels of fertility.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`.
    times : sequence of float
        Fertility in the open years, in multiples of the reference's.
    schedule : {"model", "under_60", "residents"}
        Who the migrants are that come beside the reference's.

    Returns
    -------
    pandas.DataFrame
        A row for each target × level of fertility: what is said of the target, `fertility` [multiples of the
        reference's], `total_fertility` [children per woman, at the milestone; NaN where the projection has none],
        `schedule`, `status`, `net_migration` [persons a year], `bound`, and the `reference` (mean of its open years).
        ``attrs["left_out"]``: multiples with which a stock would fall below zero, since migrants leave as they do.

    Raises
    ------
    SchemaError
        If a multiple is negative or not finite, or the schedule is not known.

    Notes
    -----
    The projection is affine in the migrants at each fertility, so every point is a division a row; along fertility it
    is one projection a point. A target rising year by year is searched.

    Examples
    --------
    >>> table = pm.fertility_migration(problem, times=(1.0, 1.2))
    >>> sorted(set(table["fertility"]))
    [1.0, 1.2]
    """
    if not len(times) or not np.isfinite(times).all() or min(times) < 0:
        raise SchemaError(f"fertility_migration: times {list(times)} must be multiples of the reference's, from 0 on.")
    flows = problem.reference["net_migration"].sum(("district", "sex", "age")).to_series()
    level = problem.reference.get("total_fertility")
    out: list[dict[str, Any]] = []
    least = lowest_fertility(problem)
    for factor in [factor for factor in times if factor >= least]:
        changed = with_fertility(problem, float(factor))
        for row, status, number, bound in even_needs(changed, schedule):
            year = row.key[1]
            children = np.nan if level is None else float(level.sel(period=year)) * float(factor)
            out.append(
                row.about
                | {
                    "fertility": float(factor), "total_fertility": children, "schedule": schedule, "status": status,
                    "net_migration": number, "bound": bound,
                    "reference": float(flows.loc[problem.start + 1 : year].mean()),
                }
            )  # fmt: skip
    table = pd.DataFrame(out)
    table.attrs = {"scenario": problem.scenario, "first_open_year": problem.start + 1}
    table.attrs["left_out"] = [float(factor) for factor in times if factor < least]
    return table
