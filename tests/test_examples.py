"""The examples run: in docstrings, in README and in the pages of docs/.

In docstrings `pm` is popmodel, `ev` is `pm.evaluate(year=2023)` of the shipped city, `census` and `census_2010` are its
censuses and `counties` the shipped counties; they are made once. A few lines run the fenced blocks, so that no library
is needed for it: one page is one program.
"""

import doctest
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
import xarray as xr

import popmodel as pm

ROOT = Path(__file__).parents[1]
FINDER = doctest.DocTestFinder()
MODULES = [
    name
    for _, name, _ in pkgutil.walk_packages(pm.__path__, "popmodel.")
    if not name.endswith("__main__")
    and ">>> " in Path(str(importlib.util.find_spec(name).origin)).read_text(encoding="utf-8")
]
PAGES = [
    path
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if "```python" in path.read_text(encoding="utf-8")
]


@pytest.fixture(scope="module")
def shared(census: xr.Dataset, evaluation: pm.Evaluation) -> dict[str, Any]:
    few = evaluation.targets[evaluation.targets["indicator"].isin(["resident_population", "share_60_plus"])]
    problem = pm.plan_problem(evaluation.projection, few, start=2023, limits=pm.read_limits()["peers"])
    return {
        "pm": pm,
        "ev": evaluation,
        "problem": problem,
        "census": census,
        "census_2010": pm.read_census(pm.data_path("census/wenzhou"), year=2010),
        "counties": pm.read_counties(pm.data_path("reference/china_counties/counties_age5.csv.gz")),
    }


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder to be in, where a report is not written, which takes half a minute: `test_report` writes it."""
    sign = inspect.signature(pm.write_report)

    def written(*given: Any, **named: Any) -> Path:
        sign.bind(*given, **named)
        return tmp_path

    monkeypatch.setattr(pm, "write_report", written)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    plt.close("all")


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str, shared: dict[str, Any], here: Path) -> None:
    module, said, tried = importlib.import_module(name), [], 0
    for test in FINDER.find(module, name, globs={**vars(module), **shared}):
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        tried += runner.run(test, out=said.append).attempted
    assert said == []
    assert tried > 0


def test_every_public_verb_has_an_example() -> None:
    verbs = {name: getattr(pm, name) for name in pm.__all__ if inspect.isroutine(getattr(pm, name))}
    assert len(verbs) > 40
    assert [name for name, verb in verbs.items() if ">>> " not in (inspect.getdoc(verb) or "")] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_blocks_of_code_in_the_pages(page: Path, here: Path) -> None:
    text = page.read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for block in re.finditer(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
        above = "\n" * (text[: block.start()].count("\n") + 1)  # so that an error names the line of the page
        exec(compile(above + block[1], str(page), "exec"), names)


def test_an_example_that_says_another_thing_is_found() -> None:
    said: list[str] = []
    test = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, None)
    doctest.DocTestRunner().run(test, out=said.append)
    assert "Expected:" in "".join(said)
