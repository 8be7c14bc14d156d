import itertools
import runpy
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from popmodel.plots import labels, layout, style
from popmodel.plots.data import ordinal_ticks

CHECK = runpy.run_path(str(Path(__file__).parent / "figures" / "checks.py"))
SOURCE = "来源：《温州市人口发展中长期规划（2021–2035年）》（温政发〔2022〕19号）, Statistics Bureau, 2024-03-05。"


@pytest.fixture
def ax():
    with style.context():
        yield style.blank_axes()


def test_wrap_keeps_every_character_and_the_width():
    with style.context():
        lines = layout.wrap(SOURCE, 120, 8).split("\n")
        assert "".join(lines).replace(" ", "") == SOURCE.replace(" ", "")
        assert len(lines) > 2
        assert max(layout.text_width(line, 8) for line in lines) <= 120


def test_no_line_starts_with_closing_punctuation():
    with style.context():
        for width in range(40, 200, 7):
            assert not any(line[0] in "）》，。：" for line in layout.wrap(SOURCE, width, 8).split("\n"))


def test_wrap_leaves_words_whole():
    with style.context():
        lines = layout.wrap("resident population at the end of the year", 60, 9).split("\n")
        assert len(lines) > 2
        assert " ".join(lines) == "resident population at the end of the year"


def test_text_width_is_that_of_the_renderer(ax):
    text = ax.text(0, 0, "常住人口 1000", fontsize=20)
    drawn = text.get_window_extent().width / ax.figure.dpi * 72
    assert layout.text_width("常住人口 1000", 20) == pytest.approx(drawn, rel=0.03)


def test_spread_moves_labels_apart_and_keeps_their_order(ax):
    heights = [0.5, 0.51, 0.505, 0.9]
    notes = [layout.note(ax, f"label {h}", (1, h)) for h in heights]
    assert CHECK["overlaps"](notes)
    labels.spread(notes, gap=1)
    assert CHECK["overlaps"](notes) == []
    centre = [layout.box(note).y0 for note in notes]
    assert np.argsort(centre).tolist() == np.argsort(heights).tolist()
    assert notes[3].get_position()[1] == pytest.approx(0)  # the free one stays


def test_spread_shares_the_move_evenly(ax):
    low, high = (layout.note(ax, "x", (1, 0.5)) for _ in range(2))
    labels.spread([low, high], gap=0)
    assert low.get_position()[1] == pytest.approx(-high.get_position()[1])


def test_place_avoids_what_is_taken(ax):
    note = layout.note(ax, "label", (0.5, 0.5))
    x, y = ax.transData.transform((0.5, 0.5))
    above = Bbox.from_extents(x - 40, y + 2, x + 40, y + 40)
    extent = labels.place(note, [above], points=np.empty((0, 2)))
    assert not (extent.x0 < above.x1 and above.x0 < extent.x1 and extent.y0 < above.y1 and above.y0 < extent.y1)
    assert extent.y1 < y


def test_place_prefers_a_spot_off_the_lines(ax):
    note = layout.note(ax, "label", (0.5, 0.5))
    points = labels.along(ax, [0.5, 0.5], [0.5, 1.0])
    extent = labels.place(note, [], points=points)
    assert extent.y1 < ax.transData.transform((0.5, 0.5))[1]


def test_along_follows_the_line(ax):
    ax.set_xlim(0, 10)
    points = labels.along(ax, [0, 10], [0, 1], step=4)
    gaps = np.hypot(*np.diff(points[2:], axis=0).T)
    assert gaps.max() <= 4.01


def test_fit_brings_everything_inside(ax):
    layout.note(ax, "a long label right of the axes", (1, 0.5), offset=(10, 0), coords="axes fraction")
    assert CHECK["outside"](ax.figure)
    layout.fit(ax)
    assert CHECK["outside"](ax.figure) == []


def test_fit_leaves_other_arrangements_alone():
    figure = Figure()
    left, _ = figure.subplots(1, 2)
    before = left.get_position().bounds
    layout.note(left, "a label far outside", (0, 0.5), offset=(-200, 0))
    layout.fit(left)
    assert left.get_position().bounds == before


def test_the_overlap_check_sees_an_overlap(ax):
    texts = [ax.text(0.5, 0.5, "one"), ax.text(0.5, 0.505, "two"), ax.text(0.1, 0.1, "three")]
    assert CHECK["overlaps"](texts) == [("one", "two")]


@pytest.mark.parametrize(
    ("first", "last", "ticks"),
    [
        (2020, 2035, [2020, 2025, 2030, 2035]),
        (2021, 2023, [2021, 2022, 2023]),
        (2021, 2035, [2021, 2025, 2030, 2035]),
        (2018, 2035, [2020, 2025, 2030, 2035]),
    ],
)
def test_years_on_the_axis(first, last, ticks):
    assert ordinal_ticks(first, last) == ticks


@pytest.mark.parametrize(("top", "expected"), [(10, "7.5"), (1.5, "−0.5"), (80, "20"), (0.004, "0.001")])
def test_plain_ticks_print_what_their_step_needs(ax, top, expected):
    ax.set_ylim(-top, top)
    layout.plain_ticks(ax, "y")
    ax.figure.draw_without_rendering()
    printed = [label.get_text() for label in ax.get_yticklabels()]
    assert expected in printed
    values = [float(text.replace("−", "-")) for text in printed]
    assert values == pytest.approx(ax.get_yticks(), abs=1e-12)
    assert all(a != b for a, b in itertools.pairwise(printed))
