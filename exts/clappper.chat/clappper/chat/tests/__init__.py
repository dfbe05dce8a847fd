"""Tests that run in a full Kit: found by ``omni.kit.test``, imported by nothing else."""

from clappper.chat.tests.test_film import FilmTest
from clappper.chat.tests.test_panel import PanelTest

__all__ = ["FilmTest", "PanelTest"]
