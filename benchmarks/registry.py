"""The benchmark cases: one literal tuple."""

from collections.abc import Sequence
from dataclasses import dataclass

PERIODS, AGES = 15, 101


@dataclass(frozen=True)
class Case:
    """One benchmark.

    `kind` names the function of `jobs.py` that builds it; `rates` says whether all draws share one set of rates and
    migrants or each brings its own; `parts` whether the population alone is written or births, deaths and migrants too.
    """

    kind: str
    draws: int = 1
    districts: int = 12
    rates: str = "shared"
    parts: str = "population"

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.draws}x{self.districts}-{self.rates}-{self.parts}"

    @property
    def cells(self) -> int:
        """Cell-steps: draw × district × sex × age × year."""
        return self.draws * self.districts * 2 * AGES * PERIODS


REGISTRY = (
    # one draw, more and more districts
    Case("kernel", districts=1),
    Case("kernel", districts=12),
    Case("kernel", districts=100),
    Case("kernel", districts=1_000),
    Case("kernel", districts=10_000),
    # twelve districts, more and more draws
    Case("kernel", draws=100),
    Case("kernel", draws=1_000),
    Case("kernel", draws=10_000),
    # each draw with its own stock, fertility, survival and migration
    Case("kernel", draws=100, rates="own"),
    Case("kernel", draws=1_000, rates="own"),
    Case("kernel", draws=10_000, rates="own"),
    # births, deaths and migrants written too
    Case("kernel", draws=100, parts="all"),
    Case("kernel", draws=1_000, parts="all"),
    Case("kernel", draws=1_000, rates="own", parts="all"),
    # half the memory
    Case("kernel_float32", draws=1_000),
    # moves between all districts and departures, by rates
    Case("kernel_moves", draws=1),
    Case("kernel_moves", draws=100),
    # labelled data
    Case("project", draws=1, parts="all"),
    Case("project", draws=100, parts="all"),
    Case("measure", draws=1, parts="all"),
    Case("measure", draws=100, parts="all"),
    Case("ensemble", draws=1_000, rates="own", parts="indicators"),
    Case("ensemble", draws=10_000, rates="own", parts="indicators"),
    # life tables of both sexes for every draw and year, of one district
    Case("life_table", draws=10_000, districts=1, parts="all"),
    Case("relational_table", draws=10_000, districts=1, parts="all"),
)
"""Every case that `python -m benchmarks` runs."""


def by_name(cases: Sequence[Case] = REGISTRY) -> dict[str, Case]:
    """Return the cases by name.

    Raises
    ------
    ValueError
        If two cases are the same.
    """
    names = [case.name for case in cases]
    again = sorted({name for name in names if names.count(name) > 1})
    if again:
        raise ValueError(f"benchmarks: {', '.join(again)} stands twice in the registry. Remove one.")
    return dict(zip(names, cases, strict=True))
