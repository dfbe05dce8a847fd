"""How the instances of a scene stand on an open stage now, whoever moved them since it was built.

Reads only, step by step, on the thread that owns the stage.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pxr import Sdf, Usd, UsdGeom

from clappper.core.stage.inspect import compute_to_layout

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

__all__ = ["Standing", "StandingScene", "iterate_standing", "read_view"]

#: Less is no turn, tilt or scale [rad or share].
_EPSILON = 1e-4
#: Keys of a camera that are looked at, at most.
_MOST_KEYS = 64


class Standing(NamedTuple):
    """One instance, in the layout frame of its scene.

    Attributes:
        item: Item it belongs to.
        asset_id: What it shows.
        translation_m: x, y, z of its origin [m].
        yaw_deg: Counter-clockwise seen from above [deg, 0 to 360).
        is_upright: Whether it is neither tilted nor scaled.
    """

    item: str
    asset_id: str
    translation_m: tuple[float, float, float]
    yaw_deg: float
    is_upright: bool


class StandingScene(NamedTuple):
    """A scene as it stands now.

    Attributes:
        instances: By prim name.
        origin_m: The scene's own origin in the layout frame [m].
        is_straight: Whether the scene as a whole is neither turned nor scaled.
        views: What its cameras see by their names, as ``read_view`` tells.
    """

    instances: dict[str, Standing]
    origin_m: tuple[float, float, float]
    is_straight: bool
    views: dict[str, tuple[float, ...]]


def iterate_standing(
    stage: Usd.Stage, scene_path: str
) -> Generator[None, None, StandingScene | None]:
    """Look at a scene's instances step by step; what is found is the generator's return value.

    None where there is no scene at the path any more.

    Raises:
        StageError: The stage's unit is no length.
    """
    root = stage.GetPrimAtPath(scene_path)
    if not root:
        return None
    to_layout = compute_to_layout(stage)
    cache = UsdGeom.XformCache(Usd.TimeCode.EarliestTime())
    own = np.array(cache.GetLocalToWorldTransform(root)).T
    origin, yaw_deg, is_upright = _read_pose(to_layout, own)
    to_scene = np.linalg.inv(own) if abs(np.linalg.det(own)) > 1e-12 else np.eye(4)
    instances: dict[str, Standing] = {}
    items = stage.GetPrimAtPath(Sdf.Path(scene_path).AppendChild("Items"))
    for prim in Usd.PrimRange(items) if items else ():
        item = prim.GetCustomDataByKey("clappper:item")
        asset_id = prim.GetCustomDataByKey("clappper:assetId")
        if isinstance(item, str) and isinstance(asset_id, str) and prim.IsActive():
            world = np.array(cache.GetLocalToWorldTransform(prim)).T
            instances[prim.GetName()] = Standing(
                item, asset_id, *_read_pose(to_layout, to_scene @ world)
            )
        yield
    cameras = stage.GetPrimAtPath(Sdf.Path(scene_path).AppendChild("Cameras"))
    views = {
        prim.GetName(): read_view(prim, own) for prim in (cameras.GetChildren() if cameras else ())
    }
    is_straight = is_upright and min(yaw_deg, 360.0 - yaw_deg) < math.degrees(_EPSILON)
    return StandingScene(instances, origin, is_straight, views)


def read_view(camera: Usd.Prim, scene: NDArray[np.float64] | None = None) -> tuple[float, ...]:
    """Return numbers that differ when a camera sees something else.

    Those of its transform in the scene's frame at its own keys, or at any time without keys, and
    of its lens; none for a prim that is no camera.

    Args:
        camera: The camera's prim.
        scene: Transform of the scene's root to the world, 4x4 for column vectors, or null to read
            it.
    """
    if not camera.IsA(UsdGeom.Camera):
        return ()
    if scene is None:
        root = camera.GetParent().GetParent()
        scene = np.array(UsdGeom.Xformable(root).ComputeLocalToWorldTransform(0.0)).T
    times = UsdGeom.Xformable(camera).GetTimeSamples() or [0.0]
    to_scene = np.linalg.inv(scene)
    numbers = [float(UsdGeom.Camera(camera).GetFocalLengthAttr().Get(times[0]) or 0.0)]
    for time in times[:_MOST_KEYS]:
        world = UsdGeom.Xformable(camera).ComputeLocalToWorldTransform(time)
        numbers += (to_scene @ np.array(world).T)[:3].ravel().tolist()
    return tuple(numbers)


def _read_pose(
    to_layout: NDArray[np.float64], matrix: NDArray[np.float64]
) -> tuple[tuple[float, float, float], float, bool]:
    """Return origin [m], yaw [deg] and whether it stands upright at its size."""
    unit = np.linalg.norm(to_layout[:3, 0])
    turn = to_layout[:3, :3] / unit
    pose = turn @ matrix[:3, :3] @ turn.T
    x, y, z = (float(v) for v in to_layout[:3, :3] @ matrix[:3, 3])
    yaw = math.atan2(pose[1, 0], pose[0, 0])
    upright = np.array(
        [[math.cos(yaw), -math.sin(yaw), 0.0], [math.sin(yaw), math.cos(yaw), 0.0], [0.0, 0.0, 1.0]]
    )
    return (x, y, z), math.degrees(yaw) % 360.0, bool(np.allclose(pose, upright, atol=_EPSILON))
