"""Indicators of size and age structure: each takes `People` and returns an array (…, year, area)."""

import numpy as np

from popmodel.indicators.people import Array, People

FEMALE, MALE = 0, 1


def residents(people: People, low: int = 0, high: int | None = None, *, sex: int | None = None) -> Array:
    """Residents aged `low` to below `high`. [persons].

    Raises
    ------
    KeyError
        If the bands have no edge at `low` or `high`; `measure` then leaves the indicator out and says so.
    """
    for edge in (low, high):
        if edge is not None and edge not in people.bands:
            raise KeyError(f"edge of its age groups at {edge}")
    first = people.bands.index(low)
    last = len(people.bands) if high is None else people.bands.index(high)
    band = people.residents[..., first:last].sum(axis=-1)
    return np.asarray(band.sum(axis=-1) if sex is None else band[..., sex])


def sex_ratio(people: People) -> Array:
    """Males per hundred females. [males per 100 females]."""
    return 100 * over(residents(people, sex=MALE), residents(people, sex=FEMALE))


def density(people: People) -> Array:
    """Residents per square kilometre of land. [persons/km²]."""
    land = people.parts["land_area"]
    return over(residents(people), np.append(land.sum(), land))


def over(top: Array, bottom: Array) -> Array:
    """Divide; missing where there is nothing to divide by."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(bottom > 0, top / bottom, np.nan))
