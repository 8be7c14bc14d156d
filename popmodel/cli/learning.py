"""The command that learns the migration schedules anew."""

import argparse
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from popmodel.cli.language import add_language
from popmodel.schema import SchemaError

Adder = Callable[..., argparse.ArgumentParser]
SHIPPED = "reference/china_counties"


def add_learning(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", command: Adder) -> None:
    """Add `learn` to the commands."""
    one = command(
        commands, "learn", learn, "learn migration by age and sex anew from counties in two censuses",
        "Reads counties_age5.csv.gz, learns how ages respond to a county's total and what its structure says,\n"
        "and writes schedules.csv, features.csv, totals.csv and errors.csv (form: data/reference/china_counties).\n\n"
        "example: popmodel learn --out my/schedules",
    )  # fmt: skip
    one.add_argument("--counties", type=Path, metavar="FILE", help="counties in two censuses (the shipped ones)")
    one.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write the four tables into")
    add_language(one, "what is printed")


def learn(arguments: Namespace, words: Sequence[str]) -> int:
    """Learn the schedules and write them."""
    from popmodel.base import estimate_migration_schedules
    from popmodel.files.counties import read_counties
    from popmodel.files.paths import data_path
    from popmodel.files.schedules import write_schedules
    from popmodel.wording.messages import message

    folder: Path = arguments.out
    if folder.exists() and not folder.is_dir():
        raise SchemaError(f"{folder}: this is a file, a folder is needed. Choose another name.")
    counties = arguments.counties or data_path(f"{SHIPPED}/counties_age5.csv.gz")
    schedules = estimate_migration_schedules(read_counties(counties))
    files = ", ".join(file.name for file in write_schedules(folder, schedules))
    counts = {"units": schedules.attrs["units"], "left_out": schedules.attrs["units_left_out"]}
    print(message(arguments.lang, "schedules-learned", **counts))
    print(message(arguments.lang, "schedules-written", folder=str(folder), files=files))
    return 0
