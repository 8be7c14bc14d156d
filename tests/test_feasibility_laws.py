"""Laws of what a plan's targets take: numbers against bisection, by hand, and against one another."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm
from popmodel.feasibility.even import even_migrants
from popmodel.feasibility.fertility import with_fertility
from popmodel.feasibility.problem import Problem, projected_with
from popmodel.feasibility.schedules import chosen_schedule
from popmodel.feasibility.system import system_of
from popmodel.feasibility.values import least_migrants
from tests.test_feasibility import MAIN, MANY, OLD, SUB, WIDE, Ask, problem

NARROW = replace(WIDE, name="narrow", district_rate=(-100.0, 120.0), class_loss={"60+": 0.0, "other": 100.0})
DEPENDENT: Ask = ("dependency_ratio", "at_most", 42.0, "percent")


def measured(one: Problem, number: float, name: str, year: int) -> float:
    cells = even_migrants(one, chosen_schedule(one.schedules, "model"), np.array([number]))
    return float(pm.measure(projected_with(one, cells))[name].isel(scenario=0, area=0).sel(year=year))


def test_even_number_is_bisection_on_the_projection() -> None:
    one = problem(OLD, DEPENDENT, years=3, alive=0.98)
    table = pm.required_migration(one, paths=("even",), schedules=("model",), fertility=False)
    for name, level in (("share_60_plus", 25.05), ("dependency_ratio", 42.05)):
        row = table[table["indicator"] == name].iloc[0]
        low, high = 0.0, 1e5
        while high - low > 1e-6:
            middle = (low + high) / 2
            low, high = (low, middle) if measured(one, middle, name, 2023) < level else (middle, high)
        assert row["status"] == "found"
        assert row["bound"] == "least"
        assert row["net_migration"] == pytest.approx(high, rel=1e-6)
    both = table[table["target"] == "all"].iloc[0]
    assert both["net_migration"] == table[table["indicator"] != ""]["net_migration"].max()


def test_free_paths_take_no_more_than_even_ones_and_peaks_are_lowest() -> None:
    one = problem(OLD, years=3, alive=0.98)
    table = pm.required_migration(one, paths=("even", "free", "peak"), schedules=("under_60",), fertility=False)
    table = table.set_index("path")
    assert table.loc["free", "total"] <= table.loc["even", "total"] + 1
    assert table.loc["peak", "peak"] <= table.loc["free", "peak"] + 0.02  # a hundredth of a person inside the level
    assert table.loc["peak", "peak"] <= table.loc["even", "peak"] + 0.02


@pytest.mark.parametrize(("old", "needed"), [(0.0, 20.0), (0.1, 100 / 3)])
def test_by_hand(old: float, needed: float) -> None:
    # 30 of 100 are 60 and over, nobody dies or is 59: 30/(100 + x) = 1/4; with a tenth of the newcomers old, 100/3.
    ask: Ask = ("share_60_plus", "at_most", 25.0, "percent")
    one = problem(ask, years=1, decimals=8, old=old)
    row = pm.required_migration(one, paths=("even",), schedules=("model",), fertility=False).iloc[0]
    assert row["net_migration"] / 200 == pytest.approx(needed, rel=1e-6)  # 20,000 people


def test_contradiction_counts_both_rows() -> None:
    # The shares of two districts apart sum to 100 %, not to 110.
    table = pm.find_conflicts(problem(MAIN, SUB))
    proof = table.attrs["certificates"][0]
    assert {key for key, _ in proof.targets} == {("main_centre_share", 2022), ("sub_centre_share", 2022)}
    assert max(value for _, value in proof.targets) == 1.0
    assert min(value for _, value in proof.targets) > 0.5
    assert sorted(table.attrs["give_up"]) == [[("main_centre_share", 2022)], [("sub_centre_share", 2022)]]


def test_wider_limits_and_stricter_targets() -> None:
    wide, narrow = (problem(MAIN, SUB, OLD, MANY, limits=each, alive=0.98) for each in (WIDE, NARROW))

    def sets(one: Problem) -> list[set[str]]:
        table = pm.find_conflicts(one)
        return [set(part["target"]) for _, part in table.groupby("conflict")]

    # Every conflict within wide limits holds one of those within narrow ones.
    inner = sets(narrow)
    assert all(any(small <= large for small in inner) for large in sets(wide))
    free = [
        pm.required_migration(each, paths=("free",), schedules=("model",), fertility=False).iloc[0]["total"]
        for each in (
            problem(OLD, limits=WIDE, alive=0.98),
            problem(("share_60_plus", "at_most", 24.0, "percent"), alive=0.98),
        )
    ]
    assert free[0] <= free[1]


def test_each_conflict_holds_without_any_one_of_its_members() -> None:
    one = problem(MAIN, SUB, OLD, MANY, limits=NARROW, alive=0.98)
    table = pm.find_conflicts(one)
    asked = {"main_centre_share": MAIN, "sub_centre_share": SUB, "share_60_plus": OLD, "resident_population": MANY}
    assert len(table)
    for _, part in table.groupby("conflict"):
        names = list(part["indicator"])
        whole = problem(*[asked[name] for name in names], limits=NARROW, alive=0.98)
        assert len(pm.find_conflicts(whole))
        for name in names:
            rest = [asked[other] for other in names if other != name]
            assert not rest or not len(pm.find_conflicts(problem(*rest, limits=NARROW, alive=0.98)))
    give = [set(each) for each in table.attrs["give_up"]]
    keys = [set(zip(part["indicator"], part["year"], strict=True)) for _, part in table.groupby("conflict")]
    assert all(each & key for each in give for key in keys)


@pytest.mark.parametrize("by", ["attainment", "sum", "priority"])
def test_relaxed_paths_are_confirmed(by: str) -> None:
    one = problem(MAIN, SUB, OLD, MANY, limits=NARROW, alive=0.98)
    table, path = pm.relax_targets(one, by=by)  # type: ignore[arg-type]
    said = pm.check_solution(one, path).set_index("target")
    for _, row in table.iterrows():
        assert bool(said.loc[row["target"], "met"]) >= bool(row["met"])
        if not row["met"]:
            assert said.loc[row["target"], "value"] == pytest.approx(row["relaxed"], rel=1e-9)
    if by == "attainment":
        share = table.attrs["share"]
        assert 0 <= share < 1
        assert table["share_of_way"].min() >= share - 1e-6


def test_priority_follows_the_order() -> None:
    one = problem(MAIN, SUB, limits=WIDE)
    first, _ = pm.relax_targets(one, by="priority")
    turned, _ = pm.relax_targets(one, by="priority", order=["sub_centre_share 2022"])
    assert first["met"].tolist() == [True, False]
    assert turned["met"].tolist() == [False, True]
    with pytest.raises(pm.SchemaError, match="order names sub_centre_shar 2022"):
        pm.relax_targets(one, by="priority", order=["sub_centre_shar 2022"])
    with pytest.raises(pm.SchemaError, match="by='summ' is not known"):
        pm.relax_targets(one, by="summ")  # type: ignore[arg-type]


def test_price_of_a_point_is_the_finite_difference() -> None:
    one = problem(OLD, limits=WIDE, alive=0.98)
    system = system_of(one, WIDE)
    at = pm.migrant_value(one)["migrants_a_point"].iloc[0]
    level = system.aims[0].level
    sums = []
    for step in (1e-4, -1e-4):
        found = least_migrants(system, 0, level + step)
        assert found is not None
        sums.append(1e4 * found[0].sum())
    assert at == pytest.approx((sums[1] - sums[0]) / 2e-4, rel=1e-3)


def test_fertility_instead_of_migrants_is_projected() -> None:
    young: Ask = ("share_0_14", "at_least", 5.0, "percent")
    one = problem(young, years=3, alive=0.98)
    row = pm.required_migration(one, paths=("even",), schedules=("model",)).iloc[0]
    times = row["fertility_times"]
    assert times > 1
    for factor, good in ((times, True), (times * (1 - 1e-6), False)):
        values = pm.measure(with_fertility(one, factor).reference.expand_dims("scenario"))
        share = float(values["share_0_14"].isel(scenario=0, area=0).sel(year=2023))
        assert (share >= 4.95 - 1e-9) == good


def test_isoquants_are_the_even_numbers_at_each_fertility() -> None:
    one = problem(MANY, years=3, alive=0.98)
    own = pm.required_migration(one, paths=("even",), schedules=("model",), fertility=False).iloc[0]
    lines = pm.fertility_migration(one, times=(1.0, 2.0))
    assert lines["net_migration"].iloc[0] == pytest.approx(own["net_migration"])
    assert lines["net_migration"].iloc[1] < lines["net_migration"].iloc[0]  # more births, fewer migrants
    changed = with_fertility(one, 2.0)
    number = lines["net_migration"].iloc[1]
    assert measured(changed, number, "resident_population", 2023) == pytest.approx(23999.95, abs=0.01)
    with pytest.raises(pm.SchemaError, match="must be multiples"):
        pm.fertility_migration(one, times=(-1.0,))


def test_draws_are_answered_one_by_one() -> None:
    one = problem(OLD, MANY, DEPENDENT, years=3, alive=0.98)
    draws = [problem(OLD, MANY, DEPENDENT, years=3, alive=alive) for alive in (0.98, 0.97, 0.99)]
    whole = xr.concat(
        [each.reference for each in draws], pd.Index([0, 1, 2], name="draw"), coords="minimal", compat="override"
    )
    both = replace(one, ensemble=whole, memo={})
    table = pm.required_migration(both, schedules=("model", "residents"))
    for draw, each in enumerate(draws):
        own = pm.required_migration(each, paths=("even",), schedules=("model", "residents"), fertility=False)
        mine = table[table["draw"] == draw]
        merged = own.merge(mine, on=["target", "schedule"], validate="1:1")
        assert len(merged) == len(own)
        assert merged["status_x"].tolist() == merged["status_y"].tolist()
        for path in ("net_migration", "times_best_year"):
            np.testing.assert_allclose(merged[f"{path}_x"], merged[f"{path}_y"].astype(float), rtol=1e-9)


def test_districts_and_targets_in_another_order() -> None:
    asked = (MAIN, SUB, OLD, MANY)
    first, second = (problem(*order, limits=NARROW, alive=0.98) for order in (asked, asked[::-1]))
    one, other = (pm.attainable_range(each).set_index("target") for each in (first, second))
    assert other.loc[one.index, "least"].to_numpy() == pytest.approx(one["least"].to_numpy(), rel=1e-9)
    keys = [
        {frozenset(part["target"]) for _, part in pm.find_conflicts(each).groupby("conflict")}
        for each in (first, second)
    ]
    assert keys[0] == keys[1]


def test_verbs_ask_for_limits() -> None:
    bare = replace(problem(OLD), limits=(), memo={})
    with pytest.raises(pm.SchemaError, match="has no limits"):
        pm.attainable_range(bare)
    for verb in (pm.find_conflicts, pm.relax_targets, pm.migrant_value, pm.migration_frontier):
        with pytest.raises(pm.SchemaError, match="State it with one set"):
            verb(bare)
    table = pm.required_migration(bare, paths=("even", "free"), schedules=("model",), fertility=False)
    assert set(table["limits"]) == {""}
    two = replace(problem(OLD), limits=(WIDE, NARROW), memo={})
    assert pm.attainable_range(two)["limits"].tolist() == ["wide", "narrow"]
    with pytest.raises(pm.SchemaError, match="no such target"):
        pm.migration_frontier(problem(OLD), indicator="resident_population", year=2022)


def test_frontier_falls_as_more_may_come() -> None:
    table = pm.migration_frontier(problem(OLD, alive=0.98), year=2022, rates=[0, 50, 100, 200])
    assert table["best"].is_monotonic_decreasing
    alone = pm.attainable_range(problem(OLD, limits=replace(WIDE, city_rate=(-1000.0, 100.0)), alive=0.98))
    assert table["best"].iloc[2] == pytest.approx(alone["least"].iloc[0], rel=1e-9)


def test_times_lift_a_conflict() -> None:
    one = problem(("share_60_plus", "at_most", 22.0, "percent"), limits=NARROW, alive=0.98)
    proof = pm.find_conflicts(one).attrs["certificates"][0]
    assert "district_rate" in proof.binding
    times = proof.times["district_rate"]
    assert times > 1
    for factor, count in ((times * 1.001, 0), (times * 0.999, 1)):
        wider = replace(NARROW, district_rate=(-100.0 * factor, 120.0 * factor))
        table = pm.find_conflicts(replace(one, limits=(wider,), memo={}))
        assert table["conflict"].nunique() == count
    assert proof.fragile == (times <= 1.01)
