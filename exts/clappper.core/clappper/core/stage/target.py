"""StageTarget: where a scene is authored.

The command line makes one of a new stage, the Kit layer one of the live stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pxr import Sdf, Usd, UsdGeom

from clappper.core.errors import StageError
from clappper.core.stage.models import Anchor

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["StageTarget", "create_stage_target", "open_stage"]


@dataclass(frozen=True)
class StageTarget:
    """An open stage and where and when the scene goes on it.

    The prim it goes under, the floor it stands on and how frames map to time codes.
    Time code of frame N is ``first_time_code + (N - 1) * time_codes_per_frame``.
    """

    stage: Usd.Stage
    parent_path: Sdf.Path
    anchor: Anchor
    first_time_code: float = 1.0
    time_codes_per_frame: float = 1.0

    def to_time_code(self, frame: int) -> Usd.TimeCode:
        """Return the time code of a frame, the first of which is 1."""
        return Usd.TimeCode(self.first_time_code + (frame - 1) * self.time_codes_per_frame)


def create_stage_target(path: Path | None, *, fps: int, frames: int) -> StageTarget:
    """Create a new stage: Z up, one metre per unit, frames 1 to N.

    Its default prim is /World, of kind assembly. Nothing is saved.

    Args:
        path: File the root layer will have, so that relative paths resolve; in memory when None.
        fps: Frames per second, also the time codes per second.
        frames: Number of frames.
    """
    if path is None:
        stage = Usd.Stage.CreateInMemory("clappper.usda")
    else:
        layer = Sdf.Layer.CreateNew(str(path))
        stage = Usd.Stage.Open(layer)
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetTimeCodesPerSecond(float(fps))
    stage.SetFramesPerSecond(float(fps))
    stage.SetStartTimeCode(1.0)
    stage.SetEndTimeCode(float(frames))
    world = UsdGeom.Xform.Define(stage, "/World")
    Usd.ModelAPI(world).SetKind("assembly")
    stage.SetDefaultPrim(world.GetPrim())
    return StageTarget(stage, world.GetPath(), Anchor(floor="own", height_m=0.0))


def open_stage(path: Path) -> Usd.Stage:
    """Open a stage as it is on disk now, whatever this process opened there before.

    Raises:
        StageError: The file is missing or no USD.
    """
    try:
        known = Sdf.Layer.Find(str(path))
        if known is not None:
            known.Reload(force=True)
        return Usd.Stage.Open(str(path))
    except RuntimeError as exc:  # Tf.ErrorException, and what the C++ reader lets through
        raise StageError(f"{path} cannot be opened as a USD stage: check the file.") from exc
