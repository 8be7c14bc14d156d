"""The words on the charts, from the message tables, and figures as the charts print them."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from popmodel.plots.style import Language, printable
from popmodel.schema import UNITS, convert
from popmodel.wording.messages import message

SCALE = {"zh": 1e4, "en": 1e3}
"""Persons that one unit of the charts stands for: 万人, thousand."""


def say(lang: Language, key: str, /, **given: object) -> str:
    """Return the message `chart-<key>`; what is given is printed as it is (a year without a mark of thousands)."""
    return message(lang, f"chart-{key}", {name: str(value) for name, value in given.items()})


def counted(lang: Language, key: str, /, **given: str | int) -> str:
    """Return the message `chart-<key>`, whose words depend on the counts given."""
    return message(lang, f"chart-{key}", given)


def limit_name(lang: Language, kind: str) -> str:
    """Return the printed name of a kind of limit on migration."""
    return message(lang, f"limit-{kind.replace(' ', '_')}")


def lead(lang: Language, name: str) -> str:
    """Return a name with the colon that sets it before a sentence; blank for none."""
    return say(lang, "lead", name=name) if name else ""


def listed(lang: Language, names: Sequence[str]) -> str:
    """Join names as a list of the language."""
    return message(lang, "list-joiner").join(names)


def titled(name: str, unit: str, lang: Language) -> str:
    """Join a name and its printed unit in the brackets of the language."""
    return say(lang, "titled", name=name, unit=unit) if unit else name


def unit_name(unit: str, lang: Language) -> str:
    """Return the printed name of a unit of the schema; blank for pure numbers."""
    return (UNITS[unit].zh if lang == "zh" else UNITS[unit].en) if unit in UNITS else unit


def in_unit(values: np.ndarray, unit: str, to: str, *, what: str) -> np.ndarray:
    """Express `values` in the unit `to` of the chart."""
    return np.asarray(convert(values, unit, to, what=what), dtype=float)


def in_print(values: np.ndarray, unit: str, lang: Language) -> tuple[np.ndarray, str]:
    """Express `values` as they are printed, and name the unit: persons in 万人 or in thousands, all else as it is."""
    if unit == "persons":
        return values / SCALE[lang], say(lang, "people")
    return values, unit_name(unit, lang)


def target_label(row: "pd.Series[Any]", lang: Language, *, column: str = "text") -> str:
    """Return a target as printed; in English, or without a Chinese font, in signs and English words.

    Parameters
    ----------
    row : pandas.Series
        A row of the targets or of the scorecard.
    column : str
        Where the printed text stands.
    """
    text = str(row[column])
    if lang == "zh" or text == _latin(text):
        return printable(text)
    operator = str(row["operator"])
    if operator in ("rising", "keep", "relative"):
        return say(lang, f"target.{operator}")
    if operator == "within":
        bounds = f"{row['lower']:g}–{row['upper']:g}" if not math.isnan(row.get("lower", math.nan)) else ""
        return bounds or say(lang, "target.within")
    value = row["value"] if column == "text" else row["target"]
    digits = int(row["decimals"]) if pd.notna(row["decimals"]) else 0
    sign = {"about": "≈", "above": ">", "at_least": "≥", "below": "<", "at_most": "≤"}.get(operator, "")
    return f"{sign}{value:.{digits}f}" if pd.notna(value) else operator


def _latin(text: str) -> str:
    """Return `text` without Chinese characters and full-width signs."""
    return "".join(c for c in text if ord(c) < 0x2E80)


def attained_word(code: str, lang: Language) -> str:
    """Return the word for a probability."""
    return message(lang, f"attained-{code}")


def driver_name(name: str, lang: Language) -> str:
    """Return the printed name of a driver that is drawn."""
    return message(lang, f"driver-{name}")


def rating_words(code: str, method: str, lang: Language) -> str:
    """Return the words of a rating of one of the methods."""
    return message(lang, f"rating-{method}-{code}")
