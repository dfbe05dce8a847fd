"""The panel worked from a coroutine on Kit's loop, by input that is injected into omni.ui.

``RigDriver`` is the ``PanelDriver`` of ``clappper.chat.tests``; ``KitRig.run`` draws a UI frame
after each update, so that waiting for updates is waiting for frames.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import omni.kit.app
import omni.ui as ui
from kit_rig import KEYS
from omni.ui import _ui

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kit_rig import KitRig

__all__ = ["RigDriver", "click_at", "move_to", "press", "type_text", "wait_updates"]


async def wait_updates(count: int) -> None:
    """Wait for app updates."""
    for _ in range(count):
        await omni.kit.app.get_app().next_update_async()


async def move_to(x: float, y: float) -> None:
    """Move the mouse to a point of the app window [px] and let omni.ui see it hover."""
    _ui._inject_mouse_move(x, y)
    await wait_updates(2)


async def click_at(x: float, y: float, *, button: int = 0, count: int = 1) -> None:
    """Click a point of the app window [px]; 0 is the left button."""
    await move_to(x, y)
    for _ in range(count):
        _ui._inject_mouse_button(button, True)
        await wait_updates(1)
        _ui._inject_mouse_button(button, False)
        await wait_updates(2)


async def press(*keys: str) -> None:
    """Press keys together and release them."""
    codes = [KEYS[key] for key in keys]
    for code in codes:
        _ui._inject_key_event(code, True)
        await wait_updates(1)
    for code in reversed(codes):
        _ui._inject_key_event(code, False)
    await wait_updates(2)


async def type_text(text: str) -> None:
    """Type into the field that has the focus."""
    _ui._inject_text_input(text)
    await wait_updates(2)


class RigDriver:
    """Works the widgets of one window; what they are it does not care."""

    def __init__(self, rig: KitRig, window: str) -> None:
        self._rig = rig
        self._window = window

    async def fill(self, identifier: str, text: str) -> None:
        """Replace what a field holds by typing."""
        await self.click(identifier)
        await press("CTRL", "A")
        await press("BACKSPACE")
        if text:
            await type_text(text)

    async def click(self, identifier: str) -> None:
        """Click the middle of a widget that is shown."""
        widget = self._find(identifier)
        width, height = widget.computed_width, widget.computed_height
        assert widget.visible, f"{identifier} is not shown"
        assert min(width, height) > 0, f"{identifier} is not shown"
        await click_at(widget.screen_position_x + width / 2, widget.screen_position_y + height / 2)

    def text(self, identifier: str) -> str:
        """Return what a widget shows."""
        widget = self._find(identifier)
        if isinstance(widget, ui.AbstractField):
            return widget.model.get_value_as_string()
        return "\n".join(part.text for part in _walk(widget) if isinstance(part, ui.Label))

    def is_enabled(self, identifier: str) -> bool:
        """Whether a widget can be used."""
        return bool(self._find(identifier).enabled)

    async def wait_until(self, condition: Callable[[], object], seconds: float, what: str) -> None:
        """Let the app run until the condition is true.

        Raises:
            TimeoutError: It was not true in time.
        """
        deadline_s = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline_s:
                raise TimeoutError(f"not after {seconds:.0f} s: {what}")
            await wait_updates(1)

    async def updates(self, count: int) -> None:
        """Let the app run for so many updates."""
        await wait_updates(count)

    def _find(self, identifier: str) -> Any:
        return self._rig.find(identifier, window=self._window)


def _walk(widget: Any) -> Iterator[Any]:
    """Yield a widget and all below it."""
    yield widget
    for child in ui.Inspector.get_children(widget):
        yield from _walk(child)
