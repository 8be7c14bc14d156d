"""Published deaths against the life table of the base."""

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.demography.lifetable import life_table
from popmodel.demography.mortality import calibrate_life_expectancy, survive
from popmodel.schema import SEXES, SchemaError


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
