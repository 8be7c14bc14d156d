"""The labels of every method, and whether they are good news."""

LEVELS: dict[str, dict[str, int]] = {
    "pace": {
        "met": 2,
        "ahead": 2,
        "on_track": 2,
        "nearly": 2,
        "behind": 1,
        "moving_away": 0,
        "not_met": 0,
        "not_assessable": -1,
    },
    "eurostat": {
        "significant_progress": 2,
        "moderate_progress": 1,
        "insufficient_progress": 1,
        "movement_away": 0,
        "not_available": -1,
    },
    "statcan": {
        "target_achieved": 2,
        "substantial_progress": 2,
        "moderate_progress": 1,
        "limited_progress": 1,
        "deterioration": 0,
        "not_available": -1,
    },
    "unsd": {
        "on_track": 2,
        "fair_progress": 1,
        "stagnation": 0,
        "regression": 0,
        "not_available": -1,
    },
    "escap": {
        "on_track": 2,
        "accelerate": 1,
        "reverse": 0,
        "not_available": -1,
    },
    "sdsn": {
        "on_track": 2,
        "moderately_improving": 1,
        "stagnating": 0,
        "decreasing": 0,
        "not_available": -1,
    },
    "destatis": {
        "sun": 2,
        "sun_cloud": 2,
        "cloud": 1,
        "storm": 0,
        "none": -1,
    },
}
"""Method → label → 2 as it should be, 1 progress but too slow, 0 none or away, −1 no rating. The level follows the
institute's own reading: Destatis counts sun and sun with cloud as on track; the mid-term reviews count 基本符合预期 as
passed."""

METHODS = tuple(LEVELS)
EMPTY = {"pace": "not_assessable", "destatis": "none"}
"""What a method says when it cannot say anything, where that is not `not_available`."""
