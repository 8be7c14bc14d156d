"""The risk of a rating: how likely next year's is worse, by the scorer's own rules on next year's drawn values."""

import math
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.probability.attainment import (
    BEYOND,
    DRAWN,
    NAMING,
    NO_NUMBER,
    NOT_MODELLED,
    OTHER_BASIS,
    Range,
    Told,
    naming,
    range_of,
)  # fmt: skip
from popmodel.probability.drawn import drawn_values, draws_of, of_city, years_of
from popmodel.scoring.assessment import evaluate
from popmodel.scoring.columns import Case
from popmodel.scoring.outcome import NOT_ASSESSABLE
from popmodel.scoring.precision import printed_all
from popmodel.scoring.records import Point
from popmodel.scoring.scorecard import cases_of

WHAT = "rating_risk"
ORDER = ("met", "ahead", "on_track", "nearly", "behind", "moving_away", "not_met")
"""Ratings from best to worst."""
COLUMNS = (
    *NAMING, "rating", "next_year", "probability", "se", "lowest", "highest", "lowest_variant", "highest_variant",
    "bound", "n", "basis", "likeliest", "likeliest_share", "offset",
)  # fmt: skip
Codes = npt.NDArray[np.str_]


def rating_risk(
    values: xr.Dataset,
    targets: pd.DataFrame,
    observed: pd.DataFrame,
    *,
    year: int,
    variants: Mapping[str, xr.Dataset] | None = None,
    base: str = "observed",
    paths: pd.DataFrame | None = None,
) -> pd.DataFrame:
    r"""Return how likely it is that next year's rating is worse than this year's, for each rated target still open.

    Parameters
    ----------
    values : xarray.Dataset (draw, year, area)
        From `project_indicators`, conditioned on what was known when `year` was evaluated.
    targets, observed : pandas.DataFrame
        From `read_targets` and `read_observed`.
    year : int
        The year evaluated.
    variants : mapping of str to xarray.Dataset, optional
        As for `attainment`.
    base, paths
        As for `score`.

    Returns
    -------
    pandas.DataFrame
        A row a rated target whose milestone is after `year`: what names it, `rating` now, `next_year`, `probability`
        that the next rating is worse with `se`, `lowest`, `highest` and the variants that give them, `bound`, `n`,
        `basis` (as in `attainment`), the `likeliest` next rating with its share of the draws, and `offset`: what the
        median draw lies above the last published value in that value's year, in the target's unit.

    Raises
    ------
    SchemaError
        As `score` and `attainment`.

    Notes
    -----
    Each draw's value of the next year, rounded to the digits in which the last value was published and on its basis,
    is taken as published, and rated by the rules of `score`. From best to worst: met, ahead, on track, nearly, behind,
    moving away, not met. At a milestone only met and not met remain, so that behind turns into not met, which is
    worse. Draws meet the published stocks; where they do not meet the published value of an indicator, `offset` is not
    zero and the step from one to the other is part of the answer.

    Examples
    --------
    >>> import numpy as np, xarray as xr
    >>> share = xr.DataArray(np.linspace(19, 21, 1000), dims="draw", attrs={"unit": "percent"})
    >>> values = xr.Dataset({"share_60_plus": share.expand_dims(year=[2023, 2024], area=[ev.city.code])})
    >>> risk = pm.rating_risk(values, ev.targets, ev.observed, year=2023)
    >>> bool(risk.query("indicator == 'share_60_plus'")["probability"].between(0, 1).all())
    True
    """
    city = of_city(drawn_values(values, what=WHAT), what=WHAT)
    others = {
        name: of_city(drawn_values(data, what=f"{WHAT}: variant {name}"), what=WHAT)
        for name, data in (variants or {}).items()
    }
    area = str(values.attrs["city"]) if "city" in values.attrs else None
    cases = cases_of(targets, observed=observed, projected=None, year=year, base=base, paths=paths, area=area)
    rated = [case for case in cases if _open(case, year)]
    return pd.DataFrame([_row(case, city, others, year + 1) for case in rated], columns=list(COLUMNS))


def _open(case: Case, year: int) -> bool:
    return case.outcome.rating != NOT_ASSESSABLE and case.request.target.year > year


def _row(case: Case, city: xr.Dataset, others: Mapping[str, xr.Dataset], year: int) -> dict[str, object]:
    target = case.request.target
    found = _next(case, city, year)
    told = _worse(case, found)
    row: dict[str, object] = naming(target) | {
        "rating": case.outcome.rating, "next_year": year, "probability": math.nan, "se": math.nan,
        **Range()._asdict(), "bound": math.nan, "n": 0, "basis": told.basis, "likeliest": "",
        "likeliest_share": math.nan, "offset": _offset(case, city),
    }  # fmt: skip
    if told.held is None or isinstance(found, str):
        return row
    p, n = float(told.held.mean()), told.held.size
    likeliest, count = Counter(found.tolist()).most_common(1)[0]
    ranged = range_of(target, p, {name: _worse(case, _next(case, data, year)) for name, data in others.items()})
    bound = 3 / n if p in (0.0, 1.0) else math.nan
    more = {"probability": p, "se": math.sqrt(p * (1 - p) / n), "bound": bound, "n": n}
    return row | more | ranged._asdict() | {"likeliest": likeliest, "likeliest_share": count / n}


def _next(case: Case, city: xr.Dataset, year: int) -> Codes | str:
    """Return the rating of each draw next year, or why there is none."""
    target, last = case.request.target, case.outcome.point
    if target.indicator not in city or last is None:
        return NOT_MODELLED
    cube, years = draws_of(city, target.indicator, target.unit, what=WHAT), years_of(city)
    if not np.isfinite(cube).any():
        return OTHER_BASIS
    if year not in years:
        return BEYOND
    prints = printed_all(cube[:, years.index(year)], last.decimals)
    different, back = np.unique(prints, return_inverse=True)
    codes = [_rating(case, last, float(Decimal(unit).scaleb(-last.decimals)), year) for unit in different.tolist()]
    return NO_NUMBER if NOT_ASSESSABLE in codes else np.array(codes)[back]


def _rating(case: Case, last: Point, value: float, year: int) -> str:
    """Rate the case as if `value` had been published for `year`."""
    line = case.line._replace(observed={**case.line.observed, year: last._replace(value=value, status="observed")})
    return evaluate(case.request._replace(year=year), line, case.reference).rating


def _worse(case: Case, found: Codes | str) -> Told:
    """Return in which draws the next rating is worse."""
    if isinstance(found, str):
        return Told(found)
    now = ORDER.index(case.outcome.rating)
    return Told(DRAWN, np.array([ORDER.index(code) > now for code in found.tolist()]))


def _offset(case: Case, city: xr.Dataset) -> float:
    """Return what the median draw lies above the last published value; NaN where the two cannot be compared."""
    target, at, point = case.request.target, case.outcome.value_year, case.outcome.point
    if point is None or target.operator == "cumulative" or target.indicator not in city or at not in years_of(city):
        return math.nan
    cube = draws_of(city, target.indicator, target.unit, what=WHAT)[:, years_of(city).index(at)]
    return float(np.median(cube)) - point.value
