"""The household register by sex and age: carried on by the cohort step, with those who enter and leave it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from popmodel.kernel import NegativeStockError, project_path, project_step
from popmodel.schema import SEXES, SchemaError

Array = npt.NDArray[np.float64]
BEARING = slice(15, 50)
"""Ages whose women weight the districts' fertility."""


class CityRates(NamedTuple):
    """Rates of a whole city: fertility (…, T, A), survival (…, T, 2, A) and sex ratio at birth (…, T)."""

    fertility: Array
    survival: Array
    sex_ratio: Array


class Ledger(NamedTuple):
    """A register: stocks (…, T + 1, 2, A), births (…, T, 2), deaths and net entries (…, T, 2, A), natural increase
    (…, T) over the stock at the start of the year, and what the residents' fertility was taken times (…, T).
    """

    population: Array
    births: Array
    deaths: Array
    net_entries: Array
    natural_rate: Array
    factor: Array


def city_rates(
    residents: npt.ArrayLike, fertility: npt.ArrayLike, survival: npt.ArrayLike, sex_ratio: npt.ArrayLike
) -> CityRates:
    """Return the rates of the whole city: the districts', by their women of 15-49 and their residents at the start.

    Parameters
    ----------
    residents : array_like, shape (..., D, 2, A)
        At the start. [persons]
    fertility : array_like, shape (..., T, D, A)
        [births per woman-year]
    survival : array_like, shape (..., T, D, 2, A)
        [1]
    sex_ratio : array_like, shape (..., T, D)
        [males per female]

    Returns
    -------
    CityRates
        Axes before T are those of both.
    """
    people, born, alive, ratio = (np.asarray(part, dtype=float) for part in (residents, fertility, survival, sex_ratio))
    women = _shares(people[..., 0, BEARING].sum(axis=-1))
    if alive.strides[-3] == 0:
        lived = alive[..., 0, :, :]  # one table for all districts
    else:
        lived = np.einsum("...d,...tdsa->...tsa", _shares(people.sum(axis=(-2, -1))), alive)
    return CityRates(np.einsum("...d,...tda->...ta", women, born), lived, np.einsum("...d,...td->...t", women, ratio))


def _shares(weights: Array) -> Array:
    whole = weights.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(weights, whole, out=np.full_like(weights, 1 / weights.shape[-1]), where=whole > 0))


def carry_register(
    start: npt.ArrayLike,
    rates: CityRates,
    *,
    factor: npt.ArrayLike,
    entering: npt.ArrayLike,
    leaving: npt.ArrayLike,
    leaving_rate: npt.ArrayLike,
    natural_rate: npt.ArrayLike | None = None,
    first_year: int = 1,
    where: str = "",
) -> Ledger:
    """Carry a register on by sex and age.

    Parameters
    ----------
    start : array_like, shape (..., 2, A)
        Registered at the start. [persons]
    rates : CityRates
        Of the residents.
    factor : array_like, shape (..., T)
        What their fertility is taken times. [1]
    entering : array_like, shape (..., T, 2, A)
        Who enters, by age at the entry. [persons]
    leaving : array_like, shape (..., T)
        How many leave. [persons]
    leaving_rate : array_like, shape (2, A)
        At which rates by age they leave, relative to one another: those who are there leave, never more. [1]
    natural_rate : array_like, shape (..., T), optional
        Natural increase over the stock at the start, which the births are scaled to. [1/year]
    first_year : int
        The first of the years, named in errors.
    where : str
        Opens the text of an error, with a space at its end.

    Returns
    -------
    Ledger
        In every cell the change of the stock is births less deaths plus net entries.

    Raises
    ------
    SchemaError
        If more leave than are there, or the natural increase given takes fewer births than none.
    """
    entering, scale = np.asarray(entering, dtype=float), np.array(factor, dtype=float)
    out, lost, stock = np.asarray(leaving, dtype=float), np.asarray(leaving_rate, dtype=float), np.asarray(start)
    wanted = None if natural_rate is None else np.asarray(natural_rate, dtype=float)
    if wanted is None and not out.any():
        return _entered(stock, rates, scale, entering, first_year, where)
    stocks: list[Array] = [np.broadcast_to(stock, (*entering.shape[:-3], *stock.shape[-2:]))]
    flows: list[tuple[Array, Array, Array]] = []
    for t in range(scale.shape[-1]):
        year = first_year + t
        stock = stocks[-1]
        moved = entering[..., t, :, :] - _leavers(stock, lost, out[..., t], year, where)
        now = CityRates(rates.fertility[..., t, :], rates.survival[..., t, :, :], rates.sex_ratio[..., t])
        one = _step(stock, now, scale[..., t], moved, year, where)
        if wanted is not None:
            born = np.maximum(one[1].sum(axis=-1), 1e-300)
            scale[..., t] *= _births_for(wanted[..., t], stock, one[2], now, year, where) / born
            one = _step(stock, now, scale[..., t], moved, year, where)
        stocks.append(one[0])
        flows.append((one[1], one[2], moved))
    births, deaths, net = (np.stack(series, axis=-3 + (i == 0)) for i, series in enumerate(zip(*flows, strict=True)))
    people = np.stack(stocks, axis=-3)
    return Ledger(people, births, deaths, net, _natural_rate(people, births, deaths), scale)


def _entered(start: Array, rates: CityRates, factor: Array, entering: Array, first_year: int, where: str) -> Ledger:
    """Carry on at once where nobody leaves."""
    try:
        path = project_path(
            start[..., None, :, :], (rates.fertility * factor[..., None])[..., None, :],
            rates.survival[..., None, :, :], rates.sex_ratio[..., None], entering[..., None, :, :],
        )  # fmt: skip
    except NegativeStockError as error:
        raise SchemaError(_negative(error, first_year + error.index[-4] - 1, where)) from error
    assert path.births is not None  # asked for
    assert path.deaths is not None
    people, births, deaths = path.population[..., 0, :, :], path.births[..., 0, :], path.deaths[..., 0, :, :]
    return Ledger(people, births, deaths, entering, _natural_rate(people, births, deaths), factor)


def _natural_rate(people: Array, births: Array, deaths: Array) -> Array:
    return np.asarray((births.sum(axis=-1) - deaths.sum(axis=(-2, -1))) / people[..., :-1, :, :].sum(axis=(-2, -1)))


def _negative(error: NegativeStockError, year: int, where: str) -> str:
    *_, sex, age = error.index
    return (
        f"{where}the registered {SEXES[sex]} of age {age} turn negative in {year}: more leave or die than are there. "
        "Correct the entries into the register and the departures, or their unit."
    )


def _leavers(stock: Array, rate: Array, number: Array, year: int, where: str) -> Array:
    weight = stock * rate
    whole = weight.sum(axis=(-2, -1))
    share = np.where(number > 0, number / np.where(whole > 0, whole, 1.0), 0.0)
    most = np.where(weight > 0, rate, 0.0).max(axis=(-2, -1))
    bad = (number > 0) & ((share * most > 1) | (whole <= 0))
    if bad.any():
        raise SchemaError(
            f"{where}{float(np.extract(bad, number)[0]):,.6g} people leave the register in {year}, more than it has at "
            "the ages at which people leave. Reduce the departures, or mind their unit."
        )
    return np.asarray(share[..., None, None] * weight)


def _step(
    stock: Array, rates: CityRates, factor: Array, moved: Array, year: int, where: str
) -> tuple[Array, Array, Array]:
    fertility = rates.fertility * np.asarray(factor)[..., None]
    try:
        one = project_step(
            stock[..., None, :, :], fertility[..., None, :], rates.survival[..., None, :, :],
            np.asarray(rates.sex_ratio)[..., None], moved[..., None, :, :],
        )  # fmt: skip
    except NegativeStockError as error:
        raise SchemaError(_negative(error, year, where)) from error
    assert one.births is not None  # asked for
    assert one.deaths is not None
    return one.population[..., 0, :, :], one.births[..., 0, :], one.deaths[..., 0, :, :]


def _births_for(rate: Array, stock: Array, died: Array, rates: CityRates, year: int, where: str) -> Array:
    """Births that give a natural increase; of those born some die within the year."""
    deaths, people = died[..., 1:].sum(axis=(-2, -1)), stock.sum(axis=(-2, -1))
    newborn, ratio = rates.survival[..., 0], rates.sex_ratio
    surviving = (newborn[..., 0] + ratio * newborn[..., 1]) / (1 + ratio)
    births = np.asarray((rate * people + deaths) / surviving)
    if (births < 0).any():
        bad = int(births.argmin())
        given, least = (
            float(np.broadcast_to(part, births.shape).reshape(-1)[bad]) for part in (rate, -deaths / people)
        )
        raise SchemaError(
            f"{where}registered_natural_rate {given:g} in {year} lies below {least:.5f}, what the registered "
            "of their ages come to without a birth. Give a higher rate."
        )
    return births
