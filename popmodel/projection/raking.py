"""Rake a projection to given totals: the districts to the city, with the adjustment put into migration."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.demography.fixed_stock import FIXED, exchange, fixed_of, refuse_oversized
from popmodel.demography.raking import Flows, flows_through, rake_stocks
from popmodel.projection.inputs import ADJUSTMENT, LEADING
from popmodel.schema import VARIABLES, SchemaError, check, named, unlabelled

Array = npt.NDArray[np.float64]
FLOWS = ("births", "deaths", "net_migration")


def rake(
    projection: xr.Dataset,
    totals: xr.DataArray | Sequence[xr.DataArray],
    *,
    timing: Literal["even", "end"] = "even",
    alarm: float = 1.0,
    width: int = 5,
) -> tuple[xr.Dataset, pd.DataFrame]:
    """Rake a projection to totals; births and deaths keep their risks, migration takes the adjustment.

    Parameters
    ----------
    projection : xarray.Dataset
        From `project`, with all its flows, or from `rake`: the adjustments of both then stand together.
    totals : xarray.DataArray or sequence of them
        Totals over (year) and any of (scenario, draw, district, sex, age), e.g. a city's population by sex and age,
        `whole.population.sum("district")`, beside stocks of the districts. What a total lacks is summed over. Every
        label of its dims is needed; of `year`, every one but perhaps the base year, which then stays. [persons]
    timing : {"even", "end"}
        As given to `project`.
    alarm : float
        A step of the adjustment from one year to the next, above which a row is marked. [percentage points]
    width : int
        Width of the age groups of the audit. [years]

    Returns
    -------
    projection : xarray.Dataset
        The same with raked `population` and flows, and with `migration_adjustment` (dims of `net_migration`, age
        reached at the end of the year), which `net_migration` contains. [persons] `fertility_rate`, where it is there,
        is that which gives the raked births.
    audit : pandas.DataFrame
        One row a scenario (and draw), year, district and age group: `projected`, `raked`, `adjustment` [persons],
        `percent` of the projected stock, `step`, its change from the year before [percentage points] (from the base
        year on), and `alarm`.

    Raises
    ------
    SchemaError
        If dims or labels of the totals are not those of the projection, totals are missing, negative or contradict each
        other, or the projection's accounts do not close under `timing`.

    Notes
    -----
    Iterative proportional fitting (`rake_stocks`). The accounts close in every cell of district, sex and year:
    ``ΔP = B − D + M`` with the adjustment within M; by cohort, with h = ½ (even) or 0 (end) and the adjustment A moving
    at the end of the year, ``N[x] = P[x−1] + h·(M−A)[x−1] − D[x] + (1−h)·(M−A)[x] + A[x]``. A fixed stock stays
    as it is and the others take the adjustment; `fixed_stock_exchange` moves at the end of the year too, beside A.

    Examples
    --------
    >>> trend = ev.projection.sel(scenario=["trend"])
    >>> totals = trend["population"].sum(["district", "sex", "age"]) * 1.001  # e.g. of another projection
    >>> raked, audit = pm.rake(trend, totals.sel(year=slice(2021, None)))
    >>> round(float((raked["population"] / trend["population"]).sel(year=2035).mean()), 3)
    1.001
    """
    check(projection, ("population", *FLOWS), what="projection")
    if timing not in ("even", "end"):
        raise SchemaError(f"rake: timing={timing!r} must be even or end.")
    lead = [dim for dim in LEADING if dim in projection["population"].dims]
    dims = (*lead, *VARIABLES["population"].dims)
    population = projection["population"].transpose(*dims)
    stocks = population.to_numpy()
    wanted = [totals] if isinstance(totals, xr.DataArray) else list(totals)
    if not wanted:
        raise SchemaError("rake: no totals are given. Give at least one set.")
    sets = [_totals(each, population, number) for number, each in enumerate(wanted, start=1)]
    axes = [tuple(i for i, dim in enumerate(dims) if dim not in each.dims) for each in wanted]
    raked = rake_stocks(stocks, sets, axes)
    flow = {name: projection[name].transpose(*lead, *VARIABLES[name].dims).to_numpy() for name in FLOWS}
    earlier = (
        unlabelled(projection[ADJUSTMENT], (*lead, *VARIABLES[ADJUSTMENT].dims)) if ADJUSTMENT in projection else 0
    )
    share = 0.5 if timing == "even" else 0.0
    # Those who are held apart are no part of the cohorts: they stay, and the others take the adjustment.
    apart = fixed_of(projection, population, what="rake") if FIXED in projection else np.zeros(stocks.shape[-3:])
    if FIXED in projection:
        refuse_oversized(apart, population.copy(data=raked), what="rake: after raking")
    stays = exchange(apart)
    moved = flow["net_migration"] - earlier - stays
    found = flows_through(
        stocks - apart, raked - apart, flow["births"], flow["deaths"], moved, share=share, adjustment=earlier
    )
    found = found._replace(net_migration=found.net_migration + stays)
    # Copied: extra variables ride along, the given projection stays as it is.
    out = projection.copy()
    out["population"] = population.copy(data=raked)
    for name, values in zip(FLOWS, found, strict=False):
        out[name] = ((*lead, *VARIABLES[name].dims), values, projection[name].attrs)
    out[ADJUSTMENT] = (
        (*lead, *VARIABLES[ADJUSTMENT].dims),
        found.adjustment,
        {"unit": "persons", "note": "part of net_migration, by age reached at the end of the year"},
    )
    if "fertility_rate" in projection:
        rate = unlabelled(projection["fertility_rate"], (*lead, *VARIABLES["fertility_rate"].dims))
        own = _fertility(rate, (raked - apart)[..., 0, :], found, moved[..., 0, :], share)
        out["fertility_rate"] = ((*lead, *VARIABLES["fertility_rate"].dims), own, projection["fertility_rate"].attrs)
    return out, _audit(population, out["population"], alarm=alarm, width=width)


def _fertility(rate: Array, women: Array, found: Flows, moved: Array, share: float) -> Array:
    """Rates under which the kernel's step gives the raked births: those given, times one factor a district and year.

    The general fertility rate is kept, and the women within it stand otherwise by age: hence a factor near 1.
    """
    living = women[..., 1:, :, :] - found.adjustment[..., 0, :] - (1 - share) * moved
    living[..., 0] = 0.0  # girls born in the step do not bear in it
    exposed = 0.5 * (women[..., :-1, :, :] + share * moved + living + share * moved)
    born = (rate * exposed).sum(axis=-1)
    factor = np.divide(found.births.sum(axis=-1), born, out=np.ones_like(born), where=born > 0)
    return np.asarray(rate * factor[..., None])


def _totals(totals: xr.DataArray, population: xr.DataArray, number: int) -> Array:
    """One set of totals with the axes of the population, of length 1 where it sums."""
    where = f"rake: totals {number}"
    stray = [str(dim) for dim in totals.dims if dim not in population.dims]
    if stray or "year" not in totals.dims:
        raise SchemaError(f"{where} have dims {totals.dims}; use year and any of {population.dims}.")
    aligned = totals
    for dim in totals.dims:
        here, there = (
            population[dim].to_numpy().tolist(),
            totals[dim].to_numpy().tolist() if dim in totals.coords else [],
        )
        missing = [label for label in here if label not in there]
        if dim == "year" and missing == here[:1]:
            missing = []
        strange = [label for label in there if label not in here]
        if missing or strange or len(set(there)) < len(there):
            raise SchemaError(
                f"{where}: {dim} lacks {named(missing) or 'nothing'}, and has {named(strange) or 'nothing'} that the "
                "projection has not. Give every label of the projection once."
            )
        if dim == "year" and here[0] not in there:
            others = [d for d in population.dims if d not in totals.dims]
            first = population.sel(year=here[:1]).sum(others)
            aligned = xr.concat(
                [first.transpose(*totals.dims), aligned], dim="year", join="outer", coords="minimal", compat="override"
            )
        aligned = aligned.sel({dim: here})
    values = aligned.transpose(*(dim for dim in population.dims if dim in aligned.dims)).to_numpy()
    if not np.isfinite(values).all() or (values < 0).any():
        raise SchemaError(f"{where}: values must be finite and not negative. Correct the totals.")
    return np.asarray(values, dtype=float).reshape(
        [size if dim in aligned.dims else 1 for dim, size in population.sizes.items()]
    )


def _audit(projected: xr.DataArray, raked: xr.DataArray, *, alarm: float, width: int) -> pd.DataFrame:
    lower = np.arange(0, projected.sizes["age"], width)
    last = int(projected["age"][-1])
    labels = [f"{low}-{low + width - 1}" if low + width - 1 < last else f"{low}+" for low in lower.tolist()]
    keep = [dim for dim in projected.dims if dim not in ("sex", "age")]
    parts = {}
    for name, stock in (("projected", projected), ("raked", raked)):
        values = np.add.reduceat(stock.sum("sex").transpose(*keep, "age").to_numpy(), lower, axis=-1)
        parts[name] = xr.DataArray(
            values,
            dims=(*keep, "age_group"),
            coords={**{d: projected[d].to_numpy() for d in keep}, "age_group": labels},
        )
    before, after = parts["projected"], parts["raked"]
    percent = 100.0 * (after - before) / before.where(before > 0)
    table = xr.Dataset(
        {
            "projected": before,
            "raked": after,
            "adjustment": after - before,
            "percent": percent,
            "step": percent - percent.shift(year=1),
        }
    ).to_dataframe(dim_order=[*keep, "age_group"])
    table["alarm"] = table["step"].abs() > alarm
    return table.reset_index()
