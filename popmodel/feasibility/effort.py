"""The planner's first question: how many net migrants a year would just meet each target?"""

from typing import Any, Protocol

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.feasibility.even import MOST, Even, Need, even_migrants, even_paths, need_of
from popmodel.feasibility.problem import Problem, Row, holds_on, plan_problem, projected_with
from popmodel.feasibility.schedules import chosen_schedule, migrant_schedules
from popmodel.indicators.catalogue import measure
from popmodel.schema import SchemaError, named, near

COLUMNS = (
    "number", "indicator", "name_zh", "name_en", "target_year", "target_text", "operator", "target", "unit",
    "decimals",    "schedule", "status", "net_migration", "bound", "reference", "observed", "best_year", "times_best",
    "residents", "value", "value_reference", "version",
)  # fmt: skip


class Evaluated(Protocol):
    """What is read of an evaluation."""

    @property
    def targets(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def base(self) -> xr.Dataset: ...  # noqa: D102
    @property
    def projection(self) -> xr.Dataset: ...  # noqa: D102


def effort(
    evaluation: Evaluated,
    *,
    scenario: str | None = None,
    schedule: str = "model",
    indicator: str | None = None,
) -> pd.DataFrame:
    """Find for each target the even net migration a year, from the first open year on, that just meets it.

    Parameters
    ----------
    evaluation : Evaluation
        From `evaluate`.
    scenario : str, optional
        The reference, whose fertility and life expectancy hold; the first one if not given.
    schedule : {"model", "under_60", "residents"}
        Who the migrants are that come beside the reference's: as the model settles one more, the same without those
        aged 60 and over, or in proportion to the residents.
    indicator : str, optional
        This indicator alone.

    Returns
    -------
    pandas.DataFrame
        A row for each target that the projection gives: `status` (`met_without`: the reference holds; `found`;
        `beyond_range`: no number up to a tenth of the residents a year; `unmoved`: the value is the same for
        any number), `net_migration` [persons a year] at which it just holds, `bound` (`least` or `most`), the
        `reference` (its mean of the open years to the milestone), `observed` (mean of the published years) and
        `best_year` (the greatest of them), `times_best`, and `residents` and `value` at the milestone with that number.
        ``attrs`` name the scenario, the first open year, the range searched and the targets left out, with the reason.

    Raises
    ------
    SchemaError
        If the scenario or the schedule is not known, or migration cannot move the indicator asked for.

    Notes
    -----
    Found in closed form (the projection is affine in the migrants) and then projected: every number returned has been
    run through `project` and `measure` and held against the scorer's own rule at the printed precision.

    Examples
    --------
    >>> import popmodel as pm
    >>> ev = pm.evaluate(year=2023, history=False)
    >>> table = pm.effort(ev, indicator="resident_population")
    >>> set(table["status"]) <= {"found", "met_without"}
    True
    """
    base, projection = evaluation.base, evaluation.projection
    seen = base["observed_year"].to_numpy() if base.sizes.get("observed_year", 0) else [int(base["year"])]
    problem = plan_problem(projection, evaluation.targets, scenario=scenario, start=int(seen[-1]))
    rows = _wanted(problem, indicator)
    stock = problem.reference["population"].sel(year=problem.start)
    one = chosen_schedule(migrant_schedules(base, stock), schedule)
    even = even_paths(problem, one)
    low = max(min(0.0, even.centre), float(even.lowest) + 1.0)
    high = MOST * float(stock.sum())
    reference = measure(problem.reference.expand_dims("scenario"))
    needs = []
    for row in rows:
        path = reference[row.request.target.indicator].sel(area=problem.area).isel(scenario=0)
        held = holds_on(row, dict(zip(map(int, path["year"].to_numpy()), path.to_numpy().tolist(), strict=True)))
        needs.append(_within(need_of(row, even, low=low, high=high, reference=held), high))
    table = _table(problem, rows, needs, even, one, base, reference)
    table["schedule"] = schedule
    table.attrs = {
        "scenario": problem.scenario,
        **{f"scenario_{lang}": _label(problem, lang) for lang in ("zh", "en")},
        "first_open_year": problem.start + 1,
        "searched": (low, high),
        "not_modelled": dict(problem.not_modelled),
    }
    return table[list(COLUMNS)]


def _within(need: Need, high: float) -> Need:
    """Say of what needs more than is searched that it lies beyond."""
    if need.status == "none" or need.least > high:
        return Need("beyond_range", np.nan, np.nan)
    return need


def _label(problem: Problem, lang: str) -> str:
    name = f"scenario_{lang}"
    return str(problem.reference[name].item()) if name in problem.reference.coords else problem.scenario


def _wanted(problem: Problem, indicator: str | None) -> list[Row]:
    rows = [row for row in problem.rows if indicator in (None, row.request.target.indicator)]
    if indicator is not None and not rows:
        known = list(dict.fromkeys(row.request.target.indicator for row in problem.rows))
        why = sorted({reason for (name, _), reason in problem.not_modelled.items() if name == indicator})
        raise SchemaError(
            f"effort: no number of migrants moves {indicator!r}"
            + (f" ({', '.join(why)})" if why else f": the plan has no such indicator.{near(indicator, known)}")
            + f" Ask for one of: {named(known, most=30)}."
        )
    return rows


def _table(
    problem: Problem,
    rows: list[Row],
    needs: list[Need],
    even: Even,
    schedule: xr.DataArray,
    base: xr.Dataset,
    reference: xr.Dataset,
) -> pd.DataFrame:
    numbers = [_number(need, even.centre) for need in needs]
    runs = _confirmed(problem, rows, numbers, schedule, even.origin)
    flows = problem.reference["net_migration"].sum(("district", "sex", "age")).to_series()
    # As the accounts of the projection show it, so that a report's tables agree with one another.
    past = flows.loc[int(base["year"]) + 1 : problem.start]
    best = float(past.max()) if len(past) else np.nan
    out: list[dict[str, Any]] = []
    for place, (row, need, (number, bound)) in enumerate(zip(rows, needs, numbers, strict=True)):
        target = row.request.target
        found, none = not np.isnan(number), np.nan
        out.append(
            {
                "number": target.number, "indicator": target.indicator, "name_zh": target.name_zh,
                "name_en": target.name_en, "target_year": target.year, "target_text": target.text,
                "operator": target.operator, "target": target.value, "unit": target.unit, "decimals": target.decimals,
                "status": need.status,
                "net_migration": number, "bound": bound,
                "reference": float(flows.loc[problem.start + 1 : target.year].mean()),
                "observed": float(past.mean()) if len(past) else np.nan, "best_year": best,
                "times_best": number / best if best > 0 else np.nan,
                "residents": _at(runs, "resident_population", problem.area, place, target.year) if found else none,
                "value": _at(runs, target.indicator, problem.area, place, target.year) * row.factor if found else none,
                "value_reference": row.factor * _at(reference, target.indicator, problem.area, 0, target.year),
                "version": target.version,
            }
        )  # fmt: skip
    return pd.DataFrame(out, columns=[name for name in COLUMNS if name != "schedule"]).astype({"number": "Int64"})


def _number(need: Need, centre: float) -> tuple[float, str]:
    """Return the end of the stretch that decides, rounded to a whole person inside it."""
    if not np.isnan(need.least) and (np.isnan(need.most) or need.least >= centre or need.most > centre):
        return float(np.ceil(need.least)), "least"
    if not np.isnan(need.most):
        return float(np.floor(need.most)), "most"
    return np.nan, ""


def _confirmed(
    problem: Problem, rows: list[Row], numbers: list[tuple[float, str]], schedule: xr.DataArray, origin: float
) -> xr.Dataset:
    """Project every number found, and hold the target against what the projection measures."""
    tried = np.array([origin if np.isnan(number) else number for number, _ in numbers])
    runs = measure(projected_with(problem, even_migrants(problem, schedule, tried)))
    years = [int(year) for year in runs["year"].to_numpy()]
    for place, (row, (number, _)) in enumerate(zip(rows, numbers, strict=True)):
        target = row.request.target
        path = runs[target.indicator].sel(area=problem.area).isel(scenario=place).to_numpy().tolist()
        if not np.isnan(number) and not holds_on(row, dict(zip(years, path, strict=True))):
            got = path[years.index(target.year)] * row.factor
            raise SchemaError(
                f"effort: {target.indicator} {target.year}: {number:,.0f} migrants a year should meet {target.text}, "
                f"but their projection gives {got:.10g}. Please report this."
            )
    return runs


def _at(values: xr.Dataset, name: str, area: str, place: int, year: int) -> float:
    return float(values[name].sel(area=area, year=year).isel(scenario=place))
