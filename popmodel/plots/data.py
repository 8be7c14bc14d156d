"""What the charts read out of the tables and Datasets, in the unit and the language of the chart."""

import math
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.plots.style import Language, printable, unit_name
from popmodel.schema import SchemaError, convert, named

ENGLISH_TARGETS = {"rising": "rising every year", "keep": "to be kept", "relative": "relative to others"}


def name_of(data: xr.Dataset | xr.DataArray, dim: str, label: Hashable, lang: Language) -> str:
    """Return the printed name of a label of `dim` from its coordinate `<dim>_zh` or `name_zh`, else the label."""
    for coord in (f"{dim}_{lang}", f"name_{lang}"):
        if coord in data.coords and data[coord].dims == (dim,):
            return str(data[coord].sel({dim: label}).item()) or str(label)
    return str(label)


def city_name(data: xr.Dataset | xr.DataArray, lang: Language) -> str:
    """Return the printed name of the city of a projection; blank if it bears none."""
    coord = f"city_name_{lang}"
    return str(data[coord].item()) if coord in data.coords else ""


def pick_scenario(data: xr.Dataset | xr.DataArray, scenario: str | None, *, what: str) -> str | None:
    """Return the one scenario to draw; None if `data` has no such dim.

    Raises
    ------
    SchemaError
        If the scenario is unknown, or several are there and none is named.
    """
    if "scenario" not in data.dims:
        return None
    labels = [str(label) for label in data["scenario"].to_numpy()]
    if scenario is None and len(labels) == 1:
        return labels[0]
    if scenario not in labels:
        given = "no scenario is named" if scenario is None else f"scenario {scenario!r} is not there"
        raise SchemaError(f"{what}: {given}. Name one of: {named(labels)} (scenario=...).")
    return scenario


def pick(labels: Sequence[Any], wanted: Any, *, dim: str, what: str) -> None:
    """Check that `wanted` is one of `labels`.

    Raises
    ------
    SchemaError
        If it is not.
    """
    if wanted not in labels:
        raise SchemaError(f"{what}: {dim} {wanted!r} is not there. Name one of: {named(labels)}.")


def no_draws(data: xr.DataArray, *, what: str) -> xr.DataArray:
    """Return the median over `draw` where that dim is there."""
    return data.median("draw", keep_attrs=True) if "draw" in data.dims else data


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
    if lang == "zh" or text == printable_latin(text):
        return printable(text)
    operator = str(row["operator"])
    if operator in ENGLISH_TARGETS:
        return ENGLISH_TARGETS[operator]
    if operator == "within":
        return "natural balance" if math.isnan(row.get("lower", math.nan)) else f"{row['lower']:g}–{row['upper']:g}"
    value = row["value"] if column == "text" else row["target"]
    digits = int(row["decimals"]) if pd.notna(row["decimals"]) else 0
    sign = {"about": "≈", "above": ">", "at_least": "≥", "below": "<", "at_most": "≤"}.get(operator, "")
    return f"{sign}{value:.{digits}f}" if pd.notna(value) else operator


def printable_latin(text: str) -> str:
    """Return `text` without Chinese characters and full-width signs."""
    return "".join(c for c in text if ord(c) < 0x2E80)


def in_unit(values: np.ndarray, unit: str, to: str, *, what: str) -> np.ndarray:
    """Express `values` in the unit `to` of the chart."""
    return np.asarray(convert(values, unit, to, what=what), dtype=float)


def in_print(values: np.ndarray, unit: str, lang: Language, *, what: str) -> tuple[np.ndarray, str]:
    """Express `values` as they are printed, and name the unit: persons in 万人 or in thousands, all else as it is."""
    if unit == "persons":
        if lang == "en":
            return values * 1e-3, "thousand"
        unit, values = "10k_persons", in_unit(values, unit, "10k_persons", what=what)
    return values, unit_name(unit, lang)


def ordinal_ticks(first: int, last: int, *, most: int = 9) -> list[int]:
    """Return years for the axis: multiples of the smallest step that gives few, and the first if it stands clear."""
    for step in (1, 5, 10, 20, 50):
        ticks = [year for year in range(first, last + 1) if year % step == 0]
        if 1 < len(ticks) <= most:
            return [first, *ticks] if 4 * (ticks[0] - first) >= 3 * step and step > 1 else ticks
    return [first, last]
