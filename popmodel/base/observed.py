"""Published figures after the base year, completed for every district."""

import numpy as np
import xarray as xr

from popmodel.schema import SchemaError


def observed(census: xr.Dataset, base: xr.Dataset, until: int | None) -> xr.Dataset:
    """Published year-end stocks of every district, births and deaths of the city, after the base year."""
    year = int(base["year"])
    own = base["population"].sum(("sex", "age")).to_numpy()
    out = xr.Dataset()
    if "published_population" in census:
        stocks = census["published_population"].sel(published_year=slice(year + 1, until))
        city = stocks.isel(area=0).to_numpy()
        # Only an unbroken run of city totals can be accounted for year by year.
        run = int(np.argmax(~np.isfinite(city))) if (~np.isfinite(city)).any() else len(city)
        city, parts = city[:run], stocks.isel(area=slice(1, None)).to_numpy()[:run]
        out["observed_stock"] = (
            ("observed_year", "district"),
            fill_districts(city, parts, own),
            {"unit": "persons", "note": "districts without a published stock: share of the city interpolated"},
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


def fill_districts(city: np.ndarray, parts: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Complete district stocks by interpolating their shares of the city, carrying the last change on."""
    years, districts = parts.shape
    if not years:
        return parts
    if districts == 1:
        return city[:, None]
    share = np.concatenate([(own / own.sum())[None], parts / city[:, None]])
    whole = np.isfinite(share).all(axis=1)
    off = np.abs(np.where(whole[:, None], share, 1 / districts).sum(axis=1) - 1)
    if off.max() > 0.005:
        raise SchemaError(
            f"estimate_base: in year {int(off.argmax())} after the census the published stocks of the districts sum to "
            f"{100 * share[off.argmax()].sum():.1f} % of the city's. Correct the observed values."
        )
    known = np.flatnonzero(whole)
    out = np.empty_like(share)
    for row in range(years + 1):
        after = known[known >= row]
        if len(after):
            left, right = known[known <= row][-1], after[0]
        elif len(known) > 1:
            left, right = known[-2], known[-1]
        else:
            left = right = known[-1]
        weight = 0.0 if left == right else (row - left) / (right - left)
        out[row] = share[left] + weight * (share[right] - share[left])
        seen = np.isfinite(share[row]) & ~whole[row]
        if seen.any():
            # Published districts keep their figure; the others share the rest.
            out[row, ~seen] *= (1 - share[row, seen].sum()) / out[row, ~seen].sum()
            out[row, seen] = share[row, seen]
    out /= out.sum(axis=1, keepdims=True)
    return np.asarray(out[1:] * city[:, None])
