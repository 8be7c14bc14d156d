"""Names, dims, units and labels of everything that passes between the stages, and the checks on them."""

import difflib
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.variables import VARIABLES as VARIABLES, Variable as Variable

SEXES = ("female", "male")
"""Order of the `sex` axis everywhere."""
OPEN_AGE = 100
"""The last single-year age; 100 stands for 100 and over."""
DIMS = (
    "scenario",
    "draw",
    "year",
    "period",
    "area",
    "district",
    "origin",
    "destination",
    "centre",
    "sex",
    "age",
    "age_group",
    "entry_class",
)
"""Order of dims in every variable of the package."""


class PopmodelError(ValueError):
    """Root of the package's errors: `SchemaError` and the kernel's `KernelError`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in an input: where it stands, what was given, the rule and the remedy.

    Parameters
    ----------
    file : str
        As the reader was given it; empty where no file is meant.
    line : int
        Line in the file, 0 where none is meant.
    column : str
        Column, or key of a form.
    given : str
        The cell as typed.
    rule : str
        The rule that is broken, so that it can follow the column; no full stop at its end.
    remedy : str
        What to do: whole sentences.
    """

    file: str = ""
    line: int = 0
    column: str = ""
    given: str = ""
    rule: str = ""
    remedy: str = ""


class SchemaError(PopmodelError):
    """Bad input; the message says what was given, what offends, the rule and the remedy.

    Parameters
    ----------
    message : str, optional
        The text; that of the first faults, with their number, if not given.
    faults : iterable of Fault, optional
        Every fault found, kept in `faults`; none where the input is no file.
    """

    def __init__(self, message: str = "", faults: Iterable[Fault] = ()) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(message or " ".join(fault_texts(self.faults, most=3)))


def fault_texts(faults: Iterable[Fault], *, most: int | None = None) -> list[str]:
    """Write faults as sentences; those that differ in line and cell alone share one.

    Parameters
    ----------
    faults : iterable of Fault
        In the order wanted.
    most : int, optional
        Texts written; a last one then says how many faults there are.

    Returns
    -------
    list of str

    Examples
    --------
    >>> fault_texts([Fault("a.csv", 2, "year", "20", "must be a year such as 2020", "Correct the cell.")])
    ["a.csv: line 2 ('20'): column year must be a year such as 2020. Correct the cell."]
    """
    alike: dict[tuple[str, str, str, str], list[Fault]] = {}
    for fault in faults:
        alike.setdefault((fault.file, fault.column, fault.rule, fault.remedy), []).append(fault)
    texts = []
    for (file, column, rule, remedy), group in list(alike.items())[:most]:
        places = [f"line {f.line}" + (f" ({_shown(f.given)})" if f.given else "") for f in group if f.line]
        heads = [file] if file else []
        heads += [named(places, most=5)] if places else []
        word = "key" if file.endswith(".toml") else "column"
        said = f"{word} {column} {rule}" if column else rule
        texts.append(": ".join([*heads, f"{said}. {remedy}".rstrip()]))
    if most is not None and len(alike) > most:
        texts.append(f"There are {sum(map(len, alike.values()))} faults in all.")
    return texts


def _shown(given: str) -> str:
    """Return a cell in quotation marks, a long one cut."""
    return repr(given if len(given) <= 60 else f"{given[:40]}… ({len(given)} characters)")


class Unit(NamedTuple):
    """A unit: what it measures, its size in the base unit of that quantity, and how it is printed."""

    quantity: str
    factor: float
    zh: str
    en: str


UNITS: Mapping[str, Unit] = {
    "persons": Unit("count", 1.0, "人", "persons"),
    "10k_persons": Unit("count", 10_000.0, "万人", "10,000 persons"),
    "1": Unit("share", 1.0, "", ""),
    "percent": Unit("share", 0.01, "%", "%"),
    "per_mille": Unit("share", 0.001, "‰", "‰"),
    "per_100k": Unit("share", 0.00001, "人/10万人", "per 100,000"),
    "years": Unit("age", 1.0, "岁", "years"),
    "years_of_schooling": Unit("schooling", 1.0, "年", "years of schooling"),
    "children_per_woman": Unit("fertility", 1.0, "", "children per woman"),
    "males_per_100_females": Unit("sex ratio", 1.0, "", "males per 100 females"),
    "places_per_1000": Unit("places", 1.0, "个/千人", "places per 1,000"),
    "beds": Unit("beds", 1.0, "张", "beds"),
    "beds_per_100": Unit("beds per 100", 1.0, "张/百人", "beds per 100"),
    "places": Unit("nursery places", 1.0, "个", "places"),
    "yuan_per_year": Unit("money", 1.0, "元/年", "yuan a year"),
    "yuan_per_worker": Unit("productivity", 1.0, "元/人", "yuan per worker"),
    "km": Unit("length", 1.0, "公里", "km"),
    "km2": Unit("surface", 1.0, "平方公里", "km²"),
    "persons_per_km2": Unit("density", 1.0, "人/平方公里", "persons per km²"),
    "persons_per_person": Unit("ratio", 1.0, "", "persons per person"),
    "rank": Unit("rank", 1.0, "位", "rank"),
    "yuan": Unit("yuan", 1.0, "元", "yuan"),
    "100m_yuan": Unit("yuan", 100_000_000.0, "亿元", "100 million yuan"),
    "person_times": Unit("person-times", 1.0, "人次", "person-times"),
    "households": Unit("households", 1.0, "户", "households"),
    "10k_households": Unit("households", 10_000.0, "万户", "10,000 households"),
    "institutions": Unit("institutions", 1.0, "所", "institutions"),
    "hospitals": Unit("hospitals", 1.0, "家", "hospitals"),
    "providers": Unit("providers", 1.0, "家", "providers"),
    "studios": Unit("studios", 1.0, "家", "studios"),
    "teams": Unit("teams", 1.0, "个", "teams"),
    "platforms": Unit("platforms", 1.0, "个", "platforms"),
    "communities": Unit("communities", 1.0, "个", "communities"),
    "centres": Unit("centres", 1.0, "个", "centres"),
    "circles": Unit("circles", 1.0, "个", "circles"),
    "towns": Unit("towns", 1.0, "个", "towns"),
    "townships": Unit("townships", 1.0, "个", "townships"),
    "villages": Unit("villages", 1.0, "个", "villages"),
    "per_county": Unit("per county", 1.0, "个/县", "per county"),
    "calendar_years": Unit("calendar years", 1.0, "年", "years"),
}
"""Every unit that tables and indicators may name."""


def convert(value: float | np.ndarray, unit: str, to: str, *, what: str = "value") -> float | np.ndarray:
    """Express `value` given in `unit` in the unit `to`.

    Raises
    ------
    SchemaError
        If a unit is not declared, or the two measure different quantities.
    """
    for name in (unit, to):
        if name not in UNITS:
            raise SchemaError(
                f"{what}: unit {name!r} is not declared. Use one of: {', '.join(UNITS)}.{near(name, UNITS)}"
            )
    source, target = UNITS[unit], UNITS[to]
    if source.quantity != target.quantity:
        raise SchemaError(
            f"{what}: a {source.quantity} in {unit!r} cannot be expressed in {to!r}, which measures "
            f"{target.quantity}. Correct the unit in the table."
        )
    return value if unit == to else value * (source.factor / target.factor)


class Column(NamedTuple):
    """What a column of a table must hold.

    `kind` is `text`, `number`, `count` (a number not below zero), `whole` (a whole number not below zero), `year` (a
    whole number 1800…2200) or `choice`; `most` is the largest number allowed, `empty` what to do where a cell that may
    not be blank is.
    """

    kind: str = "text"
    required: bool = True
    blank: bool = False
    choices: tuple[str, ...] = ()
    most: float = 1e15  # no figure of a table is larger: a slip of units, or a cell in exponents, is above it
    empty: str = "Fill in a value."


def lines(cells: pd.Series, *, show: bool = False, most: int = 5) -> str:
    """Name the offending lines of a table, with their content if `show`."""
    head = [f"line {line} ({cell!r})" if show else f"line {line}" for line, cell in cells.iloc[:most].items()]
    return ", ".join(head) + (f" and {len(cells) - most} more" if len(cells) > most else "")


def rows(table: pd.DataFrame, columns: Iterable[str], *, most: int = 5) -> str:
    """Name the offending rows of a table by line and by the content of `columns`."""
    names = list(columns)
    head = [
        f"line {line} ({', '.join(f'{n}={row[n]}' for n in names)})" for line, row in table[names].head(most).iterrows()
    ]
    return ", ".join(head) + (f" and {len(table) - most} more" if len(table) > most else "")


def named(labels: Iterable[Hashable], *, most: int = 8) -> str:
    """List labels for an error message, cut after `most`."""
    texts = [str(label) for label in labels]
    return ", ".join(texts[:most]) + (f" and {len(texts) - most} more" if len(texts) > most else "")


def near(given: object, known: Iterable[object]) -> str:
    """Return `` Did you mean …?`` for a misspelt name, or an empty string where no known name is like it.

    Parameters
    ----------
    given : object
        The name that is not known, or several of them as a list, tuple or set.
    known : iterable of object
        The names that there are.

    Returns
    -------
    str
        With a space before it, to follow the last sentence of an error.

    Examples
    --------
    >>> near("brths", ["births", "deaths"])
    ' Did you mean births?'
    """
    texts = {str(name).casefold(): str(name) for name in known}
    names = sorted(given, key=str) if isinstance(given, list | tuple | set | frozenset) else [given]
    hits = [hit for name in names for hit in difflib.get_close_matches(str(name).casefold(), texts, n=3)]
    found = [texts[hit] for hit in dict.fromkeys(hits)]
    return f" Did you mean {' or '.join(found[:4])}?" if found else ""


def check(data: xr.Dataset, names: Iterable[str], *, what: str) -> None:
    """Check that a Dataset has the variables `names` with their declared dims.

    Raises
    ------
    SchemaError
        If a variable is absent or lacks a dim.
    """
    for name in names:
        if name not in data:
            raise SchemaError(
                f"{what} has no variable {name!r}; it holds {named(data.data_vars)}. Add it."
                + near(name, data.data_vars)
            )
        absent = [dim for dim in VARIABLES[name].dims if dim not in data[name].dims]
        if absent:
            raise SchemaError(
                f"{what}: {name} has dims {data[name].dims} but needs {VARIABLES[name].dims} "
                f"(lacks {', '.join(absent)}). Use expand_dims or assign the dim."
            )


def check_labels(values: xr.DataArray, *, what: str) -> None:
    """Check that `sex` is ordered female, male and that `age` counts up from 0 in single years.

    Raises
    ------
    SchemaError
        If labels are missing, or others, or in another order.
    """
    rules: Mapping[str, Sequence[object]] = {"sex": SEXES, "age": range(values.sizes.get("age", 0))}
    for dim, rule in rules.items():
        labels = values[dim].to_numpy().tolist() if dim in values.coords else []
        if labels != list(rule):
            raise SchemaError(
                f"{what}: {dim} is labelled {named(labels) or 'not at all'}; it must be {named(rule)}. "
                "Reorder or relabel it."
            )


def unlabelled(values: xr.DataArray | xr.Variable, dims: Iterable[str]) -> npt.NDArray[np.float64]:
    """Drop the labels and order the axes; a dim that the variable lacks becomes an axis of length one, not a copy."""
    order = list(dims)
    own = values.variable if isinstance(values, xr.DataArray) else values
    plain = own.transpose(*(dim for dim in order if dim in values.dims)).to_numpy()
    return np.asarray(plain, dtype=float).reshape([values.sizes.get(dim, 1) for dim in order])


_AGES = re.compile(r"(?P<low>\d{1,3})((?P<to>\+)|-(?P<high>\d{1,3}))?", re.ASCII)


def age_bounds(group: str) -> tuple[int, int | None]:
    """Return lower and upper age [completed years] of a group printed as `0`, `5-9` or `85+` (upper `None`).

    Raises
    ------
    SchemaError
        If the label has another form.
    """
    found = _AGES.fullmatch(group.strip())
    if found is not None:
        low, dash, high = int(found["low"]), found["to"], found["high"]
        if high is None or int(high) >= low:
            return low, int(high) if high is not None else None if dash else low
    raise SchemaError(f"age group {group!r} is not of the form 0, 5-9 or 85+. Rewrite the label.")


def age_edges(groups: Sequence[str], *, what: str) -> list[int]:
    """Return the lower ages of `groups`, which must cover every age from 0 once and end in an open group.

    Raises
    ------
    SchemaError
        If groups overlap, leave a gap, do not start at 0 or do not end open.
    """
    clash = age_clash(groups)
    if clash is not None:
        raise SchemaError(f"{what}: {clash[0]}. {clash[1]}")
    return sorted(age_bounds(group)[0] for group in groups)


def age_clash(groups: Iterable[str]) -> tuple[str, str] | None:
    """Return rule and remedy where age groups do not cover every age from 0 once; none where they do.

    Examples
    --------
    >>> age_clash(["0", "1-4", "4-8", "9+"])[0]
    "age groups overlap at '4-8'; the next group must start at age 5"
    """
    known = list(groups)
    bounds = sorted(((*age_bounds(group), group) for group in known), key=lambda bound: bound[0])
    expected: int | None = 0
    for low, high, group in bounds:
        if expected is None or low != expected:
            fault = "overlap" if expected is None or low < expected else "leave a gap"
            rule = f"the next group must start at age {expected}" if expected is not None else "the open group is last"
            return f"age groups {fault} at {group!r}; {rule}", "Give each age from 0 up exactly once."
        expected = None if high is None else high + 1
    if expected is not None:
        return f"the last age group must be open, such as 85+; given {named(known)}", "Add it."
    return None
