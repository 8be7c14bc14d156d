"""Labels that do not overlap: spread along an edge, or placed around a point."""

import itertools
import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from popmodel.plots.layout import Align, box, scale_of


def spread(labels: Sequence[Annotation], *, gap: float = 1.0) -> None:
    """Move labels of one column up or down, as little as it takes, until none overlaps another.

    Parameters
    ----------
    labels : sequence of matplotlib.text.Annotation
        Made by `note`; their order from bottom to top is kept.
    gap : float
        Clear space between labels [points].

    Notes
    -----
    Isotonic regression of the centres (pool adjacent violators): the smallest sum of squared moves.
    """
    if len(labels) < 2:
        return
    scale = scale_of(labels[0])
    order = sorted(labels, key=lambda label: (box(label).y0 + box(label).y1) / 2)
    boxes = [box(label) for label in order]
    centre = np.array([(b.y0 + b.y1) / 2 for b in boxes]) / scale
    height = np.array([b.height for b in boxes]) / scale
    rise = np.concatenate([[0.0], np.cumsum((height[1:] + height[:-1]) / 2 + gap)])
    pools: list[list[float]] = []
    for value in centre - rise:
        pools.append([float(value)])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    placed = np.concatenate([[np.mean(pool)] * len(pool) for pool in pools]) + rise
    for label, move in zip(order, placed - centre, strict=True):
        x, y = label.get_position()
        label.set_position((x, y + float(move)))


def place(label: Annotation, taken: Sequence[Bbox], *, points: np.ndarray, reach: float = 9.0) -> Bbox:
    """Move a label around its point to the first free spot, and return the extent it then takes.

    Parameters
    ----------
    label : matplotlib.text.Annotation
        Made by `note`.
    taken : sequence of matplotlib.transforms.Bbox
        Extents that other labels and marks hold [pixels].
    points : numpy.ndarray (n, 2)
        Points of lines [pixels] that the label had better not cover.
    reach : float
        Distance from the point [points].
    """
    axes = label.axes
    assert axes is not None  # a label made by note() has axes
    frame, figure = axes.get_window_extent(), axes.figure.bbox
    best: tuple[float, tuple[float, float], str, str] | None = None
    spots = [
        (dx * far, dy * far, ha, va)
        for far in (reach, 1.7 * reach, 2.6 * reach, 3.6 * reach)
        for dx, dy, ha, va in _SPOTS
    ]
    for rank, (dx, dy, ha, va) in enumerate(spots):
        label.set_position((dx, dy))
        label.set_horizontalalignment(ha)
        label.set_verticalalignment(va)
        extent = box(label).padded(1.5)
        inside = (points[:, 0] > extent.x0) & (points[:, 0] < extent.x1)
        inside &= (points[:, 1] > extent.y0) & (points[:, 1] < extent.y1)
        cost = rank + 4.0 * int(inside.sum()) + 1000.0 * sum(_meets(extent, other) for other in taken)
        cost += 1000.0 * (extent.y0 < frame.y0 or extent.y1 > figure.y1 or extent.x0 < frame.x0 or extent.x1 > frame.x1)
        if best is None or cost < best[0]:
            best = cost, (dx, dy), ha, va
    assert best is not None
    label.set_position(best[1])
    label.set_horizontalalignment(best[2])  # type: ignore[arg-type]
    label.set_verticalalignment(best[3])  # type: ignore[arg-type]
    return box(label)


_SPOTS: tuple[tuple[float, float, Align, Literal["bottom", "center", "top"]], ...] = (
    (0, 1, "center", "bottom"),
    (0, -1, "center", "top"),
    (-1, 0, "right", "center"),
    (1, 0, "left", "center"),
    (-0.7, 0.7, "right", "bottom"),
    (-0.7, -0.7, "right", "top"),
    (0.7, 0.7, "left", "bottom"),
    (0.7, -0.7, "left", "top"),
)


def _meets(a: Bbox, b: Bbox) -> bool:
    return bool(a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1)


def along(
    ax: Axes, x: Sequence[float] | np.ndarray, y: Sequence[float] | np.ndarray, *, step: float = 4.0
) -> np.ndarray:
    """Return points (n, 2) [pixels] along a line given in data coordinates, one every `step` pixels."""
    corners = ax.transData.transform(np.column_stack([x, y]))
    corners = corners[np.isfinite(corners).all(axis=1)]
    out = [corners]
    for start, end in itertools.pairwise(corners):
        n = max(math.ceil(np.hypot(*(end - start)) / step), 1)
        out.append(start + (end - start) * np.linspace(0, 1, n, endpoint=False)[:, None])
    return np.concatenate(out)
