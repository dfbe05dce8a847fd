"""The camera of a shot, sampled at time codes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom

from clappper.core.errors import CaptureError
from clappper.core.render.metrics import compute_stage_to_render, to_column_matrix
from clappper.core.render.models import CameraSample

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["compute_camera_samples"]


def compute_camera_samples(
    stage: Usd.Stage, camera_path: str, time_codes: Iterable[float]
) -> list[CameraSample]:
    """Return the camera at each time code, in the renderer's frame.

    The horizontal aperture is kept whatever the picture's aspect is, as Kit does; aperture offsets
    and depth of field are not used.

    Raises:
        CaptureError: There is no perspective camera at the path.
    """
    prim = stage.GetPrimAtPath(camera_path) if Sdf.Path.IsValidPathString(camera_path) else None
    if not prim or not prim.IsA(UsdGeom.Camera):
        raise CaptureError(f"{camera_path} is no camera of this stage. Name a camera prim.")
    camera = UsdGeom.Camera(prim)
    stage_to_render = compute_stage_to_render(stage)
    return [_sample(camera, time_code, stage_to_render) for time_code in time_codes]


def _sample(camera: UsdGeom.Camera, time_code: float, stage_to_render: np.ndarray) -> CameraSample:
    values = camera.GetCamera(Usd.TimeCode(time_code))
    path = camera.GetPath()
    if values.projection != Gf.Camera.Perspective:
        raise CaptureError(f"{path} is orthographic. Use a perspective camera.")
    world = stage_to_render @ to_column_matrix(values.transform)
    axes, lengths = world[:3, :3], np.linalg.norm(world[:3, :3], axis=0)
    if not np.isfinite(world).all() or lengths.min() <= 0.0 or values.focalLength <= 0.0:
        raise CaptureError(f"{path} has no usable transform or focal length at time {time_code:g}.")
    world[:3, :3] = _orthonormalise(axes / lengths)
    unit_m = float(np.linalg.norm(stage_to_render[:3, 0]))
    near, far = values.clippingRange.min * unit_m, values.clippingRange.max * unit_m
    return CameraSample(
        matrix=tuple(float(value) for value in world.ravel()),
        horizontal_fov_deg=math.degrees(
            2.0 * math.atan(values.horizontalAperture / 2.0 / values.focalLength)
        ),
        near_m=max(near, 1e-4),
        far_m=max(far, near * 2.0, 1.0),
        exposure=float(camera.GetPrim().GetAttribute("exposure").Get(time_code) or 0.0),
    )


def _orthonormalise(axes: np.ndarray) -> np.ndarray:
    """Keep where the camera looks (local -Z) exactly, and set up and right square to it."""
    back = axes[:, 2]
    right = np.cross(axes[:, 1], back)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(back, right), back], axis=1)
