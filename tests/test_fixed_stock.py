"""A stock of people who stay as they are: held apart from births, deaths and ageing, and kept by migration."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm
from popmodel.demography.fixed_stock import exchange, passing
from popmodel.feasibility.problem import counts_of, plan_problem, projected_with
from tests.invented import write_city

YEARS = range(2020, 2031)
STUDENTS, AGES = "900002", [18, 19, 20, 21]
PLAIN = pm.Scenario(
    "plain", total_fertility=1.3, life_expectancy={2021: 80.0, 2030: 82.0}, sex_ratio_at_birth=1.08,
    net_migration=2000.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def census(tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    return pm.read_census(write_city(tmp_path_factory.mktemp("fixed") / "city"))


def table(people: float = 500.0) -> pd.DataFrame:
    rows = [(STUDENTS, sex, age, people) for sex in ("female", "male") for age in AGES]
    return pd.DataFrame(rows, columns=["district", "sex", "age", "population"])


@pytest.fixture(scope="module")
def apart(census: xr.Dataset) -> xr.Dataset:
    return pm.estimate_base(census, fixed_stock=table())


@pytest.fixture(scope="module")
def projection(apart: xr.Dataset) -> xr.Dataset:
    scenarios = [PLAIN, replace(PLAIN, name="more", total_fertility=1.5, net_migration=4000.0)]
    return pm.project(apart["population"], pm.scenario_rates(apart, scenarios, years=YEARS))


def assert_closed(projection: xr.Dataset) -> None:
    """Check the accounts by cohort in every district, sex and year, and by district and sex in sum."""
    stock = projection["population"].transpose("scenario", "year", "district", "sex", "age").to_numpy()
    flows = ("births", "deaths", "net_migration")
    born, died, moved = (projection[name].transpose("scenario", "period", ...).to_numpy() for name in flows)
    change = np.diff(stock.sum(axis=-1), axis=1)
    assert change == pytest.approx(born - died.sum(axis=-1) + moved.sum(axis=-1), abs=1e-6)
    nobody = xr.zeros_like(projection["net_migration"]).transpose("scenario", "period", ...)
    late = (nobody + projection.get("migration_adjustment", 0.0) + projection["fixed_stock_exchange"]).to_numpy()
    even = 0.5 * (moved - late)
    before = stock[:, :-1] + even
    reached = np.concatenate([born[..., None], before[..., :-1]], axis=-1)
    reached[..., -1] += before[..., -1]
    assert stock[:, 1:] == pytest.approx(reached - died + even + late, abs=1e-6)


def test_the_stock_stays_and_the_others_go_on_as_if_it_were_not_there(
    apart: xr.Dataset, projection: xr.Dataset
) -> None:
    fixed = apart["fixed_stock"]
    assert float(fixed.sum()) == 4000
    rates = pm.scenario_rates(apart, [PLAIN], years=YEARS)
    alone = pm.project(apart["population"] - fixed, rates.drop_vars("fixed_stock"))
    here = projection.sel(scenario=["plain"])
    left = here["population"] - fixed
    assert float(abs(left - alone["population"]).max()) < 1e-6
    for name in ("births", "deaths"):
        assert float(abs(here[name] - alone[name]).max()) < 1e-9
    assert_closed(projection)
    # Who turns 22 in it leaves, who is 18 has come; nobody in sum.
    kept = here["fixed_stock_exchange"].sel(district=STUDENTS, sex="male", period=2025)
    assert kept.sel(age=[17, 18, 19, 22]).to_numpy().tolist() == [0.0, 500.0, 0.0, -500.0]
    assert float(kept.sum()) == 0


def test_the_whole_meets_what_is_published_and_what_is_solved_for(apart: xr.Dataset) -> None:
    scenario = replace(PLAIN, net_migration=pm.Solve(760_000, 2028))
    projection = pm.project(apart["population"], pm.scenario_rates(apart, [scenario], years=YEARS))
    whole = projection["population"].sum(("sex", "age")).isel(scenario=0)
    seen = apart["observed_stock"]
    assert whole.sel(year=seen["observed_year"].to_numpy()).to_numpy() == pytest.approx(seen.to_numpy(), abs=0.01)
    assert float(whole.sel(year=2028).sum()) == pytest.approx(760_000, abs=0.01)


def test_raking_leaves_the_stock_and_closes_the_accounts(apart: xr.Dataset, projection: xr.Dataset) -> None:
    totals = projection["population"].sum(("sex", "age")) * 1.02
    raked, _ = pm.rake(projection, totals.sel(year=slice(2024, None)).reindex(year=totals["year"]).fillna(
        projection["population"].sum(("sex", "age"))
    ))  # fmt: skip
    assert_closed(raked)
    assert float(raked["population"].sel(year=2030).sum() / projection["population"].sel(year=2030).sum()) == (
        pytest.approx(1.02)
    )
    again, _ = pm.rake(raked, projection["population"].sum(("sex", "age")))
    assert float(abs(again["population"].sum("age") - projection["population"].sum("age")).max()) < 50
    assert_closed(again)
    for one in (projection, raked):
        parts = pm.compare(one, "more", "plain")["population"]
        gap = one["population"].sel(scenario="more") - one["population"].sel(scenario="plain")
        assert float(abs(parts.sum("component") - gap).max()) < 1e-6
    few = projection["population"].copy()
    few.loc[{"district": STUDENTS, "age": 19, "year": 2025}] = 300.0
    with pytest.raises(pm.SchemaError, match="rake: after raking: fixed_stock of .*year 2025, district 900002"):
        pm.rake(projection, few)
    assert float(apart["fixed_stock"].sum()) == 4000


def test_draws_are_projected_with_the_stock(apart: xr.Dataset, projection: xr.Dataset) -> None:
    rates = pm.scenario_rates(apart, [PLAIN], years=YEARS).expand_dims(draw=[0, 1])
    values = pm.project_indicators(apart["population"], rates, indicators=["resident_population"])
    wanted = pm.measure(projection)["resident_population"].sel(scenario="plain")
    for draw in (0, 1):
        found = values["resident_population"].sel(scenario="plain", draw=draw)
        assert found.to_numpy() == pytest.approx(wanted.to_numpy())


def test_drawn_rates_hold_it_too(apart: xr.Dataset, census: xr.Dataset) -> None:
    uncertainty = pm.estimate_uncertainty(apart, reference=census)
    drawn = pm.draw(uncertainty, draws=3, years=YEARS, seed=1)
    rates = pm.rates_of_draws(apart, drawn)(np.arange(2))
    projection = pm.project(apart["population"], rates)
    whole = projection["population"].sum(("sex", "age")).isel(scenario=0)
    wanted = drawn["district_stock"].sel(draw=[0, 1]).transpose("draw", "known_period", "district")
    years = wanted["known_period"].to_numpy()
    assert whole.sel(year=years).transpose("draw", "year", "district").to_numpy() == pytest.approx(wanted.to_numpy())
    assert float((projection["population"] - apart["fixed_stock"]).min()) >= 0


def test_other_migrants_leave_the_stock(projection: xr.Dataset) -> None:
    problem = plan_problem(projection, pm.read_targets(pm.data_path("plan/table6.csv")), scenario="plain", start=2024)
    again = projected_with(problem, counts_of(problem.reference).expand_dims(scenario=["same"]))
    gap = again["population"].isel(scenario=0) - problem.reference["population"]
    assert float(abs(gap).max()) < 1e-6


def test_a_stock_larger_than_the_cell_is_refused(census: xr.Dataset, apart: xr.Dataset) -> None:
    with pytest.raises(
        pm.SchemaError,
        match=r"fixed_stock of district 900002, sex female, age 18 is 50,000\.0, but the population is .* It is a part",
    ):
        pm.estimate_base(census, fixed_stock=table().assign(population=[50_000.0, *[1.0] * 7]))
    rates = pm.scenario_rates(apart, [PLAIN], years=YEARS)
    rates["fixed_stock"] = apart["population"] * 1.01
    with pytest.raises(pm.SchemaError, match="project: fixed_stock of district 9000.*reduce it to that or less"):
        pm.project(apart["population"], rates)
    smaller = census.copy(deep=True)
    smaller["earlier_population"] = smaller["earlier_population"] * 0.001
    with pytest.raises(pm.SchemaError, match="but the census of 2010 counts .* as large then as now"):
        pm.estimate_base(smaller, fixed_stock=table())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (table().drop(columns="sex"), "lacks sex. Give district, sex, age, population"),
        (pd.concat([table(), table()]), r"8 rows of the table of fixed_stock stand twice, first \(900002, female, 18"),
        (table().assign(district="900009"), "8 rows .* are of no district, sex or single age"),
        (table().assign(age="15-19"), "are of no district, sex or single age"),
        (table(-1.0), "must be 0 or more"),
        (table(np.nan), "fixed_stock of district 900002, sex female, age 18 is nan"),
    ],
)
def test_bad_tables_are_named(census: xr.Dataset, given: pd.DataFrame, message: str) -> None:
    with pytest.raises(pm.SchemaError, match=message):
        pm.estimate_base(census, fixed_stock=given)


def test_labels_must_be_those_of_the_base(census: xr.Dataset, apart: xr.Dataset) -> None:
    with pytest.raises(pm.SchemaError, match="district lacks 900001"):
        pm.estimate_base(census, fixed_stock=apart["fixed_stock"].isel(district=slice(1, None)))
    shuffled = pm.estimate_base(census, fixed_stock=apart["fixed_stock"].isel(district=[2, 0, 1], sex=[1, 0]))
    assert (shuffled["fixed_stock"] == apart["fixed_stock"]).all()


def test_those_who_come_and_go_again_are_a_stock() -> None:
    moved = np.zeros(101)
    moved[18:22], moved[22:26] = 100.0, -75.0
    people = np.full(101, 1000.0)
    # 400 have come by 21, of whom 300 leave again.
    found = passing(moved, people)
    assert found[[17, 18, 20, 21, 23, 25, 26]].tolist() == [0, 0, 200, 300, 150, 0, 0]
    assert exchange(found).sum() == pytest.approx(0)
    # Less than a tenth of the residents anywhere is noise; who stays is no stock.
    assert not passing(moved, people * 4).any()
    assert not passing(np.maximum(moved, 0), people).any()


def test_students_of_the_shipped_city(base: xr.Dataset) -> None:
    fixed = pm.fixed_stock_of(base)
    size = fixed.sum(("sex", "age"))
    assert size["district"].to_numpy()[size.to_numpy() > 0].tolist() == ["330304", "330305"]
    # Ouhai's surplus of 16 to 26.
    assert 25_000 < float(size.sel(district="330304")) < 35_000
    assert float(fixed.sel(age=slice(31, None)).sum()) == 0
    with pytest.raises(pm.SchemaError, match="migration is not learned"):
        pm.fixed_stock_of(base.drop_vars("migration_turnover"))
    with pytest.raises(pm.SchemaError, match="holds a fixed stock apart already"):
        pm.fixed_stock_of(base.assign(fixed_stock=fixed))


def test_without_a_stock_nothing_changes(tmp_path: Path) -> None:
    base = pm.estimate_base(pm.read_census(write_city(tmp_path / "plain", earlier=False, observed=False)))
    assert "fixed_stock" not in base
    projection = pm.project(base["population"], pm.scenario_rates(base, [PLAIN], years=YEARS))
    assert "fixed_stock_exchange" not in projection
