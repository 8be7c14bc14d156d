"""Urban shares of the districts, their growth, and how well the method met what was published later."""

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.demography.settlement import urban_growth_difference, urban_share
from popmodel.schema import SchemaError, named

URBAN_CEILING = 1.0
"""Upper limit of a district's urban share [1]; the United Nations' method uses 1."""


def settlement(census: xr.Dataset, year: int, until: int | None) -> xr.Dataset:
    """Urban shares as observed, the growth difference of each district, and the shares of the centres."""
    out = xr.Dataset()
    if "centre_share" in census:
        out["centre_share"] = census["centre_share"]
    if "urban_share" not in census:
        return out
    share = census["urban_share"].to_numpy()
    years, values = [year], [share]
    if "published_urban_share" in census:
        published = census["published_urban_share"].isel(area=slice(1, None)).sel(published_year=slice(year + 1, until))
        for label in published["published_year"].to_numpy():
            seen = published.sel(published_year=label).to_numpy()
            if np.isfinite(seen).any():
                years.append(int(label))
                values.append(seen)
    seen = np.array(values)
    out["observed_urban_share"] = (("urban_year", "district"), seen, {"unit": "1"})
    last = np.array([np.flatnonzero(np.isfinite(column))[-1] for column in seen.T])
    recent = seen[last, np.arange(len(last))]
    span = np.array(years)[last] - year
    after = urban_growth_difference(share, recent, np.where(span > 0, span, 1), ceiling=URBAN_CEILING)
    # Without any history a share cannot be carried on: it stays missing and says so in the indicators.
    growth = np.where(span > 0, after, np.nan)
    if "unit_urban_share_before" in census:
        unit = census["unit_urban_share"].to_numpy()
        before = census["unit_urban_share_before"].fillna(census["unit_urban_share"]).to_numpy()
        gap = np.where(census["unit_urban_share_before"].notnull(), float(census["years_between_censuses"]), 0.0)
        between = urban_growth_difference(before, unit, np.where(gap > 0, gap, 1), ceiling=URBAN_CEILING)
        # The whole record: the change between the censuses on comparable units plus that since, over all years.
        record = gap + span
        whole = (between * gap + after * span) / np.where(record > 0, record, 1)
        growth = np.where(record > 0, whole, np.nan)
    growth = np.where(recent >= URBAN_CEILING, 0.0, growth)
    out["urban_growth_difference"] = ("district", growth, {"unit": "1/year"})
    return out.assign_coords(urban_year=years)


def settlement_check(census: xr.Dataset) -> pd.DataFrame:
    """Compare urban shares carried on from the censuses alone with those published later.

    Parameters
    ----------
    census : xarray.Dataset
        From `read_census`, with urban shares of two censuses and published ones after the last.

    Returns
    -------
    pandas.DataFrame
        One row a year and area with a published share: `year`, `area`, `model`, `published`, `held` (the share of the
        census, unchanged) and `difference` = model less published [percent, percentage points]. The city's row weighs
        the districts by the residents of the census.

    Raises
    ------
    SchemaError
        If the census has no urban shares, no earlier census, or nothing was published later.

    Notes
    -----
    The growth difference between the two censuses is held, with nothing of what was published after the census
    (`urban_growth_difference`): a test of the method out of sample.

    Examples
    --------
    >>> pm.settlement_check(census).columns.tolist()
    ['year', 'area', 'model', 'published', 'held', 'difference']
    """
    needed = ("urban_share", "unit_urban_share_before", "published_urban_share")
    missing = [name for name in needed if name not in census]
    if missing:
        raise SchemaError(f"settlement_check: {named(missing)} is missing. Add settlement.csv and observed values.")
    year = int(census["census_year"])
    growth = settlement(census, year, year)["urban_growth_difference"].to_numpy()
    share = census["urban_share"].to_numpy()
    weight = census["population"].sum(("sex", "age_group")).to_numpy()
    published = census["published_urban_share"].sel(published_year=slice(year + 1, None))
    rows = []
    for label in published["published_year"].to_numpy().tolist():
        ahead = urban_share(share, growth, label - year, ceiling=URBAN_CEILING)
        model = np.concatenate([[np.average(ahead, weights=weight)], ahead])
        held = np.concatenate([[np.average(share, weights=weight)], share])
        seen = published.sel(published_year=label).to_numpy()
        for i in np.flatnonzero(np.isfinite(seen)):
            rows.append(
                {
                    "year": label,
                    "area": str(census["area"].to_numpy()[i]),
                    "model": 100 * model[i],
                    "published": 100 * seen[i],
                    "held": 100 * held[i],
                    "difference": 100 * (model[i] - seen[i]),
                }
            )
    if not rows:
        raise SchemaError(f"settlement_check: no urban share is published after {year}. Add it to the observed values.")
    return pd.DataFrame(rows)
