"""Many units into a store: the same bytes however it was run, stopped and begun again."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import dask
import distributed
import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.cli import main
from popmodel.projection.many import chunks_of, part_of
from tests.drivers import compact_drivers

KEPT = ["resident_population", "share_60_plus", "births"]
CHUNK = (2, 4)


def _drivers() -> tuple[xr.DataArray, xr.Dataset]:
    population, drivers = compact_drivers(7, districts=5, periods=3)
    return population, drivers.drop_vars(["urban_share", "registered_population"])


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a run that nobody stopped."""
    folder = tmp_path_factory.mktemp("many") / "store"
    pm.project_many(*_drivers(), folder, indicators=KEPT, chunk=CHUNK)
    return folder


def test_a_unit_is_projected_as_if_it_were_alone(whole: Path) -> None:
    population, drivers = _drivers()
    found = xr.open_zarr(whole, consolidated=False)
    assert dict(found.sizes) == {"unit": 5, "draw": 7, "year": 4}
    assert found["births"].attrs["unit"] == "persons"
    for code in ("900002", "900005"):
        place, own = part_of(population, drivers, chunks_of(5, 7, size=(1, 7))[int(code[-1]) - 1])
        one = pm.project_indicators(place, own, indicators=KEPT, areas=[code])
        for name in KEPT:
            mine = found[name].sel(unit=code).to_numpy()
            assert np.array_equal(mine, one[name][0, :, :, 0].to_numpy().astype(np.float32), equal_nan=True)
    # A unit's rate is that of the whole and its own, not brought back to a common total.
    rate = (drivers["net_migration_rate"] + drivers["district_deviation"]).isel(period=2, district=1)
    exact = pm.project_indicators(*part_of(population, drivers, chunks_of(5, 7, size=(5, 7))[0]))
    moved = exact["net_migration"].isel(year=3, area=2) / exact["resident_population"].isel(year=2, area=2)
    assert moved.to_numpy()[0] == pytest.approx(rate.to_numpy(), rel=1e-9)


KILLED = """
import os, sys
import popmodel as pm
from tests.test_many import CHUNK, KEPT, _drivers
def stop(done, every):
    if done == 3:
        os._exit(9)
pm.project_many(*_drivers(), sys.argv[1], indicators=KEPT, chunk=CHUNK, progress=stop)
"""


def test_killed_half_way_and_begun_again_gives_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    root = Path(__file__).parents[1]
    told = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", KILLED, str(store)], env=told, cwd=root, check=False)
    assert done.returncode == 9
    records = sorted((store / "finished").glob("*.json"))
    assert 0 < len(records) < 6
    # One finished chunk was spoilt on the disk, and half a file lies about.
    first = xr.open_zarr(whole, consolidated=False)["births"]
    spoilt = min(file for file in (store / "births" / "c").rglob("0") if file.is_file())
    spoilt.write_bytes(spoilt.read_bytes()[:-3])
    (store / "births" / "c" / "0.partial").write_bytes(b"half")
    seen: list[tuple[int, int]] = []
    again = pm.project_many(
        *_drivers(), store, indicators=KEPT, chunk=CHUNK, progress=lambda n, every: seen.append((n, every))
    )
    assert _bytes(store) == _bytes(whole)
    assert seen[0][0] < seen[-1][0] == seen[-1][1] == 6
    xr.testing.assert_identical(again["births"].compute(), first.compute())
    # Nothing is left to do: nothing is run.
    before = {file: file.stat().st_mtime_ns for file in store.rglob("*")}
    pm.project_many(*_drivers(), store, indicators=KEPT, chunk=CHUNK)
    assert before == {file: file.stat().st_mtime_ns for file in store.rglob("*")}


def test_a_cluster_gives_the_same_bytes_and_may_go_away(whole: Path, tmp_path: Path) -> None:
    quiet = {"distributed.comm.timeouts.connect": "2s", "distributed.scheduler.allowed-failures": 0}
    with dask.config.set(quiet):
        store = tmp_path / "lost"
        cluster = distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address=None, host="127.0.0.1"
        )
        try:
            address = cluster.scheduler_address
            pm.project_many(*_drivers(), tmp_path / "store", indicators=KEPT, chunk=CHUNK, cluster=address)
            assert _bytes(tmp_path / "store") == _bytes(whole)

            def stop(done: int, every: int) -> None:
                if done == 2:
                    cluster.close()

            with pytest.raises(pm.SchemaError, match=r"went away after 2 of 6 chunks .*Finished chunks are kept"):
                pm.project_many(*_drivers(), store, indicators=KEPT, chunk=CHUNK, cluster=address, progress=stop)
        finally:
            cluster.close()
        pm.project_many(*_drivers(), store, indicators=KEPT, chunk=CHUNK)
        assert _bytes(store) == _bytes(whole)
        with pytest.raises(pm.SchemaError, match="cannot be reached, or went away after 0 of 6 chunks"):
            pm.project_many(*_drivers(), tmp_path / "none", indicators=KEPT, chunk=CHUNK, cluster=address)


def test_a_store_of_another_run_is_refused(whole: Path, tmp_path: Path) -> None:
    population, drivers = _drivers()
    before = _bytes(whole)
    for other in (drivers.assign(total_fertility=drivers["total_fertility"] + 1e-9), drivers.isel(draw=slice(0, 6))):
        with pytest.raises(pm.SchemaError, match="this store is of another run"):
            pm.project_many(population, other, whole, indicators=KEPT, chunk=CHUNK)
    with pytest.raises(pm.SchemaError, match="this store is of another run"):
        pm.project_many(population, drivers, whole, indicators=KEPT, chunk=(1, 4))
    assert _bytes(whole) == before
    (tmp_path / "own.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(pm.SchemaError, match="is there already and is no store of project_many"):
        pm.project_many(population, drivers, tmp_path, indicators=KEPT, chunk=CHUNK)
    assert [file.name for file in tmp_path.iterdir()] == ["own.txt"]


def test_what_cannot_be_run_is_refused_before_there_is_a_store(tmp_path: Path) -> None:
    population, drivers = _drivers()
    with pytest.raises(pm.SchemaError, match="happiness is not given"):
        pm.project_many(population, drivers, tmp_path / "s", indicators=["happiness"])
    with pytest.raises(pm.SchemaError, match="life_expectancy is one of a whole city"):
        pm.project_many(population, drivers, tmp_path / "s", indicators=["life_expectancy"])
    with pytest.raises(pm.SchemaError, match="0 indicators in chunks"):
        pm.project_many(population, drivers, tmp_path / "s", indicators=[])
    assert not list(tmp_path.iterdir())


def test_a_future_that_cannot_be_run_is_missing_and_counted(whole: Path, tmp_path: Path) -> None:
    population, drivers = _drivers()
    alone = drivers["district_deviation"].copy()
    alone[{"draw": 5, "period": 2, "district": 3}] = -0.9
    out = pm.project_many(
        population, drivers.assign(district_deviation=alone), tmp_path / "s", indicators=KEPT, chunk=CHUNK
    )
    assert out.attrs["refused"] == 1
    before = xr.open_zarr(whole, consolidated=False)
    for name in KEPT:
        mine, theirs = out[name].to_numpy(), before[name].to_numpy()
        assert np.isnan(mine[3, 5]).all()
        mine[3, 5] = theirs[3, 5]
        assert np.array_equal(mine, theirs, equal_nan=True)
    again = pm.project_many(
        population, drivers.assign(district_deviation=alone), tmp_path / "s", indicators=KEPT, chunk=CHUNK
    )
    assert again.attrs["refused"] == 1


def test_the_command_writes_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = pm.data_path("reference/china_counties/counties_age5.csv.gz")
    lines = gzip.decompress(packed.read_bytes()).decode("utf-8").splitlines(keepends=True)
    some = tmp_path / "some.csv"
    some.write_text("".join(lines[:7]), encoding="utf-8")
    words = ["nation", "--counties", str(some), "--out", str(tmp_path / "store"), "--draws", "3", "--years", "2"]
    assert main([*words, "--spread", "0.1", "--lang", "en"]) == 0
    assert "3 counties, 3 futures, 3 years of resident_population" in capsys.readouterr().out.replace("\n", " ")
    found = xr.open_zarr(tmp_path / "store", consolidated=False)
    assert found["resident_population"].isel(year=0).std("draw").max() == 0
    assert float(found["resident_population"].isel(year=2).std("draw").min()) > 0
    assert main([*words, "--lang", "en"]) == 2
    assert "all units lie in one province" in capsys.readouterr().err


def test_counties_are_drawn_for_a_national_run() -> None:
    counties = pm.read_counties(pm.data_path("reference/china_counties/counties_age5.csv.gz"))
    some = counties.isel(unit=slice(0, 1414, 200))
    base = pm.base_of_units(some, pm.read_schedules(pm.data_path("reference/china_counties")))
    counted = some["population"].isel(census=1).sum(("sex", "age_group")).to_numpy()
    assert base["population"].sum(("sex", "age")).to_numpy() == pytest.approx(counted, rel=1e-9)
    few, more = (pm.draw_units(base, counties, draws=n, years=15, spread=0.12, seed=3) for n in (300, 301))
    for name in ("total_fertility", "life_expectancy", "district_deviation"):
        assert (more[name].isel(draw=slice(0, 300)).to_numpy() == few[name].to_numpy()).all()
    error = few["district_deviation"].to_numpy() - base["migration_deviation"].to_numpy()
    assert error.std() == pytest.approx(0.012, rel=0.05)
    bounds = counties["reference_total_fertility_bounds"].sel(total_fertility_bound_year=2035)
    found = np.quantile(few["total_fertility"].isel(period=-1), [0.1, 0.9])
    assert np.diff(found)[0] == pytest.approx(float(bounds.sel(quantile=90) - bounds.sel(quantile=10)), rel=0.2)
    with pytest.raises(pm.SchemaError, match="covers 2010-2060, not 2021-2070. Draw fewer years"):
        pm.draw_units(base, counties, draws=2, years=50, spread=0.1, seed=1)
    with pytest.raises(pm.SchemaError, match="0 draws of 5 years"):
        pm.draw_units(base, counties, draws=0, years=5, spread=0.1, seed=1)
