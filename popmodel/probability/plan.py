"""The forecast of a plan: draws and declared variants through the accounts, and what they say of each target."""

from collections.abc import Mapping
from importlib import metadata
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.probability.assumed import assumptions
from popmodel.probability.attainment import DRAWN, Answers, Joint, answers_of, joint_of, table_of
from popmodel.probability.card import with_probabilities
from popmodel.probability.drawing import draw
from popmodel.probability.drawn import enough
from popmodel.probability.forecast import REGISTER, forecast_values
from popmodel.probability.intervals import LEVELS, prediction_interval
from popmodel.probability.moving import city_migration, district_migration
from popmodel.probability.risk import rating_risk
from popmodel.probability.uncertainty import estimate_uncertainty
from popmodel.probability.variants import VARIANTS, Variant, bears
from popmodel.schema import SchemaError
from popmodel.wording.sure import variant_name

BESIDE = ("resident_population", "births", "share_60_plus")
"""Drawn besides the plan's indicators: what may be observed next."""
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
    uncertainty = estimate_uncertainty(base, **sources._asdict())
    years = range(int(base["year"]), horizon + 1)
    wanted = [*dict.fromkeys(targets["indicator"].astype(str)), *BESIDE]

    values = forecast_values(base, draw(uncertainty, draws=draws, years=years, seed=seed), wanted=wanted)

    def run(variant: Variant) -> xr.Dataset:
        parameters = reassumed(uncertainty, base, sources, variant.assume) if variant.assume else uncertainty
        drawn = variant.drawn(draw(parameters, draws=draws, years=years, seed=seed))
        # No variant touches the register, whose path takes longer than all the rest: it is as in the draws themselves.
        found = forecast_values(variant.base(base), drawn, wanted=[name for name in wanted if name != REGISTER])
        return found.assign({REGISTER: values[REGISTER]} if REGISTER in values else {})

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


def reassumed(uncertainty: xr.Dataset, base: xr.Dataset, sources: Sources, assume: Mapping[str, float]) -> xr.Dataset:
    """Return the uncertainty under other assumptions on migration; all else does not depend on them.

    Parameters
    ----------
    uncertainty, base, sources
        As for `estimate_uncertainty`.
    assume : mapping of str to float
        Assumed parameters of the city's or the districts' net migration.
    """
    a, last = assumptions(assume), int(uncertainty["last_observed"])
    parts, _ = city_migration(base, a, (sources.observed, sources.peers), last)
    if base.sizes["district"] > 1:
        parts |= district_migration(base, a, last)
    return uncertainty.drop_vars(list(parts)).assign(parts)


def told(forecast: Forecast, targets: pd.DataFrame) -> dict[str, Answers]:
    """Return what the draws (`main`) and each variant of them say of each target."""
    every = {"main": forecast.values, **forecast.variants}
    return {code: answers_of(values, targets, what=f"attainment: {code}") for code, values in every.items()}


def attained(answers: Mapping[str, Answers]) -> pd.DataFrame:
    """Return the probability of each target with its range over the declared variants, see `attainment`."""
    return table_of(answers["main"], {code: each for code, each in answers.items() if code != "main"})


class Beside(NamedTuple):
    """A card with what a forecast says of its targets, and the tables that say it."""

    card: pd.DataFrame
    attainment: pd.DataFrame
    variants: pd.DataFrame
    risk: pd.DataFrame
    joint: list[dict[str, Any]]


def beside_card(
    card: pd.DataFrame, targets: pd.DataFrame, forecast: Forecast, observed: pd.DataFrame, *, year: int, base: str,
    paths: pd.DataFrame,
) -> Beside:  # fmt: skip
    """Put what a forecast says of a card's targets beside it.

    Parameters
    ----------
    card, targets
        A card and its targets.
    forecast : Forecast
        From `forecast_plan`.
    observed, year, base, paths
        As the card was made with, see `score`.

    Raises
    ------
    SchemaError
        If the draws meet stocks of a later year than the one evaluated.
    """
    until = int(forecast.record["observed_until"])
    if until > year:
        raise SchemaError(f"the draws meet stocks of {until}, after {year}. Estimate the base with observed_until.")
    answers = told(forecast, targets)
    table = attained(answers)
    risk = rating_risk(
        forecast.values, targets, observed, year=year, variants=forecast.variants, base=base, paths=paths
    )
    return Beside(with_probabilities(card, table, risk), table, variants_table(answers), risk, joint_table(answers))


def joint_table(answers: Mapping[str, Answers]) -> list[dict[str, Any]]:
    """Return how likely the drawn targets of each milestone hold together, with the range over the variants.

    Returns
    -------
    list of dict
        `milestone`, `targets` (how many are drawn), `probability`, `se`, `lowest`, `highest` and `n`.
    """
    # Of an indicator with targets in several versions the last counts.
    last = {(r.target.indicator, r.target.year): place for place, (r, _) in enumerate(answers["main"])}
    places = [place for place in sorted(last.values()) if answers["main"][place][1].basis == DRAWN]
    out = []
    for year in sorted({answers["main"][place][0].target.year for place in places}):
        own = [place for place in places if answers["main"][place][0].target.year == year]
        found = {code: _together([each[place] for place in own]) for code, each in answers.items()}
        shares = [joint.probability for joint in found.values()]
        row = {"milestone": year, "targets": len(own), **found["main"]._asdict()}
        out.append(row | {"lowest": min(shares), "highest": max(shares)})
    return out


def _together(answers: Answers) -> Joint:
    held = [one.held for _, one in answers if one.held is not None]
    return joint_of(answers, None, np.ones(held[0].size, dtype=bool), what="attainment")


def variants_table(answers: Mapping[str, Answers]) -> pd.DataFrame:
    """Return the probability of each target under each declared variant.

    Returns
    -------
    pandas.DataFrame
        A row a variant and target, the forecast itself first: `variant`, `group`, `name_zh`, `name_en`, `indicator`,
        `milestone`, `text`, `version`, `probability`, `se`, `n` and the probability as `printed`.
    """
    groups = {variant.code: variant.group for variant in VARIANTS}
    parts = []
    for code, each in answers.items():
        table = table_of(each, {})
        table = table[table["probability"].notna()]
        zh, en = variant_name(code)
        kept = table[["indicator", "milestone", "text", "version", "probability", "se", "n", "printed"]]
        parts.append(kept.assign(variant=code, group=groups.get(code, "main"), name_zh=zh, name_en=en))
    first = ["variant", "group", "name_zh", "name_en"]
    whole = pd.concat(parts, ignore_index=True)
    return whole[[*first, *(name for name in whole.columns if name not in first)]]
