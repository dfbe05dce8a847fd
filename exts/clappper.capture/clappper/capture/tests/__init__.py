"""Tests that run in a full Kit: found by ``omni.kit.test``, imported by nothing else."""

from clappper.capture.tests.test_movie_capture import MovieCaptureTest

__all__ = ["MovieCaptureTest"]
