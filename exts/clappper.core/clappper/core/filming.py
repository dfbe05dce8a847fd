"""From a certified stage to a film: render every frame, check each of them, encode, verify."""

from __future__ import annotations

import asyncio
import importlib.util
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core import events
from clappper.core.errors import CaptureError, CaptureUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from clappper.core.capture.backend import CaptureBackend
    from clappper.core.capture.models import CaptureRequest, FrameManifest
    from clappper.core.run_folder import RunFolder

__all__ = ["Format", "check_manifest", "film", "open_backend"]


@dataclass(frozen=True)
class Format:
    """Film format."""

    frames: int
    fps: int
    width: int
    height: int


def film(
    backend: CaptureBackend,
    folder: RunFolder,
    camera_path: str,
    form: Format,
    *,
    spp: int | None,
    on_event: Callable[[events.Event], None],
) -> Path:
    """Render all frames, check each of them, and encode the film and a poster.

    Raises:
        CaptureUnavailableError: The renderer cannot run here.
        CaptureError: Frames are missing or show nothing, or the film is not as it should be.
        EncodeError: ffmpeg failed.
    """
    from clappper.core.capture.encode import encode_movie, probe_movie, write_poster
    from clappper.core.capture.models import CaptureRequest

    request = CaptureRequest(
        stage_path=folder.scene,
        camera_path=camera_path,
        first_frame=1,
        last_frame=form.frames,
        fps=form.fps,
        width=form.width,
        height=form.height,
        spp=spp,
        output_folder=folder.frames,
    )
    start = time.perf_counter()

    def on_frame(done: int, total: int) -> None:
        eta = (time.perf_counter() - start) / done * (total - done) if done else None
        on_event(events.Capturing(done, total, eta))

    manifest = asyncio.run(_capture(backend, request, on_frame))
    check_manifest(manifest, form)
    encode_movie(
        [frame.path for frame in manifest.frames],
        folder.movie,
        fps=form.fps,
        on_progress=lambda done, total: on_event(events.Encoding(done, total)),
    )
    info = probe_movie(folder.movie)
    if info.frame_count != form.frames:
        raise CaptureError(
            f"{folder.movie.name} holds {info.frame_count} frames instead of {form.frames}: "
            "run again."
        )
    write_poster(manifest.frames[len(manifest.frames) // 2].path, folder.poster)
    on_event(events.Filmed(folder.movie))
    return folder.movie


async def _capture(
    backend: CaptureBackend, request: CaptureRequest, on_frame: Callable[[int, int], None]
) -> FrameManifest:
    problems = [i for i in await backend.preflight(request) if i.severity == "error"]
    if problems:
        raise CaptureUnavailableError(" ".join(f"{i.message} {i.hint}".strip() for i in problems))
    return await backend.capture(request, on_frame)


def check_manifest(manifest: FrameManifest, form: Format) -> None:
    """Refuse frames that are missing, black or empty.

    Raises:
        CaptureError: With the numbers of the bad frames.
    """
    bad = [
        f"{frame.number} ({frame.verdict})" for frame in manifest.frames if frame.verdict != "ok"
    ]
    if len(manifest.frames) != form.frames or bad:
        names = ", ".join(bad[:5]) or f"{len(manifest.frames)} instead of {form.frames} frames"
        raise CaptureError(
            f"The frames are not fit for a film: {names}. Look at the frames folder."
        )


def open_backend() -> CaptureBackend:
    """Return the embedded renderer.

    Raises:
        CaptureUnavailableError: It is not installed.
    """
    from clappper.core.render.backend import MitsubaBackend

    try:
        is_installed = importlib.util.find_spec("mitsuba") is not None
    except ImportError:
        is_installed = False
    if not is_installed:
        raise CaptureUnavailableError(
            'No renderer is installed: pip install "clappper-core[render]", or add --no-render '
            "to stop at the certified scene."
        )
    return MitsubaBackend()
