"""Every path is projected, measured, and held against the scorer's own rule before it is returned."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.feasibility.aims import Aim, value_at
from popmodel.feasibility.problem import Problem, Row, holds_on, projected_with
from popmodel.feasibility.system import System, centre_shares, path_of
from popmodel.indicators.catalogue import measure
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]
KEPT = 1e-6
"""By how much a limit may be missed: a hundredth of a person. [10,000 persons]"""


def check_path(system: System, x: Array, members: Iterable[int]) -> xr.Dataset:
    """Project decisions, measure, and hold the targets against the scorer's own rule; as `check_paths`.

    Returns
    -------
    xarray.Dataset
        The first variant as `project` returns it, with one scenario.
    """
    return check_paths(system, [(x, members)])


def check_paths(system: System, paths: Sequence[tuple[Array, Iterable[int]]]) -> xr.Dataset:
    """Project several decisions at once, measure, and hold the targets against the scorer's own rule.

    Parameters
    ----------
    system : System
        From `system_of`.
    paths : sequence of (ndarray, iterable of int)
        Decisions [10,000 persons], and places of the targets that are to hold.

    Returns
    -------
    xarray.Dataset
        The first variant as `project` returns it, a scenario a path.

    Raises
    ------
    SchemaError
        If the projection departs from the linear system by more than a millionth of the last printed digit, a target
        does not hold as printed, or a limit is not kept.
    """
    found = [path_of(system, x) for x, _ in paths]
    labels = [f"x{place}" for place in range(len(paths))]
    both = xr.concat(found, pd.Index(labels, name="scenario"), coords="minimal", compat="override", join="exact")
    first = None
    for m, problem in enumerate(system.members):
        shares = None
        if system.drifts:
            each = [centre_shares(system, x, m) for x, _ in paths]
            shares = xr.concat([one for one in each if one is not None], pd.Index(labels, name="scenario"))
        run = _projected(problem, both, shares)
        first = run if first is None else first
        values = measure(run)
        for place, aim in enumerate(system.aims):
            lines = values[aim.key[0]].sel(area=problem.area).transpose("scenario", "year").to_numpy()
            years = [int(year) for year in values["year"].to_numpy()]
            for (x, members), line in zip(paths, lines, strict=True):
                path = dict(zip(years, line.tolist(), strict=True))
                _confirm(aim, path, value_at(aim, x, m), wanted=place in set(members))
    for x, _ in paths:
        _limits_kept(system, x)
    if first is None:
        raise TypeError("a system has a variant")
    return first


def _limits_kept(system: System, x: Array) -> None:
    over = np.asarray(system.rows @ x) - system.ends
    size = np.maximum(1.0, np.abs(system.ends))
    if len(over) and float((over / size).max()) > KEPT:
        worst = int((over / size).argmax())
        raise SchemaError(
            f"limits {system.name!r}: {system.names[worst]} is missed by {over[worst] * 1e4:.3g} persons."
        )


def _projected(problem: Problem, path: xr.Dataset, centre_share: xr.DataArray | None) -> xr.Dataset:
    entries = path.get("registered_net_entries")
    cells = path["net_migration"]
    cells = cells if "scenario" in cells.dims else cells.expand_dims(scenario=["found"])
    return projected_with(problem, cells.transpose("scenario", ...), entries=entries, centre_share=centre_share)


def _line(values: xr.Dataset, row: Row, area: str) -> dict[int, float]:
    path = values[row.key[0]].sel(area=area).isel(scenario=0)
    return dict(zip(map(int, path["year"].to_numpy()), path.to_numpy().tolist(), strict=True))


def _confirm(aim: Aim, line: dict[int, float], said: float, *, wanted: bool) -> None:
    got = line[aim.key[1]] * aim.row.factor
    digit = 10.0**-aim.row.request.target.decimals
    if abs(got - said) > max(1e-6 * digit, 1e-11 * abs(said)):
        raise SchemaError(f"{aim.label}: found {said:.10g}, its projection gives {got:.10g}.")
    if wanted and not holds_on(aim.row, line):
        raise SchemaError(f"{aim.label}: {got:.10g} should meet {aim.row.request.target.text}.")


def check_solution(problem: Problem, solution: xr.Dataset | xr.DataArray) -> pd.DataFrame:
    """Project a path of migrants, measure it, and say which targets it meets as printed.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`.
    solution : xarray.Dataset or DataArray
        `net_migration` (period, district, sex, age) [persons, as counts], as the verbs return it, with
        `registered_net_entries` (period) [persons] and `centre_share` (year, district, centre) if they are decided.

    Returns
    -------
    pandas.DataFrame
        A row a target (and variant): `target`, `indicator`, `year`, `scenario`, `value`, `met`, `unit`.

    Raises
    ------
    SchemaError
        If labels are missing, a stock would turn negative, or the accounts do not close.

    Examples
    --------
    >>> relaxed = pm.relax_targets(problem)
    >>> set(pm.check_solution(problem, relaxed.path)["met"]) <= {True, False}
    True
    """
    path = solution.to_dataset(name="net_migration") if isinstance(solution, xr.DataArray) else solution
    if "net_migration" not in path:
        raise SchemaError("check_solution: the solution has no net_migration (period, district, sex, age). Give it.")
    out: list[dict[str, Any]] = []
    for each in problem.members or (problem,):
        run = _projected(each, path, path.get("centre_share"))
        _closed(run)
        values = measure(run)
        rows = (*each.rows, *(each.register if "registered_net_entries" in path else ()))
        for row in rows:
            line = _line(values, row, each.area)
            out.append(
                {
                    "target": row.label, "indicator": row.key[0], "year": row.key[1], "scenario": each.scenario,
                    "value": line[row.key[1]] * row.factor, "met": bool(holds_on(row, line)),
                    "unit": row.request.target.unit,
                }
            )  # fmt: skip
    return pd.DataFrame(out)


def _closed(run: xr.Dataset) -> None:
    change = run["population"].sum(("district", "sex", "age")).diff("year").to_numpy()
    flows = run["births"].sum(("district", "sex")) - run["deaths"].sum(("district", "sex", "age"))
    flows = flows + run["net_migration"].sum(("district", "sex", "age"))
    gap = float(np.abs(change - flows.transpose(..., "period").to_numpy()).max())
    if gap > 1e-9 * float(run["population"].max()) * run["population"].size:
        raise SchemaError(f"check_solution: the accounts miss by {gap:.3g} persons.")
