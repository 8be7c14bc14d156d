"""Entries into the household register as decisions: how the register answers to one entry more in each year."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.feasibility.aims import Face
from popmodel.feasibility.problem import ENTRIES, ENTRIES_BY_AGE, Problem, Row, counts_of, plain, projected_with
from popmodel.feasibility.responses import UNIT
from popmodel.indicators.catalogue import measure
from popmodel.scenario.limits import Limits

Array = npt.NDArray[np.float64]
NAME = "registered_population"


def register_box(problem: Problem, limits: Limits | None) -> tuple[Array, Array] | None:
    """Return the box of the entries beside the reference's, by open year; None if they are not decided."""
    reference = problem.reference
    if limits is None or limits.register_entries is None or ENTRIES_BY_AGE not in reference:
        return None
    given = reference[ENTRIES].sel(period=problem.years).to_numpy()
    least, most = limits.register_entries
    if not np.isfinite(given).all():
        return None
    return (least - given) / UNIT, (most - given) / UNIT


def register_faces(
    problem: Problem, members: Sequence[Problem], total: int, at: int
) -> Iterator[tuple[Row, Callable[[int], tuple[Face, ...]]]]:
    """Yield the targets of the register, each with its value over all decisions.

    Notes
    -----
    The register is carried on by the rates of the residents, so it is affine in the entries: a unit in each year,
    projected and measured.
    """
    answers = [_answers(each) for each in members]
    for row in problem.register:

        def faces(year: int, row: Row = row) -> tuple[Face, ...]:
            out = []
            for path, gains in answers:
                more = np.zeros(total)
                more[at : at + gains.sizes["scenario"]] = row.factor * gains.sel(year=year).to_numpy()
                out.append(Face(row.factor * float(path.sel(year=year)), more, 1.0, np.zeros(total)))
            return tuple(out)

        yield row, faces


def _answers(problem: Problem) -> tuple[xr.DataArray, xr.DataArray]:
    """Return the register's path, and what a unit of entries in each open year adds to it."""
    reference, years = problem.reference, problem.years
    given = plain(reference[ENTRIES])
    units = xr.DataArray(
        np.concatenate([np.zeros((1, len(years))), UNIT * np.eye(len(years))]), dims=("scenario", "period"),
        coords={"scenario": [f"e{i}" for i in range(len(years) + 1)], "period": years},
    ).reindex(period=given["period"], fill_value=0.0)  # fmt: skip
    counts = counts_of(reference).expand_dims(scenario=units["scenario"])
    path = measure(projected_with(problem, counts, entries=given + units))[NAME].isel(area=0)
    return path.isel(scenario=0), path.isel(scenario=slice(1, None)) - path.isel(scenario=0)
