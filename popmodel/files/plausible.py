"""Which figures an indicator can have: wide bounds that only a slip of the point, the unit or the row exceeds."""

from collections.abc import Iterable, Mapping

from popmodel.indicators.catalogue import CATALOGUE
from popmodel.indicators.talent import COUNTS, DERIVED
from popmodel.schema import UNITS

RANGES: Mapping[str, tuple[float, float]] = {
    "count": (-2e9, 2e9),
    "share": (-1.0, 10.0),
    "age": (0.0, 120.0),
    "schooling": (0.0, 25.0),
    "fertility": (0.0, 10.0),
    "sex ratio": (30.0, 300.0),
    "places": (0.0, 1000.0),
    "beds": (0.0, 1e8),
    "nursery places": (0.0, 1e8),
    "money": (0.0, 1e7),
    "yuan": (0.0, 1e15),
    "productivity": (0.0, 1e8),
    "length": (0.0, 1e5),
    "surface": (0.0, 2e7),
    "density": (0.0, 1e6),
    "ratio": (0.0, 1e4),
    "rank": (1.0, 1e4),
}
"""Least and largest figure by what a unit measures, in its base unit (persons, 1, years …)."""
ANY = (0.0, 1e12)
"""Of everything else that is counted."""
OF_INDICATOR: Mapping[str, tuple[float, float]] = {
    "life_expectancy": (20.0, 100.0),
    "median_age": (10.0, 80.0),
    "total_fertility": (0.2, 10.0),
    "implied_total_fertility": (0.2, 10.0),
    "sex_ratio_at_birth": (80.0, 150.0),
    "urbanisation_rate": (0.0, 1.0),
    "central_city_primacy": (0.0, 1.0),
    "birth_rate": (0.0, 0.1),
    "death_rate": (0.0, 0.2),
    "natural_rate": (-0.2, 0.1),
    "growth_rate": (-1.0, 2.0),
    "net_migration": (-2e9, 2e9),
    "natural_increase": (-2e9, 2e9),
}
"""The same for single indicators: human extremes with room to spare (life expectancy in Rwanda, 1994, was near 20)."""
_COMPUTED = {indicator.id: indicator for indicator in CATALOGUE}


def plausible(indicator: str, unit: str) -> tuple[float, float]:
    """Return the least and the largest figure of an indicator, in `unit`.

    Parameters
    ----------
    indicator : str
        Its id; one that is not known is held to what its unit measures.
    unit : str
        A key of `UNITS`.

    Examples
    --------
    >>> plausible("life_expectancy", "years")
    (20.0, 100.0)
    """
    quantity, factor = UNITS[unit].quantity, UNITS[unit].factor
    low, high = RANGES.get(quantity, ANY)
    if _quantity(indicator) in ("", quantity):
        if indicator in OF_INDICATOR:
            low, high = OF_INDICATOR[indicator]
        elif quantity == "count" and (indicator in _COMPUTED or "population" in indicator):
            low = 0.0
        elif quantity == "share" and ("share" in indicator.split("_")):
            low, high = 0.0, 1.0
    return round(low / factor, 9), round(high / factor, 9)


def _quantity(indicator: str) -> str:
    return UNITS[_COMPUTED[indicator].unit].quantity if indicator in _COMPUTED else ""


def computed() -> Mapping[str, str]:
    """Return the unit of every indicator that the package computes, or computes others from, by id."""
    reported = {count.id: "persons" for count in COUNTS} | {rule.id: rule.unit for rule in DERIVED}
    return {id_: indicator.unit for id_, indicator in _COMPUTED.items()} | reported


def misspelt(name: str, known: Iterable[str]) -> str:
    """Return the known id that `name` is a slip of, or an empty string.

    A slip is one or two letters wrong, missing, added or exchanged (one in names of up to eight characters); other
    digits make another indicator (`share_60_plus`, `share_70_plus`).

    Examples
    --------
    >>> misspelt("brith_rate", ["birth_rate", "death_rate"])
    'birth_rate'
    >>> misspelt("rural_population", ["urban_population"])
    ''
    """
    plain = name.casefold()
    digits = [c for c in plain if c.isdigit()]
    for other in known:
        far = 1 if len(other) <= 8 else 2
        same = digits == [c for c in other if c.isdigit()]
        if name != other and same and abs(len(other) - len(plain)) <= far and _distance(plain, other) <= far:
            return other
    return ""


def _distance(one: str, two: str) -> int:
    """Return in how many letters two words differ, two exchanged neighbours counted once (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, start=1):
        now = [i]
        for j, b in enumerate(two, start=1):
            least = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                least = min(least, before[j - 2] + 1)
            now.append(least)
        before, row = row, now
    return row[-1]
