"""What the sliders stand for: a scenario changed by a few numbers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.scenario import Change, Scenario

Array = npt.NDArray[np.float64]


class Levers(NamedTuple):
    """Changes against the scenario that one starts from; all zero changes nothing."""

    fertility: float = 0.0
    """Total fertility after the last published year. [children per woman]"""
    life: float = 0.0
    """Life expectancy in the last year, reached by a straight line. [years]"""
    migration: float = 0.0
    """Net migration after the last published year. [percent of the start's]"""
    concentration: float = 0.0
    """Share of the other districts' net gains that settles in the central city instead. [percent]"""
    districts: Mapping[str, float] = {}
    """District → additional net migration. [persons a year]"""


class Ground(NamedTuple):
    """What a changed scenario is built on: the years, the places, and where migrants settle at the start."""

    first: int
    observed: int
    last: int
    codes: list[str]
    central: Array
    residents: Array
    flows: Array
    """Net migration of the start (periods, districts). [persons a year]"""


def ground_of(base: xr.Dataset, projection: xr.Dataset) -> Ground:
    """Read from the base and the projection of the start what `changed` needs.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`.
    projection : xarray.Dataset
        From `project`, of the one scenario to start from.

    Returns
    -------
    Ground
    """
    flows = projection["net_migration"].isel(scenario=0).sum(["sex", "age"]).transpose("period", "district")
    observed = int(base["observed_year"].to_numpy()[-1]) if base.sizes.get("observed_year", 0) else int(base["year"])
    central = base["central_city"].to_numpy() if "central_city" in base.coords else np.zeros(base.sizes["district"])
    return Ground(
        int(base["year"]),
        observed,
        int(projection["year"].to_numpy()[-1]),
        [str(code) for code in base["district"].to_numpy()],
        central.astype(float),
        base["population"].sum(["sex", "age"]).to_numpy().astype(float),
        flows.to_numpy().astype(float),
    )


def can_concentrate(ground: Ground) -> bool:
    """Tell whether some districts are the central city and others are not."""
    return bool(0 < ground.central.sum() < len(ground.codes))


def changed(start: Scenario, levers: Levers, ground: Ground, *, name: str, zh: str = "", en: str = "") -> Scenario:
    """Return the scenario that the levers make of `start`.

    Parameters
    ----------
    start : Scenario
        The parent.
    levers : Levers
        By how much.
    ground : Ground
        From `ground_of`, of the same start.
    name, zh, en : str
        Of the new scenario.

    Returns
    -------
    Scenario
        Based on `start`; holds only the drivers that differ.

    Notes
    -----
    Net migration of district *d* becomes ``f·m_d + x_d − k·max(f·m_d, 0)`` outside the central city, and inside it
    ``f·m_d + x_d`` plus what the others gave up, in proportion to residents; *f* is the factor, *x* what is added,
    *k* the concentration. The city's total is that of the factor and the additions alone, to the thousandth of a
    person to which each district is rounded.
    """
    drivers: dict[str, Change] = {}
    if levers.fertility:
        drivers["total_fertility"] = Change(plus=levers.fertility, after="observed")
    if levers.life:
        plus = {ground.first: 0.0, ground.observed: 0.0, ground.last: levers.life}
        drivers["life_expectancy"] = Change(plus=plus)
    factor = 1 + levers.migration / 100
    extra = _extra(levers, ground, factor)
    if extra.any():
        drivers["net_migration"] = Change(times=factor, plus=_dated(extra, ground), after="observed")
    elif levers.migration:
        drivers["net_migration"] = Change(times=factor, after="observed")
    return replace(Scenario(name, based_on=start, zh=zh, en=en), **drivers)  # type: ignore[arg-type]


def _dated(extra: Array, ground: Ground) -> dict[int, dict[str, float]]:
    """Year → district → value, without the years that straight lines between the others give."""
    # Published years keep the parent's values, whatever stands here; so the first free year's may stand for them.
    free = ground.observed - ground.first
    rows = np.round(np.concatenate([np.repeat(extra[free : free + 1], free, axis=0), extra[free:]]), 3)
    ends = {0, len(rows) - 1} | {i + d for i in range(len(rows) - 1) if (rows[i] != rows[i + 1]).any() for d in (0, 1)}
    if (rows == rows[0]).all():
        ends = {0}
    return {ground.first + 1 + i: dict(zip(ground.codes, rows[i].tolist(), strict=True)) for i in sorted(ends)}


def _extra(levers: Levers, ground: Ground, factor: float) -> Array:
    """What each district gains beside the factor (periods, districts)."""
    added = np.array([float(levers.districts.get(code, 0.0)) for code in ground.codes])
    extra = np.broadcast_to(added, ground.flows.shape).copy()
    if levers.concentration and can_concentrate(ground):
        outside = 1 - ground.central
        given_up = levers.concentration / 100 * np.maximum(factor * ground.flows, 0) * outside
        share = ground.central * ground.residents
        extra += given_up.sum(axis=1, keepdims=True) * share / share.sum() - given_up
    return extra
