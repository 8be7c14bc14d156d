"""Indicators of where people live. Each takes the prepared data."""

import numpy as np
import xarray as xr

from popmodel.indicators.structure import residents
from popmodel.indicators.vital import city_only


def urbanisation_rate(data: xr.Dataset) -> xr.DataArray:
    """Share of residents living in urban places; the city's is the mean of the districts by residents. [percent]."""
    people = _by_district(data)
    urban = data["urban_share"]
    whole = (urban * people).sum("district", skipna=False) / people.sum("district")
    lead = [dim for dim in people.dims if dim != "district"]
    parts = urban.broadcast_like(people).transpose(*lead, "district").to_numpy()
    both = np.concatenate([whole.transpose(*lead).to_numpy()[..., None], parts], axis=-1)
    coords = {dim: data[dim].to_numpy() for dim in (*lead, "area")}
    return xr.DataArray(100 * both, dims=(*lead, "area"), coords=coords)


def central_city_primacy(data: xr.Dataset) -> xr.DataArray:
    """Share of the city's residents living in the districts of the central city. [percent]."""
    people = _by_district(data)
    inside = xr.DataArray(data["central_city"].to_numpy().astype(float), dims=("district",))
    if not inside.any():
        raise KeyError("a district marked central_city")
    return city_only(data, 100 * (people * inside).sum("district") / people.sum("district"))


def share_in_centre(data: xr.Dataset, centre: str) -> xr.DataArray:
    """Share of the city's residents living in a centre. [percent]."""
    if centre not in data["centre"].to_numpy():
        raise KeyError(f"a centre named {centre!r}")
    people = _by_district(data)
    inside = data["centre_share"].sel(centre=centre, drop=True)
    return city_only(data, 100 * (people * inside).sum("district") / people.sum("district"))


def _by_district(data: xr.Dataset) -> xr.DataArray:
    people = residents(data).isel(area=slice(1, None)).rename(area="district")
    extra = [name for name in people.coords if name not in people.dims]
    return people.drop_vars(extra).assign_coords(district=np.asarray(data["district"].to_numpy()))
