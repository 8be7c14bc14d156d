"""The built wheel carries its data and works outside the repository."""

import ast
import importlib
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import popmodel as pm

ROOT = Path(__file__).parents[1]


def _run(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    # The build environment is this one: nothing is fetched.
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    (built,) = out.glob("*.whl")
    return built


@pytest.mark.slow
def test_wheel_carries_all_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = ROOT / "data"
    wanted = {f"popmodel/_data/{path.relative_to(data).as_posix()}" for path in data.rglob("*") if path.is_file()}
    assert len(wanted) > 15
    assert wanted <= names
    assert "popmodel/py.typed" in names


@pytest.mark.slow
def test_installed_wheel_works_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    # The dependencies are those of this environment; popmodel itself comes from the wheel.
    venv.create(home, with_pip=False)
    (site,) = home.glob("lib/python*/site-packages")
    zipfile.ZipFile(wheel).extractall(site)
    here = [path for path in sys.path if path.endswith("site-packages")]
    (site / "borrowed.pth").write_text("\n".join(here) + "\n", encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    python = home / "bin" / "python"
    place = _run(python, "-c", "import popmodel as pm; print(pm.data_path('census/wenzhou'))", cwd=empty).strip()
    assert Path(place).is_relative_to(site)
    out = _run(python, "-m", "popmodel", "evaluate", "--draws", "0", "--year", "2023", "--out", "report", cwd=empty)
    assert "report" in out
    assert (empty / "report" / "scorecard.csv").is_file()
    assert [path.name for path in empty.iterdir()] == ["report"]


def test_the_citation_names_the_version() -> None:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {pm.__version__}\n" in text
    assert f'version = "{pm.__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_data_path_in_a_checkout() -> None:
    assert pm.data_path("census/wenzhou") == ROOT / "data" / "census" / "wenzhou"
    with pytest.raises(pm.SchemaError, match="nothing is shipped under 'census/paris'. Use one of: .*census/wenzhou"):
        pm.data_path("census/paris")
    with pytest.raises(pm.SchemaError, match="nothing is shipped under '../popmodel'"):
        pm.data_path("../popmodel")


def test_type_checkers_see_what_is_imported() -> None:
    tree = ast.parse((ROOT / "popmodel" / "__init__.pyi").read_text(encoding="utf-8"))
    seen = {
        alias.asname or alias.name: getattr(importlib.import_module(f"popmodel.{node.module}"), alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
    }
    assert set(seen) == set(pm.__all__) - {"__version__"}
    assert {name: getattr(pm, name) for name in seen} == seen


def test_public_names_resolve() -> None:
    assert set(pm.__all__) <= set(dir(pm))
    with pytest.raises(AttributeError, match=r"no attribute 'read_everything'. (Did you mean|dir\(popmodel\))"):
        pm.read_everything  # noqa: B018
    with pytest.raises(AttributeError, match=r"no attribute 'projekt'. Did you mean project"):
        pm.projekt  # noqa: B018
