import numpy as np
import pytest

from popmodel.demography.registered import entries_to_reach, project_registered
from popmodel.demography.settlement import centre_share, urban_growth_difference, urban_share
from popmodel.demography.trend import extrapolate
from popmodel.schema import SchemaError


def test_growth_difference_is_that_of_urban_over_rural() -> None:
    # 60 of 100 urban grows to 75 of 100 in ten years: the ratio urban/rural doubles from 1.5 to 3.
    rate = urban_growth_difference(0.60, 0.75, 10, ceiling=1.0)
    assert rate == pytest.approx(np.log(2) / 10)
    assert urban_share(0.60, rate, [10, 20], ceiling=1.0) == pytest.approx([0.75, 6 / 7])


def test_urban_share_never_passes_its_ceiling() -> None:
    path = urban_share(0.70, 0.5, np.arange(100), ceiling=0.9)
    assert (np.diff(path) >= 0).all()
    assert path.max() <= 0.9
    assert urban_growth_difference(1.0, 1.0, 5, ceiling=1.0) == 0
    with pytest.raises(SchemaError, match=r"urban share 0\.95 lies outside 0 … 0\.9"):
        urban_share(0.95, 0.0, 1, ceiling=0.9)


def test_centres_gain_only_in_districts_that_lie_partly_in_them() -> None:
    path = centre_share([[1.0, 0.0], [0.5, 0.0], [0.0, 0.4]], [0.01, -0.02], 10.0)
    assert path[0] == pytest.approx([1, 0])
    assert path[1] == pytest.approx([1 - 0.5 * np.exp(-0.1), 0])
    assert path[2] == pytest.approx([0, 0.4 * np.exp(-0.2)])


def test_register_by_hand() -> None:
    # 1,000 · 1.01 + 50 = 1,060; 1,060 · 0.99 + 50 = 1,099.4
    assert project_registered(1000.0, [0.01, -0.01], net_entries=[50.0, 50.0]) == pytest.approx([1000, 1060, 1099.4])
    assert entries_to_reach(1000.0, [0.01, -0.01], target=1099.4) == pytest.approx(50)


def test_extrapolate_methods() -> None:
    seen = {2021: 1.0, 2022: 3.0, 2023: 5.0}
    years = range(2021, 2026)
    assert extrapolate(seen, years, method="last") == pytest.approx([1, 3, 5, 5, 5])
    assert extrapolate(seen, years, method="mean") == pytest.approx([1, 3, 5, 3, 3])
    assert extrapolate(seen, years, method="linear") == pytest.approx([1, 3, 5, 7, 9])


@pytest.mark.parametrize(
    ("series", "years", "method", "message"),
    [
        ({2021: 1.0}, [2022], "guess", "method 'guess' is not known"),
        ({}, [2022], "last", "series is empty"),
        ({2021: 1.0, 2023: 1.0}, [2022], "last", "no value for 2022, before the last observation"),
        ({2021: 1.0, 2022: 1.0}, [2023], "linear", "needs three observations, given 2"),
    ],
)
def test_extrapolate_refuses(series: dict[int, float], years: list[int], method: str, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        extrapolate(series, years, method=method)
