"""The commands: each takes the parsed arguments and the words typed, and returns the exit code."""

import os
import shlex
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from popmodel.cli.faults import fault_lines, faults_of
from popmodel.cli.feasible import feasible_lines
from popmodel.cli.sure import sure_lines
from popmodel.cli.terminal import finding_lines, marks, progress, scorecard_lines, wrap
from popmodel.evaluation import Evaluation, evaluate_inputs, newest_year, project_city, with_feasibility
from popmodel.files.city_tables import city_areas
from popmodel.files.departments import reporters
from popmodel.files.guard import refuse_inputs
from popmodel.files.inputs import Inputs, read_inputs
from popmodel.files.observed import observation_faults
from popmodel.files.template import observation_template
from popmodel.indicators.talent import count_targets
from popmodel.report import write_report
from popmodel.report.folder import write_whole
from popmodel.report.material import title_of
from popmodel.report.tables import csv_bytes
from popmodel.report.template import template_bytes
from popmodel.report.workbook import labels_of, workbook_bytes
from popmodel.schema import SchemaError
from popmodel.wording.card import worded
from popmodel.wording.derivation import explain
from popmodel.wording.findings import findings
from popmodel.wording.messages import LANGUAGES, message
from popmodel.wording.migration import migration_sentences
from popmodel.wording.register import register_sentences
from popmodel.wording.settlement import settlement_sentences
from popmodel.wording.solved import solved_sentences

MOST_WORKERS = 4


def evaluate(arguments: Namespace, words: Sequence[str]) -> int:
    """Evaluate a year and write the report."""
    with progress() as tell:
        tell(0, 0, "reading")
        inputs = _inputs(arguments)
        tell(0, 0, "projecting")
        found, undrawn = _drawn(inputs, arguments)
        found = with_feasibility(found)
        working = _working(found, arguments)
        out = arguments.out or Path("out") / str(found.year)
        workers = arguments.workers if arguments.workers is not None else min(os.cpu_count() or 1, MOST_WORKERS)
        write_report(
            out, found, lang=arguments.lang, command=_command(words), workers=workers, progress=tell
        )  # fmt: skip
    for year, why in found.record["left_out"].items():
        print(f"popmodel: the evaluation of {year} cannot be repeated and is left out: {why}", file=sys.stderr)
    if undrawn:
        print(
            f"popmodel: no probabilities are given, since the city's futures cannot be drawn: {undrawn}",
            file=sys.stderr,
        )
    _show(found, arguments, working)
    for sentence in feasible_lines(found.feasible, arguments.lang):
        _print(wrap(sentence, rest="    "))
    for sentence in _rests_on(found.base, arguments.lang):
        _print(wrap(sentence))
    written = sorted(out.iterdir(), key=lambda path: (not path.name.startswith("report"), path.name))
    files = " ".join(path.name + (os.sep if path.is_dir() else "") for path in written)
    _print(wrap(f"{out}{os.sep}: {files}", first=message(arguments.lang, "terminal-files")))
    return 0


def _rests_on(base: xr.Dataset, lang: str) -> list[str]:
    """What a base assumes of migrants, of the registered and of where people live."""
    return [*migration_sentences(base, lang), *register_sentences(base, lang), *settlement_sentences(base, lang)]


def score(arguments: Namespace, words: Sequence[str]) -> int:
    """Print the scorecard, and write it if asked for."""
    if arguments.out is not None:
        _ending(arguments.out, (".csv", ".xlsx"))
    inputs = _inputs(arguments)
    if arguments.out is not None:
        refuse_inputs(arguments.out, inputs.files.values())
    found = _evaluated(inputs, arguments, arguments.method, history=False)
    working = _working(found, arguments)
    if arguments.out is not None:
        content = csv_bytes(worded(found.ratings))
        if arguments.out.suffix.lower() == ".xlsx":
            labels = labels_of(found.ratings, found.values)
            content = workbook_bytes(found.ratings, labels, year=found.year, today=date.today(), lang=arguments.lang)
        write_whole(arguments.out, content, inputs=inputs.files.values())
    _show(found, arguments, working)
    if arguments.out is not None:
        _print([str(arguments.out)])
    return 0


def project(arguments: Namespace, words: Sequence[str]) -> int:
    """Write the projected population as a long table."""
    _ending(arguments.out, (".csv",))
    inputs = _inputs(arguments)
    refuse_inputs(arguments.out, inputs.files.values())
    year = arguments.year
    if year is None:
        year = newest_year(inputs)
    run = project_city(inputs, year=year, horizon=arguments.horizon)
    table = _population(run.projection)
    write_whole(arguments.out, csv_bytes(table), inputs=inputs.files.values())
    last = f", observed to {year}" if year is not None else ""
    for sentence in _rests_on(run.base, arguments.lang if "lang" in arguments else "en"):
        _print(wrap(sentence))
    _print([f"{arguments.out}: {len(table)} rows, {table['year'].min()}-{table['year'].max()}{last}"])
    return 0


def template(arguments: Namespace, words: Sequence[str]) -> int:
    """Write the sheet to fill in for a year."""
    _ending(arguments.out, (".xlsx", ".csv"))
    if arguments.out.exists():
        raise SchemaError(f"{arguments.out}: the file exists and may be filled in. Choose another name or delete it.")
    inputs, targets = _plan(arguments)
    sheet = observation_template(targets, inputs.observed, year=arguments.year)
    if sheet.empty:
        raise SchemaError(
            f"every indicator of the plan has a value in {arguments.year} already. Name another year (--year)."
        )
    content = csv_bytes(sheet)
    if arguments.out.suffix.lower() == ".xlsx":
        content = template_bytes(sheet, year=arguments.year, lang=arguments.lang)
    write_whole(arguments.out, content)
    name = shlex.quote(str(arguments.out))
    _print([f"{arguments.out}: {len(sheet)} rows to fill in; then: popmodel observe check {name}"])
    return 0


def check(arguments: Namespace, words: Sequence[str]) -> int:
    """Say what is wrong with a filled-in sheet."""
    inputs, targets = _plan(arguments)
    areas = city_areas(inputs.city.folder, inputs.city.code)
    faults = observation_faults(arguments.file, targets, observed=inputs.observed, areas=areas)
    if faults.empty:
        quoted = shlex.quote(str(arguments.file))
        _print([message("en", "faults-none-sheet", file=str(arguments.file), quoted=quoted)])
        return 0
    _print(fault_lines(faults_of(faults)))
    return 2


def _inputs(arguments: Namespace) -> Inputs:
    return read_inputs(
        arguments.city,
        targets=arguments.targets,
        observed=arguments.observed,
        scenarios=arguments.scenarios,
        add=arguments.add,
        only=arguments.scenario or (),
    )


def _plan(arguments: Namespace) -> tuple[Inputs, pd.DataFrame]:
    """Return what is read for the sheet of a further year, and what may be observed: plan, its text, talent counts."""
    inputs = read_inputs(
        arguments.city, targets=arguments.targets, observed=arguments.observed, add=arguments.add, scenarios=()
    )
    if inputs.targets is None:
        raise SchemaError(f"{inputs.city.folder}: city.toml names no targets. Name a file (--targets).")
    asked = [table for table in (inputs.targets, inputs.text_targets) if table is not None]
    if "talent" in inputs.files:
        asked.append(count_targets(reporters(inputs.city.tables.get("duties"), "talent")))
    return inputs, pd.concat(asked, ignore_index=True)


def _drawn(inputs: Inputs, arguments: Namespace) -> tuple[Evaluation, str]:
    """Evaluate with draws, and say why there are none where nobody asked for a number of them and they are refused."""
    if arguments.draws is not None:
        return _evaluated(inputs, arguments, "all", history=True, draws=arguments.draws, seed=arguments.seed), ""
    try:
        return _evaluated(inputs, arguments, "all", history=True, draws=arguments.usual_draws, seed=arguments.seed), ""
    except SchemaError as error:
        # What is wrong with more than the draws is refused again.
        return _evaluated(inputs, arguments, "all", history=True), str(error)


def _evaluated(
    inputs: Inputs, arguments: Namespace, method: str, *, history: bool, draws: int = 0, seed: int = 1
) -> Evaluation:
    missing = [
        name for name in ("targets", "scenarios") if getattr(inputs, name) is None or not len(getattr(inputs, name))
    ]
    if missing:
        lines = " and ".join(f'{name} = "FILE"' for name in missing)
        raise SchemaError(
            f"{inputs.city.folder / 'city.toml'}: the city {inputs.city.code} names no {' and no '.join(missing)}, and "
            f"those of another city do not fit it. Add {lines} to [city], or give "
            f"{' and '.join(f'--{name}' for name in missing)}."
        )
    return evaluate_inputs(
        inputs,
        year=arguments.year,
        horizon=arguments.horizon,
        method=method,
        base=arguments.base,
        history=history,
        draws=draws,
        seed=seed,
    )


def _working(found: Evaluation, arguments: Namespace) -> str:
    if arguments.explain is None:
        return ""
    return explain(
        found.targets,
        observed=found.observed,
        projected=found.values,
        year=found.year,
        indicator=arguments.explain,
        base=arguments.base,
    )


def _show(found: Evaluation, arguments: Namespace, working: str) -> None:
    lang = arguments.lang
    title = dict(zip(LANGUAGES, title_of(found.values, found.year), strict=True))[lang]
    _print(["", title])
    _print(scorecard_lines(found.ratings, found.values, found.targets, lang=lang, signs=marks(sys.stdout.encoding)))
    _print(["", *finding_lines(findings(found.ratings, found.values, scenarios=found.scenarios), lang=lang), ""])
    told = sure_lines(found.attainment, lang)
    _print([*told, ""] if told else [])
    for sentence in solved_sentences(found.scenarios, found.base, found.projection, lang):
        _print(wrap(sentence, rest="    "))
    for line in working.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        _print(wrap(line.lstrip(), first=indent, rest=indent + "    "))
    if working:
        _print([""])


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _command(words: Sequence[str]) -> str:
    """Return the command as typed, without the place it writes to, which does not change what is written."""
    kept = []
    skip = False
    for word in words:
        if not skip and word != "--out" and not word.startswith("--out="):
            kept.append(word)
        skip = word == "--out"
    return shlex.join(["popmodel", *kept])


def _ending(file: Path, endings: Sequence[str]) -> None:
    if file.suffix.lower() not in endings:
        raise SchemaError(f"{file}: the ending {file.suffix!r} is not known. Use {' or '.join(endings)}.")


def _population(projection: xr.Dataset) -> pd.DataFrame:
    people = projection["population"].transpose("scenario", "year", "district", "sex", "age")
    axes = [people[dim].to_numpy() for dim in people.dims]
    index = pd.MultiIndex.from_product(axes, names=[str(dim) for dim in people.dims])
    table = index.to_frame(index=False)
    for place, lang in enumerate(("name_zh", "name_en"), start=3):
        names = dict(zip(people["district"].to_numpy(), projection[lang].to_numpy(), strict=True))
        table.insert(place, lang, table["district"].map(names))
    return table.assign(population=np.asarray(people, dtype=float).ravel())
