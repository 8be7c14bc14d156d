"""The shipped case, run once a session."""

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm
from popmodel.report.write import write_parts
from tests.feasible import answers

mpl.use("Agg")

LONG = ("notebooks", "packaging", "docs", "fuzz", "another_city", "cli", "report", "any_city", "examples")
"""Files that take longest. They come first, so that two processes end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        path = item.path.as_posix()
        return next((number for number, name in enumerate(LONG) if f"tests/test_{name}" in path), len(LONG))

    items.sort(key=rank)


@pytest.fixture(scope="session")
def evaluation() -> pm.Evaluation:
    """The evaluation of the shipped case for 2023, made once."""
    return pm.evaluate(year=2023)


@pytest.fixture(scope="session")
def census() -> xr.Dataset:
    return pm.read_census(pm.data_path("census/wenzhou"))


@pytest.fixture(scope="session")
def base(evaluation: pm.Evaluation) -> xr.Dataset:
    return evaluation.base


@pytest.fixture(scope="session")
def scenarios(evaluation: pm.Evaluation) -> list[pm.Scenario]:
    return list(evaluation.scenarios)


@pytest.fixture(scope="session")
def rates(base: xr.Dataset, scenarios: list[pm.Scenario]) -> xr.Dataset:
    return pm.scenario_rates(base, scenarios, years=range(2020, 2036))


@pytest.fixture(scope="session")
def projection(evaluation: pm.Evaluation) -> xr.Dataset:
    return evaluation.projection


@pytest.fixture(scope="session")
def values(evaluation: pm.Evaluation) -> xr.Dataset:
    return evaluation.values


@pytest.fixture(scope="session")
def targets(evaluation: pm.Evaluation) -> pd.DataFrame:
    return evaluation.targets


@pytest.fixture(scope="session")
def observed(evaluation: pm.Evaluation) -> pd.DataFrame:
    return evaluation.observed


@pytest.fixture(scope="session")
def dot() -> bytes:
    """The smallest PNG: stands for a chart where a file must hold a picture but nobody looks at it."""
    return base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
    )


@pytest.fixture(scope="session")
def parts(evaluation: pm.Evaluation) -> dict[str, Any]:
    """The arguments of a report on the shipped case."""
    return {
        "card": pm.worded(evaluation.ratings), "targets": evaluation.targets, "observed": evaluation.observed,
        "projected": evaluation.values, "projection": evaluation.projection, "scenarios": list(evaluation.scenarios),
        "feasible": answers(),
    }  # fmt: skip


@pytest.fixture(scope="session")
def found(parts: dict[str, Any], evaluation: pm.Evaluation) -> pm.Evaluation:
    """The evaluation of the shipped case with a history of one year, and observed values that came from no file."""
    card = parts["card"]
    keys = ["scenario", "indicator", "number", "name_zh", "name_en", "target_year"]
    return replace(
        evaluation,
        ratings=card,
        text_ratings=card.iloc[:0],
        feasible=answers(),
        history=card[keys].assign(rating_2022=card["rating"], pace_2022=card["pace"]),
        record={"files": {"city": pm.data_path("census/wenzhou"), "targets": pm.data_path("plan/table6.csv")}},
    )


@pytest.fixture(scope="session")
def report(parts: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole report of the shipped case, written once."""
    inputs = {"census": pm.data_path("census/wenzhou"), "targets": pm.data_path("plan/table6.csv")}
    folder = tmp_path_factory.mktemp("report") / "2023"
    return write_parts(folder, today="2024-03-05", inputs=inputs, workers=2, **parts)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """An invented city of two districts in the documented form, small enough to reason about."""
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "city.toml").write_text(
        'format = 1\n\n[city]\ncode = "900000"\nname_zh = "虚构市"\n'
        'name_en = "Invented"\nreference = "un_wpp2024_china"\n\n'
        '[[census]]\nyear = 2020\ndate = 2020-11-01\npublication = "invented"\n',
        encoding="utf-8",
    )
    (folder / "districts.csv").write_text(
        "census,district,name_zh,name_en,unit,central_city,land_area_km2,note\n"
        "2020,900001,甲区,A,900001,yes,100,\n2020,900002,乙县,B,900002,no,300,\n",
        encoding="utf-8",
    )
    groups = ["0", "1-4", *(f"{low}-{low + 4}" for low in range(5, 85, 5)), "85+"]
    lines = ["census,district,sex,age_group,population"]
    for district, size in (("900001", 2000), ("900002", 1000)):
        for sex in ("female", "male"):
            lines += [f"2020,{district},{sex},{group},{size - 20 * i}" for i, group in enumerate(groups)]
    (folder / "population.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
