"""The seam between a stage and its frames.

Movie Capture stands behind it inside Kit, the embedded renderer outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.capture.models import CaptureRequest, FrameManifest
    from clappper.core.issue import Issue

__all__ = ["CaptureBackend"]


class CaptureBackend(Protocol):
    """Turns a stage and a camera into verified PNG frames. One capture at a time."""

    async def preflight(self, request: CaptureRequest) -> list[Issue]:
        """Return what would keep this request from working, without rendering; empty when ready."""
        ...

    async def capture(
        self, request: CaptureRequest, on_progress: Callable[[int, int], None]
    ) -> FrameManifest:
        """Render the frames.

        ``on_progress(done, total)`` is called on the caller's loop after each frame.

        Raises:
            CaptureUnavailableError: The renderer cannot run here.
            CaptureError: A frame failed, or the folder cannot be written.
        """
        ...

    async def cancel(self) -> None:
        """Stop the running capture; frames already written stay, no partial file does."""
        ...
