"""What stands on a stage, read back from it.

Bodies with triangles in the layout frame, their roles, and the room.

Knows the authored tree (custom data ``clappper:item`` on instances, names below ``Environment``)
and falls back to component prims on stages of other origin. Reads only; opens no file and authors
nothing.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from pxr import Kind, Sdf, Usd, UsdGeom

from clappper.core.errors import StageError
from clappper.core.stage.stance import StanceReader, find_mixed
from clappper.core.stage.triangles import Mesh, TriangleReader, iterate_gprims

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Body", "MeasuredRoom", "Scene", "Wall", "compute_to_layout", "read_scene"]

Wall = Literal["north", "south", "east", "west"]
Role = Literal["instance", "floor", "wall", "ceiling", "opening", "other"]

#: A surface this close to height 0 may be the floor of a stage that names none [m].
FLOOR_BAND_M = 0.05
#: An instance may be off its authored extent by this much [m], and by this share of it.
EXTENT_SLACK_M, EXTENT_SLACK = 5e-3, 5e-3
_WALLS: tuple[Wall, ...] = ("north", "south", "east", "west")


@dataclass(frozen=True, eq=False)
class Body:
    """Something solid: an instance, or a part of its surroundings."""

    prim_path: str
    role: Role
    mesh: Mesh
    #: Rigid transform to the layout frame, 4x4 for column vectors [m].
    transform: NDArray[np.float64]
    item: str | None = None
    noun: str | None = None
    wall: Wall | None = None
    #: Angle between its vertical and the stage's [deg].
    lean_deg: float = 0.0

    @functools.cached_property
    def vertices(self) -> NDArray[np.float64]:
        """Vertices in the layout frame, shape (n, 3) [m]."""
        return self.mesh.vertices @ self.transform[:3, :3].T + self.transform[:3, 3]

    @functools.cached_property
    def bound(self) -> NDArray[np.float64]:
        """Lower and upper corner in the layout frame, shape (2, 3) [m]."""
        return self.mesh.compute_bound(self.transform[:3, :3]) + self.transform[:3, 3]

    @functools.cached_property
    def center(self) -> NDArray[np.float64]:
        """Centre of the bound in the body's own frame, told in the layout frame [m]."""
        return self.transform[:3, :3] @ self.mesh.bound.mean(axis=0) + self.transform[:3, 3]

    @property
    def heading(self) -> NDArray[np.float64]:
        """Unit vector (x, y) its front (-Y) points to, layout frame."""
        front = -self.transform[:2, 1]
        return front / max(float(np.linalg.norm(front)), 1e-9)

    @property
    def name(self) -> str:
        """Last element of the prim path."""
        return self.prim_path.rpartition("/")[2]

    def to_own(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points (n, 3) of the layout frame in the body's frame."""
        return (points - self.transform[:3, 3]) @ self.transform[:3, :3]


@dataclass(frozen=True)
class MeasuredRoom:
    """The inner volume, measured on floor, walls and ceiling; layout frame [m]."""

    lower: NDArray[np.float64]
    #: Upper corner; z is infinite under open sky without walls.
    upper: NDArray[np.float64]
    walls: tuple[Wall, ...]
    has_ceiling: bool
    #: How far beyond its inner face, the end of the floor, each wall ends and begins [m].
    thickness_m: dict[Wall, float]
    near_m: dict[Wall, float]

    @property
    def center(self) -> NDArray[np.float64]:
        """Centre of the floor (x, y) [m]."""
        return (self.lower[:2] + self.upper[:2]) / 2.0

    def get_plane(self, side: Wall) -> tuple[int, int, float]:
        """Return a side's axis (0 for x, 1 for y), sign outwards and inner face [m]."""
        axis, sign = {"north": (1, 1), "south": (1, -1), "east": (0, 1), "west": (0, -1)}[side]
        return axis, sign, float(self.upper[axis] if sign > 0 else self.lower[axis])

    def compute_distance(self, side: Wall, bound: NDArray[np.float64]) -> float:
        """Return how far a bound (2, 3) stays inside a side's inner face [m].

        Negative when it reaches beyond.
        """
        axis, sign, inner = self.get_plane(side)
        return float(inner - bound[1][axis] if sign > 0 else bound[0][axis] - inner)


@dataclass(frozen=True)
class Scene:
    """A stage as the measurements see it."""

    stage: Usd.Stage
    #: 4x4 for column vectors, from the stage's frame to the layout frame.
    to_layout: NDArray[np.float64]
    #: Whether instances with our custom data were found; else ``instances`` are component prims.
    is_structured: bool
    instances: tuple[Body, ...]
    surroundings: tuple[Body, ...]
    room: MeasuredRoom | None
    floor: Literal["largest_surface", "zero", "own"]
    floor_height_m: float
    #: Paths of instances without readable triangles.
    unverified: tuple[str, ...]
    #: Paths of instances that are scaled, sheared or mirrored.
    distorted: tuple[str, ...]
    #: Paths of instances that show another file than others of the same asset.
    mixed: tuple[str, ...] = ()
    #: Paths of instances that are not as large as their ``extentsHint`` says they were placed.
    resized: tuple[str, ...] = ()
    cameras: tuple[Usd.Prim, ...] = field(default=())

    @functools.cached_property
    def bodies(self) -> tuple[Body, ...]:
        """Instances and surroundings."""
        return self.instances + self.surroundings

    @functools.cached_property
    def bounds(self) -> NDArray[np.float64]:
        """Bounds of all bodies, shape (n, 2, 3) [m]."""
        return np.array([body.bound for body in self.bodies]).reshape(-1, 2, 3)

    @functools.cached_property
    def _bodies_of(self) -> dict[str | None, list[Body]]:
        groups: dict[str | None, list[Body]] = {}
        for instance in self.instances:
            groups.setdefault(instance.item, []).append(instance)
        return groups

    def get_instances(self, item: str) -> list[Body]:
        """Return the instances of one plan item, in stage order."""
        return list(self._bodies_of.get(item, ()))

    def is_backdrop(self, body: Body) -> bool:
        """Return whether a body of the surroundings stands around the place, as a sky dome does."""
        if body.role != "other" or self.room is None:
            return False
        lower, upper = self.room.lower, np.append(self.room.upper[:2], self.room.lower[2] + 2.0)
        return bool((body.bound[0] <= lower).all() and (body.bound[1] >= upper).all())


def compute_to_layout(stage: Usd.Stage) -> NDArray[np.float64]:
    """Return the 4x4 matrix (column vectors) from the stage's frame to the layout frame.

    Raises:
        StageError: The stage's unit is no length.
    """
    matrix = np.eye(4)
    if UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.y:
        matrix[:3, :3] = [[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]
    unit = UsdGeom.GetStageMetersPerUnit(stage)
    if not 1e-9 <= unit <= 1e9:
        raise StageError(f"The stage's metersPerUnit is {unit:g}: author the true unit first.")
    matrix[:3, :3] *= unit
    return matrix


def read_scene(stage: Usd.Stage) -> Scene:
    """Read everything that is measured, once.

    Raises:
        StageError: The stage's unit is no length.
    """
    to_layout = compute_to_layout(stage)
    reader = TriangleReader(to_layout)
    prims = list(_iterate_instances(stage))
    root = _find_root(stage, prims)
    is_structured = bool(prims) or root is not None
    if not is_structured:
        prims = list(_iterate_components(stage))
    stance_reader = StanceReader(to_layout, reader)
    stances = [stance_reader.read(prim) for prim in prims] if is_structured else []
    leans = {stance.prim_path: stance.lean_deg for stance in stances}
    read = [
        _read_body(reader, to_layout, prim, "instance", leans.get(str(prim.GetPath()), 0.0))
        for prim in prims
    ]
    surroundings = _read_surroundings(stage, reader, to_layout, root) if is_structured else []
    room = _measure_room(surroundings)
    floor, height = _find_floor(surroundings, room)
    return Scene(
        stage=stage,
        to_layout=to_layout,
        is_structured=is_structured,
        instances=tuple(body for body in read if body is not None),
        surroundings=tuple(surroundings),
        room=room,
        floor=floor,
        floor_height_m=height,
        unverified=tuple(
            str(prim.GetPath()) for prim, body in zip(prims, read, strict=True) if body is None
        ),
        distorted=tuple(stance.prim_path for stance in stances if stance.is_distorted),
        mixed=tuple(find_mixed(stances)),
        resized=tuple(
            body.prim_path
            for prim, body in zip(prims, read, strict=True)
            if is_structured and body is not None and _is_resized(to_layout, prim, body)
        ),
        cameras=tuple(_iterate_cameras(stage, root)),
    )


def _iterate_instances(stage: Usd.Stage) -> Iterator[Usd.Prim]:
    prims = iter(stage.Traverse())
    for prim in prims:
        if prim.GetCustomDataByKey("clappper:item") and prim.IsA(UsdGeom.Xformable):
            prims.PruneChildren()
            yield prim


def _iterate_components(stage: Usd.Stage) -> Iterator[Usd.Prim]:
    """Yield the topmost component prims.

    Without any, what stands directly below the default prim.
    """
    components = []
    prims = iter(stage.Traverse())
    for prim in prims:
        if _is_component(prim) and next(iterate_gprims(prim), None):
            prims.PruneChildren()
            components.append(prim)
    root = stage.GetDefaultPrim() or stage.GetPseudoRoot()
    yield from components or [
        prim for prim in root.GetChildren() if next(iterate_gprims(prim), None)
    ]


def _is_component(prim: Usd.Prim) -> bool:
    """Return whether a prim says it is a component, also where the kinds above it are broken."""
    return Kind.Registry.IsA(Usd.ModelAPI(prim).GetKind(), Kind.Tokens.component)


def _find_root(stage: Usd.Stage, instances: list[Usd.Prim]) -> Usd.Prim | None:
    """Return the prim above Items, Environment and Cameras; None on a stage of other origin."""
    for prim in instances:
        ancestor = prim.GetParent()
        while ancestor and not ancestor.IsPseudoRoot():
            if ancestor.GetName() == "Items":
                return ancestor.GetParent()
            ancestor = ancestor.GetParent()
    world = stage.GetDefaultPrim() or stage.GetPrimAtPath("/World")
    if world and world.GetChild("Environment") and world.GetChild("Items"):
        return world
    return None


def _read_body(
    reader: TriangleReader,
    to_layout: NDArray[np.float64],
    prim: Usd.Prim,
    role: Role,
    lean_deg: float = 0.0,
) -> Body | None:
    world = reader.compute_world(prim)
    if not np.isfinite(world).all():
        return None
    rigid = _compute_rigid(to_layout, world)
    mesh = reader.read(prim, rigid)
    if mesh is None:
        return None
    text = {key: prim.GetCustomDataByKey(f"clappper:{key}") for key in ("item", "noun")}
    return Body(str(prim.GetPath()), role, mesh, rigid, **text, lean_deg=lean_deg)


def _is_resized(to_layout: NDArray[np.float64], prim: Usd.Prim, body: Body) -> bool:
    """Return whether the stage's own layers say another extent than the body has."""
    attribute = UsdGeom.ModelAPI(prim).GetExtentsHintAttr()
    specs = attribute.GetPropertyStack(Usd.TimeCode.Default()) if attribute else []
    corners = np.array(attribute.Get() if specs else (), dtype=np.float64)[:2]
    if len(corners) < 2 or specs[0].layer not in prim.GetStage().GetLayerStack():
        return False
    hint = corners @ to_layout[:3, :3].T
    off = np.abs(np.stack([hint.min(axis=0), hint.max(axis=0)]) - body.mesh.bound)
    return bool(off.max() > EXTENT_SLACK_M + EXTENT_SLACK * float(np.ptp(hint, axis=0).max()))


def _compute_rigid(
    to_layout: NDArray[np.float64], world: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the rotation and translation of a transform in the layout frame.

    Its scale goes into the mesh.
    """
    turned = to_layout @ world @ np.linalg.inv(to_layout)
    left, _, right = np.linalg.svd(turned[:3, :3])
    rotation = left @ np.diag([1.0, 1.0, np.linalg.det(left @ right)]) @ right
    rigid = np.eye(4)
    rigid[:3, :3], rigid[:3, 3] = rotation, turned[:3, 3]
    return rigid


def _read_surroundings(
    stage: Usd.Stage, reader: TriangleReader, to_layout: NDArray[np.float64], root: Usd.Prim | None
) -> list[Body]:
    """Read every gprim outside instances; our own environment by name, other models whole."""
    environment = root.GetPath().AppendChild("Environment") if root else Sdf.Path.emptyPath
    bodies = []
    prims = iter(Usd.PrimRange.Stage(stage, Usd.TraverseInstanceProxies()))
    for prim in prims:
        if prim.GetCustomDataByKey("clappper:item"):
            prims.PruneChildren()
            continue
        is_own = bool(environment) and prim.GetPath().HasPrefix(environment)
        if not prim.IsA(UsdGeom.Gprim) and (is_own or not _is_component(prim)):
            continue
        prims.PruneChildren()
        if not _is_drawn(prim):
            continue
        body = _read_body(reader, to_layout, prim, "other")
        if body is not None:
            bodies.append(_name_role(body, str(environment)) if is_own else body)
    return bodies


def _is_drawn(prim: Usd.Prim) -> bool:
    imageable = UsdGeom.Imageable(prim)
    if not imageable:
        return True
    shown = (UsdGeom.Tokens.default_, UsdGeom.Tokens.render)
    return (
        imageable.ComputePurpose() in shown
        and imageable.ComputeVisibility() != UsdGeom.Tokens.invisible
    )


def _name_role(body: Body, environment: str) -> Body:
    names = body.prim_path[len(environment) :].strip("/").split("/")
    roles: dict[str, Role] = {
        "Floor": "floor",
        "Ceiling": "ceiling",
        "Walls": "wall",
        "Openings": "opening",
    }
    role = roles.get(names[0], "other")
    wall = next(
        (side for side in _WALLS if role == "wall" and len(names) > 1 and names[1].lower() == side),
        None,
    )
    return Body(body.prim_path, role, body.mesh, body.transform, wall=wall)


def _measure_room(surroundings: list[Body]) -> MeasuredRoom | None:
    floors = [body.bound for body in surroundings if body.role == "floor"]
    if not floors:
        return None
    lower = np.min([bound[0] for bound in floors], axis=0)
    upper = np.max([bound[1] for bound in floors], axis=0)
    lower[2] = upper[2]
    walls = {side: [body.bound for body in surroundings if body.wall == side] for side in _WALLS}
    walls = {side: bounds for side, bounds in walls.items() if bounds}
    ceilings = [float(body.bound[0][2]) for body in surroundings if body.role == "ceiling"]
    tops = [float(bound[1][2]) for bounds in walls.values() for bound in bounds]
    upper[2] = min(ceilings) if ceilings else max(tops, default=np.inf)
    room = MeasuredRoom(lower, upper, tuple(walls), bool(ceilings), {}, {})
    for side, bounds in walls.items():
        room.thickness_m[side] = -min(room.compute_distance(side, bound) for bound in bounds)
        room.near_m[side] = -max(room.compute_distance(side, bound[::-1]) for bound in bounds)
    return room


def _find_floor(
    surroundings: list[Body], room: MeasuredRoom | None
) -> tuple[Literal["largest_surface", "zero", "own"], float]:
    """Return which floor things stand on and its height [m].

    It is our own, else the largest level surface near height 0.
    """
    if room is not None:
        return "own", float(room.lower[2])
    best, height = 0.0, None
    for body in surroundings:
        if body.bound[0][2] > FLOOR_BAND_M or body.bound[1][2] < -FLOOR_BAND_M:
            continue
        corners = body.vertices[body.mesh.triangles]
        normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) / 2.0
        levels = corners[:, :, 2].mean(axis=1)
        flat = (np.abs(levels) <= FLOOR_BAND_M) & (np.ptp(corners[:, :, 2], axis=1) < 1e-3)
        area = float(np.abs(normal[flat, 2]).sum())
        if area > best:
            best, height = area, float(np.max(levels[flat]))
    return ("zero", 0.0) if height is None else ("largest_surface", height)


def _iterate_cameras(stage: Usd.Stage, root: Usd.Prim | None) -> Iterator[Usd.Prim]:
    own = root.GetChild("Cameras") if root else None
    found = [prim for prim in Usd.PrimRange(own) if prim.IsA(UsdGeom.Camera)] if own else []
    yield from found or (prim for prim in stage.Traverse() if prim.IsA(UsdGeom.Camera))
