"""Small invented tables of what is attainable, required and excluded, as the verbs of feasibility return them."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from popmodel.feasibility.answers import Feasibility
from popmodel.scenario.limits import Limits

NAMES = {
    "resident_population": ("常住人口", "Resident population", "10k_persons", 1),
    "share_60_plus": ("老龄化率（60岁及以上）", "Share of residents aged 60 and over (residents)", "percent", 1),
    "main_centre_share": ("主中心占比", "Main centre's share", "percent", 2),
    "sub_centre_share": ("副中心占比", "Sub-centre's share", "percent", 2),
}
PEERS = {"limits_zh": "可比城市", "limits_en": "comparable cities"}


@dataclass(frozen=True)
class Proved:
    """A certificate."""

    margin: Fraction = Fraction(1, 3)
    binding: tuple[str, ...] = ("district_rate", "class_share")
    times: dict[str, float] = field(default_factory=lambda: {"district_rate": 1.234, "city_rate": np.nan})
    fragile: bool = False
    milestones: tuple[tuple[str, int], ...] = ()


def aim(indicator: str, year: int, operator: str, target: float) -> dict[str, Any]:
    zh, en, unit, decimals = NAMES[indicator]
    sign = {"below": "<", "above": ">", "reach": "", "rising": "逐年提高"}[operator]
    return {
        "number": list(NAMES).index(indicator) + 1, "target": f"{indicator} {year}", "indicator": indicator,
        "name_zh": zh, "name_en": en,
        "year": year, "text": sign + ("" if operator == "rising" else f"{target:g}"),
        "operator": operator, "value": target, "unit": unit, "decimals": decimals, "level": target,
        "from": -np.inf if operator == "below" else target, "to": target if operator == "below" else np.inf,
    }  # fmt: skip


OLD = aim("share_60_plus", 2035, "below", 26.0)
MAIN = aim("main_centre_share", 2035, "above", 65.0)
SUB = aim("sub_centre_share", 2035, "above", 19.0)
MANY = aim("resident_population", 2030, "reach", 100.0)


def conflicts(*sets: list[tuple[dict[str, Any], float]], proofs: list[Proved] | None = None) -> pd.DataFrame:
    """A row a conflict × target, each with the best value that the others leave to it."""
    given = sets or ([(OLD, 26.94)], [(MAIN, 64.385), (SUB, 18.467)])
    table = pd.DataFrame(
        [{"conflict": n, **row, "best_given_others": best} for n, one in enumerate(given, 1) for row, best in one]
    )
    keys = [(str(row["indicator"]), int(row["year"])) for row in (one[-1][0] for one in given)]
    table.attrs = {
        "limits": "peers", **PEERS, "complete": True, "give_up": [keys, keys],
        "certificates": proofs or [Proved() for _ in given],
    }  # fmt: skip
    return table


def ranges() -> pd.DataFrame:
    """Three sets of limits around one reference."""
    parts = []
    for name, zh, en, wide in (
        ("own", "本市", "own record", 0.5), ("peers", "可比城市", "comparable cities", 1.0),
        ("fastest", "最快", "the fastest", 2.0),
    ):  # fmt: skip
        for row, middle, half in ((OLD, 29.5, 2.5), (MAIN, 60.0, 6.0), (MANY, 98.0, 6.0)):
            least, most = middle - wide * half, middle + wide * half
            good = least < row["level"] if row["operator"] == "below" else most >= row["level"]
            parts.append({"limits": name, "limits_zh": zh, "limits_en": en, **row, "least": least, "most": most,
                          "reference": middle, "attainable": good})  # fmt: skip
    return pd.DataFrame(parts)


def required() -> pd.DataFrame:
    """Three schedules; one number is far beyond the others, one target is met, one by no number."""
    numbers = {
        "model": (320e3, None, 50e3), "under_60": (200e3, None, 50e3), "residents": (5e6, None, 51e3),
    }  # fmt: skip
    rows = []
    for schedule, values in numbers.items():
        for row, value in zip((OLD, MAIN, MANY), values, strict=True):
            status = "none" if value is None else "found"
            number = np.nan if value is None else value
            rows.append({**row, "schedule": schedule, "path": "even", "net_migration": number, "status": status,
                         "times_best_year": number / 100e3})  # fmt: skip
    both = {"indicator": "", "name_zh": "", "name_en": "", "text": "", "operator": "", "target": "all"}
    rows += [{**row, **both} for row in rows if row["indicator"] == "share_60_plus"]
    table = pd.DataFrame(rows)
    table["bound"], table["best_year"], table["scenario"] = "least", 100e3, "trend"
    table.attrs = {"first_open_year": 2025}
    return table


def answers() -> Feasibility:
    """What an invented plan would take, as one record; nothing of it is worked out."""
    inside = Limits(
        "peers", (-30.0, 30.0), {"60+": 0.0, "other": 30.0},
        {"district_rate": "censuses", "class_loss": "assumed", "city_rate": "censuses", "class_share": "assumed",
         "yearly_change": "own", "register_entries": "own", "centre_drift": "assumed"},
        city_rate=(0.0, 20.0), class_share={"0-14": (0.05, 0.25)}, yearly_change=5.9,
        register_entries=(-5e4, 3.62e4), centre_drift=0.1, zh="可比城市", en="comparable cities",
    )  # fmt: skip
    spans = ranges()
    spans = spans[spans["limits"] == "peers"].reset_index(drop=True)
    spans.attrs = {"not_modelled": {("registered_population", 2030): "register", ("total_fertility", 2030): "assumed"}}
    found = conflicts()
    found.attrs["targets"] = [("share_60_plus", 2035), ("main_centre_share", 2035), ("sub_centre_share", 2035)]
    return Feasibility({"peers": inside}, "peers", None, spans, required(), found)  # type: ignore[arg-type]


def frontier(slope: float = 1.2) -> pd.DataFrame:
    """Eleven caps; the more come the lower the share."""
    caps = np.linspace(0.0, 40.0, 11)
    names = {"limits": "peers", **PEERS}
    table = pd.DataFrame(
        [{**OLD, **names, "city_rate": cap, "migrants": 1e4 * cap, "best": 30.0 - 0.1 * slope * cap, "reference": 29.0}
         for cap in caps]
    )  # fmt: skip
    table["met"] = table["best"] < 26.0
    return table


def isoquants() -> pd.DataFrame:
    """One target that more births ease, one that they make harder and that asks for fewer."""
    lines = ((OLD, 400e3, -90e3, "least"), (MAIN, 200e3, 80e3, "most"))
    table = pd.DataFrame(
        [{**row, "fertility": times, "net_migration": at + by * times, "bound": bound, "reference": 70e3}
         for times in (0.5, 1.0, 1.5, 2.0) for row, at, by, bound in lines]
    )  # fmt: skip
    table.attrs = {"first_open_year": 2025}
    return table
