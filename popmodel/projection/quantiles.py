"""Quantiles of many draws in memory that does not grow with them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
SHEET = 10_000
"""Draws that are held at once; quantiles of no more of them are exact."""
EDGES = 513
"""Order statistics of the first sheet between which the draws after it are counted."""


def exact_quantiles(sheet: npt.NDArray[np.float32], percents: Sequence[float]) -> Array:
    """Return quantiles (quantile, …) along the last axis, linear between order statistics; `sheet` is reordered.

    Missing where a value is.
    """
    n = sheet.shape[-1]
    at = np.asarray(percents, dtype=float) / 100 * (n - 1)
    low = np.minimum(at.astype(int), n - 1)
    high = np.minimum(low + 1, n - 1)
    sheet.partition(sorted({*low.tolist(), *high.tolist(), n - 1}), axis=-1)
    below, above = (np.moveaxis(sheet[..., place].astype(float), -1, 0) for place in (low, high))
    out = below + (at - low).reshape(-1, *([1] * (sheet.ndim - 1))) * (above - below)
    # A missing value sorts to the end.
    return np.where(np.isnan(sheet[..., -1]), np.nan, out)


class Counted(NamedTuple):
    """How many of `draws` lie at or below each edge (cell, EDGES), and their least and greatest (cell)."""

    edges: npt.NDArray[np.float32]
    below: npt.NDArray[np.int64]
    draws: int
    least: npt.NDArray[np.float32]
    most: npt.NDArray[np.float32]


def first_sheet(sheet: npt.NDArray[np.float32]) -> Counted:
    """Take edges from the draws of a first sheet (cell, draw), and count those draws; `sheet` is sorted."""
    sheet.sort(axis=-1)
    ordered = sheet
    places = np.linspace(0, ordered.shape[-1] - 1, EDGES).round().astype(int)
    edges = ordered[..., places]
    ends = ordered[..., 0].copy(), ordered[..., -1].copy()
    return _counted(Counted(edges, np.zeros(edges.shape, dtype=np.int64), 0, *ends), ordered)


def next_sheet(counted: Counted, sheet: npt.NDArray[np.float32]) -> Counted:
    """Count the draws of one more sheet, which is sorted."""
    sheet.sort(axis=-1)
    return _counted(counted, sheet)


def _counted(before: Counted, ordered: npt.NDArray[np.float32]) -> Counted:
    below = before.below.copy()
    for cell in np.ndindex(ordered.shape[:-1]):
        below[cell] += np.searchsorted(ordered[cell], before.edges[cell], side="right")
    return Counted(
        before.edges,
        below,
        before.draws + ordered.shape[-1],
        np.minimum(before.least, ordered[..., 0]),
        np.maximum(before.most, ordered[..., -1]),
    )


def counted_quantiles(counted: Counted, percents: Sequence[float]) -> Array:
    """Return quantiles (quantile, …), draws taken as even between two edges; missing where a value is."""
    out = np.empty((len(percents), *counted.edges.shape[:-1]))
    share = np.asarray(percents, dtype=float) / 100
    for cell in np.ndindex(counted.edges.shape[:-1]):
        place = np.concatenate([[0], counted.below[cell], [counted.draws]]) / counted.draws
        value = np.concatenate([[counted.least[cell]], counted.edges[cell], [counted.most[cell]]])
        out[(slice(None), *cell)] = np.interp(share, place, value)
    out[:, np.isnan(counted.most)] = np.nan
    return out
