"""Draws of the drivers: small arrays by draw and year, never by age."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy.special import ndtr
from scipy.stats import beta

from popmodel.schema import SchemaError, named

from .smoothing import Smoothed, path_of
from .streams import Streams, checked_names, normal
from .uncertainty import DRIVERS

Array = npt.NDArray[np.float64]
LOWEST_FERTILITY = 0.4
"""The country's total fertility is drawn above this; a draw below is drawn back to it, and counted."""


class Run(NamedTuple):
    """What every driver is drawn from: parameters, years (T,), how many of them are known, and the streams."""

    uncertainty: xr.Dataset
    periods: list[int]
    known: int
    streams: Streams

    def value(self, name: str) -> float:
        """Return a parameter that is one number."""
        return float(self.uncertainty[name])

    def median(self, name: str) -> Array:
        """Return a path of the reference in the years drawn, (T, 1)."""
        found = self.uncertainty[name].sel(process_year=self.periods).to_numpy()
        return np.asarray(found, dtype=float)[:, None]

    def smoothed(self, name: str) -> Smoothed:
        """Return the smoothed past of a state, the base year left out after the first."""
        return Smoothed(*(self.uncertainty[f"{name}_{part}"].to_numpy() for part in ("mean", "variance", "covariance")))


def draw(
    uncertainty: xr.Dataset,
    *,
    draws: int,
    years: Iterable[int],
    seed: int,
    freeze: Iterable[str] = (),
    reseed: Mapping[str, int] | None = None,
) -> xr.Dataset:
    """Draw the drivers of a city's population.

    Parameters
    ----------
    uncertainty : xarray.Dataset
        From `estimate_uncertainty`.
    draws : int
        How many.
    years : iterable of int
        Stock years, consecutive, the first one the year of the base, as for `scenario_rates`.
    seed : int
        Of the random numbers. Every driver has its own stream, by driver and block of draws: a draw does not depend on
        how many others are drawn, on later years, or on which other drivers are frozen.
    freeze : iterable of str
        Drivers held at their median (``uncertainty.attrs["drivers"]``).
    reseed : mapping of str to int, optional
        Another seed for some drivers, all others keeping theirs: for pick-freeze estimates of variance shares.

    Returns
    -------
    xarray.Dataset
        With N draws, T periods (the years after the base), n of them known, D districts and K components:

        - `total_fertility` (draw, period): the city's, on the basis of residents' births; in known periods too, where
          it is uncertain by the sampling error of births [children per woman].
        - `life_expectancy` (draw, period): the city's, plain mean of the sexes; districts' differences as in the base
          [years].
        - `sex_ratio_at_birth` (draw, period) [males per female].
        - `net_migration_rate` (draw, period): the city's net migrants over its stock at the start of the year; missing
          in known periods, where the stocks decide [1/year].
        - `district_deviation` (draw, period, district): what a district's rate exceeds the city's by, before its mean
          weighted by the stocks at the start of the year is taken off; missing in known periods [1/year].
        - `district_stock` (draw, known_period, district): year-end stocks to be met; they add to the published city's,
          published districts are as published [persons].
        - `own_weight` (draw, district): weight w of a district's own last decade, in place of the base's
          `migration_own_weight` [1].
        - `schedule_score` (draw, district, component) and `schedule_component` (component, sex, age): the turnover of a
          draw is ``types + w·own_residual + √(1 − u²)·Σ score·component``, with types = the base's turnover less its
          own weight times its own residual, and u = `own_share` (draw), the part of w that is drawn [1], [1/year].
        - `registered_net_entries` (draw, period): in periods up to the last published register the account decides
          [persons].
        - `urban_shift` (draw, year): what is added to the logit of every district's urban share [1].

        Variables whose driver is missing are left out or without variance; attributes `drivers`, `missing`, `frozen`,
        `seed`, `observed_until`; `lowest_fertility` counts what was drawn below .4 and set to it.

    Raises
    ------
    SchemaError
        If there is no draw, years do not follow the base, or a driver is unknown.

    Examples
    --------
    >>> uncertainty = pm.estimate_uncertainty(ev.base, reference=census)
    >>> drawn = pm.draw(uncertainty, draws=400, years=range(2020, 2036), seed=1)
    >>> drawn["total_fertility"].dims
    ('draw', 'period')
    """
    stocks = [int(year) for year in years]
    first, last = int(uncertainty["year"]), int(uncertainty["last_observed"])
    horizon = int(uncertainty["process_year"][-1])
    if draws < 1 or len(stocks) < 2 or stocks != list(range(first, first + len(stocks))) or stocks[-1] > horizon:
        raise SchemaError(
            f"draw: {draws} draws of the years {named(stocks)}: give 1 or more, and consecutive years from the base "
            f"year {first} to {horizon} at most, such as years=range({first}, …)."
        )
    if stocks[-1] < last:
        raise SchemaError(
            f"draw: the years end in {stocks[-1]}, but stocks are published to {last}. End later, or estimate the base "
            "with observed_until."
        )
    frozen = checked_names(freeze, DRIVERS, "freeze")
    other = dict(reseed or {})
    checked_names(other, DRIVERS, "reseed")
    streams = Streams(int(draws), int(seed), frozenset(frozen), other)
    run = Run(uncertainty, stocks[1:], last - first, streams)
    fertility, lowest = _fertility(run)
    out = {
        "total_fertility": (("draw", "period"), fertility.T, {"unit": "children_per_woman"}),
        "life_expectancy": (("draw", "period"), _life(run).T, {"unit": "years"}),
        "sex_ratio_at_birth": (("draw", "period"), _sex_ratio(run).T, {"unit": "males per female"}),
        "net_migration_rate": (("draw", "period"), _net(run).T, {"unit": "1/year"}),
        **_districts(run),
        **_schedules(run),
        **_register(run),
        **_urban(run),
    }
    coords = {name: uncertainty[name] for name in ("district", "sex", "age", "last_observed")}
    if "observed_stock" in uncertainty:
        coords["known_period"] = uncertainty["known_period"]
    attrs = {
        "drivers": uncertainty.attrs["drivers"], "missing": uncertainty.attrs["missing"],
        "frozen": sorted(frozen), "seed": int(seed), "lowest_fertility": lowest,
        "observed_until": last,
    }  # fmt: skip
    labels = {"draw": np.arange(draws), "period": stocks[1:], "year": first}
    if "urban_shift" in out:
        labels["year"] = stocks
    return xr.Dataset(out, coords=coords | labels, attrs=attrs)


def walked(start: Array, persistence: float | Array, innovation: float | Array, z: Array) -> Array:
    """Return paths (T, …) of an autoregression from its state before the first year."""
    out, state = np.empty_like(z), start
    for t in range(len(z)):
        state = persistence * state + innovation * z[t]
        out[t] = state
    return out


def _fertility(run: Run) -> tuple[Array, int]:
    """The city's total fertility (T, N), and how often the country's was below the lowest."""
    periods, streams = run.periods, run.streams
    country = np.repeat(run.median("country_fertility"), run.streams.draws, axis=1)
    first = int(run.uncertainty["country_fertility_first"])
    begin = max(first - periods[0], 0)
    lowest = 0
    if "country_fertility_persistence" in run.uncertainty and begin < len(periods):
        keep, noise = run.value("country_fertility_persistence"), run.value("country_fertility_innovation")
        # Years of the forecast before the first one drawn count too.
        before = max(periods[0] - first, 0)
        z = normal(streams, "country_fertility", "path", before + len(periods) - begin)
        state = run.value("country_fertility_start") * normal(streams, "country_fertility", "start")
        country[begin:] += walked(state, keep, noise, z)[before:]
        lowest = int((country < LOWEST_FERTILITY).sum())
        country = np.maximum(country, LOWEST_FERTILITY)
    ratio = _after(run, "city_fertility", run.value("city_fertility_level"), run.value("city_fertility_persistence"),
                   run.value("city_fertility_innovation"))  # fmt: skip
    return country * np.exp(ratio), lowest


def _after(run: Run, name: str, level: float, persistence: float, innovation: float) -> Array:
    """A state (T, N): its smoothed past in the known years, and on from the last of them."""
    draws, later = run.streams.draws, len(run.periods) - run.known
    past = path_of(run.smoothed(name), normal(run.streams, name, "past", run.known + 1))
    z = normal(run.streams, name, "path", later)
    after = level + walked(past[-1] - level, persistence, innovation, z)
    return np.concatenate([past[1:], after]).reshape(len(run.periods), draws)


def _life(run: Run) -> Array:
    """The city's life expectancy (T, N)."""
    path, streams = run.median("life_expectancy_path"), run.streams
    gap = walked(
        np.zeros(run.streams.draws), run.value("gap_persistence"), run.value("gap_innovation"),
        normal(streams, "life_expectancy_gap", "path", len(run.periods)),
    )  # fmt: skip
    if "life_expectancy_innovation" not in run.uncertainty:
        return np.asarray(path + gap)
    noise = run.value("life_expectancy_innovation")
    if "life_expectancy_mean" in run.uncertainty:
        return np.asarray(path + gap + _after(run, "life_expectancy", 0.0, 1.0, noise))
    start = run.value("life_expectancy_start") * normal(streams, "life_expectancy", "start")
    z = normal(streams, "life_expectancy", "path", len(run.periods))
    return np.asarray(path + gap + walked(start, 1.0, noise, z))


def _sex_ratio(run: Run) -> Array:
    """The sex ratio at birth (T, N): its excess over the natural one halving, and an autoregression about that."""
    natural = run.value("natural_sex_ratio_at_birth")
    years = np.array(run.periods) - run.value("sex_ratio_start_year")
    left = 0.5 ** (np.maximum(years, 0.0) / run.value("sex_ratio_half_life"))
    path = natural + (run.value("sex_ratio_start") - natural) * left[:, None]
    noise = walked(
        np.zeros(run.streams.draws), run.value("sex_ratio_persistence"), run.value("sex_ratio_innovation"),
        normal(run.streams, "sex_ratio_at_birth", "path", len(run.periods)),
    )  # fmt: skip
    return np.asarray(path + noise)


def _which(run: Run, driver: str, weight: Array) -> npt.NDArray[np.intp]:
    """Number of the process of each draw (N,), by the weights; a frozen driver has the one in the middle."""
    uniform = ndtr(normal(run.streams, driver, "process"))
    return np.minimum(np.searchsorted(np.cumsum(weight), uniform), len(weight) - 1)


def _missing_first(run: Run, values: Array) -> Array:
    """Put missing values for the known periods before the drawn ones."""
    return np.concatenate([np.full((run.known, *values.shape[1:]), np.nan), values])


def _net(run: Run) -> Array:
    """The city's net migration rate (T, N), missing in known periods."""
    data, name = run.uncertainty, "net_migration"
    which = _which(run, name, data[f"{name}_weight"].to_numpy())
    mean, root = data[f"{name}_mean"].to_numpy()[which], data[f"{name}_root"].to_numpy()[which]
    level, last = (mean + np.einsum("nij,jn->ni", root, normal(run.streams, name, "state", 2))).T
    keep, noise = (data[f"{name}_{part}"].to_numpy()[which] for part in ("persistence", "innovation"))
    z = normal(run.streams, name, "path", len(run.periods) - run.known)
    return _missing_first(run, level + walked(last, keep, noise, z))


def _districts(run: Run) -> dict[str, object]:
    """Deviations of the districts' rates, and the stocks that they met."""
    data, name = run.uncertainty, "district_migration"
    out: dict[str, object] = {}
    if f"{name}_weight" in data:
        which = _which(run, name, data[f"{name}_weight"].to_numpy())
        mean, root = data[f"{name}_mean"].to_numpy()[which], data[f"{name}_root"].to_numpy()[which]
        size = mean.shape[1]
        state = mean + np.einsum("ndij,djn->ndi", root, normal(run.streams, name, "state", size, 2))
        level, last = np.moveaxis(state, -1, 0).transpose(0, 2, 1)
        keep, noise = (data[f"{name}_{part}"].to_numpy()[which] for part in ("persistence", "innovation"))
        later = len(run.periods) - run.known
        group = data["district_group"].to_numpy()
        shared = normal(run.streams, name, "group", later, int(group.max()) + 1)[:, group]
        alone = normal(run.streams, name, "path", later, size)
        rho = float(data["district_correlation"])
        path = level + walked(last, keep, noise, np.sqrt(rho) * shared + np.sqrt(1 - rho) * alone)
        values = np.moveaxis(_missing_first(run, path), -1, 0)
        out["district_deviation"] = (("draw", "period", "district"), values, {"unit": "1/year"})
    if "observed_stock" in data:
        out["district_stock"] = (("draw", "known_period", "district"), _stocks(run), {"unit": "persons"})
    return out


def _stocks(run: Run) -> Array:
    """Year-end stocks of the known periods (N, n, D): the published ones, the completed ones with their error."""
    stock = run.uncertainty["observed_stock"].to_numpy()
    spread = run.uncertainty["district_stock_deviation"].to_numpy()
    # One number for each district: a share that is off in one year is off in the next.
    z = normal(run.streams, "district_stock", "district", stock.shape[1])
    out = stock * np.exp(spread * z.T[:, None])
    free = spread > 0
    rest = np.where(free, stock, 0.0).sum(axis=-1)
    whole = np.where(free, out, 0.0).sum(axis=-1, keepdims=True)
    return np.where(free & (whole > 0), out * rest[:, None] / np.where(whole > 0, whole, 1.0), out)


def _schedules(run: Run) -> dict[str, object]:
    """Weights of the districts' own last decade, and scores of the errors of who migrates."""
    data, streams = run.uncertainty, run.streams
    out: dict[str, object] = {}
    if "own_weight_shape" not in data:
        return out
    shape = float(data["own_weight_shape"])
    # Two censuses cannot say how much lasts: what is unknown is the same for all districts.
    share = beta.ppf(ndtr(normal(streams, "own_residual", "weight")), shape, shape)
    most = data["own_weight_most"].to_numpy()
    out["own_share"] = ("draw", share, {"unit": "1"})
    out["own_weight"] = (("draw", "district"), share[:, None] * most, {"unit": "1"})
    if "schedule_component" in data:
        deviation, rho = data["schedule_deviation"].to_numpy(), data["schedule_correlation"].to_numpy()
        shared = normal(streams, "migration_schedule", "city", len(deviation))
        alone = normal(streams, "migration_schedule", "district", len(most), len(deviation))
        score = deviation[:, None] * (np.sqrt(rho)[:, None] * shared + np.sqrt(1 - rho)[:, None] * alone)
        out["schedule_score"] = (("draw", "district", "component"), np.moveaxis(score, -1, 0), {"unit": "1"})
        out["schedule_component"] = data["schedule_component"]
    return out


def _register(run: Run) -> dict[str, object]:
    """Net entries into the register (N, T)."""
    if "register_mean" not in run.uncertainty:
        return {}
    mean = run.value("register_mean") + run.value("register_deviation") * normal(run.streams, "register", "mean")
    noise = walked(
        np.zeros(run.streams.draws), run.value("register_persistence"), run.value("register_innovation"),
        normal(run.streams, "register", "path", len(run.periods)),
    )  # fmt: skip
    return {"registered_net_entries": (("draw", "period"), (mean + noise).T, {"unit": "persons"})}


def _urban(run: Run) -> dict[str, object]:
    """What is added to the logit of the urban shares (N, T + 1): nothing up to the last published year."""
    if "urban_drift" not in run.uncertainty:
        return {}
    years = np.array([run.periods[0] - 1, *run.periods])
    elapsed = np.maximum(years - int(run.uncertainty["urban_last_year"]), 0)
    drift = run.value("urban_drift_deviation") * normal(run.streams, "urban_share", "drift")
    steps = run.value("urban_innovation") * normal(run.streams, "urban_share", "path", len(years))
    walk = np.cumsum(np.where(elapsed[:, None] > 0, steps, 0.0), axis=0)
    return {"urban_shift": (("draw", "year"), (elapsed[:, None] * drift + walk).T, {"unit": "1"})}
