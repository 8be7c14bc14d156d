"""Every benchmark case runs, at its smallest size and untimed; what it is held against computes the same."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from popmodel.kernel import project_path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from benchmarks.__main__ import main, timed  # noqa: E402
from benchmarks.jobs import job, made_up  # noqa: E402
from benchmarks.plain import plain_path  # noqa: E402
from benchmarks.registry import REGISTRY, Case, by_name  # noqa: E402

SMALL = sorted(
    {replace(case, draws=min(case.draws, 2), districts=min(case.districts, 3)) for case in REGISTRY},
    key=lambda case: case.name,
)


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.name)
def test_every_case_runs(case: Case) -> None:
    work = job(case)
    assert work.call() is not None
    if work.copy:
        work.copy()()
    for run in (work.fresh, work.plain):
        if run:
            assert run() is not None


@pytest.mark.parametrize("rates", ["shared", "own"])
def test_the_plain_step_is_the_same_model(rates: str) -> None:
    given = made_up(Case("kernel", draws=3, districts=2, rates=rates))
    fast, (stocks, births, deaths) = project_path(**given), plain_path(*given.values())
    for found, expected in zip(fast[:3], (stocks, births, deaths), strict=True):
        assert found == pytest.approx(expected, rel=1e-12)
    if rates == "own":
        assert np.ptp(stocks[:, -1].sum(axis=(1, 2, 3))) > 1


def test_figures_of_a_case() -> None:
    case = Case("kernel", districts=1)
    found = timed(case, seconds=0)
    assert found["rounds"] == 5
    assert found["cells"] == 2 * 101 * 15
    assert found["ns"] == pytest.approx(found["warm"] / 3030 * 1e9)
    assert found["best"] <= found["warm"]
    assert found["plain"] > 0


def test_the_command_prints_and_saves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "figures.json"
    monkeypatch.setattr("sys.argv", ["benchmarks", "kernel-1x1-", "--seconds", "0", "--out", str(out)])
    main()
    printed = capsys.readouterr().out
    assert "| kernel-1x1-shared-population |" in printed
    saved = json.loads(out.read_text(encoding="utf-8"))
    assert [case["name"] for case in saved["cases"]] == ["kernel-1x1-shared-population"]
    assert set(saved["machine"]) >= {"cpu", "cores", "python", "numpy", "numba"}


def test_a_case_stands_once() -> None:
    with pytest.raises(ValueError, match="kernel-1x12-shared-population stands twice"):
        by_name((Case("kernel"), Case("kernel")))
