"""Damaged TOML forms: out comes one clear error, or what the file says; never a traceback, a hang or a wrong number.

POPMODEL_FUZZ=20000 runs that many cases of each form.
"""

import os
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import popmodel as pm
from popmodel.files.city import read_city

CASES = int(os.environ.get("POPMODEL_FUZZ", "400"))
SEED = 20260611
LONGEST = 4000
"""Characters of an error, the path of the file apart."""
VALUES = (
    *("nan", "inf", "-inf", "1e30", "1e308", "1e400", "-1", "0", "0.5", "-0.0", "9" * 25, "9" * 400, "9" * 5000),
    *("true", "2020-11-01", "2020-11-01T08:00:00Z", "07:32:00", "[]", "{}", "[1, 2]", "{ a = 1 }", "0x7f", "1_000"),
    *('""', '" "', '"=1+1"', '"$x$"', '"²"', '"①"', '"２０２０"', '"a\\u0000b"', '"\\n"', '"../.."', '"/"', '"."'),
    *(f'"{"x" * 5000}"', "'''\na\n'''", '"plan"', '"trend"', '"city.toml"', '"s.toml"', '"observed"', '"logistic"'),
    *("{ 2020 = 1.0 }", "{ 2020 = 1.0, 2030 = 1e9 }", "{ 1799 = 1.0 }", "{ 99999 = 1.0 }", "{ 2020 = { all = 1.0 } }"),
    *(
        '{ observed = "residual" }',
        '{ observed = "implied" }',
        "{ solve = 1e6, year = 2025 }",
        "{ solve = 1, year = 1 }",
    ),
    *("{ times = 2 }", '{ plus = 5, after = "observed" }', "{ after = 2025 }", "{ times = { 2020 = -1.0 } }"),
    *('{ "900001" = { "900002" = 0.5 } }', '{ "900001" = { "900001" = 0.5 } }', "{ pool = 2 }", "{ pool = 0.1 }"),
    *("{ x = 5 }", '{ x = { observed = "residual" } }', "[" * 3000, "{a=" * 400),
)
KEYS = (
    *("format", "code", "year", "date", "zh", "based_on", "include", "moves", "losses", "net_migration", "arrivals"),
    *("departure_rate", "centre_shift", "registered_entries", "observed", "scenario", "公", "x y", "2020"),
)
HEADS = (
    *("[city]", "[[city]]", "[[census]]", "[census]", "[scenario.trend]", "[scenario.Trend]", "[scenario]", "[x]", "["),
    *("[[scenario]]", "[parent.trend]", "[scenario.'']", '[scenario." "]', "[scenario.a.b]", "[scenario.trend.moves]"),
)
MARKS = (b"\0", b"\r", b'"', b"'", b"{", b"]", b"\\", b"\xff", b"#", b"=")
SCENARIOS = """\
format = 1

[parent.ground]
total_fertility = { 2020 = 1.1, 2030 = { PLACE } }
life_expectancy = { 2020 = 80.0, 2030 = 82.0, interpolation = "logistic" }
sex_ratio_at_birth = 1.06
net_migration = { 2020 = 100, 2025 = -20, interpolation = "step" }

[scenario.trend]
based_on = "ground"
zh = "趋势"
en = "Trend"
moves = { pool = 0.01, shares = { 900001 = 0.4, 900002 = 0.6 } }
centre_shift = { main = 0.01 }
registered_net_entries = 100

[scenario.plan]
based_on = "trend"
total_fertility = { times = 1.2, after = 2024 }
net_migration = { solve = 100000, year = 2028 }

[scenario.low]
based_on = "plan"
net_migration = { plus = { 2020 = 0.0, 2030 = -10.0 } }
losses = "rate"
note = "lower"
""".replace("{ PLACE }", "1.3")


def _lines(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True) or ["\n"]
    place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(5)
    if kind == 0:
        del lines[place]
    elif kind == 1:
        lines.insert(other, lines[place])
    elif kind == 2:
        lines[place], lines[other] = lines[other], lines[place]
    elif kind == 3:
        lines.insert(place, chance.choice(HEADS) + "\n")
    else:
        lines.insert(place, f"{chance.choice(KEYS)} = {chance.choice(VALUES)}\n")
    return "".join(lines)


def _values(text: str, chance: random.Random) -> str:
    return _put(r'(?<== )("[^"]*"|\{[^\n]*\}|[^\s,{}\[\]"]+)', text, lambda _: VALUES, chance)


def _keys(text: str, chance: random.Random) -> str:
    def names(key: str) -> Sequence[str]:
        return [*KEYS, *(key[:-1], key.upper(), f'"{key} "', key + "_", f"a.{key}", "'='", "²") * 3]

    return _put(r"\w+(?= = )", text, names, chance)


def _names(text: str, chance: random.Random) -> str:
    """Change a name where it is set or where it is used, so that lines of parents break or close."""
    new = ("trend", "plan", "low", "ground", "TREND", "=1+1", "900001", "nowhere", "..", "main")
    known = r"\b(trend|plan|low|ground|900000|900001|900002|un_wpp2024_china)\b"
    return _put(known, text, lambda _: new, chance)


def _put(pattern: str, text: str, new: Callable[[str], Sequence[str]], chance: random.Random) -> str:
    """Put something else in the place of one hit, if there is any."""
    hits = list(re.finditer(pattern, text))
    if not hits:
        return text
    hit = chance.choice(hits)
    return text[: hit.start()] + chance.choice(new(hit.group())) + text[hit.end() :]


def _bytes(data: bytes, chance: random.Random) -> bytes:
    kind, place = chance.randrange(8), chance.randrange(len(data))
    text = data.decode("utf-8", errors="replace")
    return (
        lambda: data[:place],
        lambda: data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :],
        lambda: data[:place] + data[place + chance.randrange(1, 9) :],
        lambda: data[:place] + chance.choice(MARKS) + data[place:],
        lambda: text.encode("gbk", errors="ignore"),
        lambda: text.encode("utf-16"),
        lambda: b"\xef\xbb\xbf" + data,
        lambda: text.translate(str.maketrans("0123456789=.", "０１２３４５６７８９＝．")).encode(),
    )[kind]()  # fmt: skip


def _damaged(text: str, chance: random.Random) -> bytes:
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        text = chance.choice([_lines, _values, _values, _keys, _names])(text, chance)
    data = text.encode()
    return _bytes(data, chance) if chance.random() < 0.25 else data


def _clear(error: pm.SchemaError, folder: Path) -> None:
    said = str(error)
    assert said.endswith((".", "?")), said
    assert len(said.replace(str(folder), "")) < LONGEST, said
    assert error.faults
    for fault in error.faults:
        assert fault.rule
        assert fault.remedy


def test_damaged_city_forms(city: Path) -> None:
    file = city / "city.toml"
    text = file.read_text(encoding="utf-8") + text_of_an_earlier_census()
    chance = random.Random(SEED)
    read = 0
    for number in range(CASES):
        file.write_bytes(_damaged(text, chance))
        try:
            found = read_city(city)
        except pm.SchemaError as error:
            _clear(error, city)
            continue
        except BaseException as error:
            raise AssertionError(f"case {number}: {file.read_bytes()!r}") from error
        read += 1
        assert found.code.strip()
        assert all(1800 <= census.year == census.date.year <= 2200 for census in found.censuses)
        assert all(table.is_file() for table in found.tables.values())
    assert CASES // 50 < read < CASES // 2


def text_of_an_earlier_census() -> str:
    return '\n[[census]]\nyear = 2010\ndate = 2010-11-01\npublication = "earlier"\n'


def test_damaged_scenario_forms(city: Path, tmp_path: Path) -> None:
    base = pm.estimate_base(pm.read_census(city))
    file, copy = tmp_path / "s.toml", tmp_path / "copy.toml"
    chance = random.Random(SEED)
    read = run = 0
    for number in range(CASES):
        file.write_bytes(_damaged(SCENARIOS, chance))
        try:
            found = pm.read_scenarios(file)
        except pm.SchemaError as error:
            _clear(error, tmp_path)
            continue
        except BaseException as error:
            raise AssertionError(f"case {number}: {file.read_bytes()!r}") from error
        read += 1
        try:
            pm.write_scenarios(copy, found)
            assert pm.read_scenarios(copy) == found
            run += number % 4 == 0 and _runs(base, found)  # a projection takes longer than all the rest
        except Exception as error:
            raise AssertionError(f"case {number}: {file.read_bytes()!r}") from error
    assert CASES // 100 < run < read < CASES // 2


def _runs(base: xr.Dataset, scenarios: list[pm.Scenario]) -> bool:
    """Project, if it can be: an error that says why, or numbers that are finite and accounts that close."""
    try:
        rates = pm.scenario_rates(base, scenarios, years=range(2020, 2031))
        made = pm.project(base.population, rates)
    except pm.SchemaError:
        return False
    people = made.population.sum(("sex", "age", "district")).to_numpy()
    flows = made.births.sum(("sex", "district")) - made.deaths.sum(("sex", "age", "district"))
    net = (flows + made.net_migration.sum(("sex", "age", "district"))).to_numpy()
    assert np.isfinite(people).all()
    assert (made.population >= 0).all()
    np.testing.assert_allclose(np.diff(people, axis=-1), net, rtol=1e-9, atol=1e-6 * np.abs(people).max())
    return True


@pytest.mark.parametrize("value", VALUES)
def test_each_odd_value_at_each_key(tmp_path: Path, value: str) -> None:
    for hit in re.finditer(r"(?m)(?<== ).*$", SCENARIOS):
        (tmp_path / "s.toml").write_text(SCENARIOS[: hit.start()] + value + SCENARIOS[hit.end() :], encoding="utf-8")
        try:
            pm.read_scenarios(tmp_path / "s.toml")
        except pm.SchemaError as error:
            _clear(error, tmp_path)
