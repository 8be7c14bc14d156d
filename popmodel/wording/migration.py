"""What the migration of a base rests on, in plain sentences."""

import xarray as xr

from popmodel.wording.messages import message


def migration_sentences(base: xr.Dataset, lang: str) -> list[str]:
    """Say whose ages migrants have, and how districts without a figure of their own were told apart.

    Parameters
    ----------
    base : xarray.Dataset
        From `estimate_base`.
    lang : {"zh", "en"}
        The language.

    Returns
    -------
    list of str
        One sentence on ages; one on districts where none of them has a published stock.
    """
    basis = base["migration_turnover"].attrs["basis"] if "migration_turnover" in base else "standard"
    out = [message(lang, f"migration-basis.{basis}")]
    districts = base["observed_stock"].attrs.get("districts") if "observed_stock" in base else None
    if districts in ("history", "share"):
        # With learned schedules, the last decade counts where the census before is there.
        known = {"history": {"own": "history"}.get(basis, "types"), "share": "share"}[districts]
        out.append(message(lang, f"districts-basis.{known}"))
    return out
