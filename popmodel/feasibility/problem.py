"""The question: a reference projection, the targets that it is held against, and the years still open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.demography.fixed_stock import EXCHANGE
from popmodel.indicators.catalogue import measure
from popmodel.projection.project import project
from popmodel.schema import SchemaError, convert, named, near
from popmodel.scoring.assessment import met_ahead
from popmodel.scoring.outcome import Request
from popmodel.scoring.records import Line, Point
from popmodel.scoring.scorecard import cases_of

Array = npt.NDArray[np.float64]
LEFT = (
    *("population", "births", "deaths", "net_migration", "migrant_counts", "departure_rate", "move_rate"),
    *("registered_population", "registered_births", "registered_deaths", EXCHANGE),
)
"""What does not ride along: results, and migrants in the forms that are given anew."""
REGISTER = "户籍"
"""Basis of the indicators of the household register: people enter it by transfer, not by moving in."""
RATES = ("fertility_rate", "survival_ratio", "sex_ratio_at_birth")


class Row(NamedTuple):
    """A target that migration may move: what is asked, and the unit in which the projection measures it."""

    request: Request
    unit: str
    factor: float
    """From the projection's unit to the target's."""


@dataclass(frozen=True)
class Problem:
    """A plan's targets against one scenario whose migration is open from `start` + 1 on.

    Attributes
    ----------
    scenario : str
        The reference.
    start : int
        The last year given; nothing before is decided.
    reference : xarray.Dataset
        The reference projection, without a scenario dim.
    area : str
        Code of the city in the indicators.
    rows : tuple of Row
        Targets whose indicator the projection gives, not assumes.
    not_modelled : mapping of str to str
        Targets left out → why: `not_projected`, `assumed`, `register`, `past`,
        `no_number`.
    """

    scenario: str
    start: int
    reference: xr.Dataset
    area: str
    rows: tuple[Row, ...]
    not_modelled: Mapping[tuple[str, int], str]

    @property
    def years(self) -> list[int]:
        """The open years."""
        return [int(year) for year in self.reference["period"].to_numpy() if int(year) > self.start]


def plan_problem(projection: xr.Dataset, targets: pd.DataFrame, *, scenario: str | None = None, start: int) -> Problem:
    """State the question of what a plan's targets take.

    Parameters
    ----------
    projection : xarray.Dataset
        From `project`, with everything kept.
    targets : pandas.DataFrame
        From `read_targets`.
    scenario : str, optional
        The reference; the first one if not given.
    start : int
        The last published year.

    Returns
    -------
    Problem

    Raises
    ------
    SchemaError
        If the scenario is not there, or no year after `start` is projected.
    """
    names = [str(name) for name in projection["scenario"].to_numpy()]
    name = names[0] if scenario is None else scenario
    if name not in names:
        raise SchemaError(f"scenario {scenario!r} is not among {named(names)}.{near(name, names)}")
    periods = [int(period) for period in projection["period"].to_numpy()]
    if start < periods[0] - 1 or start >= periods[-1]:
        raise SchemaError(
            f"start {start}: the projection runs from {periods[0] - 1} to {periods[-1]}. Choose a year before its end."
        )
    reference = projection.sel(scenario=[name])
    values = measure(reference)
    rows, left = _rows(targets, values, start, periods[-1])
    return Problem(name, start, reference.isel(scenario=0), str(values["area"].to_numpy()[0]), tuple(rows), left)


def _rows(
    targets: pd.DataFrame, values: xr.Dataset, start: int, end: int
) -> tuple[list[Row], dict[tuple[str, int], str]]:
    rows: list[Row] = []
    left: dict[tuple[str, int], str] = {}
    for case in cases_of(targets, observed=None, projected=values, year=start):
        target = case.request.target
        key = target.indicator, target.year
        if target.indicator not in values:
            left[key] = "not_projected"
        elif values[target.indicator].attrs.get("assumption"):
            left[key] = "assumed"
        elif bool(values[target.indicator].isel(area=0).isnull().any()):
            left[key] = "no_number"
        elif values[target.indicator].attrs.get("basis") == REGISTER:
            left[key] = "register"
        elif not start < target.year <= end:
            left[key] = "past"
        elif target.operator in ("cumulative", "relative", "qualitative"):
            left[key] = "no_number"
        else:
            unit = str(values[target.indicator].attrs["unit"])
            factor = float(convert(1.0, unit, target.unit, what=target.indicator))
            rows.append(Row(case.request, unit, factor))
    return rows, left


def projected_with(problem: Problem, net_migration: xr.DataArray) -> xr.Dataset:
    """Project the reference with other migrants; returns everything that `measure` needs.

    Parameters
    ----------
    problem : Problem
        The reference.
    net_migration : xarray.DataArray (scenario, period, district, sex, age)
        Net migrants as counts. [persons]

    Returns
    -------
    xarray.Dataset
        As `project` returns it.

    Notes
    -----
    Where the reference has people leave at rates, its own departures are kept as counts: what is asked is what so many
    migrants more would do.
    """
    reference = problem.reference
    ride = [str(name) for name in reference.data_vars if name not in LEFT]
    rates = reference[ride].drop_vars(["scenario", "scenario_zh", "scenario_en"], errors="ignore")
    stock = reference["population"].isel(year=0).drop_vars(["scenario"], errors="ignore")
    # Who keeps a fixed stock as it is comes and goes by itself.
    rates["net_migration"] = net_migration - reference[EXCHANGE] if EXCHANGE in reference else net_migration
    lacking = [name for name in RATES if name not in rates]
    if lacking:
        raise SchemaError(f"the projection has no {named(lacking)}. Pass what project() returns with everything kept.")
    return project(stock, rates)


def holds_on(row: Row, path: Mapping[int, float]) -> bool | None:
    """Tell by the scorer's own rule whether a target holds on a path of values in the projection's unit."""
    target = row.request.target
    points = {
        year: Point(float(f"{value * row.factor:.12g}"), target.decimals, "projected", unit=target.unit)
        for year, value in path.items()
    }
    return met_ahead(row.request, Line({}, points))
