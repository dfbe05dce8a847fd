"""Cameras: one UsdGeomCamera with its move as time samples. Authors under ``Cameras``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pxr import Gf, Usd, UsdGeom

from clappper.core.layout.models import FILM_BACK_MM, CameraPath
from clappper.core.units import quantize

if TYPE_CHECKING:
    from pxr import Sdf

    from clappper.core.stage.target import StageTarget
    from clappper.core.stage.xform import StageFrame

__all__ = ["author_camera"]


def author_camera(
    target: StageTarget,
    path: Sdf.Path,
    camera_path: CameraPath,
    frame: StageFrame,
    *,
    frames: int,
    aspect: float,
    exposure: float = 0.0,
) -> UsdGeom.Camera:
    """Define a camera that follows a path, with two keys where it moves.

    Args:
        target: Stage and time mapping.
        path: Path of the camera; its parent becomes a group.
        camera_path: Move in the layout frame.
        frame: Frame of the stage.
        frames: Number of frames; the move is keyed on the first and the last.
        aspect: Picture width over height.
        exposure: Exposure compensation [stops].

    Lens and film back are in the tenths of a unit USD asks for, taken as millimetres as every
    renderer does.
    """
    group = UsdGeom.Xform.Define(target.stage, path.GetParentPath())
    Usd.ModelAPI(group).SetKind("group")
    camera = UsdGeom.Camera.Define(target.stage, path)
    camera.CreateFocalLengthAttr(float(camera_path.focal_length_mm))
    camera.CreateHorizontalApertureAttr(FILM_BACK_MM)
    camera.CreateVerticalApertureAttr(quantize(FILM_BACK_MM / aspect))
    camera.CreateClippingRangeAttr(Gf.Vec2f(frame.to_length(0.05), frame.to_length(1000.0)))
    if exposure:
        camera.CreateExposureAttr(float(exposure))
    if camera_path.pivot is None:
        _key_line(target, camera, camera_path, frame, frames)
    else:
        _key_orbit(target, camera, camera_path, frame, frames)
    return camera


def _key_line(
    target: StageTarget,
    camera: UsdGeom.Camera,
    path: CameraPath,
    frame: StageFrame,
    frames: int,
) -> None:
    translate, rotate = camera.AddTranslateOp(), camera.AddRotateXYZOp()
    is_still = path.first == path.last or frames == 1
    for number, pose in ((1, path.first), (frames, path.last))[: 1 if is_still else 2]:
        time = Usd.TimeCode.Default() if is_still else target.to_time_code(number)
        translate.Set(frame.to_point(*pose.eye), time)
        rotate.Set(frame.compute_view_rotation_deg(pose.heading_deg, pose.pitch_deg), time)


def _key_orbit(
    target: StageTarget,
    camera: UsdGeom.Camera,
    path: CameraPath,
    frame: StageFrame,
    frames: int,
) -> None:
    """Two keys on one rotation about the pivot: a true circle, and one an artist can edit."""
    pivot = path.pivot or (0.0, 0.0, 0.0)
    arm = tuple(e - p for e, p in zip(path.first.eye, pivot, strict=True))
    camera.AddTranslateOp(UsdGeom.XformOp.PrecisionDouble, "pivot").Set(frame.to_point(*pivot))
    turn = camera.AddXformOp(frame.up_rotation_type, UsdGeom.XformOp.PrecisionDouble, "orbit")
    turn.Set(0.0, target.to_time_code(1))
    if frames > 1:
        turn.Set(quantize(path.turn_deg), target.to_time_code(frames))
    camera.AddTranslateOp(UsdGeom.XformOp.PrecisionDouble, "arm").Set(frame.to_point(*arm))
    camera.AddRotateXYZOp().Set(
        frame.compute_view_rotation_deg(path.first.heading_deg, path.first.pitch_deg)
    )
