"""What a scenario holds: drivers by year and district, as values or as a change of another scenario."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, TypeGuard

import numpy as np

from popmodel.demography.trend import METHODS
from popmodel.schema import SchemaError, named

PLAN_BASIS = "plan"
"""`total_fertility_basis` of a scenario whose fertility is the plan's own and may be held against its target."""
OWN_BASIS = "resident births over census women"
"""`total_fertility_basis` where neither the scenario nor its parent names one."""
INTERPOLATIONS = ("linear", "step", "logistic")
"""Ways to go from one dated value to the next."""
TOWARD = ("linear", "logistic")
"""Ways to go from the last observed value to those to be reached."""
OBSERVED = "observed"
"""`Change.after` for the last year with published figures."""
SOLVED = "solved"
"""`Solve.then` where the value solved for goes on."""
ALL = "all"
"""In values by district: every district that is not named."""
MOST = 1e300
"""Beyond is no number that a projection could hold, and integers that are no float."""
LOSSES = ("count", "rate")
"""What a district's net loss is: so many persons, or a share of those who are there."""

Values = float | Mapping[int, float] | Mapping[int, Mapping[str, float]]


@dataclass(frozen=True)
class Observed:
    """A driver taken from published figures and carried on by `carry` (last, mean or linear)."""

    carry: str = "mean"


@dataclass(frozen=True)
class Solve:
    """A driver solved for: the even yearly value that takes the stock to `value` persons at the end of `year`.

    It runs from the first year that is not published. After `year` it goes on, or the mean of the published years does
    (`then` = `OBSERVED`).
    """

    value: float
    year: int
    then: str = SOLVED


@dataclass(frozen=True)
class Dated:
    """Dated values, for the city or by district, with a named interpolation, held after the last year.

    `logistic` is the S-curve that runs from 1 % to 99 % of the way between two dates, stretched to meet both.
    """

    values: Mapping[int, float] | Mapping[int, Mapping[str, float]]
    interpolation: str = "linear"


@dataclass(frozen=True)
class Toward:
    """Dated values reached from the last observed one, for the city or by district, held after the last year.

    From there to the first date, and from each date to the next, along straight lines or S-curves (`Dated`). The dates
    lie after the last published year; the value observed last is that of the published births (fertility), of the
    published stocks (migration), or the life expectancy of the base.
    """

    values: Mapping[int, float] | Mapping[int, Mapping[str, float]]
    interpolation: str = "linear"


@dataclass(frozen=True)
class Change:
    """A change of the parent's values, ``times · value + plus``.

    `after` keeps the parent's values up to that year; `OBSERVED` up to the last year with published figures.

    Examples
    --------
    >>> more = pm.Scenario("more", based_on=ev.scenarios[0], total_fertility=pm.Change(times=1.2, after="observed"))
    >>> more.total_fertility.times
    1.2
    """

    times: "Values | Dated" = 1.0
    plus: "Values | Dated" = 0.0
    after: int | str | None = None


@dataclass(frozen=True)
class Pool:
    """Moves between districts through one pool: `rate` of the residents of each enter it a year, `shares` leave it.

    Shares sum to 1; none given means shares of residents. Who would come back to the district they left stays.
    """

    rate: float
    shares: Mapping[str, float] = field(default_factory=dict)


Driver = Values | Dated | Toward | Observed | Solve | Change

TAKES: Mapping[str, tuple[type, ...]] = {
    "total_fertility": (Observed, Toward),
    "life_expectancy": (Toward,),
    "sex_ratio_at_birth": (),
    "net_migration": (Observed, Solve, Toward),
    "arrivals": (Solve,),
    "departure_rate": (),
    "registered_net_entries": (Observed, Solve),
    "registered_departures": (Observed, Solve),
    "registered_natural_rate": (),
}
"""What each driver may be besides values and a change of the parent's."""
DRIVERS = tuple(TAKES)
NEEDED = ("total_fertility", "life_expectancy", "sex_ratio_at_birth", "net_migration")
"""Drivers that a scenario without a parent must have; arrivals and departures stand for net migration."""
CITY_ONLY = ("registered_net_entries", "registered_departures", "registered_natural_rate")
CONVERSIONS = ("none", "observed_ratio")
"""What is done to a fertility that is not the residents': nothing, or taken times the ratio last observed."""
TEXTS = ("total_fertility_basis", "total_fertility_conversion", "losses", "zh", "en", "note_zh", "note")


@dataclass(frozen=True)
class Scenario:
    """Assumptions of one projection; change one with `dataclasses.replace`.

    Each driver is a number, a mapping year → value (joined by straight lines, held after the last), a mapping year →
    district → value, a `Dated`, or as noted `Observed` or `Solve`. With a parent (`based_on`) a driver may also be a
    `Change` of the parent's, and one that is not given takes the parent's values.

    Parameters
    ----------
    name : str
        Label on the `scenario` axis.
    total_fertility : driver or Observed
        Of the city, spread over the districts by their relative levels; or by district. [children per woman]
    life_expectancy : driver
        Mean of the sexes, at birth. [years]
    sex_ratio_at_birth : driver
        [males per female, 1.09 and not 109]
    net_migration : driver, Observed or Solve
        Of the whole city, or by district. [persons a year]
    registered_net_entries : driver, Observed or Solve
        Net transfers into the household register; 0 if not given. [persons a year]
    centre_shift : mapping of str to float
        Centre → yearly rate at which residents of its partial districts move into it. [1/year]
    total_fertility_basis : str
        Whose fertility this is; ``"plan"`` if it may be held against the plan's target.
    total_fertility_conversion : {"none", "observed_ratio"}
        Whether the values of `total_fertility` are taken times the ratio of the residents' total fertility to the
        published one in the last year that has both, as an office publishes it for those registered; ``"none"`` if not
        given.
    zh, en, note_zh, note : str
        Labels, and a sentence of explanation in Chinese and in English.
    based_on : Scenario, optional
        The parent.
    arrivals : driver or Solve
        Instead of net migration: those who come from outside. [persons a year]
    departure_rate : driver
        Share of a district's residents who leave the city, at the base's ages; with `arrivals`. [1/year]
    moves : mapping of str to mapping, or Pool
        Origin → destination → share of the origin's residents who move there, at the base's ages. [1/year]
    losses : str
        ``"rate"`` turns the net losses of districts after the published years into departure rates, so that a stock
        cannot turn negative; ``"count"`` (the default) leaves them.
    registered_entries : mapping of str to driver
        Entry class → entries into the register, instead of `registered_net_entries`. One class, or the departures, may
        be `Observed` or `Solve`: it takes what the others leave. In published years departures are what the published
        stocks leave, unless the scenario is counterfactual. [persons a year]
    registered_departures : driver, Observed or Solve
        Departures from the register, with `registered_entries`. [persons a year]
    registered_natural_rate : driver
        Natural increase of the registered, which their births are scaled to; what their own births and deaths come to
        if not given. [1/year]
    counterfactual : bool
        Whether the scenario may change what is published. One that may not reproduces the published stocks, births
        and deaths, and its drivers act from the first year after them. Not inherited from the parent.

    Raises
    ------
    SchemaError
        If a driver is missing, of a form that it cannot take, or contradicts another one.

    Examples
    --------
    >>> from dataclasses import replace
    >>> late = replace(ev.scenarios[1], name="late", net_migration={2021: 50_000, 2030: 120_000})
    >>> late.net_migration[2030]
    120000
    """

    name: str
    total_fertility: Driver | None = None
    life_expectancy: Driver | None = None
    sex_ratio_at_birth: Driver | None = None
    net_migration: Driver | None = None
    registered_net_entries: Driver | None = None
    centre_shift: Mapping[str, float] = field(default_factory=dict)
    total_fertility_basis: str = ""
    total_fertility_conversion: str = ""
    zh: str = ""
    en: str = ""
    note: str = ""
    note_zh: str = ""
    based_on: "Scenario | None" = None
    arrivals: Driver | None = None
    departure_rate: Driver | None = None
    moves: Mapping[str, Mapping[str, float]] | Pool | None = None
    losses: str = ""
    registered_entries: Mapping[str, Driver] = field(default_factory=dict)
    registered_departures: Driver | None = None
    registered_natural_rate: Driver | None = None
    counterfactual: bool = False

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        _check(self)


def _check(scenario: Scenario) -> None:
    where = f"scenario {scenario.name}"
    if (
        not isinstance(scenario.name, str)
        or not scenario.name
        or scenario.name != " ".join(scenario.name.splitlines()).strip()
    ):
        raise SchemaError(
            f"scenario name {scenario.name!r} must be a text of one line that is not empty and neither begins nor "
            "ends with a space. Give a name."
        )
    given = [name for name in DRIVERS if getattr(scenario, name) is not None]
    _check_clashes(scenario, given, where)
    _check_complete(scenario, given, where)
    parent = scenario.based_on is not None
    for name in given:
        check_driver(getattr(scenario, name), f"{where}: {name}", TAKES[name], name not in CITY_ONLY, parent)
    for name, driver in scenario.registered_entries.items():
        check_driver(driver, f"{where}: registered_entries {name}", (Observed, Solve), False, parent)
    for centre, rate in scenario.centre_shift.items():
        check_number(rate, f"{where}: centre_shift {centre}")
    if scenario.losses not in ("", *LOSSES):
        raise SchemaError(f"{where}: losses {scenario.losses!r} must be one of {', '.join(LOSSES)}. Correct it.")
    _check_conversion(scenario, where)
    _check_moves(scenario.moves, f"{where}: moves")


def _check_complete(scenario: Scenario, given: list[str], where: str) -> None:
    """Raise if a driver that a scenario without a parent needs, or that another one needs, is not given."""
    parent = scenario.based_on
    has = {*given, *(["net_migration"] if "arrivals" in given else [])}
    missing = [] if parent is not None else [name for name in NEEDED if name not in has]
    if missing:
        raise SchemaError(f"{where}: driver {named(missing)} is missing. Add it, or name a parent with based_on.")
    if "departure_rate" in given and "arrivals" not in given and not _inherits(parent, "arrivals"):
        raise SchemaError(f"{where}: departure_rate needs arrivals. Give arrivals in place of net migration.")
    by_class = bool(scenario.registered_entries) or _inherits(parent, "registered_entries")
    if "registered_departures" in given and not by_class:
        raise SchemaError(f"{where}: registered_departures needs registered_entries. Give entries by class.")


def _check_conversion(scenario: Scenario, where: str) -> None:
    """Raise if a conversion of the fertility is not known, or there is nothing to convert."""
    conversion = scenario.total_fertility_conversion
    if conversion not in ("", *CONVERSIONS):
        raise SchemaError(
            f"{where}: total_fertility_conversion {conversion!r} must be one of {', '.join(CONVERSIONS)}. Correct it."
        )
    if conversion == CONVERSIONS[1] and (
        scenario.total_fertility is None or isinstance(scenario.total_fertility, Observed | Change)
    ):
        raise SchemaError(
            f"{where}: total_fertility_conversion {conversion!r} needs values of total_fertility to convert. Give "
            "them, or take it out."
        )


def _check_clashes(scenario: Scenario, given: list[str], where: str) -> None:
    """Raise if two drivers say the same."""
    all_given = [*given, *(["registered_entries"] if scenario.registered_entries else [])]
    for one, other in (
        ("net_migration", "arrivals"),
        ("net_migration", "departure_rate"),
        ("registered_net_entries", "registered_departures"),
        ("registered_net_entries", "registered_entries"),
    ):
        if one in all_given and other in all_given:
            raise SchemaError(f"{where}: {one} and {other} say the same twice. Give one of them.")


def _inherits(parent: Scenario | None, name: str) -> bool:
    """Tell whether a chain of parents gives arrivals, or entries by class."""
    while parent is not None:
        if getattr(parent, name):
            return True
        if getattr(parent, {"arrivals": "net_migration"}.get(name, "registered_net_entries")) is not None:
            return False
        parent = parent.based_on
    return False


def check_driver(driver: object, where: str, takes: tuple[type, ...], districts: bool, parent: bool) -> None:
    """Check the form of one driver.

    Raises
    ------
    SchemaError
        If it has a form that this driver cannot take.
    """
    if isinstance(driver, Change):
        if not parent:
            raise SchemaError(f"{where}: {driver} changes nothing, as there is no parent. Name one with based_on.")
        for part in ("times", "plus"):
            check_values(getattr(driver, part), f"{where} {part}", districts)
        if driver.after not in (None, OBSERVED) and not is_year(driver.after):
            raise SchemaError(f'{where}: after = {driver.after!r} must be a year or "{OBSERVED}". Correct it.')
    elif isinstance(driver, Observed | Solve):
        if not isinstance(driver, takes):
            raise SchemaError(f"{where}: {driver} is not possible for this driver. Give a number or dated values.")
        _check_source(driver, where)
    elif isinstance(driver, Toward):
        _check_toward(driver, where, takes, districts)
    else:
        check_values(driver, where, districts)


def _check_toward(driver: Toward, where: str, takes: tuple[type, ...], districts: bool) -> None:
    if not isinstance(driver, takes):
        raise SchemaError(f"{where}: {driver} is not possible: nothing of it is observed. Give dated values.")
    if driver.interpolation not in TOWARD or not isinstance(driver.values, Mapping):
        raise SchemaError(
            f"{where}: interpolation {driver.interpolation!r} of the years to be reached must be one of "
            f"{', '.join(TOWARD)}. Correct it."
        )
    check_values(driver.values, where, districts)


def _check_source(driver: Observed | Solve, where: str) -> None:
    if isinstance(driver, Observed):
        if driver.carry not in METHODS:
            raise SchemaError(f"{where}: carry {driver.carry!r} is not known. Use one of: {', '.join(METHODS)}.")
        return
    check_number(driver.value, where)
    if not is_year(driver.year):
        raise SchemaError(f"{where}: {driver.year!r} is not a year. Write 2025.")
    if driver.then not in (SOLVED, OBSERVED):
        raise SchemaError(f"{where}: then {driver.then!r} must be one of {SOLVED}, {OBSERVED}. Correct it.")


def check_values(values: object, where: str, districts: bool) -> None:
    """Check a number or dated values.

    Raises
    ------
    SchemaError
        If a key is no year, a value no number, or some years are by district and others not.
    """
    if isinstance(values, Dated):
        if values.interpolation not in INTERPOLATIONS or not isinstance(values.values, Mapping):
            raise SchemaError(
                f"{where}: interpolation {values.interpolation!r} of dated values must be one of "
                f"{', '.join(INTERPOLATIONS)}. Correct it."
            )
        values = values.values
    if not isinstance(values, Mapping):
        check_number(values, where)
        return
    bad = [year for year in values if not is_year(year)]
    if bad or not values:
        raise SchemaError(f"{where}: {named(bad) or 'nothing'} is not a year. Write year → value, such as 2025: 1.1.")
    inner = [isinstance(entry, Mapping) for entry in values.values()]
    if any(inner) and (not districts or not all(inner)):
        rule = "every year, or none, must be by district" if districts else "this driver is of the whole city"
        raise SchemaError(f"{where}: values by district: {rule}. Rewrite the values.")
    for year, entry in values.items():
        for district, value in entry.items() if isinstance(entry, Mapping) else (("", entry),):
            check_number(value, f"{where} {year} {district}".rstrip())


def _check_moves(moves: object, where: str) -> None:
    if moves is None:
        return
    rows: Mapping[Any, Any] = {"pool": {"rate": moves.rate}} if isinstance(moves, Pool) else moves  # type: ignore[assignment]
    for origin, row in rows.items():
        for to, value in row.items():
            check_number(value, f"{where} {origin} {to}")
            if not 0 <= value <= 1 or origin == to:
                raise SchemaError(
                    f"{where}: {value} from {origin} to {to} must be a share, 0 … 1, leaving its district. Correct it."
                )
    if isinstance(moves, Pool) and moves.shares:
        for district, value in moves.shares.items():
            check_number(value, f"{where} shares {district}")
        total = sum(moves.shares.values())
        if min(moves.shares.values()) < 0 or abs(total - 1) > 1e-6:
            raise SchemaError(f"{where}: shares sum to {total:g}; none may be negative and the sum must be 1.")


def check_number(value: object, where: str) -> None:
    """Raise if `value` is not a finite number."""
    if isinstance(value, bool) or not isinstance(value, Real) or not -MOST <= value <= MOST:  # type: ignore[operator]
        shown = repr(value) if not isinstance(value, int) or -MOST < value < MOST else "an integer of that length"
        raise SchemaError(f"{where}: {shown} is not a number. Correct the value.")


def is_year(value: object) -> TypeGuard[int]:
    """Tell whether `value` is a whole number 1800 … 2200."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and 1800 <= int(value) <= 2200
