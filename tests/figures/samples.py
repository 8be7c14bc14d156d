"""Synthetic inputs of the chart tests, in the shapes that travel between the stages.

The targets are those of the plan's Table 6; every series beside them is made up for the tests.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

CITY = "330300"
DISTRICTS = {
    "330302": ("鹿城区", "Lucheng", 1170),
    "330303": ("龙湾区", "Longwan", 730),
    "330304": ("瓯海区", "Ouhai", 965),
    "330305": ("洞头区", "Dongtou", 148),
    "330324": ("永嘉县", "Yongjia", 870),
    "330326": ("平阳县", "Pingyang", 863),
    "330327": ("苍南县", "Cangnan", 843),
    "330328": ("文成县", "Wencheng", 288),
    "330329": ("泰顺县", "Taishun", 266),
    "330381": ("瑞安市", "Rui'an", 1520),
    "330382": ("乐清市", "Yueqing", 1453),
    "330383": ("龙港市", "Longgang", 464),
}
SCENARIOS = {"trend": ("趋势", "trend"), "plan": ("规划", "plan")}


class Goal(NamedTuple):
    """One row of Table 6, short."""

    number: int
    indicator: str
    zh: str
    en: str
    unit: str
    decimals: int
    base: float
    base_text: str
    better: str
    goals: str  # operator:value:text, one for each milestone


TABLE6 = (
    Goal(
        1,
        "resident_population",
        "常住人口",
        "Resident population",
        "10k_persons",
        1,
        957.29,
        "957.29",
        "higher",
        "reach:1000:1000 above:1000:>1000 above:1000:>1000",
    ),
    Goal(
        2,
        "registered_population",
        "户籍人口",
        "Registered population",
        "10k_persons",
        2,
        833.91,
        "833.91",
        "higher",
        "reach:880:880 rising::逐年提高 rising::逐年提高",
    ),
    Goal(
        3,
        "total_fertility",
        "总和生育率",
        "Total fertility rate",
        "children_per_woman",
        2,
        1.3,
        "1.3",
        "higher",
        "reach:1.35:1.35 about:1.35:1.35左右 about:1.35:1.35左右",
    ),
    Goal(
        4,
        "life_expectancy",
        "人均预期寿命",
        "Life expectancy at birth",
        "years",
        2,
        81.72,
        "81.72",
        "higher",
        "reach:82:82 reach:82.5:82.5 keep::保持高位",
    ),
    Goal(
        5,
        "severe_birth_defect_rate",
        "严重致残出生缺陷发生率",
        "Severe birth defects",
        "per_mille",
        1,
        6.4,
        "6.4",
        "lower",
        "at_most:9:≤9 keep::保持较低水平 keep::保持较低水平",
    ),
    Goal(
        6,
        "health_index",
        "健康浙江（温州）建设发展指数",
        "Healthy Zhejiang (Wenzhou) development index",
        "percent",
        1,
        32.2,
        "32.2",
        "higher",
        "relative::优于全省平均水平 relative::位居全省前列 relative::位居全省前列",
    ),
    Goal(
        7,
        "skilled_talent",
        "高技能人才总量",
        "Highly skilled workers",
        "10k_persons",
        2,
        32.65,
        "32.65",
        "higher",
        "above:40:>40 above:50:>50 rising::逐年增加",
    ),
    Goal(
        8,
        "graduates_attracted",
        "引入高校毕业生",
        "Graduates attracted",
        "10k_persons",
        2,
        10.48,
        "[10.48]",
        "higher",
        "cumulative:60:[60] cumulative:110:[110] cumulative:160:[160]",
    ),
    Goal(
        9,
        "skilled_share_of_workers",
        "高技能人才占技能劳动者比例",
        "Highly skilled share of skilled workers",
        "percent",
        1,
        28.9,
        "28.9",
        "higher",
        "reach:30:30 above:30:>30 rising::逐年提高",
    ),
    Goal(
        10,
        "tertiary_share_prime_working_age",
        "主要劳动年龄人口受过高等教育比例",
        "Tertiary-educated share of the prime working-age population",
        "percent",
        0,
        np.nan,
        "–",
        "higher",
        "reach:25:25 reach:30:30 above:30:>30",
    ),
    Goal(
        11,
        "graduate_retention",
        "在温高校应届毕业生留温率",
        "Retention of graduates of local colleges",
        "percent",
        2,
        37.85,
        "37.85",
        "higher",
        "reach:42:42 above:45:>45 rising::逐年提高",
    ),
    Goal(
        12,
        "mean_schooling_working_age",
        "劳动年龄人口平均受教育年限（16–59岁）",
        "Mean schooling of ages 16–59",
        "years_of_schooling",
        2,
        10.07,
        "10.07",
        "higher",
        "reach:11.3:11.3 rising::逐年提高 rising::逐年提高",
    ),
    Goal(
        13,
        "sex_ratio_at_birth",
        "出生人口性别比",
        "Sex ratio at birth",
        "males_per_100_females",
        2,
        109.82,
        "109.82",
        "band",
        "at_most:109:≤109 within:103-107:接近自然平衡 within:103-107:实现自然平衡",
    ),
    Goal(
        14,
        "share_60_plus",
        "常住人口老龄化率（60岁及以上）",
        "Share aged 60 and over",
        "percent",
        2,
        16.5,
        "16.5",
        "lower",
        "below:20:<20 below:24:<24 below:26:<26",
    ),
    Goal(
        15,
        "dependency_ratio",
        "常住人口抚养比",
        "Dependency ratio",
        "percent",
        2,
        46.58,
        "46.58",
        "lower",
        "below:55:<55 below:65:<65 keep::保持稳定",
    ),
    Goal(
        16,
        "urban_jobs_created",
        "城镇新增就业人数",
        "New urban jobs",
        "10k_persons",
        0,
        14,
        "[14]",
        "higher",
        "cumulative:45:[45] cumulative:90:[90] cumulative:135:[135]",
    ),
    Goal(
        17,
        "central_city_primacy",
        "中心城区首位度",
        "Central-city primacy",
        "percent",
        2,
        31.38,
        "31.38",
        "higher",
        "reach:32.67:32.67 reach:34.07:34.07 rising::逐年提高",
    ),
    Goal(
        18,
        "main_centre_share",
        "市域主中心常住人口占比",
        "Main centre's share of residents",
        "percent",
        1,
        59.8,
        "59.8",
        "higher",
        "above:60:>60 above:62:>62 above:65:>65",
    ),
    Goal(
        19,
        "sub_centre_share",
        "市域副中心常住人口占比",
        "Sub-centre's share of residents",
        "percent",
        2,
        17.35,
        "17.35",
        "higher",
        "reach:18:18 reach:18.5:18.5 above:19:>19",
    ),
    Goal(
        20,
        "urbanisation_rate",
        "常住人口城镇化率",
        "Urbanisation rate",
        "percent",
        2,
        72.16,
        "72.16",
        "higher",
        "reach:75:75 above:77:>77 reach:80:80",
    ),
)
MILESTONES = (2025, 2030, 2035)


def targets() -> pd.DataFrame:
    """One row per indicator and milestone."""
    rows = []
    for goal in TABLE6:
        for year, text in zip(MILESTONES, goal.goals.split(), strict=True):
            operator, value, printed = text.split(":")
            low, _, high = value.partition("-")
            band = operator == "within"
            number = float(value) if value and not band else np.nan
            rows.append({
                "indicator": goal.indicator, "number": goal.number, "name_zh": goal.zh, "name_en": goal.en,
                "year": year, "operator": operator, "value": number,
                "lower": float(low) if band else np.nan, "upper": float(high) if band else np.nan, "unit": goal.unit,
                "tolerance": 0.05 if operator == "about" else np.nan,
                "decimals": goal.decimals, "better": goal.better, "text": printed, "nature": "预期性",
                "base_year": 2020, "base_value": goal.base, "base_text": goal.base_text,
                "start_year": 2021 if operator == "cumulative" else None, "reference": "", "version": "2022",
                "source": "synthetic", "note": "",
            })  # fmt: skip
    table = pd.DataFrame(rows)
    whole = ["number", "year", "decimals", "base_year", "start_year"]
    return table.astype(dict.fromkeys(whole, "Int64"))


SEEN = {
    "resident_population": (
        "10k_persons",
        1,
        {
            2015: 911.7,
            2016: 917.5,
            2017: 921.5,
            2018: (925.0, "derived"),
            2019: 930.0,
            2020: 958.7,
            2021: 964.5,
            2022: 967.9,
            2023: 976.1,
        },
    ),
    "registered_population": ("10k_persons", 2, {2018: (828.74, "derived"), 2019: 832.36, 2020: 833.91, 2022: 831.8}),
    "share_60_plus": ("percent", 2, {2010: (11.05, "derived"), 2020: 16.5}),
    "dependency_ratio": ("percent", 2, {2010: (33.97, "derived"), 2020: 46.58}),
    "central_city_primacy": ("percent", 2, {2020: 31.38, 2021: (31.63, "derived"), 2023: (31.93, "derived")}),
    "urbanisation_rate": (
        "percent",
        1,
        {
            2015: 68.0,
            2018: (70.0, "derived"),
            2019: 70.5,
            2020: (72.2, "derived"),
            2021: 72.8,
            2022: (73.7, "derived"),
            2023: 74.7,
        },
    ),
    "graduates_attracted": ("10k_persons", 1, {2021: 11.2, 2022: 12.6, 2023: 12.9}),
    "sex_ratio_at_birth": ("males_per_100_females", 2, {2020: 109.82}),
}


def observed() -> pd.DataFrame:
    """One row per indicator, area and year, with a break before 2020."""
    rows = []
    for indicator, (unit, decimals, series) in SEEN.items():
        for year, cell in series.items():
            value, status = cell if isinstance(cell, tuple) else (cell, "source")
            basis = "pre_census_2020" if 2011 <= year < 2020 else f"census_{2010 if year < 2011 else 2020}"
            rows.append({
                "indicator": indicator, "area": CITY, "year": year, "value": value, "unit": unit,
                "decimals": decimals, "basis": basis, "status": status, "published": f"{year + 1}-03",
                "publication": "synthetic", "chosen": "", "note": "",
            })  # fmt: skip
    return pd.DataFrame(rows).astype({"year": "Int64", "decimals": "Int64"})


ENDS = {  # base, value at the end in trend and in plan
    "resident_population": (9_587_000, 10_240_000, 11_042_000),
    "registered_population": (8_339_100, 8_170_000, 8_905_000),
    "total_fertility": (1.3, np.nan, 1.35),
    "life_expectancy": (81.72, 82.5, 82.83),
    "sex_ratio_at_birth": (109.8, 107.0, 106.0),
    "share_60_plus": (16.6, 29.6, 27.6),
    "dependency_ratio": (46.7, 62.9, 60.4),
    "central_city_primacy": (31.4, 34.6, 35.1),
    "main_centre_share": (59.8, 62.9, 65.2),
    "sub_centre_share": (17.35, 17.1, 19.1),
    "urbanisation_rate": (72.2, 81.4, 81.9),
    "share_0_14": (15.3, 9.2, 12.1),
    "share_15_59": (68.1, 61.2, 60.3),
}
UNIT_OF = {goal.indicator: goal for goal in TABLE6}


def values(*, draws: int = 0) -> xr.Dataset:
    """Measured indicators of two scenarios, 2020–2035, for the city and its districts."""
    years = np.arange(2020, 2036)
    codes = [CITY, *DISTRICTS]
    time = ((years - 2020) / 15) ** 1.1
    out = xr.Dataset(coords={
        "scenario": list(SCENARIOS), "year": years, "area": codes,
        "area_zh": ("area", ["温州市", *(d[0] for d in DISTRICTS.values())]),
        "area_en": ("area", ["Wenzhou", *(d[1] for d in DISTRICTS.values())]),
        "scenario_zh": ("scenario", [zh for zh, _ in SCENARIOS.values()]),
        "scenario_en": ("scenario", [en for _, en in SCENARIOS.values()]),
    })  # fmt: skip
    weight = np.array([1.0, *(d[2] / 9580 for d in DISTRICTS.values())])
    slope = np.array([1.0, *np.linspace(1.9, -1.2, len(DISTRICTS))])
    for name, (start, trend, plan) in ENDS.items():
        ends = np.array([trend, plan])[:, None, None]
        if name.endswith("population"):
            cube = (start + (ends - start) * time[:, None] * slope) * weight
        else:
            cube = (start + (ends - start) * time[:, None]) + np.zeros_like(weight)
        goal = UNIT_OF.get(name)
        unit = "persons" if name.endswith("population") else goal.unit if goal else "percent"
        names = {"share_0_14": ("0–14岁占比", "Share aged 0–14"), "share_15_59": ("15–59岁占比", "Share aged 15–59")}
        zh, en = (goal.zh, goal.en) if goal else names[name]
        dims: tuple[str, ...] = ("scenario", "year", "area")
        if draws:
            noise = np.random.default_rng(1).normal(size=draws)[None, :, None, None]
            cube = cube[:, None] * (1 + 0.02 * noise * time[None, None, :, None])
            dims = ("scenario", "draw", "year", "area")
        attrs = {"unit": unit, "name_zh": zh, "name_en": en, "decimals": 0 if unit == "persons" else 2,
                 "number": goal.number if goal else -1}  # fmt: skip
        out[name] = xr.DataArray(cube, dims=dims, attrs=attrs)
    return out


def projection() -> xr.Dataset:
    """A projection with the dims and coords of the real one, its numbers made up."""
    years, periods, ages = np.arange(2020, 2036), np.arange(2021, 2036), np.arange(101)
    size = np.array([d[2] for d in DISTRICTS.values()], dtype=float)
    wave = 1 + 0.25 * np.sin((ages[None, :] - (years - 2020)[:, None]) / 5.5)
    fall = np.clip(1 - ((ages - 18) / 78).clip(0) ** 2.2, 0.0, None) * np.where(ages < 100, 1, 0.5)
    shape = wave * fall * 6.3 * np.where(ages[None, :] < (years - 2020)[:, None], 0.6, 1)
    sexes = np.array([0.97, 1.05])
    lift = np.array([1.0, 1.07])
    stock = lift[:, None, None, None, None] * shape[:, None, None, :] * size[:, None, None] * sexes[:, None]
    share = (size / size.sum())[:, None] * np.array([0.48, 0.52])  # district, sex
    fade = np.linspace(1, 0.85, len(periods))[:, None, None]
    young, old = np.exp(-(((ages - 24) / 9.0) ** 2)), np.exp(-(((ages - 84) / 8.0) ** 2))
    births = np.stack([58_000 * fade * share, 88_000 * fade * share])
    ageing = np.linspace(61_000, 79_000, len(periods))[:, None, None, None]
    deaths = np.stack([ageing * share[..., None] * old / old.sum()] * 2)
    turn = np.linspace(60_000, -12_000, len(periods))[:, None, None, None]
    moves = np.stack([turn, np.full_like(turn, 105_000)]) * share[..., None] * young / young.sum()
    return xr.Dataset(
        {
            "population": (("scenario", "year", "district", "sex", "age"), stock),
            "births": (("scenario", "period", "district", "sex"), births),
            "deaths": (("scenario", "period", "district", "sex", "age"), deaths),
            "net_migration": (("scenario", "period", "district", "sex", "age"), moves),
        },
        coords={
            "scenario": list(SCENARIOS), "year": years, "period": periods, "district": list(DISTRICTS),
            "sex": ["female", "male"], "age": ages, "city": CITY, "city_name_zh": "温州市", "city_name_en": "Wenzhou",
            "name_zh": ("district", [d[0] for d in DISTRICTS.values()]),
            "name_en": ("district", [d[1] for d in DISTRICTS.values()]),
            "scenario_zh": ("scenario", [zh for zh, _ in SCENARIOS.values()]),
            "scenario_en": ("scenario", [en for _, en in SCENARIOS.values()]),
        },
    )  # fmt: skip


def card(*, year: int = 2023) -> pd.DataFrame:
    """A scorecard with the columns of the real one; ratings follow a toy rule."""
    seen, measured, rows = observed(), values(), []
    for scenario in SCENARIOS:
        for _, goal in targets().iterrows():
            past = seen[(seen.indicator == goal.indicator) & (seen.year <= year) & (seen.year > 2020)]
            value = float(past.value.iloc[-1]) if len(past) else np.nan
            projected = np.nan
            if goal.indicator in measured:
                projected = float(measured[goal.indicator].sel(scenario=scenario, year=goal.year, area=CITY))
                projected = projected / 1e4 if goal.unit == "10k_persons" else projected
            tau = (year - 2020) / (goal.year - 2020)
            climb = (value - goal.base_value) / (goal.value - goal.base_value)
            c = climb if np.isfinite(climb) else np.nan
            pace = c / tau
            code = "not_assessable"
            if np.isfinite(pace):
                edges = {"ahead": 1.05, "on_track": 0.95, "nearly": 0.8, "behind": 0.0}
                code = next((name for name, edge in edges.items() if pace >= edge), "moving_away")
                code = "met" if c >= 1 else code
            ok: object = pd.NA
            if np.isfinite(projected) and np.isfinite(goal.value):
                ok = bool(projected >= goal.value if goal.better == "higher" else projected < goal.value)
            rows.append({
                "scenario": scenario, "number": goal.number, "indicator": goal.indicator, "name_zh": goal.name_zh,
                "name_en": goal.name_en, "target_year": goal.year, "operator": goal.operator, "target_text": goal.text,
                "target": goal.value, "unit": goal.unit, "decimals": goal.decimals, "better": goal.better,
                "base_year": goal.base_year, "base_value": goal.base_value, "year": year, "value": value,
                "value_year": past.year.iloc[-1] if len(past) else pd.NA,
                "value_status": "observed" if len(past) else "missing", "met": pd.NA, "c": c, "tau": tau, "pace": pace,
                "needed_per_year": np.nan, "observed_per_year": np.nan, "projected": projected, "projected_met": ok,
                "rating": code, "method": "pace",
                "agreement": 1.0, "robustness": 1.0,
            })  # fmt: skip
    table = pd.DataFrame(rows)
    return table.astype({"projected_met": "boolean", "met": "boolean", "value_year": "Int64"})
