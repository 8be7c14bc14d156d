"""The notebooks run, and are shipped with the outputs of a run of this code."""

import re
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
sys.path.insert(0, str(NOTEBOOKS))


def _text(cell: nbformat.NotebookNode) -> list[str]:
    """What a cell prints and what its sentences say, without pictures and the HTML twins of tables."""
    found = []
    for output in cell.get("outputs", []):
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {}):
            continue  # names a widget of that run
        data = output.get("data", {})
        text = output.get("text") or data.get("text/markdown") or data.get("text/plain", "")
        if not text.startswith(("<Axes", "<Figure", "<xarray")):
            found.append(text)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_notebook_runs_and_its_outputs_are_those_shipped(path: Path) -> None:
    from run import run  # type: ignore[import-not-found]

    shipped = nbformat.read(path, as_version=4)
    fresh = run(path)
    cells = [(a, b) for a, b in zip(shipped.cells, fresh.cells, strict=True) if a.cell_type == "code"]
    assert any(a.outputs for a, _ in cells)
    for old, new in cells:
        if "varies" in old.metadata.get("tags", ()):  # timings: they must come, but not the same
            assert new.outputs, new.source
            assert old.outputs, new.source
            continue
        assert not [o for o in new.outputs if o.output_type == "stream" and o.name == "stderr"], new.source
        assert _text(old) == _text(new), f"run `make notebooks`: outputs differ after\n{new.source}"


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_chart_is_shown(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and "pm.plot_" in cell.source:
            assert any("image/png" in output.get("data", {}) for output in cell.outputs), cell.source


FIGURE = re.compile(r"\d+\.\d+|\d{1,3}(?:,\d{3})+|\d+ ?(?:%|percent|points|times)")
TYPED = {
    "26 %": "the plan's limit of 2035",
    "1000.0": "a way of printing",
    "0.76": "a slip in the sheet that is filled in",
}


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_no_sentence_has_a_figure_that_was_typed(path: Path) -> None:
    """What a run gives is said by a cell that computes it, so that no sentence can go stale."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", cell.source, flags=re.DOTALL)
            assert not [found for found in FIGURE.findall(prose) if found not in TYPED], prose


def test_typed_figures_are_found() -> None:
    assert FIGURE.findall("residents 9,761,000 or 976.1, 42 % of it, 5 times") == [
        "9,761,000",
        "976.1",
        "42 %",
        "5 times",
    ]
