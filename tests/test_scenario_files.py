from dataclasses import replace
from pathlib import Path

import pytest

import popmodel as pm

OWN = """
total_fertility = 1.0
life_expectancy = 82
sex_ratio_at_birth = 1.06
net_migration = 0
"""
TREND = f"[scenario.trend]\n{OWN}"


def _write(folder: Path, text: str, name: str = "s.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def variants() -> list[pm.Scenario]:
    return pm.read_scenarios(pm.data_path("scenarios/wenzhou_variants.toml"))


def test_variants_are_based_on_the_trend_and_do_not_bring_it(variants: list[pm.Scenario]) -> None:
    assert [s.name for s in variants] == [
        *("low", "high", "constant", "no_migration", "lower_migration", "higher_migration"),
        *("lower_fertility", "lower_mortality", "register"),
    ]
    trend = pm.read_scenarios(pm.data_path("scenarios/wenzhou.toml"))[0]
    assert {s.name for s in variants if s.based_on == trend} == {s.name for s in variants} - {"constant"}
    assert variants[4].net_migration == pm.Change(times=0.67, after="observed")


EVERYTHING = pm.Scenario(
    "eine „Probe“ \\ 1",
    total_fertility=pm.Dated({2020: {"900001": 1.0, "all": 1.2}, 2030: {"all": 1.5}}, "logistic"),
    life_expectancy=pm.Dated({2020: 80.0, 2030: 0.1 + 81}, "linear"),
    sex_ratio_at_birth=1.06,
    arrivals=pm.Solve(5e4, 2025),
    departure_rate={2020: {"900001": 0.01, "900002": 1e-7}},
    moves={"900001": {"900002": 0.01}},
    registered_entries={"talent": 5.0, "joining relatives": pm.Observed("last")},
    registered_departures={2020: 5.0, 2030: 8.0},
    registered_natural_rate=-0.001,
    centre_shift={"main": 0.01},
    total_fertility_basis="plan",
    note="zwei\nZeilen\t\x7f",
)
CHILD = pm.Scenario("child", based_on=EVERYTHING, arrivals=pm.Change(0.67, {2020: 0.0, 2030: 5.0}, 2023), zh="子")
GRANDCHILD = pm.Scenario("grandchild", based_on=CHILD, moves=pm.Pool(0.02, {"900001": 1.0}), losses="rate")


@pytest.mark.parametrize(
    "chosen",
    [[EVERYTHING], [EVERYTHING, CHILD], [GRANDCHILD, CHILD, EVERYTHING], [GRANDCHILD]],
    ids=["one", "with its child", "children first", "its parents not among them"],
)
def test_what_is_written_is_read_back_equal(tmp_path: Path, chosen: list[pm.Scenario]) -> None:
    file = tmp_path / "out.toml"
    pm.write_scenarios(file, chosen)
    assert pm.read_scenarios(file) == chosen
    assert [f.name for f in tmp_path.iterdir()] == ["out.toml"]


def test_shipped_scenarios_come_back(tmp_path: Path, scenarios: list[pm.Scenario], variants: list[pm.Scenario]) -> None:
    for chosen in (scenarios, variants, [*scenarios, *variants]):
        pm.write_scenarios(tmp_path / "out.toml", chosen)
        assert pm.read_scenarios(tmp_path / "out.toml") == chosen


def test_nothing_is_written_when_it_cannot_be(tmp_path: Path) -> None:
    file = _write(tmp_path, "old", "out.toml")
    twin = replace(CHILD, name="eine „Probe“ \\ 1")
    for chosen, message in (
        ([], r"names \(none\) must be given and differ"),
        ([CHILD, CHILD], "names child, child must be given and differ"),
        ([CHILD, twin], "two different scenarios are called eine"),
    ):
        with pytest.raises(pm.SchemaError, match=message):
            pm.write_scenarios(file, chosen)
    with pytest.raises(pm.SchemaError, match="the folder .*nowhere is missing"):
        pm.write_scenarios(tmp_path / "nowhere" / "s.toml", [EVERYTHING])
    assert file.read_text(encoding="utf-8") == "old"
    assert [f.name for f in tmp_path.iterdir()] == ["out.toml"]


def test_parents_may_stand_in_the_file_or_beside_it(tmp_path: Path) -> None:
    _write(tmp_path, TREND, "base.toml")
    text = '[scenario.b]\nbased_on = "a"\n[parent.a]\nbased_on = "trend"\nnet_migration = { plus = 5 }\n'
    (only,) = pm.read_scenarios(_write(tmp_path, 'include = "base.toml"\n' + text))
    assert only.name == "b"
    assert only.based_on is not None
    assert only.based_on.net_migration == pm.Change(plus=5.0)
    assert only.based_on.based_on is not None
    assert only.based_on.based_on.name == "trend"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[scenario.a]\nbased_on = "trand"\n' + TREND, "scenario a is based on 'trand', which is not there; known: a"),
        ('[scenario.a]\nbased_on = "b"\n[scenario.b]\nbased_on = "a"\n', "round in a circle: a → b → a"),
        ('[scenario.a]\nbased_on = "a"\n', "round in a circle: a → a"),
        (f"{TREND}[parent.trend]\n{OWN}", "scenario trend stands twice"),
        (f"include = 5\n{TREND}", "include must be a file name or a list of them; given 5"),
        (f'include = "s.toml"\n{TREND}', r"s\.toml: the file includes itself, by way of s\.toml"),
        (f'include = "other.toml"\n{TREND}', r"other\.toml: the file is missing"),
        ("scenario = 5", "top level must hold"),
        ("[scenario]\na = 5", "scenario a: 5 is no table"),
        (TREND + "losses = 5", "losses: 5 is not a text"),
        (TREND + 'losses = "none"', "losses 'none' must be one of count, rate"),
        (TREND + "centre_shift = 5", "centre_shift: 5 must be a table with an entry"),
        (TREND + "arrivals = 5", "net_migration and arrivals say the same twice"),
        (TREND + "departure_rate = 0.1", "net_migration and departure_rate say the same twice"),
        (TREND + "registered_departures = 5", "registered_departures needs registered_entries"),
        (
            TREND + "registered_entries = { talent = 5 }\nregistered_net_entries = 5",
            "registered_net_entries and registered_entries say the same twice",
        ),
        (TREND + "registered_entries = { talent = { 2020 = { A = 5 } } }", "this driver is of the whole city"),
        (TREND + "moves = { A = 0.1 }", "write { ORIGIN = { DESTINATION = 0.01 } }"),
        (TREND + "moves = { A = { A = 0.1 } }", "0.1 from A to A must be a share"),
        (TREND + "moves = { pool = 0.1, shares = { A = 0.4, B = 0.5 } }", "shares sum to 0.9; none may be negative"),
        (TREND + "moves = { pool = 1.5 }", "must be a share, 0 … 1"),
        (TREND.replace("= 82", "= { times = 2 }"), "changes nothing, as there is no parent"),
        (TREND.replace("= 82", "= { times = 2, by = 3 }"), "write { times = 0.8, plus = 0.1"),
        (TREND.replace("= 82", '= { after = "observed" }'), "any of them but `after` alone"),
        (TREND.replace("= 82", '= { observed = "residual" }'), "is not possible for this driver"),
        (TREND.replace("= 1.0\n", '= { observed = "residual" }\n'), 'write { observed = "implied"'),
        (TREND.replace("= 82", "= { 2020 = 82, 2021 = { A = 82 } }"), "every year, or none, must be by district"),
        (TREND.replace("= 82", "= { 2020 = { A = true } }"), "2020 A: True is not a number"),
        (TREND.replace("= 82", "= nan"), "nan is not a number"),
        (TREND.replace("= 82", "= { 9999 = 82 }"), "9999 is not a year"),
        (TREND.replace("= 0", "= { solve = 5, year = 2025.5 }"), "write { solve = persons, year = 2025 }"),
        (
            f'{TREND}[scenario.a]\nbased_on = "trend"\nnet_migration = {{ times = 2, after = "now" }}',
            "after = 'now' must be a year or \"observed\"",
        ),
    ],
)
def test_bad_files_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(pm.SchemaError, match=message) as raised:
        pm.read_scenarios(_write(tmp_path, text))
    assert ".toml" in str(raised.value)


def test_files_in_a_circle_and_twice_the_same_parent(tmp_path: Path) -> None:
    _write(tmp_path, f'include = "b.toml"\n{TREND}', "a.toml")
    _write(tmp_path, f'include = "a.toml"\n{TREND}', "b.toml")
    with pytest.raises(pm.SchemaError, match=r"a\.toml: the file includes itself, by way of a\.toml, b\.toml"):
        pm.read_scenarios(tmp_path / "a.toml")
    _write(tmp_path, TREND, "c.toml")
    _write(tmp_path, TREND, "d.toml")
    with pytest.raises(pm.SchemaError, match="scenario trend stands in two included files"):
        pm.read_scenarios(_write(tmp_path, 'include = ["c.toml", "d.toml"]\n[scenario.x]\nbased_on = "trend"\n'))


def test_scenarios_made_in_code_are_checked_too() -> None:
    with pytest.raises(pm.SchemaError, match="scenario x: driver total_fertility, life_expectancy.* is missing"):
        pm.Scenario("x")
    plain = pm.Scenario("plain", 1.0, 80.0, 1.06, 0.0)
    with pytest.raises(pm.SchemaError, match="scenario plain: net_migration: 'many' is not a number"):
        replace(plain, net_migration="many")  # type: ignore[arg-type]
    with pytest.raises(pm.SchemaError, match="departure_rate needs arrivals"):
        pm.Scenario("y", based_on=plain, departure_rate=0.1)
