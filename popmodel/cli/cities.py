"""Commands for any city: its folder made, its folder checked, its back-test."""

import argparse
import shlex
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from popmodel import __version__
from popmodel.cli.language import add_language
from popmodel.schema import SchemaError

if TYPE_CHECKING:
    from popmodel.backtesting import Backtest

KIND = "popmodel back-test"
Adder = Callable[..., argparse.ArgumentParser]


def add_cities(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", command: Adder) -> None:
    """Add `new`, `check` and `backtest` to the commands."""
    one = command(
        commands, "new", new, "a folder of empty tables for another city",
        "Writes city.toml, empty tables (census, observed values, targets), a scenario file and a README\n"
        "that explains every column. Never overwrites.\n\nexample: popmodel new mycity",
    )  # fmt: skip
    one.add_argument("folder", type=Path, metavar="FOLDER", help="folder to make; must not hold any of these files")
    one = command(
        commands, "check", check, "say what is missing or wrong in a city's folder, cell by cell",
        "Lists all faults at once. Ends with 0 if the folder can be used, else with 2.\n\n"
        "example: popmodel check mycity",
    )  # fmt: skip
    one.add_argument("folder", type=Path, metavar="FOLDER", help="city folder: city.toml, districts.csv …")
    one.add_argument("--out", type=Path, metavar="FILE", help="write the list, .csv")
    one = command(
        commands, "backtest", backtest, "what the model would have said at an earlier census, against what came",
        "Projects from each census of the folder with what was known then, to the next census and, from the last\n"
        "one, to the published year-end stocks; prints the errors beside those of naive forecasts. With --out\n"
        "writes errors.csv, cells.csv, inputs.csv, run.json, the charts, and indicator_errors.csv, which\n"
        "city.toml may name (errors = …): the outlook of targets is then told by these errors.\n\n"
        "example: popmodel backtest --lang en --out out/backtest",
    )  # fmt: skip
    one.add_argument("--city", type=Path, metavar="FOLDER", help="a city's folder (the shipped one if not given)")
    one.add_argument("--census", type=Path, metavar="FOLDER", dest="city", help=argparse.SUPPRESS)  # as of 0.1
    one.add_argument("--observed", type=Path, metavar="FILE", help="observed values (those the folder names)")
    one.add_argument("--out", type=Path, metavar="DIR", help="folder to write; must be new, empty or a back-test's")
    add_language(one, "what is printed and drawn")


def new(arguments: Namespace, words: Sequence[str]) -> int:
    """Write the empty tables of a city."""
    from popmodel.files.empty import empty_city

    folder: Path = arguments.folder
    if folder.exists() and not folder.is_dir():
        raise SchemaError(f"{folder}: this is a file, a folder is needed. Choose another name.")
    files = empty_city(folder.name or "mycity")
    there = [name for name in files if (folder / name).exists()]
    if there:
        raise SchemaError(
            f"{folder}: {', '.join(there)} {'are' if len(there) > 1 else 'is'} there already; nothing was written. "
            "Choose another folder."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        with (folder / name).open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    print(f"{folder}: {', '.join(files)}")
    print(f"Fill in the tables as README.md says; then: popmodel check {shlex.quote(str(folder))}")
    return 0


def check(arguments: Namespace, words: Sequence[str]) -> int:
    """Say what is wrong with a city's folder."""
    from popmodel.cli.faults import fault_lines, faults_of
    from popmodel.files.checking import check_city
    from popmodel.report.folder import write_whole
    from popmodel.report.tables import csv_bytes
    from popmodel.wording.messages import message

    folder = arguments.folder
    faults = check_city(folder)
    if arguments.out is not None:
        if arguments.out.suffix.lower() != ".csv":
            raise SchemaError(f"{arguments.out}: the ending {arguments.out.suffix!r} is not known. Use .csv.")
        write_whole(arguments.out, csv_bytes(faults), inputs=[folder])
    if faults.empty:
        print(message("en", "faults-none-folder", folder=str(folder), quoted=shlex.quote(str(folder))))
        return 0
    print("\n".join(fault_lines(faults_of(faults))))
    return 2


def backtest(arguments: Namespace, words: Sequence[str]) -> int:
    """Run the back-tests of a city."""
    from popmodel.backtesting import backtests, error_rows
    from popmodel.cli.terminal import columns
    from popmodel.files.census import read_census
    from popmodel.files.city import read_city
    from popmodel.files.observed import read_observed
    from popmodel.wording.messages import message

    city = read_city(arguments.city)
    folder = city.folder
    observed = None if arguments.observed is None else read_observed(arguments.observed)
    censuses = [read_census(folder, year=census.year, observed=observed) for census in city.censuses]
    results, left_out = backtests(censuses)
    if not results:
        raise SchemaError(f"{folder}: no back-test is possible. {' '.join(left_out)}")
    for result in results:
        print(message(arguments.lang, "terminal-backtest", year=str(int(result.errors["start"].iloc[0]))))
        for line in columns(error_rows(result, lang=arguments.lang), right=range(3, 99)):
            print(line)
        print()
    for text in left_out:
        print(f"popmodel: {text}")
    if arguments.out is not None:
        _write(arguments.out, results, arguments.lang, [folder] + ([arguments.observed] if arguments.observed else []))
        print(f"{arguments.out}: errors.csv, cells.csv, inputs.csv, indicator_errors.csv, run.json, charts")
    return 0


def _write(out: Path, results: "Sequence[Backtest]", lang: str, inputs: Sequence[Path]) -> None:
    from popmodel.backtesting import indicator_errors
    from popmodel.plots import blank_axes, figure_bytes, plot_backtest, plot_backtest_ages
    from popmodel.report.folder import files_of, replaced
    from popmodel.report.record import json_bytes
    from popmodel.report.tables import csv_bytes

    with replaced(out, kind=KIND, inputs=inputs) as folder:
        for name in ("errors", "cells", "inputs"):
            table = pd.concat([getattr(result, name) for result in results])
            (folder / f"{name}.csv").write_bytes(csv_bytes(table))
        (folder / "indicator_errors.csv").write_bytes(csv_bytes(indicator_errors(results)))
        for result in results:
            start, by_age = int(result.cells["start"].iloc[0]), (result.cells["sex"] != "both").all()
            axes = plot_backtest(result.cells, result.errors, lang=lang, ax=blank_axes())
            (folder / f"districts_{start}.svg").write_bytes(figure_bytes(axes.figure, format="svg"))  # type: ignore[arg-type]
            if by_age:
                axes = plot_backtest_ages(result.cells, lang=lang, ax=blank_axes())
                (folder / f"ages_{start}.svg").write_bytes(figure_bytes(axes.figure, format="svg"))  # type: ignore[arg-type]
        (folder / "run.json").write_bytes(
            json_bytes({"kind": KIND, "popmodel": __version__, "files": files_of(folder)})
        )
