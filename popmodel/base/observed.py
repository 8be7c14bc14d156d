"""Published figures after the base year, completed for every district."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.schema import SchemaError, named

Array = npt.NDArray[np.float64]


def observed(census: xr.Dataset, base: xr.Dataset, until: int | None, growth: Array | None = None) -> xr.Dataset:
    """Published year-end stocks of every district, births and deaths of the city, after the base year.

    Where no district has a published stock, `growth` (D,) tells them apart. [1/year]
    """
    year = int(base["year"])
    own = base["population"].sum(("sex", "age")).to_numpy()
    codes = [str(code) for code in base["district"].to_numpy()]
    out = xr.Dataset()
    if "published_population" in census:
        stocks = census["published_population"].sel(published_year=slice(year + 1, until))
        city = stocks.isel(area=0).to_numpy()
        # Only an unbroken run of city totals can be accounted for year by year.
        run = int(np.argmax(~np.isfinite(city))) if (~np.isfinite(city)).any() else len(city)
        city, parts = city[:run], stocks.isel(area=slice(1, None)).to_numpy()[:run]
        out["observed_stock"] = (
            ("observed_year", "district"),
            fill_districts(city, parts, own, years=range(year + 1, year + 1 + run), codes=codes, growth=growth),
            {"unit": "persons", "districts": _source(parts, growth), "note": NOTES[_source(parts, growth)]},
        )
        out["observed_stock_published"] = (
            ("observed_year", "district"),
            np.isfinite(parts) if len(codes) > 1 else np.ones((run, 1), dtype=bool),
            {"unit": "1"},
        )
        out = out.assign_coords(observed_year=np.arange(year + 1, year + 1 + run))
        for flow in ("births", "deaths"):
            seen = np.full(run, np.nan)
            if f"published_{flow}" in census:
                found = census[f"published_{flow}"].isel(area=0)
                seen = found.reindex(published_period=range(year + 1, year + 1 + run)).to_numpy()
            out[f"observed_{flow}"] = ("observed_year", seen, {"unit": "persons"})
    if "published_registered_population" in census:
        register = census["published_registered_population"].isel(area=0, drop=True)
        out["registered_population"] = register.sel(register_year=slice(None, until)).dropna("register_year")
    return out


NOTES = {
    "published": "districts without a published stock: share of the city interpolated",
    "history": "no stock of a district is published: shares of the city move with each district's past and structure",
    "share": "no stock of a district is published: shares of the city held",
}


def _source(parts: Array, growth: Array | None) -> str:
    """Whence the districts' stocks come."""
    if parts.shape[1] == 1 or np.isfinite(parts).any():
        return "published"
    return "share" if growth is None else "history"


def fill_districts(
    city: Array,
    parts: Array,
    own: Array,
    *,
    years: Sequence[int],
    codes: Sequence[str],
    growth: Array | None = None,
) -> Array:
    """Complete district stocks by interpolating their shares of the city, carrying the last change on.

    Parameters
    ----------
    city : ndarray, shape (T,)
        Published stocks of the city. [persons]
    parts : ndarray, shape (T, D)
        Those of the districts; not a number where none is published. [persons]
    own : ndarray, shape (D,)
        Stocks of the base year. [persons]
    years, codes : sequence
        The labels of T and D, for errors.
    growth : ndarray, shape (D,), optional
        Log growth, relative to each other, of districts before any year with all of them; none if not given. [1/year]

    Returns
    -------
    ndarray, shape (T, D)
        Every row sums to the city. [persons]

    Raises
    ------
    SchemaError
        If published districts do not fit into the city, or leave nobody to the others.
    """
    if not len(years):
        return parts
    if len(codes) == 1:
        return city[:, None]
    share = np.concatenate([(own / own.sum())[None], parts / city[:, None]])
    whole = np.isfinite(share).all(axis=1)
    off = np.abs(np.where(whole[:, None], share, 1 / len(codes)).sum(axis=1) - 1)
    if off.max() > 0.005:
        raise SchemaError(
            f"estimate_base: in {years[int(off.argmax()) - 1]} the published stocks of the districts sum to "
            f"{100 * share[off.argmax()].sum():.1f} % of the city's. Correct the observed values."
        )
    out = np.stack([_between_known(share, whole, row, growth) for row in range(len(share))])
    for row in np.flatnonzero(~whole):
        seen = np.isfinite(share[row])
        _check_remainder(out[row], share[row], city[row - 1], year=years[int(row) - 1], codes=codes)
        if seen.any():
            # Published districts keep their figure; the others share the rest.
            out[row, ~seen] *= (1 - share[row, seen].sum()) / out[row, ~seen].sum()
            out[row, seen] = share[row, seen]
    out /= out.sum(axis=1, keepdims=True)
    return np.asarray(out[1:] * city[:, None])


def _between_known(share: Array, whole: npt.NDArray[np.bool_], row: int, growth: Array | None) -> Array:
    """Shares of a year on the line between the years around it with all districts, or on through the last two.

    Where the base year alone has all of them, shares move with `growth`.
    """
    known = np.flatnonzero(whole)
    after = known[known >= row]
    if len(after):
        left, right = known[known <= row][-1], after[0]
    elif len(known) > 1:
        left, right = known[-2], known[-1]
    else:
        left = right = known[-1]
    if left == right and growth is not None:
        moved = share[left] * np.exp(growth * (row - left))
        return np.asarray(moved / moved.sum())
    weight = 0.0 if left == right else (row - left) / (right - left)
    return np.asarray(share[left] + weight * (share[right] - share[left]))


def _check_remainder(carried: Array, share: Array, city: float, *, year: int, codes: Sequence[str]) -> None:
    """Raise if the districts without a figure would get nobody, or fewer."""
    seen = np.isfinite(share)
    given = [f"{code} {value * city:,.0f}" for code, value in zip(codes, share, strict=True) if np.isfinite(value)]
    others = [code for code, there in zip(codes, seen, strict=True) if not there]
    left = city * (1 - share[seen].sum())
    if seen.any() and not left > 0:
        raise SchemaError(
            f"estimate_base: in {year} the published districts ({named(given)}) exceed the city's {city:,.0f} persons "
            f"and leave {left:,.0f} to {named(others)}. Correct the observed values, or mind their unit."
        )
    low = [code for code, value, there in zip(codes, carried, seen, strict=True) if not there and value < 0]
    if low:
        raise SchemaError(
            f"estimate_base: in {year} no stock is published of {named(low)}, and the change of the share in the city "
            "carried on makes it negative. Add the published stock, or end the observed years before (observed_until)."
        )
