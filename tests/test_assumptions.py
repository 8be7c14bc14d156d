"""docs/assumptions.md prints measured figures; they must be those that the code gives."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import xarray as xr

import popmodel as pm
from popmodel.demography.fertility import fertility_in
from popmodel.demography.lifetable import relational_table

PAGE = Path(__file__).parents[1] / "docs" / "assumptions.md"
TEXT = PAGE.read_text(encoding="utf-8")
HEAD = "| change | residents, 万 | 60 and over, % | dependency ratio, % | primacy, % |\n|---|---|---|---|---|\n"


def _row(name: str, base: xr.Dataset, scenario: pm.Scenario) -> str:
    rates = pm.scenario_rates(base, [scenario], years=range(2020, 2036))
    people = pm.project(base.population, rates).population.isel(scenario=0).sel(year=2035)
    total, age = float(people.sum()), people.sum(("district", "sex"))
    old, young = float(age.sel(age=slice(60, None)).sum()), float(age.sel(age=slice(0, 14)).sum())
    centre = float(people.sel(district=people.central_city).sum())
    figures = (100 * old / total, 100 * (old + young) / (total - old - young), 100 * centre / total)
    return f"| {name} | {total / 1e4:,.0f} | " + " | ".join(f"{value:.1f}" for value in figures) + " |"


def _effects(census: xr.Dataset, trend: pm.Scenario) -> Iterator[str]:
    """Rows of the table of effects: `trend` at the end of 2035 with one thing changed."""

    def base(of: xr.Dataset = census, **options: object) -> xr.Dataset:
        return pm.estimate_base(of, observed_until=2024, **options)

    def moved(response: xr.DataArray) -> xr.Dataset:
        return base(census.assign(learned_moved=response))

    shipped = base()
    without = census.drop_vars([name for name in census.data_vars if str(name).startswith("earlier_")])
    young = census.learned_moved.where(census.age_reached < 60, 0.0)
    plan = pm.Dated({2020: 81.72, 2025: 82.0, 2030: 82.5})
    kept = pm.Dated(pm.life_expectancy_path(census, gap="kept", last=2035))
    bent = {"infant": 0.00203, "under_5": 0.00334}
    yield _row("as shipped", shipped, trend)
    yield _row('standard schedule (`migration="rogers-castro"`)', base(migration="rogers-castro"), trend)
    yield _row("learned types alone, without the census of 2010", base(without), trend)
    yield _row("old respond as counted", moved(census.learned_response), trend)
    yield _row("nobody moves above 60 (age reached in ten years)", moved(young), trend)
    yield _row("district levels of fertility hold", base(fertility_persistence=1.0), trend)
    yield _row("age pattern of fertility of 2020 holds", shipped.drop_dims("pattern_year"), trend)
    yield _row("the plan's life expectancy", shipped, replace(trend, life_expectancy=plan))
    yield _row("gap of life expectancy to China kept", shipped, replace(trend, life_expectancy=kept))
    yield _row("deaths of children as in the plan's text", base(child_mortality=bent), trend)
    yield _row("ages within groups by spline", base(ages="spline"), trend)


def test_what_each_assumption_moves(census: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    """After a wanted change run this file with UPDATE_DOCS=1 set, and read the words beside the table again."""
    trend = next(scenario for scenario in scenarios if scenario.name == "trend")
    table = HEAD + "\n".join(_effects(census, trend)) + "\n"
    text = TEXT
    if os.environ.get("UPDATE_DOCS"):
        text = re.sub(re.escape(HEAD) + r"(?:\|.*\n)*", lambda _: table, text)
        PAGE.write_text(text, encoding="utf-8")
    assert table in text


def test_printed_figures_are_the_measured_ones(census: xr.Dataset, base: xr.Dataset) -> None:
    quality = pm.census_quality(census).set_index(["area", "measure"])["value"]
    share = 100 * base.death_factor
    resident = base.resident_total_fertility
    settled = pm.settlement_check(census).set_index(["year", "area"])["model"]
    deaths = pm.calibrate_mortality(base).set_index("year")
    printed = [
        f"is {quality.loc[('330300', 'age_sex_accuracy')]:.1f}\nin 2020",
        f"{float(share.sel(observed_year=2021)) / 100:.3f} in 2021, "
        f"{float(share.sel(observed_year=2022)) / 100:.3f} in 2022",
        f"{deaths.loc[2021, 'factor']:.3f}, {deaths.loc[2022, 'factor']:.3f} and {deaths.loc[2023, 'factor']:.3f}",
        f"{float(resident.sel(fertility_year=2020)):.3f} (2020)",
        f"{float(resident.sel(fertility_year=2023)):.3f} (2023)",
        f"{settled.loc[(2021, '330300')]:.2f} % in 2021",
        f"{settled.loc[(2023, '330300')]:.2f} in 2023",
    ]
    assert [words for words in printed if words not in TEXT] == []


def test_every_row_says_where_it_comes_from() -> None:
    """A row of a table of assumptions names a source or says *assumed* in its second column."""
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and line.count("|") in (4, 5)]
    bare = [row for row in rows if not row.split("|")[2].strip(" –-")]
    assert len(rows) > 25
    assert not bare


@pytest.mark.parametrize("name", ["rake", "census_survival", "calibrate_mortality", "settlement_check"])
def test_named_functions_exist(name: str) -> None:
    assert f"`{name}`" in TEXT
    assert callable(getattr(pm, name))


def test_what_is_said_of_the_drivers(census: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    base = pm.estimate_base(census, observed_until=2024)
    trend = next(scenario for scenario in scenarios if scenario.name == "trend")
    rates = pm.scenario_rates(base, [trend], years=range(2020, 2036)).isel(scenario=0)
    moved = rates.net_migration.sel(period=2030).sum(("district", "sex"))
    shape = fertility_in(base, [2021, 2025, 2035])
    level = dict(zip(base.district.to_numpy().tolist(), shape.level.T, strict=True))["330329"]
    mothers = shape.pattern @ (base.age.to_numpy() + 0.5)
    oldest = float(base.census_population.sel(age=slice(95, None)).sum())
    path = pm.life_expectancy_path(census, last=2035)
    sexes = relational_table(base.standard_death_rate.transpose("sex", "age").to_numpy(), path[2035]).ex[:, 0]
    printed = [
        f"{100 * float(moved.sel(age=slice(60, None)).sum() / moved.sum()):.1f} % of the net migrants of 2030 are 60",
        f"Taishun {float(base.fertility_level.sel(district='330329')):.2f} in 2020, {level[1]:.2f} in 2025, "
        f"{level[2]:.2f} in 2035",
        f"mean age {mothers[0]:.1f} in 2021, {mothers[2]:.1f} in 2035",
        f"95 and over: {round(oldest, -2):,.0f} in 2020",
        f"{path[2035]:.1f} (women {sexes[0]:.1f}, men {sexes[1]:.1f})",
    ]
    assert [words for words in printed if words not in TEXT] == []
