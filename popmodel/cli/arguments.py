"""What can be typed, and the help that teaches it."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from popmodel import __version__
from popmodel.cli.cities import add_cities
from popmodel.cli.effort import add_effort
from popmodel.cli.feasible import add_feasible
from popmodel.cli.language import add_language
from popmodel.cli.learning import add_learning
from popmodel.cli.nation import add_nation

Command = Callable[[argparse.Namespace, Sequence[str]], int]
DRAWS = 2000
"""Futures drawn where the command names no number."""
METHODS = ("pace", "eurostat", "statcan", "unsd", "escap", "sdsn", "destatis")

_TOP = """\
Project a city's population by age, sex and district, and judge a population plan's targets.

examples:
  popmodel evaluate --year 2023 --out out/2023   the annual evaluation, on the shipped data
  popmodel evaluate --year 2023 --explain 14     the same, and the working of indicator 14
  popmodel score --year 2022                     the scorecard of a year, with what was known then
  popmodel project --out population.csv          the projected population
  popmodel observe template --year 2024 --out 2024.xlsx
                                                 the sheet to fill in for a further year
  popmodel observe check 2024.xlsx               what is wrong with it, cell by cell
  popmodel evaluate --year 2024 --add 2024.xlsx  the evaluation of that year
  popmodel effort                                how many net migrants a year each target would take
  popmodel feasible --limits peers               which targets exclude each other, and why
  popmodel new mycity; popmodel check mycity     another city: its empty tables, and what is wrong
  popmodel backtest                              how large the model's errors were in the past

Without further options the shipped city is used; --city names the folder of another one, and
--targets, --observed and --scenarios files instead of those that the folder names. Their forms are
described in the README files of the shipped data.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser; each command carries its function in `run`."""
    top = argparse.ArgumentParser(
        prog="popmodel", description=_TOP, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"popmodel {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _evaluate(commands)
    _score(commands)
    _project(commands)
    _observe(commands)
    add_effort(commands, _command, _inputs)
    add_feasible(commands, _command, _inputs)
    add_cities(commands, _command)
    add_learning(commands, _command)
    add_nation(commands, _command)
    return top


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: Command, help_: str, more: str
) -> argparse.ArgumentParser:
    one = commands.add_parser(
        name,
        help=help_,
        description=f"{help_[0].upper()}{help_[1:]}.\n\n{more}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    one.set_defaults(run=run)
    return one


def _inputs(one: argparse.ArgumentParser, *, scenarios: bool = True) -> None:
    files = one.add_argument_group("inputs (the shipped case if not given)")
    files.add_argument(
        "--city",
        type=Path,
        metavar="FOLDER",
        help="a city's folder: city.toml names its tables, targets, observed values and scenarios",
    )
    files.add_argument("--census", type=Path, metavar="FOLDER", dest="city", help=argparse.SUPPRESS)  # as of 0.1
    files.add_argument("--targets", type=Path, metavar="FILE", help="the plan's targets, .csv or .xlsx")
    files.add_argument("--observed", type=Path, metavar="FILE", help="observed values, .csv or .xlsx")
    files.add_argument(
        "--add", type=Path, metavar="FILE", action="append", default=[],
        help="further observed values, such as a filled-in template; may be given several times",
    )  # fmt: skip
    if scenarios:
        files.add_argument("--scenarios", type=Path, metavar="FILE", help="scenarios, .toml")
        files.add_argument(
            "--scenario", metavar="NAME", action="append", help="use this scenario alone; may be given several times"
        )
        one.add_argument("--horizon", type=int, metavar="YEAR", help="last year projected (the last target's)")


def _judging(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--year",
        type=int,
        help="the year evaluated (the newest with a number of residents); only what was published by the end of the "
        "next year is used",
    )
    add_language(one, "what is printed and of the files")
    one.add_argument(
        "--base", choices=("observed", "plan"), default="observed",
        help="base value where two are known: as observed in the base year, or as printed in the plan (observed)",
    )  # fmt: skip
    one.add_argument("--explain", metavar="INDICATOR", help="print the working of this indicator (its id or number)")


def _evaluate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    one = _command(
        commands, "evaluate", _later("evaluate"), "the annual evaluation: scorecard, tables, charts and report",
        "Prints the scorecard and writes a folder with scorecard.csv and .xlsx, indicators.csv, charts/,\n"
        "report.html (one file, Chinese and English) and run.json. An earlier evaluation in that folder\n"
        "is replaced whole.\n\n"
        "example: popmodel evaluate --year 2023 --out out/2023 --explain share_60_plus",
    )  # fmt: skip
    _judging(one)
    one.add_argument("--out", type=Path, metavar="DIR", help="folder to write (out/YEAR)")
    one.add_argument(
        "--workers", type=int, metavar="N", help="processes that draw charts (the number of processors, 4 at most)"
    )
    one.add_argument(
        "--draws", type=int, metavar="N",
        help=f"futures drawn for the probability of each target, 1000 at least; 0: none ({DRAWS})",
    )  # fmt: skip
    one.add_argument("--seed", type=int, metavar="S", default=1, help="of the draws (1)")
    one.set_defaults(usual_draws=DRAWS)
    _inputs(one)


def _score(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    one = _command(
        commands, "score", _later("score"), "the scorecard alone",
        "Prints the scorecard; with --out writes it as .csv or .xlsx.\n\n"
        "example: popmodel score --year 2022 --out card.xlsx",
    )  # fmt: skip
    _judging(one)
    one.add_argument("--method", choices=METHODS, default="pace", help="whose rating is shown (pace)")
    one.add_argument("--out", type=Path, metavar="FILE", help="write the scorecard, .csv or .xlsx")
    _inputs(one)


def _project(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    one = _command(
        commands, "project", _later("project"), "the projected population as a long table",
        "Columns: scenario, year, district, name_zh, name_en, sex, age, population (31 December).\n\n"
        "example: popmodel project --scenario plan --horizon 2030 --out plan.csv",
    )  # fmt: skip
    one.add_argument("--out", type=Path, required=True, metavar="FILE", help="file to write, .csv")
    one.add_argument("--year", type=int, help="use what is observed up to this year (the last one observed)")
    _inputs(one)


def _observe(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    one = commands.add_parser(
        "observe",
        help="add a year: the sheet to fill in, and its check",
        description="Add a year of observed values.",
        allow_abbrev=False,
    )
    two = one.add_subparsers(title="commands", metavar="COMMAND", required=True)
    template = _command(
        two, "template", _later("template"), "write the sheet to fill in for a year",
        "One row for each indicator of the plan that has no value in that year, with the last one in the\n"
        "note. Fill in value, status, published and publication; delete rows for which nothing is published.\n\n"
        "example: popmodel observe template --year 2024 --out 2024.xlsx",
    )  # fmt: skip
    template.add_argument("--year", type=int, required=True, help="the year to be observed")
    template.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="file to write, .xlsx or .csv; must not exist yet"
    )
    add_language(template, "the explanations")
    _inputs(template, scenarios=False)
    check = _command(
        two, "check", _later("check"), "say what is wrong with a filled-in sheet, cell by cell",
        "Ends with 0 if the sheet can be used, else with 2.\n\nexample: popmodel observe check 2024.xlsx",
    )  # fmt: skip
    check.add_argument("file", type=Path, metavar="FILE", help="the sheet, .xlsx or .csv")
    _inputs(check, scenarios=False)


def _later(name: str) -> Command:
    """Import a command when it runs, so that --help is quick."""

    def run(arguments: argparse.Namespace, words: Sequence[str]) -> int:
        from popmodel.cli import commands

        function: Command = getattr(commands, name)
        return function(arguments, words)

    return run
