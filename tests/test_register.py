"""The register as people: its ages, its ledger beside that of the residents, and what it refuses."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.demography import register_ages as ages
from popmodel.wording.register import register_sentences
from tests.invented import write_city

YEARS = range(2020, 2036)


@pytest.fixture(scope="module")
def variants(scenarios: list[pm.Scenario]) -> list[pm.Scenario]:
    known = {scenario.name: scenario for scenario in scenarios}
    more = pm.read_scenarios(pm.data_path("scenarios/wenzhou_variants.toml"))
    return [*scenarios, *(one for one in more if one.name not in known)]


@pytest.fixture(scope="module")
def run(base: xr.Dataset, variants: list[pm.Scenario]) -> xr.Dataset:
    return pm.project(base.population, pm.scenario_rates(base, variants, years=YEARS))


def test_published_stocks_are_met_in_every_scenario(run: xr.Dataset, base: xr.Dataset) -> None:
    total = run.registered_population.sum(("sex", "age"))
    for year in (2020, 2022):
        known = float(base.registered_population.sel(register_year=year))
        np.testing.assert_allclose(total.sel(year=year), known, rtol=1e-9)
    assert float(total.sel(scenario="plan", year=2025)) == pytest.approx(8_800_000, rel=1e-9)


def test_both_ledgers_close_in_every_cell(run: xr.Dataset) -> None:
    """Each cohort: those who were there, half of the movers at each end, less who died on the way."""
    move = run.registered_net_entries_by_age.to_numpy()
    stock, died = run.registered_population.to_numpy(), run.registered_deaths.to_numpy()
    before = stock[:, :-1] + move / 2
    reached = np.zeros_like(before)
    reached[..., 1:] = before[..., :-1]
    reached[..., -1] += before[..., -1]
    reached[..., 0] = run.registered_births.to_numpy()
    np.testing.assert_allclose(stock[:, 1:], reached - died + move / 2, atol=1e-6)
    for stocks, births, deaths, moves in (
        ("population", "births", "deaths", "net_migration"),
        ("registered_population", "registered_births", "registered_deaths", "registered_net_entries_by_age"),
    ):
        change = np.diff(run[stocks].transpose("scenario", "year", ...).sum(("sex", "age")).to_numpy(), axis=1)
        flows = run[births].sum("sex") - run[deaths].sum(("sex", "age")) + run[moves].sum(("sex", "age"))
        np.testing.assert_allclose(change, flows, atol=1e-5)


def test_the_pyramid_is_plausible(run: xr.Dataset, base: xr.Dataset) -> None:
    trend = run.sel(scenario="trend")
    register, residents = trend.registered_population, trend.population.sum("district")
    older, share = slice(60, None), {}
    for year in (2020, 2035):
        share[year] = [
            float(part.sel(year=year, age=older).sum() / part.sel(year=year).sum()) for part in (register, residents)
        ]
    assert 0.17 < share[2020][0] < 0.19  # the city's communique on ageing: 16.4 % in 2015, on a register that ages
    assert share[2035][0] > share[2035][1]
    assert float(register.min()) >= 0
    # Cohorts of neighbouring ages differ as the residents' do, no more.
    both = [part.sel(year=2035, age=slice(15, 80)).sum("sex").to_numpy() for part in (register, residents)]
    jumps = [np.abs(np.diff(np.log(part))).max() for part in both]
    assert jumps[0] < jumps[1] * 1.3
    women = register.sel(sex="female", age=slice(22, 36)).sum("age").sel(year=[2020, 2021, 2022])
    assert (np.diff(women) < -20_000).all()  # the plan: more than 20,000 fewer a year


def test_the_start_is_the_published_total_by_age(base: xr.Dataset) -> None:
    start, residents = base.registered_start, base.population.sum("district")
    assert float(start.sum()) == pytest.approx(8_339_100)
    assert start.attrs["status"] == "assumed"
    assert start.attrs["ages"] == "learned"
    ratio = start / residents
    assert float(ratio.sel(age=slice(20, 34)).mean()) < 0.85 < 0.95 < float(ratio.sel(age=slice(75, None)).mean())


def test_what_a_made_up_country_teaches() -> None:
    rng = np.random.default_rng(4)
    response = np.array([[0.5, 1.6, 0.4], [0.6, 1.9, 0.3]])
    pattern = np.array([[3.0, 4.0, 3.0], [3.0, 4.0, 2.0]]) * 1e6
    scale = rng.normal(0, 0.05, 200)
    people = pattern * np.exp(scale[:, None, None] * response)
    level = np.repeat([1.0, 1.2], 100)
    registered = level * pattern.sum()
    # Only within a group: the second has a fifth more registered, for a reason of its own.
    found = ages.register_response(people, registered, level)
    total = np.log(people.sum(axis=(1, 2)) / registered)
    slope = np.polyfit(scale[:100], total[:100], 1)[0]
    np.testing.assert_allclose(found, response / slope, rtol=0.02)
    with pytest.raises(pm.SchemaError, match="no province has two units"):
        ages.register_response(people[:1], registered[:1], level[:1])


@pytest.mark.parametrize("total", [0.1, 0.6, 1.0, 1.3, 3.0])
def test_any_register_leaves_people_of_every_age(total: float) -> None:
    people, response = np.full((2, 4), 1000.0), np.array([[0.4, 1.7, 1.0, 0.2], [0.4, 1.8, 1.1, 0.3]])
    start = ages.registered_start(people, 8000 * total, response)
    assert start.sum() == pytest.approx(8000 * total)
    assert (start > 0).all()
    with pytest.raises(pm.SchemaError, match=r"8.3391 persons is 0.00104 times the 8,000 residents.*mind its unit"):
        ages.registered_start(people, 8.3391, response)


def test_the_order_of_classes_changes_nothing(base: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    classes = {"talent": 5e3, "relatives": 1e4, "residence": 5e3, "policy": pm.Solve(8.5e6, 2030)}
    one = pm.Scenario("one", based_on=scenarios[0], registered_entries=classes, registered_departures=4e4)
    other = replace(one, registered_entries=dict(reversed(classes.items())))
    parts = [pm.project(base.population, pm.scenario_rates(base, [given], years=YEARS)) for given in (one, other)]
    np.testing.assert_array_equal(*(part.registered_population for part in parts))
    assert float(parts[0].registered_population.sel(year=2030).sum()) == pytest.approx(8.5e6)


def test_losses_take_those_who_are_there(base: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    """Five in a hundred a year for ten years leave people of every age."""
    gone = {year: -0.05 * 8.3e6 * 0.95 ** max(year - 2022, 0) for year in range(2021, 2036)}
    rates = pm.scenario_rates(base, [replace(scenarios[0], registered_net_entries=gone)], years=YEARS)
    stock = pm.project(base.population, rates).registered_population.isel(scenario=0)
    assert float(stock.min()) > 0
    assert float(stock.sel(year=2032).sum()) < 0.65 * 8.3e6


def test_the_register_answers_to_the_residents_rates(base: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    rates = pm.scenario_rates(base, scenarios[:1], years=YEARS)
    more = rates.assign(fertility_rate=rates.fertility_rate * 1.1)
    births = [pm.project(base.population, given).registered_births.sum("sex") for given in (rates, more)]
    assert float((births[1] / births[0]).isel(scenario=0, period=0)) == pytest.approx(1.1)
    assert rates.registered_fertility_factor.to_numpy() == pytest.approx(1.30 / 1.106, rel=1e-3)


def test_scenarios_that_differ_in_migrants_share_one_register(base: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    rates = pm.scenario_rates(base, scenarios[:1], years=YEARS).isel(scenario=0, drop=True)
    rates["net_migration"] = rates.net_migration.expand_dims(scenario=["a", "b"]) * [[[[[1.0]]]], [[[[1.1]]]]]
    both = pm.project(base.population, rates).registered_population
    assert both.sizes["scenario"] == 2
    np.testing.assert_array_equal(both.sel(scenario="a"), both.sel(scenario="b"))


def test_bad_entries_are_refused(base: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    rates = pm.scenario_rates(base, scenarios[:1], years=YEARS)
    with pytest.raises(pm.SchemaError, match=r"sums to \+1,000 persons beside .*scenario trend, period 2021\. Change"):
        pm.project(base.population, rates.assign(registered_net_entries=rates.registered_net_entries - 1000))
    rates["registered_net_entries_by_age"][0, 3, 1, 100] -= 1e5
    with pytest.raises(pm.SchemaError, match="register turns negative: scenario trend, period 2024, sex male, age 100"):
        pm.project(base.population, rates.drop_vars("registered_net_entries"))
    few = {"talent": 5.0, "policy": 10.0}
    low = pm.Scenario("low", based_on=scenarios[0], registered_entries=few, registered_natural_rate=-0.02)
    with pytest.raises(pm.SchemaError, match=r"scenario low: registered_entries come to 15 in 2021, fewer than"):
        pm.scenario_rates(base, [low], years=YEARS)
    none = replace(scenarios[0], registered_natural_rate=-0.02)
    with pytest.raises(pm.SchemaError, match=r"registered_natural_rate -0.02 in 2021 lies below -0.006"):
        pm.scenario_rates(base, [none], years=YEARS)


def test_classes_enter_at_the_ages_of_their_rules(base: xr.Dataset) -> None:
    shares = base.register_entry_ages
    np.testing.assert_allclose(shares.sum(("sex", "age")), 1.0)
    assert float(shares.min()) >= 0
    relatives = shares.sel(register_class="relatives")
    # No child any more, not yet of an age to marry: women of 18-19, men of 18-21.
    assert float(relatives.sel(sex="male", age=slice(18, 21)).sum()) == 0
    assert float(relatives.sel(sex="female", age=slice(18, 19)).sum()) == 0
    assert float(relatives.sel(age=slice(0, 17)).sum()) == pytest.approx(1 / 3)
    young = shares.sel(age=slice(18, 35)).sum(("sex", "age"))
    assert float(young.sel(register_class="talent")) > float(young.sel(register_class="residence")) > 0.35
    for name in ("talent", "residence", "policy"):
        assert float(shares.sel(register_class=name, age=slice(60, None)).sum()) < 0.08


def test_followers_are_as_many_as_the_pool_has(base: xr.Dataset) -> None:
    pool = np.array([[10.0, 20.0, 20.0, 5.0], [10.0, 20.0, 20.0, 5.0]])
    chief, child = ages.Window(None, 1, 2, True, 1.0), ages.Window(None, 0, 0, False, None)
    found = ages.class_ages([chief, child], pool)
    assert found.sum() == pytest.approx(1.0)
    assert found[:, 0].sum() / found[:, 1:3].sum() == pytest.approx(20 / 80)
    twice = ages.class_ages([chief, chief, child], pool)  # by two ways: as many children for each principal
    np.testing.assert_allclose(twice, found)
    with pytest.raises(pm.SchemaError, match="class policy: an age window that nobody of the pool is in"):
        ages.class_ages([chief, ages.Window(0, 3, 3, False, 1.0)], pool * [1, 1, 1, 0], name="policy")


def test_an_unknown_class_is_named_with_the_nearest(base: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    wrong = pm.Scenario("a", based_on=scenarios[0], registered_entries={"talents": 5e3, "policy": pm.Observed()})
    message = (
        "scenario a: registered_entries: class talents is unknown; register_entries.csv has policy, relatives, "
        "residence, talent"
    )
    with pytest.raises(pm.SchemaError, match=message + r".*[Mm]ean talent\?"):
        pm.scenario_rates(base, [wrong], years=YEARS)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a,甲,A,principal,both,40,20,1,assumed,", r"line 2 \('40'\): column first_age is above the last age 20"),
        ("a,甲,A,uncle,both,20,40,1,assumed,", "'uncle'"),
        ("a,甲,A,principal,both,20,140,1,assumed,", "140"),
        ("a,甲,A,child,both,0,17,,assumed,", "per_principal .*is empty, but class a has no principal"),
        (
            "a,甲,A,principal,both,20,40,1,assumed,\na,乙,A,child,both,0,17,1,assumed,",
            "name_zh is another name of class a",
        ),
    ],
)
def test_bad_rules_are_refused(city: Path, row: str, said: str) -> None:
    head = "class,name_zh,name_en,role,sex,first_age,last_age,per_principal,status,note\n"
    (city / "register_entries.csv").write_text(head + row + "\n", encoding="utf-8")
    with pytest.raises(pm.SchemaError, match=said):
        pm.read_census(city)


def test_the_pyramid_of_the_register_says_so(run: xr.Dataset) -> None:
    ax = pm.plot_pyramid(run.registered_population, scenario="trend", lang="en")
    assert ax.get_title(loc="left") == "Wenzhou: pyramid of the registered population"
    residents = pm.plot_pyramid(run.population, scenario="trend", lang="en")
    assert residents.get_title(loc="left") == "Wenzhou: population pyramid"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_assumed_is_said(base: xr.Dataset, tmp_path: Path, lang: str) -> None:
    folder = write_city(tmp_path / "city", earlier=False)
    none = pm.estimate_base(pm.read_census(folder))
    with (folder / "observed.csv").open("a", encoding="utf-8") as file:
        file.write("registered_population,900000,2020,700000,persons,0,register,source,2021,invented,,\n")
    pool = pm.estimate_base(pm.read_census(folder))
    assert float(pool.registered_start.sum()) == pytest.approx(700_000)
    said = [register_sentences(one, lang) for one in (base, none, pool)]
    assert [len(sentences) for sentences in said] == [3, 1, 3]
    assert said[0][0] == said[2][0]
    assert len({*said[0], *said[1], *said[2]}) == 6
    rates = pm.scenario_rates(pool, [pm.Scenario("plain", 1.2, 80.0, 1.06, 0.0)], years=range(2020, 2026))
    stock = pm.project(pool.population, rates).registered_population
    assert float(stock.min()) > 0
    assert "registered_population" in pm.measure(pm.project(pool.population, rates))


def test_a_city_without_extras(city: Path) -> None:
    """No published register: no second ledger, and everything else as it was."""
    base = pm.estimate_base(pm.read_census(city))
    assert "registered_start" not in base
