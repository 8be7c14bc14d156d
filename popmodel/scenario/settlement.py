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

    The centres' shares move with the urban shares of their districts, and with the scenario's shifts besides.

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
        path = centre_share(_drifted(base, out.get("urban_share"), len(years)), shift, elapsed[:, None])
        out["centre_share"] = (("year", "district", "centre"), path, {"unit": "1"})
        out = out.assign_coords(centre=names)
    return out


def _urban_path(base: xr.Dataset, years: list[int]) -> Array:
    """Shares published and completed, carried on after the last by each district's growth difference."""
    record = base["completed_urban_share"].transpose("urban_year", "district").to_numpy()
    when = base["urban_year"].to_numpy().astype(int)
    at = np.minimum(np.array(years), when[-1]) - when[0]
    ahead = np.array(years) - when[at]
    growth = np.where(ahead[:, None] > 0, base["urban_growth_difference"].to_numpy(), 0.0)
    return urban_share(record[at], growth, ahead[:, None], ceiling=float(base["urban_ceiling"]))


def _drifted(base: xr.Dataset, urban: xr.DataArray | None, years: int) -> Array:
    """Shares of the centres (T, D, C): they follow the urban shares of their districts, where these are known."""
    share = base["centre_share"].transpose("district", "centre").to_numpy()
    held = np.broadcast_to(share, (years, *share.shape))
    if urban is None or "centre_share_of_urban" not in base:
        return held
    names = ("centre_share_of_urban", "centre_share_of_rural")
    inside, outside = (base[name].transpose("district", "centre").to_numpy() for name in names)
    known = urban.to_numpy()[..., None]
    return np.where(np.isfinite(known), outside + (inside - outside) * known, held)
