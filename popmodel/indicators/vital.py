"""Indicators of births, deaths, migration and the register. Each takes the prepared data."""

import xarray as xr

from popmodel.demography.registered import project_registered
from popmodel.indicators.structure import residents


def flow(data: xr.Dataset, name: str) -> xr.DataArray:
    """Births, deaths or net migration of the year. [persons]."""
    return data[name]


def natural_increase(data: xr.Dataset) -> xr.DataArray:
    """Births less deaths. [persons]."""
    return data["births"] - data["deaths"]


def rate(data: xr.Dataset, flow: xr.DataArray) -> xr.DataArray:
    """A flow per thousand of the mean of the two year-end stocks, as communiques publish it. [per mille]."""
    stock = residents(data)
    mean = (stock + stock.shift(year=1)) / 2
    return 1000 * flow / mean.where(mean > 0)


def growth_rate(data: xr.Dataset) -> xr.DataArray:
    """Change of the stock over the year per thousand of the mean stock. [per mille]."""
    return rate(data, residents(data).diff("year").reindex(year=data["year"].to_numpy()))


def city_only(data: xr.Dataset, values: xr.DataArray) -> xr.DataArray:
    """Put values of the whole city on its area; the districts have none."""
    return values.expand_dims(area=data["area"].to_numpy()[:1]).reindex(area=data["area"].to_numpy())


def driver(data: xr.Dataset, name: str) -> xr.DataArray:
    """A driver of the scenario, for the whole city."""
    return city_only(data, data[name])


def fertility_on_basis(data: xr.Dataset, *, plan: bool) -> xr.DataArray:
    """Total fertility of the scenarios that use the plan's basis, or of those that do not. [children per woman]."""
    on_plan = data["total_fertility_basis"] == "plan" if "total_fertility_basis" in data.coords else False
    basis = xr.DataArray(on_plan) if isinstance(on_plan, bool) else on_plan.drop_vars("total_fertility_basis")
    return driver(data, "total_fertility").where(basis if plan else ~basis)


def sex_ratio_at_birth(data: xr.Dataset) -> xr.DataArray:
    """Boys born per hundred girls. [males per 100 females]."""
    return 100 * data["birth_sex_ratio"]


def registered_population(data: xr.Dataset) -> xr.DataArray:
    """Registered population at the end of the year: natural increase at the residents' rate, and net entries. [persons]."""
    stock = residents(data).isel(area=0, drop=True)
    natural = natural_increase(data).isel(area=0, drop=True) / stock.shift(year=1)
    entries = data["registered_net_entries"]
    lead = [dim for dim in natural.dims if dim != "year"]
    natural = natural.transpose(*lead, "year")
    entries = entries.broadcast_like(natural).transpose(*lead, "year")
    path = project_registered(
        float(data["registered_start"].min()), natural.to_numpy()[..., 1:], net_entries=entries.to_numpy()[..., 1:]
    )
    return city_only(data, natural.copy(data=path))
