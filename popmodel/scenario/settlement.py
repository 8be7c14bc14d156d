"""Urban and centre shares by year under a scenario."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.settlement import centre_share, urban_share
from popmodel.schema import SchemaError, named, near

Array = npt.NDArray[np.float64]


def settlement_paths(base: xr.Dataset, shifts: Mapping[str, float], years: list[int], where: str) -> xr.Dataset:
    """Return `urban_share` and `centre_share` by year, those of the two that the base can give.

    Raises
    ------
    SchemaError
        If a shift names a centre that the base does not have.
    """
    out = xr.Dataset(coords={"year": years})
    elapsed = np.array(years, dtype=float) - years[0]
    if "observed_urban_share" in base:
        out["urban_share"] = (("year", "district"), _urban_path(base, years), {"unit": "1"})
    if "centre_share" in base:
        share = base["centre_share"].transpose("district", "centre")
        names = [str(name) for name in share["centre"].to_numpy()]
        unknown = sorted(set(shifts) - set(names))
        if unknown:
            raise SchemaError(
                f"{where} centre_shift names {named(unknown)}; known centres: {named(names)}.{near(unknown, names)}"
            )
        shift = np.array([shifts.get(name, 0.0) for name in names])
        path = centre_share(share.to_numpy()[None], shift, elapsed[:, None])
        out["centre_share"] = (("year", "district", "centre"), path, {"unit": "1"})
        out = out.assign_coords(centre=names)
    return out


def _urban_path(base: xr.Dataset, years: list[int]) -> Array:
    """Published shares where there are any, straight in the logit between them, carried on after the last."""
    seen = base["observed_urban_share"].transpose("urban_year", "district").to_numpy()
    when = base["urban_year"].to_numpy().astype(int)
    growth = base["urban_growth_difference"].to_numpy()
    out = np.empty((len(years), seen.shape[1]))
    for column in range(seen.shape[1]):
        known = np.flatnonzero(np.isfinite(seen[:, column]))
        left, rate, elapsed = np.empty(len(years)), np.zeros(len(years)), np.empty(len(years))
        for row, year in enumerate(years):
            at = known[when[known] <= year][-1]
            later = known[when[known] > year]
            left[row], elapsed[row] = seen[at, column], year - when[at]
            if not len(later):
                rate[row] = growth[column] if elapsed[row] else 0.0
            elif (right := seen[later[0], column]) != left[row]:
                rate[row] = (_odds(right) - _odds(left[row])) / (when[later[0]] - when[at])
        out[:, column] = urban_share(left, rate, elapsed, ceiling=1.0)
    return out


def _odds(share: float) -> float:
    with np.errstate(divide="ignore"):
        return float(np.log(share) - np.log1p(-share))
