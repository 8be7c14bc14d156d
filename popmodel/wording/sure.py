"""Probabilities in words: figures that claim no more than the draws can, and the words for them."""

import math
from collections.abc import Mapping
from typing import Any

from popmodel.scoring.precision import text
from popmodel.wording.messages import LANGUAGES, Pair, both, message


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
    ('<0.2%', '41%', '>99.8%')
    """
    if math.isnan(share):
        return "–"
    if share in (0.0, 1.0):
        digits = max(0, math.ceil(-math.log10(300 / draws)))
        bound = math.ceil(round(300 / draws * 10**digits, 9)) / 10**digits  # rounded to the side that claims less
        return f"<{text(bound, digits)}%" if share == 0 else f">{text(100 - bound, digits)}%"
    figure = 100 * share
    if 1 <= figure <= 99:
        return f"{text(figure, 0)}%"
    return f"{text(figure, 1)}%" if 0.05 <= figure < 99.95 else "<0.1%" if figure < 1 else ">99.9%"


def range_words(lowest: float, highest: float, draws: int) -> str:
    """Return the range of a probability over the declared variants; a dash where none are declared."""
    low, high = percent_words(lowest, draws), percent_words(highest, draws)
    return low if low == high else f"{low}–{high}"


def spread_words(lowest: float, highest: float, draws: int, lang: str) -> str:
    """Return the range over the declared variants; where it is one figure, that no variant touches it or all give it.

    Parameters
    ----------
    lowest, highest : float
        Parts of the draws.
    draws : int
        Their number.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    str

    Examples
    --------
    >>> spread_words(0.26, 0.26, 1000, "en"), spread_words(0.983, 0.984, 1000, "en"), spread_words(0.3, 0.7, 1000, "en")
    ('none touches it', 'the same in each', '30%–70%')
    """
    printed = range_words(lowest, highest, draws)
    if printed != percent_words(lowest, draws) or printed == "–":
        return printed
    # Where none or all of the draws attain a target, it cannot be told whether a variant touches it.
    return message(lang, "attained-untouched" if lowest == highest and 0 < lowest < 1 else "attained-same")


def attainment_words(row: Mapping[str, Any]) -> Pair:
    """Return the words of a row of `attainment`, in Chinese and in English."""
    zh, en = (_words(str(row["code"]), str(row["basis"]), lang) for lang in LANGUAGES)
    return zh, en


def _words(code: str, basis: str, lang: str) -> str:
    if code == "not_assessable":
        return message(lang, f"attained-not_assessable.{basis}")
    word = message(lang, f"attained-{code}")
    return message(lang, "attained-reading", word=word) if basis == "assumed" else word


def variant_name(code: str) -> Pair:
    """Return the printed name of a declared variant."""
    return both(f"variant-{code}")


def probability_words(row: Mapping[str, Any]) -> Pair:
    """Return the probability of a row of the scorecard with its range over the declared variants and the word for it.

    Parameters
    ----------
    row : mapping
        With the columns that a forecast gives the card.
    """
    code, basis, draws = (row[f"probability_{name}"] for name in ("code", "basis", "draws"))
    zh, en = (_words(str(code), str(basis), lang) for lang in LANGUAGES)
    if math.isnan(float(row["probability"])):
        return zh, en
    share = percent_words(float(row["probability"]), int(draws))
    spread = range_words(float(row["probability_lowest"]), float(row["probability_highest"]), int(draws))
    found = [
        message(lang, "attained-whole", share=share, spread=spread, word=word)
        for lang, word in zip(LANGUAGES, (zh, en), strict=True)
    ]
    return found[0], found[1]
