"""Who needs a service: people of its ages times the share that takes part, against the capacity that is published."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.indicators.people import LEADING, Array, areas_of, with_city
from popmodel.schema import SEXES, SchemaError, check_labels, named, near, unlabelled


@dataclass(frozen=True)
class Services:
    """Services as data.

    Attributes
    ----------
    table : pandas.DataFrame
        A row for each service and age band: `service`, names, unit, `age_from`, `age_to` (exact ages; the latter an
        age, the name of a dated limit, or blank for no end), `sex`, `cutoff_month`, `participation` [1], `norm` [units
        per user], sources and statuses.
    figures : pandas.DataFrame
        Published users and capacities: `service`, `area`, `year`, `kind` (users or capacity), `value`, `unit`,
        `status`, `confidence`, `published`, `publication`. Without rows where none are given.
    limits : pandas.DataFrame
        Ages set by law that change from year to year: `limit`, `year` and `age` at the end of it. [years]
    """

    table: pd.DataFrame
    figures: pd.DataFrame
    limits: pd.DataFrame


def age_weights(low: float, high: float, ages: int) -> Array:
    """Return the share of each single age that lies between two exact ages.

    Parameters
    ----------
    low, high : float
        Exact ages; `high` may be infinite. [years]
    ages : int
        Number of ages A; the last one is open.

    Returns
    -------
    ndarray, shape (A,)
        People taken as even within an age; the open age counts in whole from its first year on. [1]

    Examples
    --------
    >>> age_weights(2.5, 4, 6)
    array([0. , 0. , 0.5, 1. , 0. , 0. ])
    """
    start = np.arange(ages, dtype=float)
    out: Array = np.clip(np.minimum(high, start + 1) - np.maximum(low, start), 0.0, 1.0)
    if low > start[-1] or high > start[-1] > low:
        out[-1] = float(high == np.inf and low <= start[-1])
    return out


def demand(projection: xr.Dataset, services: Services) -> xr.Dataset:
    r"""Return how many people need each service, and what there is for them.

    Parameters
    ----------
    projection : xarray.Dataset
        From `project`: `population` by year, district, sex and single age. [persons]
    services : Services
        From `read_services`.

    Returns
    -------
    xarray.Dataset
        `users` and `need` (scenario, [draw], year, area, service), area 0 the city; `capacity` (year, area, service):
        the last one published up to a year, with `capacity_year`; `gap`, capacity less need; `peak_year` (scenario,
        [draw], area, service), the first year of the highest need from the start on. Names and units of the services
        are coords. Missing where no capacity is published.

    Raises
    ------
    SchemaError
        If the projection has no population by single age, a dated limit lacks a year, or a figure names an area that
        the projection lacks.

    Notes
    -----
    .. math::

        need_s = n_s \sum_{bands} q \sum_{sex, x} w_x P_{sex, x}

    with P the people on 31 December, w the share of age x inside the band, q the participation and n the norm. Where a
    service takes those who have reached an age by the end of a month (`cutoff_month`: 8 for schools that begin in
    September), its ages are moved up by the part of the year that is left.

    Examples
    --------
    >>> services = pm.read_services(pm.data_path("plan/services.csv"))
    >>> need = pm.demand(ev.projection, services)["need"]
    >>> need.dims
    ('scenario', 'year', 'area', 'service')
    """
    if "population" not in projection or not {"year", "district", "sex", "age"} <= set(projection["population"].dims):
        raise SchemaError("demand: the data has no population by year, district, sex and age. Pass a projection.")
    population = projection["population"]
    check_labels(population, what="demand")
    lead = [dim for dim in LEADING if dim in population.dims]
    years = [int(year) for year in population["year"].to_numpy()]
    stock = unlabelled(population, (*lead, "year", "district", "sex", "age"))
    names = list(dict.fromkeys(services.table["service"]))
    users = np.zeros((*stock.shape[:-2], len(names)))
    need = np.zeros_like(users)
    limits = _limits(services.limits)
    for row in services.table.to_dict("records"):
        weights = np.stack([_weights(row, year, limits, stock.shape[-1]) for year in years])
        taking = float(row["participation"]) * np.einsum("...ydsa,ysa->...yd", stock, weights)
        users[..., names.index(row["service"])] += taking
        need[..., names.index(row["service"])] += taking * float(row["norm"])
    area, places = areas_of(projection)
    coords = {
        **{dim: population[dim].variable for dim in lead},
        "year": years,
        "area": area,
        "service": names,
        **{name: ("area", labels) for name, labels in places.items()},
        **_names(services.table, names),
    }
    dims = (*lead, "year", "area", "service")
    out = xr.Dataset(
        {"users": (dims, with_city(users, axis=-2)), "need": (dims, with_city(need, axis=-2))}, coords=coords
    )
    capacity, since = _capacity(services, years, area, names)
    out["capacity"], out["capacity_year"] = (dims[-3:], capacity), (dims[-3:], since)
    out["gap"] = out["capacity"] - out["need"]
    out["peak_year"] = out["need"].idxmax("year")
    for name in out.data_vars:
        year = str(name).endswith("_year")
        own = "persons" if name == "users" else "calendar years" if year else "units of the service"
        out[name].attrs["unit"] = own
    return out.transpose(*dims)


def users_compared(projection: xr.Dataset, services: Services) -> pd.DataFrame:
    """Set modelled users beside those published: the error of ages and participation together.

    Parameters
    ----------
    projection : xarray.Dataset
        From `project`.
    services : Services
        With figures of kind `users`.

    Returns
    -------
    pandas.DataFrame
        scenario, service, area, year, published and modelled [persons], `error`, modelled less published over
        published [percent], status and confidence of what is published; years of the projection only.

    Raises
    ------
    SchemaError
        As `demand`.

    Examples
    --------
    >>> services = pm.read_services(pm.data_path("plan/services.csv"))
    >>> sorted(pm.users_compared(ev.projection, services)["service"].unique())
    ['junior_secondary', 'kindergarten', 'primary', 'senior_secondary']
    """
    users = demand(projection, services)["users"]
    if "draw" in users.dims:
        users = users.median("draw")
    known = services.figures[services.figures["kind"] == "users"]
    known = known[known["year"].isin(users["year"].to_numpy().tolist())]
    rows = []
    for scenario in users["scenario"].to_numpy():
        for row in known.to_dict("records"):
            modelled = float(
                users.sel(scenario=scenario, year=int(row["year"]), area=row["area"], service=row["service"])
            )
            rows.append(
                {
                    "scenario": scenario, "service": row["service"], "area": row["area"], "year": int(row["year"]),
                    "published": row["value"], "modelled": modelled, "error": 100 * (modelled / row["value"] - 1),
                    "status": row["status"], "confidence": row["confidence"],
                }
            )  # fmt: skip
    columns = ["scenario", "service", "area", "year", "published", "modelled", "error", "status", "confidence"]
    return pd.DataFrame(rows, columns=columns)


def _limits(table: pd.DataFrame) -> Mapping[str, Mapping[int, float]]:
    out: dict[str, dict[int, float]] = {}
    for row in table.to_dict("records"):
        out.setdefault(str(row["limit"]), {})[int(row["year"])] = float(row["age"])
    return out


def _age(given: str, year: int, limits: Mapping[str, Mapping[int, float]], service: str) -> float:
    """Return an age that is written as a number, or as the name of a dated limit; blank is no end."""
    if given == "":
        return np.inf
    if given not in limits:
        try:
            return float(given)
        except ValueError:
            known = named(limits) or "(none)"
            raise SchemaError(
                f"demand: {service}: {given!r} is neither an age nor a dated limit; these are known: {known}."
                f"{near(given, limits)}"
            ) from None
    if year not in limits[given]:
        have = sorted(limits[given])
        raise SchemaError(
            f"demand: {service}: the limit {given} is given for {have[0]}-{have[-1]} and lacks {year}. Add the year to "
            "the table of limits, or project fewer years."
        )
    return limits[given][year]


def _weights(row: Mapping[Hashable, Any], year: int, limits: Mapping[str, Mapping[int, float]], ages: int) -> Array:
    """Weights (sex, age) of one row in one year."""
    service = str(row["service"])
    month = row["cutoff_month"]
    later = 0.0 if pd.isna(month) else (12 - float(month)) / 12
    low = _age(str(row["age_from"]), year, limits, service) + later
    high = _age(str(row["age_to"]), year, limits, service) + later
    one = age_weights(low, high, ages)
    out = np.zeros((2, ages))
    for place, sex in enumerate(SEXES):
        if row["sex"] in ("both", sex):
            out[place] = one
    return out


def _names(table: pd.DataFrame, names: list[str]) -> dict[str, tuple[str, list[str]]]:
    first = table.drop_duplicates("service").set_index("service")
    return {
        f"service_{name}": ("service", [str(first.loc[service, name]) for service in names])
        for name in ("name_zh", "name_en", "unit_zh", "unit_en", "section")
    }


def _capacity(services: Services, years: list[int], area: list[str], names: list[str]) -> tuple[Array, Array]:
    """Last capacity published up to each year, and its year; arrays (year, area, service)."""
    known = services.figures[services.figures["kind"] == "capacity"]
    strange = [code for code in dict.fromkeys(services.figures["area"]) if code not in area]
    if strange:
        raise SchemaError(
            f"demand: figures of services name the areas {named(strange)}, which the projection lacks; it has "
            f"{named(area, most=20)}.{near(strange, area)}"
        )
    capacity = np.full((len(years), len(area), len(names)), np.nan)
    since = np.full_like(capacity, np.nan)
    for row in known.sort_values("year").to_dict("records"):
        later = [place for place, year in enumerate(years) if year >= int(row["year"])]
        at = (later, area.index(str(row["area"])), names.index(str(row["service"])))
        capacity[at], since[at] = float(row["value"]), int(row["year"])
    return capacity, since
