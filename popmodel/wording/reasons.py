"""The sentence that gives the reason for a rating, from the codes and numbers of a row of the scorecard."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from popmodel.scoring.precision import text
from popmodel.wording.figures import amount, percent, shortest, show, spans
from popmodel.wording.messages import LANGUAGES, Pair, message
from popmodel.wording.targets import target_text

Row = Mapping[str, Any]
"""One row of the scorecard by column."""


def reason(row: Row) -> Pair:
    """Return the reason of a row of the scorecard in Chinese and in English, each a sentence."""
    zh, en = (_sentence(row, lang) for lang in LANGUAGES)
    return zh, en


def _sentence(row: Row, lang: str) -> str:
    code = str(row["reason"])
    key, arguments = _BODY[code]
    body = message(lang, key, arguments(row, lang))
    if code in _FIXED and _there(row["value"]):
        body = message(lang, "reason-after-value", said=_said(row, lang), body=body)
    notes = [*_provenance(row, lang), *_lack(row, lang), *_former(row, lang)]
    if not notes:
        return message(lang, "reason", body=body)
    return message(lang, "reason-noted", body=body, notes=message(lang, "note-joiner").join(notes))


def _there(cell: Any) -> bool:
    return not pd.isna(cell)


def _yes(cell: Any) -> str:
    return "yes" if _there(cell) and bool(cell) else "no"


def _shown(value: float, decimals: int, unit: str, lang: str) -> str:
    return show(value, decimals, unit)[lang == "en"]


def _said(row: Row, lang: str) -> str:
    """Say the value and its year."""
    if not _there(row["value"]):
        return message(lang, "said-none")
    value = _shown(row["value"], int(row["value_decimals"]), row["unit"], lang)
    if row["operator"] == "cumulative":
        return message(lang, "said-sum", first=str(row["first_year"]), year=str(row["value_year"]), value=value)
    return message(lang, "said", year=str(row["value_year"]), value=value)


def _digits(row: Row) -> int:
    return max(int(row["decimals"]), int(row["value_decimals"]) if _there(row["value_decimals"]) else 0)


def _speeds(row: Row, lang: str) -> str:
    """Say the change needed a year, and the one observed."""
    needed, observed, digits = row["needed_per_year"], row["observed_per_year"], _digits(row) + 1
    if not _there(needed) or not _there(observed):
        return ""
    flat = not text(abs(observed), digits).strip("0.")
    return message(
        lang,
        "speeds",
        need_up=_yes(needed >= 0),
        need=amount(needed, digits, row["unit"])[lang == "en"],
        way="flat" if flat else "up" if observed > 0 else "down",
        observed=amount(observed, digits, row["unit"])[lang == "en"],
    )


def _level(row: Row, lang: str) -> str:
    return shortest(float(row["target"]), str(row["unit"]))[lang == "en"]


def _way(row: Row, lang: str) -> dict[str, str]:
    """Return what a sentence on the way, or the room, from the base to the target names."""
    base, level, share, tau = (float(row[name]) for name in ("base_value", "target", "c", "tau"))
    return {
        "said": _said(row, lang),
        "start": str(row["base_year"]),
        "end": str(row["path_end"]),
        "target_year": str(row["target_year"]),
        "path": str(row["path"]) or "linear",
        "even": _shown(float(row["path_value"]), _digits(row), row["unit"], lang),
        "level": _level(row, lang),
        "up": _yes(level > base),
        "away": _yes(share < 0),
        "use": "none" if share <= 0 else "broken" if share > 1 else "part",
        "done": percent(share),
        "time": percent(tau),
        "speeds": _speeds(row, lang),
    }


def _verdict(row: Row, lang: str) -> dict[str, str]:
    lost = once = ""
    if _there(row["lost_year"]):
        value = _shown(row["lost_value"], int(row["lost_decimals"]), row["unit"], lang)
        lost = message(lang, "verdict-lost", year=str(row["lost_year"]), value=value)
    if _there(row["once_year"]):
        once = message(lang, "verdict-once", year=str(row["once_year"]))
    return {**_asked(row, lang), "met": _yes(row["met"]), "lost": lost, "once": once}


def _text(row: Row, lang: str) -> str:
    return target_text(str(row["target_text"]), row, lang)


def _asked(row: Row, lang: str) -> dict[str, str]:
    return {"said": _said(row, lang), "target_year": str(row["target_year"]), "text": _text(row, lang)}


def _kept(row: Row, lang: str) -> dict[str, str]:
    """Return what a sentence on a level that is kept or not names."""
    if _there(row["level_year"]):
        kept = message(lang, "level-of-year", year=str(row["level_year"]), text=str(row["level_text"]))
    else:
        kept = message(lang, "level-of-target", text=_text(row, lang))
    return {"said": _said(row, lang), "kept": kept}


def _rising(row: Row, lang: str) -> dict[str, str]:
    first, last = int(row["first_year"]), int(row["last_year"])
    return {
        "first": str(first),
        "last": str(last),
        "count": str(last - first),
        "right": str(row["right"]),
        "higher": _yes(row["better"] == "higher"),
        "wrong": spans(row["wrong_years"], lang) or "none",
        "unknown": spans(row["unknown_years"], lang) or "none",
    }


def _gaps(row: Row, lang: str) -> dict[str, str]:
    return {"unknown": spans(row["unknown_years"], lang)}


def _not_begun(row: Row, lang: str) -> dict[str, str]:
    return {"text": _text(row, lang), "begin": str(int(row["first_year"]) + 1)}


def _relative(row: Row, lang: str) -> dict[str, str]:
    other = _shown(row["other_value"], int(row["other_decimals"]), row["unit"], lang)
    return {"said": _said(row, lang), "met": _yes(row["met"]), "other": other}


def _rank(row: Row, lang: str) -> dict[str, str]:
    return {"year": str(row["value_year"]), "rank": f"{row['other_value']:g}", "wanted": f"{row['target']:g}"}


def _missing(row: Row, lang: str) -> dict[str, str]:
    """Return the years without a figure, and the last one that has one."""
    if not _there(row["known_year"]):
        return {"known": "none", "missing": ""}
    known, last = int(row["known_year"]), min(int(row["year"]), int(row["target_year"]))
    return {"known": str(known), "missing": spans(tuple(range(known + 1, last + 1)), lang)}


def _nothing(row: Row, lang: str) -> dict[str, str]:
    return {}


_FIXED = (
    "no_reference", "no_rank", "no_number", "no_value", "no_value_at_milestone", "no_time", "base_missing", "break",
    "estimated", "assumed",
)  # fmt: skip
"""Reasons that are the same sentence for every row, after the value if there is one."""
_BODY: dict[str, tuple[str, Callable[[Row, str], dict[str, str]]]] = {
    **{code: (f"reason-{code}", _way) for code in ("climb", "budget", "sum")},
    **dict.fromkeys(("met", "not_met", "sum_verdict"), ("reason-verdict", _verdict)),
    **{code: (f"reason-{code}", _asked) for code in ("early", "beyond")},
    **{code: (f"reason-{code}", _kept) for code in ("kept", "was_kept", "lost")},
    **{code: (f"reason-{code}", _nothing) for code in _FIXED},
    "no_value": ("reason-no_value", _missing),
    "gaps": ("reason-gaps", _gaps),
    "rising": ("reason-rising", _rising),
    "not_begun": ("reason-not_begun", _not_begun),
    "relative": ("reason-relative", _relative),
    "rank": ("reason-rank", _rank),
}
"""Code of a reason → its message, and what that names."""


def _provenance(row: Row, lang: str) -> list[str]:
    """Say where a value that is not the observation of the year comes from."""
    if not _there(row["value"]) or row["kind"] == "rising" or row["reason"] in ("estimated", "assumed"):
        return []
    wanted, notes = min(int(row["year"]), int(row["target_year"])), []
    if int(row["value_year"]) < wanted:
        notes.append(message(lang, "note-stands-in", wanted=str(wanted), year=str(row["value_year"])))
    status, assumed = row["value_status"], bool(row["assumed"])
    if status == "projected":
        kind = "assumed-value" if assumed else "median" if bool(row["drawn"]) else "projected"
        notes.append(message(lang, f"note-{kind}"))
    elif assumed:
        notes.append(message(lang, "note-assumed-ahead"))
    if status == "assumed":
        notes.append(message(lang, "note-assumption"))
    if row["value_confidence"] in ("medium", "low"):
        notes.append(message(lang, f"note-confidence-{row['value_confidence']}"))
    return notes


def _lack(row: Row, lang: str) -> list[str]:
    """Say why a rated value has no pace."""
    unrated = row["reason"] in _FIXED
    return [] if unrated or not row["lack"] else [message(lang, f"note-{row['lack']}")]


def _former(row: Row, lang: str) -> list[str]:
    """Say what earlier versions of the plan asked for, if it was something else."""
    return [message(lang, "note-former", version=version, text=printed) for version, printed in row["former"]]
