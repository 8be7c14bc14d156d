"""What each case does: inputs made up for it, the call that is timed, and what it is held against."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from benchmarks.plain import plain_path
from benchmarks.registry import AGES, PERIODS, Case

Array = NDArray[Any]
INDICATORS = ("resident_population", "share_60_plus", "dependency_ratio", "births", "deaths")


class Job(NamedTuple):
    """`call` is timed; `fresh` makes its own arrays, `copy` copies as many bytes as `call` writes, `plain` is NumPy."""

    call: Callable[[], Any]
    fresh: Callable[[], Any] | None = None
    copy: Callable[[], Callable[[], None]] | None = None
    plain: Callable[[], Any] | None = None


def made_up(case: Case) -> dict[str, Array]:
    """Inputs of a city that lives on migration: death rates by Gompertz's law, births about 30."""
    rng = np.random.default_rng(1)
    ages = np.arange(AGES)
    rates = np.stack([3e-5 * np.exp(0.095 * ages), 6e-5 * np.exp(0.092 * ages)])
    survival = np.exp(-np.minimum(rates, 1.0)) * np.ones((PERIODS, case.districts, 1, 1))
    bearing = np.where((ages >= 15) & (ages < 50), np.exp(-0.5 * ((ages - 29) / 5.0) ** 2), 0.0)
    fertility = bearing / bearing.sum() * rng.uniform(0.9, 1.5, (PERIODS, case.districts, 1))
    stock = 8000.0 * np.exp(-0.5 * (ages / 55.0) ** 4) * rng.uniform(0.5, 1.5, (case.districts, 2, 1))
    moving = np.exp(-0.5 * ((ages - 22) / 6.0) ** 2) * rng.uniform(0, 200, (PERIODS, case.districts, 2, 1))
    given = {
        "population": stock,
        "fertility_rate": fertility,
        "survival_ratio": survival,
        "sex_ratio_at_birth": np.full((PERIODS, case.districts), 1.08),
        "net_migration": moving,
    }
    if case.rates == "shared":
        return given | {"population": np.broadcast_to(stock, (case.draws, *stock.shape))}
    own = {}
    for name, array in given.items():
        own[name] = np.empty((case.draws, *array.shape))
        own[name][:] = array
        if name in ("fertility_rate", "net_migration"):
            own[name] *= rng.uniform(0.8, 1.2, (case.draws, *(1,) * array.ndim))
    return own


def _kernel(case: Case, *, dtype: type = np.float64, **more: Array) -> Job:
    from popmodel.kernel import Projected, project_path

    given = {name: array.astype(dtype) if dtype != np.float64 else array for name, array in made_up(case).items()}
    lead, cell = (case.draws,), (case.districts, 2, AGES)
    stocks: Array = np.empty((*lead, PERIODS + 1, *cell), dtype)
    wanted = [stocks]
    if case.parts == "all":
        flows = ((*lead, PERIODS, case.districts, 2), (*lead, PERIODS, *cell), (*lead, PERIODS, *cell))
        wanted += [np.empty(shape, dtype) for shape in flows]
    asked: dict[str, Any] = {"components": case.parts == "all", "dtype": dtype, **more}

    def copy() -> Callable[[], None]:
        sources = [np.ones_like(array) for array in wanted]

        def copy_all() -> None:
            for array, source in zip(wanted, sources, strict=True):
                np.copyto(array, source)

        return copy_all

    small = case.draws * case.districts <= 12_000 and dtype == np.float64 and not more
    return Job(
        lambda: project_path(**given, **asked, out=Projected(*wanted)),
        lambda: project_path(**given, **asked),
        copy,
        (lambda: plain_path(*given.values())) if small else None,
    )


def _kernel_float32(case: Case) -> Job:
    return _kernel(case, dtype=np.float32)


def _kernel_moves(case: Case) -> Job:
    D = case.districts
    return _kernel(
        case, move_rate=np.full((PERIODS, D, D, 2, AGES), 0.001), departure_rate=np.full((PERIODS, D, 2, AGES), 0.001)
    )


def labelled(case: Case) -> tuple[xr.DataArray, xr.Dataset]:
    """Give the inputs of a case their labels, as `project` takes them."""
    given = made_up(case)
    stock = given.pop("population")
    labels = {"district": [f"{d:06}" for d in range(case.districts)], "sex": ["female", "male"], "age": np.arange(AGES)}
    one = stock[0] if case.rates == "shared" or case.draws == 1 else stock.mean(axis=0)
    population = xr.DataArray(
        one, dims=("district", "sex", "age"), coords=labels | {"year": 2020, "city": "999900"}, name="population"
    )
    dims = {
        "fertility_rate": ("period", "district", "age"),
        "survival_ratio": ("period", "district", "sex", "age"),
        "sex_ratio_at_birth": ("period", "district"),
        "net_migration": ("period", "district", "sex", "age"),
    }
    lead = ("scenario", "draw")
    rates = xr.Dataset(
        {name: (lead + dims[name], _lead(array, case)) for name, array in given.items()},
        coords=labels | {"scenario": ["made up"], "draw": np.arange(case.draws), "period": np.arange(2021, 2036)},
    )
    return population, rates


def _lead(array: Array, case: Case) -> Array:
    if case.rates == "shared":
        return np.broadcast_to(array, (1, case.draws, *array.shape))
    return array[None]


def _project(case: Case) -> Job:
    from popmodel.projection import project

    population, rates = labelled(case)
    if case.draws == 1:
        rates = rates.isel(draw=0, drop=True)
    return Job(lambda: project(population, rates))


def _measure(case: Case) -> Job:
    from popmodel.indicators.catalogue import measure
    from popmodel.projection import project

    projection = project(*labelled(case))
    return Job(lambda: measure(projection))


def _ensemble(case: Case) -> Job:
    """Draw after draw in blocks, rates made when they are needed, indicators kept and populations not."""
    from popmodel.ensemble import project_indicators

    population, rates = labelled(Case("ensemble", draws=1, districts=case.districts))
    one = rates.isel(draw=0, drop=True)
    luck = np.random.default_rng(2).uniform(0.8, 1.2, (2, case.draws))

    def rates_of(numbers: NDArray[np.int_]) -> xr.Dataset:
        births, moves = (xr.DataArray(part[numbers], dims="draw", coords={"draw": numbers}) for part in luck)
        return one.assign(fertility_rate=one.fertility_rate * births, net_migration=one.net_migration * moves)

    return Job(lambda: project_indicators(population, rates_of, indicators=INDICATORS, draws=case.draws))


def _death_rates(case: Case) -> Array:
    ages = np.arange(AGES)
    rates = np.stack([3e-5 * np.exp(0.095 * ages), 6e-5 * np.exp(0.092 * ages)]) + 1e-4
    rates[:, 0] = 0.004
    return rates


def _life_table(case: Case) -> Job:
    from popmodel.demography.lifetable import life_table

    level = np.random.default_rng(3).uniform(0.8, 1.2, (case.draws, PERIODS, 1, 1))
    rates = _death_rates(case) * level
    return Job(lambda: life_table(rates, sex=("female", "male")))


def _relational_table(case: Case) -> Job:
    from popmodel.demography.lifetable import relational_table

    reference = _death_rates(case)
    goal = np.random.default_rng(3).uniform(78, 88, (case.draws, PERIODS))
    return Job(lambda: relational_table(reference, goal))


JOBS: dict[str, Callable[[Case], Job]] = {
    "kernel": _kernel,
    "kernel_float32": _kernel_float32,
    "kernel_moves": _kernel_moves,
    "project": _project,
    "measure": _measure,
    "ensemble": _ensemble,
    "life_table": _life_table,
    "relational_table": _relational_table,
}
"""Kind of case → what builds its job."""


def job(case: Case) -> Job:
    """Build what a case needs: inputs and arrays are made here, untimed."""
    return JOBS[case.kind](case)
