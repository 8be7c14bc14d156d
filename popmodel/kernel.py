"""The cohort-component projection on plain arrays, compiled: one step, and a path of many steps.

Axes, in this order: leading axes of any number (scenario, draw), time T, district D, sex (female, male), age A with the
last age open. The functions know no labels; `popmodel.projection` adds them.
"""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeVar

import numba
import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Timing = Literal["even", "end", "multiregional"]
TIMINGS = {"even": (0.5, 0.5, 0.5), "end": (0.0, 1.0, 0.0), "multiregional": (0.0, 1.0, 1.0)}
"""Shares of the migrants added to the stock at the start, at the end, and of those at the end that count for births."""
BLOCK = 16
"""Districts that one thread takes together: their stocks of two years fit into its nearest caches."""
LARGEST = 1e300
"""A stock above it is an overflow, not a population."""

F = TypeVar("F", bound=Callable[..., Any])


class KernelError(ValueError):
    """An input that the kernel cannot take; `index` is the first offending position in the array named `array`."""

    def __init__(self, message: str, *, array: str = "", index: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.array = array
        self.index = index


class NegativeStockError(KernelError):
    """A district loses people that it does not have; `index` is (..., year, district, sex, age) of the population."""


class Projected(NamedTuple):
    """What a projection returns; a part that was not asked for is None."""

    population: NDArray[Any]
    births: NDArray[Any] | None = None
    deaths: NDArray[Any] | None = None
    net_migration: NDArray[Any] | None = None


def compiled(*, parallel: bool = False) -> Callable[[F], F]:
    """Compile with numba; the result is kept on disk where numba finds a directory to write, else for this process."""

    def decorate(function: F) -> F:
        try:
            return numba.njit(cache=True, parallel=parallel, error_model="numpy")(function)  # type: ignore[no-any-return]
        except (
            RuntimeError
        ):  # "no locator available": neither __pycache__, NUMBA_CACHE_DIR nor the user's cache is writable
            return numba.njit(parallel=parallel, error_model="numpy")(function)  # type: ignore[no-any-return]

    return decorate


@compiled()
def _survive(old, migrants, survival, h, g, new, dead):  # type: ignore[no-untyped-def]
    """Ages 1 … A of one sex of one district; returns whether every value is in its range (a NaN is not)."""
    last = old.size - 1
    ok = True
    for x in range(1, last):
        start = old[x - 1] + h * migrants[x - 1]
        alive = start * survival[x]
        end = alive + g * migrants[x]
        dead[x] = start - alive
        new[x] = end
        ok &= (survival[x] >= 0.0) & (survival[x] <= 1.0) & (end >= 0.0) & (end <= LARGEST)
    start = (old[last - 1] + h * migrants[last - 1]) + (old[last] + h * migrants[last])
    alive = start * survival[last]
    end = alive + g * migrants[last]
    dead[last] = start - alive
    new[last] = end
    return ok & (survival[last] >= 0.0) & (survival[last] <= 1.0) & (end >= 0.0) & (end <= LARGEST)


@compiled()
def _exposure(old, migrants, survival, h, k, x):  # type: ignore[no-untyped-def]
    """Women of age x at the start and at the end of the step, added; 0 < x < A."""
    start = old[x] + h * migrants[x]
    return start + ((old[x - 1] + h * migrants[x - 1]) * survival[x] + k * migrants[x])


@compiled()
def _bear(old, migrants, survival, fertility, h, k):  # type: ignore[no-untyped-def]
    """Births per unit of width to the women of one district; NaN where a rate is out of its range."""
    last = old.size - 1
    # Girls born in the step do not bear in it: at age 0 only the stock at the start and its migrants count.
    s0 = fertility[0] * (old[0] + (h + k) * migrants[0])
    top = old[last] + h * migrants[last]
    grown = (old[last - 1] + h * migrants[last - 1] + top) * survival[last]
    s1 = fertility[last] * (top + (grown + k * migrants[last]))
    ok = (fertility[0] >= 0.0) & (fertility[last] >= 0.0)
    # Four running sums in a fixed order: fast, and the same to the bit on any number of threads.
    s2 = 0.0
    s3 = 0.0
    x = 1
    while x + 3 < last:
        s0 += fertility[x] * _exposure(old, migrants, survival, h, k, x)
        s1 += fertility[x + 1] * _exposure(old, migrants, survival, h, k, x + 1)
        s2 += fertility[x + 2] * _exposure(old, migrants, survival, h, k, x + 2)
        s3 += fertility[x + 3] * _exposure(old, migrants, survival, h, k, x + 3)
        ok &= (fertility[x] >= 0.0) & (fertility[x + 1] >= 0.0) & (fertility[x + 2] >= 0.0) & (fertility[x + 3] >= 0.0)
        x += 4
    while x < last:
        s0 += fertility[x] * _exposure(old, migrants, survival, h, k, x)
        ok &= fertility[x] >= 0.0
        x += 1
    return 0.5 * ((s0 + s1) + (s2 + s3)) if ok else np.nan


@compiled()
def _newborn(births, migrants, survival, g, new, dead):  # type: ignore[no-untyped-def]
    """Age 0 of one sex of one district; returns whether every value is in its range."""
    alive = births * survival[0]
    end = alive + g * migrants[0]
    dead[0] = births - alive
    new[0] = end
    return (survival[0] >= 0.0) & (survival[0] <= 1.0) & (births >= 0.0) & (end >= 0.0) & (end <= LARGEST)


@compiled()
def _first(rows, at, old):  # type: ignore[no-untyped-def]
    """Set the first stock of one district; returns whether it is a count."""
    ok = True
    for s in range(2):
        row = rows[at[2] * s + at[0]]
        for x in range(row.size):
            old[s, x] = row[x]
            ok &= (row[x] >= 0.0) & (row[x] <= LARGEST)
    return ok


@compiled(parallel=True)
def _run(shape, timing, block, P, Pi, f, fi, S, Si, R, Ri, M, Mi, stocks, births, deaths, moved, keep, ok):  # type: ignore[no-untyped-def]
    """All steps where districts do not exchange people; `X` holds rows of ages, `Xi` which row belongs to which cell."""
    n_lead, T, D = shape
    h, g, k, width = timing
    n_blocks = (D + block - 1) // block
    for unit in numba.prange(n_lead * n_blocks):
        i = unit // n_blocks
        first = (unit % n_blocks) * block
        districts = range(first, min(first + block, D))
        spare = np.empty((2, stocks.shape[-1]), stocks.dtype)
        good = True
        for d in districts:
            good &= _first(P, (Pi[0][i] + d * Pi[2], 0, Pi[3]), stocks[i, 0, d])
        for t in range(T):
            for d in districts:
                old, new = stocks[i, t, d], stocks[i, t + 1, d]
                dead = deaths[i, t, d] if keep[0] else spare
                s = Si[0][i] + t * Si[1] + d * Si[2]
                m = Mi[0][i] + t * Mi[1] + d * Mi[2]
                ratio = R[Ri[0][i] + t * Ri[1] + d * Ri[2], 0]
                total = width * _bear(old[0], M[m], S[s], f[fi[0][i] + t * fi[1] + d * fi[2]], h, k)
                girls = total / (1.0 + ratio)
                good &= ratio >= 0.0
                good &= _survive(old[0], M[m], S[s], h, g, new[0], dead[0])
                good &= _survive(old[1], M[m + Mi[3]], S[s + Si[3]], h, g, new[1], dead[1])
                good &= _newborn(girls, M[m], S[s], g, new[0], dead[0])
                good &= _newborn(total - girls, M[m + Mi[3]], S[s + Si[3]], g, new[1], dead[1])
                if keep[0]:
                    births[i, t, d, 0] = girls
                    births[i, t, d, 1] = total - girls
                if keep[1]:
                    moved[i, t, d, 0] = M[m]
                    moved[i, t, d, 1] = M[m + Mi[3]]
        ok[unit] = good


@compiled()
def _exchange(stock, d, net, departure, move, sex_step, first, last, out):  # type: ignore[no-untyped-def]
    """Migrants of district d from rates on `stock` (D, 2, A), ages first … last − 1, beside the net counts."""
    for s in range(2):
        for x in range(first, last):
            out[s, x] = net[s * sex_step[0], x] - departure[s * sex_step[1], x] * stock[d, s, x]
        for o in range(stock.shape[0]):
            if o != d and move.shape[0]:
                for x in range(first, last):
                    out[s, x] += stock[o, s, x] * move[o, d, s, x] - stock[d, s, x] * move[d, o, s, x]


@compiled(parallel=True)
def _run_coupled(  # type: ignore[no-untyped-def]
    shape, timing, P, Pi, f, fi, S, Si, R, Ri, M, Mi, out_rate, Oi, move, stocks, births, deaths, moved, keep, ok
):
    """All steps where people move by rates: each year every district's migrants first, then every district's step."""
    n_lead, T, D = shape
    h, g, k, width = timing
    A = stocks.shape[-1]
    after = k == 1.0  # the rates apply to the survivors, newborn children among them
    migrants = np.empty((n_lead, D, 2, A))
    for unit in numba.prange(n_lead * D):
        i, d = unit // D, unit % D
        ok[unit] = _first(P, (Pi[0][i] + d * Pi[2], 0, Pi[3]), stocks[i, 0, d])
    for t in range(T):
        if after:
            for unit in numba.prange(n_lead * D):
                i, d = unit // D, unit % D
                spare = np.empty(A, stocks.dtype)
                s = Si[0][i] + t * Si[1] + d * Si[2]
                for sex in range(2):
                    migrants[i, d, sex] = 0.0
                    _survive(
                        stocks[i, t, d, sex],
                        migrants[i, d, sex],
                        S[s + sex * Si[3]],
                        h,
                        g,
                        stocks[i, t + 1, d, sex],
                        spare,
                    )
        for unit in numba.prange(n_lead * D):
            i, d = unit // D, unit % D
            m = Mi[0][i] + t * Mi[1] + d * Mi[2]
            o = Oi[0][i] + t * Oi[1] + d * Oi[2]
            _exchange(
                stocks[i, t + 1 if after else t],
                d,
                M[m:],
                out_rate[o:],
                move[min(t, move.shape[0] - 1)],
                (Mi[3], Oi[3]),
                1 if after else 0,
                A,
                migrants[i, d],
            )
        for unit in numba.prange(n_lead * D):
            i, d = unit // D, unit % D
            old, new, mig = stocks[i, t, d], stocks[i, t + 1, d], migrants[i, d]
            dead = deaths[i, t, d] if keep[0] else np.empty((2, A), stocks.dtype)
            if after:
                mig[:, 0] = 0.0
            s = Si[0][i] + t * Si[1] + d * Si[2]
            ratio = R[Ri[0][i] + t * Ri[1] + d * Ri[2], 0]
            total = width * _bear(old[0], mig[0], S[s], f[fi[0][i] + t * fi[1] + d * fi[2]], h, k)
            girls = total / (1.0 + ratio)
            good = ratio >= 0.0
            good &= _survive(old[0], mig[0], S[s], h, g, new[0], dead[0])
            good &= _survive(old[1], mig[1], S[s + Si[3]], h, g, new[1], dead[1])
            good &= _newborn(girls, mig[0], S[s], g, new[0], dead[0])
            good &= _newborn(total - girls, mig[1], S[s + Si[3]], g, new[1], dead[1])
            ok[unit] &= good
            if keep[0]:
                births[i, t, d, 0] = girls
                births[i, t, d, 1] = total - girls
        if after:
            for unit in numba.prange(n_lead * D):
                i, d = unit // D, unit % D
                m = Mi[0][i] + t * Mi[1] + d * Mi[2]
                o = Oi[0][i] + t * Oi[1] + d * Oi[2]
                _exchange(
                    stocks[i, t + 1],
                    d,
                    M[m:],
                    out_rate[o:],
                    move[min(t, move.shape[0] - 1)],
                    (Mi[3], Oi[3]),
                    0,
                    1,
                    migrants[i, d],
                )
            for unit in numba.prange(n_lead * D):
                i, d = unit // D, unit % D
                for sex in range(2):
                    stocks[i, t + 1, d, sex, 0] += migrants[i, d, sex, 0]
                    ok[unit] &= (stocks[i, t + 1, d, sex, 0] >= 0.0) & (stocks[i, t + 1, d, sex, 0] <= LARGEST)
        if keep[1]:
            for unit in numba.prange(n_lead * D):
                moved[unit // D, t, unit % D] = migrants[unit // D, unit % D]


class _Rows(NamedTuple):
    """An input as rows of ages without its repeats; the row of a cell is base[lead] + t·T + d·D + sex·S."""

    rows: NDArray[Any]
    index: tuple[NDArray[np.int64], int, int, int]


def _rows(array: NDArray[Any], lead: tuple[int, ...], dtype: np.dtype[Any]) -> _Rows:
    """Rows of an input (..., T, D, sex, A); what only repeats (stride 0 or length 1) is kept once, not copied out."""
    once = [slice(0, 1) if step == 0 else slice(None) for step in array.strides[:-1]]
    array = np.ascontiguousarray(array[tuple(once)], dtype)
    *own, T, D, sexes, A = array.shape
    steps = (int(T > 1) * D * sexes, int(D > 1) * sexes, int(sexes > 1))
    base = np.arange(int(np.prod(own)), dtype=np.int64).reshape(own) * (T * D * sexes)
    return _Rows(array.reshape(-1, A), (np.broadcast_to(base, lead).ravel(), *steps))


_LIMITS = {
    "population": (0.0, LARGEST, "a count of people, 0 or more"),
    "fertility_rate": (0.0, LARGEST, "births per woman-year, 0 or more"),
    "survival_ratio": (0.0, 1.0, "a share, 0 … 1"),
    "sex_ratio_at_birth": (0.0, LARGEST, "males per female, such as 1.06"),
    "net_migration": (-LARGEST, LARGEST, "a finite number of people"),
    "move_rate": (0.0, 1.0, "a share of the district's people, 0 … 1"),
    "departure_rate": (0.0, 1.0, "a share of the district's people, 0 … 1"),
}


def _check_range(name: str, array: NDArray[Any]) -> None:
    low, high, rule = _LIMITS[name]
    bad = ~((array >= low) & (array <= high))
    if bad.any():
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        raise KernelError(
            f"{name}{list(index)} is {array[index]}, one of {int(bad.sum())} such values; it must be {rule}. Correct it.",
            array=name,
            index=index,
        )


def _check_stock(population: NDArray[Any]) -> None:
    bad = ~((population >= 0.0) & (population <= LARGEST))
    if not bad.any():
        raise KernelError("births overflowed: the rates give more people than a float can hold. Check their units.")
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    raise NegativeStockError(
        f"population{list(index)} (…, year, district, sex, age) comes out at {population[index]} persons, one of "
        f"{int(bad.sum())} such cells: net migration takes more people than there are. "
        "Lower the outflow there, or give it as a rate (departure_rate, move_rate).",
        array="population",
        index=index,
    )


def _take(name: str, given: ArrayLike, tail: tuple[int | None, ...]) -> NDArray[Any]:
    """An input as an array whose last axes are as they must be (None: any length)."""
    array = np.asarray(given)
    shape = array.shape[len(array.shape) - len(tail) :]
    if len(shape) != len(tail) or any(want not in (None, got) for want, got in zip(tail, shape, strict=True)):
        want = ", ".join("any" if n is None else str(n) for n in tail)
        raise KernelError(f"{name} has shape {array.shape}; it must end in ({want}). Order the axes so.", array=name)
    if array.dtype.kind not in "fiu":
        raise KernelError(f"{name} holds {array.dtype}, not numbers. Convert it.", array=name)
    return array


def _result(given: NDArray[Any] | None, wanted: bool, shape: tuple[int, ...], dtype: np.dtype[Any], name: str) -> Any:
    """The array to write into: the caller's, checked, or a new one; None if it is not wanted."""
    if given is None:
        return np.empty(shape, dtype) if wanted else None
    if given.shape != shape or given.dtype != dtype or not given.flags.writeable:
        raise KernelError(
            f"out.{name} is {given.dtype} {given.shape}; it must be a writable {dtype} array {shape}.",
            array=f"out.{name}",
        )
    return given


def project_path(
    population: ArrayLike,
    fertility_rate: ArrayLike,
    survival_ratio: ArrayLike,
    sex_ratio_at_birth: ArrayLike,
    net_migration: ArrayLike,
    *,
    timing: Timing = "even",
    move_rate: ArrayLike | None = None,
    departure_rate: ArrayLike | None = None,
    width: float = 1,
    out: Projected | NDArray[Any] | None = None,
    components: bool = True,
    dtype: DTypeLike = np.float64,
) -> Projected:
    """Project a population over T steps."""
    if timing not in TIMINGS:
        raise KernelError(f"timing is {timing!r}; it must be one of {', '.join(TIMINGS)}.")
    if not width > 0:
        raise KernelError(f"width is {width}; it must be the width of an age group in years, such as 1 or 5.")
    kind = np.dtype(dtype)
    if kind not in (np.dtype(np.float64), np.dtype(np.float32)):
        raise KernelError(f"dtype is {kind}; it must be float64 or float32.")
    stock = _take("population", population, (None, 2, None))
    D, _, A = stock.shape[-3:]
    if A < 3:
        raise KernelError(f"population has {A} ages; at least 3 are needed, the last one open.", array="population")
    f = _take("fertility_rate", fertility_rate, (None, D, A))
    T = f.shape[-3]
    S = _take("survival_ratio", survival_ratio, (T, D, 2, A))
    R = _take("sex_ratio_at_birth", sex_ratio_at_birth, (T, D))
    M = _take("net_migration", net_migration, (T, D, 2, A))
    coupled = move_rate is not None or departure_rate is not None or timing == "multiregional"
    move = np.zeros((1, 0, 0, 2, A)) if move_rate is None else _take("move_rate", move_rate, (T, D, D, 2, A))
    leave = np.zeros(1) if departure_rate is None else _take("departure_rate", departure_rate, (T, D, 2, A))
    leave = np.broadcast_to(leave, leave.shape[:-4] + (T, D, 2, A)) if departure_rate is None else leave
    if move.ndim != 5:
        raise KernelError(f"move_rate has shape {move.shape}; it has no leading axes.", array="move_rate")
    inputs = {
        "population": stock,
        "fertility_rate": f,
        "survival_ratio": S,
        "sex_ratio_at_birth": R,
        "net_migration": M,
    }
    views = [stock[..., None, :, :, :], f[..., None, :], S, R[..., None, None], M, leave]
    try:
        lead = np.broadcast_shapes(*(view.shape[:-4] for view in views))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in inputs.items())
        raise KernelError(f"the leading axes do not fit together: {shapes}. Give them equal lengths or 1.") from None
    if coupled:
        _check_range("move_rate", move)
        _check_range("departure_rate", leave)
    given = out if isinstance(out, Projected) else Projected(out) if out is not None else Projected(None)  # type: ignore[arg-type]
    flows = {"births": (T, D, 2), "deaths": (T, D, 2, A)}
    result = {"population": _result(given.population, True, (*lead, T + 1, D, 2, A), kind, "population")}
    for name, shape in flows.items():
        result[name] = _result(getattr(given, name), components, lead + shape, kind, name)
    wanted = components and coupled
    result["net_migration"] = _result(given.net_migration, wanted, (*lead, T, D, 2, A), kind, "net_migration")
    keep = (result["deaths"] is not None, result["net_migration"] is not None)
    rows = [_rows(view, lead, kind) for view in views]
    n = int(np.prod(lead))

    def flat(name: str, tail: int) -> NDArray[Any]:
        array = result[name]
        return (
            np.empty((1,) * (tail + 1), kind) if array is None else array.reshape(n, *array.shape[array.ndim - tail :])
        )

    arrays = (flat("population", 4), flat("births", 3), flat("deaths", 4), flat("net_migration", 4))
    flat_rows = [part for row in rows for part in row]
    times = (*TIMINGS[timing], float(width))
    if coupled:
        ok = np.ones(n * D, np.bool_)
        _run_coupled((n, T, D), times, *flat_rows, move, *arrays, keep, ok)
    else:
        block = BLOCK
        ok = np.ones(n * -(-D // block), np.bool_)
        _run((n, T, D), times, block, *flat_rows[:10], *arrays, keep, ok)
    if not ok.all():
        for name, array in inputs.items():
            _check_range(name, array)
        _check_stock(result["population"])
    if components and result["net_migration"] is None:
        result["net_migration"] = np.broadcast_to(M, (*lead, T, D, 2, A))
    return Projected(**result)


def project_step(
    population: ArrayLike,
    fertility_rate: ArrayLike,
    survival_ratio: ArrayLike,
    sex_ratio_at_birth: ArrayLike,
    net_migration: ArrayLike,
    *,
    timing: Timing = "even",
    move_rate: ArrayLike | None = None,
    departure_rate: ArrayLike | None = None,
    width: float = 1,
    components: bool = True,
    dtype: DTypeLike = np.float64,
) -> Projected:
    """Project a population by one step: `project_path` without its time axis."""
    path = project_path(
        population,
        np.asarray(fertility_rate)[..., None, :, :],
        np.asarray(survival_ratio)[..., None, :, :, :],
        np.asarray(sex_ratio_at_birth)[..., None, :],
        np.asarray(net_migration)[..., None, :, :, :],
        timing=timing,
        move_rate=None if move_rate is None else np.asarray(move_rate)[None],
        departure_rate=None if departure_rate is None else np.asarray(departure_rate)[..., None, :, :, :],
        width=width,
        components=components,
        dtype=dtype,
    )
    if path.births is None or path.deaths is None or path.net_migration is None:
        return Projected(path.population[..., 1, :, :, :])
    return Projected(
        path.population[..., 1, :, :, :],
        path.births[..., 0, :, :],
        path.deaths[..., 0, :, :, :],
        path.net_migration[..., 0, :, :, :],
    )
