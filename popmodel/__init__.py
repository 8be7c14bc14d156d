"""Cohort-component projection by age, sex and district, and scoring of a population plan's targets."""

import difflib
from typing import Any

import lazy_loader

__version__ = "0.1.0"

# The names and their modules stand in `__init__.pyi`; each is imported when first used.
_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        near = difflib.get_close_matches(name, __all__, n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "dir(popmodel) lists the public names."
        raise AttributeError(f"module 'popmodel' has no attribute {name!r}. {hint}")
    return _load(name)
