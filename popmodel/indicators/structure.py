"""Indicators of size and age structure. Each takes the prepared data and returns (…, year, area)."""

import numpy as np
import xarray as xr


def residents(data: xr.Dataset, low: int = 0, high: int | None = None, *, sex: str | None = None) -> xr.DataArray:
    """Residents aged `low` to below `high`. [persons].

    Raises
    ------
    KeyError
        If the age groups of the data have no edge at `low` or `high`; `measure` then leaves the indicator out.
    """
    bands = data["band"].to_numpy()
    for edge in (low, high):
        if edge is not None and edge not in bands:
            raise KeyError(f"an edge of the age groups at {edge}")
    people = data["people"].isel(band=np.flatnonzero((bands >= low) & (bands < (high if high is not None else np.inf))))
    return people.sum(("sex", "band")) if sex is None else people.sel(sex=sex, drop=True).sum("band")


def share(data: xr.Dataset, low: int, high: int | None = None) -> xr.DataArray:
    """Share of residents aged `low` to below `high`. [percent]."""
    return 100 * _over(residents(data, low, high), residents(data))


def ratio(data: xr.Dataset, over: tuple[tuple[int, int | None], ...], under: tuple[int, int | None]) -> xr.DataArray:
    """Residents in the ages `over` per hundred in the ages `under`. [percent]."""
    top = sum((residents(data, low, high) for low, high in over[1:]), residents(data, *over[0]))
    return 100 * _over(top, residents(data, *under))


def median_age(data: xr.Dataset) -> xr.DataArray:
    """Age that half of the residents have not reached. [years]."""
    return data["median"]


def sex_ratio(data: xr.Dataset) -> xr.DataArray:
    """Males per hundred females. [males per 100 females]."""
    return 100 * _over(residents(data, sex="male"), residents(data, sex="female"))


def support_ratio(data: xr.Dataset) -> xr.DataArray:
    """Residents aged 15-59 for each one aged 60 and over. [persons per person]."""
    return _over(residents(data, 15, 60), residents(data, 60))


def density(data: xr.Dataset) -> xr.DataArray:
    """Residents per square kilometre of land. [persons/km²]."""
    area = data["land_area"].to_numpy().astype(float)
    return residents(data) / xr.DataArray(np.append(area.sum(), area), dims=("area",))


def nursery_places(data: xr.Dataset, per_thousand: float) -> xr.DataArray:
    """Nursery places needed at `per_thousand` places per 1,000 residents. [places]."""
    return residents(data) * per_thousand / 1000


def _over(top: xr.DataArray, bottom: xr.DataArray) -> xr.DataArray:
    return top / bottom.where(bottom > 0)
