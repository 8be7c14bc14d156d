"""Limits within which migration is sought: declared, each with its source, never taken for granted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from popmodel.schema import SchemaError, named, near

Classes = Mapping[str, tuple[int, int | None]]
CLASSES: Classes = MappingProxyType(
    {"0-14": (0, 15), "15-24": (15, 25), "25-44": (25, 45), "45-59": (45, 60), "60+": (60, None)}
)
"""Classes of age among migrants, from the first age to below the second."""
OLD = 60
"""Nobody of this age or older is sent away to mend a share, unless a limit on that class declares it."""
Span = tuple[float, float]
KINDS = (
    "city_rate", "district_rate", "class_share", "class_loss", "yearly_change", "register_entries", "centre_drift",
)  # fmt: skip
MOST_ENTRIES = 1e8


@dataclass(frozen=True)
class Limits:
    """What net migration may come to; `None` and missing classes: no such limit.

    Attributes
    ----------
    name : str
        By which every verdict names them.
    district_rate : tuple of float
        Least and most net migrants of a district a year. [per 1,000 residents of the start]
    class_loss : mapping of str to float
        Most net leavers of a class in a district a year; `other` for the classes not named. A class that reaches
        age 60 loses nobody unless it is named. [per 1,000 residents of that class at the start]
    source : mapping of str to str
        Limit → where it comes from, or "assumed".
    city_rate : tuple of float, optional
        As `district_rate`, of the whole city.
    class_share : mapping of str to tuple of float
        Least and most share of a class in the city's net migration of a year.
    yearly_change : float, optional
        Most change of the city's net migration from a year to the next. [per 1,000 residents of the start]
    register_entries : tuple of float, optional
        Least and most net entries into the household register. [persons a year]
    centre_drift : float, optional
        By how much a district's share in its centre may rise, where only a part of it lies there. [points a year]
    zh, en, note : str
        Names and a sentence.

    Raises
    ------
    SchemaError
        If a limit is infinite, turned round, of an unknown kind or without a source.
    """

    name: str
    district_rate: Span
    class_loss: Mapping[str, float]
    source: Mapping[str, str]
    city_rate: Span | None = None
    class_share: Mapping[str, Span] = field(default_factory=dict)
    yearly_change: float | None = None
    register_entries: Span | None = None
    centre_drift: float | None = None
    zh: str = ""
    en: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        given = [kind for kind in KINDS if _given(getattr(self, kind))]
        bare = [kind for kind in given if not str(self.source.get(kind, "")).strip()]
        if bare:
            raise SchemaError(f'limits {self.name!r}: {named(bare)} has no source. Give one, or "assumed".')
        stray = [kind for kind in self.source if kind not in KINDS]
        if stray:
            raise SchemaError(
                f"limits {self.name!r}: source names {named(stray)}, which is no limit.{near(stray, KINDS)} "
                f"Name one of: {', '.join(KINDS)}."
            )
        for what, (least, most), bound in self._spans():
            if not -bound <= least <= most <= bound:
                raise SchemaError(
                    f"limits {self.name!r}: {what} = {least:g} … {most:g}. Least, then most, both finite."
                )
        singles = {**{f"class_loss {key}": value for key, value in self.class_loss.items()}}
        singles |= {kind: getattr(self, kind) or 0.0 for kind in ("yearly_change", "centre_drift")}
        for what, value in singles.items():
            top = 100.0 if what == "centre_drift" else 1000.0
            if not 0 <= value <= top:
                raise SchemaError(f"limits {self.name!r}: {what} = {value:g}. Give 0 … {top:,.0f}.")

    def _spans(self) -> list[tuple[str, Span, float]]:
        spans = [("district_rate", self.district_rate, 1000.0)]
        spans += [(f"class_share {key}", span, 1000.0) for key, span in self.class_share.items()]
        if self.city_rate is not None:
            spans.append(("city_rate", self.city_rate, 1000.0))
        if self.register_entries is not None:
            spans.append(("register_entries", self.register_entries, MOST_ENTRIES))
        return spans


def _given(value: Any) -> bool:
    return value is not None and not (isinstance(value, Mapping) and not value)


def check_classes(classes: Classes) -> None:
    """Refuse classes of age with gaps or overlaps."""
    edges = sorted(classes.values(), key=lambda span: span[0])
    ends = [0, *(high for _, high in edges)]
    if not edges or [low for low, _ in edges] != ends[:-1] or ends[-1] is not None:
        raise SchemaError(f"classes {dict(classes)} must follow each other from age 0 on, the last without an end.")


def check_limits_of(limits: Limits, classes: Classes) -> None:
    """Refuse limits of classes that are not there, classes without a limit on leavers, shares that cannot sum to 1."""
    for name in (*limits.class_share, *(key for key in limits.class_loss if key != "other")):
        if name not in classes:
            raise SchemaError(f"limits {limits.name!r}: class {name!r} is not known.{near(name, list(classes))}")
    lacking = [name for name in classes if name not in limits.class_loss and "other" not in limits.class_loss]
    if lacking:
        raise SchemaError(f"limits {limits.name!r}: class_loss lacks {named(lacking)}. Give each, or `other`.")
    spans = [limits.class_share.get(name, (-1000.0, 1000.0)) for name in classes]
    least, most = sum(span[0] for span in spans), sum(span[1] for span in spans)
    if not least <= 1 + 1e-12 or not most >= 1 - 1e-12:
        raise SchemaError(f"limits {limits.name!r}: class shares sum to {least:g} … {most:g}; 1 must lie between.")


def loss_of(limits: Limits, name: str, span: tuple[int, int | None]) -> float:
    """Return the most net leavers of a class. [per 1,000 of its residents]"""
    if name in limits.class_loss:
        return limits.class_loss[name]
    high = span[1]
    return 0.0 if high is None or high > OLD else limits.class_loss.get("other", 0.0)
