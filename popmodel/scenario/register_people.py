"""Who moves into and out of the register under a scenario, by sex and age."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.register_ledger import CityRates, Ledger, carry_register
from popmodel.scenario.leaving import relative_rates
from popmodel.schema import SchemaError, named, near

Array = npt.NDArray[np.float64]


def known_classes(base: xr.Dataset) -> list[str]:
    """Classes of entry that the city's rules name; none where no rules are given."""
    return [str(name) for name in base["register_class"].to_numpy()] if "register_class" in base.coords else []


def check_classes(base: xr.Dataset, given: Iterable[str], where: str) -> None:
    """Raise if a class of entries is not one of the city's rules, where these are given."""
    known = known_classes(base)
    unknown = [name for name in given if name not in known]
    if known and unknown:
        raise SchemaError(
            f"{where} registered_entries: class {named(unknown)} is unknown; register_entries.csv has {named(known)}. "
            f"Use one of these, or add its ages there.{near(unknown, known)}"
        )


def entry_ages(base: xr.Dataset, entry_class: str | None) -> Array:
    """Return the ages (2, A) of those who enter by a class, or by all alike; sums to 1.

    Without rules they are those of the people who live here and are registered elsewhere.
    """
    known = known_classes(base)
    if not known:
        return np.asarray(base["register_pool"].transpose("sex", "age").to_numpy())
    ages = base["register_entry_ages"].transpose("register_class", "sex", "age")
    one = ages.mean("register_class") if entry_class is None else ages.sel(register_class=entry_class)
    return np.asarray(one.to_numpy())


def carried(
    base: xr.Dataset,
    rates: CityRates,
    net_entries: Array,
    entries: dict[str, Array],
    departures: Array | None,
    factor: Array,
    natural_rate: Array | None,
    where: str,
) -> Ledger:
    """Carry the register of the base on: entries by class and departures, or net entries that are one or the other."""
    start = base["registered_start"].transpose("sex", "age").to_numpy()
    if departures is None:
        entering = np.maximum(net_entries, 0.0)[:, None, None] * entry_ages(base, None)
        leaving = np.maximum(-net_entries, 0.0)
    else:
        parts = [entries[name][:, None, None] * entry_ages(base, name) for name in sorted(entries)]
        entering, leaving = sum(parts, np.zeros((len(net_entries), *start.shape))), departures
    return carry_register(
        start, rates, factor=factor, entering=entering, leaving=leaving,
        leaving_rate=relative_rates(base, start[None])[0], natural_rate=natural_rate,
        first_year=int(base["year"]) + 1, where=f"{where} ",
    )  # fmt: skip
