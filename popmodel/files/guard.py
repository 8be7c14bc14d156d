"""What must not be overwritten or cleared away: the inputs of a run, and what another run is making."""

import os
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from popmodel.files.city_tables import FORMS
from popmodel.schema import SchemaError

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


def refuse_inputs(file: str | Path, inputs: Iterable[str | Path]) -> None:
    """Raise `SchemaError` if a file to be written is one of the inputs, or a table of a city folder among them.

    Parameters
    ----------
    file : str or pathlib.Path
        The file to be written; links are followed.
    inputs : iterable of path
        Files, and folders of cities.
    """
    target = Path(file)
    for given in inputs:
        path = Path(given)
        for part in city_tables(path) if path.is_dir() else (path,):
            if _same(target, part):
                raise SchemaError(
                    f"{file}: this file is read ({part}), so it is not written over. Choose another name."
                )


def city_tables(folder: Path) -> Iterator[Path]:
    """Yield the files of a city's folder that are read: those of its form, and those that `city.toml` names."""
    for name in ("city.toml", "README.md", "observed.csv", *FORMS):
        yield folder / name
    try:
        said = tomllib.loads((folder / "city.toml").read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return  # a folder that cannot be read is refused where it is read
    for name in _texts(said):
        yield folder / name


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str) and value and "\0" not in value and "\n" not in value:
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(part)


def _same(one: Path, other: Path) -> bool:
    if one.resolve() == other.resolve():
        return True
    try:
        return one.samefile(other)
    except OSError:
        return False


@contextmanager
def held(path: Path, *, wait: bool = True) -> Iterator[bool | None]:
    """Hold a file or folder while the block runs; the system lets go of it when the process ends, however it ends.

    Parameters
    ----------
    path : pathlib.Path
        An existing file or folder.
    wait : bool
        Whether to wait while another process holds it.

    Yields
    ------
    bool or None
        Whether it is held now; None where the system knows no such locks.
    """
    if fcntl is None:
        yield None
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        except OSError:  # a file system without locks
            yield None
        else:
            yield True
    finally:
        os.close(handle)
