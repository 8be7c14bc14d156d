"""Many draws from compact drivers: sums by band of age, never people by single age unless asked for."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .compact import run_draws
from .inputs import KernelError, check_options
from .path import TIMINGS, Timing
from .rows import DEPLETED, NEGATIVE, NO_MIGRATION, ORDER, SPACING

Array = NDArray[np.float64]
REACH = 64
"""Rows of the table of exp(γ·b) on either side of 0; beyond them a row is made when it is needed."""


RATES = ("net_migration_rate", "migration_deviation")


class Drivers(NamedTuple):
    """What the draws are made from; the axis N of draws may be of length one where draws do not differ.

    Attributes
    ----------
    population : (D, 2, A)
        Stock at the start [persons].
    total_fertility : (N, T)
        [children per woman].
    fertility_level : (T, D)
        What a district has of it [1].
    fertility_pattern : (T, A)
        Rates by age at a total fertility of 1 [births per woman-year].
    life_expectancy : (N, T)
        Both sexes [years].
    life_expectancy_difference : (D,)
        Of each district from it [years].
    survival_grid : (G, 2, A)
        Survival ratios at life expectancies `grid_first`, `grid_first` + `grid_step`, … [1].
    sex_ratio_at_birth : (N, T)
        [males per female].
    net_migration_rate : (N, T)
        On the stock at the start of the year [1/year].
    migration_deviation : (N, T, D)
        Of each district from it [1/year].
    net_migration : (N, T, D)
        Net migrants besides the rates [persons].
    stock : (N, T, D)
        Published year-end stocks, which migration then meets; not a number where none are published [persons].
    shares : (2, A)
        Who migrates where nothing was learned; they sum to 1 [1].
    turnover, own_residual : (D, 2, A) or None
        Net log rates at a total of zero, and what a district had beyond them, taken `own_weight` times [1/year].
    own_weight : (N, D)
        [1].
    score, component : (N, D, K), (K, 2, A)
        Errors of the turnover: scores times components [1/year].
    response : (2, A) or None
        How the net log rates move with the total [1].
    centred : bool
        Whether the deviations less their mean, weighted by the stock at hand, are taken.
    grid_first, grid_step : float
        [years].
    """

    population: Array
    total_fertility: Array
    fertility_level: Array
    fertility_pattern: Array
    life_expectancy: Array
    life_expectancy_difference: Array
    survival_grid: Array
    sex_ratio_at_birth: Array
    net_migration_rate: Array
    migration_deviation: Array
    net_migration: Array
    stock: Array
    shares: Array
    turnover: Array | None
    own_residual: Array | None
    own_weight: Array
    score: Array
    component: Array
    response: Array | None
    centred: bool
    grid_first: float
    grid_step: float


class Sums(NamedTuple):
    """What a block of draws came to; area 0 is all districts together, the others are the districts.

    Attributes
    ----------
    bands : (band, 2, N, T + 1, 1 + D)
        Stocks by band of age and sex [persons].
    middle : (3, N, T + 1, 1 + D)
        Age at which half of the people is reached, people below that age, and up to its end.
    births : (2, N, T, 1 + D)
        By sex of the child [persons].
    deaths, net_migration : (N, T, 1 + D)
        [persons].
    population : (N, T + 1, D, 2, A) or None
        By single age, where asked for [persons].
    """

    bands: Array
    middle: Array
    births: Array
    deaths: Array
    net_migration: Array
    population: Array | None


class DrawError(KernelError):
    """A draw that cannot be run; `index` is that of draw, year, district, sex and age, as far as they are known.

    `cells` are draw and district of each draw of the block that cannot be.
    """

    cells: frozenset[tuple[int, int]] = frozenset()


class Prepared(NamedTuple):
    """Drivers as the compiled loop takes them; views of what only repeats."""

    start: Array
    vital: tuple[Any, ...]
    moves: tuple[Any, ...]
    turnover: tuple[Any, ...]
    schedule: tuple[Any, ...]
    edges: NDArray[np.int64]
    step: tuple[Any, ...]
    draws: int


def prepare_draws(
    drivers: Drivers, *, draws: int, bands: Sequence[int], timing: Timing = "even", width: float = 1
) -> Prepared:
    """Check drivers and bring them into the form of the compiled loop.

    Parameters
    ----------
    drivers : Drivers
        Of all draws.
    draws : int
        Their number N.
    bands : sequence of int
        Lower ages of the bands that are summed, from 0; the last is open [years].
    timing : {"even", "end"}
        When migrants move, as for `project_path`.
    width : float
        Width of an age and of a step [years].

    Returns
    -------
    Prepared

    Raises
    ------
    KernelError
        If shapes do not fit, values are missing or out of range, or a life expectancy lies outside the grid.
    """
    check_options(timing, TIMINGS, width, np.float64)
    D, _, A = drivers.population.shape
    T = drivers.total_fertility.shape[-1]
    shapes = {
        "total_fertility": (draws, T), "fertility_level": (T, D), "fertility_pattern": (T, A),
        "life_expectancy": (draws, T), "life_expectancy_difference": (D,), "sex_ratio_at_birth": (draws, T),
        "net_migration_rate": (draws, T), "migration_deviation": (draws, T, D), "net_migration": (draws, T, D),
        "stock": (draws, T, D), "own_weight": (draws, D), "score": (draws, D, len(drivers.component)),
    }  # fmt: skip
    # Where every stock is published, rates decide nothing and may be missing.
    free = np.asarray(~np.isfinite(np.broadcast_to(drivers.stock, shapes["stock"])).all(axis=(0, 2)))
    at = {name: _spread(name, getattr(drivers, name), shape, free) for name, shape in shapes.items()}
    if not (timing == "even" or timing == "end"):
        raise KernelError(f"timing is {timing!r}; draws from compact drivers take even or end.")
    _check_life(drivers, at["life_expectancy"])
    learned = drivers.turnover is not None and drivers.response is not None
    none = np.zeros((D, 2, A))
    rates = drivers.shares.sum(axis=0)
    response = drivers.response if learned else np.broadcast_to(rates / rates.max(), (2, A))
    row = _rows(np.asarray(response))
    powers = np.stack([row**j / math.factorial(j) for j in range(ORDER)])
    unit = SPACING / max(float(row.max()), 1e-300)
    table = np.exp(np.arange(-REACH, REACH + 1)[:, None] * unit * row)
    pattern = np.zeros((T, row.size // 2))
    pattern[:, :A] = at["fertility_pattern"]
    own = none if drivers.own_residual is None else drivers.own_residual
    return Prepared(
        _still(_rows(drivers.population)),
        (
            at["total_fertility"], _still(at["fertility_level"]), _still(pattern), at["life_expectancy"],
            _still(at["life_expectancy_difference"]), _still(_rows(drivers.survival_grid)),
            (float(drivers.grid_first), float(drivers.grid_step)), at["sex_ratio_at_birth"],
        ),
        (
            at["net_migration_rate"], at["migration_deviation"], bool(drivers.centred), at["net_migration"],
            at["stock"],
        ),
        (
            _still(_rows(none if drivers.turnover is None else drivers.turnover)), _still(_rows(own)),
            at["own_weight"], at["score"], _still(_rows(drivers.component)),
        ),
        (_still(powers), _still(table), _still(_rows(drivers.shares)), not learned, float(unit)),
        np.array(bands, dtype=np.int64),
        (TIMINGS[timing], float(width), A),
        draws,
    )  # fmt: skip


def project_draws(prepared: Prepared, first: int, last: int, *, people: bool = False) -> Sums:
    """Project the draws `first` to below `last`.

    Parameters
    ----------
    prepared : Prepared
        From `prepare_draws`.
    first, last : int
        Numbers of the draws; the sums of a draw are the same to the bit in any block, and in any thread.
    people : bool
        Whether stocks by single age are returned too.

    Returns
    -------
    Sums

    Raises
    ------
    DrawError
        If more than 80 % of a cell would leave, a total asks for more people than there are, or a stock turns negative.

    Notes
    -----
    The step is that of `project_path`, with rates formed in the loop: fertility ``f·level·pattern``, survival linear
    between tables of the grid, migrants ``E·(exp(g + γ·b) − 1)`` of the people at risk E (the harmonic mean of P[x] and
    P[x−1]·S[x]) with ``g = turnover + w·own + Σ scores·components``. γ meets the total, or, where a stock is published,
    the stock: its change is linear in the migrants of each age, children they bear included, so the same equation with
    a weight for each age gives γ. It is found by Newton steps on a series of exp about the nearest row of a table of
    exp(γ·b), which is good to 1e-12; sums of a series replace the sums over ages in each step. Where nothing was
    learned a gain goes by `shares`, and a loss is taken by the same equation with the shares' curve as response.
    """

    def of(values: Any) -> Any:
        """The block's own part of what differs by draw."""
        return _still(values[first:last]) if isinstance(values, np.ndarray) else values

    tfr, level, pattern, life, apart, grid, where, ratio = prepared.vital
    rate, deviation, centred, counts, stock = prepared.moves
    turnover, own, weight, scores, components = prepared.turnover
    n, (T, D), A = last - first, level.shape, prepared.step[2]
    areas = (n, T, D + 1)
    sums = Sums(
        np.empty((len(prepared.edges), 2, n, T + 1, D + 1)),
        np.empty((3, n, T + 1, D + 1)),
        np.zeros((2, *areas)),
        np.zeros(areas),
        np.zeros(areas),
        np.empty((n, T + 1, D, 2, A) if people else (0,) * 5),
    )
    failed = np.zeros((n, 4), dtype=np.int64)
    run_draws(
        prepared.start,
        (turnover, own, of(weight), of(scores), components),
        (of(tfr), level, pattern, of(life), apart, grid, where, of(ratio)),
        (of(rate), of(deviation), centred, of(counts), of(stock)),
        prepared.schedule,
        prepared.step,
        prepared.edges,
        (sums.bands, sums.middle, sums.population, (sums.births, sums.deaths, sums.net_migration)),
        failed,
    )
    if failed[:, 0].any():
        raise _failure(failed, first, prepared.start.shape[1] // 2)
    return sums if people else sums._replace(population=None)


def place_in_grid(life: Array, first: float, step: float, tables: int) -> tuple[NDArray[np.int_], Array]:
    """Return the table below each life expectancy, and the part of the way to the next."""
    at = (life - first) / step
    low = np.clip(at.astype(int), 0, tables - 2)
    return low, at - low


def _failure(failed: NDArray[np.int64], first: int, half: int) -> DrawError:
    """The error of the first draw that cannot be run."""
    draw = int(np.flatnonzero(failed[:, 0])[0])
    code, t, d, cell = map(int, failed[draw])
    index: tuple[int, ...] = (first + draw, t, d)
    if code in (DEPLETED, NEGATIVE) and cell >= 0:
        index = (*index, cell // half, cell % half)
    rule = {
        DEPLETED: "more than 80 % of the people of an age and sex would leave in a year",
        NEGATIVE: "a stock turns negative",
        NO_MIGRATION: "migration is to take more people than there are",
    }.get(code, "births, deaths or migrants come out as no finite number")
    several = f", in {int((failed[:, 0] > 0).sum())} draws of this block" if (failed[:, 0] > 0).sum() > 1 else ""
    found = DrawError(
        f"{rule}{several}. Reduce the out-migration, or correct the published stock.", array="population", index=index
    )
    found.cells = frozenset((first + int(n), int(failed[n, 2])) for n in np.flatnonzero(failed[:, 0]))
    return found


def _spread(name: str, given: Array, shape: tuple[int, ...], free: NDArray[np.bool_]) -> Array:
    """Return a driver as a view of its full shape, checked."""
    array = np.asarray(given, dtype=np.float64)
    try:
        out = np.broadcast_to(array, shape)
    except ValueError:
        raise KernelError(
            f"{name} has shape {array.shape}; it must be {shape}, or 1 along an axis that does not differ.", array=name
        ) from None
    low = 0.0 if name in ("total_fertility", "fertility_level", "fertility_pattern", "sex_ratio_at_birth") else -np.inf
    bad = ~((array >= low) & (array > -np.inf) & (array < np.inf))
    if name == "stock":
        bad = ~np.isnan(array) & ~((array >= 0) & (array < np.inf))
    elif name in RATES and array.shape[1] == len(free):
        bad &= free if array.ndim == 2 else free[:, None]
    if bad.any():
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        raise KernelError(
            f"{name}{list(index)} is {array[index]}, one of {int(bad.sum())} such values; it must be a number"
            f"{', 0 or more' if low == 0 or name == 'stock' else ''}. Correct it.",
            array=name,
            index=index,
        )
    return out


def _check_life(drivers: Drivers, life: Array) -> None:
    """Raise if a life expectancy lies outside the grid of tables."""
    last = drivers.grid_first + drivers.grid_step * (len(drivers.survival_grid) - 1)
    apart = drivers.life_expectancy_difference
    least, most = float(life.min() + apart.min()), float(life.max() + apart.max())
    if least < drivers.grid_first - 1e-9 or most > last + 1e-9:
        raise KernelError(
            f"life expectancies reach from {least:.6g} to {most:.6g} years, districts' differences included; the grid "
            f"of life tables from {drivers.grid_first:g} to {last:.6g}. Make a wider grid.",
            array="life_expectancy",
        )


def _rows(values: Array) -> Array:
    """Put both sexes (…, 2, A) into one row, each filled up with zeros to a whole number of eights."""
    *lead, _, A = values.shape
    half = (A + 7) // 8 * 8
    out = np.zeros((*lead, 2, half))
    out[..., :A] = values
    return out.reshape(*lead, 2 * half)


def _still(array: Array) -> Array:
    """A contiguous array that may only be read: one type for numba."""
    out = np.ascontiguousarray(array).view()
    out.flags.writeable = False
    return out
