"""The built wheel carries its data and works outside the repository."""

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
    out = _run(python, "-m", "popmodel", "evaluate", "--year", "2023", "--out", "report", cwd=empty)
    assert "report" in out
    assert (empty / "report" / "scorecard.csv").is_file()
    assert [path.name for path in empty.iterdir()] == ["report"]


def test_data_path_in_a_checkout() -> None:
    assert pm.data_path("census/wenzhou") == ROOT / "data" / "census" / "wenzhou"
    with pytest.raises(pm.SchemaError, match="nothing is shipped under 'census/paris'. Use one of: .*census/wenzhou"):
        pm.data_path("census/paris")
    with pytest.raises(pm.SchemaError, match="nothing is shipped under '../popmodel'"):
        pm.data_path("../popmodel")


def test_public_names_resolve() -> None:
    for name in pm.__all__:
        assert getattr(pm, name) is not None
    assert set(pm.__all__) <= set(dir(pm))
    with pytest.raises(AttributeError, match="no attribute 'read_everything'. Did you mean read_"):
        pm.read_everything  # noqa: B018
