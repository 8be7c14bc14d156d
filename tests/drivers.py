"""Invented compact drivers; every figure in them is made up."""

import numpy as np
import xarray as xr

AGES = np.arange(101)


def compact_drivers(
    draws: int, *, districts: int = 3, periods: int = 6, components: int = 2, learned: bool = True, seed: int = 0
) -> tuple[xr.DataArray, xr.Dataset]:
    """A stock and drivers of so many draws, the first two years with published stocks."""
    rng = np.random.default_rng(seed)
    codes = [f"9{place:05d}" for place in range(1, districts + 1)]
    years = np.arange(2021, 2021 + periods)
    stock = rng.uniform(500, 1500, (districts, 2, 101)) * np.exp(-((AGES / 75) ** 4))
    population = xr.DataArray(
        stock,
        dims=("district", "sex", "age"),
        coords={
            "district": codes, "sex": ["female", "male"], "age": AGES, "year": 2020,
            "central_city": ("district", np.arange(districts) == 0),
            "land_area": ("district", np.full(districts, 100.0)),
        },
    )  # fmt: skip
    life = np.round(np.arange(70.0, 95.0, 0.1), 1)
    deaths = np.stack([2e-5 * np.exp(0.095 * AGES), 4e-5 * np.exp(0.092 * AGES)])
    response = 0.7 + 2.5 * np.exp(-(((AGES - 24) / 8) ** 2)) * np.array([[1.0], [1.1]])
    shares = response / (1 + (AGES / 40.0) ** 4)
    published = np.full((draws, periods, districts), np.nan)
    published[:, :2] = stock.sum((1, 2)) * (1 + 0.003 * np.arange(1, 3))[:, None] * rng.normal(1, 1e-3, (draws, 1, 1))
    rate = rng.normal(0.003, 0.004, (draws, periods))
    rate[:, :2] = np.nan
    data = {
        "total_fertility": (("draw", "period"), rng.normal(1.1, 0.05, (draws, periods))),
        "fertility_level": ("district", rng.uniform(0.8, 1.2, districts)),
        "fertility_pattern": ("age", np.where((AGES >= 15) & (AGES < 50), 1 / 35, 0.0)),
        "life_expectancy": (("draw", "period"), rng.normal(82, 0.5, (draws, periods))),
        "life_expectancy_difference": ("district", rng.normal(0, 1, districts)),
        "survival_grid": (("table", "sex", "age"), np.exp(-deaths * np.exp(-(life - 82)[:, None, None] * 0.1))),
        "sex_ratio_at_birth": (("draw", "period"), rng.normal(1.08, 0.005, (draws, periods))),
        "net_migration_rate": (("draw", "period"), rate),
        "district_deviation": (("draw", "period", "district"), rng.normal(0, 0.005, (draws, periods, districts))),
        "published_stock": (("draw", "period", "district"), published),
        "migration_schedule": (("sex", "age"), shares / shares.sum()),
        "urban_share": (("draw", "year", "district"), rng.uniform(0.6, 0.8, (draws, periods + 1, districts))),
        "registered_population": (("draw", "year"), rng.normal(1e5, 100, (draws, periods + 1))),
    }
    if learned:
        own = ("district", "sex", "age")
        data |= {
            "migration_turnover": (own, rng.normal(0, 0.005, (districts, 2, 101))),
            "migration_own_residual": (own, rng.normal(0, 0.005, (districts, 2, 101))),
            "migration_response": (("sex", "age"), response),
            "own_weight": (("draw", "district"), rng.beta(2, 2, (draws, districts))),
            "schedule_score": (("draw", "district", "component"), rng.normal(0, 1, (draws, districts, components))),
            "schedule_component": (("component", "sex", "age"), rng.normal(0, 0.002, (components, 2, 101))),
        }
    coords = {
        "draw": np.arange(draws), "period": years, "year": np.arange(2020, 2021 + periods), "district": codes,
        "table": life, "sex": ["female", "male"], "age": AGES, "scenario": "forecast", "city": "900000",
    }  # fmt: skip
    return population, xr.Dataset(data, coords=coords)
