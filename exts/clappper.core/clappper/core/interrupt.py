"""Ctrl+C while something is made: noted at once, and raised where the work can be left.

Raised anywhere else it could leave half an import or half a stage behind.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

__all__ = ["InterruptGuard"]


class InterruptGuard:
    """Holds Ctrl+C back while it is entered, the first one; a second comes through.

    Off the main thread, and where Ctrl+C is ignored, it does nothing.
    """

    def __init__(self) -> None:
        self._is_asked = False
        self._before: Callable[[int, FrameType | None], object] | None = None

    def __enter__(self) -> InterruptGuard:
        before = signal.getsignal(signal.SIGINT)
        if callable(before) and threading.current_thread() is threading.main_thread():
            self._before = before
            self.hold_back()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    @property
    def is_asked(self) -> bool:
        """Whether Ctrl+C was noted."""
        return self._is_asked

    def let_through(self) -> None:
        """Raise Ctrl+C at once from now on: the work is of a kind that can be left anywhere.

        Raises:
            KeyboardInterrupt: It came before.
        """
        if self._before is not None:
            # asyncio.run puts its own handler in the place of this one only.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self.check()

    def hold_back(self) -> None:
        """Hold Ctrl+C back again."""
        if self._before is not None:
            signal.signal(signal.SIGINT, self._note)

    def check(self) -> None:
        """Leave the work if that was asked for.

        Raises:
            KeyboardInterrupt: Ctrl+C was noted.
        """
        if self._is_asked:
            raise KeyboardInterrupt

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_asked:
            raise KeyboardInterrupt
        self._is_asked = True
