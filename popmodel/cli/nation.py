"""The command that projects many units of two censuses into a store."""

import argparse
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from popmodel.cli.language import add_language

Adder = Callable[..., argparse.ArgumentParser]
SHIPPED = "reference/china_counties"


def add_nation(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", command: Adder) -> None:
    """Add `nation` to the commands."""
    one = command(
        commands, "nation", nation, "draw futures of every county of a table and keep their indicators in a Zarr store",
        "Chunks of counties run on the threads of this machine or on a cluster of dask.distributed; a run that was\n"
        "stopped goes on where it stopped when it is started again in the same way.\n\n"
        "example: popmodel nation --out out/nation --draws 1000\n"
        "         popmodel nation --out /shared/nation --cluster tcp://10.0.0.1:8786",
    )  # fmt: skip
    one.add_argument("--counties", type=Path, metavar="FILE", help="counties in two censuses (the shipped ones)")
    one.add_argument("--out", type=Path, required=True, metavar="STORE", help="folder of the Zarr store")
    one.add_argument("--draws", type=int, default=1000, metavar="N", help="futures of each county (1000)")
    one.add_argument("--years", type=int, default=15, metavar="N", help="years after the later census (15)")
    one.add_argument("--seed", type=int, default=1, metavar="N", help="of the random numbers (1)")
    one.add_argument(
        "--spread", type=float, metavar="S",
        help="s.d. of the ten-year log error of a county's total (by what the structure of other provinces says)",
    )  # fmt: skip
    one.add_argument("--cluster", metavar="ADDRESS", help="scheduler of dask.distributed (threads of this machine)")
    add_language(one, "what is printed")


def nation(arguments: Namespace, words: Sequence[str]) -> int:
    """Draw, project, keep."""
    from rich.console import Console
    from rich.progress import Progress

    from popmodel.base import base_of_units
    from popmodel.files.counties import read_counties
    from popmodel.files.many import project_many
    from popmodel.files.paths import data_path
    from popmodel.files.schedules import read_schedules
    from popmodel.probability.errors import empirical_errors
    from popmodel.probability.units import draw_units
    from popmodel.wording.messages import message

    counties = read_counties(arguments.counties or data_path(f"{SHIPPED}/counties_age5.csv.gz"))
    base = base_of_units(counties, read_schedules(data_path(SHIPPED)))
    spread = arguments.spread
    if spread is None:
        errors = empirical_errors(counties, rule="covariates")
        spread = float(errors.loc[errors["by"] == "all", "sd_log_error"].iloc[0])
    drivers = draw_units(
        base, counties, draws=arguments.draws, years=arguments.years, spread=spread, seed=arguments.seed
    )
    lang = arguments.lang
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(message(lang, "nation-chunks"))

        def show(done: int, every: int) -> None:
            bar.update(task, completed=done, total=every)

        found = project_many(base["population"], drivers, arguments.out, cluster=arguments.cluster, progress=show)
    sizes = {name: int(found.sizes[name]) for name in ("unit", "draw", "year")}
    sizes["refused"] = int(found.attrs["refused"])
    print(message(lang, "nation-done", store=str(arguments.out), names=", ".join(map(str, found.data_vars)), **sizes))
    return 0
