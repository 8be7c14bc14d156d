"""What a plan's targets would take, as one record: what is attainable, required and excluded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import pandas as pd
import xarray as xr

from popmodel.feasibility.conflicts import find_conflicts
from popmodel.feasibility.problem import Problem, plan_problem
from popmodel.feasibility.ranges import attainable_range
from popmodel.feasibility.required import required_migration
from popmodel.scenario.limits import Limits
from popmodel.schema import SchemaError, named, near

MAIN = "peers"
"""The set of limits within which it is asked, where a city declares one of this name."""


@dataclass(frozen=True)
class Feasibility:
    """What the targets of a plan would take.

    Attributes
    ----------
    limits : mapping of str to Limits
        The sets of limits declared.
    main : str
        The one within which everything was sought.
    problem : Problem
        With the limits of `main`.
    ranges : pandas.DataFrame
        From `attainable_range`.
    required : pandas.DataFrame
        From `required_migration`, even paths.
    conflicts : pandas.DataFrame
        From `find_conflicts`.
    """

    limits: Mapping[str, Limits]
    main: str
    problem: Problem
    ranges: pd.DataFrame
    required: pd.DataFrame
    conflicts: pd.DataFrame


class Evaluated(Protocol):
    """What is read of an evaluation."""

    @property
    def targets(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def base(self) -> xr.Dataset: ...  # noqa: D102
    @property
    def projection(self) -> xr.Dataset: ...  # noqa: D102


def last_published(base: xr.Dataset) -> int:
    """Return the last year of a base with published residents: nothing up to it is decided."""
    seen = base["observed_year"].to_numpy() if base.sizes.get("observed_year", 0) else [int(base["year"])]
    return int(seen[-1])


def chosen_limits(limits: Mapping[str, Limits], name: str | None = None) -> str:
    """Return the name of a set of limits: the one asked for, `MAIN`, or the first.

    Raises
    ------
    SchemaError
        If there is none, or none of that name.
    """
    names = list(limits)
    if not names:
        raise SchemaError('the city declares no limits. Name a file in city.toml: limits = "limits.toml".')
    if name is not None and name not in names:
        raise SchemaError(f"limits {name!r} are not declared.{near(name, names)} Use one of: {named(names)}.")
    return name or (MAIN if MAIN in names else names[0])


def what_it_takes(
    evaluation: Evaluated, limits: Mapping[str, Limits], *, main: str | None = None, start: int | None = None
) -> Feasibility | None:
    """Ask what the targets of an evaluation would take.

    Parameters
    ----------
    evaluation : Evaluated
        Its targets, base and projection.
    limits : mapping of str to Limits
        From `read_limits`.
    main : str, optional
        Within which it is asked; `peers`, or the first, if not given.
    start : int, optional
        The last year given; the last with published residents if not given.

    Returns
    -------
    Feasibility or None
        None where the projection answers no target.

    Raises
    ------
    SchemaError
        As `plan_problem` and the verbs.
    """
    name = chosen_limits(limits, main)
    begin = last_published(evaluation.base) if start is None else start
    one = plan_problem(evaluation.projection, evaluation.targets, start=begin, limits=limits[name])
    if not one.rows:
        return None
    return Feasibility(
        limits, name, one, attainable_range(one), required_migration(one, paths=("even",), fertility=False),
        find_conflicts(one),
    )  # fmt: skip
