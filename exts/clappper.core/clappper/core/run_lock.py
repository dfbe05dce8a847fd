"""Lets one process at a time change a run folder; the end of the process frees it in any case."""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from clappper.core.errors import OutputError, RunBusyError
from clappper.core.file_lock import acquire_lock, release_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clappper.core.run_folder import RunFolder

__all__ = ["locking_run"]

#: Longest content of a lock file that is read [bytes].
_MAX_BYTES = 300


@contextmanager
def locking_run(folder: RunFolder) -> Iterator[None]:
    """Keep other processes from changing a run meanwhile; it need not be there yet.

    Nothing is left of the lock, nor of a folder in which nothing was made.

    Raises:
        RunBusyError: Another process, or another call in this one, is changing it.
        OutputError: The folder cannot be written.
    """
    made: list[Path] = []
    try:
        try:
            made += (path for path in (folder.path, *folder.path.parents) if not path.exists())
            folder.path.mkdir(parents=True, exist_ok=True)
            file = acquire_lock(folder.lock)
        except OSError as exc:
            raise OutputError(
                f"Cannot write to {folder.path}: {exc.strerror or exc}. "
                "Choose another folder with --out."
            ) from exc
        if file is None:
            raise RunBusyError(
                f"This run is being changed by another Clappper{_read_owner(folder.lock)}: wait "
                f"until it is done, then try again ({folder.path})."
            )
        try:
            # Only a sentence is made of it: a disk that is full must not matter.
            with suppress(OSError):
                file.truncate(0)
                file.write(f"{os.getpid()} {socket.gethostname()}\n".encode())
                file.flush()
            yield
        finally:
            release_lock(file, folder.lock)
    finally:
        for path in made:
            with suppress(OSError):
                path.rmdir()


def _read_owner(path: Path) -> str:
    """Return who holds a lock, in brackets, or nothing where that cannot be told."""
    try:
        with path.open("rb") as file:
            number, _, host = (
                file.read(_MAX_BYTES).decode("utf-8", "replace").strip().partition(" ")
            )
    except OSError:
        return ""
    if not number.isdecimal():
        return ""
    where = "" if host == socket.gethostname() or not host.isprintable() else f" on {host}"
    return f" (process {number}{where})"
