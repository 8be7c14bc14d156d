"""Carry a past series on to later years."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from popmodel.schema import SchemaError

METHODS = ("last", "mean", "linear")
"""Ways to carry a series on."""


def extrapolate(series: Mapping[int, float], years: Sequence[int], *, method: str = "last") -> npt.NDArray[np.float64]:
    """Return the observed values where there are any and carry the series on after its last year.

    Parameters
    ----------
    series : mapping of int to float
        Year → value.
    years : sequence of int, length T
        Years wanted.
    method : {"last", "mean", "linear"}
        Hold the last value, hold the mean of all values, or follow the ordinary least-squares line through them.

    Returns
    -------
    ndarray, shape (T,)
        Values in the unit of the series.

    Raises
    ------
    SchemaError
        If the series is empty, the method unknown, the line has fewer than three points, or a year lies before the
        last observation without having one itself.
    """
    if method not in METHODS:
        raise SchemaError(f"extrapolate: method {method!r} is not known. Use one of: {', '.join(METHODS)}.")
    if not series:
        raise SchemaError("extrapolate: the series is empty. Give at least one observed value.")
    last = max(series)
    gaps = [year for year in years if year <= last and year not in series]
    if gaps:
        raise SchemaError(
            f"extrapolate: no value for {', '.join(map(str, gaps))}, before the last observation ({last}). "
            "Add the observation or start later."
        )
    values = np.array([series[year] for year in sorted(series)], dtype=float)
    if method == "linear":
        if len(values) < 3:
            raise SchemaError(f"extrapolate: a line needs three observations, given {len(values)}. Use last or mean.")
        # Imported here: statsmodels takes most of a second to load and only a line needs it.
        import statsmodels.api as sm

        x = np.array(sorted(series), dtype=float)
        fit = sm.OLS(values, sm.add_constant(x - last)).fit()
        ahead = fit.predict(np.column_stack([np.ones(len(years)), np.asarray(years, dtype=float) - last]))
    else:
        ahead = np.full(len(years), values[-1] if method == "last" else values.mean())
    return np.array([series.get(year, ahead[i]) for i, year in enumerate(years)], dtype=float)
