"""Draws from compact drivers: the kernel that forms rates in its loop against the path by rates, year by year."""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.demography.migrants import Schedule, migrants
from popmodel.kernel import project_step
from popmodel.kernel.draws import prepare_draws, project_draws
from popmodel.projection import ensemble, quantiles
from popmodel.projection.compact import _arrays, prepare
from tests.drivers import compact_drivers

ORDER = ("draw", "period", "district", "sex", "age")


def _survival(drivers: xr.Dataset) -> np.ndarray:
    """Survival ratios (N, T, D, 2, A) between the tables of the grid."""
    grid = drivers["survival_grid"].to_numpy()
    at = (drivers["life_expectancy"] + drivers["life_expectancy_difference"]).to_numpy()
    place = (at - float(drivers["table"][0])) / 0.1
    low = np.floor(place).astype(int)
    return grid[low] + (place - low)[..., None, None] * (grid[low + 1] - grid[low])


def _to_stock(wanted: np.ndarray, end: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Totals that meet stocks, by secant steps."""
    before, now = np.zeros(len(wanted)), np.full(len(wanted), 100.0)
    low, high = end(before), end(now)
    for _ in range(40):
        flat = high == low
        step = np.where(flat, 0.0, (wanted - high) * (now - before) / np.where(flat, 1.0, high - low))
        before, low, now = now, high, now + step
        high = end(now)
        if np.abs(high - wanted).max() < 1e-9:
            break
    return now


def path_by_rates(population: xr.DataArray, drivers: xr.Dataset, timing: Any = "even") -> xr.Dataset:
    """Rates of every draw, made year by year with the functions that scenarios use."""
    survival = _survival(drivers)
    per_child = (drivers["fertility_level"] * drivers["fertility_pattern"]).to_numpy()
    tfr, ratio = drivers["total_fertility"].to_numpy(), drivers["sex_ratio_at_birth"].to_numpy()
    moved = np.zeros_like(survival)
    for n in range(drivers.sizes["draw"]):
        here, stock = drivers.isel(draw=n), population.to_numpy()
        turnover = None
        if "migration_turnover" in drivers:
            error = (here["schedule_score"] * here["schedule_component"]).sum("component")
            turnover = here["migration_turnover"] + here["own_weight"] * here["migration_own_residual"] + error
            turnover = turnover.transpose("district", "sex", "age").to_numpy()
        response = None if turnover is None else here["migration_response"].to_numpy()
        schedule = Schedule(here["migration_schedule"].to_numpy(), turnover, response)
        for t in range(drivers.sizes["period"]):
            rates = tfr[n, t] * per_child, survival[n, t], np.full(len(stock), ratio[n, t])

            def step(total: np.ndarray, stock: Any = stock, rates: Any = rates, schedule: Any = schedule) -> Any:
                counts = migrants(schedule, stock, rates[1], total)
                return counts, project_step(stock, *rates, counts, timing=timing).population

            wanted = here["published_stock"].to_numpy()[t]
            if np.isfinite(wanted).all():
                total = _to_stock(wanted, lambda total, step=step: step(total)[1].sum(axis=(1, 2)))
            else:
                people = stock.sum(axis=(1, 2))
                apart = here["district_deviation"].to_numpy()[t]
                apart = apart - (people * apart).sum() / people.sum()
                total = people * (float(here["net_migration_rate"][t]) + apart)
            moved[n, t], stock = step(total)
    companions = ["total_fertility", "life_expectancy", "urban_share"]
    return drivers[companions].assign(
        fertility_rate=(("draw", "period", "district", "age"), tfr[..., None, None] * per_child),
        survival_ratio=(ORDER, survival),
        sex_ratio_at_birth=(("draw", "period", "district"), np.repeat(ratio[..., None], per_child.shape[0], axis=-1)),
        net_migration=(ORDER, moved),
    )


@pytest.mark.parametrize(("learned", "timing"), [(True, "even"), (True, "end"), (False, "even")])
def test_the_loop_gives_what_the_path_by_rates_gives(learned: bool, timing: Any) -> None:
    population, drivers = compact_drivers(4, learned=learned)
    if learned and timing == "even":  # far from a total of zero, where the table of exp ends
        drivers["net_migration_rate"] = drivers["net_migration_rate"] + np.array([0.0, 0.0, 0.3, -0.1, 0.0, 0.0])
        drivers["migration_response"] = drivers["migration_response"] / 4
    slow = pm.project(population, path_by_rates(population, drivers, timing), timing=timing)
    run = prepare_draws(_arrays(population, drivers), draws=4, bands=(0, 15, 60), timing=timing)
    sums = project_draws(run, 0, 4, people=True)
    assert sums.population is not None
    stock = slow["population"].isel(scenario=0).transpose("draw", "year", *ORDER[2:]).to_numpy()
    assert np.abs(sums.population - stock).max() <= 1e-9 * stock.max()
    whole = stock.sum(axis=(2, 3, 4))
    assert np.abs(sums.bands[..., 0].sum(axis=(0, 1)) - whole).max() <= 1e-9 * whole.max()
    flows = {
        "births": sums.births[..., 1:].transpose(1, 2, 3, 0), "deaths": sums.deaths[..., 1:],
        "net_migration": sums.net_migration[..., 1:],
    }  # fmt: skip
    for name, mine in flows.items():
        theirs = slow[name].isel(scenario=0)
        theirs = theirs if name == "births" else theirs.sum(["sex", "age"])
        assert np.abs(mine - theirs.to_numpy()).max() <= 1e-9 * float(np.abs(theirs).max()), name


def test_indicators_from_sums_are_those_of_the_projection() -> None:
    population, drivers = compact_drivers(3)
    rates = path_by_rates(population, drivers)
    slow = pm.measure(pm.project(population, rates))
    fast = pm.project_indicators(population, drivers)
    assert {*slow.data_vars} | {"registered_population"} == {*fast.data_vars}
    register = fast["registered_population"].isel(scenario=0, area=0)
    assert (register.to_numpy() == drivers["registered_population"].to_numpy()).all()
    assert fast["area"].to_numpy().tolist() == ["900000", "900001", "900002", "900003"]
    for name in slow.data_vars:
        mine, theirs = fast[name].to_numpy(), slow[name].to_numpy()
        assert (np.isnan(mine) == np.isnan(theirs)).all(), name
        scale = max(1e-30, np.nanmax(np.abs(theirs))) if np.isfinite(theirs).any() else 1.0
        assert np.nanmax(np.abs(mine - theirs), initial=0.0) <= 1e-9 * scale, name
        assert fast[name].attrs == slow[name].attrs


def test_published_stocks_are_met_and_accounts_close() -> None:
    population, drivers = compact_drivers(5)
    run = prepare_draws(_arrays(population, drivers), draws=5, bands=(0,))
    sums = project_draws(run, 0, 5)
    stock = sums.bands.sum(axis=(0, 1))
    wanted = drivers["published_stock"].to_numpy()[:, :2]
    assert np.abs(stock[:, 1:3, 1:] - wanted).max() < 1e-6
    change = sums.births.sum(axis=0) - sums.deaths + sums.net_migration
    assert np.abs(np.diff(stock, axis=1) - change).max() <= 1e-9 * stock.max()
    assert stock[..., 0] == pytest.approx(stock[..., 1:].sum(axis=-1), rel=1e-12)
    later = sums.net_migration[:, 2:]
    rate = later[..., 0] / stock[:, 2:-1, 0]  # districts add to the city's rate
    assert rate == pytest.approx(drivers["net_migration_rate"].to_numpy()[:, 2:], rel=1e-9)


def test_bits_depend_on_no_block_thread_or_other_draw() -> None:
    population, drivers = compact_drivers(7)
    whole = pm.project_indicators(population, drivers, block=100)
    threads = numba.get_num_threads()
    for block in (1, 3):
        numba.set_num_threads(1 if block == 3 else threads)
        try:
            parts = pm.project_indicators(population, drivers, block=block)
        finally:
            numba.set_num_threads(threads)
        xr.testing.assert_identical(whole, parts)
    alone = pm.project_indicators(population, drivers.isel(draw=[5]))
    assert all((alone[n][0, 0].to_numpy() == whole[n][0, 5].to_numpy())[~np.isnan(alone[n][0, 0])].all() for n in whole)


def test_quantiles_over_the_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    population, drivers = compact_drivers(60)
    names, cuts = ["resident_population", "share_60_plus", "urbanisation_rate", "births"], (10, 50, 97.5)
    draws = pm.project_indicators(population, drivers, indicators=names)
    kept = pm.project_indicators(population, drivers, indicators=names, quantiles=cuts, block=7)
    assert kept["births"].dims == ("quantile", "scenario", "year", "area")
    assert kept.attrs["draws"] == 60
    for name in names:
        exact = np.quantile(draws[name].to_numpy(), np.array(cuts) / 100, axis=1)
        assert kept[name].to_numpy() == pytest.approx(exact, rel=2e-7, nan_ok=True)
    monkeypatch.setattr(ensemble, "SHEET", 25)
    streamed = pm.project_indicators(population, drivers, indicators=names, quantiles=cuts, block=7)
    for name in names:
        values = np.sort(draws[name].to_numpy()[0], axis=0)
        # The rank of a streamed quantile among the draws: off by a gap between two of the first 25 at most.
        rank = (values[:, None] <= streamed[name].to_numpy()[:, 0]).mean(axis=0)
        known = values.std(axis=0) > 1e-6 * np.abs(values[0])  # what is the same in every draw has no rank
        assert np.abs(rank - np.array(cuts)[:, None, None] / 100)[:, known].max() <= 0.1


def test_counting_many_draws_between_edges_is_close() -> None:
    sheets = np.random.default_rng(0).normal(size=(4, 1, 5_000)).astype(np.float32)
    counted = quantiles.first_sheet(sheets[0])
    for sheet in sheets[1:]:
        counted = quantiles.next_sheet(counted, sheet)
    cuts = (2.5, 10, 50, 90, 97.5)
    found = quantiles.counted_quantiles(counted, cuts)[:, 0]
    ranks = (sheets.ravel() <= found[:, None]).mean(axis=1)
    assert np.abs(ranks - np.array(cuts) / 100).max() < 1e-3
    assert counted.draws == 20_000


def _without(name: str) -> Callable[[xr.Dataset], xr.Dataset]:
    return lambda drivers: drivers.drop_vars(name)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_without("migration_schedule"), "compact drivers lack migration_schedule"),
        (_without("migration_response"), "migration_turnover and migration_response go together"),
        (lambda d: d.assign(life_expectancy=d.life_expectancy + 20), "the grid of life tables from 70 to 94.9"),
        (lambda d: d.assign(total_fertility=-d.total_fertility), r"total_fertility\[0, 0\] is -.* 0 or more"),
        (lambda d: d.assign(published_stock=d.published_stock.where(d.draw > 0)), "net_migration_rate.* is nan"),
        (lambda d: d.assign(district_deviation=d.district_deviation.rename(draw="path")), "has dims path besides"),
        (lambda d: d.assign_coords(district=["1", "2", "3"]), "differ in district: 900001"),
        (lambda d: d.isel(period=[1, 2]), "periods 2022, 2023 must be consecutive and follow the stock of 2020"),
        (lambda d: d.assign_coords(table=d.table**2), "in even steps"),
        (
            lambda d: d.assign(net_migration_rate=d.net_migration_rate - 0.5),
            "draw 0, period 2023, district 900001, sex female, age .*: more than 80 % of the people of an age and sex",
        ),
        (
            lambda d: d.assign(net_migration_rate=d.net_migration_rate - 1.5),
            "draw 0, period 2023, district 900001: migration is to take more people than there are",
        ),
    ],
)
def test_what_cannot_be_run_is_named(spoil: Callable[[xr.Dataset], xr.Dataset], message: str) -> None:
    population, drivers = compact_drivers(2)
    with pytest.raises(pm.SchemaError, match=message):
        pm.project_indicators(population, spoil(drivers), indicators=["births"])


def test_what_is_asked_for_must_be_there(base: xr.Dataset, rates: xr.Dataset) -> None:
    population, drivers = compact_drivers(2)
    with pytest.raises(pm.SchemaError, match="happiness is not given by this projection; it gives resident_population"):
        pm.project_indicators(population, drivers, indicators=["happiness"])
    with pytest.raises(pm.SchemaError, match="main_centre_share: the data has no centre_share"):
        pm.project_indicators(population, drivers, indicators=["main_centre_share"])
    with pytest.raises(pm.SchemaError, match="area 900009 is not among 900000"):
        pm.project_indicators(population, drivers, areas=["900009"])
    with pytest.raises(pm.SchemaError, match="quantiles 101.0 must be percentages"):
        pm.project_indicators(population, drivers, quantiles=[101])
    with pytest.raises(pm.SchemaError, match="quantiles are kept of draws from compact drivers only"):
        pm.project_indicators(base.population, rates, quantiles=[50])
    with pytest.raises(pm.SchemaError, match="one stock for all draws"):
        pm.project_indicators(population.expand_dims(draw=2), drivers)


def test_draws_that_do_not_differ_need_no_axis() -> None:
    population, drivers = compact_drivers(3)
    one = drivers.isel(draw=0, drop=True)
    alone = pm.project_indicators(population, one)
    assert alone.sizes["draw"] == 1
    many = one.assign(total_fertility=one["total_fertility"].expand_dims(draw=3))
    same = pm.project_indicators(population, many, indicators=["births"])
    assert (same["births"].to_numpy() == alone["births"].to_numpy())[:, :, 1:].all()
    run = prepare(population, many, indicators=["births"])
    assert run.prepared.vital[3].strides[0] == 0  # held once
