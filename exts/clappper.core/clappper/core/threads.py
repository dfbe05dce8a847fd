"""Blocking work beside a loop, on daemon threads.

No pool: a thread that hangs, on a dead mount for example, must keep neither the next request nor
the app's end waiting.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["run_on_thread"]

_Result = TypeVar("_Result")
_Event = TypeVar("_Event")


async def run_on_thread(
    work: Callable[[Callable[[_Event], None], threading.Event], _Result],
    on_event: Callable[[_Event], None],
) -> _Result:
    """Run ``work(report, stop)`` on a thread of its own and return its result.

    When the wait is cancelled, ``stop`` is set and the thread left behind; what it still reports
    or returns is dropped.

    Args:
        work: Gets a call that reports an event, and an event that is set when nobody waits any
            more.
        on_event: Called on this loop with what the work reports, in order, before the result is
            there.
    """
    loop, stop = asyncio.get_running_loop(), threading.Event()
    future: asyncio.Future[_Result] = loop.create_future()

    def deliver(call: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(lambda: None if future.done() else call())

    def run() -> None:
        try:
            result = work(lambda event: deliver(lambda: on_event(event)), stop)
        except StopIteration as exc:  # which no future takes
            error = RuntimeError("The work ended with StopIteration.")
            error.__cause__ = exc
            deliver(partial(future.set_exception, error))
        except BaseException as exc:  # noqa: BLE001 - carried to whoever waits, who judges it
            deliver(partial(future.set_exception, exc))
        else:
            deliver(lambda: future.set_result(result))

    threading.Thread(target=run, name="clappper-work", daemon=True).start()
    try:
        return await future
    finally:
        stop.set()
