"""Drivers as numbers: interpolation, districts, changes of a parent, migrants by rates, the register by class."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.demography.registered import project_registered, residual_entries
from popmodel.scenario.drivers import DRIVERS
from popmodel.scenario.numbers import work_out
from popmodel.scenario.rates import numbers_of
from popmodel.scenario.values import interpolate

PLAIN = pm.Scenario("plain", 1.0, 80.0, 1.06, 0.0)
A, B = "900001", "900002"
YEARS = range(2020, 2026)


@pytest.fixture
def town(city: Path) -> xr.Dataset:
    return pm.estimate_base(pm.read_census(city))


@pytest.fixture(scope="module")
def variants(base: xr.Dataset, scenarios: list[pm.Scenario]) -> xr.Dataset:
    more = pm.read_scenarios(pm.data_path("scenarios/wenzhou_variants.toml"))
    return pm.scenario_rates(base, [*scenarios, *more], years=range(2020, 2036))


def _moved(rates: xr.Dataset) -> xr.DataArray:
    return rates.net_migration.sum(("sex", "age"))


def test_interpolation() -> None:
    years = [2020, 2022, 2025, 2030, 2040]
    assert interpolate([2020, 2030], [0.0, 10.0], years, "linear").tolist() == [0, 2, 5, 10, 10]
    assert interpolate([2020, 2030], [0.0, 10.0], years, "step").tolist() == [0, 0, 0, 10, 10]
    # Λ(0.2) = 1/(1 + 99^0.6) = 0.0597; stretched (0.0597 − 0.01)/0.98 = 0.0507
    assert interpolate([2020, 2030], [0.0, 10.0], years, "logistic") == pytest.approx([0, 0.507, 5, 10, 10], abs=1e-3)
    three = interpolate([2020, 2022, 2026], [1.0, 3.0, 2.0], [2020, 2021, 2022, 2024, 2026], "logistic")
    assert three == pytest.approx([1, 2, 3, 2.5, 2])
    assert interpolate([2020], [4.0], [2021, 2050], "logistic").tolist() == [4, 4]


def test_drivers_by_district(town: xr.Dataset) -> None:
    given = replace(
        PLAIN,
        total_fertility=pm.Dated({2020: {A: 1.0, "all": 2.0}, 2022: {"all": 2.0}}, "linear"),
        life_expectancy={2020: {A: 78.0, B: 84.0}},
        sex_ratio_at_birth={2020: {A: 1.05, B: 1.10}},
        net_migration={2020: {A: 100.0, B: -50.0}},
    )
    rates = pm.scenario_rates(town, [given], years=YEARS).isel(scenario=0)
    assert rates.fertility_rate.sum("age").to_numpy()[:2] == pytest.approx(np.array([[1.5, 2.0], [2.0, 2.0]]))
    assert rates.sex_ratio_at_birth.to_numpy()[0].tolist() == [1.05, 1.10]
    assert _moved(rates).to_numpy()[0] == pytest.approx([100, -50])
    # The city's is the mean: of life expectancy by residents, of fertility by the women who bear.
    people = town.population.sum(("sex", "age")).to_numpy()
    mean = (78 * people[0] + 84 * people[1]) / people.sum()
    assert rates.life_expectancy.to_numpy() == pytest.approx(np.full(5, mean))
    women = (town.census_population.sel(sex="female") * town.fertility_pattern).sum("age").to_numpy()
    assert float(rates.total_fertility[0]) == pytest.approx((1.5 * women[0] + 2.0 * women[1]) / women.sum())
    alone = pm.scenario_rates(town, [replace(PLAIN, life_expectancy=84.0)], years=YEARS).isel(scenario=0)
    assert (rates.survival_ratio.sel(district=B) == alone.survival_ratio.sel(district=B)).all()
    assert (rates.survival_ratio.sel(district=A) < alone.survival_ratio.sel(district=A)).any()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"life_expectancy": {2020: {A: 80.0}}}, "life_expectancy 2020: 900002 unknown or missing"),
        ({"life_expectancy": {2020: {"all": 80.0, "x": 1.0}}}, "life_expectancy 2020: x unknown or missing"),
        ({"life_expectancy": {2020: {A: 80.0, B: 8.0}}}, "8 in 2021 in district 900002 lies outside 20 … 100"),
        ({"net_migration": None, "arrivals": -5.0}, "arrivals: -5 in 2021 lies outside 0 …"),
        ({"net_migration": None, "arrivals": 5.0, "departure_rate": 1.5}, "departure_rate: 1.5 in 2021 lies outside"),
        ({"moves": {A: {"x": 0.1}}}, "scenario plain: moves: district x is unknown"),
        ({"moves": {A: {B: 0.7}}}, "scenario plain: move_rate.* is 1.26.*must be a share"),
        ({"registered_entries": {"talent": 5.0}}, "need the registered population of 2020"),
        (
            {"net_migration": -5e5},
            "scenario plain: net migration takes .* of district 900001, sex female, age 0 in 2021; no more than 80 %",
        ),
    ],
)
def test_impossible_numbers_are_named(town: xr.Dataset, change: dict[str, object], message: str) -> None:
    given = replace(PLAIN, **change)  # type: ignore[arg-type]
    with pytest.raises(pm.SchemaError, match=message):
        pm.scenario_rates(town, [given], years=YEARS)


def test_a_change_starts_from_the_parents_numbers(town: xr.Dataset) -> None:
    parent = replace(PLAIN, net_migration={2021: 100.0, 2023: 300.0})
    child = pm.Scenario(
        "child",
        based_on=parent,
        total_fertility=pm.Change(times=0.8),
        life_expectancy=pm.Change(plus={2021: 0.0, 2023: 2.0}),
        net_migration=pm.Change(times=0.5, plus=10.0, after=2021),
    )
    third = pm.Scenario("third", based_on=child, net_migration=pm.Change(plus={2020: {A: 1.0, B: 0.0}}))
    rates = pm.scenario_rates(town, [child, parent, third], years=YEARS)
    assert rates.total_fertility.sel(scenario="child").to_numpy() == pytest.approx(np.full(5, 0.8))
    assert rates.life_expectancy.sel(scenario="child").to_numpy() == pytest.approx([80, 81, 82, 82, 82])
    assert (rates.sex_ratio_at_birth == 1.06).all()
    city = _moved(rates).sum("district")
    assert city.sel(scenario="child").to_numpy() == pytest.approx([100, 110, 160, 160, 160])
    assert city.sel(scenario="third").to_numpy() == pytest.approx([101, 111, 161, 161, 161])
    extra = _moved(rates).sel(scenario="third") - _moved(rates).sel(scenario="child")
    assert extra.sel(district=A).to_numpy() == pytest.approx(np.ones(5))


def test_variants_keep_what_is_published_and_change_what_they_say(variants: xr.Dataset) -> None:
    seen, ahead = slice(2021, 2023), slice(2024, 2035)
    trend = variants.sel(scenario="trend")
    moved, born = _moved(variants).sum("district"), variants.total_fertility
    for name, migration, fertility in (
        ("no_migration", 0.0, 1.0), ("lower_migration", 0.67, 1.0), ("higher_migration", 1.33, 1.0),
        ("lower_fertility", 1.0, 0.8), ("lower_mortality", 1.0, 1.0), ("low", 0.67, 0.8), ("high", 1.33, 1.2),
        ("register", 1.0, 1.0),
    ):  # fmt: skip
        for values, factor in ((moved, migration), (born, fertility)):
            own, base = values.sel(scenario=name), values.sel(scenario="trend")
            assert (own.sel(period=seen) == base.sel(period=seen)).all(), name
            assert own.sel(period=ahead).to_numpy() == pytest.approx(
                factor * base.sel(period=ahead).to_numpy(), abs=1e-6
            ), name
    gain = variants.life_expectancy.sel(scenario="lower_mortality") - trend.life_expectancy
    assert gain.sel(period=[2021, 2023, 2029, 2035]).to_numpy() == pytest.approx([0, 0, 1, 2])


def test_every_scenario_meets_the_published_stocks(base: xr.Dataset, variants: xr.Dataset) -> None:
    stock = pm.project(base.population, variants).population.sum(("sex", "age")).sel(year=[2021, 2022, 2023])
    for name in variants.scenario.to_numpy():
        assert stock.sel(scenario=name).to_numpy() == pytest.approx(base.observed_stock.to_numpy(), abs=0.4), name


def test_departures_as_rates_never_empty_a_district(base: xr.Dataset) -> None:
    """A tenth leaves one district each year: in the first year of the base, and never more than are there."""
    start = base.population.sum(("sex", "age"))
    place = str(start.idxmin("district").item())
    plain = replace(PLAIN, counterfactual=True)
    rates_of = {2020: {place: 0.1, "all": 0.0}}
    gross = replace(plain, name="gross", net_migration=None, arrivals=50_000, departure_rate=rates_of)
    result = pm.project(base.population, pm.scenario_rates(base, [gross, plain], years=range(2020, 2101)))
    moved = result.net_migration.sum(("sex", "age"))
    assert float(abs(moved.sel(scenario="plain")).max()) < 1e-6
    # Arrivals go where residents are.
    come = 50_000 * start / start.sum()
    gone = 0.1 * start.where(start.district == place, 0.0)
    assert moved.sel(scenario="gross", period=2021).to_numpy() == pytest.approx((come - gone).to_numpy())
    counts = result.migrant_counts.sum(("sex", "age")).sel(scenario="gross", period=2021)
    assert counts.to_numpy() == pytest.approx(come.to_numpy())
    assert float(result.population.min()) >= 0
    stock = result.population.sum(("sex", "age"))
    last = stock.sel(scenario="gross", district=place)
    assert 0 < float(last.sel(year=2100)) < 0.2 * float(last.sel(year=2020))
    flows = result.births.sum("sex") - result.deaths.sum(("sex", "age")) + moved
    assert stock.diff("year").to_numpy() == pytest.approx(flows.to_numpy(), abs=1e-5)
    parts = pm.compare(result, "gross", "plain").resident_population.sel(area=place)
    assert float(parts.sel(component="migration", year=2021)) < -0.08 * float(start.sel(district=place))
    gap = last - stock.sel(scenario="plain", district=place)
    assert parts.sum("component").to_numpy() == pytest.approx(gap.to_numpy())


def test_losses_as_rates(base: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    trend, place = scenarios[0], str(base.population.sum(("sex", "age")).idxmin("district").item())
    fewer = pm.Change(plus={2020: {place: -7_000.0, "all": 0.0}}, after="observed")
    counts = pm.Scenario("counts", based_on=trend, net_migration=fewer)
    with pytest.raises(pm.SchemaError, match=f'scenario counts: .*district {place}.*losses = "rate"'):
        pm.scenario_rates(base, [counts], years=range(2020, 2061))
    rated = replace(counts, name="rated", losses="rate")
    result = pm.project(base.population, pm.scenario_rates(base, [rated, trend], years=range(2020, 2061)))
    assert float(result.population.min()) >= 0
    moved = result.net_migration.sum(("sex", "age"))
    lost, before = moved.sel(scenario="rated", district=place), moved.sel(scenario="trend", district=place)
    # Published years stay; then as many leave as the counts say, and fewer as the district empties.
    assert lost.sel(period=slice(2021, 2023)).to_numpy() == pytest.approx(
        before.sel(period=slice(2021, 2023)).to_numpy()
    )
    assert float(lost.sel(period=2024)) == pytest.approx(float(before.sel(period=2024)) - 7_000, rel=0.05)
    assert -1_000 > float(lost.sel(period=2040)) > 0.8 * float(lost.sel(period=2024))
    others = moved.drop_sel(district=place)
    assert others.sel(scenario="rated").to_numpy() == pytest.approx(others.sel(scenario="trend").to_numpy())


def test_moves_between_districts_cancel_in_the_city(town: xr.Dataset) -> None:
    start = town.population.sum(("sex", "age")).to_numpy()
    ways = replace(PLAIN, name="ways", moves={A: {B: 0.02}})
    pool = replace(PLAIN, name="pool", moves=pm.Pool(0.03))
    rates = pm.scenario_rates(town, [PLAIN, ways, pool], years=YEARS)
    result = pm.project(town.population, rates)
    moved = result.net_migration.sum(("sex", "age")).sel(period=2021)
    # Nothing is published of the two: with a total of zero they differ by what their structure says.
    plain = moved.sel(scenario="plain").to_numpy()
    assert plain == pytest.approx([plain[0], -plain[0]])
    assert abs(plain[0]) < 0.001 * start.min()
    gone = 0.02 * start[0]
    assert moved.sel(scenario="ways").to_numpy() - plain == pytest.approx([-gone, gone])
    # The pool: 3 % of each enter, residents' shares 2/3 and 1/3 leave it, so that as many go as come.
    assert moved.sel(scenario="pool").to_numpy() == pytest.approx(plain, abs=1e-6)
    assert np.abs(result.net_migration.sum(("district", "sex", "age"))).max() < 1e-6
    alone = pm.project(town.population, rates.sel(scenario=["ways"]))
    assert (alone.population == result.population.sel(scenario=["ways"])).all()
    with pytest.raises(pm.SchemaError, match="move_rate: origin must be labelled as the districts are"):
        pm.project(town.population, rates.assign_coords(origin=["x", "y"]))
    with pytest.raises(pm.SchemaError, match="move_rate has a draw dim"):
        pm.project(town.population, rates.assign(move_rate=rates.move_rate.expand_dims(draw=2)))


def test_arrivals_may_be_solved_for(town: xr.Dataset) -> None:
    gross = replace(PLAIN, net_migration=None, arrivals=pm.Solve(110_000, 2025), departure_rate=0.01)
    result = pm.project(town.population, pm.scenario_rates(town, [gross], years=YEARS))
    assert float(result.population.sel(year=2025).sum()) == pytest.approx(110_000)


def test_register_by_hand() -> None:
    """100 → 1 % natural increase and 5 more: 106 → the same: 112.06."""
    assert project_registered(100.0, [0.01, 0.01], net_entries=[5.0, 5.0]) == pytest.approx([100, 106, 112.06])
    assert residual_entries({2020: 100.0, 2022: 112.06}, {2021: 0.01, 2022: 0.01}) == pytest.approx({2021: 5, 2022: 5})
    # Published: 832.36万 in 2019, 833.91万 in 2020, natural rate of residents 1.6 ‰: 15,500 less 13,318 by nature.
    assert residual_entries({2019: 8_323_600.0, 2020: 8_339_100.0}, {2020: 0.0016})[2020] == pytest.approx(2182.24)
    with pytest.raises(pm.SchemaError, match="no natural rate for 2022"):
        residual_entries({2020: 100.0, 2022: 112.06}, {2021: 0.01})


def test_register_by_class_meets_what_is_published(base: xr.Dataset, variants: xr.Dataset) -> None:
    """831.8万 at the end of 2022: entries are assumed, departures are what is left."""
    one = variants.sel(scenario="register")
    assert one.entry_class.to_numpy().tolist() == ["talent", "relatives", "residence", "policy"]
    net = one.registered_entries.sum("entry_class") - one.registered_departures
    assert net.to_numpy() == pytest.approx(one.registered_net_entries.to_numpy())
    assert variants.registered_entries.sel(scenario="trend").isnull().all()
    values = pm.measure(pm.project(base.population, variants.sel(scenario=["trend", "register"])))
    register = values.registered_population.isel(area=0).sel(year=[2020, 2022])
    assert register.to_numpy() == pytest.approx(np.array([[8_339_100, 8_318_000]] * 2))


def test_register_drivers(base: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    trend = scenarios[0]
    entries = {"talent": 5_000.0, "residence": pm.Solve(8_800_000, 2025)}
    solved = pm.Scenario("solved", based_on=trend, registered_entries=entries, registered_departures=20_000.0)
    more = pm.Scenario("more", based_on=solved, registered_entries={"talent": pm.Change(times=2.0)})
    old = pm.Scenario("old", based_on=trend, registered_natural_rate=pm.Change(plus=-0.002))
    rates = pm.scenario_rates(base, [trend, solved, more, old], years=range(2020, 2031))
    values = pm.measure(pm.project(base.population, rates)).registered_population.isel(area=0)
    assert float(values.sel(scenario="solved", year=2025)) == pytest.approx(8_800_000)
    net = rates.registered_net_entries
    assert float(values.sel(scenario="more", year=2022)) == pytest.approx(8_318_000)  # a fact in every scenario
    added = (net.sel(scenario="more") - net.sel(scenario="solved")).to_numpy()
    assert added[2:] == pytest.approx(np.full(8, 5_000.0))
    assert float(values.sel(scenario="old", year=2022)) == pytest.approx(8_318_000)
    trend_, old_ = (values.sel(scenario=name).to_numpy() for name in ("trend", "old"))
    moved = net.sel(scenario="old").to_numpy() - net.sel(scenario="trend").to_numpy()
    natural = [(one[2:] - one[1:-1] - net.sel(scenario=name).to_numpy()[1:]) / one[1:-1]
               for name, one in (("trend", trend_), ("old", old_))]  # fmt: skip
    assert natural[1] - natural[0] == pytest.approx(np.full(9, -0.002), abs=1e-4)
    assert moved[:2] == pytest.approx(np.full(2, 0.002 * 8_330_000), rel=0.03)
    two = replace(solved, registered_departures=pm.Observed())
    with pytest.raises(pm.SchemaError, match="residence and departures: only one may be solved or observed"):
        pm.scenario_rates(base, [two], years=range(2020, 2031))
    low = replace(solved, registered_entries={"talent": 5e5, "residence": pm.Solve(8_800_000, 2025)})
    with pytest.raises(pm.SchemaError, match="registered_entries residence: -.* lies outside 0"):
        pm.scenario_rates(base, [low], years=range(2020, 2031))


def test_basis_and_centres_come_from_the_parent(base: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    parent = replace(scenarios[1], name="parent", centre_shift={"main": 0.02})
    child = pm.Scenario("child", based_on=parent, net_migration=pm.Change(times=0.5))
    other = replace(child, name="other", centre_shift={"main": 0.0}, total_fertility_basis="own")
    rates = pm.scenario_rates(base, [parent, child, other], years=range(2020, 2031))
    assert rates.total_fertility_basis.to_numpy().tolist() == ["plan", "plan", "own"]
    share = rates.centre_share.sel(centre="main", year=2030)
    assert (share.sel(scenario="child") == share.sel(scenario="parent")).all()
    assert (share.sel(scenario="other") < share.sel(scenario="parent")).any()


def test_life_expectancies_of_the_base_differ_by_district(city: Path) -> None:
    census = pm.read_census(city)
    apart = pm.estimate_base(census, life_expectancy_difference={A: 2.0, B: -2.0})
    rates = pm.scenario_rates(apart, [PLAIN], years=YEARS).isel(scenario=0, period=0)
    same = pm.scenario_rates(pm.estimate_base(census), [replace(PLAIN, life_expectancy=82.0)], years=YEARS)
    assert float(rates.survival_ratio.sel(district=A, sex="male", age=80)) > float(
        rates.survival_ratio.sel(district=B, sex="male", age=80)
    )
    own = rates.survival_ratio.sel(district=A).to_numpy()
    assert own == pytest.approx(same.survival_ratio.isel(scenario=0, period=0, district=0).to_numpy())


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (-2e6, r"scenario a: the registered population comes out at -.* at the end of 2027; a stock must be finite"),
        (1e12, r"scenario a: registered_net_entries: 1e\+12 in 2021 lies outside"),
        (pm.Solve(1e13, 2025), r"scenario a: registered_net_entries: 3.* in 2023 lies outside"),
    ],
)
def test_the_register_is_a_stock(base: xr.Dataset, scenarios: list[pm.Scenario], entries: object, message: str) -> None:
    given = replace(scenarios[0], name="a", registered_net_entries=entries)  # type: ignore[arg-type]
    with pytest.raises(pm.SchemaError, match=message):
        pm.scenario_rates(base, [given], years=range(2020, 2031))


def test_limits_hold_for_what_a_driver_comes_to(base: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    """The line through three falling years runs to 0.36 children per woman by 2030."""
    line = replace(scenarios[0], name="line", total_fertility=pm.Observed("linear"))
    pm.scenario_rates(base, [line], years=range(2020, 2030))
    with pytest.raises(pm.SchemaError, match=r"scenario line: total_fertility: 0\.36.* in 2030 lies outside 0\.4 … 12"):
        pm.scenario_rates(base, [line], years=range(2020, 2036))
    far = replace(scenarios[0], name="far", net_migration=pm.Solve(1e13, 2025))
    with pytest.raises(pm.SchemaError, match=r"scenario far: net_migration: .* in 2021 lies outside"):
        pm.scenario_rates(base, [far], years=range(2020, 2031))


@pytest.mark.parametrize("name", ["high arrivals path", "life_expectancy total_fertility"])
def test_limits_do_not_depend_on_the_name_of_the_scenario(town: xr.Dataset, name: str) -> None:
    given = replace(PLAIN, name=name, net_migration=-100.0)
    rates = pm.scenario_rates(town, [given], years=YEARS)
    assert float(_moved(rates).isel(scenario=0, period=0).sum()) == pytest.approx(-100.0)


def test_scenarios_worked_out_once_are_checked(town: xr.Dataset) -> None:
    parent = replace(PLAIN, name="parent")
    child = pm.Scenario("child", based_on=parent, net_migration=pm.Change(plus=50.0))
    known = numbers_of(town, [parent], years=YEARS)
    fresh = pm.scenario_rates(town, [child], years=YEARS)
    xr.testing.assert_identical(pm.scenario_rates(town, [child], years=YEARS, worked_out=known), fresh)
    # An equal scenario serves, whatever object it is; one of the same name that differs does not.
    same = replace(child, based_on=replace(PLAIN, name="parent"))
    xr.testing.assert_identical(pm.scenario_rates(town, [same], years=YEARS, worked_out=known), fresh)
    other = replace(child, based_on=replace(parent, net_migration=900.0))
    moved = _moved(pm.scenario_rates(town, [other], years=YEARS, worked_out=known)).isel(scenario=0, period=0)
    assert float(moved.sum()) == pytest.approx(950.0)
    with pytest.raises(pm.SchemaError, match="worked_out is of the years 2020-2025, not 2020-2023"):
        pm.scenario_rates(town, [child], years=range(2020, 2024), worked_out=known)
    with pytest.raises(pm.SchemaError, match="worked_out is of another base"):
        pm.scenario_rates(town.assign(population=town.population * 2), [child], years=YEARS, worked_out=known)
    with pytest.raises(pm.SchemaError, match="worked_out is dict"):
        pm.scenario_rates(town, [child], years=YEARS, worked_out={})  # type: ignore[arg-type]
    with pytest.raises(pm.SchemaError, match="must be consecutive and start with the base year 2020"):
        numbers_of(town, [parent], years=range(2022, 2026))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"moves": {"90001": {B: 0.1}}}, r"district 90001 is unknown; .* Did you mean 900001"),
        ({"net_migration": {2020: {"9000002": 1.0, "all": 2.0}}}, r"9000002 unknown or missing.* Did you mean 900002"),
    ],
)
def test_a_misspelt_district_is_named_with_its_likeness(
    town: xr.Dataset, change: dict[str, object], message: str
) -> None:
    with pytest.raises(pm.SchemaError, match=message):
        pm.scenario_rates(town, [replace(PLAIN, **change)], years=YEARS)  # type: ignore[arg-type]


def test_misspelt_centres_scenarios_and_indicators(
    base: xr.Dataset, scenarios: list[pm.Scenario], projection: xr.Dataset, rates: xr.Dataset
) -> None:
    shifted = replace(scenarios[0], centre_shift={"mian": 0.01})
    with pytest.raises(pm.SchemaError, match=r"centre_shift names mian; .* Did you mean main\?"):
        pm.scenario_rates(base, [shifted], years=range(2020, 2036))
    with pytest.raises(pm.SchemaError, match=r"scenario plann is not there; .* Did you mean plan\?"):
        pm.compare(projection, "plann", "trend")
    with pytest.raises(pm.SchemaError, match=r"brth_rate is not given by this projection; .* Did you mean birth_rate"):
        pm.project_indicators(base.population, rates.expand_dims(draw=1), indicators=["brth_rate"])


def test_a_long_chain_of_parents(town: xr.Dataset) -> None:
    scenario = PLAIN
    for number in range(400):  # several calls a parent: more than Python nests
        scenario = pm.Scenario(f"s{number}", based_on=scenario)
    short = replace(scenario, based_on=None, **{name: getattr(PLAIN, name) for name in DRIVERS})
    done = [work_out(town, one, [2021], []).rates for one in (scenario, short)]
    xr.testing.assert_equal(*done)
