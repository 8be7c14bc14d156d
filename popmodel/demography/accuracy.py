"""How far a forecast was from what came."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from popmodel.schema import SchemaError


class Accuracy(NamedTuple):
    """Measures of forecast error; all but `n` in percent."""

    n: int
    mape: float
    wmape: float
    malpe: float
    mdape: float
    within_1: float
    within_5: float


def accuracy(projected: npt.ArrayLike, actual: npt.ArrayLike) -> Accuracy:
    """Measure the errors of a forecast over a set of cells.

    Parameters
    ----------
    projected : array_like, shape (n,)
        Forecast stocks. [persons]
    actual : array_like, shape (n,)
        The stocks counted later. [persons]

    Returns
    -------
    Accuracy
        `n` cells with people in them; mean absolute percentage error `mape`; the same weighted by the actual stocks
        `wmape`; mean algebraic percentage error `malpe` (below zero: too low); median absolute percentage error
        `mdape`; share of cells within 1 and 5 percent. Not a number where there is no cell. [percent]

    Raises
    ------
    SchemaError
        If the two differ in shape, are not finite, or a stock is negative.

    Notes
    -----
    With the percentage error ``PE = 100·(F − A)/A``: MAPE = mean |PE|, MALPE = mean PE, MedAPE = median |PE| (Smith,
    Tayman & Swanson 2013, A Practitioner's Guide to State and Local Population Projections, ch. 13,
    doi:10.1007/978-94-007-7551-0), and WMAPE = ``100·Σ|F − A| / ΣA``. A cell where nobody was counted has no
    percentage error and counts in WMAPE alone.
    """
    f, a = np.asarray(projected, dtype=float).ravel(), np.asarray(actual, dtype=float).ravel()
    if f.shape != a.shape:
        raise SchemaError(f"accuracy: {f.size} forecasts against {a.size} actual stocks. Compare the same cells.")
    if not (np.isfinite(f).all() and np.isfinite(a).all()) or (f < 0).any() or (a < 0).any():
        raise SchemaError("accuracy: stocks must be finite and not negative. Leave out cells that are not published.")
    counted = a > 0
    if not counted.any():
        return Accuracy(0, *[float("nan")] * 6)
    error = 100 * (f[counted] - a[counted]) / a[counted]
    size = np.abs(error)
    return Accuracy(
        int(counted.sum()),
        float(size.mean()),
        float(100 * np.abs(f - a).sum() / a.sum()),
        float(error.mean()),
        float(np.median(size)),
        float(100 * (size <= 1).mean()),
        float(100 * (size <= 5).mean()),
    )
