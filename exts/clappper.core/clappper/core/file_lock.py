"""File locks between processes: the system frees a lock when its holder ends, however it ends."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from typing import IO, TYPE_CHECKING

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["acquire_lock", "release_lock"]

_TAKEN = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
#: Windows keeps others from reading what is locked: one byte far behind the content is.
_LOCKED_BYTE = 1 << 30


def acquire_lock(path: Path) -> IO[bytes] | None:
    """Return a file that is open for appending and locked, or None when another has it.

    On a drive that knows no locks the file is returned all the same.

    Args:
        path: The lock file; made where there is none.

    Raises:
        OSError: It cannot be made.
    """
    while True:
        file = path.open("ab")
        try:
            _lock(file)
        except OSError as exc:
            if exc.errno not in _TAKEN:
                return file
            file.close()
            return None
        if _is_at(path, file):
            return file
        file.close()


def release_lock(file: IO[bytes], path: Path) -> None:
    """Remove a lock file that was acquired, and free it."""
    if sys.platform == "win32":  # an open file cannot be removed there
        file.close()
    with contextlib.suppress(OSError):
        path.unlink()
    file.close()


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        file.seek(_LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_at(path: Path, file: IO[bytes]) -> bool:
    """Tell whether a file is still in its place: whoever had it before may have removed it."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
