"""Cameras: one UsdGeomCamera with its move as time samples. Authors under ``Cameras``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pxr import Gf, Sdf

from clappper.core.layout.models import FILM_BACK_MM, CameraPath
from clappper.core.stage.spec_writer import Op, author_attribute, author_ops, define_prim
from clappper.core.units import quantize

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.stage.xform import StageFrame

__all__ = ["author_camera"]

Types = Sdf.ValueTypeNames


def author_camera(
    layer: Sdf.Layer,
    path: Sdf.Path,
    camera_path: CameraPath,
    frame: StageFrame,
    *,
    to_time: Callable[[int], float],
    frames: int,
    aspect: float,
    exposure: float = 0.0,
) -> None:
    """Define a camera that follows a path, with two keys where it moves.

    Args:
        layer: Layer to write.
        path: Path of the camera; its parent becomes a group.
        camera_path: Move in the layout frame.
        frame: Frame of the stage.
        to_time: Time of a frame in the layer, the first of which is 1.
        frames: Number of frames; the move is keyed on the first and the last.
        aspect: Picture width over height.
        exposure: Exposure compensation [stops].

    Lens and film back are in the tenths of a unit USD asks for, taken as millimetres as every
    renderer does.
    """
    define_prim(layer, path.GetParentPath(), kind="group")
    camera = define_prim(layer, path, "Camera")
    author_attribute(camera, "focalLength", Types.Float, float(camera_path.focal_length_mm))
    author_attribute(camera, "horizontalAperture", Types.Float, FILM_BACK_MM)
    author_attribute(camera, "verticalAperture", Types.Float, quantize(FILM_BACK_MM / aspect))
    clipping = Gf.Vec2f(frame.to_length(0.05), frame.to_length(1000.0))
    author_attribute(camera, "clippingRange", Types.Float2, clipping)
    if exposure:
        author_attribute(camera, "exposure", Types.Float, float(exposure))
    times = [to_time(1), to_time(frames)][:frames]
    if camera_path.pivot is None:
        _key_line(camera, camera_path, frame, times)
    else:
        _key_orbit(camera, camera_path, frame, times)


def _key_line(
    camera: Sdf.PrimSpec, path: CameraPath, frame: StageFrame, times: list[float]
) -> None:
    keys = [
        (
            frame.to_point(*pose.eye),
            frame.compute_view_rotation_deg(pose.heading_deg, pose.pitch_deg),
        )
        for pose in (path.first, path.last)
    ]
    is_still = path.first == path.last or len(times) == 1
    at, view = keys[0] if is_still else (None, None)
    move, turn = Op("translate", Types.Double3, at), Op("rotateXYZ", Types.Float3, view)
    author_ops(camera, [move, turn])
    if not is_still:
        _key(camera, move, times, [at for at, _ in keys])
        _key(camera, turn, times, [view for _, view in keys])


def _key_orbit(
    camera: Sdf.PrimSpec, path: CameraPath, frame: StageFrame, times: list[float]
) -> None:
    """Two keys on one rotation about the pivot: a true circle, and one an artist can edit."""
    pivot = path.pivot or (0.0, 0.0, 0.0)
    arm = tuple(e - p for e, p in zip(path.first.eye, pivot, strict=True))
    turn = Op(f"{frame.up_rotation}:orbit", Types.Double, None)
    view = frame.compute_view_rotation_deg(path.first.heading_deg, path.first.pitch_deg)
    author_ops(
        camera,
        [
            Op("translate:pivot", Types.Double3, frame.to_point(*pivot)),
            turn,
            Op("translate:arm", Types.Double3, frame.to_point(*arm)),
            Op("rotateXYZ", Types.Float3, view),
        ],
    )
    _key(camera, turn, times, [0.0, quantize(path.turn_deg)])


def _key(camera: Sdf.PrimSpec, op: Op, times: list[float], values: list[object]) -> None:
    path = camera.path.AppendProperty(op.attribute_name)
    for time, value in zip(times, values, strict=False):  # one frame has one key
        camera.layer.SetTimeSample(path, time, value)
