"""Read observed values, and list what is wrong with a filled-in sheet."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

from popmodel.files.columns import Checked, checked, completed, fault_table, in_order, refuse, with_sheets, without_line
from popmodel.files.plausible import computed, misspelt, plausible
from popmodel.files.tables import read_text as cells_of
from popmodel.schema import UNITS, Column, Fault, named, near

STATUSES = ("source", "derived", "assumed")
CONFIDENCES = ("high", "medium", "low")
"""How sure a figure is: read in the official publication; in a copy of it, or in the press quoting it; neither."""
_DATE = re.compile(r"(\d{4})(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_GONE = "Fill in a value, or delete the row where nothing is published."
_BOTH = "Correct one of the two."
_KEY = ("indicator", "area", "year")

OBSERVED_COLUMNS = {
    "indicator": Column(),
    "area": Column(),
    "year": Column("year"),
    "value": Column("number", empty=_GONE),
    "unit": Column("choice", choices=tuple(UNITS)),
    "decimals": Column("whole", most=9, empty="Give the number of digits printed after the point."),
    "basis": Column(required=False, blank=True),
    "status": Column("choice", choices=STATUSES, empty=_GONE),
    "confidence": Column("choice", required=False, blank=True, choices=CONFIDENCES),
    "published": Column(empty=_GONE),
    "publication": Column(empty=_GONE),
    "chosen": Column("choice", required=False, blank=True, choices=("yes",)),
    "note": Column(required=False, blank=True),
}
"""The form of a table of observed values, in its order."""


def read_observed(
    path: str | Path,
    *,
    targets: pd.DataFrame | None = None,
    held: pd.DataFrame | None = None,
    areas: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Read a table of observed values, one row an indicator, area, year and source, from `.csv` or `.xlsx`.

    Two sources may stand side by side for the same indicator, area and year if one of them is `chosen`.

    Parameters
    ----------
    path : str or Path
        The form is `OBSERVED_COLUMNS`; columns that may be left out come back blank.
    targets : pandas.DataFrame, optional
        As returned by `read_targets`. Without `held`, its indicators are known besides those that are computed.
    held : pandas.DataFrame, optional
        The values that the table is added to (`--add`): then an indicator must be computed, in the plan or held
        already, and no value may be given a second time unless one is chosen. Without it an indicator may be new, but
        not a slip of a known one.
    areas : iterable of str, optional
        The codes that a row may have: the city's and its districts'. Any if not given.

    Returns
    -------
    pandas.DataFrame, (rows, 13)
        In the order of `OBSERVED_COLUMNS`, index the line in the file; `area` is text, `year` and `decimals` are
        nullable integers, `value` is a float in `unit`.

    Raises
    ------
    SchemaError
        Missing or unknown columns, blank cells or cells of the wrong kind, a date of another form, more decimals
        printed than declared, a figure that the indicator cannot have, an unknown indicator or area, two sources for
        one year of which not exactly one is chosen: all of them in `faults`.

    Examples
    --------
    >>> seen = pm.read_observed(pm.data_path("plan/observed.csv"))
    >>> seen.query("indicator == 'resident_population' and year == 2023")["value"].max().item()
    976.1
    """
    table, faults = _checked(path, targets, held, areas)
    refuse(faults)
    return table


def no_observed() -> pd.DataFrame:
    """Return a table of observed values without rows, in the form that `read_observed` gives."""
    empty = pd.DataFrame({name: pd.Series(dtype=str) for name in OBSERVED_COLUMNS})
    return checked(empty, OBSERVED_COLUMNS, file="no observed values").table


def observation_faults(
    path: str | Path,
    targets: pd.DataFrame,
    *,
    observed: pd.DataFrame | None = None,
    areas: Iterable[str] | None = None,
) -> pd.DataFrame:
    """List everything that is wrong with a filled-in sheet, cell by cell; an empty table means that it can be read.

    Parameters
    ----------
    path : str or Path
        The sheet, `.csv` or `.xlsx`.
    targets : pandas.DataFrame
        As returned by `read_targets`: which indicators there are, and in what they are measured.
    observed : pandas.DataFrame, optional
        The values already held: a second value for the same indicator, area and year is reported unless one of
        the two is chosen.
    areas : iterable of str, optional
        The codes that a row may have; those of `observed` if not given.

    Returns
    -------
    pandas.DataFrame, (faults, 6)
        Columns `file`, `line`, `column`, `given` (as typed), `rule`, `remedy`.

    Examples
    --------
    >>> pm.observation_template(ev.targets, ev.observed, year=2024).to_csv("2024.csv", index=False)
    >>> faults = pm.observation_faults("2024.csv", ev.targets, observed=ev.observed)
    >>> set(faults["rule"])  # nothing is filled in yet
    {'is empty'}
    """
    known = set(observed["area"]) if areas is None and observed is not None else areas
    held = pd.DataFrame(columns=list(OBSERVED_COLUMNS)) if observed is None else observed
    found = _checked(path, targets, held, known).faults
    return fault_table(in_order(found))


def _checked(
    path: str | Path, targets: pd.DataFrame | None, held: pd.DataFrame | None, areas: Iterable[str] | None
) -> Checked:
    file, raw = str(path), without_line(cells_of(path))
    table, faults = checked(raw, OBSERVED_COLUMNS, file=file)
    if any(fault.line == 1 for fault in faults):
        return Checked(table, with_sheets(faults, raw))
    table = completed(table, OBSERVED_COLUMNS)
    good = table[~table.index.isin([fault.line for fault in faults])] if faults else table
    faults += _cell_faults(good, raw, file)
    faults += _indicator_faults(good, file, targets, held)
    if areas is not None:
        faults += _area_faults(good, file, sorted(set(areas)))
    faults += _conflicts(good, file, held)
    return Checked(table, faults)


def _cell_faults(table: pd.DataFrame, raw: pd.DataFrame, file: str) -> Iterator[Fault]:
    """Yield dates of another form, more decimals than declared, figures that the indicator cannot have."""
    texts, cells = _each(table["published"])
    dates = [_published(text) for text in texts]
    year = np.array([found or 0 for found in dates])[cells]
    for line in table.index[year == 0]:
        given = str(table.loc[line, "published"])
        yield Fault(file, int(line), "published", given, "is not YYYY, YYYY-MM or YYYY-MM-DD", "Rewrite the date.")
    for line in table.index[(year > 0) & (year < table["year"].to_numpy(dtype=int))]:
        rule = f"is before the year observed, {table.loc[line, 'year']}"
        yield Fault(file, int(line), "published", str(table.loc[line, "published"]), rule, _BOTH)
    said, value = table["decimals"].to_numpy(dtype=int), table["value"].to_numpy()
    # A number that rounding leaves alone has no more digits; the others are looked at as printed.
    rounded = value.copy()
    for places in np.unique(said):
        rounded[said == places] = np.round(value[said == places], int(places))
    for line, most in zip(table.index[rounded != value], said[rounded != value], strict=True):
        printed = str(raw.loc[line, "value"]).strip()
        if (digits := _digits(printed)) > most:
            rule = f"has {digits} decimals, but column decimals says {most}"
            yield Fault(file, int(line), "value", printed, rule, _BOTH)
    for (indicator, unit), rows in table.groupby(["indicator", "unit"], sort=False):
        low, high = plausible(str(indicator), str(unit))
        for line in rows.index[(rows["value"] < low) | (rows["value"] > high)]:
            rule = f"is outside {low:,g} … {high:,g} {unit} for {indicator}"
            remedy = "Correct the figure or its unit."
            yield Fault(file, int(line), "value", str(raw.loc[line, "value"]).strip(), rule, remedy)


def _each(cells: pd.Series) -> tuple[Sequence[str], np.ndarray]:
    codes, texts = pd.factorize(cells.to_numpy(dtype=object))
    return [str(text) for text in texts], codes


def _published(text: str) -> int | None:
    """Return the year of a date of publication, or none if it is no date."""
    found = _DATE.fullmatch(text)
    if found is None or not 1800 <= int(found[1]) <= 2200:
        return None
    if found[4]:
        try:
            date.fromisoformat(text)
        except ValueError:
            return None
    return int(found[1])


def _digits(printed: str) -> int:
    """Return how many digits a number has after the point; noughts at the end say nothing (9122100.0)."""
    if "e" in printed.lower():
        exponent = Decimal(printed).normalize().as_tuple().exponent
        return max(0, -int(exponent))
    return len(printed.partition(".")[2].rstrip("0"))


def _indicator_faults(
    table: pd.DataFrame, file: str, targets: pd.DataFrame | None, held: pd.DataFrame | None
) -> Iterator[Fault]:
    """Yield indicators that are not known or slips of known ones, and units that measure something else."""
    units: dict[str, str] = {}
    for source in (held, targets):
        if source is not None:
            units.update(zip(source["indicator"], source["unit"], strict=True))
    units.update(computed())
    for indicator, unit in table[["indicator", "unit"]].drop_duplicates().itertuples(index=False, name=None):
        here = table.index[(table["indicator"] == indicator) & (table["unit"] == unit)]
        column, given, fault = "indicator", indicator, None
        if indicator in units:
            column, given, fault = "unit", unit, _unit_fault(indicator, unit, units[indicator])
        elif held is not None:
            slip = misspelt(indicator, units)
            guess = f"Did you mean {slip}?" if slip else near(indicator, units).strip() or "Correct the id."
            fault = "is not an indicator of the plan, observed so far or computed", guess
        elif meant := misspelt(indicator, computed()):
            remedy = f"Did you mean {meant}? Another indicator needs an id that differs more."
            fault = "is not known", remedy
        if fault:
            yield from (Fault(file, int(line), column, given, *fault) for line in here)


def _unit_fault(indicator: str, unit: str, known: str) -> tuple[str, str] | None:
    if UNITS[known].quantity == UNITS[unit].quantity:
        return None
    also = [name for name in UNITS if UNITS[name].quantity == UNITS[known].quantity]
    return f"does not measure the same as {indicator}'s {known}", f"Give the value in {' or '.join(also)}."


def _area_faults(table: pd.DataFrame, file: str, areas: Sequence[str]) -> Iterator[Fault]:
    strange = table.loc[~table["area"].isin(areas), "area"]
    for area in strange.unique():
        remedy = f"Use one of: {named(areas, most=40)}.{near(area, areas)}"
        for line in strange.index[strange == area]:
            yield Fault(file, int(line), "area", str(area), "is not the city or one of its districts", remedy)


def _conflicts(table: pd.DataFrame, file: str, held: pd.DataFrame | None) -> Iterator[Fault]:
    """Yield the rows that give the same indicator, area and year without exactly one being chosen."""
    columns = [*_KEY, "chosen", "publication"]
    own = table[columns].assign(line=table.index)
    if held is not None and len(held):
        own = pd.concat([held[columns].assign(line=0), own], ignore_index=True)
    twice = own[own.duplicated(list(_KEY), keep=False)]
    for key, group in twice.groupby(list(_KEY), sort=False):
        chosen = int((group["chosen"] == "yes").sum())
        if chosen == 1:
            continue
        others = [f"line {line}" if line else "a value already held" for line in group["line"]]
        sources = named(dict.fromkeys(group["publication"]), most=3)
        rule = (
            f"does not say which of {len(group)} values of {', '.join(map(str, key))} counts ({named(others, most=5)}; "
            f"{sources}): exactly one must be chosen, not {chosen}"
        )
        remedy = "Write yes in column chosen of the one that counts, and nothing in the others."
        for line, cell in zip(group["line"], group["chosen"], strict=True):
            if line:
                yield Fault(file, int(line), "chosen", str(cell), rule, remedy)
