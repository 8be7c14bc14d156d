"""Draws of many units that have nothing to do with one another, chunk by chunk: units in chunks, draws in blocks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.projection import compact
from popmodel.schema import SchemaError, named, unlabelled

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
    codes = [str(code) for code in population["district"].to_numpy()]
    draws, years = drivers.sizes.get("draw", 1), drivers.sizes["period"] + 1
    refused: set[tuple[int, int]] = set()
    run: compact.Run | None = None
    out = {name: np.empty((len(codes), draws, years), KIND) for name in indicators}
    first = 0
    while first < draws:
        last = min(first + INNER, draws)
        try:
            if run is None:
                run = compact.prepare(population, drivers, indicators=indicators, areas=codes, timing=timing)
            for name, value in compact.block_values(run, first, last).items():
                out[name][:, first:last] = value.transpose(2, 0, 1)
            first = last
        except compact.RefusedDrawError as error:
            if not error.cells - refused:
                raise  # refused without any migration: the drivers are wrong
            refused |= error.cells
            drivers, run = _without(population, drivers, error.cells), None
    for draw, unit in refused:
        for array in out.values():
            array[unit, draw] = np.nan
    return out


def _without(population: xr.DataArray, drivers: xr.Dataset, cells: Iterable[tuple[int, int]]) -> xr.Dataset:
    """Return drivers in which nobody moves in some futures, by numbers of draw and unit, so that the others can run."""
    whole = {
        "draw": drivers.sizes.get("draw", 1), "period": drivers.sizes["period"],
        "district": population.sizes["district"],
    }  # fmt: skip
    out = {}
    for name, value in (("district_deviation", 0.0), ("net_migration_total", 0.0), ("published_stock", np.nan)):
        if name in drivers:
            values = np.broadcast_to(unlabelled(drivers[name], whole), tuple(whole.values())).copy()
            if name == "district_deviation":  # missing where stocks decide, as was checked before
                values[np.isnan(values)] = 0.0
            for draw, unit in cells:
                values[draw, :, unit] = value
            out[name] = (tuple(whole), values)
    return drivers.assign(out)


def refused_of(values: Mapping[str, npt.NDArray[np.float32]]) -> int:
    """Return how many futures of a chunk could not be run: those without any value."""
    missing = [np.isnan(array).all(axis=-1) for array in values.values()]
    return int(np.logical_and.reduce(missing).sum())


def check_many(population: xr.DataArray, drivers: xr.Dataset, indicators: Sequence[str]) -> None:
    """Raise before the first chunk if the run cannot be: a chunk of one unit and one draw is run.

    Raises
    ------
    SchemaError
        As `run_chunk`; or if an indicator is one of a whole city, which single units do not have.
    """
    here, part = part_of(population, drivers, Chunk((0, 1), (0, 1)))
    codes = [str(code) for code in here["district"].to_numpy()]
    try:
        found = compact.block_values(compact.prepare(here, part, indicators=indicators, areas=codes), 0, 1)
    except compact.RefusedDrawError:
        return  # one future among many
    empty = [name for name, values in found.items() if np.isnan(values).all()]
    if empty:
        raise SchemaError(f"project_many: {named(empty)} is one of a whole city; single units have none. Leave it out.")
