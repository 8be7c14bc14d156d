"""The scorecard: every target, in every scenario, against what is observed and projected."""

from collections.abc import Iterable

import pandas as pd
import xarray as xr

from popmodel.schema import SchemaError, near
from popmodel.scoring.assessment import current, evaluate, met_ahead
from popmodel.scoring.beside import others
from popmodel.scoring.columns import Case, card_of
from popmodel.scoring.known import (
    area_of,
    as_known,
    observations,
    points_of,
    probability_of,
    projected_points,
    projections,
    reference_of,
)
from popmodel.scoring.labels import METHODS
from popmodel.scoring.linear import CUTS, Cuts
from popmodel.scoring.outcome import Request
from popmodel.scoring.outlook import errors_of, outlook_of, overall
from popmodel.scoring.paths import shapes_of
from popmodel.scoring.records import Line, Target, targets_of
from popmodel.scoring.robustness import robustness


def score(
    targets: pd.DataFrame,
    *,
    observed: pd.DataFrame | None = None,
    projected: xr.Dataset | None = None,
    year: int,
    method: str = "pace",
    cuts: Cuts = CUTS,
    base: str = "observed",
    area: str | None = None,
    paths: pd.DataFrame | None = None,
    errors: pd.DataFrame | None = None,
    decided: pd.DataFrame | None = None,
) -> pd.DataFrame:
    r"""Rate every target in every scenario, as an evaluation of `year`, made in the year after, would.

    Parameters
    ----------
    targets : pandas.DataFrame
        As returned by `read_targets`.
    observed : pandas.DataFrame, optional
        As returned by `read_observed`; what was not published by the end of `year` + 1 is left aside.
    projected : xarray.Dataset, optional
        As returned by `measure`: variables (scenario[, draw], year, area), of which the plan's area counts; of
        draws the median.
    year : int
        The year evaluated.
    method : str
        `pace` (default), `eurostat`, `statcan`, `unsd`, `escap`, `sdsn`, `destatis`: whose label is the rating; or
        `all`, which keeps the default's and adds columns `figure_x` and `label_x` for each method x.
    cuts : Cuts
        Lower ends of the classes of `pace`.
    base : {"plan", "observed"}
        Which base counts where both are known: the one observed in the base year, which is of the same kind as the
        later values (the default), or the one that the plan prints, which may be the census day's where the yearly
        series has the end of the year.
    area : str, optional
        Code of the plan's area: if not given the projection's city, without a projection the one area, or that of which
        most of the plan's indicators are observed.
    paths : pandas.DataFrame, optional
        Reference paths: `indicator`, `year`, `value`, `unit`. Progress of these indicators is paced along a path that
        ends on the target in the shape of the reference; for what cohorts drive, the path that those of the base imply.
    errors : pandas.DataFrame, optional
        Back-tested relative errors: `indicator`, `horizon` [years], `error`, from `indicator_errors`. With them an
        indicator that has not been back-tested has an open outlook; without, half the printed digit is the margin.
    decided : pandas.DataFrame, optional
        What scenarios were solved for: `scenario`, `indicator`, `year`. Its outlook is `assumed`.

    Returns
    -------
    pandas.DataFrame, (scenarios x targets, columns)
        Codes and numbers, one row a scenario and target; `worded` puts them into words. The value is the last one
        published or derived (`value_year` tells), and past the milestone the one of the milestone year; where there is
        none, what is projected or assumed for `year` stands there, without a rating. `evidence` says what the value
        rests on, `outlook` what the projections from now on say of the target. `c`, `tau` and `pace` are NaN where
        there is no path; `pace` is infinite while nothing of a budget is used, `pace_linear` the one along a straight
        line.
        `reason` is the code of the reason; beside it stand the numbers that it needs (see `docs/scoring.md`).

    Raises
    ------
    SchemaError
        If tables lack columns or hold NaN where a value must be, units do not fit, `year` is before a base year or
        after the newest observation, the method is unknown, or neither observations nor a projection are given.

    Notes
    -----
    The rules are those of `pace` for targets that compare with a number. Besides:

    * `cumulative`: the sum since `start_year`, base 0 in the year before; a missing year makes it not assessable;
    * `rising`: the classes read on k/n of the yearly changes since the last milestone (never ahead);
    * `keep`: not worse than the last numeric milestone of the same version; until that year, if the level does not hold
      yet, the pace towards it;
    * `within`, `about`: the way to the near edge, or to the number; a base inside is to be kept;
    * `relative`: against the reference series of the same year, or not assessable;
    * `qualitative`: the plan prints no number to compare with: not assessable;
    * a base on another statistical basis than the value, or none, leaves only met and not met.

    Examples
    --------
    >>> card = pm.score(ev.targets, observed=ev.observed, projected=ev.values, year=2023)
    >>> here = card.query("indicator == 'resident_population' and target_year == 2025")
    >>> here["rating"].tolist()
    ['behind', 'behind']
    """
    if method != "all" and method not in METHODS:
        raise SchemaError(
            f"method={method!r} is not known. Use one of: {', '.join(METHODS)}, all.{near(method, METHODS)}"
        )
    cases = cases_of(
        targets,
        observed=observed,
        projected=projected,
        year=year,
        cuts=cuts,
        base=base,
        area=area,
        paths=paths,
        errors=errors,
        decided=decided,
    )
    return card_of(cases, method)


def cases_of(
    targets: pd.DataFrame,
    *,
    observed: pd.DataFrame | None,
    projected: xr.Dataset | None,
    year: int,
    cuts: Cuts = CUTS,
    base: str = "observed",
    area: str | None = None,
    paths: pd.DataFrame | None = None,
    errors: pd.DataFrame | None = None,
    decided: pd.DataFrame | None = None,
) -> list[Case]:
    """Return every target in every scenario with all that was found (the parameters are those of `score`)."""
    if base not in ("plan", "observed"):
        raise SchemaError(f"base={base!r} is not known. Use 'plan' or 'observed'.{near(base, ('plan', 'observed'))}")
    wanted = targets_of(targets)
    indicators = {target.indicator for target in wanted}
    place = area_of(observed, projected, indicators, area)
    known = {} if observed is None else observations(_as_known(observed, year, place), place)
    views = {} if projected is None else projections(projected, indicators, place)
    scenarios = ["observed"] if projected is None else [str(name) for name in projected["scenario"].to_numpy()]
    shapes, tested, solved = shapes_of(paths, wanted), errors_of(errors), _solved(decided)
    columns: list[list[Case]] = []
    for target in wanted:
        earlier, former = earlier_of(target, wanted), _former(target, wanted)
        request = Request(target, earlier, year, cuts, base, former, shapes.get(target.indicator))
        past, view = points_of(target.indicator, target.unit, known), views.get(target.indicator)
        own: list[Case] = []
        for order, scenario in enumerate(scenarios):
            line = Line(past, {}) if view is None else Line(past, projected_points(view, target, order), view.assumed)
            case = _case(scenario, request, line, reference_of(target, known), own[0] if own else None)
            given = (scenario, target.indicator, target.year) in solved
            own.append(
                case._replace(
                    outlook=outlook_of(request, line, met=case.ahead_met, errors=tested, decided=given),
                    drawn=view is not None and view.draws is not None,
                    probability=probability_of(view, target, order),
                )
            )
        together = overall(case.outlook.code for case in own)
        columns.append([case._replace(overall=together) for case in own])
    return [column[order] for order in range(len(scenarios)) for column in columns]


def _as_known(observed: pd.DataFrame, year: int, area: str) -> pd.DataFrame:
    """Return what was known, if there is anything to evaluate `year` by."""
    known = as_known(observed, year=year)
    here = observed[observed["area"].astype(str) == area]
    years = sorted({int(when) for when in here["year"]})
    if years and year > years[-1]:
        spans = ", ".join(str(when) for when in years[-12:])
        raise SchemaError(
            f"year {year} is after the newest figure, of {years[-1]}. There are figures of {spans}. Evaluate one of "
            "these years, or add what has been published since."
        )
    return known


def _solved(decided: pd.DataFrame | None) -> set[tuple[str, str, int]]:
    if decided is None:
        return set()
    return {
        (str(s), str(i), int(y))
        for s, i, y in zip(*(decided[n] for n in ("scenario", "indicator", "year")), strict=True)
    }


def _case(scenario: str, request: Request, line: Line, reference: Line | None, first: Case | None) -> Case:
    """Rate one target in one scenario; `first` is the same target in the first one."""
    ahead, ahead_met = line.projected.get(request.target.year), met_ahead(request, line)
    if first is not None and _alike(request, first.line, line):
        return first._replace(scenario=scenario, line=line, ahead=ahead, ahead_met=ahead_met)
    outcome = evaluate(request, line, reference)
    compared = others(request, line, outcome)
    firm = robustness(request, line, reference, outcome, compared)
    return Case(scenario, request, line, reference, outcome, compared, firm, ahead, ahead_met)


def _alike(request: Request, one: Line, other: Line) -> bool:
    """Tell whether two scenarios leave the same value to rate, so that the rating is the same."""
    return one.assumed == other.assumed and current(request, one) == current(request, other)


def earlier_of(target: Target, wanted: Iterable[Target]) -> tuple[Target, ...]:
    """Return the earlier milestones of the same indicator and version."""
    own = (target.section, target.indicator, target.version)
    same = [t for t in wanted if (t.section, t.indicator, t.version) == own and t.year < target.year]
    return tuple(sorted(same, key=lambda t: t.year))


def _former(target: Target, wanted: Iterable[Target]) -> tuple[Target, ...]:
    """Return the same target in earlier versions of the plan."""
    own = (target.section, target.place, target.indicator, target.year)
    same = [t for t in wanted if (t.section, t.place, t.indicator, t.year) == own]
    return tuple(sorted((t for t in same if t.version < target.version), key=lambda t: t.version))
