"""The risk of a worse rating, against the scorer on each draw's value."""

import numpy as np
import pandas as pd
import pytest

import popmodel as pm
from tests.drawn import CITY, drawn, plan

SHARES = np.round(np.random.default_rng(8).normal(18.6, 0.3, 400), 4)


def seen(*values: tuple[int, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"indicator": "share", "area": CITY, "year": year, "value": value, "unit": "percent", "decimals": 1,
             "basis": "census", "status": "source", "published": str(year + 1), "publication": "invented",
             "chosen": ""}
            for year, value in values
        ]
    )  # fmt: skip


TARGETS = plan(
    {"operator": "below", "value": 20.0, "year": 2025, "text": "<20"},
    {"operator": "below", "value": 24.0, "year": 2030, "text": "<24"},
    {"operator": "rising", "better": "higher", "year": 2035, "version": "2"},
)
OBSERVED = seen((2020, 16.5), (2021, 17.0), (2022, 17.7))
ORDER = ["met", "ahead", "on_track", "nearly", "behind", "moving_away", "not_met"]


def test_each_draw_is_rated_as_the_scorer_would() -> None:
    values = drawn(years=[2022, 2023], until=2022, share=np.stack([np.full(400, 17.72), SHARES], axis=1))
    risk = pm.rating_risk(values, TARGETS, OBSERVED, year=2022)
    now = pm.score(TARGETS, observed=OBSERVED, year=2022)["rating"].tolist()
    assert risk["rating"].tolist() == now
    counts = pd.Series([f"{share:.1f}" for share in SHARES]).value_counts(normalize=True)
    worse = np.zeros(3)
    for text, part in counts.items():
        table = pd.concat([OBSERVED, seen((2023, float(str(text))))], ignore_index=True)
        later = pm.score(TARGETS, observed=table, year=2023)["rating"]
        worse += [part * (ORDER.index(b) > ORDER.index(a)) for a, b in zip(now, later, strict=True)]
    assert 0 < worse[0] < 1  # some draws change the rating, and some do not
    assert risk["probability"].tolist() == pytest.approx(worse.tolist())
    assert risk["offset"].tolist() == pytest.approx([0.02] * 3)
    assert risk["next_year"].eq(2023).all()


def test_at_the_milestone_behind_becomes_not_met() -> None:
    observed = seen((2020, 16.5), (2023, 19.3), (2024, 19.9))
    now = pm.score(TARGETS, observed=observed, year=2024)["rating"].tolist()
    values = drawn(years=[2025], until=2024, share=np.repeat([19.9, 20.1], 200))
    risk = pm.rating_risk(values, TARGETS, observed, year=2024, variants={"other": drawn(years=[2025], share=SHARES)})
    first = risk.iloc[0]
    assert (first["milestone"], first["rating"]) == (2025, now[0])
    assert first["probability"] == 0.5
    assert (first["lowest"], first["lowest_variant"], first["highest"]) == (0.0, "other", 0.5)
    assert np.isnan(first["offset"])  # 2024 was not drawn


def test_what_has_no_rating_or_no_draws_has_no_risk() -> None:
    values = drawn(years=[2023], other=SHARES)
    risk = pm.rating_risk(values, TARGETS, OBSERVED, year=2022)
    assert set(risk["basis"]) == {"not_modelled"}
    assert risk["probability"].isna().all()
    nothing = pm.rating_risk(drawn(years=[2021], share=SHARES), TARGETS, OBSERVED, year=2022)
    assert set(nothing["basis"]) == {"beyond"}
    past = pm.rating_risk(values, plan({"value": 20.0, "year": 2021}), OBSERVED, year=2022)
    assert past.empty
