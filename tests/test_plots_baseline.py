"""Pictures of the charts against those kept in figures/baseline.

After a wanted change look at the new pictures; keep them by running this file with UPDATE_BASELINE=1 set.
"""

import functools
import io
import os
import runpy
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import numpy as np
import pytest
from PIL import Image

from popmodel import plots

HERE = Path(__file__).parent / "figures"
SAMPLES = runpy.run_path(str(HERE / "samples.py"))
CARD, VALUES, PROJECTION = SAMPLES["card"](), SAMPLES["values"](), SAMPLES["projection"]()
POSITIONS = {code: (i % 4, i // 4) for i, code in enumerate(SAMPLES["DISTRICTS"])}
tracking = functools.partial(
    plots.plot_tracking, SAMPLES["targets"](), observed=SAMPLES["observed"](), projected=VALUES
)
CHARTS = {
    "scorecard": functools.partial(plots.plot_scorecard, CARD, previous=SAMPLES["card"](year=2022)),
    "tracking_residents": functools.partial(tracking, indicator="resident_population"),
    "tracking_sex_ratio": functools.partial(tracking, indicator="sex_ratio_at_birth"),
    "tracking_fan": functools.partial(tracking, indicator="share_60_plus", projected=SAMPLES["values"](draws=40)),
    "pyramid": functools.partial(plots.plot_pyramid, PROJECTION["population"].sel(scenario="plan"), years=[2020, 2035]),
    "components": functools.partial(plots.plot_components, PROJECTION, scenario="trend"),
    "districts": functools.partial(plots.plot_districts, VALUES, scenario="plan", years=[2020, 2035]),
    "structure": functools.partial(plots.plot_structure, VALUES, scenario="trend"),
    "heatmap": functools.partial(plots.plot_heatmap, CARD),
    "slope": functools.partial(plots.plot_slope, CARD, previous=SAMPLES["card"](year=2022)),
    "lexis": functools.partial(plots.plot_lexis, PROJECTION["population"], scenario="trend"),
    "centres": functools.partial(plots.plot_centres, VALUES, scenario="plan"),
    "multiples": functools.partial(plots.plot_multiples, VALUES),
    "tiles": functools.partial(
        plots.plot_tiles, VALUES, positions=POSITIONS, year=2035, scenario="plan", indicator="resident_population"
    ),
}


def picture(chart):
    """Draw a chart 400 pixels wide."""
    data = plots.figure_bytes(chart(ax=plots.blank_axes(), source="来源：合成数据").figure, dpi=50)
    return Image.open(io.BytesIO(data)).convert("RGB")


def distance(a, b):
    """Mean difference of two pictures (0 … 255), blurred to 5 pixels so that another version of the renderer passes."""
    if a.size != b.size:
        return 255.0
    small = (a.width // 5, a.height // 5)
    x, y = (np.asarray(image.resize(small, Image.Resampling.BOX), dtype=float) for image in (a, b))
    return float(np.abs(x - y).mean())


@pytest.mark.parametrize("name", CHARTS)
def test_the_chart_looks_as_it_did(name):
    file, now = HERE / "baseline" / f"{name}.png", picture(CHARTS[name])
    if os.environ.get("UPDATE_BASELINE"):
        now.quantize(64).save(file, optimize=True)
    assert distance(Image.open(file).convert("RGB"), now) < 1.0


def test_another_picture_is_told_apart():
    other = functools.partial(plots.plot_components, PROJECTION, scenario="plan")
    assert distance(Image.open(HERE / "baseline" / "components.png").convert("RGB"), picture(other)) > 3
    shifted = functools.partial(tracking, indicator="resident_population", scenarios=["trend"])
    assert distance(Image.open(HERE / "baseline" / "tracking_residents.png").convert("RGB"), picture(shifted)) > 1
