"""Required migration in every draw of an ensemble: two projections a draw, one division a row."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.demography.fixed_stock import FIXED
from popmodel.feasibility.aims import form_of, stretch_of
from popmodel.feasibility.even import lowest_of, stretch
from popmodel.feasibility.problem import BY_RATE, RATES, Case, Problem, Row, counts_of, plain
from popmodel.feasibility.schedules import chosen_schedule
from popmodel.indicators.forms import weights_of
from popmodel.projection.project import project
from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]
BLOCK = 50
"""Draws held at once."""


CELLS = ("district", "sex", "age")


class _Asked(NamedTuple):
    """A target, from where to where it holds, and the weight of each cell in its top and its bottom."""

    row: Row
    span: tuple[float, float]
    top: Array
    bottom: Array | None


class _Lines(NamedTuple):
    """What a block of draws comes to: the even path through `origin` migrants, and its answer to one more."""

    origin: float
    low: Array
    """The least number searched, by draw. [persons a year]"""
    totals: Array
    """The reference's net migration by draw and open year. [persons]"""
    values: dict[str, tuple[Array, Array, Array, Array]]
    """Target → a, b, c, d of (a + b·x)/(c + d·x), by draw."""
    held: dict[str, npt.NDArray[np.bool_]]
    """Target → in which draws the reference meets it."""


def required_by_draw(problem: Problem, schedules: Sequence[str], cases: Sequence[Case]) -> pd.DataFrame:
    """Find the even number of net migrants that each target, and each group, takes in every draw.

    Parameters
    ----------
    problem : Problem
        With an ensemble.
    schedules : sequence of str
        Who the migrants are that come beside the reference's.
    cases : sequence of Case
        Targets and groups; those with a target that has to rise year by year are left out.

    Returns
    -------
    pandas.DataFrame
        A row for each draw × target × schedule: `draw`, `target`, `year`, `schedule`, `path`, `status`,
        `net_migration` [persons a year], `bound`, `times_best_year`.

    Raises
    ------
    SchemaError
        If the draws leave or move at rates.
    """
    ensemble = problem.ensemble
    if ensemble is None or any(name in ensemble for name in BY_RATE):
        raise SchemaError("required_migration: draws in which people move at rates are not answered. Give one of them.")
    rising = {row.key for row in problem.rows if stretch_of(row) is None or form_of(row.key[0]) is None}
    asked = [case for case in cases if not rising & {row.key for row in case.rows}]
    terms = _asked(problem, asked)
    parts = [
        _block(problem, ensemble.isel(draw=slice(at, at + BLOCK)), name, asked, terms)
        for name in schedules
        for at in range(0, ensemble.sizes["draw"], BLOCK)
    ]
    table = pd.concat([each for part in parts for each in part], ignore_index=True)
    table.attrs = {
        "scenario": problem.scenario, "start": problem.start, "first_open_year": problem.start + 1,
        "not_modelled": dict(problem.not_modelled) | dict.fromkeys(rising, "rising"),
    }  # fmt: skip
    return table


def _block(
    problem: Problem, draws: xr.Dataset, schedule: str, cases: Sequence[Case], terms: Sequence[_Asked]
) -> list[pd.DataFrame]:
    lines = _lines(problem, draws, chosen_schedule(problem.schedules, schedule), terms)
    spans = {each.row.label: each.span for each in terms}
    past = problem.reference["net_migration"].sum(("district", "sex", "age")).to_series().loc[: problem.start]
    best = float(past.max()) if len(past) else np.nan
    out = []
    for case in cases:
        least, most = lines.low, np.full(len(lines.low), np.inf)
        held = np.ones(len(lines.low), dtype=bool)
        for row in case.rows:
            first, last = stretch(lines.origin, lines.values[row.label], spans[row.label], lines.low)
            least, most = np.maximum(least, first), np.minimum(most, last)
            held &= lines.held[row.label]
        years = [year for year in problem.years if year <= case.year]
        centre = lines.totals[:, : len(years)].mean(axis=1)
        low = (least > lines.low) & (np.isinf(most) | (least >= centre) | (most > centre))
        number = np.where(low, least, np.where(np.isinf(most), np.nan, most))
        none = least > most
        out.append(
            pd.DataFrame(
                {
                    "draw": draws["draw"].to_numpy(), "target": case.name, "year": case.year, "schedule": schedule,
                    "path": "even", "status": np.where(none, "none", np.where(held, "met without", "found")),
                    "net_migration": np.where(none, np.nan, number),
                    "bound": np.where(none | np.isnan(number), "", np.where(low, "least", "most")),
                    "times_best_year": np.where(none, np.nan, number) / best if best > 0 else np.nan,
                }
            )
        )  # fmt: skip
    return out


def _lines(problem: Problem, draws: xr.Dataset, schedule: xr.DataArray, terms: Sequence[_Asked]) -> _Lines:
    years = problem.years
    given = counts_of(draws).sel(period=years).transpose("draw", "period", "district", "sex", "age")
    flows = draws["net_migration"].sel(period=years)
    totals = flows.sum(("district", "sex", "age")).transpose("draw", "period").to_numpy()
    stock = plain(draws["population"].sel(year=problem.start).drop_vars("year"))
    origin, step = float(totals.max()), 0.01 * float(stock.sum()) / stock.sizes.get("draw", 1)
    rates = draws[[*RATES, *[name for name in (FIXED,) if name in draws]]].sel(period=years)
    rates = rates.drop_vars([name for name in rates.coords if name not in rates.dims])
    runs = []
    for number in (origin, origin + step):
        short = xr.DataArray(number - totals, dims=("draw", "period"), coords={"draw": draws["draw"], "period": years})
        rates["net_migration"] = (given + short * schedule).transpose("draw", "period", "district", "sex", "age")
        run = project(
            stock.assign_coords(year=problem.start), rates, timing=draws.attrs.get("timing", "even"),
            keep=("population",),
        )  # fmt: skip
        runs.append(run["population"].isel(scenario=0, drop=True).transpose("draw", "year", *CELLS))
    free = [(run - plain(draws[FIXED]) if FIXED in draws else run).transpose("draw", ...).to_numpy() for run in runs]
    lowest = lowest_of(free[0], free[1], step)
    low = np.maximum(np.minimum(0.0, totals.mean(axis=1)), origin - lowest + 1.0)
    count, at = len(totals), {int(year): place for place, year in enumerate(runs[0]["year"].to_numpy())}
    stocks = [run.to_numpy().reshape(count, len(at), -1) for run in runs]
    own = draws["population"].sel(year=list(at)).transpose("draw", "year", *CELLS).to_numpy().reshape(stocks[0].shape)
    values, held = {}, {}
    for each in terms:
        place = at[each.row.key[1]]
        values[each.row.label], held[each.row.label] = _of_row(
            each, own[:, place], [stock[:, place] for stock in stocks], step
        )
    return _Lines(origin, low, totals, values, held)


def _asked(problem: Problem, cases: Sequence[Case]) -> list[_Asked]:
    """Return what is asked of each target, over all cells at once: it is the same in every draw."""
    found = {}
    for row in (row for case in cases for row in case.rows):
        form, span = form_of(row.key[0]), stretch_of(row)
        if row.label in found or form is None or span is None:
            continue
        data = problem.reference.sel(year=row.key[1])
        cells = 0.0 * plain(data["population"]).transpose(*CELLS)
        top, bottom = (
            None if each is None else (plain(each) + cells).transpose(*CELLS).to_numpy().ravel()
            for each in weights_of(form, data)
        )
        if top is not None:
            found[row.label] = _Asked(row, span, row.factor * top, bottom)
    return list(found.values())


def _of_row(
    asked: _Asked, own: Array, runs: Sequence[Array], step: float
) -> tuple[tuple[Array, Array, Array, Array], npt.NDArray[np.bool_]]:
    """Return a target's line by draw, and in which draws the reference meets it, from the stocks (draw, cell)."""
    ones = np.ones(len(own))
    (value, a, more) = (stock @ asked.top for stock in (own, *runs))
    (under, c, wider) = (ones if asked.bottom is None else stock @ asked.bottom for stock in (own, *runs))
    value = value / under
    held = (value >= asked.span[0]) & (value <= asked.span[1])
    return (a, (more - a) / step, c, (wider - c) / step), held
