"""The probability of a target: the share of draws in which its own operator holds on the value as published."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.probability.drawn import drawn_values, draws_of, enough, observed_until, of_city, years_of
from popmodel.schema import SchemaError, named, near
from popmodel.scoring.levels import kept_level
from popmodel.scoring.linear import CUTS
from popmodel.scoring.operators import holds_all, keeps_all, side
from popmodel.scoring.outcome import Request
from popmodel.scoring.precision import printed_all
from popmodel.scoring.records import LEVELS, Target, targets_of
from popmodel.scoring.scorecard import earlier_of
from popmodel.wording.sure import attainment_words, percent_words

Held = npt.NDArray[np.bool_]
WHAT = "attainment"
DRAWN, ASSUMED, OTHER_BASIS, NOT_MODELLED, NO_NUMBER, BEYOND, PAST = (
    "drawn", "assumed", "other_basis", "not_modelled", "no_number", "beyond", "past",
)  # fmt: skip
"""What a probability rests on, or why there is none."""
CUT = (0.05, 0.33, 0.67, 0.95)
WORDS = ("very_unlikely", "unlikely", "even", "likely", "very_likely")
CANNOT_TELL, NOT_ASSESSABLE, MET, NOT_MET, SEE_CARD = "cannot_tell", "not_assessable", "met", "not_met", "see_card"
NAMING = ("indicator", "number", "name_zh", "name_en", "milestone", "operator", "text", "version", "target", "unit",
          "section", "place")  # fmt: skip
"""Columns that name a target in the tables of this room."""
COLUMNS = (
    *NAMING, "probability", "se", "lowest", "highest", "lowest_variant", "highest_variant", "bound", "n", "basis",
    "code",
)  # fmt: skip


class Joint(NamedTuple):
    """How often a set of targets holds together: the share, its Monte Carlo standard error, and the draws counted."""

    probability: float
    se: float
    n: int


class Range(NamedTuple):
    """The least and the greatest probability over the declared variants, and which gives each (empty: the draws)."""

    lowest: float = math.nan
    highest: float = math.nan
    lowest_variant: str = ""
    highest_variant: str = ""


class Told(NamedTuple):
    """What draws say of one target: in which of them it holds, or why none can tell."""

    basis: str
    held: Held | None = None


Answers = list[tuple[Request, Told]]
"""Each target with what the draws say of it."""


def attainment(
    values: xr.Dataset, targets: pd.DataFrame, variants: Mapping[str, xr.Dataset] | None = None
) -> pd.DataFrame:
    r"""Return the probability of each target at its milestone.

    Parameters
    ----------
    values : xarray.Dataset (draw, year, area)
        From `project_indicators`; the city counts. `attrs["observed_until"]` is the last year conditioned on.
    targets : pandas.DataFrame
        From `read_targets`.
    variants : mapping of str to xarray.Dataset, optional
        Name → values of the same kind under another declared assumption. The range is over them and `values`.

    Returns
    -------
    pandas.DataFrame
        A row a target: what names it (`indicator`, `number`, `name_zh`, `name_en`, `milestone`, `operator`, `text`,
        `version` …), `probability` and its Monte Carlo standard error `se`, the `lowest` and the `highest` probability
        over the variants with the names of these, `bound` (3/n where no draw, or every draw, attains it), the number
        `n` of draws, `basis`, and the words: a `code`, the probability as `printed`, `word_zh`, `word_en`. `basis` is
        `drawn`; `assumed` where every draw has the same path, or the districts' shares in a centre are assumed; without
        a probability `other_basis`, `not_modelled`, `no_number`, `beyond` (the years drawn) or `past`.

    Raises
    ------
    SchemaError
        If there are fewer than 400 draws, values lack a `draw` dim or miss in some draws only, or a variant does not
        hold an indicator that the values hold.

    Notes
    -----
    :math:`p = k/n`, k the draws in which the target's operator holds on the value rounded as published; `rising`
    wants a rise in every year since the last milestone, `cumulative` the sum. Standard error
    :math:`\sqrt{p(1-p)/n}`; where k is 0 or n, p differs from it by at most 3/n with 95 % confidence (rule of three;
    Hanley & Lippman-Hand 1983, JAMA 249: 1743-1745). Words: below .05, .33, up to .67, .95, above;
    where lowest and highest lie on different sides of a half the word is that it cannot be told.
    A milestone not after the last observed year has a verdict and no probability.

    Examples
    --------
    >>> import numpy as np, xarray as xr
    >>> share = xr.DataArray(np.linspace(25, 27, 1000), dims="draw", attrs={"unit": "percent"})
    >>> values = xr.Dataset({"share_60_plus": share.expand_dims(year=[2035], area=[ev.city.code])})
    >>> table = pm.attainment(values, ev.targets).set_index(["indicator", "milestone"])
    >>> round(float(table.loc[("share_60_plus", 2035), "probability"]), 2)
    0.47
    """
    main = answers_of(values, targets, what=WHAT)
    others = {
        name: answers_of(data, targets, what=f"{WHAT}: variant {name}") for name, data in (variants or {}).items()
    }
    return table_of(main, others)


def table_of(main: Answers, others: Mapping[str, Answers]) -> pd.DataFrame:
    """Return the table of `attainment` from what draws, and variants of them, say of the same targets."""
    rows = [_row(request, told, _of(others, place)) for place, (request, told) in enumerate(main)]
    words = [attainment_words(row) for row in rows]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    printed = [percent_words(share, n) for share, n in zip(table["probability"], table["n"], strict=True)]
    return table.assign(printed=printed, word_zh=[zh for zh, _ in words], word_en=[en for _, en in words])


def _of(others: Mapping[str, Answers], place: int) -> dict[str, Told]:
    return {name: answers[place][1] for name, answers in others.items()}


def answers_of(values: xr.Dataset, targets: pd.DataFrame, *, what: str) -> Answers:
    """Return each target with what the draws say of it."""
    city = of_city(drawn_values(values, what=what), what=what)
    until, wanted = observed_until(values), targets_of(targets)
    year = years_of(city)[0] if until is None else until
    requests = [Request(target, earlier_of(target, wanted), year, CUTS) for target in wanted]
    return [(request, told_of(city, request, until, what=what)) for request in requests]


def told_of(city: xr.Dataset, request: Request, until: int | None, *, what: str) -> Told:
    """Return in which draws a target holds at its milestone, or why none can tell.

    Parameters
    ----------
    city : xarray.Dataset (draw, year)
        Of the plan's area.
    request : Request
        The target and the milestones before it.
    until : int or None
        The last year conditioned on.
    what : str
        For errors.
    """
    target = request.target
    if target.operator in ("qualitative", "relative"):
        return Told(NO_NUMBER)
    if target.indicator not in city:
        return Told(NOT_MODELLED)
    cube, years = draws_of(city, target.indicator, target.unit, what=what), years_of(city)
    if not np.isfinite(cube).any():
        return Told(OTHER_BASIS)
    if target.year not in years:
        return Told(BEYOND)
    path = dict(zip(years, cube.T, strict=True))
    held = _held(request, path)
    if held is None:
        return Told(NO_NUMBER)
    if until is not None and target.year <= until:
        return Told(PAST, held)
    same = bool((path[target.year] == path[target.year][0]).all())
    return Told(ASSUMED if same or city[target.indicator].attrs.get("assumed_reading") else DRAWN, held)


Path = Mapping[int, npt.NDArray[np.float64]]


def _held(request: Request, path: Path) -> Held | None:
    """Return in which draws the target's operator holds; None where a year or a level that it needs is not there."""
    target = request.target
    if target.operator == "rising":
        return _rises(request, path)
    if target.operator == "cumulative":
        start = target.start_year if target.start_year is not None else (target.base_year or target.year) + 1
        flows = [path.get(year) for year in range(start, target.year + 1)]
        there = [flow for flow in flows if flow is not None and np.isfinite(flow).all()]
        return holds_all(target, np.sum(there, axis=0), target.decimals) if len(there) == len(flows) else None
    value = path[target.year]
    if not np.isfinite(value).all():
        return None
    if target.operator in LEVELS:
        return holds_all(target, value, target.decimals)
    band, earlier = kept_level(request)
    if math.isnan(band[0]) or math.isnan(band[1]):
        return None
    digits = max(target.decimals, earlier.decimals if earlier else 0)
    return keeps_all(value, band, target.tolerance, digits)


def _rises(request: Request, path: Path) -> Held | None:
    """Return in which draws every year since the last milestone brought a change the right way, as printed."""
    target = request.target
    first = request.earlier[-1].year if request.earlier else target.base_year
    if first is None:
        return None
    steps = [path.get(year) for year in range(first, target.year + 1)]
    if any(step is None or not np.isfinite(step).all() for step in steps):
        return None
    prints = printed_all(np.array(steps), target.decimals)
    return np.asarray((side(target) * np.diff(prints, axis=0) > 0).all(axis=0))


def naming(target: Target) -> dict[str, object]:
    """Return what names a target in the tables of this room."""
    return {
        "indicator": target.indicator, "number": target.number, "name_zh": target.name_zh, "name_en": target.name_en,
        "milestone": target.year, "operator": target.operator, "text": target.text, "version": target.version,
        "target": target.value, "unit": target.unit, "section": target.section, "place": target.place,
    }  # fmt: skip


def _row(request: Request, told: Told, variants: Mapping[str, Told]) -> dict[str, object]:
    target = request.target
    row: dict[str, object] = naming(target) | {
        "probability": math.nan, "se": math.nan, **Range()._asdict(), "bound": math.nan,
        "n": 0 if told.held is None else told.held.size, "basis": told.basis,
    }  # fmt: skip
    if told.held is None:
        return row | {"code": NOT_ASSESSABLE}
    if told.basis == PAST:
        return row | {"code": MET if told.held.all() else SEE_CARD if told.held.any() else NOT_MET}
    p, n = float(told.held.mean()), told.held.size
    ranged = range_of(target, p, variants)
    word = word_of(p, ranged.lowest, ranged.highest)
    bound = 3 / n if p in (0.0, 1.0) else math.nan
    return row | {"probability": p, "se": math.sqrt(p * (1 - p) / n), "bound": bound, "code": word} | ranged._asdict()


def range_of(target: Target, p: float, variants: Mapping[str, Told]) -> Range:
    """Return the range of a target's probability over the variants and `p`; nothing where none are declared."""
    if not variants:
        return Range()
    lacking = [name for name, told in variants.items() if told.held is None]
    if lacking:
        raise SchemaError(
            f"{WHAT}: variant {named(lacking)} does not give {target.indicator} {target.year}, which the values give. "
            "Draw the same indicators and years in every variant."
        )
    all_ = {"": p, **{name: float(told.held.mean()) for name, told in variants.items() if told.held is not None}}
    least, most = min(all_, key=lambda name: all_[name]), max(all_, key=lambda name: all_[name])
    return Range(all_[least], all_[most], least, most)


def word_of(probability: float, lowest: float = math.nan, highest: float = math.nan) -> str:
    """Return the code of the word for a probability.

    Parameters
    ----------
    probability : float
        Between 0 and 1.
    lowest, highest : float
        Over the declared variants; NaN where there are none.

    Returns
    -------
    str
        `very_unlikely` (below .05), `unlikely` (below .33), `even` (up to .67), `likely` (up to .95), `very_likely`,
        or `cannot_tell` where the variants lie on both sides of a half.
    """
    if lowest < 0.5 < highest:
        return CANNOT_TELL
    low, mid, high, top = CUT
    if probability < mid:
        return WORDS[0] if probability < low else WORDS[1]
    return WORDS[2] if probability <= high else WORDS[3] if probability <= top else WORDS[4]


def joint_attainment(
    values: xr.Dataset,
    targets: pd.DataFrame,
    which: Sequence[tuple[str, int]] | None = None,
    given: tuple[str, int, float, float] | None = None,
) -> Joint:
    """Return how likely it is that a named set of targets holds together: the share of draws, never the product.

    Parameters
    ----------
    values : xarray.Dataset (draw, year, area)
        As for `attainment`.
    targets : pandas.DataFrame
        From `read_targets`.
    which : sequence of (str, int), optional
        Indicator and milestone of each; every target that is drawn if not given.
    given : (str, int, float, float), optional
        Count only draws in which this indicator, in this year, lies between two of its quantiles [percent]:
        ``("resident_population", 2035, 75, 100)`` is its upper quarter.

    Returns
    -------
    Joint
        `probability`, `se` (Monte Carlo) and `n`, the draws counted.

    Raises
    ------
    SchemaError
        If a target is not there, stands in several versions or has no probability, the condition leaves fewer than 400
        draws, or as `attainment`.

    Examples
    --------
    >>> import numpy as np, xarray as xr
    >>> share = xr.DataArray(np.linspace(25, 27, 1000), dims="draw", attrs={"unit": "percent"})
    >>> values = xr.Dataset({"share_60_plus": share.expand_dims(year=[2030, 2035], area=[ev.city.code])})
    >>> pm.joint_attainment(values, ev.targets, which=[("share_60_plus", 2030), ("share_60_plus", 2035)])
    Joint(probability=0.0, se=0.0, n=1000)
    """
    what = "joint_attainment"
    answers = answers_of(values, targets, what=what)
    kept = np.ones(values.sizes["draw"], dtype=bool) if given is None else _given(values, given, what)
    return joint_of(answers, which, kept, what=what)


def joint_of(answers: Answers, which: Sequence[tuple[str, int]] | None, kept: Held, *, what: str) -> Joint:
    """Return how often a set of targets holds together in the draws that are kept."""
    chosen = [told.held for told in _chosen(answers, which, what) if told.held is not None]
    together = np.logical_and.reduce(chosen)[kept]
    p, n = float(together.mean()), together.size
    return Joint(p, math.sqrt(p * (1 - p) / n), n)


def _chosen(answers: Answers, which: Sequence[tuple[str, int]] | None, what: str) -> list[Told]:
    """Return the targets named, or all that are drawn."""
    if which is None:
        drawn = [told for _, told in answers if told.basis == DRAWN]
        if not drawn:
            raise SchemaError(f"{what}: no target is drawn. Name indicators that the values hold.")
        return drawn
    if not len(which):
        raise SchemaError(f"{what}: which is empty. Name at least one target, as (indicator, milestone).")
    found = []
    for indicator, year in which:
        own = [(r, told) for r, told in answers if (r.target.indicator, r.target.year) == (indicator, int(year))]
        if len(own) != 1:
            known = sorted({r.target.indicator for r, _ in answers})
            many = f"stands in {len(own)} versions or places; pass one" if own else "is not in the targets"
            raise SchemaError(f"{what}: {indicator} {year} {many}.{near(indicator, known) if not own else ''}")
        told = own[0][1]
        if told.held is None or told.basis == PAST:
            raise SchemaError(f"{what}: {indicator} {year} has no probability ({told.basis}). Leave it out.")
        found.append(told)
    return found


def _given(values: xr.Dataset, given: tuple[str, int, float, float], what: str) -> Held:
    """Return which draws satisfy the condition."""
    name, year, low, high = given
    city = of_city(drawn_values(values, what=what), what=what)
    if name not in city or year not in years_of(city):
        raise SchemaError(f"{what}: given {name} {year} is not in the values.{near(name, city.data_vars)}")
    if not 0 <= low < high <= 100:
        raise SchemaError(f"{what}: given quantiles {low:g} and {high:g}. Give two percentages in order, 0 to 100.")
    cube = draws_of(city, name, str(city[name].attrs["unit"]), what=what)[:, years_of(city).index(year)]
    floor, roof = np.quantile(cube, [low / 100, high / 100])
    kept = np.asarray((cube >= floor) & (cube <= roof))
    enough(int(kept.sum()), what=f"{what}: given {name} {year}")
    return kept
