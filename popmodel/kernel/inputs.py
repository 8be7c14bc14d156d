"""What the kernel takes and gives: shapes, ranges, results to write into, and the errors that say what is wrong."""

from collections.abc import Mapping
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from popmodel.schema import PopmodelError

from .steps import LARGEST

LIMITS = {
    "population": (0.0, LARGEST, "a count of people, 0 or more"),
    "fertility_rate": (0.0, LARGEST, "births per woman-year, 0 or more"),
    "survival_ratio": (0.0, 1.0, "a share, 0 … 1"),
    "sex_ratio_at_birth": (0.0, LARGEST, "males per female, such as 1.06"),
    "net_migration": (-LARGEST, LARGEST, "a finite number of people"),
    "move_rate": (0.0, 1.0, "a share of the district's people, 0 … 1"),
    "departure_rate": (0.0, 1.0, "a share of the district's people, 0 … 1"),
}
"""Least and greatest value of each input, and the rule in words."""


class KernelError(PopmodelError):
    """An input that the kernel cannot take.

    Attributes
    ----------
    array : str
        Name of the argument.
    index : tuple of int
        Position of the first offending value in it; empty where the whole array offends.
    """

    def __init__(self, message: str, *, array: str = "", index: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.array = array
        self.index = index


class NegativeStockError(KernelError):
    """A district loses people that it does not have; `index` is (…, year, district, sex, age) of the population."""


class Projected(NamedTuple):
    """What a projection returns; a part that was not asked for is None.

    Attributes
    ----------
    population : numpy.ndarray (..., T + 1, D, 2, A)
        Stocks, the one given first [persons].
    births : numpy.ndarray (..., T, D, 2) or None
        Live births by sex of the child [persons].
    deaths : numpy.ndarray (..., T, D, 2, A) or None
        Deaths by the age that the cohort reaches at the end of the step; age 0 are those born in it [persons].
    net_migration : numpy.ndarray (..., T, D, 2, A) or None
        The migrants that the step used, by age at the move [persons].
    """

    population: NDArray[Any]
    births: NDArray[Any] | None = None
    deaths: NDArray[Any] | None = None
    net_migration: NDArray[Any] | None = None


def take(name: str, given: ArrayLike, tail: tuple[int | None, ...]) -> NDArray[Any]:
    """Return an input as an array whose last axes are as they must be (None: any length)."""
    try:
        array = np.asarray(given)
    except ValueError:
        raise KernelError(
            f"{name} holds rows of different lengths; they must be even. Fill or cut them.", array=name
        ) from None
    if np.ma.isMaskedArray(given) and (hidden := np.ma.getmaskarray(given)).any():
        index = tuple(int(i) for i in np.argwhere(hidden)[0])
        raise KernelError(
            f"{name}{list(index)} is masked, one of {int(hidden.sum())} such values; every value must be there. Fill "
            "them (numpy.ma.filled).",
            array=name,
            index=index,
        )
    shape = array.shape[max(array.ndim - len(tail), 0) :]
    if len(shape) != len(tail) or any(want not in (None, got) for want, got in zip(tail, shape, strict=True)):
        want = ", ".join("any" if length is None else str(length) for length in tail)
        raise KernelError(
            f"{name} has shape {array.shape}; its last axes must be ({want}). Reorder or broadcast it.", array=name
        )
    if array.dtype.kind not in "fiu":
        raise KernelError(f"{name} holds {array.dtype}; it must hold numbers. Convert it.", array=name)
    return array


def check_options(timing: object, timings: Mapping[str, object], width: object, dtype: DTypeLike) -> np.dtype[Any]:
    """Return the type of the results; raise if an option is none of those that there are."""
    if not isinstance(timing, str) or timing not in timings:
        raise KernelError(f"timing is {timing!r}; it must be one of {', '.join(timings)}.")
    if isinstance(width, bool) or not isinstance(width, Real) or not 0 < float(width) < np.inf:
        raise KernelError(f"width is {width!r}; it must be the width of an age group in years, such as 1 or 5.")
    try:
        kind = np.dtype(dtype)
    except TypeError:
        raise KernelError(f"dtype is {dtype!r}; it must be float64 or float32.") from None
    if kind not in (np.dtype(np.float64), np.dtype(np.float32)):
        raise KernelError(f"dtype is {kind}; it must be float64 or float32.")
    return kind


def check_range(name: str, array: NDArray[Any]) -> None:
    """Raise if a value of the input `name` is outside its limits or not a number."""
    low, high, rule = LIMITS[name]
    bad = ~((array >= low) & (array <= high))
    if bad.any():
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        raise KernelError(
            f"{name}{list(index)} is {array[index]}, one of {int(bad.sum())} such values; it must be {rule}. "
            "Correct it.",
            array=name,
            index=index,
        )


def check_departures(move: NDArray[Any] | None, leave: NDArray[Any] | None) -> None:
    """Raise if rates are no shares, or move more people out of a district than it has."""
    leaving: Any = 0.0
    if leave is not None:
        check_range("departure_rate", leave)
        leaving = leave
    if move is not None:
        check_range("move_rate", move)
        own = np.einsum("tiisa->tisa", move)
        leaving = leaving + (move.sum(axis=2) - own)
    bad = np.atleast_1d(leaving > 1.0 + 1e-12)
    if bad.any():
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        raise KernelError(
            f"departure_rate and move_rate together take a share of {leaving[index]:.6g} out of the district at "
            f"{list(index)} (…, t, district, sex, age), one of {int(bad.sum())} such cells; at most 1 can leave. "
            "Lower them.",
            array="departure_rate" if move is None else "move_rate",
            index=index,
        )


def check_stock(population: NDArray[Any]) -> None:
    """Raise for the first cell of a projected population that is no count of people."""
    bad = ~((population >= 0.0) & (population <= LARGEST))
    if not bad.any():
        raise KernelError("births came out as no finite number: the rates are too high to be rates. Check their units.")
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    raise NegativeStockError(
        f"population{list(index)} (…, year, district, sex, age) comes out at {population[index]:.6g} persons, one of "
        f"{int(bad.sum())} such cells: net migration takes more people than there are. "
        "Lower the outflow there, or give it as a rate (departure_rate, move_rate).",
        array="population",
        index=index,
    )


def check_out(out: object) -> Projected:
    """Return the arrays to write into as a `Projected`, each an array or None."""
    given = out if isinstance(out, tuple) else (out, None, None, None)
    if len(given) != len(Projected._fields) or any(not isinstance(part, np.ndarray | None) for part in given):
        kinds = ", ".join(type(part).__name__ for part in given)
        raise KernelError(
            f"out is {type(out).__name__} ({kinds}); it must be an array or a Projected of arrays and None. Allocate "
            "them with numpy.empty.",
            array="out",
        )
    return Projected(*given)


def check_apart(out: Projected, inputs: Mapping[str, NDArray[Any] | None]) -> None:
    """Raise if an array to write into shares memory with an input, another one or itself: it would be read changed."""
    parts = {f"out.{name}": part for name, part in zip(Projected._fields, out, strict=True) if part is not None}
    for number, (name, part) in enumerate(parts.items()):
        if _folded(part):
            raise KernelError(f"{name} holds cells that are one place in memory. Give an array of its own.", array=name)
        others = list(inputs.items()) + list(parts.items())[:number]
        for other, array in others:
            if array is not None and _share(part, array):
                raise KernelError(
                    f"{name} shares memory with {other}. Give an array of its own, or a copy.", array=name
                )


def _folded(array: NDArray[Any]) -> bool:
    """Whether cells of an array may lie on each other: an axis steps less far than those within it reach."""
    reach = array.itemsize
    for step, length in sorted(zip(map(abs, array.strides), array.shape, strict=True)):
        if length > 1 and step < reach:
            return True
        reach += step * (length - 1)
    return False


def _share(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether two arrays share memory; what is too hard to tell counts as shared."""
    if not np.may_share_memory(one, other):
        return False
    try:
        return np.shares_memory(one, other, max_work=1_000_000)  # type: ignore[arg-type]  # numpy's stubs know two constants
    except np.exceptions.TooHardError:
        return True


def result(name: str, given: NDArray[Any] | None, wanted: bool, shape: tuple[int, ...], kind: np.dtype[Any]) -> Any:
    """Return the array to write into: the caller's, checked, or a new one; None if it is not wanted."""
    if given is None:
        return np.empty(shape, kind) if wanted else None
    own = {"population": 4, "births": 3, "deaths": 4, "net_migration": 4}[name]
    cell = given[(0,) * (given.ndim - own)] if given.size and given.ndim >= own else given
    if given.shape != shape or given.dtype != kind or not given.flags.writeable or not cell.flags.c_contiguous:
        raise KernelError(
            f"out.{name} is {given.dtype} {given.shape}; it must be a writable {kind} array {shape} whose last "
            f"{own} axes lie in one piece. Slice the leading axes only.",
            array=f"out.{name}",
        )
    return given


def rows(array: NDArray[Any], kind: np.dtype[Any]) -> tuple[NDArray[Any], NDArray[np.int64], tuple[int, int, int]]:
    """Return an input (lead, T, D, sex, A) as rows of ages, the first row of each lead, and the steps of T, D and sex.

    What only repeats (stride 0) is kept once and not copied out, so broadcasting costs nothing.
    """
    once = tuple(slice(0, 1) if step == 0 else slice(None) for step in array.strides[:-1])
    compact = np.ascontiguousarray(array[once], kind)
    *own, T, D, sexes, A = compact.shape
    base = np.arange(int(np.prod(own)), dtype=np.int64).reshape(own) * (T * D * sexes)
    out = compact.reshape(-1, A).view()
    out.flags.writeable = False  # one type for numba, whether the caller's array may be written or not
    return (
        out,
        np.broadcast_to(base, array.shape[:-4]).ravel(),
        (int(T > 1) * D * sexes, int(D > 1) * sexes, int(sexes > 1)),
    )
