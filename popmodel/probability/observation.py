"""What the next observation is worth: how much of an indicator's spread is left once it is known."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.probability.drawn import drawn_values, draws_of, observed_until, of_city, years_of
from popmodel.schema import SchemaError, named, near

Array = npt.NDArray[np.float64]
WHAT = "observation_value"
COLUMNS = ("indicator", "year", "observation", "observed_year", "sd", "sd_left", "ratio", "ratio_se", "n")
DESIGN_EFFECT = 1.5
"""Variance of a cluster sample over that of a simple one. Assumed."""


class Observation(NamedTuple):
    """A figure that may be published next.

    Attributes
    ----------
    indicator : str
        What is observed.
    sample : float
        Part of the population asked; 1: everybody, so that there is no sampling error.
    districts : bool
        Whether it is published for each district besides the city.
    deff : float
        Design effect of the sample.
    """

    indicator: str
    sample: float = 1.0
    districts: bool = False
    deff: float = DESIGN_EFFECT


OBSERVATIONS: Mapping[str, Observation] = {
    "stock": Observation("resident_population"),
    "births_5_per_mille": Observation("births", 0.005),
    "births_1_percent": Observation("births", 0.01),
    "districts": Observation("resident_population", districts=True),
    "share_60_plus_1_percent": Observation("share_60_plus", 0.01),
}
"""What a city's bureau may publish: the yearly survey asks 5 ‰, that between two censuses 1 % of the people."""
RESIDENTS = "resident_population"


def observation_value(
    values: xr.Dataset,
    observations: Mapping[str, Observation] | Sequence[str] | None = None,
    *,
    indicators: Sequence[str] | None = None,
    years: Sequence[int] | None = None,
    observed_year: int | None = None,
) -> pd.DataFrame:
    r"""Return how much of each indicator's spread is left once a figure of the next year is known.

    Parameters
    ----------
    values : xarray.Dataset (draw, year, area)
        From `project_indicators`.
    observations : mapping of str to Observation, or sequence of str, optional
        Name → what is observed, or names among `OBSERVATIONS`; of these, those that the values hold, if not given.
    indicators : sequence of str, optional
        Whose spread; all of the values if not given.
    years : sequence of int, optional
        In which years; the last one if not given.
    observed_year : int, optional
        Year of the observation; the one after the last observed year, else the second of the values.

    Returns
    -------
    pandas.DataFrame
        A row an indicator, year and observation: `indicator`, `year`, `observation`, `observed_year`, `sd` (over the
        draws, in the indicator's unit), `sd_left` (of the residual), `ratio` = sd_left/sd, its Monte Carlo standard
        error `ratio_se`, and the number `n` of draws. An indicator without spread has no ratio.

    Raises
    ------
    SchemaError
        If a name is not known or not in the values, a year is not there, or as `attainment`.

    Notes
    -----
    Preposterior analysis in its linear form: with y the indicator, x what is observed, and E the variance of its
    sampling error, :math:`\mathrm{sd\_left}^2 = V(y) - C_{yx}(V_x + E)^{-1}C_{xy}`, V and C over the draws; the
    degrees of freedom spent on x are taken off. Sampling errors, with f the part asked and d the design effect: of a
    count B, :math:`\sqrt{dB/f}`; of a share p among N people, :math:`\sqrt{dp(1-p)/(fN)}`.

    Examples
    --------
    >>> import numpy as np, xarray as xr
    >>> people = xr.DataArray(np.random.default_rng(1).normal(1e6, 1e4, 1000), dims="draw", attrs={"unit": "persons"})
    >>> values = xr.Dataset({"resident_population": people.expand_dims(year=[2024, 2025], area=["1"])})
    >>> table = pm.observation_value(values, ["stock"])
    >>> float(table["ratio"].iloc[0]) < 1e-6
    True
    """
    chosen = drawn_values(values, what=WHAT)
    city = of_city(chosen, what=WHAT)
    use = _chosen(observations, chosen)
    asked = [str(name) for name in (city.data_vars if indicators is None else indicators)]
    lacking = [name for name in asked if name not in city]
    if lacking:
        raise SchemaError(f"{WHAT}: {named(lacking)} is not in the values.{near(lacking, city.data_vars)}")
    known = years_of(city)
    when = _observed_year(chosen, known, observed_year)
    targets = [known[-1]] if years is None else [int(year) for year in years]
    absent = [year for year in [*targets, when] if year not in known]
    if absent:
        raise SchemaError(f"{WHAT}: year {named(absent)} is not drawn; the values run {known[0]}-{known[-1]}.")
    seen = {name: _seen(chosen, city, each, known.index(when)) for name, each in use.items()}
    rows = []
    for indicator in asked:
        cube = draws_of(city, indicator, str(city[indicator].attrs["unit"]), what=WHAT)
        for year in targets:
            y = cube[:, known.index(year)]
            rows += [(indicator, year, name, when, *left(y, x, error)) for name, (x, error) in seen.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _chosen(
    observations: Mapping[str, Observation] | Sequence[str] | None, values: xr.Dataset
) -> dict[str, Observation]:
    """Return the observations asked for; without a choice those that the values hold."""
    if observations is None:
        return {name: each for name, each in OBSERVATIONS.items() if _missing(each, values) is None}
    if not isinstance(observations, Mapping):
        unknown = [name for name in observations if name not in OBSERVATIONS]
        if unknown:
            raise SchemaError(
                f"{WHAT}: observation {named(unknown)} is not known. Use {named(OBSERVATIONS)}, or give a mapping of "
                f"name to Observation.{near(unknown, OBSERVATIONS)}"
            )
        observations = {name: OBSERVATIONS[name] for name in observations}
    for name, each in observations.items():
        lacks = _missing(each, values)
        if lacks is not None:
            raise SchemaError(f"{WHAT}: observation {name} needs {lacks}, which the values do not hold. Draw it too.")
        if not 0 < each.sample <= 1 or each.deff <= 0:
            raise SchemaError(
                f"{WHAT}: observation {name}: sample {each.sample}, deff {each.deff}; a sample is a part of everybody, "
                "a design effect is above 0."
            )
    return dict(observations)


def _missing(each: Observation, values: xr.Dataset) -> str | None:
    if each.indicator not in values:
        return each.indicator
    if each.sample < 1 and values[each.indicator].attrs.get("unit") == "percent" and RESIDENTS not in values:
        return RESIDENTS
    return "several areas" if each.districts and values.sizes.get("area", 1) < 2 else None


def _observed_year(values: xr.Dataset, known: Sequence[int], given: int | None) -> int:
    until = observed_until(values)
    return given if given is not None else known[min(1, len(known) - 1)] if until is None else until + 1


def _seen(values: xr.Dataset, city: xr.Dataset, each: Observation, place: int) -> tuple[Array, float]:
    """Return what is observed, (draw, figures), and the variance of its sampling error."""
    unit = str(values[each.indicator].attrs["unit"])
    if each.districts:
        cube = values[each.indicator].transpose("draw", "year", "area").to_numpy()[:, place]
        return np.asarray(cube, dtype=float), 0.0
    x = draws_of(city, each.indicator, unit, what=WHAT)[:, place]
    if each.sample == 1:
        return x[:, None], 0.0
    mean = float(x.mean())
    if unit == "percent":
        people = float(draws_of(city, RESIDENTS, "persons", what=WHAT)[:, place].mean())
        return x[:, None], each.deff * mean * (100 - mean) / (each.sample * people)
    return x[:, None], each.deff * mean / each.sample


def left(y: Array, x: Array, error: float) -> tuple[float, float, float, float, int]:
    """Return the s.d. of y, what is left of it once x is observed with an error, their ratio, its s.e., the draws."""
    n = len(y)
    sd = float(y.std(ddof=1)) if np.isfinite(y).all() else math.nan
    if not sd > 1e-12 * max(1.0, abs(float(y[0]))):
        return sd, sd, math.nan, math.nan, n
    spread = x.std(axis=0, ddof=1)
    x = x[:, spread > 1e-12 * np.abs(x[0]).clip(min=1.0)]
    if not x.shape[1]:
        return sd, sd, 1.0, 0.0, n
    joint = np.atleast_2d(np.cov(np.column_stack([y, x]), rowvar=False))
    known = joint[1:, 1:] + error * np.eye(x.shape[1])
    told = float(joint[0, 1:] @ np.linalg.pinv(known, rcond=1e-10, hermitian=True) @ joint[1:, 0]) / joint[0, 0]
    spent = (n - 1) / max(n - 1 - np.linalg.matrix_rank(known, hermitian=True), 1)
    ratio = math.sqrt(min(1.0, max(0.0, (1 - told) * spent)))
    se = ratio * math.sqrt(max(0.0, 1 - ratio**2)) / math.sqrt(n)
    return sd, ratio * sd, ratio, se, n
