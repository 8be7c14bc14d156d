"""Texts that a spreadsheet program would take for a formula: marked when written to CSV, unmarked when read.

A program that opens a CSV takes a cell that begins with = + - @ (or a tab, a carriage return) for a formula and runs
it. A cell that begins with an apostrophe is taken for text. Numbers stay as they are. Reference: OWASP, CSV Injection,
https://owasp.org/www-community/attacks/CSV_Injection.
"""

import re

FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
"""What such a text begins with, marked or not."""
_MARKED = re.compile(r"'(?='*[=+\-@\t\r＝＋－＠])")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[%‰]?")


def marked(text: str) -> str:
    """Return a text with an apostrophe before it if a spreadsheet program would take it for a formula.

    Examples
    --------
    >>> marked("=1+1"), marked("-5.2"), marked("plain")
    ("'=1+1", '-5.2', 'plain')
    """
    return f"'{text}" if FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unmarked(text: str) -> str:
    """Return a text without the apostrophe that `marked` put before it.

    Examples
    --------
    >>> unmarked("'=1+1"), unmarked("'quoted'")
    ('=1+1', "'quoted'")
    """
    return _MARKED.sub("", text, count=1) if text.startswith("'") else text
