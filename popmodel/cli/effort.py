"""The command `effort`: how many net migrants a year would just meet each target."""

import argparse
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from popmodel.schema import SchemaError

if TYPE_CHECKING:
    import pandas as pd

Adder = Callable[..., argparse.ArgumentParser]


def add_effort(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", command: Adder, inputs: Any) -> None:
    """Add the command; `inputs` adds the arguments that name files."""
    one = command(
        commands, "effort", run, "the net migration a year that would just meet each target",
        "From the first year without a published figure on, the same number every year; fertility, life expectancy\n"
        "and settlement as in the reference scenario. Every number has been projected and held against the target.\n\n"
        "example: popmodel effort --schedule under_60 --out effort.csv",
    )  # fmt: skip
    one.add_argument("--year", type=int, help="use what was known when this year was evaluated (the newest)")
    one.add_argument("--reference", metavar="NAME", help="the scenario whose other drivers hold (the first)")
    one.add_argument("--indicator", metavar="ID", help="this indicator alone")
    one.add_argument(
        "--schedule", choices=("model", "under_60", "residents"), default="model",
        help="ages and places of the migrants: the model's, the same without those aged 60 and over, the residents'",
    )  # fmt: skip
    one.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of what is printed (zh)")
    one.add_argument("--out", type=Path, metavar="FILE", help="write the table, .csv, or the chart, .svg or .png")
    inputs(one)


def run(arguments: Namespace, words: Sequence[str]) -> int:
    """Print the table, and write it or its chart if asked for."""
    from popmodel.evaluation import evaluate_inputs
    from popmodel.feasibility.effort import effort
    from popmodel.files.guard import refuse_inputs
    from popmodel.files.inputs import read_inputs

    out: Path | None = arguments.out
    if out is not None and out.suffix.lower() not in (".csv", ".svg", ".png"):
        raise SchemaError(f"{out}: the ending {out.suffix!r} is not known. Use .csv, .svg or .png.")
    inputs = read_inputs(
        arguments.city, targets=arguments.targets, observed=arguments.observed, scenarios=arguments.scenarios,
        add=arguments.add, only=arguments.scenario or (),
    )  # fmt: skip
    if out is not None:
        refuse_inputs(out, inputs.files.values())
    found = evaluate_inputs(inputs, year=arguments.year, horizon=arguments.horizon, history=False)
    table = effort(found, scenario=arguments.reference, schedule=arguments.schedule, indicator=arguments.indicator)
    _print(table, arguments.lang)
    if out is not None:
        _write(out, table, arguments.lang)
        print(out)
    return 0


def _print(table: "pd.DataFrame", lang: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from popmodel.wording.effort import effort_rows, effort_words

    words = effort_words(table, lang)
    sheet = Table(title=words.title, caption=words.caption, title_justify="left", caption_justify="left", box=None)
    for place, head in enumerate(words.heads):
        sheet.add_column(head, justify="right" if place > 1 else "left", overflow="fold")
    for row in effort_rows(table, lang):
        sheet.add_row(*row)
    Console(width=100, highlight=False, markup=False).print(sheet)


def _write(out: Path, table: "pd.DataFrame", lang: str) -> None:
    from popmodel.report.folder import write_whole

    if out.suffix.lower() == ".csv":
        from popmodel.report.tables import csv_bytes

        write_whole(out, csv_bytes(table))
        return
    from popmodel.plots import blank_axes, figure_bytes, plot_effort

    axes = plot_effort(table, lang=lang, ax=blank_axes())
    figure = axes.get_figure(root=True)
    assert figure is not None
    write_whole(out, figure_bytes(figure, format="svg" if out.suffix.lower() == ".svg" else "png"))
