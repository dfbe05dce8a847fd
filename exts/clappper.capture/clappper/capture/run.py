"""One run of Movie Capture: warmed up, started, watched, and always brought to its end."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from clappper.capture.waiting import wait_for_loading
from clappper.core.errors import CaptureError
from clappper.kit.compat import next_update, require_module

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from clappper.capture.kit_capture import KitCapture
    from clappper.capture.settings import CaptureSettings
    from clappper.capture.view_state import ViewState
    from clappper.core.capture.kit_frames import CaptureSpan
    from clappper.core.capture.models import CaptureRequest

__all__ = ["CaptureRun"]

#: What foreign Python code raises when an app is not as it expects it.
_FOREIGN_ERRORS = (AttributeError, KeyError, OSError, RuntimeError, TypeError, ValueError)


class CaptureRun:
    """Drives Movie Capture through one request, on Kit's loop.

    Args:
        kit_capture: Movie Capture, idle.
        context: The ``UsdContext`` of the open stage.
        request: What to capture.
        span: How the frames lie in Movie Capture's own count.
        settings: Patience and warm-up.
    """

    def __init__(
        self,
        kit_capture: KitCapture,
        context: Any,
        request: CaptureRequest,
        span: CaptureSpan,
        settings: CaptureSettings,
    ) -> None:
        self.kit_capture = kit_capture
        self.context = context
        self.span = span
        self.settings = settings
        self._request = request
        self._timeline: Any = None
        self._steps = 0
        self.is_started = False
        self.is_stopped = False
        self.is_stage_open = True
        #: Movie Capture was stopped by somebody else, for example in its own window.
        self.was_cancelled = False

    def stop(self) -> None:
        """Ask for the end of the run; it comes with one of the next updates."""
        self.is_stopped = True

    def on_stage_closing(self) -> None:
        """End the run: its stage goes away."""
        self.is_stage_open = False
        self.is_stopped = True

    @property
    def frames_begun(self) -> int:
        """How many of the wanted frames were begun."""
        begun = self._steps if self.span.is_stepped else self.kit_capture.frames_begun
        return min(begun, self.span.count) if self.is_started else 0

    @property
    def frames_written(self) -> int:
        """How many files Movie Capture may write in all."""
        return self.span.count if self.span.is_stepped else self.kit_capture.frames_asked

    async def film(self, view: ViewState, folder: Path, on_progress: Callable[[int], None]) -> None:
        """Wait for the stage, warm up, capture, and return when Movie Capture has ended.

        Args:
            view: What is put back afterwards; it aims the viewport.
            folder: Where Movie Capture writes.
            on_progress: Called with the number of frames begun whenever it changes.

        Raises:
            CaptureUnavailableError: This Movie Capture cannot do what is asked.
            CaptureError: It does not start, makes no progress, or does not stop.
        """
        await wait_for_loading(
            self.context,
            timeout_s=self.settings.load_timeout_s,
            is_stopped=lambda: self.is_stopped,
        )
        if self.is_stopped:
            return
        options = self.kit_capture.make_options(self._request, self.span, folder, self.settings)
        view.aim(self._request)
        for _ in range(self.settings.warmup_updates):
            if self.is_stopped:
                return
            await next_update()
        if not self.is_stopped:
            self._start(options)
            await self._watch(on_progress)

    def _start(self, options: Any) -> None:
        instance = self.kit_capture.instance
        instance.options = options
        instance.show_default_progress_window = False
        instance.progress_update_fn = None
        instance.capture_finished_fn = None
        instance.forward_one_frame_fn = None
        if self.span.is_stepped:
            timeline = require_module("omni.timeline", needed_for="Capturing")
            self._timeline = timeline.get_timeline_interface()
            instance.forward_one_frame_fn = self._step
        try:
            self.is_started = bool(instance.start())
        except _FOREIGN_ERRORS as exc:
            raise CaptureError("Movie Capture failed to start: look at Kit's log.") from exc
        if not self.is_started:
            raise CaptureError(
                "Movie Capture did not start: show the viewport and capture again, or look at "
                "Kit's log."
            )

    def _step(self, dt: float) -> bool:
        """Move the stage's time to the next frame; called by Movie Capture after each picture."""
        self._steps += 1
        if self._steps >= self.span.count:
            return False
        number = self._request.first_frame + self._steps
        self._timeline.set_current_time(number / self._request.fps)
        return True

    async def _watch(self, on_progress: Callable[[int], None]) -> None:
        try:
            await self._wait_until_done(on_progress)
        except asyncio.CancelledError:
            self.stop()
            await self._bring_to_end()
            raise

    async def _wait_until_done(self, on_progress: Callable[[int], None]) -> None:
        signs, begun = self.kit_capture.signs_of_life, 0
        changed_s = time.monotonic()
        while not self.kit_capture.is_done:
            if self.is_stopped:
                await self._bring_to_end()
                return
            await next_update()
            self.was_cancelled |= self.kit_capture.has_status("CANCELLED")
            if self.frames_begun > begun:
                begun = self.frames_begun
                on_progress(begun)
            if self.kit_capture.signs_of_life != signs or self.kit_capture.has_status("PAUSED"):
                signs, changed_s = self.kit_capture.signs_of_life, time.monotonic()
            elif time.monotonic() - changed_s > self.settings.stall_timeout_s:
                await self._bring_to_end()
                raise CaptureError(
                    f"Movie Capture made no progress for {self.settings.stall_timeout_s:g} s "
                    f"at frame {begun} of {self.span.count}: look at Kit's log and capture again."
                )

    async def _bring_to_end(self) -> None:
        """Cancel until it is done; it does not hear while it encodes, and may never end."""
        deadline_s = time.monotonic() + self.settings.cancel_timeout_s
        while not self.kit_capture.is_done:
            if time.monotonic() > deadline_s:
                raise CaptureError(
                    "Movie Capture does not stop: disable and enable omni.kit.capture.viewport "
                    "in Window > Extensions."
                )
            if self.kit_capture.has_status("CAPTURING", "PAUSED"):
                self.kit_capture.instance.cancel()
            await next_update()
