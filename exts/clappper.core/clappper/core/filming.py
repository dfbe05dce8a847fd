"""From a certified stage to a film: render every frame, check each of them, encode, verify."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core import events
from clappper.core.errors import CaptureError, CaptureUnavailableError
from clappper.core.interrupt import run_loop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from clappper.core.capture.backend import CaptureBackend
    from clappper.core.capture.models import CaptureRequest, FrameManifest
    from clappper.core.run_folder import RunFolder

__all__ = ["Format", "check_manifest", "film", "film_request", "open_backend"]


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
    out: RunFolder | None = None,
) -> Path:
    """Film a run folder's scene; ``film_request`` on a loop of its own.

    Args:
        backend: Renders.
        folder: The run.
        camera_path: Prim path of the camera.
        form: Film format.
        spp: Samples per pixel, or null for the renderer's choice.
        on_event: Called on this thread with each event.
        out: Where frames, film and poster go, or null for the run itself.

    Raises:
        CaptureUnavailableError: The renderer cannot run here.
        CaptureError: Frames are missing or show nothing, or the film is not as it should be.
        EncodeError: ffmpeg failed.
    """
    from clappper.core.capture.models import CaptureRequest

    out = out or folder
    request = CaptureRequest(
        stage_path=folder.scene,
        camera_path=camera_path,
        first_frame=1,
        last_frame=form.frames,
        fps=form.fps,
        width=form.width,
        height=form.height,
        spp=spp,
        output_folder=out.frames,
    )
    run_loop(
        film_request(
            backend,
            request,
            movie_path=out.movie,
            poster_path=out.poster,
            on_event=on_event,
        )
    )
    return out.movie


async def film_request(
    backend: CaptureBackend,
    request: CaptureRequest,
    *,
    movie_path: Path,
    poster_path: Path,
    on_event: Callable[[events.Event], None],
) -> None:
    """Capture all frames, check each of them, and encode the film and a poster.

    Files are written on worker threads; a cancelled task ends ffmpeg before it ends itself.

    Args:
        backend: Makes the frames.
        request: Which.
        movie_path: File of the film; there whole or not at all.
        poster_path: File of the poster.
        on_event: Called on the caller's loop.

    Raises:
        CaptureUnavailableError: The renderer cannot run here.
        CaptureError: Frames are missing or show nothing, or the film is not as it should be.
        EncodeError: ffmpeg failed.
    """
    start = time.perf_counter()

    def on_frame(done: int, total: int) -> None:
        eta = (time.perf_counter() - start) / done * (total - done) if done else None
        on_event(events.Capturing(done, total, eta))

    manifest = await _capture(backend, request, on_frame)
    check_manifest(manifest, request.frame_count)
    await _encode(manifest, movie_path, poster_path, on_event)
    on_event(events.Filmed(movie_path))


async def _encode(
    manifest: FrameManifest,
    movie_path: Path,
    poster_path: Path,
    on_event: Callable[[events.Event], None],
) -> None:
    from clappper.core.capture.encode import encode_movie, probe_movie, write_poster

    loop, stop = asyncio.get_running_loop(), threading.Event()

    def report(done: int, total: int) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(on_event, events.Encoding(done, total))

    def work() -> None:
        paths = [frame.path for frame in manifest.frames]
        encode_movie(paths, movie_path, fps=manifest.fps, on_progress=report, stop=stop)
        count = probe_movie(movie_path).frame_count
        if count != len(paths):
            raise CaptureError(
                f"{movie_path.name} holds {count} frames instead of {len(paths)}: run again."
            )
        write_poster(paths[len(paths) // 2], poster_path)

    encoding = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(encoding)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait([encoding])
        encoding.exception()
        raise
    await asyncio.sleep(0)  # let the last report through before the caller goes on


async def _capture(
    backend: CaptureBackend, request: CaptureRequest, on_frame: Callable[[int, int], None]
) -> FrameManifest:
    problems = [i for i in await backend.preflight(request) if i.severity == "error"]
    if problems:
        raise CaptureUnavailableError(" ".join(f"{i.message} {i.hint}".strip() for i in problems))
    return await backend.capture(request, on_frame)


def check_manifest(manifest: FrameManifest, frame_count: int) -> None:
    """Refuse frames that are missing, black or empty.

    Raises:
        CaptureError: With the numbers of the bad frames.
    """
    bad = [
        f"{frame.number} ({frame.verdict})" for frame in manifest.frames if frame.verdict != "ok"
    ]
    if len(manifest.frames) != frame_count or bad:
        names = ", ".join(bad[:5]) or f"{len(manifest.frames)} instead of {frame_count} frames"
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
