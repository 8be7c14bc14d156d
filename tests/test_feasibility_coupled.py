"""What targets take where people also leave and move between districts at rates, in a smooth invented city."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm
from popmodel.feasibility.problem import Problem
from popmodel.feasibility.system import system_of
from popmodel.scenario.limits import Limits
from tests.test_feasibility import NONE

AGES = np.arange(101)
DIMS = ("scenario", "period", "district", "sex", "age")
CODES = ["1", "2"]
YEARS = 3
THREE = {"0-24": (0, 25), "25-59": (25, 60), "60+": (60, None)}
LIMITS = Limits(
    "mid", (-60.0, 80.0), {"60+": 0.0, "other": 60.0}, NONE, city_rate=(-40.0, 60.0), yearly_change=50.0,
    class_share={"60+": (0.0, 0.4)},
)  # fmt: skip


def ask(name: str, operator: str, value: float, unit: str = "percent", **more: Any) -> dict[str, Any]:
    return {
        "indicator": name, "name_zh": name, "name_en": name, "year": 2020 + YEARS, "operator": operator,
        "value": value, "unit": unit, "decimals": 2, "text": str(value), "base_year": 2020, "base_value": 50.0,
        "better": "lower" if operator in ("at_most", "below") else "higher", "source": "plan", "number": pd.NA,
        "lower": np.nan, "upper": np.nan, "tolerance": np.nan, "base_text": "", "start_year": pd.NA, "reference": "",
        "version": "", **more,
    }  # fmt: skip


TARGETS = (
    ask("share_60_plus", "at_most", 30.0), ask("main_centre_share", "at_least", 62.0),
    ask("sub_centre_share", "at_least", 40.0), ask("resident_population", "at_least", 160_000.0, "persons"),
)  # fmt: skip


def smooth(kind: str, *, centres: float = 1.0) -> xr.Dataset:
    """Project two districts of 90,000 and 60,000; `kind` is none, departures or moves."""
    people = np.exp(-(((AGES - 35) / 40.0) ** 2))
    stock = np.stack([np.stack([people, people])] * 2) * np.array([0.6, 0.4])[:, None, None]
    stock *= 150_000 / stock.sum()
    fertility = np.zeros((1, YEARS, 2, 101))
    fertility[..., 20:40] = 0.05
    alive = np.exp(-0.0002 * np.exp(0.08 * AGES))
    rates = xr.Dataset(
        {
            "fertility_rate": (("scenario", "period", "district", "age"), fertility),
            "survival_ratio": (DIMS, np.broadcast_to(alive, (1, YEARS, 2, 2, 101)).copy()),
            "sex_ratio_at_birth": (("scenario", "period", "district"), np.full((1, YEARS, 2), 1.06)),
            "net_migration": (DIMS, np.full((1, YEARS, 2, 2, 101), 1.0)),
            "centre_share": (("centre", "district"), centres * np.eye(2)),
            "migration_schedule": (("sex", "age"), np.tile(np.exp(-(((AGES - 25) / 15.0) ** 2)), (2, 1))),
        },
        coords={
            "scenario": ["still"], "period": list(range(2021, 2021 + YEARS)), "district": CODES,
            "sex": ["female", "male"], "age": AGES, "centre": ["main", "sub"],
        },
    )  # fmt: skip
    if kind != "none":
        rates["departure_rate"] = DIMS, np.full((1, YEARS, 2, 2, 101), 0.01)
    if kind == "moves":
        moves = np.zeros((1, YEARS, 2, 2, 2, 101))
        moves[:, :, 0, 1], moves[:, :, 1, 0] = 0.02, 0.03
        rates["move_rate"] = ("scenario", "period", "origin", "destination", "sex", "age"), moves
        rates = rates.assign_coords(origin=CODES, destination=CODES)
    start = xr.DataArray(stock, dims=DIMS[2:], coords={name: rates[name] for name in DIMS[2:]} | {"year": 2020})
    return pm.project(start, rates)


def coupled(kind: str, *, centres: float = 1.0, asked: tuple[dict[str, Any], ...] = TARGETS, **more: Any) -> Problem:
    given = {"limits": LIMITS, "classes": THREE} | more
    return pm.plan_problem(smooth(kind, centres=centres), pd.DataFrame(asked), start=2020, **given)


@pytest.mark.parametrize("kind", ["departures", "moves"])
def test_rates_of_leaving_answer_exactly(kind: str) -> None:
    one = coupled(kind)
    system = system_of(one, LIMITS)
    assert system.answers[0].apart == (kind == "departures")
    table = pm.attainable_range(one)  # both ends of every range are projected and held to the linear system
    assert (table["least"] < table["most"]).all()
    even = pm.required_migration(one, paths=("even",), schedules=("model",), fertility=False)
    row = even[even["indicator"] == "resident_population"].iloc[0]
    path = pm.required_path(one, row["target"])
    found = pm.check_solution(one, path).set_index("indicator")
    assert found.loc["resident_population", "value"] == pytest.approx(159_999.995, abs=1e-3)
    relaxed, way = pm.relax_targets(one)
    assert relaxed["met"].tolist() == pm.check_solution(one, way)["met"].tolist()


def test_even_means_what_is_left_after_those_who_leave_at_rates() -> None:
    from popmodel.feasibility.even import even_migrants
    from popmodel.feasibility.problem import projected_with
    from popmodel.feasibility.schedules import chosen_schedule

    one = coupled("moves")
    cells = even_migrants(one, chosen_schedule(one.schedules, "model"), np.array([4321.0]))
    flows = projected_with(one, cells)["net_migration"].sum(("district", "sex", "age"))
    assert flows.to_numpy() == pytest.approx(np.full((1, YEARS), 4321.0), rel=1e-9)


def test_drift_of_the_centres_lifts_a_conflict() -> None:
    asked = (ask("main_centre_share", "at_least", 31.5), ask("sub_centre_share", "at_least", 20.0))
    still = coupled("none", centres=0.5, asked=asked)
    assert len(pm.find_conflicts(still).attrs["certificates"]) == 1
    wide = Limits(**{**vars(LIMITS), "centre_drift": 1.0, "source": {**NONE, "centre_drift": "assumed"}})
    moved = coupled("none", centres=0.5, asked=asked, limits=wide)
    assert not len(pm.find_conflicts(moved))
    ranges = [pm.attainable_range(each).set_index("indicator")["most"] for each in (still, moved)]
    # Three years of a point: a share of 0.5 may rise to 0.53.
    assert ranges[1]["main_centre_share"] == pytest.approx(ranges[0]["main_centre_share"] * 53 / 50, rel=1e-6)
    assert "centre_share" in pm.relax_targets(moved).path


def test_a_share_that_has_to_rise_does_in_every_year() -> None:
    asked = (ask("main_centre_share", "rising", np.nan), ask("share_60_plus", "at_most", 19.3))
    one = coupled("none", asked=asked)
    assert not len(pm.find_conflicts(one))
    table, path = pm.relax_targets(one)
    assert table["met"].all()
    assert pm.check_solution(one, path)["met"].all()


def test_one_path_serves_every_variant() -> None:
    first = smooth("none")
    other = first.assign(fertility_rate=0.5 * first["fertility_rate"]).assign_coords(scenario=["fewer"])
    drop = [name for name in ("population", "births", "deaths") if name in other]
    other = pm.project(first["population"].isel(scenario=0, year=0, drop=True).assign_coords(year=2020),
                       other.drop_vars([*drop, "year"]))  # fmt: skip
    both = xr.concat([first, other], "scenario", coords="minimal", compat="override", data_vars="all", join="exact")
    given = {"start": 2020, "limits": LIMITS, "classes": THREE}
    targets = pd.DataFrame(TARGETS)
    one, two = (pm.plan_problem(both, targets, scenario=names, **given) for names in ("still", ["still", "fewer"]))
    alone, together = pm.attainable_range(one), pm.attainable_range(two)
    assert together["scenario"].tolist() == ["still"] * 4 + ["fewer"] * 4
    assert together.iloc[:4]["least"].to_numpy() == pytest.approx(alone["least"].to_numpy(), rel=1e-9)
    table, path = pm.relax_targets(two)
    found = pm.check_solution(two, path)
    assert set(found["scenario"]) == {"still", "fewer"}
    worst = found.groupby("target")["met"].all()
    assert worst[table["target"]].tolist() == table["met"].tolist()
    with pytest.raises(pm.SchemaError, match="'fewr' is not among"):
        pm.plan_problem(both, targets, scenario=["still", "fewr"], **given)


def test_a_path_saved_as_a_scenario_runs_again(tmp_path: Path) -> None:
    one = coupled("none")
    _, path = pm.relax_targets(one)
    parent = pm.Scenario("still", total_fertility=1.5, life_expectancy=80.0, sex_ratio_at_birth=1.06, net_migration=0.0)
    saved = pm.path_scenario(one, path, based_on=parent, name="relaxed", en="Relaxed")
    pm.write_scenarios(tmp_path / "mine.toml", [parent, saved])
    again = pm.read_scenarios(tmp_path / "mine.toml")[1]
    assert again == saved
    totals = path["net_migration"].sum(("sex", "age"))
    assert isinstance(again.net_migration, Mapping)
    for year in one.years:
        for code in CODES:
            assert again.net_migration[year][code] == float(totals.sel(period=year, district=code))
    with pytest.raises(pm.SchemaError, match="reference is still, not other"):
        pm.path_scenario(one, path, based_on=replace(parent, name="other"), name="relaxed")
