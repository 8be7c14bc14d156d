"""Published years are facts: every scenario reproduces them, and none changes them unless it says so."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.wording.solved import solved_sentences

YEARS = range(2020, 2031)
PLAIN = pm.Scenario("plain", 1.3, 82.0, 1.09, 20_000.0)
ODD = (
    PLAIN,
    pm.Scenario("gross", 1.3, 82.0, 1.09, arrivals=60_000.0, departure_rate=0.004),
    pm.Scenario("moves", {2020: 1.0, 2030: 1.5}, 79.0, 1.06, -1_000.0, moves=pm.Pool(0.01), losses="rate"),
    pm.Scenario("child", based_on=PLAIN, net_migration=pm.Change(times=0.5), total_fertility=pm.Change(plus=-0.2)),
    pm.Scenario("places", {2020: {"all": 1.2, "330302": 0.9}}, 82.0, 1.09, {2020: {"all": 1e3}}),
)


@pytest.mark.parametrize("until", [2021, 2022, 2023, 2024])
def test_every_scenario_reproduces_what_is_published_to_the_person(
    census: xr.Dataset, scenarios: list[pm.Scenario], until: int
) -> None:
    base = pm.estimate_base(census, observed_until=until)
    assert int(base.observed_year[-1]) == until
    more = pm.read_scenarios(pm.data_path("scenarios/wenzhou_variants.toml"))
    made = pm.project(base.population, pm.scenario_rates(base, [*scenarios, *more, *ODD], years=YEARS))
    seen = base.observed_year.to_numpy()
    stock = made.population.sum(("sex", "age"))
    born, died = made.births.sum(("district", "sex")), made.deaths.sum(("district", "sex", "age"))
    for name in made.scenario.to_numpy():
        one = {"scenario": name}
        assert stock.sel(year=seen, **one).to_numpy() == pytest.approx(base.observed_stock.to_numpy(), abs=0.4), name
        for flow, published in ((born, base.observed_births), (died, base.observed_deaths)):
            known = np.isfinite(published.to_numpy())
            assert known[: min(3, until - 2020)].all()
            got = flow.sel(period=seen, **one).to_numpy()[known]
            assert got == pytest.approx(published.to_numpy()[known], abs=0.4), name
    # the same accounts in all: who lives where, at which age, who came; boys and girls by the scenario's sex ratio
    people = made.population.sel(year=seen, scenario=["trend", "plan", "low", "high", "constant"])
    assert float(abs(people.sum("sex") - people.sum("sex").isel(scenario=0)).max()) < 40
    moved = made.net_migration.sel(period=seen).sum(("district", "sex", "age"))
    assert float((moved.max("scenario") - moved.min("scenario")).max()) < 40
    later = stock.sum("district").sel(year=2030)
    assert float(later.max() - later.min()) > 100_000  # they differ after it


def test_a_counterfactual_scenario_may_change_them(base: xr.Dataset) -> None:
    free = replace(PLAIN, name="free", net_migration=0.0, counterfactual=True)
    child = pm.Scenario("child", based_on=free)
    made = pm.project(base.population, pm.scenario_rates(base, [free, child], years=YEARS))
    stock = made.population.sum(("district", "sex", "age")).sel(year=2023)
    assert float(stock.sel(scenario="free")) < 9_700_000
    assert float(stock.sel(scenario="child")) == pytest.approx(9_761_000, abs=0.4)  # the flag is not inherited
    moved = made.net_migration.sel(scenario="free").sum(("district", "sex", "age"))
    assert moved.to_numpy() == pytest.approx(np.zeros(10), abs=1e-3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"total_fertility": {2020: 1.0, 2022: 1.5}},
            "total_fertility is given for 2022, but figures are published to",
        ),
        ({"net_migration": {2020: 0.0, 2021: 1.0, 2023: 5.0, 2024: 3.0}}, "net_migration is given for 2021, 2023, but"),
        ({"net_migration": pm.Solve(1e7, 2023)}, "net_migration is given for 2023, .* published to 2023. Begin after"),
        ({"net_migration": pm.Dated({2020: 0.0, 2022: 5.0}, "step")}, "net_migration is given for 2022"),
        ({"registered_net_entries": pm.Solve(9e6, 2022)}, "solved for 2022, but the register is published to 2022"),
    ],
)
def test_a_scenario_that_changes_a_published_year_is_refused(
    base: xr.Dataset, change: dict[str, object], message: str
) -> None:
    given = replace(PLAIN, **change)  # type: ignore[arg-type]
    with pytest.raises(pm.SchemaError, match=f"scenario plain: .*{message}"):
        pm.scenario_rates(base, [given], years=YEARS)
    pm.scenario_rates(base, [replace(given, counterfactual=True)], years=YEARS)


def test_a_change_that_begins_in_published_years_is_refused(base: xr.Dataset) -> None:
    for change in (pm.Change(plus={2020: 0.0, 2022: 5.0, 2030: 9.0}), pm.Change(times=2.0, after=2021)):
        child = pm.Scenario("child", based_on=PLAIN, net_migration=change)
        with pytest.raises(pm.SchemaError, match="scenario child: net_migration is given for 2022, but figures"):
            pm.scenario_rates(base, [child], years=YEARS)
    # what leaves a published year as it is, or begins after them, is no change of it
    for change in (pm.Change(plus={2020: 0.0, 2023: 0.0, 2030: 9.0}), pm.Change(plus={2021: 5.0}, after="observed")):
        pm.scenario_rates(base, [pm.Scenario("child", based_on=PLAIN, net_migration=change)], years=YEARS)


def test_deaths_in_a_mistaken_unit_are_named(base: xr.Dataset) -> None:
    wrong = base.copy(deep=True)
    wrong["observed_deaths"][1] = 5.8
    with pytest.raises(pm.SchemaError, match="the published deaths of 2022, 6, are .* times those of the life table"):
        pm.scenario_rates(wrong, [PLAIN], years=YEARS)


def test_the_flag_is_written_and_read(tmp_path: Path) -> None:
    free = replace(PLAIN, counterfactual=True, net_migration=pm.Solve(1e7, 2025, "observed"))
    pm.write_scenarios(tmp_path / "s.toml", [free])
    assert "counterfactual = true" in (tmp_path / "s.toml").read_text(encoding="utf-8")
    assert pm.read_scenarios(tmp_path / "s.toml") == [free]


def test_toward_begins_with_what_was_observed_last(base: xr.Dataset) -> None:
    toward = replace(
        PLAIN, name="toward", total_fertility=pm.Toward({2030: 1.5}), net_migration=pm.Toward({2027: 0.0}, "logistic"),
        life_expectancy=pm.Toward({2030: 84.0}),
    )  # fmt: skip
    rates = pm.scenario_rates(base, [toward], years=range(2020, 2036)).isel(scenario=0)
    fertility = rates.total_fertility.to_numpy()
    last = fertility[2]
    assert last == pytest.approx(float(base.implied_total_fertility[-1]), rel=0.01)
    assert fertility[3:10] == pytest.approx(last + (1.5 - last) * np.arange(1, 8) / 7)
    assert fertility[10:] == pytest.approx(np.full(5, 1.5))
    moved = rates.net_migration.sum(("district", "sex", "age")).to_numpy()
    assert moved[2] == pytest.approx(91_700, abs=0.01)
    # Λ at a quarter of the way, stretched: (1/(1 + 99^0.5) − 0.01)/0.98
    assert moved[3] == pytest.approx(91_700 * (1 - (1 / (1 + 99**0.5) - 0.01) / 0.98), abs=0.01)
    assert moved[6:] == pytest.approx(np.zeros(9), abs=1e-3)
    life = rates.life_expectancy.to_numpy()
    assert life == pytest.approx(np.minimum(81.72 + (84 - 81.72) * np.arange(1, 16) / 10, 84.0))


def test_toward_by_district_begins_with_the_districts(base: xr.Dataset) -> None:
    to = {2026: {"330302": 0.0, "all": 1_000.0}}
    rates = pm.scenario_rates(base, [replace(PLAIN, net_migration=pm.Toward(to))], years=YEARS).isel(scenario=0)
    moved = rates.net_migration.sum(("sex", "age"))
    assert moved.sel(period=2026).to_numpy() == pytest.approx([0.0] + [1_000.0] * 11, abs=1e-3)
    middle = (2 * moved.sel(period=2023) + moved.sel(period=2026)) / 3
    assert moved.sel(period=2024).to_numpy() == pytest.approx(middle.to_numpy())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"total_fertility": pm.Toward({2023: 1.5})}, "total_fertility is to be reached in 2023, but .* to 2023"),
        ({"net_migration": pm.Toward({2022: 0.0, 2030: 5.0})}, "net_migration is to be reached in 2022, but figures"),
        ({"life_expectancy": pm.Toward({2021: 83.0})}, "life_expectancy is to be reached in 2021, but figures"),
    ],
)
def test_toward_a_published_year_is_refused(base: xr.Dataset, change: dict[str, object], message: str) -> None:
    with pytest.raises(pm.SchemaError, match=f"scenario plain: {message}"):
        pm.scenario_rates(base, [replace(PLAIN, **change)], years=YEARS)  # type: ignore[arg-type]


def test_toward_needs_something_observed(city: Path) -> None:
    town = pm.estimate_base(pm.read_census(city))
    for name in ("total_fertility", "net_migration"):
        with pytest.raises(pm.SchemaError, match=f"{name}: nothing was observed to begin from"):
            pm.scenario_rates(town, [replace(PLAIN, **{name: pm.Toward({2030: 1.0})})], years=YEARS)  # type: ignore[arg-type]
    with pytest.raises(pm.SchemaError, match="arrivals: .* nothing of it is observed"):
        replace(PLAIN, net_migration=None, arrivals=pm.Toward({2030: 1.0}))
    with pytest.raises(pm.SchemaError, match="interpolation 'step' of the years to be reached"):
        replace(PLAIN, net_migration=pm.Toward({2030: 1.0}, "step"))


def test_the_plans_fertility_is_converted_by_the_ratio_observed(
    base: xr.Dataset, scenarios: list[pm.Scenario], values: xr.Dataset
) -> None:
    """1.30 of the registered and 1.106 of the residents in 2020: 1.35 becomes 1.149."""
    ratio = float(base.resident_total_fertility[0]) / 1.30
    assert ratio == pytest.approx(1.106 / 1.30, abs=0.0005)
    variants = {s.name: s for s in pm.read_scenarios(pm.data_path("scenarios/wenzhou_variants.toml"))}
    both = [scenarios[1], variants["plan_as_printed"], pm.Scenario("more", based_on=scenarios[1])]
    rates = pm.scenario_rates(base, both, years=range(2020, 2036))
    assert rates.total_fertility.sel(period=2030).to_numpy() == pytest.approx([1.35 * ratio, 1.35, 1.35 * ratio])
    assert rates.plan_total_fertility.sel(period=2030).to_numpy() == pytest.approx([1.35, 1.35, 1.35])
    assert np.isnan(
        rates.plan_total_fertility.sel(period=[2021, 2022, 2023])
    ).all()  # nothing is published on its basis
    shown = values.sel(scenario="plan", year=[2023, 2025]).isel(area=0)
    assert shown.total_fertility.to_numpy() == pytest.approx([np.nan, 1.35], nan_ok=True)
    assert shown.implied_total_fertility.to_numpy() == pytest.approx([0.876, 1.35 * ratio], abs=0.01)


def test_a_conversion_needs_both_figures_and_values(city: Path) -> None:
    town = pm.estimate_base(pm.read_census(city))
    given = replace(PLAIN, total_fertility_conversion="observed_ratio")
    with pytest.raises(pm.SchemaError, match="no year has both a published total fertility and births of residents"):
        pm.scenario_rates(town, [given], years=YEARS)
    with pytest.raises(pm.SchemaError, match="needs values of total_fertility to convert"):
        replace(given, total_fertility=pm.Observed())
    with pytest.raises(pm.SchemaError, match="total_fertility_conversion 'half' must be one of none, observed_ratio"):
        replace(given, total_fertility_conversion="half")


def test_what_was_solved_for_is_said(base: xr.Dataset, scenarios: list[pm.Scenario], projection: xr.Dataset) -> None:
    migrants, entries = solved_sentences(scenarios, base, projection, "en")
    each = float(projection.net_migration.sel(scenario="plan", period=2024).sum()) / 1e3
    assert migrants == (
        f"Plan: {each:.1f} thousand net migrants a year from 2024 to 2025 bring the residents to 10000.0 thousand at "
        "the end of 2025; then the mean of the published years."
    )
    assert "net entries a year from 2023 to 2025" in entries  # the register is published to 2022
    assert entries.endswith("then the mean of the published years.")
    on = [
        replace(one, registered_net_entries=pm.Solve(8.8e6, 2025)) if one.name == "plan" else one for one in scenarios
    ]
    assert solved_sentences(on, base, projection, "en")[1].endswith("then they go on.")
    chinese = solved_sentences(scenarios, base, projection, "zh")[0]
    assert chinese.startswith(f"规划情景：2024—2025年须年均净迁入{each / 10:.1f}万人")
