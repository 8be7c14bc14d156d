"""Invented cities in the documented form; every figure in them is made up."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

FIVE = ("0", "1-4", *(f"{low}-{low + 4}" for low in range(5, 85, 5)), "85+")


def groups_to(last: int, *, infants: bool = True, width: int = 5) -> tuple[str, ...]:
    """Age groups up to an open one; age 0 apart if `infants`."""
    first = ("0", "1-4") if infants and width > 1 else ()
    start = 5 if first else 0
    lows = range(start, last, width)
    return (*first, *(f"{low}-{low + width - 1}" if width > 1 else f"{low}" for low in lows), f"{last}+")


def _edges(groups: Sequence[str]) -> list[tuple[int, int]]:
    out = []
    for group in groups:
        low, _, high = group.rstrip("+").partition("-")
        out.append((int(low), 101 if group.endswith("+") else int(high or low) + 1))
    return out


def people(size: float, groups: Sequence[str], *, shift: float = 0.0) -> np.ndarray:
    """Residents by sex and group of a district of about `size` people, women first."""
    ages = np.arange(101)
    curve = np.where(ages < 60, 1.0, np.exp(-(((ages - 60 - shift) / 16.0) ** 2))) * (
        1 + 0.25 * np.sin(ages / 6 + shift)
    )
    both = np.stack([curve, curve * np.where(ages < 70, 1.04, 0.8)])
    both *= size / both.sum()
    return np.stack([np.round(both[:, low:high].sum(axis=1)) for low, high in _edges(groups)], axis=1)


def write_city(
    folder: Path,
    *,
    sizes: Sequence[float] = (400_000, 250_000, 90_000),
    groups: Sequence[str] = FIVE,
    earlier: bool = True,
    settlement: bool = True,
    centres: bool = True,
    observed: bool = True,
    alone: bool = False,
) -> Path:
    """Write an invented city of len(sizes) districts; `alone` gives its first district the city's own code."""
    folder.mkdir(parents=True)
    city = "900000"
    codes = [f"9{place:05d}" for place in range(1, len(sizes) + 1)]
    codes[0] = city if alone else codes[0]
    years = (2010, 2020) if earlier else (2020,)
    text = ["format = 1\n\n[city]"]
    text.append(f'code = "{city}"\nname_zh = "虚构市"\nname_en = "Invented"\nreference = "un_wpp2024_china"')
    if observed:
        text.append('observed = "observed.csv"')
    text += [f'\n[[census]]\nyear = {year}\ndate = {year}-11-01\npublication = "invented"' for year in years]
    (folder / "city.toml").write_text("\n".join(text) + "\n", encoding="utf-8")
    districts, counts, places = [], [], []
    totals = {}
    for year in years:
        for place, (code, size) in enumerate(zip(codes, sizes, strict=True)):
            central = "yes" if place == 0 else "no"
            districts.append(f"{year},{code},虚构{place + 1}区,Invented {place + 1},{code},{central},100,invented")
            table = people(size * (0.9 if year == 2010 else 1.0), groups, shift=place % 5)
            totals[year, code] = int(table.sum())
            for sex, row in zip(("female", "male"), table, strict=True):
                counts += [f"{year},{code},{sex},{group},{int(n)}" for group, n in zip(groups, row, strict=True)]
            urban = int(totals[year, code] * (0.5 if year == 2010 else 0.65))
            places.append(f"{year},{code},{urban},{totals[year, code] - urban}")
    _write(folder / "districts.csv", "census,district,name_zh,name_en,unit,central_city,land_area_km2,note", districts)
    _write(folder / "population.csv", "census,district,sex,age_group,population", counts)
    if settlement:
        _write(folder / "settlement.csv", "census,district,urban,rural", places)
    if centres:
        _write(folder / "centres.csv", "district,centre,share,status", [f"{codes[0]},main,1,assumed"])
    if observed:
        whole = sum(totals[2020, code] for code in codes)
        rows = [(city, "resident_population", y, round(whole * (1 + 0.004 * (y - 2020)))) for y in range(2020, 2024)]
        flows = (("births", 0.008), ("deaths", 0.007))
        rows += [(city, name, y, round(whole * rate)) for name, rate in flows for y in (2021, 2022, 2023)]
        head = "indicator,area,year,value,unit,decimals,basis,status,published,publication,chosen,note"
        _write(
            folder / "observed.csv", head,
            [f"{name},{area},{y},{value},persons,0,census,source,{y + 1},invented,," for area, name, y, value in rows],
        )  # fmt: skip
    return folder


def _write(file: Path, head: str, rows: Sequence[str]) -> None:
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
