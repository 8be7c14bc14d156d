"""Names as they are given, ages as they come, and the words from the message tables."""

import functools
import re
import runpy
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Text

from popmodel import plots
from popmodel.plots import blank_axes, figure_bytes
from popmodel.plots.words import say
from popmodel.schema import SchemaError

SAMPLES = runpy.run_path(str(Path(__file__).parent / "figures" / "samples.py"))
ODD = "_a$b_{1^x\\frac$"
"""Would be a broken formula, and begins with what matplotlib leaves out of legends."""


def odd(data):
    """Give every scenario, area, district and city of a Dataset an odd name."""
    new = {}
    for name, coord in data.coords.items():
        if name.endswith(("_zh", "_en")):
            new[name] = coord.copy(data=np.array([f"{ODD}{i}" for i in range(coord.size)]).reshape(coord.shape))
    for variable in data.data_vars.values():
        variable.attrs |= {f"name_{lang}": ODD for lang in ("zh", "en") if f"name_{lang}" in variable.attrs}
    return data.assign_coords(new)


def odd_card(year=2023):
    return SAMPLES["card"](year=year).assign(name_zh=ODD, name_en=ODD, target_text=ODD)


VALUES, PROJECTION = odd(SAMPLES["values"]()), odd(SAMPLES["projection"]())
POPULATION = PROJECTION["population"]
POSITIONS = {code: (i % 4, i // 4) for i, code in enumerate(SAMPLES["DISTRICTS"])}
NAMES = dict.fromkeys(SAMPLES["SCENARIOS"], ODD)
CHARTS = {
    "scorecard": functools.partial(
        plots.plot_scorecard, odd_card(), scenario_names=NAMES, sections={"share_60_plus": ODD}
    ),
    "tracking": functools.partial(
        plots.plot_tracking, SAMPLES["targets"]().assign(name_zh=ODD, name_en=ODD, text=ODD),
        observed=SAMPLES["observed"](), projected=VALUES, indicator="resident_population",
    ),
    "pyramid": functools.partial(plots.plot_pyramid, POPULATION, years=[2035], district="330302"),
    "components": functools.partial(plots.plot_components, PROJECTION, scenario="trend", district="330302"),
    "districts": functools.partial(plots.plot_districts, VALUES, scenario="plan", years=[2020, 2035]),
    "structure": functools.partial(plots.plot_structure, VALUES, scenario="trend"),
    "heatmap": functools.partial(plots.plot_heatmap, odd_card(), scenario_names=NAMES),
    "slope": functools.partial(plots.plot_slope, odd_card(), previous=odd_card(2022)),
    "lexis": functools.partial(plots.plot_lexis, POPULATION, scenario="trend"),
    "centres": functools.partial(plots.plot_centres, VALUES, scenario="plan", names={"main_centre_share": ODD}),
    "multiples": functools.partial(plots.plot_multiples, VALUES),
    "tiles": functools.partial(plots.plot_tiles, VALUES, positions=POSITIONS, year=2035, scenario="plan"),
}  # fmt: skip


def texts(ax):
    return [text for text in ax.figure.findobj(Text) if text.get_text()]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", CHARTS)
def test_a_name_is_printed_as_it_is_given(name, lang):
    before = dict(mpl.rcParams)
    ax = CHARTS[name](ax=plt.figure().add_subplot(), lang=lang, source=f"Source: {ODD}")  # made outside the context
    figure_bytes(ax.figure)  # a broken formula would raise, a label left out would warn
    plt.close(ax.figure)
    assert dict(mpl.rcParams) == before
    squeezed = [re.sub(r"\s", "", text.get_text()) for text in texts(ax)]  # names may be wrapped
    assert sum(ODD in text for text in squeezed) >= 2
    assert [text.get_text() for text in texts(ax) if "$" in text.get_text() and text.get_parse_math()] == []


def test_the_key_names_every_scenario():
    ax = CHARTS["multiples"](ax=blank_axes())
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [f"{ODD}0", f"{ODD}1"]


def test_settings_are_restored_after_an_error():
    before = dict(mpl.rcParams)
    with pytest.raises(SchemaError, match="dumbbell"):
        plots.plot_districts(VALUES, scenario="plan", years=[2020])
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("last", [85, 100, 110])
@pytest.mark.parametrize("chart", ["pyramid", "lexis"])
def test_ages_are_taken_as_they_come(chart, last):
    plan = SAMPLES["projection"]()["population"].sel(scenario="plan", drop=True)
    data = plan.reindex(age=np.arange(last + 1), fill_value=10.0)
    shuffled = data.isel(age=np.random.default_rng(1).permutation(last + 1))
    draw = functools.partial(plots.plot_pyramid, years=[2020, 2035]) if chart == "pyramid" else plots.plot_lexis
    ax = draw(shuffled, ax=blank_axes())
    labels = dict(zip(ax.get_yticks(), (text.get_text() for text in ax.get_yticklabels()), strict=True))
    assert labels[last] == f"{last}+"
    assert labels[80] == "80"
    assert ax.get_ylim()[1] >= last + 1
    assert figure_bytes(ax.figure) == figure_bytes(draw(data, ax=blank_axes()).figure)


def test_groups_of_ages_are_refused():
    data = SAMPLES["projection"]()["population"].sel(scenario="plan").isel(age=slice(None, None, 5))
    with pytest.raises(SchemaError, match=r"ages 0, 5, 10.*single years of age"):
        plots.plot_pyramid(data, years=[2020])
    with pytest.raises(SchemaError, match="single years of age"):
        plots.plot_lexis(data)


def test_a_year_that_lacks_is_left_white():
    data = SAMPLES["projection"]()["population"].sel(scenario="plan")
    ax = plots.plot_lexis(data.sel(year=[2035, 2020, 2022]), ax=blank_axes())
    cells = np.ma.filled(ax.collections[0].get_array(), np.nan)
    assert cells.shape == (101, 16)
    assert np.isfinite(cells).all(axis=0).nonzero()[0].tolist() == [0, 2, 15]


def test_words_come_from_the_tables():
    assert say("en", "tiles.title", name="A", year=2035) == "A, 2035"  # no mark of thousands in a year
    wordy = re.compile("[一-鿿]")
    found = [
        f"{path.name}:{number}"
        for path in sorted((Path(plots.__file__).parent).glob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if wordy.search(re.sub(r'RARE_GLYPHS = ".*"|万人', "", line))
    ]
    assert found == []
