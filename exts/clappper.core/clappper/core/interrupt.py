"""Ctrl+C while something is made: noted at once, and raised where the work can be left.

Raised anywhere else it could leave half an import or half a stage behind, or be dropped where
Python takes no exception, as in a finalizer. What is waited for on a loop is cancelled instead.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import FrameType, TracebackType

__all__ = ["InterruptGuard", "run_loop"]

_Result = TypeVar("_Result")
#: Those that are entered, the last one first asked; on the main thread only.
_entered: list[InterruptGuard] = []


class InterruptGuard:
    """Notes Ctrl+C while it is entered, the first one; a second is raised at once.

    Off the main thread, and where Ctrl+C is ignored, it does nothing.
    """

    def __init__(self) -> None:
        self._is_asked = False
        self._is_through = False
        self._before: Callable[[int, FrameType | None], object] | None = None
        #: Cancels what runs on a loop, while something does.
        self._cancel: Callable[[], object] | None = None

    def __enter__(self) -> InterruptGuard:
        before = signal.getsignal(signal.SIGINT)
        if callable(before) and threading.current_thread() is threading.main_thread():
            self._before = before
            _entered.append(self)
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            _entered.remove(self)

    @property
    def is_asked(self) -> bool:
        """Whether Ctrl+C was noted."""
        return self._is_asked

    def let_through(self) -> None:
        """Cancel what runs on a loop from now on: the work is of a kind that can be left anywhere.

        Raises:
            KeyboardInterrupt: It came before.
        """
        self._is_through = True
        self.check()

    def hold_back(self) -> None:
        """Only note Ctrl+C again."""
        self._is_through = False

    def check(self) -> None:
        """Leave the work if that was asked for; what runs on a loop is cancelled already.

        Raises:
            KeyboardInterrupt: Ctrl+C was noted.
        """
        if self._is_asked and self._cancel is None:
            raise KeyboardInterrupt

    def run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Run work on a loop of its own, as ``run_loop`` does.

        Raises:
            KeyboardInterrupt: Ctrl+C was let through, whatever the work made of being cancelled.
        """
        try:
            result = asyncio.run(self._watch(work))
        except (Exception, asyncio.CancelledError) as exc:
            if self._is_asked and self._is_through:
                raise KeyboardInterrupt from exc
            raise
        if self._is_through:
            self.check()
        return result

    async def _watch(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)
        try:
            if self._is_asked and self._is_through:  # before there was anything to cancel
                self._cancel()
            return await work
        finally:
            self._cancel = None

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_asked:
            raise KeyboardInterrupt
        self._is_asked = True
        if self._cancel is not None and self._is_through:
            self._cancel()


def run_loop(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run work on a loop of its own; a guard that is entered cancels it at Ctrl+C.

    Raises:
        KeyboardInterrupt: It was cancelled so.
    """
    if _entered and threading.current_thread() is threading.main_thread():
        return _entered[-1].run(work)
    return asyncio.run(work)
