"""Pyramid, components, districts, structure: the figures drawn are the figures given."""

import runpy
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import numpy as np
import pytest
import xarray as xr

from popmodel.plots import blank_axes, plot_components, plot_districts, plot_pyramid, plot_structure
from popmodel.schema import SchemaError

SAMPLES = runpy.run_path(str(Path(__file__).parent / "figures" / "samples.py"))


@pytest.fixture(scope="module")
def projection():
    return SAMPLES["projection"]()


@pytest.fixture(scope="module")
def values():
    return SAMPLES["values"]()


def texts(ax, gid):
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


def key(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_pyramid_draws_every_age_of_both_sexes(projection):
    population = projection["population"].sel(scenario="plan")
    ax = plot_pyramid(population, years=[2020, 2035], ax=blank_axes())
    women_then, men_then, women_now, men_now = ax.patches
    expected = (
        (women_then, 2020, "female", 1), (men_then, 2020, "male", -1),
        (women_now, 2035, "female", 1), (men_now, 2035, "male", -1),
    )  # fmt: skip
    for patch, year, sex, side in expected:
        counts = population.sel(year=year, sex=sex).sum("district").to_numpy()
        assert patch.get_data().values == pytest.approx(side * counts / 1e4)
        assert patch.get_data().edges.tolist() == list(range(102))
    assert women_then.get_fill()
    assert not women_now.get_fill()
    assert ax.get_xlim()[0] == -ax.get_xlim()[1]
    total = [float(population.sel(year=year).sum()) / 1e4 for year in (2020, 2035)]
    assert key(ax) == [f"2020  {total[0]:.1f}万人", f"2035  {total[1]:.1f}万人"]
    assert ax.get_yticklabels()[-1].get_text() == "100+"
    assert texts(ax, "sex") == ["女", "男"]
    assert "−" not in "".join(label.get_text() for label in ax.get_xticklabels())


def test_pyramid_of_a_district_in_english(projection):
    population = projection["population"].sel(scenario="trend")
    ax = plot_pyramid(population, years=[2020], district="330302", lang="en", ax=blank_axes())
    assert ax.get_title(loc="left") == "Lucheng: population pyramid"
    counts = population.sel(year=2020, sex="male", district="330302").to_numpy()
    assert ax.patches[1].get_data().values == pytest.approx(-counts / 1e3)


def test_pyramid_takes_the_sexes_by_name(projection):
    population = projection["population"].sel(scenario="plan").isel(sex=[1, 0])
    ax = plot_pyramid(population, years=[2020], ax=blank_axes())
    assert ax.patches[0].get_data().values.sum() == pytest.approx(
        float(population.sel(year=2020, sex="female").sum()) / 1e4
    )


def test_pyramid_of_scenarios(projection):
    ax = plot_pyramid(projection["population"], years=[2035], ax=blank_axes())
    assert [label.split()[0] for label in key(ax)] == ["趋势", "规划"]


def test_pyramid_errors(projection):
    population = projection["population"]
    with pytest.raises(SchemaError, match="year 2050 is not there"):
        plot_pyramid(population.sel(scenario="plan"), years=[2020, 2050])
    with pytest.raises(SchemaError, match=r"given years 2020, 2035 and 2 scenarios\. Select with \.sel"):
        plot_pyramid(population, years=[2020, 2035])
    with pytest.raises(SchemaError, match="district '1' is not there"):
        plot_pyramid(population.sel(scenario="plan"), years=[2020], district="1")
    with pytest.raises(SchemaError, match="needs year, sex and age"):
        plot_pyramid(population.sel(scenario="plan", year=2020), years=[2020])
    with pytest.raises(SchemaError, match="population has no dim district"):
        plot_pyramid(population.sel(scenario="plan").sum("district"), years=[2020], district="330302")


@pytest.mark.parametrize("district", [None, "330302"])
def test_components_stack_up_to_the_net_change(projection, district):
    ax = plot_components(projection, scenario="trend", district=district, ax=blank_axes())
    flows = projection.sel(scenario="trend")
    flows = flows.sel(district=district) if district else flows.sum("district")
    births = flows["births"].sum("sex").to_numpy() / 1e4
    deaths, moves = (flows[name].sum(["sex", "age"]).to_numpy() / 1e4 for name in ("deaths", "net_migration"))
    bars = {c.get_label(): [] for c in ax.containers}
    for container in ax.containers:
        bars[container.get_label()].append(np.array([[bar.get_y(), bar.get_height()] for bar in container]))
    assert bars["_births"][0][:, 1] == pytest.approx(births)
    assert bars["_deaths"][0][:, 1] == pytest.approx(-deaths)
    gains, losses = bars["_net_migration"]
    assert gains[:, 1] + losses[:, 1] == pytest.approx(moves)
    assert (moves < 0).any()  # the sample turns to losses, which hang under the deaths
    assert gains[:, 0] == pytest.approx(births)
    assert losses[:, 0] == pytest.approx(-deaths)
    (net,) = (line for line in ax.get_lines() if line.get_label() == "_net")
    assert net.get_ydata() == pytest.approx(births - deaths + moves)
    assert texts(ax, "component")[:2] == [f"出生 +{births[-1]:.1f}", f"死亡 −{deaths[-1]:.1f}"]


def test_components_errors(projection):
    with pytest.raises(SchemaError, match=r"no scenario is named\. Name one of: trend, plan"):
        plot_components(projection)
    with pytest.raises(SchemaError, match="the projection has no deaths"):
        plot_components(projection.drop_vars("deaths"), scenario="plan")


def test_districts_are_ranked_and_the_city_left_out(values):
    ax = plot_districts(values, scenario="plan", years=[2020, 2035], ax=blank_axes())
    data = values["resident_population"].sel(scenario="plan").isel(area=slice(1, None)) / 1e4
    last = data.sel(year=2035).to_series().sort_values()
    names = values["area_zh"].to_series()
    assert [label.get_text() for label in ax.get_yticklabels()] == [names[code] for code in last.index]
    assert texts(ax, "value") == [f"{value:.1f}" for value in last]
    change = (data.sel(year=2035) - data.sel(year=2020)).to_series()[last.index]
    assert texts(ax, "change") == [f"{value:+.1f}".replace("-", "−") for value in change]
    tips = [line.get_marker() for line in ax.get_lines() if line.get_label() == "_last"]
    assert tips == [">" if value >= 0 else "<" for value in change]
    assert set(tips) == {"<", ">"}


def test_districts_of_a_share(values):
    ax = plot_districts(
        values, scenario="trend", years=[2020, 2030], indicator="share_60_plus", lang="en", ax=blank_axes()
    )
    assert ax.get_title(loc="left") == "Share aged 60 and over by district (%)"
    assert len(texts(ax, "value")) == 12


def test_districts_without_a_value_are_left_out(values):
    some = values.copy(deep=True)
    some["share_60_plus"].loc[{"area": "330302"}] = np.nan
    ax = plot_districts(some, scenario="trend", years=[2020, 2035], indicator="share_60_plus", ax=blank_axes())
    assert "鹿城区" not in [label.get_text() for label in ax.get_yticklabels()]
    assert len(texts(ax, "value")) == 11


def test_districts_errors(values):
    with pytest.raises(SchemaError, match="values hold no 'x'"):
        plot_districts(values, scenario="plan", years=[2020, 2035], indicator="x")
    with pytest.raises(SchemaError, match="a dumbbell has two ends"):
        plot_districts(values, scenario="plan", years=[2020])
    with pytest.raises(SchemaError, match="year 2050 is not there"):
        plot_districts(values, scenario="plan", years=[2020, 2050])
    with xr.set_options(keep_attrs=True), pytest.raises(SchemaError, match="has no values by district"):
        plot_districts(values * np.nan, scenario="plan", years=[2020, 2035])
    with (
        xr.set_options(keep_attrs=False),
        pytest.raises(SchemaError, match="population has no attribute unit"),
    ):
        plot_districts(values * 2, scenario="plan", years=[2020, 2035])


def test_structure_shares_and_ratio(values):
    ax = plot_structure(values, scenario="trend", ax=blank_axes())
    at = values.sel(scenario="trend", area="330300")
    assert texts(ax, "group") == ["0–14岁", "15–59岁", "60岁及以上"]
    expected = [
        f"{float(at[name].sel(year=y)):.1f}"
        for name in ("share_0_14", "share_15_59", "share_60_plus")
        for y in (2020, 2035)
    ]
    assert texts(ax, "share") == expected
    (strip,) = ax.child_axes
    assert texts(strip, "ratio") == [
        f"{float(at['dependency_ratio'].sel(year=y)):.1f}" for y in (2020, 2025, 2030, 2035)
    ]
    assert strip.get_title(loc="left") == "温州市：年龄结构（%）"


def test_structure_errors(values):
    with pytest.raises(SchemaError, match="values hold no share_0_14"):
        plot_structure(values.drop_vars("share_0_14"), scenario="trend")
    with pytest.raises(SchemaError, match="area '1' is not there"):
        plot_structure(values, scenario="trend", area="1")
