"""Limits of a city: the file's form, what is wrong in it, and where the shipped figures come from."""

from pathlib import Path

import numpy as np
import pytest

import popmodel as pm
from popmodel.base.schedules import county_cells
from popmodel.scenario.limits import KINDS
from popmodel.schema import fault_texts
from popmodel.wording.limits import limits_words

TEXT = """format = 1
[limits.one]
district_rate = { least = -10.0, most = 20.0 }
class_loss = { "60+" = 0.0, other = 30.0 }
[limits.one.source]
district_rate = "assumed"
class_loss = "assumed"
"""


def test_shipped_limits_each_have_a_source() -> None:
    limits = pm.read_limits()
    assert list(limits) == ["own_record", "peers", "fastest"]
    assert pm.read_limits(pm.data_path("census/wenzhou")) == limits
    for one in limits.values():
        assert {kind for kind in KINDS if getattr(one, kind) is not None} == set(one.source)
        assert one.zh
        assert one.en
    rates = [one.city_rate for one in limits.values() if one.city_rate is not None]
    assert [most for _, most in rates] == sorted(most for _, most in rates)


def test_peers_and_fastest_are_what_counties_did() -> None:
    counties = pm.read_counties(pm.data_path("reference/china_counties/counties_age5.csv.gz"))
    counted, expected, _ = county_cells(counties, counties)
    gain = (counted - expected).sum(axis=(1, 2)) / 10
    before = counties["population"].isel(census=0).sum(("sex", "age_group")).to_numpy()
    one, five, ninety_five, ninety_nine = np.quantile(gain / before * 1e3, [0.01, 0.05, 0.95, 0.99])
    names, at = np.unique([str(code) for code in counties["prefecture"].to_numpy()], return_inverse=True)
    people, gains = np.bincount(at, before), np.bincount(at, gain)
    large = people >= 1e6
    rate = (gains / people * 1e3)[large]
    peers, fastest = pm.read_limits()["peers"], pm.read_limits()["fastest"]
    assert peers.city_rate is not None
    assert fastest.city_rate is not None
    assert len(gain) == 1414
    assert large.sum() == 168
    assert (rate > peers.city_rate[1]).sum() == 6
    assert fastest.city_rate[1] == pytest.approx(rate.max(), abs=0.05)
    assert names[large][rate.argmax()] == "4401"
    assert peers.district_rate == pytest.approx((five, ninety_five), abs=0.05)
    assert fastest.district_rate == pytest.approx((one, ninety_nine), abs=0.05)
    for limits in (peers, fastest):
        assert limits.class_loss["other"] == -limits.district_rate[0]


def test_own_record_is_what_was_published(evaluation: pm.Evaluation) -> None:
    ev = pm.evaluate(history=False)
    flows = ev.projection["net_migration"].sel(scenario="trend", period=slice(2021, 2024)).sum(("sex", "age"))
    people = ev.projection["population"].sel(scenario="trend").sum(("sex", "age"))
    own = pm.read_limits(ev.city)["own_record"]
    assert own.city_rate is not None
    city = flows.sum("district") / people.sel(year=2024).sum("district") * 1e3
    assert own.city_rate[1] == pytest.approx(float(city.max()), abs=0.05)
    assert own.yearly_change == pytest.approx(float(np.abs(np.diff(city)).max()), abs=0.05)
    rates = flows / people.sel(year=2020) * 1e3
    assert own.district_rate == pytest.approx((float(rates.min()), float(rates.max())), abs=0.05)


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ('district_rate = "assumed"\n', "", ["limits.one.district_rate has no source", "Write district_rate = "]),
        ("least = -10.0, most = 20.0", "least = 30.0, most = 20.0", ["district_rate = 30 … 20", "both finite"]),
        ("most = 20.0", "most = inf", ["finite"]),
        ("other = 30.0", "other = -3.0", ["class_loss other = -3"]),
        ("class_loss = {", "clas_loss = {", ["is an unknown key", "Did you mean class_loss"]),
        ("[limits.one]", "[limits.one]\ncity_rate = 3.0", ["city_rate"]),
        ('class_loss = "assumed"', 'class_loss = "assumed"\ncity_rat = "x"', ["city_rat", "no limit"]),
        ("format = 1", "format = 2", ["format must be 1"]),
    ],
)
def test_faults_are_named(tmp_path: Path, old: str, new: str, parts: list[str]) -> None:
    file = tmp_path / "limits.toml"
    file.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(pm.SchemaError) as raised:
        pm.read_limits(file)
    said = "\n".join(fault_texts(raised.value.faults)) or str(raised.value)
    for part in parts:
        assert part in said


def test_a_city_without_limits_has_none(tmp_path: Path) -> None:
    (tmp_path / "limits.toml").write_text(TEXT, encoding="utf-8")
    assert list(pm.read_limits(tmp_path / "limits.toml")) == ["one"]
    with pytest.raises(pm.SchemaError, match="missing"):
        pm.read_limits(tmp_path / "nothing.toml")


def test_limits_in_words_name_ages_as_an_office_does() -> None:
    limits = pm.read_limits()["peers"]
    zh, en = (limits_words("peers", limits, lang) for lang in ("zh", "en"))
    assert "60岁及以上" in zh
    assert "其他年龄" in zh
    assert "+" not in zh.partition("净迁入的年龄构成")[2]
    assert "60 and over" in en
    assert "60+" not in en
    assert "0个百分点" not in zh
    assert "0 points" not in en
