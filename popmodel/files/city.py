"""Read `city.toml`: what a city is called, its censuses, and the tables that belong to it."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, NamedTuple

from pydantic import Field

from popmodel.files.forms import FileForm, Form, Text, Wrong, broken, fill, read_toml
from popmodel.files.paths import data_path, is_file, is_folder, plain

README = "data/census/README.md"


class Census(NamedTuple):
    """A census that a city lists: its year, its reference day, the publication of its tables."""

    year: int
    date: dt.date
    publication: str


class City(NamedTuple):
    """A city folder as its `city.toml` describes it.

    `reference` is the folder of schedules that it borrows; `tables` the tables of the plan and of what was observed
    that it names, by name: `targets`, `observed`, `scenarios`, `text_targets`, `departments`, `duties`,
    `townships`, `talent`, `peers`. One that is not named does not exist: nothing of another city stands in for it.
    """

    folder: Path
    code: str
    name_zh: str
    name_en: str
    reference: Path | None
    censuses: tuple[Census, ...]
    tables: Mapping[str, Path]


class CensusForm(Form):
    """One census."""

    year: Annotated[int, Field(ge=1800, le=2200, description="year of the census, as in the tables", examples=[2020])]
    date: Annotated[dt.date, Field(description="its reference day", examples=["2020-11-01"])]
    publication: Annotated[str, Field(description="title of the publication", examples=["TITLE"])]


class Names(Form):
    """The city, what it is read with, and its tables; files are named relative to this one."""

    code: Annotated[Text, Field(description="code of the whole city, not one of its districts", examples=["900000"])]
    name_zh: Annotated[Text, Field(description="its name in Chinese", examples=["NAME"])]
    name_en: Annotated[Text, Field(description="its name in English", examples=["NAME"])]
    reference: Annotated[
        Text, Field(description="schedules: a folder here, else the shipped set of that name", examples=["NAME"])
    ] = ""
    targets: Annotated[Text, Field(description="the plan's targets", examples=["targets.csv"])] = ""
    observed: Annotated[Text, Field(description="yearly published values", examples=["observed.csv"])] = ""
    scenarios: Annotated[Text, Field(description="the scenarios", examples=["scenarios.toml"])] = ""
    text_targets: Annotated[
        Text, Field(description="targets that stand in the plan's text only", examples=["text_targets.csv"])
    ] = ""
    departments: Annotated[
        Text, Field(description="departments that lead the targets", examples=["departments.csv"])
    ] = ""
    errors: Annotated[
        Text, Field(description="back-tested errors of the indicators", examples=["indicator_errors.csv"])
    ] = ""
    limits: Annotated[
        Text, Field(description="limits within which it is asked what the targets take", examples=["limits.toml"])
    ] = ""
    duties: Annotated[Text, Field(description="who must monitor, evaluate, collect", examples=["duties.csv"])] = ""
    services: Annotated[
        Text,
        Field(
            description="services that people need; service_figures and age_limits beside it", examples=["services.csv"]
        ),
    ] = ""
    townships: Annotated[
        Text, Field(description="towns with their residents, of which the centres are made", examples=["townships.csv"])
    ] = ""
    talent: Annotated[
        Text, Field(description="graduates who come, stay and leave: observed values too", examples=["talent.csv"])
    ] = ""
    peers: Annotated[
        Text, Field(description="observed values of other cities: how much migration changes", examples=["peers.csv"])
    ] = ""


TABLES = tuple(name for name in Names.model_fields if name not in ("code", "name_zh", "name_en", "reference"))


class CityForm(FileForm):
    """A city: what its folder holds and what it is read with."""

    city: Annotated[Names, Field(description="the table [city]")]
    census: Annotated[list[CensusForm], Field(min_length=1, description="one block [[census]] a census")]


class ShippedForm(FileForm):
    """The shipped case."""

    city: Annotated[Text, Field(description="city folder below the shipped data", examples=["census/NAME"])]


def read_city(path: str | Path | None = None) -> City:
    """Read the `city.toml` of a city folder (form: data/census/README.md).

    Parameters
    ----------
    path : str, pathlib.Path or None
        The folder; the shipped city if not given.

    Returns
    -------
    City
        Its names, censuses and tables, every path made complete.

    Raises
    ------
    SchemaError
        With everything that is wrong in the file: missing or unknown keys, values of the wrong type, two censuses of
        one year, a day outside its census year, tables that are not there.

    Examples
    --------
    >>> city = read_city()
    >>> [census.year for census in city.censuses]
    [2010, 2020]
    >>> "services" in city.tables
    True
    """
    folder = _shipped() if path is None else Path(path)
    file = folder / "city.toml"
    text = read_toml(file, form=README)
    form = fill(CityForm, text, file=file)
    faults = [*_date_faults(form)]
    found: dict[str, Path] = {}
    for name in TABLES:
        named = getattr(form.city, name)
        if named and not is_file(folder / named):
            faults.append(Wrong(("city", name), named, "is no file of this folder", "Correct it."))
        elif named:
            found[name] = plain(folder / named)
    reference = _reference(folder, form.city.reference)
    if form.city.reference and reference is None:
        sets = ", ".join(sorted(entry.name for entry in data_path("reference").iterdir() if is_folder(entry)))
        remedy = f"Name a folder, or a set that is shipped: {sets}."
        faults.append(Wrong(("city", "reference"), form.city.reference, "is no folder of schedules", remedy))
    if faults:
        raise broken(file, faults, text)
    censuses = sorted(Census(entry.year, entry.date, entry.publication) for entry in form.census)
    names = form.city
    return City(folder, names.code, names.name_zh, names.name_en, reference, tuple(censuses), MappingProxyType(found))


def _shipped() -> Path:
    file = data_path("shipped.toml")
    return data_path(fill(ShippedForm, read_toml(file, form="data/README.md"), file=file).city)


def _date_faults(form: CityForm) -> list[Wrong]:
    faults: list[Wrong] = []
    seen: set[int] = set()
    for place, entry in enumerate(form.census):
        if entry.year in seen:
            faults.append(Wrong(("census", place, "year"), entry.year, "is listed twice", "Take one out."))
        if entry.date.year != entry.year:
            faults.append(Wrong(("census", place, "date"), entry.date, f"is not in {entry.year}", "Correct one."))
        seen.add(entry.year)
    return faults


def _reference(folder: Path, name: str) -> Path | None:
    """Return the folder of schedules: one of the city's own, else the shipped set of that name; none if neither is."""
    if name and is_folder(folder / name):
        return plain(folder / name)
    shipped = data_path("reference") / name
    return shipped if name and shipped.parent == data_path("reference") and is_folder(shipped) else None
