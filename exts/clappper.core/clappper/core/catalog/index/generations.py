"""Switches an index file from one whole state to the next, also where it is open elsewhere.

An index is never changed in place: a new database is written beside it and renamed over it. Windows
does not replace a file that is open; then the new one stays beside the old as ``<name>.g<N>`` and a
small file ``<name>.current`` names it. What is not used any more goes with the next writing.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import re
import sys
from typing import TYPE_CHECKING

from clappper.core.catalog.index.mounts import find_network_filesystem
from clappper.core.catalog.index.rows import is_sqlite
from clappper.core.catalog.index.writing import APPLICATION_ID
from clappper.core.errors import CatalogError, OutputError, UsageError
from clappper.core.file_lock import acquire_lock, release_lock
from clappper.core.files import write_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "check_place",
    "is_index",
    "locked",
    "partial_path",
    "publish",
    "remove_database",
    "resolve_generation",
    "sweep",
    "temporary_path",
]

_HEADER = 100
_DATABASE_ENDS = ("", "-journal", "-wal", "-shm")


def temporary_path(path: Path) -> Path:
    """Return where the next state of an index is written; only the holder of its lock may."""
    return path.with_name(f"{path.name}.new")


def partial_path(path: Path) -> Path:
    """Return where a reading that takes long keeps its parts until the index is built."""
    return path.with_name(f"{path.name}.partial")


def is_index(path: Path) -> bool:
    """Tell by its first bytes whether a file is an index, of whatever version or state."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER)
    except OSError:
        return False
    return (
        len(head) == _HEADER
        and is_sqlite(head)
        and int.from_bytes(head[68:72], "big") == APPLICATION_ID
    )


def resolve_generation(path: Path) -> Path:
    """Return the file that holds the current state of an index.

    That is the path itself unless a pointer names another; where that one is missing or damaged,
    the newest one that is whole.
    """
    pointer = _pointer_path(path)
    try:
        named = json.loads(pointer.read_bytes())
        generation = path.with_name(named["file"])
        is_own = _read_number(path, generation.name) is not None
        if is_own and generation.stat().st_size == named["size_bytes"] and is_index(generation):
            return generation
    except (OSError, ValueError, KeyError, TypeError):
        if not pointer.exists():
            return path
    candidates = [*(file for _, file in reversed(_list_generations(path))), path]
    return next(filter(is_index, candidates), path)


def check_place(path: Path) -> None:
    """See that an index may be written at a path.

    Raises:
        OutputError: Something that is no index is there.
        UsageError: The path is on a network drive.
    """
    kind = find_network_filesystem(path)
    if kind is not None:
        raise UsageError(
            f"{path} is on a network drive ({kind}), where a database is not safe; name a place on "
            "a local disk with --out."
        )
    if path.is_dir():
        raise OutputError(f"{path} is a folder; name a file with --out.")
    if path.exists() and not is_index(path) and not _is_wreck(path):
        raise OutputError(
            f"{path} is no Clappper index and is not overwritten; name another file with --out."
        )


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time write an index; the end of the process frees it in any case.

    Raises:
        CatalogError: Another process is writing it.
        OutputError: The folder cannot be written.
    """
    lock_path = path.with_name(f"{path.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = acquire_lock(lock_path)
    except OSError as exc:
        raise OutputError(
            f"Cannot write {path}: {exc.strerror or exc}. Choose another place with --out."
        ) from exc
    if file is None:
        raise CatalogError(f"Another process is writing {path}; try again when it is done.")
    try:
        yield
    finally:
        release_lock(file, lock_path)


def publish(temporary: Path, path: Path) -> Path:
    """Make a finished database the current state of an index and return its path.

    Raises:
        OutputError: It can be put neither in the place of the index nor beside it.
    """
    try:
        _sync(temporary)
        try:
            temporary.replace(path)
        except PermissionError:
            current = _place_beside(temporary, path)
        else:
            current = path
            _pointer_path(path).unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as exc:
        raise OutputError(
            f"Cannot write {path}: {exc.strerror or exc}. Choose another place with --out."
        ) from exc
    return current


def sweep(path: Path) -> None:
    """Remove what is not used any more; files that are open elsewhere stay until next time.

    Only for the holder of the lock.
    """
    current = resolve_generation(path)
    stale = [generation for _, generation in _list_generations(path) if generation != current]
    pointer = _pointer_path(path)
    stale += path.parent.glob(f".{glob.escape(pointer.stem)}-*{pointer.suffix}")
    for file in (*stale, temporary_path(path)):
        remove_database(file)


def remove_database(path: Path) -> None:
    """Remove a database with its journals, as far as the system lets it."""
    for end in _DATABASE_ENDS:
        with contextlib.suppress(OSError):
            path.with_name(path.name + end).unlink()


def _place_beside(temporary: Path, path: Path) -> Path:
    generations = _list_generations(path)
    number = 1 + (generations[-1][0] if generations else 0)
    generation = path.with_name(f"{path.name}.g{number}")
    temporary.replace(generation)
    size_bytes = generation.stat().st_size
    write_json(
        _pointer_path(path),
        {"schema_version": 1, "file": generation.name, "size_bytes": size_bytes},
    )
    return generation


def _pointer_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.current")


def _list_generations(path: Path) -> list[tuple[int, Path]]:
    """Return number and file of each generation beside an index, oldest first."""
    try:
        files = list(path.parent.iterdir())
    except OSError:
        return []
    numbered = ((_read_number(path, file.name), file) for file in files)
    return sorted((number, file) for number, file in numbered if number is not None)


def _read_number(path: Path, name: str) -> int | None:
    match = re.fullmatch(rf"{re.escape(path.name)}\.g(\d{{1,9}})", name)
    return int(match[1]) if match else None


def _is_wreck(path: Path) -> bool:
    """Tell whether nothing but an index that was cut off can be at a path."""
    with path.open("rb") as file:
        head = file.read(_HEADER)
    return not head.strip(b"\x00") or (len(head) < _HEADER and is_sqlite(head))


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
