"""Run the notebooks and keep their outputs: `make notebooks`."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent


def run(path: Path) -> nbformat.NotebookNode:
    """Return the notebook with the outputs of a run from a clean kernel."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(HERE)}}).execute()
    for cell in notebook.cells:
        # Time stamps and the version of the machine's Python would change the file at every run.
        cell.metadata.pop("execution", None)
    notebook.metadata.pop("language_info", None)
    notebook.metadata.pop("widgets", None)  # the state of sliders: large, and of no use without a kernel
    return notebook


def main(names: list[str]) -> None:
    """Run the named notebooks, or all of them."""
    for path in sorted(HERE.glob("*.ipynb")) if not names else [HERE / name for name in names]:
        notebook = run(path)
        nbformat.write(notebook, path)
        sys.stdout.write(f"{path.name}: done\n")


if __name__ == "__main__":
    main(sys.argv[1:])
