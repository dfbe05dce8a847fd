"""Frame files: their names, and what they really show, measured on the decoded pictures.

Verdicts:

- ``missing``: no file, or one that is no whole picture of the size asked for.
- ``black``: mean luma below 0.01 and hardly a brighter spot (deviation below 0.01).
- ``flat``: deviation of luma below 0.004, which is one 8-bit step: nothing can be made out.
- ``ok``: anything else.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import re
from typing import TYPE_CHECKING

import numpy as np

from clappper.core.capture.models import FrameEntry, FrameManifest
from clappper.core.errors import CaptureUnavailableError

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from clappper.core.capture.models import CaptureRequest, Verdict

__all__ = ["build_manifest", "compute_frame_path", "find_frames", "measure_frame"]

#: Darker than this on average may be black [0 to 1].
BLACK_MEAN = 0.01
#: A dark picture with less variation than this is black [0 to 1].
BLACK_DEVIATION = 0.01
#: Any picture with less variation than this is flat [0 to 1].
FLAT_DEVIATION = 0.004

_PNG_END = b"IEND\xaeB`\x82"
_NAME = re.compile(r"frame\.(-?\d{4,})\.png")
_LUMA = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)


def compute_frame_path(folder: Path, number: int) -> Path:
    """Return where a frame lies: ``frame.0001.png`` for 1, more digits for longer numbers."""
    return folder / f"frame.{number:04d}.png"


def find_frames(folder: Path) -> dict[int, Path]:
    """Return the frame files of a folder by number, in order."""
    matches = ((_NAME.fullmatch(path.name), path) for path in folder.glob("frame.*.png"))
    return dict(sorted((int(match[1]), path) for match, path in matches if match))


def build_manifest(request: CaptureRequest) -> FrameManifest:
    """Measure every frame that a request asked for on the files that are there.

    Raises:
        CaptureUnavailableError: Pillow is not installed.
    """
    numbers = range(request.first_frame, request.last_frame + 1)
    return FrameManifest(
        width=request.width,
        height=request.height,
        fps=request.fps,
        frames=tuple(
            measure_frame(
                compute_frame_path(request.output_folder, number),
                number=number,
                width=request.width,
                height=request.height,
            )
            for number in numbers
        ),
    )


def measure_frame(path: Path, *, number: int, width: int, height: int) -> FrameEntry:
    """Decode one frame and say what it shows.

    Args:
        path: The file; it need not exist.
        number: Frame number it stands for.
        width: Expected width [pixels].
        height: Expected height [pixels].

    Returns:
        Its measures; zeros and an empty hash where it is missing.

    Raises:
        CaptureUnavailableError: Pillow is not installed.
    """
    data = _read(path)
    luma = _decode_luma(data)
    if luma is None or luma.shape != (height, width):
        return FrameEntry(
            number=number,
            path=path,
            sha256="",
            luma_mean=0.0,
            luma_deviation=0.0,
            verdict="missing",
        )
    mean, deviation = float(luma.mean(dtype=np.float64)), float(luma.std(dtype=np.float64))
    return FrameEntry(
        number=number,
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        luma_mean=round(mean, 6),
        luma_deviation=round(deviation, 6),
        verdict=_judge(mean, deviation),
    )


def _judge(mean: float, deviation: float) -> Verdict:
    if mean < BLACK_MEAN and deviation < BLACK_DEVIATION:
        return "black"
    return "flat" if deviation < FLAT_DEVIATION else "ok"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _decode_luma(data: bytes) -> np.ndarray | None:
    """Return luma 0 to 1, shape (height, width), or None where there is no whole picture."""
    image_module = _import_pillow()
    if not data.endswith(_PNG_END):
        return None
    try:
        with image_module.open(io.BytesIO(data), formats=["PNG"]) as image:
            pixels = np.asarray(image.convert("RGB"), dtype=np.float32)
    except (OSError, SyntaxError, ValueError, image_module.DecompressionBombError):
        return None
    return pixels @ (_LUMA / np.float32(255.0))


def _import_pillow() -> ModuleType:
    try:
        return importlib.import_module("PIL.Image")
    except ImportError as exc:
        raise CaptureUnavailableError(
            "Frames cannot be checked because Pillow is not installed. "
            "Install it with: pip install pillow."
        ) from exc
