"""Where the shipped data lies, in a checkout and in an installed wheel."""

from pathlib import Path

from popmodel.schema import SchemaError


def data_path(name: str = "") -> Path:
    """Return the path of shipped data.

    Parameters
    ----------
    name : str
        Folder or file below `data/`, e.g. ``"census/wenzhou"``.

    Returns
    -------
    pathlib.Path
        An existing path: in an installed package inside it, in a checkout below its `data/`.

    Raises
    ------
    SchemaError
        If nothing of that name is shipped; the names beside it are listed.
    """
    package = Path(__file__).resolve().parents[1]
    root = package / "_data" if (package / "_data").is_dir() else package.parent / "data"
    path = root / name
    if Path(name).is_absolute() or ".." in Path(name).parts or not path.exists():
        beside = path.parent if path.parent.is_dir() and path.parent.is_relative_to(root) else root
        found = ", ".join(sorted(str(entry.relative_to(root)) for entry in beside.iterdir()))
        raise SchemaError(f"data_path: nothing is shipped under {name!r}. Use one of: {found}.")
    return path
