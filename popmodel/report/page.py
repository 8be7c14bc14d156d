"""The page: the view as one HTML file in two languages."""

from collections.abc import Iterable
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from popmodel.plots.style import rating_look, text_colour, tint
from popmodel.report.blocks import View
from popmodel.report.markup import SIGNS, blocks_html, words
from popmodel.wording.messages import both


def page_of(view: View, *, lang: str, ratings: Iterable[str], glyphs: str) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    view : View
        What it says.
    lang : {"zh", "en"}
        The language that it opens in.
    ratings : iterable of str
        The ratings that it shows beside those of the package's own method.
    glyphs : str
        The outlines that the charts share.

    Returns
    -------
    str
        One file that needs no other.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["words"] = lambda piece: words((piece.zh, piece.en))
    source = resources.files("popmodel.report").joinpath("template.html").read_text(encoding="utf-8")
    return environment.from_string(source).render(
        view=view,
        lang=lang,
        title=dict(zip(("zh", "en"), view.title, strict=True)),
        contents=dict(zip(("zh", "en"), both("report-contents"), strict=True)),
        heading=words(view.title),
        sections=[(section, blocks_html(section.blocks)) for section in view.sections],
        looks={code: _look(code) for code in dict.fromkeys([*SIGNS, *ratings])},
        glyphs=Markup(glyphs),
    )


def _look(code: str) -> dict[str, str]:
    look = rating_look(code)
    ground = tint(look.colour, 0.14)
    return {"text": text_colour(look.colour, ground), "ground": ground, "edge": look.colour}
