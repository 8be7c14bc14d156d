"""Indicators of where people live: each takes `People` and returns an array (…, year, area)."""

import numpy as np

from popmodel.indicators.people import Array, People
from popmodel.indicators.structure import over, residents
from popmodel.indicators.vital import on_city


def urbanisation_rate(people: People) -> Array:
    """Share of residents living in urban places; the city's is the mean of the districts by residents. [percent]."""
    here = residents(people)[..., 1:]
    urban = np.broadcast_to(people.parts["urban_share"], here.shape)
    whole = over((urban * here).sum(axis=-1), here.sum(axis=-1))
    return 100 * np.concatenate([whole[..., None], urban], axis=-1)


def share_of_city(people: People, inside: Array) -> Array:
    """Share of the city's residents that live in the part `inside` (…, year, D) or (D,) of its districts. [percent]."""
    here = residents(people)[..., 1:]
    return on_city(people, 100 * over((here * inside).sum(axis=-1), here.sum(axis=-1)))
