"""Draws of many units that have nothing to do with one another, chunk by chunk: units in chunks, draws in blocks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.projection import compact
from popmodel.schema import SchemaError, named

KIND = np.float32
"""Type of what is kept: each value is rounded once, by at most 6e-8 of itself."""
INNER = 50
"""Draws that are held at once within a chunk."""


class Chunk(NamedTuple):
    """Numbers of the units and of the draws of a chunk, from the first to below the last."""

    units: tuple[int, int]
    draws: tuple[int, int]

    @property
    def name(self) -> str:
        """What its record is called."""
        return f"{self.units[0]}-{self.draws[0]}"


def chunks_of(units: int, draws: int, *, size: tuple[int, int]) -> list[Chunk]:
    """Return the chunks of a run: `size` units by `size` draws each, the last ones smaller."""

    def cut(whole: int, each: int) -> Iterator[tuple[int, int]]:
        return ((first, min(first + each, whole)) for first in range(0, whole, each))

    return [Chunk(own, other) for own in cut(units, size[0]) for other in cut(draws, size[1])]


def part_of(population: xr.DataArray, drivers: xr.Dataset, chunk: Chunk) -> tuple[xr.DataArray, xr.Dataset]:
    """Return what one chunk needs: its units and draws, each unit with a rate of its own."""
    units = slice(*chunk.units)
    here = drivers.isel(district=units)
    if "draw" in here.dims:
        here = here.isel(draw=slice(*chunk.draws))
    if "net_migration_rate" in here:
        # The rate of the whole is each unit's: units are not brought back to a common total.
        whole = here["net_migration_rate"] + here.get("district_deviation", xr.DataArray(0.0))
        whole = whole.broadcast_like(population.isel(district=units)["district"])
        here = here.drop_vars("net_migration_rate").assign(district_deviation=whole)
    return population.isel(district=units), here


def run_chunk(
    population: xr.DataArray, drivers: xr.Dataset, indicators: Sequence[str], timing: Literal["even", "end"] = "even"
) -> dict[str, npt.NDArray[np.float32]]:
    """Return the indicators (unit, draw, year) of the units and draws of one chunk.

    A future of a unit that cannot be run (more people are to leave than may) is missing in all its years; the others
    stay as they are.

    Raises
    ------
    SchemaError
        As `project_indicators` of compact drivers, for whatever is wrong with the drivers themselves.
    """
    try:
        return _whole(population, drivers, indicators, timing)
    except compact.RefusedDrawError:
        units, draws = population.sizes["district"], drivers.sizes.get("draw", 1)
        if units == draws == 1:
            shape = (1, 1, drivers.sizes["period"] + 1)
            return {name: np.full(shape, np.nan, KIND) for name in indicators}
    # Unit by unit, then draw by draw: few are refused.
    dim = "district" if units > 1 else "draw"
    parts = []
    for at in range(units if units > 1 else draws):
        here = drivers.isel({dim: [at]})
        place = population.isel(district=[at]) if dim == "district" else population
        parts.append(run_chunk(place, here, indicators, timing))
    axis = 0 if dim == "district" else 1
    return {name: np.concatenate([part[name] for part in parts], axis) for name in indicators}


def refused_of(values: Mapping[str, npt.NDArray[np.float32]]) -> int:
    """Return how many futures of a chunk could not be run: those without any value."""
    missing = [np.isnan(array).all(axis=-1) for array in values.values()]
    return int(np.logical_and.reduce(missing).sum())


def _whole(
    population: xr.DataArray, drivers: xr.Dataset, indicators: Sequence[str], timing: Literal["even", "end"]
) -> dict[str, npt.NDArray[np.float32]]:
    codes = [str(code) for code in population["district"].to_numpy()]
    run = compact.prepare(population, drivers, indicators=indicators, areas=codes, timing=timing)
    size = len(run.draws)
    out = {name: np.empty((len(codes), size, len(run.years)), KIND) for name in run.indicators}
    for first in range(0, size, INNER):
        last = min(first + INNER, size)
        for name, value in compact.block_values(run, first, last).items():
            out[name][:, first:last] = value.transpose(2, 0, 1)
    return out


def check_many(population: xr.DataArray, drivers: xr.Dataset, indicators: Sequence[str]) -> None:
    """Raise before the first chunk if the run cannot be: a chunk of one unit and one draw is run.

    Raises
    ------
    SchemaError
        As `run_chunk`; or if an indicator is one of a whole city, which single units do not have.
    """
    here, part = part_of(population, drivers, Chunk((0, 1), (0, 1)))
    try:
        found = _whole(here, part, indicators, "even")
    except compact.RefusedDrawError:
        return  # one future among many
    empty = [name for name, values in found.items() if np.isnan(values).all()]
    if empty:
        raise SchemaError(f"project_many: {named(empty)} is one of a whole city; single units have none. Leave it out.")
