"""What each camera sees over the clip: points on every instance, rays from the camera.

An instance is in frame when a quarter of its points project into the picture, and visible when a
tenth of them are in the picture with no other body before them (its own parts do not hide it).
Every body is opaque here, glass included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from pxr import Usd, UsdGeom

from clappper.core.stage.mesh_part import split_mesh
from clappper.core.stage.models import CameraReport, CameraSample
from clappper.core.stage.triangles import compute_is_inside, sample_surface

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clappper.core.stage.collision import CollisionWorld
    from clappper.core.stage.inspect import Body, Scene
    from clappper.core.stage.mesh_part import MeshPart
    from clappper.core.stage.triangles import Mesh

__all__ = ["CameraPose", "find_enclosure", "measure_cameras", "read_pose"]

#: Points per instance, moments per clip.
POINTS, SAMPLES = 48, 5
IN_FRAME_SHARE, VISIBLE_SHARE = 0.25, 0.1
#: A hit this far before the point hides it [m].
HIDE_M = 2e-3
#: Triangles per ray-tracing scene, which takes some 10 ms to build, and rays per question to it.
SCENE_TRIANGLES, CAST_RAYS = 16384, 32768


@dataclass(frozen=True)
class CameraPose:
    """A camera at one moment, in the layout frame."""

    position: NDArray[np.float64]
    #: Rows: right, up and back of the camera, unit vectors.
    axes: NDArray[np.float64]
    #: Lower and upper corner of the picture, shape (2, 2): on the plane at depth 1, or in metres
    #: when parallel.
    window: NDArray[np.float64]
    is_perspective: bool
    near_m: float
    far_m: float

    def to_view(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points (n, 3) as right, up and depth before the camera [m]."""
        return (points - self.position) @ self.axes.T * np.array([1.0, 1.0, -1.0])

    def find_in_frame(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which points (n, 3) project into the picture."""
        view = self.to_view(points)
        depth = view[:, 2]
        ahead = (depth > max(self.near_m, 1e-6)) & (depth < self.far_m)
        plane = (
            view[:, :2] / np.where(ahead, depth, 1.0)[:, None]
            if self.is_perspective
            else view[:, :2]
        )
        return ahead & (plane >= self.window[0]).all(axis=1) & (plane <= self.window[1]).all(axis=1)


class _RayCaster:
    """Rays against all bodies, which stand in ray-tracing scenes of bounded size.

    No call into embreex lets another thread run, so none may take long.
    """

    def __init__(self, bodies: tuple[Body, ...]) -> None:
        #: Each with the index of the body that every one of its triangles belongs to.
        self._scenes: list[tuple[EmbreeScene, NDArray[np.int64]]] = []
        batch: list[tuple[int, Body, MeshPart]] = []
        parts: dict[Mesh, tuple[MeshPart, ...]] = {}
        count = 0
        for index, body in enumerate(bodies):
            if body.mesh not in parts:
                parts[body.mesh] = split_mesh(body.mesh, SCENE_TRIANGLES)
            for part in parts[body.mesh]:
                if count + part.count > SCENE_TRIANGLES and batch:
                    self._add_scene(batch)
                    batch, count = [], 0
                batch.append((index, body, part))
                count += part.count
        self._add_scene(batch)

    def find_nearest(
        self, origins: NDArray[np.float64], ways: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return how far each ray goes [m] and the index of the body that it meets, -1 for none.

        ``ways`` are unit vectors (n, 3).
        """
        reach = np.full(len(origins), np.inf)
        owners = np.full(len(origins), -1)
        starts, directions = (
            np.ascontiguousarray(rows, dtype=np.float32) for rows in (origins, ways)
        )
        for first in range(0, len(origins), CAST_RAYS):
            rays = slice(first, first + CAST_RAYS)
            for scene, owner in self._scenes:
                hits = scene.run(starts[rays], directions[rays], query="INTERSECT", output=True)
                triangle, length = np.asarray(hits["primID"]), np.asarray(hits["tfar"])
                nearer = (triangle >= 0) & (length < reach[rays])
                reach[rays][nearer] = length[nearer]
                owners[rays][nearer] = owner[triangle[nearer]]
        return reach, owners

    def _add_scene(self, batch: list[tuple[int, Body, MeshPart]]) -> None:
        vertices, triangles, offset = [], [], 0
        for _, body, part in batch:
            points = part.mesh.vertices @ body.transform[:3, :3].T + body.transform[:3, 3]
            vertices.append(points.astype(np.float32))
            triangles.append(part.mesh.triangles + np.int32(offset))
            offset += len(points)
        scene = EmbreeScene()
        # The mesh adds itself to the scene, which keeps the buffers.
        TriangleMesh(
            scene,
            np.concatenate(vertices),
            np.ascontiguousarray(np.concatenate(triangles), dtype=np.int32),
        )
        owner = np.repeat([index for index, _, _ in batch], [part.count for _, _, part in batch])
        self._scenes.append((scene, owner))


class _Observer:
    """Points on all instances and rays against all bodies, shared by all samples."""

    def __init__(self, scene: Scene, world: CollisionWorld) -> None:
        self._scene, self._world = scene, world
        self._points = _spread_points(scene)
        self._owners = np.repeat(np.arange(len(scene.instances)), POINTS)
        self._rays = _RayCaster(scene.bodies)

    def measure(self, pose: CameraPose, time: float) -> CameraSample:
        """Measure one moment."""
        framed = pose.find_in_frame(self._points)
        seen = framed.copy()
        if framed.any():
            seen[framed] = ~self._find_hidden(pose, framed)
        shares = [mask.reshape(-1, POINTS).mean(axis=1) for mask in (framed, seen)]
        scene = self._scene
        return CameraSample(
            time=round(time, 6),
            height_m=round(float(pose.position[2]) - scene.floor_height_m, 4),
            clearance_m=round(self._world.compute_clearance(pose.position, scene.bodies), 4),
            in_frame=_average(scene, shares[0] >= IN_FRAME_SHARE),
            visible=_average(scene, shares[1] >= VISIBLE_SHARE),
        )

    def _find_hidden(self, pose: CameraPose, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which of the chosen points are behind a body other than their own."""
        points = self._points[chosen]
        origins = np.broadcast_to(pose.position, points.shape)
        if not pose.is_perspective:
            origins = points + pose.axes[2] * pose.to_view(points)[:, 2:3]
        ways = points - origins
        lengths = np.maximum(np.linalg.norm(ways, axis=1), 1e-9)
        reach, body = self._rays.find_nearest(origins, ways / lengths[:, None])
        return (reach < lengths - HIDE_M) & (body != self._owners[chosen])


def measure_cameras(scene: Scene, world: CollisionWorld) -> list[CameraReport]:
    """Measure every camera at five moments from the stage's first to its last time code."""
    if not scene.cameras or not scene.bodies:
        return []
    start, end = scene.stage.GetStartTimeCode(), scene.stage.GetEndTimeCode()
    times = [float(time) for time in dict.fromkeys(np.linspace(start, end, SAMPLES))]
    observer = _Observer(scene, world)
    return [
        CameraReport(
            prim_path=str(camera.GetPath()),
            samples=tuple(observer.measure(read_pose(scene, camera, time), time) for time in times),
        )
        for camera in scene.cameras
    ]


def read_pose(scene: Scene, camera: Usd.Prim, time: float) -> CameraPose:
    """Return a camera's pose and picture at a time code."""
    gf_camera = UsdGeom.Camera(camera).GetCamera(Usd.TimeCode(time))
    frustum = gf_camera.frustum
    world = scene.to_layout @ np.array(gf_camera.transform, dtype=np.float64).T
    meters = float(np.linalg.norm(scene.to_layout[:3, 0]))
    is_perspective = gf_camera.projection == gf_camera.Perspective
    window = frustum.GetWindow()
    scale = 1.0 if is_perspective else meters
    return CameraPose(
        position=world[:3, 3],
        axes=(world[:3, :3] / np.maximum(np.linalg.norm(world[:3, :3], axis=0), 1e-12)).T,
        window=np.array([tuple(window.min), tuple(window.max)]) * scale,
        is_perspective=is_perspective,
        near_m=gf_camera.clippingRange.min * meters,
        far_m=gf_camera.clippingRange.max * meters,
    )


def find_enclosure(scene: Scene, position: NDArray[np.float64]) -> str | None:
    """Return the closed body or the wall a point is inside of or beyond, None in the open."""
    for body in scene.bodies:
        if (
            (position > body.bound[0]).all()
            and (position < body.bound[1]).all()
            and not scene.is_backdrop(body)
        ):
            own = body.to_own(position[None])
            if any(
                _holds(own, piece.lower, piece.upper, piece.corners) for piece in body.mesh.pieces
            ):
                return body.prim_path
    room = scene.room
    if room is None:
        return None
    if position[2] < room.lower[2]:
        return "the floor"
    if position[2] > room.upper[2]:
        # Over the walls of a room without a ceiling one looks in from anywhere.
        return "the ceiling" if room.has_ceiling else None
    for wall in room.walls:
        if room.compute_distance(wall, np.stack([position, position])) < 0.0:
            return f"the {wall} wall"
    return None


def _holds(
    own: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    corners: NDArray[np.float64],
) -> bool:
    return bool((own[0] > lower).all() and (own[0] < upper).all()) and bool(
        compute_is_inside(own, corners)[0]
    )


def _spread_points(scene: Scene) -> NDArray[np.float64]:
    """Return ``POINTS`` points on each instance, in instance order; each mesh is sampled once."""
    local: dict[Mesh, NDArray[np.float64]] = {}
    spread = []
    for body in scene.instances:
        if body.mesh not in local:
            local[body.mesh] = sample_surface(body.mesh, POINTS)
        spread.append(local[body.mesh] @ body.transform[:3, :3].T + body.transform[:3, 3])
    return np.concatenate(spread) if spread else np.zeros((0, 3))


def _average(scene: Scene, flags: NDArray[np.bool_]) -> dict[str, float]:
    """Return the share of each noun's instances that are flagged."""
    nouns: dict[str, list[bool]] = {}
    for body, flag in zip(scene.instances, flags, strict=True):
        nouns.setdefault(body.noun or body.name, []).append(bool(flag))
    return {noun: round(sum(found) / len(found), 4) for noun, found in sorted(nouns.items())}
