"""Which driver a spread hangs on: first-order shares of variance by pick-freeze, and what is left without a driver."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.probability.drawing import draw
from popmodel.probability.forecast import forecast_values
from popmodel.probability.sobol import first_order
from popmodel.schema import SchemaError, named, near

Array = npt.NDArray[np.float64]
WHAT = "variance_shares"
FEWEST = 4096
COLUMNS = ("indicator", "name_zh", "name_en", "year", "driver", "share", "se", "left", "left_se", "sd", "n")


def variance_shares(
    uncertainty: xr.Dataset,
    *,
    indicators: Sequence[str],
    years: Sequence[int],
    base: xr.Dataset | None = None,
    drivers: Iterable[str] | None = None,
    draws: int = FEWEST,
    seed: int = 1,
    held: bool = True,
) -> pd.DataFrame:
    r"""Return what part of an indicator's variance each driver explains by itself, and what is left without it.

    Parameters
    ----------
    uncertainty : xarray.Dataset
        From `estimate_uncertainty`.
    indicators : sequence of str
        Ids, of the whole city.
    years : sequence of int
        In which years.
    base : xarray.Dataset, optional
        From `estimate_base`; the one that the uncertainty was estimated from if not given.
    drivers : iterable of str, optional
        Which; all that the uncertainty can draw if not given.
    draws : int
        Pairs of draws, at least 4,096.
    seed : int
        Of the draws; the second set has the next one.
    held : bool
        Whether the variance left with each driver held at its median is worked out too, which takes as long again.

    Returns
    -------
    pandas.DataFrame
        A row an indicator, year and driver: `share`, the first-order index, and its Monte Carlo standard error `se`;
        `left`, the variance with this driver held at its median over that with all drawn, and its `left_se`; `sd` over
        the draws in the indicator's unit, and `n`. Shares need not add to one: what is lacking is of drivers together.

    Raises
    ------
    SchemaError
        If there are fewer than 4,096 draws, a driver, an indicator or a year is not known, or no base is there.

    Notes
    -----
    Pick-freeze: a second run keeps the stream of one driver and draws all others anew; the index is the correlation of
    the two, with the estimator of `first_order`. Each driver costs two runs of all draws.

    Examples
    --------
    >>> uncertainty = pm.estimate_uncertainty(ev.base, reference=census)
    >>> table = pm.variance_shares(
    ...     uncertainty, indicators=["births"], years=[2025], drivers=["city_fertility"], held=False
    ... )
    >>> bool(table["share"].between(0, 1).all())
    True
    """
    if draws < FEWEST:
        raise SchemaError(f"{WHAT}: {draws} draws are too few for shares of variance; {FEWEST} are the least.")
    start = uncertainty.encoding.get("base") if base is None else base
    if start is None:
        raise SchemaError(f"{WHAT}: the uncertainty does not carry its base. Give base=, from estimate_base().")
    known = [str(name) for name in uncertainty.attrs["drivers"]]
    asked = known if drivers is None else list(drivers)
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise SchemaError(f"{WHAT}: driver {named(unknown)} is not drawn; drawn are {named(known, most=20)}."
                          f"{near(unknown, known)}")  # fmt: skip
    first, last = int(uncertainty["year"]), max(years)
    span = range(first, last + 1)
    off = [year for year in years if year not in span]
    if off:
        raise SchemaError(f"{WHAT}: year {named(off)} is before the base year {first}. Give later ones.")

    def run(freeze: tuple[str, ...] = (), other: Iterable[str] = ()) -> xr.Dataset:
        drawn = draw(
            uncertainty, draws=draws, years=span, seed=seed, freeze=freeze, reseed=dict.fromkeys(other, seed + 1)
        )
        values = forecast_values(start, drawn, wanted=indicators)
        return values.sel(area=values.attrs["city"], year=list(years))

    whole = run()
    lacking = [name for name in indicators if name not in whole]
    if lacking:
        raise SchemaError(f"{WHAT}: {named(lacking)} is not drawn; give indicators of the projection.")
    rows = []
    for driver in asked:
        frozen = run(other=[name for name in known if name != driver])
        without = run(freeze=(driver,)) if held else None
        for name in indicators:
            attrs = whole[name].attrs
            for year in years:
                y, again = (np.asarray(data[name].sel(year=year), dtype=float) for data in (whole, frozen))
                left = None if without is None else np.asarray(without[name].sel(year=year), dtype=float)
                rows.append((name, attrs.get("name_zh", name), attrs.get("name_en", name), int(year), driver,
                             *first_order(y, again), *_left(y, left), float(y.std(ddof=1)), draws))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _left(y: Array, held: Array | None) -> tuple[float, float]:
    """Return the ratio of two variances, and its standard error, the runs taken as independent."""
    whole = float(y.var(ddof=1))
    if held is None or not whole > 0:
        return math.nan, math.nan
    ratio = float(held.var(ddof=1)) / whole
    return ratio, ratio * math.sqrt(_relative(held) + _relative(y))


def _relative(y: Array) -> float:
    """Return the squared relative standard error of a variance, from the fourth moment."""
    a = y - y.mean()
    second = float((a**2).mean())
    return float(((a**4).mean() / second**2 - 1) / len(y)) if second > 0 else 0.0
