"""Certificates: multipliers that prove in exact rational numbers that targets cannot hold together within limits."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from popmodel.feasibility.bounds import far_of
from popmodel.feasibility.ranges import no_room
from popmodel.feasibility.solving import EndlessError, limit_rows, solve, target_rows
from popmodel.feasibility.system import System, with_limits
from popmodel.scenario.limits import OLD as SENIOR, Limits
from popmodel.schema import SchemaError, named

Array = npt.NDArray[np.float64]
CELLS = "no cell below zero"
OLD = "nobody aged 60 and over sent away"
WIDEST = 10.0
"""Times as wide as which no limit is tried."""
TRIES = 15
"""Rounds of cells below zero after which a limit is said not to do: so wide, it empties districts."""
FRAGILE = 1.01
"""A conflict that a limit a hundredth wider lifts is fragile."""


class Certificate(NamedTuple):
    """Multipliers ≥ 0 whose sum of rows no decision in the box keeps: proof that a set of targets cannot hold.

    Attributes
    ----------
    limits : str
        Name of the limits.
    targets : tuple of ((str, int), float)
        Target → multiplier of its row, top − level·bottom in persons; the greatest is 1.
    binding : tuple of str
        Limits that take part.
    margin : Fraction
        By how much the rows' sum is missed by every decision in the box; above zero.
    times : mapping of str to float
        Binding limit → how many times as wide it alone would have to be to let the targets hold; NaN: no
        width up to ten times does, short of emptying ages of districts.
    fragile : bool
        Whether one of them a hundredth wider would do.
    milestones : tuple of (str, int)
        Targets that hold only year by year after a milestone: the proof holds with that milestone met.
    rows, ends, multipliers, low, high : ndarray
        The rows that take part, in the form rows·x ≤ ends, and the box.
    """

    limits: str
    targets: tuple[tuple[tuple[str, int], float], ...]
    binding: tuple[str, ...]
    margin: Fraction
    times: Mapping[str, float]
    fragile: bool
    milestones: tuple[tuple[str, int], ...]
    rows: Array
    ends: Array
    multipliers: Array
    low: Array
    high: Array


def certificate(system: System, members: Iterable[int]) -> Certificate:
    """Prove that targets cannot hold together within the limits.

    Raises
    ------
    SchemaError
        If they can, or the multipliers do not prove it in exact numbers.
    """
    places = sorted(members)
    rows = target_rows(system, places)
    best = solve(system, np.zeros(system.low.size), rows, elastic=True)
    if best is None:
        raise no_room(system)
    limits, ends = limit_rows(system)
    y = np.concatenate(best.duals)
    y[y < 1e-12] = 0.0
    used = np.flatnonzero(y)
    whole = sparse.csr_array(sparse.vstack([sparse.csr_array(rows.rows), limits]))
    matrix, right = whole[used].toarray(), np.concatenate([rows.ends, ends])[used]
    margin = margin_of(matrix, right, y[used], system.low, system.high)
    each = np.where(best.duals[0] > 1e-12, best.duals[0] / rows.sizes, 0.0)
    each /= max(float(each.max(initial=0.0)), 1e-300)
    pairs = zip(rows.owner, each, strict=True)
    keys = tuple((system.aims[place].key, float(value)) for place, value in pairs if value > 0)
    if margin <= 0:
        what = named(system.aims[place].label for place in places)
        raise SchemaError(f"{what}: within {system.name!r} no proof in exact numbers that they exclude one another.")
    binding = _binding(system, matrix, y[used], used - len(rows.ends))
    times = {kind: least_width(system, places, kind) for kind in binding if kind not in (CELLS, OLD)}
    fragile = any(width <= FRAGILE for width in times.values())
    stones = (system.aims[place] for place in places)
    milestones = tuple(aim.key for aim in stones if aim.rising is not None and aim.rising.milestone)
    return Certificate(system.name, keys, binding, margin, times, fragile, milestones, matrix, right, y[used],
                       system.low, system.high)  # fmt: skip


def _binding(system: System, matrix: Array, y: Array, places: npt.NDArray[np.int_]) -> tuple[str, ...]:
    """Name the limits whose rows, or whose sides of the box, take part."""
    names = (*system.names, *[CELLS] * len(system.cuts))
    found = dict.fromkeys(names[place] for place in places if place >= 0)
    column = y @ matrix if len(y) else np.zeros(len(system.low))
    strong = np.abs(column) > 1e-7 * max(float(np.abs(column).max(initial=0.0)), 1e-300)
    n, far = system.people, 0.999 * far_of(system.problem)
    old = [span[1] is None or span[1] > SENIOR for span in system.classes.values()]
    senior = np.tile(old, n // len(old))
    low = strong[:n] & (column[:n] > 0) & (system.low[:n] > -far)
    found |= dict.fromkeys(["class_loss"] * bool((low & ((system.floor[:n] > 0) | ~senior)).any()))
    found |= dict.fromkeys([OLD] * bool((low & (system.floor[:n] <= 0) & senior).any()))
    found |= dict.fromkeys(["district_rate"] * bool((strong[:n] & (column[:n] < 0) & (system.high[:n] < far)).any()))
    entries = strong[n : n + system.shape[0]] if system.entries else np.zeros(0, dtype=bool)
    found |= dict.fromkeys(["register_entries"] * bool(entries.any()))
    return tuple(found)


def margin_of(rows: Array, ends: Array, multipliers: Array, low: Array, high: Array) -> Fraction:
    r"""Return the least of :math:`y^T (A x - b)` over the box, in exact rational numbers (Farkas).

    Above zero, with no multiplier below zero, no decision in the box keeps all rows; a multiplier below zero gives −1.
    """
    if (multipliers < 0).any():
        return Fraction(-1)
    used = np.flatnonzero(multipliers)
    y = {int(row): Fraction(float(multipliers[row])) for row in used}
    total = -sum((m * Fraction(float(ends[row])) for row, m in y.items()), Fraction(0))
    columns: dict[int, Fraction] = {}
    for row, m in y.items():
        for place in np.flatnonzero(rows[row]):
            columns[int(place)] = columns.get(int(place), Fraction(0)) + m * Fraction(float(rows[row, place]))
    for at, column in columns.items():
        total += column * Fraction(float(low[at] if column > 0 else high[at]))
    return total


def least_width(system: System, members: Iterable[int], kind: str) -> float:
    """Find how many times as wide one limit alone would have to be to let targets hold; NaN if none up
    to ten times does.

    Notes
    -----
    A limit is widened away from what is nearest to zero, shares of classes about their middle. Where the limit's width
    stands in the ends of its rows alone, it is a decision of one linear program; else it is found by halving.
    """
    places = list(members)
    picked = np.array([name == kind for name in system.names], dtype=bool)
    if (len(picked) and np.isnan(system.widen[picked]).any()) or kind == "register_entries":
        return _by_halving(system, places, kind)
    n = len(system.low)
    give = np.where(picked, np.nan_to_num(system.widen), 0.0)
    rows = [sparse.hstack([system.rows, sparse.csr_array(-give[:, None])])] if len(give) else []
    ends = [system.ends - give]
    low, high = system.low.copy(), system.high.copy()
    if kind == "class_loss":
        lost = np.flatnonzero(system.floor > 0)
        unit = sparse.csr_array((-np.ones(len(lost)), (np.arange(len(lost)), lost)), shape=(len(lost), n))
        rows.append(sparse.hstack([unit, sparse.csr_array(-system.floor[lost][:, None])]))
        ends.append(-system.low[lost] - system.floor[lost])
        low[lost] -= WIDEST * system.floor[lost]
    if kind in ("class_loss", "district_rate"):
        high[: system.people] = WIDEST * np.maximum(high[: system.people], 0.0)
    # The share of a width is one decision more; cells and targets do not see it.
    wide = system._replace(
        rows=sparse.csr_array(sparse.vstack(rows)), ends=np.concatenate(ends),
        low=np.append(low, 1.0), high=np.append(high, WIDEST), names=(), cuts=list(system.cuts),
    )  # fmt: skip
    costs = np.append(np.zeros(n), 1.0)
    target = target_rows(system, places)
    padded = target._replace(rows=np.hstack([target.rows, np.zeros((len(target.rows), 1))]))
    try:
        found = solve(wide, costs, padded, rounds=TRIES)
    except EndlessError:
        return np.nan
    return np.nan if found is None else float(found.value)


def _by_halving(system: System, places: list[int], kind: str) -> float:
    def holds(times: float) -> bool:
        if system.limits is None:
            return False
        wide = with_limits(system, widened(system.limits, kind, times))
        return solve(wide, np.zeros(wide.low.size), target_rows(wide, places)) is not None

    low, high = 1.0, FRAGILE
    while not holds(high):
        if high >= WIDEST:
            return np.nan
        low, high = high, min(1 + 4 * (high - 1), WIDEST)
    while high - low > 2e-3 * low and high > FRAGILE:
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def widened(limits: Limits, kind: str, times: float) -> Limits:
    """Return limits, one so many times as wide: away from what is nearest to 0; shares about their middle."""

    def span(least: float, most: float, anchor: float) -> tuple[float, float]:
        return anchor + times * (least - anchor), anchor + times * (most - anchor)

    value = getattr(limits, kind)
    if kind == "class_share":
        return replace(limits, class_share={k: span(pair[0], pair[1], sum(pair) / 2) for k, pair in value.items()})
    if kind == "class_loss":
        return replace(limits, class_loss={k: min(1000.0, times * loss) for k, loss in value.items()})
    if isinstance(value, tuple):
        changed: dict[str, Any] = {kind: span(value[0], value[1], min(max(0.0, value[0]), value[1]))}
        return replace(limits, **changed)
    single: dict[str, Any] = {kind: min(100.0 if kind == "centre_drift" else 1000.0, times * value)}
    return replace(limits, **single)
