"""Published years in a scenario: what closes their accounts, and the refusal to change them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.migrants import schedule_in
from popmodel.demography.migration import ClosedAccounts, close_accounts
from popmodel.scenario.drivers import OBSERVED, Change, Dated, Scenario, Solve, Toward
from popmodel.schema import SchemaError, named

Array = npt.NDArray[np.float64]
DRIVERS = ("total_fertility", "net_migration", "arrivals", "departure_rate")
"""Drivers that decide births and stocks: in a published year the figures decide them."""
FACTORS = (0.25, 4.0)
"""What published deaths may be over those of the life table; beyond lies a mistaken unit."""


class Facts(NamedTuple):
    """The published years: the accounts closed on them (n), and survival ratios that give their deaths (n, D, 2, A)."""

    closed: ClosedAccounts
    survival: Array


def closed_accounts(
    base: xr.Dataset,
    *,
    per_child: Array,
    survival: Array,
    ratios: Array,
    upto: int,
    first_fertility: float | None = None,
) -> ClosedAccounts:
    """Close the accounts of the first `upto` published years on their stocks and births.

    Parameters
    ----------
    base : xarray.Dataset
        With `observed_stock` and `observed_births`.
    per_child : ndarray, shape (T, D, A)
        Fertility rates at a total fertility of 1. [births per woman-year]
    survival : ndarray, shape (T, D, 2, A)
        Survival ratios. [1]
    ratios : ndarray, shape (T, D)
        Males per female at birth. [1]
    upto : int
        Number of years.
    first_fertility : float, optional
        Total fertility until births are published; without it they must be from the first year on.

    Returns
    -------
    ClosedAccounts

    Raises
    ------
    SchemaError
        If no fertility and migration meet the figures.
    """
    return close_accounts(
        base["population"].transpose("district", "sex", "age").to_numpy(),
        base["observed_stock"].to_numpy()[:upto],
        base["observed_births"].to_numpy()[:upto],
        fertility_per_child=per_child[:upto],
        survival_ratio=survival[:upto],
        sex_ratio_at_birth=ratios[:upto],
        schedule=schedule_in(base),
        years=base["observed_year"].to_numpy().tolist()[:upto],
        codes=base["district"].to_numpy().tolist(),
        first_fertility=first_fertility,
    )


def facts_of(
    base: xr.Dataset, *, per_child: Array, survival: Array, ratios: Array, first_fertility: float | None, where: str
) -> Facts | None:
    """Return the published years of a projection; None where there are none.

    Parameters
    ----------
    base, per_child, survival, ratios, first_fertility
        As in `closed_accounts`.
    where : str
        Opens the text of an error.

    Raises
    ------
    SchemaError
        If no fertility and migration meet the figures, or deaths are many times those of the life table.

    Notes
    -----
    Where deaths are published, the death rates of all ages are taken times one factor k, so that the year has that
    number of deaths: ``S' = S^k`` (proportional hazards). k is found by ``k ← k · published / modelled``, with the
    accounts closed anew each time, to a thousandth of a person. In other years the life table is taken as it is given.
    """
    upto = min(base.sizes.get("observed_year", 0), len(survival))
    if not upto:
        return None
    deaths = base["observed_deaths"].to_numpy()[:upto]
    known = np.isfinite(deaths)
    factor, scaled = np.ones(upto), np.asarray(survival[:upto], dtype=float)
    for _ in range(50):
        closed = closed_accounts(
            base, per_child=per_child, survival=scaled, ratios=ratios, upto=upto, first_fertility=first_fertility
        )
        died = closed.deaths.sum(axis=-1)
        if not known.any() or np.abs(died - deaths)[known].max() <= 1e-3:
            return Facts(closed, scaled)
        factor = np.where(known, factor * np.where(known, deaths, 1.0) / died, 1.0)
        if not ((factor >= FACTORS[0]) & (factor <= FACTORS[1])).all():
            break
        scaled = survival[:upto] ** factor[:, None, None, None]
    worst = int(np.abs(np.log(np.maximum(factor, 1e-9))).argmax())
    raise SchemaError(
        f"{where} the published deaths of {int(base['observed_year'][worst])}, {deaths[worst]:,.0f}, are "
        f"{factor[worst]:.3g} times those of the life table. Correct the observed values; mind their unit."
    )


def check_open(scenario: Scenario, base: xr.Dataset) -> None:
    """Refuse a scenario that gives a published year another figure, unless it is counterfactual.

    Raises
    ------
    SchemaError
        If it does.
    """
    first = int(base["year"]) + 1
    last = first - 1 + base.sizes.get("observed_year", 0)
    if scenario.counterfactual or last < first:
        return
    for name in DRIVERS:
        years = sorted({year for year in _changed_years(getattr(scenario, name), last) if first <= year <= last})
        if years:
            raise SchemaError(
                f"scenario {scenario.name}: {name} is given for {named(years)}, but figures are published to {last}. "
                f"Begin after {last}, such as with toward, or say counterfactual = true."
            )


def _changed_years(driver: Any, last: int) -> Iterator[int]:
    """Years to which a driver gives a figure of their own."""
    if isinstance(driver, Solve):
        yield int(driver.year)
    elif isinstance(driver, Change):
        if driver.after is not None:  # begins after that year, whatever it gives before
            yield from () if driver.after == OBSERVED or int(driver.after) >= last else (int(driver.after) + 1,)
            return
        for part, same in ((driver.times, 1.0), (driver.plus, 0.0)):
            yield from (year for year, value in _dated(part) if value != same)
    else:
        yield from (year for year, _ in _dated(driver))


def _dated(values: Any) -> Iterator[tuple[int, Any]]:
    points = values.values if isinstance(values, Dated) else values
    for year, value in points.items() if isinstance(points, Mapping) else ():
        inner = list(value.values()) if isinstance(value, Mapping) else [value]
        yield int(year), inner[0] if len(set(inner)) == 1 else None


class Start(NamedTuple):
    """What was observed last of a driver: its year, the city's value, those of the districts (D,)."""

    year: int
    city: float
    districts: Array


def started(driver: Any, start: Start | None, base: xr.Dataset, where: str) -> Any:
    """Return the dated values of a `Toward`, begun with what was observed last; other drivers as they are.

    Raises
    ------
    SchemaError
        If nothing was observed, or a date does not lie after what is published.
    """
    if not isinstance(driver, Toward):
        return driver
    if start is None or not np.isfinite(start.city):
        raise SchemaError(f"{where}: nothing was observed to begin from. Add published figures, or give dated values.")
    last = max(start.year, int(base["year"]) + base.sizes.get("observed_year", 0))
    early = sorted(year for year in driver.values if year <= last)
    if early:
        raise SchemaError(
            f"{where} is to be reached in {named(early)}, but figures are published to {last}. Name later years."
        )
    first: Any = start.city
    if isinstance(next(iter(driver.values.values())), Mapping):
        codes = [str(code) for code in base["district"].to_numpy()]
        first = dict(zip(codes, start.districts.tolist(), strict=True))
    return Dated({start.year: first, **driver.values}, driver.interpolation)


def put(values: Array, facts: Sequence[float] | Array, level: Array) -> Array:
    """Return a city-wide or district path with the facts of its first years, city-wide or by district.

    Parameters
    ----------
    values : ndarray, shape (T,) or (T, D)
        A driver.
    facts : ndarray, shape (n,)
        Of the city.
    level : ndarray, shape (T, D)
        What a district has of a city-wide figure.

    Returns
    -------
    ndarray, shape (T,) or (T, D)
    """
    seen = np.asarray(facts, dtype=float)
    first = seen if values.ndim == 1 else seen[:, None] * level[: len(seen)]
    return np.concatenate([first, values[len(seen) :]])
