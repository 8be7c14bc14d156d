"""What was known at a census: the base and the drivers, from figures of that year and before."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from scipy.optimize import brentq

from popmodel.base import estimate_base
from popmodel.base.migration import NATURAL_SEX_RATIO
from popmodel.demography.fertility import (
    LEARNED_UNTIL,
    PERSISTENCE,
    extended_total_fertility,
    implied_total_fertility,
)
from popmodel.demography.lifetable import life_table, relational_table
from popmodel.schema import SEXES, SchemaError

E0_RANGE = (40.0, 95.0)
"""Life expectancies between which a crude death rate is met. [years]"""


class Known(NamedTuple):
    """A base and constant drivers; `inputs` has one row an input: name, value, unit and where it comes from."""

    base: xr.Dataset
    total_fertility: float
    life_expectancy: float
    sex_ratio_at_birth: float
    inputs: pd.DataFrame


def known_at(census: xr.Dataset, *, census_day: bool) -> Known:
    """Estimate base and drivers from a census with nothing that became known of later years.

    Parameters
    ----------
    census : xarray.Dataset
        From `read_census`.
    census_day : bool
        Start from the count of the census day instead of the stock at the end of the year.

    Returns
    -------
    Known

    Raises
    ------
    SchemaError
        If the reference schedules hold nothing up to the census year, or no life expectancy meets the death rate.

    Notes
    -----
    Total fertility: that under which the women counted bear the births of the published crude birth rate; else the
    extended TFR of the census. Life expectancy: as published; else that under which the people counted die at the
    published crude death rate; else the reference's. Sex ratio at birth: the reference's; else 1.06.
    """
    year = int(census["census_year"])
    schedules = schedules_until(census, year)
    lasting = PERSISTENCE if year >= LEARNED_UNTIL else 1.0
    base = estimate_base(census, reference=schedules, observed_until=year, fertility_persistence=lasting)
    if census_day:
        base = base.assign(population=base["census_population"])
    stock = base["population"].transpose("district", "sex", "age").sum("district").to_numpy()
    standard = base["standard_death_rate"].transpose("sex", "age").to_numpy()
    rows = [
        ("population", float(stock.sum()), "persons", "census count" if census_day else "stock at the end of the year"),
        (
            "death_rates_until",
            float(schedules["reference_period_end"].max()),
            "year",
            "last period of the reference schedules used",
        ),
    ]
    births = _rate(census, "published_birth_rate", year)
    pattern = base["fertility_pattern"].to_numpy()
    if births is not None:
        fertility = float(implied_total_fertility(births * stock.sum(), stock[0], pattern))
        rows.append(("total_fertility", fertility, "children_per_woman", f"published birth rate {1000 * births:.2f} ‰"))
    else:
        women = stock[0]
        fertility = float(
            extended_total_fertility(stock[:, :5].sum(), women[15:50].sum(), women[25:35].sum())
        )  # fmt: skip
        rows.append(("total_fertility", fertility, "children_per_woman", "children and women of the census (xTFR)"))
    e0, source = _life_expectancy(census, year, stock, standard)
    rows.append(("life_expectancy", e0, "years", source))
    ratio = NATURAL_SEX_RATIO
    origin = "natural (assumed)"
    if "reference_sex_ratio_at_birth" in schedules and schedules.sizes["driver_year"]:
        ratio, origin = float(schedules["reference_sex_ratio_at_birth"].isel(driver_year=-1)), "reference schedules"
    rows.append(("sex_ratio_at_birth", ratio, "males per female", origin))
    inputs = pd.DataFrame(rows, columns=["input", "value", "unit", "source"])
    return Known(base, fertility, e0, ratio, inputs)


def schedules_until(census: xr.Dataset, year: int) -> xr.Dataset:
    """Return the reference schedules that a census carries, without anything after `year`."""
    names = [str(name) for name in census.data_vars if str(name).startswith("reference_")]
    if "reference_death_rate" not in names or "reference_fertility" not in names:
        raise SchemaError("back-test: the census carries no reference schedules. Name a reference folder in city.toml.")
    out = census[names]
    out = out.isel(reference_period=np.flatnonzero(out["reference_period_end"].to_numpy() <= year))
    for axis in ("pattern_year", "birth_year", "driver_year"):
        if axis in out.dims:
            out = out.sel({axis: slice(None, year)})
    if not out.sizes["reference_period"] or not out.sizes["pattern_year"]:
        raise SchemaError(
            f"back-test: the reference schedules hold no period of death rates that ends by {year}, or no fertility "
            f"pattern by {year}. Add earlier ones, or test from a later census."
        )
    return out


def merge_units(census: xr.Dataset, names: xr.Dataset) -> xr.Dataset:
    """Merge the districts of a census into the units that compare with another census.

    Parameters
    ----------
    census : xarray.Dataset
        From `read_census`.
    names : xarray.Dataset
        The census whose districts give the units their names.

    Returns
    -------
    xarray.Dataset
        `population` by unit, rates of the city and the reference schedules.
    """
    units = list(dict.fromkeys(census["unit"].to_numpy().tolist()))
    member = np.array([[unit == own for own in census["unit"].to_numpy()] for unit in units], dtype=float)
    counts = census["population"].transpose("district", "sex", "age_group")
    whole = np.einsum("ud,dsa->usa", member, counts.to_numpy())
    keep = [str(n) for n in census.data_vars if str(n).startswith("reference_")]
    rates = [n for n in ("published_birth_rate", "published_death_rate", "published_life_expectancy") if n in census]
    city = ["city", "city_name_zh", "city_name_en", "census_year", "census_date"]
    out = census[[*keep, *rates]].isel(area=[0], missing_dims="ignore").reset_coords(drop=True)
    out["population"] = (("district", "sex", "age_group"), whole, {"unit": "persons"})
    labels = {lang: [" + ".join(_names(names, unit, f"name_{lang}")) for unit in units] for lang in ("zh", "en")}
    coords: dict[str, Any] = {name: census[name] for name in city}
    coords |= {
        "district": np.array(units),
        "unit": ("district", np.array(units)),
        "sex": list(SEXES),
        "age_group": counts["age_group"].to_numpy(),
        "name_zh": ("district", labels["zh"]),
        "name_en": ("district", labels["en"]),
        "reference_period_end": census["reference_period_end"],
    }
    return out.assign_coords(coords)


def _names(census: xr.Dataset, unit: str, name: str) -> list[str]:
    return [str(n) for n, own in zip(census[name].to_numpy(), census["unit"].to_numpy(), strict=True) if own == unit]


def _rate(census: xr.Dataset, name: str, year: int) -> float | None:
    if name not in census or year not in census[name]["published_period"]:
        return None
    value = float(census[name].sel(published_period=year).isel(area=0))
    return value if np.isfinite(value) else None


def _life_expectancy(census: xr.Dataset, year: int, stock: np.ndarray, standard: np.ndarray) -> tuple[float, str]:
    published = _rate(census, "published_life_expectancy", year)
    if published is not None:
        return published, "published"
    deaths = _rate(census, "published_death_rate", year)
    if deaths is None:
        own = life_table(standard, sex=SEXES).ex[..., 0]
        return float(np.mean(own)), "reference schedules"

    def excess(e0: float) -> float:
        table = relational_table(standard, e0)
        return float((stock * table.dx / table.Lx).sum() / stock.sum()) - deaths

    if excess(E0_RANGE[0]) < 0 or excess(E0_RANGE[1]) > 0:
        raise SchemaError(
            f"back-test: no life expectancy of {E0_RANGE[0]:g} to {E0_RANGE[1]:g} years gives the crude death rate of "
            f"{1000 * deaths:g} ‰ in {year}. Correct the published rate."
        )
    return float(brentq(excess, *E0_RANGE, xtol=1e-6)), f"published death rate {1000 * deaths:.2f} ‰"
