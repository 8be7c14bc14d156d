"""The numbers of a driver: by period, for the city (T,) or by district (T, D)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from popmodel.scenario import ALL, OBSERVED, Change, Dated, Driver, Observed, Solve, Toward
from popmodel.schema import SchemaError, named, near

Array = npt.NDArray[np.float64]
MOST = 1e10
"""More people than there are on Earth. [persons]"""
LIMITS = {
    # The lowest published for a large city is Seoul's, 0.55 in 2023 (Statistics Korea, birth statistics).
    "total_fertility": (0.4, 12.0),
    "life_expectancy": (20.0, 100.0),
    "sex_ratio_at_birth": (0.8, 1.6),
    "net_migration": (-MOST, MOST),
    "arrivals": (0.0, MOST),
    "departure_rate": (0.0, 1.0),
    "registered_net_entries": (-MOST, MOST),
    "registered_entries": (0.0, MOST),
    "registered_departures": (0.0, MOST),
    "registered_natural_rate": (-0.1, 0.1),
}
"""What a driver may be; beyond lies a mistaken unit."""
STEEPNESS = 2 * np.log(99)
"""Of the logistic curve between two dates: from 1 % to 99 % of the way."""


def dated(driver: Driver, periods: Sequence[int], codes: Sequence[str], where: str, *, name: str) -> Array:
    """Return the values of a driver that holds numbers, (T,) or by district (T, D).

    `name` is the driver's, whose limits the values must keep; `where` opens the text of an error.

    Raises
    ------
    SchemaError
        If the driver holds no numbers, lacks the first period or a district, or lies outside its limits.
    """
    values = _joined(driver, periods, codes, where)
    check_limits(values, periods, codes, where, name=name)
    return values


def _joined(driver: Any, periods: Sequence[int], codes: Sequence[str], where: str) -> Array:
    if isinstance(driver, Observed | Solve | Change | Toward):
        raise SchemaError(f"{where}: {driver} is not possible for this driver. Give a number or dated values.")
    if not isinstance(driver, Dated | Mapping):
        return np.full(len(periods), float(driver))
    points: Mapping[int, Any] = driver.values if isinstance(driver, Dated) else driver
    method = driver.interpolation if isinstance(driver, Dated) else "linear"
    known = sorted(points)
    if not known or known[0] > periods[0]:
        raise SchemaError(
            f"{where}: no value for {periods[0]}; the first one given is {known[0] if known else 'none'}. "
            f"Add a value for {periods[0]} or an earlier year."
        )
    if not isinstance(points[known[0]], Mapping):
        return interpolate(known, [float(points[year]) for year in known], periods, method)
    columns = []
    for year in known:
        unknown = sorted(set(points[year]) - set(codes) - {ALL})
        missing = [code for code in codes if code not in points[year] and ALL not in points[year]]
        if unknown or missing:
            raise SchemaError(
                f"{where} {year}: {named([*missing, *unknown])} unknown or missing. Give every district, or "
                f'"{ALL}" for those not named; known: {named(codes, most=20)}.{near(unknown, codes)}'
            )
    for code in codes:
        given = [float(points[year].get(code, points[year].get(ALL, np.nan))) for year in known]
        columns.append(interpolate(known, given, periods, method))
    return np.stack(columns, axis=1)


def interpolate(known: Sequence[int], given: Sequence[float], periods: Sequence[int], method: str) -> Array:
    """Join dated values and hold the last one.

    Parameters
    ----------
    known : sequence of int, length N
        Years, ascending.
    given : sequence of float, length N
        Values of these years.
    periods : sequence of int, length T
        Years wanted, not before the first one given.
    method : {"linear", "step", "logistic"}
        Straight lines; each value until the next date; or an S-curve between every two dates.

    Returns
    -------
    ndarray, shape (T,)

    Notes
    -----
    Logistic: ``v = v₀ + (v₁ − v₀)·(Λ(u) − Λ(0)) / (Λ(1) − Λ(0))`` with ``Λ(u) = 1/(1 + exp(−k(u − ½)))``, u the share
    of the time between the dates that has passed and k = 2·ln 99.
    """
    if method == "step":
        return np.array([given[int(np.searchsorted(known, year, side="right")) - 1] for year in periods])
    if method == "linear":
        return np.asarray(np.interp(periods, known, given))
    at = np.clip(np.searchsorted(known, periods, side="right") - 1, 0, max(len(known) - 2, 0))
    years, values = np.asarray(known, dtype=float), np.asarray(given, dtype=float)
    after = np.minimum(at + 1, len(known) - 1)
    gap = np.maximum(years[after] - years[at], 1.0)
    u = np.clip((np.asarray(periods, dtype=float) - years[at]) / gap, 0.0, 1.0)

    def curve(x: npt.ArrayLike) -> Array:
        return np.asarray(1 / (1 + np.exp(-STEEPNESS * (np.asarray(x, dtype=float) - 0.5))))

    way = (curve(u) - curve(0.0)) / (curve(1.0) - curve(0.0))
    return np.asarray(values[at] + (values[after] - values[at]) * way)


def changed(
    parent: Array,
    change: Change,
    periods: Sequence[int],
    codes: Sequence[str],
    where: str,
    *,
    name: str,
    spread: Callable[[Array], Array],
    offset: Array | float = 0.0,
    last_observed: int,
) -> Array:
    """Return the parent's values, changed: ``times · value + plus`` after the year that the change names.

    `spread` gives a city-wide value (T,) to the districts (T, D), as absolute values of the driver are given to them;
    `offset` is what districts have besides where the parent's value is the city's.

    Raises
    ------
    SchemaError
        If the change or what it gives is not possible.
    """
    times = _joined(change.times, periods, codes, f"{where} times")
    plus = _joined(change.plus, periods, codes, f"{where} plus")
    if max(parent.ndim, times.ndim, plus.ndim) == 2:
        parent = parent if parent.ndim == 2 else spread(parent) + offset
        plus = plus if plus.ndim == 2 else spread(plus)
        times = times if times.ndim == 2 else times[:, None]
    values = parent * times + plus
    if change.after is not None:
        upto = last_observed if change.after == OBSERVED else int(change.after)
        later = np.asarray(periods) > upto
        values = np.where(later if values.ndim == 1 else later[:, None], values, parent)
    check_limits(values, periods, codes, where, name=name)
    return np.asarray(values)


def check_limits(values: Array, periods: Sequence[int], codes: Sequence[str], where: str, *, name: str) -> None:
    """Raise if a value is not finite or beyond the limits of the driver `name`; `where` opens the text of the error."""
    low, high = LIMITS[name]
    bad = ~np.isfinite(values) | (values < low) | (values > high)
    if bad.any():
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        place = f"{periods[first[0]]}" + (f" in district {codes[first[1]]}" if len(first) == 2 else "")
        hint = "ratios are males per female (1.09, not 109)" if name == "sex_ratio_at_birth" else "mind its unit"
        raise SchemaError(
            f"{where}: {values[first]:g} in {place} lies outside {low:g} … {high:g}. Correct the value; {hint}."
        )
