"""How likely each target is, as lines of a terminal."""

import pandas as pd

from popmodel.cli.terminal import columns, cut, width, wrap
from popmodel.wording.messages import message
from popmodel.wording.sure import spread_words
from popmodel.wording.targets import bare_name, target_text

NAME = 44
"""Columns of the terminal that a target's name takes at most."""


def sure_lines(table: pd.DataFrame | None, lang: str) -> list[str]:
    """Return a head and a line a target that has a probability; nothing where nothing was drawn.

    Parameters
    ----------
    table : pandas.DataFrame or None
        From `attainment`, with variants.
    lang : {"zh", "en"}
        Language.
    """
    told = table[table["probability"].notna()] if table is not None else None
    if told is None or told.empty:
        return []
    rows = []
    for _, row in told.iterrows():
        name = bare_name(str(row[f"name_{lang}"]))
        target = target_text(str(row["text"]), {name: row[name] for name in ("operator", "target", "unit")}, lang)
        aim = f" {int(row['milestone'])} {target}"  # never cut: it says which target of the indicator is meant
        spread = spread_words(float(row["lowest"]), float(row["highest"]), int(row["n"]), lang)
        cells = [f"{cut(name, NAME - width(aim))}{aim}", str(row["printed"]), spread]
        star = "*" if str(row["basis"]) == "assumed" else ""
        rows.append([*cells, message(lang, f"attained-{row['code']}") + star])
    head = wrap(message(lang, "terminal-sure", draws=str(int(told["n"].max()))))
    foot = [message(lang, "terminal-sure.assumed")] if (told["basis"] == "assumed").any() else []
    return [*head, *(f"  {line}" for line in columns(rows, right=(1,))), *foot]
