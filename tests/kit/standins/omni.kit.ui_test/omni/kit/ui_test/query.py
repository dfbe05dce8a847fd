"""Queries such as ``Window Title//Frame/**/Button[*].identifier=='send'``, and what they find.

``**`` is any depth, ``[*]`` every one, ``[1]`` the second of its class among its siblings. How Kit
takes a query of one that finds several is not known: here that is an error.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import omni.ui as ui
from carb.input import KeyboardInput

from .emulation import emulate_char_press, emulate_keyboard_press, emulate_mouse_move_and_click
from .vec2 import Vec2

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEP = re.compile(
    r"(?:(?P<deep>\*\*)|(?P<kind>\w+)(?:\[(?P<index>\*|\d+)\])?"
    r"(?:\.(?P<name>\w+)=='(?P<value>[^']*)')?)(?:/|$)"
)


class WidgetRef:
    """A widget that was found, and the mouse and keyboard to use it."""

    def __init__(self, widget: ui.Widget, path: str, window: ui.Window | None = None) -> None:
        self.widget = widget
        self.path = path
        self.window = window

    @property
    def model(self) -> Any:
        return self.widget.model

    @property
    def position(self) -> Vec2:
        return Vec2(self.widget.screen_position_x, self.widget.screen_position_y)

    @property
    def size(self) -> Vec2:
        return Vec2(self.widget.computed_width, self.widget.computed_height)

    @property
    def center(self) -> Vec2:
        return self.position + self.size / 2

    async def click(
        self,
        pos: Vec2 | None = None,
        right_click: bool = False,
        double: bool = False,
        human_delay_speed: int = 2,
    ) -> None:
        """Click a point, or the middle of the widget wherever that is, shown or not."""
        await emulate_mouse_move_and_click(
            pos or self.center, right_click, double, human_delay_speed
        )

    async def double_click(self, pos: Vec2 | None = None, human_delay_speed: int = 2) -> None:
        """Click twice."""
        await self.click(pos, double=True, human_delay_speed=human_delay_speed)

    async def input(
        self,
        text: str,
        end_key: KeyboardInput = KeyboardInput.ENTER,
        human_delay_speed: int = 2,
        clear_before_input: bool = False,
    ) -> None:
        """Double-click, type, and press the end key: in a field of many lines that is a line."""
        if clear_before_input:
            self.model.set_value("")
        await self.double_click(human_delay_speed=human_delay_speed)
        await emulate_char_press(text)
        await emulate_keyboard_press(end_key)

    def find(self, path: str) -> WidgetRef | None:
        return _take_one(self.find_all(path), path)

    def find_first(self, path: str) -> WidgetRef | None:
        return next(iter(self.find_all(path)), None)

    def find_all(self, path: str) -> list[WidgetRef]:
        steps = _read_steps(path)
        found = dict.fromkeys(_follow(self.widget, steps))
        return [WidgetRef(widget, f"{self.path}/{path}", self.window) for widget in found]


class WindowRef(WidgetRef):
    """A window that was found by its title."""

    def __init__(self, window: ui.Window, path: str) -> None:
        super().__init__(window.frame, path, window)


def find(path: str) -> WidgetRef | None:
    """Return the one widget or window that a query finds, or None."""
    return _take_one(find_all(path), path)


def find_first(path: str) -> WidgetRef | None:
    """Return the first widget or window that a query finds, or None."""
    return next(iter(find_all(path)), None)


def find_all(path: str) -> list[WidgetRef]:
    """Return every widget or window that a query finds."""
    title, _, query = path.partition("//")
    windows = [w for w in ui.Workspace.get_windows() if isinstance(w, ui.Window)]
    refs = [WindowRef(window, title) for window in windows if window.title == title]
    if not query:
        return list(refs)
    root, _, rest = query.partition("/")
    if root != "Frame" or not rest:
        raise ValueError(f"{path}: a window's widgets stand below Title//Frame/")
    return [found for ref in refs for found in ref.find_all(rest)]


def _take_one(found: list[WidgetRef], path: str) -> WidgetRef | None:
    if len(found) > 1:
        raise LookupError(f"{path} finds {len(found)}, ask for one")
    return found[0] if found else None


def _read_steps(path: str) -> list[re.Match[str]]:
    steps, position = [], 0
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            raise ValueError(f"{path}: not understood from {path[position:]!r} on")
        steps.append(step)
        position = step.end()
    return steps


def _follow(widget: ui.Widget, steps: list[re.Match[str]]) -> Iterator[ui.Widget]:
    if not steps:
        yield widget
        return
    step, rest = steps[0], steps[1:]
    children = ui.Inspector.get_children(widget)
    if step["deep"]:
        yield from _follow(widget, rest)
        for child in children:
            yield from _follow(child, steps)
        return
    alike = [child for child in children if type(child).__name__ == step["kind"]]
    if step["index"] not in (None, "*"):
        number = int(step["index"])
        alike = alike[number : number + 1]
    for child in alike:
        if step["name"] is None or getattr(child, step["name"], None) == step["value"]:
            yield from _follow(child, rest)
