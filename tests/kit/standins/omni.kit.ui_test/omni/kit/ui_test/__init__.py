"""Stand-in for ``omni.kit.ui_test``: queries over the real omni.ui, input injected into it."""

from .emulation import (
    emulate_char_press,
    emulate_key_combo,
    emulate_keyboard_press,
    emulate_mouse_move,
    emulate_mouse_move_and_click,
    human_delay,
    menu_click,
    wait_n_updates,
)
from .query import WidgetRef, WindowRef, find, find_all, find_first
from .vec2 import Vec2

__all__ = [
    "Vec2",
    "WidgetRef",
    "WindowRef",
    "emulate_char_press",
    "emulate_key_combo",
    "emulate_keyboard_press",
    "emulate_mouse_move",
    "emulate_mouse_move_and_click",
    "find",
    "find_all",
    "find_first",
    "human_delay",
    "menu_click",
    "wait_n_updates",
]
