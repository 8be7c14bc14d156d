"""What targets exclude each other, why, and what would lift it, in words.

Words of certainty stand here alone, each with the name of the limits and only where a certificate proves it.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
import pandas as pd

from popmodel.indicators.catalogue import CATALOGUE
from popmodel.indicators.forms import Form
from popmodel.schema import UNITS, SchemaError
from popmodel.scoring.precision import text
from popmodel.wording.effort import SCALE, people
from popmodel.wording.messages import message
from popmodel.wording.targets import bare_name, target_text

FRAGILE = 1.01
"""A limit so many times as wide that lifts a conflict makes the conflict fragile."""
MOST_WAYS = 2
"""Limits of which it is said how much wider they would have to be, those that give least first."""
_INSIDE = {each.id: each.compute.inside for each in CATALOGUE if isinstance(each.compute, Form)}
PLACES = frozenset(name for name, inside in _INSIDE.items() if inside)
"""Indicators of where people live in the city."""
ASSUMED = frozenset(name for name, inside in _INSIDE.items() if inside.startswith("centre_share"))
"""Indicators that rest on the assumed shares of districts in a centre."""


class Proof(Protocol):
    """What is read of a certificate."""

    @property
    def margin(self) -> Fraction: ...  # noqa: D102
    @property
    def binding(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def times(self) -> Mapping[str, float]: ...  # noqa: D102
    @property
    def fragile(self) -> bool: ...  # noqa: D102
    @property
    def milestones(self) -> tuple[tuple[str, int], ...]: ...  # noqa: D102


def conflict_sentence(conflicts: pd.DataFrame, number: int, lang: str, *, required: pd.DataFrame | None = None) -> str:
    """Return one conflict as a sentence: what excludes what, within which limits, and what would lift it.

    Parameters
    ----------
    conflicts : pandas.DataFrame
        From `find_conflicts`.
    number : int
        Which conflict.
    lang : {"zh", "en"}
        Language.
    required : pandas.DataFrame, optional
        From `required_migration`: what a target that is out of reach alone would take outside the limits.

    Returns
    -------
    str

    Raises
    ------
    SchemaError
        If the conflict has no certificate: without one nothing is said to exclude anything.
    """
    rows = _rows(conflicts[conflicts["conflict"] == number])
    proof = _proof(conflicts, number)
    given = {"limits": limits_name(conflicts.attrs, lang)}
    single = len(rows) == 1
    if single:
        row = rows[0]
        said = message(
            lang, "feasible-single", given, target=aim_words(row, lang), best=best_words(row, lang), bound=bound_of(row)
        )
    else:
        said = message(
            lang, "feasible-several", given, targets=_listed(lang, [aim_words(row, lang) for row in rows]),
            best=_joined(lang, [_best(row, lang) for row in rows]), count=len(rows),
        )  # fmt: skip
    parts = [said, _because(proof, lang), _ways(rows, proof, lang, single=single)]
    if single and required is not None:
        parts.append(_need(rows[0], required, lang))
    parts += _conditions(rows, proof, lang)
    return message(lang, "feasible-joiner").join(part for part in parts if part)


def chosen_conflicts(conflicts: pd.DataFrame, *, most: int = 3) -> list[int]:
    """Return the conflicts for a first page: pairs and larger ones first, one place for a target alone if there is one.

    Those of fewer targets come before those of more, firm ones before fragile ones, later years before earlier ones.
    """
    numbers = sorted(set(conflicts["conflict"].astype(int)))
    groups = {number: _rows(conflicts[conflicts["conflict"] == number]) for number in numbers}

    def rank(number: int) -> tuple[bool, int, int, int]:
        years = [int(row["year"]) for row in groups[number]]
        return bool(_proof(conflicts, number).fragile), len(years), -max(years), number

    order = sorted(groups, key=rank)
    alone = [number for number in order if len(groups[number]) == 1]
    several = [number for number in order if len(groups[number]) > 1]
    kept = several[: most - min(len(alone), 1)]
    return (kept + alone)[:most]


def conflict_summary(conflicts: pd.DataFrame, lang: str, *, modelled: int) -> str:
    """Return how many targets hold or exclude each other within the limits.

    Parameters
    ----------
    conflicts : pandas.DataFrame
        From `find_conflicts`.
    lang : {"zh", "en"}
        Language.
    modelled : int
        Targets that were asked about.
    """
    sizes = conflicts.groupby("conflict").size() if len(conflicts) else pd.Series(dtype=int)
    for number in sizes.index:
        _proof(conflicts, int(number))
    count, alone = len(sizes), int((sizes == 1).sum())
    return message(
        lang, "feasible-summary", limits=limits_name(conflicts.attrs, lang), targets=modelled, alone=alone,
        several=count - alone, count=count, joined=int(0 < alone < count),
        complete=int(bool(conflicts.attrs["complete"])),
    )  # fmt: skip


def give_up_sentence(conflicts: pd.DataFrame, lang: str) -> str:
    """Return the least set of targets whose giving up lets the rest hold, and how many such sets there are."""
    sets = conflicts.attrs["give_up"]
    if not sets:
        return ""
    named = {target_key(row): aim_words(row, lang) for row in _rows(conflicts)}
    least = [named[(str(key[0]), int(key[1]))] for key in sets[0]]
    return message(
        lang, "feasible-give-up", limits=limits_name(conflicts.attrs, lang), targets=_listed(lang, least),
        count=len(least), others=len(sets) - 1,
    )  # fmt: skip


def limits_name(attrs: Mapping[Any, Any], lang: str) -> str:
    """Return the printed name of the limits that a table was found within."""
    return str(attrs.get(f"limits_{lang}") or attrs["limits"])


def limit_words(kind: str, lang: str) -> str:
    """Return the printed name of a kind of limit."""
    return message(lang, f"limit-{kind.replace(' ', '_')}")


def target_key(row: Mapping[str, Any]) -> tuple[str, int]:
    """Return indicator and year of a target."""
    return str(row["indicator"]), int(row["year"])


def aim_words(row: Mapping[str, Any], lang: str) -> str:
    """Return a target with its indicator, year and level as printed."""
    name = bare_name(str(row[f"name_{lang}"]))
    printed, unit = aim_text(row, lang), UNITS[str(row["unit"])]
    sign = unit.zh if lang == "zh" else unit.en
    kind = "none" if not sign or not printed[-1:].isdigit() else "follows" if unit.en in ("%", "‰") else "named"
    return message(lang, "feasible-target", name=name, year=str(row["year"]), target=printed, unit=kind, sign=sign)


def aim_text(row: Mapping[str, Any], lang: str) -> str:
    """Return the level of a target as printed."""
    return target_text(str(row["text"]), {**row, "target": row["value"]}, lang)


def bound_of(row: Mapping[str, Any]) -> str:
    """Return whether a target asks for at `least` or at `most` its level; of a range, the end that is missed."""
    if not np.isfinite(float(row["from"])):
        return "most"
    if not np.isfinite(float(row["to"])):
        return "least"
    return "most" if float(row["best_given_others"]) > float(row["to"]) else "least"


def best_words(row: Mapping[str, Any], lang: str, *, column: str = "best_given_others") -> str:
    """Return a value of a target with the digits of the target, two at most, and a sign that follows figures."""
    return value_words(float(row[column]), row, lang)


def value_words(value: float, row: Mapping[str, Any], lang: str) -> str:
    """Return a value in a target's unit as printed, with the digits of the target, and one more if it needs them."""
    least = max(0 if pd.isna(row["decimals"]) else int(row["decimals"]), 1)
    unit = UNITS[str(row["unit"])]
    sign = unit.zh if lang == "zh" else unit.en if unit.en in ("%", "‰") else ""
    level = float(row["value"])
    # A digit more where the value would read like a target that it misses by less than a printed digit; not where the
    # target is missed as printed alone, 19.96 printing as 20.0.
    missed = "from" in row and (value < level if np.isfinite(float(row["from"])) else value > level)
    alike = text(value, least) == text(level, least)
    return text(value, least + int(alike and missed)) + sign


def _proof(conflicts: pd.DataFrame, number: int) -> Proof:
    numbers = list(dict.fromkeys(conflicts["conflict"].astype(int)))
    proofs: Sequence[Proof] = conflicts.attrs.get("certificates", ())
    place = numbers.index(number) if number in numbers else -1
    if not 0 <= place < len(proofs) or not proofs[place].margin > 0:
        raise SchemaError(
            f"conflict {number} has no certificate. Pass what find_conflicts() returns, with its attrs, unchanged."
        )
    return proofs[place]


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _listed(lang: str, names: Iterable[str]) -> str:
    *most, last = names
    return message(lang, "feasible-and", first=_joined(lang, most), last=last) if most else last


def _joined(lang: str, parts: Iterable[str]) -> str:
    return message(lang, "list-joiner").join(parts)


def _best(row: Mapping[str, Any], lang: str) -> str:
    name = bare_name(str(row[f"name_{lang}"]))
    return message(
        lang, "feasible-best", name=name, year=str(row["year"]), best=best_words(row, lang), bound=bound_of(row)
    )


def _because(proof: Proof, lang: str) -> str:
    kinds = _joined(lang, [limit_words(kind, lang) for kind in proof.binding])
    return message(lang, "feasible-because", limits=kinds) if kinds else ""


def _ways(rows: Sequence[Mapping[str, Any]], proof: Proof, lang: str, *, single: bool) -> str:
    """Return what would lift a conflict: a target at the level that is left to it, or one limit so much wider."""
    enough = {kind: times for kind, times in proof.times.items() if np.isfinite(times)}
    wider = [
        message(lang, "feasible-wider", limit=limit_words(kind, lang), times=text(_up(times), 2))
        for kind, times in sorted(enough.items(), key=lambda item: item[1])[:MOST_WAYS]
    ]
    return message(
        lang, "feasible-ways", given_up="one" if single else "any",
        wider=message(lang, "feasible-or").join(wider) or "none",
    )  # fmt: skip


def _up(times: float) -> float:
    """Round up to two decimals: a limit that is said to be wide enough is."""
    return float(np.ceil(100 * times - 1e-9) / 100)


def _need(row: Mapping[str, Any], required: pd.DataFrame, lang: str) -> str:
    """Return the net migration a year that meets a target outside the limits, for the first schedule that does."""
    here = required[
        (required["indicator"] == row["indicator"]) & (required["year"] == row["year"])
        & (required["path"] == "even") & (required["status"] == "found") & required["net_migration"].notna()
    ]  # fmt: skip
    if here.empty:
        return ""
    first = _rows(here)[0]
    return message(
        lang, "feasible-need", number=people(float(first["net_migration"]), lang),
        times=text(float(first["times_best_year"]), 1), start=str(required.attrs["first_open_year"]),
        schedule=message(lang, f"feasible-schedule.{first['schedule']}"),
    )  # fmt: skip


def _conditions(rows: Sequence[Mapping[str, Any]], proof: Proof, lang: str) -> list[str]:
    """Return what a conflict hangs on: a limit a hundredth wider, assumed shares, a milestone before."""
    out = []
    slight = [kind for kind, times in proof.times.items() if np.isfinite(times) and times <= FRAGILE]
    if proof.fragile:
        out.append(message(lang, "feasible-fragile", limits=_joined(lang, [limit_words(k, lang) for k in slight])))
    if any(str(row["indicator"]) in ASSUMED for row in rows):
        out.append(message(lang, "feasible-assumed"))
    floors = [row for row in rows if target_key(row) in proof.milestones]
    if floors:
        out.append(message(lang, "feasible-floor", targets=_listed(lang, [aim_words(row, lang) for row in floors])))
    return out


def all_hold_sentence(attrs: Mapping[Any, Any], lang: str, *, targets: int, total: float, year: int) -> str:
    """Return that every modelled target can hold together, and the least net migration that it takes. [persons]"""
    return message(
        lang, "feasible-none", limits=limits_name(attrs, lang), targets=targets, year=str(year),
        number=text(total / SCALE[lang], 1),
    )  # fmt: skip
