"""Who one migrant more would be: by district, sex and age."""

import numpy as np
import xarray as xr

from popmodel.schema import SchemaError, named, near

SCHEDULES = ("model", "under_60", "residents")
"""As the model settles one migrant more; the same with nobody aged 60 and over; in proportion to the residents."""
OLD = 60


def migrant_schedules(base: xr.Dataset, stock: xr.DataArray) -> xr.DataArray:
    """Return who one migrant more would be, under three readings.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`: its `migration_response` (sex, age) or (district, sex, age) [rate for a unit of the
        total], else its `migration_schedule` (sex, age) [share].
    stock : xarray.DataArray (district, sex, age)
        Residents at the start of the years decided. [persons]

    Returns
    -------
    xarray.DataArray (schedule, district, sex, age)
        Shares that sum to one in each schedule. Districts share one migrant more by their residents.

    Notes
    -----
    The ages of migrants decide what a target takes, and they are not known for those who have not come: so each figure
    names its schedule, and the proportional one shows the other end of what is not known.
    """
    people = stock.transpose("district", "sex", "age")
    homes = people.sum(("sex", "age")) / people.sum()
    if "migration_response" in base:
        model = (base["migration_response"] * people).transpose("district", "sex", "age").clip(min=0.0)
    else:
        model = (homes * base["migration_schedule"]).transpose("district", "sex", "age")
    young = model.where(people["age"] < OLD, 0.0)
    parts = [each / each.sum() for each in (model, young, people)]
    plain = [part.drop_vars([name for name in part.coords if name not in part.dims]) for part in parts]
    return xr.concat(plain, dim="schedule", join="exact").assign_coords(schedule=list(SCHEDULES))


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
