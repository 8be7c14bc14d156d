"""What one migrant more is worth to each target, by class and year of coming."""

import numpy as np
import pandas as pd

from popmodel.feasibility.linear import System


def migrant_value(system: System) -> pd.DataFrame:
    r"""Tell by how much each target's value moves if 10,000 more come in one year, by class.

    Parameters
    ----------
    system : System
        From `linear_system`.

    Returns
    -------
    pandas.DataFrame
        A row for each target × `period` × `class`: `indicator`, `year`, `value` [`unit` per 10,000 migrants], at the
        reference. They settle as its residents of the last year given.

    Notes
    -----
    The derivative of a ratio :math:`t/b` at its value v: :math:`(t' - v b')/b`.
    """
    years, _, classes = system.shape
    people = system.problem.reference["population"].sel(year=system.problem.start)
    homes = (people.sum(("sex", "age")) / people.sum()).to_numpy()
    names = [str(name) for name in system.who["class"].to_numpy()]
    parts = []
    for aim in system.aims:
        slope = (aim.top - aim.top0 / aim.bottom0 * aim.bottom) / aim.bottom0
        parts.append(
            pd.DataFrame(
                {
                    "indicator": aim.key[0], "year": aim.key[1],
                    "period": np.repeat(system.problem.years, classes), "class": names * years,
                    "value": np.einsum("tdk,d->tk", slope.reshape(system.shape), homes).ravel(),
                    "unit": aim.row.request.target.unit,
                }
            )
        )  # fmt: skip
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return table[table["period"] <= table["year"]].reset_index(drop=True) if parts else table
