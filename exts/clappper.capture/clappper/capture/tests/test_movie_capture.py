"""The adapter in a full Kit, on its own Movie Capture, viewport and renderer."""

from __future__ import annotations

import tempfile
from pathlib import Path

import omni.kit.test

from clappper.capture.tests import scenarios

__all__ = ["MovieCaptureTest"]


class MovieCaptureTest(omni.kit.test.AsyncTestCase):
    """Needs Movie Capture, a viewport and a renderer."""

    async def test_capture_three_frames(self) -> None:
        """See the scenario."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            await scenarios.capture_three_frames(Path(folder) / "frames")

    async def test_cancelled_capture_leaves_the_stage(self) -> None:
        """See the scenario."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            await scenarios.cancelled_capture_leaves_the_stage(Path(folder) / "frames")
