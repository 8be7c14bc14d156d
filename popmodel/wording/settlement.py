"""What the urban shares, the centres and the fixed stock of a base rest on, in plain sentences."""

from collections.abc import Iterable

import numpy as np
import xarray as xr

from popmodel.wording.messages import message

TOLD = 5e-4
"""A gap between the city's urban share and its districts' that is told: half of a tenth of a percentage point. [1]"""


def settlement_sentences(base: xr.Dataset, lang: str) -> list[str]:
    """Say what was assumed of where people live.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`.
    lang : {"zh", "en"}
        The language.

    Returns
    -------
    list of str
        One to three sentences on urban shares, one or two on the centres, one on those who are held apart.
    """
    return [*_urban(base, lang), *_centres(base, lang), *_fixed(base, lang)]


def _urban(base: xr.Dataset, lang: str) -> list[str]:
    if "observed_urban_share" not in base:
        return [message(lang, "urban-basis.none")]
    growth = base["urban_growth_difference"].to_numpy()
    seen = base["observed_urban_share"].transpose("urban_year", "district").to_numpy()
    later = np.isfinite(seen[1:]).any(axis=0)
    out = [message(lang, "urban-basis.published")] if later.any() else []
    without = {
        "between": ~later & np.isfinite(growth), "once": ~np.isfinite(growth), "held": later & (growth == 0)
    }  # fmt: skip
    for kind, where in without.items():
        if where.all():
            out.append(message(lang, f"urban-basis.{kind}-all"))
        elif where.any():
            out.append(message(lang, f"urban-basis.{kind}", districts=_names(base, where, lang)))
    return out + _gaps(base, lang)


def _gaps(base: xr.Dataset, lang: str) -> list[str]:
    gap = base["urban_difference"].to_numpy()
    far = np.flatnonzero(np.abs(np.nan_to_num(gap)) > TOLD + 1e-9)
    years = base["urban_year"].to_numpy()
    return [message(lang, "urban-gap", year=str(years[t]), points=f"{100 * gap[t]:+.2f}") for t in far]


def _centres(base: xr.Dataset, lang: str) -> list[str]:
    if "centre_share" not in base:
        return [message(lang, "centres-basis.none")]
    out = [message(lang, f"centres-basis.{'moved' if 'centre_share_of_urban' in base else 'held'}")]
    least, most = (
        base[name].transpose("district", "centre").to_numpy() for name in ("centre_share_least", "centre_share_most")
    )
    open_ = ((most - least) > 1e-9).any(axis=1)
    if open_.any():
        out.append(message(lang, "centres-open", districts=_names(base, open_, lang)))
    return out


def _fixed(base: xr.Dataset, lang: str) -> list[str]:
    if "fixed_stock" not in base:
        return [message(lang, "fixed-stock.none")]
    size = base["fixed_stock"].sum(("sex", "age"))
    where = size.to_numpy() > 0
    return [message(lang, "fixed-stock.some", persons=f"{float(size.sum()):,.0f}", districts=_names(base, where, lang))]


def _names(base: xr.Dataset, where: Iterable[bool], lang: str) -> str:
    names = base[f"name_{lang}"] if f"name_{lang}" in base.coords else base["district"]
    chosen = [str(name) for name, there in zip(names.to_numpy(), where, strict=True) if there]
    return message(lang, "list-joiner").join(chosen)
