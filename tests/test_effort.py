"""Effort: by hand, by brute force, and in words."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm
from popmodel.cli import main
from popmodel.feasibility.even import even_migrants
from popmodel.feasibility.problem import holds_on, plan_problem, projected_with
from popmodel.feasibility.schedules import SCHEDULES, migrant_schedules
from popmodel.wording.effort import effort_rows, effort_sentence

AGES = np.arange(101)


@dataclass(frozen=True)
class Small:
    """One district where nobody dies or is born: 70 aged 30, 30 aged 70, one open year."""

    targets: pd.DataFrame
    base: xr.Dataset
    projection: xr.Dataset


def small(old_share: float, *, text: str = "<25.0", value: float = 25.0, operator: str = "at_most") -> Small:
    people = np.zeros((1, 2, 101))
    people[0, :, 30], people[0, :, 70] = 35.0, 15.0
    schedule = np.zeros((2, 101))
    schedule[:, 20], schedule[:, 65] = (1 - old_share) / 2, old_share / 2
    coords = {"district": ["1"], "sex": ["female", "male"], "age": AGES}
    dims = ("scenario", "period", "district", "sex", "age")
    survival = np.ones((1, 1, 1, 2, 101))
    rates = xr.Dataset(
        {
            "fertility_rate": (("scenario", "period", "district", "age"), np.zeros((1, 1, 1, 101))),
            "survival_ratio": (dims, survival),
            "sex_ratio_at_birth": (("scenario", "period", "district"), np.full((1, 1, 1), 1.06)),
            "net_migration": (dims, np.zeros((1, 1, 1, 2, 101))),
        },
        coords={**coords, "scenario": ["still"], "period": [2021]},
    )
    population = xr.DataArray(people, dims=("district", "sex", "age"), coords={**coords, "year": 2020})
    base = xr.Dataset({"migration_schedule": (("sex", "age"), schedule)}, coords={**coords, "year": 2020})
    table = pd.DataFrame(
        [["share_60_plus", "老龄化率", "60+", 2021, operator, value, "percent", 1, "lower", text, 2020, 30.0, "plan"]],
        columns=["indicator", "name_zh", "name_en", "year", "operator", "value", "unit", "decimals", "better", "text",
                 "base_year", "base_value", "source"],
    )  # fmt: skip
    blank = {"number": pd.NA, "lower": np.nan, "upper": np.nan, "tolerance": np.nan, "base_text": "",
             "start_year": pd.NA, "reference": "", "version": ""}  # fmt: skip
    return Small(table.assign(**blank), base, pm.project(population, rates))


@pytest.mark.parametrize(("old_share", "needed"), [(0.0, 20.0), (0.1, 100 / 3)])
def test_by_hand(old_share: float, needed: float) -> None:
    # 30 of 100 are 60 and over; 30 / (100 + x) = 1/4 gives x = 20; with a tenth of the newcomers old, 100/3.
    case = small(old_share)
    problem = plan_problem(case.projection, case.targets, start=2020)
    one = migrant_schedules(case.base, problem.reference["population"].sel(year=2020)).sel(schedule="model", drop=True)
    exact = projected_with(problem, even_migrants(problem, one, np.array([needed])))
    assert float(pm.measure(exact)["share_60_plus"].isel(scenario=0, area=0).sel(year=2021)) == pytest.approx(25.0)
    # As printed with one decimal, 25.04 is 25.0: half a digit less will do, and the number is a whole person.
    level = 0.2505
    least = (30 - 100 * level) / (level - old_share)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("popmodel.feasibility.effort.MOST", 0.9)
        row = pm.effort(case).iloc[0]
    assert row["status"] == "found"
    assert row["bound"] == "least"
    assert row["net_migration"] == np.ceil(least - 1e-3)


def test_beyond_the_range_is_said_not_impossible() -> None:
    case = small(0.0)
    row = pm.effort(case).iloc[0]  # at most a tenth of a hundred people come
    assert row["status"] == "beyond_range"
    assert np.isnan(row["net_migration"])
    row = pm.effort(small(0.3)).iloc[0]  # as old as the residents: the share stays as it is
    assert row["status"] in ("unmoved", "beyond_range")


def test_schedules_sum_to_one(evaluation: pm.Evaluation) -> None:
    stock = evaluation.projection["population"].isel(scenario=0).sel(year=2023)
    schedules = migrant_schedules(evaluation.base, stock)
    assert [str(name) for name in schedules["schedule"].to_numpy()] == list(SCHEDULES)
    assert schedules.sum(("district", "sex", "age")).to_numpy() == pytest.approx(1.0)
    assert float(schedules.sel(schedule="under_60").where(schedules["age"] >= 60, 0).sum()) == 0


@pytest.fixture(scope="module")
def table(evaluation: pm.Evaluation) -> pd.DataFrame:
    return pm.effort(evaluation)


def test_brute_force(evaluation: pm.Evaluation, table: pd.DataFrame) -> None:
    start = int(table.attrs["first_open_year"]) - 1
    problem = plan_problem(evaluation.projection, evaluation.targets, start=start)
    stock = problem.reference["population"].sel(year=start)
    one = migrant_schedules(evaluation.base, stock).sel(schedule="model", drop=True)
    rows = {(row.request.target.indicator, row.request.target.year): row for row in problem.rows}
    found = table[table["net_migration"].notna()]
    assert len(found) >= 5
    assert {"resident_population", "share_60_plus"} <= set(found["indicator"])
    for _, entry in found.iterrows():
        row, number = rows[entry["indicator"], entry["target_year"]], float(entry["net_migration"])
        # Yearly changes as printed hold on stretches with gaps: for them the next two persons are tried.
        share = 0.0 if entry["operator"] == "rising" else 0.01
        off = max(2.0, share * abs(number)) * (-1 if entry["bound"] == "least" else 1)
        runs = projected_with(problem, even_migrants(problem, one, np.array([number, number + off])))
        paths = pm.measure(runs)[entry["indicator"]].isel(area=0)
        held = [
            holds_on(row, dict(zip(paths["year"].to_numpy().tolist(), paths.isel(scenario=n).to_numpy(), strict=True)))
            for n in (0, 1)
        ]
        assert held == [True, False], entry["indicator"]
        change = runs["population"].diff("year").sum(("district", "sex", "age")).to_numpy()
        flows = runs["births"].sum(("district", "sex")) - runs["deaths"].sum(("district", "sex", "age"))
        flows = flows + runs["net_migration"].sum(("district", "sex", "age"))
        assert change == pytest.approx(flows.transpose(*runs["population"].dims[:1], "period").to_numpy(), abs=1e-5)


def test_order_of_targets_and_scenarios_changes_nothing(evaluation: pm.Evaluation, table: pd.DataFrame) -> None:
    from dataclasses import replace

    turned = evaluation.projection.isel(scenario=[1, 0])
    mixed = replace(evaluation, targets=evaluation.targets.iloc[::-1], projection=turned)
    other = pm.effort(mixed, scenario=table.attrs["scenario"])
    key = ["indicator", "target_year"]
    both = table.merge(other, on=key, validate="1:1")
    assert len(both) == len(table)
    assert both["net_migration_x"].fillna(-1).tolist() == both["net_migration_y"].fillna(-1).tolist()


def test_refused(evaluation: pm.Evaluation) -> None:
    with pytest.raises(pm.SchemaError, match="no number of migrants moves 'life_expectancy' \\(assumed\\)"):
        pm.effort(evaluation, indicator="life_expectancy")
    with pytest.raises(pm.SchemaError, match="Did you mean share_60_plus"):
        pm.effort(evaluation, indicator="share_60_pluss")
    with pytest.raises(pm.SchemaError, match="schedule 'modl' is not known"):
        pm.effort(evaluation, schedule="modl")
    with pytest.raises(pm.SchemaError, match="scenario 'trent' is not among"):
        pm.effort(evaluation, scenario="trent")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words(table: pd.DataFrame, lang: str) -> None:
    rows = effort_rows(table, lang)
    assert len(rows) == len(table)
    for _, row in table.iterrows():
        sentence = effort_sentence(row, lang, year=2024)
        assert "{" not in sentence
        assert str(row["target_year"]) in sentence
        assert not any(word in sentence.lower() for word in ("impossible", "never", "不可能"))


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "effort.csv"
    assert main(["effort", "--year", "2023", "--indicator", "share_60_plus", "--lang", "en", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Net migrants a year from 2024 on" in said
    assert max(map(len, said.splitlines())) <= 100
    assert list(pd.read_csv(out)["target_year"]) == [2025, 2030, 2035]
    assert main(["effort", "--out", str(tmp_path / "x.doc")]) == 2
    assert "Use .csv, .svg or .png" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_chart(table: pd.DataFrame, lang: str) -> None:
    axes = pm.plot_effort(table, lang=lang)
    bars = [patch for patch in axes.patches if patch.get_label() == "_effort"] + [
        bar for container in axes.containers for bar in container
    ]
    least = table[(table["bound"] == "least") & table["net_migration"].notna()]
    scale = 1e4 if lang == "zh" else 1e3
    assert sorted({round(bar.get_width(), 6) for bar in bars}) == sorted(set((least["net_migration"] / scale).round(6)))
    with pytest.raises(pm.SchemaError, match="table has no rows"):
        pm.plot_effort(table.iloc[:0])
