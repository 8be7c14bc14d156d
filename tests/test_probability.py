"""Models of the drivers and draws from them: laws that hold in every draw, and the bounds that they reproduce."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm
from popmodel.probability.assumed import ASSUMED
from popmodel.probability.processes import NORMAL_80, Evidence, Process, annual, condition, deviations, fit_to_bounds
from popmodel.probability.smoothing import path_of, smooth
from tests.invented import write_city

YEARS = range(2020, 2031)
KEPT = ["resident_population", "share_60_plus"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_city(tmp_path_factory.mktemp("invented") / "city")


@pytest.fixture(scope="module")
def small(folder: Path) -> tuple[xr.Dataset, xr.Dataset]:
    """An invented city of three districts: its base, and how sure it is."""
    census = pm.read_census(folder)
    base = pm.estimate_base(census)
    return base, pm.estimate_uncertainty(base, reference=census, observed=pm.read_observed(folder / "observed.csv"))


@pytest.fixture(scope="module")
def shipped(base: xr.Dataset) -> xr.Dataset:
    return pm.estimate_uncertainty(base, reference=pm.read_census(pm.data_path("census/wenzhou")))


@pytest.fixture(scope="module")
def drawn(small: tuple[xr.Dataset, xr.Dataset]) -> xr.Dataset:
    return pm.draw(small[1], draws=24, years=YEARS, seed=5)


@pytest.fixture(scope="module")
def projected(small: tuple[xr.Dataset, xr.Dataset], drawn: xr.Dataset) -> xr.Dataset:
    return pm.project(small[0].population, pm.rates_of_draws(small[0], drawn)(np.arange(24))).squeeze("scenario")


def test_the_smoother_is_conditioning_in_closed_form() -> None:
    values, error = np.array([0.1, np.nan, 0.3, 0.2]), np.array([0.05, 0.1, 0.1, 0.1])
    found = smooth(values, error, persistence=0.9, innovation=0.1, level=-0.03, start=(0.0, 0.2))
    variance, mean = [0.04], [0.0]
    for _ in range(3):
        variance.append(0.81 * variance[-1] + 0.01)
        mean.append(-0.03 + 0.9 * (mean[-1] + 0.03))
    joint = np.array([[0.9 ** abs(i - j) * variance[min(i, j)] for j in range(4)] for i in range(4)])
    seen = np.isfinite(values)
    gain = joint[:, seen] @ np.linalg.inv(joint[np.ix_(seen, seen)] + np.diag(error[seen] ** 2))
    after = joint - gain @ joint[seen]
    np.testing.assert_allclose(found.mean, mean + gain @ (values - mean)[seen], atol=1e-12)
    np.testing.assert_allclose(found.variance, np.diag(after), atol=1e-12)
    np.testing.assert_allclose(found.covariance[:-1], np.diag(after, 1), atol=1e-12)
    paths = path_of(found, np.random.default_rng(1).standard_normal((4, 20_000)))
    np.testing.assert_allclose(np.cov(paths), after, atol=4e-4)


def test_conditioning_on_exact_figures_gives_them_back() -> None:
    evidence = Evidence(np.eye(3), np.array([0.01, 0.02, 0.03]), np.full(3, 1e-9))
    found = condition(0.5, 0.01, level=0.0, spread=0.05, evidence=evidence)
    assert found.mean.sum() == pytest.approx(0.03)
    assert found.covariance.sum() == pytest.approx(0.0, abs=1e-12)
    # Nothing known: the prior.
    nothing = condition(0.5, 0.01, level=0.004, spread=0.05, evidence=Evidence(np.zeros((0, 3)), *np.zeros((2, 0))))
    np.testing.assert_allclose(nothing.covariance, np.diag([0.05**2, 0.01**2 / 0.75]))


def test_a_process_of_five_years_has_the_variance_of_its_years() -> None:
    keep, noise = annual(0.92464, 0.04522, years=5)
    assert keep**5 == pytest.approx(0.92464)
    assert deviations(Process(keep, noise, 0.0), 5)[-1] == pytest.approx(0.04522)


@pytest.mark.parametrize(("name", "persistence"), [("total_fertility", None), ("life_expectancy", 1.0)])
def test_the_published_half_widths_are_reproduced(name: str, persistence: float | None) -> None:
    reference = pm.read_reference(pm.data_path("reference/un_wpp2024_china"))
    bounds = reference[f"reference_{name}_bounds"].sel({f"{name}_bound_year": slice(2024, 2045)})
    half = 0.5 * (bounds.sel(quantile=90) - bounds.sel(quantile=10)).to_numpy()
    fitted = NORMAL_80 * deviations(fit_to_bounds(half, persistence=persistence), len(half))
    np.testing.assert_allclose(fitted, half, rtol=0.08)


def test_the_countrys_draws_have_the_published_bounds_and_medians(shipped: xr.Dataset) -> None:
    """Test 1 of the calibration: the city's own processes frozen, what is left is the country's."""
    census = pm.read_census(pm.data_path("census/wenzhou"))
    sure = shipped
    own = ("city_fertility", "life_expectancy_gap")
    drawn = pm.draw(sure, draws=6000, years=range(2020, 2046), seed=3, freeze=own)
    bounds = census["reference_total_fertility_bounds"].sel(total_fertility_bound_year=slice(2024, 2045))
    ratio = pm.draw(sure, draws=1, years=range(2020, 2046), seed=3, freeze=(*own, "country_fertility"))
    country = drawn.total_fertility / (ratio.total_fertility.squeeze("draw") / sure.country_fertility.sel(
        process_year=slice(2021, 2045)).to_numpy())  # fmt: skip
    low, middle, high = country.sel(period=slice(2024, 2045)).quantile([0.1, 0.5, 0.9], "draw").to_numpy()
    np.testing.assert_allclose(high - low, (bounds.sel(quantile=90) - bounds.sel(quantile=10)).to_numpy(), rtol=0.08)
    np.testing.assert_allclose(middle, bounds.sel(quantile=50).to_numpy(), atol=0.01)
    lives = census["reference_life_expectancy_bounds"].sel(life_expectancy_bound_year=slice(2025, 2045))
    # Of life expectancy the path without figures of the city: its random walk alone.
    walk = Process(1.0, float(sure.life_expectancy_innovation), float(sure.life_expectancy_start))
    half = 0.5 * (lives.sel(quantile=90) - lives.sel(quantile=10)).to_numpy()
    np.testing.assert_allclose(NORMAL_80 * deviations(walk, 22)[1:], half, rtol=0.08)
    path = sure.life_expectancy_path.sel(process_year=slice(2025, 2035)).to_numpy()
    gap = path[0] - float(census.reference_life_expectancy.mean("sex").sel(life_year=2025))
    keep = float(sure.gap_persistence)
    reference = path - gap * keep ** np.arange(11)
    np.testing.assert_allclose(reference, lives.sel(quantile=50).to_numpy()[:11], atol=0.1)


def test_the_shipped_bounds_are_the_published_ones() -> None:
    source = pd.read_csv(Path(__file__).parents[1] / "data/reference/un_wpp2024_china/bounds.csv")
    assert len(source) == 148
    row = source.query("series == 'total_fertility' and year == 2035").iloc[0]
    assert (row["lower_95"], row["upper_95"]) == (0.687, 1.490)


def test_accounts_close_and_districts_add_to_the_city(projected: xr.Dataset) -> None:
    whole = projected.population.sum(("sex", "age"))
    change = whole.diff("year").to_numpy()
    flows = projected.births.sum("sex") - projected.deaths.sum(("sex", "age")) + projected.net_migration.sum(
        ("sex", "age"))  # fmt: skip
    np.testing.assert_allclose(change, flows.transpose("draw", "period", "district").to_numpy(), atol=1e-6)


def test_published_stocks_are_met_in_every_draw(
    small: tuple[xr.Dataset, xr.Dataset], drawn: xr.Dataset, projected: xr.Dataset
) -> None:
    base, sure = small
    last = int(sure.last_observed)
    known = projected.population.sel(year=slice(2021, last)).sum(("sex", "age"))
    published = base.observed_stock.sum("district").to_numpy()
    np.testing.assert_allclose(known.sum("district").to_numpy(), np.broadcast_to(published, (24, 3)), atol=1e-6)
    np.testing.assert_allclose(
        known.to_numpy(), drawn.district_stock.transpose("draw", "known_period", "district").to_numpy(), atol=1e-6
    )
    # No stock of a district is published here: each has its error, the more the longer ago.
    spread = np.log(drawn.district_stock / base.observed_stock.to_numpy()).std("draw")
    assert (spread.isel(known_period=2) > 2 * spread.isel(known_period=0)).all()


def test_the_citys_rate_is_the_drawn_one(drawn: xr.Dataset, projected: xr.Dataset) -> None:
    start = projected.population.sum(("district", "sex", "age")).isel(year=slice(None, -1)).to_numpy()
    rate = projected.net_migration.sum(("district", "sex", "age")).to_numpy() / start
    free = drawn.period.to_numpy() > int(drawn.last_observed)
    np.testing.assert_allclose(rate[:, free], drawn.net_migration_rate.to_numpy()[:, free], atol=1e-12)
    assert np.isnan(drawn.net_migration_rate.to_numpy()[:, ~free]).all()


def test_a_draw_depends_on_no_other(small: tuple[xr.Dataset, xr.Dataset], drawn: xr.Dataset) -> None:
    base, sure = small
    many = pm.draw(sure, draws=300, years=range(2020, 2041), seed=5)
    for name in drawn.data_vars:
        one, other = drawn[name], many[name]
        for dim, size in drawn.sizes.items():
            if dim in other.dims and dim in ("draw", "period", "year"):
                other = other.isel({dim: slice(size)})
        np.testing.assert_array_equal(one.to_numpy(), other.to_numpy(), err_msg=str(name))
    rates = pm.rates_of_draws(base, drawn)
    values = [
        pm.project_indicators(base.population, rates, indicators=KEPT, draws=24, block=block) for block in (5, 24)
    ]
    xr.testing.assert_identical(*values)
    other = pm.draw(sure, draws=24, years=YEARS, seed=6)
    assert not np.array_equal(drawn.total_fertility, other.total_fertility)


def test_freezing_one_driver_leaves_the_others(small: tuple[xr.Dataset, xr.Dataset], drawn: xr.Dataset) -> None:
    held = pm.draw(small[1], draws=24, years=YEARS, seed=5, freeze=["net_migration"])
    free = held.period.to_numpy() > int(held.last_observed)
    assert float(held.net_migration_rate[:, free].std("draw").max()) == pytest.approx(0.0, abs=1e-15)
    for name in ("total_fertility", "life_expectancy", "district_deviation", "schedule_score", "urban_shift"):
        np.testing.assert_array_equal(held[name].to_numpy(), drawn[name].to_numpy())
    anew = pm.draw(small[1], draws=24, years=YEARS, seed=5, reseed={"net_migration": 77})
    assert not np.array_equal(anew.net_migration_rate[:, free], drawn.net_migration_rate[:, free])
    np.testing.assert_array_equal(anew.total_fertility.to_numpy(), drawn.total_fertility.to_numpy())


def test_everything_frozen_is_one_path(small: tuple[xr.Dataset, xr.Dataset]) -> None:
    base, sure = small
    drawn = pm.draw(sure, draws=3, years=YEARS, seed=5, freeze=sure.attrs["drivers"])
    values = pm.project_indicators(base.population, pm.rates_of_draws(base, drawn), indicators=KEPT, draws=3)
    for name in KEPT:
        assert float(values[name].std("draw").max()) == pytest.approx(0.0, abs=1e-6)


def test_every_driver_moves_something(small: tuple[xr.Dataset, xr.Dataset]) -> None:
    """No driver in the list is one of name only."""
    base, sure = small
    drivers = sure.attrs["drivers"]
    indicators = [*KEPT, "urbanisation_rate", "sex_ratio_at_birth"]
    assert "register" not in drivers
    assert {"country_fertility", "net_migration", "district_stock"} <= set(drivers)
    for driver in drivers:
        drawn = pm.draw(sure, draws=2, years=range(2020, 2026), seed=9, freeze=[x for x in drivers if x != driver])
        values = pm.project_indicators(base.population, pm.rates_of_draws(base, drawn), indicators=indicators, draws=2)
        moved = max(float(values[name].std("draw").max() / abs(values[name]).max()) for name in indicators)
        assert moved > 1e-7, driver


def test_the_shipped_city_meets_its_stocks_and_its_register(base: xr.Dataset, shipped: xr.Dataset) -> None:
    sure = shipped
    assert [reason.partition(":")[0] for reason in sure.attrs["missing"]] == ["peers"]
    drawn = pm.draw(sure, draws=6, years=range(2020, 2036), seed=1)
    # Urban shares of most residents are published to 2023, of few later.
    assert (drawn.urban_shift.sel(year=slice(2020, 2023)) == 0).all()
    assert float(drawn.urban_shift.sel(year=2024).std("draw")) > 0
    rates = pm.rates_of_draws(base, drawn)
    kept = ["resident_population", "registered_population"]
    values = pm.project_indicators(base.population, rates, indicators=kept, draws=6).isel(scenario=0)
    for year in (2021, 2022, 2023):
        stock = values.resident_population.sel(year=year).to_numpy()
        np.testing.assert_allclose(stock[:, 0], float(base.observed_stock.sel(observed_year=year).sum()), atol=1e-6)
        if year != 2022:  # every district is published
            wanted = base.observed_stock.sel(observed_year=year).to_numpy()
            np.testing.assert_allclose(stock[:, 1:], np.broadcast_to(wanted, (6, 12)), atol=1e-6)
    register = values.registered_population.isel(area=0)
    np.testing.assert_allclose(register.sel(year=2022).to_numpy(), 8_318_000, atol=1e-6)
    assert float(register.sel(year=2021).std("draw")) < float(register.sel(year=2023).std("draw"))
    assert rates(np.array([3])).scenario.item() == "forecast"


def test_what_is_missing_is_said(folder: Path, small: tuple[xr.Dataset, xr.Dataset], tmp_path: Path) -> None:
    base, sure = small
    assert all({"unit", "source", "status"} <= set(sure[name].attrs) for name in sure.data_vars)
    assert {sure[name].attrs["status"] for name in sure.data_vars} == {"estimated", "published", "assumed"}
    alone = pm.estimate_uncertainty(base)
    missing = {reason.partition(":")[0] for reason in alone.attrs["missing"]}
    assert {"country_fertility", "life_expectancy", "migration_schedule", "peers"} <= missing
    assert not missing & set(alone.attrs["drivers"])
    drawn = pm.draw(alone, draws=8, years=YEARS, seed=1)
    assert float(drawn.total_fertility.std("draw").min()) > 0
    lone = write_city(tmp_path / "lone", sizes=(300_000,), earlier=False, settlement=False)
    one = pm.estimate_base(pm.read_census(lone))
    found = pm.estimate_uncertainty(one, reference=pm.read_census(lone))
    gone = {reason.partition(":")[0] for reason in found.attrs["missing"]}
    assert {"district_migration", "district_stock", "own_residual", "decade", "urban_share"} <= gone
    few = pm.draw(found, draws=4, years=YEARS, seed=1)
    rates = pm.rates_of_draws(one, few)
    values = pm.project_indicators(one.population, rates, indicators=KEPT, draws=4)
    assert float(values.resident_population.isel(year=-1, area=0, scenario=0).std("draw")) > 0


def test_bad_input_is_refused(
    small: tuple[xr.Dataset, xr.Dataset], drawn: xr.Dataset, base: xr.Dataset, tmp_path: Path
) -> None:
    own, sure = small
    with pytest.raises(pm.SchemaError, match=r"freeze names births, which is no driver"):
        pm.draw(sure, draws=4, years=YEARS, seed=1, freeze=["births"])
    with pytest.raises(pm.SchemaError, match=r"0 draws of the years"):
        pm.draw(sure, draws=0, years=YEARS, seed=1)
    with pytest.raises(pm.SchemaError, match=r"consecutive years from the base year 2020"):
        pm.draw(sure, draws=4, years=range(2021, 2030), seed=1)
    with pytest.raises(pm.SchemaError, match=r"the years end in 2022, but stocks are published to 2023"):
        pm.draw(sure, draws=4, years=range(2020, 2023), seed=1)
    with pytest.raises(pm.SchemaError, match=r"assume names migration, which is no assumed parameter"):
        pm.estimate_uncertainty(own, assume={"migration": 1.0})
    with pytest.raises(pm.SchemaError, match=r"peers lack area, year"):
        pm.estimate_uncertainty(own, peers=pd.DataFrame({"indicator": ["resident_population"]}))
    with pytest.raises(pm.SchemaError, match=r"the draws are of districts 900001"):
        pm.rates_of_draws(base, drawn)
    with pytest.raises(pm.SchemaError, match=r"draw 24 is not there; 24 were drawn"):
        pm.rates_of_draws(own, drawn)(np.array([24]))
    emptied = drawn.assign(net_migration_rate=drawn.net_migration_rate.copy())
    emptied.net_migration_rate[7, -1] = -0.95
    with pytest.raises(pm.SchemaError, match=r"draw 7: net migration takes .* of district 90000\d, .* in 2030"):
        pm.rates_of_draws(own, emptied)(np.arange(6, 9))


def test_bounds_must_rise(tmp_path: Path) -> None:
    source = pm.data_path("reference/un_wpp2024_china")
    for file in source.iterdir():
        text = file.read_text(encoding="utf-8")
        if file.name == "bounds.csv":
            lines_ = text.splitlines()
            cells = lines_[1].split(",")
            cells[5] = "99"
            text = "\n".join([lines_[0], ",".join(cells), *lines_[2:]]) + "\n"
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    with pytest.raises(pm.SchemaError, match=r"bounds.csv: .*bounds must rise from lower_95"):
        pm.read_reference(tmp_path)


def test_compact_drivers_are_the_same_path(small: tuple[xr.Dataset, xr.Dataset], drawn: xr.Dataset) -> None:
    base = small[0]
    slow = pm.project_indicators(base.population, pm.rates_of_draws(base, drawn), draws=24, block=24)
    fast = pm.project_indicators(base.population, pm.drivers_of_draws(base, drawn), block=5)
    assert set(slow) == set(fast)
    for name in slow:
        mine, theirs = fast[name].to_numpy(), slow[name].transpose(*fast[name].dims).to_numpy()
        assert (np.isnan(mine) == np.isnan(theirs)).all(), name
        largest = np.nanmax(np.abs(theirs), initial=0.0)
        assert np.nanmax(np.abs(mine - theirs), initial=0.0) <= 1e-9 * largest, name
    fixed = base.assign(fixed_stock=base.population.drop_vars("year") * 0.0)
    with pytest.raises(pm.SchemaError, match="holds fixed_stock apart.*Use rates_of_draws"):
        pm.drivers_of_draws(fixed, drawn)


def test_every_assumed_parameter_is_in_the_documents() -> None:
    text = (Path(__file__).parents[1] / "docs/assumptions.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(): line.split("|") for line in text.splitlines() if line.startswith("| `")}
    for name, known in ASSUMED.items():
        cells = rows[f"`{name}`"]
        assert cells[3].split()[0] == f"{known.value:g}", name
        assert known.source in cells[2]
        assert ("*assumed*" in cells[2]) == (known.status == "assumed")
