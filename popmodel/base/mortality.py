"""Published deaths against the life table of the base."""

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.demography.lifetable import life_table
from popmodel.demography.mortality import calibrate_life_expectancy, survive
from popmodel.schema import SEXES, SchemaError, named

from .structure import published_life_expectancy

PERSISTENCE_OF_GAP = {"converging": 0.95 ** (1 / 5), "kept": 1.0}
"""What is left after a year of the gap between a city's life expectancy and the reference's [1]."""


def calibrate_mortality(base: xr.Dataset, *, life_expectancy: float | None = None) -> pd.DataFrame:
    """Compare published deaths with those of the base's life table, year by year.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`, with published deaths.
    life_expectancy : float, optional
        Life expectancy to compare with; that of the base year if not given. [years]

    Returns
    -------
    pandas.DataFrame
        One row a year with published deaths: `year`, `modelled`, `published` [persons], `factor` (published over
        modelled), `life_expectancy` in use and `calibrated_life_expectancy`, at which both agree [years].

    Raises
    ------
    SchemaError
        If the base has no published deaths.

    Notes
    -----
    The mean population of a year is that of the base scaled to the mean of the published stocks, its age structure
    moved on by cohort (survivors of the base, without migrants). It reports; it changes nothing. To use the result,
    give `calibrated_life_expectancy` as the life expectancy of a scenario and say so.

    Examples
    --------
    >>> pm.calibrate_mortality(ev.base)["year"].tolist()
    [2021, 2022, 2023]
    """
    if "observed_deaths" not in base or not np.isfinite(base["observed_deaths"]).any():
        raise SchemaError(
            "calibrate_mortality: no published deaths after the base year. Add them to the observed values."
        )
    standard = base["standard_death_rate"].transpose("sex", "age").to_numpy()
    in_use = float(base["life_expectancy"]) if life_expectancy is None else life_expectancy
    table = life_table(standard, sex=SEXES)
    start = base["population"].sum("district").transpose("sex", "age").to_numpy()
    stocks = [float(start.sum()), *base["observed_stock"].sum("district").to_numpy().tolist()]
    rows = []
    for step, year in enumerate(base["observed_year"].to_numpy().tolist()):
        deaths = float(base["observed_deaths"][step])
        if not np.isfinite(deaths):
            continue
        ends = []
        for since in (step, step + 1):
            aged = survive(start, table, years=since)
            if since:
                # Children born since the base year: as many a year as were of age 0 there.
                aged[:, :since] = start[:, :1]
            ends.append(aged / aged.sum() * stocks[since])
        found = calibrate_life_expectancy((ends[0] + ends[1]) / 2, deaths, standard=standard, life_expectancy=in_use)
        rows.append(
            {
                "year": year,
                "modelled": found.modelled,
                "published": found.published,
                "factor": found.factor,
                "life_expectancy": in_use,
                "calibrated_life_expectancy": found.life_expectancy,
            }
        )
    return pd.DataFrame(rows)


def life_expectancy_path(census: xr.Dataset, *, gap: str = "converging", last: int | None = None) -> dict[int, float]:
    """Return a city's life expectancy at the reference's pace, from the year of the census on.

    Parameters
    ----------
    census : xarray.Dataset
        From `read_census`, with the reference's life expectancies.
    gap : {"converging", "kept"}
        What becomes of the years by which the city's published life expectancy exceeds the reference's: they shrink by
        5 % in five years, or stay.
    last : int, optional
        Last year wanted; the reference's last if not given.

    Returns
    -------
    dict of int to float
        Year → life expectancy, mean of the sexes [years]: dated values of a scenario's driver.

    Raises
    ------
    SchemaError
        If the reference or the city has no life expectancy, or years beyond the reference's are wanted.

    Notes
    -----
    ``e0(t) = R(t) + ρ^(t − t₀)·(e0(t₀) − R(t₀))`` with R the reference and ρ = .95^(1/5), the expectation of the
    first-order autoregressive gap of Ševčíková & Raftery (2021, bayesLife, doi:10.18637/jss.v100.i08), or 1.

    Examples
    --------
    >>> path = pm.life_expectancy_path(census, last=2035)
    >>> round(path[2020], 2), path[2035] > path[2020]
    (81.72, True)
    """
    if gap not in PERSISTENCE_OF_GAP:
        raise SchemaError(f"life_expectancy_path: gap={gap!r} must be one of {', '.join(PERSISTENCE_OF_GAP)}.")
    start = int(census["census_year"])
    own = published_life_expectancy(census, start)
    if "reference_life_expectancy" not in census or own is None:
        there = "reference_life_expectancy" in census
        missing = "a published life expectancy of the city" if there else "a series of the reference's"
        raise SchemaError(f"life_expectancy_path: {missing} for {start} is missing. Give dated values instead.")
    mean = census["reference_life_expectancy"].mean("sex").to_series()
    end = int(mean.index.max()) if last is None else last
    absent = [year for year in range(start, end + 1) if year not in mean.index]
    if absent:
        raise SchemaError(
            f"life_expectancy_path: the reference has no life expectancy of {named(absent)}. End earlier, or add them."
        )
    apart, keep = own - float(mean[start]), PERSISTENCE_OF_GAP[gap]
    return {year: float(mean[year]) + apart * keep ** (year - start) for year in range(start, end + 1)}
