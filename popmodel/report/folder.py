"""A folder that is replaced whole or not at all."""

import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from popmodel.schema import SchemaError

RECORD = "run.json"
"""The file by which an earlier output is recognised."""
KIND = "popmodel evaluation"


@contextmanager
def replaced(out: str | Path) -> Iterator[Path]:
    """Yield an empty folder beside `out`; when the block ends well it takes the place of `out`, else nothing changes.

    Parameters
    ----------
    out : str or pathlib.Path
        Missing, empty, or an earlier output (recognised by its `run.json`), which is moved aside and then deleted.

    Yields
    ------
    pathlib.Path
        The folder to write into.

    Raises
    ------
    SchemaError
        If `out` is a file, holds something else, or cannot be written beside.
    """
    target = Path(out).resolve()
    _check(target, out)
    made = _make_parents(target.parent, out)
    mark = uuid.uuid4().hex[:8]
    fresh, old = (target.with_name(f".{target.name}.{mark}.{end}") for end in ("new", "old"))
    try:
        try:
            fresh.mkdir()
        except OSError as error:
            raise _unwritable(out, target.parent, error) from error
        yield fresh
        _swap(fresh, target, old)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        raise
    if old.exists():
        shutil.rmtree(old)


def _check(target: Path, out: object) -> None:
    if target.exists() and not target.is_dir():
        raise SchemaError(f"{out}: this is a file, a folder is needed. Choose another name.")
    if Path.cwd().is_relative_to(target):
        raise SchemaError(f"{out}: the folder one works in cannot be replaced. Name a folder inside it.")
    if target.is_dir() and any(target.iterdir()) and not _ours(target):
        raise SchemaError(
            f"{out}: the folder holds other files and no {RECORD} of an earlier evaluation, so it is left as it is. "
            "Choose a new or an empty folder, or move these files."
        )


def _ours(folder: Path) -> bool:
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and record.get("kind") == KIND


def _make_parents(parent: Path, out: object) -> list[Path]:
    """Make the folders above, and return those that were not there."""
    missing = [folder for folder in (parent, *parent.parents) if not folder.exists()][::-1]
    made: list[Path] = []
    try:
        for folder in missing:
            folder.mkdir()
            made.append(folder)
    except OSError as error:
        for folder in reversed(made):
            folder.rmdir()
        raise _unwritable(out, parent, error) from error
    return made


def _unwritable(out: object, parent: Path, error: OSError) -> SchemaError:
    return SchemaError(
        f"{out}: cannot write in {parent} ({error.strerror or error}). Choose a folder that can be written."
    )


def _swap(fresh: Path, target: Path, old: Path) -> None:
    if target.exists():
        target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise


def write_whole(file: str | Path, content: bytes) -> None:
    """Write a file beside its place and rename it there, so that it is never half.

    Raises
    ------
    SchemaError
        If it cannot be written.
    """
    target = Path(file).resolve()
    if target.is_dir():
        raise SchemaError(f"{file}: this is a folder, a file is needed. Add a file name.")
    fresh = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.new")
    try:
        fresh.write_bytes(content)
        fresh.replace(target)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise _unwritable(file, target.parent, error) from error
