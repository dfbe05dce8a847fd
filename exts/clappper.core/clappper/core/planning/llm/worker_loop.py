"""Coroutines on an event loop of their own in a worker thread, so that the caller's never waits.

Imports, TLS and parsing then cost the main thread nothing, and a main loop that only turns once a
frame does not slow the network down.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import Future, InvalidStateError
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

__all__ = ["run_on_worker_loop"]

#: How long cancelling waits for connections to be closed [s]; an import cannot be interrupted.
_GRACE_S = 2.0

_T = TypeVar("_T")


async def run_on_worker_loop(
    make: Callable[[], Coroutine[Any, Any, _T]], *, deadline_s: float
) -> _T:
    """Run a coroutine in a worker thread and return its result.

    Cancelling the caller, and the deadline, cancel it there; what it opened is closed before this
    returns, unless that takes longer than two seconds.

    Args:
        make: Called in the worker thread; returns the coroutine.
        deadline_s: Longest time [s] from this call on.

    Raises:
        TimeoutError: The deadline passed.
        OSError: There is no event loop to be had.
    """
    run = _Run(make)
    waiting = asyncio.wrap_future(run.outcome)
    waiting.add_done_callback(_retrieve)
    threading.Thread(target=run.work, name="clappper-worker-loop", daemon=True).start()
    try:
        await asyncio.wait({waiting}, timeout=deadline_s)
        if waiting.done():
            return waiting.result()
    finally:
        if not waiting.done():
            run.cancel()
            await asyncio.wait({waiting}, timeout=_GRACE_S)
    raise TimeoutError


def _retrieve(future: asyncio.Future[Any]) -> None:
    """Look at a late result that nobody waits for, so that asyncio does not complain of it."""
    if not future.cancelled():
        future.exception()


class _Run(Generic[_T]):
    """One coroutine in its thread; ``cancel`` may be called from any other."""

    def __init__(self, make: Callable[[], Coroutine[Any, Any, _T]]) -> None:
        self.outcome: Future[_T] = Future()
        self._make = make
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[_T] | None = None
        self._is_cancelled = False

    def work(self) -> None:
        """Run to the end; the thread's target."""
        try:
            asyncio.run(self._supervise())
        except OSError as exc:
            with contextlib.suppress(InvalidStateError):
                self.outcome.set_exception(exc)

    def cancel(self) -> None:
        """Cancel the coroutine, also one that has not started yet."""
        with self._lock:
            self._is_cancelled = True
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)

    async def _supervise(self) -> None:
        task = asyncio.ensure_future(self._make())
        with self._lock:
            self._loop, self._task = asyncio.get_running_loop(), task
            if self._is_cancelled:
                task.cancel()
        await asyncio.wait({task})
        with self._lock:
            self._loop = None
        with contextlib.suppress(InvalidStateError):
            if task.cancelled():
                self.outcome.cancel()
                return
            error = task.exception()
            if error is not None:
                self.outcome.set_exception(error)
            else:
                self.outcome.set_result(task.result())
