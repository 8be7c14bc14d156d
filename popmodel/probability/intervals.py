"""Prediction intervals: central quantiles over the draws."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from popmodel.probability.drawn import drawn_values, draws_of
from popmodel.schema import SchemaError, named

LEVELS = (50, 80, 95)
WHAT = "prediction_interval"


def prediction_interval(values: xr.Dataset, levels: Sequence[float] = LEVELS) -> xr.Dataset:
    """Return the central intervals of every indicator: lower and upper quantiles over the draws, and the median.

    Parameters
    ----------
    values : xarray.Dataset (draw, year, area)
        From `project_indicators`; a scenario dim of length one may stand before.
    levels : sequence of float
        What the intervals cover. [percent]

    Returns
    -------
    xarray.Dataset (quantile, year, area)
        The same indicators with their attributes; `quantile` in percent, ascending, 50 always among them: an interval
        of 80 % lies between 10 and 90. Missing where no draw has a value. `attrs["draws"]` is their number.

    Raises
    ------
    SchemaError
        If a level is not between 0 and 100, there are fewer than 400 draws (1,000 for a level of 95 or more), or a
        value is missing in some draws only.

    Notes
    -----
    Quantiles by linear interpolation between the order statistics (type 7 of Hyndman & Fan 1996). An interval is of
    one year: that all years of a path lie in theirs is less likely.

    Examples
    --------
    >>> import numpy as np, xarray as xr
    >>> draws = xr.DataArray(np.arange(1001.0), dims="draw", attrs={"unit": "persons"})
    >>> values = xr.Dataset({"births": draws.expand_dims(year=[2030], area=["1"])})
    >>> pm.prediction_interval(values, levels=[80])["births"].sel(year=2030, area="1").to_numpy().tolist()
    [100.0, 500.0, 900.0]
    """
    wrong = [level for level in levels if not 0 < level < 100]
    if wrong or not len(levels):
        raise SchemaError(f"{WHAT}: levels {named(wrong) or 'are empty'}. Give percentages between 0 and 100.")
    chosen = drawn_values(values, what=WHAT, level=max(levels))
    for name in chosen.data_vars:
        for code in chosen["area"].to_numpy() if "area" in chosen[name].dims else (None,):
            one = chosen[[name]] if code is None else chosen[[name]].sel(area=code)
            draws_of(one, str(name), str(chosen[name].attrs.get("unit", "")), what=WHAT)
    percents = sorted({50.0, *(50.0 + sign * level / 2 for level in levels for sign in (-1, 1))})
    parts = {name: _quantiles(chosen[name], percents) for name in chosen.data_vars}
    out = xr.Dataset(parts, attrs={**values.attrs, "draws": int(chosen.sizes["draw"])})
    out["quantile"].attrs = {"units": "percent", "long_name": "quantile over the draws"}
    return out


def _quantiles(data: xr.DataArray, percents: Sequence[float]) -> xr.DataArray:
    """Return the quantiles of one indicator, a missing value where no draw has one."""
    axis = data.get_axis_num("draw")
    rest = data.isel(draw=0, drop=True)
    cuts = np.quantile(data.to_numpy(), np.array(percents) / 100, axis=axis)  # a missing value stays missing
    return xr.DataArray(
        cuts, dims=("quantile", *rest.dims), coords={**rest.coords, "quantile": list(percents)}, attrs=data.attrs
    )
