"""What a user does at the panel and what must come of it: the same in a full Kit and on the rig.

Each scenario opens its own stage, works the panel through a driver, asserts on the stage that is
open, and leaves the panel idle.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import omni.kit.undo
import omni.usd

from clappper.chat.tests.stages import (
    count_items,
    open_empty_stage,
    open_full_stage,
    replace_stage,
)
from clappper.core.capture.encode import probe_movie
from clappper.core.capture.registry import find_backend
from clappper.kit.stage_text import StageText

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pxr import Usd

    from clappper.chat.tests.driver import PanelDriver

__all__ = [
    "PANEL_SCENARIOS",
    "build_beside_what_is_there",
    "build_undo_redo",
    "empty_prompt_is_refused",
    "film_three_frames",
    "miss_is_told",
    "stage_replaced_while_building",
    "stop_while_building",
]

_PROMPT, _ITEMS = "A warehouse with 2 forklifts and 4 pallets.", 6
#: Takes a hundred updates with slices of a step each, so that a click comes in between.
_LONG_PROMPT = "A warehouse with 60 pallets."
_BUILD_TIMEOUT_S = 180.0
#: The first capture of a session compiles shaders.
_FILM_TIMEOUT_S = 1200.0
_FILM = {"frames": 3, "fps": 30, "width": 160, "height": 90}
_SETTLE_UPDATES = 4


async def build_undo_redo(driver: PanelDriver) -> None:
    """A prompt becomes a certified scene in one undo entry; undo and redo are exact."""
    stage = await open_empty_stage(driver)

    await _check_build(driver, stage)


async def build_beside_what_is_there(driver: PanelDriver) -> None:
    """The same on a stage in other units that has content, in a sublayer; nothing of it changes."""
    stage, layer = await open_full_stage(driver)
    selection = omni.usd.get_context().get_selection()
    selection.set_selected_prim_paths(["/World/Crate"], True)
    await driver.updates(_SETTLE_UPDATES)

    await _check_build(driver, stage)

    assert stage.GetEditTarget().GetLayer() == layer
    assert list(selection.get_selected_prim_paths()) == ["/World/Crate"]


async def miss_is_told(driver: PanelDriver) -> None:
    """What the catalog lacks is told in a sentence of its own, the rest is built."""
    stage = await open_empty_stage(driver)

    lines = await _send(driver, "A warehouse with 2 forklifts and a unicorn.")

    assert any(line.startswith("Found 2 forklifts") for line in lines), lines
    misses = [line for line in lines if line.startswith("Not in the catalog:")]
    assert len(misses) == 1, lines
    assert "unicorn" in misses[0], lines
    assert count_items(stage) == 2
    await _undo(driver)


async def empty_prompt_is_refused(driver: PanelDriver) -> None:
    """Nothing is sent without a prompt, and the panel says what to do."""
    stage = await open_empty_stage(driver)
    before = StageText.read(stage)
    await driver.fill("prompt", "")

    lines = await _collect_lines(driver, lambda: driver.click("send"))

    assert len(lines) == 1, lines
    assert lines[0].startswith("Say what the scene should show"), lines
    assert not driver.is_enabled("stop")
    _check_same(before, stage)


async def stop_while_building(driver: PanelDriver) -> None:
    """Stop in the middle of building leaves the stage as it was and the panel ready."""
    stage = await open_empty_stage(driver)
    entries = len(omni.kit.undo.get_undo_stack())
    before = await _start_building(driver, stage)
    assert not driver.is_enabled("send")

    await driver.click("stop")
    await _wait_until_idle(driver, _BUILD_TIMEOUT_S)

    assert driver.text("status") == "Stopped. The stage is as it was."
    assert driver.is_enabled("send")
    assert len(omni.kit.undo.get_undo_stack()) == entries
    _check_same(before, stage)


async def stage_replaced_while_building(driver: PanelDriver) -> None:
    """A new stage in the middle of building stays empty, and the panel says why."""
    await _start_building(driver, await open_empty_stage(driver))

    async def replace() -> None:
        await replace_stage()
        await _wait_until_idle(driver, _BUILD_TIMEOUT_S)

    lines = await _collect_lines(driver, replace)

    assert driver.text("status") == "Nothing was built."
    assert lines[-1].startswith("The stage was closed or replaced meanwhile"), lines
    assert count_items(omni.usd.get_context().get_stage()) == 0


async def film_three_frames(driver: PanelDriver) -> None:
    """Capture makes a film of exactly the frames and the size asked for, and changes no layer."""
    assert find_backend() is not None, "nobody offers to capture: enable clappper.capture"
    stage = await open_empty_stage(driver)
    await _send(driver, _PROMPT)
    built = StageText.read(stage)
    for identifier, value in _FILM.items():
        await driver.fill(identifier, str(value))

    async def capture() -> None:
        await driver.click("capture")
        await _wait_until_idle(driver, _FILM_TIMEOUT_S)

    lines = await _collect_lines(driver, capture)

    assert driver.text("status") == "Film of 3 frames written.", lines
    path = Path(lines[-1].removeprefix("Film of 3 frames: "))
    movie = await asyncio.to_thread(probe_movie, path)
    assert (movie.frame_count, movie.width, movie.height) == (3, 160, 90)
    assert len(list((path.parent / "frames").glob("*.png"))) == 3
    # Kit writes its own cameras to the session layer when they are looked through.
    _check_same(built.with_layer(stage.GetSessionLayer()), stage)
    await _undo(driver)


#: Those that need nothing but the panel, by name.
PANEL_SCENARIOS: dict[str, Callable[[PanelDriver], Awaitable[None]]] = {
    scenario.__name__: scenario
    for scenario in (
        build_undo_redo,
        build_beside_what_is_there,
        miss_is_told,
        empty_prompt_is_refused,
        stop_while_building,
        stage_replaced_while_building,
    )
}


async def _check_build(driver: PanelDriver, stage: Usd.Stage) -> None:
    before = StageText.read(stage)
    entries = len(omni.kit.undo.get_undo_stack())

    lines = await _send(driver, _PROMPT)

    assert any(line.startswith("Found 2 forklifts") for line in lines), lines
    assert driver.text("status").startswith("Built /World/Clappper/Scene_001."), lines
    assert driver.text("verdict").startswith("Certified: "), driver.text("verdict")
    assert driver.text("prompt") == ""
    assert count_items(stage) == _ITEMS
    assert len(omni.kit.undo.get_undo_stack()) == entries + 1
    built = StageText.read(stage)
    await _undo(driver)
    _check_same(before, stage)
    omni.kit.undo.redo()
    await driver.updates(_SETTLE_UPDATES)
    _check_same(built, stage)
    await _undo(driver)
    _check_same(before, stage)


async def _send(driver: PanelDriver, prompt: str) -> list[str]:
    """Send a prompt, wait until it is over, and return what the history says of it."""

    async def send() -> None:
        await _start(driver, prompt)
        await _wait_until_idle(driver, _BUILD_TIMEOUT_S)

    lines = await _collect_lines(driver, send)
    assert lines[0] == prompt, lines
    return lines


async def _start(driver: PanelDriver, prompt: str) -> None:
    await driver.fill("prompt", prompt)
    await driver.click("send")


async def _start_building(driver: PanelDriver, stage: Usd.Stage) -> StageText:
    """Send a prompt, wait until something stands on the stage, and return how that was before."""
    before = StageText.read(stage)
    await _start(driver, _LONG_PROMPT)
    await driver.wait_until(
        lambda: before.find_difference(stage), _BUILD_TIMEOUT_S, "something is authored"
    )
    assert driver.is_enabled("stop"), "it was built before it could be stopped"
    return before


async def _wait_until_idle(driver: PanelDriver, seconds: float) -> None:
    await driver.wait_until(lambda: not driver.is_enabled("stop"), seconds, "panel idle")
    await driver.updates(_SETTLE_UPDATES)


async def _collect_lines(driver: PanelDriver, act: Callable[[], Awaitable[None]]) -> list[str]:
    """Return the lines that the history has gained when something has been done."""
    known = len(driver.text("history").splitlines())
    await act()
    await driver.updates(_SETTLE_UPDATES)
    lines = driver.text("history").splitlines()[known:]
    assert lines, "the history says nothing of it"
    return lines


async def _undo(driver: PanelDriver) -> None:
    omni.kit.undo.undo()
    await driver.updates(_SETTLE_UPDATES)


def _check_same(before: StageText, stage: Usd.Stage) -> None:
    difference = before.find_difference(stage)
    assert not difference, f"the stage is not as it was: {difference}"
