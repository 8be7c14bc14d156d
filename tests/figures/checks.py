"""What a chart must satisfy whatever it shows: no text cut off, none over another."""

import numpy as np


def texts(figure):
    """Every text that is drawn; tick labels of ticks outside the axes are not."""
    figure.draw_without_rendering()
    found = []
    stack = list(figure.axes)
    while stack:
        ax = stack.pop()
        stack += ax.child_axes
        found += [*ax.texts, ax.title, ax._left_title, ax._right_title, *figure.texts]
        found += list(ax.get_legend().get_texts()) if ax.get_legend() is not None else []
        if not ax.axison:
            continue
        for axis, low, high in ((ax.xaxis, *sorted(ax.get_xlim())), (ax.yaxis, *sorted(ax.get_ylim()))):
            ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
            found += [axis.label, *(tick.label1 for tick in ticks)]
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def outside(figure, found=None):
    """The texts that reach over the edge of the figure."""
    width, height = figure.bbox.size
    over = []
    for text in texts(figure) if found is None else found:
        extent = text.get_window_extent()
        if extent.x0 < 0 or extent.y0 < 0 or extent.x1 > width or extent.y1 > height:
            over.append(text.get_text())
    return over


def overlaps(items, *, slack=0.12):
    """Pairs of texts whose boxes meet; boxes hold ascenders and descenders, so a little of their height is let off."""
    boxes = np.array([text.get_window_extent().extents for text in items])
    give = slack * (boxes[:, 3] - boxes[:, 1]) / np.array([text.get_text().count("\n") + 1 for text in items])
    low, high = boxes[:, :2] + np.column_stack([0 * give, give]), boxes[:, 2:] - np.column_stack([0 * give, give])
    meet = (low[:, None] < high[None] - 0.01).all(-1)
    meet &= meet.T
    return [(items[i].get_text(), items[j].get_text()) for i, j in np.argwhere(np.triu(meet, 1))]
