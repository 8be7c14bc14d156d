"""Cities made of the shared counties: districts move as their history says, and any loss is projected."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from scipy.stats import spearmanr

import popmodel as pm
from popmodel.wording.migration import migration_sentences

COUNTIES = pm.data_path("reference/china_counties/counties_age5.csv.gz")
TREND = pm.Scenario("trend", pm.Observed("last"), 80.0, 1.08, pm.Observed("last"))


@pytest.fixture(scope="module")
def counties() -> xr.Dataset:
    return pm.read_counties(COUNTIES)


def _city(
    folder: Path, counties: xr.Dataset, prefecture: str, *, growth: float, size: float = 1.0, censuses: int = 2
) -> Path:
    """The counties of a prefecture as the districts of a city whose stocks are published for the city alone."""
    folder.mkdir()
    own = counties.sel(unit=counties.prefecture == prefecture)
    years = [2010, 2020][-censuses:]
    head = '[city]\ncode = "999999"\nname_zh = "某市"\nname_en = "City"\nreference = "un_wpp2024_china"\n'
    blocks = [f'[[census]]\nyear = {year}\ndate = {year}-11-01\npublication = "p"' for year in years]
    text = "\n".join(["format = 1", head + 'observed = "observed.csv"', *blocks]) + "\n"
    (folder / "city.toml").write_text(text, encoding="utf-8")
    districts = ["census,district,name_zh,name_en,unit,central_city,land_area_km2,note"]
    people, urban = ["census,district,sex,age_group,population"], ["census,district,urban,rural"]
    for year in years:
        for code in own.unit.to_numpy():
            one = own.sel(unit=code, census=year)
            counts = np.round(one.population * size)
            districts.append(f"{year},{code},{code},{code},{code},no,,")
            for sex in ("female", "male"):
                row = counts.sel(sex=sex)
                people += [
                    f"{year},{code},{sex},{g},{n:.0f}" for g, n in zip(row.age_group.values, row.values, strict=True)
                ]
            whole = float(counts.sum())
            in_town = min(np.round(float(one.urban) * size), whole)
            urban.append(f"{year},{code},{in_town:.0f},{whole - in_town:.0f}")
    for name, lines in (("districts", districts), ("population", people), ("settlement", urban)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    total = float(own.population.sel(census=2020).sum()) * size
    observed = ["indicator,area,year,value,unit,decimals,basis,status,published,publication,chosen,note"]
    for year in range(2020, 2024):
        stock, born = total * (1 + growth) ** (year - 2020), total * 0.008
        observed.append(f"resident_population,999999,{year},{stock:.0f},persons,0,census,source,{year + 1}-03,p,,")
        observed.append(f"births,999999,{year},{born:.0f},persons,0,census,source,{year + 1}-03,p,,")
    (folder / "observed.csv").write_text("\n".join(observed) + "\n", encoding="utf-8")
    return folder


def _history(counties: xr.Dataset, prefecture: str) -> np.ndarray:
    people = counties.population.sel(unit=counties.prefecture == prefecture).sum(("sex", "age_group"))
    return np.asarray(np.log(people.sel(census=2020) / people.sel(census=2010)))


def _projected(base: xr.Dataset, scenario: pm.Scenario = TREND, last: int = 2035) -> xr.Dataset:
    return pm.project(base.population, pm.scenario_rates(base, [scenario], years=range(2020, last + 1))).isel(
        scenario=0
    )


# A prefecture that shrank and one that grew, of more than ten counties each.
@pytest.mark.parametrize(("prefecture", "growth"), [("4101", 0.012), ("1409", -0.012), ("4304", 0.0)])
def test_districts_move_as_their_history_says(
    counties: xr.Dataset, tmp_path: Path, prefecture: str, growth: float
) -> None:
    base = pm.estimate_base(pm.read_census(_city(tmp_path / "city", counties, prefecture, growth=growth)))
    assert base.observed_stock.attrs["districts"] == "history"
    assert base.migration_turnover.attrs["basis"] == "own"
    stock = _projected(base).population.sum(("sex", "age"))
    assert stock.sel(year=[2021, 2022, 2023]).to_numpy() == pytest.approx(base.observed_stock.to_numpy(), rel=1e-9)
    moved = np.log(stock.sel(year=2035) / stock.sel(year=2020)).to_numpy()
    history = _history(counties, prefecture)
    assert spearmanr(history, moved).statistic > 0.7
    # Shrunk: they differ less than they did.
    assert np.std(moved) < 1.5 * np.std(history)
    assert moved[history.argmax()] > moved[history.argmin()]


def test_one_census_is_read_by_the_types_alone(counties: xr.Dataset, tmp_path: Path) -> None:
    folder = _city(tmp_path / "city", counties, "1409", growth=0.004, censuses=1)
    base = pm.estimate_base(pm.read_census(folder))
    assert base.migration_turnover.attrs["basis"] == "types"
    assert (base.migration_own_weight == 0).all()
    people = base.population.sum(("sex", "age"))
    assert float((base.migration_deviation * people).sum()) == pytest.approx(0, abs=1e-6 * float(people.sum()))
    assert float(abs(base.migration_deviation).max()) > 0.001
    assert float(base.migration_offset.sum()) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("size", [0.0005, 1.0, 5.0])
def test_a_loss_of_five_percent_a_year(counties: xr.Dataset, tmp_path: Path, size: float) -> None:
    """From districts of a few hundred people to a city of tens of millions."""
    folder = _city(tmp_path / "city", counties, "1409", growth=-0.02, size=size)
    base = pm.estimate_base(pm.read_census(folder))
    total = float(base.observed_stock.isel(observed_year=-1).sum())
    paths = {2020 + step: -0.05 * total * 0.95**step for step in range(1, 16)}
    result = _projected(base, replace(TREND, net_migration=paths, counterfactual=True), last=2033)
    assert float(result.population.min()) >= 0
    assert float(result.population.sel(year=2033).sum()) < 0.65 * total
    flows = result.births.sum("sex") - result.deaths.sum(("sex", "age")) + result.net_migration.sum(("sex", "age"))
    change = result.population.sum(("sex", "age")).diff("year")
    assert change.to_numpy() == pytest.approx(flows.to_numpy(), abs=1e-6 * total)


def test_a_loss_that_empties_a_cell_is_refused_by_name(counties: xr.Dataset, tmp_path: Path) -> None:
    base = pm.estimate_base(pm.read_census(_city(tmp_path / "city", counties, "1409", growth=0.0)))
    with pytest.raises(
        pm.SchemaError, match=r"scenario trend: net migration takes .* of district 1409\d\d, sex \w+, age \d"
    ):
        _projected(base, replace(TREND, net_migration=-0.4 * float(base.population.sum()), counterfactual=True))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_was_done_is_said(counties: xr.Dataset, tmp_path: Path, lang: str, census: xr.Dataset) -> None:
    two = pm.estimate_base(pm.read_census(_city(tmp_path / "two", counties, "1409", growth=0.0)))
    one = pm.estimate_base(pm.read_census(_city(tmp_path / "one", counties, "1409", growth=0.0, censuses=1)))
    standard = pm.estimate_base(census, migration="rogers-castro")
    said = [migration_sentences(base, lang) for base in (two, one, standard)]
    assert [len(sentences) for sentences in said] == [2, 2, 1]
    assert len({sentence for sentences in said for sentence in sentences}) == 5
    if lang == "en":
        assert "each district's own last decade" in said[0][0]
        assert "no earlier census" in said[1][1]
        assert "Rogers and Castro" in said[2][0]
