from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.demography.fertility import fertility_in

GOOD = """
format = 1
[scenario.a]
total_fertility = { 2020 = 1.0, 2030 = 2.0 }
life_expectancy = 82
sex_ratio_at_birth = 1.06
net_migration = { 2020 = 0, 2025 = 1000, interpolation = "step" }
"""


def _write(path: Path, text: str) -> Path:
    file = path / "s.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_reads_in_the_order_of_the_file(scenarios: list[pm.Scenario]) -> None:
    assert [s.name for s in scenarios] == ["trend", "plan"]
    assert scenarios[0].total_fertility == pm.Observed("last")
    assert scenarios[1].net_migration == pm.Solve(10_000_000, 2025, "observed")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("life_expectancy", "life_expectency", "life_expectency is an unknown key. .* Did you mean life_expectancy"),
        ("life_expectancy = 82\n", "", "driver life_expectancy is missing"),
        ("82", '"82"', "line 5 .'82'.: key scenario.a.life_expectancy is not a number"),
        ("2030 = 2.0", "later = 2.0", "later is not a year"),
        ('"step"', '"cubic"', "interpolation must be 'linear', 'step' or 'logistic'"),
        (
            "{ 2020 = 1.0, 2030 = 2.0 }",
            '{ observed = "implied", carry = "guess" }',
            "total_fertility.carry must be 'last', 'mean' or 'linear'",
        ),
        (
            "{ 2020 = 1.0, 2030 = 2.0 }",
            "{ solve = 5 }",
            "total_fertility may not be solve, only a number, dated values, a change, toward, observed",
        ),
        (
            "[scenario.a]",
            "[scenarios.a]",
            "key scenarios is an unknown key. Known: format, include, parent, scenario. Did you mean scenario",
        ),
        ("= 82", "= ", "not valid TOML"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(pm.SchemaError, match=message) as raised:
        pm.read_scenarios(_write(tmp_path, GOOD.replace(old, new)))
    assert "s.toml" in str(raised.value)


def test_missing_file() -> None:
    with pytest.raises(pm.SchemaError, match=r"nowhere\.toml: the file is missing"):
        pm.read_scenarios("nowhere.toml")


def test_dated_values_are_joined_and_held(city: Path, tmp_path: Path) -> None:
    base = pm.estimate_base(pm.read_census(city))
    (scenario,) = pm.read_scenarios(_write(tmp_path, GOOD))
    rates = pm.scenario_rates(base, [scenario], years=range(2020, 2036))
    fertility = rates.total_fertility.isel(scenario=0)
    assert float(fertility.sel(period=2025)) == pytest.approx(1.5)
    assert float(fertility.sel(period=2035)) == pytest.approx(2.0)
    moved = rates.net_migration.isel(scenario=0).sum(("district", "sex", "age"))
    assert moved.sel(period=[2024, 2025, 2035]).to_numpy() == pytest.approx([0, 1000, 1000])
    assert rates.fertility_rate.sum("age").isel(scenario=0, period=4).to_numpy() == pytest.approx(
        1.5 * fertility_in(base, [2025]).level[0]
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"total_fertility": {2022: 1.0}},
            "scenario a: total_fertility: no value for 2021; the first one given is 2022",
        ),
        ({"sex_ratio_at_birth": 109.0}, r"sex_ratio_at_birth: 109 in 2021 lies outside 0\.8 … 1\.6.*1\.09, not 109"),
        ({"life_expectancy": {2020: 80.0, 2030: 120.0}}, "life_expectancy: 104 in 2026 lies outside 20 … 100"),
        ({"net_migration": pm.Observed()}, "no year-end stocks after 2020"),
        ({"net_migration": pm.Solve(5e4, 2040)}, "solved for 2040, outside 2021-2025"),
        ({"net_migration": {2020: {"900001": 1.0}}}, "net_migration 2020: 900002 unknown or missing"),
        ({"life_expectancy": pm.Solve(1, 2025)}, "is not possible for this driver"),
    ],
)
def test_impossible_drivers_are_named(city: Path, tmp_path: Path, change: dict[str, object], message: str) -> None:
    base = pm.estimate_base(pm.read_census(city))
    (scenario,) = pm.read_scenarios(_write(tmp_path, GOOD))
    years = range(2020, 2036) if "life_expectancy" in change else range(2020, 2026)
    with pytest.raises(pm.SchemaError, match=message):
        pm.scenario_rates(base, [replace(scenario, **change)], years=years)  # type: ignore[arg-type]


def test_years_and_names_are_checked(base: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    with pytest.raises(pm.SchemaError, match="must be consecutive and start with the base year 2020"):
        pm.scenario_rates(base, scenarios, years=range(2021, 2030))
    with pytest.raises(pm.SchemaError, match="names trend, trend must be given and differ"):
        pm.scenario_rates(base, [scenarios[0], scenarios[0]], years=range(2020, 2030))


def test_migration_by_district(city: Path, tmp_path: Path) -> None:
    base = pm.estimate_base(pm.read_census(city))
    (scenario,) = pm.read_scenarios(_write(tmp_path, GOOD))
    given = replace(scenario, net_migration={2021: {"900001": 100.0, "900002": -50.0}})
    rates = pm.scenario_rates(base, [given], years=range(2020, 2023))
    moved = rates.net_migration.sum(("sex", "age")).isel(scenario=0)
    assert moved.to_numpy() == pytest.approx(np.array([[100.0, -50.0]] * 2))


def test_plan_migration_is_solved_and_even(projection: xr.Dataset) -> None:
    plan = projection.sel(scenario="plan")
    stock = plan.population.sum(("district", "sex", "age"))
    assert float(stock.sel(year=2025)) == pytest.approx(10_000_000, rel=1e-9)
    moved = plan.net_migration.sum(("district", "sex", "age")).to_numpy()
    # published stocks less births and deaths, in persons: 964.5 − 958.7 − (6.5 − 5.7)万 and so on
    assert moved[:3] == pytest.approx([50_000, 34_000, 91_700], abs=0.01)
    assert moved[3] == pytest.approx(moved[4])


def test_what_is_solved_for_begins_after_the_published_years(base: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    printed = {2020: 1.30, 2025: 1.35}
    plan = replace(
        scenarios[1], name="s", total_fertility=printed, total_fertility_conversion="none",
        net_migration=pm.Solve(10_000_000, 2025),
    )  # fmt: skip
    then = replace(plan, name="then", net_migration=pm.Solve(10_000_000, 2025, "observed"))
    free = replace(plan, name="free", counterfactual=True)
    rates = pm.scenario_rates(base, [plan, then, free], years=range(2020, 2036))
    moved = rates.net_migration.sum(("district", "sex", "age"))
    stock = pm.project(base.population, rates).population.sum(("district", "sex", "age"))
    assert stock.sel(year=2025).to_numpy() == pytest.approx(np.full(3, 1e7))
    assert moved.sel(scenario="s").to_numpy()[3:] == pytest.approx(np.full(12, float(moved.sel(scenario="s")[3])))
    mean = float(moved.sel(scenario="then", period=[2021, 2022, 2023]).mean())
    assert moved.sel(scenario="then", period=range(2026, 2036)).to_numpy() == pytest.approx(np.full(10, mean))
    # MODEL's independent run from 2021 on: about +6.2万 a year at the plan's fertility of 1.35
    even = moved.sel(scenario="free").to_numpy()
    assert even == pytest.approx(np.full(15, even[0]))
    assert even[0] == pytest.approx(62_000, rel=0.05)


def test_trend_meets_published_births_and_stocks(projection: xr.Dataset, base: xr.Dataset) -> None:
    trend = projection.sel(scenario="trend")
    births = trend.births.sum(("district", "sex")).sel(period=[2021, 2022, 2023]).to_numpy()
    assert births == pytest.approx([65_000, 58_000, 52_500], rel=1e-6)
    stocks = trend.population.sum(("sex", "age")).sel(year=[2021, 2022, 2023])
    assert stocks.to_numpy() == pytest.approx(base.observed_stock.to_numpy(), rel=1e-6)


def test_register_of_an_early_vintage_goes_on_from_before_the_base(
    census: xr.Dataset, scenarios: list[pm.Scenario]
) -> None:
    """Known by 2021: 832.36万 at the end of 2019, 833.91万 a year later; nothing since."""
    base = pm.estimate_base(census, observed_until=2021)
    rates = pm.scenario_rates(base, scenarios[:1], years=range(2020, 2023))
    values = pm.measure(pm.project(base.population, rates))
    entries = rates.registered_net_entries.isel(scenario=0).to_numpy()
    assert entries[0] == entries[1]
    run = pm.project(base.population, rates).isel(scenario=0, period=0)
    growth = (run.registered_births.sum() - run.registered_deaths.sum()) / 8_339_100
    assert entries[0] == pytest.approx(8_339_100 - 8_323_600 * (1 + float(growth)))
    assert float(values.registered_population.isel(scenario=0, area=0).sel(year=2020)) == pytest.approx(8_339_100)


def test_registered_population_meets_what_is_published(values: xr.Dataset) -> None:
    register = values.registered_population.isel(area=0)
    assert register.sel(scenario="trend", year=[2020, 2022]).to_numpy() == pytest.approx([8_339_100, 8_318_000])
    assert float(register.sel(scenario="plan", year=2025)) == pytest.approx(8_800_000)
