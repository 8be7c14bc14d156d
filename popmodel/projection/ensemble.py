"""Run many draws in blocks, keeping their indicators and not their populations."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.indicators.catalogue import measure
from popmodel.projection.project import project
from popmodel.schema import SchemaError, named, near

RatesOfDraws = Callable[[npt.NDArray[np.int_]], xr.Dataset]


def project_indicators(
    population: xr.DataArray,
    rates: xr.Dataset | RatesOfDraws,
    *,
    indicators: Sequence[str],
    draws: int | None = None,
    areas: Sequence[str] | None = None,
    block: int = 50,
    timing: Literal["even", "end"] = "even",
) -> xr.Dataset:
    """Project draws block by block and keep only their indicators.

    Parameters
    ----------
    population : xarray.DataArray, dims (district, sex, age), optionally (scenario, draw, …)
        Stock at the start, as for `project`. [persons]
    rates : xarray.Dataset or callable
        Rates with a `draw` dim, or a function that gives the rates of the draws whose numbers it gets: then not even
        the rates of all draws are held at once.
    indicators : sequence of str
        Ids of the indicators to keep, see `CATALOGUE`.
    draws : int, optional
        Number of draws; needed when `rates` is a function.
    areas : sequence of str, optional
        Areas to keep, all if not given; the first code of a projection's `area` is the whole city.
    block : int
        Draws to hold at once: a block of 50 draws × 12 districts × 15 years takes about 50 MB.
    timing : {"even", "end"}
        As for `project`.

    Returns
    -------
    xarray.Dataset
        As from `measure`: (scenario, draw, year, area), the indicators asked for.

    Raises
    ------
    SchemaError
        If there are no draws, an indicator is unknown or cannot be given, or `project` refuses the rates.

    Examples
    --------
    >>> rates = pm.scenario_rates(ev.base, ev.scenarios[:1], years=range(2020, 2026))
    >>> rates = rates.expand_dims(draw=3)  # three draws that are all alike
    >>> values = pm.project_indicators(ev.base["population"], rates, indicators=["share_60_plus"])
    >>> values["share_60_plus"].dims
    ('scenario', 'draw', 'year', 'area')
    """
    if isinstance(rates, xr.Dataset):
        if "draw" not in rates.dims:
            raise SchemaError("project_indicators: the rates have no draw dim. Use project, or expand_dims(draw=…).")
        labels = np.arange(rates.sizes["draw"])
    else:
        labels = np.arange(draws or 0)
    if not len(labels) or block < 1:
        raise SchemaError(f"project_indicators: {len(labels)} draws in blocks of {block}. Give draws=… and block ≥ 1.")
    kept = []
    for first in range(0, len(labels), block):
        numbers = labels[first : first + block]
        part = slice(first, first + len(numbers))
        here = rates.isel(draw=part) if isinstance(rates, xr.Dataset) else rates(numbers)
        if here.sizes.get("draw") != len(numbers):
            raise SchemaError(
                f"project_indicators: rates for draws {numbers[0]}-{numbers[-1]} have {here.sizes.get('draw', 'no')} "
                f"draws instead of {len(numbers)}. Return a draw dim of that length."
            )
        if "draw" not in here.coords:
            here = here.assign_coords(draw=numbers)
        start = population.isel(draw=numbers) if "draw" in population.dims else population
        values = measure(project(start, here, timing=timing))
        lacking = [name for name in indicators if name not in values]
        if lacking:
            raise SchemaError(
                f"project_indicators: {named(lacking)} is not given by this projection; "
                f"it gives {named(values, most=60)}.{near(lacking, values)}"
            )
        chosen = values[list(indicators)]
        kept.append(chosen if areas is None else chosen.sel(area=list(areas)))
    return xr.concat(kept, dim="draw", join="exact", coords="minimal", compat="override", combine_attrs="override")
