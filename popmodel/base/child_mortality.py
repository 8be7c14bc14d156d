"""The young end of the life table: what it says of infants and children, and bending it to what is published."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from popmodel.demography.lifetable import LifeTable, life_table, relational_table
from popmodel.schema import SEXES, SchemaError, named

Array = npt.NDArray[np.float64]
SHARES = ("infant", "under_5")


def young_deaths(table: LifeTable) -> dict[str, Any]:
    """Return `infant_mortality` and `under_5_mortality`, the mean of the sexes (and of the districts' tables)."""
    infant, under_5 = _young(table)
    note = {"unit": "1", "note": "of the life table; to be held against published shares of live births"}
    return {"infant_mortality": ((), infant, note), "under_5_mortality": ((), under_5, note)}


def bent_young(standard: Array, life_expectancy: float | None, shares: Mapping[str, float]) -> Array:
    """Bend the young end of reference death rates to given shares of children who die.

    Parameters
    ----------
    standard : ndarray, shape (2, A)
        Reference death rates. [1/year]
    life_expectancy : float or None
        Life expectancy at which the shares hold; the reference's own if none. [years]
    shares : mapping of str to float
        `infant`, before age 1, and `under_5`, before age 5, of the newborn of both sexes. [1]

    Returns
    -------
    ndarray, shape (2, A)
        Rates times one factor at age 0 and one at ages 1-4. [1/year]

    Raises
    ------
    SchemaError
        If a share is missing, not between 0 and 0.3, or more die before 1 than before 5.

    Notes
    -----
    The factors are found by iteration; the relational table then moves all ages to the life expectancy, so that what
    the young lose of mortality the others gain.
    """
    if set(shares) != set(SHARES):
        raise SchemaError(f"estimate_base: child_mortality holds {named(shares)}; give {' and '.join(SHARES)}.")
    infant, under_5 = (float(shares[name]) for name in SHARES)
    if not 0 < infant < under_5 < 0.3:
        raise SchemaError(
            f"estimate_base: child_mortality infant={infant:g}, under_5={under_5:g} must rise and lie between 0 and "
            "0.3. Give shares (2.03 per mille is 0.00203)."
        )
    bent = standard.copy()
    for _ in range(200):
        table = life_table(bent, sex=SEXES) if life_expectancy is None else relational_table(bent, life_expectancy)
        now, later = _young(table)
        # Of those who live to age 1, the share who die before 5.
        wanted, found = ((five - one) / (1 - one) for one, five in ((infant, under_5), (now, later)))
        if abs(now - infant) < 1e-9 and abs(found - wanted) < 1e-9:
            return bent
        bent[:, 0] *= infant / now
        bent[:, 1:5] *= wanted / found
    raise SchemaError(f"estimate_base: child_mortality {infant:g}, {under_5:g} is not met. Check the figures.")


def _young(table: LifeTable) -> tuple[float, float]:
    alive = table.lx.reshape(-1, table.lx.shape[-1]).mean(axis=0)
    return float(1 - alive[1]), float(1 - alive[5])
