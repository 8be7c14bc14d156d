"""The outlook of a target: what the projections from now on say, and by how much."""

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from popmodel.schema import SchemaError
from popmodel.scoring.levels import kept_level
from popmodel.scoring.operators import level_of
from popmodel.scoring.outcome import Request
from popmodel.scoring.records import LEVELS, Line

WILL_HOLD, OPEN, WILL_FAIL, ASSUMED, NOT_MODELLED, PAST = (
    "will_hold", "open", "will_fail", "assumed", "not_modelled", "past",
)  # fmt: skip
OUTLOOKS = (WILL_HOLD, OPEN, WILL_FAIL, ASSUMED, NOT_MODELLED, PAST)
ERROR_COLUMNS = ("indicator", "horizon", "error")


class Outlook(NamedTuple):
    """The outlook of a target in one scenario.

    `distance` is how far the projected value lies on the good side of the target (below zero: on the bad one), `margin`
    the distance below which nothing is said; both in the target's unit, NaN where there is none.
    """

    code: str
    distance: float = math.nan
    margin: float = math.nan


class Errors(NamedTuple):
    """The back-tested relative errors: indicator → horizon [years] → error; `None` without a table: nothing is told."""

    table: Mapping[str, Mapping[int, float]] | None


def errors_of(errors: pd.DataFrame | None) -> Errors:
    """Read a table of back-tested errors.

    Parameters
    ----------
    errors : pandas.DataFrame or None
        Columns `indicator`, `horizon` [years], `error` [share of the value, such as .02], from
        `backtesting.indicator_errors`. Of several for one horizon the largest counts.

    Raises
    ------
    SchemaError
        If a column lacks, or a horizon or an error is not positive.
    """
    if errors is None:
        return Errors(None)
    lacking = [name for name in ERROR_COLUMNS if name not in errors.columns]
    if lacking:
        raise SchemaError(f"errors have no column {', '.join(lacking)}. Give {', '.join(ERROR_COLUMNS)}.")
    wrong = errors[~(errors["horizon"].gt(0) & errors["error"].ge(0))]
    if len(wrong):
        row = wrong.iloc[0]
        raise SchemaError(
            f"errors: {row['indicator']}: horizon {row['horizon']}, error {row['error']}: a horizon is above 0 years, "
            "an error a share of at least 0. Correct it."
        )
    table: dict[str, dict[int, float]] = {}
    for name, horizon, error in zip(*(errors[column].tolist() for column in ERROR_COLUMNS), strict=True):
        own = table.setdefault(str(name), {})
        own[int(horizon)] = max(float(error), own.get(int(horizon), 0.0))
    return Errors(table)


def relative_error(errors: Errors, indicator: str, horizon: int) -> float:
    """Return the relative error at a horizon: even between those tested and from none at 0, in proportion beyond.

    NaN where the indicator has not been back-tested. A longer horizon is never taken to be surer than a shorter one:
    one decade that came out well by luck does not undo what three years missed.
    """
    known = (errors.table or {}).get(indicator)
    if not known:
        return math.nan
    years = [0, *sorted(known)]
    longest = years[-1]
    tested = np.maximum.accumulate([0.0, *(known[year] for year in years[1:])])
    if horizon > longest:
        return float(tested[-1]) * horizon / longest
    return float(np.interp(horizon, years, tested))


def outlook_of(request: Request, line: Line, *, met: bool | None, errors: Errors, decided: bool) -> Outlook:
    """Return the outlook of a target in one scenario.

    Parameters
    ----------
    request : Request
        The target and the year.
    line : Line
        With the projection of the scenario, in the target's unit.
    met : bool or None
        Whether the projection meets the target, as printed.
    errors : Errors
        Back-tested errors.
    decided : bool
        Whether the scenario was solved for this value.
    """
    target = request.target
    if target.year <= request.year:
        return Outlook(PAST)
    point = line.projected.get(target.year)
    if point is None:
        return Outlook(NOT_MODELLED)
    distance = distance_of(request, point.value)
    error = relative_error(errors, target.indicator, target.year - request.year)
    margin = max(0.5 * 10.0**-target.decimals, error * abs(point.value)) if not math.isnan(error) else math.nan
    if line.assumed or decided:
        return Outlook(ASSUMED, distance, margin)
    if met is None:
        return Outlook(NOT_MODELLED, distance, margin)
    if math.isnan(distance):  # yearly improvement: the error of a change is not back-tested
        return Outlook(OPEN)
    if not abs(distance) > margin:
        return Outlook(OPEN, distance, margin)
    return Outlook(WILL_HOLD if met else WILL_FAIL, distance, margin)


def distance_of(request: Request, value: float) -> float:
    """Return how far a value lies on the good side of the target; NaN where it speaks of no level."""
    target = request.target
    if target.operator in LEVELS:
        low, high = level_of(target, 0)
    elif target.operator == "keep":
        slack = 0.0 if math.isnan(target.tolerance) else target.tolerance
        band, _ = kept_level(request)
        low, high = band[0] - slack, band[1] + slack
    else:
        return math.nan
    if target.operator == "reach" and low == high:
        return -abs(value - low)
    return float(f"{min(value - low, high - value):.12g}")


def overall(codes: Iterable[str]) -> str:
    """Return one outlook over all scenarios: what those say that leave it to the model to decide."""
    found = [code for code in codes if code != NOT_MODELLED]
    if not found:
        return NOT_MODELLED
    free = {code for code in found if code != ASSUMED}
    if not free:
        return ASSUMED
    return free.pop() if len(free) == 1 else OPEN


def outlook(card: pd.DataFrame) -> pd.DataFrame:
    """Return the outlook of each target: by scenario, and one over all of them.

    Parameters
    ----------
    card : pandas.DataFrame
        As `score` returns it.

    Returns
    -------
    pandas.DataFrame
        One row a target: what names it, `outlook` over all scenarios, and `outlook_S` for each scenario S.

    Examples
    --------
    >>> table = pm.outlook(ev.ratings)
    >>> table.query("indicator == 'share_60_plus' and target_year == 2035")["outlook"].item()
    'will_fail'
    """
    keys = ["section", "place", "number", "indicator", "name_zh", "name_en", "target_year", "target_text", "version"]
    first = card.drop_duplicates(keys)
    out = first[[*keys, "outlook"]].reset_index(drop=True)
    for scenario in card["scenario"].unique():
        one = card[card["scenario"] == scenario].drop_duplicates(keys)
        out[f"outlook_{scenario}"] = out[keys].merge(one, on=keys, how="left")["outlook_scenario"].to_numpy()
    return out
