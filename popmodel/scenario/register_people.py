"""Who moves into and out of the register under a scenario, by sex and age."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

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


class Ways(NamedTuple):
    """How people enter and leave the register of a base.

    Stock at the start (2, A); ages of those who enter by each class, and by all alike (2, A); rates of leaving (2, A).
    """

    start: Array
    by_class: Mapping[str, Array]
    alike: Array
    leaving_rate: Array
    first_year: int


def ways_of(base: xr.Dataset, classes: Iterable[str] = ()) -> Ways:
    """Return how people enter, by classes and in one, and leave."""
    start = base["registered_start"].transpose("sex", "age").to_numpy()
    return Ways(
        start, {name: entry_ages(base, name) for name in classes}, entry_ages(base, None),
        relative_rates(base, start[None])[0], int(base["year"]) + 1,
    )  # fmt: skip


def carried(
    ways: Ways,
    rates: CityRates,
    net_entries: Array,
    entries: Mapping[str, Array],
    departures: Array | None,
    factor: Array,
    natural_rate: Array | None,
    where: str,
) -> Ledger:
    """Carry the register of a base on: entries by class and departures, or net entries that are one or the other.

    As many periods as there are net entries (…, T).
    """
    if departures is None:
        entering = np.maximum(net_entries, 0.0)[..., None, None] * ways.alike
        leaving = np.maximum(-net_entries, 0.0)
    else:
        parts = [entries[name][..., None, None] * ways.by_class[name] for name in sorted(entries)]
        entering, leaving = sum(parts, np.zeros((*net_entries.shape, *ways.start.shape))), departures
    periods = net_entries.shape[-1]
    early = CityRates(
        rates.fertility[..., :periods, :], rates.survival[..., :periods, :, :], rates.sex_ratio[..., :periods]
    )
    return carry_register(
        ways.start, early, factor=factor, entering=entering, leaving=leaving, leaving_rate=ways.leaving_rate,
        natural_rate=natural_rate, first_year=ways.first_year, where=f"{where} ",
    )  # fmt: skip
