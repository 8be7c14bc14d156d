"""The message tables: complete in both languages, with the same arguments."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import ast, parse, visitor

from popmodel.wording.messages import LANGUAGES, MessageError, both, message

TABLES = Path(__file__).parents[1] / "popmodel" / "wording"


class _Names(visitor.Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.found.add(node.id.name)


def _patterns(lang: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield every message and part of the table with the arguments that it names."""
    table = parse((TABLES / f"{lang}.ftl").read_text(encoding="utf-8"))
    for entry in table.body:
        assert not isinstance(entry, ast.Junk), f"{lang}.ftl: {entry.content}"
        if isinstance(entry, ast.Message):
            parts = [(entry.id.name, entry.value)] if entry.value else []
            parts += [(f"{entry.id.name}.{each.id.name}", each.value) for each in entry.attributes]
            for name, pattern in parts:
                names = _Names()
                names.visit(pattern)
                yield name, frozenset(names.found)


def test_both_tables_hold_the_same_messages_with_the_same_arguments() -> None:
    zh, en = (dict(_patterns(lang)) for lang in LANGUAGES)
    assert zh.keys() == en.keys()
    assert {name: args for name, args in zh.items() if args != en[name]} == {}


def test_no_message_stands_twice() -> None:
    for lang in LANGUAGES:
        names = [name for name, _ in _patterns(lang)]
        assert len(names) == len(set(names))


def test_what_is_missing_is_an_error() -> None:
    assert both("list-joiner") == ("、", ", ")
    with pytest.raises(MessageError, match="no message 'nothing-of-the-kind'"):
        message("en", "nothing-of-the-kind")
    with pytest.raises(MessageError, match="no message 'list-joiner.part'"):
        message("zh", "list-joiner.part")
