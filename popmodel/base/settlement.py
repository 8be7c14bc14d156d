"""Urban shares of the districts, their growth, and how well the method met what was published later."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.demography.settlement import urban_growth_difference, urban_record, urban_share, urban_split
from popmodel.schema import SchemaError, named

Array = npt.NDArray[np.float64]

URBAN_CEILING = 1.0
"""Upper limit of a district's urban share [1]; the United Nations' method uses 1."""


CONCENTRATION = 0.5
"""How far a centre holds the urban people of its districts before the others [1]: half-way between not at all and first
of all, as nothing tells where in between."""


def settlement(
    census: xr.Dataset, base: xr.Dataset, until: int | None, *, ceiling: float, concentration: float
) -> xr.Dataset:
    """Urban shares as published and completed, their growth, and the shares of the centres.

    Raises
    ------
    SchemaError
        If the ceiling or the concentration is no share, or the ceiling lies below a published share.
    """
    year = int(census["census_year"])
    out = _centres(census)
    if "urban_share" not in census:
        return out
    years, seen = _seen(census, year, until)
    _check_ceiling(ceiling, years, seen, census)
    growth = _growth(census, years, seen, ceiling)
    out["observed_urban_share"] = (("urban_year", "district"), seen, {"unit": "1"})
    out["urban_growth_difference"] = ("district", growth, {"unit": "1/year"})
    out["urban_ceiling"] = ((), float(ceiling), {"unit": "1"})
    city, slack = _city(census, years)
    record = urban_record(seen, growth, _residents(base, years), city, slack=slack, ceiling=ceiling)
    out["completed_urban_share"] = (("urban_year", "district"), record.shares, {"unit": "1"})
    out["urban_difference"] = ("urban_year", record.difference, {"unit": "1"})
    if "centre_share" in out:
        if not 0 <= concentration <= 1:
            raise SchemaError(f"estimate_base: centre_concentration={concentration:g} must lie within 0 … 1.")
        own = out["centre_share"].transpose("district", "centre").to_numpy()
        split = urban_split(own, seen[0], concentration=concentration)
        note = {"unit": "1", "status": "assumed"}
        out["centre_share_of_urban"] = (("district", "centre"), split.urban, note)
        out["centre_share_of_rural"] = (("district", "centre"), split.rural, note)
    return out.assign_coords(urban_year=years)


def _centres(census: xr.Dataset) -> xr.Dataset:
    """What the census says of the centres."""
    names = ("centre_share", "centre_share_least", "centre_share_most")
    return xr.Dataset({name: census[name] for name in names if name in census})


def _seen(census: xr.Dataset, year: int, until: int | None) -> tuple[list[int], Array]:
    """Years from the census to the last with a published share, all of them, and the districts' shares (T, D)."""
    share = census["urban_share"].to_numpy()[None]
    if "published_urban_share" not in census:
        return [year], share
    published = census["published_urban_share"].sel(published_year=slice(year + 1, until))
    told = published["published_year"].to_numpy()[published.notnull().any("area").to_numpy()].astype(int)
    years = list(range(year, int(told.max()) + 1)) if len(told) else [year]
    later = published.isel(area=slice(1, None)).reindex(published_year=years[1:]).to_numpy()
    return years, np.concatenate([share, later])


def _check_ceiling(ceiling: float, years: list[int], seen: Array, census: xr.Dataset) -> None:
    """A ceiling must leave room for every published share; then the city's, their mean, has room too."""
    if not 0 < ceiling <= 1:
        raise SchemaError(f"estimate_base: urban_ceiling={ceiling:g} must lie above 0 and not above 1.")
    if (seen > ceiling).any():
        at = np.unravel_index(int(np.nanargmax(seen)), seen.shape)
        raise SchemaError(
            f"estimate_base: urban_ceiling={ceiling:g} lies below the urban share {seen[at]:.4g} of "
            f"{census['district'].to_numpy()[at[1]]} in {years[at[0]]}. Raise it to that or more."
        )


def _growth(census: xr.Dataset, years: list[int], seen: Array, ceiling: float) -> Array:
    """Growth difference of each district (D,): that published since the census, else that between the censuses.

    Where the last two published shares that differ turn against the whole, no direction is known: the share is held.
    Without any history a share cannot be carried on: it stays missing and says so in the indicators.
    """
    last = np.array([np.flatnonzero(np.isfinite(column))[-1] for column in seen.T])
    recent = seen[last, np.arange(len(last))]
    span = np.array(years)[last] - years[0]
    since = urban_growth_difference(seen[0], recent, np.where(span > 0, span, 1), ceiling=ceiling)
    turned = np.array([_latest(column) for column in seen.T]) * since < 0
    growth = np.where(span > 0, np.where(turned, 0.0, since), np.nan)
    if "unit_urban_share_before" in census:
        before, unit = (census[name].to_numpy() for name in ("unit_urban_share_before", "unit_urban_share"))
        gap = float(census["years_between_censuses"])
        between = urban_growth_difference(before, unit, gap, ceiling=ceiling)
        growth = np.where(span > 0, growth, between)
    return np.where(recent >= ceiling, 0.0, growth)


def _latest(column: Array) -> float:
    """Return the last change of the shares of one district that is not zero; 0 where there is none."""
    steps = np.diff(column[np.isfinite(column)])
    changes = steps[steps != 0]
    return float(changes[-1]) if len(changes) else 0.0


def _city(census: xr.Dataset, years: list[int]) -> tuple[Array, Array]:
    """Published urban shares of the city and half of their last printed digit, both by year. [1]."""
    if "published_urban_share" not in census:
        return np.full(len(years), np.nan), np.zeros(len(years))
    names = ("published_urban_share", "published_urban_rounding")
    city, slack = (
        census[name].isel(area=0).reindex(published_year=years).to_numpy() if name in census else np.zeros(len(years))
        for name in names
    )
    return city, np.nan_to_num(slack)


def _residents(base: xr.Dataset, years: list[int]) -> Array:
    """Residents of the districts by year (T, D): published or completed stocks, the last ones held. [persons]."""
    own = base["population"].sum(("sex", "age")).to_numpy()[None]
    stocks = np.concatenate([own, base["observed_stock"].to_numpy()]) if "observed_stock" in base else own
    return np.asarray(stocks[np.minimum(np.arange(len(years)), len(stocks) - 1)])


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
    share = census["urban_share"].to_numpy()
    growth = _growth(census, [year], share[None], URBAN_CEILING)
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
