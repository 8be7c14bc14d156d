"""Departures as rates, in each timing, against a step worked by hand."""

import numpy as np
import pytest

from popmodel.kernel import project_path


@pytest.mark.parametrize(
    ("timing", "second", "last"),
    [
        # of 100 at each age 10 leave: at the end 100·0.9 − 10; half before and half after (95·0.9 − 5);
        # of the survivors a tenth, 100·0.9·0.9. The open age takes two ages' survivors.
        ("end", 80.0, 170.0),
        ("even", 80.5, 166.0),
        ("multiregional", 81.0, 162.0),
    ],
)
def test_departure_rates(timing, second, last):
    path = project_path(
        np.full((1, 2, 4), 100.0), np.full((1, 1, 4), 0.1), np.full((1, 1, 2, 4), 0.9), np.full((1, 1), 1.05),
        np.zeros((1, 1, 2, 4)), departure_rate=np.full((1, 1, 2, 4), 0.1), timing=timing,
    )  # fmt: skip
    assert path.population[1, 0, 0, 1] == pytest.approx(second)
    assert path.population[1, 0, 0, 3] == pytest.approx(last)
    change = path.births.sum() - path.deaths.sum() + path.net_migration.sum()
    assert path.population[1].sum() - path.population[0].sum() == pytest.approx(change)
