"""The sections on the projection and on how it was made: change, structure, districts, scenarios, method, sources."""

from collections.abc import Mapping
from typing import Any

from popmodel.report.blocks import (
    Block,
    Group,
    Heading,
    Paragraph,
    Piece,
    Row,
    Section,
    Table,
    cell,
    heads,
    of,
    pair,
    plain,
    say,
)
from popmodel.report.derivations import thresholds
from popmodel.report.material import Material, area_of, label_of, median_of, persons, years_of
from popmodel.report.sections import ENGLISH_SPACE, Pictures
from popmodel.scenario import OWN_BASIS, PLAN_BASIS
from popmodel.wording.view import figure

FLOWS = ("births", "deaths", "natural_increase", "net_migration", "resident_population")
DRIVERS = ("total_fertility", "life_expectancy", "sex_ratio_at_birth", "net_migration", "registered_net_entries")
METHOD = ("projection", "fertility", "ratings", "evidence", "outlook", "robustness", "effort", "limits")


def _two(pictures: Pictures, *kinds: str) -> Group:
    return Group("two", tuple(picture for kind in kinds for picture in pictures.get(kind, ())))


def change_section(material: Material, pictures: Pictures) -> Section:
    """Return births, deaths, migration and residents of the whole area by scenario, for the years that matter."""
    data = median_of(material.projected)
    names = [name for name in FLOWS if name in data]
    words = [of((str(data[name].attrs["name_zh"]), str(data[name].attrs["name_en"]))) for name in names]
    head = heads(say("report-year"), *words, numbers=range(1, len(names) + 1))
    tables = []
    for place, scenario in enumerate(material.labels["zh"], start=1):
        rows = []
        for year in years_of(material):
            one = data[names].sel(scenario=scenario, year=year).isel(area=0)
            cells = [cell(of(persons(float(one[name]))), kind="n") for name in names]
            rows.append(Row((cell(plain(year), head=True), *cells)))
        caption = say("report-change.caption", scenario=label_of(material, scenario))
        tables.append(Table(f"table-flows-{place}", head, tuple(rows), (caption,)))
    top = Heading(2, (say("report-change"),))
    return Section("change", say("report-change.menu"), (top, _two(pictures, "components"), *tables))


def structure_section(pictures: Pictures) -> Section:
    """Return the charts of the age structure."""
    top = Heading(2, (say("report-structure"),))
    return Section("structure", say("report-structure"), (top, _two(pictures, "pyramid", "structure", "lexis")))


def districts_section(material: Material, pictures: Pictures) -> Section | None:
    """Return residents and ageing by district and the centres; None where there is neither."""
    table = _districts(material)
    blocks: list[Block] = [Heading(2, (say("report-districts"),))]
    if table is not None:
        blocks += [_two(pictures, "districts"), table]
        if pictures.get("multiples"):
            blocks.append(Heading(3, (say("report-districts.ageing"),)))
            blocks += [_two(pictures, "tiles")] if pictures.get("tiles") else []
            blocks += pictures["multiples"]
    if pictures.get("centres"):
        blocks += [Heading(3, (say("report-districts.centres"),)), _two(pictures, "centres")]
    return Section("districts", say("report-districts"), tuple(blocks)) if len(blocks) > 1 else None


def _districts(material: Material) -> Table | None:
    """Return the residents of each district at the start and, by scenario, at the end; None without districts."""
    data = median_of(material.projected)
    if data.sizes["area"] < 3 or "resident_population" not in data:
        return None
    people = data["resident_population"]
    first, last = int(people["year"].to_numpy()[0]), int(people["year"].to_numpy()[-1])
    rows = []
    for place in range(people.sizes["area"]):
        here = people.isel(area=place)
        start = float(here.isel(scenario=0, year=0))
        cells = [cell(of(area_of(data, place)), head=True), cell(of(persons(start)), kind="n")]
        for scenario in material.labels["zh"]:
            end = float(here.sel(scenario=scenario, year=last))
            change = figure(100 * (end / start - 1), 1, most=1)
            cells += [cell(of(persons(end)), kind="n"), cell(plain(change), kind="n")]
        rows.append(Row(tuple(cells)))
    names = [cell(of(label_of(material, name)), kind="n", head=True, span=2) for name in material.labels["zh"]]
    head = (*heads(say("report-area"), plain(first), numbers=(1,)), *names)
    return Table("table-districts", head, tuple(rows), (say("report-districts.caption", first=first, last=last),))


def scenarios_section(material: Material) -> Section:
    """Return what drives each scenario, for the years that matter."""
    tables: list[Block] = []
    bases: list[Piece] = []
    for place, scenario in enumerate(material.record["scenarios"], start=1):
        name = of((scenario["zh"] or scenario["name"], scenario["en"] or scenario["name"]))
        tables.append(_drivers(material, scenario, name, f"table-drivers-{place}"))
        basis = _basis(scenario["total_fertility_basis"])
        bases += [*([say("report-joiner")] if bases else []), name, say("report-colon"), basis]
    note = Paragraph((say("report-scenarios.note"), ENGLISH_SPACE, *bases), "meta")
    top = Heading(2, (say("report-scenarios"),))
    return Section("scenarios", say("report-scenarios.menu"), (top, *tables, note))


def _drivers(material: Material, scenario: Mapping[str, Any], name: Piece, anchor: str) -> Table:
    table: Mapping[str, Mapping[str, float | None]] = scenario["drivers"]
    periods = next(iter(table.values()))
    years = [year for year in years_of(material) if str(year) in periods]
    rows = []
    for driver in DRIVERS:
        if driver in table:
            cells = [cell(plain(_driver(driver, table[driver][str(year)])), kind="n") for year in years]
            rows.append(Row((cell(say(f"report-driver-{driver}"), head=True), *cells)))
    head = heads(say("report-driver"), *map(plain, years), numbers=range(1, len(years) + 1))
    told = scenario["note_zh"] or scenario["note"], scenario["note"] or scenario["note_zh"]
    note = (plain(" · "), of(told)) if any(told) else ()
    caption = (name._replace(look="strong"), *note)
    return Table(anchor, head, tuple(rows), caption)


def _basis(basis: str) -> Piece:
    """Return whose fertility a scenario uses, in words where the basis is one of the package's own."""
    known = {OWN_BASIS: "residents", PLAN_BASIS: "plan"}
    return say(f"report-basis.{known[basis]}") if basis in known else plain(basis)


def _driver(driver: str, value: float | None) -> str:
    if value is None:
        return "–"
    if driver in ("net_migration", "registered_net_entries"):
        return f"{value:,.0f}".replace("-", "−")
    return figure(100 * value, 1, most=1) if driver == "sex_ratio_at_birth" else figure(value, 2, most=2)


def method_section() -> Section:
    """Return how ratings are made, and what they do not say."""
    zh, en = (thresholds(lang=lang) for lang in ("zh", "en"))
    classes = zh, en[0].upper() + en[1:]
    paragraphs = []
    for name in METHOD:
        told: dict[str, Any] = {"classes": classes} if name == "ratings" else {}
        lead = say(f"report-method-{name}.head", look="strong")
        paragraphs.append(Paragraph((lead, ENGLISH_SPACE, say(f"report-method-{name}", **told))))
    top = Heading(2, (say("report-method"),))
    return Section("method", say("report-method.menu"), (top, *paragraphs))


def publications_of(material: Material) -> dict[str, int]:
    """Number the publications of the observations, oldest first."""
    table = material.observed.sort_values(["published", "publication"], kind="stable")
    return {str(text): number for number, text in enumerate(table["publication"].unique(), start=1)}


def sources_section(material: Material, publications: Mapping[str, int]) -> Section:
    """Return where targets and observed values were published, and what the run read."""
    sources = "; ".join(dict.fromkeys(str(source) for source in material.targets["source"]))
    command = str(material.record["command"])
    blocks: list[Block] = [
        Heading(2, (say("report-sources"),)),
        Paragraph((say("report-sources.targets"), ENGLISH_SPACE, plain(sources))),
        Heading(3, (say("report-sources.publications"),), "table-publications"),
        _publications(material, publications),
        Heading(3, (say("report-sources.inputs"),), "table-inputs"),
        _inputs(material),
        *([Paragraph((plain(command, "mono"),), "meta")] if command else []),
    ]
    return Section("sources", say("report-sources"), tuple(blocks))


def _publications(material: Material, publications: Mapping[str, int]) -> Table:
    rows = []
    for text, number in publications.items():
        part = material.observed[material.observed["publication"].astype(str) == text]
        years = ", ".join(str(year) for year in sorted({int(year) for year in part["year"]}))
        said = str(part.sort_values("published", kind="stable")["published"].iloc[0])
        cells = (
            cell(plain(number), kind="n"),
            cell(plain(text)),
            cell(plain(said), kind="keep"),
            cell(plain(years)),
            cell(plain(len(part)), kind="n"),
        )
        rows.append(Row(cells, f"p{number}"))
    words = [say(f"report-sources.{name}") for name in ("publication", "published", "years", "values")]
    return Table("table-publications", heads(say("report-number"), *words, numbers=(0, 4)), tuple(rows))


def _inputs(material: Material) -> Table:
    rows = [
        Row(
            (
                cell(plain(entry["label"])),
                cell(plain(entry["path"] or "–", "mono")),
                cell(plain(f"{entry['sha256'][:16]}…", "mono")),
            )
        )
        for entry in material.record["inputs"]
    ]
    head = heads(say("report-sources.input"), say("report-sources.file"), plain("SHA-256"))
    return Table("table-inputs", head, tuple(rows))


def source_line(material: Material, version: str) -> dict[str, str]:
    """Return the foot of each chart: sources and date, by language."""
    plan = "；".join(dict.fromkeys(str(source) for source in material.targets["source"]))
    zh, en = pair("report-source", plan=plan, version=version, day=material.today.isoformat())
    return {"zh": zh, "en": en}
