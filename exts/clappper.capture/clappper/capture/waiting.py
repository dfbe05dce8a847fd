"""Waiting without holding up Kit: for the stage's files, for shaders, for frames that come late."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from clappper.core.capture.kit_frames import choose_frames, find_settled, find_written
from clappper.core.errors import CaptureError
from clappper.kit.compat import next_update

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from clappper.core.capture.kit_frames import CaptureSpan, WrittenFrame

__all__ = ["count_loading", "wait_for_files", "wait_for_loading"]

#: The status may read 0 at first and between files: so many updates in a row must say so.
QUIET_UPDATES = 5
#: Between two looks at the files [s].
_LOOK_S = 0.1
#: A frame nobody wants gets so long to be written, so that its writer finds its folder [s].
_EXTRA_S = 2.0


def count_loading(context: Any) -> int:
    """Return how many files the stage still loads.

    The third part of the status counts what is there to load and falls to 0 when all is done.
    """
    return int(context.get_stage_loading_status()[2])


async def wait_for_loading(
    context: Any, *, timeout_s: float, is_stopped: Callable[[], bool]
) -> None:
    """Wait until the stage has loaded its files.

    Raises:
        CaptureError: It has not in time.
    """
    deadline_s = time.monotonic() + timeout_s
    quiet = 0
    while quiet < QUIET_UPDATES and not is_stopped():
        await next_update()
        loading = count_loading(context)
        quiet = 0 if loading else quiet + 1
        if loading and time.monotonic() > deadline_s:
            raise CaptureError(
                f"The stage still loads {loading} files after {timeout_s:g} s: "
                "capture again when it has loaded."
            )


async def wait_for_files(
    folder: Path, span: CaptureSpan, *, written: int, timeout_s: float
) -> dict[int, Path]:
    """Wait until all frames are whole files, or until no file comes or grows any more.

    Args:
        folder: Where Movie Capture writes.
        span: The frames wanted.
        written: How many it may write in all; those beyond the wanted are waited for, briefly.
        timeout_s: Time without a new or larger file after which the rest is given up.

    Returns:
        The whole files by their place in the request.
    """
    before: dict[int, WrittenFrame] = {}
    changed_s = complete_s = time.monotonic()
    is_complete = False
    while True:
        now = await asyncio.to_thread(find_written, folder)
        settled = find_settled(before, now)
        chosen = choose_frames(settled, span)
        time_s = time.monotonic()
        if now != before:
            changed_s = time_s
        if len(chosen) == span.count:
            if not is_complete:
                is_complete, complete_s = True, time_s
            if len(settled) >= written or time_s - complete_s > _EXTRA_S:
                return chosen
        elif time_s - changed_s > timeout_s:
            return chosen
        before = now
        while time.monotonic() - time_s < _LOOK_S:
            await next_update()
