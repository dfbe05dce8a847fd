"""The embedded renderer behind the capture seam: one worker thread that renders frame after frame.

Time code N of the stage is frame N. Everything that moves but the camera stands still at the first
frame.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from pxr import Usd

from clappper.core.capture.frames import build_manifest, compute_frame_path
from clappper.core.capture.kit_frames import find_folder_problem
from clappper.core.errors import CaptureError, CaptureUnavailableError, ClappperError
from clappper.core.issue import Issue
from clappper.core.render.camera import compute_camera_samples
from clappper.core.render.denoise import Denoiser, find_denoiser_issue
from clappper.core.render.extract import extract_scene
from clappper.core.render.png import write_png
from clappper.core.render.scene import load_scene
from clappper.core.render.tonemap import compute_exposure, compute_pixels
from clappper.core.render.variant import import_mitsuba

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from clappper.core.capture.models import CaptureRequest, FrameManifest
    from clappper.core.render.models import CameraSample, SceneDescription
    from clappper.core.render.scene import LoadedScene

__all__ = ["SPP", "MitsubaBackend"]

_LOGGER = logging.getLogger(__name__)
_Result = TypeVar("_Result")

#: Samples per pixel of each quality.
SPP = {"draft": 4, "final": 16}
#: Samples rendered in one go: more are rendered in passes, so that memory stays bounded and a stop
#: is soon heard.
MAX_PASS_SAMPLES = 4_000_000


class MitsubaBackend:
    """A ``CaptureBackend`` that needs no Kit and no GPU.

    Rendering happens on one thread of its own. One capture at a time.
    """

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="clappper-render")
        self._stop = threading.Event()
        self._running: asyncio.Future[Any] | None = None

    async def preflight(self, request: CaptureRequest) -> list[Issue]:
        """Return what would keep the request from working, and what the pictures will lack."""
        return await self._run(lambda: _find_issues(request))

    async def capture(
        self, request: CaptureRequest, on_progress: Callable[[int, int], None]
    ) -> FrameManifest:
        """Render the frames and measure the files that are there.

        After ``cancel()`` the manifest says ``missing`` for the frames that were not rendered.
        When the task itself is cancelled, the frame in work is dropped before the cancellation
        goes on.

        Args:
            request: What to capture.
            on_progress: Called with (done, total) on this loop, before the first frame and after
                each.

        Raises:
            CaptureUnavailableError: The renderer cannot run here.
            CaptureError: The stage, the camera or a texture cannot be used, or rendering failed.
            OutputError: A frame cannot be written.
        """
        loop = asyncio.get_running_loop()

        def report(done: int) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(on_progress, done, request.frame_count)

        stop = self._stop = threading.Event()
        manifest = await self._run(lambda: _render_clip(request, report, stop), stop=stop)
        await asyncio.sleep(0)  # let the last report through before the caller goes on
        return manifest

    async def cancel(self) -> None:
        """Stop the running capture after the pass it is in, and wait until it has stopped."""
        self._stop.set()
        if self._running is not None:
            await asyncio.wait([self._running])

    async def _run(
        self, work: Callable[[], _Result], *, stop: threading.Event | None = None
    ) -> _Result:
        future = asyncio.get_running_loop().run_in_executor(self._worker, work)
        self._running = future
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            if stop is not None:
                stop.set()
            await asyncio.wait([future])
            raise
        finally:
            self._running = None


def _find_issues(request: CaptureRequest) -> list[Issue]:
    issues = []
    try:
        import_mitsuba()
    except CaptureUnavailableError as exc:
        issues.append(Issue(code="RENDERER_MISSING", severity="error", message=str(exc)))
    else:
        issues.extend(filter(None, [find_denoiser_issue()]))
    try:
        issues.extend(_describe(request)[0].issues)
    except ClappperError as exc:
        issues.append(Issue(code="STAGE_UNUSABLE", severity="error", message=str(exc)))
    problem = find_folder_problem(request.output_folder)
    if problem:
        issues.append(
            Issue(
                code="OUTPUT_UNWRITABLE",
                severity="error",
                message=f"Frames cannot be written to {request.output_folder}: {problem}.",
                hint="Choose another folder with --out.",
            )
        )
    return issues


def _describe(
    request: CaptureRequest,
) -> tuple[SceneDescription, list[CameraSample], list[CameraSample]]:
    """Return the scene, the cameras that exposure is measured with, and the camera per frame."""
    try:
        stage = Usd.Stage.Open(str(request.stage_path))
    except RuntimeError as exc:  # Tf.ErrorException, and what the C++ reader lets through
        raise CaptureError(
            f"{request.stage_path} cannot be opened as a USD stage. Check the file."
        ) from exc
    frames = range(request.first_frame, request.last_frame + 1)
    first, last = frames[0], frames[-1]
    if stage.HasAuthoredTimeCodeRange():
        # the clip's own range, so that parts of a clip rendered apart get the same exposure
        first, last = stage.GetStartTimeCode(), stage.GetEndTimeCode()
    metered = sorted({first, (first + last) / 2.0, last})
    samples = compute_camera_samples(stage, request.camera_path, [*metered, *frames])
    scene = extract_scene(stage, float(first))
    return scene, samples[: len(metered)], samples[len(metered) :]


def _render_clip(
    request: CaptureRequest, report: Callable[[int], None], stop: threading.Event
) -> FrameManifest:
    mitsuba = import_mitsuba()
    description, metered, samples = _describe(request)
    for issue in description.issues:
        _LOGGER.warning("%s", issue.message)
    report(0)
    try:
        clip = _Clip(request, load_scene(mitsuba, description), stop)
        clip.render(metered, samples, report)
    except RuntimeError as exc:
        reason = (str(exc).strip() or type(exc).__name__).splitlines()[0]
        raise CaptureError(f"The renderer failed on {request.stage_path}: {reason}") from exc
    return build_manifest(request)


class _Clip:
    """One capture at work on the worker thread."""

    def __init__(self, request: CaptureRequest, scene: LoadedScene, stop: threading.Event) -> None:
        spp = request.spp or SPP[request.quality]
        most = max(1, MAX_PASS_SAMPLES // (request.width * request.height))
        self._request = request
        self._scene = scene
        self._stop = stop
        self._passes = -(-spp // most)
        self._pass_spp = -(-spp // self._passes)

    def render(
        self,
        metered: list[CameraSample],
        samples: list[CameraSample],
        report: Callable[[int], None],
    ) -> None:
        denoiser = Denoiser(self._request.quality)
        previews = []
        for sample in metered:
            if self._stop.is_set():
                return
            previews.append(self._render_pass(sample, seed=0)[..., :3])
        exposure = compute_exposure(previews)
        for done, sample in enumerate(samples, start=1):
            frame = self._render_frame(sample)
            if frame is None:
                return
            number = self._request.first_frame + done - 1
            path = compute_frame_path(self._request.output_folder, number)
            factor = exposure * 2.0 ** min(max(sample.exposure, -32.0), 32.0)
            write_png(path, compute_pixels(denoiser.clean(frame), factor))
            report(done)

    def _render_frame(self, sample: CameraSample) -> NDArray[np.float32] | None:
        """Return the mean of all passes, or None when stopped in between."""
        total: NDArray[np.float32] | None = None
        for seed in range(self._passes):
            if self._stop.is_set():
                return None
            image = self._render_pass(sample, seed=seed)
            total = image if total is None else total + image
        return None if total is None or self._stop.is_set() else total / np.float32(self._passes)

    def _render_pass(self, sample: CameraSample, *, seed: int) -> NDArray[np.float32]:
        self._scene.aim(sample, self._request.width, self._request.height)
        return self._scene.render(spp=self._pass_spp, seed=seed)
