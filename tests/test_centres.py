"""Towns, the shares of the centres that they make, and what they leave to shares that are assumed."""

from pathlib import Path

import pytest
import xarray as xr

import popmodel as pm

A, B, CITY = "900001", "900002", "900000"
HEAD = "district,township,population,rounding,centre,status,publication,note\n"


@pytest.fixture
def towns(city: Path) -> Path:
    """A city whose districts have 69,160 and 31,160 residents, with a table of towns that names none."""
    toml = city / "city.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace("reference =", 'townships = "towns.csv"\nreference ='),
        encoding="utf-8",
    )
    fill(city)
    return city


def fill(folder: Path, *rows: str, shares: str = f"{A},main,0.5,assumed,\n{B},main,0.5,assumed,\n") -> Path:
    (folder / "towns.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    (folder / "centres.csv").write_text("district,centre,share,status,note\n" + shares, encoding="utf-8")
    return folder


def counted(folder: Path) -> dict[str, float]:
    table = pm.read_census(folder)["population"].sum(("sex", "age_group"))
    return dict(zip(table["district"].to_numpy().tolist(), table.to_numpy().tolist(), strict=True))


def bounds(census: xr.Dataset, district: str) -> list[float]:
    names = ("centre_share_least", "centre_share", "centre_share_most")
    return [float(census[name].sel(district=district, centre="main")) for name in names]


def test_a_complete_list_gives_the_share_and_one_that_is_not_bounds_it(towns: Path) -> None:
    assert counted(towns) == {A: 69160.0, B: 31160.0}
    fill(
        towns,
        f"{A},East,50000,,main,source,invented,",
        f"{A},West,19160,,outside,source,invented,",
        f"{B},North,10000,,main,source,invented,",
        f"{B},South,5000,,outside,source,invented,",
        f"{B},Hill,6000,,,source,invented,",
    )
    census = pm.read_census(towns)
    assert bounds(census, A) == pytest.approx([50000 / 69160] * 3)
    # 10,000 at least; all but the 5,000 at most: Hill may lie in the centre or not.
    assert bounds(census, B) == pytest.approx([10000 / 31160, 0.5, 1 - 5000 / 31160])
    assert census["centre_share"].attrs["status"] == "assumed, derived"
    base = pm.estimate_base(census)
    for name in ("centre_share", "centre_share_least", "centre_share_most"):
        assert (base[name] == census[name]).all()
    assert len(pm.check_city(towns)) == 0


def test_rounded_figures_may_miss_the_district_by_their_rounding(towns: Path) -> None:
    fill(towns, f"{A},East,50000,100,main,source,invented,", f"{A},West,19200,100,outside,source,invented,")
    assert bounds(pm.read_census(towns), A) == pytest.approx([50000 / 69200] * 3)
    fill(towns, f"{A},East,50000,10,main,source,invented,", f"{A},West,19130,10,outside,source,invented,",
         shares=f"{A},main,0.723,assumed,\n")  # fmt: skip
    # 30 persons are missing, 10 can be explained: the list is not complete.
    assert bounds(pm.read_census(towns), A) == pytest.approx([49995 / 69160, 0.723, 1 - 19125 / 69160])


def test_the_share_of_the_whole_city_narrows_what_is_assumed(towns: Path) -> None:
    whole = 0.5
    fill(
        towns,
        f"{A},East,40000,,outside,source,invented,",
        shares=f"{CITY},main,{whole},source,\n{A},main,0.35,assumed,\n{B},main,0.8329,assumed,\n",
    )
    # 50,160 live in the centre, at most 29,160 of them in the first district: at least 21,000 in the second.
    census = pm.read_census(towns)
    assert bounds(census, B) == pytest.approx([21000 / 31160, 0.8329, 1.0], abs=1e-3)
    assert bounds(census, A) == pytest.approx([19000 / 69160, 0.35, 29160 / 69160], abs=1e-3)


def test_without_towns_only_what_is_assumed_is_open(towns: Path) -> None:
    fill(towns, shares=f"{A},main,0.4,assumed,\n{B},main,0.3,source,\n{B},sub,0.2,assumed,\n")
    census = pm.read_census(towns)
    assert bounds(census, A) == [0.0, 0.4, 1.0]
    assert bounds(census, B) == [0.3, 0.3, 0.3]
    assert float(census["centre_share_most"].sel(district=B, centre="sub")) == pytest.approx(0.7)
    # No row of the table: outside, by the rule of the form.
    assert float(census["centre_share_most"].sel(district=A, centre="sub")) == 0


@pytest.mark.parametrize(
    ("rows", "shares", "file", "line", "rule"),
    [
        ([f"{A},East,70000,,outside,source,invented,"], "", "towns.csv", 2, "sum to 70,000, the census counts 69,160"),
        ([f"{A},East,7000,,mian,source,invented,"], f"{A},main,0.5,assumed,\n", "towns.csv", 2, "is not a centre of"),
        (["900003,East,7000,,,source,invented,"], "", "towns.csv", 2, "is not a district of the census of 2020"),
        ([f"{A},East,7000,,,assumed,invented,"], "", "towns.csv", 2, "must be one of source, derived"),
        ([f"{A},East,7000,,,source,,"], "", "towns.csv", 2, "is empty"),
        (
            [f"{A},East,7000,,,source,invented,", f"{A},East,8000,,,source,invented,"], "", "towns.csv", 3,
            "is given in line 2 already",
        ),
        (
            [f"{A},East,50000,,main,source,invented,"], f"{A},main,0.5,assumed,\n", "centres.csv", 2,
            "must lie within 0.7230 … 1.0000, as its towns leave it",
        ),
        (
            [f"{A},East,50000,,main,source,invented,", f"{A},West,19160,,outside,source,invented,"],
            f"{A},main,0.5,source,\n", "centres.csv", 2, "must lie within 0.7230 … 0.7230",
        ),
        ([], f"{CITY},main,0.9,source,\n{A},main,0.5,assumed,\n", "centres.csv", 2, "its districts come to 0.3447"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_told(
    towns: Path, rows: list[str], shares: str, file: str, line: int, rule: str
) -> None:
    fill(towns, *rows, shares=shares)
    found = pm.check_city(towns)
    assert [(Path(row.file).name, row.line) for row in found.itertuples()] == [(file, line)]
    assert rule in f"{found['column'].iloc[0]} {found['rule'].iloc[0]}"
    assert found["remedy"].iloc[0]
    with pytest.raises(pm.SchemaError):
        pm.read_census(towns)


def test_the_table_is_read_where_the_city_names_it(city: Path) -> None:
    fill(city, f"{A},East,99999999,,main,source,invented,")
    assert bounds(pm.read_census(city), A) == [0.0, 0.5, 1.0]
