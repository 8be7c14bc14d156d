"""The path from the base to a target, by which progress is paced: through the milestones, in the shape of a reference.

Between two milestones the path is even, or, where a reference path is given, it has that one's shape: what the cohorts
of the base imply rises late for ageing, whatever a plan does.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from popmodel.schema import SchemaError, convert
from popmodel.scoring.records import LEVELS, Target

COLUMNS = ("indicator", "year", "value", "unit")
Shape = Mapping[int, float]
"""Year → value of a reference path, in the target's unit."""


class Path(NamedTuple):
    """What a path asks for in a year: the value, its part of the way, and how the path runs.

    `code` is `linear`, `milestones` (through earlier ones) or `reference` (in the shape of a reference path).
    """

    code: str
    value: float
    share: float


def path_at(knots: Sequence[tuple[int, float]], year: int, shape: Shape | None = None) -> Path:
    """Return what the path through `knots` (year, value), the base first and the target last, asks for in a year.

    Parameters
    ----------
    knots : sequence of (int, float)
        At least two, in order of their years.
    year : int
        Between the first and the last.
    shape : mapping of int to float, optional
        Reference path: between two knots the path has its shape where it gives both of their years and `year`.

    Returns
    -------
    Path
        Even from base to target where milestones lead the other way than the target does, or where the path would ask
        for nothing or the contrary yet, so that nothing could be paced by it.

    Examples
    --------
    >>> path_at([(2020, 50.0), (2025, 60.0), (2030, 65.0)], 2027)
    Path(code='milestones', value=62.0, share=0.8)
    """
    (first, base), (last, level) = knots[0], knots[-1]
    tau = (year - first) / (last - first)
    even = Path("linear", base + tau * (level - base), tau)
    steps = [(after[1] - before[1]) * (level - base) for before, after in pairwise(knots)]
    if level == base or min(steps) < 0:
        return even
    before, after = next(
        (pair for pair in pairwise(knots) if pair[0][0] <= year <= pair[1][0]),
        (knots[-2], knots[-1]),
    )
    part, code = (year - before[0]) / (after[0] - before[0]), "milestones" if len(knots) > 2 else "linear"
    if shape is not None and all(y in shape for y in (before[0], after[0], year)):
        whole = shape[after[0]] - shape[before[0]]
        if whole:
            part, code = (shape[year] - shape[before[0]]) / whole, "reference"
    value = float(f"{before[1] + part * (after[1] - before[1]):.12g}")
    share = float(f"{(value - base) / (level - base):.12g}")
    return Path(code, value, share) if share > 0 else even


def knots_of(
    earlier: Sequence[Target], base: float, base_year: int, level: float, by: int, *, cumulative: bool
) -> list[tuple[int, float]]:
    """Return the base, the earlier milestones that print one number, and the target as knots of a path."""
    between = [
        (old.year, old.value)
        for old in earlier
        if base_year < old.year < by
        and not math.isnan(old.value)
        and (old.operator == "cumulative" if cumulative else old.operator in LEVELS)
    ]
    return [(base_year, base), *between, (by, level)]


def shapes_of(paths: pd.DataFrame | None, targets: Sequence[Target]) -> dict[str, Shape]:
    """Return indicator → reference path in the target's unit.

    Raises
    ------
    SchemaError
        If a column lacks, a value is NaN or a year stands twice.
    """
    if paths is None:
        return {}
    lacking = [name for name in COLUMNS if name not in paths.columns]
    if lacking:
        raise SchemaError(f"paths have no column {', '.join(lacking)}. Give {', '.join(COLUMNS)}.")
    twice = paths[paths.duplicated(["indicator", "year"]) | paths["value"].isna()]
    if len(twice):
        row = twice.iloc[0]
        raise SchemaError(f"paths: {row['indicator']} {row['year']} stands twice or is NaN. Give one value a year.")
    units = {target.indicator: target.unit for target in targets}
    out: dict[str, dict[int, float]] = {}
    for name, year, value, unit in zip(*(paths[column].tolist() for column in COLUMNS), strict=True):
        if name in units:
            to = convert(float(value), str(unit), units[name], what=f"path of {name}")
            out.setdefault(str(name), {})[int(year)] = float(to)
    return dict(out)
