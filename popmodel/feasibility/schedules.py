"""Who one migrant more would be: by district, sex and age."""

import numpy as np
import xarray as xr

from popmodel.scenario.limits import OLD
from popmodel.schema import SchemaError, named, near

SCHEDULES = ("model", "under_60", "residents")
"""As the model settles one migrant more; the same with nobody aged 60 and over; in proportion to the residents."""


def migrant_schedules(
    base: xr.Dataset, stock: xr.DataArray, *, flows: xr.DataArray | None = None, given: xr.DataArray | None = None
) -> xr.DataArray:
    """Return who one migrant more would be, under three readings.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`, or a projection in which it rides along: its `migration_response` (sex, age) or
        (district, sex, age) [rate for a unit of the total], else its `migration_schedule` (sex, age) [share].
    stock : xarray.DataArray (district, sex, age)
        Residents at the start of the years decided. [persons]
    flows : xarray.DataArray (period, district, sex, age), optional
        Net migrants, whose gains stand for the model where the base says nothing; else the residents do. [persons]
    given : xarray.DataArray (district, sex, age), optional
        The model's schedule, whatever the base says.

    Returns
    -------
    xarray.DataArray (schedule, district, sex, age)
        Shares that sum to one in each schedule. Districts share one migrant more by their residents.
        ``attrs["model"]`` says where the model's comes from: `given`, `response`, `schedule`, `flows` or `residents`.

    Notes
    -----
    The ages of migrants decide what a target takes, and they are not known for those who have not come: so each figure
    names its schedule, and the proportional one shows the other end of what is not known.
    """
    people = stock.transpose("district", "sex", "age")
    model, origin = _model(base, people, flows, given)
    young = model.where(people["age"] < OLD, 0.0)
    if float(young.sum()) <= 0:
        raise SchemaError(f"the schedule of one migrant more has nobody under {OLD}. Give another one.")
    parts = [each / each.sum() for each in (model, young, people)]
    plain = [part.drop_vars([name for name in part.coords if name not in part.dims]) for part in parts]
    both = xr.concat(plain, dim="schedule", join="exact").assign_coords(schedule=list(SCHEDULES))
    return both.assign_attrs(model=origin)


def _model(
    base: xr.Dataset, people: xr.DataArray, flows: xr.DataArray | None, given: xr.DataArray | None
) -> tuple[xr.DataArray, str]:
    homes = people.sum(("sex", "age")) / people.sum()
    dims = ("district", "sex", "age")
    if given is not None:
        if not bool((given >= 0).all()) or float(given.sum()) <= 0:
            raise SchemaError("the schedule of one migrant more has shares below zero, or none. Give shares from 0 on.")
        return (given + 0.0 * people).transpose(*dims), "given"
    if "migration_response" in base:
        return (base["migration_response"] * people).transpose(*dims).clip(min=0.0), "response"
    if "migration_schedule" in base:
        return (homes * base["migration_schedule"]).transpose(*dims), "schedule"
    if flows is not None and float(flows.clip(min=0.0).sum()) > 0:
        ages = flows.clip(min=0.0).sum(("period", "district"))
        return (homes * ages).transpose(*dims), "flows"
    return people, "residents"


def chosen_schedule(schedules: xr.DataArray, name: str) -> xr.DataArray:
    """Return one schedule.

    Raises
    ------
    SchemaError
        If there is none of that name, or it does not sum to one.
    """
    known = [str(label) for label in schedules["schedule"].to_numpy()]
    if name not in known:
        raise SchemaError(f"schedule {name!r} is not known. Use one of: {named(known)}.{near(name, known)}")
    one = schedules.sel(schedule=name, drop=True)
    if not np.isclose(float(one.sum()), 1.0, atol=1e-9):
        raise SchemaError(f"schedule {name!r} sums to {float(one.sum()):.6g}; shares of one migrant must sum to 1.")
    return one
