"""Touches folders that may hang, such as a dead network drive, without ever waiting long for them.

Every touch runs on a daemon thread with a deadline. A thread that hangs is left behind: it keeps
neither the next question nor the end of the program waiting.
"""

from __future__ import annotations

import concurrent.futures
import stat
import threading
import time
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

__all__ = ["FileProbe", "FileState", "RootWatch", "call_within"]

#: Threads that may hang on one root at a time.
_THREADS = 16
#: How long it is believed that a file is there, and that it is not [s].
_FOUND_S, _MISSING_S = 300.0, 2.0
#: Paths whose existence is remembered.
_REMEMBERED = 200_000
_Result = TypeVar("_Result")


class FileState(NamedTuple):
    """What tells one state of a file from another."""

    size_bytes: int
    mtime_ns: int


class FileProbe:
    """Looks at files below one root; links that lead out of it are not followed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._real_root: Path | None = None

    def __call__(self, path: Path) -> FileState | None:
        """Return the state of a file, or None when there is none; blocks as the disk does."""
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                return None
            if self._real_root is None:
                self._real_root = self._root.resolve(strict=True)
            real = path.resolve()
        except TimeoutError:
            raise
        except (OSError, ValueError, RuntimeError):  # no folder, name too long, link loop
            return None
        is_inside = real.is_relative_to(self._real_root)
        return FileState(status.st_size, status.st_mtime_ns) if is_inside else None


class RootWatch:
    """Asks one root for its files; may be asked from any thread.

    A root that did not answer is not asked again for a while: every question then fails at once.
    """

    def __init__(
        self,
        root: Path,
        *,
        probe: Callable[[Path], FileState | None] | None = None,
        deadline_s: float = 10.0,
        retry_s: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.root = root
        self._probe = probe or FileProbe(root)
        self._deadline_s = deadline_s
        self._retry_s = retry_s
        self._clock = clock
        self._down_until_s = float("-inf")
        self._slots = threading.BoundedSemaphore(_THREADS)
        self._known: dict[Path, tuple[bool, float]] = {}

    def find_first(self, paths: Iterable[Path], *, deadline_s: float | None = None) -> Path | None:
        """Return the first of the paths at which there is a file; it is remembered for a while.

        Raises:
            TimeoutError: The root does not answer.
        """
        unknown = []
        for path in paths:
            is_there, until_s = self._known.get(path, (False, float("-inf")))
            if until_s <= self._clock():
                unknown.append(path)
            elif is_there and not unknown:
                return path
            elif is_there:
                unknown.append(path)
                break
        if not unknown:
            return None
        return self.ask(lambda: self._look(unknown), deadline_s=deadline_s)

    def read_state(self, path: Path, *, deadline_s: float | None = None) -> FileState | None:
        """Return the state of a file as it is now, or None when it is not there.

        Raises:
            TimeoutError: The root does not answer.
        """
        return self.ask(lambda: self._probe_one(path), deadline_s=deadline_s)

    def has_root(self, *, deadline_s: float | None = None) -> bool:
        """Tell whether the root is a folder.

        Raises:
            TimeoutError: It does not answer.
        """
        return self.ask(self.root.is_dir, deadline_s=deadline_s)

    def ask(self, work: Callable[[], _Result], *, deadline_s: float | None = None) -> _Result:
        """Run work that touches the root, on a thread of its own.

        Raises:
            TimeoutError: The root does not answer, or did not a moment ago.
        """
        limit_s = self._deadline_s if deadline_s is None else deadline_s
        if self._clock() < self._down_until_s:
            raise TimeoutError
        if not self._slots.acquire(timeout=limit_s):
            self._down_until_s = self._clock() + self._retry_s
            raise TimeoutError

        def run() -> _Result:
            try:
                result = work()
            finally:
                self._slots.release()
            self._down_until_s = float("-inf")
            return result

        try:
            return call_within(run, limit_s)
        except TimeoutError:
            self._down_until_s = self._clock() + self._retry_s
            raise

    def clear(self) -> None:
        """Forget what is there, what is not, and whether the root answered."""
        self._known.clear()
        self._down_until_s = float("-inf")

    def _look(self, paths: list[Path]) -> Path | None:
        return next((path for path in paths if self._probe_one(path) is not None), None)

    def _probe_one(self, path: Path) -> FileState | None:
        state = self._probe(path)
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        is_there = state is not None
        self._known[path] = is_there, self._clock() + (_FOUND_S if is_there else _MISSING_S)
        return state


def call_within(work: Callable[[], _Result], deadline_s: float) -> _Result:
    """Return what work returns, or raise what it raises; it goes on alone after the deadline.

    Args:
        work: Runs on a daemon thread.
        deadline_s: How long it is waited for [s].

    Raises:
        TimeoutError: The deadline is over.
    """
    future: concurrent.futures.Future[_Result] = concurrent.futures.Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as exc:  # noqa: BLE001 - carried to whoever waits, who judges it
            future.set_exception(exc)

    threading.Thread(target=run, name="clappper-reach", daemon=True).start()
    try:
        return future.result(deadline_s)
    except concurrent.futures.TimeoutError as exc:  # not the built-in one before Python 3.11
        raise TimeoutError from exc
