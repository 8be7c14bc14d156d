"""Every chart takes an evaluation in the place of its parts."""

from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest

import popmodel as pm
from popmodel.plots import evaluated

CHARTS = {
    "plot_centres": {},
    "plot_components": {},
    "plot_districts": {},
    "plot_heatmap": {},
    "plot_lexis": {},
    "plot_multiples": {},
    "plot_pyramid": {},
    "plot_scorecard": {},
    "plot_slope": {},
    "plot_structure": {},
    "plot_tiles": {},
    "plot_tracking": {"indicator": "share_60_plus"},
}


@pytest.mark.parametrize("name", CHARTS)
def test_chart_of_an_evaluation(name: str, found: pm.Evaluation) -> None:
    before = dict(mpl.rcParams)
    ax = getattr(pm, name)(found, lang="en", **CHARTS[name])
    assert ax.get_figure() is not None
    assert dict(mpl.rcParams) == before
    plt.close("all")


def test_every_chart_of_the_plan_is_among_them() -> None:
    from popmodel import plots

    every = {name for name in plots.__all__ if name.startswith("plot_")}
    others = {"plot_backtest", "plot_backtest_ages", "plot_effort"}  # of back-tests and of what targets would take
    others |= {"plot_calibration", "plot_migration_schedules"}  # of counties and of a base
    others |= {"plot_fan", "plot_attainment", "plot_variance_shares"}  # of draws, see test_plots_sure
    others |= {"plot_attainable", "plot_required", "plot_conflicts", "plot_frontier", "plot_fertility_migration"}
    assert every - set(CHARTS) <= others


def test_options_given_are_kept_and_others_taken(found: pm.Evaluation) -> None:
    def texts(**options: Any) -> set[str]:
        ax = pm.plot_structure(found, lang="en", **options)
        out = {text.get_text() for text in ax.figure.findobj(mpl.text.Text)}
        plt.close("all")
        return out

    names = evaluated.names(found, "en")
    first, *_, last = names
    assert any(names[first] in text for text in texts())
    assert any(names[last] in text for text in texts(scenario=last))
    assert not any(names[first] in text for text in texts(scenario=last))


def test_tracking_shows_what_was_known(found: pm.Evaluation) -> None:
    later = found.observed.iloc[[0]].assign(year=2023, published="2026")
    seen = pd.concat([found.observed, later], ignore_index=True)
    known = evaluated.known(SimpleNamespace(observed=seen, year=2023), "en")  # type: ignore[arg-type]
    assert (known["published"].astype(str).str.slice(0, 4).astype(int) <= 2024).all()
    assert len(known) == (found.observed["year"].le(2023) & found.observed["published"].astype(str).lt("2025")).sum()


def test_what_an_evaluation_lacks_is_asked_for(found: pm.Evaluation) -> None:
    with pytest.raises(pm.SchemaError, match="previous is not given and the evaluation has no earlier one"):
        pm.plot_slope(found.ratings)
    bare = found.projection.drop_vars(["tile_row", "tile_column"])
    assert evaluated.tile_positions(bare) == {}
    with pytest.raises(pm.SchemaError, match="positions lack"):
        pm.plot_tiles(found.values, scenario="trend")
