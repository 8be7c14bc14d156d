"""The fertility that each target would take instead, with no more than the reference's migrants."""

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.feasibility.aims import form_of, stretch_of
from popmodel.feasibility.problem import Problem, Row, counts_of, holds_on, projected_with
from popmodel.indicators.catalogue import measure
from popmodel.indicators.forms import weights_of

Array = npt.NDArray[np.float64]
MOST = 5.0
"""Up to how many times the reference's fertility is sought."""
ROUNDS = 8


def fertility_needed(problem: Problem) -> dict[str, float]:
    """Find how many times the reference's fertility just meets each target, with its own migrants.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`.

    Returns
    -------
    dict of str to float
        Target → times the reference's fertility in the open years: 1 where the reference holds, NaN where none from
        none to five times does, or the target has to rise year by year.

    Notes
    -----
    Births are linear in fertility, and so are stocks until children born after the start bear: a division a row. Later
    than that, tangents at the number found, until it stands; every number is projected and held against the scorer's
    own rule.
    """
    lines = measure(problem.reference.expand_dims("scenario"))
    out = {row.label: 1.0 if _holds(problem, row, lines, 0) else np.nan for row in problem.rows}
    wanted = [
        row for row in problem.rows if np.isnan(out[row.label]) and form_of(row.key[0]) and stretch_of(row) is not None
    ]
    if not wanted:
        return out
    for row, number in zip(wanted, _edges(problem, wanted), strict=True):
        out[row.label] = number
    return out


def with_fertility(problem: Problem, times: float) -> Problem:
    """Return a problem whose reference has its fertility times a factor in the open years, projected anew."""
    run = _with_fertility(problem, np.array([times])).isel(scenario=0)
    label = str(problem.reference["scenario"].item())
    reference = run.drop_vars("scenario", errors="ignore").assign_coords(scenario=label)
    return Problem(**{**vars(problem), "reference": reference, "members": (), "memo": {}})


def _edges(problem: Problem, rows: list[Row]) -> list[float]:
    """Return the factor nearest to 1 with which each target holds; NaN where none does."""
    at = np.ones(len(rows))
    step = 1e-3
    lowest = lowest_fertility(problem)
    for _ in range(ROUNDS):
        runs = _with_fertility(problem, np.concatenate([at, at + step]))
        gaps = [_gap(problem, row, runs, n, n + len(rows)) for n, row in enumerate(rows)]
        move = np.array([-gap / ((more - gap) / step) if more != gap else np.nan for gap, more in gaps])
        at = np.clip(np.where(np.isfinite(move), at + move, at), lowest, MOST)
        if np.nanmax(np.abs(np.where(np.isfinite(move), move, 0.0))) < 1e-10:
            break
    values = measure(
        _with_fertility(problem, np.clip(np.concatenate([at, at * (1 + 1e-9), at * (1 - 1e-9)]), lowest, MOST))
    )
    held = [any(_holds(problem, row, values, n + k * len(rows)) for k in range(3)) for n, row in enumerate(rows)]
    return [float(number) if good else np.nan for number, good in zip(at, held, strict=True)]


def lowest_fertility(problem: Problem) -> float:
    """Return the least factor under which no cell of the stock falls below zero: migrants leave as they do."""
    step = 1e-3
    cells = _with_fertility(problem, np.array([1.0, 1.0 + step]))["population"].transpose("scenario", ...).to_numpy()
    gain = (cells[1] - cells[0]) / step
    room = np.divide(cells[0], gain, out=np.full_like(gain, np.inf), where=gain > 1e-9)
    return max(0.0, 1.0 - (1 - 1e-6) * float(room.min()))


def _gap(problem: Problem, row: Row, runs: xr.Dataset, first: int, second: int) -> tuple[float, float]:
    """Return top − level·bottom at the level that is missed, in two runs."""
    form = form_of(row.key[0])
    span = stretch_of(row)
    if form is None or span is None:
        raise TypeError(row.label)
    year = row.key[1]
    people = runs["population"].sel(year=year).isel(scenario=[first, second]).transpose("scenario", ...)
    top, bottom = weights_of(form, problem.reference.sel(year=year))
    tops = row.factor * (people * top).sum(("district", "sex", "age")).to_numpy()
    under = np.ones(2) if bottom is None else (people * bottom).sum(("district", "sex", "age")).to_numpy()
    short = np.isfinite(span[0]) and float(_value(problem, row)) < span[0]
    level = span[0] if short else span[1]
    gaps = tops - level * under
    return float(gaps[0]), float(gaps[1])


def _value(problem: Problem, row: Row) -> float:
    key = "value", row.label
    if key not in problem.memo:
        lines = measure(problem.reference.expand_dims("scenario"))[row.key[0]]
        problem.memo[key] = float(lines.sel(area=problem.area, year=row.key[1]).isel(scenario=0)) * row.factor
    return float(problem.memo[key])


def _with_fertility(problem: Problem, times: Array) -> xr.Dataset:
    """Project the reference with its fertility times each factor in the open years."""
    rate = problem.reference["fertility_rate"]
    factor = xr.DataArray(times, dims="scenario", coords={"scenario": [f"f{i}" for i in range(len(times))]})
    open_ = rate["period"] > problem.start
    changed = (rate * ((factor - 1.0) * open_ + 1.0)).transpose("scenario", *rate.dims)
    changed = changed.drop_vars([name for name in changed.coords if name not in changed.dims])
    one = problem.reference.drop_vars(["scenario", "scenario_zh", "scenario_en"], errors="ignore")
    scaled = Problem(**{**vars(problem), "reference": one.assign(fertility_rate=changed), "memo": {}})
    return projected_with(scaled, counts_of(problem.reference))


def _holds(problem: Problem, row: Row, values: xr.Dataset, place: int) -> bool:
    path = values[row.key[0]].sel(area=problem.area).isel(scenario=place)
    return bool(holds_on(row, dict(zip(map(int, path["year"].to_numpy()), path.to_numpy().tolist(), strict=True))))
