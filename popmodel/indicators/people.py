"""What the indicators are computed from: plain arrays of residents by band of age, and of the flows, by area."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.schema import SEXES, SchemaError, age_bounds, named, unlabelled

Array = npt.NDArray[np.float64]
BANDS = (0, 3, 5, 6, 12, 15, 18, 25, 35, 50, 60, 65, 80)
"""Lower ages of the bands that the indicators need; the last one is open [completed years]."""
LEADING = ("scenario", "draw")


class People(NamedTuple):
    """Residents and flows without labels. Leading axes are (scenario,) or (scenario, draw), of length one where a part
    does not depend on them; area 0 is the whole city, the others are its D districts.

    residents (…, year, 1 + D, sex, band) and those of every area by `bands`, the lower ages of the bands; `years` rise,
    perhaps with gaps; `parts` holds what else the data has: flows (…, year, 1 + D), drivers (…, year), shares (…, year,
    D), marks (D,).
    """

    residents: Array
    bands: tuple[int, ...]
    median_age: Array
    years: tuple[int, ...]
    parts: Mapping[str, Array]


class Axes(NamedTuple):
    """The labels that `People` lacks."""

    lead: dict[str, npt.NDArray[np.generic]]
    year: list[int]
    area: list[str]
    names: dict[str, list[str]]


def prepare(data: xr.Dataset) -> tuple[People, Axes]:
    """Reduce a projection or a census to what the indicators need.

    Parameters
    ----------
    data : xarray.Dataset
        A projection (`population` by year and age) or a census (`population` by age group).

    Returns
    -------
    tuple of People and Axes
        The arrays and their labels.

    Raises
    ------
    SchemaError
        If there is no population by district, sex and age, or years or periods are not labelled or do not rise.
    """
    if "population" not in data or not {"district", "sex"} <= set(data["population"].dims):
        raise SchemaError(
            "measure: the data has no population by district, sex and age. Pass a projection or a census."
        )
    population = data["population"].sel(sex=list(SEXES))
    ages = "age" if "age" in population.dims else "age_group"
    lead = {dim: population[dim].to_numpy() for dim in LEADING if dim in population.dims}
    if "scenario" not in lead:
        other = "census" if "census_year" in data.coords else "projection"
        name = str(data["scenario"].item()) if "scenario" in data.coords else other
        lead = {"scenario": np.array([name]), **lead}
    years = _years(data, "year" if "year" in population.dims or "year" in data.coords else "census_year")
    values = unlabelled(population, (*lead, "year", "district", "sex", ages))
    lower = _lower_ages(population[ages].to_numpy())
    # `reduceat` sums the ages of each band in one pass over the population, without a copy of it.
    bands = tuple(edge for edge in BANDS if edge in lower)
    banded = np.add.reduceat(values, [int(np.flatnonzero(lower == edge)[0]) for edge in bands], axis=-1)
    people = People(
        with_city(banded, axis=-3), bands, _median_age(values, lower), tuple(years), other_parts(data, lead, years)
    )
    return people, Axes(lead, years, *areas_of(data))


def areas_of(data: xr.Dataset) -> tuple[list[str], dict[str, list[str]]]:
    """Codes of the areas, the whole city's first, and their names."""
    codes = [str(code) for code in data["district"].to_numpy()]
    city = str(data["city"].item()) if "city" in data.coords else "city"
    city = "city" if city in codes else city
    names = {
        f"area{language}": [
            str(data[f"city_name{language}"].item()) if f"city_name{language}" in data.coords else city,
            *map(str, data[f"name{language}"].to_numpy()),
        ]
        for language in ("_zh", "_en")
        if f"name{language}" in data.coords
    }
    return [city, *codes], names


def with_city(values: Array, *, axis: int) -> Array:
    """Put the sum of the districts, the city, before them."""
    return np.concatenate([values.sum(axis=axis, keepdims=True), values], axis=axis)


def _years(data: xr.Dataset, dim: str) -> list[int]:
    """Return the labels of `year` or `period`, which must be there and rise."""
    if dim not in data.coords:
        raise SchemaError(f"measure: {dim} has no labels. Give it the coord {dim}, as `project` does.")
    labels = [int(label) for label in np.atleast_1d(data[dim].to_numpy())]
    if labels != sorted(set(labels)):
        raise SchemaError(f"measure: {dim} is labelled {named(labels, most=20)}; it must rise. Use sortby({dim!r}).")
    return labels


def other_parts(data: xr.Dataset, lead: Mapping[str, object], years: list[int]) -> dict[str, Array]:
    """Everything that the data has besides the residents."""
    periods = _years(data, "period") if "period" in data.dims else []
    at = [periods.index(year) if year in periods else -1 for year in years]
    parts = _flows(data, tuple(lead), at) | _drivers(data, tuple(lead), at) | _places(data, tuple(lead))
    if "registered_population" in data and "year" in data["registered_population"].dims:
        own = data["registered_population"].sum(("sex", "age"))
        parts["registered_population"] = unlabelled(own, (*lead, "year"))
    if "total_fertility_basis" in data.coords:
        parts["on_plan_basis"] = unlabelled(data["total_fertility_basis"] == "plan", lead)
    return parts


def dated(values: Array, at: list[int], axis: int) -> Array:
    """Put flows by period on the years in which they happened; a year without its period (−1) has none."""
    if not values.shape[axis]:
        return np.full((*values.shape[:axis], len(at), *values.shape[axis + 1 :]), np.nan)
    out = np.take(values, at, axis=axis)
    out[(slice(None),) * axis + (np.array(at) < 0,)] = np.nan
    return out


def _flows(data: xr.Dataset, lead: tuple[str, ...], at: list[int]) -> dict[str, Array]:
    parts = {}
    for name in ("births", "deaths", "net_migration"):
        if name not in data or "period" not in data[name].dims:
            continue
        inner = tuple(str(dim) for dim in data[name].dims if dim not in (*lead, "period", "district"))
        flow = unlabelled(data[name], (*lead, "period", "district", *inner))
        parts[name] = dated(with_city(flow.sum(axis=tuple(range(-len(inner), 0))), axis=-1), at, len(lead))
        if name == "births" and inner == ("sex",):
            born = with_city(flow, axis=-2)
            parts["birth_sex_ratio"] = dated(boys_per_girl(born[..., 0], born[..., 1]), at, len(lead))
    return parts


def boys_per_girl(girls: Array, boys: Array) -> Array:
    """Sex ratio at birth; missing where no girl was born."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(girls > 0, boys / girls, np.nan)


def _drivers(data: xr.Dataset, lead: tuple[str, ...], at: list[int]) -> dict[str, Array]:
    names = ("total_fertility", "plan_total_fertility", "life_expectancy")
    given = [name for name in names if name in data and "period" in data[name].dims]
    return {name: dated(unlabelled(data[name], (*lead, "period")), at, len(lead)) for name in given}


def _places(data: xr.Dataset, lead: tuple[str, ...]) -> dict[str, Array]:
    parts = {}
    if "urban_share" in data:
        parts["urban_share"] = unlabelled(data["urban_share"], (*lead, "year", "district"))
    if "centre_share" in data:
        for centre in data["centre"].to_numpy():
            one = data["centre_share"].sel(centre=centre)
            parts[f"centre_share: {centre}"] = unlabelled(one, (*lead, "year", "district"))
    for name in ("central_city", "land_area"):
        if name in data.coords:
            parts[name] = data[name].to_numpy().astype(float)
    if "central_city" in parts and not parts["central_city"].any():
        del parts["central_city"]
    return parts


def _lower_ages(labels: npt.NDArray[np.generic]) -> npt.NDArray[np.int_]:
    if np.issubdtype(labels.dtype, np.integer):
        return np.asarray(labels, dtype=int)
    return np.array([age_bounds(str(label))[0] for label in labels])


def _median_age(values: Array, lower: npt.NDArray[np.int_]) -> Array:
    """Median age, people taken as even within an age; year by year, so that no second copy is held."""
    width = np.append(np.diff(lower), 1).astype(float)
    out = []
    for year in range(values.shape[-4]):
        people = with_city(values[..., year, :, 0, :] + values[..., year, :, 1, :], axis=-2)
        cumulated = np.cumsum(people, axis=-1)
        half = cumulated[..., -1:] / 2
        at = np.minimum((cumulated < half).sum(axis=-1), len(lower) - 1)
        upto = np.take_along_axis(cumulated, at[..., None], axis=-1)[..., 0]
        before = np.where(at > 0, np.take_along_axis(cumulated, np.maximum(at - 1, 0)[..., None], axis=-1)[..., 0], 0.0)
        out.append(within_age(half[..., 0], lower[at], width[at], before, upto))
    return np.stack(out, axis=-2)


def within_age(
    half: Array, lower: npt.NDArray[Any], width: npt.NDArray[Any] | float, before: Array, upto: Array
) -> Array:
    """Median age from half of the people and those below and up to the end of the age in which it is reached."""
    with np.errstate(invalid="ignore", divide="ignore"):
        part = (half - before) / (upto - before)
    return np.where(half > 0, lower + width * part, np.nan)
