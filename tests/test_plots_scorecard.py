import runpy
from collections import Counter
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import numpy as np
import pandas as pd
import pytest

from popmodel.plots import blank_axes, plot_scorecard
from popmodel.schema import SchemaError
from popmodel.wording.card import rating_words

SAMPLES = runpy.run_path(str(Path(__file__).parent / "figures" / "samples.py"))


@pytest.fixture
def card():
    return SAMPLES["card"]()


def texts(ax, gid):
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


def words_of(rows):
    return [rating_words(code, method)[0] for code, method in zip(rows.rating, rows.method, strict=True)]


def count(ax, label):
    return sum(line.get_label() == label for line in ax.get_lines())


def one_row(card, **values):
    """The first indicator at its first milestone, changed."""
    row = card[
        (card.indicator == "resident_population") & (card.target_year == 2025) & (card.scenario == "trend")
    ].copy()
    for name, value in values.items():
        row[name] = value
    return row


def bar(ax):
    """Share of the bar that is covered, and where it starts."""
    track, covered = ax.patches[:2]
    return covered.get_width() / track.get_width(), (covered.get_x() - track.get_x()) / track.get_width()


def test_twenty_rows_of_three_cells(card):
    ax = plot_scorecard(card, ax=blank_axes())
    first = card[card.scenario == "trend"]
    names = "".join(texts(ax, "name")).replace(" ", "")
    assert all(name.replace(" ", "") in names for name in first.name_zh.unique())
    assert texts(ax, "milestone") == ["2025", "2030", "2035"]
    assert sorted(texts(ax, "rating")) == sorted(words_of(first))
    assert sorted(texts(ax, "target")) == sorted(first.target_text)
    near = first[first.target_year == 2025]
    for code, group in first.groupby("rating"):
        shown = int((near.rating == code).any())  # once more in the key over the table
        assert count(ax, f"_rating {code}") == len(group) + shown
    assert sorted(texts(ax, "count")) == sorted(f"{zh} {n}" for zh, n in Counter(words_of(near)).items())


def test_projections_of_every_scenario(card):
    ax = plot_scorecard(card, ax=blank_axes(), scenario_names={"trend": "趋势", "plan": "规划"})
    assert texts(ax, "scenario") == ["趋势", "规划"] * 3
    assert len(texts(ax, "projected")) == card.projected.notna().sum()
    assert count(ax, "_check") == (card.projected_met == True).sum()  # noqa: E712 - nullable booleans
    assert count(ax, "_cross") == (card.projected_met == False).sum()  # noqa: E712
    ax = plot_scorecard(card, ax=blank_axes(), scenario="plan")
    assert texts(ax, "scenario") == ["plan"] * 3
    assert len(texts(ax, "projected")) == card[card.scenario == "plan"].projected.notna().sum()


def test_rows_stand_together_by_section(card):
    sections = dict.fromkeys(("resident_population", "share_60_plus"), "末") | {"total_fertility": "首"}
    ax = plot_scorecard(card, ax=blank_axes(), sections=sections)
    # In the order of the card: residents and their section come first, then what has none, then total fertility's.
    assert texts(ax, "section") == ["末", "首"]
    height = {text.get_text(): text.get_position()[1] for text in ax.texts if text.get_gid() in ("section", "name")}
    old = next(y for name, y in height.items() if name.startswith("常住人口老龄化率"))
    assert height["末"] < height["常住人口（万人）"] < old < height["户籍人口（万人）"] < height["首"]
    assert height["首"] < height["总和生育率"]
    rules = [line.get_ydata()[0] for line in ax.get_lines() if line.get_label() == "_rule"]
    assert len(rules) == len(set(rules))  # the foot's rule lies under the last row, and no row on another
    plain = plot_scorecard(card, ax=blank_axes())
    assert texts(plain, "section") == []
    assert ax.get_ylim()[0] == pytest.approx(plain.get_ylim()[0] + 2 * 17)


def test_without_a_projection(card):
    seen = card[card.scenario == "trend"].assign(scenario="observed", projected=np.nan, projected_met=pd.NA)
    ax = plot_scorecard(seen.astype({"projected_met": "boolean"}), ax=blank_axes())
    assert texts(ax, "scenario") == []
    assert texts(ax, "projected") == []
    assert "达到目标" not in texts(ax, "key")


@pytest.mark.parametrize(("c", "width", "start"), [(0.44, 0.44, 0), (-0.5, 0.06, -0.06), (1.7, 1.05, 0)])
def test_the_bar_is_as_long_as_the_way_done(card, c, width, start):
    ax = plot_scorecard(one_row(card, c=c), ax=blank_axes())
    assert bar(ax) == pytest.approx((width, start))


def test_the_position_due_today(card):
    ax = plot_scorecard(one_row(card, tau=0.6), ax=blank_axes())
    track = ax.patches[0]
    due = next(line for line in ax.get_lines() if line.get_label() == "_due")
    assert (due.get_xdata()[0] - track.get_x()) / track.get_width() == pytest.approx(0.6)
    ax = plot_scorecard(one_row(card, tau=1.0), ax=blank_axes())
    assert count(ax, "_due") == 1  # the key's alone: at the milestone the position is the end


def test_a_ceiling_kept_by_the_base_ends_in_a_wall(card):
    kept = one_row(card, operator="below", base_value=16.5, target=20.0)
    assert count(plot_scorecard(kept, ax=blank_axes()), "_wall") == 2  # and the key's
    climb = one_row(card, operator="at_most", base_value=109.82, target=109.0)
    assert count(plot_scorecard(climb, ax=blank_axes()), "_wall") == 1


def test_no_bar_without_a_share(card):
    ax = plot_scorecard(one_row(card, c=np.nan), ax=blank_axes())
    assert count(ax, "_due") == 1


def test_a_rating_on_the_projection_is_hollow_and_said(card):
    ax = plot_scorecard(one_row(card, value_status="projected"), ax=blank_axes(), scenario_names={"trend": "趋势"})
    mark = [line for line in ax.get_lines() if line.get_label() == "_rating behind"][-1]
    assert mark.get_markerfacecolor() == "white"
    assert "*：尚无公布数据，为模型推算值（趋势），不评级。" in texts(ax, "foot")
    assert "2023*" in texts(ax, "value year")
    ax = plot_scorecard(one_row(card), ax=blank_axes())
    assert texts(ax, "foot") == []


def test_values_keep_their_decimals(card):
    ax = plot_scorecard(one_row(card), ax=blank_axes())
    assert texts(ax, "value") == ["957.29", "976.1"]
    ax = plot_scorecard(one_row(card, base_value=np.nan, value=np.nan, value_year=pd.NA), ax=blank_axes())
    assert texts(ax, "value") == ["–"]


def test_the_base_of_a_sum_is_not_printed(card):
    ax = plot_scorecard(one_row(card, operator="cumulative", base_value=0.0), ax=blank_axes())
    assert texts(ax, "value") == ["976.1"]


def test_cuts_and_sources_stand_in_the_foot(card):
    ax = plot_scorecard(card, ax=blank_axes(), cuts=(1.05, 0.95, 0.8, 0), source="Source, 2024", lang="en")
    foot = " ".join(texts(ax, "foot"))
    assert "ahead ≥ 1.05, on track ≥ 0.95, nearly ≥ 0.8, behind ≥ 0, moving away < 0." in foot
    assert foot.endswith("Source, 2024")


def test_the_last_ratings_stand_beside(card):
    before = card.assign(rating=["ahead", "moving_away"] * (len(card) // 2))
    ax = plot_scorecard(card, previous=before, ax=blank_axes(), scenario="trend")
    expected = before[before.scenario == "trend"].rating.value_counts()
    assert {code: count(ax, f"_last {code}") for code in expected.index} == expected.to_dict()
    assert "评级后的灰色小标记为上一次评估的评级。" in texts(ax, "foot")
    marks = [line for line in ax.get_lines() if line.get_label() == "_last ahead"]
    assert all(line.get_marker() == "^" and line.get_markersize() < 6 for line in marks)


def test_the_rating_of_another_method_is_counted(card):
    other = one_row(card, rating="stagnation", method="unsd")
    ax = plot_scorecard(other, ax=blank_axes())
    assert texts(ax, "count") == ["停滞 1"]


def test_more_scenarios_make_higher_rows(card):
    more = pd.concat([card, *(card[card.scenario == "plan"].assign(scenario=name) for name in ("late", "low"))])
    low, high = (plot_scorecard(table, ax=blank_axes()).figure.get_size_inches()[1] for table in (card, more))
    assert high > low


def test_errors(card):
    with pytest.raises(SchemaError, match="card has no column c, tau"):
        plot_scorecard(card.drop(columns=["tau", "c"]))
    with pytest.raises(SchemaError, match="card has no rows"):
        plot_scorecard(card[:0])
    with pytest.raises(SchemaError, match=r"card has no scenario 'late'\. Use one of: trend, plan"):
        plot_scorecard(card, scenario="late")
