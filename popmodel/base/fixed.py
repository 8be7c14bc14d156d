"""The fixed stock of a base: given as a table, or estimated from who comes and goes."""

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.demography.fixed_stock import DIMS, FIXED, fixed_of, passing
from popmodel.demography.migrants import at_risk
from popmodel.schema import SEXES, SchemaError, age_bounds, named

COLUMNS = ("district", "sex", "age", "population")


def fixed_stock_of(base: xr.Dataset) -> xr.DataArray:
    """Estimate the standing stock of students and young workers, who come in youth and are gone again by thirty.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base` with learned migration and without a fixed stock.

    Returns
    -------
    xarray.DataArray, dims (district, sex, age)
        For `estimate_base(fixed_stock=…)`; 0 where the district's type and its own last decade show none. [persons]

    Raises
    ------
    SchemaError
        If migration is not learned, or the base has a fixed stock already.

    Notes
    -----
    `passing` of the yearly net migrants by age that the learned type and the district's own last decade give at a total
    of zero (`migration_turnover`). Only the surplus over a district's own young people is seen, not all who study
    there; the learned flows are smoothed, so it is the least rather than the most.

    Examples
    --------
    >>> fixed = pm.fixed_stock_of(ev.base)
    >>> int((fixed.sum(["sex", "age"]) > 0).sum())
    2
    """
    if "migration_turnover" not in base:
        raise SchemaError(
            "fixed_stock_of: migration is not learned, so nothing tells who comes and goes. Use "
            "estimate_base(migration='learned'), or give the fixed stock as a table."
        )
    if FIXED in base:
        raise SchemaError("fixed_stock_of: the base holds a fixed stock apart already. Estimate a base without one.")
    people = base["population"].transpose(*DIMS)
    turnover = base["migration_turnover"].transpose(*DIMS).to_numpy()
    risk = at_risk(people.to_numpy(), np.ones(people.shape))
    values = passing(risk * np.expm1(turnover), people.to_numpy())
    coords = {dim: people[dim].to_numpy() for dim in DIMS}
    return xr.DataArray(values, dims=DIMS, coords=coords, attrs={"unit": "persons", "status": "estimated"})


def given_stock(given: xr.DataArray | pd.DataFrame, base: xr.Dataset) -> xr.DataArray:
    """Return the fixed stock in the order of a base, held against its population and its census.

    Raises
    ------
    SchemaError
        If the table has other columns, a row twice or of no district, sex or age, or a cell holds more than there are.
    """
    stock = _arranged(given, base) if isinstance(given, pd.DataFrame) else given
    what = "estimate_base"
    for name in ("population", "census_population"):
        values = fixed_of(xr.Dataset({FIXED: stock}), base[name], what=what)
    attrs = {"status": "given", **stock.attrs, "unit": "persons"}
    coords = {dim: base["population"][dim].to_numpy() for dim in DIMS}
    return xr.DataArray(values, dims=DIMS, coords=coords, attrs=attrs)


def _arranged(table: pd.DataFrame, base: xr.Dataset) -> xr.DataArray:
    """Arrange a table of single ages; cells that it does not list hold nobody."""
    lacking = [name for name in COLUMNS if name not in table]
    if lacking:
        raise SchemaError(f"estimate_base: the table of {FIXED} lacks {named(lacking)}. Give {', '.join(COLUMNS)}.")
    labels = {dim: base["population"][dim].to_numpy().tolist() for dim in DIMS}
    own = table[list(COLUMNS)].astype({"district": str})
    twice = own.duplicated(list(DIMS))
    strange = pd.concat([~own[dim].isin(labels[dim]) for dim in DIMS], axis=1).any(axis=1)
    for rows, rule in ((strange, "are of no district, sex or single age of the base"), (twice, "stand twice")):
        if rows.any():
            first = ", ".join(str(cell) for cell in own[rows].iloc[0])
            raise SchemaError(
                f"estimate_base: {int(rows.sum())} rows of the table of {FIXED} {rule}, first ({first}). Correct them."
            )
    index = pd.MultiIndex.from_product([labels[dim] for dim in DIMS], names=list(DIMS))
    values = own.set_index(list(DIMS))["population"].reindex(index, fill_value=0.0).astype(float)
    return xr.DataArray(values.to_numpy().reshape([len(labels[dim]) for dim in DIMS]), dims=DIMS, coords=labels)


def census_apart(census: xr.Dataset, fixed: xr.DataArray) -> xr.Dataset:
    """Return a census, and the one before that it carries, without the fixed stock: as large then as now.

    Raises
    ------
    SchemaError
        If a group of either holds fewer people.
    """
    out = census.copy()
    stock = fixed.transpose(*DIMS).to_numpy()
    groups = census["age_group"].to_numpy()
    out["population"] = _less(census["population"], stock, groups, "age_group", f"{int(census['census_year'])}")
    if "earlier_population" in census:
        units = census["unit"].to_numpy().astype(str)
        summed = np.stack([stock[units == unit].sum(axis=0) for unit in census["earlier_unit"].to_numpy().astype(str)])
        out["earlier_population"] = _less(
            census["earlier_population"], summed, census["earlier_age_group"].to_numpy(), "earlier_age_group",
            f"{int(census['earlier_census_year'])}",
        )  # fmt: skip
    return out


def _less(counts: xr.DataArray, stock: np.ndarray, groups: np.ndarray, dim: str, year: str) -> xr.DataArray:
    first = [age_bounds(str(group))[0] for group in groups]
    order = np.argsort(first)
    summed = np.empty((*stock.shape[:2], len(first)))
    summed[..., order] = np.add.reduceat(stock, np.array(first)[order], axis=-1)
    place = str(next(d for d in counts.dims if d not in ("sex", dim)))
    own = counts.sel(sex=list(SEXES)).transpose(place, "sex", dim)
    left = own - summed
    if (left < -0.5).any():
        at = np.unravel_index(int(left.to_numpy().argmin()), left.shape)
        raise SchemaError(
            f"estimate_base: {FIXED} of {place} {own[place].to_numpy()[at[0]]}, {SEXES[at[1]]}, {groups[at[2]]} is "
            f"{summed[at]:,.0f}, but the census of {year} counts {own.to_numpy()[at]:,.0f}; it is taken to be as large "
            "then as now. Reduce it."
        )
    return left.clip(min=0.0).assign_attrs(counts.attrs)
