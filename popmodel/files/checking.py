"""Say everything that is missing or wrong in a city's folder at once, by the rules of the readers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from popmodel.base import estimate_base
from popmodel.files.census import arranged
from popmodel.files.city import City, read_city
from popmodel.files.city_tables import FORMS, city_tables
from popmodel.files.columns import fault_table, in_order
from popmodel.files.observed import read_observed
from popmodel.files.services import read_services
from popmodel.schema import Fault, SchemaError


def check_city(folder: str | Path) -> pd.DataFrame:
    """List everything that is missing or wrong in a city's folder; an empty table means that it can be used.

    Parameters
    ----------
    folder : str or pathlib.Path
        With `city.toml`, `districts.csv`, `population.csv` and, as far as available, `settlement.csv`,
        `centres.csv` and the table of observed values (form: data/census/README.md).

    Returns
    -------
    pandas.DataFrame, (faults, 6)
        Columns `file`, `line` (0 where no line is meant), `column`, `given` (as typed), `rule`, `remedy`.

    Raises
    ------
    SchemaError
        If there is no such folder.

    Notes
    -----
    Every cell is held against the form that the readers use; then the tables against one another; and where nothing
    was found, `estimate_base` is run on every census, so that an empty list is a promise.

    Examples
    --------
    >>> len(pm.check_city(pm.data_path("census/wenzhou")))
    0
    """
    place = Path(folder)
    if not place.is_dir():
        raise SchemaError(
            f"{place}: there is no such folder. Correct the path, or make one with empty tables: popmodel new {place}"
        )
    found: list[Fault] = []
    city: City | None = None
    try:
        city = read_city(place)
    except SchemaError as error:
        found += _faults(error, "city.toml")
    years = None if city is None else [census.year for census in city.censuses]
    tables, faults = city_tables(
        place, years, "" if city is None else city.code, None if city is None else city.tables.get("townships")
    )
    found += faults
    if city is not None:
        observed, faults = _observed(city, tables.get("districts.csv"))
        found += [*faults, *_services(city)]
        if not found:
            found += _estimates(city, tables, observed)
    order = {name: number for number, name in enumerate(FORMS)}
    return fault_table(sorted(in_order(found), key=lambda fault: order.get(fault.file, -1)))


def _faults(error: SchemaError, name: str) -> list[Fault]:
    """Return the faults of an error under the file's name in the folder; one without records becomes one."""
    return [replace(fault, file=name) for fault in error.faults] or [
        Fault(name, rule=str(error).rstrip("."), remedy="Correct the file.")
    ]


def _observed(city: City, districts: pd.DataFrame | None) -> tuple[pd.DataFrame | None, list[Fault]]:
    """Read the observed values, if the city names any, and what is wrong with them."""
    file = city.tables.get("observed")
    if file is None:
        return None, []
    areas = None if districts is None else {city.code, *districts["district"]}
    try:
        return read_observed(file, areas=areas), []
    except SchemaError as error:
        return None, _faults(error, file.name)


def _services(city: City) -> list[Fault]:
    """Return what is wrong with the services, if the city names any."""
    file = city.tables.get("services")
    try:
        if file is not None:
            read_services(file)
    except SchemaError as error:
        return [replace(fault, file=Path(fault.file).name) for fault in error.faults]
    return []


def _estimates(city: City, tables: Mapping[str, pd.DataFrame], observed: pd.DataFrame | None) -> Iterator[Fault]:
    for census in city.censuses:
        try:
            data = arranged(city, tables, census.year, observed)
            estimate_base(data, observed_until=census.year)
            estimate_base(data)
        except SchemaError as error:
            yield Fault(rule=f"census of {census.year}: {error}".rstrip("."), remedy="See data/census/README.md.")
