"""The household register by sex and age: carried on by the cohort step, with those who enter and leave it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from popmodel.kernel import NegativeStockError, project_step
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
    """A register: stocks (T + 1, 2, A), births (T, 2), deaths and net entries (T, 2, A), natural increase (T,) over the
    stock at the start of the year, and what the residents' fertility was taken times (T,).
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
    start : array_like, shape (2, A)
        Registered at the start. [persons]
    rates : CityRates
        Of the residents, without leading axes.
    factor : array_like, shape (T,)
        What their fertility is taken times. [1]
    entering : array_like, shape (T, 2, A)
        Who enters, by age at the entry. [persons]
    leaving : array_like, shape (T,)
        How many leave. [persons]
    leaving_rate : array_like, shape (2, A)
        At which rates by age they leave, relative to one another: those who are there leave, never more. [1]
    natural_rate : array_like, shape (T,), optional
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
    stocks: list[Array] = [stock]
    births: list[Array] = []
    deaths: list[Array] = []
    net: list[Array] = []
    for t in range(len(scale)):
        year = first_year + t
        moved = entering[t] - _leavers(stock, lost, out[t], year, where)
        born, lived, ratio = rates.fertility[t], rates.survival[t], rates.sex_ratio[t]
        one = _step(stock, born * scale[t], lived, ratio, moved, year, where)
        if wanted is not None:
            scale[t] *= _births_for(wanted[t], stock, one, lived[:, 0], ratio, year, where) / max(one[1].sum(), 1e-300)
            one = _step(stock, born * scale[t], lived, ratio, moved, year, where)
        stock = one[0]
        for series, value in zip((stocks, births, deaths, net), (*one, moved), strict=True):
            series.append(value)
    parts = [np.stack(series) for series in (stocks, births, deaths, net)]
    natural = (parts[1].sum(axis=1) - parts[2].sum(axis=(1, 2))) / parts[0][:-1].sum(axis=(1, 2))
    return Ledger(parts[0], parts[1], parts[2], parts[3], natural, scale)


def _leavers(stock: Array, rate: Array, number: float, year: int, where: str) -> Array:
    weight = stock * rate
    share = number / weight.sum() if number > 0 and weight.sum() > 0 else 0.0
    if number > 0 and not 0 < share * float(rate[weight > 0].max(initial=0.0)) <= 1:
        raise SchemaError(
            f"{where}{number:,.6g} people leave the register in {year}, more than it has at the ages at which people "
            "leave. Reduce the departures, or mind their unit."
        )
    return np.asarray(share * weight)


def _step(
    stock: Array, fertility: Array, survival: Array, sex_ratio: float, moved: Array, year: int, where: str
) -> tuple[Array, Array, Array]:
    try:
        one = project_step(stock[None], fertility[None], survival[None], np.array([sex_ratio]), moved[None])
    except NegativeStockError as error:
        *_, sex, age = error.index
        raise SchemaError(
            f"{where}the registered {SEXES[sex]} of age {age} turn negative in {year}: more leave or die than are "
            "there. Correct the entries into the register and the departures, or their unit."
        ) from error
    assert one.births is not None and one.deaths is not None  # noqa: PT018  # asked for
    return one.population[0], one.births[0], one.deaths[0]


def _births_for(
    rate: float, stock: Array, one: tuple[Array, Array, Array], newborn: Array, ratio: float, year: int, where: str
) -> float:
    """Births that give a natural increase; of those born some die within the year."""
    deaths = float(one[2][:, 1:].sum())
    surviving = float(np.array([1.0, ratio]) @ newborn / (1 + ratio))
    births = (rate * float(stock.sum()) + deaths) / surviving
    if births < 0:
        raise SchemaError(
            f"{where}registered_natural_rate {rate:g} in {year} lies below {-deaths / stock.sum():.5f}, what the "
            "registered of their ages come to without a birth. Give a higher rate."
        )
    return births
