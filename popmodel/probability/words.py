"""Probabilities in words, from the message tables."""

import math
from collections.abc import Mapping
from typing import Any

from popmodel.scoring.precision import text
from popmodel.wording.messages import LANGUAGES, Pair, message


def percent_words(share: float, draws: int) -> str:
    """Return a probability in percent as draws allow: never 0 or 100, but below or above what n draws can tell.

    Parameters
    ----------
    share : float
        Part of the draws.
    draws : int
        Their number, n: where none or all attain it, the bound is 3/n.

    Returns
    -------
    str

    Examples
    --------
    >>> percent_words(0.0, 2000), percent_words(0.412, 2000), percent_words(1.0, 2000)
    ('< 0.2 %', '41 %', '> 99.8 %')
    """
    if math.isnan(share):
        return "–"
    digits = max(0, math.ceil(-math.log10(300 / draws)))
    bound = math.ceil(round(300 / draws * 10**digits, 9)) / 10**digits  # rounded to the side that claims less
    if share in (0.0, 1.0):
        return f"< {text(bound, digits)} %" if share == 0 else f"> {text(100 - bound, digits)} %"
    figure = 100 * share
    if figure < 1 or figure > 99:
        return f"{text(figure, 1)} %" if 0.05 <= figure < 99.95 else "< 0.1 %" if figure < 1 else "> 99.9 %"
    return f"{text(figure, 0)} %"


def attainment_words(row: Mapping[str, Any]) -> Pair:
    """Return the words of a row of `attainment`, in Chinese and in English."""
    zh, en = (_words(row, lang) for lang in LANGUAGES)
    return zh, en


def _words(row: Mapping[str, Any], lang: str) -> str:
    code = str(row["code"])
    if code == "not_assessable":
        return message(lang, f"attained-not_assessable.{row['basis']}")
    word = message(lang, f"attained-{code}")
    return message(lang, "attained-reading", word=word) if row["basis"] == "assumed" else word
