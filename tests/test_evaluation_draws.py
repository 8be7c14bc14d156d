"""An evaluation with draws: what stands beside the ratings, in words, tables and the report."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from openpyxl import load_workbook

import popmodel as pm
from popmodel.cli.sure import sure_lines
from popmodel.cli.terminal import COLUMNS, width
from popmodel.probability import forecast, plan as planned, shares
from popmodel.probability.card import outlook_of, with_probabilities
from popmodel.probability.variants import VARIANTS
from popmodel.report.material import Material, Sure
from popmodel.report.sure import sure_section
from popmodel.scoring.outlook import outlook
from tests.drawn import plan
from tests.invented import write_city

TARGETS = plan(
    {"indicator": "share_60_plus", "operator": "below", "value": 30.0, "year": 2022, "text": "<30"},
    {"indicator": "share_60_plus", "operator": "below", "value": 24.0, "year": 2028, "text": "<24"},
    {"indicator": "resident_population", "operator": "above", "value": 76.0, "unit": "10k_persons", "better": "higher",
     "year": 2028, "text": ">76", "base_value": 74.0},
    {"indicator": "total_fertility", "operator": "at_least", "value": 1.3, "unit": "children_per_woman", "year": 2028,
     "text": "1.3", "decimals": 2},
    {"indicator": "talent", "operator": "at_least", "value": 1.3, "year": 2028, "text": "1.3"},
)  # fmt: skip
TREND = pm.Scenario(
    name="trend", zh="趋势", en="Trend", total_fertility=1.1, life_expectancy=81.0, sex_ratio_at_birth=1.08,
    net_migration=3000.0,
)  # fmt: skip


def quick(base: xr.Dataset, drawn: xr.Dataset, *, wanted: list[str]) -> xr.Dataset:
    """Values by a rule of thumb from the draws, in place of the accounts: what is tested is what is made of them."""
    city, n = str(base.attrs.get("city", "900000")), drawn.sizes["draw"]
    years = [int(drawn["period"][0]) - 1, *(int(period) for period in drawn["period"])]
    until = int(drawn.attrs["observed_until"])
    rate = drawn["net_migration_rate"].to_numpy()
    grown = np.exp(np.cumsum(np.where(np.isfinite(rate), rate, 0.0), axis=1)) if rate.size else np.ones((n, 1))
    people = 740_000 * np.concatenate([np.ones((n, 1)), grown], axis=1)
    share = 20.0 + 0.4 * (np.array(years) - 2020) - 20 * (people / 740_000 - 1)
    cells = {"resident_population": (people, "persons"), "share_60_plus": (share, "percent"),
             "total_fertility": (np.full_like(people, np.nan), "children_per_woman"),
             "births": (0.008 * people, "persons")}  # fmt: skip
    data = {name: (("draw", "year", "area"), x[..., None], {"unit": unit}) for name, (x, unit) in cells.items()}
    return xr.Dataset(data, {"year": years, "area": [city]}, {"city": city, "observed_until": until})


@pytest.fixture(scope="module")
def sure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pm.Evaluation]:
    folder = write_city(tmp_path_factory.mktemp("sure") / "city")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planned, "forecast_values", quick)
        yield pm.evaluate(folder, targets=TARGETS, scenarios=[TREND], history=False, draws=1000, seed=3)


def test_probabilities_stand_beside_the_ratings(sure: pm.Evaluation) -> None:
    assert sure.attainment is not None
    assert sure.forecast is not None
    people = sure.forecast["resident_population"].sel(year=2028).to_numpy().ravel()
    card = sure.ratings.set_index(["indicator", "target_year"])
    row = card.loc[("resident_population", 2028)]
    assert row["probability"] == (np.round(people / 1e4, 1) > 76).mean()
    assert row["probability_lowest"] <= row["probability"] <= row["probability_highest"]
    assert row["probability_lowest"] < row["probability_highest"]  # the long-run level matters
    words = pm.worded(sure.ratings)
    text = words.loc[words["indicator"] == "resident_population", "probability_en"].item()
    assert "over the variants" in text
    assert "–" in text  # never without its range
    past = card.loc[("share_60_plus", 2022)]
    assert np.isnan(past["probability"])
    assert past["probability_code"] == "met"
    assert card.loc[("total_fertility", 2028), "probability_basis"] == "other_basis"
    assert card.loc[("talent", 2028), "probability_basis"] == "not_modelled"
    assert 0 <= row["worse_next"] <= 1


def test_the_outlook_follows_from_the_range(sure: pm.Evaluation) -> None:
    card = sure.ratings
    told = card[card["probability_basis"] == "drawn"]
    assert len(told) == 2
    assert told["outlook_from"].eq("draws").all()
    codes = [
        outlook_of(low, high) for low, high in zip(told["probability_lowest"], told["probability_highest"], strict=True)
    ]
    assert told["outlook"].tolist() == codes
    assert card.loc[card["indicator"] == "talent", "outlook_from"].eq("errors").all()
    assert sure.outlook["outlook"].tolist() == outlook(card)["outlook"].tolist()


def test_every_variant_has_its_row_and_the_record_says_how(sure: pm.Evaluation) -> None:
    assert sure.variants is not None
    record = sure.record["forecast"]
    assert (record["draws"], record["seed"], record["observed_until"]) == (1000, 3, 2023)
    known = {variant.code for variant in VARIANTS}
    assert set(record["variants"]) <= known
    assert {"level_low", "level_high", "spread_low", "spread_high"} <= set(record["variants"])
    assert set(sure.variants["variant"]) == {"main", *record["variants"]}
    low, high = (
        sure.variants.query(f"variant == '{code}' and indicator == 'resident_population'")["probability"].item()
        for code in ("level_low", "level_high")
    )
    assert low < high
    (joint,) = record["joint"]
    assert (joint["milestone"], joint["targets"]) == (2028, 2)
    assert joint["lowest"] <= joint["probability"] <= joint["highest"]
    json.dumps(record)


def test_without_draws_nothing_changes(sure: pm.Evaluation) -> None:
    bare = pm.evaluate(sure.city.folder, targets=TARGETS, scenarios=[TREND], history=False)
    assert bare.attainment is None
    assert bare.intervals is None
    assert "forecast" not in bare.record
    assert not any(name.startswith("probability_") for name in bare.ratings)
    same = [name for name in bare.ratings.columns if name not in ("probability", "outlook")]
    pd.testing.assert_frame_equal(bare.ratings[same], sure.ratings[same])


def test_faults_are_named(sure: pm.Evaluation) -> None:
    with pytest.raises(pm.SchemaError, match="999 draws are too few for an interval of 95 %; 1000 are the least"):
        pm.evaluate(sure.city.folder, targets=TARGETS, scenarios=[TREND], history=False, draws=999)
    with pytest.raises(pm.SchemaError, match="the city names no targets to tell the probability of"):
        pm.evaluate(sure.city.folder, targets=TARGETS.iloc[:0], scenarios=[TREND], history=False, draws=1000)
    assert sure.attainment is not None
    assert sure.rating_risk is not None
    with pytest.raises(pm.SchemaError, match=r"share_60_plus, target_year=2028.*no probability was asked for"):
        with_probabilities(sure.ratings, sure.attainment.iloc[[0, 2, 3, 4]], sure.rating_risk)


def test_shares_of_variance_by_driver(sure: pm.Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "forecast_values", quick)
    uncertainty = pm.estimate_uncertainty(sure.base)
    asked = {"indicators": ["resident_population", "share_60_plus"], "years": [2028]}
    found = pm.variance_shares(uncertainty, **asked, drivers=["net_migration", "city_fertility"])
    assert (found["n"] == 4096).all()
    cells = found.set_index(["indicator", "driver"])
    for name in asked["indicators"]:
        mine, other = cells.loc[(name, "net_migration")], cells.loc[(name, "city_fertility")]
        assert mine["share"] == pytest.approx(1, abs=4 * mine["se"] + 1e-9)  # nothing else moves it
        assert abs(other["share"]) < 4 * other["se"]
        assert mine["left"] == pytest.approx(0, abs=1e-12)
        assert other["left"] == pytest.approx(1)
        assert other["se"] > 0
    with pytest.raises(pm.SchemaError, match="4095 draws are too few for shares of variance; 4096 are the least"):
        pm.variance_shares(uncertainty, **asked, draws=4095)
    with pytest.raises(pm.SchemaError, match="driver migration is not drawn.*Did you mean net_migration"):
        pm.variance_shares(uncertainty, **asked, drivers=["migration"])
    bare = uncertainty.copy()
    bare.encoding = {}
    with pytest.raises(pm.SchemaError, match="does not carry its base. Give base="):
        pm.variance_shares(bare, **asked)


def _material(sure: pm.Evaluation) -> Material:
    tables = sure.attainment, sure.variants, sure.rating_risk
    told = Sure(sure.intervals, *tables, sure.record["forecast"])  # type: ignore[arg-type]
    return Material(pm.worded(sure.ratings), sure.targets, sure.observed, sure.values, None, sure.scenarios,
                    {}, {}, sure.year, date(2024, 3, 5), "en", sure=told)  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_section_says_what_is_sure(sure: pm.Evaluation, lang: str) -> None:
    section = sure_section(_material(sure), {})
    assert section is not None
    tables = {block.name: block for block in section.blocks if hasattr(block, "rows")}
    assert set(tables) == {"table-attainment", "table-variants", "table-risk"}
    rows = [["".join(piece.text(lang) for line in cell.lines for piece in line) for cell in row.cells]
            for row in tables["table-attainment"].rows]  # fmt: skip
    assert sure.attainment is not None
    told = sure.attainment[sure.attainment["probability"].notna()]
    assert [row[1] for row in rows] == told["printed"].tolist()
    assert all(row[2] for row in rows)
    lines = sure_lines(sure.attainment, lang)
    assert len(lines) >= 1 + len(told)
    assert all(any(text in line for line in lines) for text in told["printed"])
    assert all(width(line, ambiguous=2) <= COLUMNS for line in lines)
    assumed = sure_lines(sure.attainment.assign(basis="assumed", name_en="A name that is long " * 4), lang)
    assert all(width(line) <= COLUMNS for line in assumed)
    assert assumed[-1].startswith("*")
    assert sure_section(_material(sure)._replace(sure=None), {}) is None
    assert sure_lines(None, lang) == []


def test_the_report_holds_the_tables(sure: pm.Evaluation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from popmodel.report import write

    monkeypatch.setattr(write, "_draw", lambda *given: ([], ""))  # its charts have their own tests
    folder = pm.write_report(tmp_path / "out", replace(sure, history=None), today="2024-03-05")
    table = pd.read_csv(folder / "attainment.csv")
    assert table["probability"].notna().sum() == 2
    assert {"variants.csv", "rating_risk.csv"} <= {path.name for path in folder.iterdir()}
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["forecast"]["seed"] == 3
    book = load_workbook(folder / "scorecard.xlsx")
    heads = [cell.value for cell in book.worksheets[0][1]]
    cells = [row[heads.index("概率（各种备选假定下的范围）")].value for row in book.worksheets[0].iter_rows(min_row=2)]
    assert sum("%" in str(cell) for cell in cells) == 2
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "table-variants" in page


def test_the_published_sex_ratio_has_the_chance_of_its_births(sure: pm.Evaluation) -> None:
    uncertainty = pm.estimate_uncertainty(sure.base)
    years = range(int(sure.base["year"]), 2026)
    drawn = pm.draw(uncertainty, draws=1000, years=years, seed=1, freeze=uncertainty.attrs["drivers"])
    found = forecast.forecast_values(sure.base, drawn, wanted=["sex_ratio_at_birth", "births", "graduates"])
    assert set(found) == {"sex_ratio_at_birth", "births"}  # what a projection does not give is left out
    births = float(found["births"].sel(year=2025).mean())
    ratio = found["sex_ratio_at_birth"].sel(year=2025).to_numpy().ravel()
    middle = float(drawn["sex_ratio_at_birth"].isel(draw=0).sel(period=2025))
    error = 100 * (1 + middle) * np.sqrt(middle / births)
    assert ratio.mean() == pytest.approx(100 * middle, abs=4 * error / np.sqrt(1000))
    assert ratio.std(ddof=1) == pytest.approx(error, rel=0.1)
    few = drawn.isel(draw=slice(0, 300))
    again = forecast.forecast_values(sure.base, few, wanted=["sex_ratio_at_birth"])["sex_ratio_at_birth"]
    # Whatever the number of draws; the base year has no births.
    np.testing.assert_array_equal(again, found["sex_ratio_at_birth"].isel(draw=slice(0, 300)))


def test_a_variant_is_what_estimating_anew_gives(sure: pm.Evaluation) -> None:
    assume = {"net_migration_prior_mean": 0.0, "district_prior_deviation": 0.006}
    quickly = planned.reassumed(pm.estimate_uncertainty(sure.base), sure.base, planned.Sources(), assume)
    anew = pm.estimate_uncertainty(sure.base, assume=assume)
    xr.testing.assert_identical(quickly.drop_attrs(deep=False), anew.drop_attrs(deep=False))
    assert not quickly["net_migration_mean"].equals(pm.estimate_uncertainty(sure.base)["net_migration_mean"])
