"""What is known of fertility, mortality and the sex ratio at birth, and how sure that is."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.base.mortality import calibrate_mortality

from .assumed import Assumed
from .processes import annual, fit_to_bounds
from .smoothing import smooth

Array = npt.NDArray[np.float64]
Parts = dict[str, Any]
WPP = "published 80 % bounds of the reference's forecast, least squares"
FITTED = 22
"""Years of the bounds that are fitted."""


def parameter(value: Any, unit: str, source: str, status: str, dims: Any = ()) -> xr.Variable:
    """Return a parameter with its unit, source and status (estimated, published or assumed)."""
    return xr.Variable(dims, value, {"unit": unit, "source": source, "status": status})


def taken(known: Assumed) -> xr.Variable:
    """Return an assumed or published parameter."""
    return parameter(known.value, known.unit, known.source, known.status)


def known_years(base: xr.Dataset) -> list[int]:
    """Return the base year and the years with published stocks after it."""
    return [int(base["year"]), *(int(y) for y in base.get("observed_year", xr.DataArray([])).to_numpy())]


def by_year(values: xr.DataArray) -> dict[int, float]:
    """Return a series of one dim as year → value."""
    return dict(zip((int(y) for y in values[values.dims[0]].to_numpy()), values.to_numpy().tolist(), strict=True))


def of_years(series: dict[int, float], years: list[int]) -> Array:
    """Return the values of a series in these years, the nearest one before its first and after its last."""
    known = sorted(series)
    return np.interp(years, known, [series[year] for year in known])


def _bounds(reference: xr.Dataset, name: str) -> tuple[list[int], Array] | None:
    """Years and half-widths of the 80 % bounds of a series."""
    held = f"reference_{name}_bounds"
    if held not in reference:
        return None
    bounds = reference[held]
    years = bounds[bounds.dims[0]].to_numpy().astype(int)
    half = 0.5 * (bounds.sel(quantile=90.0) - bounds.sel(quantile=10.0)).to_numpy()
    return years.tolist()[:FITTED], half[:FITTED]


def fertility(base: xr.Dataset, reference: xr.Dataset, a: dict[str, Assumed], horizon: list[int]) -> Parts:
    """Parameters of the country's total fertility and of the city's relative to it.

    Without bounds of the reference, the country's is missing and the city's own last figure is the median.
    """
    known = known_years(base)
    own = base["resident_total_fertility"].reindex(fertility_year=known).to_numpy().astype(float)
    out: Parts = {}
    bounds = _bounds(reference, "total_fertility")
    if bounds is not None:
        fit = fit_to_bounds(bounds[1])
        for name, value in zip(("persistence", "innovation", "start"), fit, strict=True):
            unit = "1" if name == "persistence" else "children_per_woman"
            out[f"country_fertility_{name}"] = parameter(float(value), unit, WPP, "estimated")
        held = reference["reference_total_fertility_bounds"].sel(quantile=50.0, drop=True)
        series = by_year(held)
        if "reference_total_fertility" in reference:
            series = by_year(reference["reference_total_fertility"]) | series
        first = bounds[0][0]
    else:
        level = float(own[np.isfinite(own)][-1]) if np.isfinite(own).any() else float("nan")
        series, first = {known[0]: level}, horizon[-1] + 1
    where = "median of the reference's forecast" if bounds else "no bounds of the reference: the city's last, held"
    status = "published" if bounds else "assumed"
    out["country_fertility"] = parameter(of_years(series, horizon), "children_per_woman", where, status, "process_year")
    out["country_fertility_first"] = parameter(first, "1", "first year that the reference forecasts", "published")
    persistence, innovation = annual(
        a["city_fertility_persistence_5"].value, a["city_fertility_innovation_5"].value, years=5
    )
    level = a["city_fertility_level"].value if bounds else 0.0
    births = base["resident_births"].reindex(fertility_year=known).to_numpy().astype(float)
    error = np.sqrt(a["birth_design_effect"].value / (a["birth_sampling_fraction"].value * np.maximum(births, 1.0)))
    error[0] = a["census_birth_error"].value
    spread = innovation / np.sqrt(1 - persistence**2)
    ratio = np.log(own / of_years(series, known))
    found = smooth(
        ratio, error, persistence=persistence, innovation=innovation, level=level, start=(level, float(spread))
    )
    source, smoother = a["city_fertility_persistence_5"].source, "Kalman smoother on the implied values"
    out["city_fertility_level"] = taken(a["city_fertility_level"]._replace(value=level))
    out["city_fertility_persistence"] = parameter(persistence, "1", source, "published")
    out["city_fertility_innovation"] = parameter(innovation, "log", source, "published")
    for name, values in zip(("mean", "variance", "covariance"), found, strict=True):
        out[f"city_fertility_{name}"] = parameter(values, "log", smoother, "estimated", "known_year")
    out["birth_error"] = parameter(error, "1", a["birth_design_effect"].source, "assumed", "known_year")
    return out


def mortality(base: xr.Dataset, reference: xr.Dataset, a: dict[str, Assumed], horizon: list[int]) -> Parts:
    """Parameters of life expectancy: the reference's median, the city's gap to it, and a random walk about both."""
    known = known_years(base)
    start = float(base["life_expectancy"])
    out: Parts = {}
    bounds = _bounds(reference, "life_expectancy")
    if "reference_life_expectancy" in reference:
        series = by_year(reference["reference_life_expectancy"].mean("sex"))
    elif bounds is not None:
        series = by_year(reference["reference_life_expectancy_bounds"].sel(quantile=50.0, drop=True))
    else:
        series = {known[0]: start}
    if bounds is not None and "reference_life_expectancy" in reference:
        # The plain mean of the sexes to its last year; from there on the median's growth.
        later = by_year(reference["reference_life_expectancy_bounds"].sel(quantile=50.0, drop=True))
        last = max(series)
        if last in later:
            series |= {year: series[last] + value - later[last] for year, value in later.items() if year > last}
    median = of_years(series, horizon)
    keep, _ = annual(a["gap_persistence_5"].value, 1.0, years=5)
    gap = start - float(of_years(series, known[:1])[0])
    path = median + gap * keep ** (np.array(horizon) - known[0])
    variance = max(
        a["gap_variance"].value - a["gap_variance_slope"].value * min(start - a["gap_variance_from"].value, 0.0), 0.0
    )
    _, noise = annual(a["gap_persistence_5"].value, float(np.sqrt(variance)), years=5)
    where = "the reference's median, the city's gap to it shrinking" if len(series) > 1 else "the base's, held"
    out["life_expectancy_path"] = parameter(path, "years", where, "published" if len(series) > 1 else "assumed",
                                            "process_year")  # fmt: skip
    out["gap_persistence"] = parameter(keep, "1", a["gap_persistence_5"].source, "published")
    out["gap_innovation"] = parameter(noise, "years", a["gap_variance"].source, "published")
    walk, first = 0.0, 0.0
    if bounds is not None:
        fit = fit_to_bounds(bounds[1], persistence=1.0)
        walk, first = fit.innovation, fit.start
        out["life_expectancy_innovation"] = parameter(walk, "years", WPP, "estimated")
        out["life_expectancy_start"] = parameter(first, "years", WPP, "estimated")
    values, error = _implied(base, known, path[[horizon.index(y) for y in known]], a)
    if bounds is not None and len(known) > 1:
        found = smooth(values, error, persistence=1.0, innovation=walk, start=(0.0, first))
        source = "Kalman smoother on what published deaths imply, s.e. of the survey as for births"
        for name, part in zip(("mean", "variance", "covariance"), found, strict=True):
            out[f"life_expectancy_{name}"] = parameter(part, "years", source, "estimated", "known_year")
    return out


def _implied(base: xr.Dataset, known: list[int], path: Array, a: dict[str, Assumed]) -> tuple[Array, Array]:
    """Life expectancy that published deaths imply less the path, and its s.e.; the base year's is the path itself."""
    values, error = np.full(len(known), np.nan), np.full(len(known), np.nan)
    deaths = base.get("observed_deaths")
    if deaths is None or not np.isfinite(deaths.to_numpy()).any():
        return values, error
    table = _calibrated(base, float(base["life_expectancy"]))
    shorter = _calibrated(base, float(base["life_expectancy"]) - 0.5)
    for row, year in enumerate(known):
        if year in table:
            own = table[year]
            share = a["birth_design_effect"].value / (a["birth_sampling_fraction"].value * own["published"])
            # Years of life that go with a log unit of deaths.
            slope = 0.5 / np.log(shorter[year]["modelled"] / own["modelled"])
            values[row] = own["calibrated_life_expectancy"] - path[row]
            error[row] = slope * np.sqrt(share)
    return values, error


def _calibrated(base: xr.Dataset, life_expectancy: float) -> dict[int, dict[str, float]]:
    """Return the rows of `calibrate_mortality` by year."""
    found = calibrate_mortality(base, life_expectancy=life_expectancy)
    rows = found.drop(columns="year").astype(float).to_dict("records")
    return dict(zip(found["year"].astype(int).tolist(), rows, strict=True))  # type: ignore[arg-type]


def sex_ratio(base: xr.Dataset, reference: xr.Dataset, a: dict[str, Assumed], observed: pd.DataFrame | None) -> Parts:
    """Parameters of the sex ratio at birth: published or the reference's at the start, its excess halving."""
    year, value, source, status = int(base["year"]), float("nan"), "", ""
    if observed is not None and "city" in base.coords:
        rows = observed[
            (observed["indicator"] == "sex_ratio_at_birth")
            & (observed["area"].astype(str) == str(base["city"].item()))
            & (observed["year"] <= known_years(base)[-1])
            & observed["status"].isin(["source", "derived"])
        ].sort_values("year")
        if len(rows):
            last = rows.iloc[-1]
            year, value, source, status = int(last["year"]), float(last["value"]), str(last["publication"]), "published"
            value = value / 100 if value > 10 else value
    if not np.isfinite(value) and "reference_sex_ratio_at_birth" in reference:
        series = by_year(reference["reference_sex_ratio_at_birth"])
        value, source, status = float(of_years(series, [year])[0]), "the reference's, in the base year", "published"
    if not np.isfinite(value):
        value, source, status = a["natural_sex_ratio_at_birth"].value, "nothing published", "assumed"
    return {
        "sex_ratio_start": parameter(value, "males per female", source, status),
        "sex_ratio_start_year": parameter(year, "1", source, status),
        **{name: taken(a[name]) for name in ("natural_sex_ratio_at_birth", "sex_ratio_half_life",
                                             "sex_ratio_persistence", "sex_ratio_innovation")},
    }  # fmt: skip
