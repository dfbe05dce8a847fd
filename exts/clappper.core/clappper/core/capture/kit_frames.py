"""Movie Capture's frames without Kit: what to ask for, which files are whole, which frame is which.

Movie Capture writes ``<folder>/<name>_frames/<name>.0001.png`` late and says neither how many files
came nor whether it succeeded, so the files decide. Every capture gets a folder of its own inside
the one asked for: stale frames cannot mix in, and the way out is a rename.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import math
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from clappper.core.capture.models import CaptureRequest

__all__ = [
    "FILE_NAME",
    "CaptureSpan",
    "WrittenFrame",
    "choose_frames",
    "compute_frame_target",
    "compute_private_folder",
    "compute_span",
    "find_folder_problem",
    "find_settled",
    "find_written",
    "make_private_folder",
    "place_frames",
    "remove_private_folder",
]

_LOGGER = logging.getLogger(__name__)

#: Name that Movie Capture is told to give its files.
FILE_NAME = "frame"

_NUMBERED = re.compile(rf"{FILE_NAME}\.(-?\d+)\.png")
_PNG_END = b"IEND\xaeB`\x82"
#: A file that somebody still holds open is tried again this often.
_ATTEMPTS = 20
_PAUSE_S = 0.1


@dataclass(frozen=True)
class CaptureSpan:
    """What Movie Capture is asked for so that frame N lies at N / fps seconds."""

    first_number: int  #: number of its first file
    count: int  #: frames wanted
    step_fps: float  #: rate its counters run at; always the stage's, so that it changes no rate
    is_stepped: bool  #: whether the caller moves the time from frame to frame
    start_s: float
    end_s: float  #: later than the last frame: whether it belongs to the range differs by version


@dataclass(frozen=True)
class WrittenFrame:
    """A file as it was seen at one moment."""

    path: Path
    size_bytes: int
    is_whole: bool


def compute_span(request: CaptureRequest, time_codes_per_second: float) -> CaptureSpan:
    """Say how Movie Capture gets the frames of a request out of a stage.

    At the stage's own rate it counts frames itself. At any other rate it would change the
    timeline's rate, and which time code is drawn then is not documented: the caller steps instead.

    Args:
        request: Frame N lies at N / fps seconds.
        time_codes_per_second: Of the stage.
    """
    count, fps = request.frame_count, float(request.fps)
    start_s = request.first_frame / fps
    if math.isclose(fps, time_codes_per_second, rel_tol=1e-9):
        # One frame more than wanted: end_frame is the last frame or the one behind it.
        return CaptureSpan(
            request.first_frame, count, fps, False, start_s, (request.last_frame + 1) / fps
        )
    return CaptureSpan(
        first_number=int(start_s * time_codes_per_second),
        count=count,
        step_fps=time_codes_per_second,
        is_stepped=True,
        start_s=start_s,
        end_s=start_s + (count + 1) / min(fps, time_codes_per_second),
    )


def find_written(folder: Path) -> dict[int, WrittenFrame]:
    """Return the files that are there, whole or not, by Movie Capture's number."""
    found = {}
    for path in folder.rglob(f"{FILE_NAME}.*.png"):
        match = _NUMBERED.fullmatch(path.name)
        # A file that is being made anew may be gone by now.
        with contextlib.suppress(OSError):
            if match:
                found[int(match[1])] = _look_at(path)
    return dict(sorted(found.items()))


def _look_at(path: Path) -> WrittenFrame:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - len(_PNG_END)))
        return WrittenFrame(path, size, file.read() == _PNG_END)


def find_settled(
    before: Mapping[int, WrittenFrame], now: Mapping[int, WrittenFrame]
) -> dict[int, WrittenFrame]:
    """Return the files that are whole and have not grown since an earlier look."""
    return {
        number: frame
        for number, frame in now.items()
        if frame.is_whole and before.get(number) == frame
    }


def choose_frames(settled: Mapping[int, WrittenFrame], span: CaptureSpan) -> dict[int, Path]:
    """Return the wanted files by their place in the request, 0 for its first frame.

    Files beyond the last wanted frame are left out. Where the caller stepped the time, only the
    order is sure: a run that is complete but for a first number that is off by one counts.
    """
    first = span.first_number
    numbers = list(settled)
    is_shifted = numbers == list(range(first - 1, first - 1 + span.count)) or numbers == list(
        range(first + 1, first + 1 + span.count)
    )
    if span.is_stepped and is_shifted:
        first = numbers[0]
    return {
        place: settled[first + place].path
        for place in range(span.count)
        if first + place in settled
    }


def compute_frame_target(request: CaptureRequest, place: int) -> Path:
    """Return where the frame at a place of the request belongs."""
    from clappper.core.capture.frames import compute_frame_path

    return compute_frame_path(request.output_folder, request.first_frame + place)


def place_frames(chosen: Mapping[int, Path], request: CaptureRequest) -> None:
    """Move chosen files to their names; an older file of a frame that is not there goes.

    Raises:
        OutputError: The folder cannot be written.
    """
    try:
        request.output_folder.mkdir(parents=True, exist_ok=True)
        for place in range(request.frame_count):
            target = compute_frame_target(request, place)
            if place in chosen:
                _insist(functools.partial(chosen[place].replace, target))
            else:
                _insist(functools.partial(target.unlink, missing_ok=True))
    except OSError as exc:
        raise OutputError(
            f"Frames cannot be moved to {request.output_folder}: {exc.strerror or exc}. "
            "Choose another output folder."
        ) from exc


def compute_private_folder(request: CaptureRequest) -> Path:
    """Return a new name inside the output folder: on the same drive and writable with it."""
    return request.output_folder.absolute() / f".capture-{secrets.token_hex(4)}"


def make_private_folder(private: Path) -> None:
    """Make the folder that Movie Capture writes to.

    Raises:
        OutputError: It cannot be made.
    """
    try:
        private.mkdir(parents=True)
    except OSError as exc:
        raise OutputError(
            f"Frames cannot be written to {private.parent}: {exc.strerror or exc}. "
            "Choose another output folder."
        ) from exc


def remove_private_folder(private: Path) -> None:
    """Remove a private folder and what is left in it; what cannot go is logged."""
    try:
        _insist(functools.partial(shutil.rmtree, private))
    except FileNotFoundError:
        return
    except OSError as exc:
        _LOGGER.warning("%s cannot be removed (%s).", private, exc.strerror or exc)


def find_folder_problem(folder: Path) -> str:
    """Return why frames cannot be written to a folder, or an empty text.

    Permissions say little on Windows and on mounts: a folder is made and removed again.
    """
    folder = folder.absolute()
    existing = next((path for path in (folder, *folder.parents) if path.exists()), None)
    if existing is None:
        return f"the drive of {folder} does not exist"
    if not existing.is_dir():
        return f"{existing} is a file"
    trial = existing / f".clappper-{secrets.token_hex(4)}"
    try:
        trial.mkdir()
        trial.rmdir()
    except OSError as exc:
        return f"{existing} may not be written ({exc.strerror or exc})"
    return ""


def _insist(action: Callable[[], object]) -> None:
    """Try again while something else holds a file open: on Windows a renderer or a scanner may."""
    for _ in range(_ATTEMPTS - 1):
        with contextlib.suppress(PermissionError):
            action()
            return
        time.sleep(_PAUSE_S)
    action()
