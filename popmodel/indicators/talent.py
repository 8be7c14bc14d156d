"""Graduates who come, stay and leave: what the reported counts of a year give of the plan's indicators."""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from popmodel.schema import SchemaError, convert, named

GLOSSARY = "the plan's glossary: of the year's graduates of local colleges, those employed in the city over all of them"
_Key = tuple[str, str, int]
SURE = ("high", "medium", "low")
"""Confidence of an observation, the surest first."""


class Count(NamedTuple):
    """A count that a department reports once a year."""

    id: str
    name_zh: str
    name_en: str


COUNTS = (
    Count("local_graduates", "本市高校当年毕业生", "Graduates of the year of local colleges"),
    Count("local_graduates_employed", "其中留本市就业", "of these employed in the city"),
    Count("graduates_from_outside", "外地高校毕业生来本市就业", "Graduates of colleges elsewhere who came to work"),
    Count("graduates_left", "已引入高校毕业生离开本市", "Graduates attracted or kept before who left"),
)
"""What is counted of a year [persons]; all that follows comes from these."""


def count_targets(departments: str = "") -> pd.DataFrame:
    """Return the counts in the columns of a table of targets that a sheet to fill in needs.

    Parameters
    ----------
    departments : str
        Who reports them, as in column `departments` of a target.

    Returns
    -------
    pandas.DataFrame, (4, 6)
        `indicator`, `name_zh`, `name_en`, `unit`, `decimals`, `departments`.
    """
    rows = [(*count, "persons", 0, departments) for count in COUNTS]
    table = pd.DataFrame(rows, columns=["indicator", "name_zh", "name_en", "unit", "decimals", "departments"])
    return table.astype({"decimals": "Int64"})


class Derivation(NamedTuple):
    """An observed indicator that is arithmetic on counts of the same year and area; `compute` takes persons."""

    id: str
    name_zh: str
    name_en: str
    unit: str
    decimals: int
    needs: tuple[str, ...]
    compute: Callable[..., float]
    working: str
    definition: str


def retention(graduates: float, employed: float) -> float:
    """Return the share of the year's graduates of local colleges who are employed in the city.

    Parameters
    ----------
    graduates, employed : float
        Graduates of the year, and those of them employed in the city. [persons]

    Returns
    -------
    float
        100 × employed / graduates (the plan's glossary). [percent]

    Raises
    ------
    SchemaError
        If there are no graduates, or more are employed than graduated.

    Examples
    --------
    >>> retention(30_000, 12_000)
    40.0
    """
    if not graduates > 0 or not 0 <= employed <= graduates:
        raise SchemaError(
            f"local_graduates is {graduates:,g} and local_graduates_employed {employed:,g}: the second is a part of "
            "the first, and the first is above 0. Correct the counts."
        )
    return 100.0 * employed / graduates


def net_gain(employed: float, outside: float, left: float) -> float:
    """Return by how many graduates the city gained: who stayed and who came, less who left. [persons]

    Parameters
    ----------
    employed, outside, left : float
        Local graduates employed in the city, graduates of colleges elsewhere who came to work, graduates attracted or
        kept before who left. [persons]

    Returns
    -------
    float
        [persons]

    Examples
    --------
    >>> net_gain(12_000, 95_000, 20_000)
    87000
    """
    return employed + outside - left


DERIVED = (
    Derivation(
        "graduate_retention", "本市高校应届毕业生留存率", "Retention of graduates of local colleges", "percent", 2,
        ("local_graduates", "local_graduates_employed"), retention, "100 x {1:,.0f} / {0:,.0f}", GLOSSARY,
    ),
    Derivation(
        "graduates_attracted", "引入高校毕业生", "University graduates attracted", "10k_persons", 2,
        ("graduates_from_outside",), lambda outside: outside / 1e4, "{0:,.0f} / 10,000",
        "graduates of colleges elsewhere who came to work in the year; that 引入 means from outside is assumed, the "
        "plan's glossary does not define it",
    ),
    Derivation(
        "graduates_attracted_per_year", "每年引进大学生", "University graduates attracted a year", "10k_persons", 2,
        ("graduates_from_outside",), lambda outside: outside / 1e4, "{0:,.0f} / 10,000",
        "the yearly flow of indicator 8, for the target of the text",
    ),
    Derivation(
        "graduate_net_gain", "高校毕业生净增", "Net gain of graduates", "persons", 0,
        ("local_graduates_employed", "graduates_from_outside", "graduates_left"), net_gain,
        "{0:,.0f} + {1:,.0f} - {2:,.0f}", "local graduates employed here and graduates who came, less those who left",
    ),
)  # fmt: skip
"""Indicators that `derive_observed` adds."""


def derive_observed(observed: pd.DataFrame) -> pd.DataFrame:
    """Add the indicators that follow from reported counts; what is observed itself stays as it is.

    Parameters
    ----------
    observed : pandas.DataFrame
        As returned by `read_observed`: `COUNTS` in any unit of persons.

    Returns
    -------
    pandas.DataFrame
        The rows given, then one for each of `DERIVED`, area and year for which all counts are there and the indicator
        itself is not: `status` derived (assumed if a count is), `confidence` that of the least sure count, `published`
        when the last count was, the arithmetic in `note`. What follows from published counts is `chosen` before a
        single assumed value of the same year, which stays beside it. The same table if nothing follows.

    Raises
    ------
    SchemaError
        If a count has two sources of which none is chosen, or the counts of a year cannot be.

    Examples
    --------
    >>> more = pm.derive_observed(ev.observed)
    >>> len(more) >= len(ev.observed)
    True
    """
    names = [count.id for count in COUNTS]
    counts = observed[observed["indicator"].isin(names)]
    if counts.empty:
        return observed
    held, guessed = _held(observed)
    rows = []
    for (area, year), part in counts.groupby(["area", "year"], sort=True):
        sources = _sources(part)
        for rule in DERIVED:
            key = (rule.id, area, year)
            if key in held or any(name not in sources for name in rule.needs):
                continue
            row = _row(rule, [sources[name] for name in rule.needs])
            if key not in guessed:
                rows.append(row)
            elif row["status"] == "derived":
                rows.append({**row, "chosen": "yes"})
    if not rows:
        return observed
    more = pd.DataFrame(rows).reindex(columns=observed.columns).astype(observed.dtypes.to_dict())
    return pd.concat([observed, more], ignore_index=True)


def _held(observed: pd.DataFrame) -> tuple[set[_Key], set[_Key]]:
    """Return (indicator, area, year) of what is observed, and of what one assumed value, not chosen, stands for."""
    keys = list(zip(observed["indicator"], observed["area"], observed["year"], strict=True))
    several = {key for key, n in Counter(keys).items() if n > 1}
    open_to = (observed["status"] == "assumed") & (observed["chosen"] != "yes")
    guessed = {key for key, assumed in zip(keys, open_to, strict=True) if assumed} - several
    return set(keys) - guessed, guessed


def _sources(part: pd.DataFrame) -> Mapping[str, "pd.Series[Any]"]:
    """Return the row that counts of each indicator of one area and year."""
    out: dict[str, pd.Series[Any]] = {}
    for name, rows in part.groupby("indicator"):
        chosen = rows[rows["chosen"] == "yes"] if len(rows) > 1 else rows
        if len(chosen) != 1:
            raise SchemaError(
                f"observed: {name} of {rows['year'].iloc[0]} has {len(rows)} sources and none chosen. "
                "Write yes in column chosen of one."
            )
        out[str(name)] = chosen.iloc[0]
    return out


def _row(rule: Derivation, sources: "list[pd.Series[Any]]") -> dict[str, object]:
    people = [
        float(convert(float(str(s["value"])), str(s["unit"]), "persons", what=str(s["indicator"]))) for s in sources
    ]
    try:
        value = rule.compute(*people)
    except SchemaError as error:
        raise SchemaError(f"observed {sources[0]['year']}: {error}") from error
    said = [str(s["confidence"]) for s in sources if "confidence" in s and s["confidence"] in SURE]
    return {
        "indicator": rule.id,
        "area": sources[0]["area"],
        "year": sources[0]["year"],
        "value": math.floor(value * 10**rule.decimals + 0.5) / 10**rule.decimals,
        "unit": rule.unit,
        "decimals": rule.decimals,
        "basis": "department",
        "status": "assumed" if any(s["status"] == "assumed" for s in sources) else "derived",
        "confidence": SURE[int(np.max([SURE.index(word) for word in said]))] if said else "",
        "published": max(str(s["published"]) for s in sources),
        "publication": named(sorted({str(s["publication"]) for s in sources})),
        "chosen": "",
        "note": rule.working.format(*people),
    }
