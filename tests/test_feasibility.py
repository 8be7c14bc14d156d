"""Ranges and conflicts within declared limits: by hand, by law, and with certificates in exact numbers."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm
from popmodel.feasibility.aims import value_at
from popmodel.feasibility.certificates import margin_of
from popmodel.feasibility.checking import check_path
from popmodel.feasibility.problem import Problem, projected_with
from popmodel.feasibility.solving import solve, target_rows
from popmodel.feasibility.system import System, migrants_of, system_of
from popmodel.scenario.limits import Limits

AGES = np.arange(101)
TWO = {"0-59": (0, 60), "60+": (60, None)}
NONE = dict.fromkeys(("district_rate", "class_loss", "class_share", "city_rate", "yearly_change"), "assumed")
WIDE = Limits("wide", (-500.0, 500.0), {"60+": 0.0, "other": 500.0}, NONE)
Ask = tuple[str, str, float, str]


def problem(
    *asked: Ask, limits: Limits = WIDE, size: float = 1.0, years: int = 2, alive: float = 1.0, old: float = 0.2,
    decimals: int = 1,
) -> Problem:  # fmt: skip
    """Two districts, 70 aged 30 and 30 aged 70 in each; district 1 is the main centre, 2 the sub-centre."""
    people = np.zeros((2, 2, 101))
    people[:, :, 30], people[:, :, 70] = 3500.0 * size, 1500.0 * size
    coords = {"district": ["1", "2"], "sex": ["female", "male"], "age": AGES}
    dims = ("scenario", "period", "district", "sex", "age")
    periods = list(range(2021, 2021 + years))
    fertility = np.zeros((1, years, 2, 101))
    fertility[..., 20:40] = 0.05 * (alive < 1)
    rates = xr.Dataset(
        {
            "fertility_rate": (("scenario", "period", "district", "age"), fertility),
            "survival_ratio": (dims, np.full((1, years, 2, 2, 101), alive)),
            "sex_ratio_at_birth": (("scenario", "period", "district"), np.full((1, years, 2), 1.06)),
            "net_migration": (dims, np.zeros((1, years, 2, 2, 101))),
            "centre_share": (("centre", "district"), np.eye(2)),
        },
        coords={**coords, "scenario": ["still"], "period": periods, "centre": ["main", "sub"]},
    )
    stock = xr.DataArray(people, dims=("district", "sex", "age"), coords={**coords, "year": 2020})
    targets = pd.DataFrame(
        [
            {
                "indicator": name, "name_zh": name, "name_en": name, "year": 2020 + years, "operator": operator,
                "value": value, "unit": unit, "decimals": decimals, "text": str(value),
                "better": "higher" if operator == "at_least" else "lower", "base_year": 2020, "base_value": 50.0,
                "source": "plan", "number": pd.NA, "lower": np.nan, "upper": np.nan, "tolerance": np.nan,
                "base_text": "", "start_year": pd.NA, "reference": "", "version": "",
            }
            for name, operator, value, unit in asked
        ]
    )  # fmt: skip
    schedule = np.zeros((2, 2, 101))
    schedule[..., 20], schedule[..., 65] = (1 - old) / 4, old / 4
    who = xr.DataArray(schedule, dims=("district", "sex", "age"), coords=coords)
    projection = pm.project(stock, rates)
    return pm.plan_problem(projection, targets, start=2020, limits=limits, classes=TWO, schedule=who)


def system(*asked: Ask, **given: Any) -> System:
    one = problem(*asked, **given)
    return system_of(one, one.limits[0])


OLD: Ask = ("share_60_plus", "at_most", 25.0, "percent")
MAIN: Ask = ("main_centre_share", "at_least", 60.0, "percent")
SUB: Ask = ("sub_centre_share", "at_least", 50.0, "percent")
MANY: Ask = ("resident_population", "at_least", 24000.0, "persons")


def test_projection_is_affine_and_rows_are_its_values() -> None:
    narrow = replace(WIDE, name="narrow", district_rate=(-100.0, 120.0), class_loss={"60+": 0.0, "other": 30.0})
    one = system(OLD, MAIN, MANY, limits=narrow, years=4, alive=0.98)
    rng = np.random.default_rng(1)
    x, y = (rng.uniform(0.0, one.high) * 0.1 for _ in range(2))
    runs = [
        projected_with(one.problem, migrants_of(one, z).expand_dims(scenario=["x"]))["population"].to_numpy()
        for z in (x, y, 0 * x, x + y)
    ]
    assert np.abs(runs[0] + runs[1] - runs[2] - runs[3]).max() <= 1e-9 * runs[3].max()
    check_path(one, x, ())
    need = one.aims[0].needs[0]
    turned = need._replace(faces=(need.faces[0]._replace(top=need.faces[0].top * 1.001),))
    off = one._replace(aims=(one.aims[0]._replace(needs=(turned,)), *one.aims[1:]))
    with pytest.raises(pm.SchemaError, match="its projection gives"):
        check_path(off, x, ())


def test_range_by_hand() -> None:
    # 6,000 of 20,000 are 60 and over. 500 ‰ may come: 10,000, all under 60 or all over; those who leave are aged 20 by
    # the schedule, and nobody is 20, so nobody can leave.
    table = pm.attainable_range(problem(OLD, years=1))
    row = table.iloc[0]
    assert row["least"] == pytest.approx(100 * 6000 / 30000)
    assert row["reference"] == pytest.approx(30.0)
    assert row["most"] == pytest.approx(100 * 16000 / 30000)
    assert row["attainable"]


def test_range_holds_reference_and_corners_and_widens() -> None:
    narrow = replace(WIDE, name="narrow", district_rate=(-30.0, 40.0), class_loss={"60+": 0.0, "other": 30.0})
    inner, outer = (pm.attainable_range(problem(OLD, MAIN, MANY, limits=each, alive=0.98)) for each in (narrow, WIDE))
    small = system(OLD, MAIN, MANY, limits=narrow, alive=0.98)
    assert (outer["least"] <= inner["least"] + 1e-9).all()
    assert (outer["most"] >= inner["most"] - 1e-9).all()
    assert ((inner["least"] <= inner["reference"]) & (inner["reference"] <= inner["most"])).all()
    rng = np.random.default_rng(2)
    for _ in range(20):
        best = solve(small, rng.normal(size=small.low.size), target_rows(small, ()))
        assert best is not None
        for aim, (_, row) in zip(small.aims, inner.iterrows(), strict=True):
            assert row["least"] - 1e-6 <= value_at(aim, best.x) <= row["most"] + 1e-6


def test_ten_times_the_people() -> None:
    one, ten = (pm.attainable_range(problem(OLD, MAIN, MANY, alive=0.98, size=size)) for size in (1.0, 10.0))
    scale = np.where(one["unit"] == "persons", 10.0, 1.0)
    for end in ("least", "most"):
        assert ten[end].to_numpy() == pytest.approx(one[end].to_numpy() * scale, rel=1e-6)


def test_no_cell_falls_below_zero() -> None:
    # Only those aged 20 leave by the schedule, and nobody is 20: whoever leaves must have come before.
    one = problem(("resident_population", "at_most", 15000.0, "persons"))
    row = pm.attainable_range(one).iloc[0]
    assert row["least"] == pytest.approx(20000.0, abs=0.2)
    assert not row["attainable"]


def test_contradictory_pair_by_hand() -> None:
    table = pm.find_conflicts(problem(MAIN, SUB, OLD))
    assert [sorted(part["indicator"]) for _, part in table.groupby("conflict")] == [
        ["main_centre_share", "sub_centre_share"]
    ]
    assert sorted(table.attrs["give_up"]) == [[("main_centre_share", 2022)], [("sub_centre_share", 2022)]]
    assert table.attrs["complete"]
    best = table.set_index("indicator")["best_given_others"]
    assert best["sub_centre_share"] == pytest.approx(100 - 59.95, abs=1e-3)
    proof = table.attrs["certificates"][0]
    assert proof.limits == "wide"
    assert proof.margin > 0


def test_certificate_fails_when_a_sign_is_turned() -> None:
    proof = pm.find_conflicts(problem(MAIN, SUB)).attrs["certificates"][0]
    assert margin_of(proof.rows, proof.ends, proof.multipliers, proof.low, proof.high) == proof.margin > 0
    for place in np.flatnonzero(proof.multipliers):
        turned = proof.multipliers.copy()
        turned[place] *= -1
        assert margin_of(proof.rows, proof.ends, turned, proof.low, proof.high) <= 0
    assert margin_of(proof.rows, proof.ends + 1e3, proof.multipliers, proof.low, proof.high) <= 0


def test_conflicts_are_minimal_dual_and_free_of_order() -> None:
    narrow = replace(WIDE, name="narrow", district_rate=(-100.0, 120.0), class_loss={"60+": 0.0, "other": 100.0})
    asked = (MAIN, SUB, OLD, MANY, ("dependency_ratio", "at_least", 45.0, "percent"))
    one = system(*asked, limits=narrow, alive=0.98)
    table = pm.find_conflicts(one.problem)

    def sets(frame: pd.DataFrame) -> set[frozenset[tuple[str, float]]]:
        return {
            frozenset(zip(part["indicator"], part["from"].round(6), strict=True))
            for _, part in frame.groupby("conflict")
        }

    everything = range(len(one.aims))
    holds = {
        members: solve(one, np.zeros(one.low.size), target_rows(one, members)) is not None
        for n in range(len(one.aims) + 1)
        for members in combinations(everything, n)
    }
    minimal = {
        frozenset((one.aims[i].key[0], round(one.aims[i].least, 6)) for i in members)
        for members, good in holds.items()
        if not good and all(holds[tuple(j for j in members if j != i)] for i in members)
    }
    assert len(minimal) >= 2
    assert sets(table) == minimal
    assert sets(pm.find_conflicts(problem(*asked[::-1], limits=narrow, alive=0.98))) == minimal
    assert all(proof.margin > 0 for proof in table.attrs["certificates"])
    assert len(table.attrs["give_up"]) == sum(
        good and not any(holds[tuple(sorted((*members, i)))] for i in everything if i not in members)
        for members, good in holds.items()
    )


def test_denominator_is_held_against_limits_and_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    old = problem(OLD, years=4, alive=0.98)
    pm.attainable_range(old)  # the box alone would let the denominator reach zero; the cells do not
    monkeypatch.setattr("popmodel.feasibility.ranges.EMPTIED", 1.0)
    with pytest.raises(pm.SchemaError, match="share_60_plus 2024: its denominator may reach zero within 'wide'"):
        pm.attainable_range(old)


def test_refused() -> None:
    with pytest.raises(pm.SchemaError, match="'district_rate' has no source|district_rate has no source"):
        replace(WIDE, source={"class_loss": "assumed"})
    with pytest.raises(pm.SchemaError, match="Least, then most, both finite"):
        replace(WIDE, district_rate=(10.0, -10.0))
    with pytest.raises(pm.SchemaError, match="Least, then most, both finite"):
        replace(WIDE, city_rate=(0.0, np.inf))
    with pytest.raises(pm.SchemaError, match="class shares sum to"):
        system(OLD, limits=replace(WIDE, class_share={"0-59": (0.0, 0.4), "60+": (0.0, 0.4)}))
    with pytest.raises(pm.SchemaError, match="class '60plus' is not known"):
        system(OLD, limits=replace(WIDE, class_share={"60plus": (0.0, 0.4)}))
    with pytest.raises(pm.SchemaError, match="no decision keeps all of them"):
        pm.find_conflicts(problem(OLD, limits=replace(WIDE, city_rate=(600.0, 700.0))))


def test_value_of_a_migrant_is_the_finite_difference() -> None:
    narrow = replace(WIDE, name="narrow", district_rate=(-100.0, 120.0), class_loss={"60+": 0.0, "other": 30.0})
    one = system(OLD, MANY, limits=narrow, alive=0.98)
    table = pm.migrant_value(one.problem)
    assert len(table) == 2 * 2 * 2
    step = 1e-4  # one person, half in each of two districts of one size
    for _, row in table.iterrows():
        x = np.zeros(one.shape)
        x[one.problem.years.index(row["period"]), :, list(TWO).index(row["class"])] = step / 2
        values = [
            pm.measure(projected_with(one.problem, migrants_of(one, sign * x.ravel()).expand_dims(scenario=["x"])))[
                row["indicator"]
            ]
            .isel(scenario=0, area=0)
            .sel(year=row["year"])
            .item()
            for sign in (1.0, 0.0)
        ]
        assert row["value"] == pytest.approx((values[0] - values[1]) / step, rel=1e-3)
