"""The charts of calibration and of schedules: what they draw."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import xarray as xr

import popmodel as pm


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    error = np.random.default_rng(1).normal(size=200)
    return pm.coverage(pd.DataFrame({
        "rule": "r", "by": "unit", "group": [f"{11 + k % 4}{k:04d}" for k in range(200)],
        "province": [str(11 + k % 4) for k in range(200)], "q50": error,
    }))  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_bars_are_the_tenths(table: pd.DataFrame, lang: str) -> None:
    ax = pm.plot_calibration(table, lang=lang)
    bars = [bar.get_height() for bar in ax.containers[0].patches]
    pit = table[table["group"] == "all"]["pit"].iloc[0]
    np.testing.assert_allclose(bars, 100 * np.histogram(pit, 10, (0, 1))[0] / 200)
    assert sum(bars) == pytest.approx(100)
    held = f"{table['coverage'].iloc[0]:.1f}"
    assert any(held in text.get_text() for text in ax.texts)
    plt.close("all")


def test_the_lines_are_the_rates(base: xr.Dataset) -> None:
    code = str(base["district"].to_numpy()[0])
    ax = pm.plot_migration_schedules(base, districts=[code], lang="en")
    city, district, response = (np.asarray(line.get_ydata()) for line in ax.lines[1:])
    people = base.population.sel(age=30)
    rate = base.migration_turnover.sel(age=30)
    assert city[30] == pytest.approx(1000 * float((rate * people).sum() / people.sum()))
    own = {"district": code}
    assert district[30] == pytest.approx(1000 * float((rate.sel(own) * people.sel(own)).sum() / people.sel(own).sum()))
    assert (response >= 0).all()
    plt.close("all")


def test_bad_input(table: pd.DataFrame, base: xr.Dataset) -> None:
    with pytest.raises(pm.SchemaError, match=r"rule 'q' is not there. Use one of: r"):
        pm.plot_calibration(table, rule="q")
    with pytest.raises(pm.SchemaError, match=r"table has no pit"):
        pm.plot_calibration(table.drop(columns="pit"))
    with pytest.raises(pm.SchemaError, match=r"district 9 is not there"):
        pm.plot_migration_schedules(base, districts=["9"])
    with pytest.raises(pm.SchemaError, match=r"no migration was learned"):
        pm.plot_migration_schedules(base.drop_vars("migration_turnover"))
