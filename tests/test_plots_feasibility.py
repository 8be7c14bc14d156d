"""Charts of what is attainable, required and excluded: what they show, and that nothing unproved is shown."""

from fractions import Fraction
from types import SimpleNamespace

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes

import popmodel as pm
from popmodel.plots import blank_axes
from popmodel.plots.attainable import plot_attainable
from popmodel.plots.conflicts import plot_conflicts
from popmodel.plots.frontier import plot_frontier
from popmodel.plots.isoquants import plot_fertility_migration
from popmodel.plots.layout import box
from popmodel.plots.required import plot_required
from tests.feasible import MAIN, OLD, Proved, conflicts, frontier, isoquants, ranges, required

CAPS = {
    "own": SimpleNamespace(city_rate=(0.0, 10.0), zh="本市", en="own record"),
    "peers": SimpleNamespace(city_rate=(0.0, 20.0), zh="可比城市", en="comparable cities"),
    "open": SimpleNamespace(city_rate=None, zh="不限", en="open"),
}
CHARTS = {
    "attainable": lambda lang: plot_attainable(ranges(), lang=lang, ax=blank_axes(), source="source"),
    "conflicts": lambda lang: plot_conflicts(conflicts(), lang=lang, ax=blank_axes(), source="source"),
    "frontier": lambda lang: plot_frontier(frontier(), limits=CAPS, lang=lang, ax=blank_axes(), source="source"),
    "isoquants": lambda lang: plot_fertility_migration(isoquants(), lang=lang, ax=blank_axes(), source="source"),
    "required": lambda lang: plot_required(required(), lang=lang, ax=blank_axes(), source="source"),
}


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.get_figure().findobj(mpl.text.Text) if text.get_text()]


def marked(ax: Axes, label: str) -> list[mpl.lines.Line2D]:
    return [line for line in ax.lines if line.get_label() == label]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", CHARTS)
def test_everything_lies_inside_the_figure(name: str, lang: str) -> None:
    before = dict(mpl.rcParams)
    ax = CHARTS[name](lang)
    assert dict(mpl.rcParams) == before
    ax.get_figure().draw_without_rendering()
    frame = ax.get_figure().bbox
    for text in (*ax.texts, ax._left_title, *(ax.get_legend().get_texts() if ax.get_legend() else ())):
        if text.get_text():
            extent = box(text)
            assert extent.x0 >= frame.x0 - 1, text
            assert extent.x1 <= frame.x1 + 1, text
            assert extent.y0 >= frame.y0 - 1, text
            assert extent.y1 <= frame.y1 + 1, text
    if lang == "en":
        assert not any(ord(c) > 0x3000 for text in texts(ax) for c in text if "逐年" not in text)
    plt.close("all")


def test_attainable_bars_levels_and_names_of_what_misses() -> None:
    ax = plot_attainable(ranges(), lang="en", ax=blank_axes())
    assert sum(bar.get_label() == "_range" for bar in ax.patches) == 9
    widths = [bar.get_width() for bar in ax.patches if bar.get_label() == "_range"][:3]
    assert widths == sorted(widths, reverse=True)
    goals = marked(ax, "_goal")
    assert [goal.get_marker() for goal in goals] == ["<", ">", ">"]
    assert [goal.get_markerfacecolor() == "white" for goal in goals] == [True, True, False]
    said = "\n".join(texts(ax)).replace("\n", " ")
    assert 'Targets that can be met alone: 1 within "own record", 3 within "the fastest", of 3' in said
    assert 'out of reach within "comparable cities, own record"' in said
    one = ranges()
    one.loc[one["indicator"] == "main_centre_share", ["value", "level"]] = [float("nan"), float("inf")]
    assert len(marked(plot_attainable(one, lang="en", ax=blank_axes()), "_goal")) == 2  # one asks for no level
    one = ranges()
    ax = plot_attainable(one[one["limits"] == "fastest"], lang="en", ax=blank_axes())
    assert all(goal.get_markerfacecolor() != "white" for goal in marked(ax, "_goal"))


def test_conflicts_mark_members_and_what_to_give_up() -> None:
    ax = plot_conflicts(conflicts(), lang="en", ax=blank_axes())
    assert [len(line.get_ydata()) for line in marked(ax, "_member")] == [1, 2]
    assert [line.get_marker() for line in marked(ax, "_member")] == ["s", "o"]
    assert len(marked(ax, "_cross")) == 2
    said = "\n".join(texts(ax)).replace("\n", " ")
    assert 'Within "comparable cities", 1 set of targets cannot hold together; 1 target is out of reach alone' in said
    assert "set 2: net migration rates of districts 1.24" in said
    slight = conflicts([(OLD, 27.0), (MAIN, 60.0)], proofs=[Proved(fragile=True)])
    ax = plot_conflicts(slight, lang="en", ax=blank_axes())
    assert marked(ax, "_member")[0].get_markerfacecolor() == "white"


@pytest.mark.parametrize("proofs", [[], [Proved(margin=Fraction(-1)), Proved()]])
def test_no_conflict_is_drawn_without_a_certificate(proofs: list[Proved]) -> None:
    table = conflicts()
    table.attrs["certificates"] = proofs
    with pytest.raises(pm.SchemaError, match="a conflict has no certificate"):
        plot_conflicts(table, ax=blank_axes())


def test_required_cuts_what_is_far_beyond_and_says_its_number() -> None:
    ax = plot_required(required(), lang="en", ax=blank_axes())
    bars = [bar.get_width() for bar in ax.patches if bar.get_label() == "_required"]
    assert max(bars) / bars[1] == pytest.approx(1.6)
    assert len(marked(ax, "_cut")) == 2
    said = "\n".join(texts(ax)).replace("\n", " ")
    assert "5000.0 (50.0 ×)" in said
    assert "Share of residents aged 60 and over 2035 (<26) takes 320.0 thousand net migrants a year, 3.2 times" in said
    assert "Left out (met by the reference, or by no number searched): Main centre's share 2035" in said
    start = min(bar.get_x() for bar in ax.patches)
    assert (marked(ax, "_best")[0].get_xdata()[0] - start) / bars[1] == pytest.approx(100 / 320)


def test_frontier_names_the_cap_that_meets_the_target_or_what_is_best() -> None:
    ax = plot_frontier(frontier(), limits=CAPS, lang="en", ax=blank_axes())
    title = ax.get_title(loc="left").replace("\n", " ")
    assert "is met from a cap of about 333.3 thousand net migrants a year on" in title
    assert [line.get_xdata()[0] for line in marked(ax, "_cap")] == pytest.approx([100.0, 200.0])
    assert marked(ax, "_goal")[0].get_ydata()[0] == 26.0
    ax = plot_frontier(frontier(0.5), lang="en", ax=blank_axes())
    assert "comes to 28.0 at best (target <26)" in ax.get_title(loc="left").replace("\n", " ")
    assert not marked(ax, "_cap")


def test_isoquants_fall_and_rise_and_say_which_side_is_met() -> None:
    ax = plot_fertility_migration(isoquants(), lang="en", ax=blank_axes())
    falls, rises = marked(ax, "_isoquant")
    assert falls.get_ydata()[0] > falls.get_ydata()[-1]
    assert falls.get_markerfacecolor() != "white"
    assert rises.get_markerfacecolor() == "white"
    assert ax.get_title(loc="left").replace("\n", " ") == (
        "More births: fewer migrants for Share of residents aged 60 and over, more for Main centre's share"
    )
    assert [label.get_text() for label in ax.texts if label.get_gid() == "name"] == [
        "Share of residents aged 60 and over 2035: <26", "Main centre's share 2035: >65",
    ]  # fmt: skip
    one = isoquants()
    with pytest.raises(pm.SchemaError, match="no target has numbers at two levels"):
        plot_fertility_migration(one[one["fertility"] == 1.0])


def test_refused() -> None:
    with pytest.raises(pm.SchemaError, match="table has no least"):
        plot_attainable(ranges().drop(columns="least"))
    with pytest.raises(pm.SchemaError, match="table has no rows"):
        plot_conflicts(conflicts().iloc[:0])
    none = required()
    none["status"] = "none"
    with pytest.raises(pm.SchemaError, match="no number on the path 'even'"):
        plot_required(none)
