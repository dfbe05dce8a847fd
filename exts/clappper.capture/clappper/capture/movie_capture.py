"""Movie Capture behind the capture seam: the open stage becomes verified PNG frames."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from clappper.capture.kit_capture import open_kit_capture
from clappper.capture.preflight import find_issues
from clappper.capture.run import CaptureRun
from clappper.capture.settings import read_settings
from clappper.capture.view_state import ViewState
from clappper.capture.waiting import wait_for_files
from clappper.core.capture.frames import build_manifest
from clappper.core.capture.kit_frames import (
    compute_private_folder,
    compute_span,
    make_private_folder,
    place_frames,
    remove_private_folder,
)
from clappper.core.errors import CaptureError, CaptureUnavailableError, ClappperError
from clappper.kit.compat import get_active_viewport, observe_stage_event, require_module

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from clappper.core.capture.models import CaptureRequest, FrameManifest
    from clappper.core.issue import Issue

__all__ = ["MovieCaptureBackend"]

#: Frames of a capture that was stopped are waited for so long at most [s].
_STOPPED_FLUSH_S = 2.0
#: So many missing frames are named.
_NAMED = 5


class MovieCaptureBackend:
    """A ``CaptureBackend`` on the viewport that is active. Use it on Kit's main thread."""

    def __init__(self) -> None:
        self._run: CaptureRun | None = None
        self._is_busy = False
        self._is_stopped = False
        self._ended = asyncio.Event()

    async def preflight(self, request: CaptureRequest) -> list[Issue]:
        """Return what would keep the request from working.

        Movie Capture is enabled on the way where the app has it on disk.
        """
        return await find_issues(request)

    async def capture(
        self, request: CaptureRequest, on_progress: Callable[[int, int], None]
    ) -> FrameManifest:
        """Film the open stage and measure the files that came of it.

        After ``cancel()`` the manifest says ``missing`` for the frames that were not written. When
        the task itself is cancelled, Movie Capture is stopped and everything put back before the
        cancellation goes on. Authors nothing on the stage.

        Args:
            request: What to capture.
            on_progress: Called with (done, total) on this loop, before the first frame and
                whenever a frame is begun.

        Raises:
            CaptureUnavailableError: Movie Capture cannot be used here and now.
            CaptureError: It failed, stopped early or does not end, or the stage was closed.
            OutputError: Frames cannot be written.
        """
        if self._is_busy:
            raise CaptureUnavailableError("A capture is already running: wait for it or stop it.")
        self._is_busy, self._is_stopped = True, False
        self._ended.clear()
        try:
            self._run = await _prepare(request)
            if self._is_stopped:
                self._run.stop()
            return await _capture(self._run, request, on_progress)
        finally:
            self._run, self._is_busy = None, False
            self._ended.set()

    def stop(self) -> None:
        """Ask the running capture to end, without waiting for it."""
        self._is_stopped = True
        if self._run is not None:
            self._run.stop()

    async def cancel(self) -> None:
        """Stop the running capture and wait until it has ended and everything is put back."""
        self.stop()
        if self._is_busy:
            await self._ended.wait()


async def _prepare(request: CaptureRequest) -> CaptureRun:
    problems = [issue for issue in await find_issues(request) if issue.severity == "error"]
    if problems:
        raise CaptureUnavailableError(" ".join(f"{i.message} {i.hint}".strip() for i in problems))
    context = require_module("omni.usd", needed_for="Capturing").get_context()
    span = compute_span(request, context.get_stage().GetTimeCodesPerSecond())
    return CaptureRun(await open_kit_capture(), context, request, span, read_settings())


async def _capture(
    run: CaptureRun, request: CaptureRequest, on_progress: Callable[[int, int], None]
) -> FrameManifest:
    private = compute_private_folder(request)
    try:
        await _finish_on_worker(make_private_folder, private)
        on_progress(0, request.frame_count)
        await _film(run, private, lambda done: on_progress(done, request.frame_count))
        chosen = await _collect(run, private, run.settings.flush_timeout_s)
        await _finish_on_worker(place_frames, chosen, request)
    except (asyncio.CancelledError, ClappperError):
        # Pictures that are still being written need their folder.
        await _collect(run, private, _STOPPED_FLUSH_S)
        raise
    finally:
        await _finish_on_worker(remove_private_folder, private)
    if not run.is_stage_open:
        raise CaptureError("The stage was closed while it was filmed: open it and capture again.")
    manifest = await asyncio.to_thread(build_manifest, request)
    if not run.is_stopped:
        _check_complete(run, manifest, chosen)
    return manifest


async def _film(run: CaptureRun, private: Path, on_progress: Callable[[int], None]) -> None:
    viewport = get_active_viewport()
    if viewport is None:
        raise CaptureUnavailableError("The viewport was closed: open one with Window > Viewport.")
    view = ViewState(run.kit_capture, viewport, run.context)
    closing = observe_stage_event(
        run.context, "CLOSING", run.on_stage_closing, name="clappper.capture"
    )
    try:
        await run.film(view, private, on_progress)
    finally:
        closing.release()
        view.restore(is_stage_open=run.is_stage_open)


async def _collect(run: CaptureRun, private: Path, timeout_s: float) -> dict[int, Path]:
    if not run.is_started:
        return {}
    if run.is_stopped:
        timeout_s = min(timeout_s, _STOPPED_FLUSH_S)
    return await wait_for_files(private, run.span, written=run.frames_written, timeout_s=timeout_s)


def _check_complete(run: CaptureRun, manifest: FrameManifest, chosen: Mapping[int, Path]) -> None:
    missing = [f for place, f in enumerate(manifest.frames) if place not in chosen]
    if missing and run.was_cancelled:
        raise CaptureError(
            f"Movie Capture was stopped after {len(chosen)} of {run.span.count} frames by "
            "something else: capture again."
        )
    if missing:
        numbers = ", ".join(str(frame.number) for frame in missing[:_NAMED])
        raise CaptureError(
            f"Movie Capture wrote {len(chosen)} of {run.span.count} frames; not "
            f"{numbers}{' and more' if len(missing) > _NAMED else ''}. Look at Kit's log and "
            "capture again."
        )
    odd = next((frame for frame in manifest.frames if frame.verdict == "missing"), None)
    if odd is not None:
        raise CaptureError(
            f"Frame {odd.number} is no whole picture of {manifest.width}x{manifest.height}: "
            "switch off Fill Viewport in the viewport's settings and capture again."
        )


async def _finish_on_worker(function: Callable[..., object], *arguments: object) -> None:
    """Run file work on a worker thread to its end, also when the task is cancelled meanwhile."""
    work = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise
