"""A problem as linear rows over its decisions: migrants by year, district and class, entries into the register, people
in the centres.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy import sparse

from popmodel.demography.fixed_stock import FIXED
from popmodel.feasibility.aims import Aim, Face, aim_of, form_of, people_face
from popmodel.feasibility.bounds import migration_bounds
from popmodel.feasibility.problem import Problem, Row, counts_of, plain
from popmodel.feasibility.register import register_box, register_faces
from popmodel.feasibility.responses import UNIT, Responses, responses
from popmodel.scenario.limits import Classes, Limits
from popmodel.schema import SchemaError, named

Array = npt.NDArray[np.float64]
DIMS = ("year", "district", "sex", "age")


class Cut(NamedTuple):
    """A cell of the stock that may not fall below zero: `row`·x ≤ `end`."""

    place: tuple[int, ...]
    row: sparse.csr_array
    end: float
    inset: float
    """By how much it is drawn in: a hundredth of a person, so that the solver's tolerance empties no cell."""


class Drift(NamedTuple):
    """People in a centre beside the reference's share of their district: a decision in each open year."""

    centre: str
    district: int
    most: Array
    """Greatest rise of the share by open year, in each variant (M, Y)."""


class System(NamedTuple):
    """Decisions x beside the reference, their box, limits `rows`·x ≤ `ends`, and the targets. [10,000 persons]

    The decisions stand in one row: migrants (T, G, K), entries into the register (T,), people in centres (T, drifts).
    """

    problem: Problem
    members: tuple[Problem, ...]
    limits: Limits | None
    schedule: str
    """The schedule by which one number a year is decided; empty where classes are."""
    classes: Classes
    answers: tuple[Responses, ...]
    stocks: tuple[Array, ...]
    """Reference stocks of the open years in every variant (Y, D, S, A). [persons]"""
    fixed: tuple[Array, ...]
    """Of these, who is held apart and does not move with the others (D, S, A)."""
    shape: tuple[int, int, int]
    """Years, groups, classes."""
    drifts: tuple[Drift, ...]
    entries: bool
    low: Array
    high: Array
    rows: sparse.csr_array
    ends: Array
    names: tuple[str, ...]
    widen: Array
    floor: Array
    aims: tuple[Aim, ...]
    left: Mapping[tuple[str, int], str]
    cuts: list[Cut]
    """Cells found so far; they hold for every question about the system."""

    @property
    def people(self) -> int:
        """Number of decisions on migrants."""
        return int(np.prod(self.shape))

    @property
    def name(self) -> str:
        """Name of the limits."""
        return "none" if self.limits is None else self.limits.name


def only_limits(problem: Problem, what: str) -> Limits:
    """Return the one set of limits of a problem.

    Raises
    ------
    SchemaError
        If it has none, or several.
    """
    if len(problem.limits) != 1:
        known = named(each.name for each in problem.limits) or "none"
        raise SchemaError(f"{what}: the problem has limits {known}. State it with one set: plan_problem(…, limits=…).")
    return problem.limits[0]


def system_of(problem: Problem, limits: Limits | None, *, schedule: str = "", members: bool = True) -> System:
    """State a problem in rows, once for each set of limits.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`.
    limits : Limits or None
        None: only what always holds.
    schedule : str
        If given, one number a year is decided, of migrants by this schedule, whatever classes the problem has.
    members : bool
        Whether the variants of the problem are taken together.

    Returns
    -------
    System
        x = 0 is the reference.
    """
    together = problem.members if members and problem.members else (problem,)
    key = "system", repr(limits), schedule, len(together)
    if key not in problem.memo:
        problem.memo[key] = _with_aims(_bounded(problem, together, limits, schedule))
    found: System = problem.memo[key]
    return found


def with_limits(system: System, limits: Limits) -> System:
    """Return a system with other limits."""
    other = _bounded(system.problem, system.members, limits, system.schedule)
    if other.low.size != system.low.size:
        return _with_aims(other)
    return other._replace(aims=system.aims, left=system.left, cuts=list(system.cuts))


def _bounded(problem: Problem, members: Sequence[Problem], limits: Limits | None, schedule: str) -> System:
    """State decisions, box and limits."""
    classes: Classes = {"all": (0, None)} if schedule else problem.classes
    districts = problem.districts and not schedule
    answers = tuple(_answer(each, classes, schedule, districts=districts) for each in members)
    years = problem.years
    shape = (len(years), answers[0].who.shape[0], len(classes))
    n = int(np.prod(shape))
    stocks = tuple(each.reference["population"].sel(year=years).transpose(*DIMS).to_numpy() for each in members)
    fixed = tuple(_fixed(each, stock) for each, stock in zip(members, stocks, strict=True))
    parts = [migration_bounds(each, limits, answer, classes) for each, answer in zip(members, answers, strict=True)]
    bound = parts[0]
    if any(answer.flow is not None for answer in answers):  # what moves at rates differs between variants
        bound = bound._replace(
            rows=sparse.csr_array(sparse.vstack([part.rows for part in parts])),
            ends=np.concatenate([part.ends for part in parts]), widen=np.concatenate([part.widen for part in parts]),
            names=tuple(name for part in parts for name in part.names),
        )  # fmt: skip
    entries = None if schedule else register_box(problem, limits)
    drifts = () if schedule else _drifts(members, limits)
    total = n + len(years) * ((entries is not None) + len(drifts))
    low, high, floor = np.zeros(total), np.zeros(total), np.zeros(total)
    low[:n], high[:n], floor[:n] = bound.low, bound.high, bound.floor
    if entries is not None:
        low[n : n + len(years)], high[n : n + len(years)] = entries
    system = System(
        problem, tuple(members), limits, schedule, classes, answers, stocks, fixed, shape, drifts, entries is not None,
        low, high, _padded(bound.rows, total), bound.ends, bound.names, bound.widen, floor, (), {}, [],
    )  # fmt: skip
    return _with_drift(system, n + len(years) * system.entries) if drifts else system


def _fixed(problem: Problem, stock: Array) -> Array:
    if FIXED not in problem.reference:
        return np.zeros(stock.shape[1:])
    return np.asarray(problem.reference[FIXED].transpose(*DIMS[1:]).to_numpy(), dtype=float)


def _answer(problem: Problem, classes: Classes, schedule: str, *, districts: bool) -> Responses:
    key = "answer", schedule, districts
    if key not in problem.memo:
        problem.memo[key] = responses(problem, classes=classes, districts=districts, schedule=schedule or "model")
    found: Responses = problem.memo[key]
    return found


def _padded(rows: sparse.csr_array, total: int) -> sparse.csr_array:
    return sparse.csr_array(sparse.hstack([rows, sparse.csr_array((rows.shape[0], total - rows.shape[1]))]))


def _drifts(members: Sequence[Problem], limits: Limits | None) -> tuple[Drift, ...]:
    reference = members[0].reference
    if limits is None or not limits.centre_drift or "centre_share" not in reference:
        return ()
    years = members[0].years
    rise = limits.centre_drift / 100 * (np.array(years) - members[0].start)
    out = []
    for centre in [str(name) for name in reference["centre"].to_numpy()]:
        for d in range(reference.sizes["district"]):
            room = []
            for each in members:
                shares = _centres(each.reference).sel(year=years)
                own = shares.sel(centre=centre).to_numpy()[:, d]
                part = (own > 0) & (own < 1)
                left = 1.0 - shares.sum("centre").to_numpy()[:, d]
                room.append(np.where(part, np.minimum(rise, np.maximum(left, 0.0)), 0.0))
            if (np.array(room) > 0).any():
                out.append(Drift(centre, d, np.array(room)))
    return tuple(out)


def _centres(reference: xr.Dataset) -> xr.DataArray:
    """Return the districts' shares in the centres by year."""
    share = plain(reference["centre_share"])
    if "year" not in share.dims:
        share = share.expand_dims(year=reference["year"].to_numpy())
    return share.transpose("year", "district", "centre")


def _residents(system: System, member: int, d: int, y: int) -> tuple[float, Array]:
    """Return a district's residents at the end of an open year, over all decisions. [10,000 persons]"""
    stock = system.stocks[member]
    weights = np.zeros(stock.shape[1:])
    weights[d] = 1.0 / UNIT
    gain = np.zeros(len(system.low))
    gain[: system.people] = system.answers[member].pull(weights, y).ravel()
    return float((stock[y] * weights).sum()), gain


def _with_drift(system: System, at: int) -> System:
    """Add the rows of the people in the centres: no more than the share may rise, in every variant."""
    low, high = system.low.copy(), system.high.copy()
    rows, ends = [], []
    count = len(system.drifts)
    for y in range(system.shape[0]):
        for p, drift in enumerate(system.drifts):
            place, most = at + y * count + p, 0.0
            for m in range(len(system.members)):
                people, gain = _residents(system, m, drift.district, y)
                cap = drift.most[m, y]
                row = -cap * gain
                row[place] = 1.0
                rows.append(sparse.csr_array(row[None]))
                ends.append(cap * people)
                most = max(most, cap * (people + float(np.maximum(gain, 0.0) @ np.maximum(high, 0.0))))
            high[place] = most
    both = sparse.csr_array(sparse.vstack([system.rows, *rows]))
    names = (*system.names, *["centre_drift"] * len(rows))
    widen = np.concatenate([system.widen, np.full(len(rows), np.nan)])
    return system._replace(
        low=low, high=high, rows=both, ends=np.concatenate([system.ends, ends]), names=names, widen=widen
    )


def _with_aims(system: System) -> System:
    aims, left = [], dict(system.problem.not_modelled)
    for row in system.problem.rows:
        form = form_of(row.key[0])
        aim = None if form is None else aim_of(system.problem, row, _faces(system, row), count=not form.bottom)
        if aim is None:
            left[row.key] = "not_linear" if form is None else "no_number"
        else:
            aims.append(aim)
    if system.entries:
        for row, register in register_faces(system.problem, system.members, len(system.low), system.people):
            aim = aim_of(system.problem, row, register, count=True)
            if aim is not None:
                aims.append(aim)
                left.pop(row.key, None)
    return system._replace(aims=tuple(aims), left=left)


def _faces(system: System, row: Row) -> Callable[[int], tuple[Face, ...]]:
    """Return a function of the year that gives the value of a target's indicator in every variant."""

    def faces(year: int) -> tuple[Face, ...]:
        pairs = zip(system.members, system.answers, strict=True)
        return tuple(people_face(each, answer, row, year, lambda *at: _drifted(system, *at)) for each, answer in pairs)

    return faces


def _drifted(system: System, inside: str, year: int) -> Array:
    """Return what people in a centre beside the reference's add to those counted in it. [persons]"""
    at = system.people + system.shape[0] * system.entries
    more = np.zeros(len(system.low))
    centre = inside.partition(": ")[2]
    for p, each in enumerate(system.drifts):
        if each.centre == centre and year in system.problem.years:
            more[at + system.problem.years.index(year) * len(system.drifts) + p] = UNIT
    return more


def people_of(system: System, x: Array) -> Array:
    """Return the decisions on migrants (T, G, K). [10,000 persons]"""
    return x[: system.people].reshape(system.shape)


def migrants_of(system: System, x: Array) -> xr.DataArray:
    """Return decisions as the net migrants that `project` takes as counts, the reference's included.

    Returns
    -------
    xarray.DataArray (period, district, sex, age)
        Persons.
    """
    memo = system.problem.memo
    if "counts" not in memo:
        memo["counts"] = counts_of(system.problem.reference)
    cells = memo["counts"].copy()
    more = system.answers[0].people(people_of(system, x) * UNIT)
    years = system.problem.years
    cells.loc[{"period": years}] = cells.sel(period=years).to_numpy() + more
    moved: xr.DataArray = cells
    return moved


def path_of(system: System, x: Array) -> xr.Dataset:
    """Return decisions as labelled data that `project` takes.

    Returns
    -------
    xarray.Dataset
        `net_migration` (period, district, sex, age) [persons, as counts]; where they are decided
        `registered_net_entries` (period) [persons] and `centre_share` (year, district, centre).
    """
    out = xr.Dataset({"net_migration": migrants_of(system, x)})
    years, at = system.problem.years, system.people
    reference = system.problem.reference
    if system.entries:
        given = reference["registered_net_entries"].copy()
        given = given.drop_vars([name for name in given.coords if name not in given.dims])
        given.loc[{"period": years}] = given.sel(period=years).to_numpy() + x[at : at + len(years)] * UNIT
        out["registered_net_entries"] = given
        at += len(years)
    if system.drifts:
        out["centre_share"] = _shares_of(system, x[at:].reshape(len(years), -1), 0, x)
    return out


def _shares_of(system: System, people: Array, member: int, x: Array) -> xr.DataArray:
    reference = system.members[member].reference
    share = _centres(reference)
    centres = [str(name) for name in share["centre"].to_numpy()]
    first = list(share["year"].to_numpy()).index(system.problem.years[0])
    values = share.to_numpy().copy()
    for y in range(len(people)):
        for p, drift in enumerate(system.drifts):
            whole, gain = _residents(system, member, drift.district, y)
            residents = whole + float(gain @ x)
            values[first + y, drift.district, centres.index(drift.centre)] += people[y, p] / residents
    return share.copy(data=values)


def centre_shares(system: System, x: Array, member: int) -> xr.DataArray | None:
    """Return the shares in the centres that decisions come to in a variant; None if they are as in the reference."""
    if not system.drifts:
        return None
    at = system.people + system.shape[0] * system.entries
    return _shares_of(system, x[at:].reshape(system.shape[0], -1), member, x)
