"""Checks of a census: age heaping, age and sex ratios; and a declared correction for those it missed."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.demography import quality
from popmodel.schema import SEXES, SchemaError, age_edges, named

Array = npt.NDArray[np.float64]
TOP = 75
"""The index of the United Nations ends with the group 70-74."""
RULES = {
    "whipple_female": (105.0, 125.0),
    "whipple_male": (105.0, 125.0),
    "age_sex_accuracy": (20.0, 40.0),
}
"""Upper limits of accurate and of fairly accurate data, as the United Nations read them (Manual II, 1955)."""


def census_quality(census: xr.Dataset) -> pd.DataFrame:
    """Report how regular the ages and sexes of a census are, for the city and every district.

    Parameters
    ----------
    census : xarray.Dataset
        From `read_census`.

    Returns
    -------
    pandas.DataFrame
        One row an area and measure: `area`, `measure`, `value` (missing where it cannot be computed), `reading`
        (accurate, fair or rough by the United Nations' limits, where it has any) and `note` (why a value is missing).
        Measures: `whipple_female`, `whipple_male`, `myers_female`, `myers_male` (single ages only), `age_ratio_female`,
        `age_ratio_male`, `sex_ratio`, `age_sex_accuracy` (five-year groups), `sex_ratio_0`, `sex_ratio_0_4` (males per
        100 females) and `sex_ratio_all`.

    Notes
    -----
    Nothing is corrected. The formulas and their sources stand with `whipple_index`, `myers_index`, `age_ratio_score`,
    `sex_ratio_score` and `age_sex_accuracy`. Districts that live on migration have irregular sex ratios without any
    error in the ages, and births that jumped make irregular age ratios: the city's row is the one to read first.

    Examples
    --------
    >>> pm.census_quality(census).columns.tolist()
    ['area', 'measure', 'value', 'reading', 'note']
    """
    groups = [str(group) for group in census["age_group"].to_numpy()]
    lower = age_edges(groups, what="census_quality: census")
    people = census["population"].transpose("district", "sex", "age_group").to_numpy()
    codes = [str(code) for code in census["district"].to_numpy()]
    whole = str(census["city"].item()) if "city" in census.coords else "all"
    if len(codes) > 1 or codes[0] != whole:
        people, codes = np.concatenate([people.sum(axis=0)[None], people]), [whole, *codes]
    single = _run(lower, 1)
    rows = []
    for area, counts in zip(codes, people, strict=True):
        for measure, (value, note) in _measures(counts, lower, single).items():
            limits = RULES.get(measure)
            reading = ""
            if limits and np.isfinite(value):
                reading = ("accurate", "fair", "rough")[int(np.searchsorted(limits, value))]
            rows.append({"area": area, "measure": measure, "value": value, "reading": reading, "note": note})
    return pd.DataFrame(rows)


def _run(lower: list[int], width: int) -> int:
    """Number of groups from the youngest up that have this width, single years from age 0."""
    closed = [high - low for low, high in pairwise(lower)]
    return next((i for i, size in enumerate(closed) if size != width), len(closed))


def _measures(counts: Array, lower: list[int], single: int) -> dict[str, tuple[float, str]]:
    nothing = float("nan")
    out: dict[str, tuple[float, str]] = {}
    for name, least, score in (("whipple", 63, quality.whipple_index), ("myers", 90, quality.myers_index)):
        for row, sex in enumerate(SEXES):
            enough = single >= least
            note = "" if enough else f"needs single ages to {least - 1}; the census gives groups"
            out[f"{name}_{sex}"] = (float(score(counts[row, :single])) if enough else nothing, note)
    edges = list(range(0, TOP + 1, 5))
    absent = [edge for edge in edges if edge not in lower]
    why = f"needs five-year groups to 70-74; no group starts at {named(absent)}" if absent else ""
    scores = dict.fromkeys(("age_ratio_female", "age_ratio_male", "sex_ratio", "age_sex_accuracy"), nothing)
    if not absent:
        at = [lower.index(edge) for edge in edges]
        women, men = np.add.reduceat(counts[:, : at[-1]], at[:-1], axis=1)
        scores["age_ratio_female"] = float(quality.age_ratio_score(women))
        scores["age_ratio_male"] = float(quality.age_ratio_score(men))
        scores["sex_ratio"] = float(quality.sex_ratio_score(women, men))
        scores["age_sex_accuracy"] = float(quality.age_sex_accuracy(women, men))
    out |= {measure: (score, why) for measure, score in scores.items()}
    for measure, high in (("sex_ratio_0", 1), ("sex_ratio_0_4", 5), ("sex_ratio_all", 0)):
        if high and high not in lower:
            out[measure] = (nothing, f"no group ends at age {high - 1}")
            continue
        part = counts[:, : lower.index(high)] if high else counts
        girls, boys = part.sum(axis=1)
        out[measure] = (100.0 * boys / girls if girls > 0 else nothing, "" if girls > 0 else "no women are counted")
    return out


def correct_undercount(census: xr.Dataset, *, factor: float | xr.DataArray) -> tuple[xr.Dataset, pd.DataFrame]:
    """Multiply the counts of a census by a declared factor, and list what that changed.

    Parameters
    ----------
    census : xarray.Dataset
        From `read_census`.
    factor : float or xarray.DataArray
        True over counted persons, 1.0 … : one number, or by any of `sex`, `age_group` and `district`, with every label
        of the census. [1]

    Returns
    -------
    census : xarray.Dataset
        The same with other counts; `population` says so in its attribute `correction`.
    audit : pandas.DataFrame
        One row a district, sex and age group that changed: `counted`, `factor`, `corrected`, `added` [persons].

    Raises
    ------
    SchemaError
        If a factor is not within 0.5 … 2, or its labels are not those of the census.

    Notes
    -----
    Only on demand: no package can know a census's undercount. `estimate_base` scales the structure to the published
    year-end stock, which rests on the census as counted; a uniform factor therefore changes no projection unless
    `year_end` is given too.

    Examples
    --------
    >>> corrected, audit = pm.correct_undercount(census, factor=1.01)
    >>> round(float(corrected["population"].sum() / census["population"].sum()), 4)
    1.01
    """
    counts = census["population"]
    by = factor if isinstance(factor, xr.DataArray) else xr.DataArray(float(factor))
    stray = [str(dim) for dim in by.dims if dim not in counts.dims]
    if stray:
        raise SchemaError(f"correct_undercount: factor has dims {named(stray)}; use {named(counts.dims)}.")
    for dim in by.dims:
        labels = [str(label) for label in by[dim].to_numpy()] if dim in by.coords else []
        wrong = sorted(set(labels) ^ {str(label) for label in counts[dim].to_numpy()})
        if wrong or len(labels) != counts.sizes[dim]:
            raise SchemaError(
                f"correct_undercount: {dim} {named(wrong or labels)} unknown, missing or repeated. Give each once."
            )
    values = by.to_numpy()
    if not np.isfinite(values).all() or (values < 0.5).any() or (values > 2).any():
        raise SchemaError(
            f"correct_undercount: factor {named(np.unique(values))} must lie within 0.5 … 2: true over counted, "
            "1.002 for two in a thousand missed."
        )
    whole = by.sel({dim: counts[dim] for dim in by.dims}).broadcast_like(counts).transpose(*counts.dims)
    corrected = (counts * whole).assign_attrs(counts.attrs | {"correction": "multiplied by a declared factor"})
    table = xr.Dataset({"counted": counts, "factor": whole, "corrected": corrected}).to_dataframe().reset_index()
    table["added"] = table["corrected"] - table["counted"]
    columns = [*(str(dim) for dim in counts.dims), "counted", "factor", "corrected", "added"]
    return census.assign(population=corrected), table.loc[table["factor"] != 1, columns].reset_index(drop=True)
