"""Probabilities beside the ratings: columns of the scorecard, and the outlook that follows from them."""

import pandas as pd

from popmodel.probability.attainment import CUT, DRAWN
from popmodel.schema import SchemaError, rows
from popmodel.scoring.outlook import OPEN, WILL_FAIL, WILL_HOLD

KEY = ["section", "place", "indicator", "target_year", "version"]
ADDED = ("probability", "probability_lowest", "probability_highest", "probability_draws", "probability_code",
         "probability_basis", "worse_next", "worse_next_lowest", "worse_next_highest", "outlook_from")  # fmt: skip
"""Columns that a forecast gives the card."""


def with_probabilities(card: pd.DataFrame, attainment: pd.DataFrame, risk: pd.DataFrame) -> pd.DataFrame:
    """Put what a forecast says of each target beside its ratings.

    Parameters
    ----------
    card : pandas.DataFrame
        From `score`, of the same targets.
    attainment, risk : pandas.DataFrame
        From `attainment` and `rating_risk`, with variants.

    Returns
    -------
    pandas.DataFrame
        The card with `probability`, its range `probability_lowest` … `probability_highest`, `probability_draws`,
        `probability_code` (the word) and `probability_basis`; `worse_next` with its range, the probability that next
        year's rating is worse; and `outlook`, where the target is drawn, by `outlook_of`. `outlook_from` says what it
        rests on: `draws`, or `errors` of back-tests. A forecast is no scenario: every scenario's row has the same.

    Raises
    ------
    SchemaError
        If a target of the card has no row in `attainment`.
    """
    drawn = attainment.rename(columns={
        "milestone": "target_year", "lowest": "probability_lowest", "highest": "probability_highest",
        "n": "probability_draws", "code": "probability_code", "basis": "probability_basis",
    })[[*KEY, *ADDED[:6]]]  # fmt: skip
    worse = risk.rename(columns={
        "milestone": "target_year", "probability": "worse_next", "lowest": "worse_next_lowest",
        "highest": "worse_next_highest",
    })[[*KEY, *ADDED[6:9]]]  # fmt: skip
    out = card.drop(columns=[name for name in ADDED if name in card])
    out = out.merge(drawn, on=KEY, how="left", validate="many_to_one")
    lacking = out[out["probability_code"].isna()]
    if len(lacking):
        raise SchemaError(
            f"card: {rows(lacking, ('indicator', 'target_year', 'version'))}: no probability was asked for. Pass the "
            "attainment of the card's own targets."
        )
    out = out.merge(worse, on=KEY, how="left", validate="many_to_one")
    told = out["probability_basis"] == DRAWN
    codes = [
        outlook_of(low, high) for low, high in zip(out["probability_lowest"], out["probability_highest"], strict=True)
    ]
    out["outlook"] = out["outlook"].where(~told, pd.Series(codes, index=out.index))
    out["outlook_from"] = ["draws" if drawn_ else "errors" for drawn_ in told]
    return out.set_axis(card.index)


def outlook_of(lowest: float, highest: float) -> str:
    """Return the outlook of a target from the range of its probability over the declared variants.

    Parameters
    ----------
    lowest, highest : float
        Probabilities.

    Returns
    -------
    str
        `will_hold` where every variant finds it very likely (above .95), `will_fail` where every one finds it very
        unlikely (below .05), else `open`.

    Examples
    --------
    >>> outlook_of(0.96, 0.99), outlook_of(0.0, 0.02), outlook_of(0.4, 0.97)
    ('will_hold', 'will_fail', 'open')
    """
    return WILL_HOLD if lowest > CUT[-1] else WILL_FAIL if highest < CUT[0] else OPEN
