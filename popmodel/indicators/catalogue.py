"""The catalogue of indicators, one literal tuple, and `measure`, which computes those that the data can give."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from popmodel.indicators import structure, vital
from popmodel.indicators.forms import ALL, Form, value_of
from popmodel.indicators.people import Array, People, prepare
from popmodel.schema import SchemaError, named
from popmodel.variables import CF_UNITS

PLAN = "National Bureau of Statistics of China, 主要统计指标解释, and the glossary of the plan that is scored"
UN = "United Nations, World Population Prospects: glossary of demographic terms"
COMMUNIQUE = "population communiques of the National Bureau of Statistics (rates on the mean of two year-end stocks)"
SCHOOL = "school ages of the Compulsory Education Law and the education statistics (3-5, 6-11, 12-14, 15-17)"
RESIDENTS, REGISTERED = "常住", "户籍"


@dataclass(frozen=True)
class Indicator:
    """One indicator: how it is called, printed, defined and computed.

    `compute` is a form where the indicator is a count or a ratio of counts, else a function. `needs` names the parts of
    `People` that it takes besides the residents; `better` is higher, lower or band;
    `assumption` marks a driver that a projection assumes rather than gives.
    """

    id: str
    name_zh: str
    name_en: str
    unit: str
    decimals: int
    compute: Callable[[People], Array] | Form = field(repr=False)
    definition: str
    source: str
    needs: tuple[str, ...] = ()
    better: str = "band"
    number: int = -1
    basis: str = RESIDENTS
    assumption: bool = False


def _count(id_: str, zh: str, en: str, low: int, high: int | None, source: str = UN) -> Indicator:
    ages = f"{low} and over" if high is None else f"{low}-{high - 1}"
    return Indicator(id_, zh, en, "persons", 0, Form(((low, high),)), f"residents aged {ages}", source)


def _share(
    id_: str, zh: str, en: str, low: int, high: int | None, *, better: str = "band", number: int = -1, decimals: int = 2
) -> Indicator:
    ages = f"{low} and over" if high is None else f"{low}-{high - 1}"
    return Indicator(
        id_,
        zh,
        en,
        "percent",
        decimals,
        Form(((low, high),), (ALL,), 100.0),
        f"residents aged {ages} over all residents",
        PLAN if number > 0 else UN,
        better=better,
        number=number,
    )


CATALOGUE: tuple[Indicator, ...] = (
    # Table 6 of the plan, as far as a projection gives it
    Indicator(
        "resident_population", "常住人口", "Resident population", "persons", 0, Form(),
        "residents on 31 December (on census day for a census)", PLAN, better="higher", number=1,
    ),
    Indicator(
        "registered_population", "户籍人口", "Registered population", "persons", 0, vital.registered_population,
        "persons in the household register on 31 December: births, deaths and entries of the registered by age", PLAN,
        ("registered_population",), "higher", 2, REGISTERED,
    ),
    Indicator(
        "total_fertility", "总和生育率", "Total fertility rate", "children_per_woman", 2,
        lambda d: vital.fertility_on_basis(d, plan=True),
        "total fertility on the plan's basis (health department); only where the scenario uses that basis", PLAN,
        ("total_fertility",), "higher", 3, REGISTERED, True,
    ),
    Indicator(
        "life_expectancy", "人均预期寿命", "Life expectancy at birth", "years", 2,
        lambda d: vital.on_city(d, d.parts["life_expectancy"]), "mean of both sexes at birth", PLAN,
        ("life_expectancy",), "higher", 4, RESIDENTS, True,
    ),
    Indicator(
        "sex_ratio_at_birth", "出生人口性别比", "Sex ratio at birth", "males_per_100_females", 2,
        lambda d: 100 * d.parts["birth_sex_ratio"],
        "boys born per 100 girls born", PLAN, ("birth_sex_ratio",), "lower", 13, RESIDENTS, True,
    ),
    _share(
        "share_60_plus", "常住人口老龄化率（60岁及以上）", "Residents aged 60 and over", 60, None,
        better="lower", number=14,
    ),
    Indicator(
        "dependency_ratio", "常住人口抚养比", "Dependency ratio", "percent", 2,
        Form(((0, 15), (60, None)), ((15, 60),), 100.0),
        "residents aged 0-14 and 60 and over per 100 aged 15-59", PLAN, better="lower", number=15,
    ),
    Indicator(
        "central_city_primacy", "中心城区首位度", "Central-city primacy", "percent", 2,
        Form((ALL,), (ALL,), 100.0, inside="central_city"),
        "residents of the central-city districts over the city's", PLAN, ("central_city",), "higher", 17,
    ),
    Indicator(
        "main_centre_share", "市域主中心常住人口占比", "Main centre's share of residents", "percent", 2,
        Form((ALL,), (ALL,), 100.0, inside="centre_share: main"),
        "residents of the main centre over the city's (districts' shares in the centre assumed)", PLAN,
        ("centre_share: main",), "higher", 18,
    ),
    Indicator(
        "sub_centre_share", "市域副中心常住人口占比", "Sub-centre's share of residents", "percent", 2,
        Form((ALL,), (ALL,), 100.0, inside="centre_share: sub"),
        "residents of the sub-centre over the city's (districts' shares in the centre assumed)", PLAN,
        ("centre_share: sub",), "higher", 19,
    ),
    Indicator(
        "urbanisation_rate", "常住人口城镇化率", "Urbanisation rate", "percent", 2,
        Form((ALL,), (ALL,), 100.0, inside="urban_share"),
        "residents living in urban places over all residents", PLAN, ("urban_share",), "higher", 20,
    ),
    # Flows
    Indicator(
        "births", "出生人口", "Births", "persons", 0, lambda d: d.parts["births"],
        "live births of the year", COMMUNIQUE, ("births",),
    ),
    Indicator(
        "deaths", "死亡人口", "Deaths", "persons", 0, lambda d: d.parts["deaths"],
        "deaths of the year", COMMUNIQUE, ("deaths",),
    ),
    Indicator(
        "net_migration", "净迁入人口", "Net migration", "persons", 0, lambda d: d.parts["net_migration"],
        "arrivals less departures of the year", UN, ("net_migration",),
    ),
    Indicator(
        "natural_increase", "自然增长人口", "Natural increase", "persons", 0, vital.natural_increase,
        "births less deaths of the year", COMMUNIQUE, ("births", "deaths"),
    ),
    Indicator(
        "birth_rate", "出生率", "Birth rate", "per_mille", 2, lambda d: vital.rate(d, d.parts["births"]),
        "births per 1,000 of the mean of the two year-end stocks", COMMUNIQUE, ("births",),
    ),
    Indicator(
        "death_rate", "死亡率", "Death rate", "per_mille", 2, lambda d: vital.rate(d, d.parts["deaths"]),
        "deaths per 1,000 of the mean of the two year-end stocks", COMMUNIQUE, ("deaths",),
    ),
    Indicator(
        "natural_rate", "自然增长率", "Rate of natural increase", "per_mille", 2,
        lambda d: vital.rate(d, vital.natural_increase(d)),
        "births less deaths per 1,000 of the mean of the two year-end stocks", COMMUNIQUE, ("births", "deaths"),
    ),
    Indicator(
        "net_migration_rate", "净迁移率", "Net migration rate", "per_mille", 2,
        lambda d: vital.rate(d, d.parts["net_migration"]),
        "net migration per 1,000 of the mean of the two year-end stocks", UN, ("net_migration",),
    ),
    Indicator(
        "growth_rate", "人口增长率", "Growth rate", "per_mille", 2, vital.growth_rate,
        "change of the stock per 1,000 of the mean of the two year-end stocks", UN, ("births",),
    ),
    Indicator(
        "implied_total_fertility", "隐含总和生育率", "Implied total fertility", "children_per_woman", 2,
        lambda d: vital.fertility_on_basis(d, plan=False),
        "total fertility that published births of residents imply with the census's women; not the plan's basis", UN,
        ("total_fertility",), assumption=True,
    ),
    # Age structure
    _count("residents_0_14", "0—14岁人口", "Residents aged 0-14", 0, 15),
    _count("residents_15_59", "15—59岁人口", "Residents aged 15-59", 15, 60),
    _count("residents_60_plus", "60岁及以上人口", "Residents aged 60 and over (number)", 60, None),
    _count("residents_65_plus", "65岁及以上人口", "Residents aged 65 and over (number)", 65, None),
    _count("residents_80_plus", "80岁及以上人口", "Residents aged 80 and over (number)", 80, None),
    _share("share_0_14", "0—14岁人口占比", "Share aged 0-14", 0, 15),
    _share("share_15_59", "15—59岁人口占比", "Share aged 15-59", 15, 60),
    _share("share_65_plus", "65岁及以上人口占比", "Share aged 65 and over", 65, None, better="lower"),
    _share("share_80_plus", "80岁及以上人口占比", "Share aged 80 and over", 80, None),
    Indicator(
        "child_dependency_ratio", "少儿抚养比", "Child dependency ratio", "percent", 2,
        Form(((0, 15),), ((15, 60),), 100.0), "residents aged 0-14 per 100 aged 15-59", PLAN,
    ),
    Indicator(
        "old_age_dependency_ratio", "老年抚养比", "Old-age dependency ratio", "percent", 2,
        Form(((60, None),), ((15, 60),), 100.0), "residents aged 60 and over per 100 aged 15-59", PLAN,
        better="lower",
    ),
    Indicator(
        "median_age", "年龄中位数", "Median age", "years", 1, lambda d: d.median_age,
        "age that half of the residents have not reached", UN,
    ),
    Indicator(
        "sex_ratio", "总人口性别比", "Sex ratio", "males_per_100_females", 2, structure.sex_ratio,
        "males per 100 females", UN,
    ),
    Indicator(
        "support_ratio", "老年供养比", "Support ratio", "persons_per_person", 2,
        Form(((15, 60),), ((60, None),)),
        "residents aged 15-59 for each one aged 60 and over", UN, better="higher",
    ),
    Indicator(
        "women_15_49", "15—49岁育龄妇女", "Women aged 15-49", "persons", 0,
        Form(((15, 50),), sex="female"), "female residents aged 15-49", UN,
    ),
    Indicator(
        "density", "人口密度", "Population density", "persons_per_km2", 1, structure.density,
        "residents per square kilometre of land", UN, ("land_area",),
    ),
    # Needs of services
    _count("residents_under_3", "3岁以下婴幼儿", "Children under 3", 0, 3, SCHOOL),
    _count("residents_3_5", "3—5岁学前人口", "Kindergarten ages 3-5", 3, 6, SCHOOL),
    _count("residents_6_11", "6—11岁小学学龄人口", "Primary-school ages 6-11", 6, 12, SCHOOL),
    _count("residents_12_14", "12—14岁初中学龄人口", "Lower-secondary ages 12-14", 12, 15, SCHOOL),
    _count("residents_15_17", "15—17岁高中学龄人口", "Upper-secondary ages 15-17", 15, 18, SCHOOL),
    Indicator(
        "nursery_places_needed", "托位需求数", "Nursery places needed", "places", 0,
        Form(scale=5.5 / 1000), "5.5 nursery places per 1,000 residents", PLAN,
    ),
)  # fmt: skip
"""Every indicator that the package computes."""


def catalogue_by_id(catalogue: Sequence[Indicator] = CATALOGUE) -> dict[str, Indicator]:
    """Return the catalogue by id.

    Raises
    ------
    SchemaError
        If an id or a number of Table 6 stands twice.
    """
    ids = [indicator.id for indicator in catalogue]
    numbers = [indicator.number for indicator in catalogue if indicator.number > 0]
    again = sorted({str(x) for x in ids if ids.count(x) > 1} | {str(n) for n in numbers if numbers.count(n) > 1})
    if again:
        raise SchemaError(f"catalogue: {named(again)} stands twice. Give every indicator its own id and number.")
    return {indicator.id: indicator for indicator in catalogue}


def measure(data: xr.Dataset) -> xr.Dataset:
    """Compute every indicator that the data can give, by district and for the whole city.

    Parameters
    ----------
    data : xarray.Dataset
        A projection (`project`) or a census (`read_census`).

    Returns
    -------
    xarray.Dataset
        One variable per indicator over (scenario, [draw], year, area); `area` is the city's code, then its districts.
        Counts in persons, rates and shares in the units of the plan (percent, per mille, years); `attrs` of each carry
        unit, names, decimals, number and definition. Values that do not exist for an area or year are missing; flows
        stand at the year they happened in. What the data cannot give is listed with the reason in
        ``attrs["not_given"]``.

    Raises
    ------
    SchemaError
        If the data has no population by district, sex and age.

    Examples
    --------
    >>> values = pm.measure(ev.projection)
    >>> values["share_60_plus"].dims
    ('scenario', 'year', 'area')
    """
    people, axes = prepare(data)
    found, missing = computed(people)
    dims = (*axes.lead, "year", "area")
    known = catalogue_by_id()
    values = {name: (dims, np.array(value), attributes(known[name])) for name, value in found.items()}
    coords: dict[str, object] = {**axes.lead, "year": axes.year, "area": axes.area}
    coords |= {name: ("area", labels) for name, labels in axes.names.items()}
    for name in ("scenario_zh", "scenario_en", "total_fertility_basis"):
        if name in data.coords and data[name].dims == ("scenario",):
            coords[name] = ("scenario", data[name].to_numpy())
    return xr.Dataset(values, coords=coords, attrs={"not_given": missing, "city": axes.area[0]})


def computed(people: People, names: Sequence[str] | None = None) -> tuple[dict[str, Array], dict[str, str]]:
    """Return the indicators that the people can give (…, year, area) by id, and why they cannot give the others.

    Parameters
    ----------
    people : People
        From a projection, a census, or sums of draws.
    names : sequence of str, optional
        Ids of those wanted, all if not given.
    """
    shape = people.residents.shape[:-2]
    missing: dict[str, str] = {}
    values: dict[str, Array] = {}
    for indicator in catalogue_by_id().values():
        if names is not None and indicator.id not in names:
            continue
        lacking = [name for name in indicator.needs if name not in people.parts]
        if lacking:
            missing[indicator.id] = f"the data has no {', '.join(lacking)}"
            continue
        try:
            form = indicator.compute
            value = value_of(people, form) if isinstance(form, Form) else form(people)
        except KeyError as error:
            missing[indicator.id] = f"the data has no {error.args[0]}"
            continue
        values[indicator.id] = np.broadcast_to(value, shape)
    return values, missing


def attributes(indicator: Indicator) -> dict[str, object]:
    """What a variable of an indicator says of itself."""
    own = ("name_zh", "name_en", "decimals", "number", "better", "basis", "definition", "source", "assumption")
    return {
        "unit": indicator.unit,
        "units": CF_UNITS.get(indicator.unit, "1"),
        "long_name": indicator.name_en,
        **{name: getattr(indicator, name) for name in own},
    }
