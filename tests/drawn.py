"""Invented draws: an indicator as a number for every draw, or as a path."""

import numpy as np
import pandas as pd
import xarray as xr

CITY = "900000"


def drawn(
    until: int | None = None, years: list[int] | None = None, unit: str = "percent", **paths: object
) -> xr.Dataset:
    """Values (draw, year, area) of one city; each path is (draw,) or (draw, year)."""
    when = years or [2030]
    data = {}
    for name, path in paths.items():
        cube = np.asarray(path, dtype=float)
        cube = np.repeat(cube[:, None], len(when), axis=1) if cube.ndim == 1 else cube
        data[name] = (("draw", "year", "area"), cube[..., None], {"unit": unit, "decimals": 1})
    attrs = {"city": CITY} | ({} if until is None else {"observed_until": until})
    return xr.Dataset(data, coords={"year": when, "area": [CITY]}, attrs=attrs)


def plan(*rows: dict[str, object]) -> pd.DataFrame:
    """Targets with the columns that the scorer reads."""
    blank = {
        "indicator": "share", "number": 1, "name_zh": "份额", "name_en": "Share", "year": 2030, "operator": "below",
        "value": np.nan, "lower": np.nan, "upper": np.nan, "unit": "percent", "tolerance": np.nan, "decimals": 1,
        "better": "lower", "text": "", "base_year": 2020, "base_value": 20.0, "base_text": "", "start_year": pd.NA,
        "reference": "", "version": "1", "source": "invented",
    }  # fmt: skip
    return pd.DataFrame([blank | row for row in rows])
