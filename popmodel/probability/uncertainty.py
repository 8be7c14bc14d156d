"""Models of the drivers of a city's population: parameters with their sources, estimated, published or assumed."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.demography.registered import residual_entries
from popmodel.schema import SEXES, SchemaError

from .assumed import Assumed, assumptions
from .moving import city_migration, district_migration, schedules_of
from .vital import Parts, fertility, known_years, mortality, parameter, sex_ratio, taken

DRIVERS = (
    "country_fertility",
    "city_fertility",
    "life_expectancy",
    "life_expectancy_gap",
    "sex_ratio_at_birth",
    "net_migration",
    "district_migration",
    "district_stock",
    "migration_schedule",
    "own_residual",
    "register",
    "urban_share",
)
"""Drivers that are drawn, each from a random stream of its own."""
HORIZON = 60
"""Years after the base for which medians are kept."""


def estimate_uncertainty(
    base: xr.Dataset,
    *,
    reference: xr.Dataset | None = None,
    observed: pd.DataFrame | None = None,
    peers: pd.DataFrame | None = None,
    schedules: xr.Dataset | None = None,
    assume: Mapping[str, float] | None = None,
) -> xr.Dataset:
    """Estimate how sure the drivers of a city's population are.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`; its last observed year is the last one that draws are conditioned on.
    reference : xarray.Dataset, optional
        Reference schedules (`read_reference`) or the census that carries them: medians and bounds of the country.
        Without them the country's drivers are missing.
    observed : pandas.DataFrame, optional
        Published values of the city (`read_observed`): sex ratio at birth, residents at the census before.
    peers : pandas.DataFrame, optional
        Published values of other cities, in the same form: how much net migration changes from year to year.
    schedules : xarray.Dataset, optional
        Learned schedules of migration with their errors (`read_schedules`); those of the reference if not given.
    assume : mapping of str to float, optional
        Other values of assumed parameters, by name: variants.

    Returns
    -------
    xarray.Dataset
        The parameters, each with the attributes `unit`, `source` and `status` ("estimated", "published", "assumed").
        Attributes: `drivers`, those that can be drawn; `missing`, those that cannot, each with its reason. The scalar
        coords `year` and `last_observed` are the base year and the last one with a published stock.

    Raises
    ------
    SchemaError
        If the base is none, peers lack a column, or an assumption is unknown.

    Notes
    -----
    Fertility: the country's ``F = median + x``, x autoregressive, fitted to the reference's 80 % bounds (Raftery,
    Alkema & Gerland 2014 have the same process); the city's ``F·exp(a)``, a scale-AR(1) (Ševčíková, Raftery &
    Gerland 2018) whose past comes from the Kalman smoother, the sampling error of births known. Life expectancy:
    the reference's median, the city's gap (bayesLife's AR(1)) and a random walk fitted to the bounds. Net
    migration: ``r = μ + u`` (Azose & Raftery 2015), conditioned in closed form on the decade and the years
    observed, processes weighted over a grid by the likelihood of the city and its peers; districts' deviations
    likewise. Who migrates: the errors of the learned schedules, and the share of a district's own last decade that
    lasts. Register: net entries about the mean of the record; four stocks or so, the weakest of these models. Urban
    share: a random walk of its logit.

    Examples
    --------
    >>> uncertainty = pm.estimate_uncertainty(ev.base, reference=census, schedules=census)
    >>> uncertainty["city_fertility_persistence"].attrs["status"]
    'published'
    """
    lacking = [name for name in ("population", "fertility_pattern", "life_expectancy") if name not in base]
    if lacking or "year" not in base.coords:
        raise SchemaError(
            f"estimate_uncertainty: the base lacks {', '.join(lacking) or 'its year'}. Pass what estimate_base returns."
        )
    known_reference = xr.Dataset() if reference is None else reference
    learned = schedules if schedules is not None else known_reference
    a = assumptions(assume)
    first = int(base["year"])
    known = known_years(base)
    horizon = list(range(first, first + HORIZON + 1))
    parts: Parts = {}
    parts |= fertility(base, known_reference, a, horizon)
    parts |= mortality(base, known_reference, a, horizon)
    parts |= sex_ratio(base, known_reference, a, observed)
    moved, missing = city_migration(base, a, (observed, peers), known[-1])
    parts |= moved
    if base.sizes["district"] > 1:
        parts |= district_migration(base, a, known[-1])
    scheduled, why = schedules_of(base, learned, a)
    parts |= scheduled
    parts |= _stocks(base, a) | _register(base, a, known[-1]) | _urban(base, a)
    missing = [*_missing(base, parts), *missing, *why]
    out = xr.Dataset(
        parts,
        coords={
            "process_year": horizon,
            "known_year": known,
            "term": ["level", "last"],
            "factor": [1, 2],
            "district": base["district"].to_numpy(),
            "sex": list(SEXES),
            "age": base["age"].to_numpy(),
            "year": first,
            "last_observed": known[-1],
        },
    )
    gone = {reason.partition(":")[0] for reason in missing}
    out.encoding["base"] = base  # travels along for `variance_shares`; no part of the data, and of no file
    return out.assign_attrs(drivers=[name for name in DRIVERS if name not in gone], missing=missing)


def _missing(base: xr.Dataset, parts: Parts) -> list[str]:
    """Drivers that the city or its reference cannot give, each with the reason."""
    out = []
    if "country_fertility_persistence" not in parts:
        out.append("country_fertility: the reference has no bounds of total fertility")
    if "life_expectancy_innovation" not in parts:
        out.append("life_expectancy: the reference has no bounds of life expectancy")
    if "district_migration_weight" not in parts:
        out += ["district_migration: the city has no districts", "district_stock: the city has no districts"]
    elif "observed_stock" not in parts:
        out.append("district_stock: no stock is published after the base")
    if "register_mean" not in parts:
        out.append("register: fewer than two published registers up to the last observed year")
    if "urban_drift" not in parts:
        out.append("urban_share: no urban shares")
    return out


def _stocks(base: xr.Dataset, a: dict[str, Assumed]) -> Parts:
    """Published stocks of all districts, and the relative s.d. of those that were completed."""
    if not base.sizes.get("observed_year", 0):
        return {}
    seen = base["observed_stock_published"].transpose("observed_year", "district").to_numpy()
    years = np.arange(1, len(seen) + 1)[:, None]
    # Years since the last published stock of the district, the census included.
    last = np.maximum.accumulate(np.where(seen, years, 0), axis=0)
    spread = a["district_stock_error"].value * np.where(seen, 0, years - last)
    stock = base["observed_stock"].transpose("observed_year", "district").to_numpy()
    dims = ("known_period", "district")
    return {
        "observed_stock": parameter(stock, "persons", "published; districts completed", "published", dims),
        "district_stock_deviation": parameter(spread, "1", a["district_stock_error"].source, "assumed", dims),
        "known_period": xr.Variable("known_period", base["observed_year"].to_numpy()),
    }


def _register(base: xr.Dataset, a: dict[str, Assumed], last: int) -> Parts:
    """Net entries into the register: mean of the record over the register."""
    if "registered_population" not in base:
        return {}
    series = base["registered_population"]
    stocks = {int(y): float(v) for y, v in zip(series["register_year"].to_numpy(), series.to_numpy(), strict=True)}
    stocks = {year: value for year, value in stocks.items() if year <= last or year == int(base["year"])}
    if len(stocks) < 2 or int(base["year"]) not in stocks:
        return {}
    natural = _natural_by_year(base, range(min(stocks) + 1, max(stocks) + 1))
    entries = residual_entries(stocks, natural)
    mean = float(np.mean(list(entries.values())))
    source = f"mean of {len(entries)} years between {len(stocks)} published registers, natural increase the residents'"
    size = stocks[max(stocks)]
    return {
        "register_mean": parameter(mean, "persons", source, "estimated"),
        **{
            f"register_{name}": parameter(a[f"register_{name}"].value * size, "persons", a[f"register_{name}"].source,
                                          "assumed")
            for name in ("deviation", "innovation")
        },
        "register_persistence": taken(a["register_persistence"]),
    }  # fmt: skip


def _natural_by_year(base: xr.Dataset, years: range) -> dict[int, float]:
    """Natural increase of the residents by year, the first one before it and the last one after. [1/year]"""
    stock, known = float(base["population"].sum()), {}
    if "observed_births" in base:
        for year in base["observed_year"].to_numpy():
            one = base.sel(observed_year=year)
            value = float(one["observed_births"] - one["observed_deaths"]) / stock
            if np.isfinite(value):
                known[int(year)] = value
            stock = float(one["observed_stock"].sum())
    points = sorted(known)
    at = np.interp(list(years), points, [known[year] for year in points]) if points else np.zeros(len(years))
    return dict(zip(years, at.tolist(), strict=True))


def _urban(base: xr.Dataset, a: dict[str, Assumed]) -> Parts:
    """Drift of the logit of the city's urban share, its s.d., and the s.d. of a year about it."""
    if "observed_urban_share" not in base:
        return {}
    people = base["population"].sum(("sex", "age"))
    share = (base["observed_urban_share"] * people).sum("district", skipna=False) / people.sum()
    years = share["urban_year"].to_numpy().astype(int)
    seen = np.isfinite(share.to_numpy()) & (share.to_numpy() > 0) & (share.to_numpy() < 1)
    # Draws begin after the last year in which the shares of most residents are published.
    published = ((base["observed_urban_share"].notnull() * people).sum("district") > people.sum() / 2).to_numpy()
    last = int(years[published][-1]) if published.any() else int(base["year"])
    growth = float((base["urban_growth_difference"] * people).sum() / people.sum())
    drift = growth if np.isfinite(growth) else 0.0
    logit = np.log(share.to_numpy()[seen] / (1 - share.to_numpy()[seen]))
    steps = np.diff(logit) / np.diff(years[seen])
    noise = float(np.std(steps, ddof=1)) if len(steps) > 2 else abs(drift) * a["urban_drift_deviation"].value
    return {
        "urban_drift": parameter(drift, "1/year", "growth of the logit urban share, as carried on", "estimated"),
        "urban_drift_deviation": parameter(
            abs(drift) * a["urban_drift_deviation"].value, "1/year", a["urban_drift_deviation"].source, "assumed"
        ),
        "urban_innovation": parameter(
            noise, "1", f"s.d. of {len(steps)} changes of the logit", "estimated" if len(steps) > 2 else "assumed"
        ),
        "urban_last_year": parameter(last, "1", "last year with shares of most residents", "published"),
    }
