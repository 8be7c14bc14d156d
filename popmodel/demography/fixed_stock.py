"""People who are held apart from the cohort step: students, soldiers, workers in dormitories."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.kernel import Projected
from popmodel.schema import SchemaError, named, unlabelled

Array = npt.NDArray[np.float64]
FIXED, EXCHANGE, HELD = "fixed_stock", "fixed_stock_exchange", "held_apart"
DIMS = ("district", "sex", "age")
COMING, GONE = 15, 30
"""Ages between which a standing stock comes and goes. [years]"""
LEAST_PART = 0.1
"""Share of the residents of an age and sex that a standing stock must reach somewhere to be told from noise. [1]"""


class Oversized(NamedTuple):
    """A cell in which the fixed stock is larger than the population: its index, and both. [persons]"""

    cell: tuple[int, ...]
    fixed: float
    people: float


def oversized(fixed: Array, people: Array) -> Oversized | None:
    """Return the worst cell in which the fixed stock exceeds the people, beyond rounding; None if there is none.

    Parameters
    ----------
    fixed : ndarray, shape (D, 2, A)
        The fixed stock. [persons]
    people : ndarray, shape (..., D, 2, A)
        The population. [persons]

    Returns
    -------
    Oversized or None
    """
    over = fixed - people
    if not (over > 1e-9 * np.maximum(people, 1.0)).any():
        return None
    index = tuple(int(i) for i in np.unravel_index(int(over.argmax()), over.shape))
    return Oversized(index, float(np.broadcast_to(fixed, over.shape)[index]), float(people[index]))


def fixed_of(data: xr.Dataset, population: xr.DataArray, *, what: str) -> Array:
    """Return the fixed stock in the order of a population's labels, held against the population.

    Parameters
    ----------
    data : xarray.Dataset
        With `fixed_stock` (district, sex, age).
    population : xarray.DataArray
        With the same labels, perhaps over years, scenarios and draws.
    what : str
        Opens the text of an error.

    Returns
    -------
    ndarray, shape (D, 2, A)
        [persons]

    Raises
    ------
    SchemaError
        If dims or labels differ, a figure is negative or missing, or the stock is larger than the population of a cell.
    """
    stock = data[FIXED]
    for dim in ("scenario", "draw"):
        # Where scenarios were put together it may have come to stand once for each.
        if dim in stock.dims and stock.sizes[dim] and (stock == stock.isel({dim: 0})).all():
            stock = stock.isel({dim: 0}, drop=True)
    if set(stock.dims) != set(DIMS):
        raise SchemaError(
            f"{what}: {FIXED} has dims {stock.dims}; give it {DIMS}, the same in all years, scenarios and draws."
        )
    for dim in DIMS:
        here, there = population[dim].to_numpy().tolist(), stock[dim].to_numpy().tolist() if dim in stock.coords else []
        lacking, strange = [x for x in here if x not in there], [x for x in there if x not in here]
        if lacking or strange or len(there) != len(here):
            raise SchemaError(
                f"{what}: {FIXED}: {dim} lacks {named(lacking) or 'nothing'}, has {named(strange) or 'nothing'} that "
                "the population has not, or one twice. Give every label of the population once; 0 where nobody is."
            )
    aligned = stock.sel({dim: population[dim].to_numpy() for dim in DIMS}).transpose(*DIMS)
    values = np.asarray(aligned.to_numpy(), dtype=float)
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        cell = tuple(np.argwhere(bad)[0])
        raise SchemaError(
            f"{what}: {FIXED} of {_cell(cell, population)} is {values[cell]:g}; it must be 0 or more. Correct it."
        )
    refuse_oversized(values, population, what=what)
    return values


def refuse_oversized(fixed: Array, population: xr.DataArray, *, what: str) -> None:
    """Raise if a fixed stock is larger than the population of a cell.

    Raises
    ------
    SchemaError
        Naming the cell, with scenario, draw and year where the population has them.
    """
    lead = tuple(str(dim) for dim in population.dims if dim not in DIMS)
    found = oversized(fixed, unlabelled(population, (*lead, *DIMS)))
    if found is None:
        return
    place = [f"{dim} {population[dim].to_numpy()[i]}" for dim, i in zip(lead, found.cell, strict=False)]
    raise SchemaError(
        f"{what}: {FIXED} of {', '.join([*place, _cell(found.cell[len(lead) :], population)])} is {found.fixed:,.1f}, "
        f"but the population is {found.people:,.1f}. It is a part of the population: reduce it to that or less."
    )


def _cell(index: tuple[int, ...], population: xr.DataArray) -> str:
    return ", ".join(f"{dim} {population[dim].to_numpy()[i]}" for dim, i in zip(DIMS, index, strict=True))


def exchange(fixed: Array) -> Array:
    """Return those who come and go so that a fixed stock stays as it is, by the age reached at the end of a year.

    Parameters
    ----------
    fixed : ndarray, shape (..., A)
        The fixed stock. [persons]

    Returns
    -------
    ndarray, shape (..., A)
        ``F[x] − F[x−1]``, and ``F[0]`` at age 0, ``−F[A−1]`` at the open age A, whose people stay in it: they sum to
        0. [persons]

    Notes
    -----
    Who is in the stock at the age x − 1 would be x at the end of the year; F[x] are there. The difference has moved.
    Deaths in the stock are not told apart from departures: they are replaced.
    """
    out = np.diff(fixed, axis=-1, prepend=0.0)
    out[..., -1] -= fixed[..., -1]
    return np.asarray(out)


def without(population: xr.DataArray, fixed: Array) -> xr.DataArray:
    """Return a population without its fixed stock.

    Parameters
    ----------
    population : xarray.DataArray
        With the dims of `DIMS`. [persons]
    fixed : ndarray, shape (D, 2, A)
        As from `fixed_of`. [persons]

    Returns
    -------
    xarray.DataArray
        [persons]
    """
    # What rounding leaves below 0 was held against the population before.
    return (population - xr.DataArray(fixed, dims=DIMS)).clip(min=0.0).transpose(*population.dims)


def with_fixed(path: Projected, fixed: Array) -> Projected:
    """Return a projection of the others with the fixed stock: in every stock, and in the migration that keeps it.

    Parameters
    ----------
    path : Projected
        Of those who are not in the fixed stock.
    fixed : ndarray, shape (D, 2, A)
        [persons]

    Returns
    -------
    Projected
        Births and deaths stay: those in the fixed stock bear none, and who dies in it is replaced.
    """
    moved = None if path.net_migration is None else path.net_migration + exchange(fixed)
    return path._replace(population=path.population + fixed, net_migration=moved)


def held_apart(base: xr.Dataset) -> xr.Dataset:
    """Return a base without its fixed stock: those who age, bear, die and migrate.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`; one without `fixed_stock` comes back as it is.

    Returns
    -------
    xarray.Dataset
        `population`, `census_population` and `observed_stock` less the fixed stock; the attribute `HELD` is its sum.

    Raises
    ------
    SchemaError
        If the fixed stock is larger than the population of a cell, or than a published stock of a district.
    """
    if FIXED not in base:
        return base
    fixed = xr.DataArray(fixed_of(base, base["population"], what="base"), dims=DIMS)
    out = base.drop_vars(FIXED).assign_attrs({HELD: float(fixed.sum())})
    for name in ("population", "census_population"):
        if name in base:
            out[name] = without(base[name], fixed.to_numpy()).assign_attrs(base[name].attrs)
    if "observed_stock" in base:
        left = base["observed_stock"] - fixed.sum(("sex", "age"))
        if (left <= 0).any():
            where = left.where(left <= 0, drop=True)
            raise SchemaError(
                f"base: {FIXED} of district {where['district'].to_numpy()[0]} is as large as its published residents "
                f"of {where['observed_year'].to_numpy()[0]}. Reduce it."
            )
        out["observed_stock"] = left.assign_attrs(base["observed_stock"].attrs)
    return out


def passing(moved: npt.ArrayLike, people: npt.ArrayLike) -> Array:
    """Return the standing stock of those who come in youth and are gone again by thirty, from yearly net migrants.

    Parameters
    ----------
    moved : array_like, shape (..., A)
        Net migrants of a year by age, at a total of zero. [persons]
    people : array_like, shape (..., A)
        Residents. [persons]

    Returns
    -------
    ndarray, shape (..., A)
        [persons]

    Notes
    -----
    With C[x] the net migrants of the ages 15 to x, those of age x who have come and will leave again are
    ``C[x] − max(0, min C[y], x ≤ y ≤ 30)``: what stays for good is not counted. A standing stock is one that nowhere
    exceeds the residents and somewhere reaches `LEAST_PART` of them. An estimate of the package, from flows that are
    taken to go on as they are.
    """
    flows, stock = np.asarray(moved, dtype=float), np.asarray(people, dtype=float)
    come = np.cumsum(flows[..., COMING : GONE + 1], axis=-1)
    stays = np.maximum(np.minimum.accumulate(come[..., ::-1], axis=-1)[..., ::-1], 0.0)
    out = np.zeros_like(stock)
    out[..., COMING : GONE + 1] = np.maximum(come - stays, 0.0)
    part = np.divide(out, stock, out=np.zeros_like(out), where=stock > 0).max(axis=-1, keepdims=True)
    return np.asarray(np.where(part >= LEAST_PART, np.minimum(out, stock), 0.0))
