"""Declared limits as a box and rows over the decisions, and by how much each gives when a limit is widened."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy import sparse

from popmodel.feasibility.problem import Problem
from popmodel.feasibility.responses import UNIT, Responses
from popmodel.scenario.limits import CLASSES, Limits, loss_of

Array = npt.NDArray[np.float64]
FAR = 10.0
"""Box of a decision that no limit bounds by itself, in residents of the whole city: beyond anything that is asked."""


class Bounds(NamedTuple):
    """Low ≤ x ≤ high and `rows`·x ≤ `ends`, over the migrants decided."""

    low: Array
    high: Array
    rows: sparse.csr_array
    ends: Array
    names: tuple[str, ...]
    widen: Array
    """By how much each end rises when its limit becomes twice as wide; NaN where the row itself changes."""
    floor: Array
    """By how much the low of each decision falls when the limit on leavers becomes twice as wide."""


class _Net(NamedTuple):
    """Net migration by open year, district and class: `given` + `gain`·x. [10,000 persons]"""

    given: Array
    gain: sparse.csr_array
    homes: Array
    """Residents of the start by district and class."""
    last: float | None
    """The city's net migration of the last year given."""


def migration_bounds(problem: Problem, limits: Limits | None, answer: Responses, classes: Any = CLASSES) -> Bounds:
    """Return what limits allow; without any, what always holds: nobody aged 60 and over is sent away.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`.
    limits : Limits or None
        They bind the reference's migrants and those beside together.
    answer : Responses
        From `responses`.
    classes : mapping of str to tuple of int
        As the answers have them.

    Returns
    -------
    Bounds
        In units beside the reference's migrants. [10,000 persons]

    Notes
    -----
    A reference that itself loses more of a class than the limit is not forced to win them back: the limit then is that
    it loses no more.
    """
    net = _net(problem, answer, classes)
    rows = _Rows(net, [], [], [], [])
    size = net.homes.sum(-1)
    loss = np.array([1000.0 if limits is None else loss_of(limits, name, span) for name, span in classes.items()]) / 1e3
    if limits is None:
        loss = np.array([0.0 if span[1] is None or span[1] > 60 else 1.0 for span in classes.values()])
    most = np.broadcast_to(loss * net.homes, net.given.shape)
    room = np.maximum(most + net.given, 0.0)
    far = far_of(problem)
    low, high = np.full(net.gain.shape[1], -far), np.full(net.gain.shape[1], far)
    floor = np.zeros(net.gain.shape[1])
    if answer.apart and answer.flow is None:
        low, floor = -room.ravel(), np.where(most + net.given > 0, most, 0.0).ravel()
        if limits is not None:
            high = np.maximum(_room_above(limits, net, room), 0.0).ravel()
    else:
        _losses(rows, net, room, most)
    if limits is not None:
        _rates(rows, limits, net, size)
        _shares(rows, limits, net, list(classes))
        if limits.yearly_change is not None:
            _changes(rows, net, limits.yearly_change / 1e3 * size.sum())
    return Bounds(low, high, *_done(rows), floor)


def far_of(problem: Problem) -> float:
    """Return the box of a decision that no limit bounds by itself. [10,000 persons]"""
    return FAR * float(problem.reference["population"].sel(year=problem.start).sum()) / UNIT


def _room_above(limits: Limits, net: _Net, room: Array) -> Array:
    """Return the most of a decision: its district's most, while every other class loses as many as it may."""
    top = limits.district_rate[1] / 1e3 * net.homes.sum(-1)
    others = (net.given - room).sum(-1, keepdims=True) - (net.given - room)
    return np.asarray(top[None, :, None] - others - net.given)


class _Rows(NamedTuple):
    """Rows over net migration, to be pulled back to the decisions at the end."""

    net: _Net
    parts: list[tuple[npt.NDArray[np.intp], Array]]
    ends: list[float]
    names: list[str]
    widen: list[float]


def _add(rows: _Rows, places: npt.NDArray[Any], values: npt.ArrayLike, most: float, name: str, widen: float) -> None:
    """Add values·N[places] ≤ most."""
    spots = np.asarray(places, dtype=np.intp).ravel()
    weights = np.broadcast_to(np.asarray(values, dtype=float), spots.shape)
    rows.parts.append((spots, weights))
    rows.ends.append(most - float(weights @ rows.net.given.ravel()[spots]))
    rows.names.append(name)
    rows.widen.append(widen)


def _done(rows: _Rows) -> tuple[sparse.csr_array, Array, tuple[str, ...], Array]:
    """Return rows, ends, names and what they give."""
    counts = [len(spots) for spots, _ in rows.parts]
    columns = np.concatenate([np.zeros(0, dtype=np.intp), *(spots for spots, _ in rows.parts)])
    values = np.concatenate([np.zeros(0), *(weights for _, weights in rows.parts)])
    at = np.repeat(np.arange(len(counts)), counts)
    over = sparse.csr_array((values, (at, columns)), shape=(len(counts), rows.net.gain.shape[0]))
    return sparse.csr_array(over @ rows.net.gain), np.array(rows.ends), tuple(rows.names), np.array(rows.widen)


def _net(problem: Problem, answer: Responses, classes: Any) -> _Net:
    """Return net migration over the decisions; what no width of a limit changes is summed once for each problem."""
    key = "net", tuple(classes.items())
    if key not in problem.memo:
        problem.memo[key] = _given(problem, classes)
    given, homes, last = problem.memo[key]
    ages = problem.reference["age"].to_numpy()
    spans = [(ages >= low) & (ages < (np.inf if high is None else high)) for low, high in classes.values()]
    return _Net(given, _gain(answer, spans, given.shape), homes, last)


def _given(problem: Problem, classes: Any) -> tuple[Array, Array, float | None]:
    reference, years = problem.reference, problem.years
    people = reference["population"].sel(year=problem.start).transpose("district", "sex", "age")
    flows = reference["net_migration"].transpose("period", "district", "sex", "age")
    ages = people["age"]
    spans = [(ages >= low) & (ages < (np.inf if high is None else high)) for low, high in classes.values()]

    def by_class(cells: xr.DataArray) -> Array:
        return np.stack([cells.where(span, 0.0).sum(("sex", "age")).to_numpy() for span in spans], -1) / UNIT

    given = by_class(flows.sel(period=years))
    known = problem.start in flows["period"].to_numpy()
    last = float(flows.sel(period=problem.start).sum()) / UNIT if known else None
    return given, by_class(people), last


def _gain(answer: Responses, spans: list[Any], shape: tuple[int, ...]) -> sparse.csr_array:
    """Return what net migration by (year, district, class) gains by each decision (year, group, class)."""
    years, districts, kinds = shape
    if answer.flow is None and answer.apart:
        return sparse.csr_array(sparse.eye_array(years * districts * kinds))
    groups = answer.who.shape[0]
    index = np.arange(years * districts * kinds).reshape(years, districts, kinds)
    if answer.flow is not None and answer.apart:
        parts = []
        for d in range(districts):
            own = sparse.coo_array(answer.flow[:, :, :, d].reshape(years * kinds, -1))
            ours = index[:, d].ravel()
            parts.append((own.data, ours[own.coords[1]], ours[own.coords[0]]))
        data, rows, columns = (np.concatenate(part) for part in zip(*parts, strict=True))
        return sparse.csr_array((data, (rows, columns)), shape=(index.size, index.size))
    full = answer.flow
    if full is None:
        full = np.zeros((years, groups, kinds, years, districts, kinds))
        shares = np.stack([answer.who[..., span].sum(axis=(-1, -2)) for span in spans], -1)
        full[np.arange(years), :, :, np.arange(years)] = shares
    return sparse.csr_array(full.reshape(years * groups * kinds, -1).T)


def _losses(rows: _Rows, net: _Net, room: Array, most: Array) -> None:
    for place, value in enumerate(room.ravel()):
        # Σ over the class: N ≥ given − room.
        given = float(net.given.ravel()[place])
        widen = float(most.ravel()[place]) if value > 0 else 0.0
        _add(rows, np.array([place]), -1.0, value - given, "class_loss", widen)


def _wider(span: tuple[float, float]) -> tuple[float, float]:
    """Return by how much both ends of a span give when it becomes twice as wide, away from what is nearest to 0."""
    anchor = min(max(0.0, span[0]), span[1])
    return anchor - span[0], span[1] - anchor


def _rates(rows: _Rows, limits: Limits, net: _Net, size: Array) -> None:
    index = np.arange(net.given.size).reshape(net.given.shape)
    down, up = _wider(limits.district_rate)
    least, most = limits.district_rate
    for t in range(len(index)):
        for d in range(len(size)):
            one = size[d] / 1e3
            _add(rows, index[t, d], 1.0, most * one, "district_rate", up * one)
            _add(rows, index[t, d], -1.0, -least * one, "district_rate", down * one)
        if limits.city_rate is not None:
            one = float(size.sum()) / 1e3
            low, top = _wider(limits.city_rate)
            _add(rows, index[t], 1.0, limits.city_rate[1] * one, "city_rate", top * one)
            _add(rows, index[t], -1.0, -limits.city_rate[0] * one, "city_rate", low * one)


def _shares(rows: _Rows, limits: Limits, net: _Net, classes: list[str]) -> None:
    index = np.arange(net.given.size).reshape(net.given.shape)
    for t in range(len(index)):
        for k, name in enumerate(classes):
            for sign, share in zip((-1.0, 1.0), limits.class_share.get(name, ()), strict=False):
                part = np.full(index[t].shape, -sign * share)
                part[:, k] += sign
                _add(rows, index[t], part.ravel(), 0.0, "class_share", np.nan)


def _changes(rows: _Rows, net: _Net, most: float) -> None:
    index = np.arange(net.given.size).reshape(net.given.shape)
    for t in range(len(index)):
        if not t and net.last is None:
            continue
        places = index[t].ravel() if not t else np.concatenate([index[t].ravel(), index[t - 1].ravel()])
        signs = np.ones(len(places))
        signs[index[t].size :] = -1.0
        before = 0.0 if t else float(net.last or 0.0)
        for sign in (1.0, -1.0):
            _add(rows, places, sign * signs, most + sign * before, "yearly_change", most)
