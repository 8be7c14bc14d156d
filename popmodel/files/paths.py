"""Where the shipped data lies, in a checkout and in an installed wheel."""

import re
from pathlib import Path

from popmodel.schema import SchemaError

PLAIN = re.compile(r"[^\s./\\:*?\"<>|\x00-\x1f][^/\\:*?\"<>|\x00-\x1f]{0,99}")
"""A file name that means the same on every system and is not hidden."""


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

    Examples
    --------
    >>> pm.data_path("census/wenzhou").is_dir()
    True
    """
    package = Path(__file__).resolve().parents[1]
    root = package / "_data" if (package / "_data").is_dir() else package.parent / "data"
    path = root / name
    if Path(name).is_absolute() or ".." in Path(name).parts or not is_there(path):
        beside = path.parent if is_folder(path.parent) and path.parent.is_relative_to(root) else root
        found = ", ".join(sorted(str(entry.relative_to(root)) for entry in beside.iterdir()))
        raise SchemaError(f"data_path: nothing is shipped under {name!r}. Use one of: {found}.")
    return path


def is_there(path: Path) -> bool:
    """Say whether a path leads to something; one that is too long or goes round in a circle leads nowhere."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_file(path: Path) -> bool:
    """Say whether a path leads to a file."""
    return is_there(path) and path.is_file()


def is_folder(path: Path) -> bool:
    """Say whether a path leads to a folder."""
    return is_there(path) and path.is_dir()


def plain_file(folder: Path, name: str, *, ending: str) -> Path:
    """Return the path of a new file in a folder; a name typed by a reader leads nowhere else.

    Raises
    ------
    SchemaError
        If the folder is missing, or the name is no plain name with that ending.
    """
    if not PLAIN.fullmatch(name) or not name.endswith(ending):
        raise SchemaError(
            f"{name!r} is no plain file name that ends in {ending}. Give a name without folders, such as mine{ending}."
        )
    if not is_folder(folder):
        raise SchemaError(f"{folder}: the folder is missing. Make it first.")
    return folder / name


def plain(path: Path) -> Path:
    """Return the path without `..`."""
    return path.resolve() if ".." in path.parts else path
