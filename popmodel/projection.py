"""Run the kernel on labelled data: check, align, drop the labels, project, put the labels back."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import xarray as xr

from popmodel.kernel import KernelError, NegativeStockError, project_path
from popmodel.schema import VARIABLES, SchemaError, check, check_labels, named

RESULTS = ("population", "births", "deaths", "net_migration")
INPUTS = ("fertility_rate", "survival_ratio", "sex_ratio_at_birth", "net_migration")
LEADING = ("scenario", "draw")


def project(
    population: xr.DataArray,
    rates: xr.Dataset,
    *,
    timing: Literal["even", "end"] = "even",
    keep: Sequence[str] = RESULTS,
) -> xr.Dataset:
    """Project a population by district, sex and age.

    Parameters
    ----------
    population : xarray.DataArray, dims (district, sex, age), optionally (scenario, draw, …)
        Stock on 31 December of its scalar coord `year`; without one, of the year before the first period. [persons]
    rates : xarray.Dataset
        From `scenario_rates`: `fertility_rate`, `survival_ratio`, `sex_ratio_at_birth` and `net_migration` over
        (scenario, draw, period, district, …). Other variables ride along into the result.
    timing : {"even", "end"}
        When migrants move: half at the start and half at the end of the year, or all at the end.
    keep : sequence of str
        Which of `population`, `births`, `deaths` and `net_migration` to return; what is not kept is not held.

    Returns
    -------
    xarray.Dataset
        `population` (scenario, …, year, district, sex, age), `births`, `deaths` and `net_migration`
        (scenario, …, period, …) [persons]. In every cell and sum the change of the stock equals births less deaths
        plus net migration.

    Raises
    ------
    SchemaError
        If variables or labels are missing or do not agree, values are not finite, periods do not follow the stock, or
        a stock would turn negative (scenario, period, district, sex and age are named).
    """
    unknown = [name for name in keep if name not in RESULTS]
    if unknown or not keep:
        raise SchemaError(f"project: keep={named(keep)} must name some of {', '.join(RESULTS)}.")
    check(rates, INPUTS, what="rates")
    core = VARIABLES["population"].dims[1:]
    absent = [dim for dim in core if dim not in population.dims]
    if absent:
        raise SchemaError(f"population has dims {population.dims} but lacks {named(absent)}. Use dims {core}.")
    if "year" in population.dims:
        raise SchemaError("population must be one stock: choose its year, e.g. population.sel(year=2020).")
    check_labels(population, what="population")
    if "scenario" not in rates.dims:
        rates = rates.expand_dims(scenario=[str(rates.coords.get("scenario", xr.DataArray("projection")).item())])
    periods = _periods(population, rates)
    _same_labels(population, rates)
    lead = [dim for dim in LEADING if dim in rates.dims or dim in population.dims]
    stray = [dim for name in INPUTS for dim in rates[name].dims if dim not in (*lead, *VARIABLES[name].dims)]
    stray += [dim for dim in population.dims if dim not in (*lead, *core)]
    if stray:
        raise SchemaError(
            f"rates or population have unknown dims {named(dict.fromkeys(stray))}. Use scenario and draw."
        )
    try:
        path = project_path(
            _array(population, lead, core),
            *(_array(rates[name], lead, VARIABLES[name].dims) for name in INPUTS),
            timing=timing,
            components=any(name in keep for name in RESULTS[1:]),
        )
    except NegativeStockError as error:
        raise SchemaError(_negative(error, population, rates, lead, periods)) from error
    except KernelError as error:
        raise SchemaError(_refused(error, population, rates, lead)) from error
    coords: dict[str, Any] = {str(k): v.variable for k, v in population.coords.items() if k != "year"}
    coords |= {str(k): v.variable for k, v in rates.coords.items()}
    coords |= {"year": [periods[0] - 1, *periods], "period": periods}
    flows: dict[str, Any] = {
        name: ((*lead, *VARIABLES[name].dims), getattr(path, name), {"unit": VARIABLES[name].unit}) for name in keep
    }
    flows |= {str(k): v.variable for k, v in rates.data_vars.items() if k not in (*INPUTS[:2], INPUTS[3])}
    return xr.Dataset(flows, coords=coords)


def _periods(population: xr.DataArray, rates: xr.Dataset) -> list[int]:
    periods = [int(period) for period in rates["period"].to_numpy()]
    if periods != list(range(periods[0], periods[0] + len(periods))):
        raise SchemaError(f"rates: periods {named(periods)} must be consecutive years. Fill the gap.")
    if "year" in population.coords and int(population["year"]) != periods[0] - 1:
        raise SchemaError(
            f"the population is of the end of {int(population['year'])}, but the first period is {periods[0]}. "
            f"Start the rates in {int(population['year']) + 1} or choose the stock of {periods[0] - 1}."
        )
    return periods


def _same_labels(population: xr.DataArray, rates: xr.Dataset) -> None:
    for dim in ("district", "sex", "age", "scenario", "draw"):
        if dim not in population.coords or dim not in rates.coords or dim not in population.dims:
            continue
        here, there = population[dim].to_numpy(), np.atleast_1d(rates[dim].to_numpy())
        if here.shape != there.shape or (here != there).any():
            raise SchemaError(
                f"population and rates differ in {dim}: {named(here, most=12)} against {named(there, most=12)}. "
                "Use the same labels in the same order."
            )


def _array(values: xr.DataArray, lead: list[str], dims: tuple[str, ...]) -> np.ndarray:
    """Drop the labels; leading dims that the variable lacks become axes of length one, not copies."""
    core = [dim for dim in dims if dim in values.dims]
    own = [dim for dim in lead if dim in values.dims]
    plain = values.variable.transpose(*own, *core).to_numpy()
    shape = [values.sizes[dim] if dim in own else 1 for dim in lead] + [values.sizes[dim] for dim in core]
    return np.asarray(plain, dtype=float).reshape(shape)


def _negative(
    error: NegativeStockError, population: xr.DataArray, rates: xr.Dataset, lead: list[str], periods: list[int]
) -> str:
    index = error.index
    *front, step, district, sex, age = index
    where = {
        dim: (rates if dim in rates.coords else population)[dim].to_numpy()[i]
        for dim, i in zip(lead, front, strict=True)
    }
    where["period"] = periods[step - 1] if step > 0 else periods[0]
    for dim, i in (("district", district), ("sex", sex), ("age", age)):
        where[dim] = population[dim].to_numpy()[i]
    label = ", ".join(f"{dim} {value}" for dim, value in where.items())
    return (
        f"a stock turns negative: {label}. More people leave or die than are there. Reduce the net out-migration of "
        "these ages in the scenario, or give departures as rates."
    )


def _refused(error: KernelError, population: xr.DataArray, rates: xr.Dataset, lead: list[str]) -> str:
    """Give the kernel's complaint the labels of its first offender."""
    if error.array not in (*INPUTS, "population") or not error.index:
        return str(error)
    values = population if error.array == "population" else rates[error.array]
    dims = [*lead, *(dim for dim in VARIABLES[error.array].dims if dim in values.dims)]
    place = dict(zip(dims, error.index, strict=True))
    label = ", ".join(f"{dim} {values[dim].to_numpy()[i]}" for dim, i in place.items() if dim in values.dims)
    return f"{error} Its first offender is at {label}."
