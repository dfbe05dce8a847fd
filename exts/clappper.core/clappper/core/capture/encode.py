"""MP4 from frames, by the ffmpeg of imageio-ffmpeg; nothing else in the core starts it.

The film is H.264, yuv420p, BT.709, with its index first (faststart), and holds no time, version or
path. The pictures go through ffmpeg's standard input, so no file name is ever read as a pattern.
"""

from __future__ import annotations

import contextlib
import importlib
import shutil
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING, Any

from clappper.core.capture.movie import MovieInfo, read_movie
from clappper.core.errors import CaptureError, CaptureUnavailableError, EncodeError
from clappper.core.files import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["encode_movie", "find_ffmpeg", "probe_movie", "write_poster"]

#: Constant rate factor of x264: 18 is hard to tell from the frames.
CRF = 18
#: Lines of ffmpeg's last words that an error carries.
TAIL_LINES = 12
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: How soon a stop is heard [s].
_POLL_S = 0.02
#: Unregistered user data, where x264 writes its version and options.
_SEI = 6
_FILTERS = (
    "crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0",
    "scale=out_color_matrix=bt709:out_range=tv",
    "format=yuv420p",
    "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709",
)


def find_ffmpeg() -> str:
    """Return the path of the ffmpeg binary.

    Raises:
        CaptureUnavailableError: imageio-ffmpeg or its binary is missing.
    """
    try:
        return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
    except (ImportError, RuntimeError) as exc:
        raise CaptureUnavailableError(
            "No film can be encoded because imageio-ffmpeg is not installed. "
            "Install it with: pip install imageio-ffmpeg."
        ) from exc


def encode_movie(
    frames: Sequence[Path],
    movie_path: Path,
    *,
    fps: int,
    on_progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Encode PNG frames, in the order given, into an MP4 that is there whole or not at all.

    Blocks; call it on a worker thread where a loop must go on. An odd last row or column is cut
    off, because H.264 wants even sizes. However it ends, ffmpeg has ended and no half film is
    left.

    Args:
        frames: PNG files of one size, at least one.
        movie_path: File to write.
        fps: Frames per second.
        on_progress: Called with (done, total) on the calling thread.
        stop: Set it from another thread to end early, with a CaptureError.

    Raises:
        CaptureUnavailableError: There is no ffmpeg.
        CaptureError: A frame is missing or no PNG, or ``stop`` was set.
        EncodeError: ffmpeg failed.
        OutputError: The film cannot be written.
    """
    if not frames:
        raise CaptureError("There are no frames to encode. Render some first.")
    encoding = _Encoding(list(frames), stop or threading.Event())
    ffmpeg = find_ffmpeg()
    with replacing(movie_path) as temporary:
        encoding.run(_make_arguments(ffmpeg, temporary, fps), on_progress, name=movie_path.name)


def probe_movie(path: Path) -> MovieInfo:
    """Read what a film is from its boxes, and count its frames by decoding every one of them.

    Raises:
        CaptureError: The file is no MP4 with a video track.
        CaptureUnavailableError: There is no ffmpeg.
        EncodeError: It cannot be decoded.
    """
    info = read_movie(path)
    process = subprocess.run(
        [
            *(
                find_ffmpeg(),
                "-hide_banner",
                "-nostdin",
                "-nostats",
                "-loglevel",
                "error",
                "-xerror",
            ),
            *("-i", f"file:{path}", "-map", "0:v:0", "-progress", "pipe:1", "-f", "null", "-"),
        ],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        **_hidden(),
    )
    if process.returncode:
        raise _make_error(path.name, process.returncode, process.stderr)
    counts = [
        int(line[6:]) for line in process.stdout.decode().splitlines() if line.startswith("frame=")
    ]
    return info.model_copy(update={"frame_count": counts[-1] if counts else 0})


def write_poster(frame_path: Path, poster_path: Path) -> None:
    """Copy a frame as the film's poster, whole or not at all.

    Raises:
        CaptureError: The frame is missing.
        OutputError: The poster cannot be written.
    """
    if not frame_path.is_file():
        raise CaptureError(f"The poster's frame {frame_path} is missing. Render the frames again.")
    with replacing(poster_path) as temporary:
        shutil.copyfile(frame_path, temporary)


class _Encoding:
    """One run of ffmpeg: the caller's thread waits and reports, three others serve its pipes."""

    def __init__(self, frames: list[Path], stop: threading.Event) -> None:
        self._frames = frames
        self._stop = stop
        self._done = 0
        self._stderr = b""
        self._frame_error: CaptureError | None = None

    def run(
        self, arguments: list[str], on_progress: Callable[[int, int], None] | None, *, name: str
    ) -> None:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **_hidden(),
        )
        threads = [
            threading.Thread(target=serve, args=(pipe,), daemon=True)
            for serve, pipe in (
                (self._feed, process.stdin),
                (self._watch, process.stdout),
                (self._listen, process.stderr),
            )
        ]
        try:
            for thread in threads:
                thread.start()
            self._wait(process, on_progress)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
            for thread in threads:
                thread.join()
        if self._frame_error is not None:
            raise self._frame_error
        if process.returncode and self._stop.is_set():
            raise CaptureError("Encoding was stopped before the film was complete.")
        if process.returncode:
            raise _make_error(name, process.returncode, self._stderr)
        if on_progress is not None:
            on_progress(len(self._frames), len(self._frames))

    def _wait(
        self, process: subprocess.Popen[bytes], on_progress: Callable[[int, int], None] | None
    ) -> None:
        reported = 0
        while process.poll() is None and self._frame_error is None and not self._stop.wait(_POLL_S):
            done = min(self._done, len(self._frames) - 1)
            if on_progress is not None and done > reported:
                on_progress(done, len(self._frames))
                reported = done

    def _feed(self, pipe: IO[bytes]) -> None:
        # ffmpeg that ends early closes its end; its exit code then says why
        with contextlib.suppress(OSError), pipe:
            for path in self._frames:
                data = self._read(path)
                if data is None or self._stop.is_set():
                    return
                pipe.write(data)

    def _watch(self, pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                key, _, value = line.decode("ascii", "replace").strip().partition("=")
                if key == "frame" and value.isdigit():
                    self._done = int(value)

    def _listen(self, pipe: IO[bytes]) -> None:
        with pipe:
            self._stderr = pipe.read()

    def _read(self, path: Path) -> bytes | None:
        try:
            data = path.read_bytes()
        except OSError as exc:
            self._frame_error = CaptureError(
                f"Frame {path} cannot be read ({exc.strerror}). Render it again."
            )
            return None
        if data.startswith(_PNG_SIGNATURE):
            return data
        self._frame_error = CaptureError(f"Frame {path} is no PNG. Render it again.")
        return None


def _make_arguments(ffmpeg: str, movie_path: Path, fps: int) -> list[str]:
    return [
        *(ffmpeg, "-hide_banner", "-nostats", "-loglevel", "error", "-xerror", "-y"),
        *("-f", "image2pipe", "-framerate", str(fps), "-c:v", "png", "-i", "pipe:0"),
        *("-vf", ",".join(_FILTERS)),
        *("-c:v", "libx264", "-preset", "medium", "-crf", str(CRF)),
        *("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"),
        *("-bsf:v", f"filter_units=remove_types={_SEI}"),
        *("-movflags", "+faststart", "-progress", "pipe:1", "-stats_period", "0.25"),
        *("-f", "mp4", f"file:{movie_path}"),
    ]


def _hidden() -> dict[str, Any]:
    """Keep a console window from flashing up on Windows."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW}
    return {}


def _make_error(name: str, returncode: int, stderr: bytes) -> EncodeError:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    last = lines[-1] if lines else "it said nothing"
    return EncodeError(
        f"ffmpeg failed on {name}: {last}",
        returncode=returncode,
        stderr_tail="\n".join(lines[-TAIL_LINES:]),
    )
