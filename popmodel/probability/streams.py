"""Random numbers: a stream for each driver and block of draws, so that no draw depends on how many there are."""

import zlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from popmodel.schema import SchemaError, named, near

Array = npt.NDArray[np.float64]
BLOCK = 256
"""Draws of one stream; whole blocks are drawn and cut."""


class Streams(NamedTuple):
    """What random numbers are drawn with: how many draws, the seed, drivers that are frozen, other seeds for some."""

    draws: int
    seed: int
    frozen: frozenset[str]
    reseed: Mapping[str, int]


def normal(streams: Streams, driver: str, part: str, *shape: int) -> Array:
    """Return standard normal numbers (*shape, N): zeros where the driver is frozen.

    A longer first axis leaves the numbers of a shorter one as they were.
    """
    out = np.zeros((*shape, streams.draws))
    if driver in streams.frozen:
        return out
    seed = streams.reseed.get(driver, streams.seed)
    for first in range(0, streams.draws, BLOCK):
        key = (zlib.crc32(driver.encode()), zlib.crc32(part.encode()), first // BLOCK)
        numbers = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
        size = min(BLOCK, streams.draws - first)
        out[..., first : first + size] = numbers.standard_normal((*shape, BLOCK))[..., :size]
    return out


def checked_names(names: Iterable[str], known: Iterable[str], what: str) -> list[str]:
    """Return names of drivers.

    Raises
    ------
    SchemaError
        If one is unknown.
    """
    given = [names] if isinstance(names, str) else list(names)
    unknown = [name for name in given if name not in set(known)]
    if unknown:
        raise SchemaError(
            f"draw: {what} names {named(unknown)}, which is no driver; known: {named(known, most=20)}."
            f"{near(unknown, known)}"
        )
    return given
