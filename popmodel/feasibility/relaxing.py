"""The least that a plan's targets have to give so that they can hold together within the limits."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr
from scipy import sparse

from popmodel.feasibility.aims import Aim, Face, Need, ratio_at, value_at
from popmodel.feasibility.checking import check_path
from popmodel.feasibility.problem import ABOUT, Problem, names_of
from popmodel.feasibility.ranges import extreme, no_room, none_of
from popmodel.feasibility.rising import UnrisenError, all_rise, settle
from popmodel.feasibility.solving import Rows, Solution, UnsettledError, solve, target_rows
from popmodel.feasibility.system import System, only_limits, path_of, system_of
from popmodel.schema import SchemaError, named as listed, near

Array = npt.NDArray[np.float64]
WAYS = ("attainment", "sum", "priority")
HALVED = 1e-8
COLUMNS = (*ABOUT, "level", "relaxed", "difference", "share_of_way", "reference", "met")


class Relaxed(NamedTuple):
    """What targets come to, and the path of migrants."""

    table: pd.DataFrame
    path: xr.Dataset


def relax_targets(
    problem: Problem,
    *,
    by: Literal["attainment", "sum", "priority"] = "attainment",
    order: Sequence[str] | None = None,
) -> Relaxed:
    """Find what the targets can come to together within the limits.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`, with one set of limits.
    by : {"attainment", "sum", "priority"}
        `attainment`: the greatest common share of the way from the reference to every target, then the least sum of
        what is left; `sum`: the least sum of shortfalls, each in its target's unit; `priority`: in an order, each as
        good as those before it allow.
    order : sequence of str, optional
        Targets (as in the column `target`) first to last, for `priority`; those not named follow in the plan's order.

    Returns
    -------
    Relaxed
        `table`, a row a target: `target`, `indicator`, `year`, `level` (as printed), `relaxed` (what it comes to, its
        level if it is met), `difference`, `share_of_way` (from the reference to the level; 1 where it is met),
        `reference`, `met`, `unit`; ``attrs["share"]`` is the common share (`attainment`), ``attrs["unrisen"]`` names
        the targets that come to their level on this path but do not rise in every year (`met` is false). `path`:
        `net_migration` (period, district, sex, age) [persons, as counts], which `project` takes, with
        `registered_net_entries` (period) where they are decided.

    Raises
    ------
    SchemaError
        If the way or a target is not known, no decision keeps the limits, or a projection does not confirm the path.

    Notes
    -----
    Goal attainment after Gembicki (1974), by halving on linear programs; elastic and goal programming after Charnes and
    Cooper (1961). A target already met by the reference is held at its level.

    Examples
    --------
    >>> table, path = pm.relax_targets(problem)
    >>> "net_migration" in path
    True
    """
    if by not in WAYS:
        raise SchemaError(f"relax_targets: by={by!r} is not known. Use one of: {', '.join(WAYS)}.{near(by, WAYS)}")
    if order is not None and by != "priority":
        raise SchemaError(f'relax_targets: order is for by="priority", not {by!r}. Leave it out.')
    system = system_of(problem, only_limits(problem, "relax_targets"))
    if solve(system, np.zeros(system.low.size), none_of(system)) is None:
        raise no_room(system)
    share = np.nan
    if by == "attainment":
        share, x = _attained(system)
    elif by == "sum":
        x = _least_shortfall(system, [])
    else:
        x = _in_order(system, _order(system, order))
    return _result(system, x, share, by)


def _result(system: System, x: Array, share: float, by: str) -> Relaxed:
    met = [place for place in range(len(system.aims)) if _holds(system.aims[place], x)]
    met = [place for place in met if system.aims[place].rising is None or all_rise(system, x, place)]
    check_path(system, x, met)
    table = pd.DataFrame([_entry(aim, x, met=place in met) for place, aim in enumerate(system.aims)])
    table = table.reindex(columns=list(COLUMNS))
    kept = [aim.key for place, aim in enumerate(system.aims) if place not in met and _holds(aim, x)]
    table.attrs = {"by": by, "share": share, "unrisen": kept, "not_modelled": dict(system.left)}
    table.attrs |= {} if system.limits is None else names_of(system.limits)
    return Relaxed(table, path_of(system, x))


def _holds(aim: Aim, x: Array) -> bool:
    return all(need.least - 1e-9 <= ratio_at(face, x) <= need.most + 1e-9 for need in aim.needs for face in need.faces)


def _farthest(aim: Aim, x: Array) -> float:
    values = [value_at(aim, x, m) for m in range(len(aim.needs[-1].faces))]
    return min(values) if np.isfinite(aim.least) else max(values)


def _entry(aim: Aim, x: Array, *, met: bool) -> dict[str, Any]:
    value, reference = _farthest(aim, x), _farthest(aim, 0.0 * x)
    level = aim.least if np.isfinite(aim.least) and not (np.isfinite(aim.most) and value > aim.most) else aim.most
    relaxed = level if met else value
    way = level - reference
    share = 1.0 if met else (value - reference) / way if way else 0.0
    return {
        **aim.row.about, "level": level, "relaxed": relaxed,
        "difference": relaxed - level, "share_of_way": share, "reference": reference, "met": met,
    }  # fmt: skip


def _needs_at(aim: Aim, share: float) -> list[Need]:
    """Return what a target needs after a share of the way from the reference; where that holds, its own level."""
    out = []
    for need in aim.needs:
        low = min(ratio_at(face, 0.0 * face.top) for face in need.faces)
        high = max(ratio_at(face, 0.0 * face.top) for face in need.faces)
        least = need.least if low >= need.least else low + share * (need.least - low)
        most = need.most if high <= need.most else high + share * (need.most - high)
        out.append(need._replace(least=least if np.isfinite(need.least) else -np.inf,
                                 most=most if np.isfinite(need.most) else np.inf))  # fmt: skip
    return out


def _rows_at(system: System, share: float) -> Rows:
    return target_rows(system, (), [(p, need) for p, aim in enumerate(system.aims) for need in _needs_at(aim, share)])


def _attained(system: System) -> tuple[float, Array]:
    """Return the greatest common share of the way, and the decisions that leave the least beyond it."""
    zero = np.zeros(system.low.size)
    whole = range(len(system.aims))
    full = _settled(system, zero, target_rows(system, whole), whole)
    if full is not None:
        return 1.0, full.x
    low, high = 0.0, 1.0
    if solve(system, zero, _rows_at(system, 0.0)) is None:
        # Not even the reference keeps the limits: the share of the way is below none.
        while solve(system, zero, _rows_at(system, low)) is None:
            low, high = low - max(1.0, -low), low
            if low < -1e6:
                raise no_room(system)
    while high - low > HALVED:
        middle = (low + high) / 2
        low, high = (middle, high) if _reached(system, middle) else (low, middle)
    floors = [(p, need) for p, aim in enumerate(system.aims) for need in _needs_at(aim, low - 2 * HALVED)]
    return low, _least_shortfall(system, floors)


def _reached(system: System, share: float) -> bool:
    """Tell whether all come so far together; on the very edge, where the solver does not settle, they do not."""
    try:
        return solve(system, np.zeros(system.low.size), _rows_at(system, share)) is not None
    except UnsettledError:
        return False


def _least_shortfall(system: System, floors: list[tuple[int, Need]]) -> Array:
    """Return the decisions with the least sum of shortfalls in the targets' units, no target below its floor."""
    fixed = target_rows(system, (), floors)
    whole = range(len(system.aims))
    x = np.zeros(system.low.size)
    before = np.inf
    for _ in range(20):
        rows = target_rows(system, whole)
        under = np.array([face.bottom0 + float(face.bottom @ x) for face in _faces(system)]) / rows.sizes
        found = _elastic(system, rows, under, fixed)
        if found is None:
            raise no_room(system)
        x, value = found
        if abs(value - before) <= 1e-9 * max(1.0, abs(value)):
            break
        before = value
    return x


def _faces(system: System) -> list[Face]:
    """Return the face of every row, in their order."""
    out = []
    for aim in system.aims:
        for need in aim.needs:
            for face in need.faces:
                out += [face] * (int(np.isfinite(need.most)) + int(np.isfinite(need.least)))
    return out


def _elastic(system: System, rows: Rows, under: Array, fixed: Rows) -> tuple[Array, float] | None:
    """Solve with a shortfall a row as decisions more, in units of the target: row·x − under·s ≤ end."""
    n, count = system.low.size, len(rows.ends)
    wide = system._replace(
        low=np.concatenate([system.low, np.zeros(count)]),
        high=np.concatenate([system.high, np.full(count, np.inf)]),
        rows=sparse.csr_array(sparse.hstack([system.rows, sparse.csr_array((system.rows.shape[0], count))])),
    )
    soft = np.hstack([rows.rows, -np.diag(under)])
    hard = np.hstack([fixed.rows, np.zeros((len(fixed.rows), count))])
    both = Rows(np.vstack([soft, hard]), np.concatenate([rows.ends - 1e-6, fixed.ends]), rows.owner + fixed.owner,
                np.concatenate([rows.sizes, fixed.sizes]))  # fmt: skip
    costs = np.concatenate([np.zeros(n), np.ones(count)])
    best = solve(wide, costs, both, inset=0.0)
    return None if best is None else (best.x[:n], best.value)


def _order(system: System, order: Sequence[str] | None) -> list[int]:
    labels = [aim.label for aim in system.aims]
    given = list(order or ())
    unknown = [name for name in given if name not in labels]
    if unknown or len(set(given)) < len(given):
        raise SchemaError(
            f"relax_targets: order names {listed(unknown or given)}, which must be targets, each once."
            f"{near(unknown, labels)}"
        )
    first = [labels.index(name) for name in given]
    return first + [place for place in range(len(labels)) if place not in first]


def _in_order(system: System, places: list[int]) -> Array:
    """Return decisions in which each target is as good as those before it allow."""
    kept: list[tuple[int, Need]] = []
    whole: list[int] = []
    zero = np.zeros(system.low.size)
    for place in places:
        aim = system.aims[place]
        own = [(place, need) for need in aim.needs]
        both = target_rows(system, (), [*kept, *own])
        if _settled(system, zero, both, [*whole, place]) is not None:
            kept += own
            whole.append(place)
            continue
        if aim.rising is not None and solve(system, zero, both) is not None:
            kept += own  # its floors are kept, though no path was found that rises in every year
            continue
        rows = target_rows(system, (), kept)
        sign = -1.0 if np.isfinite(aim.least) else 1.0
        x = extreme(system, aim, sign, rows)
        slack = 0.5 * 10.0**-aim.row.request.target.decimals
        value = value_at(aim, x) + sign * slack  # loosened: its last hundredth would cost the others whole points
        least, most = (value, np.inf) if sign < 0 else (-np.inf, value)
        kept.append((place, aim.needs[-1]._replace(least=least, most=most)))
    costs = zero.copy()
    costs[: system.people] = 1.0
    rows = target_rows(system, (), kept)
    best = _settled(system, costs, rows, whole) or solve(system, costs, rows)
    if best is None:
        raise no_room(system)
    return best.x


def _settled(system: System, costs: Array, rows: Rows, members: Iterable[int]) -> Solution | None:
    """Settle; None, too, where floors can be kept but no path was found that rises in every year."""
    try:
        return settle(system, costs, rows, members)
    except UnrisenError:
        return None
