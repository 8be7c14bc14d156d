"""The page on another city, followed to the letter: the folder that `new` makes, filled in, through every command."""

import importlib.util
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

import popmodel as pm
from popmodel.cli import main
from popmodel.files.targets import TARGET_COLUMNS
from popmodel.report import drawing, write

PAGE = Path(__file__).parents[1] / "docs" / "another_city.md"
COMMANDS = [
    line for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.S) for line in block.splitlines()
]
TARGETS = [
    ("resident_population", "reach", "1", "persons", "0", "higher"),
    ("share_60_plus", "below", "30", "percent", "2", "lower"),
    ("urbanisation_rate", "at_least", "70", "percent", "2", "higher"),
    ("life_expectancy", "rising", "", "years", "2", "higher"),
    ("graduate_retention", "reach", "40", "percent", "2", "higher"),
]


def _invented() -> ModuleType:
    spec = importlib.util.spec_from_file_location("invented", Path(__file__).with_name("invented.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


write_city: Callable[..., Path] = _invented().write_city


def _fill(folder: Path, city: Path) -> None:
    """Put an invented city's figures into the files that `new` wrote, which stay as they are but for their rows."""
    text = (folder / "city.toml").read_text("utf-8")
    for key, value in (("code", "900000"), ("name_zh", "虚构市"), ("name_en", "Invented"), ("publication", "invented")):
        text = text.replace(f'{key} = ""', f'{key} = "{value}"')
    if "2010" in (city / "districts.csv").read_text("utf-8"):
        text += '\n[[census]]\nyear = 2010\ndate = 2010-11-01\npublication = "invented"\n'
    (folder / "city.toml").write_text(text, encoding="utf-8")
    for source in city.glob("*.csv"):
        head = pd.read_csv(folder / source.name, dtype=str).columns
        rows = pd.read_csv(source, dtype=str, keep_default_na=False).reindex(columns=head, fill_value="")
        rows.to_csv(folder / source.name, index=False)
    rows = pd.DataFrame(
        [
            {"indicator": id_, "name_zh": id_, "name_en": id_, "year": year, "operator": operator, "value": value,
             "unit": unit, "decimals": decimals, "better": better, "text": value or operator, "source": "invented"}
            for id_, operator, value, unit, decimals, better in TARGETS
            for year in ("2025", "2030")
        ],
        columns=list(TARGET_COLUMNS),
    )  # fmt: skip
    rows.to_csv(folder / "targets.csv", index=False)


CITIES: dict[str, dict[str, Any]] = {
    "one census": {"earlier": False},
    "two censuses": {},
    "40 districts": {"sizes": [50_000.0 + 9_000 * place for place in range(40)]},
    "a county of 2,000": {"sizes": [2_000.0], "earlier": False, "centres": False},
    "nothing but counts": {"earlier": False, "settlement": False, "centres": False, "observed": False},
}


@pytest.mark.parametrize("kind", CITIES)
def test_the_page_followed_to_the_letter(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], dot: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("popmodel.cli.arguments.DRAWS", 1000)  # the least that is taken
    if kind != "a county of 2,000":  # whose charts are drawn

        def fake(charts: Any, jobs: Any, *, tell: Any, **_: Any) -> Iterator[drawing.Drawing]:
            for number, _, png in jobs:
                tell(charts[number].name)
                yield drawing.Drawing(
                    b'<svg viewBox="0 0 1 1" xmlns="http://www.w3.org/2000/svg"><g/></svg>', dot if png else None
                )

        monkeypatch.setattr(write, "draw_all", fake)
    assert main(shlex.split(COMMANDS[0])[1:]) == 0
    assert main(shlex.split(COMMANDS[1])[1:]) == 2  # nothing is filled in
    _fill(tmp_path / "mycity", write_city(tmp_path / "invented", **CITIES[kind]))
    for command in COMMANDS[1:]:
        capsys.readouterr()
        code = main(shlex.split(command)[1:])
        out, err = capsys.readouterr()
        if kind == "nothing but counts" and command.split()[1] in ("observe", "backtest"):
            assert (code, out) == (2, "")
            assert re.search("no back-test is possible|the area is unknown", err)
        else:
            assert code == 0, (command, out, err)
            assert "nan" not in out
    card = pd.read_csv(tmp_path / "out" / "mycity" / "scorecard.csv")
    assert set(card["indicator"]) == {row[0] for row in TARGETS}
    # Only what is published is rated: with nothing but counts, nothing is.
    assert (card["rating"] != "not_assessable").any() == (kind != "nothing but counts")
    people = pd.read_csv(tmp_path / "population.csv")
    assert (people["population"] >= 0).all()


def test_the_empty_scenario_is_the_countrys_and_says_that_it_is_assumed(tmp_path: Path) -> None:
    assert main(["new", str(tmp_path / "mycity")]) == 0
    file = tmp_path / "mycity" / "scenarios.toml"
    (only,) = pm.read_scenarios(file)
    assert "ssumed" in only.note
    assert (only.total_fertility, only.net_migration) == (1.236, 0.0)
    text = file.read_text("utf-8")
    assert text.count("ASSUMED") == 1
    # the one that is commented out is valid too
    file.write_text(text + re.sub(r"(?m)^# ?", "", text.split("carries them on:\n#\n")[1]), encoding="utf-8")
    assert [scenario.name for scenario in pm.read_scenarios(file)] == ["country", "trend"]
