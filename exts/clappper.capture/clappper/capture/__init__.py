"""Movie Capture as a capture backend. Kit finds the extension here; the rest is imported late."""

from clappper.capture.extension import ClappperCaptureExtension

__all__ = ["ClappperCaptureExtension"]
