"""What an observation is worth, on draws whose covariances are known."""

import numpy as np
import pandas as pd
import pytest

import popmodel as pm
from popmodel.probability.sobol import first_order
from tests.drawn import drawn

N = 20_000


def cell(table: pd.DataFrame, row: str, column: str) -> float:
    return float(table[column].to_dict()[row])


def test_noise_leaves_what_the_formula_says() -> None:
    rng = np.random.default_rng(2)
    people = 1e6 + 1e4 * rng.normal(size=N)
    births = 8000 + 0.02 * (people - 1e6) + 200 * rng.normal(size=N)
    values = drawn(years=[2025, 2030], until=2024, unit="persons", resident_population=people, births=births)
    table = pm.observation_value(values, indicators=["births"]).set_index("observation")
    assert table["observed_year"].eq(2025).all()
    assert table["year"].eq(2030).all()
    assert set(table.index) == {"stock", "births_5_per_mille", "births_1_percent"}  # no districts, no share
    total = 200.0**2 + 200.0**2
    assert cell(table, "stock", "ratio") == pytest.approx(np.sqrt(0.5), rel=0.02)
    assert abs(cell(table, "stock", "ratio") - np.sqrt(0.5)) < 4 * cell(table, "stock", "ratio_se")
    for name, part in (("births_5_per_mille", 0.005), ("births_1_percent", 0.01)):
        error = 1.5 * 8000 / part
        assert cell(table, name, "ratio") == pytest.approx(np.sqrt(error / (error + total)), rel=0.02)
    assert cell(table, "births_1_percent", "ratio") < cell(table, "births_5_per_mille", "ratio")


def test_a_share_has_a_binomial_error() -> None:
    rng = np.random.default_rng(3)
    share = 20 + 0.5 * rng.normal(size=N)
    values = drawn(years=[2025, 2030], share_60_plus=share, resident_population=np.full(N, 2e5))
    values["resident_population"].attrs["unit"] = "persons"
    table = pm.observation_value(values, ["share_60_plus_1_percent"], indicators=["share_60_plus"])
    error = 1.5 * 20 * 80 / 2000
    assert table["ratio"].item() == pytest.approx(np.sqrt(error / (error + 0.25)), rel=0.02)


def test_what_says_nothing_leaves_all() -> None:
    rng = np.random.default_rng(4)
    values = drawn(years=[2025, 2030], share_60_plus=rng.normal(20, 1, N), resident_population=np.full(N, 2e5))
    values["resident_population"].attrs["unit"] = "persons"
    table = pm.observation_value(values, ["stock"]).set_index("indicator")
    assert cell(table, "share_60_plus", "ratio") == 1.0  # the stock is the same in every draw
    assert np.isnan(cell(table, "resident_population", "ratio"))


def test_districts_tell_more_than_their_sum() -> None:
    rng = np.random.default_rng(6)
    parts = rng.normal(1e5, 1e3, (2000, 1, 3))
    cube = np.concatenate([parts.sum(axis=2, keepdims=True), parts], axis=2)
    values = drawn(years=[2025], unit="persons", resident_population=parts.sum(axis=(1, 2)))
    values = values.isel(area=0, drop=True).expand_dims(area=["900000", "1", "2", "3"]).copy()
    attrs = {"unit": "persons"}
    values["resident_population"] = (("draw", "year", "area"), cube, attrs)
    values["centre"] = (("draw", "year", "area"), cube[..., [1, 1, 1, 1]], attrs)
    table = pm.observation_value(values, indicators=["centre"], observed_year=2025).set_index("observation")
    assert cell(table, "districts", "ratio") < 0.01
    assert cell(table, "stock", "ratio") == pytest.approx(np.sqrt(2 / 3), rel=0.05)


def test_faults_are_named() -> None:
    values = drawn(years=[2025], share=np.linspace(0, 1, 400))
    with pytest.raises(pm.SchemaError, match="observation stocks is not known.*Did you mean stock"):
        pm.observation_value(values, ["stocks"])
    with pytest.raises(pm.SchemaError, match="observation stock needs resident_population"):
        pm.observation_value(values, ["stock"])
    with pytest.raises(pm.SchemaError, match=r"observation s: sample 1\.5"):
        pm.observation_value(values, {"s": pm.Observation("share", 1.5)})
    with pytest.raises(pm.SchemaError, match="year 2040 is not drawn"):
        pm.observation_value(values, {"s": pm.Observation("share")}, years=[2040])


def test_first_order_shares_of_a_known_function() -> None:
    rng = np.random.default_rng(7)
    a, b, other_b, other_a = rng.normal(size=(4, 8192))
    y = 3 * a + b + 2 * a * b  # variance 9 + 1 + 4: shares 9/14 and 1/14, the rest is of both together
    for frozen, true in ((3 * a + other_b + 2 * a * other_b, 9 / 14), (3 * other_a + b + 2 * other_a * b, 1 / 14)):
        found = first_order(y, frozen)
        assert abs(found.share - true) < 4 * found.se
        assert found.se < 0.03
    assert np.isnan(first_order(np.full(9, 2.0), np.full(9, 2.0)).share)
