"""Stand-in for ``omni.kit.capture.viewport``: its names, defaults, statuses, files and traps."""

from .capture_options import (
    CaptureDebugMaterialType,
    CaptureMovieType,
    CaptureOptions,
    CaptureRangeType,
    CaptureRenderPreset,
)
from .capture_progress import CaptureStatus
from .extension import CaptureExtension

__all__ = [
    "CaptureDebugMaterialType",
    "CaptureExtension",
    "CaptureMovieType",
    "CaptureOptions",
    "CaptureRangeType",
    "CaptureRenderPreset",
    "CaptureStatus",
]
