"""Laws that any cohort-component projection obeys, on random populations and rates."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from popmodel.kernel import project_path

A = 8


@st.composite
def cases(draw: st.DrawFn, *, districts: int | None = None, periods: int | None = None) -> dict[str, Any]:
    d = districts or draw(st.integers(1, 4))
    t = periods or draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return {
        "population": rng.uniform(100, 5000, (d, 2, A)),
        "fertility_rate": rng.uniform(0, 0.3, (t, d, A)),
        "survival_ratio": rng.uniform(0.5, 1, (t, d, 2, A)),
        "sex_ratio_at_birth": rng.uniform(0.9, 1.2, (t, d)),
        "net_migration": rng.uniform(0, 50, (t, d, 2, A)),
    }


TIMINGS = st.sampled_from(["even", "end"])
FEW = settings(max_examples=40, deadline=None)


@FEW
@given(cases(), TIMINGS)
def test_accounts_close_in_every_district_and_sex(case: dict[str, Any], timing: str) -> None:
    path = project_path(**case, timing=timing)
    change = np.diff(path.population.sum(axis=-1), axis=0)
    flows = path.births - path.deaths.sum(axis=-1) + path.net_migration.sum(axis=-1)
    assert np.abs(change - flows).max() <= 1e-12 * path.population.sum()


@FEW
@given(cases(), TIMINGS, st.floats(0.01, 100))
def test_people_and_migrants_count_in_any_unit(case: dict[str, Any], timing: str, unit: float) -> None:
    path = project_path(**case, timing=timing)
    scaled = case | {name: case[name] * unit for name in ("population", "net_migration")}
    assert project_path(**scaled, timing=timing).population == pytest.approx(path.population * unit, rel=1e-12)


@FEW
@given(cases(districts=2, periods=3), cases(districts=2, periods=3), TIMINGS)
def test_two_populations_under_the_same_rates_add_up(one: dict[str, Any], two: dict[str, Any], timing: str) -> None:
    other = one | {name: two[name] for name in ("population", "net_migration")}
    both = one | {name: one[name] + two[name] for name in ("population", "net_migration")}
    parts = [project_path(**case, timing=timing) for case in (one, other, both)]
    for name in ("population", "births", "deaths"):
        assert getattr(parts[2], name) == pytest.approx(getattr(parts[0], name) + getattr(parts[1], name), rel=1e-12)


@FEW
@given(cases(), TIMINGS)
def test_a_closed_cohort_only_ages_and_dies(case: dict[str, Any], timing: str) -> None:
    closed = case | {"net_migration": np.zeros_like(case["net_migration"])}
    path = project_path(**closed, timing=timing).population
    older, survival = path[1:, ..., 1:-1], case["survival_ratio"][..., 1:-1]
    assert older == pytest.approx(path[:-1, ..., :-2] * survival, rel=1e-12)
    last = (path[:-1, ..., -2] + path[:-1, ..., -1]) * case["survival_ratio"][..., -1]
    assert path[1:, ..., -1] == pytest.approx(last, rel=1e-12)


@FEW
@given(cases(districts=1), TIMINGS, st.floats(0.1, 0.9))
def test_splitting_a_district_changes_nothing(case: dict[str, Any], timing: str, share: float) -> None:
    whole = project_path(**case, timing=timing)
    halves = {name: np.repeat(array, 2, axis=0 if name == "population" else 1) for name, array in case.items()}
    parts = np.array([share, 1 - share])
    halves["population"] = halves["population"] * parts[:, None, None]
    halves["net_migration"] = halves["net_migration"] * parts[None, :, None, None]
    split = project_path(**halves, timing=timing)
    assert split.population.sum(axis=1) == pytest.approx(whole.population.sum(axis=1), rel=1e-12)


@FEW
@given(cases(), st.floats(0.0, 0.02))
def test_moves_between_districts_cancel_in_the_sum(case: dict[str, Any], rate: float) -> None:
    t, d = case["sex_ratio_at_birth"].shape
    even = case | {"survival_ratio": np.ones_like(case["survival_ratio"])}
    even["population"] = np.full_like(case["population"], 1000.0)
    even["fertility_rate"] = np.full_like(case["fertility_rate"], 0.25)
    moves = project_path(**even, move_rate=np.full((t, d, d, 2, A), rate))
    none = project_path(**even)
    assert (moves.net_migration - none.net_migration).sum(axis=1) == pytest.approx(0, abs=1e-6)


@FEW
@given(cases(), TIMINGS)
def test_order_of_districts_does_not_matter(case: dict[str, Any], timing: str) -> None:
    turned = {name: np.flip(array, axis=0 if name == "population" else 1) for name, array in case.items()}
    there, here = project_path(**turned, timing=timing), project_path(**case, timing=timing)
    assert (np.flip(there.population, axis=1) == here.population).all()
