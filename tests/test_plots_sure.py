"""The charts of how sure: what they draw, from invented draws."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm
from popmodel.plots.fan import bands_of
from tests.drawn import CITY, drawn, plan

YEARS = [2024, 2025, 2030]
TARGETS = plan(
    {"operator": "below", "value": 20.0, "year": 2025, "text": "<20"},
    {"operator": "below", "value": 24.0, "year": 2030, "text": "<24"},
    {"indicator": "talent", "operator": "above", "value": 1.0, "year": 2030, "text": ">1"},
)


@pytest.fixture(scope="module")
def values() -> xr.Dataset:
    z = np.random.default_rng(2).normal(size=(1000, 1))
    return drawn(years=YEARS, until=2024, share=np.array([18.0, 20.0, 24.0]) + z * np.array([0.0, 0.5, 1.0]))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_fan_is_the_interval_and_has_no_middle(values: xr.Dataset, lang: str) -> None:
    bands = pm.prediction_interval(values)
    ax = pm.plot_fan(bands, indicator="share", targets=TARGETS, lang=lang)
    fans = {str(part.get_label()): part for part in ax.collections}
    assert list(fans) == ["_interval 95", "_interval 80", "_interval 50"]
    points = fans["_interval 80"].get_paths()[0].vertices
    at = points[points[:, 0] == 2030][:, 1]
    low, high = np.quantile(values["share"].sel(year=2030, area=CITY), [0.1, 0.9])
    assert (at.min(), at.max()) == pytest.approx((low, high))
    lines = [str(line.get_label()) for line in ax.get_lines()]
    assert "_until" in lines
    assert not any(name.startswith(("_scenario", "_path")) for name in lines)


def test_the_tracking_chart_has_the_fan_behind_its_lines(values: xr.Dataset) -> None:
    bands = pm.prediction_interval(values, levels=[80])
    ax = pm.plot_tracking(TARGETS, indicator="share", intervals=bands, area=CITY, lang="en")
    assert [str(part.get_label()) for part in ax.collections] == ["_interval 80"]
    assert bands_of(np.array([2.5, 50.0])) == []
    with pytest.raises(pm.SchemaError, match="no two quantiles about the median"):
        pm.plot_tracking(TARGETS, indicator="share", intervals=bands.sel(quantile=[50.0]), area=CITY)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_probabilities_stand_at_their_place_with_their_range(values: xr.Dataset, lang: str) -> None:
    lower = values.copy()
    lower["share"] = values["share"] - 1
    lower["share"].attrs = values["share"].attrs
    table = pm.attainment(values, TARGETS, {"lower": lower})
    ax = pm.plot_attainment(table, lang=lang)
    points = [line for line in ax.get_lines() if line.get_label() == "_probability"]
    ranges = [line for line in ax.get_lines() if line.get_label() == "_range"]
    told = table[table["probability"].notna()]
    assert [float(line.get_xdata()[0]) for line in points] == pytest.approx((100 * told["probability"]).tolist())
    assert [float(line.get_xdata()[1]) for line in ranges] == pytest.approx((100 * told["highest"]).tolist())
    texts = [text.get_text() for text in ax.texts]
    assert sum(f"{row.printed}" in text for row in told.itertuples() for text in texts) >= 2
    assert any("2000" in text or "1000" in text for text in texts)


def test_shares_within_their_noise_are_not_drawn() -> None:
    rows = [("share", "份额", "Share", 2035, "net_migration", 0.6, 0.02, 4096),
            ("share", "份额", "Share", 2035, "register", 0.01, 0.02, 4096)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["indicator", "name_zh", "name_en", "year", "driver", "share", "se", "n"])
    for lang in ("zh", "en"):
        ax = pm.plot_variance_shares(table, lang=lang)
        drawn_ = {str(bar.get_gid()): bar.get_width() for bar in ax.patches}
        assert drawn_ == pytest.approx({"_net_migration": 60.0, "_rest": 40.0})


def test_what_cannot_be_drawn_is_said(values: xr.Dataset) -> None:
    bands = pm.prediction_interval(values)
    with pytest.raises(pm.SchemaError, match="'shares' is not among the intervals: share. Did you mean share"):
        pm.plot_fan(bands, indicator="shares")
    with pytest.raises(pm.SchemaError, match="no row with a probability"):
        pm.plot_attainment(pm.attainment(values, TARGETS).iloc[2:])
    with pytest.raises(pm.SchemaError, match="table has no driver"):
        pm.plot_variance_shares(pd.DataFrame({"indicator": [1], "name_zh": 1, "name_en": 1, "year": 1, "share": 1.0}))
