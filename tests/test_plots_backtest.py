import matplotlib as mpl

mpl.use("Agg")

import pandas as pd
import pytest
from matplotlib.axes import Axes

import popmodel as pm
from popmodel.plots import blank_axes, plot_backtest, plot_backtest_ages


def _cells() -> pd.DataFrame:
    rows = [
        (2010, 2020, name, area, zh, en, sex, group, 100.0 * factor, 100.0)
        for name, factor in (("no_migration", 1.1), ("no_change", 0.8))
        for area, zh, en in (("1", "甲", "A"), ("2", "乙", "B"))
        for sex in ("female", "male")
        for group in ("0", "1-4", "5-9", "10+")
    ]
    names = ["start", "year", "forecast", "area", "name_zh", "name_en", "sex", "age_group", "projected", "actual"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(forecast_zh=table["forecast"], forecast_en=table["forecast"])


def _errors() -> pd.DataFrame:
    return pd.DataFrame(
        [("no_migration", 2020, "district", 10.0, "model"), ("no_change", 2020, "district", 20.0, "naive")],
        columns=["forecast", "year", "level", "mape", "forecast_en"],
    )


def _line(ax: Axes, label: str) -> list[float]:
    return [float(x) for x in next(line for line in ax.lines if line.get_label() == label).get_ydata()]


def test_dots_stand_at_the_error() -> None:
    ax = plot_backtest(_cells(), _errors(), lang="en", ax=blank_axes())
    dots = next(line for line in ax.lines if line.get_label() == "_no_change")
    assert list(dots.get_xdata()) == pytest.approx([-20, -20])
    key = ax.get_legend()
    assert key is not None
    assert [text.get_text() for text in key.get_texts()] == [
        "model (mean absolute error 10.0 %)",
        "naive (mean absolute error 20.0 %)",
    ]


def test_narrow_groups_are_joined_to_five_years() -> None:
    ax = plot_backtest_ages(_cells(), lang="en", ax=blank_axes())
    # 0 and 1-4 of two places and two sexes: 800 residents, in thousands, ten percent too many
    assert _line(ax, "_no_migration")[0] == pytest.approx(0.88)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0–4", "5–9", "10+"]


def test_what_cannot_be_drawn_is_named() -> None:
    with pytest.raises(pm.SchemaError, match="no year 2021. Use one of: 2020"):
        plot_backtest(_cells(), _errors(), year=2021)
    with pytest.raises(pm.SchemaError, match="forecast residual is not there"):
        plot_backtest(_cells(), _errors(), forecasts=["residual"])
    with pytest.raises(pm.SchemaError, match="column actual"):
        plot_backtest(_cells().drop(columns="actual"), _errors())
    with pytest.raises(pm.SchemaError, match="only totals"):
        plot_backtest_ages(_cells().assign(age_group="all"))
