"""What each camera sees over the clip: points on every instance, rays from the camera.

An instance is in frame when a quarter of its points project into the picture, and visible when a
tenth of them are in the picture with no other body before them (its own parts do not hide it).
Every body is opaque here, glass included.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from pxr import Usd, UsdGeom

from clappper.core.stage.mesh_part import split_mesh
from clappper.core.stage.models import CameraReport, CameraSample
from clappper.core.stage.triangles import Mesh, sample_surface

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from clappper.core.stage.collision import CollisionWorld
    from clappper.core.stage.inspect import Body, Scene
    from clappper.core.stage.mesh_part import MeshPart
    from clappper.core.stage.triangles import Piece

__all__ = ["CameraPose", "find_enclosure", "measure_cameras", "read_pose"]

#: Points per instance, moments per clip.
POINTS, SAMPLES = 48, 5
IN_FRAME_SHARE, VISIBLE_SHARE = 0.25, 0.1
#: A hit this far before the point hides it [m].
HIDE_M = 2e-3
#: Triangles per ray-tracing scene, which takes some 10 ms to build, and rays per question to it.
SCENE_TRIANGLES, CAST_RAYS = 16384, 32768
#: Meshes of up to so many triangles share a scene, also when several bodies have them.
BATCH_TRIANGLES = 256
#: Rays this near the outline of a box in the picture are cast, too.
_PLANE_SLACK = 1e-6


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

    def project(
        self, points: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where points (n, 3) fall on the picture's plane (n, 2), and their depths [m].

        What is not before the camera falls anywhere.
        """
        view = self.to_view(points)
        depth = view[:, 2]
        if not self.is_perspective:
            return view[:, :2], depth
        return view[:, :2] / np.where(depth > 1e-6, depth, 1.0)[:, None], depth

    def find_in_frame(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which points (n, 3) project into the picture."""
        plane, depth = self.project(points)
        ahead = (depth > max(self.near_m, 1e-6)) & (depth < self.far_m)
        return ahead & (plane >= self.window[0]).all(axis=1) & (plane <= self.window[1]).all(axis=1)

    def compute_rays(
        self, points: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return origins (n, 3), unit vectors (n, 3) and lengths [m] of the rays to points."""
        origins = np.broadcast_to(self.position, points.shape)
        if not self.is_perspective:
            origins = points + self.axes[2] * self.to_view(points)[:, 2:3]
        ways = points - origins
        lengths = np.maximum(np.linalg.norm(ways, axis=1), 1e-9)
        return origins, ways / lengths[:, None], lengths


@dataclass(frozen=True)
class _Target:
    """A ray-tracing scene at a place; ``box`` (8, 3) are the corners around it, layout frame."""

    scene: EmbreeScene
    #: Index of the body that each of its triangles belongs to.
    owners: NDArray[np.int64]
    #: Rigid transform from the scene's frame to the layout frame, 4x4 for column vectors.
    transform: NDArray[np.float64]
    box: NDArray[np.float64]


class _RayCaster:
    """Rays from a camera against all bodies, which stand in ray-tracing scenes of bounded size.

    A mesh that several bodies share is one scene, looked at from each one's own frame. No call
    into embreex lets another thread run, so none may take long.
    """

    def __init__(self, bodies: tuple[Body, ...]) -> None:
        self._targets: list[_Target] = []
        uses = Counter(body.mesh for body in bodies)
        shared: dict[Mesh, list[tuple[EmbreeScene, MeshPart]]] = {}
        batch: list[tuple[int, Body, MeshPart]] = []
        count = 0
        for index, body in enumerate(bodies):
            if uses[body.mesh] > 1 and len(body.mesh.triangles) > BATCH_TRIANGLES:
                if body.mesh not in shared:
                    parts = split_mesh(body.mesh, SCENE_TRIANGLES)
                    shared[body.mesh] = [(_build_scene([part.mesh]), part) for part in parts]
                self._targets += [
                    _place(scene, part, index, body) for scene, part in shared[body.mesh]
                ]
                continue
            for part in split_mesh(body.mesh, SCENE_TRIANGLES):
                if count + part.count > SCENE_TRIANGLES and batch:
                    self._targets.append(_join(batch))
                    batch, count = [], 0
                batch.append((index, body, part))
                count += part.count
        if batch:
            self._targets.append(_join(batch))
        self._boxes = np.stack([target.box for target in self._targets])

    def find_nearest(
        self, pose: CameraPose, points: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return how far one can see towards each point (n, 3) in the picture [m] and what is met.

        That is the index of a body, -1 for none. What lies beyond the point may be left out.
        """
        origins, ways, _ = pose.compute_rays(points)
        reach, owners = np.full(len(points), np.inf), np.full(len(points), -1)
        for target, rays in zip(self._targets, self._iterate_rays(pose, points), strict=True):
            rotation, place = target.transform[:3, :3], target.transform[:3, 3]
            for first in range(0, len(rays), CAST_RAYS):
                some = rays[first : first + CAST_RAYS]
                hits = target.scene.run(
                    np.ascontiguousarray((origins[some] - place) @ rotation, dtype=np.float32),
                    np.ascontiguousarray(ways[some] @ rotation, dtype=np.float32),
                    query="INTERSECT",
                    output=True,
                )
                triangle, length = np.asarray(hits["primID"]), np.asarray(hits["tfar"])
                nearer = (triangle >= 0) & (length < reach[some])
                reach[some[nearer]] = length[nearer]
                owners[some[nearer]] = target.owners[triangle[nearer]]
        return reach, owners

    def _iterate_rays(
        self, pose: CameraPose, points: NDArray[np.float64]
    ) -> Iterator[NDArray[np.intp]]:
        """Yield for each target the rays to points that may meet it before they end."""
        plane, depth = pose.project(points)
        order = np.argsort(plane[:, 0], kind="stable")
        plane, depth = plane[order], depth[order]
        corners, depths = pose.project(self._boxes.reshape(-1, 3))
        corners, depths = corners.reshape(-1, 8, 2), depths.reshape(-1, 8)
        # A box that reaches behind the camera may appear anywhere in the picture.
        ahead = (depths > max(pose.near_m, 1e-6)).all(axis=1) | (not pose.is_perspective)
        lower = np.where(ahead[:, None], corners.min(axis=1), -np.inf) - _PLANE_SLACK
        upper = np.where(ahead[:, None], corners.max(axis=1), np.inf) + _PLANE_SLACK
        nearest, farthest = depths.min(axis=1), depths.max(axis=1)
        starts = np.searchsorted(plane[:, 0], lower[:, 0])
        stops = np.searchsorted(plane[:, 0], upper[:, 0], side="right")
        for index in range(len(self._targets)):
            chosen = slice(int(starts[index]), int(stops[index]))
            if farthest[index] < 0.0 or chosen.start == chosen.stop:
                yield order[:0]
                continue
            rows = plane[chosen, 1]
            meets = (rows >= lower[index, 1]) & (rows <= upper[index, 1])
            yield order[chosen][meets & (depth[chosen] >= nearest[index] - HIDE_M)]


def _build_scene(meshes: list[Mesh]) -> EmbreeScene:
    vertices, triangles, offset = [], [], 0
    for mesh in meshes:
        vertices.append(mesh.vertices.astype(np.float32))
        triangles.append(mesh.triangles + np.int32(offset))
        offset += len(mesh.vertices)
    scene = EmbreeScene()
    # The mesh adds itself to the scene, which keeps the buffers.
    TriangleMesh(
        scene,
        np.concatenate(vertices),
        np.ascontiguousarray(np.concatenate(triangles), dtype=np.int32),
    )
    return scene


def _place(scene: EmbreeScene, part: MeshPart, index: int, body: Body) -> _Target:
    owners = np.full(part.count, index)
    transform = body.transform
    return _Target(scene, owners, transform, _move(_list_corners(part.bound), transform))


def _join(batch: list[tuple[int, Body, MeshPart]]) -> _Target:
    """Return parts of several bodies as one scene in the layout frame."""
    meshes = [
        Mesh(_move(part.mesh.vertices, body.transform), part.mesh.triangles)
        for _, body, part in batch
    ]
    bounds = np.stack([mesh.bound for mesh in meshes])
    bound = np.stack([bounds[:, 0].min(axis=0), bounds[:, 1].max(axis=0)])
    owners = np.repeat([index for index, _, _ in batch], [part.count for _, _, part in batch])
    return _Target(_build_scene(meshes), owners, np.eye(4), _list_corners(bound))


def _move(points: NDArray[np.float64], transform: NDArray[np.float64]) -> NDArray[np.float64]:
    return points @ transform[:3, :3].T + transform[:3, 3]


def _list_corners(bound: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack(np.meshgrid(*bound.T, indexing="ij"), axis=-1).reshape(8, 3)


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
        _, _, lengths = pose.compute_rays(points)
        reach, body = self._rays.find_nearest(pose, points)
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
            if any(_holds(piece, own) for piece in body.mesh.pieces):
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


def _holds(piece: Piece, own: NDArray[np.float64]) -> bool:
    return bool((own[0] > piece.lower).all() and (own[0] < piece.upper).all()) and bool(
        piece.solid.compute_is_inside(own)[0]
    )


def _spread_points(scene: Scene) -> NDArray[np.float64]:
    """Return ``POINTS`` points on each instance, in instance order; each mesh is sampled once."""
    local: dict[Mesh, NDArray[np.float64]] = {}
    spread = []
    for body in scene.instances:
        if body.mesh not in local:
            local[body.mesh] = sample_surface(body.mesh, POINTS)
        spread.append(_move(local[body.mesh], body.transform))
    return np.concatenate(spread) if spread else np.zeros((0, 3))


def _average(scene: Scene, flags: NDArray[np.bool_]) -> dict[str, float]:
    """Return the share of each noun's instances that are flagged."""
    nouns: dict[str, list[bool]] = {}
    for body, flag in zip(scene.instances, flags, strict=True):
        nouns.setdefault(body.noun or body.name, []).append(bool(flag))
    return {noun: round(sum(found) / len(found), 4) for noun, found in sorted(nouns.items())}
