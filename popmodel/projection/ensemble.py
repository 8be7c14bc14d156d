"""Run many draws in blocks, keeping their indicators and not their populations."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import numba
import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.indicators.catalogue import measure
from popmodel.projection import compact
from popmodel.projection.project import project
from popmodel.projection.quantiles import SHEET, Counted, counted_quantiles, exact_quantiles, first_sheet, next_sheet
from popmodel.schema import SchemaError, named, near

RatesOfDraws = Callable[[npt.NDArray[np.int_]], xr.Dataset]
Array = npt.NDArray[np.float64]


def project_indicators(
    population: xr.DataArray,
    rates: xr.Dataset | RatesOfDraws,
    *,
    indicators: Sequence[str] | None = None,
    draws: int | None = None,
    areas: Sequence[str] | None = None,
    block: int = 50,
    timing: Literal["even", "end"] = "even",
    quantiles: Sequence[float] | None = None,
) -> xr.Dataset:
    """Project draws block by block and keep only their indicators, or only quantiles of these.

    Parameters
    ----------
    population : xarray.DataArray, dims (district, sex, age), optionally (scenario, draw, …)
        Stock at the start, as for `project`. [persons]
    rates : xarray.Dataset or callable
        Rates with a `draw` dim, or a function that gives the rates of the draws whose numbers it gets: then not even
        the rates of all draws are held at once. Or compact drivers, from which the kernel forms rates in its inner
        loop (below): the quick way.
    indicators : sequence of str, optional
        Ids of the indicators to keep, see `CATALOGUE`; all that there are if not given.
    draws : int, optional
        Number of draws; needed when `rates` is a function.
    areas : sequence of str, optional
        Areas to keep, all if not given; the first code of a projection's `area` is the whole city.
    block : int
        Draws to hold at once: a block of 50 draws × 12 districts × 15 years takes about 50 MB, from compact drivers 5.
    timing : {"even", "end"}
        As for `project`.
    quantiles : sequence of float, optional
        Keep these quantiles over the draws instead of the draws; only from compact drivers. [percent]

    Returns
    -------
    xarray.Dataset
        As from `measure`: (scenario, draw, year, area), or (quantile, scenario, year, area), the indicators asked for.

    Raises
    ------
    SchemaError
        If there are no draws, an indicator is unknown or cannot be given, `project` refuses the rates, or compact
        drivers lack a variable or do not fit, or a draw cannot be run (draw, district, sex, age and period are named).

    Notes
    -----
    Compact drivers are a Dataset of `total_fertility`, `life_expectancy` and `sex_ratio_at_birth` (draw, period),
    `fertility_level` (district) and `fertility_pattern` (age), `survival_grid` (table, sex, age) with the coord `table`
    [years] in even steps, `migration_schedule` (sex, age), and where they are known `life_expectancy_difference`
    (district), `migration_turnover` and `migration_own_residual` (district, sex, age), `migration_response` (sex, age),
    `own_weight` (draw, district), `schedule_score` (draw, district, component), `schedule_component` (component, sex,
    age). Migration is `net_migration_rate` (draw, period) on the stock at the start of the year, plus
    `district_deviation` (draw, period, district) less its mean weighted by that stock (as it is, where there is no rate
    of the whole), plus `net_migration_total` (draw, period, district) [persons]; where `published_stock` (draw, period,
    district) is there, migration meets it instead. A variable may lack an axis along which it does not differ, and
    `fertility_level` and `fertility_pattern` may have `period`. What rides along for the indicators is as for
    `project`, but `registered_population` (draw, year) [persons], which is carried on beside the residents.
    Formulas: `popmodel.kernel.draws.project_draws`.

    Quantiles of up to 10,000 draws are exact, of values held in single precision (linear between order statistics, type
    7 of Hyndman & Fan 1996). Of more, the draws after the first 10,000 are counted between 513 of the order statistics
    of these: memory does not grow, and the share of draws below a quantile is off by less than .1 %. ``attrs`` say how
    many draws there were.

    Examples
    --------
    >>> rates = pm.scenario_rates(ev.base, ev.scenarios[:1], years=range(2020, 2026))
    >>> rates = rates.expand_dims(draw=3)  # three draws that are all alike
    >>> values = pm.project_indicators(ev.base["population"], rates, indicators=["share_60_plus"])
    >>> values["share_60_plus"].dims
    ('scenario', 'draw', 'year', 'area')
    """
    if isinstance(rates, xr.Dataset) and compact.is_compact(rates):
        run = compact.prepare(population, rates, indicators=indicators, areas=areas, timing=timing)
        _check_blocks(len(run.draws), block)
        return _all_draws(run, block) if quantiles is None else _quantiles(run, block, quantiles)
    if quantiles is not None:
        raise SchemaError(
            "project_indicators: quantiles are kept of draws from compact drivers only. Use drivers_of_draws, or take "
            "prediction_interval of the draws."
        )
    if isinstance(rates, xr.Dataset):
        if "draw" not in rates.dims:
            raise SchemaError("project_indicators: the rates have no draw dim. Use project, or expand_dims(draw=…).")
        labels = np.arange(rates.sizes["draw"])
    else:
        labels = np.arange(draws or 0)
    _check_blocks(len(labels), block)
    kept = []
    for first in range(0, len(labels), block):
        numbers = labels[first : first + block]
        part = slice(first, first + len(numbers))
        here = rates.isel(draw=part) if isinstance(rates, xr.Dataset) else rates(numbers)
        if here.sizes.get("draw") != len(numbers):
            raise SchemaError(
                f"project_indicators: rates for draws {numbers[0]}-{numbers[-1]} have {here.sizes.get('draw', 'no')} "
                f"draws instead of {len(numbers)}. Return a draw dim of that length."
            )
        if "draw" not in here.coords:
            here = here.assign_coords(draw=numbers)
        start = population.isel(draw=numbers) if "draw" in population.dims else population
        values = measure(project(start, here, timing=timing))
        wanted = list(values) if indicators is None else list(indicators)
        lacking = [name for name in wanted if name not in values]
        if lacking:
            raise SchemaError(
                f"project_indicators: {named(lacking)} is not given by this projection; "
                f"it gives {named(values, most=60)}.{near(lacking, values)}"
            )
        chosen = values[wanted]
        kept.append(chosen if areas is None else chosen.sel(area=list(areas)))
    return xr.concat(kept, dim="draw", join="exact", coords="minimal", compat="override", combine_attrs="override")


def _check_blocks(draws: int, block: int) -> None:
    if not draws or block < 1:
        raise SchemaError(f"project_indicators: {draws} draws in blocks of {block}. Give draws=… and block ≥ 1.")


def _blocks(run: compact.Run, first: int, last: int, block: int, put: Callable[[int, dict[str, Array]], None]) -> None:
    """Run the draws `first` to below `last` on as many threads as numba has; each puts away what it has, none waits."""

    def one(start: int) -> None:
        put(start, compact.block_values(run, start, min(start + block, last)))

    with ThreadPoolExecutor(numba.get_num_threads()) as threads:
        for _ in threads.map(one, range(first, last, block)):
            pass


def _all_draws(run: compact.Run, block: int) -> xr.Dataset:
    """Indicators of every draw."""
    shape = (1, len(run.draws), len(run.years), len(run.keep))
    out = {name: np.empty(shape) for name in run.indicators}

    def put(start: int, values: dict[str, Array]) -> None:
        for name, value in values.items():
            out[name][0, start : start + len(value)] = value

    _blocks(run, 0, len(run.draws), block, put)
    return compact.labelled(run, out, {"scenario": run.coords["scenario"], "draw": run.draws})


def _quantiles(run: compact.Run, block: int, quantiles: Sequence[float]) -> xr.Dataset:
    """Quantiles over the draws, sheet by sheet."""
    percents = [float(percent) for percent in quantiles]
    if not percents or not all(0 <= percent <= 100 for percent in percents):
        raise SchemaError(f"project_indicators: quantiles {named(percents) or '(none)'} must be percentages, 0 … 100.")
    total = len(run.draws)
    # What the first draw has no value of has no quantile: most cells of a city's own indicators take no memory.
    ends = np.cumsum([0, *(int(run.there[name].sum()) for name in run.indicators)])
    sheet = np.empty((int(ends[-1]), min(total, SHEET)), dtype=np.float32)
    counted: Counted | None = None
    for first in range(0, total, SHEET):
        last = min(first + SHEET, total)
        held = sheet[:, : last - first]

        def put(start: int, values: dict[str, Array], held: Any = held, first: int = first) -> None:
            for name, begin, end in zip(run.indicators, ends, ends[1:], strict=False):
                value = values[name]
                held[begin:end, start - first : start - first + len(value)] = value[:, run.there[name]].T

        _blocks(run, first, last, block, put)
        if total > SHEET:
            counted = first_sheet(held) if counted is None else next_sheet(counted, held)
    found = exact_quantiles(sheet, percents) if counted is None else counted_quantiles(counted, percents)
    out = {}
    for name, begin, end in zip(run.indicators, ends, ends[1:], strict=False):
        whole = np.full((len(percents), 1, len(run.years), len(run.keep)), np.nan)
        whole[:, 0, run.there[name]] = found[:, begin:end]
        out[name] = whole
    data = compact.labelled(run, out, {"quantile": percents, "scenario": run.coords["scenario"]})
    data["quantile"].attrs = {"units": "percent", "long_name": "quantile over the draws"}
    return data.assign_attrs(draws=total)
