"""Filming from the panel in a full Kit, by Movie Capture."""

from __future__ import annotations

import omni.kit.test

from clappper.chat.tests import scenarios
from clappper.chat.tests.ui_test_driver import UiTestDriver

__all__ = ["FilmTest"]


class FilmTest(omni.kit.test.AsyncTestCase):
    """Needs ``clappper.capture``, a viewport and a renderer."""

    async def setUp(self) -> None:
        """Show the panel."""
        self._driver = UiTestDriver()
        await self._driver.prepare()

    async def test_film_three_frames(self) -> None:
        """See the scenario."""
        await scenarios.film_three_frames(self._driver)
