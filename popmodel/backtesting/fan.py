"""Where published figures fell in the draws that were made without them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import ndtr

from popmodel.backtesting.drawn import SEED, crps
from popmodel.base.estimate import estimate_base
from popmodel.probability.assumed import assumptions
from popmodel.probability.drawing import draw
from popmodel.probability.moving import GRID, evidence_of, own_natural, own_rates, peer_rates, weighted
from popmodel.probability.processes import condition
from popmodel.probability.rates import rates_of_draws
from popmodel.probability.uncertainty import estimate_uncertainty
from popmodel.projection.ensemble import project_indicators
from popmodel.schema import SchemaError

FIGURES = ("resident_population", "births", "deaths")
"""What is published of a city year by year and drawn."""


def known_in_fan(
    census: xr.Dataset,
    *,
    observed: pd.DataFrame | None = None,
    peers: pd.DataFrame | None = None,
    draws: int = 1000,
    seed: int = SEED,
) -> pd.DataFrame:
    """Stand at a census, draw the years after it, and see where their published figures fell.

    Parameters
    ----------
    census : xarray.Dataset
        From `read_census`, with published stocks after its year.
    observed, peers : pandas.DataFrame, optional
        As for `estimate_uncertainty`; figures after the census do not count.
    draws : int
        How many.
    seed : int
        Of the random numbers.

    Returns
    -------
    pandas.DataFrame
        One row for each figure, area and year: `indicator`, `area`, `year`, `published`, the quantiles `q2.5`, `q10`,
        `q50`, `q90` and `q97.5` of the draws, `crps` [persons] and `pit`, the share of draws below what was published.

    Raises
    ------
    SchemaError
        If nothing is published after the census.

    Notes
    -----
    Reference schedules are those of today: that the UN knew of the years since is in them, and makes the fan too kind.
    """
    start = int(census["census_year"])
    base, later = estimate_base(census, observed_until=start), estimate_base(census)
    if not later.sizes.get("observed_year", 0):
        raise SchemaError(f"known_in_fan: no stock is published after {start}. Add it to the observed values.")
    known = [int(year) for year in later["observed_year"].to_numpy()]
    sure = estimate_uncertainty(base, reference=census, observed=observed, peers=peers)
    drawn = draw(sure, draws=draws, years=range(start, known[-1] + 1), seed=seed)
    values = project_indicators(
        base["population"], rates_of_draws(base, drawn), indicators=list(FIGURES), draws=draws
    ).isel(scenario=0)
    city = str(values["area"].to_numpy()[0])
    rows = []
    for year in known:
        one = later.sel(observed_year=year)
        stocks = {
            str(code): float(one["observed_stock"].sel(district=code))
            for code in later["district"].to_numpy()
            if bool(one["observed_stock_published"].sel(district=code)) and later.sizes["district"] > 1
        }
        figures = [("resident_population", city, float(one["observed_stock"].sum()))]
        figures += [("births", city, float(one["observed_births"])), ("deaths", city, float(one["observed_deaths"]))]
        figures += [("resident_population", code, value) for code, value in stocks.items()]
        for name, area, published in figures:
            if np.isfinite(published):
                rows.append(_row(name, area, year, published, values))
    return pd.DataFrame(rows)


def _row(name: str, area: str, year: int, published: float, values: xr.Dataset) -> dict[str, object]:
    drawn = values[name].sel(area=area, year=year).to_numpy()
    quantiles = (2.5, 10.0, 50.0, 90.0, 97.5)
    return {
        "indicator": name, "area": area, "year": year, "published": published,
        **{f"q{q:g}": float(value) for q, value in zip(quantiles, np.percentile(drawn, quantiles), strict=True)},
        "crps": float(crps(drawn, published)), "pit": float((drawn < published).mean()),
    }  # fmt: skip


def rates_one_year_ahead(
    base: xr.Dataset, *, observed: pd.DataFrame, peers: pd.DataFrame, assume: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Forecast each published net migration rate from the years before it.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`, with published stocks.
    observed, peers, assume
        As for `estimate_uncertainty`.

    Returns
    -------
    pandas.DataFrame
        One row for each city and year: `area`, `year`, `rate`, the forecast's `mean` and `deviation` [1/year], and
        `pit`. The first year of a city is forecast from the decade before alone.

    Notes
    -----
    Processes are weighted by the figures of all cities and years, the state of a city by its figures before the year.
    """
    a = assumptions(assume)
    start = int(base["year"])
    own = own_rates(base, a)
    city = str(base["city"].item())
    units = {city: own, **peer_rates(base, peers, a, own_natural(base, observed, own))}
    last = max(year for unit in units.values() for year in (start, *unit.annual))
    level, spread = a["net_migration_prior_mean"].value, a["net_migration_prior_deviation"].value
    weight, _ = weighted([evidence_of(unit, start, last) for unit in units.values()], level=level, spread=spread)
    rows = []
    for area, unit in units.items():
        for year, (rate, error) in sorted(unit.annual.items()):
            before = unit._replace(annual={other: value for other, value in unit.annual.items() if other < year})
            known = evidence_of(before, start, year - 1)
            mean, variance = np.empty(len(GRID)), np.empty(len(GRID))
            for k, (keep, noise) in enumerate(GRID):
                found = condition(keep, noise, level=level, spread=spread, evidence=known)
                ahead = np.array([1.0, keep])
                mean[k] = ahead @ found.mean
                variance[k] = ahead @ found.covariance @ ahead + noise**2 + error**2
            middle = float(weight @ mean)
            spread_ = float(np.sqrt(weight @ (variance + (mean - middle) ** 2)))
            pit = float(weight @ ndtr((rate - mean) / np.sqrt(variance)))
            rows.append({"area": area, "year": year, "rate": rate, "mean": middle, "deviation": spread_, "pit": pit})
    return pd.DataFrame(rows)
