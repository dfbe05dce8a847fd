"""Long work on the main thread, cut into slices that leave each update its time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

__all__ = ["run_in_slices"]

_Step = TypeVar("_Step")
_Result = TypeVar("_Result")


async def run_in_slices(
    steps: Generator[_Step, None, _Result],
    *,
    next_update: Callable[[], Awaitable[object]],
    budget_s: float,
    on_step: Callable[[_Step], None] | None = None,
    check: Callable[[], None] | None = None,
) -> _Result:
    """Run a generator to its end, a slice at each update, and return its result.

    Args:
        steps: The work; a step is never interrupted.
        next_update: Waits for the app's next update.
        budget_s: Time after which a slice ends [s]; a longer step ends it, too.
        on_step: Called once a slice with the last step's value.
        check: Called before each slice; what it raises ends the work.
    """
    try:
        while True:
            await next_update()
            if check is not None:
                check()
            end = time.perf_counter() + budget_s
            while True:
                step = next(steps)
                if time.perf_counter() >= end:
                    break
            if on_step is not None:
                on_step(step)
    except StopIteration as done:
        return done.value
    finally:
        steps.close()
