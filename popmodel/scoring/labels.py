"""The words of every method in Chinese and English, and whether they are good news."""

from typing import NamedTuple


class Label(NamedTuple):
    """A label in two languages; `level` is 2 as it should be, 1 progress but too slow, 0 none or away, −1 no rating."""

    zh: str
    en: str
    level: int


_NONE = Label("无法评估", "not assessable", -1)

LABELS: dict[str, dict[str, Label]] = {
    "pace": {
        "met": Label("已实现", "met", 2),
        "ahead": Label("快于预期", "ahead", 2),
        "on_track": Label("符合预期", "on track", 2),
        "nearly": Label("基本符合预期", "nearly on track", 2),
        "behind": Label("滞后", "behind", 1),
        "moving_away": Label("背离", "moving away", 0),
        "not_met": Label("未实现", "not met", 0),
        "not_assessable": _NONE,
    },
    "eurostat": {
        "significant_progress": Label("显著进展", "significant progress", 2),
        "moderate_progress": Label("中等进展", "moderate progress", 1),
        "insufficient_progress": Label("进展不足", "insufficient progress", 1),
        "movement_away": Label("偏离目标", "movement away", 0),
        "not_available": _NONE,
    },
    "statcan": {
        "target_achieved": Label("目标已实现", "target achieved", 2),
        "substantial_progress": Label("进展显著", "substantial progress", 2),
        "moderate_progress": Label("进展中等", "moderate progress", 1),
        "limited_progress": Label("进展有限", "limited progress", 1),
        "deterioration": Label("恶化", "deterioration", 0),
        "not_available": _NONE,
    },
    "unsd": {
        "on_track": Label("步入正轨", "on track", 2),
        "fair_progress": Label("有进展但需加快", "fair progress", 1),
        "stagnation": Label("停滞", "stagnation", 0),
        "regression": Label("倒退", "regression", 0),
        "not_available": _NONE,
    },
    "escap": {
        "on_track": Label("保持", "on track", 2),
        "accelerate": Label("需加快", "accelerate", 1),
        "reverse": Label("需扭转", "reverse", 0),
        "not_available": _NONE,
    },
    "sdsn": {
        "on_track": Label("步入正轨", "on track", 2),
        "moderately_improving": Label("适度改善", "moderately improving", 1),
        "stagnating": Label("停滞", "stagnating", 0),
        "decreasing": Label("下降", "decreasing", 0),
        "not_available": _NONE,
    },
    "destatis": {
        "sun": Label("晴", "sun", 2),
        "sun_cloud": Label("晴间多云", "sun behind cloud", 2),
        "cloud": Label("多云", "cloud", 1),
        "storm": Label("雷雨", "storm", 0),
        "none": _NONE,
    },
}
"""Method → label → words. The level follows the institute's own reading: Destatis counts sun and sun with cloud as on
track; the mid-term reviews count 基本符合预期 as passed."""

METHODS = tuple(LABELS)
EMPTY = {"pace": "not_assessable", "destatis": "none"}
"""What a method says when it cannot say anything, where that is not `not_available`."""
