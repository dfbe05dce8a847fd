"""Works the panel inside Kit, through ``omni.kit.ui_test``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import omni.kit.ui_test as ui_test
import omni.ui as ui
from carb.input import KeyboardInput

from clappper.chat.window import TITLE
from clappper.kit.compat import next_update

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["UiTestDriver"]

#: Widget class by identifier: a query has to name it.
_KINDS = {
    "history": "ScrollingFrame",
    "verdict": "Frame",
    "status": "Label",
    "prompt": "StringField",
    "send": "Button",
    "stop": "Button",
    "frames": "IntField",
    "fps": "IntField",
    "width": "IntField",
    "height": "IntField",
    "capture": "Button",
}
_LABELS = "**/Label[*]"
_WIDTH, _HEIGHT = 460, 800
_DRAW_UPDATES = 4


class UiTestDriver:
    """A ``PanelDriver`` whose hands are emulated mouse and keyboard."""

    async def prepare(self) -> None:
        """Show the window alone and whole, so that what is clicked is not covered or cut off."""
        ui.Workspace.show_window(TITLE, True)
        await self.updates(_DRAW_UPDATES)
        window = ui.Workspace.get_window(TITLE)
        assert window is not None, f"there is no window {TITLE}"
        if window.docked:
            window.undock()
            await self.updates(_DRAW_UPDATES)
        window.position_x = window.position_y = 0
        window.width = _WIDTH
        window.height = min(_HEIGHT, ui.Workspace.get_main_window_height())
        window.focus()
        await self.updates(_DRAW_UPDATES)

    async def fill(self, identifier: str, text: str) -> None:
        """Replace what a field holds by typing."""
        await self._find(identifier).click()
        await ui_test.emulate_key_combo("CTRL+A")
        await ui_test.emulate_keyboard_press(KeyboardInput.BACKSPACE)
        if text:
            await ui_test.emulate_char_press(text)
        await self.updates(_DRAW_UPDATES)

    async def click(self, identifier: str) -> None:
        """Click the middle of a widget."""
        await self._find(identifier).click()

    def text(self, identifier: str) -> str:
        """Return what a widget shows."""
        found = self._find(identifier)
        kind = _KINDS[identifier]
        if kind == "Label":
            return str(found.widget.text)
        if kind.endswith("Field"):
            return str(found.widget.model.get_value_as_string())
        return "\n".join(label.widget.text for label in found.find_all(_LABELS))

    def is_enabled(self, identifier: str) -> bool:
        """Whether a widget can be used."""
        return bool(self._find(identifier).widget.enabled)

    async def wait_until(self, condition: Callable[[], object], seconds: float, what: str) -> None:
        """Let the app run until the condition is true.

        Raises:
            TimeoutError: It was not true in time.
        """
        deadline_s = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline_s:
                raise TimeoutError(f"not after {seconds:.0f} s: {what}")
            await next_update()

    async def updates(self, count: int) -> None:
        """Let the app run for so many updates."""
        await ui_test.wait_n_updates(count)

    def _find(self, identifier: str) -> Any:
        query = f"{TITLE}//Frame/**/{_KINDS[identifier]}[*].identifier=='{identifier}'"
        found = ui_test.find(query)
        assert found is not None, f"there is no {query}"
        return found
