"""Whether one can move about: walkable floor, aisles between rows, free floor before doors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clappper.core.stage.arrangement import find_rows, measure_aisles
from clappper.core.stage.inspect import Body, MeasuredRoom, Scene, Wall
from clappper.core.stage.models import AccessReport, AisleWidth, DoorClearance
from clappper.core.stage.triangles import Mesh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from clappper.core.planning.models import Relation, ScenePlan
    from clappper.core.stage.collision import CollisionWorld

__all__ = [
    "compute_walkable_share",
    "find_in_walls",
    "iterate_asked_aisles",
    "label_regions",
    "measure_access",
]

#: What stands lower than a step or higher than a head is no obstacle [m].
STEP_M, HEADROOM_M = 0.05, 2.0
#: What is as low as a dock leveller is driven over and blocks no door [m].
LEVELLER_M = 0.15
#: Half the width a person needs [m].
PERSON_RADIUS_M = 0.3
#: Finest raster; coarser where the floor would take more than ``MAX_CELLS`` [m].
CELL_M, MAX_CELLS = 0.05, 40_000
#: Points on a triangle are at most this share of a cell apart, so that no cell is jumped over.
SPACING = 0.7
#: Longer triangles are halved before points are spread on them [points].
MAX_STEPS = 128
#: What is so far outside the room is left out [m].
FREE_EDGE_M = 1.0
#: Points this share of a cell from each other are one.
SHARED = 0.05
#: Free floor wanted before a door [m].
DOOR_DEPTH_M = 1.5


#: Points of a mesh that stands upright at a height.
_Spread = dict[tuple[Mesh, float], "NDArray[np.float64]"]


def measure_access(
    scene: Scene, world: CollisionWorld, plan: ScenePlan | None, in_walls: dict[Body, Wall]
) -> AccessReport:
    """Measure walkable share, aisles of ``rows`` relations, and the floor before doors."""
    aisles = tuple(
        AisleWidth(between=(first, second), width_m=round(width, 4))
        for relation, first, second, width in iterate_asked_aisles(scene, plan)
    )
    return AccessReport(
        walkable_share=None if scene.room is None else compute_walkable_share(scene, scene.room),
        aisles=aisles,
        doors=tuple(
            DoorClearance(
                prim_path=door.prim_path, clear=_is_clear(scene, world, scene.room, door, side)
            )
            for door, side in in_walls.items()
            if scene.room is not None and door.bound[0][2] <= scene.floor_height_m + STEP_M
        ),
    )


def iterate_asked_aisles(
    scene: Scene, plan: ScenePlan | None
) -> Iterator[tuple[Relation, str, str, float]]:
    """Yield for each ``rows`` relation its aisles: relation, first instances, width [m]."""
    for relation in plan.relations if plan else ():
        if relation.verb == "rows":
            for first, second, width in measure_aisles(
                find_rows(scene.get_instances(relation.subject), relation.rows)
            ):
                yield relation, first.bodies[0].prim_path, second.bodies[0].prim_path, width


def find_in_walls(scene: Scene) -> dict[Body, Wall]:
    """Return the instances that stand in a wall: centre in its thickness, within its length."""
    room = scene.room
    if room is None:
        return {}
    return {
        instance: side
        for instance in scene.instances
        for side in room.walls
        if _is_in_wall(instance, room, side)
    }


def compute_walkable_share(scene: Scene, room: MeasuredRoom) -> float | None:
    """Return the share of the free floor that hangs together for a person, 0 to 1.

    It is None when no floor is free.
    """
    size = room.upper[:2] - room.lower[:2]
    cell = max(CELL_M, float(np.sqrt(size[0] * size[1] / MAX_CELLS)))
    margin = int(np.ceil(PERSON_RADIUS_M / cell)) + 1
    shape = tuple(int(np.ceil(length / cell)) + 2 * margin for length in size)
    blocked = np.zeros(shape, dtype=bool)
    spread: _Spread = {}
    for body in scene.bodies:
        if body.role != "floor":
            _block(blocked, body, room, cell, margin=margin, spread=spread)
    free = ~_widen(blocked, PERSON_RADIUS_M / cell)[margin:-margin, margin:-margin]
    labels = label_regions(free)
    sizes = np.bincount(labels[labels >= 0]) if free.any() else np.zeros(0)
    return round(float(sizes.max() / sizes.sum()), 4) if len(sizes) else None


def label_regions(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return for each true cell the number of its edge-connected region and -1 elsewhere.

    Runs of cells in neighbouring rows are joined.
    """
    padded = np.pad(mask, ((0, 0), (1, 1))).astype(np.int8)
    rows, starts = np.nonzero(np.diff(padded, axis=1) == 1)
    _, stops = np.nonzero(np.diff(padded, axis=1) == -1)
    parent = list(range(len(rows)))

    def find(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    first = np.searchsorted(rows, np.arange(mask.shape[0] + 1))
    for row in range(1, mask.shape[0]):
        above, here = int(first[row - 1]), int(first[row])
        while above < first[row] and here < first[row + 1]:
            if starts[above] < stops[here] and starts[here] < stops[above]:
                parent[find(above)] = find(here)
            if stops[above] < stops[here]:
                above += 1
            else:
                here += 1
    labels = np.full(mask.shape, -1, dtype=np.int64)
    numbers: dict[int, int] = {}
    for run, row in enumerate(rows):
        labels[row, starts[run] : stops[run]] = numbers.setdefault(find(run), len(numbers))
    return labels


def _block(
    blocked: NDArray[np.bool_],
    body: Body,
    room: MeasuredRoom,
    cell: float,
    *,
    margin: int,
    spread: _Spread,
) -> None:
    """Mark the cells a body stands on, and what its outline encloses."""
    floor = float(room.lower[2])
    if body.bound[1][2] <= floor + STEP_M or body.bound[0][2] >= floor + HEADROOM_M:
        return
    if body.role in ("wall", "opening"):
        corners = _fill_rectangle(body.bound[:, :2], cell)
    else:
        corners = _recall_points(body, room, cell, spread)
    index = np.floor((corners - room.lower[:2]) / cell).astype(np.int64) + margin
    x, y = index.T
    index = index[(x >= 0) & (x < blocked.shape[0]) & (y >= 0) & (y < blocked.shape[1])]
    if not len(index):
        return
    lower, upper = index.min(axis=0), index.max(axis=0) + 1
    own = np.zeros(upper - lower + 2, dtype=bool)
    own[tuple((index - lower + 1).T)] = True
    if body.role == "instance":
        labels = label_regions(~own)
        own = labels != labels[0, 0]
    blocked[lower[0] : upper[0], lower[1] : upper[1]] |= own[1:-1, 1:-1]


def _recall_points(
    body: Body, room: MeasuredRoom, cell: float, spread: _Spread
) -> NDArray[np.float64]:
    """Return points (n, 2) on a body, seen from above; bodies alike but for yaw share theirs."""
    levels = room.lower[2] + STEP_M, room.lower[2] + HEADROOM_M
    frame = np.stack([room.lower[:2] - FREE_EDGE_M, room.upper[:2] + FREE_EDGE_M])
    turn, place = body.transform[:3, :3], body.transform[:3, 3]
    is_within = (body.bound[:, :2] >= frame[0]).all() and (body.bound[:, :2] <= frame[1]).all()
    if not is_within or turn[2, 2] < 1.0 - 1e-9:
        return _spread_points(body.vertices, body.mesh.triangles, levels, frame, cell)
    key = body.mesh, float(place[2])
    if key not in spread:
        own = body.mesh.vertices + np.array([0.0, 0.0, place[2]])
        everywhere = np.array([[-np.inf] * 2, [np.inf] * 2])
        points = _spread_points(own, body.mesh.triangles, levels, everywhere, cell)
        places = np.round(points / (SHARED * cell)).astype(np.int64)
        _, kept = np.unique(places @ np.array([2**32, 1]), return_index=True)
        spread[key] = points[kept]
    return spread[key] @ turn[:2, :2].T + place[:2]


def _spread_points(
    vertices: NDArray[np.float64],
    triangles: NDArray[np.int32],
    levels: tuple[float, float],
    frame: NDArray[np.float64],
    cell: float,
) -> NDArray[np.float64]:
    """Return points (n, 2) on those triangles (m, 3) that reach between two heights [m].

    What lies outside a frame (lower and upper corner) may be left out.
    """
    # Each axis of each corner in one run of memory, which is several times faster.
    axes, corners = np.ascontiguousarray(vertices.T), triangles.T
    heights = axes[2].take(corners)
    standing = corners[:, (heights.max(axis=0) > levels[0]) & (heights.min(axis=0) < levels[1])]
    flat, length = _halve_long(axes[:2].take(standing, axis=1), frame, MAX_STEPS * SPACING * cell)
    if not len(length):
        return np.zeros((0, 2))
    base, side = flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]
    height = np.abs(base[0] * side[1] - base[1] * side[0]) / np.maximum(length, 1e-9)
    along, across = _count_steps(length, cell), _count_steps(height, cell)
    sizes = along * 2**32 + across
    flat = np.ascontiguousarray(flat.T)
    points = []
    for size in np.unique(sizes):
        rows, columns = divmod(int(size), 2**32)
        s = np.linspace(0.0, 1.0, rows + 1)[:, None]
        t = np.linspace(0.0, 1.0, columns + 1)[None, :]
        weights = np.stack([(1.0 - s) * (1.0 - t), s * (1.0 - t), t + 0.0 * s], axis=-1)
        # Where t is 1, every s is at the same corner.
        weights = weights[(t < 1.0) | (s == 0.0)]
        points.append((weights @ flat[sizes == size]).reshape(-1, 2))
    return np.concatenate(points)


def _halve_long(
    flat: NDArray[np.float64], frame: NDArray[np.float64], limit_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return triangles and their longest edges [m]; the longest comes first in each.

    What is longer than a limit is halved until it is not; what lies outside a frame is left out, so
    that a few huge triangles do not become countless points. Triangles have shape (2, 3, n): axes,
    corners, triangles.
    """
    done, lengths = [np.zeros((2, 3, 0))], [np.zeros(0)]
    lower, upper = frame[:, :, None]
    while flat.shape[2]:
        inside = ((flat.min(axis=1) <= upper) & (flat.max(axis=1) >= lower)).all(axis=0)
        flat = flat.compress(inside, axis=2)
        edges = np.sqrt(np.square(np.roll(flat, -1, axis=1) - flat).sum(axis=0))
        order = (edges.argmax(axis=0) + np.arange(3)[:, None]) % 3
        flat = np.take_along_axis(flat, order[None], axis=1)
        longest = edges.max(axis=0)
        is_long = longest > limit_m
        done.append(flat.compress(~is_long, axis=2))
        lengths.append(longest[~is_long])
        a, b, c = flat.compress(is_long, axis=2).transpose(1, 0, 2)
        middle = (a + b) / 2.0
        halves = np.stack([a, middle, c], axis=1), np.stack([middle, b, c], axis=1)
        flat = np.concatenate(halves, axis=2)
    return np.concatenate(done, axis=2), np.concatenate(lengths)


def _count_steps(length: NDArray[np.float64], cell: float) -> NDArray[np.int64]:
    """Return powers of two, so that triangles of about one size are spread together."""
    return np.exp2(np.ceil(np.log2(np.maximum(1.0, length / (SPACING * cell))))).astype(np.int64)


def _fill_rectangle(bound: NDArray[np.float64], cell: float) -> NDArray[np.float64]:
    lines = [np.arange(lower, upper + cell / 2.0, cell / 2.0) for lower, upper in bound.T]
    return np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).reshape(-1, 2)


def _widen(blocked: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    """Return the cells whose centre is within a radius [cells] of a blocked cell's centre."""
    reach = int(radius)
    wide = blocked.copy()
    for x in range(-reach, reach + 1):
        half = int(np.sqrt(radius * radius - x * x))
        shifted = np.zeros_like(blocked)
        shifted[max(0, x) : blocked.shape[0] + min(0, x)] = blocked[
            max(0, -x) : blocked.shape[0] + min(0, -x)
        ]
        counts = np.cumsum(np.pad(shifted, ((0, 0), (half + 1, half))), axis=1, dtype=np.int32)
        wide |= counts[:, 2 * half + 1 :] > counts[:, : counts.shape[1] - 2 * half - 1]
    return wide


def _is_in_wall(instance: Body, room: MeasuredRoom, side: Wall) -> bool:
    axis, sign, inner = room.get_plane(side)
    beyond = (float(instance.bound.mean(axis=0)[axis]) - inner) * sign
    along = 1 - axis
    within = (
        instance.bound[0][along] >= room.lower[along]
        and instance.bound[1][along] <= room.upper[along]
    )
    is_in_thickness = max(0.0, room.near_m[side]) < beyond < room.thickness_m[side]
    return bool(within and is_in_thickness and instance.bound[1][2] <= room.upper[2])


def _is_clear(
    scene: Scene, world: CollisionWorld, room: MeasuredRoom | None, door: Body, side: Wall
) -> bool:
    if room is None:
        return True
    axis, sign, inner = room.get_plane(side)
    lower, upper = door.bound.copy()
    lower[axis], upper[axis] = sorted((inner - sign * 1e-3, inner - sign * DOOR_DEPTH_M))
    lower[2], upper[2] = room.lower[2] + LEVELLER_M, room.lower[2] + HEADROOM_M
    zone = _make_box(lower, upper)
    others = (body for body in scene.instances if body is not door)
    return not any(world.is_overlapping(body, zone, np.zeros(3)) for body in others)


def _make_box(lower: NDArray[np.float64], upper: NDArray[np.float64]) -> Body:
    corners = (
        np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)]) * (upper - lower)
        + lower
    )
    faces = np.array(
        [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]]
    )
    triangles = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]]).astype(np.int32)
    return Body("/zone", "other", Mesh(corners, triangles), np.eye(4))
