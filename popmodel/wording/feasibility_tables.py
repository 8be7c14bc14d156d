"""The tables of what is attainable, required and relaxed as printed: heads, rows, captions."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from popmodel.scoring.precision import text
from popmodel.wording.effort import people
from popmodel.wording.feasibility import aim_text, aim_words, value_words
from popmodel.wording.messages import message
from popmodel.wording.targets import bare_name

SCHEDULES = ("model", "under_60", "residents")


class Sheet(NamedTuple):
    """A table as printed; the first two columns are words, the others figures."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str


def range_sheet(table: pd.DataFrame, lang: str, *, names: Mapping[str, str]) -> Sheet:
    """Return what is attainable: a row a target, a column a set of limits.

    Parameters
    ----------
    table : pandas.DataFrame
        From `attainable_range`, with the targets' names.
    lang : {"zh", "en"}
        Language.
    names : mapping of str to str
        Limits → printed name, in the order of the columns.

    Returns
    -------
    Sheet
    """
    rows = []
    for group in _targets(table):
        first = group[0]
        by = {str(row["limits"]): row for row in group}
        cells = (_span(by[name], lang) if name in by else "–" for name in names)
        rows.append((_name(first, lang), _aim(first, lang), value_words(first["reference"], first, lang), *cells))
    heads = (*(message(lang, f"feasible-head.{name}") for name in ("indicator", "target", "reference")),
             *names.values())  # fmt: skip
    return Sheet(message(lang, "feasible-ranges"), heads, tuple(rows), message(lang, "feasible-ranges.caption"))


def required_sheet(table: pd.DataFrame, lang: str) -> Sheet:
    """Return what each target, and each group of them, requires: a row a target, a column a schedule of ages."""
    even = table[table["path"] == "even"]
    schedules = [name for name in SCHEDULES if name in set(even["schedule"])]
    rows = []
    for group in _targets(even):
        first = group[0]
        by = {str(row["schedule"]): row for row in group}
        cells = [required_words(by[name], lang) if name in by else "–" for name in schedules]
        rows.append((_name(first, lang), _aim(first, lang), *cells, people(float(first["best_year"]), lang)))
    heads = (
        *(message(lang, f"feasible-head.{name}") for name in ("indicator", "target")),
        *(message(lang, f"feasible-head.{name}") for name in schedules), message(lang, "feasible-head.best"),
    )  # fmt: skip
    start = str(table.attrs["first_open_year"])
    title = message(lang, "feasible-required", start=start)
    return Sheet(title, heads, tuple(rows), message(lang, "feasible-required.caption"))


def relaxed_sheet(table: pd.DataFrame, lang: str, *, limits: str) -> Sheet:
    """Return what targets come to together within the limits, after `relax_targets`."""
    rows = []
    for row in _records(table):
        sign = "✓" if row["met"] else "–"
        share = "" if row["met"] or not np.isfinite(row["share_of_way"]) else f"{text(100 * row['share_of_way'], 0)}%"
        relaxed = sign if row["met"] else value_words(row["relaxed"], row, lang)
        rows.append((_name(row, lang), _aim(row, lang), value_words(row["reference"], row, lang), relaxed, share))
    heads = tuple(
        message(lang, f"feasible-head.{name}") for name in ("indicator", "target", "reference", "relaxed", "share")
    )
    by = str(table.attrs["by"])
    title = message(lang, "feasible-relaxed", limits=limits)
    return Sheet(title, heads, tuple(rows), message(lang, f"feasible-relaxed.{by}"))


def required_words(row: Mapping[str, Any], lang: str) -> str:
    """Return one requirement: a number and how many times the best year it is, or why there is none."""
    status = str(row["status"]).replace(" ", "_")
    if pd.isna(row["net_migration"]):
        return message(lang, f"feasible-status.{status}")
    number, times = people(float(row["net_migration"]), lang), row["times_best_year"]
    return message(
        lang, f"feasible-number.{row['bound']}", number=number, holds=int(status == "met_without"),
        times="none" if pd.isna(times) else text(float(times), 1),
    )  # fmt: skip


def required_sentence(table: pd.DataFrame, target: str, lang: str) -> str:
    """Return what one target requires, by the ages of the migrants, against the best year so far.

    Parameters
    ----------
    table : pandas.DataFrame
        From `required_migration`, with the targets' names.
    target : str
        As in the column `target`.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    str
        Blank where no schedule has a number above the reference's.
    """
    rows = _records(table[(table["target"] == target) & (table["path"] == "even")])
    found = {str(row["schedule"]): row for row in rows if row["status"] == "found" and pd.notna(row["net_migration"])}
    if not found:
        return ""
    parts = []
    for name in SCHEDULES:
        if name in found:
            row = found[name]
            parts.append(message(
                lang, "feasible-by-schedule", schedule=message(lang, f"feasible-schedule.{name}"),
                number=people(float(row["net_migration"]), lang), bound=str(row["bound"]),
                times="none" if pd.isna(row["times_best_year"]) else text(float(row["times_best_year"]), 1),
            ))  # fmt: skip
    return message(
        lang, "feasible-requires", target=aim_words(rows[0], lang),
        numbers=message(lang, "feasible-semicolon").join(parts),
    )  # fmt: skip


def required_heading(table: pd.DataFrame, lang: str) -> str:
    """Return what `required_sentence` says of all: from when on, and the best year so far."""
    best = float(table["best_year"].iloc[0])
    return message(
        lang, "feasible-finding-required", start=str(table.attrs["first_open_year"]),
        best="none" if np.isnan(best) else people(best, lang),
    )  # fmt: skip


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _targets(table: pd.DataFrame) -> list[list[dict[str, Any]]]:
    """Return the rows of each target, in the table's order."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in _records(table):
        groups.setdefault(str(row["target"]), []).append(row)
    return list(groups.values())


def _name(row: Mapping[str, Any], lang: str) -> str:
    """Return the name of a target's indicator, or of a group of targets."""
    if not row["indicator"]:
        return message(lang, f"feasible-group.{str(row['target']).replace(' ', '_')}")
    return bare_name(str(row[f"name_{lang}"]))


def _aim(row: Mapping[str, Any], lang: str) -> str:
    return "" if not row["indicator"] else f"{row['year']} {aim_text(row, lang)}"


def _span(row: Mapping[str, Any], lang: str) -> str:
    least, most = (value_words(float(row[end]), row, lang) for end in ("least", "most"))
    return message(lang, "feasible-span", least=least, most=most, attainable=int(bool(row["attainable"])))


def left_out_words(left: Mapping[tuple[str, int], str], names: Mapping[str, str], lang: str) -> str:
    """Return the targets that are not modelled, by reason."""
    reasons: dict[str, dict[str, None]] = {}
    for (indicator, _), reason in left.items():
        reasons.setdefault(reason, {})[names.get(indicator, indicator)] = None
    parts: Sequence[str] = [
        message(lang, "feasible-left-entry", reason=message(lang, f"feasible-left.{reason}"),
                names=message(lang, "list-joiner").join(known))
        for reason, known in reasons.items()
    ]  # fmt: skip
    return message(lang, "feasible-left-out", parts=message(lang, "feasible-semicolon").join(parts)) if parts else ""
