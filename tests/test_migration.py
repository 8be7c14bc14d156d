from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.demography.migrants import DepletedError, Schedule, at_risk, held, migrants
from popmodel.demography.migration import RogersCastro, close_accounts, migration_schedule, migration_share
from popmodel.kernel import project_path, project_step
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
    counts, stock = [], start
    for t in range(3):
        counts.append(migrants(Schedule(case["schedule"]), stock, case["survival_ratio"][t], closed.net_migration[t]))
        path = project_path(
            start,
            closed.total_fertility[: t + 1, None, None] * case["fertility_per_child"],
            case["survival_ratio"][: t + 1],
            case["sex_ratio_at_birth"][: t + 1],
            np.stack(counts),
        )
        stock = path.population[-1]
    assert path.population[1:].sum(axis=(-2, -1)) == pytest.approx(stocks, rel=1e-8)
    assert np.asarray(path.births).sum(axis=(-2, -1))[:2] == pytest.approx(births[:2], rel=1e-8)
    # No births published in the third year: the fertility of the second goes on.
    assert closed.total_fertility[2] == pytest.approx(closed.total_fertility[1])
    change = np.diff(np.concatenate([start.sum(axis=(-2, -1))[None], stocks]), axis=0)
    assert closed.births - closed.deaths + closed.net_migration == pytest.approx(change, rel=1e-6)


def test_first_births_must_be_known() -> None:
    with pytest.raises(SchemaError, match="births of the first year are missing"):
        close_accounts(np.ones((2, 2, AGES)), np.full((3, 2), 200.0), [np.nan, 1, 1], **_case())


def _rates() -> Schedule:
    """Students arrive at 18 and leave at 22; the young respond most, nobody above 60."""
    turnover = np.zeros((1, 2, AGES))
    turnover[..., 18], turnover[..., 22] = 0.2, -0.2
    response = np.where(np.arange(AGES) < 60, 0.5, 0.0) * np.ones((2, 1))
    response[:, 18:30] = 3.0
    return Schedule(np.full((2, AGES), 1 / 202), turnover, response)


@pytest.mark.parametrize("total", [0.0, 100.0, -100.0])
def test_learned_rates_add_and_meet_the_total(total: float) -> None:
    stock = np.full((1, 2, AGES), 100.0)
    moved = migrants(_rates(), stock, np.ones_like(stock), [total])
    assert moved.sum() == pytest.approx(total, abs=1e-9)
    # The students come and go, whatever the total does.
    assert (moved[..., 18] > 10).all()
    assert (moved[..., 22] < -10).all()
    assert (moved[..., 60:] == 0).all()
    shift = moved - migrants(_rates(), stock, np.ones_like(stock), [0.0])
    assert shift[0, 0, 25] == pytest.approx(6 * shift[0, 0, 40], rel=0.02)


@pytest.mark.parametrize("schedule", [_rates(), Schedule(migration_schedule(residents=np.ones((2, AGES))))])
@pytest.mark.parametrize("size", [2_000.0, 32e6])
def test_a_loss_of_five_percent_a_year_for_ten_years(schedule: Schedule, size: float) -> None:
    """Losses act on the people there: nobody leaves who is not there, in a county as in a large city."""
    age = np.arange(AGES)
    stock = np.broadcast_to(np.exp(-((age / 60.0) ** 4)) * (1 + 0.4 * np.sin(age / 3)), (1, 2, AGES)).copy()
    stock *= size / stock.sum()
    survival = np.full((1, 2, AGES), 0.99)
    survival[..., 85:] = 0.8
    births = np.where((age > 20) & (age < 40), 0.05, 0.0)[None]
    for _ in range(10):
        lost = -0.05 * stock.sum()
        stock = project_step(stock, births, survival, [1.06], migrants(schedule, stock, survival, [lost])).population
    assert (stock >= 0).all()
    assert 0.4 * size < stock.sum() < 0.75 * size


def test_more_than_may_leave_is_named() -> None:
    stock = np.full((1, 2, AGES), 100.0)
    with pytest.raises(DepletedError, match=r"district number 0, sex female, age \d+; no more than 80 %"):
        migrants(_rates()._replace(turnover=np.zeros((1, 2, AGES))), stock, np.ones_like(stock), [-0.6 * stock.sum()])


def test_no_age_is_emptied_while_others_can_leave() -> None:
    """Where the young are nearly gone, the others leave in their stead: no age loses more than four fifths."""
    stock = np.full((1, 2, AGES), 100.0)
    stock[..., 15:30] = 2.0
    out = migrants(_rates()._replace(turnover=np.zeros((1, 2, AGES))), stock, np.ones_like(stock), [-0.1 * stock.sum()])
    assert out.sum() == pytest.approx(-0.1 * stock.sum())
    assert (-out < 0.8 * stock + 1e-9).all()
    rate, slope = held([0.4, 0.0, -0.3, -0.31, -9.0])
    assert rate == pytest.approx([0.4, 0.0, -0.3, -0.31, -0.5], abs=1e-4)
    assert slope[:3].tolist() == [1, 1, 1]


def test_people_at_risk_are_those_whom_both_ends_of_the_year_have() -> None:
    stock = np.array([[[10.0, 100.0, 1.0, 50.0, 7.0]]])
    risk = at_risk(stock, np.full_like(stock, 0.5))[0, 0]
    assert risk == pytest.approx([10, 2 * 100 * 5 / 105, 2 * 1 * 50 / 51, 2 * 50 * 0.5 / 50.5, 7])


def test_a_schedule_that_does_not_sum_to_its_total_is_refused(base: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    years = range(2020, 2026)
    short = base.assign(migration_schedule=0.93 * base.migration_schedule)
    with pytest.raises(SchemaError, match=r"migration_schedule sums to 0\.93 over sex and age; .* must sum to 1"):
        pm.scenario_rates(short, scenarios[:1], years=years)
    gap = base.assign(migration_turnover=base.migration_turnover.where(base.age != 20))
    with pytest.raises(SchemaError, match="migration_turnover has 24 rates that are not finite"):
        pm.scenario_rates(gap, scenarios[:1], years=years)
    # What migrates is what the total says, gains and losses, in every year.
    for total in (60_000.0, -60_000.0):
        even = replace(scenarios[0], name="even", net_migration=total, counterfactual=True)
        moved = pm.scenario_rates(base, [even], years=years).net_migration.sum(("scenario", "district", "sex", "age"))
        np.testing.assert_allclose(moved, total, rtol=1e-9)
