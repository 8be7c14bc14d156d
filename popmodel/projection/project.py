"""Run the kernel on labelled data: check, align, drop the labels, project, put the labels back."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import xarray as xr

from popmodel.kernel import KernelError, NegativeStockError, Projected, project_path
from popmodel.schema import VARIABLES, SchemaError, check, check_labels, named, unlabelled

RESULTS = ("population", "births", "deaths", "net_migration")
INPUTS = ("fertility_rate", "survival_ratio", "sex_ratio_at_birth", "net_migration")
BY_RATE = ("departure_rate", "move_rate")
COMPANIONS = ("fertility_rate", "survival_ratio", *BY_RATE)
"""Inputs that ride along where all results are kept, as views: `compare` runs the projection again with them."""
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
        (scenario, draw, period, district, …). Where people also leave or move at rates: `departure_rate` over
        (…, period, district, sex, age) and `move_rate` over (scenario, period, origin, destination, sex, age), both on
        the stock at the start of the year; `net_migration` then holds what comes in counts. Other variables ride along
        into the result.
    timing : {"even", "end"}
        When migrants move: half at the start and half at the end of the year, or all at the end.
    keep : sequence of str
        Which of `population`, `births`, `deaths` and `net_migration` to return; what is not kept is not held.

    Returns
    -------
    xarray.Dataset
        `population` (scenario, …, year, district, sex, age), `births`, `deaths` and `net_migration`
        (scenario, …, period, …) [persons]. In every cell and sum the change of the stock equals births less deaths
        plus net migration; where there are rates of leaving, `net_migration` is what they came to and
        `migrant_counts` what was given. ``attrs["timing"]`` says how it was run.

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
    by_rate = [name for name in BY_RATE if name in rates]
    stray = [d for name in (*INPUTS, *by_rate) for d in rates[name].dims if d not in (*lead, *VARIABLES[name].dims)]
    stray += [dim for dim in population.dims if dim not in (*lead, *core)]
    if stray:
        raise SchemaError(
            f"rates or population have unknown dims {named(dict.fromkeys(stray))}. Use scenario and draw."
        )
    try:
        path = _run(population, rates, lead, by_rate, timing, any(name in keep for name in RESULTS[1:]))
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
    whole = set(RESULTS) <= set(keep)
    left = {"net_migration", *(() if whole else COMPANIONS)}
    flows |= {str(k): v.variable for k, v in rates.data_vars.items() if k not in left}
    if by_rate and whole:
        flows["migrant_counts"] = rates["net_migration"].variable
    if not whole and "move_rate" in rates:
        coords = {k: v for k, v in coords.items() if k not in ("origin", "destination")}
    return xr.Dataset(flows, coords=coords, attrs={"timing": timing})


def _run(
    population: xr.DataArray,
    rates: xr.Dataset,
    lead: list[str],
    by_rate: list[str],
    timing: Literal["even", "end"],
    components: bool,
) -> Projected:
    """Run the kernel; moves between districts, which the kernel takes one set at a time, scenario by scenario."""
    stock = unlabelled(population, (*lead, *VARIABLES["population"].dims[1:]))
    inputs = [unlabelled(rates[name], (*lead, *VARIABLES[name].dims)) for name in INPUTS]
    leave = (
        unlabelled(rates["departure_rate"], (*lead, *VARIABLES["departure_rate"].dims))
        if "departure_rate" in rates
        else None
    )
    if "move_rate" not in by_rate:
        return project_path(stock, *inputs, departure_rate=leave, timing=timing, components=components)
    move = rates["move_rate"]
    codes = population["district"].to_numpy()
    for dim in ("origin", "destination"):
        if dim not in move.coords or move[dim].shape != codes.shape or (move[dim].to_numpy() != codes).any():
            raise SchemaError(
                f"move_rate: {dim} must be labelled as the districts are: {named(codes, most=12)}. Relabel it."
            )
    if "draw" in move.dims:
        raise SchemaError(
            "move_rate has a draw dim. It may differ between scenarios only: project the draws one by one."
        )
    moves = unlabelled(move, (*(dim for dim in lead if dim in move.dims), *VARIABLES["move_rate"].dims))
    if "scenario" not in move.dims:
        return project_path(stock, *inputs, departure_rate=leave, move_rate=moves, timing=timing, components=components)
    parts = []
    for i in range(rates.sizes["scenario"]):

        def one(array: np.ndarray, i: int = i) -> np.ndarray:
            return array[i : i + 1] if array.shape[0] > 1 else array

        try:
            parts.append(
                project_path(
                    one(stock),
                    *map(one, inputs),
                    departure_rate=None if leave is None else one(leave),
                    move_rate=moves[i],
                    timing=timing,
                    components=components,
                )
            )
        except NegativeStockError as error:
            error.index = (i, *error.index[1:])
            raise
    joined = (None if arrays[0] is None else np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Projected(*joined)  # type: ignore[arg-type]  # population, the first, is never None


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
    if error.array not in (*INPUTS, "population", "departure_rate") or not error.index:
        return str(error)
    values = population if error.array == "population" else rates[error.array]
    dims = [*lead, *(dim for dim in VARIABLES[error.array].dims if dim in values.dims)]
    if len(dims) != len(error.index):
        return str(error)
    place = dict(zip(dims, error.index, strict=True))
    label = ", ".join(f"{dim} {values[dim].to_numpy()[i]}" for dim, i in place.items() if dim in values.dims)
    return f"{error} Its first offender is at {label}."
