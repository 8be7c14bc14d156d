"""The forecast of a plan: draws and declared variants through the accounts, and what they say of each target."""

from collections.abc import Mapping
from importlib import metadata
from typing import Any, NamedTuple

import pandas as pd
import xarray as xr

from popmodel.probability.attainment import DRAWN, attainment, joint_attainment
from popmodel.probability.drawing import draw
from popmodel.probability.drawn import enough
from popmodel.probability.forecast import forecast_values
from popmodel.probability.intervals import LEVELS, prediction_interval
from popmodel.probability.risk import rating_risk
from popmodel.probability.uncertainty import estimate_uncertainty
from popmodel.probability.variants import VARIANTS, Variant, bears
from popmodel.schema import SchemaError
from popmodel.wording.sure import variant_name

BESIDE = ("resident_population", "births", "share_60_plus")
"""Drawn besides the plan's indicators: what may be observed next."""
ENTRIES, REGISTER = "registered_net_entries", ("registered_population",)
"""What makes a register of a draw, and the indicators of it."""
LIBRARIES = ("numpy", "scipy", "xarray", "statsmodels", "numba")


class Sources(NamedTuple):
    """What uncertainty is estimated from besides the base, see `estimate_uncertainty`."""

    reference: xr.Dataset | None = None
    observed: pd.DataFrame | None = None
    peers: pd.DataFrame | None = None
    schedules: xr.Dataset | None = None


class Forecast(NamedTuple):
    """What draws say of a plan.

    Attributes
    ----------
    uncertainty : xarray.Dataset
        Parameters of the drivers with their sources.
    values : xarray.Dataset (draw, year, area)
        Drawn indicators of the city.
    variants : mapping of str to xarray.Dataset
        Code → the same under another declared assumption, from the same random numbers.
    intervals : xarray.Dataset (quantile, year, area)
        Of `values`.
    record : mapping
        Seed, draws, versions, last observed year, drivers drawn and missing.
    """

    uncertainty: xr.Dataset
    values: xr.Dataset
    variants: Mapping[str, xr.Dataset]
    intervals: xr.Dataset
    record: Mapping[str, Any]


def forecast_plan(
    base: xr.Dataset, targets: pd.DataFrame, sources: Sources, *, draws: int, seed: int, horizon: int
) -> Forecast:
    """Draw a city's indicators as far as a plan has targets for them, as declared and under each declared variant.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`; draws meet its published stocks.
    targets : pandas.DataFrame
        From `read_targets`.
    sources : Sources
        What uncertainty is estimated from.
    draws : int
        At least 1,000: intervals of 95 % are among those given.
    seed : int
        Of the draws; every variant has the same random numbers.
    horizon : int
        Last year.

    Returns
    -------
    Forecast

    Raises
    ------
    SchemaError
        If there are fewer than 1,000 draws, or as `estimate_uncertainty`, `draw` and `rates_of_draws`.
    """
    enough(draws, level=max(LEVELS), what="evaluate")
    uncertainty = _uncertainty(base, sources, {})
    years = range(int(base["year"]), horizon + 1)
    wanted = [*dict.fromkeys(targets["indicator"].astype(str)), *BESIDE]

    values = forecast_values(base, draw(uncertainty, draws=draws, years=years, seed=seed), wanted=wanted)

    def run(variant: Variant) -> xr.Dataset:
        parameters = _uncertainty(base, sources, variant.assume) if variant.assume else uncertainty
        drawn = variant.drawn(draw(parameters, draws=draws, years=years, seed=seed))
        # No variant touches the register, whose path takes longer than all the rest: the same as without the variant.
        found = forecast_values(variant.base(base), drawn.drop_vars(ENTRIES, errors="ignore"), wanted=wanted)
        return found.assign({name: values[name] for name in REGISTER if name in values})

    others = {variant.code: run(variant) for variant in VARIANTS if bears(variant, base, uncertainty)}
    record = {
        "draws": draws,
        "seed": seed,
        "observed_until": int(values.attrs["observed_until"]),
        "drivers": list(uncertainty.attrs["drivers"]),
        "missing": list(uncertainty.attrs["missing"]),
        "variants": list(others),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
    }
    return Forecast(uncertainty, values, others, prediction_interval(values), record)


def _uncertainty(base: xr.Dataset, sources: Sources, assume: Mapping[str, float]) -> xr.Dataset:
    return estimate_uncertainty(base, **sources._asdict(), assume=assume)


def attained(forecast: Forecast, targets: pd.DataFrame) -> pd.DataFrame:
    """Return the probability of each target with its range over the declared variants, see `attainment`."""
    return attainment(forecast.values, targets, forecast.variants)


def at_risk(
    forecast: Forecast, targets: pd.DataFrame, observed: pd.DataFrame, *, year: int, base: str, paths: pd.DataFrame
) -> pd.DataFrame:
    """Return how likely next year's rating of each target is worse, see `rating_risk`."""
    if "observed_until" in forecast.values.attrs and int(forecast.values.attrs["observed_until"]) > year:
        raise SchemaError(f"the draws meet stocks of {forecast.values.attrs['observed_until']}, after {year}.")
    return rating_risk(
        forecast.values, targets, observed, year=year, variants=forecast.variants, base=base, paths=paths
    )


def joint_table(forecast: Forecast, targets: pd.DataFrame) -> list[dict[str, Any]]:
    """Return how likely the drawn targets of each milestone hold together, with the range over the variants.

    Returns
    -------
    list of dict
        `milestone`, `targets` (how many are drawn), `probability`, `se`, `lowest`, `highest` and `n`.
    """
    table = attainment(forecast.values, targets)
    drawn = table[table["basis"] == DRAWN].drop_duplicates(["indicator", "milestone"], keep="last")
    out = []
    for year, rows in drawn.groupby("milestone"):
        which = [(str(name), int(str(year))) for name in rows["indicator"]]
        newest = _last_versions(targets)
        found = joint_attainment(forecast.values, newest, which)
        all_ = [found.probability]
        all_ += [joint_attainment(values, newest, which).probability for values in forecast.variants.values()]
        out.append(
            {"milestone": int(str(year)), "targets": len(which), **found._asdict(), "lowest": min(all_),
             "highest": max(all_)}
        )  # fmt: skip
    return out


def _last_versions(targets: pd.DataFrame) -> pd.DataFrame:
    return targets.sort_values("version", kind="stable").drop_duplicates(["indicator", "year"], keep="last")


def variants_table(forecast: Forecast, targets: pd.DataFrame) -> pd.DataFrame:
    """Return the probability of each target under each declared variant.

    Returns
    -------
    pandas.DataFrame
        A row a variant and target, the forecast itself first: `variant`, `group`, `name_zh`, `name_en`, `indicator`,
        `milestone`, `text`, `version`, `probability`, `se`, `n` and the probability as `printed`.
    """
    groups = {variant.code: variant.group for variant in VARIANTS}
    parts = []
    for code, values in {"main": forecast.values, **forecast.variants}.items():
        table = attainment(values, targets)
        table = table[table["probability"].notna()]
        zh, en = variant_name(code)
        kept = table[["indicator", "milestone", "text", "version", "probability", "se", "n", "printed"]]
        parts.append(kept.assign(variant=code, group=groups.get(code, "main"), name_zh=zh, name_en=en))
    first = ["variant", "group", "name_zh", "name_en"]
    whole = pd.concat(parts, ignore_index=True)
    return whole[[*first, *(name for name in whole.columns if name not in first)]]
