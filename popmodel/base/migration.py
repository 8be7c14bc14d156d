"""Migration: residuals of the observed years, the age schedule, and the residual between two censuses."""

from typing import Literal

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.census_survival import ScheduleFit, fit_rogers_castro, usable_share
from popmodel.demography.fertility import fertility_in
from popmodel.demography.migrants import schedule_in
from popmodel.demography.migration import (
    ClosedAccounts,
    RogersCastro,
    close_accounts,
    migration_schedule,
    migration_share,
)
from popmodel.schema import SEXES, SchemaError, named

from .structure import Ages, census_date, single_ages, survivors, table_between

Array = npt.NDArray[np.float64]
Migration = Literal["learned", "rogers-castro", "census-survival"] | RogersCastro | None
NATURAL_SEX_RATIO = 1.06
"""Boys per girl where only the deaths of infants depend on it, and hardly [1]."""
LEAST_SHARE = 0.5
"""Least size of net migration relative to the sum of its parts for which a schedule of shares is taken from it [1]."""
LAST_FITTED_AGE = 80
"""Ages reached at the second census above which net migration is mostly error in mortality, and is not fitted."""


def census_survival(
    census: xr.Dataset, earlier: xr.Dataset, *, reference: xr.Dataset | None = None, ages: Ages = "births"
) -> xr.Dataset:
    """Estimate net migration between two censuses from those who should have survived.

    Parameters
    ----------
    census, earlier : xarray.Dataset
        The later and the earlier census (`read_census`, `year=…`), with their coord `unit`.
    reference : xarray.Dataset, optional
        Reference schedules; those that the census carries if not given.
    ages : {"births", "spline"}
        How age groups are split into single years.

    Returns
    -------
    xarray.Dataset
        Over (unit, sex, survivor_age): `counted` and `expected` residents at the later census, `net_migration` between
        the censuses [persons]. Over (unit): `net_share`, the net sum over the sum of sizes [1]; the same for the whole
        city as the attribute `net_share`. Ages by five years from the length of the interval up.

    Raises
    ------
    SchemaError
        If units do not agree, censuses are in the wrong order, or reference schedules are missing.

    Notes
    -----
    Forward survival (Shryock & Siegel 1976, ch. 21): ``M[x+n] = N₂[x+n] − N₁[x]·L[x+n]/L[x]``, on units whose
    boundaries did not change. The life table is the reference of the middle of the interval, moved by as many years
    as the published life expectancy differs from the reference's at the later census (assumed equal over time). Those
    born between the censuses are left out. What the censuses missed, and what they counted twice, is in the residual:
    where coverage changed, it is not migration. The open group is counted as a whole; its ages are cut as the survivors
    are, so that the residual of each is that of the group.

    Examples
    --------
    >>> pm.census_survival(census, census_2010)["net_migration"].dims
    ('unit', 'sex', 'survivor_age')
    """
    schedules = census if reference is None else reference
    if "reference_death_rate" not in schedules:
        raise SchemaError("census_survival: reference_death_rate is missing. Pass reference=read_reference(…).")
    first, second = census_date(earlier), census_date(census)
    years = round(second - first)
    if years < 1:
        raise SchemaError(
            f"census_survival: the census of {int(earlier['census_year'])} is not earlier than that of "
            f"{int(census['census_year'])}. Give the later one first."
        )
    units = list(dict.fromkeys(str(unit) for unit in census["unit"].to_numpy()))
    wrong = sorted(set(units) ^ {str(unit) for unit in earlier["unit"].to_numpy()})
    if wrong:
        raise SchemaError(f"census_survival: unit {named(wrong)} stands in one census only. Correct districts.csv.")
    table = table_between(census, earlier, schedules)
    alive = survivors(census, earlier, schedules, ages=ages)
    expected = _by_unit(earlier, alive, units)
    there = single_ages(census, schedules, table.Lx, date=second, ages=ages, survived=alive)
    after = _by_unit(census, there, units)
    lower = np.arange(years, after.shape[-1], 5)
    counted, due = (np.add.reduceat(stock, lower, axis=-1) for stock in (after, expected))
    dims = ("unit", "sex", "survivor_age")
    moved = counted - due
    return xr.Dataset(
        {
            "counted": (dims, counted, {"unit": "persons"}),
            "expected": (dims, due, {"unit": "persons"}),
            "net_migration": (dims, moved, {"unit": "persons"}),
            "net_share": ("unit", [usable_share(part) for part in moved], {"unit": "1"}),
        },
        coords={"unit": units, "sex": list(SEXES), "survivor_age": lower},
        attrs={
            "years": years,
            "life_expectancy": float(table.ex[:, 0].mean()),
            "net_share": usable_share(moved.sum(axis=0)),
        },
    )


def _by_unit(census: xr.Dataset, stock: Array, units: list[str]) -> Array:
    of = census["unit"].to_numpy().astype(str)
    return np.stack([stock[of == unit].sum(axis=0) for unit in units])


def schedule_of(migration: Migration, between: xr.Dataset | None, residents: Array) -> xr.Dataset:
    """Distribution of net migrants over sex and age, with the fit where there is one."""
    if migration is None or migration == "rogers-castro" or isinstance(migration, RogersCastro):
        parameters = migration if isinstance(migration, RogersCastro) else None
        schedule = migration_schedule(parameters, residents=residents)
        return xr.Dataset({"migration_schedule": (("sex", "age"), schedule, {"unit": "1", "status": "assumed"})})
    if migration != "census-survival":
        raise SchemaError(
            f"estimate_base: migration={migration!r} must be learned, rogers-castro, census-survival or "
            "RogersCastro(…)."
        )
    if between is None:
        raise SchemaError("estimate_base: census-survival needs the census before. Pass earlier=read_census(…).")
    share = float(between.attrs["net_share"])
    if abs(share) < LEAST_SHARE:
        raise SchemaError(
            f"estimate_base: net migration between censuses is {float(between['net_migration'].sum()):,.0f} persons, "
            f"{100 * abs(share):.0f} % of the sum of its parts by sex and age: gains and losses cancel, and shares of "
            f"so small a total are no schedule. Use migration='rogers-castro' (census_survival shows the parts)."
        )
    fits = [_fit(between, sex) for sex in SEXES]
    whole = np.array([fit.observed.sum() for fit in fits])
    if (whole / whole.sum() < 0).any():
        raise SchemaError(
            f"estimate_base: women ({whole[0]:,.0f}) and men ({whole[1]:,.0f}) moved in opposite directions between "
            "the censuses: no schedule of a common total. Use migration='rogers-castro'."
        )
    one_sex = [np.stack([row == s for row in (0, 1)])[:, None] * np.ones(residents.shape) for s in (0, 1)]
    schedule = sum(
        weight * migration_schedule(fit.parameters, residents=only)
        for weight, fit, only in zip(whole / whole.sum(), fits, one_sex, strict=True)
    )
    dims = ("sex", "survivor_age")
    return xr.Dataset(
        {
            "migration_schedule": (("sex", "age"), np.asarray(schedule), {"unit": "1", "status": "derived"}),
            "migration_between_censuses": (dims, np.stack([fit.observed for fit in fits]), {"unit": "persons"}),
            "migration_fitted": (dims, np.stack([fit.fitted for fit in fits]), {"unit": "persons"}),
            "migration_fit_r_squared": ("sex", [fit.r_squared for fit in fits], {"unit": "1"}),
            "migration_fit_parameters": (
                ("sex", "parameter"),
                np.stack([fit.parameters for fit in fits]),
                {"unit": "1"},
            ),
        },
        coords={"survivor_age": fits[0].lower_ages.astype(int), "parameter": list(RogersCastro._fields)},
    )


def _fit(between: xr.Dataset, sex: str) -> ScheduleFit:
    years = int(between.attrs["years"])
    chosen = between["net_migration"].sum("unit").sel(sex=sex, survivor_age=slice(years, LAST_FITTED_AGE - 1))
    return fit_rogers_castro(chosen.to_numpy(), chosen["survivor_age"].to_numpy(), years=years)


def residuals(base: xr.Dataset, survival: Array) -> xr.Dataset:
    """Implied fertility, residual migration and deaths of the observed years, at the life table of the base year."""
    stock = base["population"].to_numpy()
    residents = stock.sum(axis=(1, 2))
    seen = base.sizes.get("observed_year", 0)
    out = xr.Dataset()
    moved = np.zeros((0, len(residents)))
    if seen:
        closed = _closed(base, stock, survival, seen)
        out["implied_total_fertility"] = ("observed_year", closed.total_fertility, {"unit": "children_per_woman"})
        out["residual_migration"] = (("observed_year", "district"), closed.net_migration, {"unit": "persons"})
        died = closed.deaths.sum(axis=-1)
        out["modelled_deaths"] = ("observed_year", died, {"unit": "persons"})
        factor = base["observed_deaths"].to_numpy() / died
        out["death_factor"] = ("observed_year", factor, {"unit": "1", "note": "published over modelled deaths"})
        moved = closed.net_migration
    published = base["observed_stock"].attrs.get("districts") == "published" if seen else False
    if "migration_deviation" in base and not published:
        # Nothing is published of single districts: each gets its part of the city's rate, and what history adds to it.
        share, offset = residents / residents.sum(), residents * base["migration_deviation"].to_numpy()
    else:
        share, offset = migration_share(moved, residents), np.zeros_like(residents)
    out["migration_share"] = ("district", share, {"unit": "1"})
    out["migration_offset"] = ("district", offset - share * offset.sum(), {"unit": "persons"})
    return out


def _closed(base: xr.Dataset, stock: Array, survival: Array, seen: int) -> ClosedAccounts:
    years = base["observed_year"].to_numpy().tolist()
    return close_accounts(
        stock,
        base["observed_stock"].to_numpy(),
        base["observed_births"].to_numpy(),
        fertility_per_child=fertility_in(base, years).rates(np.ones(seen)),
        survival_ratio=np.broadcast_to(survival, (seen, *stock.shape)),
        sex_ratio_at_birth=np.full((seen, len(stock)), NATURAL_SEX_RATIO),
        schedule=schedule_in(base),
        years=years,
        codes=base["district"].to_numpy().tolist(),
    )
