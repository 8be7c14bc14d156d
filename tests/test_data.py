"""The shipped tables: sums that must hold, the plan as printed, the origin of each observed figure."""

import gzip
import itertools
import re
from pathlib import Path

import pandas as pd
import pytest

from popmodel.base import estimate_base
from popmodel.files.census import read_census
from popmodel.files.departments import by_department, departments_of, read_departments
from popmodel.files.observed import read_observed
from popmodel.files.targets import TARGET_KEY, read_targets
from popmodel.scoring import as_known

DATA = Path(__file__).parents[1] / "data"
TRANSCRIPTS = Path(__file__).parent / "oracle" / "transcripts"
"""What was copied out of the publications before the shipped tables were made."""
WENZHOU = DATA / "census" / "wenzhou"
CITY = "330300"
CODES = ["district", "area", "published", "text", "base_text", "share_text"]
FILES = sorted(path for path in DATA.rglob("*") if path.is_file() and not path.name.startswith("."))


def table(name: str) -> pd.DataFrame:
    with (DATA / name).open(encoding="utf-8") as file:
        header = file.readline().strip().split(",")
    return pd.read_csv(DATA / name, dtype={column: str for column in header if column in CODES})


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return table("census/wenzhou/population.csv")


@pytest.fixture(scope="module")
def districts() -> pd.DataFrame:
    return table("census/wenzhou/districts.csv")


@pytest.fixture(scope="module")
def observed() -> pd.DataFrame:
    return table("plan/observed.csv")


def totals(people: pd.DataFrame, census: int) -> pd.Series:
    return people[people["census"] == census].groupby("district")["population"].sum()


def ages(people: pd.DataFrame, census: int, low: int, high: int = 200) -> int:
    city = people[(people["census"] == census) & (people["district"] == CITY)]
    first = city["age_group"].str.extract(r"^(\d+)")[0].astype(int)
    return int(city.loc[(first >= low) & (first <= high), "population"].sum())


@pytest.mark.parametrize(("census", "count"), [(2020, 12), (2010, 11)])
def test_districts_sum_to_the_city_in_every_sex_and_age(people: pd.DataFrame, census: int, count: int) -> None:
    here = people[people["census"] == census]
    assert not here.duplicated(["district", "sex", "age_group"]).any()
    wide = here.pivot_table(index="district", columns=["sex", "age_group"], values="population")
    assert wide.shape == (count + 1, 2 * 19)
    assert wide.notna().all(axis=None)
    assert (wide.drop(CITY).sum() == wide.loc[CITY]).all()


def test_age_groups_are_those_of_the_tabulations(people: pd.DataFrame) -> None:
    groups = ["0", "1-4", *(f"{a}-{a + 4}" for a in range(5, 85, 5)), "85+"]
    for _, cell in people.groupby(["census", "district", "sex"]):
        assert list(cell["age_group"]) == groups


# 第七次、第六次全国人口普查: totals and sexes of the city's communiques.
@pytest.mark.parametrize(
    ("census", "total", "male", "female"),
    [(2020, 9_572_903, 5_075_707, 4_497_196), (2010, 9_122_102, 4_797_359, 4_324_743)],
)
def test_census_totals(people: pd.DataFrame, census: int, total: int, male: int, female: int) -> None:
    city = people[(people["census"] == census) & (people["district"] == CITY)].groupby("sex")["population"].sum()
    assert (int(city.sum()), int(city["male"]), int(city["female"])) == (total, male, female)


def test_urban_and_rural_sum_to_the_population(people: pd.DataFrame) -> None:
    settlement = table("census/wenzhou/settlement.csv").set_index(["census", "district"]).sort_index()
    counted = people.groupby(["census", "district"])["population"].sum()
    assert (settlement["urban"] + settlement["rural"]).to_dict() == counted.to_dict()


def test_districts_table_fits_the_counts(people: pd.DataFrame, districts: pd.DataFrame) -> None:
    for census, rows in districts.groupby("census"):
        assert set(rows["district"]) == set(totals(people, int(census)).index) - {CITY}
        assert rows["name_en"].is_unique
    assert "Rui'an" in set(districts["name_en"])
    assert set(districts["census"]) == {2010, 2020}


def test_units_cover_the_same_territory_in_both_censuses(districts: pd.DataFrame) -> None:
    latest = districts[districts["census"] == 2020]
    assert set(latest["unit"]) == set(districts.loc[districts["census"] == 2010, "unit"])
    for unit, rows in latest.groupby("unit"):
        assert unit == "+".join(sorted(rows["district"]))
    assert {unit for unit in latest["unit"] if "+" in unit} == {"330303+330305", "330327+330383"}


# Table 5 of the plan.
@pytest.mark.parametrize(("centre", "people_10k"), [("main", 572.79), ("sub", 166.13)])
def test_centres_give_the_totals_of_table_5(people: pd.DataFrame, centre: str, people_10k: float) -> None:
    share = table("census/wenzhou/centres.csv").query("centre == @centre").set_index("district")["share"]
    assert share.between(0, 1).all()
    total = totals(people, 2020)
    assert (share.drop(CITY) * total).sum() == pytest.approx(people_10k * 1e4, abs=1e-3)
    assert share[CITY] * total[CITY] == pytest.approx(people_10k * 1e4, abs=0.01)
    printed = table("plan/table5_centres.csv").set_index("centre")["population"]
    assert printed[centre] == people_10k


def test_centres_do_not_take_more_than_a_district_has() -> None:
    assert table("census/wenzhou/centres.csv").groupby("district")["share"].sum().le(1).all()


def test_towns_fit_into_their_districts(people: pd.DataFrame) -> None:
    towns = table("census/wenzhou/townships.csv").set_index("district")["population"]
    total = totals(people, 2020)
    assert (towns <= total.reindex(towns.index)).all()
    # Longgang has no towns: the city itself stands for them.
    assert towns["330383"] == total["330383"]
    assert len(towns) == 6


def test_table_6_of_2020_recomputes_from_the_census(people: pd.DataFrame, districts: pd.DataFrame) -> None:
    total = totals(people, 2020)
    middle, old, city = ages(people, 2020, 15, 59), ages(people, 2020, 60), int(total[CITY])
    central = districts[(districts["census"] == 2020) & (districts["central_city"] == "yes")]["district"]
    centres = table("plan/table5_centres.csv").set_index("centre")["population"] * 1e4
    settlement = table("census/wenzhou/settlement.csv").query("census == 2020").set_index("district")
    computed = {
        "resident_population": f"{city / 1e4:.2f}",
        "share_60_plus": f"{100 * old / city:.1f}",
        "dependency_ratio": f"{100 * (city - middle) / middle:.2f}",
        "central_city_primacy": f"{100 * total[central].sum() / city:.2f}",
        "main_centre_share": f"{100 * centres['main'] / city:.1f}",
        "sub_centre_share": f"{100 * centres['sub'] / city:.2f}",
        "urbanisation_rate": f"{100 * settlement.loc[CITY, 'urban'] / city:.2f}",
    }
    printed = table("plan/table6.csv").drop_duplicates("indicator").set_index("indicator")["base_text"]
    assert computed == {name: printed[name] for name in computed}
    assert computed["dependency_ratio"] == "46.58"
    assert f"{100 * old / city:.2f}" == "16.50"
    assert computed["central_city_primacy"] == "31.38"
    assert computed["urbanisation_rate"] == "72.16"


def test_table_3_is_the_census(people: pd.DataFrame) -> None:
    bounds = {"0-14": (0, 14), "15-59": (15, 59), "60+": (60, 200), "65+": (65, 200)}
    rows = table("plan/table3_age_structure.csv")
    assert len(rows) == 2 * len(bounds)
    for row in rows.itertuples():
        count = ages(people, int(row.year), *bounds[str(row.age_group)])
        assert row.population == count
        assert row.share_percent == round(100 * count / int(totals(people, int(row.year))[CITY]), 2)


def test_table_2_has_the_eleven_cities_twice(people: pd.DataFrame) -> None:
    cities = table("plan/table2_cities.csv").pivot_table(index="area", columns="year", values="population")
    assert cities.shape == (11, 2)
    # 浙江省 in the national communiques of both censuses.
    assert cities.sum().to_dict() == {2010: 54_426_891, 2020: 64_567_588}
    assert cities.loc[CITY].to_dict() == {year: int(totals(people, year)[CITY]) for year in (2010, 2020)}


PRINTED = """
1 | 常住人口 | 957.29 | 1000 | >1000 | >1000
2 | 户籍人口 | 833.91 | 880 | 逐年提高 | 逐年提高
3 | 总和生育率 | 1.3 | 1.35 | 1.35左右 | 1.35左右
4 | 人均预期寿命 | 81.72 | 82 | 82.5 | 保持高位
5 | 严重致残出生缺陷发生率 | 6.4 | ≤9 | 保持较低水平 | 保持较低水平
6 | 健康浙江（温州）建设发展指数 | 32.2 | 优于全省平均水平 | 位居全省前列 | 位居全省前列
7 | 高技能人才总量 | 32.65 | >40 | >50 | 逐年增加
8 | 引入高校毕业生 | [10.48] | [60] | [110] | [160]
9 | 高技能人才占技能劳动者比例 | 28.9 | 30 | >30 | 逐年提高
10 | 主要劳动年龄人口受过高等教育比例 | – | 25 | 30 | >30
11 | 在温高校应届毕业生留温率 | 37.85 | 42 | >45 | 逐年提高
12 | 劳动年龄人口平均受教育年限（16–59岁） | 10.07 | 11.3 | 逐年提高 | 逐年提高
13 | 出生人口性别比 | 109.82 | ≤109 | 接近自然平衡 | 实现自然平衡
14 | 常住人口老龄化率（60岁及以上） | 16.5 | <20 | <24 | <26
15 | 常住人口抚养比 | 46.58 | <55 | <65 | 保持稳定
16 | 城镇新增就业人数 | [14] | [45] | [90] | [135]
17 | 中心城区首位度 | 31.38 | 32.67 | 34.07 | 逐年提高
18 | 市域主中心常住人口占比 | 59.8 | >60 | >62 | >65
19 | 市域副中心常住人口占比 | 17.35 | 18 | 18.5 | >19
20 | 常住人口城镇化率 | 72.16 | 75 | >77 | 80
"""


def test_table_6_is_printed_as_in_the_plan() -> None:
    rows = table("plan/table6.csv")
    assert len(rows) == 60
    lines = []
    for (number, name, base), group in rows.groupby(["number", "name_zh", "base_text"]):
        assert list(group["year"]) == [2025, 2030, 2035]
        lines.append(" | ".join((str(number), name, base, *group["text"])))
    assert lines == PRINTED.strip().splitlines()


SIGNS = {">": "above", "<": "below", "≥": "at_least", "≤": "at_most", "": "reach"}
WORDS = {
    "逐年提高": "rising",
    "逐年增加": "rising",
    "保持高位": "keep",
    "保持稳定": "keep",
    "保持较低水平": "keep",
    "优于全省平均水平": "relative",
    "位居全省前列": "relative",
    "接近自然平衡": "within",
    "实现自然平衡": "within",
}


def test_operators_and_values_of_table_6_say_what_is_printed() -> None:
    for row in table("plan/table6.csv").itertuples():
        text = str(row.text)
        number = re.fullmatch(r"([<>≤≥]?)(\[?)([\d.]+)(\]?)(左右)?", text)
        if number is None:
            assert row.operator == WORDS[text]
            assert pd.isna(row.value)
            assert (row.operator == "within") == (row.lower == 103 and row.upper == 107)
            continue
        sign, bracket, digits, _, about = number.groups()
        assert row.operator == ("cumulative" if bracket else "about" if about else SIGNS[sign])
        assert row.value == float(digits)
        assert (row.start_year == 2021) == (row.operator == "cumulative")
        assert len(digits.partition(".")[2]) <= row.decimals
        assert row.base_year == 2020
        if row.indicator != "health_index":  # its printed base is another indicator's
            assert str(row.base_text).strip("[]–") == ("" if pd.isna(row.base_value) else f"{row.base_value:g}")


NUMERALS = {"六": 6.0, "九": 9.0, "1/3": 33.33, "覆盖": 100.0, "确保": 100.0}


def test_all_65_targets_of_the_text_are_quoted_with_their_number() -> None:
    rows = table("plan/text_targets.csv")
    assert len(rows) == 65
    for row in rows.itertuples():
        text = str(row.text)
        assert text in str(row.quote)
        if row.operator in ("qualitative", "relative", "within"):
            assert pd.isna(row.value)
            continue
        words = [number for word, number in NUMERALS.items() if word in text]
        printed = words or [float(part) for part in re.findall(r"\d+(?:\.\d+)?", text)]
        assert printed == [row.value], row.indicator
        assert (str(row.year) in str(row.quote)) == (row.dated == "printed"), row.indicator
        assert row.dated != "assumed" or (row.year == 2035 and "assumed" in str(row.note))


# The findings of the check of the first version against the plan's text.
@pytest.mark.parametrize(
    ("indicator", "year", "operator", "value", "unit"),
    [
        ("expressway_length", 2025, "at_least", 120, "km"),
        ("doctorates_attracted", 2025, "cumulative", 1000, "persons"),
        ("carers_trained", 2025, "cumulative", 19000, "person_times"),
        ("publicly_built_privately_run_share", 2025, "at_least", 80, "percent"),
        ("health_literacy", 2035, "at_least", 40, "percent"),
        ("modern_junior_secondary_share", 2025, "reach", 33.33, "percent"),
    ],
)
def test_text_targets_say_what_is_printed(indicator: str, year: int, operator: str, value: float, unit: str) -> None:
    rows = table("plan/text_targets.csv").query("indicator == @indicator")
    assert rows[["year", "operator", "value", "unit"]].to_numpy().tolist() == [[year, operator, value, unit]]
    assert "private_care_home_share" not in set(table("plan/text_targets.csv")["indicator"])


def test_text_targets_equal_the_transcript() -> None:
    ours = table("plan/text_targets.csv")
    theirs = pd.read_csv(TRANSCRIPTS / "plan" / "text_targets_source.csv", dtype=str)
    for mine, printed in zip(ours.itertuples(), theirs.fillna("").itertuples(), strict=True):
        assert (mine.indicator, mine.place, mine.quote) == (printed.indicator, printed.place, printed.source_zh)
        assert mine.operator == "qualitative" or pd.isna(mine.value) or mine.value == float(printed.value)
        assert mine.departments == (printed.lead_department or "*市发展改革委")
        assert (mine.departments_from == "printed") == bool(printed.lead_department)
        assert str(mine.year) == printed.year or mine.dated == "assumed"


def test_what_the_text_repeats_agrees_with_table_6() -> None:
    rows, table_6 = table("plan/text_targets.csv"), table("plan/table6.csv")
    both = rows.merge(table_6, on=["indicator", "year"], suffixes=("", "_6"))
    # Table 6 has the same milestone for all that the text repeats with a year; the health index is long-term there.
    assert len(both) == 19
    numbers = both[both["value"].notna()]
    assert (numbers["value"] == numbers["value_6"]).all()
    assert (both["unit"] == both["unit_6"]).all()
    assert (
        both["base_text"].fillna("").tolist()
        == both["base_text_6"].fillna("").where(both["indicator"] != "health_index", "").tolist()
    )


def test_every_target_has_a_lead_department() -> None:
    known = read_departments(DATA / "plan" / "departments.csv")
    both = read_targets(DATA / "plan" / "table6.csv", DATA / "plan" / "text_targets.csv", departments=known)
    assert both["section"].value_counts().to_dict() == {"text": 65, "table6": 60}
    listed = by_department(both)
    assert set(listed["department"]) <= set(known["department"])
    assert listed[listed["leads"]].groupby(list(TARGET_KEY)).ngroups == 125


def test_the_base_printed_for_the_health_index_is_flagged_and_never_used() -> None:
    rows = table("plan/table6.csv").query("indicator == 'health_index'")
    assert rows["base_text"].tolist() == ["32.2"] * 3
    assert rows["base_value"].isna().all()
    assert rows["note"].str.contains("居民健康素养水平").all()
    seen = table("plan/observed.csv").set_index(["indicator", "year"])
    assert "health_index" not in seen.index.get_level_values(0)
    assert seen.loc[("health_literacy", 2020), "value"] == 32.2


def printed_by_the_plan(name: str) -> pd.DataFrame:
    return pd.read_csv(TRANSCRIPTS / "plan" / name)


# The plan, Table 1: 亿元, 万人, 万元/人.
def test_table_1_is_the_product_of_its_columns() -> None:
    rows = table("plan/table1_labour_productivity.csv").set_index("year")
    assert list(rows.index) == list(range(2015, 2021))
    assert rows.loc[2015, ["gdp", "employed", "productivity"]].tolist() == [461_984_000_000, 5_702_700, 81_000]
    assert rows.loc[2020, ["gdp", "employed", "productivity"]].tolist() == [687_090_000_000, 5_759_000, 119_300]
    off = (rows["gdp"] / rows["employed"] - rows["productivity"]).abs()
    assert (off[off.index != 2018] <= 50).all()
    assert 50 < off[2018] < 150
    assert "printed 10.43" in rows.loc[2018, "note"]


def test_table_2_as_printed_is_the_census_and_its_shares(people: pd.DataFrame) -> None:
    rows = table("plan/table2_printed.csv").set_index("area")
    cities = table("plan/table2_cities.csv").pivot_table(index="area", columns="year", values="population")
    assert len(rows) == 12
    for year in (2010, 2020):
        counted = (cities[year] / 1e4).round(2)
        assert list(counted.index[rows.loc[cities.index, f"population_{year}"] != counted]) == (
            ["330200"] if year == 2020 else []  # printed 940.42 for 940.4283
        )
        share = (100 * rows[f"population_{year}"] / rows.loc["330000", f"population_{year}"]).round(2)
        off = (share - rows[f"share_{year}_percent"]).abs() > 1e-9
        assert list(rows.index[off]) == (["330200"] if year == 2020 else [])
    assert ((rows["population_2020"] - rows["population_2010"]).round(2) == rows["increase"]).all()
    assert ((100 * rows["increase"] / rows["population_2010"]).round(2) == rows["growth_percent"]).all()
    assert rows.loc[CITY, ["share_2020_percent", "growth_percent"]].tolist() == [14.83, 4.94]


# The plan, Table 4.
def test_table_4_is_printed_as_in_the_plan() -> None:
    rows = table("plan/table4_graduate_retention.csv")
    assert rows["year"].tolist() == list(range(2014, 2022))
    assert rows["retention"].tolist() == [37.81, 37.08, 36.05, 33.83, 33.64, 37.16, 37.85, 39.49]
    assert rows[["graduates", "employed_in_city"]].isna().all(axis=None)  # not printed, so not here


def test_table_5_gives_its_surface() -> None:
    rows = table("plan/table5_centres.csv").set_index("centre")
    assert rows["density_per_km2"].tolist() == [2184.55, 1755.8]
    assert (1e4 * rows["population"] / rows["density_per_km2"]).round(1).tolist() == rows["area_km2"].tolist()


def test_tables_equal_the_transcript_figure_by_figure() -> None:
    for name in ("table1_labour_productivity.csv", "table4_graduate_retention.csv"):
        theirs = printed_by_the_plan(name)
        numbers = [column for column in theirs.columns if column not in ("published", "publication", "note")]
        assert table(f"plan/{name}")[numbers].equals(theirs[numbers]), name
    ours, theirs = table("plan/table2_printed.csv"), printed_by_the_plan("table2_printed.csv")
    assert ours["name_zh"].tolist() == theirs["name_zh"].tolist()
    ours = ours[[c for c in ours.columns if c.startswith(("population", "share", "growth", "increase"))]]
    assert ours.to_numpy().tolist() == theirs.iloc[:, 1:].to_numpy().tolist()
    ours, theirs = table("plan/table5_centres.csv"), printed_by_the_plan("table5_printed.csv")
    for mine, printed in (("extent_zh",) * 2, ("density_per_km2",) * 2, ("population", "population_10k")):
        assert ours[mine].tolist() == theirs[printed].tolist()
    assert (
        table("plan/glossary.csv")["definition_zh"].tolist()
        == printed_by_the_plan("glossary.csv")["definition_zh"].tolist()
    )
    assert table("plan/duties.csv")["quote"].tolist() == printed_by_the_plan("duties.csv")["source_zh"].tolist()
    rules = printed_by_the_plan("register_entry_rules.csv")
    assert table("plan/register_entry_rules.csv")[["class", "article", "quote"]].to_numpy().tolist() == (
        rules[["class", "article", "rule_zh"]].to_numpy().tolist()
    )
    assert table("plan/plan_baseline_facts.csv")["quote"].tolist() == (
        printed_by_the_plan("plan_baseline_facts.csv")["source_zh"].tolist()
    )


def test_facts_of_the_text_stand_in_their_sentence() -> None:
    facts = table("plan/plan_baseline_facts.csv")
    printed = facts[(facts["status"] == "source") & (facts["kind"] != "sign") & facts["value"].notna()]
    for row in printed.itertuples():
        forms = {f"{abs(row.value):g}", f"{abs(row.value):.2f}", f"{abs(row.value) / 1e4:g}"}
        assert any(form in str(row.quote).replace(",", "") for form in forms), row.indicator
    derived = facts[facts["status"] == "derived"].set_index(["indicator", "year"])
    for (name, year), row in derived.iterrows():
        whole, part = re.findall(r"[\d.]+", str(row["note"]))[:2]
        assert float(whole) - float(part) == pytest.approx(row["value"], abs=1e-9), (name, year)
    known = {name for row in table("plan/duties.csv")["departments"] for name, _ in departments_of(row)}
    assert known <= set(table("plan/departments.csv")["department"])


# 2021年、2023年温州市人口主要数据公报: the city's stock in 万; the districts are printed to 0.01.
@pytest.mark.parametrize(("year", "stock"), [(2021, 964.5), (2023, 976.1)])
def test_published_district_stocks_sum_to_the_city(
    observed: pd.DataFrame, districts: pd.DataFrame, year: int, stock: float
) -> None:
    rows = observed[(observed["indicator"] == "resident_population") & (observed["year"] == year)].set_index("area")
    codes = districts.loc[districts["census"] == 2020, "district"]
    assert set(rows.index) == {CITY, *codes}
    assert rows.loc[CITY, "value"] == stock
    assert round(rows.loc[codes, "value"].sum(), 1) == stock


def test_every_observed_figure_has_its_origin(observed: pd.DataFrame) -> None:
    for column in ("basis", "status", "confidence", "published", "publication"):
        assert observed[column].fillna("").str.strip().ne("").all(), column
    assert set(observed["status"]) <= {"source", "derived", "assumed"}
    assert set(observed["confidence"]) == {"high", "medium", "low"}
    assert (
        observed.loc[observed["note"].fillna("").str.contains("secondary source only"), "confidence"] == "low"
    ).all()
    assert observed["published"].str.fullmatch(r"\d{4}(-\d\d){0,2}").all()
    assert (observed["published"].str[:4].astype(int) >= observed["year"]).all()
    unexplained = observed[(observed["status"] != "source") & observed["note"].isna()]
    assert unexplained.empty
    assert not observed["publication"].str.contains("http|www", regex=True).any()


NUMBER = r"-?\d+(?:\.\d+)?"


def recomputed(note: str, decimals: int) -> float | None:
    """Do the arithmetic that a note describes; None where it names no figures."""
    if found := re.search(rf"({NUMBER}) of \d{{4}} (less|plus)(?: the stated (?:rise|fall) of)? ({NUMBER})", note):
        start, way, step = found.groups()
        return round(float(start) + (float(step) if way == "plus" else -float(step)), decimals)
    if found := re.match(rf"({NUMBER}) - ({NUMBER}) ([-+]) ({NUMBER})", note):
        one, two, sign, three = found.groups()
        return round(float(one) - float(two) + (float(three) if sign == "+" else -float(three)), decimals)
    if found := re.search(rf"\(?((?:{NUMBER}万?(?: \+ )?)+)\)? over ({NUMBER})", note):
        parts = [float(part) for part in re.findall(NUMBER, found[1])]
        return round(100 * sum(parts) / float(found[2]), decimals)
    if found := re.search(rf"rate ({NUMBER}), itself derived, x mean of ({NUMBER}) and ({NUMBER})", note):
        rate, one, two = map(float, found.groups())
        return round(rate * (one + two) / 2 / 1000, decimals)
    return None


def test_derived_figures_are_the_arithmetic_of_their_note(observed: pd.DataFrame) -> None:
    derived = observed[observed["status"] == "derived"]
    rest = []
    for row in derived.itertuples():
        note = str(row.note)
        value = None if "15-59" in note else recomputed(note, int(row.decimals))
        if value is None:
            rest.append((row.indicator, row.area, row.year))
        else:
            assert value == pytest.approx(row.value, abs=1e-9), (row.indicator, row.year, note)
    assert len(derived) - len(rest) == 23
    # Sums over the census and over districts: recomputed below and in the tests of Table 6, of stocks and accounts.
    city = [(name, CITY, year) for name in ("share_60_plus", "dependency_ratio", "central_city_primacy", "share_15_59")
            for year in (2010, 2020)]  # fmt: skip
    assert set(rest) == {*city, ("resident_population", "330328", 2023), ("natural_increase", CITY, 2022)}


def test_shares_summed_over_the_census_are_those_of_the_census(people: pd.DataFrame, observed: pd.DataFrame) -> None:
    value = observed[observed["area"] == CITY].set_index(["indicator", "year"])["value"]
    for year, central in (
        (2010, ("330302", "330303", "330304", "330322")),
        (2020, ("330302", "330303", "330304", "330305")),
    ):
        total = totals(people, year)
        whole, old, middle = int(total[CITY]), ages(people, year, 60), ages(people, year, 15, 59)
        assert value["share_60_plus", year] == round(100 * old / whole, 2)
        assert value["share_15_59", year] == round(100 * middle / whole, 2)
        assert value["dependency_ratio", year] == round(100 * (whole - middle) / middle, 2)
        assert value["central_city_primacy", year] == round(100 * total[list(central)].sum() / whole, 2)


def test_what_is_known_of_2024_is_derived_or_weak(observed: pd.DataFrame) -> None:
    rows = observed[(observed["area"] == CITY) & (observed["year"] >= 2024)].set_index(["indicator", "year"])
    assert rows.loc[("resident_population", 2024), ["value", "status", "confidence"]].tolist() == [
        985.2,
        "derived",
        "medium",
    ]
    assert rows.loc[("urbanisation_rate", 2024), ["value", "status", "confidence"]].tolist() == [76, "assumed", "low"]
    assert set(rows.index) == {
        ("resident_population", 2024), ("urbanisation_rate", 2024), ("gdp", 2024), ("gdp", 2025),
    }  # fmt: skip


def test_an_evaluation_uses_what_was_known_then() -> None:
    seen = read_observed(DATA / "plan" / "observed.csv")
    then = {year: as_known(seen, year=year).query("area == @CITY") for year in (2023, 2024)}
    assert int(then[2023]["year"].max()) == 2023
    latest = then[2024].set_index(["indicator", "year"])["value"]
    assert latest["resident_population", 2024] == 985.2
    assert latest["urbanisation_rate", 2022] == 73.7
    # The rate of 2022 was printed as 73.3 until the communique of 2023 implied 73.7.
    assert as_known(seen, year=2022).query("area == @CITY and year == 2022 and indicator == 'urbanisation_rate'")[
        "value"
    ].tolist() == [73.3]


def test_the_base_takes_the_stock_of_2024(observed: pd.DataFrame) -> None:
    known = as_known(read_observed(DATA / "plan" / "observed.csv"), year=2024)
    base = estimate_base(read_census(WENZHOU, observed=known), observed_until=2024)
    stock = base["observed_stock"].sum("district")
    assert stock.sel(observed_year=2024).item() == pytest.approx(9_852_000)
    assert stock.sel(observed_year=2023).item() == pytest.approx(9_761_000)
    printed = observed.query("indicator == 'resident_population' and year == 2024 and area != @CITY").set_index("area")
    assert sorted(printed.index) == ["330305", "330326", "330327"]
    for area, value in printed["value"].items():
        assert base["observed_stock"].sel(observed_year=2024, district=area).item() == pytest.approx(
            1e4 * value, rel=1e-3
        )


def test_found_figures_are_shipped_with_their_confidence() -> None:
    found = pd.read_csv(TRANSCRIPTS / "wenzhou" / "found_2026-11.csv", dtype=str).fillna("")
    files = [DATA / "plan" / name for name in ("observed.csv", "talent.csv", "elsewhere.csv")]
    ours = pd.concat([pd.read_csv(file, dtype=str) for file in files])
    key = ["indicator", "area", "year"]
    shipped = {tuple(row[key]): (float(row["value"]), row["confidence"]) for _, row in ours.iterrows()}
    for row in found.itertuples():
        label = (row.indicator, row.area_code, row.year)
        wanted = row.confidence != "low" or row.indicator.startswith("enrolment_")
        if wanted and row.indicator != "urbanisation_rate_annual_plan_target":  # a target, no observation
            assert shipped[label] == (float(row.value), row.confidence), label
        else:
            assert label not in shipped


def test_two_sources_for_one_year_have_one_chosen(observed: pd.DataFrame) -> None:
    key = ["indicator", "area", "year"]
    twice = observed[observed.duplicated(key, keep=False)]
    assert set(twice["year"]) == {2020, 2022}
    assert set(twice["indicator"]) == {"urbanisation_rate"}
    assert (twice["chosen"].eq("yes").groupby([twice[name] for name in key]).sum() == 1).all()
    assert observed.drop(twice.index)["chosen"].isna().all()


def test_observed_values_show_their_decimals() -> None:
    text = pd.read_csv(DATA / "plan" / "observed.csv", dtype=str)
    digits = text["value"].str.partition(".")[2].str.len()
    assert (digits == text["decimals"].astype(int)).all()


def test_observed_accounts_hold(observed: pd.DataFrame) -> None:
    city = observed[observed["area"] == CITY]
    value = city.drop_duplicates(["indicator", "year"]).set_index(["indicator", "year"])["value"]
    for year in (2021, 2022, 2023):
        natural = value["births", year] - value["deaths", year]
        assert natural == pytest.approx(value["natural_increase", year], abs=1e-9)
        change = value["resident_population", year] - value["resident_population", year - 1]
        assert change == pytest.approx(natural + value["net_migration", year], abs=1e-9)
        mean = (value["resident_population", year] + value["resident_population", year - 1]) / 2
        assert 1000 * value["births", year] / mean == pytest.approx(value["birth_rate", year], abs=0.06)
        assert 1000 * value["deaths", year] / mean == pytest.approx(value["death_rate", year], abs=0.06)
    for year in (2021, 2023):
        urban, all_ = value["urban_population", year], value["resident_population", year]
        assert urban + value["rural_population", year] == pytest.approx(all_, abs=1e-9)
        assert round(100 * urban / all_, 1) == value["urbanisation_rate", year]


def test_primacy_is_the_four_districts_over_the_city(observed: pd.DataFrame) -> None:
    stock = observed[observed["indicator"] == "resident_population"].set_index(["area", "year"])["value"]
    primacy = observed[observed["indicator"] == "central_city_primacy"].set_index("year")["value"]
    for year in (2021, 2023):
        four = sum(stock[code, year] for code in ("330302", "330303", "330304", "330305"))
        assert primacy[year] == round(100 * four / stock[CITY, year], 2)


def test_fertility_pattern_sums_to_100_each_year() -> None:
    pattern = table("reference/un_wpp2024_china/fertility_pattern.csv")
    assert pattern.groupby("year")["percent"].sum().tolist() == pytest.approx([100.0] * 26, abs=2e-5)
    assert pattern["year"].drop_duplicates().tolist() == list(range(2010, 2036))


def test_reference_tables_are_complete() -> None:
    rates = table("reference/un_wpp2024_china/death_rates.csv")
    groups = ["0", "1-4", *(f"{a}-{a + 4}" for a in range(5, 100, 5)), "100+"]
    cells = itertools.product([f"{y}-{y + 5}" for y in range(2005, 2040, 5)], ["female", "male"], groups)
    assert list(rates[["period", "sex", "age_group"]].itertuples(index=False, name=None)) == list(cells)
    assert rates["death_rate"].between(0, 1, inclusive="neither").all()
    births = table("reference/un_wpp2024_china/births.csv").set_index("year")
    assert list(births.index) == list(range(1950, 2101))
    # UN WPP 2024, China, births in thousands: 11,843.469 (2020), 8,899.881 (2023).
    assert births.loc[2020, "births"] == 11_843_469
    assert births.loc[2023].tolist() == [8_899_881, "estimate"]
    assert births.loc[2024, "variant"] == "medium"


def test_death_rates_give_the_life_expectancies_of_their_five_years() -> None:
    rates = table("reference/un_wpp2024_china/death_rates.csv")
    drivers = table("reference/un_wpp2024_china/drivers.csv").query("series == 'life_expectancy'")
    for (period, sex), rows in rates.groupby(["period", "sex"]):
        start = int(str(period)[:4])
        years = drivers[(drivers["sex"] == sex) & drivers["year"].between(start, start + 4)]
        if len(years) < 5:
            continue
        alive, lived = 1.0, 0.0
        *closed, last = rows["death_rate"]
        for m, width in zip(closed, [1, 4, *[5] * 19], strict=True):
            within = 0.1 if width == 1 else width / 2
            dead = alive * width * m / (1 + (width - within) * m)
            lived += width * (alive - dead) + within * dead
            alive -= dead
        assert lived + alive / last == pytest.approx(years["value"].mean(), abs=0.15), (period, sex)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(DATA).as_posix())
def test_file_is_plain_and_named_in_the_readme_of_its_folder(path: Path) -> None:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf"), "no byte order mark"
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    text = raw.decode("utf-8")
    assert not re.search(r"[ \t]$", text, flags=re.MULTILINE), "trailing spaces"
    # A schema names the dialect that it is written in by its address.
    assert "http" not in text or path.name == "README.md" or path.name.endswith(".schema.json")
    if path.name != "README.md":
        assert f"`{path.name}`" in (path.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".csv"], ids=lambda path: path.stem)
def test_row_counts_in_the_readme_are_right(path: Path) -> None:
    readme = (path.parent / "README.md").read_text(encoding="utf-8")
    stated = re.search(rf"^\| `{re.escape(path.name)}` \| (\d+) \|", readme, flags=re.MULTILINE)
    assert stated is not None
    assert int(stated[1]) == len(path.read_text(encoding="utf-8").splitlines()) - 1
