"""Migrants by year, district and class as decisions: how stocks answer, targets and limits as rows."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.feasibility.limits import CLASSES, Limits, check_classes
from popmodel.feasibility.problem import RATES, Problem, Row, holds_on
from popmodel.indicators.catalogue import CATALOGUE
from popmodel.indicators.forms import Form, weights_of
from popmodel.projection.project import project
from popmodel.schema import SchemaError, named

Array = npt.NDArray[np.float64]
UNIT = 1e4
"""Persons in one unit of a decision."""
DIMS = ("year", "district", "sex", "age")


class Aim(NamedTuple):
    """A target: its value is (`top0` + `top`·x)/(`bottom0` + `bottom`·x), and holds from `least` to `most`."""

    key: tuple[str, int]
    row: Row
    top0: float
    top: Array
    bottom0: float
    bottom: Array
    least: float
    most: float


class System(NamedTuple):
    """Decisions x beside the reference, their box, limits `rows`·x ≤ `ends`, and the targets."""

    problem: Problem
    limits: Limits
    who: xr.DataArray
    """One migrant of a class in a district (class, district, sex, age)."""
    shape: tuple[int, int, int]
    """Years, districts, classes."""
    stock: Array
    """Reference stocks after the start (year, district, sex, age)."""
    answer: Array
    """Stocks' answer to a unit in (year of coming, class), all districts at once."""
    low: Array
    high: Array
    rows: Array
    ends: Array
    names: tuple[str, ...]
    aims: tuple[Aim, ...]
    left: Mapping[tuple[str, int], str]


def linear_system(
    problem: Problem,
    schedule: xr.DataArray,
    limits: Limits,
    *,
    classes: Mapping[str, tuple[int, int | None]] = CLASSES,
) -> System:
    """State a problem in migrants by year, district and class beside the reference's own.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`.
    schedule : xarray.DataArray (district, sex, age)
        Who one migrant more is; only its ages inside a class matter.
    limits : Limits
        They bind the reference's migrants and those beside together.
    classes : mapping of str to tuple of int
        From the first age to below the second.

    Returns
    -------
    System
        x = 0 is the reference. [10,000 persons]

    Raises
    ------
    SchemaError
        If the schedule has nobody in a class of a district, the classes leave gaps, or a denominator may reach zero.
    """
    check_classes(limits, classes)
    who = _who(schedule, classes)
    years, districts = problem.years, problem.reference.sizes["district"]
    shape = (len(years), districts, len(classes))
    answer = _answer(problem, who)
    stock = problem.reference["population"].sel(year=years).transpose(*DIMS).to_numpy()
    low, high, rows, ends, names = _bounds(problem, limits, classes)
    aims, left = [], dict(problem.not_modelled)
    for row in problem.rows:
        key = row.request.target.indicator, row.request.target.year
        form = next((each.compute for each in CATALOGUE if each.id == key[0]), None)
        span = _stretch(row)
        if not isinstance(form, Form) or span is None:
            left[key] = "rising" if row.request.target.operator == "rising" else "not_linear"
            continue
        aim = _aim(problem, row, form, span, stock, answer, shape)
        _check_bottom(aim, low, high)
        aims.append(aim)
    return System(problem, limits, who, shape, stock, answer, low, high, rows, ends, names, tuple(aims), left)


def _who(schedule: xr.DataArray, classes: Mapping[str, tuple[int, int | None]]) -> xr.DataArray:
    ages = schedule["age"]
    parts = [schedule.where((ages >= low) & (ages < (high or np.inf)), 0.0) for low, high in classes.values()]
    each = xr.concat(parts, "class").assign_coords({"class": list(classes)})
    total = each.sum(("sex", "age"))
    homes = [str(name) for name in total["district"].to_numpy()]
    empty = [f"{k} in {d}" for k in classes for d in homes if float(total.sel({"class": k, "district": d})) <= 0]
    if empty:
        raise SchemaError(f"the schedule has no migrants aged {named(empty)}. Use wider classes.")
    return (each / total).transpose("class", "district", "sex", "age")


def _answer(problem: Problem, who: xr.DataArray) -> Array:
    """Project a unit of each class in each year, in all districts at once, onto an empty city."""
    reference, years = problem.reference, problem.years
    flows = np.zeros((len(years), who.sizes["class"], len(years), *who.shape[1:]))
    for t in range(len(years)):
        flows[t, :, t] = who.to_numpy()
    rates = reference[list(RATES)].sel(period=years)
    rates = rates.drop_vars([name for name in rates.coords if name not in rates.dims])
    batch = flows.reshape(-1, *flows.shape[2:])
    rates["net_migration"] = xr.DataArray(
        batch, dims=("scenario", "period", "district", "sex", "age"),
        coords={"scenario": [f"u{i}" for i in range(len(batch))]},
    )  # fmt: skip
    empty = 0.0 * reference["population"].sel(year=problem.start)
    empty = empty.drop_vars([name for name in empty.coords if name not in (*empty.dims, "year")])
    run = project(empty, rates, timing=reference.attrs.get("timing", "even"), keep=("population",))
    stocks = run["population"].transpose("scenario", *DIMS).isel(year=slice(1, None)).to_numpy()
    return stocks.reshape(len(years), who.sizes["class"], *stocks.shape[1:]) * UNIT


def _aim(
    problem: Problem, row: Row, form: Form, span: tuple[float, float], stock: Array, answer: Array,
    shape: tuple[int, int, int],
) -> Aim:  # fmt: skip
    at = problem.years.index(row.request.target.year)
    year = problem.years[at]
    data = problem.reference.sel(year=year)
    cells = data["population"].transpose(*DIMS[1:])

    def sums(weights: xr.DataArray) -> tuple[float, Array]:
        weights = weights.sel(period=year) if "period" in weights.dims else weights
        full = (weights + 0.0 * cells).transpose(*DIMS[1:]).to_numpy()
        gain = np.einsum("tkdsa,dsa->tdk", answer[:, :, at], full)
        return float((stock[at] * full).sum()), gain.reshape(shape).ravel()

    top, bottom = weights_of(form, data)
    top0, gain = sums(row.factor * top)
    under0, under = (1.0, np.zeros(gain.size)) if bottom is None else sums(bottom)
    key = row.request.target.indicator, row.request.target.year
    return Aim(key, row, top0, gain, under0, under, *span)


def _stretch(row: Row) -> tuple[float, float] | None:
    """Return from where to where the scorer's own rule holds, in the target's unit; None if it needs more years."""
    target = row.request.target
    if target.operator == "rising":
        return None
    half = 10.0**-target.decimals

    def holds(value: float) -> bool:
        return bool(holds_on(row, {target.year: value / row.factor}))

    points = [target.value, target.lower, target.upper, *(each.value for each in row.request.earlier)]
    tried = [point + step * half for point in points if np.isfinite(point) for step in (0.0, 1.0, -1.0)]
    inside = next((value for value in tried if holds(value)), None)
    if inside is None:
        return None
    far = 1e3 * max(abs(inside), 1.0)
    ends = [inside + sign * far for sign in (-1, 1)]
    least, most = (
        sign * np.inf if holds(end) else _edge(holds, inside, end, half)
        for sign, end in zip((-1, 1), ends, strict=True)
    )
    return least, most


def _edge(holds: Callable[[float], bool], inside: float, outside: float, half: float) -> float:
    while abs(outside - inside) > max(1e-8 * half, 1e-11 * abs(inside)):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return inside


def _check_bottom(aim: Aim, low: Array, high: Array) -> None:
    least = aim.bottom0 + np.minimum(aim.bottom * low, aim.bottom * high).sum()
    if least <= 0:
        raise SchemaError(f"{aim.key[0]} {aim.key[1]}: its denominator may reach zero within the limits. Narrow them.")


def _bounds(
    problem: Problem, limits: Limits, classes: Mapping[str, tuple[int, int | None]]
) -> tuple[Array, Array, Array, Array, tuple[str, ...]]:
    """Return the box and the rows of the limits, in units beside the reference's migrants."""
    reference, years = problem.reference, problem.years
    people = reference["population"].sel(year=problem.start).transpose("district", "sex", "age")
    flows = reference["net_migration"].transpose("period", "district", "sex", "age")
    spans = [(people["age"] >= low) & (people["age"] < (high or np.inf)) for low, high in classes.values()]

    def by_class(cells: xr.DataArray) -> Array:
        return np.stack([cells.where(span, 0.0).sum(("sex", "age")).to_numpy() for span in spans], -1) / UNIT

    homes, given = by_class(people), by_class(flows.sel(period=years))
    loss = np.array([limits.class_loss.get(name, limits.class_loss.get("other", 0.0)) for name in classes]) / 1e3
    floor = -np.broadcast_to(loss * homes, given.shape)
    size = homes.sum(-1)
    room = limits.district_rate[1] / 1e3 * size[:, None] - (floor.sum(-1, keepdims=True) - floor)
    low, high = floor - given, np.maximum(room, floor) - given
    rows: list[Array] = []
    ends: list[float] = []
    names: list[str] = []

    def add(coefficients: Array, most: float, name: str) -> None:
        rows.append(coefficients.ravel())
        ends.append(most - float((coefficients * given).sum()))
        names.append(name)

    for t in range(len(years)):
        for d in range(len(size)):
            one = np.zeros(given.shape)
            one[t, d] = 1.0
            add(one, limits.district_rate[1] / 1e3 * size[d], "district_rate")
            add(-one, -limits.district_rate[0] / 1e3 * size[d], "district_rate")
        whole = np.zeros(given.shape)
        whole[t] = 1.0
        if limits.city_rate is not None:
            add(whole, limits.city_rate[1] / 1e3 * size.sum(), "city_rate")
            add(-whole, -limits.city_rate[0] / 1e3 * size.sum(), "city_rate")
        for k, name in enumerate(classes):
            for sign, share in zip((-1.0, 1.0), limits.class_share.get(name, ()), strict=False):
                part = -sign * share * whole
                part[t, :, k] += sign
                add(part, 0.0, "class_share")
        if limits.yearly_change is not None:
            _changes(add, whole, t, limits.yearly_change / 1e3 * size.sum(), flows, problem)
    shape = (-1, given.size)
    return low.ravel(), high.ravel(), np.array(rows).reshape(shape), np.array(ends), tuple(names)


def _changes(
    add: Callable[[Array, float, str], None], whole: Array, t: int, most: float, flows: xr.DataArray, problem: Problem
) -> None:
    before, last = np.zeros(whole.shape), 0.0
    if t:
        before[t - 1] = 1.0
    elif problem.start in flows["period"].to_numpy():
        last = float(flows.sel(period=problem.start).sum()) / UNIT
    else:
        return
    for sign in (1.0, -1.0):
        add(sign * (whole - before), most + sign * last, "yearly_change")


def migrants_of(system: System, x: Array) -> xr.DataArray:
    """Return decisions as the net migrants that `project` takes, the reference's included.

    Returns
    -------
    xarray.DataArray (scenario, period, district, sex, age)
        Persons.
    """
    reference = system.problem.reference["net_migration"].transpose("period", "district", "sex", "age")
    reference = reference.drop_vars([name for name in reference.coords if name not in reference.dims])
    more = np.einsum("tdk,kdsa->tdsa", x.reshape(system.shape) * UNIT, system.who.to_numpy())
    cells = reference.copy()
    cells.loc[{"period": system.problem.years}] = cells.sel(period=system.problem.years).to_numpy() + more
    return cells.expand_dims(scenario=["found"])
