"""How stocks answer to one migrant more of a class, in each open year: unit impulses, projected in one batch a year."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.feasibility.problem import BY_RATE, RATES, Problem
from popmodel.feasibility.schedules import chosen_schedule
from popmodel.projection.project import project
from popmodel.scenario.limits import Classes
from popmodel.schema import SchemaError, named

Array = npt.NDArray[np.float64]
UNIT = 1e4
"""Persons in one unit of a decision."""
DIMS = ("year", "district", "sex", "age")
MOST_CELLS = 250_000_000
GROUND = 1e3
"""Persons in a cell of the even city."""


class Responses(NamedTuple):
    """Answers to a unit in (year of coming t, group g, class k).

    Attributes
    ----------
    who : ndarray (G, K, D, S, A)
        Who one migrant of a class and group is; shares. A group is a district, or the city.
    apart : bool
        Whether districts answer apart: a group then moves its own district only.
    stock : ndarray (T, K, Y, D, S, A) if apart, else (T, G, K, Y, D, S, A)
        Persons at the end of each open year.
    flow : ndarray (T, K, Y, D, L) or (T, G, K, Y, D, L), or None
        What net migration by class comes to, where people also leave or move at rates. [10,000 persons]
    """

    who: Array
    apart: bool
    stock: Array
    flow: Array | None

    def pull(self, weights: Array, at: int) -> Array:
        """Return what a weighted sum of the stock (D, S, A) of an open year gains by each decision (T, G, K)."""
        if self.apart:
            return np.asarray(np.einsum("tkdsa,dsa->tdk", self.stock[:, :, at], weights, optimize=True))
        return np.asarray(np.tensordot(self.stock[:, :, :, at], weights, axes=3))

    def cells(self, x: Array) -> Array:
        """Return what the decisions (T, G, K) add to the stocks (Y, D, S, A)."""
        if self.apart:
            years, classes = self.stock.shape[:2]
            flat = self.stock.reshape(years * classes, self.stock.shape[2], self.stock.shape[3], -1)
            mine = x.transpose(0, 2, 1).reshape(years * classes, -1)
            return np.asarray(np.einsum("nyda,nd->yda", flat, mine)).reshape(self.stock.shape[2:])
        return np.asarray(np.tensordot(x, self.stock, axes=3))

    def people(self, x: Array) -> Array:
        """Return who comes by the decisions (T, G, K), by cell (T, D, S, A)."""
        if self.apart:
            return np.asarray(np.einsum("tgk,gkgsa->tgsa", x, self.who))
        return np.asarray(np.tensordot(x, self.who, axes=2))

    def row(self, place: tuple[int, int, int, int], shape: tuple[int, int, int]) -> Array:
        """Return what one cell of the stock (y, d, s, a) gains by each decision."""
        y, d, s, a = place
        if not self.apart:
            return self.stock[..., y, d, s, a].copy()
        row = np.zeros(shape)
        row[:, d] = self.stock[:, :, y, d, s, a]
        return row


def responses(problem: Problem, *, classes: Classes, districts: bool, schedule: str = "model") -> Responses:
    """Project a unit of each class in each open year onto an empty city.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`.
    classes : mapping of str to tuple of int
        From the first age to below the second.
    districts : bool
        Whether each district's migrants are decided.
    schedule : str
        Who the migrants of a class are.

    Returns
    -------
    Responses

    Raises
    ------
    SchemaError
        If nobody lives in a class of a district, or the districts are too many to be decided apart.
    """
    who = _who(problem, chosen_schedule(problem.schedules, schedule), classes, districts=districts)
    reference, years = problem.reference, problem.years
    coupled = "move_rate" in reference and bool((reference["move_rate"] != 0).any())
    by_rate = any(name in reference for name in BY_RATE)
    apart = districts and not coupled
    groups, kinds = who.shape[:2]
    one = np.einsum("gkgsa->kgsa", who) if apart else who.reshape(-1, *who.shape[2:])
    size = len(years) ** 2 * one.size
    if size > MOST_CELLS:
        raise SchemaError(
            f"{groups} districts that exchange people by rates and {kinds} classes answer in {size:,} cells. "
            "Decide the city's migrants (districts=False), or give fewer classes."
        )
    stock = np.zeros((len(years), len(one), len(years), *one.shape[1:]))
    flow = np.zeros((len(years), len(one), len(years), one.shape[1], kinds)) if by_rate else None
    spans = [_inside(reference["age"].to_numpy(), span) for span in classes.values()]
    for t in range(len(years)):
        people, moved = _impulses(problem, one, t, by_rate=by_rate)
        stock[t, :, t:] = people
        if flow is not None:
            flow[t, :, t:] = np.stack([moved[..., span].sum(axis=(-1, -2)) for span in spans], -1)
    if not apart:
        stock = stock.reshape(len(years), groups, kinds, *stock.shape[2:])
        flow = None if flow is None else flow.reshape(len(years), groups, kinds, *flow.shape[2:])
    return Responses(who, apart, stock, flow)


def _impulses(problem: Problem, one: Array, t: int, *, by_rate: bool) -> tuple[Array, Array]:
    """Return what a unit of each pattern (N, D, S, A) in an open year adds to the stocks and to net migration from then
    on, (N, Y, D, S, A) each.

    Without rates of leaving it is projected onto an empty city. Those who leave at rates leave from the age they reach,
    too, where nobody of an empty city is: then onto an even one, whose own path is taken off.
    """
    reference, years = problem.reference, problem.years
    ground = GROUND if by_rate else 0.0
    size = GROUND if by_rate else UNIT
    rates = reference[[*RATES, *(name for name in BY_RATE if name in reference)]].sel(period=years[t:])
    rates = rates.drop_vars([name for name in rates.coords if name not in rates.dims])
    batch = np.full((len(one) + 1, len(years) - t, *one.shape[1:]), ground)
    batch[:-1, 0] += size * one
    rates["net_migration"] = xr.DataArray(
        batch, dims=("scenario", "period", *DIMS[1:]), coords={"scenario": [f"u{i}" for i in range(len(batch))]}
    )
    even = 0.0 * reference["population"].isel(year=0) + ground
    even = even.drop_vars([name for name in even.coords if name not in even.dims]).assign_coords(year=years[t] - 1)
    keep = ("population", "net_migration") if by_rate else ("population",)
    run = project(even, rates, timing=reference.attrs.get("timing", "even"), keep=keep)
    people = run["population"].transpose("scenario", *DIMS).isel(year=slice(1, None)).to_numpy()
    if not by_rate:
        return people[:-1], people[:0]
    moved = run["net_migration"].transpose("scenario", "period", *DIMS[1:]).to_numpy()
    return (people[:-1] - people[-1]) * (UNIT / size), (moved[:-1] - moved[-1]) / size


def _inside(ages: npt.NDArray[np.int_], span: tuple[int, int | None]) -> npt.NDArray[np.bool_]:
    return (ages >= span[0]) & (ages < (np.inf if span[1] is None else span[1]))


def _who(problem: Problem, schedule: xr.DataArray, classes: Classes, *, districts: bool) -> Array:
    """Return who one migrant of a class is: as the schedule says; where that has nobody of it, as residents are."""
    dims = DIMS[1:]
    cells = schedule.transpose(*dims).to_numpy()
    people = problem.reference["population"].sel(year=problem.start).transpose(*dims).to_numpy()
    ages = problem.reference["age"].to_numpy()
    homes = [str(name) for name in problem.reference["district"].to_numpy()]
    count = len(homes)
    who = np.zeros((count if districts else 1, len(classes), *cells.shape))
    empty = []
    for k, (name, span) in enumerate(classes.items()):
        inside = _inside(ages, span)
        for g in range(len(who)):
            here = slice(g, g + 1) if districts else slice(None)
            part = np.where(inside, cells[here], 0.0)
            part = part if part.sum() > 0 else np.where(inside, people[here], 0.0)
            if part.sum() <= 0:
                empty.append(f"{name} in {homes[g] if districts else 'the city'}")
                continue
            who[g, k, here] = part / part.sum()
    if empty:
        raise SchemaError(f"nobody lives there who is aged {named(empty)}. Use wider classes.")
    return who
