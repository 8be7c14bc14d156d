"""The back-test of draws: stand at the earlier census, draw units that nothing was learned from, see where they fell.

The draws of this room are of ten years at once; those of a city are of single years (`popmodel.probability`).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.demography import migration_learning as learning
from popmodel.demography.migration_learning import OLD, REACHED
from popmodel.probability.errors import Units, comparable_units, expected_rate, provinces_left_out

Array = npt.NDArray[np.float64]
SEED = 20101101
"""Of the draws of the back-test, unless another is given."""


def crps(draws: npt.ArrayLike, value: npt.ArrayLike) -> Array:
    """Return the continuous ranked probability score of draws, in their unit; smaller is better.

    Parameters
    ----------
    draws : array_like, shape (N, ...)
        Draws of a forecast.
    value : array_like, shape (...)
        What came.

    Returns
    -------
    ndarray, shape (...)

    Notes
    -----
    ``mean|x − y| − ½·mean|x − x′|`` over the draws (Gneiting & Raftery 2007, doi:10.1198/016214506000001437), the
    second term from the sorted draws.

    Examples
    --------
    >>> float(crps([1.0, 3.0], 2.0))
    0.5
    """
    x = np.sort(np.asarray(draws, dtype=float), axis=0)
    n = len(x)
    rank = (2 * np.arange(1, n + 1) - n - 1).reshape(-1, *[1] * (x.ndim - 1))
    return np.asarray(np.abs(x - np.asarray(value, dtype=float)).mean(axis=0) - (rank * x).sum(axis=0) / n**2)


class HeldOut(NamedTuple):
    """Draws (N, U) of units and what came (U,): log growth of people aged 10+, shares of those aged 60+ in percent."""

    unit: npt.NDArray[np.str_]
    province: npt.NDArray[np.str_]
    growth: Array
    growth_counted: Array
    growth_naive: Array
    share: Array
    share_given_total: Array
    share_counted: Array
    share_naive: Array


def draw_counties(
    counties: xr.Dataset,
    *,
    draws: int = 200,
    seed: int = SEED,
    changed_area: float | None = learning.CHANGED_AREA,
    reference: xr.Dataset | None = None,
) -> HeldOut:
    """Draw the later census of units, each province from what the others teach.

    Parameters
    ----------
    counties : xarray.Dataset
        From `read_counties`.
    draws : int
        For each unit.
    seed : int
        Of the random numbers.
    changed_area, reference
        As in `empirical_errors`.

    Returns
    -------
    HeldOut
        `share_given_total` is drawn with the unit's counted total: who migrates alone. `growth_naive` are the rates of
        units of other provinces; `share_naive` takes the share of the survivors and adds how far those were from
        theirs.

    Notes
    -----
    The total: what the structure lets expect (`empirical_errors`, rule `covariates`) and an error from those of the
    units outside the province. Ages: ``E·exp(g + γ·b + Σ score·component)``, the components those of the errors outside
    the province, γ such that the drawn total comes out: the layer's own model over one step of ten years.
    """
    units = comparable_units(counties, reference, changed_area)
    random = np.random.default_rng(seed)
    rate = learning.total_rate(units.counted, units.expected)
    middle, missed = _left_out(units)
    error = rate - middle
    came = units.counted.sum(axis=(1, 2))
    size = (draws, len(came))
    growth, grown, share, given, naive = (np.empty(size) for _ in range(5))
    alone = _old(units.expected)
    for mine in provinces_left_out(units):
        others = np.flatnonzero(~mine)
        where = np.flatnonzero(mine)
        learned = learning.learn(units.counted[~mine], units.expected[~mine], units.features[~mine, :-2])
        turned = learning.turnover(learned, units.features[mine, :-2])
        found = learning.components(missed[~mine])
        drawn = middle[mine] + error[others[random.integers(len(others), size=(draws, len(where)))]]
        score = random.standard_normal((draws, len(where), len(found.deviation))) * found.deviation
        who = turned + np.einsum("nuk,ksg->nusg", score, found.loadings)
        expected = np.broadcast_to(units.expected[mine], who.shape)
        cells = (-1, *who.shape[2:])
        growth[:, where] = drawn
        for out, total in ((share, units.expected[mine].sum(axis=(1, 2)) * np.exp(drawn)), (given, came[mine])):
            wanted = np.broadcast_to(total, who.shape[:2]).reshape(-1)
            people = learning.met(expected.reshape(cells), who.reshape(cells), learned.response, wanted)
            out[:, where] = _old(people).reshape(draws, -1)
        off = _old(units.counted) - alone
        like = others[random.integers(len(others), size=(draws, len(where)))]
        naive[:, where] = alone[mine] + off[like]
        grown[:, where] = rate[like]
    return HeldOut(
        units.unit, units.province, growth, rate, grown, share, given, _old(units.counted), naive
    )  # fmt: skip


def _old(people: Array) -> Array:
    """Share of those aged 60 and over among those aged ten and over. [percent]"""
    first = REACHED.index(OLD)
    return np.asarray(100 * people[..., first:].sum(axis=(-2, -1)) / people.sum(axis=(-2, -1)))


def _left_out(units: Units) -> tuple[Array, Array]:
    """Expected log rate of the totals (U,) and errors of the ages (U, 2, G), each province from the others."""
    rate = learning.total_rate(units.counted, units.expected)
    middle, missed = np.empty(len(rate)), np.empty_like(units.counted)
    for mine in provinces_left_out(units):
        middle[mine] = expected_rate(units, mine)
        learned = learning.learn(units.counted[~mine], units.expected[~mine], units.features[~mine, :-2])
        turned = learning.turnover(learned, units.features[mine, :-2])
        off = learning.log_rates(units.counted[mine], units.expected[mine]) - turned
        off = off - learned.response * rate[mine, None, None]
        missed[mine] = np.clip(off, -learning.LARGEST, learning.LARGEST)
    return middle, missed


def held_out_scores(drawn: HeldOut, *, by_province: bool = False) -> pd.DataFrame:
    """Score the draws of units that were held out.

    Parameters
    ----------
    drawn : HeldOut
        From `draw_counties`.
    by_province : bool
        Whether every province has its rows too.

    Returns
    -------
    pandas.DataFrame
        `what` ("growth", "growth_naive", "share", "share_given_total", "share_naive"), `group`, `n`, `coverage_80` and
        `coverage_95` [%], `width_80`, `crps`, `bias` (median less what came) and `pit` (a tuple). Growth in log
        units, shares in percentage points.
    """
    rows = []
    groups = ["all", *(sorted(set(drawn.province)) if by_province else [])]
    for what in ("growth", "growth_naive", "share", "share_given_total", "share_naive"):
        draws = getattr(drawn, what)
        came = drawn.growth_counted if what.startswith("growth") else drawn.share_counted
        low, high, least, most, middle = np.percentile(draws, [10, 90, 2.5, 97.5, 50], axis=0)
        score = crps(draws, came)
        pit = (draws < came).mean(axis=0)
        for group in groups:
            mine = np.full(len(came), True) if group == "all" else drawn.province == group
            rows.append({
                "what": what, "group": group, "n": int(mine.sum()),
                "coverage_80": 100 * float(((came >= low) & (came <= high))[mine].mean()),
                "coverage_95": 100 * float(((came >= least) & (came <= most))[mine].mean()),
                "width_80": float((high - low)[mine].mean()), "crps": float(score[mine].mean()),
                "bias": float((middle - came)[mine].mean()), "pit": tuple(pit[mine].tolist()),
            })  # fmt: skip
    return pd.DataFrame(rows)
