"""The registry: every case by name, with the sizes it is timed at and the smallest, at which the tests fire it."""

import itertools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

import popmodel as pm
from benchmarks.plain import plain_path
from popmodel import data_path
from popmodel.demography import relational_table
from popmodel.feasibility.problem import Problem
from popmodel.feasibility.ranges import extreme
from popmodel.feasibility.responses import responses
from popmodel.feasibility.solving import solve, target_rows
from popmodel.feasibility.system import system_of
from popmodel.kernel import Projected, project_path
from popmodel.scenario.limits import Limits
from popmodel.schema import SEXES
from tests.drivers import compact_drivers

AGES, PERIODS = 101, 15


@dataclass(frozen=True)
class Size:
    """Draws × districts × sexes × ages × years of one timing."""

    draws: int
    districts: int

    @property
    def cells(self) -> int:
        return self.draws * self.districts * 2 * AGES * PERIODS


@dataclass(frozen=True)
class Case:
    """`make(size)` prepares, outside the clock, a function that is timed; `against` names its yardsticks."""

    name: str
    make: Callable[[Size], Callable[[], Any]]
    sizes: tuple[Size, ...]
    against: tuple[str, ...] = ()


def rates(size: Size, *, own: bool) -> dict[str, np.ndarray]:
    """Inputs of the kernel; `own` gives every draw rates and migrants of its own, else draws differ in their stocks."""
    rng = np.random.default_rng(0)
    lead = (size.draws,) if own else (1,)
    flows = (*lead, PERIODS, size.districts, 2, AGES)
    fertility = np.zeros((*lead, PERIODS, size.districts, AGES))
    fertility[..., 15:50] = 0.03
    survival = rng.uniform(0.95, 1.0, (1, PERIODS, size.districts, 2, AGES))
    return {
        "population": rng.uniform(500, 1500, (size.draws, size.districts, 2, AGES)),
        "fertility_rate": fertility,
        "survival_ratio": np.ascontiguousarray(np.broadcast_to(survival, flows)) if own else survival,
        "sex_ratio_at_birth": np.full((*lead, PERIODS, size.districts), 1.06),
        "net_migration": np.full(flows, 1.0),
    }


def results(size: Size) -> Projected:
    """Results to write into, touched once, so that no case pays for fresh pages."""
    cell = (size.districts, 2, AGES)
    return Projected(
        np.ones((size.draws, PERIODS + 1, *cell)),
        np.ones((size.draws, PERIODS, size.districts, 2)),
        np.ones((size.draws, PERIODS, *cell)),
        np.ones((size.draws, PERIODS, *cell)),
    )


def kernel_population(size: Size, *, own: bool = False) -> Callable[[], Any]:
    given, out = rates(size, own=own), results(size).population
    return lambda: project_path(**given, out=out, components=False)


def kernel_components(size: Size, *, own: bool = False) -> Callable[[], Any]:
    given, out = rates(size, own=own), results(size)
    return lambda: project_path(**given, out=out)


def kernel_single(size: Size) -> Callable[[], Any]:
    given = {name: array.astype(np.float32) for name, array in rates(size, own=False).items()}
    out = results(size).population.astype(np.float32)
    return lambda: project_path(**given, out=out, components=False, dtype=np.float32)


def kernel_moves(size: Size) -> Callable[[], Any]:
    """People move between all districts by rates, and leave the area."""
    given, out = rates(size, own=False), results(size).population
    D = size.districts
    by_rates = {
        "move_rate": np.full((PERIODS, D, D, 2, AGES), 0.0005),
        "departure_rate": np.full((PERIODS, D, 2, AGES), 0.001),
    }
    return lambda: project_path(**given, **by_rates, out=out, components=False)


def copy_population(size: Size) -> Callable[[], Any]:
    source, target = results(size).population, results(size).population
    return lambda: np.copyto(target, source)


def copy_components(size: Size) -> Callable[[], Any]:
    pairs = list(zip(results(size), results(size), strict=True))
    return lambda: [np.copyto(target, source) for target, source in pairs]


def plain(size: Size) -> Callable[[], Any]:
    given = list(rates(size, own=False).values())
    return lambda: plain_path(*given)


def labelled(size: Size) -> tuple[xr.DataArray, xr.Dataset]:
    """The same as labelled data, with what the indicators need."""
    given = rates(size, own=False)
    names = [f"{i:06d}" for i in range(size.districts)]
    lead = ("scenario", "draw")
    dims = (*lead, "period", "district", "sex", "age")
    coords = {
        "scenario": ["s"], "draw": np.arange(size.draws), "period": np.arange(2021, 2021 + PERIODS),
        "district": names, "sex": ["female", "male"], "age": np.arange(AGES),
    }  # fmt: skip
    population = xr.DataArray(
        given["population"], dims=dims[1:2] + dims[3:], coords={k: coords[k] for k in dims[1:2] + dims[3:]}
    ).assign_coords(year=2020)
    spread = {name: np.broadcast_to(given[name], (1, size.draws, *given[name].shape[1:])) for name in list(given)[1:]}
    data = xr.Dataset(
        {
            "fertility_rate": ((*lead, "period", "district", "age"), spread["fertility_rate"]),
            "survival_ratio": (dims, spread["survival_ratio"]),
            "sex_ratio_at_birth": ((*lead, "period", "district"), spread["sex_ratio_at_birth"]),
            "net_migration": (dims, spread["net_migration"]),
            "urban_share": (("scenario", "year", "district"), np.full((1, PERIODS + 1, size.districts), 0.7)),
            "total_fertility": (("scenario", "period"), np.full((1, PERIODS), 1.05)),
            "life_expectancy": (("scenario", "period"), np.full((1, PERIODS), 82.0)),
        },
        coords={**coords, "year": np.arange(2020, 2021 + PERIODS)},
    )
    return population, data


def labelled_projection(size: Size) -> Callable[[], Any]:
    population, data = labelled(size)
    if size.draws == 1:
        population, data = population.isel(draw=0, drop=True), data.isel(draw=0, drop=True)
    return lambda: pm.project(population, data)


def indicators(size: Size) -> Callable[[], Any]:
    projection = labelled_projection(size)()
    return lambda: pm.measure(projection)


def ensemble(size: Size) -> Callable[[], Any]:
    population, data = labelled(Size(1, size.districts))
    one, start = data.isel(draw=0, drop=True), population.isel(draw=0, drop=True)
    rng = np.random.default_rng(1)

    def rates_of(numbers: np.ndarray) -> xr.Dataset:
        spread = xr.DataArray(rng.normal(1, 0.1, len(numbers)), dims="draw")
        return one.assign(net_migration=one["net_migration"] * spread)

    names = ["resident_population", "share_60_plus", "dependency_ratio", "births", "deaths"]
    return lambda: pm.project_indicators(start, rates_of, draws=size.draws, indicators=names)


def kernel_blocks(size: Size) -> Callable[[], Any]:
    """The kernel's own run of so many draws: rates by age of 50 draws, read anew for each block, results reused."""
    block = min(50, size.draws)
    given, out = rates(Size(block, size.districts), own=True), results(Size(block, size.districts))
    return lambda: [project_path(**given, out=out) for _ in range(-(-size.draws // block))]


def compact_draws(size: Size) -> Callable[[], Any]:
    """Compact drivers to seven quantiles of every projected indicator in every district."""
    population, drivers = compact_drivers(size.draws, districts=size.districts, periods=PERIODS, components=6)
    return lambda: pm.project_indicators(population, drivers, quantiles=(2.5, 10, 25, 50, 75, 90, 97.5))


def national(size: Size) -> Callable[[], Any]:
    """So many of the shipped counties, indicators of every draw to a Zarr store."""
    folder = data_path("reference/china_counties")
    counties = pm.read_counties(folder / "counties_age5.csv.gz").isel(unit=slice(0, size.districts))
    base = pm.base_of_units(counties, pm.read_schedules(folder))
    drivers = pm.draw_units(base, counties, draws=size.draws, years=PERIODS, spread=0.12, seed=1)

    def run() -> None:
        with tempfile.TemporaryDirectory() as place:
            pm.project_many(base["population"], drivers, Path(place) / "store")

    return run


def life_tables(size: Size) -> Callable[[], Any]:
    ages = np.arange(AGES)
    reference = np.stack([0.00002 * np.exp(0.095 * ages), 0.00004 * np.exp(0.092 * ages)])
    years = np.random.default_rng(2).normal(82, 1, (size.draws, PERIODS))
    return lambda: relational_table(reference, years)


def explorer(size: Size) -> Callable[[], Any]:
    """All that happens when a slider is released, on the shipped case: rates, projection, scorecard, four charts."""
    from popmodel.cockpit.panel import panel

    _, controls = panel(pm.evaluate(year=2023), lang="zh")
    turns = itertools.cycle((5.0, 10.0))

    def release() -> None:
        controls.sliders["migration"].value = next(turns)

    return release


def observed_table(size: Size) -> Callable[[], Any]:
    """Read a table of observed values of 20 rows a district, plain cells."""
    folder = Path(tempfile.mkdtemp())
    head = "indicator,area,year,value,unit,decimals,status,published,publication\n"
    rows = [
        f"resident_population,{area},{year},{(area * 7 + year) % 9000 / 10},10k_persons,1,source,{year + 1},yearbook\n"
        for area in range(100_000, 100_000 + size.districts)
        for year in range(2001, 2021)
    ]
    (folder / "observed.csv").write_text(head + "".join(rows), encoding="utf-8")
    return lambda: pm.read_observed(folder / "observed.csv")


def city_check(size: Size) -> Callable[[], Any]:
    """Check a folder of one census, every table held against the others and the base estimated."""
    folder = Path(tempfile.mkdtemp())
    codes = [str(900_001 + place) for place in range(size.districts)]
    groups = ("0", "1-4", *(f"{low}-{low + 4}" for low in range(5, 85, 5)), "85+")
    (folder / "city.toml").write_text(
        'format = 1\n[city]\ncode = "900000"\nname_zh = "c"\nname_en = "c"\nreference = "un_wpp2024_china"\n'
        '[[census]]\nyear = 2020\ndate = 2020-11-01\npublication = "invented"\n',
        encoding="utf-8",
    )
    people = [f"2020,{c},{s},{g},{1000 - 40 * n}\n" for c in codes for s in SEXES for n, g in enumerate(groups)]
    (folder / "population.csv").write_text("census,district,sex,age_group,population\n" + "".join(people))
    head = "census,district,name_zh,name_en,unit,central_city,land_area_km2\n"
    (folder / "districts.csv").write_text(head + "".join(f"2020,{c},n,n,{c},yes,100\n" for c in codes))
    return lambda: pm.check_city(folder)


def targets_of_old(year: int) -> pd.DataFrame:
    """One target: those aged 60 and over at most a half."""
    blank = {"number": pd.NA, "lower": np.nan, "upper": np.nan, "tolerance": np.nan, "base_text": "",
             "start_year": pd.NA, "reference": "", "version": "", "base_year": 2020, "base_value": 30.0,
             "source": "plan"}  # fmt: skip
    one = {"indicator": "share_60_plus", "name_zh": "60+", "name_en": "60+", "year": year, "operator": "at_most",
           "value": 35.0, "unit": "percent", "decimals": 1, "better": "lower", "text": "35"}  # fmt: skip
    return pd.DataFrame([one | blank])


def plan_of(size: Size) -> Problem:
    """A plan of one target in the last year, with limits."""
    population, data = labelled(size)
    if size.draws == 1:
        population, data = population.isel(draw=0, drop=True), data.isel(draw=0, drop=True)
    kinds = ("district_rate", "class_loss", "city_rate")
    limits = Limits(
        "mid", (-34.0, 39.0), {"60+": 0.0, "other": 34.0}, dict.fromkeys(kinds, "assumed"), city_rate=(-20.0, 20.0)
    )
    return pm.plan_problem(pm.project(population, data), targets_of_old(2020 + PERIODS), start=2024, limits=limits)


def feasibility_building(size: Size) -> Callable[[], Any]:
    """Responses to a migrant of each class and year in every district: at most 30 times a projection."""
    problem = plan_of(Size(1, size.districts))
    return lambda: responses(problem, classes=problem.classes, districts=True)


def feasibility_program(size: Size) -> Callable[[], Any]:
    problem = plan_of(Size(1, size.districts))
    system = system_of(problem, problem.limits[0])
    return lambda: solve(system, np.zeros(system.low.size), target_rows(system, (0,)))


def feasibility_end(size: Size) -> Callable[[], Any]:
    """An end of a range: at most four times one program."""
    problem = plan_of(Size(1, size.districts))
    system = system_of(problem, problem.limits[0])
    return lambda: extreme(system, system.aims[0], 1.0, target_rows(system, ()))


def required_by_draw(size: Size) -> Callable[[], Any]:
    """Even migration of every draw: at most three times projecting each draw twice."""
    problem = plan_of(size)
    return lambda: pm.required_migration(problem, schedules=("model",))


ALONE = tuple(Size(1, n) for n in (1, 12, 100, 1_000, 10_000))
DRAWN = tuple(Size(n, 12) for n in (100, 1_000, 10_000))

REGISTRY: tuple[Case, ...] = (
    Case("copy population", copy_population, (*ALONE, *DRAWN)),
    Case("copy components", copy_components, (*ALONE, *DRAWN[:2])),
    Case("plain numpy", plain, (*ALONE[:4], *DRAWN[:2])),
    Case("kernel population", kernel_population, (*ALONE, *DRAWN), ("copy population", "plain numpy")),
    Case("kernel components", kernel_components, (*ALONE, *DRAWN[:2]), ("copy components", "plain numpy")),
    Case("kernel population, own rates", lambda s: kernel_population(s, own=True), DRAWN[:2], ("copy population",)),
    Case("kernel components, own rates", lambda s: kernel_components(s, own=True), DRAWN[:2], ("copy components",)),
    Case("kernel population, float32", kernel_single, DRAWN[:2], ("copy population",)),
    Case("kernel population, moves by rates", kernel_moves, (ALONE[1], DRAWN[0]), ("copy population",)),
    Case("project", labelled_projection, (ALONE[1], DRAWN[0])),
    Case("measure", indicators, (ALONE[1], *DRAWN[:2])),
    Case("project_indicators", ensemble, DRAWN[:2]),
    Case("kernel in blocks of 50, own rates", kernel_blocks, DRAWN),
    Case("compact drivers to quantiles", compact_draws, DRAWN, ("kernel in blocks of 50, own rates",)),
    Case("national run", national, (Size(100, 141), Size(1_000, 141), Size(1_000, 1_414))),
    Case("read_observed, 20 rows a district", observed_table, (ALONE[1], ALONE[3], Size(1, 50_000))),
    Case("check_city", city_check, (ALONE[1], ALONE[3], Size(1, 2_900))),
    Case("explorer", explorer, (ALONE[1],)),
    Case("life tables", life_tables, (ALONE[1], *DRAWN)),
    Case("feasibility, building", feasibility_building, (ALONE[1], ALONE[3]), ("project",)),
    Case("feasibility, one program", feasibility_program, (ALONE[1], ALONE[3])),
    Case("feasibility, an end of a range", feasibility_end, (ALONE[1], ALONE[3]), ("feasibility, one program",)),
    Case("required migration by draw", required_by_draw, (DRAWN[0],), ("project",)),
)
"""Every case, the yardsticks first."""
