"""Migration learned from counties: the shipped tables, what a made-up truth gives back, and bad input."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm
from popmodel.cli import main
from popmodel.demography import migration_learning as learning
from popmodel.files.schedules import schedule_tables

COUNTIES = pm.data_path("reference/china_counties/counties_age5.csv.gz")
G = len(learning.REACHED)


@pytest.fixture(scope="module")
def counties() -> xr.Dataset:
    return pm.read_counties(COUNTIES)


@pytest.fixture(scope="module")
def schedules() -> xr.Dataset:
    return pm.read_schedules(COUNTIES.parent)


def test_learning_gives_the_shipped_tables(tmp_path: Path) -> None:
    assert main(["learn", "--out", str(tmp_path)]) == 0
    for name in ("schedules.csv", "features.csv", "totals.csv", "errors.csv", "register.csv"):
        new, shipped = (pd.read_csv(folder / name) for folder in (tmp_path, COUNTIES.parent))
        pd.testing.assert_frame_equal(new, shipped, rtol=2e-5, atol=1e-6)


def test_tables_come_back(tmp_path: Path, schedules: xr.Dataset) -> None:
    pm.write_schedules(tmp_path, schedules)
    xr.testing.assert_identical(pm.read_schedules(tmp_path), schedules)
    assert sum(len(table) for table in schedule_tables(schedules).values()) == 1472 + 74 + 38 + 20 + 38


def test_counties_are_read_whole(counties: xr.Dataset) -> None:
    assert dict(counties.population.sizes) == {"unit": 1414, "census": 2, "sex": 2, "age_group": 19}
    one = counties.sel(unit="110101", census=2020)
    assert one.population.sel(sex="female", age_group="85+").item() == 9972
    assert one.prefecture.item() == "1101"
    assert one.province.item() == "11"
    assert one.urban.item() == 708829


def test_a_made_up_truth_is_learned() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(900, 4))
    response = rng.uniform(0.2, 3.0, (2, G))
    slopes = rng.normal(0, 0.05, (4, 2, G))
    expected = rng.uniform(2e4, 8e4, (900, 2, G))
    gamma = rng.normal(0, 0.1, 900)
    counted = expected * np.exp(np.einsum("uf,fsg->usg", features, slopes) + gamma[:, None, None] * response)
    learned = learning.learn(counted, expected, features, ridge=1e-6)
    test = rng.normal(size=(50, 4))
    start = rng.uniform(2e4, 8e4, (50, 2, G))
    shift = rng.normal(0, 0.1, 50)
    truth = start * np.exp(np.einsum("uf,fsg->usg", test, slopes) + shift[:, None, None] * response)
    found = learning.met(start, learning.turnover(learned, test), learned.response, truth.sum(axis=(1, 2)))
    young = np.array(learning.REACHED) < learning.OLD
    flat = start * (truth.sum(axis=(1, 2)) / start.sum(axis=(1, 2)))[:, None, None]
    error, naive = (np.abs(guess - truth)[..., young].sum() for guess in (found, flat))
    assert error < 0.25 * naive
    np.testing.assert_allclose(found.sum(axis=(1, 2)), truth.sum(axis=(1, 2)), rtol=1e-10)


def test_annual_rates_compound_to_the_decade(schedules: xr.Dataset) -> None:
    decade = schedules.learned_response.to_numpy()
    yearly = learning.annual(decade)
    back = yearly @ learning.ages_passed().T
    np.testing.assert_allclose(back[:, 1:], decade[:, 1:-1], atol=0.04)
    np.testing.assert_allclose(learning.ages_passed().sum(axis=1), learning.INTERVAL)
    assert (yearly[:, 85:] == 0).all()
    # Children go with their parents.
    np.testing.assert_allclose(yearly[:, :5], yearly[:, 26:41].mean())


def test_what_was_learned_makes_sense(schedules: xr.Dataset) -> None:
    response = schedules.learned_response
    young, settled = response.sel(age_reached=[15, 20, 25]), response.sel(age_reached=[50, 55])
    assert (young > 1.5).all()
    assert ((settled > 0.55) & (settled < 0.75)).all()
    assert (response.sel(age_reached=85) == 0).all()
    assert (schedules.learned_coefficient.sel(age_reached=slice(60, None)) == 0).all()
    # Of people who move: as the counts below 50, less and less among the old, nobody who reaches 80.
    moved = schedules.learned_moved
    np.testing.assert_allclose(moved.sel(age_reached=slice(10, 45)), response.sel(age_reached=slice(10, 45)), rtol=0.06)
    old = moved.sel(age_reached=slice(55, None)).mean("sex").to_numpy()
    assert (np.diff(old) <= 0).all()
    assert old[-2:].tolist() == [0, 0]


def test_what_only_mortality_moves_is_no_migration() -> None:
    """Units differ in their hazard alone: the counts of the old follow the total, and nobody moved."""
    rng = np.random.default_rng(5)
    hazard = np.linspace(0.01, 0.05, G) * np.exp(np.linspace(0, 4, G)) * np.ones((2, 1))
    start = rng.uniform(2e5, 8e5, (400, 2, G))
    expected = start * np.exp(-hazard)
    counted = start * np.exp(-hazard * np.exp(rng.normal(0, 0.1, 400))[:, None, None])
    assert learning.learn(counted, expected, rng.normal(size=(400, 3))).response[:, -4].min() > 0.3
    assert learning.moved_response(counted, expected, hazard).max() < 0.1


@pytest.fixture
def rows() -> pd.DataFrame:
    with gzip.open(COUNTIES, "rt", encoding="utf-8") as file:
        return pd.read_csv(file, dtype=str, keep_default_na=False).iloc[:8]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.iloc[1:], "unit 110101 stands in the census of 2020 but not in that of 2010"),
        (lambda t: t.assign(code=["110199", *t["code"][1:]]), "unit 110199 stands in the census of 2010"),
        (lambda t: t.assign(**{"f_20-24": ["", *t["f_20-24"][1:]]}), "line 2: column f_20-24 is empty"),
        (lambda t: t.assign(m_0=["-3", *t["m_0"][1:]]), r"line 2 \('-3'\): column m_0 must not be negative"),
        (lambda t: pd.concat([t, t.iloc[:1]]), "column code, year is given in line 2 already"),
        (lambda t: t.assign(code=["1101", *t["code"][1:]]), r"line 2 \('1101'\): a code must have six digits"),
        (lambda t: t.assign(year="2020").iloc[::2], "censuses of 2020; two are needed"),
        (lambda t: t.drop(columns="m_5-9"), "must be the same groups"),
        (lambda t: t.drop(columns=["m_5-9", "f_5-9"]), "age groups leave a gap at '10-14'"),
        (lambda t: t.assign(extra="1"), "column extra is not part of the form"),
    ],
)  # fmt: skip
def test_bad_counties_are_named(rows: pd.DataFrame, tmp_path: Path, change, says: str) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "counties.csv"
    change(rows).to_csv(file, index=False)
    with pytest.raises(pm.SchemaError, match=says):
        pm.read_counties(file)


def test_too_few_counties(rows: pd.DataFrame, tmp_path: Path) -> None:
    rows.to_csv(tmp_path / "counties.csv", index=False)
    with pytest.raises(pm.SchemaError, match="3 units teach nothing about 37 features"):
        pm.estimate_migration_schedules(pm.read_counties(tmp_path / "counties.csv"))


def test_a_schedule_table_with_a_hole(tmp_path: Path, schedules: xr.Dataset) -> None:
    pm.write_schedules(tmp_path, schedules)
    file = tmp_path / "schedules.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([lines[0], *lines[2:]]), encoding="utf-8")
    with pytest.raises(pm.SchemaError, match="no row for response female 10"):
        pm.read_schedules(tmp_path)
    file.write_text("\n".join(line for line in lines if not line.startswith("urban_share")), encoding="utf-8")
    with pytest.raises(pm.SchemaError, match="series urban_share unknown or missing"):
        pm.read_schedules(tmp_path)


def test_the_city_s_own_units(census: xr.Dataset, schedules: xr.Dataset) -> None:
    earlier = pm.read_census(pm.data_path("census/wenzhou"), year=2010)
    own = pm.migration_schedule_of(census, schedules, earlier=earlier)
    wrong = abs(own.predicted - own.counted).sum(("sex", "age_reached")) / own.counted.sum(("sex", "age_reached"))
    whole = own.counted.sum(("sex", "age_reached")) / own.expected.sum(("sex", "age_reached"))
    flat = abs(own.expected * whole - own.counted).sum(("sex", "age_reached")) / own.counted.sum(("sex", "age_reached"))
    assert wrong.mean() < 0.8 * flat.mean()
    # Merged units share one residual and its weight.
    pairs = own.own_residual.sel(district=["330303", "330327"]).to_numpy()
    np.testing.assert_array_equal(pairs, own.own_residual.sel(district=["330305", "330383"]).to_numpy())
    assert ((own.own_weight > 0.4) & (own.own_weight < 0.5)).all()
    assert (own.turnover.sel(age=slice(60, None)) == 0).all()
    assert own.attrs["own"] == "residual"


def test_one_census_alone(census: xr.Dataset, schedules: xr.Dataset) -> None:
    alone = pm.migration_schedule_of(census, schedules)
    assert alone.attrs["own"] == "none"
    assert (alone.own_residual == 0).all()
    assert (alone.turnover != 0).any()
    assert np.isnan(alone.identifiability).all()
