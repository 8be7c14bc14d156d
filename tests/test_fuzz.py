"""Damaged inputs in the suite; any number by hand: ``python -m tests.fuzz --cases 10000 --seed 7``."""

import importlib
import random
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CASES, SEED, PARTS = 500, 20_000, 2


@pytest.mark.parametrize("part", range(PARTS))
def test_a_damaged_input_is_one_error_or_read_as_it_stands(
    part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    forms = importlib.import_module("tests.fuzz.forms")
    run = importlib.import_module("tests.fuzz.run")
    count = CASES // PARTS
    found = run.run(forms.forms(forms.small_city(tmp_path)), cases=count, seed=SEED + part * count)
    assert not found.wrong, found.wrong[0]
    # Both ends are reached: damages that must be refused, and files that can still be read.
    assert sum(found.refused.values()) > count // 4
    assert sum(found.taken.values()) > count // 20


def test_a_case_is_the_same_by_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    damage = importlib.import_module("tests.fuzz.damage")
    rows = [["a", "b"], ["1", "2"], ["3", "4"]]
    assert [damage.damage(rows, random.Random(n)) for n in range(40) if n % 9] == [
        damage.damage(rows, random.Random(n)) for n in range(40) if n % 9
    ]
    assert "tests.fuzz.damage" in sys.modules
