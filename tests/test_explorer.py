"""The explorer: what the sliders stand for, what follows them, and what is saved."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.cockpit import levers as lv, panel as pn, view

YEARS = range(2020, 2036)
DISTRICTS = ["330302", "330303", "330304", "330305"]


@pytest.fixture(scope="module")
def ground(base: xr.Dataset, scenarios: list[pm.Scenario]) -> lv.Ground:
    trend = scenarios[0]
    return lv.ground_of(base, pm.project(base.population, pm.scenario_rates(base, [trend], years=YEARS)))


@pytest.fixture
def opened(evaluation: pm.Evaluation, tmp_path: Path) -> Iterator[tuple[Any, pn.Controls]]:
    before = dict(mpl.rcParams)
    yield pn.panel(evaluation, indicators=["resident_population", "share_60_plus"], lang="en", folder=tmp_path)
    assert dict(mpl.rcParams) == before


def run(base: xr.Dataset, scenario: pm.Scenario) -> xr.Dataset:
    return pm.project(base.population, pm.scenario_rates(base, [scenario], years=YEARS))


def test_nothing_moved_changes_nothing(base: xr.Dataset, scenarios: list[pm.Scenario], ground: lv.Ground) -> None:
    same = run(base, lv.changed(scenarios[0], lv.Levers(), ground, name="same"))
    assert np.array_equal(same.population, run(base, scenarios[0]).population)


def test_each_lever_moves_its_driver_after_the_published_years(
    base: xr.Dataset, scenarios: list[pm.Scenario], ground: lv.Ground
) -> None:
    levers = lv.Levers(fertility=0.2, life=2.0, migration=50.0, districts={"330328": 1_000.0})
    start, mine = run(base, scenarios[0]), run(base, lv.changed(scenarios[0], levers, ground, name="mine"))
    gain = (mine - start.assign_coords(scenario=["mine"])).isel(scenario=0)
    assert gain.total_fertility.sel(period=[2021, 2022, 2023]).to_numpy() == pytest.approx([0, 0, 0])
    assert gain.total_fertility.sel(period=[2024, 2035]).to_numpy() == pytest.approx([0.2, 0.2])
    assert gain.life_expectancy.sel(period=[2023, 2029, 2035]).to_numpy() == pytest.approx([0, 1, 2])
    moved = gain.net_migration.sum(["sex", "age"])
    assert moved.sel(period=slice(2021, 2023)).to_numpy() == pytest.approx(np.zeros((3, 12)), abs=1e-6)
    before = start.net_migration.isel(scenario=0).sum(["sex", "age"]).sel(period=2030)
    added = np.where(base.district == "330328", 1_000.0, 0.0)
    assert moved.sel(period=2030).to_numpy() == pytest.approx(0.5 * before.to_numpy() + added, abs=1e-2)


def test_concentration_moves_nobody_into_the_city(
    base: xr.Dataset, scenarios: list[pm.Scenario], ground: lv.Ground
) -> None:
    mine = run(base, lv.changed(scenarios[0], lv.Levers(concentration=100.0), ground, name="mine"))
    moved = mine.net_migration.isel(scenario=0).sum(["sex", "age"]).sel(period=slice(2024, None))
    total = ground.flows[3:].sum(axis=1)
    assert moved.sum("district").to_numpy() == pytest.approx(total, abs=0.05)
    assert moved.drop_sel(district=DISTRICTS).to_numpy() == pytest.approx(0, abs=0.01)
    assert (moved.sel(district=DISTRICTS).to_numpy() >= ground.flows[3:, :4] - 0.01).all()


def test_a_saved_path_names_only_the_years_where_it_bends(ground: lv.Ground, scenarios: list[pm.Scenario]) -> None:
    mine = lv.changed(scenarios[0], lv.Levers(concentration=50.0), ground, name="mine")
    assert isinstance(mine.net_migration, pm.Change)
    assert list(mine.net_migration.plus) == [2021]  # type: ignore[arg-type]
    bent = ground._replace(flows=ground.flows * np.where(np.arange(15) < 8, 1.0, 2.0)[:, None])
    mine = lv.changed(scenarios[0], lv.Levers(concentration=50.0), bent, name="mine")
    assert list(mine.net_migration.plus) == [2021, 2028, 2029, 2035]  # type: ignore[union-attr, arg-type]


def test_charts_and_scorecard_follow(
    opened: tuple[Any, pn.Controls], base: xr.Dataset, scenarios: list[pm.Scenario], ground: lv.Ground
) -> None:
    _, controls = opened
    before, pictures = controls.card.value, [bytes(image.value) for image in controls.charts.children]
    assert len(pictures) == 2
    assert all(png.startswith(b"\x89PNG") for png in pictures)
    controls.sliders["migration"].value = 20.0
    mine = pm.measure(run(base, lv.changed(scenarios[0], lv.Levers(migration=20.0), ground, name="mine")))
    people = float(mine.resident_population.isel(scenario=0, area=0).sel(year=2035)) / 1e4
    assert controls.card.value != before
    assert f"{people:.1f}" in controls.card.value
    assert all(bytes(image.value) != old for image, old in zip(controls.charts.children, pictures, strict=True))
    controls.reset.click()
    assert controls.card.value == before
    assert [bytes(image.value) for image in controls.charts.children] == pictures


def test_a_line_that_leaves_the_axes_widens_them(
    base: xr.Dataset, scenarios: list[pm.Scenario], targets: Any, values: xr.Dataset, ground: lv.Ground
) -> None:
    chart = view.chart_of(targets, None, values.sel(scenario=["trend"]), "resident_population", lang="en")
    mine = lv.changed(scenarios[0], lv.Levers(migration=300.0), ground, name="mine")
    assert not view.moved(chart, values.sel(scenario=["trend"]))
    assert view.moved(chart, pm.measure(run(base, mine)))
    low, high = chart.axes.get_ylim()
    assert low < chart.line.get_ydata().min()  # type: ignore[union-attr]
    assert chart.line.get_ydata().max() < high  # type: ignore[union-attr]


def test_verdicts_that_change_are_marked(values: xr.Dataset, targets: Any, scenarios: list[pm.Scenario]) -> None:
    cards = {
        which: pm.score(targets, projected=values.sel(scenario=[name]), year=2023)
        for which, name in (("start", "trend"), ("mine", "plan"))
    }
    page = view.scorecard_html(cards, lang="zh")
    assert 'class="new" data-year="2025"><span class="y" title="达到">✓</span> 1000.0' in page
    assert view.scorecard_html({"start": cards["start"], "mine": cards["start"]}, lang="zh").count('class="new"') == 0


def test_saved_scenario_reads_back_to_the_same_projection(
    opened: tuple[Any, pn.Controls], base: xr.Dataset, scenarios: list[pm.Scenario], tmp_path: Path
) -> None:
    _, controls = opened
    controls.start.value = "plan"
    for name, value in {"fertility": -0.1, "life": 1.0, "migration": 30.0, "concentration": 40.0}.items():
        controls.sliders[name].value = value
    controls.districts["330381"].value = -500.0
    shown = controls.card.value
    controls.name.value = "centre"
    controls.file.value = "centre.toml"
    controls.save.click()
    assert "Saved in" in controls.status.value
    (back,) = pm.read_scenarios(tmp_path / "centre.toml")
    people = float(pm.measure(run(base, back)).resident_population.isel(scenario=0, area=0).sel(year=2035)) / 1e4
    assert f"{people:.1f}" in shown
    plan = scenarios[1]
    levers = lv.Levers(-0.1, 1.0, 30.0, 40.0, {"330381": -500.0})
    mine = lv.changed(plan, levers, lv.ground_of(base, run(base, plan)), name="centre")
    assert float(abs(run(base, mine).population - run(base, back).population).max()) < 1e-9
    written = (tmp_path / "centre.toml").read_bytes()
    controls.sliders["life"].value = 2.0
    controls.save.click()
    assert "is there already" in controls.status.value
    assert (tmp_path / "centre.toml").read_bytes() == written
    for name in ("../out.toml", "/tmp/out.toml", "out.csv", "a/out.toml"):
        controls.file.value = name
        controls.save.click()
        assert "is no plain file name" in controls.status.value
    (tmp_path / "link.toml").symlink_to(tmp_path.parent / "elsewhere.toml")
    controls.file.value = "link.toml"
    controls.save.click()
    assert "is there already" in controls.status.value
    assert not (tmp_path.parent / "elsewhere.toml").exists()


def test_what_cannot_be_is_said_and_nothing_breaks(opened: tuple[Any, pn.Controls]) -> None:
    _, controls = opened
    before = controls.card.value
    controls.sliders["fertility"].min = -3.0
    controls.sliders["fertility"].value = -3.0
    assert 'role="alert"' in controls.status.value
    assert "total_fertility" in controls.status.value
    assert controls.card.value == before
    controls.name.value = "not a name!"
    controls.reset.click()
    assert 'role="alert"' not in controls.status.value


def test_wrong_calls(evaluation: pm.Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(pm.SchemaError, match="lang='fr' is not a language"):
        pm.explore(evaluation, lang="fr")
    with pytest.raises(pm.SchemaError, match="happiness not projected"):
        pm.explore(evaluation, indicators=["happiness"])
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(pm.SchemaError, match=r"pip install 'popmodel\[explore\]'"):
        pm.explore(evaluation)


def test_another_city_without_targets(city: Path) -> None:
    flat = pm.Scenario(
        "flat", total_fertility=1.3, life_expectancy=80.0, sex_ratio_at_birth=1.06, net_migration=0.0, en="Flat"
    )
    _, controls = pn.panel(pm.evaluate(city, scenarios=[flat]), lang="en")
    assert controls.card.value == ""
    assert len(controls.charts.children) == 4
    assert "error" not in controls.status.value
