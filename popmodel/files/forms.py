"""Read a TOML file into the form that it must have, with everything that is wrong in it at once.

The forms are pydantic models: pydantic, and not cattrs or msgspec, because it reports every fault of a file and not the
first, with the place of each, and publishes the form as a JSON Schema, from which editors complete it.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from popmodel.files.paths import is_file
from popmodel.schema import SchemaError

MOST_BYTES = 1_000_000
"""No form is longer; a longer file is another file."""
FORMAT = 1
Text = Annotated[str, StringConstraints(pattern=r"^\S(?:.*\S)?$")]
"""A text of one line that does not begin or end with a space."""
Rule = tuple[tuple[str | int, ...], Any, str, str]
"""What is wrong: path of the key, what was given, rule, remedy."""


class Form(BaseModel):
    """A table of a TOML file: unknown keys are refused, and no value is turned into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class FileForm(Form):
    """A whole file."""

    format: Annotated[Literal[1], Field(description="version of this form", examples=[FORMAT])]


Model = TypeVar("Model", bound=Form)


def read_toml(file: Path, *, form: str) -> tuple[str, dict[str, Any]]:
    """Return the text of a TOML file and its tables; `form` says where the form is described.

    Raises
    ------
    SchemaError
        If the file is missing, too long for a form, not UTF-8 or not TOML.
    """
    if not is_file(file):
        raise SchemaError(f"{file}: the file is missing. Its form is described in {form}.")
    if file.stat().st_size > MOST_BYTES:
        raise SchemaError(f"{file}: the file is longer than {MOST_BYTES:,} bytes. Its form is described in {form}.")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemaError(f"{file}: not valid TOML ({error}). Save the file as UTF-8.") from error
    return text, parse_toml(text, file)


def parse_toml(text: str, file: object) -> dict[str, Any]:
    """Return the tables of a TOML text; `file` is named in errors.

    Raises
    ------
    SchemaError
        If the text is not TOML.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # beside its own, the parser lets through those of int()
        raise SchemaError(f"{file}: not valid TOML ({error}). Correct the file.") from error


def fill(model: type[Model], tables: Mapping[str, Any], *, file: object, text: str = "") -> Model:
    """Return the tables of a file in their form.

    Raises
    ------
    SchemaError
        With every fault of the file: keys that are missing or unknown, values of the wrong type or out of range.
    """
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        raise broken(file, rules(error, model), text) from error


def broken(file: object, faults: list[Rule], text: str = "") -> SchemaError:
    """Return the error that names every fault of a file."""
    found = []
    for path, given, rule, remedy in faults:
        line = line_of(text, path)
        place = f"line {line}: " if line else ""
        shown = "" if given is None else f" (given {_short(given)})"
        found.append(f"{place}{key_name(path)} {rule}{shown}. {remedy}")
    return SchemaError(f"{file}: " + "\n".join(found))


WORDS = {
    "string_type": "must be a text in quotation marks",
    "string_pattern_mismatch": "is empty, or begins or ends with a space",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "date_type": "must be a day, without quotation marks",
    "list_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "too_short": "has no entry",
}


def rules(error: ValidationError, model: type[BaseModel]) -> list[Rule]:
    """Return what pydantic found in the words of this package."""
    out: list[Rule] = []
    for found in error.errors(include_url=False):
        path, kind = found["loc"], found["type"]
        known = _fields(model, path[:-1])
        field = known.get(str(path[-1])) if path else None
        if kind == "extra_forbidden":
            out.append((path, None, "is an unknown key", _elsewhere(model, path, list(known))))
            continue
        example = _example(field, str(path[-1]) if path else "")
        if kind == "missing":
            meaning = f" ({field.description})" if field is not None and field.description else ""
            out.append((path, None, "is missing", f"Add {example or 'it'}{meaning}."))
            continue
        words = WORDS.get(kind) or found["msg"].replace("Value error, ", "").replace("Input should", "must")
        out.append((path, found["input"], words.rstrip("."), f"Write {example}." if example else "Correct it."))
    return out


def _fields(model: type[BaseModel], path: tuple[str | int, ...]) -> Mapping[str, Any]:
    """Return the fields of the table at `path`."""
    fields = model.model_fields
    for step in path:
        if isinstance(step, int) or step not in fields:
            continue
        inner = _model_in(fields[step].annotation)
        fields = {} if inner is None else inner.model_fields
    return fields


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(part) for part in getattr(annotation, "__args__", ()))
    return next((part for part in inner if part is not None), None)


def _elsewhere(model: type[BaseModel], path: tuple[str | int, ...], known: list[str]) -> str:
    """Say which keys are known here, or in which table the key belongs."""
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if path[0] != name and inner is not None and path[-1] in inner.model_fields:
            return f"It belongs in [{name}], above the next table: in TOML a key belongs to the table that stands last."
    return f"Use only: {', '.join(known)}."


def _example(field: Any, key: str) -> str:
    if field is None or not field.examples:
        return ""
    value = field.examples[0]
    return f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}"


def key_name(path: tuple[str | int, ...]) -> str:
    """Write the path of a key: ``[city] code``, ``[[census]] number 2: year``."""
    parts: list[str] = []
    for place, step in enumerate(path):
        if isinstance(step, int):
            parts[-1] = f"[{parts[-1]}] number {step + 1}" if parts[-1].startswith("[") else f"{parts[-1]} {step + 1}"
        else:
            parts.append(f"[{step}]" if place == 0 and len(path) > 1 else str(step))
    return " ".join(parts) or "the file"


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """Return the line in which a key of a TOML text is set (for one that is missing, its table), 0 if unknown.

    A text cut after a line is TOML too where no value is open; the key is set in the line with which it appears.
    """
    while path:
        for line, tables in _prefixes(text):
            if _holds(tables, path):
                return line
        path = path[:-1]
    return 0


def _prefixes(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    lines = text.splitlines(keepends=True)
    start = 0
    for end in range(1, min(len(lines), 400) + 1):
        try:
            tables = tomllib.loads("".join(lines[:end]))
        except (ValueError, RecursionError):
            continue
        blank = (n for n in range(start, end) if lines[n].strip() and not lines[n].lstrip().startswith("#"))
        yield next(blank, start) + 1, tables
        start = end


def _holds(tables: Any, path: tuple[str | int, ...]) -> bool:
    for step in path:
        if isinstance(step, int):
            if not isinstance(tables, list) or step >= len(tables):
                return False
        elif not isinstance(tables, Mapping) or step not in tables:
            return False
        tables = tables[step]
    return True


def _short(value: Any) -> str:
    """Show a value, cut; an integer of thousands of digits is never written out."""
    if isinstance(value, int) and abs(value) > 10**30:
        return "an integer of more than 30 digits"
    if isinstance(value, (Mapping, list)):
        return "a table" if isinstance(value, Mapping) else "a list"
    shown = value.isoformat() if hasattr(value, "isoformat") else repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
