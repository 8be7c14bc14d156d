"""The same number of net migrants in every open year: what each target needs, exactly."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.feasibility.problem import Problem, Row, holds_on, projected_with
from popmodel.indicators.catalogue import measure

Array = npt.NDArray[np.float64]
MOST = 0.10
"""Up to how many net migrants a year are searched, as a share of the residents at the start; from none on (from the
reference's where it loses people), but no fewer than leave no cell of the stock below zero."""
GRID = 261


class Even(NamedTuple):
    """Every indicator's path as a function of the net migrants a year: (a + b·x)/(1 + d·x) with x = N − `origin`."""

    centre: float
    """Mean of the reference over the open years."""
    origin: float
    """Its greatest year: a path with so many, or more, takes nobody away from the reference."""
    lowest: float
    """The least number under which no cell of the stock falls below zero."""
    years: tuple[int, ...]
    a: Mapping[str, Array]
    b: Mapping[str, Array]
    d: Mapping[str, Array]

    def path(self, indicator: str, number: float) -> dict[int, float]:
        """Return year → value of an indicator if `number` come each year."""
        x = number - self.origin
        values = (self.a[indicator] + self.b[indicator] * x) / (1 + self.d[indicator] * x)
        return dict(zip(self.years, values.tolist(), strict=True))


def even_migrants(problem: Problem, schedule: xr.DataArray, numbers: Array) -> xr.DataArray:
    """Return net migrants with the same total in each open year: the reference's, and what is missing by the schedule.

    Parameters
    ----------
    problem : Problem
        The reference.
    schedule : xarray.DataArray (district, sex, age)
        Who one migrant more is; shares.
    numbers : ndarray (N,)
        Net migrants of the city a year. [persons]

    Returns
    -------
    xarray.DataArray (scenario, period, district, sex, age)
        Persons; scenario n is numbers[n].
    """
    reference = problem.reference["net_migration"].transpose("period", "district", "sex", "age")
    reference = reference.drop_vars([name for name in reference.coords if name not in reference.dims])
    total = reference.sum(("district", "sex", "age"))
    open_ = reference["period"] > problem.start
    wanted = xr.DataArray(numbers, dims="scenario", coords={"scenario": [f"n{i}" for i in range(len(numbers))]})
    more = (wanted - total).where(open_, 0.0)
    return (reference + more * schedule).transpose("scenario", "period", "district", "sex", "age")


def even_paths(problem: Problem, schedule: xr.DataArray) -> Even:
    r"""Find how every indicator of the targets follows from the number of net migrants a year.

    Notes
    -----
    The projection is affine in the migrants while survival and fertility are given, so a count is :math:`a + b x` and a
    ratio of counts :math:`(a + b x)/(1 + d x)`. Three runs give the three numbers.
    """
    reference = problem.reference["net_migration"].sel(period=problem.years)
    totals = reference.sum(("district", "sex", "age"))
    centre, origin = float(totals.mean()), float(totals.max())
    step = 0.01 * float(problem.reference["population"].sel(year=problem.start).sum())
    projected = projected_with(problem, even_migrants(problem, schedule, origin + step * np.arange(3.0)))
    runs = measure(projected)
    names = dict.fromkeys(row.request.target.indicator for row in problem.rows)
    a, b, d = {}, {}, {}
    for name in names:
        v = runs[name].sel(area=problem.area).transpose("scenario", "year").to_numpy()
        fall = v[1] - v[2]
        moves = np.abs(fall) > 1e-9 * np.maximum(np.abs(v[1]), 1e-300)
        with np.errstate(invalid="ignore", divide="ignore"):
            bend = np.where(moves, (v[2] - 2 * v[1] + v[0]) / (2 * fall), 0.0)
        a[name], d[name] = v[0], bend / step
        b[name] = np.where(moves, (v[1] * (1 + bend) - v[0]) / step, 0.0)
    years = tuple(int(year) for year in runs["year"].to_numpy())
    return Even(centre, origin, _lowest(projected["population"], origin, step), years, a, b, d)


def _lowest(population: xr.DataArray, origin: float, step: float) -> float:
    """Return the least number of net migrants a year under which no cell of the stock falls below zero."""
    cells = population.transpose("scenario", ...).to_numpy()
    gain = (cells[1] - cells[0]) / step
    room = np.divide(cells[0], gain, out=np.full_like(gain, np.inf), where=gain > 1e-12)
    return origin - float(room.min())


class Need(NamedTuple):
    """What a target needs: it holds from `least` to `most` net migrants a year (NaN: to the end of what was searched).

    `status` is `found`, `met_without` (the reference holds), `unmoved` (no number changes the value) or `beyond_range`.
    """

    status: str
    least: float
    most: float


def need_of(row: Row, even: Even, *, low: float, high: float, reference: bool | None) -> Need:
    """Find the numbers of net migrants a year on which a target holds.

    Parameters
    ----------
    row : Row
        The target.
    even : Even
        From `even_paths`.
    low, high : float
        What is searched. [persons a year]
    reference : bool or None
        Whether the reference holds.

    Returns
    -------
    Need
        The stretch that holds `even.centre`, else the one nearest to it; its ends to a thousandth of a person.
    """
    name = row.request.target.indicator

    def holds(number: float) -> bool:
        return bool(holds_on(row, even.path(name, number)))

    at = even.years.index(row.request.target.year)
    if abs(even.b[name][at]) + abs(even.d[name][at]) == 0:
        return Need("met_without" if reference else "unmoved", np.nan, np.nan)
    grid = np.unique([*np.linspace(low, high, GRID), even.centre])
    good = np.array([holds(number) for number in grid])
    if not good.any():
        return Need("beyond_range", np.nan, np.nan)
    near = int(np.flatnonzero(good)[np.abs(grid[good] - even.centre).argmin()])
    first = last = near
    while first > 0 and good[first - 1]:
        first -= 1
    while last + 1 < len(grid) and good[last + 1]:
        last += 1
    least = np.nan if first == 0 else edge(holds, grid[first], grid[first - 1])
    most = np.nan if last + 1 == len(grid) else edge(holds, grid[last], grid[last + 1])
    return Need("met_without" if reference else "found", least, most)


def edge(holds: Callable[[float], bool], inside: float, outside: float) -> float:
    """Return the last number on which a target holds between one that does and one that does not, by halving."""
    while abs(outside - inside) > 1e-3:
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return inside
