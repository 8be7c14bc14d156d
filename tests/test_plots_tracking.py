import runpy
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import numpy as np
import pandas as pd
import pytest

from popmodel.plots import blank_axes, plot_tracking
from popmodel.schema import SchemaError

SAMPLES = runpy.run_path(str(Path(__file__).parent / "figures" / "samples.py"))
CITY = SAMPLES["CITY"]


@pytest.fixture
def targets():
    return SAMPLES["targets"]()


@pytest.fixture
def observed():
    return SAMPLES["observed"]()


@pytest.fixture
def values():
    return SAMPLES["values"]()


def lines(ax, start):
    return [line for line in ax.get_lines() if line.get_label().startswith(start)]


def texts(ax, gid=None):
    return [text.get_text() for text in ax.texts if gid is None or text.get_gid() == gid]


def key(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()] if ax.get_legend() else []


def test_residents(targets, observed, values):
    ax = plot_tracking(
        targets,
        observed=observed,
        projected=values,
        indicator="resident_population",
        ax=blank_axes(),
        source="来源：甲",
    )
    assert ax.get_title(loc="left") == "1  常住人口（万人）"
    before, after = lines(ax, "_history")
    assert before.get_xdata().tolist() == [2015, 2016, 2017, 2018, 2019]
    assert after.get_ydata().tolist() == [958.7, 964.5, 967.9, 976.1]  # no line across the break
    (gap,) = lines(ax, "_break")
    assert gap.get_xdata()[0] == 2019.5
    assert [line.get_xdata().tolist() for line in lines(ax, "_derived")] == [[2018]]
    assert lines(ax, "_derived")[0].get_markerfacecolor() == "white"
    (path,) = lines(ax, "_path")
    assert path.get_xydata().tolist() == [[2020, 957.29], [2025, 1000], [2030, 1000], [2035, 1000]]
    assert [line.get_marker() for line in lines(ax, "_target up")] == ["^"] * 3
    assert texts(ax, "target") == ["1000", ">1000", ">1000"]
    assert "趋势 1024.0" in texts(ax)
    assert "规划 1104.2" in texts(ax)
    assert texts(ax, "last") == ["2023: 976.1"]  # with the decimals it was published with
    assert "来源：甲" in texts(ax)
    assert key(ax) == ["观测值", "推得或假定值", "统计口径变化", "按规划要求的路径", "目标：不低于"]


def test_scenarios_are_in_the_targets_unit_and_differ_in_every_way(targets, values):
    ax = plot_tracking(targets, projected=values, indicator="resident_population", ax=blank_axes())
    trend, plan = lines(ax, "_scenario")
    assert trend.get_ydata()[[0, -1]] == pytest.approx([958.7, 1024.0])
    assert trend.get_marker() != plan.get_marker()
    assert trend.get_linestyle() != plan.get_linestyle()
    assert trend.get_color() != plan.get_color()


@pytest.mark.parametrize(
    ("indicator", "marks", "notes"),
    [
        ("share_60_plus", {"_target down": 3}, []),
        ("total_fertility", {"_target up": 1, "_target about": 2, "_tolerance": 2}, []),
        ("sex_ratio_at_birth", {"_target down": 1, "_target band": 2, "_target ends": 2}, []),
        ("graduates_attracted", {"_target up": 3}, []),
        ("registered_population", {"_target up": 1}, ["逐年提高", "逐年提高"]),
        ("dependency_ratio", {"_target down": 2}, ["保持稳定"]),
        ("health_index", {}, ["优于全省平均水平", "位居全省前列", "位居全省前列"]),
    ],
)
def test_the_mark_says_the_operator(targets, indicator, marks, notes):
    ax = plot_tracking(targets, indicator=indicator, ax=blank_axes())
    found = pd.Series([line.get_label() for line in lines(ax, ("_target", "_tolerance"))]).value_counts().to_dict()
    assert found == marks
    assert texts(ax, "target note") == notes
    shapes = {"_target up": "^", "_target down": "v", "_target about": "D"}
    assert all(line.get_marker() == shapes[line.get_label()] for line in lines(ax, tuple(shapes)))


def test_a_reach_target_to_be_lowered_points_down(targets):
    targets.loc[targets.indicator == "urbanisation_rate", "better"] = "lower"
    ax = plot_tracking(targets, indicator="urbanisation_rate", ax=blank_axes())
    assert [line.get_label() for line in lines(ax, "_target")] == ["_target down", "_target up", "_target down"]


def test_a_band_spans_its_bounds(targets):
    ax = plot_tracking(targets, indicator="sex_ratio_at_birth", ax=blank_axes())
    assert [list(line.get_ydata()) for line in lines(ax, "_target band")] == [[103, 107], [103, 107]]


def test_a_ceiling_that_the_base_keeps_is_a_margin(targets):
    ax = plot_tracking(targets, indicator="share_60_plus", ax=blank_axes())
    assert "余量匀速用尽的路径" in key(ax)
    ax = plot_tracking(targets, indicator="sex_ratio_at_birth", ax=blank_axes())
    assert "按规划要求的路径" in key(ax)  # 109.82 does not keep ≤109


def test_cumulative_targets_cumulate_the_flows(targets, observed):
    ax = plot_tracking(targets, observed=observed, indicator="graduates_attracted", ax=blank_axes())
    (line,) = lines(ax, "_history")
    assert line.get_xydata() == pytest.approx(np.array([[2021, 11.2], [2022, 23.8], [2023, 36.7]]))
    (path,) = lines(ax, "_path")
    assert path.get_xydata()[:2].tolist() == [[2020, 0], [2025, 60]]
    assert any("自2021年起累计" in text for text in texts(ax))


def test_a_gap_ends_the_sum_and_is_named(targets, observed):
    observed = observed[~((observed.indicator == "graduates_attracted") & (observed.year == 2022))]
    ax = plot_tracking(targets, observed=observed, indicator="graduates_attracted", ax=blank_axes(), lang="en")
    (line,) = lines(ax, "_history")
    assert line.get_xdata().tolist() == [2021]
    said = " ".join(texts(ax)).replace("\n", " ")
    assert "2022 is not published, so the sum ends before it (yearly figures: 2023: 12.9)" in said


def test_no_first_year_no_sum(targets, observed):
    observed = observed[~((observed.indicator == "graduates_attracted") & (observed.year == 2021))]
    ax = plot_tracking(targets, observed=observed, indicator="graduates_attracted", ax=blank_axes())
    assert lines(ax, "_history") == []
    assert texts(ax, "nothing") == ["2021年未公布，不能累计"]


def test_nothing_known_is_said_in_the_chart(targets, observed, values):
    ax = plot_tracking(targets, observed=observed, projected=values, indicator="skilled_talent", ax=blank_axes())
    assert texts(ax, "nothing") == ["尚无公布数据，模型亦不推算"]
    ax = plot_tracking(targets, observed=observed, projected=values, indicator="share_60_plus", ax=blank_axes())
    assert texts(ax, "nothing") == []


def test_without_any_number_there_is_no_scale(targets):
    ax = plot_tracking(targets, indicator="health_index", ax=blank_axes())
    assert ax.get_yticks().tolist() == []


def test_a_scenario_without_values_is_named(targets, values):
    ax = plot_tracking(targets, projected=values, indicator="total_fertility", ax=blank_axes())
    assert [line.get_label() for line in lines(ax, "_scenario")] == ["_scenario plan"]
    assert any("趋势无同口径推算值" in text for text in texts(ax))


def test_the_second_of_two_sources_stands_apart(targets, observed):
    extra = observed[(observed.indicator == "urbanisation_rate") & (observed.year == 2022)]
    observed.loc[extra.index, "chosen"] = "yes"
    observed = pd.concat([observed, extra.assign(value=73.3)], ignore_index=True)
    ax = plot_tracking(targets, observed=observed, indicator="urbanisation_rate", ax=blank_axes())
    (other,) = lines(ax, "_other")
    assert other.get_xydata().tolist() == [[2022, 73.3]]
    assert 73.3 not in lines(ax, "_history")[-1].get_ydata()


def test_draws_become_a_fan(targets):
    values = SAMPLES["values"](draws=200)
    ax = plot_tracking(targets, projected=values, indicator="share_60_plus", scenarios=["plan"], ax=blank_axes())
    wide, narrow = (band.get_paths()[0].vertices for band in ax.collections)
    end = values["share_60_plus"].sel(scenario="plan", year=2035, area=CITY)
    assert np.ptp(wide[wide[:, 0] == 2035, 1]) == pytest.approx(float(end.quantile(0.95) - end.quantile(0.05)))
    assert np.ptp(narrow[narrow[:, 0] == 2035, 1]) == pytest.approx(float(end.quantile(0.75) - end.quantile(0.25)))
    (line,) = lines(ax, "_scenario")
    assert line.get_ydata()[-1] == pytest.approx(float(end.median()))
    assert "90% 与 50% 区间" in key(ax)


def test_scenarios_are_chosen_in_the_order_given(targets, values):
    ax = plot_tracking(
        targets, projected=values, indicator="share_60_plus", scenarios=["plan", "trend"], ax=blank_axes()
    )
    assert [line.get_label() for line in lines(ax, "_scenario")] == ["_scenario plan", "_scenario trend"]


def test_a_district(targets, observed, values):
    ax = plot_tracking(
        targets[:0], observed=observed, projected=values, indicator="share_60_plus", area="330302", ax=blank_axes()
    )
    assert ax.get_title(loc="left") == "常住人口老龄化率（60岁及以上）（%）"
    assert "鹿城区：观测值与情景推算" in texts(ax)
    assert lines(ax, "_history") == []  # the city's observations are not the district's


def test_the_citys_targets_are_not_a_districts(targets, values):
    ax = plot_tracking(targets, projected=values, indicator="resident_population", area="330302", ax=blank_axes())
    assert ax.get_title(loc="left") == "1  常住人口（万人）"
    assert lines(ax, ("_target", "_path")) == []
    assert lines(ax, "_scenario")[0].get_ydata()[0] == pytest.approx(117.1, abs=0.1)


def test_english_targets_are_put_into_signs(targets):
    ax = plot_tracking(targets, indicator="total_fertility", lang="en", ax=blank_axes())
    assert texts(ax, "target") == ["1.35", "≈1.35", "≈1.35"]
    ax = plot_tracking(targets, indicator="dependency_ratio", lang="en", ax=blank_axes())
    assert texts(ax, "target note") == ["to be kept"]


def test_the_inputs_are_left_as_they_are(targets, observed, values):
    copies = targets.copy(), observed.copy(), values.copy(deep=True)
    plot_tracking(targets, observed=observed, projected=values, indicator="resident_population", ax=blank_axes())
    pd.testing.assert_frame_equal(targets, copies[0])
    pd.testing.assert_frame_equal(observed, copies[1])
    assert values.identical(copies[2])


def test_errors(targets, observed, values):
    with pytest.raises(SchemaError, match=r"indicator 'x' is neither in the targets nor .* resident_population"):
        plot_tracking(targets, indicator="x")
    with pytest.raises(SchemaError, match=r"scenario 'late' is not there\. Name one of: trend, plan"):
        plot_tracking(targets, projected=values, indicator="share_60_plus", scenarios=["late"], ax=blank_axes())
    with pytest.raises(SchemaError, match="area '1' is not there"):
        plot_tracking(targets, projected=values, indicator="share_60_plus", area="1")
    two = pd.concat([observed, observed.assign(area="330302")])
    with pytest.raises(SchemaError, match=r"observed holds share_60_plus of 330300, 330302\. Name one"):
        plot_tracking(targets, observed=two, indicator="share_60_plus")
