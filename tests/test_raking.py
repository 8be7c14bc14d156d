import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.demography.raking import flows_through, rake_stocks

AXES = ("scenario", "period", "district", "sex")


def _gap(data: xr.Dataset, share: float) -> float:
    """Largest miss of the account by cohort, written out apart from the code: the adjustment comes at the end."""
    stock, died = data.population.to_numpy(), data.deaths.to_numpy()
    adjustment = data.migration_adjustment.to_numpy()
    moved = data.net_migration.to_numpy() - adjustment
    start = stock[:, :-1] + share * moved
    due = adjustment + (1 - share) * moved - died
    due[..., 1:] += start[..., :-1]
    due[..., -1] += start[..., -1]
    due[..., 0] += data.births.to_numpy()
    return float(np.abs(stock[:, 1:] - due).max())


@pytest.mark.parametrize(("timing", "share"), [("even", 0.5), ("end", 0.0)])
def test_accounts_close_in_every_cell_after_raking(
    base: xr.Dataset, rates: xr.Dataset, timing: str, share: float
) -> None:
    projection = pm.project(base.population, rates, timing=timing)  # type: ignore[arg-type]
    grown = projection.population.sum("district") * (1 + 0.002 * (projection.year - 2020))
    raked, audit = pm.rake(projection, grown, timing=timing)  # type: ignore[arg-type]
    assert raked.population.sum("district").transpose(*grown.dims).to_numpy() == pytest.approx(grown.to_numpy())
    assert _gap(raked, share) < 1e-6
    change = raked.population.sum("age").diff("year").transpose("scenario", "year", "district", "sex").to_numpy()
    flows = raked.births - raked.deaths.sum("age") + raked.net_migration.sum("age")
    assert change == pytest.approx(flows.transpose(*AXES).to_numpy(), abs=1e-6)
    # More people: more births and deaths, at the same risks.
    assert float(raked.births.sum()) > float(projection.births.sum())
    assert float(raked.deaths.sum()) > float(projection.deaths.sum())
    assert audit["percent"].max() == pytest.approx(3.0)
    assert not audit["alarm"].any()


def test_totals_already_met_change_nothing(projection: xr.Dataset) -> None:
    raked, audit = pm.rake(projection, projection.population.sum("district"))
    for name in ("population", "births", "deaths", "net_migration"):
        assert raked[name].to_numpy() == pytest.approx(projection[name].to_numpy(), abs=1e-6)
    assert audit["adjustment"].abs().max() < 1e-6
    assert "migration_adjustment" not in projection


def test_a_step_rings_and_a_level_does_not(projection: xr.Dataset) -> None:
    one = projection.sel(scenario=["trend"])
    total = one.population.sum("district")
    jump = total * xr.where((one.year >= 2027) & (one.age >= 80), 1.04, 1.0)
    _, audit = pm.rake(one, jump)
    rung = audit[audit["alarm"]]
    assert set(rung["year"]) == {2027}
    assert set(rung["age_group"]) == {"80-84", "85-89", "90-94", "95-99", "100+"}
    assert rung["step"].to_numpy() == pytest.approx(np.full(len(rung), 4.0))
    assert len(rung) == 5 * 12
    _, calm = pm.rake(one, jump, alarm=5.0)
    assert not calm["alarm"].any()


def test_city_and_districts_together(projection: xr.Dataset) -> None:
    """Two sets: the city's population by sex and age, and stocks of the districts that differ from the projected."""
    one = projection.sel(scenario=["trend"])
    city = one.population.sum("district")
    stock = one.population.sum(("sex", "age"))
    moved = stock.copy()
    moved.loc[{"district": "330302"}] += 10_000
    moved.loc[{"district": "330381"}] -= 10_000
    raked, _ = pm.rake(one, [city, moved.isel(year=slice(1, None))])
    assert raked.population.sum("district").transpose(*city.dims).to_numpy() == pytest.approx(city.to_numpy(), rel=1e-8)
    ends = raked.population.sum(("sex", "age")).transpose(*stock.dims)
    assert ends.isel(year=0).to_numpy() == pytest.approx(stock.isel(year=0).to_numpy())
    assert ends.isel(year=-1).to_numpy() == pytest.approx(moved.isel(year=-1).to_numpy(), rel=1e-8)


def test_one_step_by_hand() -> None:
    """One district, ages 0, 1+; women 100 and 50, nobody moves, a tenth of each cohort dies, 8 girls and no boys."""
    stocks = np.zeros((2, 1, 2, 2))
    stocks[0, 0, 0] = [100, 50]
    stocks[1, 0, 0] = [7.2, 135]
    births = np.array([[[8.0, 0.0]]])
    deaths = np.zeros((1, 1, 2, 2))
    deaths[0, 0, 0] = [0.8, 15]
    raked = rake_stocks(stocks, [np.array([[150.0], [160.0]]).reshape(2, 1, 1, 1)], [(1, 2, 3)])
    assert raked[1, 0, 0] == pytest.approx([160 * 7.2 / 142.2, 160 * 135 / 142.2])
    flows = flows_through(stocks, raked, births, deaths, np.zeros((1, 1, 2, 2)), share=0.5, fertile=slice(1, 2))
    # Women of age 1+: (50 + 151.899) against (50 + 135); births follow.
    more = (50 + raked[1, 0, 0, 1]) / 185
    assert flows.births[0, 0] == pytest.approx([8 * more, 0])
    assert flows.deaths[0, 0, 0] == pytest.approx([0.8 * more, 15])
    assert flows.adjustment[0, 0, 0] == pytest.approx([raked[1, 0, 0, 0] - 7.2 * more, raked[1, 0, 0, 1] - 135])


def test_bad_totals_are_named(projection: xr.Dataset) -> None:
    one = projection.sel(scenario=["trend"])
    city = one.population.sum("district")
    with pytest.raises(pm.SchemaError, match="do not close by cohort"):
        pm.rake(one, city, timing="end")
    with pytest.raises(pm.SchemaError, match="totals 1: year lacks 2030"):
        pm.rake(one, city.drop_sel(year=2030))
    with pytest.raises(pm.SchemaError, match="totals 1: age lacks 100"):
        pm.rake(one, city.isel(age=slice(0, 100)))
    with pytest.raises(pm.SchemaError, match="use year and any of"):
        pm.rake(one, city.sum("year"))
    with pytest.raises(pm.SchemaError, match="totals 1: values must be finite and not negative"):
        pm.rake(one, -city)
    with pytest.raises(pm.SchemaError, match="no totals are given"):
        pm.rake(one, [])
    with pytest.raises(pm.SchemaError, match="they contradict each other"):
        pm.rake(one, [city, 1.01 * one.population.sum(("sex", "age"))])
    with pytest.raises(pm.SchemaError, match="has no variable 'deaths'"):
        pm.rake(one.drop_vars("deaths"), city)
    empty = np.zeros((1, 2))
    with pytest.raises(pm.SchemaError, match="a total of 5 persons is given where nobody lives"):
        rake_stocks(empty, [np.full((1, 1), 5.0)], [(1,)])


@pytest.mark.parametrize("timing", ["even", "end"])
def test_a_raked_projection_is_raked_again(base: xr.Dataset, rates: xr.Dataset, timing: str) -> None:
    projection = pm.project(base.population, rates, timing=timing)  # type: ignore[arg-type]
    total = projection.population.sum("district")
    grown = total * (1 + 0.002 * (projection.year - 2020))
    first, _ = pm.rake(projection, total * (1 - 0.001 * (projection.year - 2020)), timing=timing)  # type: ignore[arg-type]
    again, _ = pm.rake(first, grown, timing=timing)  # type: ignore[arg-type]
    once, _ = pm.rake(projection, grown, timing=timing)  # type: ignore[arg-type]
    for name in ("population", "births", "deaths", "net_migration", "migration_adjustment", "fertility_rate"):
        np.testing.assert_allclose(again[name].to_numpy(), once[name].to_numpy(), rtol=1e-9, atol=1e-6, err_msg=name)
    assert _gap(again, 0.5 if timing == "even" else 0.0) < 1e-6


@pytest.mark.parametrize("timing", ["even", "end"])
def test_a_raked_projection_is_compared(base: xr.Dataset, rates: xr.Dataset, timing: str) -> None:
    projection = pm.project(base.population, rates, timing=timing)  # type: ignore[arg-type]
    raked, _ = pm.rake(projection, projection.population.sum("district") * 1.01, timing=timing)  # type: ignore[arg-type]
    parts = pm.compare(raked, "plan", "trend")
    gain = raked.population.sel(scenario="plan") - raked.population.sel(scenario="trend")
    np.testing.assert_allclose(
        parts.population.sum("component").transpose(*gain.dims).to_numpy(), gain.to_numpy(), atol=1e-4
    )
    # Rates near those of the projection: one factor a district and year, for women who stand otherwise by age.
    factor = (raked.fertility_rate / projection.fertility_rate).sel(age=30)
    assert float(abs(factor - 1).max()) < 0.02


def test_a_raked_projection_with_moves_is_compared(base: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    pool = pm.Scenario("pool", based_on=scenarios[0], moves=pm.Pool(0.01))
    rates = pm.scenario_rates(base, [scenarios[0], pool], years=range(2020, 2026))
    projection = pm.project(base.population, rates)
    raked, _ = pm.rake(projection, projection.population.sum("district") * 1.01)
    parts = pm.compare(raked, "pool", "trend")
    gain = raked.population.sel(scenario="pool") - raked.population.sel(scenario="trend")
    np.testing.assert_allclose(
        parts.population.sum("component").transpose(*gain.dims).to_numpy(), gain.to_numpy(), atol=1e-4
    )
