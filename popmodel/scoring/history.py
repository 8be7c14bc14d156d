"""How ratings moved from one evaluation to the next."""

from collections.abc import Iterable

import pandas as pd
import xarray as xr

from popmodel.schema import SchemaError
from popmodel.scoring.linear import CUTS, Cuts
from popmodel.scoring.scorecard import score

KEY = ("scenario", "number", "indicator", "name_zh", "name_en", "target_year", "target_text", "version")
"""What says which target a row is of."""


def rating_history(
    targets: pd.DataFrame,
    *,
    observed: pd.DataFrame | None = None,
    projected: xr.Dataset | None = None,
    years: Iterable[int],
    cuts: Cuts = CUTS,
    base: str = "observed",
) -> pd.DataFrame:
    """Show how each rating moved from one evaluation to the next, each with what was published by then.

    Parameters
    ----------
    targets, observed, projected, cuts, base
        As in `score`.
    years : iterable of int
        The years evaluated.

    Returns
    -------
    pandas.DataFrame, (scenarios x targets, columns)
        `scenario`, `number`, `indicator`, `name_zh`, `name_en`, `target_year`, `target_text`, `version`, then for each
        year Y `rating_Y` and `pace_Y`.

    Raises
    ------
    SchemaError
        As `score`; also if no year is given.

    Examples
    --------
    >>> pace = pm.rating_history(ev.targets, observed=ev.observed, years=[2021, 2022, 2023])
    >>> sorted(set(pace["indicator"])) == sorted(set(ev.targets["indicator"]))
    True
    """
    asked = list(years)
    if not asked:
        raise SchemaError("years is empty. Give at least one year to evaluate.")
    cards = {y: score(targets, observed=observed, projected=projected, year=y, cuts=cuts, base=base) for y in asked}
    first = cards[asked[0]]
    out = first[list(KEY)].copy()
    for y, card in cards.items():
        out[f"rating_{y}"] = card["rating"]
        out[f"pace_{y}"] = card["pace"]
    return out
