"""Heat map, slope, age–time surface, centres, small multiples, tile map."""

import runpy
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import numpy as np
import pandas as pd
import pytest

from popmodel.plots import (
    blank_axes,
    plot_centres,
    plot_heatmap,
    plot_lexis,
    plot_multiples,
    plot_slope,
    plot_tiles,
    style,
)
from popmodel.schema import SchemaError

HERE = Path(__file__).parent / "figures"
SAMPLES, CHECK = runpy.run_path(str(HERE / "samples.py")), runpy.run_path(str(HERE / "checks.py"))
CARD, PREVIOUS = SAMPLES["card"](), SAMPLES["card"](year=2022)
VALUES, POPULATION = SAMPLES["values"](), SAMPLES["projection"]()["population"]
POSITIONS = {code: (i % 4, i // 4) for i, code in enumerate(SAMPLES["DISTRICTS"])}
SOURCE = (
    "来源：《温州市人口发展中长期规划》（温政发〔2022〕19号）；温州市统计局人口主要数据公报；2024-03-05。合成数据。"
)
MANY = pd.concat([CARD.assign(scenario=[f"{name} {i} 情景变体" for name in CARD.scenario]) for i in range(3)])
CHARTS = {
    "heatmap": lambda **more: plot_heatmap(CARD, **more),
    "heatmap of six": lambda **more: plot_heatmap(MANY, **more),
    "slope": lambda **more: plot_slope(CARD, previous=PREVIOUS, **more),
    "lexis": lambda **more: plot_lexis(POPULATION, scenario="trend", **more),
    "centres": lambda **more: plot_centres(VALUES, scenario="plan", **more),
    "multiples": lambda **more: plot_multiples(VALUES, **more),
    "multiples of counts": lambda **more: plot_multiples(VALUES, indicator="resident_population", **more),
    "tiles": lambda **more: plot_tiles(VALUES, positions=POSITIONS, year=2035, scenario="trend", **more),
}


def texts(ax, gid):
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", CHARTS)
def test_nothing_is_cut_off_or_overlaps(name, lang):
    before = dict(mpl.rcParams)
    figure = CHARTS[name](lang=lang, source=SOURCE, ax=blank_axes()).figure
    assert dict(mpl.rcParams) == before
    for dpi in (100, 300):
        figure.set_dpi(dpi)
        found = CHECK["texts"](figure)
        assert CHECK["outside"](figure, found) == []
        assert CHECK["overlaps"](found) == []


def test_heatmap_has_a_cell_for_each_projected_target():
    ax = plot_heatmap(CARD, ax=blank_axes(), scenario_names={"trend": "趋势"})
    rows = CARD[CARD.indicator.isin(CARD.loc[CARD.projected.notna(), "indicator"])]
    assert sum(patch.get_label() == "_cell" for patch in ax.patches) == len(rows)
    assert len(texts(ax, "value")) == rows.projected.notna().sum()
    assert texts(ax, "scenario") == ["趋势", "plan"] * 3
    counts = pd.Series([line.get_label() for line in ax.get_lines()]).value_counts()
    assert counts["_check"] == (rows.projected_met == True).sum()  # noqa: E712 - nullable booleans
    assert counts["_cross"] == (rows.projected_met == False).sum()  # noqa: E712


def test_heatmap_darkens_with_the_miss():
    near = CARD[(CARD.indicator == "share_60_plus") & (CARD.scenario == "trend")].copy()
    near["target"], near["base_value"], near["projected_met"] = 20.0, 10.0, False
    near["projected"] = [21.0, 25.0, 40.0]
    ax = plot_heatmap(near, ax=blank_axes())
    cells = [style.luminance(mpl.colors.to_hex(p.get_facecolor())) for p in ax.patches if p.get_label() == "_cell"]
    assert cells == sorted(cells, reverse=True)
    assert cells[0] - cells[1] > 0.05


def test_heatmap_errors():
    with pytest.raises(SchemaError, match="card holds no projected value"):
        plot_heatmap(CARD.assign(projected=np.nan))
    with pytest.raises(SchemaError, match="card has no column projected"):
        plot_heatmap(CARD.drop(columns="projected"))


def test_slope_joins_the_paces_of_both_years():
    ax = plot_slope(CARD, previous=PREVIOUS, milestone=2025, scenario="plan", ax=blank_axes())

    def at(table):
        rows = table[(table.target_year == 2025) & (table.scenario == "plan")]
        return rows.set_index("indicator").pace

    both = pd.concat([at(PREVIOUS), at(CARD)], axis=1).dropna()
    drawn = [line.get_ydata() for line in ax.get_lines() if line.get_label() == "_slope"]
    assert np.array(drawn) == pytest.approx(np.clip(both.to_numpy(), -0.5, 2))
    number = CARD.drop_duplicates("indicator").set_index("indicator").number
    assert texts(ax, "before") == [
        f"{number[name]}  {pace:.2f}".replace("-", "−") for name, pace in both.iloc[:, 0].items()
    ]
    assert texts(ax, "year") == ["2022", "2023"]


def test_slope_without_end_is_printed():
    endless = CARD.assign(pace=np.inf)
    ax = plot_slope(endless, previous=PREVIOUS, ax=blank_axes())
    assert all(text.startswith("∞") for text in texts(ax, "now"))


def test_slope_errors():
    with pytest.raises(SchemaError, match="previous has no column pace"):
        plot_slope(CARD, previous=PREVIOUS.drop(columns="pace"))
    with pytest.raises(SchemaError, match="no rows of scenario 'plan' and target year 2040"):
        plot_slope(CARD, previous=PREVIOUS, milestone=2040, scenario="plan")


def test_lexis_holds_the_counts():
    ax = plot_lexis(POPULATION, scenario="plan", district="330302", ax=blank_axes())
    counts = POPULATION.sel(scenario="plan", district="330302").sum("sex").transpose("age", "year").to_numpy() / 1e4
    assert np.asarray(ax.collections[0].get_array()).reshape(counts.shape) == pytest.approx(counts)
    line = next(line for line in ax.get_lines() if line.get_label() == "_cohort")
    (x0, y0), (x1, y1) = line.get_xydata()
    assert (y1 - y0) / (x1 - x0) == pytest.approx(1)  # a cohort grows a year older each year
    assert "2020年出生" in texts(ax, "cohort")


def test_lexis_errors():
    with pytest.raises(SchemaError, match="two or more years"):
        plot_lexis(POPULATION.isel(year=[0]), scenario="plan")
    with pytest.raises(SchemaError, match="no scenario is named"):
        plot_lexis(POPULATION)


def test_centres_add_up_to_everybody():
    ax = plot_centres(VALUES, scenario="plan", ax=blank_axes())
    heights = np.array([[bar.get_height() for bar in container] for container in ax.containers])
    assert heights.sum(axis=0) == pytest.approx(100)
    main = VALUES["main_centre_share"].sel(scenario="plan", area="330300").to_numpy()
    assert heights[0] == pytest.approx(main)
    assert texts(ax, "part") == ["主中心", "副中心", "其他地区"]
    named = plot_centres(VALUES, scenario="plan", names={"main_centre_share": "市域主中心"}, ax=blank_axes())
    assert texts(named, "part") == ["市域主中心", "副中心", "其他地区"]
    with pytest.raises(SchemaError, match="values hold no sub_centre_share"):
        plot_centres(VALUES.drop_vars("sub_centre_share"), scenario="plan")


def test_multiples_one_for_each_district():
    ax = plot_multiples(VALUES, indicator="share_60_plus", ax=blank_axes())
    assert [cell.get_title(loc="left") for cell in ax.child_axes] == [d[0] for d in SAMPLES["DISTRICTS"].values()]
    assert len({cell.get_ylim() for cell in ax.child_axes}) == 1  # shares on one scale
    trend, plan = (line.get_ydata() for line in ax.child_axes[3].get_lines())
    expected = VALUES["share_60_plus"].sel(area="330305")
    assert trend == pytest.approx(expected.sel(scenario="trend").to_numpy())
    assert plan == pytest.approx(expected.sel(scenario="plan").to_numpy())
    with pytest.raises(SchemaError, match="scenario 'late' is not there"):
        plot_multiples(VALUES, scenarios=["late"])
    with pytest.raises(SchemaError, match="values hold no 'x'"):
        plot_multiples(VALUES, indicator="x")


def test_tiles_stand_where_they_are_put():
    ax = plot_tiles(
        VALUES, positions=POSITIONS, year=2035, indicator="resident_population", scenario="plan", ax=blank_axes()
    )
    tiles = [patch for patch in ax.patches if patch.get_label() == "_tile"]
    centre = [(round(tile.get_x() + 0.48, 6), round(tile.get_y() + 0.48, 6)) for tile in tiles]
    assert centre == [(float(x), float(y)) for x, y in POSITIONS.values()]
    figures = VALUES["resident_population"].sel(scenario="plan", year=2035)[1:].to_numpy() / 1e4
    assert texts(ax, "value") == [f"{value:.1f}" for value in figures]
    shade = [style.luminance(mpl.colors.to_hex(tile.get_facecolor())) for tile in tiles]
    assert np.argsort(shade).tolist() == np.argsort(-figures).tolist()  # more is darker
    for tile, text in zip(tiles, (t for t in ax.texts if t.get_gid() == "name"), strict=True):
        assert style.contrast(mpl.colors.to_hex(tile.get_facecolor()), mpl.colors.to_hex(text.get_color())) > 4
    with pytest.raises(SchemaError, match=r"positions lack 330383\. Give a \(column, row\)"):
        plot_tiles(VALUES, positions={c: p for c, p in POSITIONS.items() if c != "330383"}, year=2035, scenario="plan")
