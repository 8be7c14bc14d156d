"""The page read again as a tree of elements in one language: an independent look at what it says."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple, Union

_VOID = frozenset({"meta", "link", "br", "img", "hr", "input"})
_SILENT = frozenset({"head", "script", "style", "nav", "button", "svg", "select"})
"""What a screen needs and paper does not."""


class Element(NamedTuple):
    """An element of the page with its attributes and what stands in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Union["Element", str]]

    @property
    def classes(self) -> list[str]:
        """The names in the attribute `class`."""
        return self.attributes.get("class", "").split()

    def find(self, *tags: str) -> Iterator["Element"]:
        """Yield the elements of these tags below this one, in order."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag in tags:
                    yield child
                yield from child.find(*tags)


def tree_of(page: str, lang: str) -> Element:
    """Return the page's body in one language, without what is only for screens.

    Parameters
    ----------
    page : str
        As `page_of` returns it.
    lang : {"zh", "en"}
        The language kept; what is of the class of the other one is left out.
    """
    reader = _Reader("en" if lang == "zh" else "zh")
    reader.feed(page)
    reader.close()
    return next(reader.root.find("body"))


class _Reader(HTMLParser):
    def __init__(self, other: str) -> None:
        super().__init__(convert_charrefs=True)
        self.other = other
        self.root = Element("root", {}, [])
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, [])
        if tag not in _SILENT and not {self.other, "unseen"} & set(element.classes):
            self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while len(self.open) > 1 and tag not in _VOID:
            if self.open.pop().tag == tag:
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)
