"""How many net migrants each target, and all together, would take: even, least in sum, or of the least highest year."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.feasibility.aims import form_of, stretch_of
from popmodel.feasibility.checking import check_path
from popmodel.feasibility.draws import required_by_draw
from popmodel.feasibility.even import MOST, Even, Need, even_migrants, even_paths, need_of
from popmodel.feasibility.fertility import fertility_needed
from popmodel.feasibility.least import least_path
from popmodel.feasibility.problem import ABOUT, Case, Problem, Row, holds_on, projected_with
from popmodel.feasibility.rising import UnrisenError
from popmodel.feasibility.schedules import SCHEDULES, chosen_schedule
from popmodel.feasibility.system import System, path_of, system_of
from popmodel.indicators.catalogue import measure
from popmodel.schema import SchemaError, named, near

Array = npt.NDArray[np.float64]
PATHS = ("even", "free", "peak")
GROUPS = ("size and age", "places", "all")
COLUMNS = (
    *ABOUT, "schedule", "path", "status", "net_migration", "bound", "total", "peak",
    "times_best_year", "times_reference", "residents", "level", "reference", "best_year", "fertility_times",
    "limits", "scenario",
)  # fmt: skip


def required_migration(
    problem: Problem,
    *,
    paths: Sequence[str] = ("even", "free"),
    schedules: Sequence[str] = SCHEDULES,
    fertility: bool = True,
) -> pd.DataFrame:
    """Find the net migration that each target, and groups of them, would take.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`. With draws: an answer for every draw, even paths only.
    paths : sequence of {"even", "free", "peak"}
        `even`: the same number every year from the first open one on, whatever the limits; `free`: the least sum to
        the milestone; `peak`: the least highest year.
    schedules : sequence of {"model", "under_60", "residents"}
        Who the migrants are that come beside the reference's: as the model settles one more, the same without those
        aged 60 and over, or in proportion to the residents.
    fertility : bool
        Whether to tell how many times the reference's fertility would do instead, with its own migrants.

    Returns
    -------
    pandas.DataFrame
        A row for each target, and the groups `size and age`, `places` and `all`, × schedule × path:
        `target`, `indicator`, `year`, `schedule`, `path`, `status` (`found`; `met without`: the reference holds;
        `beyond limits`: only a path outside the limits does; `none`: no number does; `undecided`: floors of a target
        that has to rise can be kept, but no free path was found that rises in every year), `net_migration` [persons a
        year, the mean to the milestone], `bound` (`least` or `most`: which way the number binds), `total` to it,
        `peak` (highest year), `times_best_year` (of the published years), `times_reference`, `residents` at the
        milestone, `level` and `unit` of the target, `reference` and `best_year` [persons a year], `fertility_times`
        (NaN: no fertility up to five times does), `limits` and `scenario`.
        With draws `draw` and the columns up to `times_best_year`; targets that rise year by year are left out.

    Raises
    ------
    SchemaError
        If a path or schedule is not known, or a projection does not confirm what was found.

    Notes
    -----
    The projection is affine in the migrants, so the even number is a division a row; a group's is the greatest of its
    rows'. Free and peak paths are linear programs in one number a year, nobody sent away whom the reference keeps,
    within the limits if the problem has any.

    Examples
    --------
    >>> table = pm.required_migration(problem, paths=("even",), schedules=("model",))
    >>> set(table["status"]) <= {"found", "met without", "none"}
    True
    """
    _known("path", paths, PATHS)
    _known("schedule", schedules, SCHEDULES)
    if problem.ensemble is not None:
        return required_by_draw(problem, schedules, _cases(problem))
    out: list[dict[str, Any]] = []
    for each in problem.members or (problem,):
        times = fertility_needed(each) if fertility else {}
        for schedule in schedules:
            even = _even(each, schedule) if "even" in paths else []
            for place, case in enumerate(_cases(each)):
                for path in paths:
                    entry = even[place] if path == "even" else _free(each, case, schedule, path)
                    out.append(
                        _common(each, case, schedule, path) | entry | {"fertility_times": _fertility(case, times)}
                    )
    table = pd.DataFrame(out, columns=list(COLUMNS))
    table.attrs = {
        "scenario": problem.scenario, "start": problem.start, "first_open_year": problem.start + 1,
        "limits": [each.name for each in problem.limits], "schedule_from": problem.schedules.attrs.get("model", ""),
        "not_modelled": dict(problem.not_modelled),
    }  # fmt: skip
    return table


def _known(what: str, given: Sequence[str], known: Sequence[str]) -> None:
    unknown = [name for name in given if name not in known]
    if unknown or not given:
        raise SchemaError(
            f"required_migration: {what} {named(map(repr, unknown)) or '(none)'} is not known. Use one of: "
            f"{', '.join(known)}.{near(unknown, known)}"
        )


def _cases(problem: Problem) -> list[Case]:
    """Return the targets, then the groups that have two of them."""
    cases = [Case(row.label, (row,)) for row in problem.rows]
    forms = [form_of(row.key[0]) for row in problem.rows]
    inside = [form is not None and bool(form.inside) for form in forms]
    pairs = list(zip(problem.rows, inside, strict=True))
    groups = ([row for row, there in pairs if not there], [row for row, there in pairs if there], problem.rows)
    return cases + [Case(name, tuple(rows)) for name, rows in zip(GROUPS, groups, strict=True) if len(rows) > 1]


def _common(problem: Problem, case: Case, schedule: str, path: str) -> dict[str, Any]:
    row = case.rows[0] if len(case.rows) == 1 else None
    flows = problem.reference["net_migration"].sum(("district", "sex", "age")).to_series()
    past = flows.loc[: problem.start]
    said = dict.fromkeys(ABOUT, "") | {"number": None, "value": np.nan, "decimals": None}
    return (said if row is None else row.about) | {
        "target": case.name, "year": case.year, "schedule": schedule,
        "path": path, "level": np.nan if row is None else _level(row),
        "reference": float(flows.loc[problem.start + 1 : case.year].mean()),
        "best_year": float(past.max()) if len(past) else np.nan,
        "limits": problem.limits[0].name if len(problem.limits) == 1 and path != "even" else "",
        "scenario": problem.scenario,
    }  # fmt: skip


def _level(row: Row) -> float:
    span = stretch_of(row)
    return np.nan if span is None else span[0] if np.isfinite(span[0]) else span[1]


def _fertility(case: Case, times: Mapping[str, float]) -> float:
    return times.get(case.name, np.nan)


def _stretches(problem: Problem, schedule: str) -> tuple[Even, xr.DataArray, dict[str, Need]]:
    """Return the even paths by a schedule, and on which numbers each target holds."""
    key = "even", schedule
    if key not in problem.memo:
        one = chosen_schedule(problem.schedules, schedule)
        even = even_paths(problem, one)
        low = max(min(0.0, even.centre), float(even.lowest) + 1.0)
        high = MOST * float(problem.reference["population"].sel(year=problem.start).sum())
        needs = {
            row.label: need_of(row, even, low=low, high=high, reference=holds_in_reference(problem, row))
            for row in problem.rows
        }
        problem.memo[key] = even, one, needs
    found: tuple[Even, xr.DataArray, dict[str, Need]] = problem.memo[key]
    return found


def even_needs(problem: Problem, schedule: str) -> list[tuple[Row, str, float, str]]:
    """Return for each target its status, the even number and which way it binds, each projected and held."""
    even, one, needs = _stretches(problem, schedule)
    found = [_number(needs[row.label], even.centre) for row in problem.rows]
    _confirmed(problem, [Case(row.label, (row,)) for row in problem.rows], found, one, even)
    pairs = zip(problem.rows, found, strict=True)
    return [(row, _status(needs[row.label]), number, bound) for row, (number, bound) in pairs]


def _status(need: Need) -> str:
    return {"met_without": "met without", "unmoved": "none"}.get(need.status, need.status)


def _even(problem: Problem, schedule: str) -> list[dict[str, Any]]:
    """Return the even number of every case, projected and held against the scorer's own rule."""
    even, one, needs = _stretches(problem, schedule)
    cases = _cases(problem)
    joined = [_together([needs[row.label] for row in case.rows]) for case in cases]
    found = [_number(need, even.centre) for need in joined]
    runs = _confirmed(problem, cases, found, one, even)
    out = []
    for place, (case, need, (number, bound)) in enumerate(zip(cases, joined, found, strict=True)):
        people = runs["resident_population"].sel(area=problem.area, year=case.year).isel(scenario=place)
        out.append(
            _times(problem, case, number)
            | {
                "status": _status(need), "net_migration": number, "bound": bound,
                "total": number * (case.year - problem.start), "peak": number,
                "residents": np.nan if np.isnan(number) else float(people),
            }
        )  # fmt: skip
    return out


def _times(problem: Problem, case: Case, number: float) -> dict[str, float]:
    flows = problem.reference["net_migration"].sum(("district", "sex", "age")).to_series()
    past, mean = flows.loc[: problem.start], float(flows.loc[problem.start + 1 : case.year].mean())
    best = float(past.max()) if len(past) else np.nan
    return {
        "times_best_year": number / best if best > 0 else np.nan,
        "times_reference": number / mean if mean > 0 else np.nan,
    }


def _together(needs: list[Need]) -> Need:
    """Return what several targets need together: the stretch on which all hold."""
    if any(need.status in ("none", "unmoved") for need in needs):
        return Need("none", np.nan, np.nan)
    least = max((need.least for need in needs if not np.isnan(need.least)), default=np.nan)
    most = min((need.most for need in needs if not np.isnan(need.most)), default=np.nan)
    if not np.isnan(least) and not np.isnan(most) and least > most:
        return Need("none", np.nan, np.nan)
    return Need("met_without" if all(need.status == "met_without" for need in needs) else "found", least, most)


def _number(need: Need, centre: float) -> tuple[float, str]:
    """Return the end of the stretch that decides."""
    if not np.isnan(need.least) and (np.isnan(need.most) or need.least >= centre or need.most > centre):
        return need.least, "least"
    if not np.isnan(need.most):
        return need.most, "most"
    return np.nan, ""


def _confirmed(
    problem: Problem, cases: list[Case], found: list[tuple[float, str]], schedule: xr.DataArray, even: Even
) -> xr.Dataset:
    """Project every number found, and hold the targets against what the projection measures."""
    tried = np.array([even.origin if np.isnan(number) else number for number, _ in found])
    runs = measure(projected_with(problem, even_migrants(problem, schedule, tried)))
    years = [int(year) for year in runs["year"].to_numpy()]
    for place, (case, (number, bound)) in enumerate(zip(cases, found, strict=True)):
        if np.isnan(number):
            continue
        for row in case.rows:
            path = runs[row.key[0]].sel(area=problem.area).isel(scenario=place).to_numpy().tolist()
            inner = even.path(row.key[0], number * (1 + (1e-9 if bound == "least" else -1e-9)))
            # At its very edge a value prints either way: a billionth of the number further in decides.
            if not holds_on(row, dict(zip(years, path, strict=True))) and not holds_on(row, inner):
                raise SchemaError(
                    f"required_migration: {row.label}: {number:,.0f} migrants a year should meet "
                    f"{row.request.target.text}, but their projection gives "
                    f"{path[years.index(row.key[1])] * row.factor:.10g}. Please report this."
                )
    return runs


def _free(problem: Problem, case: Case, schedule: str, path: str) -> dict[str, Any]:
    """Return the least sum, or the least highest year, of one number a year."""
    limits = problem.limits[0] if len(problem.limits) == 1 else None
    status, found, none = "found", None, "none"
    try:
        if limits is not None:
            system, found = _least(problem, case, schedule, path, bounded=True)
        if found is None:
            status = "beyond limits" if limits is not None else "found"
            system, found = _least(problem, case, schedule, path, bounded=False)
    except UnrisenError:
        none = "undecided"
    if found is None:
        nothing = dict.fromkeys(("net_migration", "total", "peak", "residents"), np.nan)
        return nothing | _times(problem, case, np.nan) | {"status": none, "bound": ""}
    run = check_path(system, found, _places(system, case))
    flows = run["net_migration"].isel(scenario=0).sum(("district", "sex", "age")).to_series()
    flows = flows.loc[problem.start + 1 : case.year]
    mean = float(flows.mean())
    if status == "found" and _met_without(problem, case):
        status = "met without"
    return _times(problem, case, mean) | {
        "status": status, "net_migration": mean, "bound": "least", "total": float(flows.sum()),
        "peak": float(flows.max()),
        "residents": float(run["population"].isel(scenario=0).sel(year=case.year).sum()),
    }  # fmt: skip


def _places(system: System, case: Case) -> list[int]:
    labels = {row.label for row in case.rows}
    return [place for place, aim in enumerate(system.aims) if aim.label in labels]


def _least(problem: Problem, case: Case, schedule: str, path: str, *, bounded: bool) -> tuple[System, Array | None]:
    system = system_of(problem, problem.limits[0] if bounded else None, schedule=schedule, members=False)
    return system, least_path(system, _places(system, case), case.year, peak=path == "peak")


def _met_without(problem: Problem, case: Case) -> bool:
    return all(holds_in_reference(problem, row) for row in case.rows)


def holds_in_reference(problem: Problem, row: Row) -> bool:
    """Tell whether the reference meets a target."""
    if "reference" not in problem.memo:
        problem.memo["reference"] = measure(problem.reference.expand_dims("scenario"))
    path = problem.memo["reference"][row.key[0]].sel(area=problem.area).isel(scenario=0)
    return bool(holds_on(row, dict(zip(map(int, path["year"].to_numpy()), path.to_numpy().tolist(), strict=True))))


def required_path(problem: Problem, target: str, *, schedule: str = "model", path: str = "even") -> xr.Dataset:
    """Return the migrants of one row of `required_migration`.

    Parameters
    ----------
    problem : Problem
        From `plan_problem`.
    target : str
        As in the column `target`: a target's or a group's name.
    schedule, path : str
        As in the columns.

    Returns
    -------
    xarray.Dataset
        `net_migration` (period, district, sex, age) [persons, as counts], which `project`, `check_solution` and
        `path_scenario` take.

    Raises
    ------
    SchemaError
        If there is no such row, or no path meets it.

    Examples
    --------
    >>> path = pm.required_path(problem, "share_60_plus 2035")
    >>> path["net_migration"].dims
    ('period', 'district', 'sex', 'age')
    """
    _known("path", (path,), PATHS)
    _known("schedule", (schedule,), SCHEDULES)
    cases = {case.name: (place, case) for place, case in enumerate(_cases(problem))}
    if target not in cases:
        raise SchemaError(f"required_path: {target!r} is no target.{near(target, list(cases))} Known: {named(cases)}.")
    place, case = cases[target]
    if path == "even":
        number = _even(problem, schedule)[place]["net_migration"]
        if np.isnan(number):
            raise SchemaError(f"required_path: no even number of migrants by schedule {schedule!r} meets {target}.")
        one = chosen_schedule(problem.schedules, schedule)
        return (
            even_migrants(problem, one, np.array([number])).isel(scenario=0, drop=True).to_dataset(name="net_migration")
        )
    for bounded in (True, False):
        if bounded and len(problem.limits) != 1:
            continue
        system, found = _least(problem, case, schedule, path, bounded=bounded)
        if found is not None:
            return path_of(system, found)
    raise SchemaError(f"required_path: no path by schedule {schedule!r} meets {target}.")
