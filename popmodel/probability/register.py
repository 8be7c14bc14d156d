"""The register of draws: entries that lead from one published register to the next, then those drawn, by age."""

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography.register_ledger import Ledger, city_rates
from popmodel.scenario.fertility import fertility_ratio
from popmodel.scenario.register import published
from popmodel.scenario.register_people import carried, ways_of
from popmodel.schema import SchemaError, unlabelled

Array = npt.NDArray[np.float64]
ROUNDS = 100
"""Rounds in which entries and natural increase settle; each leaves about a fiftieth of what is missed."""


def register_of_draws(base: xr.Dataset, here: xr.Dataset, rates: xr.Dataset) -> dict[str, xr.Variable]:
    """Return what `project` needs of the register of each draw.

    Parameters
    ----------
    base : xarray.Dataset
        With `registered_start` (sex, age) and the published `registered_population`.
    here : xarray.Dataset
        Draws with `registered_net_entries` (draw, period).
    rates : xarray.Dataset
        Their rates by district.

    Returns
    -------
    dict
        `registered_net_entries` and the same by age, `registered_start` and `registered_fertility_factor`. Published
        registers are met in every draw.

    Raises
    ------
    SchemaError
        If more would leave the register than are there, or no entries meet a published one.
    """
    known = {year: value for year, value in published(base).items() if year <= int(here["last_observed"])}
    entries = here["registered_net_entries"].transpose("draw", "period").to_numpy().copy()
    dims = {
        "fertility_rate": ("draw", "period", "district", "age"),
        "survival_ratio": ("draw", "period", "district", "sex", "age"),
        "sex_ratio_at_birth": ("draw", "period", "district"),
    }
    residents = base["population"].transpose("district", "sex", "age").to_numpy()
    of_city = city_rates(residents, *(unlabelled(rates[name], axes) for name, axes in dims.items()))
    start = int(base["year"])
    later = {year: value for year, value in known.items() if year > start}
    last = max(later, default=start) - start
    ways = ways_of(base)

    def ledger(net: Array) -> Ledger:
        factor = np.full(net.shape, fertility_ratio(base))
        return carried(ways, of_city, net, {}, None, factor, None, "rates_of_draws:")

    for _ in range(ROUNDS if last else 0):
        natural = ledger(entries[:, :last]).natural_rate
        before = entries[:, :last].copy()
        _meet(entries, natural, known[start], start, later)
        if np.abs(entries[:, :last] - before).max() <= 1e-14 * known[start]:
            break
    else:
        if last:
            raise SchemaError("rates_of_draws: no entries meet the published registers. Check them.")
    unit = {"unit": "persons"}
    return {
        "registered_net_entries": xr.Variable(("draw", "period"), entries, unit),
        "registered_net_entries_by_age": xr.Variable(
            ("draw", "period", "sex", "age"), ledger(entries).net_entries, unit
        ),
        "registered_start": base["registered_start"].transpose("sex", "age").variable,
        "registered_fertility_factor": xr.Variable(
            "period", np.full(entries.shape[1], fertility_ratio(base)), {"unit": "1"}
        ),
    }


def _meet(entries: Array, natural: Array, register: float, start: int, later: dict[int, float]) -> None:
    """Set entries (N, T) to the even ones that lead from one published register to the next."""
    done, stock = 0, np.full(len(entries), register)
    for year in sorted(later):
        span = slice(done, year - start)
        kept = np.cumprod((1 + natural[:, span])[:, ::-1], axis=1)[:, ::-1]
        # Of an entry at the end of each year, what is there at the end of the last.
        each = np.concatenate([kept[:, 1:], np.ones((len(kept), 1))], axis=1).sum(axis=1)
        entries[:, span] = ((later[year] - stock * kept[:, 0]) / each)[:, None]
        done, stock = year - start, np.full(len(entries), later[year])
