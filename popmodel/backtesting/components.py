"""Checks beside the models of the draws: how errors hang together in space, and how much births move in a year."""

import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd
import statsmodels.formula.api as smf
import xarray as xr
from statsmodels.tsa.statespace.structural import UnobservedComponents

from popmodel.schema import SchemaError

Array = npt.NDArray[np.float64]


def error_components(errors: pd.DataFrame, *, rule: str) -> pd.DataFrame:
    """Split the variance of units' errors into parts common to a province, to a prefecture, and their own.

    Parameters
    ----------
    errors : pandas.DataFrame
        From `empirical_errors`.
    rule : str
        Which one.

    Returns
    -------
    pandas.DataFrame
        Index `component` ("province", "prefecture", "unit"); `mixed_model` and `analysis_of_variance`, variances of the
        log error. ``attrs["boundary"]`` says whether the mixed model warned of the boundary of its parameters: then
        the other column counts.

    Raises
    ------
    SchemaError
        If the rule has no units, or prefectures of one unit only.

    Notes
    -----
    `MixedLM` of statsmodels by restricted maximum likelihood, provinces as groups and prefectures as a variance
    component; beside it the nested analysis of variance for unequal sizes (Searle, Casella & McCulloch 1992, ch. 3),
    with expected mean squares, nothing below zero.
    """
    own = errors[(errors["by"] == "unit") & (errors["rule"] == rule)]
    table = pd.DataFrame(
        {
            "error": own["q50"].to_numpy(dtype=float),
            "province": own["province"].to_numpy().astype(str),
            "prefecture": [str(code)[:4] for code in own["group"]],
        }
    )
    if table.empty or not table["prefecture"].duplicated().any() or table["province"].nunique() < 2:
        raise SchemaError(f"error_components: rule {rule!r} has no units in common prefectures and several provinces.")
    model = smf.mixedlm(
        "error ~ 1", table, groups="province", re_formula="1", vc_formula={"prefecture": "0 + C(prefecture)"}
    )
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        fit = model.fit(reml=True)
    mixed = [float(np.asarray(fit.cov_re).ravel()[0]), float(np.asarray(fit.vcomp).ravel()[0]), float(fit.scale)]
    out = pd.DataFrame(
        {"mixed_model": mixed, "analysis_of_variance": _nested(table)},
        index=pd.Index(["province", "prefecture", "unit"], name="component"),
    )
    out.attrs["boundary"] = any("boundary" in str(one.message).lower() for one in told)
    return out


def _nested(table: pd.DataFrame) -> list[float]:
    """Variance components of a nested analysis of variance of unequal sizes: province, prefecture, unit."""
    error = table["error"]
    size = len(table)
    inner = error.groupby(table["prefecture"])
    outer = error.groupby(table["province"])
    n_inner, n_outer = inner.size(), outer.size()
    province = table.groupby("prefecture")["province"].first()
    within = float(((error - inner.transform("mean")) ** 2).sum()) / (size - len(n_inner))
    between = float(((inner.transform("mean") - outer.transform("mean")) ** 2).sum())
    between /= len(n_inner) - len(n_outer)
    top = float(((outer.transform("mean") - error.mean()) ** 2).sum()) / (len(n_outer) - 1)
    square = n_inner**2
    in_province = square.groupby(province).sum() / n_outer
    usual = (size - float(in_province.sum())) / (len(n_inner) - len(n_outer))
    mixed = (float(in_province.sum()) - float(square.sum()) / size) / (len(n_outer) - 1)
    whole = (size - float((n_outer**2).sum()) / size) / (len(n_outer) - 1)
    prefecture = max((between - within) / usual, 0.0)
    return [max((top - within - mixed * prefecture) / whole, 0.0), prefecture, within]


def births_innovation(reference: xr.Dataset, *, first: int = 1990, last: int = 2023) -> float:
    """Return the s.d. of a year's change of the reference's log births, were they a random walk.

    Parameters
    ----------
    reference : xarray.Dataset
        With `reference_births`.
    first, last : int
        Years taken.

    Returns
    -------
    float
        [log]

    Raises
    ------
    SchemaError
        If years are missing.

    Notes
    -----
    A check on the size of the innovations of total fertility: `UnobservedComponents` of statsmodels, level "rwalk".
    """
    if "reference_births" not in reference:
        raise SchemaError("births_innovation: the reference has no births. Pass read_reference(…).")
    births = reference["reference_births"].sel(birth_year=slice(first, last))
    if births.sizes["birth_year"] != last - first + 1:
        raise SchemaError(f"births_innovation: the reference lacks births of some of the years {first}-{last}.")
    series = np.log(births.to_numpy())
    found = UnobservedComponents(series, level="rwalk").fit(disp=False)
    return float(np.sqrt(found.params[0]))
