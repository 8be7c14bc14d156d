"""docs/assumptions.md prints measured figures; they must be those that the code gives."""

from pathlib import Path

import pytest
import xarray as xr

import popmodel as pm

TEXT = (Path(__file__).parents[1] / "docs" / "assumptions.md").read_text(encoding="utf-8")


def test_printed_figures_are_the_measured_ones(census: xr.Dataset, base: xr.Dataset) -> None:
    quality = pm.census_quality(census).set_index(["area", "measure"])["value"]
    share = 100 * base.death_factor
    resident = base.resident_total_fertility
    settled = pm.settlement_check(census).set_index(["year", "area"])["model"]
    deaths = pm.calibrate_mortality(base).set_index("year")
    printed = [
        f"is {quality.loc[('330300', 'age_sex_accuracy')]:.1f}\nin 2020",
        f"{float(share.sel(observed_year=2021)) / 100:.3f} in 2021, "
        f"{float(share.sel(observed_year=2022)) / 100:.3f} in 2022",
        f"{deaths.loc[2021, 'factor']:.3f}, {deaths.loc[2022, 'factor']:.3f} and {deaths.loc[2023, 'factor']:.3f}",
        f"{float(resident.sel(fertility_year=2020)):.3f} (2020)",
        f"{float(resident.sel(fertility_year=2023)):.3f} (2023)",
        f"{settled.loc[(2021, '330300')]:.2f} % in 2021",
        f"{settled.loc[(2023, '330300')]:.2f} in 2023",
    ]
    assert [words for words in printed if words not in TEXT] == []


def test_every_row_says_where_it_comes_from() -> None:
    """A row of a table of assumptions names a source or says *assumed* in its second column."""
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and line.count("|") in (4, 5)]
    bare = [row for row in rows if not row.split("|")[2].strip(" –-")]
    assert len(rows) > 25
    assert not bare


@pytest.mark.parametrize("name", ["rake", "census_survival", "calibrate_mortality", "settlement_check"])
def test_named_functions_exist(name: str) -> None:
    assert f"`{name}`" in TEXT
    assert callable(getattr(pm, name))
