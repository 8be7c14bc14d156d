"""The command that learns the migration schedules and the ages of the register anew."""

import argparse
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from popmodel.cli.language import add_language
from popmodel.schema import SchemaError

if TYPE_CHECKING:
    import xarray as xr

Adder = Callable[..., argparse.ArgumentParser]
SHIPPED = "reference/china_counties"


def add_learning(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", command: Adder) -> None:
    """Add `learn` to the commands."""
    one = command(
        commands, "learn", learn, "learn migration by age and sex anew from counties in two censuses",
        "Reads counties_age5.csv.gz, learns how ages respond to a county's total and what its structure says,\n"
        "and who the registered are beside the residents; writes schedules.csv, features.csv, totals.csv,\n"
        "errors.csv and register.csv (form: data/reference/china_counties).\n\n"
        "example: popmodel learn --out my/schedules\n         popmodel learn --backtest",
    )  # fmt: skip
    one.add_argument("--counties", type=Path, metavar="FILE", help="counties in two censuses (the shipped ones)")
    one.add_argument("--out", type=Path, metavar="DIR", help="folder to write the tables into")
    one.add_argument(
        "--backtest", action="store_true",
        help="print how far off each province's ages are by what the others teach, beside simpler rules",
    )  # fmt: skip
    add_language(one, "what is printed")


def learn(arguments: Namespace, words: Sequence[str]) -> int:
    """Learn the schedules and write them."""
    from popmodel.base import estimate_migration_schedules
    from popmodel.files.counties import read_counties
    from popmodel.files.paths import data_path
    from popmodel.files.schedules import write_schedules
    from popmodel.wording.messages import message

    folder: Path | None = arguments.out
    if folder is None and not arguments.backtest:
        raise SchemaError("popmodel learn: nothing to do. Give --out DIR, --backtest, or both.")
    if folder is not None and folder.exists() and not folder.is_dir():
        raise SchemaError(f"{folder}: this is a file, a folder is needed. Choose another name.")
    counties = read_counties(arguments.counties or data_path(f"{SHIPPED}/counties_age5.csv.gz"))
    if arguments.backtest:
        _backtest(counties, arguments.lang)
    if folder is None:
        return 0
    schedules = estimate_migration_schedules(counties)
    files = ", ".join(file.name for file in write_schedules(folder, schedules))
    counts = {"units": schedules.attrs["units"], "left_out": schedules.attrs["units_left_out"]}
    print(message(arguments.lang, "schedules-learned", **counts))
    print(message(arguments.lang, "schedules-written", folder=str(folder), files=files))
    return 0


def _backtest(counties: "xr.Dataset", lang: str) -> None:
    """Print the errors of each rule, as Markdown."""
    from popmodel.backtesting.counties import predict_counties, prediction_errors
    from popmodel.backtesting.table import prediction_markdown

    predicted = predict_counties(counties)
    for by in ("all", "size", "age", "province"):
        print(prediction_markdown(prediction_errors(predicted, by=by), lang=lang))
