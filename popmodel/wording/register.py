"""What the register of a base rests on, in plain sentences."""

import numpy as np
import xarray as xr

from popmodel.wording.messages import message


def register_sentences(base: xr.Dataset, lang: str) -> list[str]:
    """Say whose ages and fertility the registered have, and at which ages people enter.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`.
    lang : {"zh", "en"}
        The language.

    Returns
    -------
    list of str
        One sentence on each; a single one where no registered population of the base year is published.
    """
    year = str(int(base["year"]))
    if "registered_start" not in base:
        return [message(lang, "register-none", year=year)]
    converted = (
        "published_total_fertility" in base
        and np.isfinite(base["published_total_fertility"] / base["resident_total_fertility"]).any()
    )
    return [
        message(lang, f"register-ages.{base['registered_start'].attrs['ages']}", year=year),
        message(lang, f"register-fertility.{'converted' if converted else 'residents'}"),
        message(lang, f"register-entries.{'rules' if 'register_entry_ages' in base else 'pool'}"),
    ]
