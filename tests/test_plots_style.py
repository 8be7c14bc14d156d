import itertools
import runpy
import sys
import warnings
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import TextPath

from popmodel.plots import blank_axes, figure_bytes, plot_tracking, style
from popmodel.schema import SchemaError

SAMPLES = runpy.run_path(str(Path(__file__).parent / "figures" / "samples.py"))
SIGNS = "–—−±≤≥≈‰²%[]<>→（）：；，、。〔〕《》"
# Machado, Oliveira & Fernandes (2009), A physiologically-based model for simulation of color vision deficiency,
# severity 1.0; to be applied to linear RGB.
DEFICIENCIES = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "none": np.eye(3).tolist(),
}


@pytest.fixture
def no_chinese_font(monkeypatch):
    monkeypatch.setattr(style, "_shipped_font", lambda: None)
    monkeypatch.setattr(style, "CHINESE_FAMILIES", ())
    style.chinese_family.cache_clear()
    yield
    style.chinese_family.cache_clear()


def lab(colour, deficiency="none"):
    rgb = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(DEFICIENCIES[deficiency]) @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ seen / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_lab_of_known_colours():
    assert lab("#ffffff") == pytest.approx([100, 0, 0], abs=0.1)
    assert lab("#ff0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.2)  # sRGB red, as in any table of CIELAB


def test_the_shipped_font_has_the_place_names_and_signs():
    assert style.chinese_family() == "Noto Sans SC"
    glyphs = FT2Font(str(style._shipped_font())).get_charmap()
    assert [c for c in "瓯鳌楠岙埭峃" + SIGNS if ord(c) not in glyphs] == []
    assert not style.has_glyphs(style._shipped_font(), "瓯\U000f0000")


def test_place_names_render_with_their_own_glyphs():
    figure = Figure(figsize=(4, 1))
    with style.context():
        figure.text(0.1, 0.5, "瓯鳌楠岙埭峃" + SIGNS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a missing glyph
        assert len(figure_bytes(figure)) > 1000
        shapes = {c: TextPath((0, 0), c, prop={"family": style.families()}).vertices.tobytes() for c in "瓯鳌楠岙埭峃"}
    assert len(set(shapes.values())) == 6


def test_a_missing_glyph_would_be_caught():
    figure = Figure()
    figure.text(0.5, 0.5, "瓯", family="DejaVu Sans")
    with pytest.warns(UserWarning, match="missing from font"):
        figure_bytes(figure)


def test_the_package_that_ships_the_font_is_never_imported():
    style.chinese_family()
    assert "zhplot" not in sys.modules


def test_without_a_font_one_warning_and_english(no_chinese_font):
    with pytest.warns(UserWarning, match="no font with Chinese glyphs.*pip install zhplot") as caught:
        assert style.language("zh") == "en"
    assert len(caught) == 1
    ax = plot_tracking(
        SAMPLES["targets"](), observed=SAMPLES["observed"](), projected=SAMPLES["values"](), ax=blank_axes(),
        indicator="registered_population", lang="zh", source="来源：统计局 Statistics Bureau, 2024",
    )  # fmt: skip
    assert ax.get_title(loc="left") == "2  Registered population (10,000 persons)"
    printed = [text.get_text() for text in ax.texts]
    assert "Statistics Bureau, 2024" in printed
    assert printed.count("rising every year") == 2
    figure_bytes(ax.figure)  # no glyph missing: warnings are errors


def test_a_system_font_without_the_glyphs_is_passed_over(no_chinese_font, monkeypatch):
    monkeypatch.setattr(style, "CHINESE_FAMILIES", ("DejaVu Sans",))
    with pytest.warns(UserWarning, match="no font"):
        assert style.chinese_family() is None


def test_a_system_font_with_the_glyphs_is_taken(monkeypatch):
    style.chinese_family()  # makes the shipped file known to the font manager, as an installed font is
    monkeypatch.setattr(style, "_shipped_font", lambda: None)
    style.chinese_family.cache_clear()
    assert style.chinese_family() == "Noto Sans SC"
    style.chinese_family.cache_clear()


def test_unknown_language():
    with pytest.raises(SchemaError, match=r"lang='fr' is not a language.*'zh' or 'en'"):
        style.language("fr")


def test_context_restores_every_setting():
    before = dict(mpl.rcParams)
    with style.context():
        assert mpl.rcParams["font.family"][0] == "Noto Sans SC"
    assert dict(mpl.rcParams) == before


def test_text_reads_on_white():
    # WCAG 2.1: 4.5 : 1 for text; black on white is 21 : 1.
    assert style.contrast("#000000") == pytest.approx(21)
    colours = [style.INK, style.MUTED]
    colours += [style.text_colour(look.colour) for look in (*style.SERIES, *style.RATINGS.values())]
    assert min(style.contrast(colour) for colour in colours) >= 4.5


def test_scenarios_differ_in_dash_and_marker():
    assert len({str(look.dash) for look in style.SERIES}) == len(style.SERIES)
    assert len({look.marker for look in style.SERIES}) == len(style.SERIES)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_scenario_colours_are_told_apart(deficiency):
    for a, b in itertools.combinations(style.SERIES[:3], 2):
        assert np.linalg.norm(lab(a.colour, deficiency) - lab(b.colour, deficiency)) > 15, (a, b)


def test_scenario_colours_are_told_apart_in_grey():
    lightness = sorted(lab(look.colour)[0] for look in style.SERIES[:3])
    assert np.diff(lightness).min() > 7


def test_each_rating_has_its_own_shape():
    shapes = [(str(look.marker), look.hollow) for look in style.RATINGS.values()]
    assert len(set(shapes)) == len(shapes)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_good_and_bad_ratings_are_told_apart(deficiency):
    for good, bad in itertools.product(("met", "ahead", "on_track"), ("nearly", "behind", "moving_away", "not_met")):
        a, b = (lab(style.RATINGS[code].colour, deficiency) for code in (good, bad))
        assert np.linalg.norm(a - b) > 15, (good, bad)


def test_ratings_of_other_methods_have_a_sign():
    assert style.rating_look("regression") == style.RATINGS["moving_away"]
    assert style.rating_look("sun") == style.RATINGS["on_track"]
    assert style.rating_look("something").marker == "h"


@pytest.mark.parametrize(
    ("value", "decimals", "sign", "text"),
    [
        (-3.26, 1, False, "−3.3"),
        (2.0, 0, True, "+2"),
        (-0.04, 1, True, "0.0"),
        (1000, 0, False, "1000"),
        (-0.0, 2, False, "0.00"),
    ],
)
def test_number(value, decimals, sign, text):
    assert style.number(value, decimals, sign=sign) == text


@pytest.mark.parametrize(("value", "digits"), [(5, 0), (16.5, 1), (109.82, 2), (0.1 + 0.2, 1), (1 / 3, 2), (np.nan, 0)])
def test_decimals_of(value, digits):
    assert style.decimals_of(value) == digits


@pytest.mark.parametrize("format", ["png", "svg", "pdf"])
def test_figure_bytes_are_the_same_each_time(format):
    def once():
        with style.context():
            ax = blank_axes()
            ax.set_title("常住人口")
            ax.plot([1, 2], [3, 4])
        return figure_bytes(ax.figure, format=format)

    assert once() == once()
    assert once().startswith({"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[format])


def test_svg_holds_text_as_outlines_and_no_date():
    with style.context():
        ax = blank_axes()
        ax.set_title("瓯")
    text = figure_bytes(ax.figure, format="svg").decode()
    assert "<text" not in text
    assert "dc:date" not in text


def test_png_is_800_and_2400_pixels_wide():
    figure = blank_axes().figure
    for dpi, width in ((100, 800), (300, 2400)):
        assert int.from_bytes(figure_bytes(figure, dpi=dpi)[16:20], "big") == width


def test_unknown_format():
    with pytest.raises(SchemaError, match=r"format='gif' is not offered\. Use one of: png, svg, pdf"):
        figure_bytes(Figure(), format="gif")
