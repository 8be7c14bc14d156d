"""What is known of net migration, of the city and of its districts, and how sure that is."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.base.schedules import PERSISTENCE as LASTING
from popmodel.demography import migration_learning as learning
from popmodel.demography.migration_learning import INTERVAL, OLD
from popmodel.schema import SchemaError

from .assumed import Assumed
from .processes import Evidence, Posterior, condition
from .vital import Parts, by_year, parameter, taken

Array = npt.NDArray[np.float64]
PERSISTENCE = (0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95)
INNOVATION = (0.0005, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.006, 0.008, 0.012)
"""The grid over which processes are weighted by their likelihood. [1], [1/year]"""
GRID = tuple((keep, noise) for keep in PERSISTENCE for noise in INNOVATION)


class Unit(NamedTuple):
    """What is known of the net rate of a place: of the decade to a year (or none), and of single years, with s.e."""

    decade: tuple[float, float] | None
    annual: dict[int, tuple[float, float]]


def evidence_of(unit: Unit, last_census: int, last: int) -> Evidence:
    """Return the figures of a place as weights on the rates of the years from the decade's first to the last."""
    first = last_census - INTERVAL + 1
    years = list(range(first, last + 1))
    rows, values, errors = [], [], []
    if unit.decade is not None:
        rows.append([1 / INTERVAL if year <= last_census else 0.0 for year in years])
        values.append(unit.decade[0])
        errors.append(unit.decade[1])
    for year, (value, error) in sorted(unit.annual.items()):
        if first <= year <= last:
            rows.append([float(year == other) for other in years])
            values.append(value)
            errors.append(error)
    return Evidence(np.array(rows).reshape(len(rows), len(years)), np.array(values), np.array(errors))


def weighted(units: list[Evidence], *, level: float, spread: float) -> tuple[Array, list[list[Posterior]]]:
    """Return the weight of each process of the grid (N,) and the posterior of each place under each."""
    found = [
        [condition(keep, noise, level=level, spread=spread, evidence=unit) for unit in units] for keep, noise in GRID
    ]
    size = np.array([sum(one.likelihood for one in row) for row in found])
    weight = np.exp(size - size.max())
    return weight / weight.sum(), found


def city_migration(
    base: xr.Dataset, a: dict[str, Assumed], tables: tuple[pd.DataFrame | None, pd.DataFrame | None], last: int
) -> tuple[Parts, list[str]]:
    """Parameters of the city's net rate: processes weighted by likelihood, and the state from which each goes on.

    `tables` are the published values of the city and of other cities, where there are any.
    """
    census = int(base["year"])
    own = own_rates(base, a)
    observed, peers = tables
    others = {} if peers is None else peer_rates(base, peers, a, own_natural(base, observed, own))
    places = [own, *others.values()]
    level, spread = a["net_migration_prior_mean"].value, a["net_migration_prior_deviation"].value
    weight, found = weighted([evidence_of(unit, census, last) for unit in places], level=level, spread=spread)
    source = f"likelihood of the city and {len(others)} other cities over a grid"
    parts = _process("net_migration", weight, [row[:1] for row in found], source, ())
    parts["net_migration_prior_mean"] = taken(a["net_migration_prior_mean"])
    parts["net_migration_prior_deviation"] = taken(a["net_migration_prior_deviation"])
    parts["net_migration_decade"] = parameter(
        np.nan if own.decade is None else own.decade[0], "1/year", "survivors counted over expected, two censuses",
        "estimated",
    )  # fmt: skip
    lacking = [] if others else ["peers: no other city's figures"]
    return parts, lacking + ([] if own.decade else ["decade: no earlier census that compares"])


def district_migration(base: xr.Dataset, a: dict[str, Assumed], last: int) -> Parts:
    """Parameters of the districts' deviations from the city's net rate."""
    residents = base["population"].sum(("sex", "age")).to_numpy()
    share = residents / residents.sum()
    decade = np.full(len(share), np.nan)
    if "migration_decade_rate" in base:
        decade = base["migration_decade_rate"].to_numpy()
    annual = _residual_rates(base)
    units = []
    for d in range(len(share)):
        known = {}
        for year, rates in annual.items():
            seen = bool(base["observed_stock_published"].sel(observed_year=year).to_numpy()[d])
            error = a["district_rate_error"].value + (0.0 if seen else a["district_stock_error"].value)
            known[year] = (float(rates[d] - (share * rates).sum()), error)
        apart = float(decade[d] - (share * decade).sum())
        units.append(Unit((apart, a["decade_rate_error"].value) if np.isfinite(apart) else None, known))
    seen_units = [evidence_of(unit, int(base["year"]), last) for unit in units]
    weight, found = weighted(seen_units, level=0.0, spread=a["district_prior_deviation"].value)
    source = f"likelihood of the city's {len(units)} districts over a grid"
    out = _process("district_migration", weight, found, source, ("district",))
    out["district_prior_deviation"] = taken(a["district_prior_deviation"])
    out["district_correlation"] = taken(a["district_correlation"])
    central = base["central_city"].to_numpy() if "central_city" in base.coords else np.zeros(len(units), dtype=bool)
    out["district_group"] = parameter(
        central.astype(int), "1", "the central city, and the rest", "published", "district"
    )
    return out


def _process(name: str, weight: Array, found: list[list[Posterior]], source: str, dims: tuple[str, ...]) -> Parts:
    """Parameters of a process: its grid with weights, and mean and root of (level, last) under each, by place."""
    keep = np.flatnonzero(weight > 1e-6)
    share = weight[keep] / weight[keep].sum()
    mean = np.array([[one.mean for one in found[i]] for i in keep])
    root = np.array([[_root(one.covariance) for one in found[i]] for i in keep])
    if not dims:
        mean, root = mean[:, 0], root[:, 0]
    grid, unit = "migration_process" if not dims else "district_process", "1/year"
    return {
        f"{name}_persistence": parameter([GRID[i][0] for i in keep], "1", source, "estimated", grid),
        f"{name}_innovation": parameter([GRID[i][1] for i in keep], unit, source, "estimated", grid),
        f"{name}_weight": parameter(share, "1", source, "estimated", grid),
        f"{name}_mean": parameter(mean, unit, "figures, in closed form", "estimated", (grid, *dims, "term")),
        f"{name}_root": parameter(root, unit, "figures, in closed form", "estimated", (grid, *dims, "term", "factor")),
    }


def _root(covariance: Array) -> Array:
    """Lower triangle L with L·Lᵀ = covariance, also where a variance is zero."""
    out = np.zeros((2, 2))
    out[0, 0] = np.sqrt(max(covariance[0, 0], 0.0))
    out[1, 0] = covariance[1, 0] / out[0, 0] if out[0, 0] > 0 else 0.0
    out[1, 1] = np.sqrt(max(covariance[1, 1] - out[1, 0] ** 2, 0.0))
    return out


def _residual_rates(base: xr.Dataset) -> dict[int, Array]:
    """Net migrants that the accounts leave over the stock at the start of the year, by year and district."""
    if "residual_migration" not in base:
        return {}
    stock = base["population"].sum(("sex", "age")).to_numpy()
    out = {}
    for year in base["observed_year"].to_numpy():
        out[int(year)] = base["residual_migration"].sel(observed_year=year).to_numpy() / stock
        stock = base["observed_stock"].sel(observed_year=year).to_numpy()
    return out


def own_rates(base: xr.Dataset, a: dict[str, Assumed]) -> Unit:
    """What is known of the city's net rate."""
    residents = base["population"].sum(("sex", "age")).to_numpy()
    stock, known = residents, {}
    for year, rates in _residual_rates(base).items():
        known[year] = (float((rates * stock).sum() / stock.sum()), a["annual_rate_error"].value)
        stock = base["observed_stock"].sel(observed_year=year).to_numpy()
    decade = np.nan
    if "migration_decade_rate" in base:
        decade = float((base["migration_decade_rate"].to_numpy() * residents).sum() / residents.sum())
    return Unit((decade, a["decade_rate_error"].value) if np.isfinite(decade) else None, known)


def own_natural(base: xr.Dataset, observed: pd.DataFrame | None, own: Unit) -> float:
    """Natural increase of the city in the decade: its growth between the censuses less its net rate. [1/year]"""
    if observed is None or own.decade is None or "city" not in base.coords:
        return float("nan")
    rows = observed[observed["area"].astype(str) == str(base["city"].item())]
    growth = _growth(_series(rows, "resident_population_census"), int(base["year"]))
    return growth - own.decade[0]


def _growth(counts: dict[int, float], census: int) -> float:
    """Growth a year between two censuses; not a number where one is missing. [1/year]"""
    if census not in counts or census - INTERVAL not in counts:
        return float("nan")
    return float(np.log(counts[census] / counts[census - INTERVAL])) / INTERVAL


def peer_rates(base: xr.Dataset, peers: pd.DataFrame, a: dict[str, Assumed], natural: float) -> dict[str, Unit]:
    """Return what is known of the net rates of other cities, from their published values.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`: its decade says how fast cities grow of themselves where others publish nothing.
    peers : pandas.DataFrame
        As of `read_observed`: residents at year-ends and censuses, birth and death rates, by area.
    a : dict
        The errors assumed.
    natural : float
        Natural increase of the city in the decade, taken for the others too; their decades are left out where it is
        not a number. [1/year]

    Returns
    -------
    dict of str to Unit
        Areas with two stocks or more; the city itself is left out.

    Raises
    ------
    SchemaError
        If a column is missing.
    """
    missing = [name for name in ("indicator", "area", "year", "value", "unit", "basis", "status") if name not in peers]
    if missing:
        raise SchemaError(f"estimate_uncertainty: peers lack {', '.join(missing)}. Pass what read_observed returns.")
    city = str(base["city"].item()) if "city" in base.coords else ""
    rows = peers[peers["status"].isin(["source", "derived"]) & peers["basis"].isin(["census"])]
    out = {}
    for area, own in rows.groupby(rows["area"].astype(str)):
        if str(area) == city:
            continue
        growth = _growth(_series(own, "resident_population_census"), int(base["year"]))
        unit = Unit(_decade(growth, natural, a), _annual(_series(own, "resident_population"), own, base, a))
        if unit.decade is not None or unit.annual:
            out[str(area)] = unit
    return out


def _series(own: pd.DataFrame, name: str) -> dict[int, float]:
    rows = own[own["indicator"] == name]
    factor = np.where(rows["unit"] == "10k_persons", 1e4, 1.0)
    return dict(zip(rows["year"].astype(int), (rows["value"].astype(float) * factor), strict=True))


def _annual(stock: dict[int, float], own: pd.DataFrame, base: xr.Dataset, a: dict[str, Assumed]) -> dict[int, Any]:
    """Net rates of single years: growth less natural increase, assumed to be the base city's where not published."""
    birth, death = (_series(own, name) for name in ("birth_rate", "death_rate"))
    ours = _natural(base)
    out = {}
    for year in sorted(stock):
        if year - 1 not in stock or year <= int(base["year"]):
            continue
        growth = stock[year] / stock[year - 1] - 1
        if year in birth and year in death:
            out[year] = (growth - (birth[year] - death[year]) / 1000, a["annual_rate_error"].value)
        elif year in ours:
            out[year] = (growth - ours[year], a["natural_rate_error"].value)
    return out


def _natural(base: xr.Dataset) -> dict[int, float]:
    """Natural increase of the base city by year, carried on where births or deaths are not published. [1/year]"""
    if "observed_births" not in base:
        return {}
    stock = float(base["population"].sum())
    series = by_year(base["observed_births"] - base["observed_deaths"])
    out, last = {}, np.nan
    for year, value in series.items():
        last = value / stock if np.isfinite(value) else last
        if np.isfinite(last):
            out[year] = last
        stock = float(base["observed_stock"].sel(observed_year=year).sum())
    return out


def _decade(growth: float, natural: float, a: dict[str, Assumed]) -> tuple[float, float] | None:
    """Net rate of the decade to the census: growth less the natural increase that the base city had."""
    if not np.isfinite(growth - natural):
        return None
    return growth - natural, float(np.hypot(a["decade_rate_error"].value, a["natural_rate_error"].value))


def schedules_of(base: xr.Dataset, schedules: xr.Dataset | None, a: dict[str, Assumed]) -> tuple[Parts, list[str]]:
    """Parameters of who migrates: errors of the learned types, and the weight of a district's own last decade."""
    if "migration_turnover" not in base:
        return {}, ["migration_schedule: the base has no learned migration"]
    # The base takes a part of it (`base.schedules.PERSISTENCE`); the draws take all that size leaves, times a share.
    most = base["migration_own_weight"].to_numpy() / LASTING
    out: Parts = {
        "own_weight_shape": taken(a["own_weight_shape"]),
        "own_weight_most": parameter(most, "1", "errors of counties by size", "estimated", "district"),
    }
    lacking = []
    if schedules is None or "error_component" not in schedules:
        lacking.append("migration_schedule: no learned schedules with their errors")
    else:
        source = "errors of the learned schedules in provinces left out"
        yearly = learning.annual(schedules["error_component"].transpose("component", "sex", "age_reached").to_numpy())
        yearly[..., OLD:] = 0.0
        out["schedule_component"] = parameter(yearly, "1/year", source, "estimated", ("component", "sex", "age"))
        out["schedule_deviation"] = parameter(
            schedules["error_deviation"].to_numpy(), "1", source, "estimated", "component"
        )
        correlation = np.clip(schedules["error_correlation"].to_numpy(), 0.0, 1.0)
        out["schedule_correlation"] = parameter(correlation, "1", source, "estimated", "component")
    if not bool((base["migration_own_weight"] > 0).any()):
        lacking.append("own_residual: no earlier census that compares")
    return out, lacking
