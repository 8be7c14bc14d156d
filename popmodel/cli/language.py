"""The option that chooses the language, the same for every command that has one."""

import argparse

from popmodel.wording.messages import LANGUAGES

DEFAULT = LANGUAGES[0]
"""Chinese: the plan and those who are to read of it are."""


def add_language(one: argparse.ArgumentParser, what: str) -> None:
    """Add `--lang`, the language of `what`, to a command."""
    one.add_argument(
        "--lang", choices=LANGUAGES, default=DEFAULT, help=f"language of {what} ({DEFAULT}, as of every command)"
    )
