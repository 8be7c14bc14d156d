"""Another city needs its tables alone: invented ones, with less and less in them, through everything."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm
from popmodel.cli import main
from popmodel.report.record import json_bytes, scenario_values
from popmodel.report.tables import long_table


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("invented", Path(__file__).with_name("invented.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


INVENTED = _load()
write_city: Callable[..., Path] = INVENTED.write_city
groups_to: Callable[..., tuple[str, ...]] = INVENTED.groups_to
FLAT = pm.Scenario("flat", 1.1, 80.0, 1.08, 1000.0)
SEEN = pm.Scenario("seen", pm.Observed("last"), 80.0, 1.08, pm.Observed("mean"))


def _run(folder: Path, *scenarios: pm.Scenario) -> tuple[xr.Dataset, xr.Dataset]:
    base = pm.estimate_base(pm.read_census(folder))
    rates = pm.scenario_rates(base, scenarios, years=range(2020, 2036))
    projection = pm.project(base["population"], rates)
    return projection, pm.measure(projection)


def _card(folder: Path, values: xr.Dataset, targets: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    own = folder / "observed.csv"
    seen = pm.read_observed(own) if own.is_file() else observed.iloc[:0]
    card = pm.worded(pm.score(targets, observed=seen, projected=values, year=2023))
    assert not long_table(values, seen, targets).empty
    unknown = card[card["rating"] == "not_assessable"]
    assert (unknown["reason_en"] != "").all()
    assert (unknown["reason_zh"] != "").all()
    return card


def _outlook(card: pd.DataFrame, indicator: str) -> set[str]:
    found = card.loc[(card["indicator"] == indicator) & (card["target_year"] == 2025), "outlook_scenario"]
    assert len(found)
    return set(found)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_city(tmp_path_factory.mktemp("whole") / "city")


@pytest.fixture(scope="module")
def whole_values(whole: Path) -> xr.Dataset:
    return _run(whole, FLAT)[1]


def test_an_invented_city_through_everything(
    whole: Path, targets: pd.DataFrame, observed: pd.DataFrame, tmp_path: Path
) -> None:
    assert pm.check_city(whole).empty
    projection, values = _run(whole, FLAT, SEEN)
    stock = projection["population"].sum(("district", "sex", "age"))
    # the published stocks come out: 2023 is 1.2 % above 2020
    seen = stock.sel(scenario="seen")
    assert float(seen.sel(year=2023) / seen.sel(year=2020)) == pytest.approx(1.012, abs=1e-5)
    change = stock.diff("year").to_numpy()
    flows = projection["births"].sum(("district", "sex")) - projection["deaths"].sum(("district", "sex", "age"))
    flows = flows + projection["net_migration"].sum(("district", "sex", "age"))
    np.testing.assert_allclose(change, flows.to_numpy(), atol=1e-6)
    card = _card(whole, values, targets, observed)
    assert "not_modelled" not in _outlook(card, "urbanisation_rate")
    assert "not_modelled" not in _outlook(card, "share_60_plus")


@pytest.mark.parametrize(
    "groups",
    [
        groups_to(85, infants=False), groups_to(80), groups_to(100), groups_to(100, width=1), groups_to(85, width=1),
        groups_to(60), groups_to(80, infants=False, width=10),
    ],
    ids=["0-4", "80+", "100+", "single years", "single years to 85+", "60+", "ten years"],
)  # fmt: skip
def test_other_age_groups(groups: tuple[str, ...], tmp_path: Path, whole_values: xr.Dataset) -> None:
    folder = write_city(tmp_path / "city", groups=groups)
    assert pm.check_city(folder).empty
    census = pm.read_census(folder)
    base = pm.estimate_base(census)
    # every group's count is kept
    lower = [int(group.rstrip("+").partition("-")[0]) for group in census["age_group"].to_numpy()]
    sums = np.add.reduceat(base["census_population"].to_numpy(), lower, axis=-1)
    np.testing.assert_allclose(sums, census["population"].to_numpy(), atol=1e-6)
    # what the groups do not say costs little: the shares of the last year stay within 1.5 points
    _, values = _run(folder, FLAT)
    gap = float((values["share_60_plus"] - whole_values["share_60_plus"]).sel(year=2035).isel(scenario=0, area=0))
    assert abs(gap) < 1.5


LESS: list[tuple[str, dict[str, Any], dict[str, bool]]] = [
    # what is missing, how, indicator → assessable
    ("urban data", {"settlement": False}, {"urbanisation_rate": False, "share_60_plus": True}),
    ("centres", {"centres": False}, {"main_centre_share": False, "sub_centre_share": False, "urbanisation_rate": True}),
    ("an earlier census", {"earlier": False}, {"urbanisation_rate": False, "central_city_primacy": True}),
    ("yearly figures", {"observed": False}, {"registered_population": False, "resident_population": True}),
    ("districts", {"sizes": [500_000.0]}, {"resident_population": True, "urbanisation_rate": True}),
    (
        "all but one count",
        {"observed": False, "settlement": False, "centres": False, "earlier": False, "sizes": [3e5],
         "groups": groups_to(80, infants=False)},
        {"urbanisation_rate": False, "main_centre_share": False, "share_60_plus": True, "resident_population": True},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("missing", "less", "assessable"), LESS, ids=[entry[0] for entry in LESS])
def test_less_is_enough(
    missing: str,
    less: dict[str, Any],
    assessable: dict[str, bool],
    tmp_path: Path,
    targets: pd.DataFrame,
    observed: pd.DataFrame,
) -> None:
    folder = write_city(tmp_path / "city", **less)
    assert pm.check_city(folder).empty
    _, values = _run(folder, FLAT)
    card = _card(folder, values, targets, observed)
    for indicator, good in assessable.items():
        assert ("not_modelled" not in _outlook(card, indicator)) == good, (missing, indicator)


def test_a_scenario_that_needs_what_is_missing_says_so(tmp_path: Path) -> None:
    folder = write_city(tmp_path / "city", observed=False)
    with pytest.raises(pm.SchemaError, match="no year-end stocks after 2020"):
        _run(folder, SEEN)


def test_the_citys_code_is_no_districts(tmp_path: Path) -> None:
    folder = write_city(tmp_path / "city", alone=True)
    with pytest.raises(pm.SchemaError, match=r"\('900000'\): column district is the code of the whole city"):
        pm.read_census(folder)
    assert "is the code of the whole city" in set(pm.check_city(folder)["rule"])


def test_a_province_of_400_districts(tmp_path: Path, targets: pd.DataFrame, observed: pd.DataFrame) -> None:
    folder = write_city(tmp_path / "province", sizes=[200_000.0 + 1000 * place for place in range(400)])
    assert pm.check_city(folder).empty
    projection, values = _run(folder, FLAT)
    assert projection.sizes["district"] == 400
    assert values.sizes["area"] == 401
    city = values["resident_population"].isel(area=0)
    np.testing.assert_allclose(city, values["resident_population"].isel(area=slice(1, None)).sum("area"))
    assert len(_card(folder, values, targets, observed)) == len(targets)


def test_the_record_of_a_city_with_one_census_and_urban_shares(tmp_path: Path) -> None:
    """What its urban shares come to after the census is not known; the record says null, since JSON has no NaN."""
    projection, _ = _run(write_city(tmp_path / "one", earlier=False, observed=False), FLAT)
    assert projection["urban_share"].isnull().any()
    said = json.loads(json_bytes({"scenarios": scenario_values(projection)}))
    line = said["scenarios"][0]["by_district"]["urban_share"]["900001"]
    assert line["2020"] == pytest.approx(0.65, abs=1e-3)
    assert line["2035"] is None


def test_backtest_of_an_invented_city(whole: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["backtest", "--census", str(whole), "--lang", "en", "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "From 2010" in text
    assert "naive: no change" in text
    errors = pd.read_csv(out / "errors.csv")
    # the invented counts of 2010 are nine tenths of those of 2020
    still = errors.query("year == 2020 and forecast == 'no_change' and level == 'city'")["malpe"].iloc[0]
    assert still == pytest.approx(-10, abs=0.01)
    assert {path.suffix for path in out.iterdir()} == {".csv", ".svg", ".json"}
    assert main(["backtest", "--census", str(whole), "--out", str(whole)]) == 2
    assert "holds" in capsys.readouterr().err
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    assert main(["backtest", "--census", str(whole), "--out", str(out)]) == 2
    assert "holds notes.txt, which the earlier run did not write" in capsys.readouterr().err
    (out / "notes.txt").unlink()
    assert main(["backtest", "--census", str(whole), "--out", str(out)]) == 0
