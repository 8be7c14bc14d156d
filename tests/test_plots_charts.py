"""What holds for every chart: nothing cut off or overlapping at both sizes, in both languages; no setting changed."""

import functools
import runpy
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from popmodel.plots import (
    blank_axes,
    figure_bytes,
    plot_components,
    plot_districts,
    plot_pyramid,
    plot_scorecard,
    plot_structure,
    plot_tracking,
)

HERE = Path(__file__).parent / "figures"
SAMPLES, CHECK = runpy.run_path(str(HERE / "samples.py")), runpy.run_path(str(HERE / "checks.py"))
TARGETS, OBSERVED = SAMPLES["targets"](), SAMPLES["observed"]()
VALUES, PROJECTION = SAMPLES["values"](), SAMPLES["projection"]()
CARD = SAMPLES["card"]()
SOURCE = (
    "来源：《温州市人口发展中长期规划》（温政发〔2022〕19号）；温州市统计局人口主要数据公报；"
    "情景推算：popmodel。合成数据，仅供测试，2024-03-05。"
)


def tracking(indicator, **more):
    inputs = {"observed": OBSERVED, "projected": VALUES, **more}
    return functools.partial(plot_tracking, TARGETS, indicator=indicator, **inputs)


CHARTS = {
    "scorecard": functools.partial(plot_scorecard, CARD, cuts=(1.05, 0.95, 0.8, 0), previous=CARD),
    "scorecard, one scenario": functools.partial(
        plot_scorecard, CARD, scenario="plan", scenario_names={"plan": "规划情景"}
    ),
    "pyramid": functools.partial(plot_pyramid, PROJECTION["population"].sel(scenario="plan"), years=[2020, 2035]),
    "pyramid of scenarios": functools.partial(plot_pyramid, PROJECTION["population"], years=[2035], district="330383"),
    "components": functools.partial(plot_components, PROJECTION, scenario="trend"),
    "components of a district": functools.partial(plot_components, PROJECTION, scenario="plan", district="330305"),
    "districts": functools.partial(plot_districts, VALUES, scenario="plan", years=[2020, 2035]),
    "structure": functools.partial(plot_structure, VALUES, scenario="trend"),
    "tracking with a fan": tracking("share_60_plus", projected=SAMPLES["values"](draws=40)),
    "tracking, nothing known": tracking("health_index", observed=None, projected=None),
    **{f"tracking {goal.indicator}": tracking(goal.indicator) for goal in SAMPLES["TABLE6"]},
}


@pytest.fixture(autouse=True)
def _close():
    plt.close("all")
    yield
    plt.close("all")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", CHARTS)
def test_nothing_is_cut_off_or_overlaps(name, lang):
    ax = CHARTS[name](lang=lang, source=SOURCE, ax=blank_axes())
    figure = ax.figure
    assert figure.get_size_inches()[0] == 8
    for dpi in (100, 300):
        figure.set_dpi(dpi)
        found = CHECK["texts"](figure)
        assert CHECK["outside"](figure, found) == []
        assert len(found) > 5
        assert CHECK["overlaps"](found) == []


@pytest.mark.parametrize(
    "name", ["scorecard", "pyramid", "components", "districts", "structure", "tracking share_60_plus"]
)
def test_the_users_settings_neither_change_nor_matter(name):
    plain = figure_bytes(CHARTS[name](ax=blank_axes()).figure)
    with mpl.rc_context():
        mpl.rcParams.update({
            "font.size": 21, "axes.grid": True, "font.family": "monospace", "axes.spines.top": True,
            "axes.unicode_minus": False, "lines.linewidth": 9, "savefig.bbox": "tight", "text.color": "red",
        })  # fmt: skip
        before = dict(mpl.rcParams)
        ax = CHARTS[name]()
        assert dict(mpl.rcParams) == before
        assert figure_bytes(ax.figure) == plain  # saved under the user's settings, drawn with its own


@pytest.mark.parametrize(
    "name", ["scorecard", "pyramid", "components", "districts", "structure", "tracking share_60_plus"]
)
def test_a_new_figure_is_shown_by_notebooks_and_a_given_one_is_used(name):
    ax = CHARTS[name]()
    assert plt.get_fignums() == [ax.figure.number]
    _, own = plt.subplots(figsize=(9, 6))
    before = plt.get_fignums()
    assert CHARTS[name](ax=own) is own
    assert plt.get_fignums() == before


def test_charts_share_a_figure():
    figure = Figure(figsize=(16, 5), layout="constrained")
    left, right = figure.subplots(1, 2)
    CHARTS["components"](ax=left, source=SOURCE)
    CHARTS["tracking resident_population"](ax=right, source=SOURCE)
    figure_bytes(figure)
    assert CHECK["outside"](figure) == []
    assert left.get_position().x1 < right.get_position().x0


@pytest.mark.parametrize("format", ["svg", "pdf"])
def test_other_formats(format):
    assert len(figure_bytes(CHARTS["tracking resident_population"](ax=blank_axes()).figure, format=format)) > 5000
