"""Mouse and keyboard: here the rig's, which injects into omni.ui what Kit's emulation would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import driver

if TYPE_CHECKING:
    from carb.input import KeyboardInput

    from .vec2 import Vec2

#: Names of Kit's keys that are called otherwise on the rig.
_KEYS = {
    "DEL": "DELETE",
    "LEFT_ALT": "ALT",
    "LEFT_CONTROL": "CTRL",
    "LEFT_SHIFT": "SHIFT",
}


async def wait_n_updates(update_count: int = 2) -> None:
    """Wait for app updates."""
    await driver.wait_updates(update_count)


async def human_delay(human_delay_speed: int = 2) -> None:
    """Be as slow as a human, more or less."""
    await driver.wait_updates(human_delay_speed)


async def emulate_mouse_move(input_pos: Vec2, human_delay_speed: int = 2) -> None:
    """Move the mouse."""
    await driver.move_to(*input_pos.to_tuple())
    await human_delay(human_delay_speed)


async def emulate_mouse_move_and_click(
    input_pos: Vec2, right_click: bool = False, double: bool = False, human_delay_speed: int = 2
) -> None:
    """Move the mouse and click."""
    await driver.click_at(
        *input_pos.to_tuple(), button=1 if right_click else 0, count=2 if double else 1
    )
    await human_delay(human_delay_speed)


async def emulate_keyboard_press(
    key: KeyboardInput, modifier: int = 0, human_delay_speed: int = 2
) -> None:
    """Press a key and release it."""
    if modifier:
        raise NotImplementedError("the stand-in knows modifiers in emulate_key_combo only")
    await driver.press(_KEYS.get(key.name, key.name))
    await human_delay(human_delay_speed)


async def emulate_key_combo(combo: str, human_delay_speed: int = 2) -> None:
    """Press keys together, for example ``CTRL+A``."""
    await driver.press(*combo.upper().split("+"))
    await human_delay(human_delay_speed)


async def emulate_char_press(
    chars: str, delay_every_n_symbols: int = 20, human_delay_speed: int = 2
) -> None:
    """Type characters, with a delay after so many."""
    for start in range(0, len(chars), delay_every_n_symbols):
        await driver.type_text(chars[start : start + delay_every_n_symbols])
        await human_delay(human_delay_speed)


async def menu_click(path: str, human_delay_speed: int = 8, show: bool = True) -> None:
    """Click an entry of the menu bar."""
    from omni.kit.menu.utils import standin

    await human_delay(human_delay_speed)
    if path not in standin.paths():
        raise LookupError(f"no menu entry {path}, there are {standin.paths()}")
    standin.click(path)
    await human_delay(human_delay_speed)
