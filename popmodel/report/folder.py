"""A folder that is replaced whole or not at all, and never with anything in it that this package did not write."""

import hashlib
import json
import re
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from popmodel.files.guard import held, refuse_inputs
from popmodel.schema import SchemaError, named

RECORD = "run.json"
"""The file by which an earlier output is recognised."""
KIND = "popmodel evaluation"
OF_SYSTEMS = {".DS_Store", "Thumbs.db", "desktop.ini"}
"""What file managers leave in any folder they show."""
FIRST_VERSION = re.compile(r"report\.(html|docx)|scorecard\.(csv|xlsx)|indicators\.csv|charts/[^/]+\.(svg|png)")
"""Files of an evaluation whose record does not list them, as those of version 0.1 do not."""


@contextmanager
def replaced(out: str | Path, *, kind: str = KIND, inputs: Iterable[str | Path] = ()) -> Iterator[Path]:
    """Yield an empty folder beside `out`; when the block ends well it takes the place of `out`, else nothing changes.

    Parameters
    ----------
    out : str or pathlib.Path
        Missing, empty, or an earlier output (recognised by its `run.json`), which is moved aside and then deleted.
    kind : str
        What `run.json` says that the output is.
    inputs : iterable of path
        Files and folders that the block reads.

    Yields
    ------
    pathlib.Path
        The folder to write into.

    Raises
    ------
    SchemaError
        If `out` is a file, holds something that the earlier output did not write or that was changed since, holds an
        input, or cannot be written beside.

    Notes
    -----
    A run that was killed between the two renames leaves the earlier output under a hidden name; the next run for the
    same folder puts it back, and clears what else a kill left.
    """
    target, given = Path(out).resolve(), [Path(path) for path in inputs]
    restore(target)
    _check(target, out, kind, given)
    made = _make_parents(target.parent, out)
    mark = uuid.uuid4().hex[:8]
    fresh, old = (target.with_name(f".{target.name}.{mark}.{end}") for end in ("new", "old"))
    try:
        try:
            fresh.mkdir()
        except OSError as error:
            raise _unwritable(out, target.parent, error) from error
        with held(fresh):
            yield fresh
            _check(target, out, kind, given)  # again: charts take a while, and somebody may have saved a file there
            _swap(fresh, target, old)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        raise
    shutil.rmtree(old, ignore_errors=True)


def files_of(folder: Path) -> list[dict[str, str]]:
    """Return path and SHA-256 of every file in a folder, for the record."""
    return [
        {"path": file.relative_to(folder).as_posix(), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    ]


def restore(target: Path) -> None:
    """Put back an output that a killed run had moved aside, and clear what such runs left beside it."""
    left = list(_left(target))
    asleep = [path for path in left if not _in_use(path)]
    moved = sorted((path for path in asleep if path.suffix == ".old"), key=lambda path: path.stat().st_mtime)
    if moved and not target.exists():
        moved.pop().rename(target)
    for path in [*moved, *(path for path in asleep if path.suffix == ".new")]:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _left(target: Path) -> Iterator[Path]:
    pattern = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{8}}\.(new|old)")
    if target.parent.is_dir():
        yield from (path for path in target.parent.iterdir() if pattern.fullmatch(path.name))


def _in_use(path: Path) -> bool:
    """Tell whether the run that made this is still going: it holds its new folder or file until the end."""
    new = path.with_suffix(".new")
    if not new.exists():
        return False
    with held(new, wait=False) as mine:
        if mine is None:  # a system without locks: only what is old is taken to be left
            return time.time() - new.stat().st_mtime < 24 * 3600
        return not mine


def _check(target: Path, out: object, kind: str, inputs: Iterable[Path]) -> None:
    if target.exists() and not target.is_dir():
        raise SchemaError(f"{out}: this is a file, a folder is needed. Choose another name.")
    if Path.cwd().is_relative_to(target):
        raise SchemaError(f"{out}: the folder one works in cannot be replaced. Name a folder inside it.")
    for path in inputs:
        if path.resolve().is_relative_to(target):
            raise SchemaError(f"{out}: the folder holds {path}, which this run reads. Choose another folder.")
    if not target.is_dir() or not any(target.iterdir()):
        return
    record = _record(target)
    if record.get("kind") != kind:
        raise SchemaError(
            f"{out}: the folder holds other files and no {RECORD} of an earlier {kind.removeprefix('popmodel ')}, so "
            "it is left as it is. Choose a new or an empty folder, or move these files."
        )
    strange, changed = _not_ours(target, record)
    for names, what in ((strange, "which the earlier run did not write"), (changed, "changed since it was written")):
        if names:
            raise SchemaError(
                f"{out}: the folder holds {named(names, most=5)}, {what}, so it is left as it is. Move these files, or "
                "choose another folder."
            )


def _record(folder: Path) -> Mapping[str, object]:
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _not_ours(folder: Path, record: Mapping[str, object]) -> tuple[list[str], list[str]]:
    """Return what the record of a folder does not list, and what it lists with another content."""
    files = record.get("files")
    listed = {str(each["path"]): str(each["sha256"]) for each in files} if isinstance(files, list) else None
    strange, changed = [], []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name == RECORD or path.name in OF_SYSTEMS or (path.is_dir() and not path.is_symlink()):
            continue
        if path.is_symlink() or (name not in listed if listed is not None else not FIRST_VERSION.fullmatch(name)):
            strange.append(name)
        elif listed is not None and hashlib.sha256(path.read_bytes()).hexdigest() != listed[name]:
            changed.append(name)
    return strange, changed


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


def write_whole(file: str | Path, content: bytes, *, inputs: Iterable[str | Path] = ()) -> None:
    """Write a file beside its place and rename it there, so that it is never half.

    Parameters
    ----------
    file : str or pathlib.Path
        The file to write or to replace.
    content : bytes
        What it is to hold.
    inputs : iterable of path
        Files and city folders that the content was made from.

    Raises
    ------
    SchemaError
        If it cannot be written, or is one of the inputs.
    """
    target = Path(file).resolve()
    if target.is_dir():
        raise SchemaError(f"{file}: this is a folder, a file is needed. Add a file name.")
    refuse_inputs(file, inputs)
    for path in _left(target):
        if path.suffix == ".new" and path.is_file() and not _in_use(path):
            path.unlink(missing_ok=True)
    fresh = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.new")
    try:
        fresh.touch(exist_ok=False)
        with held(fresh):
            fresh.write_bytes(content)
            fresh.replace(target)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise _unwritable(file, target.parent, error) from error
