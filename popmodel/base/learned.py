"""The migration of a base from learned schedules: whose they are, and how districts share a total."""

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.migration_learning import INTERVAL
from popmodel.schema import SEXES

from .schedules import migration_schedule_of
from .structure import Ages, census_date

Array = npt.NDArray[np.float64]


def earlier_census(census: xr.Dataset) -> xr.Dataset | None:
    """Return the census before that a census carries, as `migration_schedule_of` takes it, or none that compares.

    It compares where units agree and ten years lie between.
    """
    if "earlier_population" not in census:
        return None
    units = [str(unit) for unit in census["earlier_unit"].to_numpy()]
    own = census["unit"].to_numpy().astype(str)
    if set(units) != set(own.tolist()):
        return None
    counts = census["earlier_population"].transpose("earlier_unit", "sex", "earlier_age_group").to_numpy()
    before = xr.Dataset(
        {"population": (("district", "sex", "age_group"), counts, {"unit": "persons"})},
        coords={
            "district": units,
            "sex": list(SEXES),
            "age_group": census["earlier_age_group"].to_numpy().astype(str),
            "unit": ("district", units),
            "census_year": int(census["earlier_census_year"]),
            "census_date": census["earlier_census_date"].to_numpy(),
        },
    )
    if "unit_urban_share_before" in census:
        first = [own.tolist().index(unit) for unit in units]
        before["urban_share"] = ("district", census["unit_urban_share_before"].to_numpy()[first], {"unit": "1"})
    return before if round(census_date(census) - census_date(before)) == INTERVAL else None


def learned_migration(
    census: xr.Dataset, schedules: xr.Dataset, earlier: xr.Dataset | None, residents: Array, ages: Ages
) -> xr.Dataset:
    """Return the migration of the base where schedules were learned.

    `migration_turnover` (district, sex, age) and `migration_response` (sex, age), the rates (`demography.migrants`);
    `migration_schedule` (sex, age), the response's distribution over the residents (2, A), for arrivals given as such;
    `migration_deviation`, `migration_own_weight` and `migration_identifiability` by district; of the decade before
    `migration_own_residual` (district, sex, age), without its weight, and `migration_decade_rate` (district). The
    attribute `basis` of the turnover: "own" (learned types and each unit's own residual) or "types" (types alone).
    """
    before = earlier if earlier is not None else earlier_census(census)
    found = migration_schedule_of(census, schedules, earlier=before, reference=schedules, ages=ages)
    turnover = found["turnover"] + found["own_weight"] * found["own_residual"]
    response = found["response"].transpose("sex", "age").to_numpy()
    shares = response * residents
    status = {"status": "learned", "basis": "types" if before is None else "own"}
    return xr.Dataset(
        {
            "migration_schedule": (("sex", "age"), shares / shares.sum(), {"unit": "1", **status}),
            "migration_turnover": turnover.assign_attrs(unit="1/year", **status),
            "migration_response": (("sex", "age"), response, {"unit": "1", **status}),
            "migration_deviation": found["deviation"].assign_attrs(unit="1/year", **status),
            "migration_own_residual": found["own_residual"],
            "migration_decade_rate": found["net_rate"],
            "migration_own_weight": found["own_weight"],
            "migration_identifiability": found["identifiability"],
        }
    )


def growth_by_history(deviation: Array, stock: Array, survival: Array) -> Array:
    """Return the annual log growth of districts relative to each other: migration's deviation and natural increase.

    Parameters
    ----------
    deviation : ndarray, shape (D,)
        By how much a district's net migration rate may be expected to exceed the city's. [1/year]
    stock : ndarray, shape (D, 2, A)
        Residents. [persons]
    survival : ndarray, shape (2, A) or (D, 2, A)
        Survival ratios. [1]

    Returns
    -------
    ndarray, shape (D,)
        [1/year]

    Notes
    -----
    Births are taken to be as many as the infants counted, deaths those of the life table: what matters is the
    difference between districts.
    """
    ratio = np.broadcast_to(survival, stock.shape)
    died = (stock[..., :-1] * (1 - ratio[..., 1:])).sum(axis=(1, 2)) + (stock[..., -1] * (1 - ratio[..., -1])).sum(
        axis=1
    )
    return np.asarray(deviation + (stock[..., 0].sum(axis=1) - died) / stock.sum(axis=(1, 2)))
