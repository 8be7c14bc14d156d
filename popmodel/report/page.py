"""The page: what the template shows, taken from the tables and the charts."""

from collections.abc import Sequence
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from popmodel import __version__
from popmodel.plots.style import rating_look, text_colour, tint
from popmodel.report.derivations import thresholds
from popmodel.report.sections import (
    LANGUAGES,
    Material,
    Picture,
    area_of,
    districts_of,
    drivers_of,
    flows_of,
    history_of,
    publications_of,
    row_of,
)
from popmodel.scoring.labels import LABELS
from popmodel.wording.findings import findings
from popmodel.wording.view import entries, next_milestone

SIGNS = {
    "met": "●", "ahead": "▲", "on_track": "■", "nearly": "◆", "behind": "▼", "moving_away": "↓", "not_met": "✕",
    "not_assessable": "○",
}  # fmt: skip
"""The signs of the ratings, as the charts draw them."""


def page_of(material: Material, pictures: Sequence[Picture], glyphs: str) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    material : Material
        Tables, values and the record of the run.
    pictures : sequence of Picture
        The charts, in their order.
    glyphs : str
        The outlines that the charts share.

    Returns
    -------
    str
        One file that needs no other.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["sign"] = _sign
    source = resources.files("popmodel.report").joinpath("template.html").read_text(encoding="utf-8")
    rows = entries(material.card)
    publications = publications_of(material)
    by = {(picture.kind, picture.subject): picture for picture in pictures}
    area = {lang: area_of(material.projected, lang) for lang in LANGUAGES}
    return environment.from_string(source).render(
        m=material,
        version=__version__,
        area=area,
        pages=LANGUAGES,
        findings=findings(material.card, material.projected, scenarios=material.scenarios),
        milestones=sorted({int(year) for year in material.card["target_year"]}),
        next=next_milestone(material.card),
        names=list(material.labels["zh"]),
        rows=[row_of(entry, material, by, publications) for entry in rows],
        pictures={kind: [picture for picture in pictures if picture.kind == kind] for kind in _KINDS},
        flows=flows_of(material),
        districts=districts_of(material),
        drivers=drivers_of(material),
        history=history_of(material),
        publications=[(number, text, said) for text, (number, said) in publications.items()],
        sources=list(dict.fromkeys(str(source) for source in material.targets["source"])),
        looks={code: _look(code) for code in dict.fromkeys([*SIGNS, *material.card["rating"]])},
        ratings={lang: {code: getattr(LABELS["pace"][code], lang) for code in SIGNS} for lang in LANGUAGES},
        thresholds={lang: thresholds(lang=lang) for lang in LANGUAGES},
        glyphs=Markup(glyphs),
    )


_KINDS = (
    "scorecard", "slope", "heatmap", "pyramid", "structure", "lexis", "components", "districts", "tiles", "multiples",
    "centres",
)  # fmt: skip


def _sign(code: str) -> str:
    look = rating_look(code)
    return next((sign for base, sign in SIGNS.items() if rating_look(base) == look), "○")


def _look(code: str) -> dict[str, str]:
    look = rating_look(code)
    ground = tint(look.colour, 0.14)
    return {"text": text_colour(look.colour, ground), "ground": ground, "edge": look.colour}
