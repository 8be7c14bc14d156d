"""The one view of an evaluation, from which the page and the Word document are written."""

from collections.abc import Sequence

from popmodel import __version__
from popmodel.report.blocks import Picture, View, say
from popmodel.report.efforts import effort_section
from popmodel.report.feasible import feasible_section
from popmodel.report.material import Material, title_of
from popmodel.report.passages import (
    change_section,
    districts_section,
    method_section,
    publications_of,
    scenarios_section,
    sources_section,
    structure_section,
)
from popmodel.report.sections import findings_section, indicators_section, scorecard_section
from popmodel.report.sure import sure_section
from popmodel.report.texts import texts_section


def view_of(material: Material, pictures: Sequence[Picture]) -> View:
    """Return what a report says, block by block, each text in both languages.

    Parameters
    ----------
    material : Material
        Tables, values and the record of the run.
    pictures : sequence of Picture
        The charts, in their order.

    Returns
    -------
    View
    """
    by: dict[str, list[Picture]] = {}
    for picture in pictures:
        by.setdefault(picture.kind, []).append(picture)
    publications = publications_of(material)
    sections = (
        findings_section(material, by),
        sure_section(material, by),
        effort_section(material, by) if material.feasible is None else feasible_section(material, by),
        scorecard_section(material, by),
        indicators_section(material, by, publications),
        texts_section(material),
        change_section(material, by),
        structure_section(by),
        districts_section(material, by),
        scenarios_section(material),
        method_section(),
        sources_section(material, publications),
    )
    day, until = material.today.isoformat(), material.year + 1
    return View(
        title_of(material.projected, material.year),
        say("report-made", day=day, until=until, version=__version__),
        tuple(section for section in sections if section is not None),
        say("report-foot", version=__version__),
    )
