"""Open Image Denoise, fed with albedo and normals; without it the pictures stay as they are."""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING

import numpy as np

from clappper.core.issue import Issue

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from clappper.core.capture.models import Quality

__all__ = ["Denoiser", "find_denoiser_issue"]

_LOGGER = logging.getLogger(__name__)
_PRESETS = {"draft": "High", "final": "High"}


class Denoiser:
    """Takes the grain out of rendered frames; use it on one thread."""

    def __init__(self, quality: Quality) -> None:
        self._library = _import_library()
        self._preset = getattr(self._library.Quality, _PRESETS[quality]) if self._library else None

    def clean(self, frame: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the clean colours of a frame, or its own where there is no denoiser.

        Args:
            frame: Linear colour, albedo and normal, shape (height, width, 9).

        Returns:
            Linear colour, shape (height, width, 3).
        """
        colour, albedo, normal = (np.ascontiguousarray(frame[..., k : k + 3]) for k in (0, 3, 6))
        if self._library is None:
            return colour
        result = self._library.denoise(
            colour, np.clip(albedo, 0.0, 1.0), normal, hdr=True, quality=self._preset
        )
        return np.array(result, dtype=np.float32)


def find_denoiser_issue() -> Issue | None:
    """Return a warning where frames would stay grainy, else None."""
    if _import_library() is not None:
        return None
    return Issue(
        code="DENOISER_MISSING",
        severity="warning",
        message="The denoiser is not installed, so the pictures will be grainy.",
        hint='Install it with: pip install "clappper-core[render]", or raise --spp.',
    )


def _import_library() -> ModuleType | None:
    try:
        return importlib.import_module("mitsuba_oidn")
    except (ImportError, OSError) as exc:
        _LOGGER.info("No denoiser: %s", exc)
        return None
