"""The same number of net migrants in every open year: what each target needs, exactly, a division a row."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.fixed_stock import FIXED
from popmodel.feasibility.aims import form_of, stretch_of
from popmodel.feasibility.problem import BY_RATE, Problem, Row, counts_of, holds_on, plain, projected_with
from popmodel.indicators.catalogue import measure
from popmodel.indicators.forms import weights_of

Array = npt.NDArray[np.float64]
MOST = 0.10
"""Up to how many net migrants a year a target that rises year by year is sought, as a share of the residents at the
start; from none on (from the reference's where it loses people), but no fewer than leave no cell below zero."""
GRID = 261


class Even(NamedTuple):
    """Every indicator's path as a function of the net migrants a year: (a + b·x)/(c + d·x) with x = N − `origin`."""

    centre: float
    """Mean of the reference over the open years."""
    origin: float
    """Its greatest year: a path with so many, or more, takes nobody away from the reference."""
    lowest: Array
    """The least number under which no cell of the stock falls below zero; by draw, if there are any."""
    years: tuple[int, ...]
    parts: Mapping[str, tuple[Array, Array, Array, Array]]
    """Indicator → a, b, c, d, each by year, or by draw and year."""

    def path(self, indicator: str, number: float) -> dict[int, float]:
        """Return year → value of an indicator if `number` come each year."""
        a, b, c, d = self.parts[indicator]
        x = number - self.origin
        values = (a + b * x) / (c + d * x)
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
        Persons, as counts; scenario n is numbers[n]. Where people also leave or move at rates, so many come besides
        that the number is what is left.
    """
    reference = problem.reference
    cells, total = counts_of(reference), _total(reference)
    open_ = (cells["period"] > problem.start).to_numpy()
    wanted = np.asarray(numbers, dtype=float)[:, None]
    short = np.where(open_, wanted - total.to_numpy(), 0.0)
    if any(name in reference for name in BY_RATE):
        short[:, open_] = np.linalg.solve(_answer(problem, schedule), short[:, open_].T).T
    more = xr.DataArray(
        short, dims=("scenario", "period"),
        coords={"scenario": [f"n{i}" for i in range(len(wanted))], "period": cells["period"]},
    )  # fmt: skip
    return (cells + more * schedule).transpose("scenario", "period", "district", "sex", "age")


def _total(run: xr.Dataset) -> xr.DataArray:
    flows = run["net_migration"].sum(("district", "sex", "age"))
    return flows.drop_vars([name for name in flows.coords if name not in flows.dims])


def _answer(problem: Problem, schedule: xr.DataArray) -> Array:
    """Return what net migration by open year comes to for one more given as a count in each (year, year of coming)."""
    years = problem.years
    one = counts_of(problem.reference)
    size = 1e-3 * float(problem.reference["population"].sel(year=problem.start).sum())
    unit = xr.DataArray(
        size * np.eye(len(years)), dims=("scenario", "period"),
        coords={"scenario": [f"t{i}" for i in range(len(years))], "period": years},
    ).reindex(period=one["period"], fill_value=0.0)  # fmt: skip
    runs = projected_with(problem, (one + unit * schedule).transpose("scenario", *one.dims))
    gain = (_total(runs) - _total(problem.reference)).sel(period=years) / size
    return gain.transpose("period", "scenario").to_numpy()


def even_paths(problem: Problem, schedule: xr.DataArray) -> Even:
    r"""Find how every indicator of the targets follows from the number of net migrants a year.

    Notes
    -----
    The projection is affine in the migrants while survival and fertility are given, so a count is :math:`a + b x` and a
    ratio of counts :math:`(a + b x)/(c + d x)`. Two runs give the four numbers; three, where an indicator is known by
    its value alone.
    """
    totals = _total(problem.reference.sel(period=problem.years))
    centre, origin = float(totals.mean()), float(totals.max())
    step = 0.01 * float(problem.reference["population"].sel(year=problem.start).sum())
    names = dict.fromkeys(row.key[0] for row in problem.rows)
    forms = {name: form_of(name) for name in names}
    runs = 2 if all(forms.values()) else 3
    projected = projected_with(problem, even_migrants(problem, schedule, origin + step * np.arange(float(runs))))
    values = measure(projected) if runs == 3 else None
    parts = {}
    for name, form in forms.items():
        if form is not None:
            parts[name] = _sums(projected, form, step)
        elif values is not None:
            parts[name] = _bent(values[name].sel(area=problem.area).transpose("scenario", "year").to_numpy(), step)
    years = tuple(int(year) for year in projected["year"].to_numpy())
    people = projected["population"]
    people = people - plain(projected[FIXED]) if FIXED in projected else people
    first, second = people.transpose("scenario", ...).to_numpy()[:2]
    lowest = origin - float(lowest_of(first[None], second[None], step)[0])
    return Even(centre, origin, np.asarray(lowest), years, parts)


def _sums(projected: xr.Dataset, form: object, step: float) -> tuple[Array, Array, Array, Array]:
    people = projected["population"]
    top, bottom = weights_of(form, projected)  # type: ignore[arg-type]

    def line(weights: xr.DataArray) -> tuple[Array, Array]:
        summed = xr.dot(people, weights, dim=("district", "sex", "age")).transpose("scenario", "year").to_numpy()
        return summed[0], (summed[1] - summed[0]) / step

    a, b = line(top)
    c, d = (np.ones_like(a), np.zeros_like(a)) if bottom is None else line(bottom)
    return a, b, c, d


def _bent(v: Array, step: float) -> tuple[Array, Array, Array, Array]:
    fall = v[1] - v[2]
    moves = np.abs(fall) > 1e-9 * np.maximum(np.abs(v[1]), 1e-300)
    with np.errstate(invalid="ignore", divide="ignore"):
        bend = np.where(moves, (v[2] - 2 * v[1] + v[0]) / (2 * fall), 0.0)
    b = np.where(moves, (v[1] * (1 + bend) - v[0]) / step, 0.0)
    return v[0], b, np.ones_like(bend), bend / step


def lowest_of(first: Array, second: Array, step: float) -> Array:
    """Return how many fewer migrants a year than in a run leave no cell below zero; `second` has `step` more a year.

    The first axis is that of the draws, and is left.
    """
    gain = (second - first) / step
    room = np.divide(first, gain, out=np.full_like(gain, np.inf), where=gain > 1e-12)
    return np.asarray(room.reshape(len(room), -1).min(axis=-1))


class Need(NamedTuple):
    """What a target needs: it holds from `least` to `most` net migrants a year (NaN: to the end of what was searched).

    `status` is `found`, `met_without` (the reference holds), `unmoved` (no number changes the value) or `none`.
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
        What is searched: the numbers from `low` on; a target that rises year by year, up to `high`. [persons a year]
    reference : bool or None
        Whether the reference holds.

    Returns
    -------
    Need
        Of a target with a level the stretch on which it holds, exactly. Of one that rises the stretch that holds
        `even.centre`, else the one nearest to it; its ends to a thousandth of a person.
    """
    name, year = row.key
    at = even.years.index(year)
    a, b, c, d = (float(part[at]) for part in even.parts[name])
    if abs(b * c - a * d) <= 1e-15 * abs(c) * (abs(a) + abs(c)) and row.request.target.operator != "rising":
        return Need("met_without" if reference else "unmoved", np.nan, np.nan)
    span = stretch_of(row)
    if span is None:
        return _searched(row, even, low, high, reference)
    least, most = stretch(even.origin, (a, b, c, d), (span[0] / row.factor, span[1] / row.factor), low)
    if not least <= most:
        return Need("none", np.nan, np.nan)
    status = "met_without" if reference else "found"
    return Need(status, np.nan if least <= low else float(least), np.nan if np.isinf(most) else float(most))


def stretch(
    origin: float, line: tuple[npt.ArrayLike, ...], span: tuple[float, float], low: npt.ArrayLike
) -> tuple[Array, Array]:
    """Return from which to which number a value lies between two levels; the first above the second if for none.

    Parameters
    ----------
    origin : float
        Number at which x = 0. [persons a year]
    line : tuple of array_like
        a, b, c, d of the value (a + b·x)/(c + d·x), one number each or one a draw.
    span : tuple of float
        Levels, in the unit of the value.
    low : array_like
        Least number searched. [persons a year]

    Returns
    -------
    tuple of ndarray
        Numbers of net migrants a year.
    """
    a, b, c, d = (np.asarray(part, dtype=float) for part in line)
    first, last = np.asarray(low, dtype=float) - origin + 0.0 * a, np.full(a.shape, np.inf)
    # The denominator counts people, so it is positive where no cell is below zero.
    for sign, level in ((1.0, span[0]), (-1.0, span[1])):
        if not np.isfinite(level):
            continue
        fixed, slope = sign * (a - level * c), sign * (b - level * d)
        with np.errstate(divide="ignore", invalid="ignore"):
            edge = -fixed / slope
        first = np.where(slope > 0, np.maximum(first, edge), first)
        last = np.where(slope < 0, np.minimum(last, edge), last)
        last = np.where((slope == 0) & (fixed < 0), -np.inf, last)
    return first + origin, last + origin


def _searched(row: Row, even: Even, low: float, high: float, reference: bool | None) -> Need:
    name = row.key[0]

    def holds(number: float) -> bool:
        return bool(holds_on(row, even.path(name, number)))

    grid = np.unique([*np.linspace(low, high, GRID), even.centre])
    good = np.array([holds(number) for number in grid])
    if not good.any():
        return Need("none", np.nan, np.nan)
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
