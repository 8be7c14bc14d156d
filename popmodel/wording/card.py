"""A scorecard in words: the columns of sentences and labels beside its codes and numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from popmodel.wording.messages import LANGUAGES, Pair, both, message
from popmodel.wording.reasons import reason
from popmodel.wording.sure import probability_words

WORDED = ("rating", "reason", "robustness", "evidence", "outlook")
"""What `worded` puts into words, each in a column a language."""


def worded(card: pd.DataFrame) -> pd.DataFrame:
    """Put a scorecard into words.

    Parameters
    ----------
    card : pandas.DataFrame
        As `score` returns it; a card that has the words already is returned as it is.

    Returns
    -------
    pandas.DataFrame
        The card with columns `rating_zh`, `rating_en`, and so for `reason`, `robustness`, `evidence` and `outlook`
        (with a forecast also `probability`), for print: what a cell holds several of stands in it as text.

    Examples
    --------
    >>> pm.worded(ev.ratings)["rating_en"].iloc[0]
    'behind'
    """
    if all(f"{name}_{lang}" in card for name in WORDED for lang in LANGUAGES):
        return card
    rows = [{str(name): cell for name, cell in row.items()} for row in card.to_dict("records")]
    pairs = {
        "rating": [rating_words(str(row["rating"]), str(row["method"])) for row in rows],
        "reason": [reason(row) for row in rows],
        "robustness": [robustness_words(row) for row in rows],
        "evidence": [both(f"evidence-{row['evidence']}") for row in rows],
        "outlook": [both(f"outlook-{row['outlook']}") for row in rows],
    }
    columns = {
        f"{name}_{lang}": [pair[place] for pair in found]
        for name, found in pairs.items()
        for place, lang in enumerate(LANGUAGES)
    }
    if "probability_code" in card:
        columns |= _probabilities(rows)
    columns |= {name: [" ".join(map(str, row[name])) for row in rows] for name in ("wrong_years", "unknown_years")}
    columns["former"] = ["; ".join(f"{version}: {text}" for version, text in row["former"]) for row in rows]
    return card.assign(**columns)


def _probabilities(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    pairs = [probability_words(row) for row in rows]
    return {f"probability_{lang}": [pair[place] for pair in pairs] for place, lang in enumerate(LANGUAGES)}


def rating_words(code: str, method: str = "pace") -> Pair:
    """Return the words of a rating of one of the methods."""
    return both(f"rating-{method}-{code}")


def robustness_words(row: Mapping[str, Any]) -> Pair:
    """Say how robust the rating of a row is; empty without a rating."""
    zh, en = (_robustness(row, lang) for lang in LANGUAGES)
    return zh, en


def _robustness(row: Mapping[str, Any], lang: str) -> str:
    code, methods = str(row["robustness_code"]), int(row["methods"])
    if not code:
        return ""
    others = ""
    if methods:
        others = message(lang, "robustness-others", methods=str(methods), agreeing=str(row["methods_agreeing"]))
    same = "yes" if row["digit"] == 1 else "no"
    return message(lang, "robustness", grade=message(lang, f"robustness-{code}"), same=same, others=others)


def worded_history(history: pd.DataFrame) -> pd.DataFrame:
    """Put a table of `rating_history` into words.

    Parameters
    ----------
    history : pandas.DataFrame
        As `rating_history` returns it.

    Returns
    -------
    pandas.DataFrame
        The table with `moved_zh` and `moved_en`: the words of the ratings in their order.

    Examples
    --------
    >>> history = pm.rating_history(ev.targets, observed=ev.observed, years=[2021, 2022])
    >>> pm.worded_history(history)["moved_en"].iloc[0]
    'behind → behind'
    """
    years = [str(name) for name in history.columns if str(name).startswith("rating_")]
    out = history.copy()
    for place, lang in enumerate(LANGUAGES):
        words = [[rating_words(str(code))[place] for code in history[name]] for name in years]
        joiner = message(lang, "history-joiner")
        out[f"moved_{lang}"] = [joiner.join(row) for row in np.array(words).T]
    return out
