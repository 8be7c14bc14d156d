import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm
from popmodel.backtesting import Backtest, backtests, error_markdown
from popmodel.backtesting.known import known_at, merge_units, schedules_until
from popmodel.demography.accuracy import accuracy
from popmodel.files.errors import read_errors
from popmodel.plots import blank_axes, figure_bytes


@pytest.fixture(scope="module")
def census_2010() -> xr.Dataset:
    return pm.read_census(pm.data_path("census/wenzhou"), year=2010)


@pytest.fixture(scope="module")
def decade(census_2010: xr.Dataset, census: xr.Dataset) -> Backtest:
    return pm.backtest(census_2010, later=census)


@pytest.fixture(scope="module")
def since(census_2010: xr.Dataset, census: xr.Dataset) -> Backtest:
    return pm.backtest(census, earlier=census_2010)


def _error(result: Backtest, year: int, forecast: str, level: str) -> pd.Series:
    rows = result.errors.query("year == @year and forecast == @forecast and level == @level")
    assert len(rows) == 1
    return rows.iloc[0]


def test_accuracy_by_hand() -> None:
    # errors +10 %, −4 %, 0.5 %; absolute 10 + 8 + 1 of 500
    found = accuracy([110, 192, 201], [100, 200, 200])
    assert found.n == 3
    assert found.mape == pytest.approx((10 + 4 + 0.5) / 3)
    assert found.wmape == pytest.approx(100 * 19 / 500)
    assert found.malpe == pytest.approx((10 - 4 + 0.5) / 3)
    assert found.mdape == pytest.approx(4)
    assert found.within_1 == pytest.approx(100 / 3)
    assert found.within_5 == pytest.approx(200 / 3)


def test_accuracy_of_empty_cells() -> None:
    found = accuracy([5, 100], [0, 100])
    assert (found.n, found.mape) == (1, 0)
    assert found.wmape == pytest.approx(5)
    assert accuracy([], []).n == 0
    assert np.isnan(accuracy([], []).mape)
    with pytest.raises(pm.SchemaError, match="1 forecasts against 2 actual"):
        accuracy([1], [1, 2])
    with pytest.raises(pm.SchemaError, match="must be finite"):
        accuracy([np.nan], [1])


def test_nothing_later_than_the_census_is_used(census_2010: xr.Dataset) -> None:
    known = schedules_until(census_2010, 2010)
    assert float(known["reference_period_end"].max()) == 2010
    assert int(known["pattern_year"].max()) == 2010
    assert int(known["birth_year"].max()) == 2010
    # Whatever later years hold, the forecast stays the same to the bit.
    later = census_2010.copy(deep=True)
    later["reference_death_rate"] = later["reference_death_rate"].where(later["reference_period_end"] <= 2010, 0.5)
    later["reference_births"] = later["reference_births"].where(later["birth_year"] <= 2010, 1.0)
    later["reference_fertility"] = later["reference_fertility"].where(later["pattern_year"] <= 2010, 1.0)
    later["published_birth_rate"] = later["published_birth_rate"].where(later["published_period"] <= 2010, 0.05)
    later["published_population"] = later["published_population"] * 2
    one, other = known_at(census_2010, census_day=True), known_at(later, census_day=True)
    xr.testing.assert_identical(one.base, other.base)
    pd.testing.assert_frame_equal(one.inputs, other.inputs)


def test_drivers_of_2010_meet_the_published_rates(census_2010: xr.Dataset) -> None:
    known = known_at(census_2010, census_day=True)
    stock = known.base["population"]
    assert float(stock.sum()) == 9_122_102
    births = known.total_fertility * float(
        (stock.sel(sex="female").sum("district") * known.base["fertility_pattern"]).sum()
    )
    # 11.42 ‰: tabulation of the 2010 census by county
    assert births / 9_122_102 == pytest.approx(0.01142)
    # Zhejiang's life expectancy at the census of 2010 was 77.73 years (National Bureau of Statistics, 2012)
    assert known.life_expectancy == pytest.approx(77.73, abs=2)


def test_units_compare(census_2010: xr.Dataset, census: xr.Dataset, decade: Backtest) -> None:
    merged = merge_units(census_2010, census)
    cangnan = census_2010.population.sel(district="330327")
    np.testing.assert_array_equal(merged.population.sel(district="330327+330383"), cangnan)
    both = census.population.sel(district=["330327", "330383"]).sum()
    rows = decade.cells.query("area == '330327+330383' and forecast == 'no_change'")
    assert rows["actual"].sum() == float(both)
    assert rows["projected"].sum() == pytest.approx(float(cangnan.sum()))


def test_decade_sums_and_upper_bound(decade: Backtest, census: xr.Dataset) -> None:
    for _, rows in decade.cells.groupby("forecast"):
        assert rows["actual"].sum() == 9_572_903
    # total migration known: districts met to a hundredth of a person
    rows = decade.cells.query("forecast == 'residual'").groupby("area")[["projected", "actual"]].sum()
    np.testing.assert_allclose(rows["projected"], rows["actual"], atol=0.02)
    # no change is the census of 2010: 9,122,102 of 9,572,903
    assert _error(decade, 2020, "no_change", "city")["malpe"] == pytest.approx(100 * (9_122_102 / 9_572_903 - 1))


def test_figures_that_the_documentation_states(decade: Backtest, since: Backtest) -> None:
    assert _error(decade, 2020, "no_migration", "city")["malpe"] == pytest.approx(-0.4, abs=0.3)
    assert _error(decade, 2020, "no_migration", "district")["mape"] == pytest.approx(8.6, abs=0.5)
    assert _error(decade, 2020, "no_change", "district")["mape"] == pytest.approx(9.8, abs=0.1)
    assert _error(decade, 2020, "no_migration", "age_group")["mape"] == pytest.approx(6.1, abs=0.5)
    assert _error(decade, 2020, "no_change", "age_group")["mape"] == pytest.approx(30.9, abs=0.1)
    assert _error(since, 2023, "no_migration", "city")["malpe"] == pytest.approx(-1.5, abs=0.2)
    assert _error(since, 2023, "constant_growth", "city")["malpe"] == pytest.approx(-0.2, abs=0.1)


def test_what_cannot_be_assessed_says_why(decade: Backtest, since: Backtest) -> None:
    for result, year, forecast in ((decade, 2020, "past_migration"), (since, 2023, "residual")):
        row = _error(result, year, forecast, "city")
        assert row["n"] == 0
        assert np.isnan(row["mape"])
        assert row["reason_en"]
        assert row["reason_zh"]
    assert "no earlier stock" in _error(decade, 2020, "past_migration", "city")["reason_en"]


def test_past_migration_repeats_the_decade_before(census_2010: xr.Dataset, census: xr.Dataset) -> None:
    """A later census that is the model's own forecast with a known migration gives that migration back."""
    from popmodel.backtesting.run import _past, _project

    merged = merge_units(census_2010, census)
    known = known_at(merged, census_day=True)
    moved = np.linspace(-800.0, 3000.0, merged.sizes["district"])
    end = _project(known, moved, 10)[-1]
    counts = np.add.reduceat(end, [0, 1, *range(5, 90, 5)], axis=-1)
    invented = merged.assign(population=(("district", "sex", "age_group"), counts)).assign_coords(
        census_year=2020, census_date=np.datetime64("2020-11-01")
    )
    rate, growth = _past(invented, census_2010)
    np.testing.assert_allclose(rate * counts.sum((1, 2)), moved, rtol=1e-5, atol=0.01)
    first = merged.population.sum(("sex", "age_group")).to_numpy()
    np.testing.assert_allclose(first * (1 + growth) ** 10, counts.sum((1, 2)))


def test_bad_input_is_named(census_2010: xr.Dataset, census: xr.Dataset) -> None:
    with pytest.raises(pm.SchemaError, match="lie -10.00 years apart"):
        pm.backtest(census, later=census_2010)
    half = census.assign_coords(census_date=np.datetime64("2015-05-01"))
    with pytest.raises(pm.SchemaError, match="lie 4.50 years apart"):
        pm.backtest(census_2010, later=half)
    other = census.assign_coords(unit=("district", [f"x{code}" for code in census.district.to_numpy()]))
    with pytest.raises(pm.SchemaError, match="units of 2010 and 2020 differ"):
        pm.backtest(census_2010, later=other)
    with pytest.raises(pm.SchemaError, match="nothing is published after 2020"):
        pm.backtest(census.drop_vars("published_population"))
    bare = census_2010.drop_vars([n for n in census_2010.data_vars if str(n).startswith("reference_")])
    with pytest.raises(pm.SchemaError, match="carries no reference schedules"):
        pm.backtest(bare, later=census)
    early = census_2010.assign_coords(census_year=2000, census_date=np.datetime64("2000-11-01"))
    with pytest.raises(pm.SchemaError, match="no period of death rates that ends by 2000"):
        pm.backtest(early, later=census_2010.assign_coords(census_date=np.datetime64("2010-11-01")))


def test_less_is_enough(census_2010: xr.Dataset, census: xr.Dataset) -> None:
    """Without published rates the census's children and the reference's mortality stand in, and say so."""
    bare = census_2010.drop_vars([n for n in census_2010.data_vars if str(n).startswith("published_")])
    result = pm.backtest(bare, later=census)
    source = result.inputs.set_index("input")["source"]
    assert "xTFR" in source["total_fertility"]
    assert source["life_expectancy"] == "reference schedules"


DOCS = Path(__file__).parents[1] / "docs"
SOURCE = {
    "zh": "来源：2010年、2020年人口普查分县资料；各年人口主要数据公报；联合国《世界人口展望2024》",
    "en": "Sources: census tabulations by county 2010 and 2020; communiques 2021–2024; UN WPP 2024",
}


def _update(decade: Backtest, since: Backtest) -> None:
    """Write tables and charts anew; the sentences beside them must be read again by hand."""
    page = DOCS / "backtest.md"
    old = re.findall(r"(?:^\| year \|.*\n)(?:^\|.*\n)+", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = page.read_text(encoding="utf-8")
    for table, result in zip(old, (decade, since), strict=True):
        text = text.replace(table, error_markdown(result, lang="en"))
    page.write_text(text, encoding="utf-8")
    few, three = ["no_migration", "no_change"], ["no_migration", "residual", "no_change"]
    for lang, end in (("en", ""), ("zh", "_zh")):
        charts = {
            "ages": pm.plot_backtest_ages(
                decade.cells, forecasts=three, lang=lang, ax=blank_axes(), source=SOURCE[lang]
            ),
            "districts": pm.plot_backtest(
                decade.cells, decade.errors, forecasts=few, lang=lang, ax=blank_axes(), source=SOURCE[lang]
            ),
            "2023": pm.plot_backtest(
                since.cells, since.errors, year=2023, lang=lang, ax=blank_axes(), source=SOURCE[lang]
            ),
        }
        for name, ax in charts.items():
            (DOCS / "images" / f"backtest_{name}{end}.png").write_bytes(figure_bytes(ax.figure, dpi=130))


def test_the_documentation_holds_these_tables(decade: Backtest, since: Backtest) -> None:
    """After a wanted change run this file with UPDATE_DOCS=1 set, and read docs/backtest.md again."""
    if os.environ.get("UPDATE_DOCS"):
        _update(decade, since)
    text = (DOCS / "backtest.md").read_text(encoding="utf-8")
    for result in (decade, since):
        assert error_markdown(result, lang="en") in text
    for name in re.findall(r"images/(\w+\.png)", text):
        assert (DOCS / "images" / name).is_file()


def test_the_trend_as_it_was_known_in_2021(census: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    base = pm.estimate_base(census, observed_until=2021)
    trend = [scenario for scenario in scenarios if scenario.name == "trend"]
    stock = pm.project(base.population, pm.scenario_rates(base, trend, years=range(2020, 2025)))["population"]
    city = stock.sum(("district", "sex", "age")).isel(scenario=0).to_numpy() / 1e4
    # published: 976.1 in 2023, 985.2 in 2024
    assert city[3:] == pytest.approx([975.0, 979.6], abs=1.0)


def test_the_shipped_errors_are_those_of_the_command(tmp_path: Path) -> None:
    censuses = [pm.read_census(pm.data_path("census/wenzhou"), year=year) for year in (2010, 2020)]
    results, _ = backtests(censuses)
    now = pm.indicator_errors(results)
    then = read_errors(pm.data_path("census/wenzhou/indicator_errors.csv"))
    assert then[["indicator", "horizon"]].astype(str).to_numpy().tolist() == [
        [name, str(float(horizon))] for name, horizon in zip(now["indicator"], now["horizon"], strict=True)
    ]
    assert then["error"].to_numpy() == pytest.approx(now["error"].to_numpy(), rel=1e-8)
