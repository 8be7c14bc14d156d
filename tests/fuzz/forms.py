"""The inputs that are damaged: where each comes from, how it is read, and what must hold of what was read.

A form is a `Form`; further ones are added to `FORMS`.
"""

import csv
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import popmodel as pm
from popmodel.files.census import read_census
from popmodel.files.departments import read_departments
from tests.invented import write_city

from .damage import Rows, damage


@dataclass(frozen=True)
class Form:
    """`make(folder, random)` writes a damaged input and returns a function that reads it and checks what it got."""

    name: str
    make: Callable[[Path, random.Random], Callable[[], None]]
    weight: int = 1


def _rows(path: str) -> Rows:
    with pm.data_path(path).open(encoding="utf-8", newline="") as text:
        return list(csv.reader(text))


def _part(rows: Rows, r: random.Random, most: int = 12) -> Rows:
    """Return the head and some rows of a long table: the faults of a cell do not depend on the others."""
    return [rows[0], *sorted(r.sample(rows[1:], min(most, len(rows) - 1)), key=rows.index)]


def _finite(table: pd.DataFrame, columns: Sequence[str]) -> None:
    for name in columns:
        values = table[name].to_numpy(dtype=float, na_value=np.nan)
        assert not np.isinf(values).any(), name


def _table(path: str, read: Callable[[Path], pd.DataFrame], numbers: Sequence[str], *, part: bool = True) -> Form:
    rows = _rows(path)

    def make(folder: Path, r: random.Random) -> Callable[[], None]:
        ending, raw = damage(_part(rows, r) if part else rows, r)
        file = folder / f"table{ending}"
        file.write_bytes(raw)

        def run() -> None:
            table = read(file)
            _finite(table, numbers)
            # What was read says the same when it is saved and read again.
            again = folder / "again.csv"
            table.to_csv(again, index=False)
            pd.testing.assert_frame_equal(read(again).reset_index(drop=True), table.reset_index(drop=True))

        return run

    return Form(path, make, 12)


def _observed(file: Path) -> pd.DataFrame:
    return pm.read_observed(file)


def _added() -> Form:
    """A table that is added is checked against the plan and what is held, by the sheet's check and by the reader."""
    targets = pm.read_targets(pm.data_path("plan/table6.csv"))
    held = pm.read_observed(pm.data_path("plan/observed.csv"))
    rows = _rows("plan/observed.csv")
    sheet = [rows[0], *[[cell.replace("2023", "2031") for cell in row] for row in rows[1:] if row[2] == "2023"][:8]]

    def make(folder: Path, r: random.Random) -> Callable[[], None]:
        ending, raw = damage(sheet, r)
        file = folder / f"sheet{ending}"
        file.write_bytes(raw)

        def run() -> None:
            faults = pm.observation_faults(file, targets, observed=held)
            found = 0
            try:
                pm.read_observed(file, targets=targets, held=held, areas=set(held["area"]))
            except pm.SchemaError as error:
                found = len(error.faults)
                raise
            finally:
                assert found == len(faults), "the check and the reader differ"

        return run

    return Form("an added sheet", make, 12)


def _city(name: str, city: Path) -> Form:
    """A folder of which one table is damaged: the reader takes it if and only if the check finds nothing."""
    rows = list(csv.reader((city / name).read_text(encoding="utf-8").splitlines()))

    def make(folder: Path, r: random.Random) -> Callable[[], None]:
        own = folder / "city"
        shutil.copytree(city, own, dirs_exist_ok=True)
        (own / name).unlink()
        (own / name).write_bytes(damage(rows, r, workbooks=False)[1])

        def run() -> None:
            faults = pm.check_city(own)
            if len(faults):
                assert faults["rule"].str.len().min() > 0
            census = read_census(own)
            people = census["population"].to_numpy()
            assert np.isfinite(people).all()
            assert (people >= 0).all()
            base = pm.estimate_base(census)
            assert faults.empty, "the check lists what the reader takes"
            rates = pm.scenario_rates(base, [pm.Scenario("flat", 1.1, 80.0, 1.08, 100.0)], years=range(2020, 2023))
            path = pm.project(base["population"], rates)
            stock = path["population"].sum(("district", "sex", "age"))
            assert np.isfinite(stock).all()
            moved = path["births"].sum(("district", "sex")) - path["deaths"].sum(("district", "sex", "age"))
            moved = moved + path["net_migration"].sum(("district", "sex", "age"))
            np.testing.assert_allclose(stock.diff("year").to_numpy(), moved.to_numpy(), atol=1e-6 * float(stock.max()))

        return run

    return Form(f"city {name}", make)


def small_city(folder: Path) -> Path:
    """Write an invented city of two districts, with every optional table."""
    groups = ("0-4", "5-14", "15-59", "60-79", "80+")
    return write_city(folder / "city", sizes=(4000.0, 2500.0), groups=groups, earlier=False)


def forms(city: Path) -> list[Form]:
    """Return every form; `city` is an invented city in the documented form, with every optional table."""
    found = [
        _table("plan/observed.csv", _observed, ("value", "decimals", "year"), part=True),
        _table("plan/table6.csv", pm.read_targets, ("value", "lower", "upper", "base_value"), part=True),
        _table("plan/text_targets.csv", pm.read_targets, ("value", "lower", "upper", "base_value"), part=True),
        _table("plan/departments.csv", read_departments, ()),
        _added(),
    ]
    names = ("districts.csv", "population.csv", "settlement.csv", "centres.csv", "observed.csv")
    return [*found, *(_city(name, city) for name in names)]
