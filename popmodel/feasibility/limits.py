"""Limits within which migration is sought: declared, each with its source, never taken for granted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from popmodel.schema import SchemaError, named, near

CLASSES = {"0-14": (0, 15), "15-24": (15, 25), "25-44": (25, 45), "45-59": (45, 60), "60+": (60, None)}
"""Classes of age among migrants, from the first age to below the second."""
Span = tuple[float, float]
KINDS = ("city_rate", "district_rate", "class_share", "class_loss", "yearly_change")


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
        Most net leavers of a class in a district a year. [per 1,000 residents of that class at the start]
    source : mapping of str to str
        Limit → where it comes from, or "assumed".
    city_rate : tuple of float, optional
        As `district_rate`, of the whole city.
    class_share : mapping of str to tuple of float
        Least and most share of a class in the city's net migration of a year.
    yearly_change : float, optional
        Most change of the city's net migration from a year to the next. [per 1,000 residents of the start]

    Raises
    ------
    SchemaError
        If a limit is infinite, turned round, without a source, or the class shares cannot sum to 1.
    """

    name: str
    district_rate: Span
    class_loss: Mapping[str, float]
    source: Mapping[str, str]
    city_rate: Span | None = None
    class_share: Mapping[str, Span] = field(default_factory=dict)
    yearly_change: float | None = None

    def __post_init__(self) -> None:
        given = [kind for kind in KINDS if getattr(self, kind) not in (None, {})]
        bare = [kind for kind in given if not self.source.get(kind, "").strip()]
        if bare:
            raise SchemaError(f'limits {self.name!r}: {named(bare)} has no source. Give one, or "assumed".')
        spans = {"district_rate": self.district_rate, **{f"class_share {k}": v for k, v in self.class_share.items()}}
        if self.city_rate is not None:
            spans["city_rate"] = self.city_rate
        for what, (least, most) in spans.items():
            if not -1000 <= least <= most <= 1000:
                raise SchemaError(
                    f"limits {self.name!r}: {what} = {least:g} … {most:g}. Least, then most, both finite."
                )
        for what, value in (*self.class_loss.items(), ("yearly_change", self.yearly_change or 0.0)):
            if not 0 <= value <= 1000:
                raise SchemaError(f"limits {self.name!r}: {what} = {value:g} ‰. Give 0 … 1,000.")


def check_classes(limits: Limits, classes: Mapping[str, tuple[int, int | None]]) -> None:
    """Refuse classes with gaps, limits of classes that are not there, and shares that cannot sum to 1."""
    edges = sorted(classes.values(), key=lambda span: span[0])
    ends = [0, *(high for _, high in edges)]
    if [low for low, _ in edges] != ends[:-1] or ends[-1] is not None:
        raise SchemaError(f"classes {dict(classes)} must follow each other from age 0 on, the last without an end.")
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
