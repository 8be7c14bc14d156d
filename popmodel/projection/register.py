"""The second ledger of a projection: the registered of the whole city, by the same cohort step."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import xarray as xr

from popmodel.demography.register_ledger import city_rates
from popmodel.kernel import KernelError, NegativeStockError, project_path
from popmodel.projection.inputs import INPUTS
from popmodel.schema import SEXES, VARIABLES, SchemaError, check, unlabelled

START, FACTOR, NET, BY_AGE = (
    "registered_start", "registered_fertility_factor", "registered_net_entries", "registered_net_entries_by_age",
)  # fmt: skip
LEDGER = {"population": "registered_population", "births": "registered_births", "deaths": "registered_deaths"}
"""What a ledger gives beside what of the residents."""


def has_register(rates: xr.Dataset) -> bool:
    """Tell whether rates carry a register by age that starts when their first period does.

    Rates cut to later years do not: their register is that of another year.
    """
    if BY_AGE not in rates.variables or START not in rates.variables:
        return False
    first = int(rates.variables["period"].values[0])
    return int(rates.variables[START].attrs.get("year", first - 1)) == first - 1


def register_ledger(
    population: xr.DataArray,
    rates: xr.Dataset,
    lead: list[str],
    *,
    timing: Literal["even", "end"],
    keep: Sequence[str],
) -> dict[str, Any]:
    """Carry the register on with the rates of the residents.

    Parameters
    ----------
    population : xarray.DataArray
        Residents at the start, as `project` takes them; they weight the districts' rates. [persons]
    rates : xarray.Dataset
        As `project` takes them, checked: with `registered_start` (sex, age), `registered_fertility_factor` (period)
        and `registered_net_entries_by_age` (period, sex, age) too.
    lead : list of str
        Leading dims.
    timing : {"even", "end"}
        When people enter and leave.
    keep : sequence of str
        Results wanted; `LEDGER` names those of the register.

    Returns
    -------
    dict
        `registered_population` (…, year, sex, age), `registered_births` (…, period, sex) and `registered_deaths`
        (…, period, sex, age), as far as wanted. [persons]

    Raises
    ------
    SchemaError
        If entries by age do not sum to their total, or a stock turns negative.
    """
    check(rates, (START, FACTOR, BY_AGE), what="rates")
    periods = [int(period) for period in rates.variables["period"].values]
    dims = {name: (*lead, *VARIABLES[name].dims) for name in (*INPUTS, START, FACTOR, BY_AGE)}
    taken = {name: unlabelled(rates.variables[name], dims[name]) for name in dims if name != "net_migration"}
    if NET in rates:
        _check_total(taken[BY_AGE], unlabelled(rates.variables[NET], (*lead, "period")), lead, rates, periods)
    residents = unlabelled(population, (*lead, *VARIABLES["population"].dims[1:]))
    of_city = city_rates(residents, *(taken[name] for name in INPUTS[:3]))
    wanted = [name for name in LEDGER if name in keep]
    try:
        path = project_path(
            taken[START][..., None, :, :],
            (of_city.fertility * taken[FACTOR][..., None])[..., None, :],
            of_city.survival[..., None, :, :],
            of_city.sex_ratio[..., None],
            taken[BY_AGE][..., None, :, :],
            timing=timing,
            components=wanted != ["population"],
        )
    except NegativeStockError as error:
        *front, step, _, sex, age = error.index
        place = [f"{dim} {_label(dim, at, rates, population)}" for dim, at in zip(lead, front, strict=True)]
        place += [f"period {periods[max(step - 1, 0)]}", f"sex {SEXES[sex]}", f"age {age}"]
        raise SchemaError(
            f"the register turns negative: {', '.join(place)}. More leave or die than are there. Reduce the departures "
            "of these ages."
        ) from error
    except KernelError as error:
        raise SchemaError(f"the register: {error}") from error
    sizes = [rates.sizes.get(dim, population.sizes.get(dim, 1)) for dim in lead]
    out = {}
    for name in wanted:
        own = LEDGER[name]
        values = np.squeeze(getattr(path, name), axis=-2 if name == "births" else -3)
        # Scenarios that differ in their migrants only share one register: a view.
        whole = np.broadcast_to(values, (*sizes, *values.shape[len(lead) :]))
        out[own] = ((*lead, *VARIABLES[own].dims), whole, {"unit": VARIABLES[own].unit})
    return out


def _label(dim: str, at: int, *held: xr.Dataset | xr.DataArray) -> object:
    return next((data[dim].to_numpy()[at] for data in held if dim in data.coords), at)


def _check_total(by_age: np.ndarray, total: np.ndarray, lead: list[str], rates: xr.Dataset, periods: list[int]) -> None:
    """Entries by age must sum to those that are stated."""
    gap = by_age.sum(axis=(-2, -1)) - total
    bad = np.abs(gap) > 1e-6 * np.maximum(1.0, np.abs(total))
    if bad.any():
        *front, t = (int(i) for i in np.argwhere(bad)[0])
        place = [f"{dim} {_label(dim, at, rates)}" for dim, at in zip(lead, front, strict=True)]
        raise SchemaError(
            f"rates: {BY_AGE} sums to {gap[(*front, t)]:+,.6g} persons beside {NET}: "
            f"{', '.join([*place, f'period {periods[t]}'])}. Change both alike."
        )
