"""What Movie Capture must do for us: the same in a full Kit and on the rig."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import omni.timeline
import omni.usd
from pxr import Gf, Usd, UsdGeom, UsdLux

from clappper.core.capture.models import CaptureRequest
from clappper.core.capture.registry import find_backend
from clappper.kit.compat import get_active_viewport, next_update
from clappper.kit.stage_text import StageText

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from clappper.core.capture.backend import CaptureBackend

__all__ = [
    "CAPTURE_SCENARIOS",
    "cancelled_capture_leaves_the_stage",
    "capture_three_frames",
]

_CAMERA = "/World/Camera"
_SETTLE_UPDATES = 20
#: The first capture of a session compiles shaders.
_TIMEOUT_S = 1200.0


async def capture_three_frames(folder: Path) -> None:
    """Frames 5 to 7 of a moving camera, each its own picture; everything else is as it was."""
    stage = await _open_stage()
    before = _read_state(stage)
    progress: list[tuple[int, int]] = []
    backend = _get_backend()
    request = _make_request(folder, first=5, last=7)
    issues = await backend.preflight(request)
    errors = [issue.message for issue in issues if issue.severity == "error"]
    assert not errors, errors

    manifest = await asyncio.wait_for(
        backend.capture(request, lambda done, total: progress.append((done, total))), _TIMEOUT_S
    )

    assert [frame.number for frame in manifest.frames] == [5, 6, 7]
    assert [frame.verdict for frame in manifest.frames] == ["ok"] * 3
    assert (manifest.width, manifest.height, manifest.fps) == (160, 90, 24)
    assert len({frame.sha256 for frame in manifest.frames}) == 3, "the camera did not move"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["frame.0005.png", "frame.0006.png", "frame.0007.png"], names
    assert progress[-1] == (3, 3), progress
    await _settle()
    _check_state(before, stage)


async def cancelled_capture_leaves_the_stage(folder: Path) -> None:
    """A capture that is stopped ends, says which frames are missing, and puts everything back."""
    stage = await _open_stage()
    before = _read_state(stage)
    backend = _get_backend()
    begun = asyncio.Event()
    task = asyncio.ensure_future(
        backend.capture(
            _make_request(folder, first=0, last=999),
            lambda done, _total: begun.set() if done else None,
        )
    )
    waiting = asyncio.ensure_future(begun.wait())
    await asyncio.wait([task, waiting], timeout=_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    assert begun.is_set(), f"no frame was begun: {task}"

    await asyncio.wait_for(backend.cancel(), _TIMEOUT_S)
    manifest = await asyncio.wait_for(task, _TIMEOUT_S)

    written = [frame.path.name for frame in manifest.frames if frame.verdict != "missing"]
    assert len(manifest.frames) == 1000
    assert len(written) < 1000
    await _settle()
    assert sorted(path.name for path in folder.glob("*.png")) == written
    _check_state(before, stage)


CAPTURE_SCENARIOS: dict[str, Callable[[Path], Awaitable[None]]] = {
    scenario.__name__: scenario
    for scenario in (capture_three_frames, cancelled_capture_leaves_the_stage)
}


def _get_backend() -> CaptureBackend:
    backend = find_backend()
    assert backend is not None, "nobody offers to capture: enable clappper.capture"
    return backend


def _make_request(folder: Path, *, first: int, last: int) -> CaptureRequest:
    return CaptureRequest(
        stage_path=None,
        camera_path=_CAMERA,
        first_frame=first,
        last_frame=last,
        fps=24,
        width=160,
        height=90,
        output_folder=folder,
    )


async def _open_stage() -> Usd.Stage:
    """Open a new Z-up metre stage with a lit cube, a camera that moves, and a selection."""
    context = omni.usd.get_context()
    done, error = (await context.new_stage_async())[:2]
    assert done, f"no new stage: {error}"
    await _settle()
    stage = context.get_stage()
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetTimeCodesPerSecond(24.0)
    stage.SetEndTimeCode(1000.0)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/World").GetPrim())
    UsdLux.DomeLight.Define(stage, "/World/Dome").CreateIntensityAttr(1000.0)
    cube = UsdGeom.Cube.Define(stage, "/World/Cube")
    cube.CreateSizeAttr(2.0)
    cube.CreateDisplayColorAttr([Gf.Vec3f(0.9, 0.1, 0.1)])
    camera = UsdGeom.Camera.Define(stage, _CAMERA)
    camera.CreateClippingRangeAttr(Gf.Vec2f(0.01, 1000.0))
    move = camera.AddTranslateOp()
    for time_code in (0.0, 10.0):
        move.Set(Gf.Vec3d(time_code * 0.2 - 1.0, -8.0, 0.0), time_code)
    camera.AddRotateXOp().Set(90.0)
    context.get_selection().set_selected_prim_paths(["/World/Cube"], True)
    omni.timeline.get_timeline_interface().set_current_time(0.5)
    await _settle()
    return stage


def _read_state(stage: Usd.Stage) -> dict[str, object]:
    """Return what a capture changes for a while."""
    viewport = get_active_viewport()
    assert viewport is not None, "there is no viewport to film"
    return {
        "text": StageText.read(stage),
        "selected": list(omni.usd.get_context().get_selection().get_selected_prim_paths()),
        "time": omni.timeline.get_timeline_interface().get_current_time(),
        "camera": str(viewport.camera_path),
    }


def _check_state(before: dict[str, object], stage: Usd.Stage) -> None:
    after = _read_state(stage)
    text = before["text"]
    assert isinstance(text, StageText)
    # Kit writes its own cameras to the session layer when they are looked through.
    difference = text.with_layer(stage.GetSessionLayer()).find_difference(stage)
    assert not difference, f"the stage is not as it was: {difference}"
    for name in ("selected", "time", "camera"):
        assert after[name] == before[name], f"{name} was {before[name]} and is {after[name]}"


async def _settle() -> None:
    for _ in range(_SETTLE_UPDATES):
        await next_update()
