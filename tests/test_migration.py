import numpy as np
import pytest

from popmodel.demography.migration import RogersCastro, close_accounts, migration_schedule, migration_share
from popmodel.kernel import project_path
from popmodel.schema import SchemaError

AGES = 101


def test_schedule_is_a_distribution_that_peaks_among_young_workers() -> None:
    residents = np.stack([np.full(AGES, 100.0), np.full(AGES, 300.0)])
    schedule = migration_schedule(residents=residents)
    assert schedule.shape == (2, AGES)
    assert schedule.sum() == pytest.approx(1)
    assert schedule[1] == pytest.approx(3 * schedule[0])
    assert 18 <= int(schedule.sum(axis=0).argmax()) <= 26


def test_rogers_castro_value_by_hand() -> None:
    # Only the constant: every age below the open one has the same share.
    schedule = migration_schedule(RogersCastro(a1=0, a2=0, c=0.01), residents=np.ones((2, AGES)))
    assert schedule[0, :100] == pytest.approx(np.full(100, 1 / 200))
    with pytest.raises(SchemaError, match="negative or infinite"):
        migration_schedule(RogersCastro(a1=-1), residents=np.ones((2, AGES)))


def test_share_falls_back_to_residents_when_gains_and_losses_cancel() -> None:
    assert migration_share([[30.0, 10.0], [50.0, 10.0]], [1.0, 1.0]) == pytest.approx([0.8, 0.2])
    assert migration_share([[30.0, -29.0]], [1.0, 3.0]) == pytest.approx([0.25, 0.75])
    assert migration_share(np.zeros((0, 2)), [1.0, 3.0]) == pytest.approx([0.25, 0.75])


def _case() -> dict[str, np.ndarray]:
    fertility = np.zeros((2, AGES))
    fertility[:, 20:40] = 1 / 20
    survival = np.full((3, 2, 2, AGES), 0.99)
    return {
        "fertility_per_child": fertility,
        "survival_ratio": survival,
        "sex_ratio_at_birth": np.full((3, 2), 1.06),
        "schedule": np.full((2, AGES), 1 / 202),
    }


def test_closed_accounts_meet_stocks_and_births() -> None:
    case = _case()
    start = np.stack([np.full((2, AGES), 1000.0), np.full((2, AGES), 400.0)])
    stocks = np.array([[203_000.0, 80_000.0], [205_000.0, 79_500.0], [206_000.0, 79_000.0]])
    births = np.array([1500.0, 1400.0, np.nan])
    closed = close_accounts(start, stocks, births, **case)
    path = project_path(
        start,
        closed.total_fertility[:, None, None] * case["fertility_per_child"],
        case["survival_ratio"],
        case["sex_ratio_at_birth"],
        closed.net_migration[:, :, None, None] * case["schedule"],
    )
    assert path.population[1:].sum(axis=(-2, -1)) == pytest.approx(stocks, rel=1e-8)
    assert np.asarray(path.births).sum(axis=(-2, -1))[:2] == pytest.approx(births[:2], rel=1e-8)
    # No births published in the third year: the fertility of the second goes on.
    assert closed.total_fertility[2] == pytest.approx(closed.total_fertility[1])
    change = np.diff(np.concatenate([start.sum(axis=(-2, -1))[None], stocks]), axis=0)
    assert closed.births - closed.deaths + closed.net_migration == pytest.approx(change, rel=1e-6)


def test_first_births_must_be_known() -> None:
    with pytest.raises(SchemaError, match="births of the first year are missing"):
        close_accounts(np.ones((2, 2, AGES)), np.full((3, 2), 200.0), [np.nan, 1, 1], **_case())
