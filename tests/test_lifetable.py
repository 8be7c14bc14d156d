"""Life tables: by hand, against the UN's survival ratios, laws, and the relational table."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import popmodel as pm
from popmodel.demography import (
    interpolate_death_rates,
    life_table,
    period_deaths,
    relational_table,
    separation_factors,
    survival_ratios,
)
from popmodel.kernel import project_step
from popmodel.schema import SEXES, SchemaError

ORACLES = Path(__file__).parent / "oracle"


def reference() -> np.ndarray:
    schedules = pm.read_reference(pm.data_path("reference/un_wpp2024_china"))
    rates = schedules.reference_death_rate.sel(reference_period=2022.5)
    return interpolate_death_rates(rates.to_numpy(), rates.reference_age.to_numpy())


def test_a_short_table_by_hand() -> None:
    """m = 0.02, 0.1 and an open 0.5, female; a0 of Andreev & Kingkade: 0.04667 + 3.88089 · 0.02 = 0.1242878.

    q0 = 0.02 / (1 + 0.8757122 · 0.02) = 0.019656; q1 = 0.1 / 1.05 = 0.0952381.
    """
    table = life_table([0.02, 0.1, 0.5], sex="female")
    q0 = 0.02 / (1 + (1 - 0.1242878) * 0.02)
    l1, l2 = 1 - q0, (1 - q0) * (1 - 0.1 / 1.05)
    assert table.ax == pytest.approx([0.1242878, 0.5, 2.0])
    assert table.qx == pytest.approx([q0, 0.1 / 1.05, 1])
    assert table.lx == pytest.approx([1, l1, l2])
    assert table.Lx == pytest.approx([l1 + 0.1242878 * q0, (l1 + l2) / 2, 2 * l2])
    assert table.ex[0] == pytest.approx(table.Lx.sum())
    assert survival_ratios(table) == pytest.approx(
        [table.Lx[0], table.Lx[1] / table.Lx[0], table.Lx[2] / (table.Lx[1] + table.Lx[2])]
    )


@pytest.mark.parametrize(
    ("sex", "a0", "rate", "years"),
    [
        # Andreev & Kingkade (2015), table 3: the three lines of each sex
        ("female", "andreev-kingkade", 0.010, 0.14903 - 2.05527 * 0.010),
        ("female", "andreev-kingkade", 0.050, 0.04667 + 3.88089 * 0.050),
        ("female", "andreev-kingkade", 0.100, 0.31411),
        ("male", "andreev-kingkade", 0.010, 0.14929 - 1.99545 * 0.010),
        ("male", "andreev-kingkade", 0.050, 0.02832 + 3.26021 * 0.050),
        ("male", "andreev-kingkade", 0.100, 0.29915),
        # Coale & Demeny (1983), West
        ("female", "coale-demeny", 0.050, 0.053 + 2.800 * 0.050),
        ("male", "coale-demeny", 0.200, 0.330),
    ],
)
def test_years_lived_by_infants_who_die(sex: str, a0: str, rate: float, years: float) -> None:
    assert life_table([rate, 0.01, 0.5], sex=sex, a0=a0).ax[0] == pytest.approx(years)  # type: ignore[arg-type]


def test_survival_ratios_are_the_united_nations() -> None:
    """Canada 1950-2020: death rates to survival ratios, both sexes, every year and age below the open one.

    At the open age they differ by up to 0.05: the UN's come from tables that go on far above 100.
    """
    un = np.load(ORACLES / "un_ccmpp_canada_1x1.npz")
    rates = np.stack([un["mx_f"].T, un["mx_m"].T], axis=1)
    expected = np.stack([un["S_f"].T, un["S_m"].T], axis=1)
    found = survival_ratios(life_table(rates, sex=SEXES, a0="un-wpp"))
    assert np.abs(found - expected)[..., :-1].max() < 1e-12
    published = survival_ratios(life_table(rates, sex=SEXES))
    assert np.abs(published - expected)[..., :-1].max() < 4e-4


def test_sexes_stand_on_their_axis() -> None:
    rates = reference()
    both = life_table(rates, sex=SEXES)
    for i, sex in enumerate(SEXES):
        one = life_table(rates[i], sex=sex)
        for part, own in zip(both, one, strict=True):
            assert (part[i] == own).all()
    assert both.ex[0, 0] > both.ex[1, 0]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_laws_of_a_table(seed: int) -> None:
    rates = np.random.default_rng(seed).uniform(1e-5, 0.6, (3, 40))
    table = life_table(rates, sex="male")
    assert table.dx.sum(axis=-1) == pytest.approx(np.ones(3))
    assert table.dx / table.Lx == pytest.approx(rates)
    assert (np.diff(table.lx) <= 0).all()
    assert table.Tx == pytest.approx(np.cumsum(table.Lx[:, ::-1], axis=-1)[:, ::-1])
    ratios = survival_ratios(table)
    assert ((ratios >= 0) & (ratios <= 1)).all()


def test_an_abridged_table_is_close_to_the_single_years_made_from_it() -> None:
    schedules = pm.read_reference(pm.data_path("reference/un_wpp2024_china"))
    rates = schedules.reference_death_rate.transpose("reference_period", "sex", "reference_age")
    lower = rates.reference_age.to_numpy()
    single = interpolate_death_rates(rates.to_numpy(), lower)
    abridged = life_table(rates.to_numpy(), sex=SEXES, lower_ages=lower)
    assert life_table(single, sex=SEXES).ex[..., 0] == pytest.approx(abridged.ex[..., 0], abs=0.06)
    assert single[..., 0] == pytest.approx(rates.to_numpy()[..., 0])
    assert single[..., -1] == pytest.approx(rates.to_numpy()[..., -1])


@pytest.mark.parametrize("years", [20, 35.5, 60, 81.72, 82.5, 95, 100])
def test_relational_table_meets_any_life_expectancy(years: float) -> None:
    rates = reference()
    table = relational_table(rates, years)
    assert table.ex[:, 0].mean() == pytest.approx(years, abs=1e-6)
    gap = np.subtract(*life_table(rates, sex=SEXES).ex[:, 0])
    assert np.subtract(*table.ex[:, 0]) == pytest.approx(gap, abs=1e-6)
    assert np.subtract(*relational_table(rates, years, gap=3.0).ex[:, 0]) == pytest.approx(3.0, abs=1e-6)
    # One parameter: the difference to the reference is the same on the logit scale at every age.
    known = life_table(rates, sex=SEXES).lx
    inside = (table.lx[:, 1:] > 1e-9) & (table.lx[:, 1:] < 1 - 1e-9)
    shift = [np.log(lx[:, 1:] / (1 - lx[:, 1:])) for lx in (table.lx, known)]
    for sex in range(2):
        apart = (shift[0] - shift[1])[sex][inside[sex]]
        assert np.ptp(apart) < 1e-6


def test_relational_table_of_its_own_life_expectancy_is_the_reference() -> None:
    rates = reference()
    known = life_table(rates, sex=SEXES)
    assert relational_table(rates, known.ex[:, 0].mean()).lx == pytest.approx(known.lx, abs=1e-9)


def test_leading_axes_of_life_expectancies() -> None:
    years = np.array([[70.0, 75.0, 80.0], [82.0, 84.0, 90.0]])
    table = relational_table(reference(), years)
    assert table.lx.shape == (2, 3, 2, 101)
    assert (table.Lx[1, 2] == relational_table(reference(), 90.0).Lx).all()


def test_period_deaths_keep_the_sum_and_follow_the_separation_factors() -> None:
    table = life_table([0.02, 0.1, 0.5], sex="female")
    c = separation_factors(table)
    assert c[0] == pytest.approx((table.Lx[0] - table.lx[1]) / (table.Lx[0] - table.Lx[1]))
    deaths = period_deaths([10.0, 20.0, 30.0], table)
    assert deaths == pytest.approx([10 + 20 * c[0], 20 - 20 * c[0] + 30 * c[1], 30 - 30 * c[1]])
    assert deaths.sum() == pytest.approx(60)


def test_period_deaths_of_a_stationary_population_are_those_of_its_table() -> None:
    """With as many births as its radix the population stays what it is, and d[x] die at each age."""
    table = life_table(reference(), sex=SEXES)
    births = 1e5
    stock = births * np.asarray(table.Lx)[None]
    stock[..., -1] = births * table.Tx[..., -1]
    none = np.zeros_like(stock)
    year = project_step(stock, none[:, 0], survival_ratios(table)[None], np.ones(1), none)
    assert year.population[0, :, 1:] == pytest.approx(stock[0, :, 1:])
    cohort = np.array(year.deaths[0])
    cohort[:, 0] = births * (1 - table.Lx[:, 0])
    assert period_deaths(cohort, table) == pytest.approx(births * table.dx, rel=1e-9)


@pytest.mark.parametrize(
    ("mx", "given", "message"),
    [
        ([0.1, -0.1, 0.5], {"sex": "male"}, r"mx\[1\] is -0\.1.*a finite rate of 0 or more"),
        ([0.1, np.nan, 0.5], {"sex": "male"}, r"mx\[1\] is nan"),
        ([0.1, 0.1, 0.0], {"sex": "male"}, "above 0 at the open age"),
        ([0.1, 3.0, 0.5], {"sex": "male"}, "no more die than are alive"),
        ([0.1, 0.2], {"sex": "both"}, "sex is 'both'; it must be 'female', 'male' or a tuple"),
        ([0.1, 0.2], {"sex": SEXES}, "its axis -2 must have length 2"),
        ([0.1, 0.2], {"sex": "male", "a0": "half"}, "a0 is 'half'; it must be one of andreev-kingkade"),
        ([0.1, 0.2], {"sex": "male", "lower_ages": [0, 0]}, "must rise from 0"),
    ],
)
def test_bad_rates(mx: list[float], given: dict[str, object], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        life_table(mx, **given)  # type: ignore[arg-type]


def test_life_expectancies_out_of_range() -> None:
    with pytest.raises(SchemaError, match="between 20 and 100 years"):
        relational_table(reference(), 110)
    with pytest.raises(SchemaError, match="must start 0, 1 and end at open_age=100"):
        interpolate_death_rates([0.1, 0.2, 0.3], [0, 5, 100])
