"""From scenarios and a base to the rates that `project` needs."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr

from popmodel.demography.fixed_stock import FIXED
from popmodel.scenario import Scenario
from popmodel.scenario.numbers import Known, work_out
from popmodel.schema import SchemaError, named
from popmodel.variables import described


class WorkedOut(NamedTuple):
    """Scenarios worked out once: what each came to, and the base and years on which."""

    base: str
    years: tuple[int, ...]
    numbers: Known


def numbers_of(base: xr.Dataset, scenarios: Sequence[Scenario], *, years: Iterable[int]) -> WorkedOut:
    """Work scenarios out once, for calls of `scenario_rates` with others that are based on them.

    Parameters
    ----------
    base, scenarios, years
        As in `scenario_rates`.

    Returns
    -------
    WorkedOut
        The scenarios with their parents; good for the same base and years, which is checked.

    Raises
    ------
    SchemaError
        As `scenario_rates`.
    """
    stocks = _stocks(base, years)
    done: Known = []
    for scenario in scenarios:
        work_out(base, scenario, stocks[1:], done)
    return WorkedOut(fingerprint(base), tuple(stocks), done)


def fingerprint(data: xr.Dataset) -> str:
    """Return a digest of every variable of a Dataset: its name, dims and values."""
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(map(str, data.variables)):
        values = data[name].to_numpy()
        text = repr(values.tolist()).encode() if values.dtype.hasobject else np.ascontiguousarray(values).tobytes()
        digest.update(repr((name, data[name].dims, values.shape, str(values.dtype))).encode())
        digest.update(text)
    return digest.hexdigest()


def _known(worked_out: WorkedOut | None, base: xr.Dataset, stocks: list[int]) -> Known:
    """What is worked out already, if it is of this base and these years."""
    if worked_out is None:
        return []
    if not isinstance(worked_out, WorkedOut):
        raise SchemaError(f"scenario_rates: worked_out is {type(worked_out).__name__}. Give what numbers_of returns.")
    if worked_out.years != tuple(stocks):
        raise SchemaError(
            f"scenario_rates: worked_out is of the years {worked_out.years[0]}-{worked_out.years[-1]}, not "
            f"{stocks[0]}-{stocks[-1]}. Call numbers_of with these years."
        )
    if worked_out.base != fingerprint(base):
        raise SchemaError("scenario_rates: worked_out is of another base. Call numbers_of with this one.")
    return list(worked_out.numbers)


def _stocks(base: xr.Dataset, years: Iterable[int]) -> list[int]:
    """Stock years, which must follow the base."""
    stocks, start = [int(year) for year in years], int(base["year"])
    if len(stocks) < 2 or stocks != list(range(start, start + len(stocks))):
        raise SchemaError(
            f"scenario_rates: years {named(stocks)} must be consecutive and start with the base year {start}. "
            f"Use years=range({start}, …)."
        )
    return stocks


def scenario_rates(
    base: xr.Dataset,
    scenarios: Sequence[Scenario],
    *,
    years: Iterable[int],
    worked_out: WorkedOut | None = None,
) -> xr.Dataset:
    """Turn scenarios into the rates that `project` needs.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`.
    scenarios : sequence of Scenario
        With different names.
    years : iterable of int
        Stock years, consecutive, the first one the year of the base.
    worked_out : WorkedOut, optional
        From `numbers_of` with the same base and years: scenarios equal to one of these, parents above all, need not be
        worked out again.

    Returns
    -------
    xarray.Dataset
        `fertility_rate`, `survival_ratio`, `sex_ratio_at_birth`, `net_migration` over (scenario, period, district, …),
        the drivers `total_fertility`, `life_expectancy`, and the urban and centre shares. Where the register is
        published: `registered_start` (sex, age), `registered_net_entries`, the same by age and
        `registered_fertility_factor`, from which `project` carries it on. `migration_response` or
        `migration_schedule` of the base ride along.
        Where a scenario has them: `departure_rate` and `move_rate` (origin, destination; `net_migration` then holds
        what is given as counts), and `registered_entries` by class with `registered_departures`; the other scenarios
        have none (0) of the former and no figure (missing) of the latter.

    Raises
    ------
    SchemaError
        If years do not follow the base, names repeat, `worked_out` is of another base or other years, a driver lacks a
        year or lies outside its limits, a stock would turn negative, or published figures that a scenario needs are
        missing.

    Notes
    -----
    Observed fertility and migration close the accounts on the published births and stocks (`close_accounts`), under
    the life expectancy of the scenario; a solved migration uses that the stock is linear in the migrants. A scenario
    that is based on another one starts from the numbers that the parent came to, and does not estimate them again.

    Examples
    --------
    >>> rates = pm.scenario_rates(ev.base, ev.scenarios, years=range(2020, 2026))
    >>> rates["survival_ratio"].dims
    ('scenario', 'period', 'district', 'sex', 'age')
    """
    stocks = _stocks(base, years)
    names = [scenario.name for scenario in scenarios]
    if not names or len(set(names)) < len(names):
        raise SchemaError(f"scenario_rates: scenario names {named(names) or '(none)'} must be given and differ.")
    done = _known(worked_out, base, stocks)
    parts = [work_out(base, scenario, stocks[1:], done) for scenario in scenarios]
    rates = xr.concat(
        _alike([part.rates for part in parts]), "scenario", join="exact", coords="minimal", compat="identical"
    )
    rates = rates.assign({name: base[name] for name in (FIXED, *ONE_MORE) if name in base})
    return described(rates).assign_coords(
        scenario=names,
        scenario_zh=("scenario", [s.zh or s.name for s in scenarios]),
        scenario_en=("scenario", [s.en or s.name for s in scenarios]),
        total_fertility_basis=("scenario", [part.basis for part in parts]),
    )


ONE_MORE = ("migration_response", "migration_schedule")
"""What the base says of the age and sex of one migrant more: it rides along, for those who ask what more would do."""
OPTIONAL = {"departure_rate": 0.0, "move_rate": 0.0, "registered_entries": np.nan, "registered_departures": np.nan}
"""What only some scenarios have, and what the others then hold: nobody leaves at rates; no figure by class."""


def _alike(parts: list[xr.Dataset]) -> list[xr.Dataset]:
    """Give every part the variables that any has."""
    examples = {name: part[name] for part in parts for name in OPTIONAL if name in part}
    classes = list(
        dict.fromkeys(str(c) for part in parts if "entry_class" in part.coords for c in part["entry_class"].values)
    )
    out = []
    for part in parts:
        more = {name: xr.full_like(like, OPTIONAL[name]) for name, like in examples.items() if name not in part}
        whole = part.assign(more)
        if classes:
            # A class that another scenario has and this one has not is a class without a figure.
            whole = whole.reindex(entry_class=classes)
        out.append(whole)
    return out
