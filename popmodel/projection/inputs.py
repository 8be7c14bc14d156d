"""What a projection takes: the checks on stock and rates, and the words for what the kernel refuses."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from popmodel.demography.fixed_stock import EXCHANGE
from popmodel.kernel import KernelError, NegativeStockError
from popmodel.schema import VARIABLES, SchemaError, check, check_labels, named

RESULTS = ("population", "births", "deaths", "net_migration")
INPUTS = ("fertility_rate", "survival_ratio", "sex_ratio_at_birth", "net_migration")
BY_RATE = ("departure_rate", "move_rate")
ADJUSTMENT = "migration_adjustment"
"""Net migrants at the end of the year besides, by age reached: what `rake` adds."""
LEADING = ("scenario", "draw")


def checked(population: xr.DataArray, rates: xr.Dataset) -> tuple[xr.Dataset, list[str], list[int]]:
    """Return the rates with a scenario dim and their years cut to the run, the leading dims and the periods.

    Raises
    ------
    SchemaError
        If variables, dims or labels are missing, repeated or do not agree, or a variable would overwrite a result.
    """
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
    _check_companions(population, rates)
    periods = _periods(population, rates)
    _same_labels(population, rates)
    lead = [dim for dim in LEADING if dim in rates.dims or dim in population.dims]
    taken = [name for name in (*INPUTS, *BY_RATE, ADJUSTMENT) if name in rates]
    stray = [d for name in taken for d in rates[name].dims if d not in (*lead, *VARIABLES[name].dims)]
    stray += [dim for dim in population.dims if dim not in (*lead, *core)]
    if stray:
        raise SchemaError(
            f"rates or population have unknown dims {named(dict.fromkeys(stray))}. Use scenario and draw."
        )
    return _cut(rates, [periods[0] - 1, *periods]), lead, periods


def _check_companions(population: xr.DataArray, rates: xr.Dataset) -> None:
    """What rides along must not take the name of a result or of a label."""
    results = {*RESULTS, "migrant_counts", "registered_population", "registered_births", "registered_deaths"}
    results = (results | {EXCHANGE}) - {"net_migration"}
    clash = sorted({str(name) for name in rates.variables} & results)
    clash += sorted({str(name) for name in rates.data_vars} & {str(name) for name in population.coords})
    if clash:
        raise SchemaError(
            f"rates hold {named(clash)}, which would overwrite the result or label of that name. Drop or rename it: "
            f"rates.drop_vars({clash})."
        )


def _periods(population: xr.DataArray, rates: xr.Dataset) -> list[int]:
    if "period" not in rates.coords or not rates.sizes["period"]:
        raise SchemaError("rates have no periods. Give them the coord period with one year or more.")
    periods = [int(period) for period in rates["period"].to_numpy()]
    if periods != list(range(periods[0], periods[0] + len(periods))):
        raise SchemaError(f"rates: periods {named(periods)} must be consecutive years. Fill the gap.")
    if "year" in population.coords and int(population["year"]) != periods[0] - 1:
        raise SchemaError(
            f"the population is of the end of {int(population['year'])}, but the first period is {periods[0]}. "
            f"Start the rates in {int(population['year']) + 1} or choose the stock of {periods[0] - 1}."
        )
    return periods


def _cut(rates: xr.Dataset, years: list[int]) -> xr.Dataset:
    """Take the years of the run from what rides along by year."""
    if "year" not in rates.dims:
        return rates.drop_vars("year", errors="ignore")
    known = rates["year"].to_numpy().tolist() if "year" in rates.coords else []
    lacking = [year for year in years if year not in known]
    if lacking or len(set(known)) < len(known):
        raise SchemaError(
            f"rates: year lacks {named(lacking) or 'nothing'} or stands twice; {named(known, most=20)} are there. "
            "Give what rides along by year every year once, from the stock's on, or drop it."
        )
    return rates if known == years else rates.sel(year=years)


def _same_labels(population: xr.DataArray, rates: xr.Dataset) -> None:
    for dim in ("district", "sex", "age", *LEADING):
        for data in (population, rates):
            labels = np.atleast_1d(data[dim].to_numpy()).tolist() if dim in data.coords else []
            if dim in data.dims and len(set(labels)) < len(labels):
                again = [label for label in dict.fromkeys(labels) if labels.count(label) > 1]
                raise SchemaError(f"population or rates: {dim} {named(again)} stands twice. Give every label once.")
        if dim not in population.coords or dim not in rates.coords or dim not in population.dims:
            continue
        here, there = population[dim].to_numpy(), np.atleast_1d(rates[dim].to_numpy())
        if here.shape != there.shape or (here != there).any():
            raise SchemaError(
                f"population and rates differ in {dim}: {named(here, most=12)} against {named(there, most=12)}. "
                "Use the same labels in the same order."
            )


def refused(
    error: KernelError, population: xr.DataArray, rates: xr.Dataset, lead: list[str], periods: Sequence[int]
) -> str:
    """Give the kernel's complaint the labels of its first offender."""
    if isinstance(error, NegativeStockError):
        return _negative(error, population, rates, lead, periods)
    if error.array not in (*INPUTS, "population", "departure_rate") or not error.index:
        return str(error)
    values = population if error.array == "population" else rates[error.array]
    dims = [*lead, *(dim for dim in VARIABLES[error.array].dims if dim in values.dims)]
    if len(dims) != len(error.index):
        return str(error)
    place = dict(zip(dims, error.index, strict=True))
    label = ", ".join(f"{dim} {values[dim].to_numpy()[i]}" for dim, i in place.items() if dim in values.dims)
    return f"{error} Its first offender is at {label}."


def _negative(
    error: NegativeStockError, population: xr.DataArray, rates: xr.Dataset, lead: list[str], periods: Sequence[int]
) -> str:
    *front, step, district, sex, age = error.index
    where: dict[str, object] = {}
    for dim, i in zip(lead, front, strict=True):
        held = next((data for data in (rates, population) if dim in data.coords), None)
        where[dim] = i if held is None else held[dim].to_numpy()[i]
    where["period"] = periods[step - 1] if step > 0 else periods[0]
    for dim, i in (("district", district), ("sex", sex), ("age", age)):
        where[dim] = population[dim].to_numpy()[i]
    label = ", ".join(f"{dim} {value}" for dim, value in where.items())
    return (
        f"a stock turns negative: {label}. More people leave or die than are there. Reduce the net out-migration of "
        "these ages in the scenario, or give departures as rates."
    )
