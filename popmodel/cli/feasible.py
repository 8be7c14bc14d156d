"""The command `feasible`: what the targets of a plan would take, and which of them exclude each other within limits."""

import argparse
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from popmodel.schema import SchemaError, named, near

if TYPE_CHECKING:
    import pandas as pd

    from popmodel.evaluation import Evaluation
    from popmodel.feasibility.answers import Feasibility
    from popmodel.feasibility.problem import Problem
    from popmodel.wording.feasibility_tables import Sheet

Adder = Callable[..., argparse.ArgumentParser]
WAYS = ("attainment", "sum", "priority")
SAVED = "relaxed"


def add_feasible(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", command: Adder, inputs: Any) -> None:
    """Add the command; `inputs` adds the arguments that name files."""
    one = command(
        commands, "feasible", run, "what the targets would take: ranges, required migration, conflicts, a way out",
        "Within limits on migration that the city declares (limits in city.toml). Every number has been projected and\n"
        "held against the target; each conflict is proved by a certificate in exact numbers.\n\n"
        "example: popmodel feasible --limits peers --start 2024 --relax by=priority --save relaxed.toml",
    )  # fmt: skip
    one.add_argument("--limits", metavar="NAME", help="the set of limits (peers, or the first declared)")
    one.add_argument(
        "--start", type=int, metavar="YEAR", help="the last year given (the last with published residents)"
    )
    one.add_argument("--year", type=int, help="use what was known when this year was evaluated (the newest)")
    one.add_argument("--reference", metavar="NAME", help="the scenario whose other drivers hold (the first)")
    one.add_argument(
        "--give-up", metavar="TARGET", action="append", default=[], dest="give_up",
        help='leave a target out: "share_60_plus 2035", or an indicator with all its years; may be given several times',
    )  # fmt: skip
    one.add_argument(
        "--relax", metavar="by=WAY", type=_way,
        help="print what the targets can come to together: by=attainment (the same share of the way each), by=sum (the "
        "least sum of shortfalls) or by=priority (in the plan's order)",
    )  # fmt: skip
    one.add_argument("--save", type=Path, metavar="FILE", help="write the relaxed path as a scenario, .toml")
    one.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of what is printed (zh)")
    inputs(one)


def _way(text: str) -> str:
    way = text.removeprefix("by=")
    if way not in WAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is no way to relax. Use by={', by='.join(WAYS)}")
    return way


def run(arguments: Namespace, words: Sequence[str]) -> int:
    """Print ranges, required migration and conflicts in words; relax, and save the path, if asked for."""
    from popmodel.evaluation import evaluate_inputs
    from popmodel.feasibility.answers import chosen_limits, last_published
    from popmodel.feasibility.problem import plan_problem
    from popmodel.files.inputs import read_inputs
    from popmodel.files.limits import read_limits

    _check_save(arguments)
    inputs = read_inputs(
        arguments.city, targets=arguments.targets, observed=arguments.observed, scenarios=arguments.scenarios,
        add=arguments.add, only=arguments.scenario or (),
    )  # fmt: skip
    limits = read_limits(inputs.city)
    name = chosen_limits(limits, arguments.limits)
    found = evaluate_inputs(inputs, year=arguments.year, horizon=arguments.horizon, history=False)
    start = last_published(found.base) if arguments.start is None else arguments.start
    targets = without(found.targets, arguments.give_up)
    problem = plan_problem(
        found.projection, targets, scenario=arguments.reference, start=start, limits=limits[name]
    )  # fmt: skip
    if not problem.rows:
        raise SchemaError("no target is left that migration moves. Give up fewer, or choose an earlier start.")
    names = dict(zip(found.targets["indicator"], found.targets[f"name_{arguments.lang}"], strict=True))
    _print(problem, names, arguments.lang)
    if arguments.relax:
        _relax(found, problem, arguments)
    return 0


def _check_save(arguments: Namespace) -> None:
    file: Path | None = arguments.save
    if file is None:
        return
    if not arguments.relax:
        raise SchemaError("--save writes the relaxed path. Say how to relax: --relax by=attainment.")
    if file.suffix.lower() != ".toml":
        raise SchemaError(f"{file}: the ending {file.suffix!r} is not known. Use .toml.")
    if file.exists():
        raise SchemaError(f"{file}: the file exists. Choose another name or delete it.")


def without(targets: "pd.DataFrame", given_up: Sequence[str]) -> "pd.DataFrame":
    """Return the targets without those given up, each named by its indicator, or by indicator and year.

    Raises
    ------
    SchemaError
        If one is no target of the plan.
    """
    left = targets
    for name in given_up:
        indicator, _, year = name.replace(":", " ").strip().partition(" ")
        hit = (targets["indicator"] == indicator) & ((targets["year"].astype(str) == year.strip()) | (not year.strip()))
        if not hit.any():
            known = [f"{row.indicator} {row.year}" for row in targets.itertuples()]
            raise SchemaError(f"--give-up {name!r} is no target of the plan.{near(name, known)} Known: {named(known)}.")
        left = left[~hit.reindex(left.index)]
    return left


def _print(problem: "Problem", names: Mapping[str, str], lang: str) -> None:
    from popmodel.feasibility.conflicts import find_conflicts
    from popmodel.feasibility.ranges import attainable_range
    from popmodel.feasibility.required import required_migration
    from popmodel.wording.feasibility import conflict_sentence, conflict_summary, give_up_sentence
    from popmodel.wording.feasibility_tables import left_out_words, range_sheet, required_sheet

    limits = problem.limits[0]
    label = (limits.zh if lang == "zh" else limits.en) or limits.name
    ranges = attainable_range(problem)
    required = required_migration(problem, paths=("even",), fertility=False)
    conflicts = find_conflicts(problem)
    _sheet(range_sheet(ranges, lang, names={limits.name: label}))
    _sheet(required_sheet(required, lang))
    sentences = [conflict_summary(conflicts, lang, modelled=len(conflicts.attrs["targets"]))]
    numbers = list(dict.fromkeys(int(number) for number in conflicts["conflict"]))
    sentences += [
        f"{number}. {conflict_sentence(conflicts, number, lang, required=required)}" for number in numbers
    ]  # fmt: skip
    sentences.append(give_up_sentence(conflicts, lang))
    sentences.append(left_out_words(ranges.attrs["not_modelled"], names, lang))
    _lines(sentences)


def feasible_lines(feasible: "Feasibility | None", lang: str, *, most: int = 3) -> list[str]:
    """Return what the summary of an evaluation says: how many targets exclude each other, a few of them in words."""
    if feasible is None:
        return []
    from popmodel.wording.feasibility import chosen_conflicts, conflict_sentence, conflict_summary, give_up_sentence

    table = feasible.conflicts
    told = [
        conflict_sentence(table, number, lang, required=feasible.required)
        for number in chosen_conflicts(table, most=most)
    ]  # fmt: skip
    return [
        conflict_summary(table, lang, modelled=len(table.attrs["targets"])),
        *(f"  {each}" for each in [*told, give_up_sentence(table, lang)] if each),
    ]


def _relax(found: "Evaluation", problem: "Problem", arguments: Namespace) -> None:
    from popmodel.feasibility.relaxing import relax_targets
    from popmodel.feasibility.saving import path_scenario
    from popmodel.files.scenario_writing import write_scenarios
    from popmodel.wording.feasibility_tables import relaxed_sheet
    from popmodel.wording.messages import message

    limits, lang = problem.limits[0], arguments.lang
    table, path = relax_targets(problem, by=arguments.relax)
    _sheet(relaxed_sheet(table, lang, limits=(limits.zh if lang == "zh" else limits.en) or limits.name))
    if arguments.save is None:
        return
    reference = next(one for one in found.scenarios if one.name == problem.scenario)
    zh, en = (message(each, "feasible-scenario", limits=getattr(limits, each) or limits.name) for each in ("zh", "en"))
    saved = path_scenario(problem, path, based_on=reference, name=SAVED, zh=zh, en=en)
    write_scenarios(arguments.save, [reference, saved])
    _lines([str(arguments.save)])


def _sheet(sheet: "Sheet") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=sheet.title, caption=sheet.caption, title_justify="left", caption_justify="left", box=None)
    for place, head in enumerate(sheet.heads):
        table.add_column(head, justify="right" if place > 1 else "left", overflow="fold")
    for row in sheet.rows:
        table.add_row(*row)
    Console(width=100, highlight=False, markup=False).print(table)
    print()


def _lines(sentences: Iterable[str]) -> None:
    from popmodel.cli.terminal import wrap

    for sentence in sentences:
        if sentence:
            for line in wrap(sentence, rest="   "):
                print(line)
