"""A target as printed; in English, words for what the plan puts into words."""

import math
import re
from collections.abc import Mapping
from typing import Any

from popmodel.wording.figures import shortest
from popmodel.wording.messages import message

_SIGNS = {"reach": "", "above": "> ", "at_least": "≥ ", "below": "< ", "at_most": "≤ ", "cumulative": ""}
_NOTE = re.compile(r"\s*[（(][^（）()]*[）)]$")


def bare_name(name: str) -> str:
    """Return an indicator's name without the note in brackets at its end; brackets inside the name stay.

    Parameters
    ----------
    name : str
        As the catalogue has it.

    Returns
    -------
    str

    Examples
    --------
    >>> bare_name("Mean years of schooling (16–59)"), bare_name("Index (of a city) of health")
    ('Mean years of schooling', 'Index (of a city) of health')
    """
    return _NOTE.sub("", name)


def target_text(printed: str, row: Mapping[str, Any], lang: str) -> str:
    """Return a target as printed; in English, words for what the plan puts into words.

    Parameters
    ----------
    printed : str
        The plan's text.
    row : mapping
        `operator`, `target` and `unit` of the target.
    lang : {"zh", "en"}
        The language.
    """
    if lang == "zh" or all(ord(character) < 0x2E80 for character in printed):
        return printed
    operator = str(row["operator"])
    if operator in _SIGNS and not math.isnan(float(row["target"])):
        figure = _SIGNS[operator] + shortest(float(row["target"]), str(row["unit"]))[1]
        return message(lang, "target-sum", figure=figure) if operator == "cumulative" else figure
    if operator in ("rising", "keep", "relative", "within", "qualitative"):
        return message(lang, f"target-{operator}")
    if operator == "about":
        return message(lang, "target-about", figure=shortest(float(row["target"]), str(row["unit"]))[1])
    return printed
