"""From draws of the drivers to compact drivers: what the kernel forms rates from in its loop."""

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy.sparse import csr_array

from popmodel.demography.fertility import fertility_in
from popmodel.demography.fixed_stock import FIXED
from popmodel.kernel.draws import place_in_grid
from popmodel.probability.rates import FORECAST, STEP, City, _check, _city, _places
from popmodel.probability.register import register_of_draws
from popmodel.projection.register import register_ledger
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]
REGISTERS = 500
"""Draws whose registers are carried on at once."""
AS_DRAWN = ("total_fertility", "life_expectancy", "sex_ratio_at_birth", "net_migration_rate", "district_deviation")


def drivers_of_draws(base: xr.Dataset, drawn: xr.Dataset) -> xr.Dataset:
    """Return draws as compact drivers, for `project_indicators`: the quick way to the indicators of many draws.

    Parameters
    ----------
    base : xarray.Dataset
        The one that the uncertainty was estimated from.
    drawn : xarray.Dataset
        From `draw`.

    Returns
    -------
    xarray.Dataset
        What `project_indicators` says of compact drivers, with urban and centre shares and, where there is a register,
        `registered_population` (draw, year) [persons]; nothing by draw and age. The scenario is named "forecast".

    Raises
    ------
    SchemaError
        If base and draws are of other districts or years, or the base has a fixed stock (`rates_of_draws` takes it).

    Notes
    -----
    The same path as from `rates_of_draws`, to 1e-9 of the largest cell: the same formulas, solved in the kernel.

    Examples
    --------
    >>> drawn = pm.draw(pm.estimate_uncertainty(ev.base, reference=census), draws=400, years=range(2020, 2026), seed=1)
    >>> drivers = pm.drivers_of_draws(ev.base, drawn)
    >>> fan = pm.project_indicators(ev.base["population"], drivers, quantiles=[10, 50, 90])
    >>> fan["share_60_plus"].dims
    ('quantile', 'scenario', 'year', 'area')
    """
    _check(base, drawn)
    if FIXED in base:
        raise SchemaError(
            f"drivers_of_draws: the base holds {FIXED} apart, which compact drivers do not. Use rates_of_draws."
        )
    city = _city(base, drawn)
    shape = fertility_in(base, [int(period) for period in drawn["period"].to_numpy()])
    tables = city.lowest + STEP * np.arange(len(city.tables))
    data = xr.Dataset(
        {
            **{name: drawn[name].variable for name in AS_DRAWN if name in drawn},
            "fertility_level": (("period", "district"), shape.level, {"unit": "1"}),
            "fertility_pattern": (("period", "age"), shape.pattern, {"unit": "1"}),
            "life_expectancy_difference": ("district", city.apart, {"unit": "years"}),
            "survival_grid": (("table", "sex", "age"), city.tables, {"unit": "1"}),
            "migration_schedule": base["migration_schedule"].variable,
            **_turnover(base, drawn),
        },
        coords={name: base[name] for name in base["population"].coords if name != "year"},
    ).assign_coords(
        draw=drawn["draw"].to_numpy(), period=drawn["period"].to_numpy(), table=tables, scenario=FORECAST
    )  # fmt: skip
    years = [int(base["year"]), *map(int, drawn["period"].to_numpy())]
    data = data.merge(_places(base, drawn, years), join="exact", combine_attrs="drop_conflicts")
    if "district_stock" in drawn:
        stock = drawn["district_stock"].rename(known_period="period").reindex(period=drawn["period"])
        data["published_stock"] = (("draw", "period", "district"), stock.transpose("draw", "period", "district").data)
    if "registered_net_entries" in drawn:
        data["registered_population"] = (("draw", "year"), _registers(city, drawn), {"unit": "persons"})
    return data.assign_attrs(observed_until=drawn.attrs["observed_until"])


def _turnover(base: xr.Dataset, drawn: xr.Dataset) -> dict[str, xr.Variable]:
    """Who migrates: types, own residuals with their weights, and the scores of the errors."""
    if "migration_turnover" not in base:
        return {}
    out = {"migration_turnover": base["migration_turnover"], "migration_response": base["migration_response"]}
    if "own_weight" in drawn:
        own = base["migration_own_residual"]
        out["migration_turnover"] = out["migration_turnover"] - base["migration_own_weight"] * own
        out |= {"migration_own_residual": own, "own_weight": drawn["own_weight"]}
        if "schedule_score" in drawn:
            left = (1 - drawn["own_share"] ** 2) ** 0.5
            out |= {"schedule_score": left * drawn["schedule_score"], "schedule_component": drawn["schedule_component"]}
    return {name: values.variable for name, values in out.items()}


def _registers(city: City, drawn: xr.Dataset) -> Array:
    """Registered population (N, T + 1) of every draw, some draws at a time."""
    parts = [
        _register(city, drawn.isel(draw=slice(first, first + REGISTERS)))
        for first in range(0, drawn.sizes["draw"], REGISTERS)
    ]
    return np.concatenate(parts)


def _register(city: City, here: xr.Dataset) -> Array:
    base = city.base
    fertility, life, ratio = (
        here[name].transpose("draw", "period").to_numpy()
        for name in ("total_fertility", "life_expectancy", "sex_ratio_at_birth")
    )
    cells = (*life.shape, *city.stock.shape)
    # The register lives at the mean of the districts' tables, by their residents: one table for all, held once.
    alive = np.broadcast_to(_mean_survival(city, life)[:, :, None], cells)
    each = ("draw", "period", "district")
    data = xr.Dataset(
        {
            "fertility_rate": ((*each, "age"), fertility[..., None, None] * city.per_child),
            "survival_ratio": ((*each, "sex", "age"), alive),
            "sex_ratio_at_birth": (each, np.broadcast_to(ratio[..., None], cells[:3])),
        },
        coords={"period": here["period"].to_numpy(), "draw": here["draw"].to_numpy()},
    )
    data = data.assign(register_of_draws(base, here, data))
    ledger = register_ledger(base["population"], data, ["draw"], timing="even", keep=["population"])
    people: Array = ledger["registered_population"][1]
    return np.asarray(people.sum(axis=(-2, -1)))


def _mean_survival(city: City, life: Array) -> Array:
    """Survival ratios (N, T, 2, A) of the districts together: of each table of the grid, the residents' share in it."""
    people = city.stock.sum(axis=(1, 2))
    share = people / people.sum()
    low, part = place_in_grid(life[..., None] + city.apart, city.lowest, STEP, len(city.tables))
    # Two tables of each district: rows of a sparse matrix, summed in their order, whatever other draws there are.
    weights = np.stack([share * (1 - part), share * part], axis=-1).reshape(-1)
    places = np.stack([low, low + 1], axis=-1).reshape(-1)
    rows = np.arange(0, len(weights) + 1, 2 * len(share))
    mixed = csr_array((weights, places, rows), shape=(life.size, len(city.tables))) @ city.tables.reshape(
        len(city.tables), -1
    )
    return np.asarray(mixed).reshape(*life.shape, *city.tables.shape[1:])
