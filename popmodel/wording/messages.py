"""The message table of each language, and how a message is made from it.

`zh.ftl` and `en.ftl` beside this module hold every sentence that the package prints, in Fluent's syntax
(https://projectfluent.org): one table a language, the same names with the same arguments in both.
"""

import functools
from collections.abc import Mapping
from importlib import resources
from typing import Any

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES = ("zh", "en")
"""The languages that there are tables for."""
Pair = tuple[str, str]
"""The same in Chinese and in English."""


class MessageError(LookupError):
    """A message that the tables lack or that lacks an argument: a fault of the program, not of its input."""


@functools.cache
def _bundle(lang: str) -> FluentBundle:
    text = resources.files("popmodel.wording").joinpath(f"{lang}.ftl").read_text(encoding="utf-8")
    # Isolating marks around arguments are for mixed directions of writing; they would stand in files and cells.
    bundle = FluentBundle([lang], use_isolating=False)
    bundle.add_resource(FluentResource(text))
    return bundle


def message(lang: str, key: str, arguments: Mapping[str, Any] | None = None, /, **more: Any) -> str:
    """Return a message of the table of `lang`.

    Parameters
    ----------
    lang : {"zh", "en"}
        The language.
    key : str
        Name of the message; `name.part` for a part (attribute) of it.
    arguments, **more
        What the message names. Figures are passed as they are to be printed; counts that decide between singular
        and plural as int.

    Returns
    -------
    str

    Raises
    ------
    MessageError
        If the table has no such message, or an argument is missing.

    Examples
    --------
    >>> message("en", "list-joiner")
    ', '
    """
    bundle, (name, _, part) = _bundle(lang), key.partition(".")
    if not bundle.has_message(name):
        raise MessageError(f"the table {lang}.ftl has no message {name!r}.")
    found = bundle.get_message(name)
    pattern = found.attributes.get(part) if part else found.value
    if pattern is None:
        raise MessageError(f"the table {lang}.ftl has no message {key!r}.")
    text, errors = bundle.format_pattern(pattern, {**(arguments or {}), **more})
    if errors:
        reasons = "; ".join(str(error) for error in errors)
        raise MessageError(f"message {key!r} of {lang}.ftl: {reasons}")
    return str(text)


def both(key: str, arguments: Mapping[str, Any] | None = None, /, **more: Any) -> Pair:
    """Return a message in Chinese and in English, from the same arguments; parameters and errors as in `message`."""
    zh, en = (message(lang, key, arguments, **more) for lang in LANGUAGES)
    return zh, en
