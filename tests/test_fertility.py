import numpy as np
import pytest

from popmodel.demography.fertility import (
    extended_total_fertility,
    fertility_pattern,
    fertility_schedule,
    implied_total_fertility,
)
from popmodel.schema import SchemaError

PERCENT = [0.0, 10.0, 40.0, 30.0, 15.0, 5.0, 0.0]
LOWER = [10, 15, 20, 25, 30, 35, 40]


def test_pattern_keeps_the_share_of_each_group() -> None:
    pattern = fertility_pattern(PERCENT, LOWER)
    assert pattern.sum() == pytest.approx(1)
    assert np.add.reduceat(pattern, [0, *LOWER, 45])[1:-1] * 100 == pytest.approx(PERCENT)
    assert pattern[:10].sum() == pattern[45:].sum() == 0


def test_implied_fertility_inverts_the_schedule() -> None:
    pattern = fertility_pattern(PERCENT, LOWER)
    women = np.linspace(5000, 1000, 101)
    births = (women * fertility_schedule(1.3, pattern)).sum()
    assert implied_total_fertility(births, women, pattern) == pytest.approx(1.3)


def test_extended_total_fertility_by_hand() -> None:
    # 400 children, 1,500 women 15-49 of whom 450 (30 %) are 25-34: (10.65 − 12.55·0.3)·400/1500 = 1.836
    assert extended_total_fertility(400, 1500, 450) == pytest.approx((10.65 - 3.765) * 400 / 1500)


def test_negative_shares_are_refused() -> None:
    with pytest.raises(SchemaError, match="shares must not be negative"):
        fertility_pattern([-1.0, 2.0], [15, 20])
