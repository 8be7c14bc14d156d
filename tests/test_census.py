import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm


def test_wenzhou_census_of_2020(census: xr.Dataset) -> None:
    assert census.population.dims == ("district", "sex", "age_group")
    assert census.sizes["district"] == 12
    assert float(census.population.sum()) == 9_572_903
    assert str(census.city.item()) == "330300"
    assert census.area.to_numpy()[0] == "330300"
    # 2023 communique, published population of the city; Longwan once, without the conflicting figure
    assert float(census.published_population.sel(published_year=2023, area="330300")) == 9_761_000
    assert float(census.published_population.sel(published_year=2023, area="330303")) == pytest.approx(748_100)


def test_wenzhou_census_of_2010_has_its_own_districts() -> None:
    earlier = pm.read_census(pm.data_path("census/wenzhou"), year=2010)
    assert earlier.sizes["district"] == 11
    assert float(earlier.population.sum()) == 9_122_102
    # 2015-2019 stocks and those of 2020 on stand on different bases; only one may remain
    stocks = earlier.published_population.isel(area=0).dropna("published_year")
    assert 2019 not in stocks.published_year or 2020 not in stocks.published_year


def test_urban_share_before_is_on_comparable_units(census: xr.Dataset) -> None:
    # Cangnan of 2010 contained Longgang: 648,219 urban of 1,184,643 (tabulation by county, 2010)
    shares = census.unit_urban_share_before.sel(district=["330327", "330383"]).to_numpy()
    assert shares == pytest.approx([648_219 / (648_219 + 536_424)] * 2)


def test_reads_an_invented_city_with_less(city: Path) -> None:
    census = pm.read_census(city)
    assert census.sizes["district"] == 2
    assert "centre_share" not in census
    assert "published_population" not in census
    assert str(census.area_zh.to_numpy()[0]) == "虚构市"


def _with_tiles(city: Path, first: str, second: str) -> None:
    file = city / "districts.csv"
    head, one, two = file.read_text("utf-8").splitlines()
    file.write_text(f"{head},tile_row,tile_column\n{one},{first}\n{two},{second}\n", encoding="utf-8")


def test_places_on_the_tile_map(city: Path, projection: xr.Dataset) -> None:
    assert "tile_row" not in pm.read_census(city).coords
    text = (city / "districts.csv").read_text("utf-8")
    _with_tiles(city, ",", ",")
    assert "tile_row" not in pm.read_census(city).coords
    (city / "districts.csv").write_text(text, encoding="utf-8")
    _with_tiles(city, "1,2", "3,1")
    census = pm.read_census(city)
    assert (list(census.tile_row.to_numpy()), list(census.tile_column.to_numpy())) == ([1, 3], [2, 1])
    assert projection.tile_row.dims == ("district",)  # rides along to the charts
    (city / "districts.csv").write_text(text, encoding="utf-8")
    _with_tiles(city, "1,2", "3,")
    with pytest.raises(pm.SchemaError, match=r"line 3: column tile_column is empty, but other districts .* or to none"):
        pm.read_census(city)
    (city / "districts.csv").write_text(text, encoding="utf-8")
    _with_tiles(city, "1,2", "1,2")
    with pytest.raises(pm.SchemaError, match="stand on one tile. Give each its own"):
        pm.read_census(city)


Edit = Callable[[str], str]


@pytest.mark.parametrize(
    ("file", "edit", "message"),
    [
        ("population.csv", lambda t: t.replace("population\n", "people\n", 1), "column population is missing"),
        (
            "population.csv",
            lambda t: t.replace("2020,900001", "2020,900009", 1),
            r"line 2 \('900009'\): column district is not a district of .*Did you mean 90000",
        ),
        (
            "population.csv",
            lambda t: t + t.splitlines()[1] + "\n",
            "line 78 .*: column census, district, sex, age_group is given in line 2 already",
        ),
        (
            "population.csv",
            lambda t: t.replace(",2000\n", ",-1\n", 1),
            r"line 2 \('-1'\): column population must not be negative",
        ),
        (
            "population.csv",
            lambda t: t.replace(",2000\n", ",many\n", 1),
            r"line 2 \('many'\): column population must be a number",
        ),
        ("population.csv", lambda t: t.replace(",5-9,", ",4-9,"), "age groups overlap at '4-9'"),
        ("population.csv", lambda t: t.replace(",5-9,", ",6-9,"), "age groups leave a gap at '6-9'"),
        (
            "population.csv",
            lambda t: t.replace(t.splitlines()[3] + "\n", "", 1),
            "no row for 900001, female, 5-9 in the census of 2020",
        ),
        ("population.csv", lambda t: t.replace("female", "women"), "must be one of female, male"),
        (
            "population.csv",
            lambda t: (
                t + "".join(line.replace("900001", "900000") + "\n" for line in t.splitlines() if "900001" in line)
            ),
            r"line 78 \('2000'\): column population is the city's female 0 in 2020, but its districts sum to 3,000",
        ),
        ("districts.csv", lambda t: t.replace("yes", "maybe"), "must be one of yes, no"),
        ("city.toml", lambda t: t.replace("code", "kode"), "city.code is missing"),
        ("city.toml", lambda t: t.replace("reference", "refrence"), "refrence is an unknown key"),
        ("city.toml", lambda t: t + "=", "not valid TOML"),
        ("city.toml", lambda t: t.replace("2020-11-01", "2020"), "date must be a day, without quotation marks"),
    ],
)
def test_bad_tables_are_named(city: Path, file: str, edit: Edit, message: str) -> None:
    path = city / file
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(pm.SchemaError, match=message) as raised:
        pm.read_census(city)
    assert file in str(raised.value)


def test_missing_files_and_years_are_named(city: Path, tmp_path: Path) -> None:
    with pytest.raises(pm.SchemaError, match="no census of 2015; it lists 2020"):
        pm.read_census(city, year=2015)
    with pytest.raises(pm.SchemaError, match=re.escape("city.toml: the file is missing")):
        pm.read_census(tmp_path)
    (city / "population.csv").unlink()
    with pytest.raises(pm.SchemaError, match=r"population\.csv: the file is missing"):
        pm.read_census(city)


def test_centres_and_settlement_are_checked(tmp_path: Path) -> None:
    shutil.copytree(pm.data_path(), tmp_path / "data")
    folder = tmp_path / "data" / "census" / "wenzhou"
    settlement = folder / "settlement.csv"
    text = settlement.read_text(encoding="utf-8")
    settlement.write_text(text.replace("2020,330302,1055730", "2020,330302,1055731"), encoding="utf-8")
    with pytest.raises(pm.SchemaError, match="urban, rural of 330302 sum to 1,167,166, the census counts 1,167,165"):
        pm.read_census(folder)
    settlement.write_text(text, encoding="utf-8")
    centres = folder / "centres.csv"
    centres.write_text(
        centres.read_text(encoding="utf-8").replace("330302,main,1,", "330302,main,1.2,"), encoding="utf-8"
    )
    with pytest.raises(pm.SchemaError, match="line 4 \\('1.2'\\): column share must not be larger than 1"):
        pm.read_census(folder)


def test_reference_schedules() -> None:
    reference = pm.read_reference(pm.data_path("reference/un_wpp2024_china"))
    # UN WPP 2024, China, births of 1950, 22,293.375 thousand
    assert float(reference.reference_births.sel(birth_year=1950)) == pytest.approx(22_293_375)
    assert reference.reference_fertility.sum("fertile_age").to_numpy() == pytest.approx(np.full(26, 100), abs=1e-4)
    rate = reference.reference_death_rate.sel(reference_period=2022.5, sex="male", reference_age=0)
    assert float(rate) == pytest.approx(0.00617945)


def _observed(*rows: tuple[str, int, float, str, str]) -> pd.DataFrame:
    cells = [
        f"resident_population,{area},{year},{value},persons,0,{basis},{status},2024,invented,,"
        for area, year, value, basis, status in rows
    ]
    head = "indicator,area,year,value,unit,decimals,basis,status,published,publication,chosen,note"
    return pd.read_csv(io.StringIO("\n".join([head, *cells])), dtype={"area": str}, keep_default_na=False)


def test_each_area_keeps_its_own_basis(city: Path) -> None:
    # The first row is a district's and on a basis of its own; it once dropped every value of the city.
    table = _observed(
        ("900001", 2020, 60_000, "county", "source"),
        ("900000", 2020, 90_000, "census", "source"),
        ("900000", 2021, 91_000, "census", "source"),
        ("900000", 2022, 99_000, "revised", "source"),
        ("900001", 2021, 61_000, "county", "source"),
        ("900002", 2021, 30_000, "census", "source"),
    )
    stocks = pm.read_census(city, observed=table).published_population
    assert stocks.sel(area="900000").dropna("published_year").to_numpy().tolist() == [90_000, 91_000]
    assert stocks.sel(area="900001").dropna("published_year").to_numpy().tolist() == [60_000, 61_000]
    assert stocks.sel(area="900002").dropna("published_year").to_numpy().tolist() == [30_000]
    assert stocks.attrs["basis"] == "census"


def test_a_derived_value_does_not_decide_the_basis(city: Path) -> None:
    table = _observed(
        ("900000", 2020, 88_000, "constructed", "derived"),
        ("900000", 2021, 91_000, "census", "source"),
        ("900000", 2022, 92_000, "census", "source"),
    )
    stocks = pm.read_census(city, observed=table).published_population.sel(area="900000").dropna("published_year")
    assert stocks.to_numpy().tolist() == [91_000, 92_000]
    lone = pm.read_census(city, observed=table.iloc[:1]).published_population.sel(area="900000")
    assert lone.dropna("published_year").to_numpy().tolist() == [88_000]  # nothing is printed: it stands


def test_rows_of_the_observed_table_may_stand_in_any_order(census: xr.Dataset, observed: pd.DataFrame) -> None:
    shuffled = observed.sample(frac=1, random_state=3)
    xr.testing.assert_identical(pm.read_census(pm.data_path("census/wenzhou"), observed=shuffled), census)


def test_values_of_another_territory_are_left_out() -> None:
    # Longgang left Cangnan in 2019: what is published for Cangnan since is not of the Cangnan that 2010 counted.
    earlier = pm.read_census(pm.data_path("census/wenzhou"), year=2010)
    stocks = earlier.published_population.sel(published_year=slice(2020, None))
    assert stocks.sel(area="330327").isnull().all()
    assert stocks.sel(area="330302").notnull().any()
    assert earlier.published_urban_share.sel(area="330327", published_year=slice(2020, None)).isnull().all()
