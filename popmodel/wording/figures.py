"""Figures, units and years as they are written in Chinese and in English."""

from collections.abc import Sequence

from popmodel.schema import UNITS
from popmodel.scoring.precision import text
from popmodel.wording.messages import both, message

Pair = tuple[str, str]
"""The same in Chinese and in English."""
_SIGNS = ("percent", "per_mille", "km", "km2")
"""Units that follow a figure in English too; others stand with the name."""


def show(value: float, decimals: int, unit: str) -> Pair:
    """Return a value with its unit; in English only with a short one."""
    printed = text(value, decimals)
    if unit == "per_100k":
        return both("figure-per_100k", figure=printed)
    return printed + UNITS[unit].zh, printed + (UNITS[unit].en if unit in _SIGNS else "")


def shortest(value: float, unit: str) -> Pair:
    """Return a value with no more digits than it has, with its unit."""
    return show(value, len(f"{value:.12g}".partition(".")[2]), unit)


def amount(value: float, decimals: int, unit: str) -> Pair:
    """Return a change without its sign; of shares in points."""
    if unit in ("percent", "per_mille"):
        return both(f"amount-{unit}", figure=text(abs(value), decimals))
    return show(abs(value), decimals, unit)


def percent(share: float) -> str:
    """Return a share in whole percent, without the sign."""
    return text(100 * share, 0)


def spans(years: Sequence[int], lang: str) -> str:
    """Return years as a list, runs of three and more as from–to."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    texts = [
        [str(year) for year in run]
        if len(run) < 3
        else [message(lang, "years-run", first=str(run[0]), last=str(run[-1]))]
        for run in runs
    ]
    return message(lang, "list-joiner").join(each for run in texts for each in run)
