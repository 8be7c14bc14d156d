"""How faults are printed: one function for every command."""

from collections.abc import Iterable

import pandas as pd

from popmodel.cli.terminal import wrap
from popmodel.schema import Fault, fault_texts
from popmodel.wording.messages import message

MOST = 200
"""Faults that differ in more than line and cell that are printed; a list as long as a table helps nobody."""


def fault_lines(faults: Iterable[Fault], *, lang: str = "en") -> list[str]:
    """Return faults as lines of a terminal, those alike together, with their number at the end.

    Parameters
    ----------
    faults : iterable of Fault
        In the order wanted.
    lang : {"zh", "en"}
        Language of the number; the faults themselves are in English.
    """
    found = list(faults)
    lines = [line for text in fault_texts(found, most=MOST) for line in wrap(text, rest="    ")]
    return [*lines, message(lang, "faults-count", count=len(found))]


def faults_of(table: pd.DataFrame) -> list[Fault]:
    """Return a table of faults (`check_city`, `observation_faults`) as records."""
    names = [str(name) for name in table.columns]
    rows = table.itertuples(index=False, name=None)
    return [Fault(**dict(zip(names, row, strict=True))) for row in rows]
