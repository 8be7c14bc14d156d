"""What the charts read out of the tables and Datasets, in the unit and the language of the chart."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import xarray as xr

from popmodel.plots.style import Language
from popmodel.schema import SchemaError, named


def name_of(data: xr.Dataset | xr.DataArray, dim: str, label: Hashable, lang: Language) -> str:
    """Return the printed name of a label of `dim` from its coordinate `<dim>_zh` or `name_zh`, else the label."""
    for coord in (f"{dim}_{lang}", f"name_{lang}"):
        if coord in data.coords and data[coord].dims == (dim,):
            return str(data[coord].sel({dim: label}).item()) or str(label)
    return str(label)


def city_name(data: xr.Dataset | xr.DataArray, lang: Language) -> str:
    """Return the printed name of the city of a projection; blank if it bears none."""
    coord = f"city_name_{lang}"
    return str(data[coord].item()) if coord in data.coords else ""


def unit_of(data: xr.DataArray) -> str:
    """Return the unit that an indicator bears.

    Raises
    ------
    SchemaError
        If it bears none: arithmetic may drop the attributes of a Dataset.
    """
    if "unit" not in data.attrs:
        raise SchemaError(
            f"{data.name} has no attribute unit. Pass what measure() returns; to reckon with it and keep the unit, do "
            "so under xarray.set_options(keep_attrs=True)."
        )
    return str(data.attrs["unit"])


def pick_scenario(data: xr.Dataset | xr.DataArray, scenario: str | None, *, what: str) -> str | None:
    """Return the one scenario to draw; None if `data` has no such dim.

    Raises
    ------
    SchemaError
        If the scenario is unknown, or several are there and none is named.
    """
    if "scenario" not in data.dims:
        return None
    labels = [str(label) for label in data["scenario"].to_numpy()]
    if scenario is None and len(labels) == 1:
        return labels[0]
    if scenario not in labels:
        given = "no scenario is named" if scenario is None else f"scenario {scenario!r} is not there"
        raise SchemaError(f"{what}: {given}. Name one of: {named(labels)} (scenario=...).")
    return scenario


def pick(labels: Sequence[Any], wanted: Any, *, dim: str, what: str) -> None:
    """Check that `wanted` is one of `labels`.

    Raises
    ------
    SchemaError
        If it is not.
    """
    if wanted not in labels:
        raise SchemaError(f"{what}: {dim} {wanted!r} is not there. Name one of: {named(labels)}.")


def ends_of(data: xr.Dataset | xr.DataArray) -> tuple[int, ...]:
    """Return the first and the last year, or the only one."""
    years = [int(year) for year in data["year"].to_numpy()]
    return tuple(dict.fromkeys((years[0], years[-1])))


def no_draws(data: xr.DataArray, *, what: str) -> xr.DataArray:
    """Return the median over `draw` where that dim is there."""
    return data.median("draw", keep_attrs=True) if "draw" in data.dims else data


def by_single_age(data: xr.DataArray, *, what: str) -> xr.DataArray:
    """Return `data` in ascending order of its single ages.

    Raises
    ------
    SchemaError
        If the ages are not whole numbers that follow one another.
    """
    data = data.sortby("age")
    ages = data["age"].to_numpy()
    if ages.dtype.kind not in "iu" or len(ages) < 2 or (np.diff(ages) != 1).any():
        raise SchemaError(
            f"{what} has ages {named(ages)}; a chart by age needs single years of age, one after the other. "
            "Pass the population of a projection or of estimate_base."
        )
    return data


def age_ticks(ages: np.ndarray) -> tuple[list[int], list[str]]:
    """Return ticks and their labels: every tenth age and the last, which is open."""
    last = int(ages[-1])
    tens = [int(age) for age in ages[:-1] if age % 10 == 0]
    return [*tens, last], [*(str(age) for age in tens), f"{last}+"]


def ordinal_ticks(first: int, last: int, *, most: int = 9) -> list[int]:
    """Return years for the axis: multiples of the smallest step that gives few, and the first if it stands clear."""
    for step in (1, 5, 10, 20, 50):
        ticks = [year for year in range(first, last + 1) if year % step == 0]
        if 1 < len(ticks) <= most:
            return [first, *ticks] if 4 * (ticks[0] - first) >= 3 * step and step > 1 else ticks
    return [first, last]
