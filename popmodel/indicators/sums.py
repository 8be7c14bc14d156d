"""What the indicators are computed from where only sums by band of age were kept: no formula stands twice."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from popmodel.indicators.people import Array, People, boys_per_girl, within_age


class Flows(NamedTuple):
    """Sums of draws, area 0 the whole city: births (2, N, T, 1 + D), deaths and net migration (N, T, 1 + D)."""

    births: Array
    deaths: Array
    net_migration: Array


def people_of_sums(
    bands: Array,
    middle: Array,
    flows: Flows,
    parts: Mapping[str, Array],
    *,
    edges: tuple[int, ...],
    years: tuple[int, ...],
) -> People:
    """Return what the indicators need of a block of N draws.

    Parameters
    ----------
    bands : ndarray (band, 2, N, year, 1 + D)
        Stocks by band of age and sex. [persons]
    middle : ndarray (3, N, year, 1 + D)
        Age in which half of the people is reached [years], people below it and up to its end. [persons]
    flows : Flows
        Of the years after the first. [persons]
    parts : mapping of str to ndarray
        What else there is, as in `People`.
    edges, years : tuple of int
        Lower ages of the bands; the years.

    Returns
    -------
    People
        Leading axes (1, N). The residents are a view in which sums over bands and sexes run along whole rows.
    """
    residents = np.moveaxis(bands, (0, 1), (-1, -2))[None]
    half = bands.sum(axis=(0, 1)) / 2
    median = within_age(half, middle[0], 1.0, middle[1], middle[2])[None]
    born = flows.births.sum(axis=0)
    found = {
        "births": _later(born), "deaths": _later(flows.deaths), "net_migration": _later(flows.net_migration),
        "birth_sex_ratio": _later(boys_per_girl(*flows.births)),
    }  # fmt: skip
    return People(residents, edges, median, years, {**parts, **found})


def _later(flow: Array) -> Array:
    """Put flows on the years in which they happened, none in the first, and an axis of scenarios before them."""
    out = np.full((1, flow.shape[0], flow.shape[1] + 1, flow.shape[2]), np.nan)
    out[0, :, 1:] = flow
    return out
