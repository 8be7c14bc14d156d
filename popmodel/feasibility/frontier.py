"""The best that one target can come to, against how many migrants the city may gain."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from popmodel.feasibility.aims import value_at
from popmodel.feasibility.checking import check_path
from popmodel.feasibility.problem import Problem, names_of
from popmodel.feasibility.ranges import extreme, none_of
from popmodel.feasibility.solving import solve
from popmodel.feasibility.system import only_limits, system_of, with_limits
from popmodel.feasibility.values import aim_at
from popmodel.schema import SchemaError

POINTS = 21


def migration_frontier(
    problem: Problem, *, indicator: str = "share_60_plus", year: int = 2035, rates: Sequence[float] | None = None
) -> pd.DataFrame:
    """Find the best value of a target for every cap on the city's net migration.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`, with one set of limits; its other limits hold.
    indicator : str
        Whose target.
    year : int
        Its milestone.
    rates : sequence of float, optional
        Caps; 21 from none to what all districts may gain together if not given. [net migrants a year per 1,000
        residents of the start]

    Returns
    -------
    pandas.DataFrame
        A row a cap: what is said of the target, `indicator`, `year`, `limits`, `city_rate` [‰], `migrants` [persons a
        year], `best` (NaN: no path
        keeps the limits), `level`, `met`, `reference` and `unit`.

    Raises
    ------
    SchemaError
        If the problem has no such target, or caps are not finite.

    Examples
    --------
    >>> table = pm.migration_frontier(problem, indicator="share_60_plus", year=2035, rates=[0, 10, 20])
    >>> table["city_rate"].tolist()
    [0.0, 10.0, 20.0]
    """
    limits = only_limits(problem, "migration_frontier")
    system = system_of(problem, limits)
    aim = system.aims[aim_at(system, indicator, year)]
    caps = np.linspace(0.0, limits.district_rate[1], POINTS) if rates is None else np.asarray(rates, dtype=float)
    if not np.isfinite(caps).all() or (np.abs(caps) > 1000).any():
        raise SchemaError("migration_frontier: rates must be finite, -1,000 … 1,000 ‰.")
    people = float(problem.reference["population"].sel(year=problem.start).sum())
    sign = -1.0 if np.isfinite(aim.least) else 1.0
    least = -1000.0 if limits.city_rate is None else limits.city_rate[0]
    out = []
    for cap in caps.tolist():
        sources = {**limits.source, "city_rate": limits.source.get("city_rate", "assumed")}
        one = with_limits(system, replace(limits, city_rate=(min(least, cap), cap), source=sources))
        best = np.nan
        if solve(one, np.zeros(one.low.size), none_of(one)) is not None:
            x = extreme(one, aim, sign, none_of(one))
            check_path(one, x, ())
            best = value_at(aim, x)
        out.append(
            {
                **names_of(limits), **aim.row.about, "city_rate": cap,
                "migrants": cap / 1e3 * people, "best": best, "level": aim.level, "from": aim.least, "to": aim.most,
                "met": bool(aim.least <= best <= aim.most), "reference": value_at(aim, 0.0 * one.low),
            }
        )  # fmt: skip
    return pd.DataFrame(out)
