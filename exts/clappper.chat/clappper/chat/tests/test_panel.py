"""The panel's scenarios in a full Kit, with its own omni.usd, commands, windows and menus."""

from __future__ import annotations

import omni.kit.test
import omni.kit.ui_test as ui_test
import omni.ui as ui

from clappper.chat.tests import scenarios
from clappper.chat.tests.ui_test_driver import UiTestDriver
from clappper.chat.window import TITLE

__all__ = ["PanelTest"]


class PanelTest(omni.kit.test.AsyncTestCase):
    """The panel, worked by emulated mouse and keyboard on the stage that is open."""

    async def setUp(self) -> None:
        """Show the panel."""
        self._driver = UiTestDriver()
        await self._driver.prepare()

    async def test_build_undo_redo(self) -> None:
        """See the scenario."""
        await scenarios.build_undo_redo(self._driver)

    async def test_build_beside_what_is_there(self) -> None:
        """See the scenario."""
        await scenarios.build_beside_what_is_there(self._driver)

    async def test_miss_is_told(self) -> None:
        """See the scenario."""
        await scenarios.miss_is_told(self._driver)

    async def test_empty_prompt_is_refused(self) -> None:
        """See the scenario."""
        await scenarios.empty_prompt_is_refused(self._driver)

    async def test_stop_while_building(self) -> None:
        """See the scenario."""
        await scenarios.stop_while_building(self._driver)

    async def test_stage_replaced_while_building(self) -> None:
        """See the scenario."""
        await scenarios.stage_replaced_while_building(self._driver)

    async def test_menu_entry_hides_and_shows_the_window(self) -> None:
        """The entry below Window hides the panel, then shows it with its widgets."""
        for is_visible in (False, True):
            await ui_test.menu_click(f"Window/{TITLE}")
            await self._driver.updates(4)
            assert ui.Workspace.get_window(TITLE).visible == is_visible
        assert self._driver.is_enabled("send")
