"""What the indicators are computed from: residents by area, sex and age band, and the flows by area."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.schema import SEXES, SchemaError, age_bounds

Array = npt.NDArray[np.float64]
BANDS = (0, 3, 5, 6, 12, 15, 18, 25, 35, 50, 60, 65, 80)
"""Lower ages of the bands that the indicators need; the last one is open [completed years]."""


def prepare(data: xr.Dataset) -> xr.Dataset:
    """Reduce a projection or a census to what the indicators need, with the whole city as the first `area`.

    Parameters
    ----------
    data : xarray.Dataset
        A projection (`population` by year and age) or a census (`population` by age group).

    Returns
    -------
    xarray.Dataset
        `people` (…, year, area, sex, band), flows (…, year, area) [persons], and shares by district as they are.

    Raises
    ------
    SchemaError
        If there is no population by district, sex and age.
    """
    if "population" not in data or not {"district", "sex"} <= set(data["population"].dims):
        raise SchemaError(
            "measure: the data has no population by district, sex and age. Pass a projection or a census."
        )
    people = data["population"]
    if "scenario" not in people.dims:
        name = (
            data["scenario"].item()
            if "scenario" in data.coords
            else "census"
            if "census_year" in data.coords
            else "projection"
        )
        people = people.drop_vars("scenario", errors="ignore").expand_dims(scenario=[name])
    if "year" not in people.dims:
        year = data["census_year" if "census_year" in data.coords else "year"]
        people = people.drop_vars("year", errors="ignore").expand_dims(year=[int(year)])
    ages = "age" if "age" in people.dims else "age_group"
    lead = [dim for dim in ("scenario", "draw") if dim in people.dims]
    people = people.transpose(*lead, "year", "district", "sex", ages).sel(sex=list(SEXES))
    lower = _lower_ages(people[ages].to_numpy())
    bands, edges = _bands(people.to_numpy(), lower)
    codes = [str(code) for code in people["district"].to_numpy()]
    city = str(data["city"].item()) if "city" in data.coords else "city"
    areas = [city, *codes] if city not in codes else ["city", *codes]
    out = xr.Dataset(
        {
            "people": ((*lead, "year", "area", "sex", "band"), _with_city(bands, axis=-3)),
            "median": ((*lead, "year", "area"), _median_age(people.to_numpy(), lower)),
        },
        coords={
            **{dim: people[dim].to_numpy() for dim in (*lead, "year")},
            "area": areas,
            "sex": list(SEXES),
            "band": edges,
            "district": codes,
        },
    )
    for name in ("name_zh", "name_en"):
        if name in data.coords:
            suffix = name[-3:]
            whole = str(data[f"city_{name}"].item()) if f"city_{name}" in data.coords else city
            out = out.assign_coords({f"area{suffix}": ("area", [whole, *map(str, data[name].to_numpy())])})
    return _flows(data, out, lead)


def _flows(data: xr.Dataset, out: xr.Dataset, lead: list[str]) -> xr.Dataset:
    """Flows of a period stand at its year; the first stock has none."""
    for name in ("births", "deaths", "net_migration"):
        if name in data and "period" in data[name].dims:
            inner = [dim for dim in data[name].dims if dim not in (*lead, "period", "district")]
            flow = data[name].sum(inner).transpose(*lead, "period", "district")
            whole = _with_city(flow.to_numpy(), axis=-1)
            out[name] = _by_year(whole, flow, lead, ("area",), out)
    for name, inner_dims in (
        ("total_fertility", ()),
        ("life_expectancy", ()),
        ("sex_ratio_at_birth", ("district",)),
        ("registered_net_entries", ()),
    ):
        if name in data and "period" in data[name].dims:
            own = [dim for dim in lead if dim in data[name].dims]
            driver = data[name].transpose(*own, "period", *inner_dims)
            out[name] = _by_year(driver.to_numpy(), driver, own, inner_dims, out)
    for name in ("urban_share", "centre_share", "registered_start", "births_by_sex"):
        if name in data:
            value = data[name].drop_vars([c for c in data[name].coords if c not in data[name].dims])
            out[name] = (
                value if "year" in value.dims or "district" not in value.dims else value.expand_dims(year=out["year"])
            )
    if "births" in data and "sex" in data["births"].dims:
        female, male = (
            _with_city(data["births"].sel(sex=sex).transpose(*lead, "period", "district").to_numpy(), axis=-1)
            for sex in SEXES
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.where(female > 0, male / female, np.nan)
        out["birth_sex_ratio"] = _by_year(ratio, data["births"], lead, ("area",), out)
    for name in ("central_city", "land_area", "total_fertility_basis"):
        if name in data.coords:
            out = out.assign_coords({name: (data[name].dims, data[name].to_numpy())})
    return out


def _by_year(
    values: Array, flow: xr.DataArray, lead: Sequence[str], inner: tuple[str, ...], out: xr.Dataset
) -> xr.DataArray:
    coords = {dim: flow[dim].to_numpy() for dim in lead if dim in flow.coords}
    named = xr.DataArray(values, dims=(*lead, "year", *inner), coords={**coords, "year": flow["period"].to_numpy()})
    return named.reindex(year=out["year"].to_numpy())


def _lower_ages(labels: npt.NDArray[np.generic]) -> npt.NDArray[np.int_]:
    if np.issubdtype(labels.dtype, np.integer):
        return np.asarray(labels, dtype=int)
    return np.array([age_bounds(str(label))[0] for label in labels])


def _bands(values: Array, lower: npt.NDArray[np.int_]) -> tuple[Array, list[int]]:
    """Sum ages to those bands whose edges the age groups have; `reduceat` reads the population once."""
    edges = [edge for edge in BANDS if edge in lower]
    return np.add.reduceat(values, [int(np.flatnonzero(lower == edge)[0]) for edge in edges], axis=-1), edges


def _with_city(values: Array, *, axis: int) -> Array:
    return np.concatenate([values.sum(axis=axis, keepdims=True), values], axis=axis)


def _median_age(values: Array, lower: npt.NDArray[np.int_]) -> Array:
    """Median age, people taken as even within an age; year by year, so that no second copy is held."""
    width = np.append(np.diff(lower), 1).astype(float)
    out = []
    for year in range(values.shape[-4]):
        cumulated = np.cumsum(_with_city(values[..., year, :, :, :].sum(axis=-2), axis=-2), axis=-1)
        half = cumulated[..., -1:] / 2
        at = np.minimum((cumulated < half).sum(axis=-1), len(lower) - 1)
        upto = np.take_along_axis(cumulated, at[..., None], axis=-1)[..., 0]
        before = np.where(at > 0, np.take_along_axis(cumulated, np.maximum(at - 1, 0)[..., None], axis=-1)[..., 0], 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            part = (half[..., 0] - before) / (upto - before)
        out.append(np.where(half[..., 0] > 0, lower[at] + width[at] * part, np.nan))
    return np.stack(out, axis=-2)
