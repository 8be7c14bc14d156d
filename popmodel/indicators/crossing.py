"""The year in which an indicator passes a value."""

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.schema import SchemaError, named, near


def when(
    values: xr.Dataset,
    indicator: str,
    *,
    above: float | None = None,
    below: float | None = None,
    area: str | None = None,
) -> pd.Series:
    """Return the first year in which an indicator is above or below a value.

    Parameters
    ----------
    values : xarray.Dataset (scenario[, draw], year, area)
        From `measure`.
    indicator : str
        Its id.
    above, below : float, optional
        The value that is passed, one of the two; in the indicator's unit.
    area : str, optional
        Code of an area; the whole city if not given.

    Returns
    -------
    pandas.Series
        The year by scenario (and draw), missing where the value is not passed within the years at hand.

    Raises
    ------
    SchemaError
        If the indicator or the area is not among the values, or not exactly one of `above` and `below` is given.

    Examples
    --------
    >>> import popmodel as pm
    >>> ev = pm.evaluate(year=2023, history=False)
    >>> sorted(pm.when(ev.values, "share_60_plus", above=25).index)
    ['plan', 'trend']
    """
    if (above is None) == (below is None):
        raise SchemaError("when: give above= or below=, one of the two.")
    if indicator not in values:
        known = [str(name) for name in values.data_vars]
        raise SchemaError(
            f"when: {indicator!r} is not among the values: {named(known, most=60)}.{near(indicator, known)}"
        )
    codes = [str(code) for code in values["area"].to_numpy()]
    place = codes[0] if area is None else area
    if place not in codes:
        raise SchemaError(f"when: area {area!r} is not among {named(codes, most=20)}.{near(place, codes)}")
    path = values[indicator].sel(area=place)
    lead = [str(dim) for dim in path.dims if dim != "year"]
    path = path.transpose(*lead, "year").sortby("year")
    passed = path < below if below is not None else path > (np.inf if above is None else above)
    years = path["year"].to_numpy()
    first = np.where(passed.any("year"), years[passed.argmax("year").to_numpy()], -1)
    index = passed.any("year").to_series().index
    series = pd.Series(first.ravel(), index=index, name="year").astype("Int64")
    return series.mask(series < 0)
