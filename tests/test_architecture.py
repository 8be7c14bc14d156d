"""The floors of the house: who may import whom, and who may touch files. CONTRIBUTING.md draws the picture."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "popmodel"
MAY_TOUCH_FILES = {"files", "report", "cli", "wording"}
FILE_CALLS = {
    *("open", "read_text", "write_text", "read_bytes", "write_bytes", "read_csv", "to_csv", "read_excel", "to_excel"),
    *("loadtxt", "savetxt", "to_netcdf", "open_dataset", "mkdir", "unlink", "rmtree"),
}


def _modules() -> Iterator[tuple[str, Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path, ast.parse(path.read_text(encoding="utf-8"))


CHINESE = {
    "indicators/catalogue.py",  # names of the indicators
    "indicators/talent.py",  # names of the counts of graduates
    "schema.py",  # names of units, areas and variables
    "report/wordstyle.py",  # names of fonts
    "feasibility/problem.py",  # the code of a basis
    "plots/style.py",  # glyphs that fonts lack
    "files/empty.py",  # the name of a scenario in the file that `new` writes
}
"""Modules that hold Chinese words as data; every other word is a message of `popmodel/wording/*.ftl`."""


def _chinese(tree: ast.Module) -> Iterator[str]:
    """Yield the texts with Chinese in them that are not docstrings."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in prose else None
        if isinstance(text, str) and any("\u4e00" <= sign <= "\u9fff" for sign in text):
            yield text


def _touches(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in FILE_CALLS:
                yield name


def _lint(config: Path) -> str:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--config", str(config), "--no-cache"]
    done = subprocess.run(command, cwd=PACKAGE.parent, capture_output=True, text=True, check=False)
    return "kept" if done.returncode == 0 else done.stdout + done.stderr


def test_floors() -> None:
    assert _lint(PACKAGE.parent / "pyproject.toml") == "kept"


def test_the_contract_sees_a_broken_floor(tmp_path: Path) -> None:
    upside_down = (
        '[tool.importlinter]\nroot_package = "popmodel"\n[[tool.importlinter.contracts]]\nname = "n"\ntype = "layers"\n'
        'containers = ["popmodel"]\nlayers = ["demography", "base"]\n'
    )
    file = tmp_path / "pyproject.toml"
    file.write_text(upside_down, encoding="utf-8")
    assert "popmodel.demography" in _lint(file)
    assert "popmodel.base.estimate" in _lint(file)  # which imports its neighbours with a leading dot


def test_files_are_touched_on_their_floor_only() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} calls {name}"
        for module, path, tree in _modules()
        if module not in MAY_TOUCH_FILES
        for name in _touches(tree)
    ]
    assert not wrong


def test_words_stand_in_the_tables_of_messages() -> None:
    holds = {path.relative_to(PACKAGE).as_posix() for _, path, tree in _modules() if next(_chinese(tree), None)}
    # Equal, not within: a module that no longer holds any leaves the list.
    assert holds == CHINESE
    assert list(_chinese(ast.parse('"""文"""\nx = f"{y}文"'))) == ["文"]


def test_the_guards_can_fail() -> None:
    tree = ast.parse("open('x').read()\n")
    assert list(_touches(tree)) == ["open"]


STAGES = {"read_census", "estimate_base", "scenario_rates", "project", "measure", "score"}
JOINS = {
    "evaluation.py",
    *("projection/ensemble.py", "projection/decomposition.py"),  # draws in blocks; a projection taken apart again
    "files/checking.py",  # whether what is read can be estimated from
    "feasibility/problem.py",  # other migrants in a projection that is there: no other stage
}
"""Where more than one stage is called; the whole flow stands in the evaluation alone."""


def _stages(tree: ast.Module) -> set[str]:
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names}
    return names & STAGES


def test_only_the_evaluation_joins_the_stages() -> None:
    joined = {
        str(path.relative_to(PACKAGE)): found
        for _, path, tree in _modules()
        if len(found := _stages(tree)) > 1 and path.name != "__init__.py"
    }
    assert set(joined) <= JOINS
    assert joined["evaluation.py"] == STAGES


def test_modules_stay_small() -> None:
    long = {}
    for _, path, tree in _modules():
        docs = {
            line
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        }
        lines = path.read_text(encoding="utf-8").splitlines()
        code = [
            n for n, text in enumerate(lines, 1) if text.strip() and not text.lstrip().startswith("#") and n not in docs
        ]
        if len(code) > 250:
            long[str(path.relative_to(PACKAGE))] = len(code)
    assert not long


def test_nothing_of_one_city_in_the_code() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}: {word}"
        for path in PACKAGE.rglob("*.py")
        for word in ("3303", "温州", "wenzhou")
        if word in path.read_text(encoding="utf-8").lower().replace('"census/wenzhou"', "")  # the example of data_path
    ]
    assert not found


@pytest.mark.parametrize("module", ["numba", "matplotlib", "scipy", "statsmodels", "jinja2", "openpyxl"])
def test_import_is_light(module: str) -> None:
    code = f"import sys, popmodel; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
