"""Futures of many units: the country's fertility and mortality in common, a migration rate of each unit's own."""

import numpy as np
import xarray as xr

from popmodel.demography.lifetable import life_table, relational_table, survival_ratios
from popmodel.probability.processes import fit_to_bounds
from popmodel.probability.streams import Streams, normal
from popmodel.probability.vital import FITTED, by_year, of_years
from popmodel.schema import SEXES, SchemaError

STEP = 0.1
"""Distance of the life tables of the grid. [years]"""
DECADE = 10


def draw_units(
    base: xr.Dataset, reference: xr.Dataset, *, draws: int, years: int, spread: float, seed: int
) -> xr.Dataset:
    """Draw futures of many units as compact drivers, for `project_many`.

    Parameters
    ----------
    base : xarray.Dataset
        From `base_of_units`.
    reference : xarray.Dataset
        Reference schedules with bounds (`read_reference`).
    draws, years : int
        How many futures, and how many years each.
    spread : float
        S.d. of the ten-year log error of a unit's total, such as `empirical_errors` gives. [1]
    seed : int
        Of the random numbers; a draw does not depend on how many others are drawn.

    Returns
    -------
    xarray.Dataset
        Compact drivers (draw, period, district), as `project_indicators` takes them; the scenario is named "forecast".

    Raises
    ------
    SchemaError
        If there are no draws or years, the reference has no bounds or they end before the last year.

    Notes
    -----
    Total fertility and life expectancy are the country's: the median of the reference's forecast and a process fitted
    to its 80 % bounds, an autoregression and a random walk. A unit's net migration rate is what its structure and its
    last decade say, and an error of its own with s.d. ``spread/10`` a year, the same in all years of a draw; errors are
    independent between units, and no shock common to all is drawn (assumed). Sex ratio at birth: the reference's.

    Examples
    --------
    >>> schedules = pm.read_schedules(pm.data_path("reference/china_counties"))
    >>> base = pm.base_of_units(counties.isel(unit=[0, 1]), schedules)
    >>> pm.draw_units(base, counties, draws=2, years=3, spread=0.1, seed=1)["district_deviation"].dims
    ('draw', 'district')
    """
    if draws < 1 or years < 1:
        raise SchemaError(f"draw_units: {draws} draws of {years} years. Give 1 or more of both.")
    periods = [int(base["year"]) + 1 + t for t in range(years)]
    streams = Streams(int(draws), int(seed), frozenset(), {})
    fertility = _median(reference, "total_fertility", periods)
    fit = fit_to_bounds(_half_widths(reference, "total_fertility"))
    z = normal(streams, "country_fertility", "path", years)
    state = fit.start * normal(streams, "country_fertility", "start")
    paths = np.empty((years, draws))
    for t in range(years):
        state = fit.persistence * state + fit.innovation * z[t]
        paths[t] = fertility[t] + state
    walk = fit_to_bounds(_half_widths(reference, "life_expectancy"), persistence=1.0)
    steps = walk.innovation * normal(streams, "life_expectancy", "path", years)
    life = _median(reference, "life_expectancy", periods)[:, None] + np.cumsum(steps, axis=0)
    life = life + walk.start * normal(streams, "life_expectancy", "start")
    lowest, tables = _grid(base, life)
    error = spread / DECADE * normal(streams, "units", "migration", base.sizes["district"])
    rate = base["migration_deviation"].to_numpy()[:, None] + error
    return xr.Dataset(
        {
            "total_fertility": (("draw", "period"), np.maximum(paths.T, 0.4), {"unit": "children_per_woman"}),
            "life_expectancy": (("draw", "period"), life.T, {"unit": "years"}),
            "sex_ratio_at_birth": ("period", of_years(by_year(reference["reference_sex_ratio_at_birth"]), periods)),
            "district_deviation": (("draw", "district"), rate.T, {"unit": "1/year"}),
            "survival_grid": (("table", "sex", "age"), tables, {"unit": "1"}),
            "fertility_level": base["fertility_level"].variable,
            "fertility_pattern": base["fertility_pattern"].variable,
            "migration_schedule": base["migration_schedule"].variable,
            "migration_turnover": base["migration_turnover"].variable,
            "migration_response": base["migration_response"].variable,
        },
        coords={
            "draw": np.arange(draws), "period": periods, "scenario": "forecast",
            "table": lowest + STEP * np.arange(len(tables)),
            **{name: base[name] for name in ("district", "sex", "age")},
        },
    )  # fmt: skip


def _half_widths(reference: xr.Dataset, name: str) -> np.ndarray:
    held = f"reference_{name}_bounds"
    if held not in reference:
        raise SchemaError(f"draw_units: the reference has no bounds of {name}. Add bounds.csv to it.")
    bounds = reference[held]
    return np.asarray(0.5 * (bounds.sel(quantile=90.0) - bounds.sel(quantile=10.0)).to_numpy()[:FITTED])


def _median(reference: xr.Dataset, name: str, periods: list[int]) -> np.ndarray:
    """Median of the reference's forecast, and its record before it."""
    series = by_year(reference[f"reference_{name}_bounds"].sel(quantile=50.0, drop=True))
    if f"reference_{name}" in reference:
        record = reference[f"reference_{name}"]
        series = by_year(record.mean("sex") if "sex" in record.dims else record) | series
    if periods[0] < min(series) or periods[-1] > max(series):
        raise SchemaError(
            f"draw_units: {name} of the reference covers {min(series)}-{max(series)}, not {periods[0]}-{periods[-1]}. "
            "Draw fewer years."
        )
    return of_years(series, periods)


def _grid(base: xr.Dataset, life: np.ndarray) -> tuple[float, np.ndarray]:
    """First life expectancy of a grid of tables as wide as the draws, and survival ratios of its tables."""
    standard = base["standard_death_rate"].transpose("sex", "age").to_numpy()
    own = float(life_table(standard, sex=SEXES).ex[:, 0].mean())
    first = int(np.floor(min(life.min(), own) / STEP))
    last = int(np.ceil(max(life.max(), own) / STEP)) + 1
    tables = survival_ratios(relational_table(standard, np.arange(first, last + 1) * STEP))
    return first * STEP, np.asarray(tables)
