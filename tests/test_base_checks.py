"""Base options and checks against the world: fertility, mortality, migration and settlement."""

import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.demography.census_survival import curve, fit_rogers_castro, reached, usable_share
from popmodel.demography.lifetable import life_table, relational_table
from popmodel.demography.migration import RogersCastro
from popmodel.demography.mortality import (
    calibrate_life_expectancy,
    district_tables,
    standardised_mortality_ratio,
    survive,
)
from popmodel.schema import SEXES


@pytest.fixture(scope="module")
def earlier() -> xr.Dataset:
    return pm.read_census(pm.data_path("census/wenzhou"), year=2010)


def test_spline_keeps_groups_and_smooths_cohorts(census: xr.Dataset, base: xr.Dataset) -> None:
    """MODEL: 60+ at the end of 2021 is 16.7 % by births and 17.1 % by the spline, on the census of 2020."""
    smooth = pm.estimate_base(census, ages="spline", observed_until=2023)
    groups = np.add.reduceat(smooth.census_population.to_numpy(), [0, 1, *range(5, 86, 5)], axis=-1)
    assert groups == pytest.approx(census.population.transpose("district", "sex", "age_group").to_numpy())
    older = [float(data.population.sel(age=slice(59, None)).sum() / data.population.sum()) for data in (base, smooth)]
    assert older[1] - older[0] == pytest.approx(0.0036, abs=0.001)
    assert float(base.population.sel(age=59).sum()) < 0.65 * float(base.population.sel(age=57).sum())
    assert float(smooth.population.sel(age=59).sum()) > 0.75 * float(smooth.population.sel(age=57).sum())
    with pytest.raises(pm.SchemaError, match="ages='sprague' must be births or spline"):
        pm.estimate_base(census, ages="sprague")  # type: ignore[arg-type]


def test_total_fertility_stands_on_two_bases(base: xr.Dataset) -> None:
    """MODEL: births of 2020 at 7.4 per mille and 65,000 in 2021 imply about 1.13 and 1.04 (± 0.03)."""
    resident = base.resident_total_fertility
    assert float(resident.sel(fertility_year=2020)) == pytest.approx(1.13, abs=0.03)
    assert float(resident.sel(fertility_year=2021)) == pytest.approx(1.04, abs=0.03)
    assert float(resident.sel(fertility_year=2023)) < 0.95
    assert float(base.resident_births.sel(fertility_year=2020)) == pytest.approx(0.0074 * 9_572_903)
    assert float(base.published_total_fertility.sel(fertility_year=2020)) == pytest.approx(1.3)
    assert base.published_total_fertility[1:].isnull().all()
    assert resident.attrs["basis"] != base.published_total_fertility.attrs["basis"] == "health_department"


def test_a_city_without_births_has_no_resident_fertility(city: object) -> None:
    base = pm.estimate_base(pm.read_census(city))  # type: ignore[arg-type]
    assert base.resident_total_fertility.isnull().all()
    assert base.published_total_fertility.attrs["basis"] == "none published"


def test_modelled_deaths_and_what_would_calibrate_them(base: xr.Dataset) -> None:
    factor = base.death_factor
    assert float(factor.sel(observed_year=2021)) == pytest.approx(1, abs=0.05)
    table = pm.calibrate_mortality(base).set_index("year")
    assert table.index.to_list() == [2021, 2022, 2023]
    assert table.loc[2021, "factor"] == pytest.approx(1, abs=0.05)
    assert (table["published"] / table["modelled"]).to_numpy() == pytest.approx(table["factor"].to_numpy())
    # More deaths than modelled mean a shorter life, in every year here.
    assert (table["factor"] > 1).all()
    assert (table["calibrated_life_expectancy"] < 81.72).all()
    again = pm.calibrate_mortality(base, life_expectancy=float(table.loc[2023, "calibrated_life_expectancy"]))
    assert again.set_index("year").loc[2023, "factor"] == pytest.approx(1, abs=1e-5)
    with pytest.raises(pm.SchemaError, match="no published deaths after the base year"):
        pm.calibrate_mortality(base.drop_vars("observed_deaths"))


def test_calibration_finds_the_table_that_made_the_deaths(base: xr.Dataset) -> None:
    standard = base.standard_death_rate.to_numpy()
    people = base.population.sum("district").to_numpy()
    table = district_tables(standard, 81.72, [0.0, -2.0])
    deaths = float((people * table.dx[1] / table.Lx[1]).sum())
    found = calibrate_life_expectancy(people, deaths, standard=standard, life_expectancy=81.72)
    assert found.life_expectancy == pytest.approx(79.72, abs=1e-5)
    assert found.factor == pytest.approx(deaths / found.modelled)
    assert found.factor > 1.1
    for wrong, message in ((-1.0, "must be a number above 0"), (57.0, "Check the unit of the deaths")):
        with pytest.raises(pm.SchemaError, match=message):
            calibrate_life_expectancy(people, wrong, standard=standard, life_expectancy=81.72)


def test_districts_with_their_own_life_expectancy(census: xr.Dataset, base: xr.Dataset) -> None:
    codes = [str(code) for code in base.district.to_numpy()]
    apart = dict.fromkeys(codes, 0.0) | {"330302": 2.0, "330328": -3.0}
    own = pm.estimate_base(census, observed_until=2023, life_expectancy_difference=apart)
    assert own.life_expectancy_difference.to_numpy().tolist() == list(apart.values())
    # Longer lives leave fewer deaths, so less migration explains the same stocks; shorter ones the reverse.
    moved = (own.residual_migration - base.residual_migration).sel(observed_year=2021)
    assert float(moved.sel(district="330302")) < -100
    assert float(moved.sel(district="330328")) > 100
    assert float(abs(moved.sel(district="330304"))) < 50
    # The open group follows the district's own table and keeps its count.
    old = own.census_population.sel(age=slice(85, None))
    assert old.sum("age").to_numpy() == pytest.approx(
        base.census_population.sel(age=slice(85, None)).sum("age").to_numpy()
    )
    assert float(old.sel(district="330302", age=100).sum()) > float(
        base.census_population.sel(district="330302", age=100).sum()
    )
    with pytest.raises(pm.SchemaError, match="life_expectancy_difference: 330302, 900001 unknown or missing"):
        pm.estimate_base(census, life_expectancy_difference={"900001": 1.0, **dict.fromkeys(codes[1:], 0.0)})
    with pytest.raises(pm.SchemaError, match="a difference of 83 years of life"):
        pm.estimate_base(census, life_expectancy_difference=dict.fromkeys(codes, 83.0))


def test_standardised_ratio_and_survivors_by_hand() -> None:
    rate = np.array([[0.01, 0.1], [0.02, 0.2]])
    people = np.array([[[100.0, 50.0], [100.0, 20.0]]])
    # expected 1 + 5 + 2 + 4 = 12
    assert standardised_mortality_ratio([18.0], people, rate) == pytest.approx([1.5])
    table = life_table(np.full((2, 101), 0.05), sex=SEXES)
    stock = np.zeros((2, 101))
    stock[:, 30] = 100
    left = survive(stock, table, years=3)
    assert left[:, 33] == pytest.approx(100 * table.Lx[:, 33] / table.Lx[:, 30])
    assert left.sum() == pytest.approx(left[:, 33].sum())


def test_census_survival_of_the_shipped_case(census: xr.Dataset, earlier: xr.Dataset) -> None:
    between = pm.census_survival(census, earlier)
    assert between.unit.to_numpy().tolist() == [
        *("330302", "330303+330305", "330304", "330324", "330326", "330327+330383", "330328", "330329", "330381"),
        "330382",
    ]
    # Every resident of 2020 aged 10 and over is counted once, on the merged units.
    assert float(between.counted.sum()) == pytest.approx(float(census.population.isel(age_group=slice(3, None)).sum()))
    assert between.net_migration.to_numpy() == pytest.approx((between.counted - between.expected).to_numpy())
    # Young arrivals in Ouhai, those of working age leave again; the city's gains and losses cancel.
    ouhai = between.net_migration.sel(unit="330304").sum("sex")
    assert float(ouhai.sel(survivor_age=20)) > 40_000
    assert float(ouhai.sel(survivor_age=30)) < -40_000
    assert abs(between.attrs["net_share"]) < 0.2
    with pytest.raises(pm.SchemaError, match="16 % of the sum of its parts by sex and age: gains and losses cancel"):
        pm.estimate_base(census, migration="census-survival", earlier=earlier)
    with pytest.raises(pm.SchemaError, match="census-survival needs the census before"):
        pm.estimate_base(census, migration="census-survival")
    with pytest.raises(pm.SchemaError, match="migration='net' must be learned, rogers-castro, census-survival"):
        pm.estimate_base(census, migration="net")  # type: ignore[arg-type]
    with pytest.raises(pm.SchemaError, match="is not earlier than"):
        pm.census_survival(earlier, census)
    with pytest.raises(pm.SchemaError, match="unit 330302, x stands in one census only"):
        pm.census_survival(census.assign_coords(unit=("district", ["x", *census.unit.to_numpy()[1:]])), earlier)


def test_without_learned_schedules_the_standard_one_is_the_default(census: xr.Dataset) -> None:
    plain = census.drop_vars([name for name in census.data_vars if "learned" in str(name)])
    base = pm.estimate_base(plain, observed_until=2023)
    named = pm.estimate_base(census, observed_until=2023, migration="rogers-castro")
    assert named.migration_schedule.identical(base.migration_schedule)
    assert "migration_turnover" not in base
    with pytest.raises(pm.SchemaError, match="'learned' needs schedules of migration, which the reference does not"):
        pm.estimate_base(plain, migration="learned")
    late = pm.estimate_base(census, migration=RogersCastro(mu2=40))
    assert (
        int(late.migration_schedule.sum("sex").to_numpy().argmax())
        > int(base.migration_schedule.sum("sex").to_numpy().argmax()) + 10
    )


def _one_unit(census: xr.Dataset) -> xr.Dataset:
    """The whole city as one district, without anything published."""
    kept = [name for name in census.data_vars if str(name).startswith("reference_")]
    data = census[kept].drop_vars(["area", "area_zh", "area_en"], errors="ignore")
    whole = census["population"].sum("district").expand_dims(district=["u"])
    dropped = [name for name in whole.coords if "district" in whole[name].dims and name != "district"]
    return (
        data.drop_dims("district", errors="ignore")
        .assign(population=whole.drop_vars(dropped))
        .assign_coords(unit=("district", ["u"]))
    )


def test_schedule_is_found_again_where_arrivals_prevail(census: xr.Dataset, earlier: xr.Dataset) -> None:
    """A census made of the survivors of 2010 and of 600,000 arrivals, 60 % men, peaking at 27."""
    now, then = _one_unit(census), _one_unit(earlier)
    expected = pm.census_survival(now, then).expected.sel(unit="u")
    true = RogersCastro(a1=0.01, mu2=25.0, alpha2=0.12, lambda2=0.35, c=0.0005)
    lower = expected.survivor_age.to_numpy()
    arrived = reached(true, lower, width=5, years=10)
    arrived = 600_000 * arrived / arrived.sum()
    made = now.copy(deep=True)
    for sex, share in (("female", 0.4), ("male", 0.6)):
        people = expected.sel(sex=sex).to_numpy() + share * arrived
        groups = [*people[:15], people[15:].sum()]
        made["population"].loc[{"district": "u", "sex": sex, "age_group": made.age_group[3:]}] = groups
    base = pm.estimate_base(made, migration="census-survival", earlier=then)
    schedule = base.migration_schedule
    assert float(schedule.sum()) == pytest.approx(1)
    assert float(schedule.sel(sex="male").sum()) == pytest.approx(0.6, abs=0.01)
    peak = int(curve(true, np.arange(101) + 0.5).argmax())
    assert int(schedule.sum("sex").to_numpy().argmax()) == pytest.approx(peak, abs=1)
    assert (base.migration_fit_r_squared > 0.98).all()
    assert base.migration_fitted.to_numpy() == pytest.approx(
        base.migration_between_censuses.to_numpy(), abs=0.03 * 600_000 * 0.2
    )
    assert base.migration_schedule.attrs["status"] == "derived"


def test_moves_of_ten_years_are_reached_later() -> None:
    """Those aged 10 at the end moved, on average of the years, at 1, 2 … 10; those born within at 0 or older."""
    falling = reached(RogersCastro(a1=1.0, alpha1=0.1, a2=0.0, c=0.0), [10], width=1, years=10)
    assert falling == pytest.approx([sum(np.exp(-0.1 * age) for age in range(1, 11)) / 10])
    flat = reached(RogersCastro(a1=0.0, a2=0.0, c=1.0), [0, 10], width=5, years=10)
    assert flat == pytest.approx([(1 + 2 + 3 + 4 + 5) / 10, 5])


def test_fit_returns_the_parameters_that_made_the_data() -> None:
    true = RogersCastro(a1=0.015, alpha1=0.12, a2=0.08, mu2=24.0, alpha2=0.15, lambda2=0.5, c=0.002)
    lower = np.arange(10, 80, 5)
    moved = -1e5 * reached(true, lower, width=5, years=10)
    fit = fit_rogers_castro(moved, lower)
    assert fit.r_squared > 0.9999
    assert fit.parameters.mu2 == pytest.approx(24, abs=0.3)
    assert fit.fitted == pytest.approx(moved, abs=abs(moved).max() * 0.01)
    # Without the smearing over ten years the peak would be taken for ten years' older people.
    assert abs(int(lower[np.abs(moved).argmax()]) - 24) >= 1
    with pytest.raises(pm.SchemaError, match="gains and losses cancel"):
        fit_rogers_castro(np.where(lower < 40, 100.0, -60.0), lower)
    with pytest.raises(pm.SchemaError, match="3 age groups; at least 7 finite values"):
        fit_rogers_castro([1.0, 2.0, 3.0], [10, 15, 20])
    assert usable_share([3.0, -1.0]) == pytest.approx(0.5)
    assert usable_share([0.0]) == 0


def test_urban_shares_of_2021_and_2023_from_the_censuses_alone(census: xr.Dataset) -> None:
    """Published: 72.8 % and 74.7 % (communiques of 2021 and 2023)."""
    table = pm.settlement_check(census).set_index(["year", "area"])
    assert table.loc[(2021, "330300"), "published"] == pytest.approx(72.8)
    assert table.loc[(2023, "330300"), "published"] == pytest.approx(74.7)
    assert abs(table.loc[(2021, "330300"), "difference"]) < 0.2
    assert abs(table.loc[(2023, "330300"), "difference"]) < 1.0
    districts = table.drop(index="330300", level="area")
    miss = districts["difference"].abs().groupby("year").mean()
    held = (districts["held"] - districts["published"]).abs().groupby("year").mean()
    assert miss[2021] < 0.6
    assert miss[2023] < 2.0
    # Better than no change, in every year.
    assert (miss < held).all()


def test_settlement_check_needs_two_censuses(census: xr.Dataset) -> None:
    with pytest.raises(pm.SchemaError, match="settlement_check: unit_urban_share_before is missing"):
        pm.settlement_check(census.drop_vars("unit_urban_share_before"))
    with pytest.raises(pm.SchemaError, match="no urban share is published after 2020"):
        pm.settlement_check(census.sel(published_year=slice(2020, 2020)))


def test_district_stocks_come_out_with_their_own_residuals(projection: xr.Dataset, observed: object) -> None:
    """Published year-end residents of the twelve districts, 2021 and 2023; printed to 100 persons."""
    table = observed[(observed["indicator"] == "resident_population") & observed["year"].isin([2021, 2023])]  # type: ignore[index]
    stock = projection.population.sel(scenario="trend").sum(("sex", "age"))
    seen = 0
    for row in table[table["area"].isin(projection.district.to_numpy())].itertuples():
        model = float(stock.sel(year=int(row.year), district=row.area))
        # Districts do not sum to the city's own rounded figure: they are scaled to it, by less than 0.05 %.
        assert model == pytest.approx(10_000 * row.value, rel=5e-4)
        seen += 1
    assert seen == 24


def test_ageing_moves_with_the_cohorts_of_1961_to_1965(projection: xr.Dataset) -> None:
    """Births of the country fell to 16.9 million in 1961 and were 33.5 million in 1963 (MODEL; UN WPP 2024)."""
    city = projection.population.sel(scenario="trend").sum(("district", "sex"))
    share = 100 * city.sel(age=slice(60, None)).sum("age") / city.sum("age")
    rise = share.diff("year").sel(year=[2021, 2022, 2023]).to_numpy()
    assert rise[0] < rise[1] < rise[2]
    turned = [float(city.sel(year=year, age=60)) for year in (2021, 2022, 2023)]
    assert turned[2] > 1.5 * turned[0]


def test_life_expectancy_goes_at_the_reference_s_pace(census: xr.Dataset, scenarios: list[pm.Scenario]) -> None:
    kept, shrinking = (pm.life_expectancy_path(census, gap=gap) for gap in ("kept", "converging"))
    reference = census.reference_life_expectancy.mean("sex").to_series()
    assert kept[2020] == shrinking[2020] == 81.72
    assert kept[2035] - 81.72 == pytest.approx(float(reference[2035] - reference[2020]))
    assert (shrinking[2035] - reference[2035]) / (81.72 - reference[2020]) == pytest.approx(0.95**3)
    # The shipped scenario is this path.
    given = scenarios[0].life_expectancy
    assert isinstance(given, dict)
    assert given == pytest.approx(shrinking, abs=0.005)
    with pytest.raises(pm.SchemaError, match=r"no life expectancy of 2036, 2037\. End earlier"):
        pm.life_expectancy_path(census, last=2037)
    with pytest.raises(pm.SchemaError, match="gap='none' must be one of converging, kept"):
        pm.life_expectancy_path(census, gap="none")
    with pytest.raises(pm.SchemaError, match="a published life expectancy of the city for 2020 is missing"):
        pm.life_expectancy_path(census.drop_vars("published_life_expectancy"))


def test_the_young_end_bends_to_published_shares(census: xr.Dataset, base: xr.Dataset) -> None:
    """The plan's text: 2.03 infants and 3.34 children under five of 1,000 die; the reference's shape has more."""
    assert 1000 * float(base.infant_mortality) == pytest.approx(3.4, abs=0.1)
    assert 1000 * float(base.under_5_mortality) == pytest.approx(4.4, abs=0.15)
    shares = {"infant": 0.00203, "under_5": 0.00334}
    bent = pm.estimate_base(census, observed_until=2023, child_mortality=shares)
    assert float(bent.infant_mortality) == pytest.approx(0.00203, abs=1e-8)
    assert float(bent.under_5_mortality) == pytest.approx(0.00334, abs=1e-8)
    table = relational_table(bent.standard_death_rate.to_numpy(), 81.72)
    assert table.ex[:, 0].mean() == pytest.approx(81.72, abs=1e-6)
    # No other age moves but by what the level takes.
    assert (bent.standard_death_rate[:, 5:] == base.standard_death_rate[:, 5:]).all()
    with pytest.raises(pm.SchemaError, match="child_mortality holds infant; give infant and under_5"):
        pm.estimate_base(census, child_mortality={"infant": 0.002})
    with pytest.raises(pm.SchemaError, match=r"infant=2\.03, under_5=3\.34 must rise and lie between 0 and 0\.3"):
        pm.estimate_base(census, child_mortality={"infant": 2.03, "under_5": 3.34})


def test_no_cohort_of_the_oldest_gains_on_another(census: xr.Dataset, earlier: xr.Dataset) -> None:
    """Survivors of the census before against the open group: what is beyond them is the same at every age from 85 up.

    By the life table alone those of 95 and over were 18 % (women) and 36 % (men) more than had survived, where the
    group as a whole was 1 % and 22 % more.
    """
    between = pm.census_survival(census, earlier).sum("unit").sel(survivor_age=slice(85, None))
    beyond = (between.counted / between.expected).transpose("sex", "survivor_age").to_numpy()
    assert beyond == pytest.approx(beyond[:, :1] * np.ones((1, 4)), rel=1e-9)
    assert beyond[:, 0] == pytest.approx([1.010, 1.218], abs=0.002)


def test_the_sexes_run_on_through_the_open_group(base: xr.Dataset) -> None:
    """The ratio of the sexes fell from 88.3 at 84 and rose to 90.9 at 85."""
    city = base.census_population.sum("district")
    whole = city.sel(sex="male").to_numpy() / city.sel(sex="female").to_numpy()
    assert (np.diff(whole[78:100]) < 0).all()
    assert np.abs(np.diff(whole[60:100], 2)).max() < 0.03
