"""Read the limits that a city declares (form: data/census/README.md)."""

from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from popmodel.files.city import City, read_city
from popmodel.files.forms import FileForm, Form, Text, Wrong, broken, fill, key_lines, line_of, read_toml, split
from popmodel.files.paths import is_folder
from popmodel.scenario.limits import KINDS, Limits
from popmodel.schema import Fault, SchemaError

README = "data/census/README.md"
Pair = Annotated[list[float], Field(min_length=2, max_length=2, description="least and most", examples=[[0.1, 0.25]])]


class SpanForm(Form):
    """Least and most."""

    least: Annotated[float, Field(description="least a year", examples=[0.0])]
    most: Annotated[float, Field(description="most a year", examples=[20.0])]


class LimitsForm(Form):
    """One set of limits."""

    zh: Annotated[str, Field(description="name in Chinese")] = ""
    en: Annotated[str, Field(description="name in English")] = ""
    note: Annotated[str, Field(description="a sentence")] = ""
    city_rate: Annotated[
        SpanForm | None,
        Field(description="net migrants per 1,000 residents of the start", examples=["{ least = 0.0, most = 20.0 }"]),
    ] = None
    district_rate: Annotated[
        SpanForm,
        Field(description="the same of a district", examples=["{ least = -34.0, most = 39.0 }"]),
    ]
    class_share: Annotated[
        dict[str, Pair],
        Field(default_factory=dict, description="of the city's net migrants", examples=['{ "60+" = [0.05, 0.2] }']),
    ]
    class_loss: Annotated[
        dict[str, float],
        Field(
            min_length=1,
            description="net leavers per 1,000 residents of the class and district",
            examples=['{ "60+" = 0.0, other = 34.0 }'],
        ),
    ]
    yearly_change: Annotated[
        float | None, Field(description="of the city's net migrants per 1,000 residents", examples=[5.7])
    ] = None
    register_entries: Annotated[
        SpanForm | None,
        Field(description="net entries into the register, persons", examples=["{ least = 0, most = 36_200 }"]),
    ] = None
    centre_drift: Annotated[
        float | None,
        Field(description="points a year by which a district's share in a centre may rise", examples=[0.0]),
    ] = None
    source: Annotated[
        dict[str, Text],
        Field(description='limit → where it comes from, or "assumed"', examples=['{ city_rate = "assumed" }']),
    ]


class LimitsFile(FileForm):
    """Limits within which it is asked what the plan's targets take."""

    limits: Annotated[dict[str, LimitsForm], Field(min_length=1, description="one table [limits.NAME] a set")]


def read_limits(city: City | str | Path | None = None) -> MappingProxyType[str, Limits]:
    """Read the limits on migration that a city declares.

    Parameters
    ----------
    city : City, path or None
        The city (`Evaluation.city`), its folder or a file of limits; the shipped city if not given.

    Returns
    -------
    mapping of str to Limits
        By name, in the order of the file; empty if the city declares none.

    Raises
    ------
    SchemaError
        With everything that is wrong in the file: limits that are infinite, turned round, of an unknown kind or without
        a source.

    Examples
    --------
    >>> limits = pm.read_limits()
    >>> list(limits)
    ['own_record', 'peers', 'fastest']
    """
    if isinstance(city, str | Path) and not is_folder(Path(city)):
        return _read(Path(city))
    folder = city if isinstance(city, City) else read_city(city)
    return _read(folder.tables["limits"]) if "limits" in folder.tables else MappingProxyType({})


def _read(file: Path) -> MappingProxyType[str, Limits]:
    text = read_toml(file, form=README)
    form = fill(LimitsFile, text, file=file)
    lines = key_lines(text)
    found: dict[str, Limits] = {}
    faults: list[Fault] = []
    wrong: list[Wrong] = []
    for name, one in form.limits.items():
        bare = [kind for kind in KINDS if getattr(one, kind) not in (None, {}) and kind not in one.source]
        wrong += [
            Wrong(("limits", name, kind), None, "has no source", f'Write {kind} = "…" in source, or "assumed".')
            for kind in bare
        ]
        if bare:
            continue
        try:
            found[name] = _limits(name, one)
        except SchemaError as error:
            rule, remedy = split(error)
            path = ("limits", name)
            faults.append(Fault(str(file), line_of(lines, path), f"limits.{name}", "", rule, remedy))
    if wrong:
        faults = [*broken(file, wrong, text).faults, *faults]
    if faults:
        raise SchemaError(faults=faults)
    return MappingProxyType(found)


def _limits(name: str, form: LimitsForm) -> Limits:
    spans = {
        kind: None if (span := getattr(form, kind)) is None else (span.least, span.most)
        for kind in ("city_rate", "district_rate", "register_entries")
    }
    return Limits(
        name=name,
        district_rate=(form.district_rate.least, form.district_rate.most),
        class_loss=dict(form.class_loss),
        source=dict(form.source),
        city_rate=spans["city_rate"],
        class_share={key: (least, most) for key, (least, most) in form.class_share.items()},
        yearly_change=form.yearly_change,
        register_entries=spans["register_entries"],
        centre_drift=form.centre_drift,
        zh=form.zh,
        en=form.en,
        note=form.note,
    )
