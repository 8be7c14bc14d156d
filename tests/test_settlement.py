from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.demography.registered import entries_to_reach, project_registered
from popmodel.demography.settlement import (
    centre_share,
    urban_growth_difference,
    urban_record,
    urban_share,
    urban_split,
)
from popmodel.demography.trend import extrapolate
from popmodel.scenario.settlement import settlement_paths
from popmodel.schema import SchemaError
from popmodel.wording.settlement import settlement_sentences
from tests.invented import write_city

NONE = np.nan
YEARS = list(range(2020, 2036))


def paths_of(base: xr.Dataset, **shifts: float) -> xr.Dataset:
    return settlement_paths(base, shifts, YEARS, "").assign_coords(district=base["district"].to_numpy())


def test_record_passes_through_what_is_published_and_meets_the_city() -> None:
    seen = [[0.60, 0.50, 0.40], [NONE, 0.52, NONE], [0.66, 0.54, NONE]]
    weights = np.array([[100.0, 100.0, 200.0]] * 3)
    # The third district carries on at 0.01 a year; the city says that it has grown by 2 points a year.
    record = urban_record(seen, [0.1, 0.04, 0.01], weights, [NONE, NONE, 0.52], ceiling=1.0)
    known = np.isfinite(seen)
    assert record.shares[known] == pytest.approx(np.array(seen)[known], abs=0)
    # (0.66 + 0.54 + 2x) / 4 = 0.52
    assert record.shares[2, 2] == pytest.approx(0.44, abs=1e-9)
    assert record.difference[2] == pytest.approx(0, abs=1e-9)
    assert 0.60 < record.shares[1, 0] < 0.66
    # It goes there straight on the logit, not in a jump in the last year.
    odds = np.log(record.shares[:, 2] / (1 - record.shares[:, 2]))
    assert odds[1] - odds[0] == pytest.approx(odds[2] - odds[1])
    # Half of the last printed digit is enough.
    loose = urban_record(seen, [0.1, 0.04, 0.01], weights, [NONE, NONE, 0.52], slack=0.005)
    assert loose.difference[2] == pytest.approx(0.005, abs=1e-9)


def test_record_turns_no_district_against_its_direction() -> None:
    seen = [[0.60, 0.40], [0.62, NONE]]
    weights = np.ones((2, 2))
    record = urban_record(seen, [0.1, 0.05], weights, [0.5, 0.45], ceiling=1.0)
    assert record.shares[1] == pytest.approx([0.62, 0.40])
    # What cannot be met is told: 0.45 − (0.62 + 0.40) / 2.
    assert record.difference == pytest.approx([0.0, -0.06])
    # A district that cannot be carried on leaves the city's mean unknown, and the others as they are.
    unknown = urban_record(seen, [0.1, NONE], weights, [0.5, 0.45], ceiling=1.0)
    assert np.isnan(unknown.shares[1, 1])
    assert unknown.shares[1, 0] == 0.62


def test_centres_hold_the_urban_people_first() -> None:
    split = urban_split([[0.7, 0.0], [0.3, 0.0], [1.0, 0.0], [0.4, 0.4]], [0.5, 0.5, 0.5, 0.5])
    assert split.urban == pytest.approx(np.array([[1.0, 0], [0.6, 0], [1, 0], [0.5, 0.5]]))
    assert split.rural == pytest.approx(np.array([[0.4, 0], [0, 0], [1, 0], [0.3, 0.3]]))
    alike = urban_split([0.7, 0.1], 0.5, concentration=0.0)
    assert alike.urban == pytest.approx([0.7, 0.1])
    assert alike.rural == pytest.approx([0.7, 0.1])
    for urban, concentration in ((0.0, 1.0), (0.5, 1.0), (1.0, 1.0), (0.5, 0.3)):
        one = urban_split([0.7, 0.1], urban, concentration=concentration)
        assert one.urban * urban + one.rural * (1 - urban) == pytest.approx([0.7, 0.1])


def test_no_district_goes_against_what_is_published(base: xr.Dataset, census: xr.Dataset) -> None:
    """Ouhai's share fell between the censuses and rises since (83.3, 83.8, 84.9 %): it must not fall again."""
    path = paths_of(base).urban_share
    seen = census["published_urban_share"].isel(area=slice(1, None)).sel(published_year=slice(2021, 2023))
    for year in (2021, 2022, 2023):
        told = seen.sel(published_year=year).to_numpy()
        known = np.isfinite(told)
        assert path.sel(year=year).to_numpy()[known] == pytest.approx(told[known], abs=1e-12)
    # All that is published of the shipped city rises, or stays.
    assert (np.diff(path.to_numpy(), axis=0) >= 0).all()
    assert float(path.sel(year=2035, district="330304")) > 0.849
    # The split unit's pace is Longgang's, not that of Cangnan: 71.5 % in 2023.
    assert float(path.sel(year=2035, district="330327")) < 0.85
    stock = base["observed_stock"].sel(observed_year=2023).to_numpy()
    assert np.average(path.sel(year=2023), weights=stock) == pytest.approx(0.747, abs=0.0005 + 1e-9)


def test_a_direction_that_turned_is_held(census: xr.Dataset) -> None:
    turned = census.copy(deep=True)
    turned["published_urban_share"].loc[{"published_year": 2023, "area": "330324"}] = 0.56
    base = pm.estimate_base(turned, observed_until=2023)
    # 55.5 in the census, 56.5, 58.0 and 56.0 since: up on the whole, down at last.
    path = paths_of(base).urban_share.sel(district="330324")
    assert path.sel(year=slice(2023, None)).to_numpy() == pytest.approx(0.56)


def test_ceiling_leaves_room_for_what_is_published(census: xr.Dataset) -> None:
    with pytest.raises(SchemaError, match=r"urban_ceiling=0\.95 lies below the urban share 0\.999 of 330303 in 2021"):
        pm.estimate_base(census, urban_ceiling=0.95)
    with pytest.raises(SchemaError, match="urban_ceiling=1.2 must lie above 0 and not above 1"):
        pm.estimate_base(census, urban_ceiling=1.2)
    with pytest.raises(SchemaError, match=r"centre_concentration=-0\.1 must lie within 0 … 1"):
        pm.estimate_base(census, centre_concentration=-0.1)


def test_centres_follow_the_urban_shares_of_their_districts(base: xr.Dataset) -> None:
    paths = paths_of(base)
    main = paths.centre_share.sel(centre="main")
    start = paths.centre_share.sel(year=2020).to_numpy()
    assert start == pytest.approx(base["centre_share"].transpose("district", "centre").to_numpy(), abs=1e-12)
    # Were the centre to hold Yongjia's urban people first, the rest would go with the rural: 1 − c ∝ 1 − u.
    first = float(main.sel(district="330324", year=2020))
    rural = 1 - paths.urban_share.sel(district="330324")
    for year in (2023, 2035):
        most = 1 - (1 - first) * float(rural.sel(year=year) / rural.sel(year=2020))
        # Half-way between that and a share that is held.
        assert float(main.sel(district="330324", year=year)) == pytest.approx((first + most) / 2)
    assert (main.sel(district="330302") == 1).all()
    assert (main.sel(district="330328") == 0).all()
    held = paths_of(base.drop_vars(["centre_share_of_urban", "centre_share_of_rural"]))
    assert (held.centre_share == base["centre_share"]).all()
    shifted = paths_of(base, main=0.01).centre_share.sel(centre="main", year=2035)
    assert float(shifted.sel(district="330324")) > float(main.sel(district="330324", year=2035))


def test_a_city_without_urban_shares_holds_those_of_the_centres(tmp_path: Path) -> None:
    census = pm.read_census(write_city(tmp_path / "plain", settlement=False))
    base = pm.estimate_base(census)
    assert "completed_urban_share" not in base
    path = paths_of(base).centre_share
    assert (path == base["centre_share"]).all()


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


def test_what_was_assumed_is_said_in_plain_words(base: xr.Dataset, tmp_path: Path) -> None:
    shipped = settlement_sentences(base, "en")
    assert shipped[0] == "Urban shares go through every published figure and on with the pace since the census."
    assert shipped[-2].startswith("What is said of the centres hangs on assumed shares: Lucheng")
    assert "Longgang" not in shipped[-2]
    assert shipped[-1] == "No students, soldiers or others are held apart: everybody ages."
    assert len(settlement_sentences(base, "zh")) == len(shipped)
    two = pm.estimate_base(pm.read_census(write_city(tmp_path / "two", observed=False)))
    assert settlement_sentences(two, "en")[0].endswith("the pace between the two censuses is carried on.")
    once = pm.estimate_base(pm.read_census(write_city(tmp_path / "once", observed=False, earlier=False)))
    assert settlement_sentences(once, "en")[0] == "Urban shares are known once only, so they are not carried on."
    bare = pm.estimate_base(pm.read_census(write_city(tmp_path / "bare", settlement=False)))
    said = settlement_sentences(bare, "en")
    assert said[0] == "No urban shares are given: urbanisation is not assessable."
    assert said[1].endswith("are held, as no urban shares are given.")
    none = pm.estimate_base(pm.read_census(write_city(tmp_path / "none", settlement=False, centres=False)))
    assert settlement_sentences(none, "en")[1].startswith("No shares of districts in centres are given")
    stock = pm.fixed_stock_of(base)
    assert settlement_sentences(base.assign(fixed_stock=stock), "en")[-1] == (
        f"{float(stock.sum()):,.0f} people who stay as many and as old are held apart: Ouhai, Dongtou."
    )


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
