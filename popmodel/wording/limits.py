"""Limits on migration in words: what each set allows, and what of it is assumed."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from popmodel.scoring.precision import text
from popmodel.wording.effort import people
from popmodel.wording.feasibility import limit_words
from popmodel.wording.messages import message

Span = tuple[float, float]
ASSUMED = "assumed"


class Limited(Protocol):
    """What is read of a set of limits."""

    @property
    def zh(self) -> str: ...  # noqa: D102
    @property
    def en(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def city_rate(self) -> Span | None: ...  # noqa: D102
    @property
    def district_rate(self) -> Span: ...  # noqa: D102
    @property
    def class_share(self) -> Mapping[str, Span]: ...  # noqa: D102
    @property
    def class_loss(self) -> Mapping[str, float]: ...  # noqa: D102
    @property
    def yearly_change(self) -> float | None: ...  # noqa: D102
    @property
    def register_entries(self) -> Span | None: ...  # noqa: D102
    @property
    def centre_drift(self) -> float | None: ...  # noqa: D102


def limits_words(name: str, limits: Limited, lang: str) -> str:
    """Return one set of limits as a sentence.

    Parameters
    ----------
    name : str
        Its key.
    limits : Limits
        From `read_limits`.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    str
    """
    parts = [
        message(
            lang, "limits-entry", limit=limit_words(kind, lang), what=what,
            assumed=int(str(limits.source.get(kind, "")).strip().casefold() == ASSUMED),
        )
        for kind, what in _each(limits, lang)
    ]  # fmt: skip
    label = (limits.zh if lang == "zh" else limits.en) or name
    return message(lang, "limits-set", name=label, parts=message(lang, "feasible-semicolon").join(parts))


def _each(limits: Limited, lang: str) -> Iterator[tuple[str, str]]:
    """Yield each limit that is given with its figures."""
    for kind, span in (("city_rate", limits.city_rate), ("district_rate", limits.district_rate)):
        if span is not None:
            yield kind, message(lang, "limits-span.rate", least=_short(span[0]), most=_short(span[1]))
    if limits.class_share:
        shares = (_class(key, f"{_short(100 * low)}–{_short(100 * high)}%", lang)
                  for key, (low, high) in limits.class_share.items())  # fmt: skip
        yield "class_share", message(lang, "list-joiner").join(shares)
    if limits.class_loss:
        losses = (_class(key, f"{_short(value)}‰", lang) for key, value in limits.class_loss.items())
        yield "class_loss", message(lang, "list-joiner").join(losses)
    if limits.yearly_change is not None:
        yield "yearly_change", message(lang, "limits-span.change", most=_short(limits.yearly_change))
    if limits.register_entries is not None:
        least, most = (people(value, lang) for value in limits.register_entries)
        yield "register_entries", message(lang, "limits-span.people", least=least, most=most)
    if limits.centre_drift is not None:
        kind = "drift" if limits.centre_drift else "held"
        yield "centre_drift", message(lang, f"limits-span.{kind}", most=_short(limits.centre_drift))


def _class(key: str, figure: str, lang: str) -> str:
    kind = "other" if key == "other" else "open" if key.endswith("+") else "closed"
    return message(lang, f"limits-class.{kind}", name=key.removesuffix("+").replace("-", "–"), figure=figure)


def _short(value: float) -> str:
    """Return a figure with the digits that it has, three at most."""
    return text(value, len(f"{round(value, 3):.12g}".partition(".")[2]))
