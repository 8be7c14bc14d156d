"""A forecast: draws run through the accounts, and the figures that would be published of them."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from popmodel.demography.fixed_stock import FIXED
from popmodel.indicators.catalogue import CATALOGUE
from popmodel.probability.compact import drivers_of_draws
from popmodel.probability.drawn import OBSERVED_UNTIL
from popmodel.probability.rates import rates_of_draws
from popmodel.probability.streams import Streams, normal
from popmodel.projection.ensemble import project_indicators

SEX_RATIO, BIRTHS, REGISTER = "sex_ratio_at_birth", "births", "registered_population"


def forecast_values(
    base: xr.Dataset, drawn: xr.Dataset, *, wanted: Sequence[str], districts: bool = False
) -> xr.Dataset:
    r"""Run draws of the drivers through the accounts and keep indicators, as they would be published.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`.
    drawn : xarray.Dataset
        From `draw`.
    wanted : sequence of str
        Ids of indicators; those that a projection of the city does not give are left out.
    districts : bool
        Whether the districts are kept too.

    Returns
    -------
    xarray.Dataset (draw, year, area)
        As from `project_indicators`; `attrs["observed_until"]` is the last year whose published stocks all draws meet.

    Notes
    -----
    The published sex ratio at birth is that of the births of one year, boys and girls by chance: its standard error is
    :math:`100(1+s)\sqrt{s/B}` for s boys a girl among B births, near one point at 50,000. It is added, from a random
    stream of its own.
    """
    if REGISTER not in wanted:  # its path takes longer than all the rest
        drawn = drawn.drop_vars("registered_net_entries", errors="ignore")
    one = _run(base, drawn.isel(draw=slice(0, 1)), None, None)
    names = [name for name in dict.fromkeys(wanted) if name in one]
    kept = names if SEX_RATIO not in names or BIRTHS in names else [*names, BIRTHS]
    values = _run(base, drawn, kept, None if districts else [str(one.attrs["city"])])
    if SEX_RATIO in names:
        values[SEX_RATIO] = _published(values, int(drawn.attrs["seed"]))
    known = {indicator.id: indicator for indicator in CATALOGUE}
    assumed = "centre_share" in base and "assumed" in str(base["centre_share"].attrs.get("status", ""))
    for name in names:
        if assumed and any(need.startswith("centre_share") for need in known[name].needs):
            values[name].attrs["assumed_reading"] = True
    return values[names].assign_attrs({**values.attrs, OBSERVED_UNTIL: int(drawn.attrs["observed_until"])})


def _run(
    base: xr.Dataset, drawn: xr.Dataset, indicators: Sequence[str] | None, areas: Sequence[str] | None
) -> xr.Dataset:
    """Project by the quick way, or by the other one where the base holds a stock apart."""
    if FIXED in base:
        rates, draws = rates_of_draws(base, drawn), drawn.sizes["draw"]
        values = project_indicators(base["population"], rates, draws=draws, indicators=indicators, areas=areas)
    else:
        drivers = drivers_of_draws(base, drawn)
        values = project_indicators(base["population"], drivers, indicators=indicators, areas=areas)
    return values.isel(scenario=0, drop=True)


def _published(values: xr.Dataset, seed: int) -> xr.DataArray:
    """Return the sex ratio at birth with the chance of the births counted."""
    ratio, births = values[SEX_RATIO], values[BIRTHS].transpose(*values[SEX_RATIO].dims)
    rest = [dim for dim in ratio.dims if dim != "draw"]
    streams = Streams(ratio.sizes["draw"], seed, frozenset(), {})
    chance = normal(streams, "published_sex_ratio", "births", *(ratio.sizes[dim] for dim in rest))
    z = xr.DataArray(chance, dims=(*rest, "draw")).transpose(*ratio.dims).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        boys = ratio.to_numpy() / 100
        error = 100 * (1 + boys) * np.sqrt(boys / births.to_numpy())
    return ratio.copy(data=ratio.to_numpy() + np.where(np.isfinite(error), error, 0.0) * z)
