"""Read a TOML file into the form that it must have, with everything that is wrong in it at once.

The forms are pydantic models: pydantic, and not cattrs or msgspec, because it reports every fault of a file and not the
first, with the place of each, and publishes the form as a JSON Schema, from which editors complete it.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from popmodel.files.paths import is_file
from popmodel.schema import Fault, SchemaError, near

MOST_BYTES = 1_000_000
"""No form is longer; a longer file is another file."""
FORMAT = 1
Text = Annotated[str, StringConstraints(pattern=r"^\S(?:.*\S)?$")]
"""A text of one line that does not begin or end with a space."""
Path_ = tuple[str | int, ...]
"""Where a value stands in the tables of a file."""


class Form(BaseModel):
    """A table of a TOML file: unknown keys are refused, and no value is turned into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class FileForm(Form):
    """A whole file."""

    format: Annotated[Literal[1], Field(description="version of this form", examples=[FORMAT])]


class Wrong(NamedTuple):
    """What is wrong with a value of a file: where it stands, what was given, the rule and the remedy."""

    path: Path_
    given: Any
    rule: str
    remedy: str


Model = TypeVar("Model", bound=Form)


def read_toml(file: Path, *, form: str) -> str:
    """Return the text of a TOML file; `form` says where the form is described.

    Raises
    ------
    SchemaError
        If the file is missing, too long for a form or not UTF-8.
    """
    if not is_file(file):
        raise whole(file, "the file is missing", f"Its form is described in {form}.")
    if file.stat().st_size > MOST_BYTES:
        raise whole(file, f"the file is longer than {MOST_BYTES:,} bytes", f"Its form is described in {form}.")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise whole(file, f"not valid TOML ({error})", "Save the file as UTF-8.") from error


def whole(file: object, rule: str, remedy: str) -> SchemaError:
    """Return the error that a file as a whole is wrong."""
    return SchemaError(faults=[Fault(str(file), rule=rule, remedy=remedy)])


def fill(model: type[Model], text: str, *, file: object) -> Model:
    """Return the text of a file in its form; `file` is named in errors.

    Raises
    ------
    SchemaError
        If the text is not TOML; else with every fault of the file: keys that are missing or unknown, values of the
        wrong type or out of range.
    """
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # beside its own, the parser lets through those of int()
        raise whole(file, f"not valid TOML ({error})", "Correct the file.") from error
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        raise broken(file, _wrong(error, model), text) from error


def broken(file: object, wrong: Iterable[Wrong], text: str) -> SchemaError:
    """Return the error that carries every fault of a file, each with its line."""
    lines = key_lines(text)
    return SchemaError(
        faults=[
            Fault(str(file), line_of(lines, path), key_name(path), "" if given is None else shown(given), rule, remedy)
            for path, given, rule, remedy in wrong
        ]
    )


def split(error: SchemaError) -> tuple[str, str]:
    """Return rule and remedy of an error that was raised about one table of a file."""
    rule, _, remedy = str(error).rstrip(".").rpartition(". ")
    return (rule, f"{remedy}.") if rule else (remedy, "Correct it.")


WORDS = {
    "string_type": "must be a text in quotation marks",
    "string_pattern_mismatch": "is empty, or begins or ends with a space, or has several lines",
    "int_type": "must be a whole number",
    "float_type": "is not a number",
    "finite_number": "is not a finite number",
    "bool_type": "must be true or false",
    "date_type": "must be a day, without quotation marks",
    "list_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "too_short": "has no entry",
}
"""What is said of pydantic's kinds of faults; the others in its own words."""
TAG = "‹"
"""Begins the name of a branch of a union, which is no key of the file."""


def _wrong(error: ValidationError, model: type[BaseModel]) -> Iterator[Wrong]:
    for found in error.errors(include_url=False):
        place = found["loc"]
        while place and str(place[-1]).startswith(TAG):
            place = place[:-1]
        path = tuple(step for step in place if not str(step).startswith(TAG))
        kind, given = found["type"], found["input"]
        known = _fields(model, place[:-1])
        field = known.get(str(path[-1])) if path else None
        example = _example(field, str(path[-1]) if path else "")
        if kind == "extra_forbidden":
            yield Wrong(path, None, "is an unknown key", _elsewhere(model, path, list(known)))
        elif kind == "missing":
            meaning = f" ({field.description})" if field is not None and field.description else ""
            yield Wrong(path, None, "is missing", f"Add {example or 'it'}{meaning}.")
        elif kind == "value_error":
            rule, _, remedy = found["msg"].removeprefix("Value error, ").partition(". ")
            yield Wrong(path, given, rule, remedy)
        else:
            rule = _tags(found) or WORDS.get(kind) or found["msg"].replace("Input should", "must")
            yield Wrong(path, given, rule.rstrip("."), f"Write {example}." if example else "Correct the value.")


def _tags(found: Mapping[str, Any]) -> str:
    """Say which forms a value may take."""
    if found["type"] != "union_tag_invalid":
        return ""
    allowed = found["ctx"]["expected_tags"].replace("'", "").replace(TAG, "").replace("›", "")
    return f"may not be {found['ctx']['tag'].strip(TAG + '›')}, only {allowed}"


def _fields(model: type[BaseModel], path: Path_) -> Mapping[str, Any]:
    """Return the fields of the table at `path`, where branches of unions are steps."""
    table: Any = model
    for step in path:
        inner = _model_in(table)
        fields = {} if inner is None else inner.model_fields
        table = fields[step].annotation if step in fields else _branch(table, str(step))
    found = _model_in(table)
    return {} if found is None else found.model_fields


def _branch(annotation: Any, tag: str) -> Any:
    """Return the branch of a union that bears a tag, else what a list or mapping holds."""
    for part in _parts(annotation):
        if any(getattr(mark, "tag", None) == tag for mark in getattr(part, "__metadata__", ())):
            return part
    return annotation


def _parts(annotation: Any) -> Iterator[Any]:
    for part in getattr(annotation, "__args__", ()):
        yield part
        yield from _parts(part)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(part) for part in getattr(annotation, "__args__", ()))
    return next((part for part in inner if part is not None), None)


def _elsewhere(model: type[BaseModel], path: Path_, known: list[str]) -> str:
    """Say which keys are known here, or in which table the key belongs."""
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if path[0] != name and inner is not None and path[-1] in inner.model_fields:
            return f"It belongs in [{name}]: in TOML a key belongs to the table whose heading stands last above it."
    return f"Known: {', '.join(known)}.{near(path[-1], known)}"


def _example(field: Any, key: str) -> str:
    if field is None or not field.examples:
        return ""
    value = str(field.examples[0]).lower() if isinstance(field.examples[0], bool) else field.examples[0]
    bare = (
        not isinstance(value, str)
        or value in ("true", "false")
        or value.startswith("{")
        or re.fullmatch(r"\d{4}-\d\d-\d\d", value)
    )
    return f"{key} = {value}" if bare else f'{key} = "{value}"'


def key_name(path: Path_) -> str:
    """Write the path of a key: ``city.code``, ``census[2].year``."""
    out = ""
    for step in path:
        out += f"[{step + 1}]" if isinstance(step, int) else f"{'.' if out else ''}{step}"
    return out


def line_of(lines: Mapping[Path_, int], path: Path_) -> int:
    """Return the line of a key, or of the table that lacks it; 0 if neither stands in the file."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 0)


def key_lines(text: str) -> dict[Path_, int]:
    """Return the line in which each key of a TOML text is set.

    The parser of the standard library gives no lines. But a heading, and a key with its value, are each a TOML text of
    their own: they are read one by one.
    """
    out: dict[Path_, int] = {}
    head: Path_ = ()
    start, open_ = 0, ""
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if not open_ and (not line.strip() or line.lstrip().startswith("#")):
            continue
        start, open_ = (start, open_ + line) if open_ else (number, line)
        try:
            found = tomllib.loads(open_)
        except (ValueError, RecursionError):
            if number - start > 200:  # no form has a value of that length: the lines after it stay unknown
                break
            continue
        if open_.lstrip().startswith("["):
            head = _heading(found, out)
            for end in range(1, len(head) + 1):
                out.setdefault(head[:end], start)
        else:
            _note(found, head, start, out)
        open_ = ""
    return out


def _heading(found: Any, known: Mapping[Path_, int]) -> Path_:
    """Return the path of the table that a heading opens; one of ``[[…]]`` is counted."""
    path: Path_ = ()
    while found:
        listed = (*path, 0) in known
        last = next((n for n in range(len(known) + 1) if (*path, n) not in known), 0)
        if isinstance(found, list):
            path, found = (*path, last), found[0]
        else:
            ((key, found),) = found.items()
            path = (*path, last - 1, key) if listed else (*path, key)  # a table of the block that stands last
    return path


def _note(found: Any, path: Path_, line: int, out: dict[Path_, int]) -> None:
    steps = found.items() if isinstance(found, Mapping) else enumerate(found) if isinstance(found, list) else ()
    for key, value in steps:
        out.setdefault((*path, key), line)
        _note(value, (*path, key), line, out)


def shown(value: Any) -> str:
    """Show a value; an integer of thousands of digits is never written out, nor a table."""
    if isinstance(value, int) and abs(value) > 10**30:
        return "an integer of more than 30 digits"
    if isinstance(value, (Mapping, list, BaseModel)):
        return "a list" if isinstance(value, list) else "a table"
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text if len(text) <= 200 else f"{text[:40]}… ({len(text)} characters)"


class _Schema(GenerateJsonSchema):
    """JSON Schema of a TOML form: TOML knows no null, and what may be left out has no default worth completing."""

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def json_schema(model: type[FileForm], title: str) -> dict[str, Any]:
    """Return the JSON Schema of a form."""
    schema = model.model_json_schema(schema_generator=_Schema)
    return {"$schema": _Schema.schema_dialect, **schema, "title": title}
