"""The tables of the report as CSV: the scorecard, and every indicator in long form."""

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.files.cells import marked

LONG = (
    "scenario", "indicator", "name_zh", "name_en", "area", "area_zh", "area_en", "year", "value", "unit", "status",
    "origin", "confidence", "publication",
)  # fmt: skip
"""Columns of `indicators.csv`; `origin` is projection, or the status of the observation (source, derived, assumed);
`confidence` how sure an observation is, as its table says."""
OBSERVED = "observed"


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as CSV, figures with ten significant digits.

    The byte order mark makes Excel read the file as UTF-8, so that Chinese comes out right on a double click; pandas,
    R and LibreOffice skip it. A text that a spreadsheet program would take for a formula has an apostrophe before it
    (`files.cells`), which the readers of this package take away again.
    """
    texts = table.select_dtypes(exclude=["number", "bool"]).columns
    if len(texts):
        table = table.assign(**{name: table[name].map(_text) for name in texts})
    return table.to_csv(index=False, lineterminator="\n", float_format="%.10g").encode("utf-8-sig")


def _text(value: object) -> object:
    return marked(value) if isinstance(value, str) else value


def long_table(projected: xr.Dataset, observed: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Return every value, observed and projected, one row each; what does not exist has no row.

    Parameters
    ----------
    projected : xarray.Dataset (scenario[, draw], year, area)
        As `measure` returns it; of draws the median stands here.
    observed : pandas.DataFrame
        Observations, one row an indicator, area and year.
    targets : pandas.DataFrame
        Names the indicators that only observation gives.

    Returns
    -------
    pandas.DataFrame
        With the columns `LONG`: observations first, then scenario by scenario, in the order of the catalogue.
    """
    areas = [str(code) for code in projected["area"].to_numpy()]
    names = {
        lang: dict(zip(areas, projected[f"area_{lang}"].to_numpy().astype(str), strict=True))
        if f"area_{lang}" in projected.coords
        else {}
        for lang in ("zh", "en")
    }
    parts = [_seen(observed, _names(projected, targets))]
    for scenario in projected["scenario"].to_numpy():
        for name in projected.data_vars:
            parts.append(_given(projected[name].sel(scenario=scenario), str(scenario), areas))
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    for lang in ("zh", "en"):
        table[f"area_{lang}"] = [names[lang].get(code, "") for code in table["area"]]
    return table[list(LONG)]


def _names(projected: xr.Dataset, targets: pd.DataFrame) -> dict[str, tuple[str, str]]:
    plan = zip(targets["indicator"], targets["name_zh"], targets["name_en"], strict=True)
    names = {str(indicator): (str(zh), str(en)) for indicator, zh, en in plan}
    for name, values in projected.data_vars.items():
        names[str(name)] = (str(values.attrs.get("name_zh", "")), str(values.attrs.get("name_en", "")))
    return names


def _seen(observed: pd.DataFrame, names: dict[str, tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "scenario": OBSERVED,
            "indicator": observed["indicator"],
            "name_zh": [names.get(str(name), ("", ""))[0] for name in observed["indicator"]],
            "name_en": [names.get(str(name), ("", ""))[1] for name in observed["indicator"]],
            "area": observed["area"].astype(str),
            "year": observed["year"].astype(int),
            "value": observed["value"].astype(float),
            "unit": observed["unit"],
            "status": OBSERVED,
            "origin": observed["status"],
            "confidence": observed.get("confidence", ""),
            "publication": observed["publication"],
        }
    )


def _given(values: xr.DataArray, scenario: str, areas: list[str]) -> pd.DataFrame:
    plain = values.median("draw", keep_attrs=True) if "draw" in values.dims else values
    cube = plain.transpose("area", "year").to_numpy()
    area, year = np.nonzero(np.isfinite(cube))
    return pd.DataFrame(
        {
            "scenario": scenario,
            "indicator": str(values.name),
            "name_zh": str(values.attrs.get("name_zh", "")),
            "name_en": str(values.attrs.get("name_en", "")),
            "area": np.array(areas)[area],
            "year": values["year"].to_numpy()[year].astype(int),
            "value": cube[area, year],
            "unit": str(values.attrs.get("unit", "")),
            "status": "projected",
            "origin": "projection",
            "confidence": "",
            "publication": "",
        }
    )
