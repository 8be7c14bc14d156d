"""Each benchmark is fired once, untimed; the yardstick step must give what the kernel gives."""

import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.plain import plain_path  # noqa: E402
from benchmarks.registry import REGISTRY, Case, Size, rates  # noqa: E402
from popmodel.kernel import project_path  # noqa: E402


@pytest.mark.parametrize("case", REGISTRY, ids=lambda case: case.name)
def test_case_runs(case: Case) -> None:
    case.make(Size(2, 3))()
    assert all(name in [other.name for other in REGISTRY] for name in case.against)


def test_names_are_different() -> None:
    assert len({case.name for case in REGISTRY}) == len(REGISTRY)


@pytest.mark.parametrize("own", [True, False])
def test_the_plain_step_is_the_same_model(own: bool) -> None:
    given = rates(Size(3, 2), own=own)
    fast = project_path(**given)
    stocks, births, deaths = plain_path(*given.values())
    assert fast.population == pytest.approx(stocks, rel=1e-12)
    assert fast.births == pytest.approx(births, rel=1e-12)
    assert np.asarray(fast.deaths) == pytest.approx(deaths, rel=1e-9)
