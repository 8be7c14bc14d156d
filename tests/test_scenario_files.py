from dataclasses import replace
from pathlib import Path

import pytest

import popmodel as pm
from popmodel.schema import fault_texts

OWN = """
total_fertility = 1.0
life_expectancy = 82
sex_ratio_at_birth = 1.06
net_migration = 0
"""
TREND = f"[scenario.trend]\n{OWN}"


def _write(folder: Path, text: str, name: str = "s.toml") -> Path:
    file = folder / name
    file.write_text(f"format = 1\n{text}", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def variants() -> list[pm.Scenario]:
    return pm.read_scenarios(pm.data_path("scenarios/wenzhou_variants.toml"))


def test_variants_are_based_on_the_trend_and_do_not_bring_it(variants: list[pm.Scenario]) -> None:
    assert [s.name for s in variants] == [
        *("low", "high", "constant", "no_migration", "lower_migration", "higher_migration"),
        *("lower_fertility", "lower_mortality", "register", "plan_as_printed", "recovery"),
    ]
    trend = pm.read_scenarios(pm.data_path("scenarios/wenzhou.toml"))[0]
    assert {s.name for s in variants if s.based_on == trend} == {s.name for s in variants} - {
        "constant",
        "plan_as_printed",
    }
    assert variants[4].net_migration == pm.Change(times=0.67, after="observed")


EVERYTHING = pm.Scenario(
    "eine „Probe“ \\ 1",
    total_fertility=pm.Dated({2020: {"900001": 1.0, "all": 1.2}, 2030: {"all": 1.5}}, "logistic"),
    life_expectancy=pm.Dated({2020: 80.0, 2030: 0.1 + 81}, "linear"),
    sex_ratio_at_birth=1.06,
    arrivals=pm.Solve(5e4, 2025, "observed"),
    counterfactual=True,
    departure_rate={2020: {"900001": 0.01, "900002": 1e-7}},
    moves={"900001": {"900002": 0.01}},
    registered_entries={"talent": 5.0, "joining relatives": pm.Observed("last")},
    registered_departures={2020: 5.0, 2030: 8.0},
    registered_natural_rate=-0.001,
    centre_shift={"main": 0.01},
    total_fertility_basis="plan",
    note="zwei\nZeilen\t\x7f",
)
CHILD = pm.Scenario(
    "child",
    based_on=EVERYTHING,
    life_expectancy=pm.Toward({2030: 85.0}, "logistic"),
    total_fertility=pm.Toward({2030: {"all": 1.0}}),
    total_fertility_conversion="observed_ratio",
    arrivals=pm.Change(0.67, {2020: 0.0, 2030: 5.0}, 2023),
    zh="子",
)
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
    assert file.read_text(encoding="utf-8") == "format = 1\nold"
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
        (
            '[scenario.a]\nbased_on = "trand"\n' + TREND,
            "line 2: scenario a is based on 'trand', .* Did you mean trend",
        ),
        ('[scenario.a]\nbased_on = "b"\n[scenario.b]\nbased_on = "a"\n', "round in a circle: a → b → a"),
        ('[scenario.a]\nbased_on = "a"\n', "round in a circle: a → a"),
        (f"{TREND}[parent.trend]\n{OWN}", "key scenario.trend stands twice, here and as a parent"),
        (
            f"include = 5\n{TREND}",
            r"line 2 \('5'\): key include must be a text in quotation marks. Write include = .FILE.toml",
        ),
        (f'include = "s.toml"\n{TREND}', r"s\.toml: the file includes itself, by way of s\.toml"),
        (f'include = "other.toml"\n{TREND}', r"other\.toml: the file is missing"),
        ("scenario = 5", r"line 2 \('5'\): key scenario must be a table"),
        ("[scenario]\na = 5", "key scenario.a must be a table"),
        (TREND + "losses = 5", "key scenario.trend.losses must be 'count' or 'rate'"),
        (TREND + 'losses = "none"', "key scenario.trend.losses must be 'count' or 'rate'"),
        (
            TREND + "centre_shift = 5",
            "key scenario.trend.centre_shift must be a table. Write centre_shift = { main = 0.01 }",
        ),
        (TREND + "arrivals = 5", "net_migration and arrivals say the same twice"),
        (TREND + "departure_rate = 0.1", "net_migration and departure_rate say the same twice"),
        (TREND + "registered_departures = 5", "registered_departures needs registered_entries"),
        (
            TREND + "registered_entries = { talent = 5 }\nregistered_net_entries = 5",
            "registered_net_entries and registered_entries say the same twice",
        ),
        (TREND + "registered_entries = { talent = { 2020 = { A = 5 } } }", "this driver is of the whole city"),
        (TREND + "moves = { A = 0.1 }", "key scenario.trend.moves.A must be a table"),
        (TREND + "moves = { A = { A = 0.1 } }", "0.1 from A to A must be a share"),
        (TREND + "moves = { pool = 0.1, shares = { A = 0.4, B = 0.5 } }", "shares sum to 0.9; none may be negative"),
        (TREND + "moves = { pool = 1.5 }", "key scenario.trend.moves.pool must be less than or equal to 1"),
        (TREND.replace("= 82", "= { times = 2 }"), "changes nothing, as there is no parent"),
        (
            TREND.replace("= 82", "= { times = 2, by = 3 }"),
            "key scenario.trend.life_expectancy.by is an unknown key. Known: times, plus, after",
        ),
        (
            TREND.replace("= 82", '= { after = "observed" }'),
            "life_expectancy holds neither times nor plus. Write { times = 0.8, plus = 0.1",
        ),
        (TREND.replace("= 82", '= { observed = "residual" }'), "life_expectancy may not be observed, only a number"),
        (
            TREND.replace("= 1.0\n", '= { observed = "residual" }\n'),
            "observed must be 'implied'. Write observed = .implied",
        ),
        (TREND.replace("= 82", "= { 2020 = 82, 2021 = { A = 82 } }"), "every year, or none, must be by district"),
        (TREND.replace("= 82", "= { 2020 = { A = true } }"), "life_expectancy.2020.A is not a number"),
        (TREND.replace("= 82", "= nan"), "is not a finite number"),
        (TREND.replace("= 82", "= { 9999 = 82 }"), "9999 is not a year"),
        (
            TREND.replace("= 0", "= { solve = 5, year = 2025.5 }"),
            "net_migration.year must be a whole number. Write year = 2025",
        ),
        (
            f'{TREND}[scenario.a]\nbased_on = "trend"\nnet_migration = {{ times = 2, after = "now" }}',
            "net_migration.after must be 'observed'",
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


def _faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(pm.SchemaError) as raised:
        pm.read_scenarios(_write(folder, text))
    return fault_texts(raised.value.faults)


def test_every_fault_of_a_file_comes_at_once_with_its_line(tmp_path: Path) -> None:
    text = TREND.replace("= 82", "= true").replace("net_migration", "net_migrations") + (
        '\n[scenario.b]\nbased_on = 5\nmoves = 5\nnote = 1979-05-27\n\n[scenario.c]\nbased_on = "trend"\n'
        'net_migration = { times = nan, after = 1 }\narrivals = { solve = 1, year = 2025, by = 2 }\ninclude = "x"\n'
    )
    places = [fault.split(": ")[1:] for fault in _faults(tmp_path, text)]
    assert [f"{place[0]}: {place[1].split(' ')[1]}" for place in places] == [
        "line 5 ('True'): scenario.trend.life_expectancy",
        "line 7: scenario.trend.net_migrations",
        "line 10 ('5'): scenario.b.based_on",
        "line 12 ('1979-05-27'): scenario.b.note",
        "line 11 ('5'): scenario.b.moves",
        "line 16 ('nan'): scenario.c.net_migration.times",
        "line 16 ('1'): scenario.c.net_migration.after",
        "line 17: scenario.c.arrivals.by",
        "line 18: scenario.c.include",
    ]


def test_faults_between_scenarios_come_at_once_and_a_child_of_a_faulty_one_has_none(tmp_path: Path) -> None:
    text = TREND + (
        '[scenario.a]\nbased_on = "b"\n[scenario.b]\nbased_on = "a"\n[scenario.c]\nbased_on = "a"\n'
        '[scenario.d]\nbased_on = "nowhere"\n[scenario.e]\nlosses = "rate"\n[scenario.f]\nbased_on = "e"\n'
    )
    faults = _faults(tmp_path, text)
    assert len(faults) == 3
    assert "line 8: scenario a: based_on goes round in a circle: a → b → a" in faults[0]
    assert "line 14: scenario d is based on 'nowhere', which is not there" in faults[1]
    assert "line 16: scenario e: driver total_fertility" in faults[2]


@pytest.mark.parametrize("number", [60, 5000])
def test_a_long_line_of_parents_is_one_error(tmp_path: Path, number: int) -> None:
    blocks = [f'[scenario.s{i}]\nbased_on = "{f"s{i - 1}" if i else "trend"}"\n' for i in range(number)]
    for ordered in (blocks, blocks[::-1]):
        (fault,) = _faults(tmp_path, TREND + "".join(ordered))
        assert "scenario s50: based_on leads over more than 50 parents. Give it its own drivers." in fault
    circle = [*blocks[1:], blocks[0].replace("trend", f"s{number - 1}")]
    (fault,) = _faults(tmp_path, TREND + "".join(circle))
    assert f"round in a circle: s1 → s0 → s{number - 1} → " in fault
    assert len(fault) < 400
    assert len(pm.read_scenarios(_write(tmp_path, TREND + "".join(blocks[:50])))) == 51


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'include = "{"x" * 5000}"\n{TREND}', "the file is missing"),
        (f'include = "a\\u0000b"\n{TREND}', "the file is missing"),
        (f'include = "round.toml"\n{TREND}', r"round\.toml: the file is missing"),
        (f'include = ["c.toml", 5]\n{TREND}', "key include.2. must be a text in quotation marks"),
        (TREND.replace("= 0", "= " + "9" * 400), "net_migration is not a number"),
        (TREND.replace("= 0", "= " + "9" * 5000), "not valid TOML"),
        (TREND.replace("= 0", "= -inf"), "net_migration is not a finite number"),
        (TREND.replace("= 0", "= 1e400"), "net_migration is not a finite number"),
        (TREND.replace("= 0", "= 2020-01-01"), "net_migration is not a number. Write net_migration = { observed"),
        (TREND.replace("= 0", "= []"), "net_migration is not a number"),
        (TREND.replace("= 0", "= {}"), "net_migration holds no year"),
        (TREND.replace("= 0", "= { ２０２０ = 5 }"), "not valid TOML"),
        (TREND.replace("= 0", '= { "２０２０" = 5 }'), "２０２０ is not a year"),
        ("[scenario.'']" + OWN, "scenario name '' must be a text of one line that is not empty"),
        ('[scenario." a"]' + OWN, "scenario name ' a' must be a text of one line"),
        (f"{TREND}[scenario.Trend]{OWN}", "key scenario.Trend differs from 'trend' in case or spaces alone"),
        (f'{TREND}[scenario."tre nd"]{OWN}', "scenario.tre nd differs from 'trend' in case or spaces alone"),
        (f'include = "c.toml"\n[scenario.TREND]{OWN}', "scenario.TREND differs from 'trend'"),
        (f'include = "c.toml"\n[scenario.x]{OWN}[parent.trend]{OWN}', "parent.trend stands twice, here and in an incl"),
        ("[scenario]\n", "key scenario has no entry"),
        ("x = " + "[" * 5000, "not valid TOML"),
    ],
)
def test_odd_values_are_one_error(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "round.toml").symlink_to(tmp_path / "round.toml")
    _write(tmp_path, TREND, "c.toml")
    with pytest.raises(pm.SchemaError, match=message) as raised:
        pm.read_scenarios(_write(tmp_path, text))
    assert len(str(raised.value).replace(str(tmp_path), "").replace("x" * 5000, "")) < 900


def test_the_form_of_a_file_is_said_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text(TREND, encoding="utf-8")
    with pytest.raises(pm.SchemaError, match=r"key format is missing. Add format = 1 \(version of this form\)"):
        pm.read_scenarios(file)
    file.write_text(f"format = 2\n{TREND}", encoding="utf-8")
    with pytest.raises(pm.SchemaError, match="line 1 .'2'.: key format must be 1"):
        pm.read_scenarios(file)


def test_files_that_include_one_another_many_times_are_read_once(tmp_path: Path) -> None:
    last = 18
    _write(tmp_path, TREND, f"a{last}.toml")
    _write(tmp_path, TREND, f"b{last}.toml")
    for place in range(last):  # read anew at each include these would be 2**18 readings
        names = f'include = ["a{place + 1}.toml", "b{place + 1}.toml"]\n'
        for letter in "ab":
            _write(tmp_path, names + TREND.replace("trend", f"{letter}{place}"), f"{letter}{place}.toml")
    _write(tmp_path, TREND.replace("trend", "other"), f"b{last}.toml")
    assert [s.name for s in pm.read_scenarios(tmp_path / "a0.toml")] == ["a0"]
    for place in range(25):
        _write(tmp_path, f'include = "c{place + 1}.toml"\n' + TREND.replace("trend", f"c{place}"), f"c{place}.toml")
    with pytest.raises(pm.SchemaError, match="more than 20 files include one another"):
        pm.read_scenarios(tmp_path / "c0.toml")


@pytest.mark.parametrize("name", ["=1+1", "$x$", "2020", "a.b", '"', "温州", "a]b", "#", "x" * 200])
def test_any_text_of_one_line_is_a_name(tmp_path: Path, name: str) -> None:
    scenario = pm.Scenario(name, 1.0, 80.0, 1.06, 0.0, zh="=1+1", note="$x$")
    child = pm.Scenario(f"{name} 2", based_on=scenario, net_migration=pm.Change(times=0.1))
    pm.write_scenarios(tmp_path / "s.toml", [child, scenario])
    assert pm.read_scenarios(tmp_path / "s.toml") == [child, scenario]


def test_what_is_written_is_what_a_planner_types(tmp_path: Path) -> None:
    trend = pm.Scenario("trend", pm.Observed("last"), {2020: 81.72, 2030: 82.5}, 1.06, pm.Solve(10_000_000, 2025))
    low = pm.Scenario("low", based_on=trend, net_migration=pm.Change(times=0.1 + 0.2, after="observed"))
    pm.write_scenarios(tmp_path / "s.toml", [low])
    assert (tmp_path / "s.toml").read_text(encoding="utf-8") == (
        "format = 1\n\n[parent.trend]\n"
        'total_fertility = {observed = "implied", carry = "last"}\n'
        "life_expectancy = {2020 = 81.72, 2030 = 82.5}\n"
        "sex_ratio_at_birth = 1.06\n"
        "net_migration = {solve = 10000000, year = 2025}\n\n"
        '[scenario.low]\nbased_on = "trend"\n'
        'net_migration = {times = 0.30000000000000004, plus = 0.0, after = "observed"}\n'
    )


def test_a_number_that_is_no_float_is_refused_in_code_too() -> None:
    for value in (10**400, float("nan"), float("inf"), True):
        with pytest.raises(pm.SchemaError, match="scenario x: net_migration: .* is not a number") as raised:
            pm.Scenario("x", 1.0, 80.0, 1.06, value)
        assert len(str(raised.value)) < 200
