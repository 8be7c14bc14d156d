"""Run the kernel on labelled data: check, align, drop the labels, project, put the labels back."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import xarray as xr

from popmodel.demography.fixed_stock import EXCHANGE, FIXED, exchange, fixed_of, with_fixed, without
from popmodel.kernel import LARGEST, KernelError, NegativeStockError, Projected, project_path
from popmodel.kernel.inputs import check_stock
from popmodel.projection.inputs import ADJUSTMENT, BY_RATE, INPUTS, RESULTS, checked, refused
from popmodel.projection.register import has_register, register_ledger
from popmodel.schema import VARIABLES, SchemaError, named, near, unlabelled
from popmodel.variables import described

COMPANIONS = ("fertility_rate", "survival_ratio", *BY_RATE, ADJUSTMENT)
"""Inputs that ride along where all results are kept, as views: `compare` runs the projection again with them."""


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
        the stock at the start of the year; `net_migration` then holds what comes in counts. `migration_adjustment`
        (…, period, district, sex, age), as of `rake`, are migrants who come besides at the end of the year, by age
        reached. Where the register is known by age: `registered_start` (sex, age), `registered_fertility_factor`
        (period) and `registered_net_entries_by_age` (period, sex, age). Other variables ride along into the result.
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
        `migrant_counts` what was given; an adjustment is part of `net_migration`, and so is
        `fixed_stock_exchange`, who comes and goes by the age reached so that the fixed stock stays.
        ``attrs["timing"]`` says how it was run. With a register also `registered_population` (…, year, sex, age),
        `registered_births` and `registered_deaths` (…, period, …) of the whole city, whose accounts close with the
        entries by age; residents less registered are those who live here and are registered elsewhere, less those who
        live elsewhere.

    Raises
    ------
    SchemaError
        If variables or labels are missing, repeated or do not agree, a variable would overwrite a result, values are
        not finite, periods do not follow the stock, or a stock would turn negative (scenario, period, district, sex
        and age are named).

    Examples
    --------
    >>> rates = pm.scenario_rates(ev.base, ev.scenarios[:1], years=range(2020, 2026))
    >>> projection = pm.project(ev.base["population"], rates)
    >>> projection["population"].dims
    ('scenario', 'year', 'district', 'sex', 'age')
    """
    unknown = [name for name in keep if name not in RESULTS]
    if unknown or not keep:
        raise SchemaError(
            f"project: keep={named(keep)} must name some of {', '.join(RESULTS)}.{near(unknown, RESULTS)}"
        )
    rates, lead, periods = checked(population, rates)
    fixed = fixed_of(rates, population, what="project") if FIXED in rates else None
    moving = population if fixed is None else without(population, fixed)
    try:
        path = _run(moving, rates, lead, timing, any(name in keep for name in RESULTS[1:]))
    except KernelError as error:
        raise SchemaError(refused(error, moving, rates, lead, periods)) from error
    if fixed is not None:
        path = with_fixed(path, fixed)
    coords: dict[str, Any] = {str(k): v.variable for k, v in population.coords.items() if k != "year"}
    coords |= {str(k): rates.variables[k] for k in rates.coords}
    coords |= {"year": [periods[0] - 1, *periods], "period": periods}
    flows: dict[str, Any] = {
        name: ((*lead, *VARIABLES[name].dims), getattr(path, name), {"unit": VARIABLES[name].unit}) for name in keep
    }
    if has_register(rates):
        flows |= register_ledger(moving, rates, lead, timing=timing, keep=keep)
    if fixed is not None and "net_migration" in keep:
        flows[EXCHANGE] = (VARIABLES[EXCHANGE].dims, np.tile(exchange(fixed), (len(periods), 1, 1, 1)))
        flows[EXCHANGE] += ({"unit": "persons"},)
    whole = set(RESULTS) <= set(keep)
    left = {"net_migration", *(() if whole else COMPANIONS)}
    flows |= {str(k): rates.variables[k] for k in rates.data_vars if k not in left}
    if whole and any(name in rates for name in BY_RATE):
        flows["migrant_counts"] = rates["net_migration"].variable
    if not whole and "move_rate" in rates:
        coords = {k: v for k, v in coords.items() if k not in ("origin", "destination")}
    return described(xr.Dataset(flows, coords=coords, attrs={"timing": timing}))


def _run(
    population: xr.DataArray,
    rates: xr.Dataset,
    lead: list[str],
    timing: Literal["even", "end"],
    components: bool,
) -> Projected:
    """Run the kernel; year by year where migrants come at the end of the year besides."""
    taken = [name for name in (*INPUTS, *BY_RATE, ADJUSTMENT) if name in rates]
    arrays = {name: unlabelled(rates.variables[name], (*lead, *VARIABLES[name].dims)) for name in taken}
    stock = unlabelled(population, (*lead, *VARIABLES["population"].dims[1:]))
    if "move_rate" in arrays:
        arrays["move_rate"] = _moves(rates["move_rate"], population["district"].to_numpy(), lead)
    if ADJUSTMENT not in arrays:
        return _paths(stock, arrays, timing, components)
    sizes = [rates.sizes.get(dim, population.sizes.get(dim, 1)) for dim in lead]
    return _adjusted(np.broadcast_to(stock, (*sizes, *stock.shape[-3:])), arrays, len(lead), timing, components)


def _adjusted(
    stock: np.ndarray,
    arrays: dict[str, np.ndarray],
    axis: int,
    timing: Literal["even", "end"],
    components: bool,
) -> Projected:
    """Run year by year, with migrants who come at the end of each; `axis` is that of time."""
    added = arrays.pop(ADJUSTMENT)
    before = (slice(None),) * axis
    parts: list[Projected] = []
    for t in range(added.shape[axis]):
        at = (*before, slice(t, t + 1))
        try:
            one = _paths(stock, {name: array[at] for name, array in arrays.items()}, timing, components)
            end = one.population[(*before, slice(1, 2))]
            after = end + added[at]
            # The adjustment is a difference of stocks: a cell that it empties may miss 0 by the last digit.
            after[(after < 0) & (after > -1e-9 * np.maximum(end, 1.0))] = 0.0
            if not ((after >= 0) & (after <= LARGEST)).all():
                check_stock(np.concatenate([one.population[(*before, slice(1))], after], axis))
        except KernelError as error:
            if len(error.index) > axis:
                error.index = (*error.index[:axis], error.index[axis] + t, *error.index[axis + 1 :])
            raise
        moved = None if one.net_migration is None else one.net_migration + added[at]
        first = [] if t else [one.population[(*before, slice(1))]]
        parts.append(one._replace(population=np.concatenate([*first, after], axis), net_migration=moved))
        stock = after[(*before, 0)]
    return _joined(parts, axis)


def _joined(parts: list[Projected], axis: int) -> Projected:
    whole = (None if arrays[0] is None else np.concatenate(arrays, axis) for arrays in zip(*parts, strict=True))
    return Projected(*whole)  # type: ignore[arg-type]  # population, the first, is never None


def _moves(move: xr.DataArray, codes: np.ndarray, lead: list[str]) -> np.ndarray:
    """Move rates as the kernel takes them, with an axis of scenarios."""
    for dim in ("origin", "destination"):
        if dim not in move.coords or move[dim].shape != codes.shape or (move[dim].to_numpy() != codes).any():
            raise SchemaError(
                f"move_rate: {dim} must be labelled as the districts are: {named(codes, most=12)}. Relabel it."
            )
    if "draw" in move.dims:
        raise SchemaError(
            "move_rate has a draw dim. It may differ between scenarios only: project the draws one by one."
        )
    return unlabelled(move, (*lead, *VARIABLES["move_rate"].dims))


def _paths(
    stock: np.ndarray, arrays: Mapping[str, np.ndarray], timing: Literal["even", "end"], components: bool
) -> Projected:
    """Run the kernel; where people move between districts scenario by scenario, as it takes one set of moves."""
    inputs = [arrays[name] for name in INPUTS]
    leave, moves = arrays.get("departure_rate"), arrays.get("move_rate")
    if moves is None:
        return project_path(stock, *inputs, departure_rate=leave, timing=timing, components=components)
    sets = moves.reshape(moves.shape[0], *moves.shape[-5:])
    if len(sets) == 1:
        return project_path(
            stock, *inputs, departure_rate=leave, move_rate=sets[0], timing=timing, components=components
        )
    parts = []
    for i, own in enumerate(sets):

        def one(array: np.ndarray, i: int = i) -> np.ndarray:
            return array[i : i + 1] if array.shape[0] > 1 else array

        try:
            parts.append(
                project_path(
                    one(stock),
                    *map(one, inputs),
                    departure_rate=None if leave is None else one(leave),
                    move_rate=own,
                    timing=timing,
                    components=components,
                )
            )
        except NegativeStockError as error:
            error.index = (i, *error.index[1:])
            raise
    return _joined(parts, 0)
