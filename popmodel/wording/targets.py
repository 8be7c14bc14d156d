"""A target as printed; in English, words for what the plan puts into words."""

from collections.abc import Mapping
from typing import Any

from popmodel.wording.figures import shortest
from popmodel.wording.messages import message


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
    if operator in ("rising", "keep", "relative", "within"):
        return message(lang, f"target-{operator}")
    if operator == "about":
        return message(lang, "target-about", figure=shortest(float(row["target"]), str(row["unit"]))[1])
    return printed
